// A plain studio wall, lighter behind the head, and the soft shadow where the bust stands. Encoded as shown: most pixels of a
// picture are this, and a smooth wall needs no light to be added to it.
#ifndef DITHER
#define DITHER 1 // not in drafts, while a head moves
#endif
vec4 wall_colour(vec2 px) { // px of what is drawn
    // around the camera's own middle: a cropped camera keeps the wall where it was
    px += u_crop.xy;
    vec2 q = (px - vec2(u_hair_more.w, u_crop.w * 0.56)) / u_crop.w;
    float t = min(dot(q, q) * 1.1, 1.0);
    vec3 c = mix(u_background[0].rgb, u_background[1].rgb, t * (2.0 - t));
    return vec4(c, u_background[0].w);
}

// Half a step of eight bits either way, so that a smooth wall shows no rings (interleaved gradient noise, Jimenez 2014).
float wall_dither(vec2 px) { return (fract(52.9829189 * fract(dot(floor(px + u_crop.xy), vec2(0.06711056, 0.00583715)))) - 0.5) / 255.0; }

vec4 background_colour(vec2 px) {
    vec4 c = wall_colour(px);
    vec2 g = (px + u_crop.xy - u_ground_px.xy) * u_ground_px.zw;
    float fall = max(1.0 - dot(g, g), 0.0); // nothing beyond the radii
    c.rgb *= 1.0 - u_background[1].w * fall * fall * fall;
#if DITHER
    c.rgb += wall_dither(px);
#endif
    return c;
}
