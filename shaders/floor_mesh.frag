// Lit per pixel, one lamp.
in vec3 v_normal;
layout(location = 0) out vec4 o_colour;
void main() {
    float light = 0.25 + 0.75 * max(dot(normalize(v_normal), normalize(vec3(-0.5, 0.6, 0.62))), 0.0);
    o_colour = vec4(vec3(0.76, 0.58, 0.5) * light, 1.0);
}
