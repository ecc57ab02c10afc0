#include "kioskchoices.h"

#include <math.h>
#include <string.h>

const KioskChoices kiosk_first_choices = {
    .head = 0, .skin = 1, .hair = 1, .loss = 1, .hairline = 0, .density = 2, .length = 2, .years = 0};
/* Class centres of domain.md 6.1, the darkest two apart enough to tell. */
const float kiosk_skin_ita_deg[KIOSK_SKINS] = {60, 46, 30, 0, -42};
const float kiosk_hair_srgb[KIOSK_HAIRS][3] = {{0.09f, 0.08f, 0.08f},
                                               {0.24f, 0.16f, 0.11f},
                                               {0.47f, 0.33f, 0.22f},
                                               {0.78f, 0.64f, 0.42f},
                                               {0.58f, 0.57f, 0.56f}};
const double kiosk_years[KIOSK_AGES] = {0, 2, 5, 10};
static const float lengths_mm[KIOSK_LENGTHS] = {0, 0.5f, 1, 3};

static void apply_head(int head, Case *value) {
    /* Offsets in prior deviations of the measures that make a head broad or long (domain.md 7.1). */
    static const struct {
        HeadMeasure measure;
        float deviations[KIOSK_HEADS];
    } shapes[] = {{HM_HEAD_LENGTH, {0, -0.8f, 1.4f, 0}},         {HM_HEAD_BREADTH, {0, 1.4f, -0.8f, 0}},
                  {HM_BIZYGOMATIC_BREADTH, {0, 1.3f, -0.8f, 0}}, {HM_MENTON_SELLION, {0, -0.4f, 1.4f, 0}},
                  {HM_BIGONIAL_BREADTH, {0, 1.3f, -0.5f, 0}},    {HM_NOSE_PROTRUSION, {0, -0.3f, 0.6f, 0}}};
    bool woman = head == 3;
    value->client.woman = woman;
    memset(&value->shape, 0, sizeof value->shape);
    memset(value->head_mm, 0, sizeof value->head_mm);
    for (size_t i = 0; head > 0 && i < sizeof shapes / sizeof shapes[0]; ++i) {
        const HeadPrior *prior = &head_measure_prior[shapes[i].measure];
        value->head_mm[shapes[i].measure] =
            prior->mean_mm[woman] + shapes[i].deviations[head] * prior->sd_mm[woman];
    }
}

static void apply_loss(int loss, bool woman, LossSettings *out) {
    static const struct {
        LossPattern pattern;
        float stage;
    } men[KIOSK_LOSSES] = {{LOSS_NORWOOD, 3},
                           {LOSS_NORWOOD_VERTEX, 4},
                           {LOSS_NORWOOD, 5},
                           {LOSS_NORWOOD, 7},
                           {LOSS_DPA, 1}},
      women[KIOSK_LOSSES] = {
          {LOSS_NORWOOD, 2}, {LOSS_LUDWIG, 2}, {LOSS_LUDWIG, 3}, {LOSS_NORWOOD, 6}, {LOSS_DPA, 1}};
    out->pattern = (woman ? women : men)[loss].pattern;
    out->stage = (woman ? women : men)[loss].stage;
    out->severity = 0.6f;
}

static void apply_hair(int hair, HairSettings *out) {
    /* melanin 1 black, 0.4 brown, 0.2 blond (the option's help) */
    static const float melanin[KIOSK_HAIRS] = {0.98f, 0.8f, 0.45f, 0.2f, 0.7f};
    out->melanin = melanin[hair];
    out->grey_share = hair == 4 ? 0.6f : 0;
}

/* A strong treatment of large dots (domain.md 1.1: up to 0.17 mm), so that it can be told from across a
 * lobby. */
static void apply_sessions(TreatmentSettings *out) {
    static const float density_per_cm2[KIOSK_DENSITIES] = {80, 110, 110, 100},
                       dilution[KIOSK_DENSITIES] = {8, 5, 3, 2};
    for (int i = 0; i < KIOSK_DENSITIES; ++i) {
        out->density_per_cm2[i] = density_per_cm2[i];
        out->dilution[i] = dilution[i];
        out->diameter_mm[i] = 0.17f;
    }
}

void kiosk_apply_choices(const KioskChoices *choices, bool treated, bool own_head, Case *value) {
    static const HairlineStyle styles[KIOSK_HAIRLINES] = {HAIRLINE_NATURAL,     HAIRLINE_SOFT,
                                                          HAIRLINE_ROUNDED,     HAIRLINE_DEFINED,
                                                          HAIRLINE_WIDOWS_PEAK, HAIRLINE_MATURE};
    if (!own_head) apply_head(choices->head, value);
    value->skin.tone_ita_deg = kiosk_skin_ita_deg[choices->skin];
    apply_hair(choices->hair, &value->hair);
    apply_loss(choices->loss, value->client.woman, &value->loss);
    value->hairline.style = styles[choices->hairline];
    value->treatment.enabled = treated;
    apply_sessions(&value->treatment);
    value->treatment.sessions = choices->density + 1;
    /* Grey hair needs a grey match; brown hair a brown base (domain.md 1.3). */
    value->treatment.pigment = choices->hair == 4   ? PIGMENT_ASH
                               : choices->hair >= 2 ? PIGMENT_BROWN
                                                    : PIGMENT_BLACK;
    value->hair.length_mm = lengths_mm[choices->length];
    value->time.years = (float)kiosk_years[choices->years];
}

/* ---- the attract loop ---- */

static double ease(double t) {
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return t * t * (3 - 2 * t);
}

void kiosk_story_at(double t_s, double story_s, bool reduced, KioskStory *out) {
    static const struct {
        double middle_deg, swing_deg, elevation_deg;
    } views[KIOSK_STORIES] = {{0, 42, 22}, {180, 28, 6}, {40, 24, 20}, {-34, 24, 24}};
    double turn = t_s / story_s, whole = floor(turn), t = turn - whole;
    int index = (int)fmod(whole, KIOSK_STORIES);
    *out = (KioskStory){
        .index = index, .share = t, .hair_length_mm = 0.5f, .elevation_deg = views[index].elevation_deg};
    double swing = reduced ? 0.4 : -cos(M_PI * t);
    out->azimuth_deg = views[index].middle_deg + views[index].swing_deg * swing;
    if (index == 0 || index == 1)
        out->wipe = (float)(1 - ease((t - 0.2) / 0.55)); /* the treatment comes in from the right */
    if (index == 2) out->hair_length_mm = lengths_mm[t < 0.25 ? 0 : t < 0.5 ? 1 : t < 0.75 ? 2 : 3];
    if (index == 3) out->years = reduced ? (t < 0.5 ? 0 : 5) : 5 * ease((t - 0.2) / 0.6);
}

void kiosk_story_case(const KioskStory *story, Case *value) {
    KioskChoices choices = kiosk_first_choices;
    choices.loss = story->index == 2 ? 2 : 1;
    kiosk_apply_choices(&choices, true, false, value);
    memset(value->mark, 0, sizeof value->mark);
    if (story->index == 1) {
        /* A strip scar of a transplant, low at the back (domain.md 5). */
        value->mark[0] = (MarkSettings){.kind = MARK_FUT_SCAR, .s_mm = 290, .age_years = 5, .strength = 0.9f};
        value->treatment.zone = ZONE_SCAR;
        value->treatment.scar_density_per_cm2 = 170;
        for (int i = 0; i < TREATMENT_SESSIONS; ++i) { /* as fine as the stubble around it */
            value->treatment.diameter_mm[i] = 0.12f;
            value->treatment.dilution[i] = 12;
        }
    } else {
        value->treatment.zone = ZONE_FULL;
    }
    value->time.years = (float)story->years;
}
