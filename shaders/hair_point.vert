// Short hair, one point a strand: the point's square holds the projected strand, and the fragment shader covers it as a
// capsule of true width. Cheapest while a strand is a few pixels long.
#include "frame.glsl"
#include "maths.glsl"
#include "pbr.glsl"
#include "fibre.glsl"
layout(location = 0) in vec3 a_pos;
layout(location = 1) in vec2 a_normal;
layout(location = 2) in vec2 a_direction;
layout(location = 3) in vec4 a_state; // diameter / 255 um, share of length, melanin, pheomelanin
flat out vec4 v_colour;  // light; optical depth scale
flat out vec4 v_segment; // half the strand in px (x, y; y down), radius px, half size of the point px
flat out float v_soft;   // strand's length over the length of its soft root

void main() {
    float diameter_mm = a_state.x * 0.255, length_mm = u_hair.x * a_state.y;
    vec3 n = oct_decode(a_normal), d = oct_decode(a_direction);
    vec3 tip = a_pos + d * length_mm, mid = a_pos + d * (0.5 * length_mm);
    vec3 to_eye = u_camera_mm.xyz - mid;
    float distance_mm = length(to_eye);
    vec3 v = to_eye / distance_mm;
    float facing = dot(n, v);
    vec4 c0 = u_clip_from_head * vec4(a_pos, 1.0), c1 = u_clip_from_head * vec4(tip, 1.0);
    vec4 clip = u_clip_from_head * vec4(mid + v * (1.2 + 0.5 * length_mm), 1.0);
    vec2 half_px = (c1.xy / c1.w - c0.xy / c0.w) * 0.25 * u_viewport.xy;
    half_px.y = -half_px.y;
    float len = 2.0 * length(half_px), w = diameter_mm * u_camera_mm.w / clip.w;
    float r = max(0.5 * w, 0.5);
    float kept = (w * len + 0.785 * w * w) / (2.0 * r * len + 3.1416 * (r * r + 1.0 / 12.0));
    vec3 sigma = fibre_absorption(a_state.z, a_state.w);
    float alpha = min(kept, 1.0) * 0.97;
    v_colour = vec4(u_flags.z > 0.5 ? vec3(0.0) : fibre_radiance(d, n, v, sigma, 0.85), alpha);
    float half_size = max(abs(half_px.x), abs(half_px.y)) + r + 0.5;
    v_segment = vec4(half_px, r, half_size);
    v_soft = length_mm / 0.08;
    gl_PointSize = 2.0 * half_size;
    bool shown = diameter_mm > 0.0 && length_mm > 0.02 && facing > -0.15;
    gl_Position = shown ? clip : vec4(2.0, 2.0, 2.0, 1.0);
}
