// Visibility of the key light: four hardware-compared taps, each with the receiver plane's own depth (Isidoro 2006), so
// that no constant bias has to hide acne.
uniform sampler2DShadow t_shadow;

float key_visibility(vec3 pos_mm, vec3 n) {
    // leave along the normal by a fraction of a texel that grows as the light grazes
    float grazing = 1.0 - saturate(dot(n, u_light_dir[0].xyz));
    vec3 p = (u_shadow_from_head * vec4(pos_mm + n * (u_shadow.y * (0.3 + grazing)), 1.0)).xyz;
    vec3 dx = dFdx(p), dy = dFdy(p);
    float det = dx.x * dy.y - dx.y * dy.x;
    vec2 slope = abs(det) > 1e-12 ? vec2(dy.y * dx.z - dx.y * dy.z, dx.x * dy.z - dy.x * dx.z) / det : vec2(0.0);
    slope = clamp(slope, vec2(-4.0), vec2(4.0));
    float sum = 0.0;
    for (int i = 0; i < 4; ++i) {
        vec2 o = vec2(i & 1, i >> 1) * (2.0 * u_shadow.x) - u_shadow.x; // a texel to each side: their tents just join
        sum += texture(t_shadow, vec3(p.xy + o, p.z + min(dot(slope, o), 0.0) - u_shadow.z));
    }
    return 0.25 * sum;
}

// One filtered tap, for drafts.
float key_visibility_one(vec3 pos_mm, vec3 n) {
    float grazing = 1.0 - saturate(dot(n, u_light_dir[0].xyz));
    vec3 p = (u_shadow_from_head * vec4(pos_mm + n * (u_shadow.y * (0.5 + 1.5 * grazing)), 1.0)).xyz;
    return texture(t_shadow, vec3(p.xy, p.z - u_shadow.z));
}

// The same light through at most `depth` (in shadow-map units) of tissue: what an ear lets pass.
float key_through(vec3 pos_mm, float depth) {
    vec3 p = (u_shadow_from_head * vec4(pos_mm, 1.0)).xyz;
    return texture(t_shadow, vec3(p.xy, p.z - depth));
}
