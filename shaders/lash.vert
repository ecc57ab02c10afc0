// Eyelashes and the hairs of brows: strips that face the eye, no thinner than a pixel; what is thinner takes less light.
#include "frame.glsl"
layout(location = 0) in vec3 a_pos;
layout(location = 1) in vec3 a_ahead;
layout(location = 2) in vec2 a_width; // half of it, mm, its sign is the side; share of the light taken
out vec3 v_across; // px from the middle, half width px, share of the light taken
void main() {
    vec3 v = normalize(u_camera_mm.xyz - a_pos);
    vec4 clip = u_clip_from_head * vec4(a_pos + v, 1.0), ahead = u_clip_from_head * vec4(a_ahead + v, 1.0);
    vec2 run = (ahead.xy / ahead.w - clip.xy / clip.w) * u_viewport.xy;
    float len = length(run), w = abs(a_width.x) * u_camera_mm.w / clip.w, r = max(w, 0.5);
    vec2 across = len > 1e-4 ? vec2(-run.y, run.x) / len : vec2(1.0, 0.0);
    clip.xy += across * (sign(a_width.x) * (r + 0.5) * 2.0) / u_viewport.xy * clip.w;
    v_across = vec3(sign(a_width.x) * (r + 0.5), r, a_width.y * min(w / r, 1.0));
    gl_Position = clip;
}
