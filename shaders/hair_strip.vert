// Long hair: a strip that faces the eye, a strand of u_hair_more.x segments and two joining corners, pulled from texel
// buffers by gl_VertexID. The strand rises from the skin along its direction, leans over at the droop length and follows the
// head's curve, so that it never enters it. Thinned: u_hair.w of the strands are drawn, each widened to keep the cover
// (Cook, Halstead, Planck and Ryu 2007).
#include "frame.glsl"
#include "maths.glsl"
#include "pbr.glsl"
#include "fibre.glsl"
uniform usamplerBuffer t_hair_site; // R32UI, 7 a hair: the record of hair.h
uniform samplerBuffer t_hair_state; // RGBA8
out vec4 v_colour; // light; optical depth
out vec2 v_across; // -1..1 in px from the middle; radius px

const float HEAD_RADIUS_MM = 92.0;

vec2 unpack_oct(uint bits) {
    int i = int(bits);
    return vec2(float((i << 16) >> 16), float(i >> 16)) / 32767.0;
}

void strand_frame(vec3 n, vec3 d, out vec3 tangent, out float sine) {
    sine = clamp(dot(d, n), 0.05, 0.98);
    tangent = d - n * dot(d, n);
    float len = length(tangent);
    tangent = len > 1e-3 ? tangent / len : normalize(cross(n, vec3(1.0, 0.0, 0.0)));
}

// Radius (mm) and turn (rad a mm of hair) of its coil: straight, wavy, curly, coily.
vec2 strand_coil(float curl) {
    vec2 a = mix(vec2(0.0, 0.12), vec2(1.8, 0.20), saturate(curl));
    vec2 b = mix(a, vec2(3.0, 0.27), saturate(curl - 1.0));
    return mix(b, vec2(1.7, 0.55), saturate(curl - 2.0));
}

// Point at arc length s; height over the skin saturates at the droop length; lift keeps it out of a head that is wider on its
// way than the sphere; a coil takes its share of the length. src/strands.c has the same in C.
vec3 strand_point(vec3 root, vec3 n, vec3 tangent, float sine, float lift, float way, float curl, float phase) {
    vec2 coil = strand_coil(curl);
    float s = way * sqrt(1.0 - pow2(coil.x * coil.y));
    float droop = u_hair_more.z, height = droop * (1.0 - exp(-s * sine / droop));
    float along = max(s - height * sine, 0.0) * mix(sqrt(1.0 - sine * sine), 1.0, saturate(s / (3.0 * droop)));
    vec3 down = -u_up.xyz + n * dot(n, u_up.xyz);
    vec3 t = normalize(tangent + down * smoothstep(15.0, 90.0, s) * 1.5 + 1e-4);
    // Along the sphere until it points as far down as it can; from there it hangs.
    float a = min(along / HEAD_RADIUS_MM, max(atan(dot(n, u_up.xyz), -dot(t, u_up.xyz)), 0.13));
    vec3 ahead = t * cos(a) - n * sin(a), side = cross(n, t);
    float wave = coil.x * saturate(s / 8.0), turn = phase + way * coil.y;
    vec3 p = root + t * (sin(a) * HEAD_RADIUS_MM) - n * ((1.0 - cos(a)) * HEAD_RADIUS_MM) + ahead * (along - a * HEAD_RADIUS_MM);
    vec3 up = n * cos(a) + t * sin(a);
    return p + up * (height + lift * s * s / (1.0 + s * s / 3600.0) + wave * (1.0 + cos(turn))) + side * (wave * sin(turn));
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
    vec3 tangent;
    float sine;
    strand_frame(n, d, tangent, sine);
    float phase = order * 6.2832;
    vec3 p = strand_point(root, n, tangent, sine, lift, s, u_hair.z, phase);
    vec3 q = strand_point(root, n, tangent, sine, lift, s + max(0.05 * length_mm, 0.05), u_hair.z, phase);
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
