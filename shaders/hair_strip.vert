// Long hair: a strip that faces the eye, a strand of u_hair_more.x segments and two joining corners, pulled from texel
// buffers by gl_VertexID. The strand rises from the skin along its direction, leans over at the droop length and follows the
// head's curve, so that it never enters it. Thinned: u_hair.w of the strands are drawn, each widened to keep the cover
// (Cook, Halstead, Planck and Ryu 2007).
#include "frame.glsl"
#include "maths.glsl"
#include "pbr.glsl"
#include "fibre.glsl"
#include "strand.glsl"
uniform usamplerBuffer t_hair_site; // R32UI, 7 a hair: the record of hair.h
uniform samplerBuffer t_hair_state; // RGBA8
out vec4 v_colour; // light; optical depth
out vec2 v_across; // -1..1 in px from the middle; radius px

vec2 unpack_oct(uint bits) {
    int i = int(bits);
    return vec2(float((i << 16) >> 16), float(i >> 16)) / 32767.0;
}

void main() {
    int per_hair = 2 * int(u_hair_more.x) + 4;
    int hair = gl_VertexID / per_hair, corner = gl_VertexID - hair * per_hair - 1;
    corner = clamp(corner, 0, per_hair - 3);
    vec3 root = uintBitsToFloat(uvec3(texelFetch(t_hair_site, hair * 7).r, texelFetch(t_hair_site, hair * 7 + 1).r,
                                      texelFetch(t_hair_site, hair * 7 + 2).r));
    vec3 n = oct_decode(unpack_oct(texelFetch(t_hair_site, hair * 7 + 3).r));
    vec3 d = oct_decode(unpack_oct(texelFetch(t_hair_site, hair * 7 + 4).r));
    uint id = texelFetch(t_hair_site, hair * 7 + 5).r * 2654435761u;
    float order = float(id >> 8) / 16777216.0;
    float lift = uintBitsToFloat(texelFetch(t_hair_site, hair * 7 + 6).r);
    vec4 state = texelFetch(t_hair_state, hair);
    float diameter_mm = state.x * 0.255, length_mm = u_hair.x * state.y;
    float t = float(corner >> 1) / u_hair_more.x, s = t * length_mm;
    Strand strand;
    strand.root = root, strand.normal = n, strand.lift = lift, strand.up = u_up.xyz;
    strand.droop_mm = u_hair_more.z, strand.curl = u_hair.z, strand.phase = order * 6.2832;
    strand_frame(n, d, strand.tangent, strand.sine);
    vec3 p = strand_point(strand, s), q = strand_point(strand, s + max(0.05 * length_mm, 0.05));
    vec3 fibre = normalize(q - p), v = normalize(u_camera_mm.xyz - p);
    vec4 clip = u_clip_from_head * vec4(p + v * 1.0, 1.0), ahead = u_clip_from_head * vec4(q + v * 1.0, 1.0);
    vec2 run = (ahead.xy / ahead.w - clip.xy / clip.w) * u_viewport.xy;
    float run_px = length(run);
    vec2 across = run_px > 1e-4 ? vec2(-run.y, run.x) / run_px : vec2(1.0, 0.0);
    float taper = 1.0 - 0.6 * smoothstep(0.8, 1.0, t) * saturate(length_mm / 20.0 - 0.5);
    float w = diameter_mm * taper * u_hair_more.y * u_camera_mm.w / clip.w;
    float r = max(0.5 * w, 0.5);
    float side = (corner & 1) == 0 ? -1.0 : 1.0;
    clip.xy += across * side * (r + 0.5) * 2.0 / u_viewport.xy * clip.w;
    vec3 sigma = fibre_absorption(state.z, state.w);
    float open = mix(0.35, 1.0, smoothstep(0.0, 0.6, t)); // roots lie in the shade of the hairs around them
    float soft = smoothstep(0.0, 0.08, s);
    v_colour = vec4(u_flags.z > 0.5 ? vec3(0.0) : fibre_radiance(fibre, n, v, sigma, open), min(w / (2.0 * r), 1.0) * 0.97 * mix(0.5, 1.0, soft));
    v_across = vec2(side * (r + 0.5), r);
    bool shown = diameter_mm > 0.0 && length_mm > 0.02 && order < u_hair.w && dot(n, v) > -0.6;
    gl_Position = shown ? clip : vec4(2.0, 2.0, 2.0, 1.0);
}
