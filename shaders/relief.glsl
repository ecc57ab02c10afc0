// Fine relief of the skin: pores and creases from noise in head space, so that they stand still on the skin, each octave
// faded out as its wavelength nears two pixels. Lengths in mm.
vec3 hash33(vec3 p) {
    p = fract(p * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yxz + 33.33);
    return fract((p.xxy + p.yxx) * p.zyx);
}

// Value noise and its gradient (Quilez' derivation), -1..1, wavelength 1.
vec4 noise_gradient(vec3 x) {
    vec3 p = floor(x), w = x - p;
    vec3 u = w * w * w * (w * (w * 6.0 - 15.0) + 10.0);
    vec3 du = 30.0 * w * w * (w * (w - 2.0) + 1.0);
    float a = hash33(p).x, b = hash33(p + vec3(1, 0, 0)).x, c = hash33(p + vec3(0, 1, 0)).x,
          d = hash33(p + vec3(1, 1, 0)).x, e = hash33(p + vec3(0, 0, 1)).x, f = hash33(p + vec3(1, 0, 1)).x,
          g = hash33(p + vec3(0, 1, 1)).x, h = hash33(p + vec3(1, 1, 1)).x;
    float k0 = a, k1 = b - a, k2 = c - a, k3 = e - a, k4 = a - b - c + d, k5 = a - c - e + g, k6 = a - b - e + f,
          k7 = -a + b + c - d + e - f - g + h;
    return vec4(2.0 * du * vec3(k1 + k4 * u.y + k6 * u.z + k7 * u.y * u.z, k2 + k5 * u.z + k4 * u.x + k7 * u.z * u.x,
                                k3 + k6 * u.x + k5 * u.y + k7 * u.x * u.y),
                2.0 * (k0 + k1 * u.x + k2 * u.y + k3 * u.z + k4 * u.x * u.y + k5 * u.y * u.z + k6 * u.z * u.x +
                       k7 * u.x * u.y * u.z) - 1.0);
}

#if MARKS
uniform sampler2D t_marks; // relief in mm, roughness added
// Slope of the marks' relief, from its steps across the screen, no nearer than texels are (Mikkelsen 2010).
vec3 mark_slope(vec2 uv, vec3 pos_mm, vec3 n) {
    vec2 du = dFdx(uv), dv = dFdy(uv);
    vec3 sx = dFdx(pos_mm), sy = dFdy(pos_mm);
    float texel = 1.0 / float(textureSize(t_marks, 0).x);
    float a = max(1.0, texel / max(length(du), 1e-7)), b = max(1.0, texel / max(length(dv), 1e-7));
    float h = texture(t_marks, uv).r;
    float hx = (texture(t_marks, uv + du * a).r - h) / a, hy = (texture(t_marks, uv + dv * b).r - h) / b;
    vec3 r = cross(sy, n);
    float det = dot(sx, r);
    return (hx * r + hy * cross(n, sx)) * (sign(det) / max(abs(det), 1e-9));
}
#endif

// The lattice of the noise stands askew to the head's axes: from the front, the side or above its rows would be seen as a
// weave.
const mat3 RELIEF_TURN = mat3(2.0, 2.0, -1.0, -1.0, 2.0, 2.0, 2.0, -1.0, 2.0) / 3.0;

const float PORE_MM = 0.3, PORE_CELL_MM = 0.85, PORE_DEEP_MM = 0.03; // across, between, deep

// What the pixel's size leaves of an octave.
float octave_keep(float wavelength_mm, float mm_per_px) { return saturate(wavelength_mm / (2.0 * mm_per_px) - 1.0); }

// Pores: balls about a point a cell, where the skin cuts them, so that they differ in size and lie in no rows. xyz: slope
// of a pore one cell deep; w: 0..1, how deep.
vec4 skin_pores(vec3 x) {
    vec3 cell = floor(x);
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 8; ++i) {
        vec3 corner = cell + vec3(i & 1, (i >> 1) & 1, i >> 2), h = hash33(corner + 71.7);
        vec3 away = x - corner - 0.4 * (h - 0.5); // reaches half a cell with the radius: no ninth cell is asked
        float radius = mix(0.16, 0.30, h.x), inside = max(0.0, 1.0 - dot(away, away) / pow2(radius));
        sum += vec4(away * (4.0 * inside / pow2(radius)), inside * inside);
    }
    return sum;
}

// xyz: slope to take from the normal; w: height, about -1..1, of what is seen: hollows are darker and shine less.
// `slope_variance` receives what the pixel's size has filtered out; `tint` how the colour differs at these scales, which
// photographs of a whole head and the atlas are too coarse to hold: pores are darker, blood mottles between them. Wider
// mottling is in the skin's own picture.
vec4 skin_relief(vec3 pos_mm, float mm_per_px, float amount, out float slope_variance, out vec3 tint) {
    vec4 sum = vec4(0.0);
    slope_variance = 0.0;
    tint = vec3(0.0);
    // wavelength mm, rms slope, height: skin's primary lines (0.35), pores (0.9), orange-peel (2.2), uneven oil (6)
    const vec3 octave[4] = vec3[4](vec3(0.35, 0.14, 0.5), vec3(0.9, 0.10, 0.6), vec3(2.2, 0.045, 0.35), vec3(6.0, 0.014, 0.5));
    const vec3 colour[4] = vec3[4](vec3(0.05, 0.06, 0.065), vec3(0.08, 0.10, 0.11), vec3(0.010, 0.026, 0.024), vec3(0.0));
    int i = 0; // the octaves too fine for this frame cost nothing; a loop, since a software rasteriser runs both sides of an if
    for (; i < 3 && octave_keep(octave[i].x, mm_per_px) == 0.0; ++i) slope_variance += pow2(octave[i].y);
    vec3 at = RELIEF_TURN * pos_mm;
    do {
        float keep = octave_keep(octave[i].x, mm_per_px);
        slope_variance += pow2(octave[i].y) * (1.0 - keep * keep);
        vec4 n = noise_gradient(at / octave[i].x + float(i) * 17.3);
        sum += n * (vec4(vec3(0.55 * octave[i].y), octave[i].z) * keep);
        tint += colour[i] * (n.w * keep);
    } while (++i < 4);
    float keep = octave_keep(PORE_MM, mm_per_px);
    for (int near = keep > 0.0 ? 1 : 0; near > 0; --near) {
        vec4 pore = skin_pores(at / PORE_CELL_MM) * keep;
        sum += vec4(pore.xyz * (PORE_DEEP_MM / PORE_CELL_MM), -0.8 * pore.w);
        tint -= vec3(0.10, 0.16, 0.18) * pore.w;
    }
    slope_variance *= amount * amount;
    tint *= amount;
    return vec4(sum.xyz * RELIEF_TURN, sum.w) * amount;
}
