// Small helpers that several shaders share.
float pow2(float x) { return x * x; }
float saturate(float x) { return clamp(x, 0.0, 1.0); }

// Unit vector from its octahedral map (Cigolle et al. 2014).
vec3 oct_decode(vec2 e) {
    vec3 n = vec3(e, 1.0 - abs(e.x) - abs(e.y));
    float t = max(-n.z, 0.0);
    n.x += n.x >= 0.0 ? -t : t;
    n.y += n.y >= 0.0 ? -t : t;
    return normalize(n);
}

// IEC 61966-2-1.
vec3 srgb_encode(vec3 c) {
    c = clamp(c, 0.0, 1.0);
    return mix(c * 12.92, 1.055 * pow(max(c, vec3(1e-5)), vec3(1.0 / 2.4)) - 0.055, step(vec3(0.0031308), c));
}

vec3 srgb_decode(vec3 c) { return mix(c / 12.92, pow((max(c, vec3(0.04)) + 0.055) / 1.055, vec3(2.4)), step(vec3(0.04045), c)); }
