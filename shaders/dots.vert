// Pigment dots and cut hairs as points: a disc of true size on the skin, foreshortened to an ellipse inside the point.
// A disc smaller than 1 px keeps its area: its radius is held at 1 px and its darkness is scaled down (domain.md 0).
#include "frame.glsl"
#include "maths.glsl"
layout(location = 0) in vec3 a_pos;
layout(location = 1) in vec2 a_normal; // octahedral
layout(location = 2) in uint a_state;  // diameter um : 16, optical density / 100 : 8, tint / 127 : 8
flat out vec3 v_ink; // darkness of the whole disc by channel
#if ELLIPSE
flat out vec4 v_shape; // unit minor axis on the screen (y down), half axes px
#endif
flat out float v_half; // half of the point's size, px

const vec3 TINT = vec3(0.22, 0.0, -0.30); // +1: slate blue takes red, spares blue
const float LIFT_MM = 1.5;                // towards the eye, over the mesh's facets

void main() {
    float diameter_mm = float(a_state & 0xffffu) * 1e-3;
    vec3 n = oct_decode(a_normal), to_eye = u_camera_mm.xyz - a_pos;
    float distance_mm = length(to_eye);
    float facing = dot(n, to_eye) / distance_mm;
    vec4 clip = u_clip_from_head * vec4(a_pos + to_eye * (LIFT_MM / distance_mm), 1.0);
    float r = 0.5 * diameter_mm * u_camera_mm.w / clip.w;
    float minor = r * facing;
    float a = max(r, 1.0), b = max(minor, 1.0);
    float kept = (r * minor) / (a * b + 1.0 / 12.0); // the soft edge adds 1/12 px^2
    float density = float((a_state >> 16) & 255u) * 0.01, tint = float(int(a_state) >> 24) / 127.0;
    vec3 dark = u_flags.z > 0.5 ? vec3(1.0) : 1.0 - exp(-density * (1.0 + tint * TINT));
    // a disc of 1 px and more is as dark as it is; below, its area is
    v_ink = dark * min(kept * (r > 1.0 && minor > 1.0 ? (a * b + 1.0 / 12.0) / (a * b) : 1.0), 1.0);
    v_half = a + 0.5;
#if ELLIPSE
    vec3 nc = mat3(u_camera_from_head) * n;
    vec2 axis = nc.xy;
    float len = length(axis);
    v_shape = vec4(len > 1e-4 ? axis / len : vec2(1.0, 0.0), b, a);
#endif
    gl_PointSize = 2.0 * v_half;
    gl_Position = diameter_mm > 0.0 && facing > 0.02 ? clip : vec4(2.0, 2.0, 2.0, 1.0);
}
