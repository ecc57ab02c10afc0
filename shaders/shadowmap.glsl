// Visibility of the key light: nine hardware-compared taps, each with the receiver plane's own depth (Isidoro 2006), so
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
    float sum = 0.0, step_uv = SHADOW_SPREAD * u_shadow.x;
    for (int y = -1; y <= 1; ++y)
        for (int x = -1; x <= 1; ++x) {
            vec2 o = vec2(x, y) * step_uv;
            sum += texture(t_shadow, vec3(p.xy + o, p.z + min(dot(slope, o), 0.0) - u_shadow.z));
        }
    return sum / 9.0;
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
