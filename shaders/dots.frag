// Transmittance of one dot, multiplied into what the other dots let through; their order does not matter. TWICE (drafts): into
// the diffuse light itself, for the way in and the way out at once.
#include "frame.glsl"
flat in vec3 v_ink;
#if ELLIPSE
flat in vec4 v_shape;
#endif
flat in float v_half;
layout(location = 0) out vec4 o_transmittance;

void main() {
    vec2 p = (gl_PointCoord * 2.0 - 1.0) * v_half;
#if ELLIPSE
    vec2 q = vec2(dot(p, v_shape.xy), dot(p, vec2(-v_shape.y, v_shape.x)));
    vec2 ab = v_shape.zw;
    float k0 = length(q / ab), k1 = length(q / (ab * ab));
    float outside = k0 * (k0 - 1.0) / max(k1, 1e-4);
    float cover = k0 < 1e-3 ? 1.0 : clamp(0.5 - outside, 0.0, 1.0);
#else
    float cover = clamp(v_half - length(p), 0.0, 1.0);
#endif
    vec3 through = 1.0 - v_ink * cover;
#if TWICE
    through *= through;
#endif
    o_transmittance = vec4(through, 1.0);
}
