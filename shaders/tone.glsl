// From linear light to a screen's linear light. Straight up to 0.55, then a soft shoulder that reaches white at infinity;
// the shoulder acts on the largest channel so that hue stays, and lets the very brightest fade towards white.
const float SHOULDER = 0.55;
vec3 tone_map(vec3 c) {
    float m = max(max(c.r, c.g), max(c.b, 1e-5));
    float x = (m - SHOULDER) / (1.0 - SHOULDER);
    float y = x > 0.0 ? SHOULDER + (1.0 - SHOULDER) * (1.0 - exp(-x)) : m;
    vec3 kept = c * (y / m);
    return mix(kept, vec3(y), 0.35 * (1.0 - exp(-max(x, 0.0) * 0.6)));
}
