#include "marks.h"

#include <math.h>
#include <string.h>

#include "../engine/language.h"
#include "../engine/rng.h"

typedef enum MarkForm { FORM_ELLIPSE, FORM_STRIP, FORM_DOTS } MarkForm;

/* Sizes and looks: domain.md 5; factors where it is silent are assumptions. Young scars have haemoglobin x1.8
 * instead. */
typedef struct MarkKindInfo {
    MarkForm form;
    float length_mm, width_mm, cell_mm, dot_mm;
    float hair, melanin, haemoglobin, roughness, relief_mm;
    float scar, retention, spread, margin_mm; /* margin: no dots up to this far outside; < 0: dots allowed */
    float edge_mm, ragged_mm;
    bool fades_with_age;
} MarkKindInfo;

static const MarkKindInfo kinds[MARK_KIND_COUNT] = {
    [MARK_FUT_SCAR] = {FORM_STRIP, 200, 3, 0, 0, 0, 0.4f, 0.7f, -0.12f, -0.1f, 1, 0.7f, 1.25f, -1, 0.5f, 0.5f,
                       true},
    [MARK_FUE_SCARS] = {FORM_DOTS, 200, 55, 3.0f, 1.2f, 0, 0.25f, 0.55f, -0.1f, -0.05f, 1, 0.75f, 1.2f, -1,
                        0.15f, 0, true},
    [MARK_BURN] = {FORM_ELLIPSE, 80, 55, 0, 0, 0, 0.5f, 0.95f, -0.14f, 0.3f, 1, 0.6f, 1.4f, -1, 2, 7, true},
    [MARK_CRANIOTOMY] = {FORM_STRIP, 160, 4, 0, 0, 0, 0.45f, 0.75f, -0.12f, -0.3f, 1, 0.65f, 1.3f, -1, 0.6f,
                         0.8f, true},
    [MARK_KELOID] = {FORM_ELLIPSE, 22, 12, 0, 0, 0, 0.8f, 1.5f, -0.1f, 0.9f, 1, 0.5f, 1.4f, 1, 1, 1, false},
    [MARK_NEVUS_SEBACEOUS] = {FORM_ELLIPSE, 28, 16, 0, 0, 0, 1.8f, 1, 0.04f, 0.3f, 0, 0.8f, 1.1f, -1, 1.2f, 2,
                              false},
    [MARK_MELANOCYTIC_NEVUS] = {FORM_ELLIPSE, 22, 16, 0, 0, 1, 4.5f, 1.3f, 0.02f, 0.1f, 0, 1, 1, 2, 0.8f, 1,
                                false},
    [MARK_PORT_WINE] = {FORM_ELLIPSE, 70, 45, 0, 0, 1, 1, 3.4f, 0, 0, 0, 1, 1, -1, 2.5f, 8, false},
    [MARK_MOLE] = {FORM_ELLIPSE, 4, 4, 0, 0, 0.4f, 7, 1.3f, 0.02f, 0.4f, 0, 1, 1, 2, 0.4f, 0.2f, false},
    [MARK_SCAR] = {FORM_ELLIPSE, 35, 3, 0, 0, 0, 0.4f, 0.7f, -0.12f, -0.2f, 1, 0.7f, 1.25f, -1, 0.5f, 0.5f,
                   true},
    [MARK_PUNCH_GRAFTS] = {FORM_DOTS, 90, 30, 6.0f, 4.0f, 1, 0.3f, 0.85f, -0.06f, 0.2f, 0, 0.8f, 1.1f, -1,
                           0.3f, 0, true},
};
/* An ellipse's rim swings by waves of 2 to 6 a turn, the i-th by 1/i: together this much at most. */
enum { RAGGED_WAVES = 5 };
static const float RAGGED_MOST = 1.45f;
static const float FAR_MM = 1000;
/* domain.md 1.5: a scar must be 9-12 months old. */
static const float MATURE_YEARS = 0.75f;

/* Inlined, as the library's are not: these run for every texel of a mark. */
static inline float least(float a, float b) {
    return a < b ? a : b;
}

static inline float most(float a, float b) {
    return a > b ? a : b;
}

static float smooth(float low, float high, float x) {
    const float t = least(1, most(0, (x - low) / (high - low)));
    return t * t * (3 - 2 * t);
}

static float mix(float a, float b, float t) {
    return a + (b - a) * t;
}

/* How far a rim's waves swing it, mm. */
static float rim_swing(const MarkShape *m) {
    return least(kinds[m->kind].ragged_mm, 0.35f * least(m->half_length_mm, m->half_width_mm));
}

static void ellipse_bounds(MarkShape *m) {
    const MarkKindInfo *info = &kinds[m->kind];
    const float half = least(m->half_length_mm, m->half_width_mm), swing = RAGGED_MOST * rim_swing(m);
    const float far = 1 + (most(info->edge_mm, info->margin_mm + 0.3f) + swing) / half;
    const float deep = most(0, 1 - (most(3, info->edge_mm) + swing) / half);
    m->far2 = far * far, m->deep2 = deep * deep;
}

static void shape_make(const MarkSettings *mark, const Scalp *scalp, uint32_t seed, MarkShape *out) {
    const MarkKindInfo *info = &kinds[mark->kind];
    *out = (MarkShape){.kind = mark->kind,
                       .s_mm = mark->s_mm,
                       .l_mm = mark->l_mm,
                       .age_years = mark->age_years,
                       .strength = mark->strength,
                       .seed = seed};
    out->half_length_mm = 0.5f * (mark->length_mm > 0 ? mark->length_mm : info->length_mm);
    out->half_width_mm = 0.5f * (mark->width_mm > 0 ? mark->width_mm : info->width_mm);
    out->cosine = cosf(mark->angle_deg * 0.0174533f), out->sine = sinf(mark->angle_deg * 0.0174533f);
    out->slack_mm = 3 + RAGGED_MOST * info->ragged_mm + 2 * info->edge_mm + most(0, info->margin_mm);
    out->reach_mm = most(out->half_length_mm, out->half_width_mm) * 1.1f + out->slack_mm;
    ellipse_bounds(out);
    for (int i = 0; i < RAGGED_WAVES; i++) {
        const float phase = hash_float(seed, (uint32_t)i + 2) * 6.2831853f;
        out->ragged[i][0] = cosf(phase), out->ragged[i][1] = sinf(phase);
    }
    float ahead[3], aside[3], normal[3];
    scalp_point(scalp, mark->s_mm, mark->l_mm, out->pos, normal);
    scalp_point(scalp, mark->s_mm, mark->l_mm + 1, aside, NULL);
    float length = 0, dot = 0;
    for (int k = 0; k < 3; k++) aside[k] -= out->pos[k], dot += aside[k] * normal[k];
    for (int k = 0; k < 3; k++) aside[k] -= dot * normal[k], length += aside[k] * aside[k];
    for (int k = 0; k < 3; k++) aside[k] = length > 0 ? aside[k] / sqrtf(length) : (k == 0);
    ahead[0] = aside[1] * normal[2] - aside[2] * normal[1];
    ahead[1] = aside[2] * normal[0] - aside[0] * normal[2];
    ahead[2] = aside[0] * normal[1] - aside[1] * normal[0];
    for (int k = 0; k < 3; k++) {
        out->along[k] = aside[k] * out->cosine + ahead[k] * out->sine;
        out->across[k] = -aside[k] * out->sine + ahead[k] * out->cosine;
    }
}

void marks_prepare(const Case *value, const Scalp *scalp, Marks *out) {
    memset(out, 0, sizeof *out);
    for (int i = 0; i < MARK_COUNT; i++) {
        if (value->mark[i].kind == MARK_NONE || value->mark[i].strength <= 0) continue;
        shape_make(&value->mark[i], scalp, hash_u32x2((uint32_t)value->seed, 500u + (uint32_t)i),
                   &out->shape[out->count++]);
    }
    /* A transplant leaves its own scar at the donor site. */
    const int choice = value->alternative.choice;
    if ((choice == ALTERNATIVE_FUT || choice == ALTERNATIVE_FUE) && out->count < MARK_COUNT) {
        const MarkSettings donor = {.kind = choice == ALTERNATIVE_FUT ? MARK_FUT_SCAR : MARK_FUE_SCARS,
                                    .s_mm = scalp->s_inion_mm - 22,
                                    .length_mm = 200,
                                    .width_mm = choice == ALTERNATIVE_FUT ? 2 : 55,
                                    .age_years = value->alternative.months / 12,
                                    .strength = 0.8f * smooth(0, 1, value->alternative.months)};
        if (donor.strength > 0) shape_make(&donor, scalp, 77, &out->shape[out->count++]);
    }
}

/* --- Shapes
 * ----------------------------------------------------------------------------------------------------- */

/* Place in the mark's own axes, mm. */
static void local_place(const MarkShape *m, const SkinPlace *place, float *x, float *y) {
    if (kinds[m->kind].form == FORM_ELLIPSE) {
        float along = 0, across = 0;
        for (int k = 0; k < 3; k++) {
            along += (place->pos_mm[k] - m->pos[k]) * m->along[k];
            across += (place->pos_mm[k] - m->pos[k]) * m->across[k];
        }
        *x = along, *y = across;
        return;
    }
    const float dl = place->l_mm - m->l_mm, ds = place->s_mm - m->s_mm;
    *x = dl * m->cosine + ds * m->sine;
    *y = -dl * m->sine + ds * m->cosine;
}

static float wobble(float x, float wavelength, uint32_t seed) {
    const float at = x / wavelength, t = at - floorf(at);
    const uint32_t cell = (uint32_t)(int)floorf(at);
    const float a = hash_float(cell, seed) * 2 - 1, b = hash_float(cell + 1, seed) * 2 - 1;
    return mix(a, b, t * t * (3 - 2 * t));
}

/* A dot of the field changes nothing farther from its middle. */
static float dot_reach(const MarkKindInfo *info) {
    return 0.6f * info->dot_mm + info->edge_mm;
}

/* Distance inside the dot of one jittered cell; -10: it does not reach here. */
static float dot_inside(const MarkShape *m, const MarkKindInfo *info, int i, int j, float x, float y) {
    const uint32_t id = hash_u32x2((uint32_t)i * 7919u ^ (uint32_t)j, m->seed);
    const float reach = dot_reach(info), px = ((float)i + 0.2f + 0.6f * hash_float(id, 1)) * info->cell_mm;
    if (fabsf(x - px) > reach) return -10;
    const float py = ((float)j + 0.2f + 0.6f * hash_float(id, 2)) * info->cell_mm;
    if (fabsf(y - py) > reach) return -10;
    /* The field thins out to its rim. */
    const float rim = least(m->half_length_mm - fabsf(px), m->half_width_mm - fabsf(py));
    const float radius = 0.5f * info->dot_mm * (0.8f + 0.4f * hash_float(id, 4)) *
                         smooth(8 * hash_float(id, 3) - 1, 8 * hash_float(id, 3) + 1, rim + 1);
    return radius > 0.05f ? radius - sqrtf((x - px) * (x - px) + (y - py) * (y - py)) : -10;
}

/* Distance inside the nearest dot. */
static float dots_inside(const MarkShape *m, const MarkKindInfo *info, float x, float y) {
    const float edge = least(m->half_length_mm - fabsf(x), m->half_width_mm - fabsf(y));
    if (edge < -info->cell_mm) return -10;
    /* Only dots that reach here: a dot lies in the middle 0.6 of its cell. */
    const float reach = dot_reach(info), cell = info->cell_mm;
    const int i0 = (int)ceilf((x - reach) / cell - 0.8f), i1 = (int)floorf((x + reach) / cell - 0.2f);
    const int j0 = (int)ceilf((y - reach) / cell - 0.8f), j1 = (int)floorf((y + reach) / cell - 0.2f);
    float best = -10;
    for (int j = j0; j <= j1; j++)
        for (int i = i0; i <= i1; i++) best = most(best, dot_inside(m, info, i, j, x, y));
    return best;
}

/* Sum of cos(i * angle + phase) / i over the waves, by the angle's cosine and sine. */
static float ragged_rim(const MarkShape *m, float cosine, float sine) {
    float c = cosine, s = sine, sum = 0;
    for (int i = 0; i < RAGGED_WAVES; i++) {
        const float next = c * cosine - s * sine;
        s = s * cosine + c * sine, c = next;
        sum += (c * m->ragged[i][0] - s * m->ragged[i][1]) / (float)(i + 2);
    }
    return sum;
}

/* About how far inside the mark, mm. */
static float shape_inside(const MarkShape *m, float x, float y) {
    const MarkKindInfo *info = &kinds[m->kind];
    if (info->form == FORM_DOTS) return dots_inside(m, info, x, y);
    if (info->form == FORM_STRIP) {
        const float half =
            m->half_width_mm * (0.75f + 0.35f * wobble(x, 14, m->seed) + 0.15f * wobble(x, 4, m->seed + 1));
        const float taper = smooth(0, 0.12f, 1 - fabsf(x) / m->half_length_mm);
        return least(half * taper - fabsf(y + 0.8f * wobble(x, 30, m->seed + 2)),
                     m->half_length_mm - fabsf(x));
    }
    const float dx = x / m->half_length_mm, dy = y / m->half_width_mm, r2 = dx * dx + dy * dy;
    if (r2 >= m->far2) return -FAR_MM;
    if (r2 < m->deep2) return FAR_MM;
    const float r = sqrtf(r2);
    const float slope = r > 1e-4f ? sqrtf(dx * dx / (m->half_length_mm * m->half_length_mm) +
                                          dy * dy / (m->half_width_mm * m->half_width_mm)) /
                                        r
                                  : 1 / least(m->half_length_mm, m->half_width_mm);
    const float even = (1 - r) / slope;
    const float swing = rim_swing(m);
    return even + swing * ragged_rim(m, dx / most(r, 1e-6f), dy / most(r, 1e-6f));
}

static void mark_apply(const MarkShape *m, float inside_mm, MarkAt *at) {
    const MarkKindInfo *info = &kinds[m->kind];
    if (inside_mm <= -most(info->edge_mm, info->margin_mm + 0.3f)) return;
    const float in = smooth(-info->edge_mm, info->edge_mm, inside_mm) * m->strength;
    /* Young scars are red and dark for a year or two. */
    const float young = info->fades_with_age ? 1 - smooth(0.3f, 2.5f, m->age_years) : 0;
    at->hair *=
        mix(1, info->hair, smooth(-info->edge_mm, info->edge_mm, inside_mm) * least(1, 1.25f * m->strength));
    at->melanin *= mix(1, mix(info->melanin, 0.8f, young), in);
    at->haemoglobin *= mix(1, mix(info->haemoglobin, 1.8f, young), in);
    at->roughness += info->roughness * in;
    at->relief_mm += info->relief_mm * in * smooth(0, most(0.5f, least(3, m->half_width_mm)), inside_mm);
    at->scar = most(at->scar, info->scar * in);
    at->retention *= mix(1, info->retention, in);
    at->spread *= mix(1, info->spread, in);
    if (info->margin_mm >= 0) {
        at->forbidden = most(
            at->forbidden,
            inside_mm > -info->margin_mm ? 1 : smooth(-info->margin_mm - 0.3f, -info->margin_mm, inside_mm));
    }
}

static bool mark_is_near(const MarkShape *m, const SkinPlace *place, float around_mm) {
    float d2 = 0, x, y;
    for (int k = 0; k < 3; k++) d2 += (place->pos_mm[k] - m->pos[k]) * (place->pos_mm[k] - m->pos[k]);
    const float reach = m->reach_mm + around_mm, slack = m->slack_mm + around_mm;
    if (d2 > reach * reach) return false;
    local_place(m, place, &x, &y);
    /* A strip's band is as wide as its wobble lets it swing. */
    const float swing = kinds[m->kind].form == FORM_STRIP ? 1 + 0.5f * m->half_width_mm : 0;
    return fabsf(x) <= m->half_length_mm + slack && fabsf(y) <= m->half_width_mm + slack + swing;
}

uint32_t marks_near(const Marks *marks, const SkinPlace *place, float around_mm) {
    uint32_t which = 0;
    for (int i = 0; i < marks->count; i++)
        which |= (uint32_t)mark_is_near(&marks->shape[i], place, around_mm) << i;
    return which;
}

MarkAt marks_at_of(const Marks *marks, uint32_t which, const SkinPlace *place) {
    MarkAt at = {1, 1, 1, 0, 0, 0, 1, 1, 0};
    for (int i = 0; i < marks->count; i++) {
        const MarkShape *m = &marks->shape[i];
        float x, y;
        if (!(which >> i & 1)) continue;
        local_place(m, place, &x, &y);
        mark_apply(m, shape_inside(m, x, y), &at);
    }
    return at;
}

MarkAt marks_at(const Marks *marks, const SkinPlace *place) {
    return marks_at_of(marks, marks_near(marks, place, 0), place);
}

void marks_changed(const Marks *before, const Marks *now, Marks out[2]) {
    memset(out, 0, 2 * sizeof *out);
    for (int i = 0; i < MARK_COUNT; i++) {
        const MarkShape *a = &before->shape[i], *b = &now->shape[i];
        if (memcmp(a, b, sizeof *a) == 0) continue;
        if (a->kind != MARK_NONE) out[0].shape[out[0].count++] = *a;
        if (b->kind != MARK_NONE) out[1].shape[out[1].count++] = *b;
    }
}

const char *marks_warning(const MarkSettings *mark) {
    switch (mark->kind) {
    case MARK_KELOID:
        return N_("A keloid can grow when it is needled: leave it out and ask a physician.");
    case MARK_MOLE:
    case MARK_MELANOCYTIC_NEVUS:
        return N_("No dots on a mole or within 2 mm of it: pigment would hide a change.");
    case MARK_NEVUS_SEBACEOUS:
    case MARK_PORT_WINE:
        return N_("A birthmark: have it looked at by a physician before blending it.");
    case MARK_NONE:
        return NULL;
    default:
        if (mark->age_years < MATURE_YEARS)
            return N_("The scar is younger than nine months: it must mature before it is treated.");
        return N_("Scar tissue takes pigment unevenly: expect two to four sessions and a test patch.");
    }
}
