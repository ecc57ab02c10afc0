// Light from one hair (Marschner et al. 2003 in the sums of Karis 2016): a shifted white lobe from the cuticle (R), a
// coloured one from inside (TRT), one through the fibre (TT), and diffuse light of the hairs around it (Kajiya and Kay
// 1989). Absorption by melanin as in domain.md 2.8.
vec3 fibre_absorption(float melanin, float pheomelanin) {
    return melanin * 8.0 * vec3(0.419, 0.697, 1.37) + pheomelanin * 3.0 * vec3(0.187, 0.40, 1.05);
}

float fibre_lobe(float spread, float x) { return exp(-0.5 * x * x / (spread * spread)) / (spread * 2.5066); }

vec3 fibre_light(vec3 t, vec3 v, vec3 l, vec3 sigma) {
    float tl = dot(t, l), tv = dot(t, v);
    float cos_tl = sqrt(max(1.0 - tl * tl, 0.0));
    float across = dot(normalize(l - t * tl + 1e-4), normalize(v - t * tv + 1e-4)); // cosine of the azimuth between
    float half_cos = sqrt(max(0.5 + 0.5 * across, 0.0));
    float s = tl + tv; // sum of the sines of the inclinations
    const float TILT = 0.07, ROUGH = 0.22; // cuticle 2 degrees twice over; beta_m 0.3 of the defaults
    vec3 once = exp(-sigma * 0.9), twice = exp(-sigma * 1.8);
    vec3 r = vec3(0.25 * half_cos * fibre_lobe(ROUGH, s + TILT) * 0.046 * 4.0);
    vec3 tt = once * exp(-3.65 * across - 3.98) * 0.5 * fibre_lobe(ROUGH * 0.6, s - 0.5 * TILT);
    vec3 trt = twice * 0.12 * fibre_lobe(ROUGH * 1.7, s - 1.5 * TILT) * exp(17.0 * half_cos - 16.78) * 0.3;
    vec3 body = 0.30 * exp(-sigma * 1.5) + 0.012;
    return (r + tt + trt) * cos_tl + body * cos_tl;
}

// All lights on a hair of the skin point with normal n; `open` 0..1: how much of the sky its neighbours leave.
vec3 fibre_radiance(vec3 t, vec3 n, vec3 v, vec3 sigma, float open) {
    vec3 sum = vec3(0.0);
    for (int i = 0; i < 3; ++i) {
        float side = saturate(0.35 + dot(n, u_light_dir[i].xyz) * 0.9); // the head's own shadow side
        sum += u_light_rgb[i].rgb * side * fibre_light(t, v, u_light_dir[i].xyz, sigma);
    }
    vec3 body = 0.55 * exp(-sigma * 1.5) + 0.03;
    sum += environment_diffuse(normalize(n + 0.5 * t)) * body;
    return sum * open * u_up.w;
}
