// The wall alone, where nothing of the head and its shadow can be.
#include "frame.glsl"
#include "background.glsl"
in vec4 v_colour;
layout(location = 0) out vec4 o_colour;
void main() {
    o_colour = v_colour;
#if DITHER
    o_colour.rgb += wall_dither(gl_FragCoord.xy - u_viewport.zw);
#endif
}
