#include "strands.h"

#include <math.h>
#include <string.h>

#include "octahedral.h"

static const float SPHERE_MM = 92; /* HEAD_RADIUS_MM of strand.glsl */
static const float CLEAR_MM = 0.8f;
static const float LIFT_KNEE_MM = 60;

static float clamp01(float x) {
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static float smooth(float low, float high, float x) {
    const float t = clamp01((x - low) / (high - low));
    return t * t * (3 - 2 * t);
}

static float dot3(const float a[3], const float b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Below the neck's end (headneck.c, the mean head's) hair hangs free. */
static bool below_neck(const float pos_mm[3]) {
    return pos_mm[1] < -141.5f - 0.318f * pos_mm[2];
}

static void normalise(float v[3]) {
    const float length = sqrtf(dot3(v, v));
    for (int k = 0; k < 3; k++) v[k] /= fmaxf(length, 1e-6f);
}

/* A strand's own axes. */
typedef struct StrandFrame {
    float normal[3], tangent[3], down[3], sine, flat; /* of its lean over the skin; flat: cosine */
} StrandFrame;

static StrandFrame frame_of(const HairSite *site) {
    StrandFrame f;
    float direction[3];
    octahedral_decode(site->normal_oct, f.normal);
    octahedral_decode(site->direction_oct, direction);
    const float out = dot3(direction, f.normal);
    f.sine = fmaxf(0.05f, fminf(0.98f, out));
    f.flat = sqrtf(1 - f.sine * f.sine);
    for (int k = 0; k < 3; k++) f.tangent[k] = direction[k] - out * f.normal[k];
    normalise(f.tangent);
    for (int k = 0; k < 3; k++) f.down[k] = f.normal[k] * f.normal[1] - (k == 1 ? 1.0f : 0.0f);
    return f;
}

StrandCoil strands_coil(float curl) {
    static const StrandCoil kinds[4] = {{0, 0.12f}, {1.8f, 0.20f}, {3.0f, 0.27f}, {1.7f, 0.55f}};
    const float at = fmaxf(0, fminf(2.9999f, curl)), t = at - floorf(at);
    const StrandCoil *a = &kinds[(int)at], *b = a + 1;
    return (StrandCoil){a->radius_mm + (b->radius_mm - a->radius_mm) * t,
                        a->turn_rad_mm + (b->turn_rad_mm - a->turn_rad_mm) * t};
}

static inline float droop_of(float length_mm) {
    return 2 + 0.2f * (length_mm < 40 ? length_mm : 40);
}

float strands_droop_mm(float length_mm) {
    return droop_of(length_mm);
}

/* Grows with the square of the way, later with less: long hair does not stand off. */
static float lift_mm(float lift_per_mm, float s) {
    return lift_per_mm * s * s / (1 + s * s / (LIFT_KNEE_MM * LIFT_KNEE_MM));
}

/* --- The curve, of several places at once: the compiler makes vectors of them
 * ------------------------------------------------------------------------ */

/* Within 1e-6 for 0 <= x <= 80. */
static inline float exp_minus(float x) {
    const float t = x * 1.44269504f;
    const int whole = (int)t;
    const float f = (t - (float)whole) * -0.69314718f;
    const union {
        int32_t bits;
        float value;
    } scale = {.bits = (127 - whole) << 23};
    return scale.value *
           (1 + f * (1 + f * (0.5f + f * (0.16666667f + f * (0.041666668f + f * 0.008333334f)))));
}

/* Within 1e-6 for 0 <= x <= 1.4: a strand's way over the sphere is shorter. */
static inline float short_sine(float x) {
    const float q = x * x;
    return x * (1 - q / 6 * (1 - q / 20 * (1 - q / 42 * (1 - q / 72))));
}

static inline float short_cosine(float x) {
    const float q = x * x;
    return 1 - q / 2 * (1 - q / 12 * (1 - q / 30 * (1 - q / 56 * (1 - q / 90))));
}

/* atan2 of y > 0 within 1e-5 (Abramowitz and Stegun 4.4.49). */
static inline float upper_angle(float y, float x) {
    const float ax = fabsf(x), steep = y > ax ? 1.0f : 0.0f;
    const float t = (steep > 0 ? ax : y) / (steep > 0 ? y : ax), q = t * t;
    const float flat =
        t * (0.9998660f + q * (-0.3302995f + q * (0.1801410f + q * (-0.0851330f + q * 0.0208351f))));
    const float right = steep > 0 ? 1.57079633f - flat : flat;
    return x < 0 ? 3.14159265f - right : right;
}

enum { PLACES = 12 };
/* Straight strands without a lift, and the axes there; ahead lies in the skin's plane at the root. */
typedef struct StrandPlaces {
    float pos_mm[3][PLACES], up[3][PLACES], ahead[3][PLACES];
} StrandPlaces;

/* At s[i] along a strand of length_mm[i]. */
static void straight_at(const HairSite *site, const StrandFrame *f, const float *s, const float *length_mm,
                        int count, StrandPlaces *out) {
    const float n0 = f->normal[0], n1 = f->normal[1], n2 = f->normal[2];
#pragma omp simd
    for (int i = 0; i < count; i++) {
        const float droop = droop_of(length_mm[i]);
        const float height = droop * (1 - exp_minus(s[i] * f->sine / droop));
        const float lies = s[i] - height * f->sine, lain = s[i] / (3 * droop);
        const float along = (lies > 0 ? lies : 0) * (f->flat + (1 - f->flat) * (lain < 1 ? lain : 1));
        const float falls = smooth(15, 90, s[i]) * 1.5f;
        float t0 = f->tangent[0] + f->down[0] * falls + 1e-4f;
        float t1 = f->tangent[1] + f->down[1] * falls + 1e-4f;
        float t2 = f->tangent[2] + f->down[2] * falls + 1e-4f;
        const float length = sqrtf(t0 * t0 + t1 * t1 + t2 * t2), per = 1 / (length > 1e-6f ? length : 1e-6f);
        t0 *= per, t1 *= per, t2 *= per;
        /* Along the sphere until it points as far down as it can; from there it hangs. */
        const float turn = upper_angle(n1 > 1e-6f ? n1 : 1e-6f, -t1);
        const float lowest = n1 > 1e-6f && turn > 0.13f ? turn : 0.13f, goes = along / SPHERE_MM;
        const float a = goes < lowest ? goes : lowest, hangs = along - a * SPHERE_MM;
        const float c = short_cosine(a), d = short_sine(a);
        const float ahead = d * SPHERE_MM + c * hangs, in = (1 - c) * SPHERE_MM + d * hangs;
        out->ahead[0][i] = t0, out->ahead[1][i] = t1, out->ahead[2][i] = t2;
        const float up0 = n0 * c + t0 * d, up1 = n1 * c + t1 * d, up2 = n2 * c + t2 * d;
        out->up[0][i] = up0, out->up[1][i] = up1, out->up[2][i] = up2;
        out->pos_mm[0][i] = site->pos_mm[0] + t0 * ahead - n0 * in + up0 * height;
        out->pos_mm[1][i] = site->pos_mm[1] + t1 * ahead - n1 * in + up1 * height;
        out->pos_mm[2][i] = site->pos_mm[2] + t2 * ahead - n2 * in + up2 * height;
    }
}

void strands_point(const HairSite *site, float s_mm, float length_mm, float curl, float phase_rad,
                   float out_mm[3]) {
    const StrandFrame frame = frame_of(site);
    const StrandCoil coil = strands_coil(curl);
    const float tight = coil.radius_mm * coil.turn_rad_mm, s = s_mm * sqrtf(1 - tight * tight);
    StrandPlaces at;
    straight_at(site, &frame, &s, &length_mm, 1, &at);
    const float *n = frame.normal, t[3] = {at.ahead[0][0], at.ahead[1][0], at.ahead[2][0]};
    const float side[3] = {n[1] * t[2] - n[2] * t[1], n[2] * t[0] - n[0] * t[2], n[0] * t[1] - n[1] * t[0]};
    const float wave = coil.radius_mm * clamp01(s / 8), turn = phase_rad + s_mm * coil.turn_rad_mm;
    const float rise = lift_mm(site->lift_per_mm, s) + wave * (1 + cosf(turn));
    for (int k = 0; k < 3; k++)
        out_mm[k] = at.pos_mm[k][0] + at.up[k][0] * rise + side[k] * wave * sinf(turn);
}

/* --- The head's radius: an octahedral map about its middle whose seams lie below
 * ----------------------------------------------------------------------------------- */

static void map_place(const float d[3], float at[2]) {
    const float per = 1 / (fabsf(d[0]) + fabsf(d[1]) + fabsf(d[2]));
    float x = d[0] * per, y = d[2] * per;
    if (d[1] < 0) {
        const float fold = (1 - fabsf(y)) * (x >= 0 ? 1.0f : -1.0f);
        y = (1 - fabsf(x)) * (y >= 0 ? 1.0f : -1.0f);
        x = fold;
    }
    at[0] = (x * 0.5f + 0.5f) * (STRANDS_RADIUS_SIDE - 1);
    at[1] = (y * 0.5f + 0.5f) * (STRANDS_RADIUS_SIDE - 1);
}

/* Cells that no node fell into take the widest of their neighbours. */
static void map_fill(StrandsRadius *map) {
    enum { SIDE = STRANDS_RADIUS_SIDE, PASSES = 6 };
    float next[SIDE * SIDE];
    for (int pass = 0; pass < PASSES; pass++) {
        memcpy(next, map->radius_mm, sizeof next);
        for (int i = 0; i < SIDE * SIDE; i++) {
            if (map->radius_mm[i] > 0) continue;
            for (int n = 0; n < 9; n++) {
                const int x = i % SIDE + n % 3 - 1, y = i / SIDE + n / 3 - 1;
                if (x >= 0 && y >= 0 && x < SIDE && y < SIDE)
                    next[i] = fmaxf(next[i], map->radius_mm[y * SIDE + x]);
            }
        }
        memcpy(map->radius_mm, next, sizeof next);
    }
}

void strands_radius_build(const Scalp *scalp, StrandsRadius *out) {
    *out = (StrandsRadius){.centre_mm = {0, 20, -10}};
    for (int i = 0; i < SCALP_NODES; i++) {
        float d[3], at[2];
        if (below_neck(scalp->grid->pos_mm[i])) continue;
        for (int k = 0; k < 3; k++) d[k] = scalp->grid->pos_mm[i][k] - out->centre_mm[k];
        const float radius = sqrtf(dot3(d, d));
        map_place(d, at);
        /* Into the four cells about it, so that a look-up between them is never inside. */
        for (int n = 0; n < 4; n++) {
            const int x = (int)at[0] + (n & 1), y = (int)at[1] + (n >> 1);
            if (x >= STRANDS_RADIUS_SIDE || y >= STRANDS_RADIUS_SIDE) continue;
            float *cell = &out->radius_mm[y * STRANDS_RADIUS_SIDE + x];
            *cell = fmaxf(*cell, radius);
        }
    }
    map_fill(out);
}

static float radius_towards(const StrandsRadius *map, const float d[3]) {
    float at[2];
    map_place(d, at);
    const float last = STRANDS_RADIUS_SIDE - 1.001f;
    const int x = (int)(at[0] < last ? at[0] : last), y = (int)(at[1] < last ? at[1] : last);
    const float *p = map->radius_mm + y * STRANDS_RADIUS_SIDE + x, *q = p + STRANDS_RADIUS_SIDE;
    const float s = at[0] - (float)x, a = p[0] + (p[1] - p[0]) * s, b = q[0] + (q[1] - q[0]) * s;
    return a + (b - a) * (at[1] - (float)y);
}

/* Ways along a strand at which it is looked at. Shorter hair lies lower: the lowest that reaches a place ends
 * there. */
enum { LIFT_WAYS = 9, LIFT_LATE = 4 };
static const float lift_way[LIFT_WAYS] = {12, 20, 30, 42, 56, 72, 88, 104, STRANDS_LONGEST_MM};
#define LIFTED(s) ((s) * (s) / (1 + (s) * (s) / (60.0f * 60.0f)))
static const float way_lifted[LIFT_WAYS] = {/* lift_mm(1, lift_way) */
                                            LIFTED(12), LIFTED(20),  LIFTED(30),
                                            LIFTED(42), LIFTED(56),  LIFTED(72),
                                            LIFTED(88), LIFTED(104), LIFTED(STRANDS_LONGEST_MM)};
static_assert((int)LIFT_WAYS <= (int)PLACES, "places");

float strands_lift(const StrandsRadius *radius, const HairSite *site, const HairSite *beside) {
    const float *way = lift_way + (beside ? LIFT_LATE : 0), *lifted = way_lifted + (beside ? LIFT_LATE : 0);
    const int ways = beside ? LIFT_WAYS - LIFT_LATE : LIFT_WAYS;
    const StrandFrame frame = frame_of(site);
    StrandPlaces at;
    float lift = beside ? beside->lift_per_mm : 0;
    straight_at(site, &frame, way, way, ways, &at);
    for (int round = 0; round < 2; round++) {
        float more = 0;
        for (int i = 0; i < ways; i++) {
            float p[3], up = 0;
            for (int k = 0; k < 3; k++) p[k] = at.pos_mm[k][i] + at.up[k][i] * lift * lifted[i];
            if (below_neck(p)) break;
            for (int k = 0; k < 3; k++) p[k] -= radius->centre_mm[k], up += p[k] * at.up[k][i];
            const float from_middle = sqrtf(dot3(p, p));
            const float missing = radius_towards(radius, p) + CLEAR_MM - from_middle;
            if (missing <= 0) continue;
            const float rises = up > 0.3f * from_middle ? up / from_middle : 0.3f;
            const float wanted = missing / (rises * lifted[i]);
            more = wanted > more ? wanted : more;
        }
        lift += more;
        if (more <= 0) break;
    }
    return lift;
}
