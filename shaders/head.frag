// The skin. TIER 0 (draft): diffuse radiance | specular luminance in one target, scattering pre-integrated; where the bust
// fades out, the share of it that is seen, less 1, stands for the luminance.
// TIER 1: irradiance | depth from the head's centre in mm; albedo (square root encoded) | share of the bust; specular.
// EYES: the triangles about the eyeballs. UNLIT: the skin's own radiance, as photographed.
#include "frame.glsl"
#include "maths.glsl"
#include "pbr.glsl"
#if !UNLIT
#include "shadowmap.glsl"
#endif
#if EYES
#include "eye.glsl"
#endif
#if RELIEF || MARKS
#include "relief.glsl"
#endif
uniform sampler2D t_skin; // albedo or radiance, sRGB decoded by the sampler; the albedo's alpha: gloss 0..1
in vec3 v_pos;
in vec3 v_normal;
in vec2 v_uv;
#if EYES
in float v_eye;
#endif
in vec4 v_soft;
#if TIER == 0
in vec3 v_sheen;
#else
in vec2 v_region;
#endif
layout(location = 0) out vec4 o_diffuse;
#if TIER >= 1
layout(location = 1) out vec4 o_albedo;
layout(location = 2) out vec4 o_specular;
#endif

// Light reflected again within a hollow takes the skin's colour (Jimenez et al. 2016, multi-bounce fit).
vec3 ambient_bounce(float visibility, vec3 albedo) {
    vec3 a = 2.0404 * albedo - 0.3324, b = -4.7951 * albedo + 0.6417, c = 2.7552 * albedo + 0.6903;
    return max(vec3(visibility), ((visibility * a + b) * visibility + c) * visibility);
}

// The bust fades out above the plane where its mesh ends.
float bust_share(vec3 pos_mm) { return smoothstep(0.0, 30.0, dot(u_cut, vec4(pos_mm, 1.0))); }

// Of one mip level: half of the texels, which a software driver decodes one by one.
vec4 skin_quickly() {
    vec2 size = vec2(textureSize(t_skin, 0)), dx = dFdx(v_uv) * size, dy = dFdy(v_uv) * size;
    return textureLod(t_skin, v_uv, floor(0.5 * log2(max(max(dot(dx, dx), dot(dy, dy)), 1e-6)) + 0.5));
}

void main() {
#if TIER == 0 && !UNLIT
    vec4 skin = skin_quickly();
#else
    vec4 skin = texture(t_skin, v_uv, u_skin.w);
#endif
    vec3 albedo = skin.rgb;
#if UNLIT
    o_diffuse = vec4(albedo * u_up.w, min(bust_share(v_pos) - 1.0, 0.0));
#elif TIER == 0
    vec3 n = normalize(v_normal), v = normalize(u_camera_mm.xyz - v_pos), l = u_light_dir[0].xyz;
#if EYES
    float ball = smoothstep(0.35, 0.65, v_eye);
    Eyeball eye = eyeball(v_pos, v, u_skin.z);
    albedo = mix(albedo, eye.albedo, ball);
    n = normalize(mix(n, eye.n, ball));
#endif
    float seen = key_visibility_one(v_pos, v_normal), nl = dot(n, l);
    vec3 light = u_light_rgb[0].rgb * seen;
    vec3 irradiance = light * soft_cosine(nl, vec3(0.10, 0.045, 0.03) + 0.5 * u_light_dir[0].w) + v_soft.rgb * ambient_bounce(v_soft.w, albedo);
    float rough = mix(0.56, 0.30, u_skin.x);
    vec3 specular = v_sheen + light * specular_one_lobe(n, v, l, rough, u_light_dir[0].w);
#if EYES
    specular = mix(specular, eye_lamps(eye, v, seen) + environment_specular(eye.shine, v, 0.1) * (v_soft.w * eye.open), ball);
#endif
    float shine = dot(specular, vec3(0.2126, 0.7152, 0.0722)) * u_up.w, share = bust_share(v_pos);
    o_diffuse = vec4(irradiance * albedo * u_up.w, share < 1.0 ? share - 1.0 : shine);
#else
    vec3 n = normalize(v_normal), v = normalize(u_camera_mm.xyz - v_pos);
#if EYES
    float ball = smoothstep(0.35, 0.65, v_eye);
    Eyeball eye = eyeball(v_pos, v, u_skin.z);
    albedo = mix(albedo, eye.albedo, ball);
    n = normalize(mix(n, eye.n, ball));
#endif
    float rough = mix(0.56, 0.30, u_skin.x) * mix(1.18, 0.97, v_region.x);
    rough = clamp(rough + (0.5 - skin.a) * 0.24, 0.2, 0.75);
#if EYES
    rough = mix(rough, 0.2, smoothstep(0.2, 0.45, v_eye) * smoothstep(0.8, 0.55, v_eye)); // tears along the lids
#endif
    float key_seen = key_visibility(v_pos, n);
    float visible = v_soft.w;
    // a fold within the pixel shines as a rough surface would (Tokuyoshi and Kaplanyan 2019)
    vec3 ndx = dFdx(n), ndy = dFdy(n);
#if MARKS
    n = normalize(n - mark_slope(v_uv, v_pos, n));
    rough = clamp(rough + texture(t_marks, v_uv).g, 0.16, 0.8);
#endif
    float lost = min(0.5 * (dot(ndx, ndx) + dot(ndy, ndy)), 0.18), cavity = 1.0;
#if RELIEF
    float unseen;
    vec3 tint;
    vec4 relief = skin_relief(v_pos, u_skin.z, u_skin.y * mix(0.85, 1.0, v_region.x), unseen, tint);
#if EYES
    relief *= 1.0 - ball;
    tint *= 1.0 - ball;
#endif
    n = normalize(n - (relief.xyz - n * dot(relief.xyz, n)));
    lost += 0.5 * unseen;
    albedo *= 1.0 + tint;
    cavity = 1.0 + 0.35 * relief.w;
#endif
    rough = sqrt(sqrt(pow2(rough * rough) + lost));
    vec3 scatter = vec3(0.05, 0.02, 0.015);
    // blood lets red through first: the penumbra's dark end reddens (pre-integrated scattering, Penner 2011)
    vec3 seen = key_seen + key_seen * (1.0 - key_seen) * vec3(0.144, -0.028, -0.068);
    vec3 irradiance = u_light_rgb[0].rgb * seen * soft_cosine(dot(n, u_light_dir[0].xyz), scatter + 0.5 * u_light_dir[0].w);
    // a hollow's thin walls, of an ear or a nostril's wing, let red light through; its depth is dark
    irradiance += v_soft.rgb * (ambient_bounce(visible, albedo) + saturate(4.0 * visible) * pow2(1.0 - visible) * vec3(0.30, 0.10, 0.06));

    // thin ears: light that entered on the far side (Jimenez et al. 2010), 4 mm of tissue
    float behind = 0.0;
    int thin = v_region.y > 0.0 ? 1 : 0; // a loop, as in relief.glsl: elsewhere nothing is looked up
    for (int i = 0; i < thin; ++i) behind = key_through(v_pos, 9.0 * u_shadow.w);
    behind *= saturate(0.3 - dot(n, u_light_dir[0].xyz)) * v_region.y;
    irradiance += u_light_rgb[0].rgb * behind * vec3(0.38, 0.11, 0.06);

    // highlights in hollows are taken by their walls: nostrils, concha, the seam of the lips
    float fill_seen = mix(1.0, visible, 0.75), open = smoothstep(0.1, 0.6, visible) * cavity;
    float occlusion = saturate(pow(max(dot(n, v), 0.0) + visible, 2.0) - 1.0 + visible);
    vec3 specular = u_light_rgb[0].rgb * (key_seen * open * specular_two_lobes(n, v, u_light_dir[0].xyz, rough, u_light_dir[0].w));
    specular += u_light_rgb[1].rgb * (fill_seen * open * specular_one_lobe(n, v, u_light_dir[1].xyz, rough, u_light_dir[1].w));
    specular += u_light_rgb[2].rgb * (fill_seen * open * specular_two_lobes(n, v, u_light_dir[2].xyz, rough, u_light_dir[2].w));
    specular += environment_specular(n, v, rough) * (occlusion * cavity);
#if EYES
    specular = mix(specular, eye_lamps(eye, v, key_seen) + environment_specular(eye.shine, v, 0.1) * (visible * eye.open), ball);
#endif
    o_diffuse = vec4(irradiance * u_up.w,
                     dot(vec4(u_camera_from_head[0].z, u_camera_from_head[1].z, u_camera_from_head[2].z, u_camera_from_head[3].z),
                         vec4(v_pos, 1.0)) - u_centre.w);
    float share = bust_share(v_pos); // no gloss on what fades out
    o_albedo = vec4(sqrt(albedo), share);
    o_specular = vec4(specular * (u_up.w * share), 1.0);
#endif
}
