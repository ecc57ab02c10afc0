// The head's surface: head-space mm in, clip space out. Soft light (fill, rim, environment) changes slowly over the skin and
// is worked out here; the key, its shadow and highlights are per pixel.
#include "frame.glsl"
#include "maths.glsl"
#include "pbr.glsl"
layout(location = 0) in vec3 a_pos;
layout(location = 1) in vec4 a_normal;  // xyz, 10 bits each
layout(location = 2) in vec2 a_uv;      // atlas
layout(location = 3) in vec4 a_ambient; // bent normal (octahedral, 0..1), ambient visibility, region
out vec3 v_pos;
out vec3 v_normal;
out vec2 v_uv;
#if EYES
out float v_eye; // 1 on the eyeball
#endif
out vec4 v_soft; // radiance of white under fill, rim and environment, before ambient visibility; visibility
#if TIER == 0
out vec3 v_sheen; // environment in the highlight
#else
out vec2 v_region; // scalp 0..1, thin (ear) 0..1
#endif

void main() {
    v_pos = a_pos;
    v_normal = a_normal.xyz;
    v_uv = a_uv;
#if EYES
    v_eye = a_normal.w;
#endif
    vec3 n = normalize(a_normal.xyz), bent = normalize(mix(n, oct_decode(a_ambient.xy * 2.0 - 1.0), 0.6));
    float visible = a_ambient.z;
    vec3 scatter = vec3(0.06, 0.03, 0.02);
    vec3 lamps = u_light_rgb[1].rgb * soft_cosine(dot(n, u_light_dir[1].xyz), scatter + 0.5 * u_light_dir[1].w) +
                 u_light_rgb[2].rgb * soft_cosine(dot(n, u_light_dir[2].xyz), scatter + 0.5 * u_light_dir[2].w);
    v_soft = vec4(lamps + environment_diffuse(bent), visible);
#if TIER == 0
    vec3 v = normalize(u_camera_mm.xyz - a_pos);
    v_sheen = environment_specular(n, v, mix(0.56, 0.30, u_skin.x)) * visible;
#else
    // region: 0..0.5 face to scalp, 1 ear
    v_region = vec2(a_ambient.w < 0.75 ? min(a_ambient.w * 2.0, 1.0) : 0.0, saturate(a_ambient.w * 4.0 - 3.0));
#endif
    gl_Position = u_clip_from_head * vec4(a_pos, 1.0);
}
