#include "hair.h"

#include <math.h>
#include <string.h>

#include "../engine/rng.h"
#include "octahedral.h"
#include "strands.h"
#include "timeline.h"

enum { MOST_HAIRS = 4 };
/* Share of units with at most 1, 2, 3 hairs, domain.md 2.2 (GBHL; HAN17; the African mix is an assumption).
 * The first row has the most hairs everywhere, so the sites are made for it and the others leave some out. */
static const float unit_sizes[HERITAGE_COUNT][MOST_HAIRS - 1] = {
    [HERITAGE_CAUCASIAN] = {0.20f, 0.65f, 0.95f},
    [HERITAGE_ASIAN] = {0.284f, 0.81f, 0.985f},
    [HERITAGE_AFRICAN] = {0.284f, 0.81f, 0.985f}};
static const float growth_mm_per_day[HERITAGE_COUNT] = {0.367f, 0.411f, 0.280f}; /* domain.md 2.4 */
static const float BUNDLE_MM =
    0.09f; /* hairs of a unit leave the skin within about this radius (assumption) */
/* Width at which a hair has become vellus, as a share of its own, and how long that grows. */
static const float VELLUS_WIDTH = 0.38f, VELLUS_MM = 1.2f;
static const float HAIR_SPREAD =
    0.14f; /* of diameter from hair to hair (domain.md 2.3: deviations of 15-20 %) */

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

/* --- Sites
 * ------------------------------------------------------------------------------------------------------ */

static float unit_rank(const SkinPoint *unit) {
    return hash_float(unit->id, 301);
}

static int unit_hairs(const SkinPoint *unit) {
    const float rank = unit_rank(unit);
    int hairs = 1;
    while (hairs < MOST_HAIRS && rank >= unit_sizes[HERITAGE_CAUCASIAN][hairs - 1]) hairs++;
    return hairs;
}

/* Around a unit's normal: hairs of a unit stand in a ring about the first. */
typedef struct UnitRing {
    float side[3], other[3];
} UnitRing;

static UnitRing unit_ring(const float n[3]) {
    UnitRing ring;
    float axis[3] = {0}, length = 0;
    axis[fabsf(n[0]) < 0.6f ? 0 : 1] = 1;
    float *side = ring.side, *other = ring.other;
    side[0] = n[1] * axis[2] - n[2] * axis[1], side[1] = n[2] * axis[0] - n[0] * axis[2],
    side[2] = n[0] * axis[1] - n[1] * axis[0];
    for (int k = 0; k < 3; k++) length += side[k] * side[k];
    for (int k = 0; k < 3; k++) side[k] /= sqrtf(length);
    other[0] = n[1] * side[2] - n[2] * side[1], other[1] = n[2] * side[0] - n[0] * side[2],
    other[2] = n[0] * side[1] - n[1] * side[0];
    return ring;
}

static float ring_angle(const SkinPoint *unit, int index) {
    return 6.2831853f * (hash_float(unit->id, 302) + (float)index / 3);
}

static void site_make(const SkinPoint *unit, int index, HairSite *out) {
    const uint32_t id = unit->id * MOST_HAIRS + (uint32_t)index;
    const UnitRing ring = unit_ring(unit->normal);
    const float angle = ring_angle(unit, index);
    const float away = index == 0 ? 0 : BUNDLE_MM * (0.7f + 0.6f * hash_float(id, 303));
    for (int k = 0; k < 3; k++)
        out->pos_mm[k] = unit->pos_mm[k] + away * (cosf(angle) * ring.side[k] + sinf(angle) * ring.other[k]);
    octahedral_encode(unit->normal, out->normal_oct);
    out->id = id;
}

static void site_direct(const SkinPoint *unit, const float direction[3], HairSite *out) {
    const int index = (int)(out->id % MOST_HAIRS);
    const UnitRing ring = unit_ring(unit->normal);
    const float angle = ring_angle(unit, index), spread = index > 0 ? 0.09f : 0;
    float lean[3], length = 0;
    for (int k = 0; k < 3; k++) {
        lean[k] = direction[k] + spread * (cosf(angle) * ring.side[k] + sinf(angle) * ring.other[k]);
        length += lean[k] * lean[k];
    }
    for (int k = 0; k < 3; k++) lean[k] /= sqrtf(length);
    octahedral_encode(lean, out->direction_oct);
}

bool hair_build_sites(const Follicles *follicles, Arena *arena, Hair *out, Err *err) {
    const PointSet *units = &follicles->units;
    *out = (Hair){.cluster_count = units->cluster_count};
    for (uint32_t i = 0; i < units->count; i++) out->count += (uint32_t)unit_hairs(&units->point[i]);
    uint32_t *unit = ARENA_ARRAY(arena, uint32_t, out->count);
    HairTraits *traits = ARENA_ARRAY(arena, HairTraits, out->count);
    out->site = ARENA_ARRAY(arena, HairSite, out->count);
    out->state = ARENA_ARRAY(arena, HairState, out->count);
    out->cluster = ARENA_ARRAY(arena, PointCluster, out->cluster_count);
    if (!unit || !traits || !out->site || !out->state || !out->cluster) {
        return err_set(err, "There is not enough memory for the hair of this head");
    }
    uint32_t at = 0;
    for (uint32_t c = 0; c < units->cluster_count; c++) {
        const PointCluster *from = &units->cluster[c];
        out->cluster[c] = *from;
        out->cluster[c].first = at;
        out->cluster[c].radius_mm += 2 * BUNDLE_MM;
        for (uint32_t i = from->first; i < from->first + from->count; i++) {
            const int hairs = unit_hairs(&units->point[i]);
            for (int j = 0; j < hairs; j++) {
                unit[at] = i;
                site_make(&units->point[i], j, &out->site[at++]);
            }
        }
        out->cluster[c].count = at - out->cluster[c].first;
    }
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < out->count; i++) {
        const uint32_t id = out->site[i].id;
        traits[i] = (HairTraits){hash_normal(id, 312), hash_normal(id, 314), hash_float(id, 313),
                                 hash_float(id, 311)};
    }
    out->unit = unit;
    out->traits = traits;
    return true;
}

void hair_direct(const Scalp *scalp, const Follicles *follicles, bool grown, Hair *hair) {
    const bool all = !hair->directed || grown != hair->grown;
    hair->directed = true, hair->grown = grown;
    StrandsRadius radius;
    if (grown) strands_radius_build(scalp, &radius);
#pragma omp parallel for schedule(dynamic, 16)
    for (uint32_t c = 0; c < hair->cluster_count; c++) {
        const uint32_t first = hair->cluster[c].first, end = first + hair->cluster[c].count;
        const HairSite *leader = NULL; /* the unit's first hair */
        for (uint32_t i = first; i < end; i++) {
            const uint32_t unit = hair->unit[i];
            if (!all && !follicles->turned[unit]) continue;
            HairSite *site = &hair->site[i];
            site_direct(&follicles->units.point[unit], follicles->direction[unit], site);
            if (i == first || unit != hair->unit[i - 1]) leader = NULL;
            site->lift_per_mm = grown ? strands_lift(&radius, site, leader) : 0;
            if (!leader) leader = site;
        }
    }
}

/* --- States
 * ----------------------------------------------------------------------------------------------------- */

float hair_length_now_mm(const HairSettings *settings, int heritage) {
    return settings->length_mm + settings->days_since_clip * growth_mm_per_day[heritage];
}

float hair_view_length_mm(const Case *value) {
    const float own = hair_length_now_mm(&value->hair, value->client.heritage);
    const bool piece = value->alternative.choice == ALTERNATIVE_HAIRPIECE;
    return piece ? fmaxf(own, value->alternative.piece_length_mm) : own;
}

/* Clipper fades: share of the top's length by height over the ear's hole and nearness to the border. Guards
 * as barbers place them: low by the ear's top, mid at the temple, high near the parietal ridge (general
 * knowledge). */
static float fade_share(const HairSettings *hair, float height_mm, float border_mm, float top_share) {
    static const float start[FADE_COUNT] = {0, 0, -10, 10, 35, -40},
                       end[FADE_COUNT] = {0, 70, 40, 70, 100, 10};
    static const float least[FADE_COUNT] = {1, 0, 0.12f, 0.1f, 0.08f, 0.3f};
    float share = 1;
    if (hair->fade != FADE_NONE) {
        const float up = smooth(start[hair->fade], end[hair->fade], height_mm);
        share = mix(least[hair->fade] + (1 - least[hair->fade]) * up, 1, top_share);
    }
    /* Nape and sideburns always run out softly. */
    if (hair->nape_fade_mm > 0 && height_mm < 25) {
        const float soft = mix(smooth(0, hair->nape_fade_mm, border_mm), 1, smooth(0, 25, height_mm));
        share *= 0.3f + 0.7f * soft;
    }
    return share;
}

typedef struct HairLook {
    const Case *value;
    const Fields *fields;
    float grey, length_mm; /* own hair's length */
    float view_mm;         /* what shares of length are of */
} HairLook;

static float hair_grey(const HairLook *look, const SkinPoint *p, float rank) {
    /* Men grey from the sides (domain.md 2.8, IOL). */
    const float aside = smooth(60, 100, fabsf(p->l_mm)),
                local = clamp01(look->grey * (0.75f + 0.5f * aside) + 0.25f * look->grey * look->grey);
    return smooth(-0.03f, 0.03f, local - 0.03f + 0.06f * look->grey - rank);
}

static HairState hair_state(const HairLook *look, const Hair *hair, uint32_t i) {
    const Fields *f = look->fields;
    const HairSettings *set = &look->value->hair;
    const uint32_t u = hair->unit[i], id = hair->site[i].id, index = id % MOST_HAIRS;
    const float alive = f->alive[u], width = f->width[u];
    const SkinPoint *p = &f->follicles->units.point[u];
    const float *sizes = unit_sizes[look->value->client.heritage];
    if (alive <= 0 || hat_inside_mm(&f->hat, p->pos_mm) > 0 || (index > 0 && unit_rank(p) < sizes[index - 1]))
        return (HairState){0};
    const SiteTraits *place = &f->unit_traits[u];
    const HairTraits *traits = &hair->traits[i];
    const float border = scalp_field(f->scalp->grid->border_mm, place->cell);
    /* Only single and double hairs stand in the first rows (domain.md 4). */
    const float piece = fields_piece(f, place->cell);
    if (index > 1 && border + 3 * place->macro < 5 && piece < 0.5f) return (HairState){0};
    const float parting =
        set->parting_width_mm > 0 && look->length_mm > 12
            ? smooth(0.8f, 1.1f, fabsf(p->l_mm - set->parting_mm) / (0.5f * set->parting_width_mm + 0.4f))
            : 1;
    const float there = alive * mix(parting, 1, piece);
    if (there <= 0.01f) return (HairState){0};
    float diameter =
        set->diameter_um * width * fmaxf(0.55f, 1 + HAIR_SPREAD * traits->width) * (0.45f + 0.55f * there);
    diameter *= mix(0.7f + 0.3f * smooth(-2, 14, border), 1, piece);
    /* Miniaturised hair stays short: vellus (under 30 um, domain.md 2.3) some 1-2 mm (general knowledge). */
    const float reach =
        VELLUS_MM + 900 * powf(clamp01((width - VELLUS_WIDTH) / (1 - VELLUS_WIDTH)), 3) * there;
    const float height = p->pos_mm[1], top = smooth(75, 110, height);
    float share = fade_share(set, height, border, top) * fminf(1, reach / fmaxf(0.5f, look->length_mm));
    share *= 1 - 0.12f * traits->length * smooth(4, 40, look->length_mm);
    if (look->view_mm > 0)
        share = mix(share * look->length_mm, look->value->alternative.piece_length_mm, piece) / look->view_mm;
    const float grey = hair_grey(look, p, traits->grey);
    /* domain.md 2.8: eumelanin 0.3 blond, 1.3 brown, 8 black; the setting is its place on that scale. */
    const float pale = mix(0.45f, 1, smooth(VELLUS_WIDTH, 0.85f, width));
    const float shade = clamp01(set->melanin * (1 + 0.1f * traits->shade)) * pale;
    const float melanin = mix(powf(shade, 2.2f), 0.004f, grey), warm = mix(set->pheomelanin, 0, grey);
    return (HairState){(uint8_t)lrintf(fmaxf(8, fminf(255, diameter))), (uint8_t)lrintf(255 * clamp01(share)),
                       (uint8_t)lrintf(255 * clamp01(melanin)), (uint8_t)lrintf(255 * clamp01(warm))};
}

void hair_build_states(const Case *value, const Fields *fields, Hair *hair) {
    const HairLook look = {value, fields, timeline_grey_share(&value->time, value->hair.grey_share),
                           hair_length_now_mm(&value->hair, value->client.heritage),
                           hair_view_length_mm(value)};
    uint32_t visible = 0;
#pragma omp parallel for schedule(static) reduction(+ : visible)
    for (uint32_t i = 0; i < hair->count; i++) {
        hair->state[i] = hair_state(&look, hair, i);
        visible += hair->state[i].diameter_um > 0;
    }
    hair->visible = visible;
}
