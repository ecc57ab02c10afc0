// What a pass made, for measuring: dots or hair as what they let through of white, light, albedo, highlights. Linear,
// encoded as sRGB; dots and hair within half a step of eight bits either way (interleaved gradient noise, Jimenez 2014), so
// that ink too faint for a step of its own is not lost to rounding.
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
    float noise = fract(52.9829189 * fract(dot(vec2(at), vec2(0.06711056, 0.00583715)))) - 0.5;
    o_colour = vec4(srgb_encode(c) + (u_flags.y <= LAYER_HAIR ? noise * 0.998 / 255.0 : 0.0), 1.0);
}
