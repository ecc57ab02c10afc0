// What dots or hair alone let through of white: for measuring. Linear, encoded as sRGB.
#include "frame.glsl"
#include "maths.glsl"
uniform sampler2D t_light;   // dots: transmittance in rgb
uniform sampler2D t_strands; // hair: transmittance in a
layout(location = 0) out vec4 o_colour;
void main() {
    ivec2 at = ivec2(gl_FragCoord.xy - u_viewport.zw);
    vec3 through = u_flags.y > 2.5 ? vec3(texelFetch(t_strands, at, 0).a) * texelFetch(t_light, at, 0).rgb
                                   : texelFetch(t_light, at, 0).rgb;
    o_colour = vec4(srgb_encode(through), 1.0);
}
