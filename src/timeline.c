#include "timeline.h"

#include "../engine/language.h"

#include <math.h>

/* Healing (domain.md 1.1, 1.4, 10): dots 1.5-2 times wider when fresh, darker for up to 7 days under the
 * scab, redness 24-48 h (article) to 5 days, healed on day 10; then the first six months take a little more.
 * ASSUMPTION: every factor; the days of scab and redness are the trade's. */
const TimelineHealing timeline_healing[] = {
    {0, 1.70f, 1.60f, 1.00f, 0.2f},  {1, 1.70f, 1.66f, 0.75f, 0.6f},   {2, 1.64f, 1.66f, 0.40f, 0.9f},
    {4, 1.48f, 1.55f, 0.12f, 1.0f},  {7, 1.18f, 1.20f, 0.03f, 0.4f},   {10, 1.00f, 1.00f, 0.00f, 0.0f},
    {28, 1.00f, 0.97f, 0.00f, 0.0f}, {180, 1.00f, 0.92f, 0.00f, 0.0f},
};
const int timeline_healing_count = sizeof timeline_healing / sizeof timeline_healing[0];

static const float RETENTION_USUAL =
    0.60f; /* ASSUMPTION, domain.md 10; the density of a shade is given for this one */
static const float FADE_PER_YEAR = 0.11f; /* ASSUMPTION: fits the article's 4-6 years */
static const float BLUR_PER_YEAR = 0.03f; /* ASSUMPTION */
static const float BLUE_PER_YEAR = 0.02f; /* ASSUMPTION */
static const float BLUE_DEPTH_MM[2] = {0.8f, 2.0f}, BLUE_DEEP = 0.6f; /* ASSUMPTION */
static const float LASER_LEAVES = 0.62f;   /* ASSUMPTION: of the density, a removal session */
static const float GREY_PER_YEAR = 0.018f; /* from 0 at 35 to 27 % at 50 (domain.md 2.8, Panhard 2012) */

/* domain.md 1.5, defaults (ASSUMPTION): retention, yearly fade, yearly blur. */
static const float skin_factor[SKIN_TYPE_COUNT][3] = {[SKIN_NORMAL] = {1, 1, 1},
                                                      [SKIN_OILY] = {0.85f, 1.2f, 2.0f},
                                                      [SKIN_DRY] = {1, 1.1f, 0.9f},
                                                      [SKIN_SENSITIVE] = {0.92f, 1.1f, 1.1f}};

const char *const timeline_assumptions[] = {
    N_("Share of pigment kept between sessions: 60 percent (45-75 %); no source gives a figure."),
    N_("Fading over the years: 11 percent a year in normal sun, fitted to the article's 4-6 years."),
    N_("Fresh dots: 1.7 times as wide and 1.6 times as dark as healed ones on day 10."),
    N_("Dots widen by 3 percent a year, twice that in oily skin."),
    N_("Blue shift begins below 0.8 mm of depth and grows by 0.02 a year."),
    N_("A laser session leaves 62 percent of the pigment."),
    NULL};

static float smooth(float low, float high, float x) {
    const float t = fminf(1, fmaxf(0, (x - low) / (high - low)));
    return t * t * (3 - 2 * t);
}

TimelineHealing timeline_at_day(float day) {
    if (day <= timeline_healing[0].day) return timeline_healing[0];
    for (int i = 1; i < timeline_healing_count; i++) {
        const TimelineHealing *a = &timeline_healing[i - 1], *b = &timeline_healing[i];
        if (day > b->day) continue;
        const float t = smooth(a->day, b->day, day);
        return (TimelineHealing){
            day, a->diameter + (b->diameter - a->diameter) * t, a->density + (b->density - a->density) * t,
            a->redness + (b->redness - a->redness) * t, a->scab + (b->scab - a->scab) * t};
    }
    return timeline_healing[timeline_healing_count - 1];
}

static float fade(const TimeSettings *time, float years) {
    return expf(-FADE_PER_YEAR * time->uv * skin_factor[time->skin_type][1] * years);
}

/* What is left after some years, a touch-up taken in: it brings the density back, and fades from then on. */
static float years_left(const TimeSettings *time, float years) {
    const float old = fade(time, years), since = years - time->touch_up_years;
    if (time->touch_up_years <= 0 || since <= 0) return old;
    return old + (1 - fade(time, time->touch_up_years)) * fade(time, since) * smooth(0, 0.08f, since);
}

TimelineDot timeline_dot(const TimeSettings *time, float days, float depth_mm) {
    const float *skin = skin_factor[time->skin_type];
    const TimelineHealing healing = timeline_at_day(days + time->years * 365.25f);
    const float kept = time->retention / RETENTION_USUAL * skin[0];
    /* Fresh pigment is all there; what is kept shows as the scab goes. */
    const float healed = smooth(3, 10, days + time->years * 365.25f);
    const float deep = smooth(1.0f, 2.2f, depth_mm), laser = powf(LASER_LEAVES, time->laser_sessions);
    TimelineDot dot;
    dot.density = healing.density * (1 + (kept - 1) * healed) * years_left(time, time->years) * laser;
    dot.density *= 1 - 0.25f * smooth(0.3f, 0.15f, depth_mm) * healed; /* too shallow: shed with the skin */
    dot.diameter = healing.diameter * (1 + BLUR_PER_YEAR * skin[2] * time->years) * (1 + 1.1f * deep);
    dot.tint =
        BLUE_DEEP * fminf(1, fmaxf(0, (depth_mm - BLUE_DEPTH_MM[0]) / (BLUE_DEPTH_MM[1] - BLUE_DEPTH_MM[0])));
    dot.tint = fminf(1, dot.tint + BLUE_PER_YEAR * time->years);
    return dot;
}

float timeline_redness(const TimeSettings *time) {
    const float sensitive = time->skin_type == SKIN_SENSITIVE ? 1.6f : 1;
    return timeline_at_day((time->days + time->years * 365.25f) / sensitive).redness;
}

float timeline_grey_share(const TimeSettings *time, float grey_share) {
    const float more = GREY_PER_YEAR * time->years * time->ageing;
    return grey_share + (1 - grey_share) * fminf(1, more);
}

float timeline_half_life_years(const TimeSettings *time) {
    return logf(2) / (FADE_PER_YEAR * time->uv * skin_factor[time->skin_type][1]);
}
