#include "fields.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "../engine/rng.h"
#include "alternatives.h"
#include "loss.h"
#include "nearpoints.h"

static const float MACRO_MM = 22,
                   MICRO_MM = 3.5f; /* wavelengths, domain.md 4's edge recipe: 15-30 and 2-5 mm */
static const float NEAR_MM = 0.6f, HAIRLINE_CAP_MM = 60;
/* The natural border of hair thins over about this much (domain.md 4: transition zone 0.5-1 cm). */
static const float NATURAL_EDGE_MM = 9, EAR_EDGE_MM = 3;
static const float ALIVE_RAMP = 0.006f; /* of the progression: over which one unit fades in */

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

/* --- Once a head
 * ------------------------------------------------------------------------------------------------ */

static float lattice(const int cell[3], int corner, uint32_t salt) {
    const uint32_t x = (uint32_t)(cell[0] + (corner & 1)), y = (uint32_t)(cell[1] + (corner >> 1 & 1));
    const uint32_t z = (uint32_t)(cell[2] + (corner >> 2));
    return hash_float(x * 73856093u ^ y * 19349663u ^ z * 83492791u, salt) * 2 - 1;
}

/* Value noise, stretched so that it fills -1..1. */
static float noise_at(const float p[3], float wavelength_mm, uint32_t salt) {
    int cell[3];
    float t[3];
    for (int k = 0; k < 3; k++) {
        const float x = p[k] / wavelength_mm * 2;
        cell[k] = (int)floorf(x);
        t[k] = x - (float)cell[k];
        t[k] = t[k] * t[k] * (3 - 2 * t[k]);
    }
    float sum = 0;
    for (int i = 0; i < 8; i++) {
        const float w = (i & 1 ? t[0] : 1 - t[0]) * (i & 2 ? t[1] : 1 - t[1]) * (i & 4 ? t[2] : 1 - t[2]);
        sum += w * lattice(cell, i, salt);
    }
    return fmaxf(-1, fminf(1, sum * 1.5f));
}

/* From the frontotemporal corner down to the sideburn's front. */
static float temple_at(const Scalp *scalp, const SkinPoint *p) {
    return smooth(62, 76, fabsf(p->l_mm) / scalp->stature) * smooth(5, 18, p->pos_mm[2]);
}

static void traits_make(const Scalp *scalp, const PointSet *set, uint32_t salt, SiteTraits *out) {
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < set->count; i++) {
        const SkinPoint *p = &set->point[i];
        out[i] = (SiteTraits){
            scalp_cell(p->u, p->v),   noise_at(p->pos_mm, MACRO_MM, 71), noise_at(p->pos_mm, MICRO_MM, 72),
            hash_normal(p->id, salt), hash_normal(p->id, salt + 1),      temple_at(scalp, p)};
    }
}

static void near_add(NearUnits *near, uint32_t unit, float distance) {
    for (int i = 0; i < NEAR_UNITS; i++) {
        if (distance >= near->distance_mm[i]) continue;
        for (int j = NEAR_UNITS - 1; j > i; j--) {
            near->unit[j] = near->unit[j - 1];
            near->distance_mm[j] = near->distance_mm[j - 1];
        }
        near->unit[i] = unit, near->distance_mm[i] = distance;
        return;
    }
}

static bool near_make(const Follicles *f, Arena *arena, NearUnits *out) {
    const size_t mark = arena_mark(arena);
    NearPoints units;
    if (!nearpoints_create(&units, NEAR_MM, f->units.count, arena)) return false;
    for (uint32_t i = 0; i < f->units.count; i++) nearpoints_insert(&units, i, f->units.point[i].pos_mm);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < f->pigment.count; i++) {
        NearHit hit[12];
        const int hits = nearpoints_find(&units, f->pigment.point[i].pos_mm, hit, 12);
        for (int k = 0; k < NEAR_UNITS; k++) out[i].unit[k] = 0, out[i].distance_mm[k] = FLT_MAX;
        for (int k = 0; k < hits; k++) near_add(&out[i], hit[k].index, sqrtf(hit[k].squared_mm2));
    }
    arena_rewind(arena, mark);
    return true;
}

/* Settings that a part depends on, compared bytewise (all are zeroed before they are filled). */
typedef struct NodesKey {
    LossSettings loss;
    HairlineSettings hairline;
    AlternativeSettings alternative;
    float years, ageing, blend_mm, parting_mm, unit_density;
    int zone, woman;
    uint64_t seed;
} NodesKey;
struct FieldsKeys {
    bool line_made, nodes_made;
    bool line_woman;
    HairlineSettings line;
    NodesKey nodes, nodes_now;
};

bool fields_create(const Scalp *scalp, const Follicles *follicles, Arena *arena, Fields *out, Err *err) {
    *out = (Fields){.scalp = scalp, .follicles = follicles};
    float **const fields[] = {&out->density, &out->diameter, &out->hairline_mm,
                              &out->treated, &out->touched,  &out->piece};
    bool room = true;
    for (int i = 0; i < 6; i++) room = (*fields[i] = ARENA_ARRAY(arena, float, SCALP_NODES)) != NULL && room;
    out->front_nodes = ARENA_ARRAY(arena, uint8_t, SCALP_NODES);
    out->alive = ARENA_ARRAY(arena, float, follicles->units.count);
    out->width = ARENA_ARRAY(arena, float, follicles->units.count);
    out->unit_traits = ARENA_ARRAY(arena, SiteTraits, follicles->units.count);
    out->pigment_traits = ARENA_ARRAY(arena, SiteTraits, follicles->pigment.count);
    out->near_units = ARENA_ARRAY(arena, NearUnits, follicles->pigment.count);
    out->pigment_mark = ARENA_ARRAY(arena, MarkAt, follicles->pigment.count);
    out->marked = ARENA_ARRAY(arena, uint8_t, follicles->pigment.count);
    out->unit_mark = ARENA_ARRAY(arena, float, follicles->units.count);
    out->keys = ARENA_ARRAY(arena, struct FieldsKeys, 1);
    if (!room || !out->front_nodes || !out->alive || !out->width || !out->unit_traits ||
        !out->pigment_traits || !out->near_units || !out->pigment_mark || !out->marked || !out->unit_mark ||
        !out->keys || !near_make(follicles, arena, out->near_units)) {
        return err_set(err, "There is not enough memory for the scalp of this head");
    }
    for (uint32_t i = 0; i < follicles->units.count; i++) out->unit_mark[i] = 1;
    hairline_rule_of_8(scalp, &out->rule);
    traits_make(scalp, &follicles->units, 201, out->unit_traits);
    traits_make(scalp, &follicles->pigment, 211, out->pigment_traits);
    for (int i = 0; i < SCALP_NODES; i++) {
        out->hairline_mm[i] = fmaxf(-HAIRLINE_CAP_MM, fminf(HAIRLINE_CAP_MM, scalp->grid->border_mm[i]));
        const bool near = scalp->grid->s_mm[i] < scalp->s_coronal_mm + 45 && scalp->grid->border_mm[i] > -45;
        out->front_nodes[i] = near;
    }
    return true;
}

/* --- Whenever the case changes
 * ---------------------------------------------------------------------------------- */

float fields_hairs_per_unit(int heritage) {
    /* Unit sizes of domain.md 2.2: 20/45/30/5 % and 28.4/52.6/17.5/1.5 %; the African mix as the Asian
     * (assumption). */
    return heritage == HERITAGE_CAUCASIAN ? 2.20f : 1.92f;
}

float fields_units_per_mm2(const Fields *f, ScalpCell cell) {
    const float full = f->follicles->units.full_density_per_cm2;
    return fmaxf(0, f->unit_density_per_cm2 * scalp_field(f->density, cell) - ALIVE_RAMP * full) / 100;
}

float fields_piece(const Fields *f, ScalpCell cell) {
    return smooth(0.3f, 0.7f, scalp_field(f->piece, cell));
}

static float zone_share(const Fields *f, const Case *value, const LossAt *at, int node) {
    const ScalpGrid *g = f->scalp->grid;
    const float s = g->s_mm[node], l = g->l_mm[node], border = g->border_mm[node],
                line = f->hairline_mm[node];
    const float top = scalp_table_from_s(f->scalp, s), aside = fabsf(l) / f->scalp->stature;
    const float blend = fmaxf(1, value->treatment.blend_mm);
    /* In front of the youthful border no hair ever grew: a lowered line is filled there whatever the zone. */
    const float lowered = smooth(3, -3, border) * smooth(150, 120, top);
    switch (value->treatment.zone) {
    case ZONE_FULL: {
        /* Islands and bridges of thinner hair are filled between the hairs (domain.md 1.2: 50-100 of 180
         * dots/cm2). */
        const float between = 0.45f * smooth(-blend, 0, at->reach_mm);
        const float faded = fmaxf(smooth(-blend, 0, at->bald_mm), between);
        /* Dots stand in for the hair that is missing: where all of them met the fringe's, both together made
         * a band darker than either. The few that bare skin keeps count for nothing. */
        const float missing = fminf(1, (1 - at->density * at->diameter) / 0.95f);
        return fmaxf(fminf(faded, missing), lowered);
    }
    case ZONE_EDGE_UP:
        return fmaxf(smooth(45, 18, line) * smooth(165, 140, top) * smooth(104, 92, aside), lowered);
    case ZONE_DENSITY: {
        const float missing = 1 - at->density * mix(0.4f, 1, at->diameter);
        return fmaxf(smooth(0.04f, 0.4f, missing), lowered * smooth(0.04f, 0.2f, missing));
    }
    case ZONE_PARTING: {
        const float part =
            smooth(20, 6, fabsf(l - value->hair.parting_mm)) * smooth(-4, 8, border) * smooth(235, 200, top);
        return fmaxf(part, smooth(0.1f, 0.6f, 1 - at->density));
    }
    case ZONE_CROWN:
        return smooth(-blend, 4, 62 - hypotf(top - 220, aside));
    default:
        return 0;
    }
}

static float cell_area_cm2(const ScalpGrid *g, int i) {
    float p[3], q[3]; /* half the cross product of the diagonals */
    for (int k = 0; k < 3; k++) {
        p[k] = g->pos_mm[i + SCALP_COLS + 1][k] - g->pos_mm[i][k];
        q[k] = g->pos_mm[i + SCALP_COLS][k] - g->pos_mm[i + 1][k];
    }
    const float x = p[1] * q[2] - p[2] * q[1], y = p[2] * q[0] - p[0] * q[2], z = p[0] * q[1] - p[1] * q[0];
    return 0.005f * sqrtf(x * x + y * y + z * z);
}

/* Grafts cover from the front backwards at 35 units/cm2 (TSAI02: 30 FU are a cosmetic line), as far as they
 * reach. */
static void transplant_apply(Fields *f, const Case *value) {
    const int choice = value->alternative.choice;
    if (choice != ALTERNATIVE_FUT && choice != ALTERNATIVE_FUE) return;
    enum { DEPTHS = 240 };
    float area[DEPTHS] = {0};
    const ScalpGrid *g = f->scalp->grid;
    for (int row = 0; row + 1 < SCALP_ROWS; row++) {
        for (int col = 0; col + 1 < SCALP_COLS; col++) {
            const int i = row * SCALP_COLS + col;
            if (f->hairline_mm[i] <= 0 || g->border_mm[i] <= 0 || f->density[i] > 0.6f) continue;
            const int depth = (int)fmaxf(0, g->s_mm[i] - 40);
            if (depth >= DEPTHS) continue;
            area[depth] += cell_area_cm2(g, i);
        }
    }
    const int grafts = alternative_grafts(&value->alternative, 120, f->unit_density_per_cm2);
    const float per_cm2 = 35;
    float left = (float)grafts / per_cm2, reach = 0;
    for (int i = 0; i < DEPTHS && left > 0; i++) {
        reach = (float)i + fminf(1, left / fmaxf(area[i], 1e-3f));
        left -= area[i];
    }
    const float grown = per_cm2 / f->unit_density_per_cm2 * alternative_graft_growth(&value->alternative);
    for (int i = 0; i < SCALP_NODES; i++) {
        const float here = smooth(0, 5, f->hairline_mm[i]) * smooth(reach + 46, reach + 34, g->s_mm[i]);
        f->density[i] = fminf(1, f->density[i] + grown * here * smooth(0.75f, 0.4f, f->density[i]));
        f->diameter[i] = mix(f->diameter[i], 1, here * grown);
        if (choice == ALTERNATIVE_FUE) {
            const float donor = smooth(f->scalp->s_inion_mm - 62, f->scalp->s_inion_mm - 45, g->s_mm[i]) *
                                smooth(3, 12, g->border_mm[i]);
            f->density[i] *=
                1 - 0.25f * donor * fminf(1, (float)grafts / (0.25f * 120 * f->unit_density_per_cm2));
        }
    }
}

static void line_build(Fields *f, const Case *value) {
    struct FieldsKeys *k = f->keys;
    if (k->line_made && k->line_woman == value->client.woman &&
        memcmp(&k->line, &value->hairline, sizeof k->line) == 0)
        return;
    k->line_made = true, k->line_woman = value->client.woman, k->line = value->hairline;
    ScalpFront front;
    hairline_front(f->scalp, &f->rule, &value->hairline, value->client.woman, &front);
    float points[SCALP_BORDER_POINTS][3];
    const ScalpLine line = {scalp_border_line(f->scalp, &front, points), (const float(*)[3])points};
    scalp_line_distance(f->scalp, &line, f->front_nodes, HAIRLINE_CAP_MM, f->hairline_mm);
}

static bool reads_parting(const Case *value) {
    return value->treatment.zone == ZONE_PARTING || value->loss.pattern == LOSS_SINCLAIR ||
           value->loss.pattern == LOSS_OLSEN;
}

static bool nodes_are_current(Fields *f, const Case *value) {
    struct FieldsKeys *k = f->keys;
    NodesKey *now = &k->nodes_now;
    memset(now, 0, sizeof *now);
    now->loss = value->loss, now->hairline = value->hairline, now->alternative = value->alternative;
    now->years = value->time.years, now->ageing = value->time.ageing;
    now->blend_mm = value->treatment.blend_mm, now->zone = value->treatment.zone;
    if (reads_parting(value)) now->parting_mm = value->hair.parting_mm;
    now->unit_density = f->unit_density_per_cm2;
    now->woman = value->client.woman, now->seed = value->seed;
    if (k->nodes_made && memcmp(&k->nodes, now, sizeof *now) == 0) return true;
    k->nodes_made = true, k->nodes = *now;
    return false;
}

static void nodes_build(Fields *f, const Case *value) {
    if (nodes_are_current(f, value)) return;
    f->touched_revision++;
    LossModel loss;
    loss_prepare(value, f->scalp, &loss);
    const ScalpGrid *g = f->scalp->grid;
    const bool piece = value->alternative.choice == ALTERNATIVE_HAIRPIECE;
#pragma omp parallel for schedule(dynamic, 8)
    for (int row = 0; row < SCALP_ROWS; row++) {
        for (int i = row * SCALP_COLS; i < (row + 1) * SCALP_COLS; i++) {
            f->density[i] = f->treated[i] = f->touched[i] = f->piece[i] = 0, f->diameter[i] = 1;
            if (g->border_mm[i] < -24) continue;
            LossAt at = loss_at(&loss, g->pos_mm[i], g->s_mm[i], g->l_mm[i], g->border_mm[i]);
            f->treated[i] = zone_share(f, value, &at, i);
            f->touched[i] = f->treated[i] * smooth(-3, 5, f->hairline_mm[i]);
            f->density[i] = at.density, f->diameter[i] = at.diameter;
            /* A base is cut: its hair begins in one even line. */
            if (piece) f->piece[i] = smooth(-6, -4, at.reach_mm) * smooth(0, 1, f->hairline_mm[i]);
        }
    }
    transplant_apply(f, value);
}

static SkinPlace place_of(const SkinPoint *point) {
    return (SkinPlace){point->pos_mm, point->s_mm, point->l_mm};
}

/* Only what a changed mark reaches, or reached before, is asked anew. */
static void marks_build(Fields *f, const Case *value) {
    const Marks before = f->marks;
    Marks changed[2];
    marks_prepare(value, f->scalp, &f->marks);
    marks_changed(&before, &f->marks, changed);
    if (changed[0].count + changed[1].count == 0) return;
    const PointSet *pigment = &f->follicles->pigment, *units = &f->follicles->units;
#pragma omp parallel for schedule(dynamic, 1024)
    for (uint32_t i = 0; i < pigment->count; i++) {
        const SkinPlace place = place_of(&pigment->point[i]);
        if (!marks_near(&changed[0], &place, 0) && !marks_near(&changed[1], &place, 0)) continue;
        const uint32_t near = marks_near(&f->marks, &place, 0);
        f->marked[i] = near != 0;
        if (near) f->pigment_mark[i] = marks_at_of(&f->marks, near, &place);
    }
#pragma omp parallel for schedule(dynamic, 1024)
    for (uint32_t i = 0; i < units->count; i++) {
        const SkinPlace place = place_of(&units->point[i]);
        if (marks_near(&changed[0], &place, 0) || marks_near(&changed[1], &place, 0))
            f->unit_mark[i] = marks_at(&f->marks, &place).hair;
    }
}

/* Around the ears and down the sideburns hair ends at once, elsewhere it runs out (common photographs). */
static float ear_side(const SkinPoint *p) {
    return smooth(55, 65, fabsf(p->l_mm)) * smooth(60, 40, p->pos_mm[1]) * smooth(-45, -30, p->pos_mm[2]);
}

/* A unit bears hair while its place in the progression is below what is left; a little before it goes it
 * shrinks. */
static void units_build(Fields *f, const Case *value) {
    const PointSet *units = &f->follicles->units;
    const float full = units->full_density_per_cm2, share = f->unit_density_per_cm2 / full;
    const float thin = value->loss.miniaturisation;
    const float sewn =
        value->alternative.piece_density_per_cm2 / fields_hairs_per_unit(value->client.heritage) / full;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < units->count; i++) {
        const SkinPoint *p = &units->point[i];
        const SiteTraits *t = &f->unit_traits[i];
        const float ears = ear_side(p) * (1 - 0.7f * t->temple);
        const float edge = scalp_field(f->scalp->grid->border_mm, t->cell) +
                           mix(1, 0.4f, ears) * (2.5f * t->macro + 1.2f * t->micro);
        const float left = scalp_field(f->density, t->cell) *
                           smooth(-2, mix(NATURAL_EDGE_MM, EAR_EDGE_MM, ears), edge) * f->unit_mark[i];
        const float above = share * left - p->order;
        f->alive[i] = clamp01(above / ALIVE_RAMP);
        /* The next to go are the thinnest. */
        const float next = 1 - 0.35f * thin * (1 - clamp01(above / (0.3f * share)));
        f->width[i] = scalp_field(f->diameter, t->cell) * mix(1, next, 1 - clamp01(left));
        const float piece = fields_piece(f, t->cell);
        if (piece <= 0) continue;
        f->alive[i] = fmaxf(f->alive[i], clamp01((sewn * piece - p->order) / ALIVE_RAMP));
        f->width[i] = mix(f->width[i], 1, piece);
    }
}

void fields_build(Fields *f, const Case *value) {
    f->unit_density_per_cm2 =
        fminf(value->hair.density_per_cm2 / fields_hairs_per_unit(value->client.heritage),
              f->follicles->units.full_density_per_cm2);
    hairline_edge(&value->hairline, &f->edge);
    hat_prepare(f->scalp, value->alternative.choice == ALTERNATIVE_HAT, &f->hat);
    marks_build(f, value);
    line_build(f, value);
    nodes_build(f, value);
    units_build(f, value);
}

float fields_area_cm2(const Fields *f, const float *weight) {
    const ScalpGrid *g = f->scalp->grid;
    double area = 0;
    for (int row = 0; row + 1 < SCALP_ROWS; row++) {
        for (int col = 0; col + 1 < SCALP_COLS; col++) {
            const int i = row * SCALP_COLS + col;
            const float share = weight ? 0.25f * (weight[i] + weight[i + 1] + weight[i + SCALP_COLS] +
                                                  weight[i + SCALP_COLS + 1])
                                       : 1;
            if (share <= 0) continue;
            area += (double)(share * cell_area_cm2(g, i));
        }
    }
    return (float)area;
}
