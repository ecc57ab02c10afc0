// What a pass made, for measuring: dots or hair as what they let through of white, light, albedo, highlights. Linear,
// encoded as sRGB.
#include "frame.glsl"
#include "maths.glsl"
uniform sampler2D t_light;   // the pass; albedo as its square root
uniform sampler2D t_strands; // hair: transmittance in a
layout(location = 0) out vec4 o_colour;
const float LAYER_HAIR = 3.0, LAYER_LIGHT = 7.0, LAYER_SCATTERED = 8.0, LAYER_ALBEDO = 9.0; // ViewLayers
void main() {
    ivec2 at = ivec2(gl_FragCoord.xy - u_viewport.zw);
    vec3 c = texelFetch(t_light, at, 0).rgb;
    if (u_flags.y == LAYER_HAIR) c *= texelFetch(t_strands, at, 0).a;
    if (u_flags.y == LAYER_ALBEDO) c *= c;
    if (u_flags.y == LAYER_LIGHT || u_flags.y == LAYER_SCATTERED) c *= 0.5; // lamps add up to more than white
    o_colour = vec4(srgb_encode(c), 1.0);
}
