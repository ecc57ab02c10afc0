// Depth from the key light; u_shadow_from_head maps to [0,1]^3, clip space is twice that less one.
#include "frame.glsl"
layout(location = 0) in vec3 a_pos;
void main() { gl_Position = vec4((u_shadow_from_head * vec4(a_pos, 1.0)).xyz * 2.0 - 1.0, 1.0); }
