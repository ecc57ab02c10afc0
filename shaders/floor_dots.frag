// A disc with a soft edge, multiplied.
layout(location = 0) out vec4 o_colour;
void main() {
    float r = length(gl_PointCoord - 0.5);
    o_colour = vec4(vec3(1.0 - 0.6 * clamp((0.5 - r) * 4.0, 0.0, 1.0)), 1.0);
}
