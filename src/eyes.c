#include "eyes.h"
#include "../engine/rng.h"
#include <math.h>
#include <stdlib.h>

/* 24 mm across (Bekerman, Gottlieb and Vaiman 2014); the patch lies a little before the ball's front. */
static const float BALL_MM = 12, BEFORE_MM = 0.6f;
/* A calm upper lid covers a millimetre or two of the iris; the opening's middle lies lower than the pupil. */
static const float RAISED_MM = 0.7f;
static const float TURN = 6.2831853f, CELL_MM = 0.5f;

static float length3(const float v[3]) {
    return sqrtf(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

static HeadSite patch_site(const EyePatch *patch, float reach_mm, float angle) {
    return (HeadSite){HEAD_SKIN, patch->u + reach_mm * sinf(angle) / patch->per_u,
                      patch->v + reach_mm * cosf(angle) / patch->per_v};
}

/* Out along a ray until the surface turns away: there it folds under the lid. */
static float find_border(const HeadModel *model, const HeadShape *mean, const EyePatch *patch, float angle) {
    const float step_mm = 0.25f, most_mm = 10.5f, turned = 0.3f;
    float reach_mm = 2;
    for (; reach_mm < most_mm; reach_mm += step_mm) {
        float normal[3];
        head_eval(model, mean, patch_site(patch, reach_mm, angle), NULL, normal);
        if (normal[2] < turned) break;
    }
    return reach_mm;
}

/* On from the fold until the surface faces forward again. */
static float find_margin(const HeadModel *model, const HeadShape *mean, const EyePatch *patch, float angle,
                         float reach_mm) {
    const float step_mm = 0.25f, forward = 0.5f;
    for (int i = 0; i < 24; i++, reach_mm += step_mm) {
        float normal[3];
        head_eval(model, mean, patch_site(patch, reach_mm, angle), NULL, normal);
        if (i > 2 && normal[2] > forward) break;
    }
    return reach_mm;
}

void eyes_build(const HeadModel *model, const HeadShape *shape, Eyes *out) {
    static const HeadShape mean;
    static const HeadLandmark pupil[2] = {LM_LEFT_PUPIL, LM_RIGHT_PUPIL};
    *out = (Eyes){.open = model && shape->lids_closed < 0.5f};
    if (!out->open) return;
    for (int side = 0; side < 2; side++) {
        EyePatch *patch = &out->patch[side];
        const HeadSite site = head_landmark_site(model, pupil[side]);
        float du[3], dv[3];
        head_tangents(model, &mean, site, du, dv);
        *patch = (EyePatch){.u = site.u, .v = site.v, .per_u = length3(du), .per_v = length3(dv)};
        for (int ray = 0; ray < EYE_RAYS; ray++) {
            const float angle = TURN * (float)ray / EYE_RAYS;
            patch->border[ray] = find_border(model, &mean, patch, angle);
            patch->margin[ray] = find_margin(model, &mean, patch, angle, patch->border[ray]);
        }
        head_eval(model, shape, site, out->ball_mm[side], NULL);
        out->ball_mm[side][1] += RAISED_MM;
        out->ball_mm[side][2] -= BALL_MM - BEFORE_MM;
    }
}

static float by_angle(const float reach[EYE_RAYS], float angle) {
    const float turn = angle / TURN, ray = (turn - floorf(turn)) * EYE_RAYS;
    const int from = (int)ray % EYE_RAYS, to = (from + 1) % EYE_RAYS;
    const float t = ray - floorf(ray);
    return reach[from] * (1 - t) + reach[to] * t;
}

bool eyes_hold(const Eyes *eyes, const HeadSite *site) {
    if (!eyes->open || site->part != HEAD_SKIN) return false;
    const EyePatch *patch = &eyes->patch[site->v > 0 ? 0 : 1];
    const float y = (site->u - patch->u) * patch->per_u, x = (site->v - patch->v) * patch->per_v;
    return sqrtf(x * x + y * y) < by_angle(patch->border, atan2f(y, x));
}

/* ---- lashes ---- */

typedef struct Lash {
    float root[3], fan, length_mm, width_mm, up; /* fan: sideways lean; up: 1 upper lid, -1 lower */
} Lash;

/* Forward, then away from the opening: upper lashes dip and curl up, lower ones hang. */
static void lash_point(const Lash *lash, float s, float out[3]) {
    const float curl = lash->up > 0 ? 0.75f * s * s - 0.25f * s : 0.15f * s + 0.4f * s * s;
    out[0] = lash->root[0] + lash->length_mm * lash->fan * s;
    out[1] = lash->root[1] + lash->length_mm * lash->up * curl;
    out[2] = lash->root[2] + lash->length_mm * (0.85f * s - 0.25f * s * s);
}

static LashVertex lash_vertex(const Lash *lash, int step, float side) {
    const float s = (float)step / LASH_SEGMENTS;
    LashVertex out = {.width_mm = side * lash->width_mm * (1 - 0.8f * s * s), .take = 0.92f};
    lash_point(lash, s, out.pos_mm);
    lash_point(lash, s + 0.1f, out.ahead_mm);
    return out;
}

static void draw_lash(const Lash *lash, LashVertex *out) {
    for (int i = 0; i < LASH_SEGMENTS; i++, out += 6) {
        const LashVertex quad[4] = {lash_vertex(lash, i, -1), lash_vertex(lash, i, 1),
                                    lash_vertex(lash, i + 1, -1), lash_vertex(lash, i + 1, 1)};
        const int corner[6] = {0, 1, 2, 2, 1, 3};
        for (int k = 0; k < 6; k++) out[k] = quad[corner[k]];
    }
}

/* Two of three on the upper lid, up to 7 mm there and 4 below, the longest outside the middle (our choice of
 * a man's). */
static Lash place_lash(const HeadModel *model, const HeadShape *shape, const EyePatch *patch, int side,
                       uint32_t i) {
    const bool upper = i % 3 != 0;
    const uint32_t id = 2 * i + (uint32_t)side;
    const float t = ((float)i + hash_float(id, 1)) / LASHES; /* 0 outer corner .. 1 inner */
    const float outward = side == 0 ? 1.0f : -1.0f;          /* the left eye's outer corner lies at +x, +v */
    const float from = upper ? 0.28f : -0.45f, to = upper ? 2.75f : -2.2f;
    float angle = from + t * (to - from);
    if (side == 1) angle = 0.5f * TURN - angle;
    Lash out = {.up = upper ? 1.0f : -1.0f, .width_mm = upper ? 0.055f : 0.035f};
    head_eval(model, shape, patch_site(patch, by_angle(patch->margin, angle), angle), out.root, NULL);
    out.fan = outward * (0.75f - 1.25f * t) + 0.5f * (hash_float(id, 2) - 0.5f);
    const float full = 1 - 0.45f * fabsf(t - 0.35f) / 0.65f;
    out.length_mm = (upper ? 6.5f : 3.5f) * full * (0.6f + 0.5f * hash_float(id, 3));
    return out;
}

bool eyes_lashes(const HeadModel *model, const HeadShape *shape, const Eyes *eyes,
                 LashVertex out[LASH_VERTICES]) {
    if (!eyes->open) return false;
    for (int side = 0; side < 2; side++)
        for (uint32_t i = 0; i < LASHES; i++, out += 6 * LASH_SEGMENTS) {
            const Lash lash = place_lash(model, shape, &eyes->patch[side], side, i);
            draw_lash(&lash, out);
        }
    return true;
}

static int by_value(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The median by channel of a ring between pupil and limbus, level with the pupil, where no lid lies. */
void eyes_iris(const HeadModel *model, const Eyes *eyes, const Image *albedo, float iris_lin[3]) {
    enum { ANGLES = 8, RINGS = 4, SAMPLES = 2 * 2 * ANGLES * RINGS };
    float seen[3][SAMPLES];
    int count = 0;
    for (int i = 0; i < 3; i++) iris_lin[i] = 0.05f;
    if (!eyes->open || !albedo->rgba) return;
    for (int i = 0; i < SAMPLES; i++) {
        const int side = i & 1, across = i >> 1 & 1, ring = (i >> 2) % RINGS, step = (i >> 2) / RINGS;
        const float angle = ((float)step / (ANGLES - 1) - 0.5f) * 1.2f + (across ? 0.5f * TURN : 0);
        float uv[2];
        head_atlas_from_site(model, patch_site(&eyes->patch[side], 2.4f + 0.6f * (float)ring, angle), uv);
        const uint8_t *px = image_texel(albedo, uv);
        if (!px) continue;
        for (int c = 0; c < 3; c++) seen[c][count] = srgb8_to_linear_table[px[c]];
        count++;
    }
    for (int c = 0; c < 3 && count > 0; c++) {
        qsort(seen[c], (size_t)count, sizeof(float), by_value);
        iris_lin[c] = fminf(fmaxf(seen[c][count / 2], 0.012f), 0.25f);
    }
}

/* ---- the skin about the lids ---- */

static void atlas_at(const HeadModel *model, const EyePatch *patch, float past_margin_mm, float angle,
                     float uv[2]) {
    head_atlas_from_site(model, patch_site(patch, by_angle(patch->margin, angle) + past_margin_mm, angle),
                         uv);
}

bool eyes_box(const HeadModel *model, const Eyes *eyes, float low[2], float high[2]) {
    low[0] = low[1] = 1, high[0] = high[1] = 0;
    for (int i = 0; eyes->open && i < 2 * EYE_RAYS; i++) {
        float uv[2];
        atlas_at(model, &eyes->patch[i & 1], 6, TURN * (float)(i >> 1) / EYE_RAYS, uv);
        for (int k = 0; k < 2; k++) low[k] = fminf(low[k], uv[k]), high[k] = fmaxf(high[k], uv[k]);
    }
    const float brow = high[1] - low[1]; /* lies within an eye's height of the lids */
    for (int k = 0; k < 2; k++) low[k] -= brow, high[k] += brow;
    return eyes->open;
}

/* The mean skin beyond the lid's edge, over 60 degrees about a ray. */
static void lid_skin(const HeadModel *model, const EyePatch *patch, const Image *albedo, float angle,
                     float lin[3]) {
    enum { ACROSS = 9, OUT = 3 };
    for (int c = 0; c < 3; c++) lin[c] = 0;
    for (int i = 0; i < ACROSS * OUT; i++) {
        float uv[2];
        atlas_at(model, patch, 3.5f + 0.75f * (float)(i / ACROSS),
                 angle + TURN * (float)(i % ACROSS - 4) / 48, uv);
        const uint8_t *px = image_texel(albedo, uv);
        for (int c = 0; px && c < 3; c++) lin[c] += srgb8_to_linear_table[px[c]] / (ACROSS * OUT);
    }
}

/* The skin's hue at the texel's own brightness, as far as the texel is less red than the skin. */
static void clean_pixel(uint8_t *px, const float skin[3], float share) {
    float own[3], light = 0, skin_light = 1e-6f;
    for (int c = 0; c < 3; c++) {
        own[c] = srgb8_to_linear_table[px[c]] + 1e-4f;
        light += own[c];
        skin_light += skin[c];
    }
    const float redness = skin[0] / (skin[2] + 1e-4f) / (own[0] / own[2]);
    share *= fminf(1, fmaxf(0, (redness - 1.04f) / 0.10f));
    const float shade = fminf(1.02f, fmaxf(0.6f, light / skin_light));
    for (int c = 0; c < 3 && share > 0; c++)
        px[c] = (uint8_t)(0.5f + 255 * linear_to_srgb(fminf(1, own[c] + share * (skin[c] * shade - own[c]))));
}

/* A cell of 7.5 degrees and half a millimetre, its corners placed in the atlas. */
static void clean_cell(const HeadModel *model, const EyePatch *patch, float past_mm, float angle,
                       const float skin[3], Image *albedo) {
    enum { STEPS = 24 };
    const float whole_mm = 1.6f;
    float corner[4][2];
    for (int i = 0; i < 4; i++)
        atlas_at(model, patch, past_mm + CELL_MM * (float)(i >> 1), angle + TURN * (float)(i & 1) / EYE_RAYS,
                 corner[i]);
    uint8_t *last = NULL;
    for (int i = 0; i < STEPS * STEPS; i++) {
        const float s = (float)(i % STEPS) / STEPS, t = (float)(i / STEPS) / STEPS;
        float uv[2];
        for (int c = 0; c < 2; c++)
            uv[c] = (1 - t) * ((1 - s) * corner[0][c] + s * corner[1][c]) +
                    t * ((1 - s) * corner[2][c] + s * corner[3][c]);
        uint8_t *px = image_texel(albedo, uv);
        const float over = past_mm + CELL_MM * t - whole_mm;
        if (px && px != last) clean_pixel(px, skin, 1 - fminf(1, fmaxf(0, over)));
        last = px;
    }
}

void eyes_clean_lids(const HeadModel *model, const Eyes *eyes, Image *albedo) {
    enum { CELLS = 8 };
    const float from_mm = -1;
    if (!eyes->open) return;
#pragma omp parallel for schedule(static) /* neither eye's lids reach the other's */
    for (int side = 0; side < 2; side++) {
        const EyePatch *patch = &eyes->patch[side];
        for (int ray = 0; ray < EYE_RAYS; ray++) {
            const float angle = TURN * (float)ray / EYE_RAYS;
            float skin[3];
            lid_skin(model, patch, albedo, angle, skin);
            for (int cell = 0; cell < CELLS; cell++)
                clean_cell(model, patch, from_mm + CELL_MM * (float)cell, angle, skin, albedo);
        }
    }
}
