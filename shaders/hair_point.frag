// Coverage of a short strand; light weighted by optical depth is added, transmittance multiplied: no order matters.
#include "frame.glsl"
flat in vec4 v_colour;
flat in vec4 v_segment;
layout(location = 0) out vec4 o_strands;

void main() {
    vec2 p = (gl_PointCoord * 2.0 - 1.0) * v_segment.w, h = v_segment.xy;
    float t = clamp(dot(p, h) / max(dot(h, h), 1e-6), -1.0, 1.0);
    float cover = clamp(v_segment.z + 0.5 - length(p - h * t), 0.0, 1.0);
    float alpha = v_colour.a * cover * (0.75 + 0.25 * t * (1.0 - 0.0)); // the root is under skin, and soft
    o_strands = vec4(v_colour.rgb * -log(1.0 - alpha), alpha);
}
