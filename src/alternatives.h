/* alternatives - what else the article names, on the same head: nothing further, minoxidil, finasteride,
 * transplants, cover.
 *
 * Each is a time course that changes density and width of hair, an operation that moves follicular units, or
 * a cover; with the article's costs and cautions in words. Continuous in months. The curves are assumptions
 * except where the article gives figures (results in two to six months, shedding first, a transplant's four
 * to eight hours and price).
 */
#pragma once
#include "casefile.h"

typedef struct AlternativeFacts {
    const char *name, *course, *caution;
    float price_usd[2];    /* 0, 0: the article gives none */
    const char *price_for; /* "a month", "once" */
} AlternativeFacts;
const AlternativeFacts *alternative_facts(Alternative choice);

/* Years by which untreated loss goes on under this choice. */
float alternative_loss_years(const AlternativeSettings *settings);
/* Medicines: what they give back of thin hair. In place. */
void alternative_regrow(const AlternativeSettings *settings, float *density, float *diameter);
/* Share of a transplant's grafts that show by now: shed by week three, back from month four, full at twelve.
 */
float alternative_graft_growth(const AlternativeSettings *settings);
/* Grafts that a donor area gives: those asked for, or a safe share of it. */
int alternative_grafts(const AlternativeSettings *settings, float donor_cm2, float units_per_cm2);
