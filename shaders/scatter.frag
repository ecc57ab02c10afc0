// Subsurface scattering: one axis of the separable blur of irradiance, in mm on the skin (Jimenez et al. 2015 with the
// profile of d'Eon, Luebke and Enderton 2007, domain.md 6.3). Taps across a depth step keep the centre's light.
// The weights of each tap are the profile integrated over the tap's cell, worked out on the CPU; they sum to one.
#include "frame.glsl"
layout(std140) uniform Kernel {
    vec4 u_tap[32]; // rgb weight; w: offset in px
    vec4 u_axis;    // direction (1,0) or (0,1); depth step allowed a px of offset, mm; unused
};
uniform sampler2D t_light; // irradiance | mm of depth
layout(location = 0) out vec4 o_light;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy), top = ivec2(u_viewport.xy) - 1;
    vec4 centre = texelFetch(t_light, at, 0);
    vec3 sum = centre.rgb * u_tap[0].rgb;
    for (int i = 1; i < TAPS; ++i) {
        ivec2 step_px = ivec2(u_axis.xy * u_tap[i].w);
        float reach = u_axis.z * u_tap[i].w + 1.0;
        vec4 a = texelFetch(t_light, min(at + step_px, top), 0), b = texelFetch(t_light, max(at - step_px, ivec2(0)), 0);
        vec3 pa = abs(a.a - centre.a) < reach ? a.rgb : centre.rgb, pb = abs(b.a - centre.a) < reach ? b.rgb : centre.rgb;
        sum += u_tap[i].rgb * (pa + pb);
    }
    o_light = vec4(sum, centre.a);
}
