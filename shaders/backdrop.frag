// The wall alone, where nothing of the head and its shadow can be.
in vec4 v_colour;
layout(location = 0) out vec4 o_colour;
void main() { o_colour = v_colour; }
