#include "kioskchoices.h"

#include "treatment.h"
#include <math.h>
#include <string.h>

const KioskChoices kiosk_first_choices = {
    .head = 0, .skin = 1, .hair = 1, .loss = 2, .hairline = 0, .density = 2, .length = 1, .years = 0};
/* Class centres of domain.md 6.1, the darkest two apart enough to tell. */
const float kiosk_skin_ita_deg[KIOSK_SKINS] = {60, 46, 30, 0, -42};
const float kiosk_hair_srgb[KIOSK_HAIRS][3] = {{0.09f, 0.08f, 0.08f},
                                               {0.24f, 0.16f, 0.11f},
                                               {0.47f, 0.33f, 0.22f},
                                               {0.78f, 0.64f, 0.42f},
                                               {0.58f, 0.57f, 0.56f}};
const double kiosk_years[KIOSK_AGES] = {0, 2, 5, 10};
static const float lengths_mm[KIOSK_LENGTHS] = {0, 0.5f, 1, 3};

static void apply_head(int head, const HeadShape *woman, Case *value) {
    /* Offsets in prior deviations of the measures that make a head broad or long (domain.md 7.1). */
    static const struct {
        HeadMeasure measure;
        float broad, tall;
    } shapes[] = {{HM_HEAD_LENGTH, -0.8f, 1.4f},         {HM_HEAD_BREADTH, 1.4f, -0.8f},
                  {HM_BIZYGOMATIC_BREADTH, 1.3f, -0.8f}, {HM_MENTON_SELLION, -0.4f, 1.4f},
                  {HM_BIGONIAL_BREADTH, 1.3f, -0.5f},    {HM_NOSE_PROTRUSION, -0.3f, 0.6f}};
    value->client.woman = head == 3;
    memset(&value->shape, 0, sizeof value->shape);
    memset(value->head_mm, 0, sizeof value->head_mm);
    if (head == 3 && woman) value->shape = *woman;
    for (size_t i = 0; (head == 1 || head == 2) && i < sizeof shapes / sizeof shapes[0]; ++i) {
        const HeadPrior *prior = &head_measure_prior[shapes[i].measure];
        value->head_mm[shapes[i].measure] =
            prior->mean_mm[0] + (head == 1 ? shapes[i].broad : shapes[i].tall) * prior->sd_mm[0];
    }
}

void kiosk_woman(const HeadModel *model, HeadShape *out) {
    head_random(model, 2, 1, out); /* of the first two dozen seeds the plainest face */
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

/* The shades that the plan advises for this hair and skin; a fourth session repeats the last. */
static void apply_shades(Case *value) {
    TreatmentMatch match;
    treatment_match(value, value->skin.tone_ita_deg, &match);
    value->treatment.pigment = match.pigment;
    for (int i = 0; i < KIOSK_DENSITIES; ++i) value->treatment.dilution[i] = match.dilution[i < 2 ? i : 2];
}

void kiosk_apply_choices(const KioskChoices *choices, bool treated, bool own_head, const HeadShape *woman,
                         Case *value) {
    static const HairlineStyle styles[KIOSK_HAIRLINES] = {HAIRLINE_NATURAL,     HAIRLINE_SOFT,
                                                          HAIRLINE_ROUNDED,     HAIRLINE_DEFINED,
                                                          HAIRLINE_WIDOWS_PEAK, HAIRLINE_MATURE};
    if (!own_head) apply_head(choices->head, woman, value);
    value->skin.tone_ita_deg = kiosk_skin_ita_deg[choices->skin];
    apply_hair(choices->hair, &value->hair);
    apply_loss(choices->loss, value->client.woman, &value->loss);
    value->hairline.style = styles[choices->hairline];
    value->treatment.enabled = treated;
    value->treatment.sessions = choices->density + 1;
    apply_shades(value);
    value->hair.length_mm = lengths_mm[choices->length];
    value->time.years = (float)kiosk_years[choices->years];
}

/* ---- the attract loop ---- */

static double ease(double t) {
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return t * t * (3 - 2 * t);
}

typedef struct Person {
    const char *id;
    KioskTale tale;
    double middle_deg, swing_deg, elevation_deg; /* how the head turns */
    double fov_deg;                              /* to begin with: the view draws nearer */
    uint64_t seed;                               /* of the face's skin, and of the head: head_random */
    bool woman;
    HairHeritage heritage;
    float ita_deg, melanin, grey_share, curl;
    LossPattern pattern;
    float stage;
} Person;

/* The first has the mean head, which needs no constants to be known. */
static const Person people[KIOSK_STORIES] = {
    {"line", TALE_LINE, 0, 42, 22, 23.5, 5, false, HERITAGE_CAUCASIAN, 46, 0.8f, 0, 0, LOSS_NORWOOD, 5},
    {"density", TALE_DENSITY, 150, 30, 50, 22, 2, true, HERITAGE_CAUCASIAN, 52, 0.7f, 0, 0, LOSS_LUDWIG, 2},
    {"scar", TALE_SCAR, 180, 28, 6, 21, 9, false, HERITAGE_ASIAN, 32, 0.98f, 0, 0, LOSS_NORWOOD, 3},
    {"length", TALE_LENGTH, 40, 24, 20, 23.5, 6, false, HERITAGE_AFRICAN, -34, 0.98f, 0, 2, LOSS_NORWOOD, 4},
    {"years", TALE_YEARS, -34, 24, 24, 23.5, 1, false, HERITAGE_CAUCASIAN, 40, 0.7f, 0.2f, 0, LOSS_NORWOOD,
     6},
    {"alopecia", TALE_LINE, 10, 38, 20, 23.5, 8, true, HERITAGE_AFRICAN, 8, 0.95f, 0, 2, LOSS_TOTALIS, 1},
};

const char *kiosk_story_id(int index) {
    return people[index].id;
}

void kiosk_story_at(double t_s, double story_s, bool reduced, KioskStory *out) {
    double turn = t_s / story_s, whole = floor(turn), t = turn - whole;
    int index = (int)fmod(whole, KIOSK_STORIES);
    const Person *person = &people[index];
    *out = (KioskStory){.index = index,
                        .tale = person->tale,
                        .share = t,
                        .hair_length_mm = 0.5f,
                        .elevation_deg = person->elevation_deg,
                        .fov_deg = person->fov_deg - 3.5 * (reduced ? 0.5 : ease(t))};
    double swing = reduced ? 0.4 : -cos(M_PI * t), half = t < 0.5 ? 0 : 1;
    out->azimuth_deg = person->middle_deg + person->swing_deg * swing;
    switch (person->tale) {
    case TALE_LENGTH:
        out->length = (int)(t * KIOSK_LENGTHS);
        out->hair_length_mm = lengths_mm[out->length];
        break;
    case TALE_YEARS:
        out->years = 5 * (reduced ? half : ease((t - 0.2) / 0.6));
        break;
    default: /* the treatment comes in from the right */
        out->wipe = (float)(1 - (reduced ? half : ease((t - 0.2) / 0.55)));
        if (person->tale == TALE_DENSITY) out->hair_length_mm = 25;
        break;
    }
}

void kiosk_story_case(const KioskStory *story, const HeadModel *model, Case *value) {
    const Person *person = &people[story->index];
    case_defaults(value);
    value->seed = person->seed;
    value->client.woman = person->woman;
    if (story->index > 0 && model) head_random(model, person->seed, person->woman, &value->shape);
    value->client.heritage = person->heritage;
    value->skin.tone_ita_deg = person->ita_deg;
    value->hair.melanin = person->melanin;
    value->hair.grey_share = person->grey_share;
    value->hair.curl = person->curl;
    value->hair.length_mm = story->hair_length_mm;
    value->loss.pattern = person->pattern;
    value->loss.stage = person->stage;
    value->loss.severity = person->pattern == LOSS_TOTALIS ? 1 : 0.5f;
    value->time.years = (float)story->years;
    apply_shades(value);
    if (person->tale == TALE_DENSITY) value->treatment.zone = ZONE_DENSITY;
    if (person->tale != TALE_SCAR) return;
    /* A strip scar of a transplant, low at the back (domain.md 5). */
    value->mark[0] = (MarkSettings){.kind = MARK_FUT_SCAR, .s_mm = 290, .age_years = 5, .strength = 0.9f};
    value->treatment.zone = ZONE_SCAR;
}
