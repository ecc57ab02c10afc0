#include "dots.h"
#include "../engine/language.h"

#include <math.h>
#include <string.h>

#include "hair.h"
#include "octahedral.h"
#include "treatment.h"

/* Of the progression: over which a dot fades in when a density grows past it (about 2 dots/cm2). */
static const float FADE_IN = 0.008f;
/* domain.md 10: spread of a dot's diameter, .02 of .13. */
static const float SIZE_SPREAD = 0.15f;
static const float NARROWEST_UM = 60, WIDEST_UM = 900;
static const float TEMPLE_THIN = 0.5f; /* of what stands before the hair there; set by eye */

static float clamp01(float x) {
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static float smooth(float low, float high, float x) {
    const float t = clamp01((x - low) / (high - low));
    return t * t * (3 - 2 * t);
}

bool dots_build_sites(const Follicles *follicles, Arena *arena, Dots *out, Err *err) {
    const PointSet *set = &follicles->pigment;
    *out = (Dots){.count = set->count, .cluster_count = set->cluster_count, .cluster = set->cluster};
    out->site = ARENA_ARRAY(arena, DotSite, set->count);
    out->state = ARENA_ARRAY(arena, DotState, set->count);
    if (!out->site || !out->state)
        return err_set(err, "There is not enough memory for the dots of this head");
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < set->count; i++) {
        memcpy(out->site[i].pos_mm, set->point[i].pos_mm, sizeof out->site[i].pos_mm);
        octahedral_encode(set->point[i].normal, out->site[i].normal_oct);
    }
    return true;
}

/* --- Pigment
 * ---------------------------------------------------------------------------------------------------- */

/* Ramps across the transition zone: 0 in front of the line, 1 behind it. */
static float edge_ramp(const Fields *f, const SiteTraits *t, float line_mm, float *behind) {
    const HairlineEdge *e = &f->edge;
    const float wider = 1 + e->temple * t->temple;
    const float d = line_mm + wider * (e->macro_mm * t->macro + e->micro_mm * t->micro);
    *behind = smooth(-e->front_mm * wider, e->band_mm * wider, d);
    if (e->gaps <= 0) return *behind;
    /* Broken: bays of 1-3 mm where the fine noise is low, near the line only. */
    const float bay = smooth(0.1f, 0.35f, -t->micro) * smooth(e->band_mm * 1.4f, 0, d) * e->gaps;
    return *behind * (1 - bay);
}

/* Lines cut out of the design: distance to them in tape coordinates, mm. */
static float cut_out(int style, const SkinPoint *p, const HairlineRule *rule) {
    float a[2], b[2];
    if (style == HAIRLINE_FAUX_SCAR) {
        a[0] = rule->middle[0] - 6, a[1] = 38;
        b[0] = rule->middle[0] + 34, b[1] = 52;
    } else {
        a[0] = rule->corner[0] + 2, a[1] = rule->corner[1] - 14;
        b[0] = rule->corner[0] + 62, b[1] = rule->corner[1] + 6;
    }
    const float s = b[0] - a[0], l = b[1] - a[1];
    const float along = clamp01(((p->s_mm - a[0]) * s + (p->l_mm - a[1]) * l) / (s * s + l * l));
    return hypotf(p->s_mm - a[0] - s * along, p->l_mm - a[1] - l * along);
}

/* Share of a dot that its living neighbours leave: none within the minimum distance. */
static float room_beside(const Fields *f, uint32_t site, float minimum_mm) {
    const NearUnits *near = &f->near_units[site];
    float room = 1;
    for (int k = 0; k < NEAR_UNITS && near->distance_mm[k] < minimum_mm; k++)
        room *= 1 - f->alive[near->unit[k]];
    return room;
}

/* What a place gets of the treatment: its density, and how its dots differ. */
typedef struct DotPlace {
    float per_cm2; /* all sessions together */
    float share;   /* per_cm2 / the treatment's own total */
    float behind;  /* 0 at the line .. 1 behind the transition */
    MarkAt mark;
} DotPlace;

/* `any`: of every site, whether or not its turn can come. */
static DotPlace place_at(const Case *value, const Fields *f, const Treatment *t, uint32_t site, bool any) {
    const SkinPoint *p = &f->follicles->pigment.point[site];
    const SiteTraits *traits = &f->pigment_traits[site];
    DotPlace place = {.mark = {1, 1, 1, 0, 0, 0, 1, 1, 0}, .behind = 1};
    const float treated = scalp_field(f->treated, traits->cell);
    if (f->marked[site]) place.mark = f->pigment_mark[site];
    /* Most sites of a head lie beyond what is treated, or are later in the progression than any density here
     * reaches: up to 2.5 times it, when room beside living hair is made up for. */
    const float most = fmaxf(t->total_per_cm2 * treated, t->scar_per_cm2 * place.mark.scar) * 2.5f;
    if (!any && p->order * f->follicles->pigment.full_density_per_cm2 > most) return place;
    const float ramp = edge_ramp(f, traits, scalp_field(f->hairline_mm, traits->cell), &place.behind);
    const float hair_here = smooth(-2, 8, scalp_field(f->scalp->grid->border_mm, traits->cell));
    /* Temples' own hair is finer and thinner: as many dots as elsewhere would be a dark spot before it. */
    const float thin = 1 - TEMPLE_THIN * f->edge.temple * traits->temple * (1 - hair_here);
    float per_cm2 = t->total_per_cm2 * treated * ramp * thin;
    per_cm2 += (fmaxf(per_cm2, t->scar_per_cm2 * hair_here) - per_cm2) * place.mark.scar;
    if (value->hairline.style == HAIRLINE_FAUX_SCAR || value->hairline.style == HAIRLINE_TRAMLINE) {
        per_cm2 *= smooth(0.9f, 1.5f, cut_out(value->hairline.style, p, &f->rule));
    }
    /* Places beside living follicles are kept free; the rest takes their dots, so that the density is met. */
    const float d = value->treatment.min_distance_mm, alive = fields_units_per_mm2(f, traits->cell);
    per_cm2 /= 1 - fminf(0.6f, alive * 3.14159265f * d * d);
    place.per_cm2 = per_cm2 * (1 - place.mark.forbidden);
    place.share = t->total_per_cm2 > 0 ? place.per_cm2 / t->total_per_cm2 : 0;
    return place;
}

/* The session whose slice of the progression a dot falls in, with a narrow blend into the next one's look. */
static TreatmentSession session_look(const Treatment *t, float order_per_cm2, float blend_per_cm2) {
    int i = 0;
    while (i + 1 < t->sessions && order_per_cm2 >= t->session[i].to_per_cm2) i++;
    TreatmentSession look = t->session[i];
    if (i + 1 < t->sessions) {
        const TreatmentSession *next = &t->session[i + 1];
        const float w = smooth(-blend_per_cm2, 0, order_per_cm2 - look.to_per_cm2);
        look.diameter_um += (next->diameter_um - look.diameter_um) * w;
        look.od += (next->od - look.od) * w;
        look.tint += (next->tint - look.tint) * w;
    }
    return look;
}

static DotState dot_state(const Case *value, const Fields *f, const Treatment *t, uint32_t site) {
    const SkinPoint *p = &f->follicles->pigment.point[site];
    const SiteTraits *traits = &f->pigment_traits[site];
    if (hat_inside_mm(&f->hat, p->pos_mm) > 0) return (DotState){0};
    const DotPlace place = place_at(value, f, t, site, false);
    const float full = f->follicles->pigment.full_density_per_cm2;
    const float above = place.per_cm2 / full - p->order;
    if (above <= 0) return (DotState){0};
    const float room = room_beside(f, site, value->treatment.min_distance_mm);
    const float there = fminf(1, above / FADE_IN) * room;
    if (there <= 0.01f) return (DotState){0};
    const TreatmentSession look =
        session_look(t, place.share > 0 ? p->order * full / place.share : 0, FADE_IN * full);
    const HairlineEdge *e = &f->edge;
    const float size_edge = e->size_front + (1 - e->size_front) * place.behind;
    const float od_edge = e->od_front + (1 - e->od_front) * place.behind;
    float diameter =
        look.diameter_um * fmaxf(0.6f, 1 + SIZE_SPREAD * traits->size) * size_edge * place.mark.spread;
    float od = look.od * fmaxf(0.3f, 1 + value->treatment.shade_jitter * traits->shade) * od_edge *
               place.mark.retention;
    diameter *= 0.6f + 0.4f * there;
    od *= there;
    /* Half-height is where rounding to hundredths would make a dot vanish. */
    if (od < 0.005f) return (DotState){0};
    const float tint = fmaxf(-1, fminf(1, look.tint));
    return (DotState){(uint16_t)lrintf(fmaxf(NARROWEST_UM, fminf(WIDEST_UM, diameter))),
                      (uint8_t)lrintf(fminf(255, od * 100)), (int8_t)lrintf(tint * 127)};
}

static void dots_count(Dots *dots) {
    uint32_t visible = 0;
    double area = 0;
#pragma omp parallel for schedule(static) reduction(+ : visible)
    for (uint32_t i = 0; i < dots->count; i++) visible += dots->state[i].diameter_um > 0;
    /* Summed in one order, so that the last digit does not depend on the threads. */
    for (uint32_t i = 0; i < dots->count; i++) {
        const double d = (double)dots->state[i].diameter_um * 1e-3;
        area += d * d;
    }
    dots->visible = visible;
    dots->ink_area_mm2 = area * 0.78539816339744831;
}

void dots_build_states(const Case *value, const Fields *fields, Dots *dots) {
    Treatment treatment;
    treatment_prepare(value, &treatment);
    if (treatment.sessions == 0) {
        memset(dots->state, 0, sizeof(DotState) * dots->count);
    } else {
#pragma omp parallel for schedule(static)
        for (uint32_t i = 0; i < dots->count; i++) dots->state[i] = dot_state(value, fields, &treatment, i);
    }
    dots_count(dots);
}

/* --- Census
 * ----------------------------------------------------------------------------------------------------- */

const char *const dot_zone_names[DOT_ZONE_COUNT] = {N_("hairline edge"), N_("bare skin"), N_("between hairs"),
                                                    N_("scars")};

static DotZone zone_of(const Fields *f, const DotPlace *place, uint32_t site) {
    if (place->mark.scar > 0.3f) return DOT_ZONE_SCAR;
    if (place->behind < 0.98f) return DOT_ZONE_EDGE;
    const ScalpCell cell = f->pigment_traits[site].cell;
    return scalp_field(f->density, cell) > 0.35f ? DOT_ZONE_BETWEEN : DOT_ZONE_BARE;
}

void dots_census(const Case *value, const Fields *fields, DotCensus *out) {
    Case planned = *value;
    planned.treatment.enabled = true;
    Treatment treatment;
    treatment_prepare(&planned, &treatment);
    const float full = fields->follicles->pigment.full_density_per_cm2;
    memset(out, 0, sizeof *out);
    if (treatment.sessions == 0) return;
    double area[DOT_ZONE_COUNT] = {0};
    for (uint32_t i = 0; i < fields->follicles->pigment.count; i++) {
        const DotPlace place = place_at(&planned, fields, &treatment, i, true);
        if (place.per_cm2 <= 0.04f * treatment.total_per_cm2) continue;
        const DotZone zone = zone_of(fields, &place, i);
        area[zone] += (double)fields->follicles->pigment.point[i].spread;
        const float order = fields->follicles->pigment.point[i].order * full;
        if (order >= place.per_cm2 || room_beside(fields, i, planned.treatment.min_distance_mm) <= 0.01f)
            continue;
        int session = 0;
        while (session + 1 < treatment.sessions &&
               order / place.share >= treatment.session[session].to_per_cm2)
            session++;
        out->dots[session][zone]++;
    }
    for (int z = 0; z < DOT_ZONE_COUNT; z++) out->area_cm2[z] = (float)area[z] / full;
}

/* --- Cut roots
 * -------------------------------------------------------------------------------------------------- */

bool roots_build_sites(const Hair *hair, Arena *arena, Dots *out, Err *err) {
    *out = (Dots){.count = hair->count, .cluster_count = hair->cluster_count, .cluster = hair->cluster};
    out->site = ARENA_ARRAY(arena, DotSite, hair->count);
    out->state = ARENA_ARRAY(arena, DotState, hair->count);
    if (!out->site || !out->state)
        return err_set(err, "There is not enough memory for the hair of this head");
    for (uint32_t i = 0; i < hair->count; i++) {
        memcpy(out->site[i].pos_mm, hair->site[i].pos_mm, sizeof out->site[i].pos_mm);
        memcpy(out->site[i].normal_oct, hair->site[i].normal_oct, sizeof out->site[i].normal_oct);
    }
    return true;
}

void roots_build_states(const Case *value, const Hair *hair, Dots *roots) {
    /* A shaved hair's stump shows through the skin a little wider than the hair, and less dark the lighter it
     * is. Width x1.3: seen slanting through the epidermis (assumption). */
    (void)value;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < roots->count; i++) {
        const HairState *h = &hair->state[i];
        if (h->diameter_um == 0) {
            roots->state[i] = (DotState){0};
            continue;
        }
        const float melanin = (float)h->melanin / 255, warm = (float)h->pheomelanin / 255;
        const float od = 0.08f + 1.35f * sqrtf(melanin);
        /* Its strand's shade follows the root's width and the view's length (dots.vert): less where it is cut
         * shorter. */
        const float shorter = 0.4f + 0.6f * (float)h->length_share / 255;
        roots->state[i] = (DotState){
            (uint16_t)lrintf((float)h->diameter_um * 1.3f * shorter), (uint8_t)lrintf(od * 100),
            (int8_t)lrintf(127 * (0.1f - 0.55f * clamp01(warm + 0.5f * (1 - melanin) * (melanin > 0.06f))))};
    }
    dots_count(roots);
}
