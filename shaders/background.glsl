// A plain studio wall, lighter behind the head, and the soft shadow where the bust stands.
vec4 background_colour(vec2 px) {
    vec2 centre = vec2(u_hair_more.w, u_viewport.y * 0.56); // a cropped camera keeps the wall where it was
    float d = length((px - centre) / u_viewport.y);
    float t = smoothstep(0.0, 0.95, d);
    vec3 c = mix(u_background[0].rgb, u_background[1].rgb, t);
    if (u_ground_px.z > 0.0) {
        vec2 q = (px - u_ground_px.xy) / u_ground_px.zw;
        c *= 1.0 - 0.45 * exp(-dot(q, q));
    }
    return vec4(c, 1.0) * u_background[0].w;
}
