#include "scanlight.h"

#include "../engine/rays.h"
#include "skingrid.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lamps all around lie 20 degrees apart; a ring of narrow ones about the strongest shows its shadows' edges.
 */
enum { AROUND = 96, NARROW = 19, LAMPS = AROUND + NARROW, TERMS = LAMPS + 1, RAYS = 8 };
enum { SOLVE_NODES = 5000, ROUNDS = 6, SWEEPS = 60 };

#define WIDE_RADIUS   0.17f /* tangents */
#define NARROW_RADIUS 0.035f
#define NARROW_STEP   0.085f
#define NEAR_COS      0.85f
#define LIFT_MM       1.0f
#define REACH_MM      400.0f
#define ROBUST_LOG    0.20f /* e-folds off the tone beyond which a place counts as lips, brows or beard */
#define RIDGE         0.02f /* squared share of the light that a lamp may as well not have */
#define LASSO         0.006 /* of the head's brightness: a lamp must explain more than that it is there */
#define LEAST_SHARE   2e-3f /* of the light: weaker lamps are left out */
#define EDGE_MM       2.5f
#define GOOD_LIGHT    0.97f /* quantile of light over the head that counts as good */
#define FLAT_LOG      0.15f /* light that varies less over the head, in e-folds, is none */
#define LIT_LOG       0.30f
#define PALE_FROM_LOG 0.03f
#define PALE_LOG      0.11f
#define PALE_MM       4.0f
#define DARKEST_LOG   -1.7f /* what is darker holds no colour to be trusted */

typedef struct Lamp {
    float ray[RAYS][3]; /* unit, towards it */
} Lamp;

typedef struct Finder {
    const SkinSurface *surface;
    const float (*colour)[3];
    const float *seen;
    Rays *rays;
    Lamp lamp[LAMPS];
    float toward[LAMPS][3];     /* unit: middles of the lamps */
    uint32_t *node, node_count; /* that are solved on */
    float (*term)[TERMS];       /* of these */
    float *weight;              /* of these: what is surely skin of the head's tone */
    double matrix[TERMS][TERMS], right[3][TERMS];
    float strength[3][TERMS];
} Finder;

static float luma(const float rgb[3]) {
    return 0.25f * rgb[0] + 0.6f * rgb[1] + 0.15f * rgb[2];
}

static void make_unit(float v[3]) {
    const float length = sqrtf(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    for (int c = 0; c < 3; c++) v[c] /= fmaxf(length, 1e-9f);
}

/* Two directions across a unit vector. */
static void make_frame(const float n[3], float t[3], float b[3]) {
    const float other[3] = {fabsf(n[1]) < 0.7f ? 0 : 1, fabsf(n[1]) < 0.7f ? 1 : 0, 0};
    for (int c = 0; c < 3; c++)
        t[c] = n[(c + 1) % 3] * other[(c + 2) % 3] - n[(c + 2) % 3] * other[(c + 1) % 3];
    make_unit(t);
    for (int c = 0; c < 3; c++) b[c] = n[(c + 1) % 3] * t[(c + 2) % 3] - n[(c + 2) % 3] * t[(c + 1) % 3];
}

static void lamp_make(const float toward[3], float radius, Lamp *out) {
    float t[3], b[3];
    make_frame(toward, t, b);
    for (int k = 0; k < RAYS; k++) {
        const float r = radius * sqrtf(((float)k + 0.5f) / RAYS), angle = 2.39996f * (float)k;
        for (int c = 0; c < 3; c++)
            out->ray[k][c] = toward[c] + r * (cosf(angle) * t[c] + sinf(angle) * b[c]);
        make_unit(out->ray[k]);
    }
}

static void place_lamps_around(Finder *f) {
    for (int j = 0; j < AROUND; j++) {
        const float y = 1 - (2 * (float)j + 1) / AROUND, r = sqrtf(1 - y * y), angle = 2.39996f * (float)j;
        const float toward[3] = {r * cosf(angle), y, r * sinf(angle)};
        memcpy(f->toward[j], toward, sizeof toward);
        lamp_make(toward, WIDE_RADIUS, &f->lamp[j]);
    }
}

/* Light of a lamp of strength 1 at a node; 1 when all directions shine with 1 / AROUND and nothing is hidden.
 */
static float shine(const Finder *f, const Lamp *lamp, uint32_t i) {
    const float *n = f->surface->nrm[i], *p = f->surface->pos[i];
    float cosine[RAYS], sum = 0, origin[3];
    for (int k = 0; k < RAYS; k++) {
        const float *d = lamp->ray[k];
        sum += cosine[k] = fmaxf(0, n[0] * d[0] + n[1] * d[1] + n[2] * d[2]);
    }
    if (sum <= 0) return 0;
    for (int c = 0; c < 3; c++) origin[c] = p[c] + LIFT_MM * n[c];
    const uint32_t hidden = rays_occluded_8(f->rays, origin, (const float(*)[3])lamp->ray, REACH_MM);
    for (int k = 0; k < RAYS; k++) sum -= hidden >> k & 1 ? cosine[k] : 0;
    return 4 * sum / RAYS;
}

static bool choose_nodes(Finder *f, Arena *scratch) {
    const SkinSurface *s = f->surface;
    const uint32_t stride = 1 + s->node_count / SOLVE_NODES;
    f->node = ARENA_ARRAY(scratch, uint32_t, s->node_count / stride + 1);
    if (!f->node) return false;
    for (uint32_t i = 0; i < s->node_count; i += stride)
        if (f->seen[i] > 0.5f) f->node[f->node_count++] = i;
    f->term = (float(*)[TERMS])arena_push_array(scratch, sizeof *f->term, f->node_count);
    f->weight = ARENA_ARRAY(scratch, float, f->node_count);
    return f->term && f->weight;
}

static void light_nodes(Finder *f, int from, int to) {
#pragma omp parallel for schedule(static)
    for (uint32_t k = 0; k < f->node_count; k++) {
        for (int j = from; j < to; j++) f->term[k][1 + j] = shine(f, &f->lamp[j], f->node[k]);
        f->term[k][0] = 1;
    }
}

static float light_at(const Finder *f, const float term[TERMS], int channel) {
    float sum = 0;
    for (int t = 0; t < TERMS; t++) sum += f->strength[channel][t] * term[t];
    return fmaxf(sum, 1e-4f);
}

/* Least squares of relative differences, so that shadows count as much as what is lit. */
static void add_equations(Finder *f) {
    memset(f->matrix, 0, sizeof f->matrix);
    memset(f->right, 0, sizeof f->right);
    double total = 0, bright = 0;
    for (uint32_t k = 0; k < f->node_count; k++) {
        const float *term = f->term[k], *colour = f->colour[f->node[k]];
        float now[3];
        for (int c = 0; c < 3; c++) now[c] = light_at(f, term, c);
        const double w = (double)(f->weight[k] * f->surface->area[f->node[k]]);
        const double each = w / (double)(luma(now) * luma(now));
        total += w;
        bright += w * (double)expf(luma(colour));
        for (int t = 0; t < TERMS; t++) {
            if (term[t] == 0) continue;
            const double one = each * (double)term[t];
            for (int u = 0; u <= t; u++) f->matrix[t][u] += one * (double)term[u];
            for (int c = 0; c < 3; c++) f->right[c][t] += one * (double)expf(colour[c]);
        }
    }
    bright /= total;
    for (int t = 0; t < TERMS; t++) {
        for (int u = 0; u < t; u++) f->matrix[u][t] = f->matrix[t][u];
        for (int c = 0; c < 3 && t > 0; c++) f->right[c][t] -= LASSO * total / bright;
        f->matrix[t][t] += t == 0 ? 1e-9 : RIDGE * total / (bright * bright);
    }
}

/* Coordinate descent; strengths stay at least 0. */
static void solve_strengths(Finder *f) {
    for (int c = 0; c < 3; c++) {
        float *x = f->strength[c];
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int t = 0; t < TERMS; t++) {
                double rest = f->right[c][t];
                for (int u = 0; u < TERMS; u++) rest -= u == t ? 0 : f->matrix[t][u] * (double)x[u];
                x[t] = (float)fmax(0, rest / f->matrix[t][t]);
            }
        }
    }
}

static void reweigh(Finder *f) {
    for (uint32_t k = 0; k < f->node_count; k++) {
        const float *colour = f->colour[f->node[k]];
        float off[3];
        for (int c = 0; c < 3; c++) off[c] = colour[c] - logf(light_at(f, f->term[k], c));
        float most = fabsf(luma(off));
        for (int c = 0; c < 3; c++) most = fmaxf(most, 1.5f * fabsf(off[c] - luma(off)));
        const float r = most / ROBUST_LOG;
        f->weight[k] = f->seen[f->node[k]] / (1 + r * r * r * r);
    }
}

static void solve(Finder *f) {
    for (int round = 0; round < ROUNDS; round++) {
        add_equations(f);
        solve_strengths(f);
        reweigh(f);
    }
}

static float strength_of(const Finder *f, int lamp) {
    const float rgb[3] = {f->strength[0][1 + lamp], f->strength[1][1 + lamp], f->strength[2][1 + lamp]};
    return luma(rgb);
}

/* Narrow lamps where the strongest wide ones are. */
static void place_narrow_lamps(Finder *f) {
    int best = 0;
    for (int j = 1; j < AROUND; j++)
        if (strength_of(f, j) > strength_of(f, best)) best = j;
    float middle[3] = {0}, t[3], b[3];
    for (int j = 0; j < AROUND; j++) {
        const float *d = f->toward[j], *to = f->toward[best];
        if (d[0] * to[0] + d[1] * to[1] + d[2] * to[2] < NEAR_COS) continue;
        for (int c = 0; c < 3; c++) middle[c] += (strength_of(f, j) + 1e-6f) * d[c];
    }
    make_unit(middle);
    make_frame(middle, t, b);
    for (int k = 0; k < NARROW; k++) {
        const float ring = k == 0  ? 0
                           : k < 7 ? 1
                                   : 2,
                    angle = 6.2831853f * (float)(k < 7 ? k : k - 7) / (k < 7 ? 6 : 12);
        float *d = f->toward[AROUND + k];
        for (int c = 0; c < 3; c++)
            d[c] = middle[c] + NARROW_STEP * ring * (cosf(angle) * t[c] + sinf(angle) * b[c]);
        make_unit(d);
        lamp_make(d, NARROW_RADIUS, &f->lamp[AROUND + k]);
    }
}

static void start(Finder *f) {
    for (uint32_t k = 0; k < f->node_count; k++) {
        f->weight[k] = f->seen[f->node[k]];
        for (int c = 0; c < 3; c++)
            f->strength[c][0] += expf(f->colour[f->node[k]][c]) / (float)f->node_count;
    }
}

/* The light of all nodes, in e-folds. */
static void spread(Finder *f, float (*light)[3]) {
    float most = 0;
    for (int j = 0; j < LAMPS; j++) most += strength_of(f, j);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < f->surface->node_count; i++) {
        float term[TERMS] = {1};
        for (int j = 0; j < LAMPS; j++)
            if (strength_of(f, j) > LEAST_SHARE * most) term[1 + j] = shine(f, &f->lamp[j], i);
        for (int c = 0; c < 3; c++) light[i][c] = light_at(f, term, c);
    }
}

static int by_value(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float ramp(float x, float from, float to) {
    const float t = fminf(1, fmaxf(0, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
}

/* Value below which a share of the chosen nodes lie, by the luma of a field. */
static bool quantiles(const Finder *f, const float (*field)[3], const float *share, int count, Arena *scratch,
                      float *out) {
    const size_t mark = arena_mark(scratch);
    float *value = ARENA_ARRAY(scratch, float, f->node_count);
    if (!value) return false;
    for (uint32_t k = 0; k < f->node_count; k++) value[k] = luma(field[f->node[k]]);
    qsort(value, f->node_count, sizeof *value, by_value);
    for (int q = 0; q < count; q++) out[q] = value[(size_t)(share[q] * (float)(f->node_count - 1))];
    arena_rewind(scratch, mark);
    return true;
}

/* Skin is seldom paler than the head's tone by more than a little (delight.c): what is, lies white on top. */
static bool add_highlights(const Finder *f, float lit, Arena *scratch, float (*light)[3]) {
    static const float middle = 0.5f;
    const SkinSurface *s = f->surface;
    const size_t mark = arena_mark(scratch);
    float(*skin)[3] = (float(*)[3])arena_push_array(scratch, sizeof *skin, s->node_count), tone;
    if (!skin) return false;
    for (uint32_t i = 0; i < s->node_count; i++)
        for (int c = 0; c < 3; c++) skin[i][c] = f->colour[i][c] - light[i][c];
    if (!skingrid_smooth(s, &skin[0][0], 3, f->seen, PALE_MM, scratch) ||
        !quantiles(f, (const float(*)[3])skin, &middle, 1, scratch, &tone))
        return false;
    for (uint32_t i = 0; i < s->node_count; i++) {
        const float above = luma(skin[i]) - tone - PALE_FROM_LOG, room = PALE_LOG - PALE_FROM_LOG;
        for (int c = 0; c < 3 && above > 0 && f->seen[i] > 0; c++)
            light[i][c] += lit * (above - above / (1 + above / room));
    }
    arena_rewind(scratch, mark);
    return true;
}

/* How bright the room was is not known, nor its colour: skin in good light keeps its brightness, and skin in
 * the head's mean light its hue. What hardly varies over the head may as well be skin: it stays. */
static bool anchor(const Finder *f, Arena *scratch, float (*light)[3]) {
    static const float share[] = {1 - GOOD_LIGHT, GOOD_LIGHT};
    float level[2], hue[3] = {0};
    if (!quantiles(f, (const float(*)[3])light, share, 2, scratch, level)) return false;
    const float lit = ramp(level[1] - level[0], FLAT_LOG, LIT_LOG);
    for (uint32_t k = 0; k < f->node_count; k++) {
        const float *own = light[f->node[k]];
        for (int c = 0; c < 3; c++) hue[c] += (own[c] - luma(own)) / (float)f->node_count;
    }
    for (uint32_t i = 0; i < f->surface->node_count; i++)
        for (int c = 0; c < 3; c++) light[i][c] = lit * fmaxf(DARKEST_LOG, light[i][c] - level[1] - hue[c]);
    return lit <= 0 || add_highlights(f, lit, scratch, light);
}

static bool find(Finder *f, Arena *scratch, float (*light)[3], Err *err) {
    const SkinSurface *s = f->surface;
    if (!choose_nodes(f, scratch)) return err_set(err, "there is not enough memory for the scan's light");
    if (f->node_count < 100) return err_set(err, "The scan's colours do not lie on the head");
    f->rays = rays_create(&s->mesh, err);
    if (!f->rays) return false;
    place_lamps_around(f);
    light_nodes(f, 0, AROUND);
    start(f);
    solve(f);
    place_narrow_lamps(f);
    light_nodes(f, AROUND, LAMPS);
    solve(f);
    spread(f, light);
    if (!skinsurface_smooth(s, &light[0][0], 3, skinsurface_iterations(s, EDGE_MM), NULL, scratch))
        return err_set(err, "there is not enough memory for the scan's light");
    for (uint32_t i = 0; i < s->node_count; i++)
        for (int c = 0; c < 3; c++) light[i][c] = logf(light[i][c]);
    return anchor(f, scratch, light) || err_set(err, "there is not enough memory for the scan's light");
}

bool scanlight_find(const SkinSurface *surface, const float (*colour)[3], const float *seen, Arena *scratch,
                    float (*light)[3], Err *err) {
    const size_t mark = arena_mark(scratch);
    Finder *finder = ARENA_ARRAY(scratch, Finder, 1);
    if (!finder) return err_set(err, "there is not enough memory for the scan's light");
    finder->surface = surface;
    finder->colour = colour;
    finder->seen = seen;
    const bool ok = find(finder, scratch, light, err);
    rays_destroy(finder->rays);
    arena_rewind(scratch, mark);
    return ok;
}
