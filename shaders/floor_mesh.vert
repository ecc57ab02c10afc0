// The floor measurement's sphere, mm.
layout(std140) uniform Floor { mat4 u_clip_from_world; vec4 u_eye; };
layout(location = 0) in vec3 a_pos;
out vec3 v_normal;
void main() {
    v_normal = a_pos;
    gl_Position = u_clip_from_world * vec4(a_pos, 1.0);
}
