#include "brows.h"
#include "../engine/rng.h"
#include <math.h>
#include <stdlib.h>

/* Where a brow can be, mm on the skin from the pupil: outwards and up; one hair a cell. Above it the
 * forehead's own skin is what the brow is darker than. */
enum { CELLS_X = 60, CELLS_Y = 23, BINS = 11 };
static const float CELL_X_MM = 1.1f, CELL_Y_MM = 1.0f, FROM_X_MM = -26, FROM_Y_MM = 8, FOREHEAD_Y_MM = 27;
static const float RAD_PER_DEG = 0.0174532925f;

typedef struct Brow {
    const HeadModel *model;
    const HeadShape *shape;
    const Image *albedo;
    HeadSite pupil;
    float per_u, per_v, outward; /* mm of a unit of u and of v; the sign of v towards the temple */
    uint32_t salt;
    float cell[CELLS_X * CELLS_Y][3]; /* x, y in mm from the pupil, log luminance */
    float skin_log;                   /* of the forehead above */
    float from_x, to_x;               /* the brow's ends */
    float middle_y[BINS];             /* its middle line between them */
} Brow;

static float ramp(float x, float from, float to) {
    const float t = fminf(fmaxf((x - from) / (to - from), 0), 1);
    return t * t * (3 - 2 * t);
}

static float length3(const float v[3]) {
    return sqrtf(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

static HeadSite brow_site(const Brow *brow, float x_mm, float y_mm) {
    return (HeadSite){HEAD_SKIN, brow->pupil.u + y_mm / brow->per_u,
                      brow->pupil.v + brow->outward * x_mm / brow->per_v};
}

static float log_luminance(const Brow *brow, float x_mm, float y_mm) {
    float uv[2];
    head_atlas_from_site(brow->model, brow_site(brow, x_mm, y_mm), uv);
    const uint8_t *px = image_texel(brow->albedo, uv);
    if (!px) return 0;
    return logf(0.01f + 0.2126f * srgb8_to_linear_table[px[0]] + 0.7152f * srgb8_to_linear_table[px[1]] +
                0.0722f * srgb8_to_linear_table[px[2]]);
}

static int by_value(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void look_at_skin(Brow *brow) {
    float forehead[CELLS_X * CELLS_Y];
    int count = 0;
    for (uint32_t i = 0; i < CELLS_X * CELLS_Y; i++) {
        const uint32_t id = 2 * i + brow->salt;
        float *cell = brow->cell[i];
        cell[0] = FROM_X_MM + CELL_X_MM * ((float)(i % CELLS_X) + hash_float(id, 21));
        cell[1] = FROM_Y_MM + CELL_Y_MM * ((float)(i / CELLS_X) + hash_float(id, 22));
        cell[2] = 0;
        for (int k = -1; k <= 1; k++) cell[2] += log_luminance(brow, cell[0], cell[1] + 0.6f * (float)k) / 3;
        if (cell[1] > FOREHEAD_Y_MM) forehead[count++] = cell[2];
    }
    qsort(forehead, (size_t)count, sizeof *forehead, by_value);
    brow->skin_log = forehead[count / 2];
}

/* 0 skin .. 1 brow. Shadows that were left in the skin's colour stay under 0.45. */
static float brow_share(const Brow *brow, const float cell[3]) {
    return cell[1] > FOREHEAD_Y_MM ? 0 : ramp(brow->skin_log - cell[2], 0.45f, 0.95f);
}

static int bin_of(const Brow *brow, float x_mm) {
    const int bin = (int)((x_mm - brow->from_x) / (brow->to_x - brow->from_x) * BINS);
    return bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin;
}

static bool find_line(Brow *brow) {
    float sum[BINS] = {0}, weight[BINS] = {0};
    brow->from_x = 1e9f;
    brow->to_x = -1e9f;
    for (int i = 0; i < CELLS_X * CELLS_Y; i++) {
        if (brow_share(brow, brow->cell[i]) < 0.5f) continue;
        brow->from_x = fminf(brow->from_x, brow->cell[i][0]);
        brow->to_x = fmaxf(brow->to_x, brow->cell[i][0]);
    }
    if (brow->to_x - brow->from_x < 15) return false;
    for (int i = 0; i < CELLS_X * CELLS_Y; i++) {
        const float share = brow_share(brow, brow->cell[i]);
        sum[bin_of(brow, brow->cell[i][0])] += share * brow->cell[i][1];
        weight[bin_of(brow, brow->cell[i][0])] += share;
    }
    for (int b = 0; b < BINS; b++)
        brow->middle_y[b] = weight[b] > 0 ? sum[b] / weight[b] : b > 0 ? brow->middle_y[b - 1] : 18;
    return true;
}

typedef struct BrowHair {
    float root[3], along[3], bend[3]; /* root + length (s along + s^2 bend) */
    float length_mm, width_mm, take;
} BrowHair;

/* Upright near the nose, then ever more along the brow; from above and below towards its middle line. Widths
 * and lengths are a man's (our choice). */
static BrowHair place_hair(const Brow *brow, uint32_t i) {
    const float *cell = brow->cell[i];
    const uint32_t id = 2 * i + brow->salt;
    const float t = (cell[0] - brow->from_x) / (brow->to_x - brow->from_x);
    const float above = fminf(fmaxf((cell[1] - brow->middle_y[bin_of(brow, cell[0])]) / 3, -1), 1);
    const float angle = RAD_PER_DEG * (78 - 55 * ramp(t, 0, 0.35f) - 30 * ramp(t, 0.35f, 1) - 20 * above +
                                       24 * (hash_float(id, 23) - 0.5f));
    const bool gap = hash_float(id, 26) < 0.5f && brow_share(brow, cell) > 0.9f;
    float normal[3], up[3], out[3];
    BrowHair hair = {.length_mm = (4.5f + 2.5f * ramp(t, 0, 0.3f) - 3.5f * ramp(t, 0.5f, 1)) *
                                  (0.65f + 0.5f * hash_float(id, 24)),
                     .width_mm = 0.034f + 0.016f * hash_float(id, 25),
                     .take = gap ? -0.8f : 0.85f};
    const HeadSite site = brow_site(brow, cell[0], cell[1]);
    head_eval(brow->model, brow->shape, site, hair.root, normal);
    head_tangents(brow->model, brow->shape, site, up, out);
    const float up_mm = length3(up), out_mm = length3(out);
    for (int k = 0; k < 3; k++) {
        const float u = up[k] / up_mm, o = brow->outward * out[k] / out_mm;
        hair.along[k] = cosf(angle) * o + sinf(angle) * u + 0.2f * normal[k];
        hair.bend[k] = 0.15f * o - 0.12f * u - 0.12f * normal[k];
    }
    return hair;
}

static LashVertex hair_vertex(const BrowHair *hair, int step, float side) {
    const float s = (float)step / BROW_SEGMENTS;
    LashVertex out = {.width_mm = side * hair->width_mm * (1 - 0.7f * s * s), .take = hair->take};
    for (int k = 0; k < 3; k++) {
        const float slope = hair->along[k] + 2 * s * hair->bend[k];
        out.pos_mm[k] = hair->root[k] + hair->length_mm * s * (hair->along[k] + s * hair->bend[k]);
        out.ahead_mm[k] = out.pos_mm[k] + 0.1f * hair->length_mm * slope;
    }
    return out;
}

static void draw_hair(const BrowHair *hair, LashVertex *out) {
    for (int i = 0; i < BROW_SEGMENTS; i++, out += 6) {
        const LashVertex quad[4] = {hair_vertex(hair, i, -1), hair_vertex(hair, i, 1),
                                    hair_vertex(hair, i + 1, -1), hair_vertex(hair, i + 1, 1)};
        const int corner[6] = {0, 1, 2, 2, 1, 3};
        for (int k = 0; k < 6; k++) out[k] = quad[corner[k]];
    }
}

uint32_t brows_build(const HeadModel *model, const HeadShape *shape, const Image *albedo,
                     LashVertex out[BROW_VERTICES]) {
    static const HeadShape mean;
    static const HeadLandmark pupil[2] = {LM_LEFT_PUPIL, LM_RIGHT_PUPIL};
    uint32_t hairs = 0;
    for (uint32_t side = 0; model && albedo->rgba && side < 2; side++) {
        Brow brow = {.model = model, .shape = shape, .albedo = albedo, .salt = side};
        float up[3], across[3];
        brow.pupil = head_landmark_site(model, pupil[side]);
        brow.outward = side == 0 ? 1.0f : -1.0f;
        head_tangents(model, &mean, brow.pupil, up, across);
        brow.per_u = length3(up);
        brow.per_v = length3(across);
        look_at_skin(&brow);
        if (!find_line(&brow)) continue;
        const uint32_t most = (side + 1) * BROW_HAIRS;
        for (uint32_t i = 0; i < CELLS_X * CELLS_Y && hairs < most; i++) {
            if (brow_share(&brow, brow.cell[i]) <= hash_float(2 * i + side, 27)) continue;
            const BrowHair hair = place_hair(&brow, i);
            draw_hair(&hair, out + hairs++ * BROW_SEGMENTS * 6);
        }
    }
    return hairs * BROW_SEGMENTS * 6;
}
