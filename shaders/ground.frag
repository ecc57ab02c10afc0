// The wall where the bust's shadow may lie, per pixel.
#include "frame.glsl"
#include "background.glsl"
layout(location = 0) out vec4 o_colour;
void main() { o_colour = background_colour(gl_FragCoord.xy - u_viewport.zw); }
