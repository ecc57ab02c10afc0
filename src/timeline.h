/* timeline - how pigment and skin change from the needle's day to fifteen years on. The one place where those
 * curves live.
 *
 * Every figure of domain.md 1.4 and 10 that is marked as an assumption there is marked so here
 * (timeline_assumptions). Pure and continuous in every argument.
 */
#pragma once
#include "casefile.h"

/* One row of healing; values between rows are interpolated smoothly. Diameter and density are in units of the
 * healed. */
typedef struct TimelineHealing {
    float day, diameter, density, redness, scab; /* redness, scab 0..1 */
} TimelineHealing;
extern const TimelineHealing timeline_healing[];
extern const int timeline_healing_count;
TimelineHealing timeline_at_day(float day);

/* What time does to a dot. */
typedef struct TimelineDot {
    float diameter; /* factor of the needle's healed diameter */
    float density;  /* factor of the deposited optical density */
    float tint;     /* towards slate blue, 0..1 */
} TimelineDot;
/* days: since the dot was set; depth_mm: of the needle. */
TimelineDot timeline_dot(const TimeSettings *time, float days, float depth_mm);
/* Redness of freshly treated skin now, 0..1. */
float timeline_redness(const TimeSettings *time);
/* Share of hairs grown grey over the years asked for. */
float timeline_grey_share(const TimeSettings *time, float grey_share);
/* Years in which an untouched dot falls to half; for the plan. */
float timeline_half_life_years(const TimeSettings *time);

/* Sentences that name what has no source, for the plan and the studio; NULL-terminated. */
extern const char *const timeline_assumptions[];
