// Plain pictures of the head for measuring: LAYER 0 mask (white), 1 normals in camera space (0.5 + 0.5 n, y up, z to the
// viewer), 2 what the head lets pass of the key light.
#include "frame.glsl"
#include "maths.glsl"
#if LAYER == 2
#include "shadowmap.glsl"
#endif
in vec3 v_pos;
in vec3 v_normal;
in vec2 v_uv;
in vec4 v_soft;
layout(location = 0) out vec4 o_colour;
void main() {
#if LAYER == 0
    o_colour = vec4(1.0);
#elif LAYER == 1
    vec3 n = mat3(u_camera_from_head) * normalize(v_normal);
    o_colour = vec4(0.5 + 0.5 * vec3(n.x, -n.y, -n.z), 1.0);
#else
    o_colour = vec4(vec3(key_visibility(v_pos, normalize(v_normal))), 1.0);
#endif
}
