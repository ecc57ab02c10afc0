// The wall alone, where nothing of the head can be.
#include "frame.glsl"
#include "maths.glsl"
#include "background.glsl"
layout(location = 0) out vec4 o_colour;
void main() {
    vec4 c = background_colour(gl_FragCoord.xy - u_viewport.zw);
    o_colour = vec4(srgb_encode(c.rgb), c.a);
}
