#include "treatment.h"

#include "../engine/language.h"

#include <math.h>

/* Density of a healed dot of undiluted pigment, set so that 8:1 black (the last session of dark hair,
 * domain.md 10) passes 21 % of the light in its middle: three sessions then darken bare skin as much as
 * stubble of 0.1-0.2 mm does, which is what the trade matches (domain.md 0.4). Assumption. */
static const float OD_UNDILUTED = 14.0f;
/* Strength and tint of the bases: ash-grey black, browns warm (domain.md 1.3). Assumptions. */
static const float base_strength[PIGMENT_COUNT] = {1.0f, 0.85f, 0.85f, 0.7f};
static const float base_tint[PIGMENT_COUNT] = {0.02f, 0.1f, -0.45f, -0.8f};

float treatment_od(float dilution, int pigment) {
    return OD_UNDILUTED / (dilution + 1) * base_strength[pigment];
}

void treatment_prepare(const Case *value, Treatment *out) {
    const TreatmentSettings *t = &value->treatment;
    *out = (Treatment){.sessions = t->enabled ? t->sessions : 0};
    float from = 0;
    for (int i = 0; i < out->sessions; i++) {
        TreatmentSession *s = &out->session[i];
        s->from_per_cm2 = from;
        s->to_per_cm2 = from += t->density_per_cm2[i];
        s->days = value->time.days + (float)(out->sessions - 1 - i) * t->interval_days;
        const TimelineDot dot = timeline_dot(&value->time, s->days, t->depth_mm[i]);
        s->diameter_um = t->diameter_mm[i] * 1000 * dot.diameter;
        s->od = treatment_od(t->dilution[i], t->pigment) * dot.density;
        s->tint = fminf(1, base_tint[t->pigment] * (1 - 0.5f * dot.tint) + dot.tint);
    }
    out->total_per_cm2 = from;
    /* Scars are filled to their own density as the usual three sessions go on. */
    float planned = 0;
    for (int i = 0; i < 3; i++) planned += t->density_per_cm2[i];
    out->scar_per_cm2 = t->scar_density_per_cm2 * (planned > 0 ? fminf(1, from / planned) : 0);
}

void treatment_match(const Case *value, float skin_ita_deg, TreatmentMatch *out) {
    const float melanin = value->hair.melanin,
                grey = timeline_grey_share(&value->time, value->hair.grey_share);
    const bool dark = melanin >= 0.45f, fair_skin = skin_ita_deg > 28, deep_skin = skin_ita_deg < 10;
    const bool red = value->hair.pheomelanin > 0.4f;
    *out = (TreatmentMatch){
        .score = 0.9f, .pigment = dark ? PIGMENT_BLACK : PIGMENT_ASH, .dilution = {20, 12, 8}};
    out->words = N_("A good match: dark hair, cut short, reads as the same grey dots.");
    if (!dark || !fair_skin) out->dilution[1] = 15, out->dilution[2] = 10;
    if (deep_skin) {
        out->score = dark ? 0.88f : 0.55f;
        out->dilution[0] = 15, out->dilution[1] = 10, out->dilution[2] = 6;
        out->words =
            dark ? N_("A good match: dark skin and dark hair; the shades must be dark enough to show.")
                 : N_("A fair match: light hair on dark skin leaves little room for a shade between them.");
    } else if (grey > 0.5f) {
        out->score = 0.4f;
        out->dilution[0] = 20, out->dilution[1] = 18, out->dilution[2] = 15;
        out->words = N_("A difficult match: mostly grey or white hair; pigment is always darker than white "
                        "stubble. Keep it very light "
                        "and the hair shaved.");
    } else if (red) {
        out->score = 0.45f;
        out->pigment = PIGMENT_BROWN;
        out->dilution[0] = 20, out->dilution[1] = 18, out->dilution[2] = 15;
        out->words =
            N_("A difficult match: red hair has no pigment of its shade; a light warm brown comes nearest.");
    } else if (melanin < 0.3f) {
        out->score = 0.4f;
        out->pigment = PIGMENT_ASH;
        out->dilution[0] = 20, out->dilution[1] = 18, out->dilution[2] = 15;
        out->words = N_("A difficult match: blond hair. Laser therapy or a transplant may serve better; only "
                        "the lightest shades can work.");
    } else if (!dark) {
        out->score = 0.55f;
        out->pigment = PIGMENT_DARK_BROWN;
        out->dilution[0] = 20, out->dilution[1] = 18, out->dilution[2] = 15;
        out->words = N_(
            "A fair match: light brown hair is hard to meet exactly; test the shade in the first session.");
    } else if (grey > 0.2f) {
        out->score = 0.7f;
        out->words =
            N_("A fair match: a part of the hair is grey; choose one shade lighter than the dark hairs.");
    }
}

float treatment_overdone(const Treatment *treatment) {
    float widest = 0;
    for (int i = 0; i < treatment->sessions; i++)
        widest = fmaxf(widest, treatment->session[i].diameter_um / 1000);
    if (treatment->total_per_cm2 <= 0) return 0;
    const float spacing = sqrtf(2 / (sqrtf(3) * treatment->total_per_cm2 / 100)); /* hexagonal, mm */
    const float gap = spacing / fmaxf(widest, 0.05f);
    return fminf(1, fmaxf(0, (6.0f - gap) / 4.0f));
}
