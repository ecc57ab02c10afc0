/* plan - what a treatment takes: dots, area and density by zone, hours, price, dates with aftercare, match,
 * mismatch, assumptions and warnings; per session and in total.
 *
 * Counts are taken from the very dots that are drawn. Prices are the article's (2,000-4,000 dollars for a
 * whole treatment, 1,200-2,500 for scars alone) scaled by the dots, or a clinic's own from a JSON file. Dates
 * are real when client.today is set. What it does NOT do: promise. Use: plan_build with a scene's fields, or
 * plan_for_case alone. Cost: 10 ms, or a second.
 */
#pragma once
#include "casefile.h"
#include "dots.h"
#include "fields.h"
#include "treatment.h"

enum { PLAN_WARNINGS = 24, PLAN_TEXT = 256, PLAN_LENGTHS = 7 };

typedef struct PlanPrices {
    float full_usd[2], scar_usd[2]; /* low, high: a whole treatment of `usual_dots`; scars alone */
    float usual_dots;               /* domain.md 1.2: 14,000 a session x 3 */
    float dots_per_hour, setup_hours;
    float first_in_days; /* from the consultation to the first session */
} PlanPrices;
void plan_prices_default(PlanPrices *out);
/* {"full_usd":[2000,4000],"scar_usd":[..],"usual_dots":n,"dots_per_hour":n,"setup_hours":x,"first_in_days":n},
 * any subset. */
bool plan_prices_load(const char *path, PlanPrices *out, Err *err);

typedef struct PlanShare {
    uint32_t dots;
    float area_cm2, density_per_cm2; /* the share's own dots over its area */
} PlanShare;

typedef struct PlanDates {
    int day;                                     /* from the consultation */
    int session, moisturise, sport, razor, swim; /* yyyymmdd; 0 when client.today is not set */
} PlanDates;

typedef struct PlanSession {
    PlanShare all, zone[DOT_ZONE_COUNT];
    float dilution, diameter_mm, depth_mm;
    float hours, price_usd[2];
    PlanDates dates;
} PlanSession;

typedef struct Plan {
    int session_count;
    PlanSession session[TREATMENT_SESSIONS], total;
    float bald_area_cm2, hair_density_per_cm2;
    float hairline_front_mm;
    TreatmentMatch match;
    /* Coverage of the skin, share: growing hair at its length now and at stated lengths, and the healed dots.
     */
    float length_now_mm, coverage_now, coverage_dots;
    float length_mm[PLAN_LENGTHS], coverage[PLAN_LENGTHS];
    float half_life_years;
    float age_years, men_with_loss; /* at the time shown, and loss_share_of_men then; 0: no birth year or
                                       date, or a woman */
    int warning_count;
    char warning[PLAN_WARNINGS][PLAN_TEXT];
} Plan;

bool plan_build(const Case *value, Fields *fields, const PlanPrices *prices, Plan *out, Err *err);
/* The same from nothing but a case: builds head, scalp and follicles in memory of its own. */
bool plan_for_case(const Case *value, const PlanPrices *prices, Plan *out, Err *err);
void plan_print(const Plan *plan, const Case *value, FILE *out);
/* The caller owns it; NULL: no memory. */
json_t *plan_to_json(const Plan *plan, const Case *value);

/* Share of skin that straight hair of a length hides, hairs overlapping at random (domain.md 2.7). */
float plan_hair_coverage(float hairs_per_cm2, float diameter_um, float length_mm, float angle_deg);
float plan_dot_coverage(float dots_per_cm2, float diameter_mm);
/* yyyymmdd some days later (proleptic Gregorian). 0 stays 0. */
int plan_date_add(int yyyymmdd, int days);
