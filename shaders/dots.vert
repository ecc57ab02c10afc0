// Pigment dots and cut hairs as points: a disc of true area on the skin, foreshortened to an ellipse inside the point, its edge
// soft: pigment lies half a millimetre deep.
// A disc smaller than a pixel keeps its area: it is spread over the pixels around it and its darkness is scaled down
// (domain.md 0). From afar (no ELLIPSE) as a tent over two by two pixels: its weights sum to one wherever it falls between
// them, and of the cheap filters it is nearest to the true picture's grain.
// On its way out light is stopped by the disc; before, scattered, it meets the deposit from all sides: a column as wide
// as the disc and (our assumption, of depths of 0.3 to 1 mm) 0.75 mm tall, whose mean silhouette is a quarter of its surface
// (Cauchy), 6.3 discs of 0.13 mm, once on its way in and once on its way up; and what the skin's surface reflects back inside,
// about 0.55 at n = 1.4 of a reflectance of 0.5, meets it again: 1 / (1 - 0.55 * 0.5) = 1.38 (Saunderson).
// 2 * 6.3 * 1.38 - 1 = 16.3 discs. That is the optical dot gain of domain.md 2.7, a halo of sigma 0.18 mm around the dot, and
// ashen: pigment.glsl.
// ROOTS: cut hairs. The shaft goes on down through all of the light: opaque cylinders of 70 um, 2 a mm2, add 0.09 / mm to skin2's
// absorption in green (domain.md 6.3), whose reflectance falls from 0.45 to 0.33 (Jensen 2001): 46 sections of a shaft, 27 of the
// stump's wider disc. The strand above takes light on its way in too: half of its side, spread about the root, so that skin
// under hair lies in the shade that the hair's density makes.
#include "frame.glsl"
#include "maths.glsl"
layout(location = 0) in vec3 a_pos;
layout(location = 1) in vec2 a_normal; // octahedral
layout(location = 2) in uint a_state;  // diameter um : 16, optical density / 100 : 8, tint / 127 : 8
flat out vec4 v_ink; // darkness of the whole disc by channel on the way out; on the way in
#if ELLIPSE
flat out vec2 v_axis; // unit minor axis on the screen (y down)
flat out vec4 v_size; // half axes px: the soft disc's minor and major, the halo's
flat out float v_half; // half of the point's size, px
#endif

const vec3 TINT = vec3(0.22, 0.0, -0.30); // +1: slate blue takes red, spares blue
const float LIFT_MM = 1.5;                // towards the eye, over the mesh's facets
#if ROOTS
const float GAIN = 27.0, HALO_MM = 1.2;
#else
const float GAIN = 16.3, HALO_MM = 0.5; // reach of the halo, (1 - q^2)^2: its sigma is reach / sqrt(8)
#endif

const float SHADE_MM = 15.0; // no more of a strand lies over its own root, and a fifth where long hair is combed away from it
const float SPREAD_MM = 0.7; // about the spacing of hairs: shades join

void main() {
    float diameter_mm = float(a_state & 0xffffu) * 1e-3;
    vec3 n = oct_decode(a_normal), to_eye = u_camera_mm.xyz - a_pos;
    float distance_mm = length(to_eye);
    float facing = dot(n, to_eye) / distance_mm;
    vec4 clip = u_clip_from_head * vec4(a_pos + to_eye * (LIFT_MM / distance_mm), 1.0);
    float r = 0.5 * diameter_mm * u_camera_mm.w / clip.w;
    float density = float((a_state >> 16) & 255u) * 0.01, tint = float(int(a_state) >> 24) / 127.0;
    vec3 dark = 1.0 - exp(-density * (1.0 + tint * TINT));
    float px_per_mm = u_camera_mm.w / clip.w;
    float lost = r * r * GAIN * dark.g, halo = HALO_MM * px_per_mm; // px^2 over pi; px
#if ROOTS
    float over_mm = min(u_hair.x, SHADE_MM) * mix(1.0, 0.2, smoothstep(25.0, 45.0, u_hair.x));
    lost += r * over_mm * px_per_mm * 0.85 / 3.1416; // half of diameter x length
    halo = max(halo, min(0.35 * u_hair.x, SPREAD_MM) * px_per_mm);
#endif
#if ELLIPSE
    // bumps (1 - q^2)^2, whose area is a third of their ellipse's; seen through the pixel: as 64 samples of it flicker
    vec2 turned = vec2(facing * facing, 1.0), drawn = sqrt(3.0 * r * r * turned + 0.46), wide = sqrt(pow2(halo) * turned + 0.46);
    float kept = min(3.0 * r * r * facing / (drawn.x * drawn.y), 1.0), dark_in = min(3.0 * lost * facing / (wide.x * wide.y), 1.0);
    vec2 axis = (mat3(u_camera_from_head) * n).xy;
    float len = length(axis);
    v_axis = len > 1e-4 ? axis / len : vec2(1.0, 0.0);
    v_size = vec4(drawn, wide);
    v_half = max(wide.y, drawn.y);
    gl_PointSize = 2.0 * v_half;
#else
    // a tent as wide as the halo under the pixel: so it flickers as 64 samples of it do
    float tent = u_flags.z > 0.5 ? 1.0 : sqrt(clamp(5.4 * pow2(0.354 * HALO_MM * px_per_mm) + 0.53, 1.0, 3.0)), area = tent * tent;
    float kept = min(r * r * facing * 3.1416 / area, 1.0), dark_in = min(lost * facing * 3.1416 / area, 1.0);
    gl_PointSize = 2.0 * tent;
#endif
    v_ink = u_flags.z > 0.5 ? vec4(vec3(kept), 0.0) : vec4(dark * kept, dark_in);
    gl_Position = diameter_mm > 0.0 && facing > 0.02 ? clip : vec4(2.0, 2.0, 2.0, 1.0);
}
