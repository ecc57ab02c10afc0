#include "loss.h"

#include <math.h>
#include <string.h>

#include "../engine/rng.h"
#include "alternatives.h"

/* --- Small continuous tools
 * ------------------------------------------------------------------------------------- */

static float clamp01(float x) {
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static float smooth(float low, float high, float x) {
    const float t = clamp01((x - low) / (high - low));
    return t * t * (3 - 2 * t);
}

static float mix(float a, float b, float t) {
    return a + (b - a) * t;
}

/* Minimum and maximum with their crease rounded over r (I. Quilez' polynomial form). */
static float soft_min(float a, float b, float r) {
    const float h = fmaxf(r - fabsf(a - b), 0) / r;
    return fminf(a, b) - h * h * r * 0.25f;
}

static float soft_max(float a, float b, float r) {
    return -soft_min(-a, -b, r);
}

/* Value noise with quintic blending, -1..1. */
static float lattice_noise(const float p[3], float wavelength_mm, uint32_t salt) {
    int cell[3];
    float t[3], corner[8];
    for (int k = 0; k < 3; k++) {
        const float x = p[k] / wavelength_mm;
        cell[k] = (int)floorf(x);
        t[k] = x - (float)cell[k];
        t[k] = t[k] * t[k] * t[k] * (t[k] * (t[k] * 6 - 15) + 10);
    }
    for (int i = 0; i < 8; i++) {
        const uint32_t x = (uint32_t)(cell[0] + (i & 1)), y = (uint32_t)(cell[1] + (i >> 1 & 1)),
                       z = (uint32_t)(cell[2] + (i >> 2));
        corner[i] = hash_float(x * 73856093u ^ y * 19349663u ^ z * 83492791u, salt) * 2 - 1;
    }
    const float a = mix(mix(corner[0], corner[1], t[0]), mix(corner[2], corner[3], t[0]), t[1]);
    const float b = mix(mix(corner[4], corner[5], t[0]), mix(corner[6], corner[7], t[0]), t[1]);
    return mix(a, b, t[2]);
}

/* Two lattices turned against each other, so that neither's axes show. */
static float noise3(const float p[3], float wavelength_mm, uint32_t salt) {
    const float turned[3] = {0.64f * p[0] - 0.60f * p[1] + 0.48f * p[2] + 31.7f,
                             0.77f * p[0] + 0.50f * p[1] - 0.40f * p[2], 0.62f * p[1] + 0.78f * p[2] - 17.3f};
    return 0.72f *
           (lattice_noise(p, wavelength_mm, salt) + lattice_noise(turned, wavelength_mm * 0.8f, salt + 1000));
}

/* --- Norwood
 * ---------------------------------------------------------------------------------------------------- */

/* domain.md 3.1. Middle, corner, vertex radius, bridge and density left are its columns; the corner's place
 * sideways, the side's slope and the bow were set so that the bald areas meet its last column
 * (tests/unit/test_loss.c). */
enum { STAGES = 7 };
static const LossStage norwood[STAGES] = {
    {62, 84, 66, 0.30f, 2.0f, 0, 1, 1, 1},
    {74, 114, 64, 0.45f, 2.2f, 0, 1, 0.10f, 1},
    {79, 131, 61.5f, 0.41f, 2.4f, 0, 1, 0.05f, 1},
    {87, 147, 61.5f, 0.36f, 2.8f, 43, 0.7f, 0.05f, 1},
    {108, 162, 66, 0.30f, 2.6f, 54, 0.3f, 0.05f, 1},
    {262, 262, 76, 0.12f, 2.0f, 50, 0.03f, 0.03f, 0.95f},
    {296, 296, 90, 0.02f, 2.0f, 40, 0.02f, 0.02f, 0.6f},
};
static const LossStage norwood_a[STAGES] = {
    {62, 84, 66, 0.30f, 2.0f, 0, 1, 1, 1},
    {80, 110, 65, 0.42f, 2.0f, 0, 1, 0.10f, 1},
    {146, 154, 65, 0.30f, 2.0f, 0, 1, 0.05f, 1},
    {178, 185, 66, 0.24f, 2.0f, 0, 0.8f, 0.10f, 1},
    {232, 236, 68, 0.18f, 2.0f, 0, 0.5f, 0.05f, 1},
    {262, 262, 76, 0.12f, 2.0f, 50, 0.03f, 0.03f, 0.95f},
    {296, 296, 90, 0.02f, 2.0f, 40, 0.02f, 0.02f, 0.6f},
};
static const LossStage norwood_vertex = {74, 118, 62, 0.42f, 2.4f, 32.5f, 1, 0.2f, 1};
static const float VERTEX_S = 220;

static LossStage stage_mix(const LossStage *a, const LossStage *b, float t) {
    LossStage out;
    const float *x = &a->middle, *y = &b->middle;
    float *z = &out.middle;
    for (size_t i = 0; i < sizeof out / sizeof(float); i++) z[i] = mix(x[i], y[i], t);
    return out;
}

static LossStage stage_at(int pattern, float stage) {
    LossStage row[STAGES];
    memcpy(row, pattern == LOSS_NORWOOD_A ? norwood_a : norwood, sizeof row);
    if (pattern == LOSS_NORWOOD_VERTEX) row[2] = norwood_vertex;
    const float at = fminf(STAGES - 1.001f, fmaxf(0, stage - 1));
    return stage_mix(&row[(int)at], &row[(int)at + 1], at - floorf(at));
}

/* The front as a table over |L|: a power of the way to the corner. */
static void front_prepare(LossModel *m) {
    const LossStage *n = &m->stage;
    for (int i = 0; i <= LOSS_FRONT_STEPS; i++) {
        const float reach = fminf(1.25f, (float)(i * LOSS_FRONT_STEP_MM) / fmaxf(1, n->corner_l));
        const float slope =
            (n->corner - n->middle) * n->power * powf(reach, n->power - 1) / fmaxf(1, n->corner_l);
        m->front[i][0] = n->middle + (n->corner - n->middle) * powf(reach, n->power);
        m->front[i][1] = 1 / sqrtf(1 + slope * slope); /* so that the difference in S is near a distance */
    }
}

/* About how far inside the bald area, mm; `top` is S on the mean man's head, `aside` |L|. */
static float norwood_bald(const LossModel *m, float top, float aside, float *bridge_mm, float *reach_mm) {
    const LossStage *n = &m->stage;
    const float at = fminf((float)LOSS_FRONT_STEPS - 0.001f, aside / LOSS_FRONT_STEP_MM), t = at - floorf(at);
    const float *a = m->front[(int)at], *b = m->front[(int)at + 1];
    const float before = (mix(a[0], b[0], t) - top) * mix(a[1], b[1], t);
    const float side = n->corner_l + (n->corner - top) * n->side_slope - aside;
    /* Behind, the sides close in a round back. */
    const float back_start = n->corner - n->corner_l, past = fmaxf(0, top - back_start);
    const float wide = n->corner_l * (1 + n->side_slope), deep = past * (1 + n->side_slope);
    const float round = wide - sqrtf(deep * deep + aside * aside); /* meets the side where it begins */
    const float closes = smooth(190, 260, n->corner);
    const float region = soft_min(before, mix(side, past > 0 ? fminf(side, round) : side, closes), 12);
    const float dy = top - VERTEX_S;
    /* A spot that only begins stays below the border's softness, so that it grows out of nothing. */
    const float begun = smooth(0, 14, n->vertex_radius);
    const float disc = n->vertex_radius - sqrtf(dy * dy + aside * aside) - 45 * (1 - begun);
    *bridge_mm =
        fminf(n->corner_l * 0.9f - aside, fminf(top - n->middle, VERTEX_S + n->vertex_radius * 0.6f - top));
    /* All that lies before the corners, or before the vertex once that is thin, counts as touched. */
    const float back = mix(n->corner, fmaxf(n->corner, VERTEX_S), begun);
    *reach_mm = soft_max(soft_min(back - top, fminf(side, n->corner_l + 6 - aside), 12),
                         soft_max(region, disc, 10), 8);
    return soft_max(region, disc, 10);
}

static LossAt norwood_at(const LossModel *m, float top, float aside, float ragged) {
    float bridge_mm, reach_mm;
    const LossStage *n = &m->stage;
    const float bald = norwood_bald(m, top, aside, &bridge_mm, &reach_mm) + ragged;
    const float soft = m->softness_mm, thin = m->value->loss.miniaturisation;
    const float gone = smooth(-soft, soft, bald), bridged = smooth(-6, 16, bridge_mm) * (1 - gone);
    LossAt out = {.bald_mm = bald, .reach_mm = reach_mm + ragged};
    out.density = mix(1, n->left, gone) * mix(1, n->bridge, bridged);
    /* The horseshoe of stage VII thins below the bald border too. */
    out.density *= mix(1, n->fringe, smooth(-45, -5, bald));
    const float around = smooth(-8 - 34 * thin, soft * 0.5f, bald) * thin;
    /* What is left on bald skin is vellus, whatever surrounds it. */
    const float vellus = (1 - n->left) * smooth(-soft * 0.5f, soft, bald);
    out.diameter = 1 - 0.62f * fmaxf(fmaxf(around, bridged * (1 - n->bridge) * thin), vellus);
    /* Stage I is the untouched head. */
    out.bald_mm = mix(-60, out.bald_mm, m->strength);
    out.reach_mm = mix(-60, out.reach_mm, m->strength);
    out.density = mix(1, out.density, m->strength);
    out.diameter = mix(1, out.diameter, m->strength);
    return out;
}

/* A pattern without islands. */
static LossAt look(float density, float diameter, float bald_mm) {
    return (LossAt){density, diameter, bald_mm, bald_mm};
}

/* --- Women, diffuse
 * --------------------------------------------------------------------------------------------- */

/* Oval top: behind the hairline by `kept` mm, to S 240. */
static float crown_oval(float top, float aside, float border_mm, float kept) {
    const float middle = 148, dy = (top - middle) / 98, dx = aside / 66;
    const float oval = (1 - sqrtf(dx * dx + dy * dy)) * 66;
    return soft_min(oval, border_mm - kept, 10);
}

static LossAt ludwig_at(const LossModel *m, float top, float aside, float border_mm, float ragged) {
    /* domain.md 3.2: I thinning behind a line 1-3 cm from the front, II marked, III bare. */
    static const float density[4] = {1, 0.68f, 0.38f, 0.05f}, width[4] = {1, 0.85f, 0.7f, 0.55f};
    const float at = fminf(2.999f, fmaxf(0, m->stage.middle)), t = at - floorf(at);
    const int i = (int)at;
    const float bald = crown_oval(top, aside, border_mm, 20) + ragged, inside = smooth(-16, 14, bald);
    return look(
        mix(1, mix(density[i], density[i + 1], t), inside),
        mix(1, mix(width[i], width[i + 1], t), inside * (0.4f + 0.6f * m->value->loss.miniaturisation)),
        bald);
}

/* Part widths 1, 3, 8, 20 mm, then diffuse (domain.md 3.2, default). */
static LossAt sinclair_at(const LossModel *m, float top, float l_mm, float border_mm, float ragged) {
    static const float width[6] = {1, 1, 3, 8, 20, 34}, density[6] = {1, 1, 0.9f, 0.75f, 0.6f, 0.4f};
    const float at = fminf(4.999f, fmaxf(1, m->stage.middle)), t = at - floorf(at);
    const int i = (int)at;
    const float half = 0.5f * mix(width[i], width[i + 1], t),
                from_part = fabsf(l_mm - m->value->hair.parting_mm);
    const float ends = soft_min(border_mm - 8, 215 - top, 10);
    const float part = soft_min(half + ragged * 0.3f - from_part, ends, 6);
    const float diffuse = smooth(-16, 14, crown_oval(top, fabsf(l_mm), border_mm, 12));
    const float gone = smooth(-2 - half * 0.4f, 1 + half * 0.2f, part);
    const float thin = mix(density[i], density[i + 1], t);
    return look(mix(mix(1, thin, diffuse), 0.15f, gone), mix(1, 0.5f + 0.5f * thin, diffuse), part);
}

/* Christmas tree: the part is widest at the front and tapers backwards. */
static LossAt olsen_at(const LossModel *m, float top, float l_mm, float border_mm, float ragged) {
    const float stage = fminf(3, fmaxf(0, m->stage.middle)),
                from_part = fabsf(l_mm - m->value->hair.parting_mm);
    const float taper = fmaxf(0, 1 - (top - 62) / 150), half = (4 + 13 * stage) * taper * taper + 1;
    const float bald = soft_min(half + ragged * 0.6f - from_part, border_mm - 6, 6);
    const float gone = smooth(-10, 8, bald), left = mix(1, 0.12f, stage / 3);
    return look(mix(1, left, gone), mix(1, 0.6f, smooth(-22, 4, bald) * stage / 3), bald);
}

/* --- Areata and the rest
 * ---------------------------------------------------------------------------------------- */

static LossAt areata_at(const LossModel *m, float bald_mm) {
    /* Sharp edge; thin broken hairs on the rim (domain.md 3.3). Regrowth comes back through `severity`. */
    const float gone = smooth(-1.5f, 1.5f, bald_mm), rim = smooth(-5, 0, bald_mm);
    const float regrown = m->value->loss.recovery;
    return look(mix(1, regrown, gone), mix(1, mix(0.5f, 0.75f, regrown), rim), bald_mm);
}

static float patches_bald(const LossModel *m, const float pos_mm[3], float scale) {
    float best = -60;
    for (int i = 0; i < m->patch_count; i++) {
        float d2 = 0;
        for (int k = 0; k < 3; k++) {
            const float d = pos_mm[k] - m->patch[i].pos[k];
            d2 += d * d;
        }
        const float radius = m->patch[i].radius_mm * scale;
        if (radius > 0.5f && d2 < (radius + 60) * (radius + 60)) best = soft_max(best, radius - sqrtf(d2), 4);
    }
    return best;
}

static float areata_bald(const LossModel *m, const float pos_mm[3], float top, float aside, float border_mm) {
    const float severity = m->severity;
    switch (m->value->loss.pattern) {
    case LOSS_OPHIASIS: {
        /* A band of 3-5 cm along the margins of nape and temples, not over the forehead. */
        const float away_from_front = smooth(45, 75, aside) + smooth(220, 280, top);
        return mix(-20, 50, severity) * fminf(1, away_from_front) - 30 * (1 - fminf(1, away_from_front)) -
               border_mm;
    }
    case LOSS_SISAIPHO:
        return border_mm - mix(75, 32, severity);
    case LOSS_RETICULAR:
        return (noise3(pos_mm, 26, 51) + 0.35f * noise3(pos_mm, 11, 52) - mix(0.75f, -0.1f, severity)) * 14;
    case LOSS_TOTALIS:
    case LOSS_UNIVERSALIS:
        return (noise3(pos_mm, 34, 53) - mix(1.05f, -1.3f, severity)) * 24;
    default:
        return patches_bald(m, pos_mm, sqrtf(severity * 2));
    }
}

static LossAt diffuse_at(const LossModel *m, float top, float aside, float border_mm) {
    /* domain.md 3.2: DPA .5 density, .6 diameter on top with hairline and donor kept; DUPA .55 / .65
     * everywhere. */
    const float severity = m->severity * 2;
    const float inside =
        m->value->loss.pattern == LOSS_DPA ? smooth(-22, 18, crown_oval(top, aside, border_mm, 10)) : 1;
    const float density = m->value->loss.pattern == LOSS_DPA ? 0.5f : 0.55f;
    const float width = m->value->loss.pattern == LOSS_DPA ? 0.6f : 0.65f;
    const float bald = m->value->loss.pattern == LOSS_DPA ? crown_oval(top, aside, border_mm, 10) : border_mm;
    return look(powf(density, severity * inside), powf(width, severity * inside), bald);
}

static LossAt pattern_at(const LossModel *m, const float pos_mm[3], float s_mm, float l_mm, float border_mm) {
    const float top = scalp_table_from_s(m->scalp, s_mm), across = l_mm / m->scalp->stature,
                aside = fabsf(across);
    const float ragged = m->ragged_mm > 0 ? m->ragged_mm * noise3(pos_mm, 24, 41) : 0;
    switch (m->value->loss.pattern) {
    case LOSS_NORWOOD:
    case LOSS_NORWOOD_A:
    case LOSS_NORWOOD_VERTEX:
        return norwood_at(m, top, aside, ragged);
    case LOSS_LUDWIG:
        return ludwig_at(m, top, aside, border_mm, ragged);
    case LOSS_SINCLAIR:
        return sinclair_at(m, top, across, border_mm, ragged);
    case LOSS_OLSEN:
        return olsen_at(m, top, across, border_mm, ragged);
    case LOSS_DPA:
    case LOSS_DUPA:
        return diffuse_at(m, top, aside, border_mm);
    case LOSS_EFFLUVIUM:
        return look(1 - 0.75f * m->severity, 1, border_mm);
    case LOSS_AREATA:
    case LOSS_OPHIASIS:
    case LOSS_SISAIPHO:
    case LOSS_RETICULAR:
    case LOSS_TOTALIS:
    case LOSS_UNIVERSALIS:
        return areata_at(m, areata_bald(m, pos_mm, top, aside, border_mm));
    default:
        return look(1, 1, -60);
    }
}

/* --- Putting together
 * ------------------------------------------------------------------------------------------- */

static void patch_place(LossModel *m, const LossPatch *patch) {
    if (patch->radius_mm <= 0 || m->patch_count >= LOSS_ALL_PATCHES) return;
    scalp_point(m->scalp, patch->s_mm, patch->l_mm, m->patch[m->patch_count].pos, NULL);
    m->patch[m->patch_count++].radius_mm = patch->radius_mm;
}

static void patches_prepare(LossModel *m) {
    const LossSettings *loss = &m->value->loss;
    if (loss->pattern == LOSS_AREATA) {
        const uint32_t seed = hash_u32((uint32_t)m->value->seed ^ 0xa3u);
        for (int i = 0; i < loss->patch_count; i++) {
            const uint32_t id = hash_u32x2(seed, (uint32_t)i);
            const float spread = expf(0.35f * hash_normal(id, 3));
            patch_place(m, &(LossPatch){scalp_s_from_table(m->scalp, 80 + 230 * hash_float(id, 1)),
                                        (hash_float(id, 2) * 2 - 1) * 105 * m->scalp->stature,
                                        loss->patch_radius_mm * spread});
        }
    }
    for (int i = 0; i < LOSS_PATCHES; i++) patch_place(m, &loss->patch[i]);
}

float loss_share_of_men(float age_years) {
    static const float age[] = {15, 21, 35, 60, 85}, share[] = {0, 0.15f, 0.40f, 0.65f, 0.80f};
    enum { KNOTS = sizeof age / sizeof *age };
    int i = 0;
    while (i + 2 < KNOTS && age_years > age[i + 1]) i++;
    return mix(share[i], share[i + 1], clamp01((age_years - age[i]) / (age[i + 1] - age[i])));
}

float loss_stage_now(const Case *value) {
    /* Untreated loss goes on: about one stage in twelve years once it has begun (assumption). */
    const float years = value->time.years * value->time.ageing + alternative_loss_years(&value->alternative);
    const float stage = value->loss.stage;
    return stage > 1 ? fminf(7, stage + years / 12 * fminf(1, stage - 1)) : stage;
}

void loss_prepare(const Case *value, const Scalp *scalp, LossModel *out) {
    memset(out, 0, sizeof *out);
    const LossSettings *loss = &value->loss;
    out->value = value, out->scalp = scalp;
    const float stage = loss_stage_now(value);
    out->stage = stage_at(loss->pattern, stage);
    front_prepare(out);
    if (loss->pattern == LOSS_LUDWIG || loss->pattern == LOSS_SINCLAIR || loss->pattern == LOSS_OLSEN) {
        out->stage.middle = stage; /* these read the bare number */
    }
    out->strength = smooth(1, 1.8f, stage);
    out->severity = loss->severity * (loss->pattern == LOSS_EFFLUVIUM ? 1 - loss->recovery : 1);
    out->softness_mm = loss->softness_mm;
    out->ragged_mm = loss->irregularity * 5;
    patches_prepare(out);
    out->stroke_count = loss->stroke_count;
    for (int i = 0; i < loss->stroke_count; i++) {
        const LossStroke *stroke = &loss->stroke[i];
        scalp_point(scalp, stroke->s_mm, stroke->l_mm, out->stroke[i].pos, NULL);
        out->stroke[i].radius_mm = stroke->radius_mm;
        out->stroke[i].amount = stroke->amount;
    }
}

static void strokes_apply(const LossModel *m, const float pos_mm[3], LossAt *at) {
    for (int i = 0; i < m->stroke_count; i++) {
        float d2 = 0;
        for (int k = 0; k < 3; k++) {
            const float d = pos_mm[k] - m->stroke[i].pos[k];
            d2 += d * d;
        }
        const float radius = fmaxf(1, m->stroke[i].radius_mm);
        if (d2 > radius * radius) continue;
        const float amount = m->stroke[i].amount * smooth(radius, radius * 0.45f, sqrtf(d2)),
                    to = amount > 0 ? 1 : 0;
        at->density = mix(at->density, to, clamp01(fabsf(amount)));
        at->diameter = mix(at->diameter, 1, clamp01(amount));
        at->bald_mm = mix(at->bald_mm, amount > 0 ? -30 : 15, clamp01(fabsf(amount)));
    }
}

LossAt loss_at(const LossModel *m, const float pos_mm[3], float s_mm, float l_mm, float border_mm) {
    LossAt at = pattern_at(m, pos_mm, s_mm, l_mm, border_mm);
    if (m->value->loss.pattern != LOSS_AREATA && m->patch_count > 0) {
        const LossAt patch = areata_at(m, patches_bald(m, pos_mm, 1));
        at.density *= patch.density;
        at.diameter *= patch.diameter;
        at.bald_mm = fmaxf(at.bald_mm, patch.bald_mm);
        at.reach_mm = fmaxf(at.reach_mm, patch.bald_mm);
    }
    strokes_apply(m, pos_mm, &at);
    alternative_regrow(&m->value->alternative, &at.density, &at.diameter);
    at.density = clamp01(at.density);
    at.diameter = fmaxf(0.35f, fminf(1, at.diameter));
    at.bald_mm = fmaxf(-60, fminf(60, at.bald_mm));
    return at;
}

float loss_density(const Case *value, const Scalp *scalp, float s_mm, float l_mm) {
    LossModel model;
    loss_prepare(value, scalp, &model);
    float pos[3];
    scalp_point(scalp, s_mm, l_mm, pos, NULL);
    return loss_at(&model, pos, s_mm, l_mm, scalp_hair_border_mm(scalp, s_mm, l_mm)).density;
}

float loss_bald_area_cm2(const Case *value, const Scalp *scalp) {
    LossModel model;
    loss_prepare(value, scalp, &model);
    const ScalpGrid *g = scalp->grid;
    double area = 0;
    for (int row = 0; row + 1 < SCALP_ROWS; row++) {
        for (int col = 0; col + 1 < SCALP_COLS; col++) {
            const int i = row * SCALP_COLS + col;
            if (g->border_mm[i] < 0) continue;
            const LossAt at = loss_at(&model, g->pos_mm[i], g->s_mm[i], g->l_mm[i], g->border_mm[i]);
            if (at.density >= 0.5f || at.bald_mm < 0) continue;
            float p[3], q[3];
            for (int k = 0; k < 3; k++) {
                p[k] = g->pos_mm[i + SCALP_COLS + 1][k] - g->pos_mm[i][k];
                q[k] = g->pos_mm[i + SCALP_COLS][k] - g->pos_mm[i + 1][k];
            }
            const float x = p[1] * q[2] - p[2] * q[1], y = p[2] * q[0] - p[0] * q[2],
                        z = p[0] * q[1] - p[1] * q[0];
            area += (double)(0.5f * sqrtf(x * x + y * y + z * z));
        }
    }
    return (float)(area / 100);
}
