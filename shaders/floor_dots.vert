// The floor measurement's dots: points 2-4 px wide; those that face away leave the clip volume.
layout(std140) uniform Floor { mat4 u_clip_from_world; vec4 u_eye; };
layout(location = 0) in vec3 a_pos;
layout(location = 1) in vec2 a_normal; // octahedral
layout(location = 2) in float a_size;
void main() {
    vec3 n = vec3(a_normal, 1.0 - abs(a_normal.x) - abs(a_normal.y));
    float t = max(-n.z, 0.0);
    n.xy += vec2(n.x >= 0.0 ? -t : t, n.y >= 0.0 ? -t : t);
    gl_PointSize = a_size;
    gl_Position = dot(n, u_eye.xyz - a_pos) > 0.0 ? u_clip_from_world * vec4(a_pos, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}
