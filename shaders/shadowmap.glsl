// Visibility of the key light: hardware-compared taps, each with the receiver plane's own depth (Isidoro 2006), so that no
// constant bias has to hide acne. Four close ones, or, under a wide lamp, twelve over its penumbra (Vogel's spiral), of which the
// five outermost and the middle come first: where they agree, in full light or full shade, a software rasteriser leaves the loop.
uniform sampler2DShadow t_shadow;
const int WIDE_TAPS = 12, FIRST_TAPS = 6;
const vec2 disc[WIDE_TAPS] = vec2[](vec2(0.293, 0.934), vec2(0.396, -0.847), vec2(-0.822, 0.339), vec2(0.791, 0.289),
                                 vec2(-0.364, -0.702), vec2(0.204, 0.000), vec2(-0.191, 0.711), vec2(0.571, -0.363),
                                 vec2(-0.603, -0.107), vec2(0.329, 0.429), vec2(0.040, -0.455), vec2(-0.261, 0.239));

float key_visibility(vec3 pos_mm, vec3 n) {
    // leave along the normal by a fraction of a texel that grows as the light grazes
    float grazing = 1.0 - saturate(dot(n, u_light_dir[0].xyz));
    vec3 p = (u_shadow_from_head * vec4(pos_mm + n * (u_shadow.y * (0.3 + grazing)), 1.0)).xyz;
    vec3 dx = dFdx(p), dy = dFdy(p);
    float det = dx.x * dy.y - dx.y * dy.x;
    vec2 slope = abs(det) > 1e-12 ? vec2(dy.y * dx.z - dx.y * dy.z, dx.x * dy.z - dy.x * dx.z) / det : vec2(0.0);
    slope = clamp(slope, vec2(-4.0), vec2(4.0));
    float sum = 0.0, spread = u_light_rgb[0].w;
    bool wide = spread > 2.0 * u_shadow.x;
    vec3 q = mat3(u_shadow_from_head) * n; // so far out the triangles' own plane would speckle: the smooth normal's
    vec2 smooth_slope = clamp(q.xy / max(-q.z, 0.2 * length(q)), vec2(-4.0), vec2(4.0));
    int taps = FIRST_TAPS;
    for (int i = wide ? 0 : WIDE_TAPS; i < taps; ++i) {
        vec2 o = disc[i] * spread;
        sum += texture(t_shadow, vec3(p.xy + o, p.z + dot(smooth_slope, o) - u_shadow.z));
        if (i == FIRST_TAPS - 1 && sum > 0.001 && sum < float(FIRST_TAPS) - 0.001) taps = WIDE_TAPS;
    }
    sum /= float(taps);
    for (int i = wide ? 4 : 0; i < 4; ++i) {
        vec2 o = vec2(i & 1, i >> 1) * (2.0 * u_shadow.x) - u_shadow.x; // a texel to each side: their tents just join
        sum += 0.25 * texture(t_shadow, vec3(p.xy + o, p.z + min(dot(slope, o), 0.0) - u_shadow.z));
    }
    return sum;
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
