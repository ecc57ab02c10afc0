// The head's surface: head-space mm in, clip space out.
#include "frame.glsl"
#include "maths.glsl"
layout(location = 0) in vec3 a_pos;
layout(location = 1) in vec4 a_normal;  // xyz, 10 bits each
layout(location = 2) in vec2 a_uv;      // atlas
layout(location = 3) in vec4 a_ambient; // bent normal (octahedral, 0..1), ambient visibility, region
out vec3 v_pos;
out vec3 v_normal;
out vec2 v_uv;
out vec4 v_ambient; // bent normal, visibility
out vec2 v_region;  // scalp 0..1, thin (ear) 0..1

void main() {
    v_pos = a_pos;
    v_normal = a_normal.xyz;
    v_uv = a_uv;
    v_ambient = vec4(oct_decode(a_ambient.xy * 2.0 - 1.0), a_ambient.z);
    // region: 0..0.5 face to scalp, 1 ear
    v_region = vec2(a_ambient.w < 0.75 ? min(a_ambient.w * 2.0, 1.0) : 0.0, max(a_ambient.w * 2.0 - 1.0, 0.0));
    gl_Position = u_clip_from_head * vec4(a_pos, 1.0);
}
