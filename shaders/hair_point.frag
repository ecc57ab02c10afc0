// Coverage of a short strand; light weighted by optical depth is added, transmittance multiplied: no order matters.
#include "frame.glsl"
#include "maths.glsl"
flat in vec4 v_colour;
flat in vec4 v_segment;
flat in float v_soft;
layout(location = 0) out vec4 o_strands;

void main() {
    vec2 p = (gl_PointCoord * 2.0 - 1.0) * v_segment.w, h = v_segment.xy;
    float t = clamp(dot(p, h) / max(dot(h, h), 1e-6), -1.0, 1.0);
    float cover = clamp(v_segment.z + 0.5 - length(p - h * t), 0.0, 1.0);
    float alpha = v_colour.a * cover * mix(0.5, 1.0, saturate((t * 0.5 + 0.5) * v_soft)); // soft where it leaves the skin
    o_strands = vec4(v_colour.rgb * -log(1.0 - alpha), alpha);
}
