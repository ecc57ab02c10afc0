// Transmittance of one dot (rgb on the way out, a on the way in), multiplied into what the other dots let through; their
// order does not matter.
#include "frame.glsl"
flat in vec4 v_ink;
#if ELLIPSE
flat in vec2 v_axis;
flat in vec4 v_size;
flat in float v_half;
#endif
layout(location = 0) out vec4 o_transmittance;

#if ELLIPSE
float bump(vec2 q) {
    float t = max(1.0 - dot(q, q), 0.0);
    return t * t;
}
#endif

void main() {
#if ELLIPSE
    vec2 p = (gl_PointCoord * 2.0 - 1.0) * v_half;
    vec2 q = vec2(dot(p, v_axis), dot(p, vec2(-v_axis.y, v_axis.x)));
    vec4 through = 1.0 - v_ink * vec4(vec3(bump(q / v_size.xy)), bump(q / v_size.zw));
#else
    vec2 tent = 1.0 - abs(gl_PointCoord * 2.0 - 1.0);
    vec4 through = 1.0 - v_ink * (tent.x * tent.y);
#endif
    o_transmittance = through;
}
