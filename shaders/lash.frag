// Transmittance of a lash or a brow's hair, multiplied as that of dots is.
in vec3 v_across;
layout(location = 0) out vec4 o_transmittance;
void main() {
    float cover = clamp(v_across.y + 0.5 - abs(v_across.x), 0.0, 1.0);
    o_transmittance = vec4(vec3(1.0 - v_across.z * cover), 1.0);
}
