#include "alternatives.h"

#include "../engine/language.h"

#include <math.h>

static float smooth(float low, float high, float x) {
    const float t = fminf(1, fmaxf(0, (x - low) / (high - low)));
    return t * t * (3 - 2 * t);
}

/* Prices and cautions: the seed article. Prices of medicines are not in it. */
static const AlternativeFacts facts[ALTERNATIVE_COUNT] = {
    [ALTERNATIVE_NONE] = {N_("The treatment as planned"), "", "", {2000, 4000}, "for the whole treatment"},
    [ALTERNATIVE_NOTHING] = {N_("Nothing further"),
                             N_("Loss goes on at its own pace."),
                             N_("Nothing can be promised about its pace."),
                             {0, 0},
                             ""},
    [ALTERNATIVE_MINOXIDIL] =
        {N_("Minoxidil"),
         N_("Results in two to six months, after some shedding; twice a day, eight hours apart."),
         N_("Less effective for advanced loss; women use the 2 percent solution; it works while it is used."),
         {0, 0},
         ""},
    [ALTERNATIVE_FINASTERIDE] = {N_("Finasteride"),
                                 N_("One tablet a day; halts loss, some regrowth over a year."),
                                 N_("Men only, on prescription; side effects include a lower sex drive; it "
                                    "works while it is taken; pregnant "
                                    "women must not handle it."),
                                 {0, 0},
                                 ""},
    [ALTERNATIVE_BOTH] = {N_("Minoxidil and finasteride"),
                          N_("Loss halted and part of the thin hair back within a year."),
                          N_("The cautions of both."),
                          {0, 0},
                          ""},
    [ALTERNATIVE_FUT] = {N_("Transplant by strip (FUSS)"),
                         N_("Four to eight hours; grafts shed, grow from month four, full after a year."),
                         N_("A long thin scar across the back; needs donor hair; seldom insured."),
                         {4000, 15000},
                         "once"},
    [ALTERNATIVE_FUE] = {N_("Transplant by extraction (FUE)"),
                         N_("Four to eight hours; grafts shed, grow from month four, full after a year."),
                         N_("Many small round scars in the donor area; needs donor hair; seldom insured."),
                         {4000, 15000},
                         "once"},
    [ALTERNATIVE_HAIRPIECE] = {N_("Wig or hairpiece"),
                               N_("At once, for as long as it is worn."),
                               N_("Its edge can show: hair begins in one even line. Insurance may pay when a "
                                  "disease caused the loss."),
                               {0, 0},
                               ""},
    [ALTERNATIVE_HAT] =
        {N_("Hat"), N_("At once, for as long as it is worn."), N_("Covers, changes nothing."), {0, 0}, ""},
};

const AlternativeFacts *alternative_facts(Alternative choice) {
    return &facts[choice];
}

float alternative_loss_years(const AlternativeSettings *settings) {
    const float years = settings->months / 12;
    switch (settings->choice) {
    case ALTERNATIVE_NOTHING:
    case ALTERNATIVE_FUT:
    case ALTERNATIVE_FUE:
    case ALTERNATIVE_HAIRPIECE:
    case ALTERNATIVE_HAT:
        return years;
    case ALTERNATIVE_MINOXIDIL:
        return years * 0.5f;
    default:
        return 0;
    }
}

void alternative_regrow(const AlternativeSettings *settings, float *density, float *diameter) {
    const bool minoxidil = settings->choice == ALTERNATIVE_MINOXIDIL || settings->choice == ALTERNATIVE_BOTH;
    const bool finasteride =
        settings->choice == ALTERNATIVE_FINASTERIDE || settings->choice == ALTERNATIVE_BOTH;
    if (!minoxidil && !finasteride) return;
    const float m = settings->months;
    const float gain =
        (minoxidil ? 0.14f * smooth(2, 8, m) : 0) + (finasteride ? 0.13f * smooth(3, 14, m) : 0);
    const float shed = minoxidil ? 0.10f * smooth(0, 1, m) * (1 - smooth(1.5f, 4, m)) : 0;
    /* Only follicles that still live answer: most where about half are left, none where the skin is bare. */
    const float alive = *density, answer = 4 * alive * (1 - alive) + 0.25f * alive;
    *density = fmaxf(0, *density + gain * answer - shed * alive);
    *diameter = *diameter + (1 - *diameter) * 1.6f * gain * smooth(0.05f, 0.5f, alive);
}

float alternative_graft_growth(const AlternativeSettings *settings) {
    const float m = settings->months;
    return fmaxf(0.25f * (1 - smooth(0.3f, 0.8f, m)), smooth(3.5f, 12, m) * 0.92f);
}

int alternative_grafts(const AlternativeSettings *settings, float donor_cm2, float units_per_cm2) {
    /* A quarter of the permanent zone's units can go without its thinning being seen (assumption). */
    const float safe = 0.25f * donor_cm2 * units_per_cm2;
    const float asked = settings->grafts > 0 ? (float)settings->grafts : safe;
    return (int)fminf(asked, safe);
}
