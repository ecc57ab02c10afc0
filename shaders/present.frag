// Composite: scattered light times albedo, plus highlights, under hair, before the background; tone curve; sRGB.
// TIER 0 reads the draft's single target, TIER 1 the three; INK: the dots' transmittance. OUTPUT 0: encoded straight alpha; 1: linear premultiplied, for
// averaging or smoothing. UNLIT: no tone curve. HAIR: the strands' accumulated light and transmittance.
#include "frame.glsl"
#include "maths.glsl"
#include "pigment.glsl"
#include "tone.glsl"
#ifndef DITHER
#define DITHER (TIER || UNLIT)
#endif
#include "background.glsl"
uniform sampler2D t_light;
uniform sampler2D t_albedo;
uniform sampler2D t_specular;
uniform sampler2D t_strands;
#if INK
uniform sampler2D t_ink;
#endif
layout(location = 0) out vec4 o_colour;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy - u_viewport.zw);
    vec4 light = texelFetch(t_light, at, 0);
#if TIER == 0
    vec3 skin = light.rgb;
    vec3 specular = vec3(max(light.a, 0.0));
    float head = saturate(light.a + 1.0); // cleared to -1
#else
    vec4 albedo = texelFetch(t_albedo, at, 0);
    vec3 skin = light.rgb * albedo.rgb * albedo.rgb;
    vec3 specular = texelFetch(t_specular, at, 0).rgb;
    float head = albedo.a;
#endif
#if INK
    vec4 through = texelFetch(t_ink, at, 0); // pigment on the way out; the halo of what it took before
    skin *= through.rgb * pigment_leaves(through.a);
#if HAIR
    specular *= mix(1.0, through.a, saturate(u_hair.x * 0.25)); // hair shades highlights as well, pigment does not
#endif
#endif
    vec4 back = background_colour(gl_FragCoord.xy - u_viewport.zw);
#if HAIR
    vec4 strands = texelFetch(t_strands, at, 0);
    float thickness = -log(clamp(strands.a, 1e-4, 1.0));
    vec3 hair = strands.rgb / max(thickness, 1e-4);
    float shade = exp(-thickness * u_hair.y); // hair's own shadow on the skin around it
    skin *= shade;
    specular *= shade;
#endif
    vec3 lit = skin + specular;
#if !UNLIT
    lit = tone_map(lit);
#if HAIR
    hair = tone_map(hair);
#endif
#endif
#if HAIR || OUTPUT == 1
    vec4 c = mix(vec4(srgb_decode(back.rgb) * back.a, back.a), vec4(lit, 1.0), head);
#if HAIR
    c = c * strands.a + vec4(hair, 1.0) * (1.0 - strands.a);
#endif
#if OUTPUT == 1
    o_colour = c;
#else
    o_colour = vec4(srgb_encode(c.rgb / max(c.a, 1e-4)), c.a);
#endif
#else
    float cover = mix(back.a, 1.0, head);
    o_colour = vec4(mix(back.rgb * back.a, srgb_encode(lit), head) / max(cover, 1e-4), cover);
#endif
}
