// Reflection of skin: two GGX lobes over F0 0.028 (domain.md 6.3), and a procedural environment.
// Sources: Walter et al. 2007 (GGX), Heitz 2014 in Hammon's approximation (2017) for masking, Karis 2014 for the environment's
// response, Ramamoorthi and Hanrahan 2001 for the diffuse environment.
const float F0 = 0.028;

float ggx_lobe(float alpha, float nh, float nl, float nv) {
    float a2 = alpha * alpha;
    float d = nh * nh * (a2 - 1.0) + 1.0;
    float ndf = a2 / (d * d); // 1/pi cancels: light rgb is radiance of a white surface
    float vis = 0.5 / mix(2.0 * nl * nv, nl + nv, alpha);
    return ndf * vis;
}

// Radiance reflected per unit of light rgb. `rough` is the perceptual roughness of the middle of the two lobes.
float specular_two_lobes(vec3 n, vec3 v, vec3 l, float rough, float light_radius) {
    vec3 h = normalize(v + l);
    float nl = max(dot(n, l), 0.0), nv = max(dot(n, v), 0.05), nh = max(dot(n, h), 0.0), vh = max(dot(v, h), 0.0);
    float ra = rough * 0.75, rb = min(rough * 1.3, 1.0);
    float widen = 0.25 * light_radius; // a disc light widens the lobe (Karis 2013); the widened lobe is normalised itself
    float lobes = 0.85 * ggx_lobe(ra * ra + widen, nh, nl, nv) +
                  0.15 * ggx_lobe(rb * rb + widen, nh, nl, nv);
    float k = 1.0 - vh, k2 = k * k;
    return (F0 + (1.0 - F0) * k2 * k2 * k) * lobes * nl;
}

// The middle lobe alone, for drafts and for wide lights.
float specular_one_lobe(vec3 n, vec3 v, vec3 l, float rough, float light_radius) {
    vec3 h = normalize(v + l);
    float nl = max(dot(n, l), 0.0), nv = max(dot(n, v), 0.05), nh = max(dot(n, h), 0.0), k = 1.0 - max(dot(v, h), 0.0);
    float a = rough * rough * 0.8, wide = a + 0.25 * light_radius, k2 = k * k;
    return (F0 + (1.0 - F0) * k2 * k2 * k) * ggx_lobe(wide, nh, nl, nv) * nl;
}

// A clamped cosine smeared by `w`: a disc light and scattering both soften the terminator.
vec3 soft_cosine(float x, vec3 w) {
    vec3 t = clamp(vec3(x) + w, vec3(0.0), 2.0 * w);
    return max(vec3(x) - w, vec3(0.0)) + t * t / (4.0 * w);
}

vec3 environment_diffuse(vec3 n) {
    return max(u_sh[0].rgb + u_sh[1].rgb * n.y + u_sh[2].rgb * n.z + u_sh[3].rgb * n.x +
               u_sh[4].rgb * (n.x * n.y) + u_sh[5].rgb * (n.y * n.z) + u_sh[6].rgb * (3.0 * n.z * n.z - 1.0) +
               u_sh[7].rgb * (n.x * n.z) + u_sh[8].rgb * (n.x * n.x - n.y * n.y), vec3(0.0));
}

vec3 environment_specular(vec3 n, vec3 v, float rough) {
    vec3 r = reflect(-v, n);
    float nv = max(dot(n, v), 0.0), h = dot(r, u_up.xyz);
    float soft = 0.25 + 0.75 * rough;
    vec3 env = h > 0.0 ? mix(u_horizon.rgb, u_sky.rgb, smoothstep(0.0, soft, h))
                       : mix(u_horizon.rgb, u_ground.rgb, smoothstep(0.0, soft, -h));
    vec4 c = rough * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
    float a004 = min(c.x * c.x, exp2(-9.28 * nv)) * c.x + c.y;
    vec2 ab = vec2(-1.04, 1.04) * a004 + c.zw;
    return env * (F0 * ab.x + ab.y * 0.5);
}
