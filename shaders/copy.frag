// A finished picture to its place, untouched.
#include "frame.glsl"
uniform sampler2D t_picture;
layout(location = 0) out vec4 o_colour;
void main() { o_colour = texelFetch(t_picture, ivec2(gl_FragCoord.xy - u_viewport.zw), 0); }
