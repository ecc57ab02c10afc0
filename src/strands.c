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
    float normal[3], tangent[3], down[3], sine;
} StrandFrame;

static StrandFrame frame_of(const HairSite *site) {
    StrandFrame f;
    float direction[3];
    octahedral_decode(site->normal_oct, f.normal);
    octahedral_decode(site->direction_oct, direction);
    const float out = dot3(direction, f.normal);
    f.sine = fmaxf(0.05f, fminf(0.98f, out));
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

float strands_droop_mm(float length_mm) {
    return 2 + 0.2f * fminf(length_mm, 40);
}

/* Grows with the square of the way, later with less: long hair does not stand off. */
static float lift_mm(float lift_per_mm, float s) {
    return lift_per_mm * s * s / (1 + s * s / (LIFT_KNEE_MM * LIFT_KNEE_MM));
}

static void point_at(const HairSite *site, const StrandFrame *f, float way, float length_mm, float curl,
                     float phase, float out[3], float up[3]) {
    const StrandCoil coil = strands_coil(curl);
    const float tight = coil.radius_mm * coil.turn_rad_mm, s = way * sqrtf(1 - tight * tight);
    const float droop = strands_droop_mm(length_mm);
    const float height = droop * (1 - expf(-s * f->sine / droop));
    const float flat = sqrtf(1 - f->sine * f->sine);
    const float along = fmaxf(s - height * f->sine, 0) * (flat + (1 - flat) * clamp01(s / (3 * droop)));
    float t[3];
    for (int k = 0; k < 3; k++) t[k] = f->tangent[k] + f->down[k] * smooth(15, 90, s) * 1.5f + 1e-4f;
    normalise(t);
    /* Along the sphere until it points as far down as it can; from there it hangs. */
    const float *n = f->normal, lowest = fmaxf(atan2f(n[1], -t[1]), 0.13f);
    const float a = fminf(along / SPHERE_MM, lowest), c = cosf(a), d = sinf(a), hangs = along - a * SPHERE_MM;
    const float side[3] = {n[1] * t[2] - n[2] * t[1], n[2] * t[0] - n[0] * t[2], n[0] * t[1] - n[1] * t[0]};
    const float wave = coil.radius_mm * clamp01(s / 8), turn = phase + way * coil.turn_rad_mm;
    const float swing = wave > 0 ? wave * sinf(turn) : 0, rise = wave > 0 ? wave * (1 + cosf(turn)) : 0;
    const float above = height + lift_mm(site->lift_per_mm, s) + rise;
    for (int k = 0; k < 3; k++) {
        up[k] = n[k] * c + t[k] * d;
        out[k] = site->pos_mm[k] + t[k] * d * SPHERE_MM - n[k] * (1 - c) * SPHERE_MM +
                 (t[k] * c - n[k] * d) * hangs + up[k] * above + side[k] * swing;
    }
}

void strands_point(const HairSite *site, float s_mm, float length_mm, float curl, float phase_rad,
                   float out_mm[3]) {
    const StrandFrame frame = frame_of(site);
    float up[3];
    point_at(site, &frame, s_mm, length_mm, curl, phase_rad, out_mm, up);
}

/* --- The head's radius: an octahedral map about its middle whose seams lie below
 * ----------------------------------------------------------------------------------- */

static void map_place(const float d[3], float at[2]) {
    const float sum = fabsf(d[0]) + fabsf(d[1]) + fabsf(d[2]);
    float x = d[0] / sum, y = d[2] / sum;
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
    const int x = (int)fminf(at[0], STRANDS_RADIUS_SIDE - 1.001f),
              y = (int)fminf(at[1], STRANDS_RADIUS_SIDE - 1.001f);
    const float *p = map->radius_mm + y * STRANDS_RADIUS_SIDE + x, *q = p + STRANDS_RADIUS_SIDE;
    const float s = at[0] - (float)x, a = p[0] + (p[1] - p[0]) * s, b = q[0] + (q[1] - q[0]) * s;
    return a + (b - a) * (at[1] - (float)y);
}

float strands_lift(const StrandsRadius *radius, const HairSite *site, const HairSite *beside) {
    static const float way[] = {12, 20, 30, 42, 56, 72, 88, 104, STRANDS_LONGEST_MM};
    const size_t first = beside ? 4 : 0;
    const StrandFrame frame = frame_of(site);
    HairSite lifted = *site;
    lifted.lift_per_mm = beside ? beside->lift_per_mm : 0;
    for (int round = 0; round < 2; round++) {
        float more = 0;
        for (size_t i = first; i < sizeof way / sizeof *way; i++) {
            float p[3], up[3];
            /* A shorter hair lies lower: the lowest that reaches here ends here. */
            point_at(&lifted, &frame, way[i], way[i], 0, 0, p, up);
            if (below_neck(p)) break;
            for (int k = 0; k < 3; k++) p[k] -= radius->centre_mm[k];
            const float from_middle = sqrtf(dot3(p, p));
            const float missing = radius_towards(radius, p) + CLEAR_MM - from_middle;
            if (missing <= 0) continue;
            const float rises = fmaxf(0.3f, dot3(p, up) / from_middle);
            more = fmaxf(more, missing / rises / lift_mm(1, way[i]));
        }
        lifted.lift_per_mm += more;
        if (more <= 0) break;
    }
    return lifted.lift_per_mm;
}
