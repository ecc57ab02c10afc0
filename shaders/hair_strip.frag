// Coverage of a long strand; sums as in hair_point.frag.
#include "frame.glsl"
in vec4 v_colour;
in vec2 v_across;
layout(location = 0) out vec4 o_strands;
void main() {
    float alpha = v_colour.a * clamp(v_across.y + 0.5 - abs(v_across.x), 0.0, 1.0);
    o_strands = vec4(v_colour.rgb * -log(1.0 - alpha), alpha);
}
