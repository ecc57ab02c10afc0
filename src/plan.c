#include "plan.h"

#include <math.h>
#include <string.h>

#include "../engine/file.h"
#include "../engine/language.h"
#include "alternatives.h"
#include "hair.h"
#include "loss.h"

/* Aftercare, days after a session: the article. */
enum { MOISTURISE_DAYS = 4, SPORT_DAYS = 5, RAZOR_DAYS = 10, SWIM_DAYS = 28 };

float plan_hair_coverage(float hairs_per_cm2, float diameter_um, float length_mm, float angle_deg) {
    const float n = hairs_per_cm2 / 100, d = diameter_um / 1000;
    return 1 - expf(-n * (0.785398f * d * d + d * length_mm * cosf(angle_deg * 0.0174533f)));
}

float plan_dot_coverage(float dots_per_cm2, float diameter_mm) {
    return 1 - expf(-dots_per_cm2 / 100 * 0.785398f * diameter_mm * diameter_mm);
}

/* --- Dates
 * ------------------------------------------------------------------------------------------------------ */

/* Days since 1 March of year 0 and back (Howard Hinnant's civil calendar). */
static int days_from_date(int date) {
    const int month = date / 100 % 100, day = date % 100, year = date / 10000 - (month <= 2);
    const int era = year / 400, in_era = year - era * 400;
    const int in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year;
}

int plan_date_add(int yyyymmdd, int days) {
    if (yyyymmdd <= 0) return 0;
    const int at = days_from_date(yyyymmdd) + days, era = at / 146097, in_era = at - era * 146097;
    const int year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    const int in_year = in_era - (365 * year + year / 4 - year / 100), month = (5 * in_year + 2) / 153;
    const int day = in_year - (153 * month + 2) / 5 + 1, real = month < 10 ? month + 3 : month - 9;
    return (year + era * 400 + (real <= 2)) * 10000 + real * 100 + day;
}

/* --- Prices
 * ----------------------------------------------------------------------------------------------------- */

void plan_prices_default(PlanPrices *out) {
    *out = (PlanPrices){{2000, 4000}, {1200, 2500}, 42000, 4000, 0.75f, 14};
}

static bool price_pair(const json_t *object, const char *key, float out[2], Err *err) {
    const json_t *pair = json_object_get(object, key);
    if (!pair) return true;
    for (size_t i = 0; i < 2; i++) {
        const json_t *item = json_array_get(pair, i);
        if (json_array_size(pair) != 2 || !json_is_number(item) || json_number_value(item) < 0) {
            return err_set(err, "\"%s\" must be a low and a high price, such as [2000, 4000]", key);
        }
        out[i] = (float)json_number_value(item);
    }
    return out[0] <= out[1] || err_set(err, "\"%s\" must give the lower price first", key);
}

static bool price_number(const json_t *object, const char *key, float *out, Err *err) {
    const json_t *item = json_object_get(object, key);
    if (!item) return true;
    if (!json_is_number(item) || !(json_number_value(item) > 0))
        return err_set(err, "\"%s\" must be a number above 0", key);
    *out = (float)json_number_value(item);
    return true;
}

bool plan_prices_load(const char *path, PlanPrices *out, Err *err) {
    plan_prices_default(out);
    Arena arena = {0};
    if (!arena_create(&arena, &(ArenaDesc){.name = "prices", .capacity_bytes = 4 << 20}, err)) return false;
    Bytes bytes;
    bool ok = file_read(path, 1 << 20, &arena, &bytes, err);
    if (ok) {
        json_error_t fault;
        json_t *root = json_loadb((const char *)bytes.data, bytes.size, 0, &fault);
        ok = json_is_object(root) || err_set(err, "line %d is not JSON", fault.line);
        ok = ok && price_pair(root, "full_usd", out->full_usd, err) &&
             price_pair(root, "scar_usd", out->scar_usd, err) &&
             price_number(root, "usual_dots", &out->usual_dots, err) &&
             price_number(root, "dots_per_hour", &out->dots_per_hour, err) &&
             price_number(root, "setup_hours", &out->setup_hours, err) &&
             price_number(root, "first_in_days", &out->first_in_days, err);
        json_decref(root);
        if (!ok) err_prefix(err, "%s", path);
    }
    arena_destroy(&arena);
    if (!ok) plan_prices_default(out);
    return ok;
}

/* --- Building
 * --------------------------------------------------------------------------------------------------- */

static void warn(Plan *plan, const char *text) {
    if (plan->warning_count < PLAN_WARNINGS)
        snprintf(plan->warning[plan->warning_count++], PLAN_TEXT, "%s", text);
}

static void session_fill(const Case *value, const DotCensus *census, const PlanPrices *prices, int i,
                         PlanSession *out) {
    const TreatmentSettings *t = &value->treatment;
    out->dilution = t->dilution[i], out->diameter_mm = t->diameter_mm[i], out->depth_mm = t->depth_mm[i];
    for (int z = 0; z < DOT_ZONE_COUNT; z++) {
        PlanShare *share = &out->zone[z];
        *share = (PlanShare){census->dots[i][z], census->area_cm2[z], 0};
        share->density_per_cm2 = share->area_cm2 > 0 ? (float)share->dots / share->area_cm2 : 0;
        out->all.dots += share->dots;
        out->all.area_cm2 += share->area_cm2;
    }
    out->all.density_per_cm2 = out->all.area_cm2 > 0 ? (float)out->all.dots / out->all.area_cm2 : 0;
    out->hours = out->all.dots > 0 ? prices->setup_hours + (float)out->all.dots / prices->dots_per_hour : 0;
    const int day = (int)lrintf(prices->first_in_days + (float)i * t->interval_days),
              today = value->client.today;
    out->dates = (PlanDates){day,
                             plan_date_add(today, day),
                             plan_date_add(today, day + MOISTURISE_DAYS),
                             plan_date_add(today, day + SPORT_DAYS),
                             plan_date_add(today, day + RAZOR_DAYS),
                             plan_date_add(today, day + SWIM_DAYS)};
}

static void totals_fill(Plan *plan) {
    PlanSession *total = &plan->total;
    for (int i = 0; i < plan->session_count; i++) {
        const PlanSession *s = &plan->session[i];
        total->hours += s->hours;
        total->all.dots += s->all.dots;
        for (int z = 0; z < DOT_ZONE_COUNT; z++) total->zone[z].dots += s->zone[z].dots;
    }
    for (int z = 0; z < DOT_ZONE_COUNT && plan->session_count > 0; z++) {
        PlanShare *share = &total->zone[z];
        share->area_cm2 = plan->session[0].zone[z].area_cm2;
        share->density_per_cm2 = share->area_cm2 > 0 ? (float)share->dots / share->area_cm2 : 0;
        total->all.area_cm2 += share->area_cm2;
    }
    total->all.density_per_cm2 = total->all.area_cm2 > 0 ? (float)total->all.dots / total->all.area_cm2 : 0;
    if (plan->session_count > 0) total->dates = plan->session[plan->session_count - 1].dates;
}

static void prices_fill(Plan *plan, const PlanPrices *prices) {
    const uint32_t dots = plan->total.all.dots;
    if (dots == 0) return;
    const bool scars_only = plan->total.zone[DOT_ZONE_SCAR].dots > 0.9 * dots;
    /* A smaller treatment costs less, but consultation and set-up stay: 40 % fixed (assumption). */
    const float size = fminf(1.6f, 0.4f + 0.6f * (float)dots / prices->usual_dots);
    for (int k = 0; k < 2; k++) {
        plan->total.price_usd[k] =
            scars_only ? prices->scar_usd[k] : roundf(prices->full_usd[k] * size / 10) * 10;
        for (int i = 0; i < plan->session_count; i++) {
            const float share = (float)plan->session[i].all.dots / (float)dots;
            plan->session[i].price_usd[k] = roundf(plan->total.price_usd[k] * share);
        }
    }
}

static void warnings_fill(Plan *plan, const Case *value, const Fields *fields) {
    const char *text[HAIRLINE_WARNINGS];
    const int count =
        hairline_warnings(fields->scalp, &fields->rule, &value->hairline, value->client.woman, text);
    for (int i = 0; i < count; i++) warn(plan, text[i]);
    for (int i = 0; i < MARK_COUNT; i++) {
        const char *mark = marks_warning(&value->mark[i]);
        if (mark) warn(plan, mark);
    }
    const TreatmentSettings *t = &value->treatment;
    bool deep = false, shallow = false;
    for (int i = 0; i < t->sessions; i++)
        deep = deep || t->depth_mm[i] > 1, shallow = shallow || t->depth_mm[i] < 0.3f;
    if (deep) warn(plan, N_("The needle goes deeper than 1 mm: dots spread and turn blue."));
    if (shallow) warn(plan, N_("The needle stays above 0.3 mm: the pigment leaves with the skin."));
    if (t->sessions > 1 && t->interval_days < 7)
        warn(plan, N_("Less than seven days between sessions: the skin has not healed."));
    Treatment treatment;
    Case shown = *value;
    shown.treatment.enabled = true;
    shown.time.days = 60, shown.time.years = 0, shown.time.laser_sessions = 0;
    treatment_prepare(&shown, &treatment);
    if (treatment_overdone(&treatment) > 0.15f)
        warn(plan,
             N_("Over-treated: the gaps between the dots close, and the dots read as one solid shade."));
    if (value->client.woman && value->loss.pattern >= LOSS_NORWOOD &&
        value->loss.pattern <= LOSS_NORWOOD_VERTEX) {
        warn(plan,
             N_("A receding front in a woman can have another cause: have it looked at by a physician."));
    }
    if (value->time.skin_type == SKIN_SENSITIVE)
        warn(plan, N_("Sensitive skin: a test patch first, and longer between sessions."));
    if (plan->coverage_now > 4 * plan->coverage_dots + 0.05f && plan->total.zone[DOT_ZONE_BARE].dots > 0) {
        warn(plan,
             N_("At this length the growing hair covers far more than dots can: keep it at 0.5 mm or less "
                "to match."));
    }
}

static void age_fill(Plan *plan, const Case *value) {
    const ClientSettings *client = &value->client;
    const int years = client->today / 10000 - client->birth_year;
    if (client->woman || client->birth_year == 0 || client->today == 0 || years < 15) return;
    plan->age_years = (float)years + value->time.years;
    plan->men_with_loss = loss_share_of_men(plan->age_years);
}

bool plan_build(const Case *value, Fields *fields, const PlanPrices *prices, Plan *out, Err *err) {
    *out = (Plan){.session_count = value->treatment.sessions};
    if (value->client.today != 0 && plan_date_add(value->client.today, 0) != value->client.today) {
        return err_set(err, "client.today=%d is not a date; write it as yyyymmdd", value->client.today);
    }
    fields_build(fields, value);
    DotCensus census;
    dots_census(value, fields, &census);
    for (int i = 0; i < out->session_count; i++) session_fill(value, &census, prices, i, &out->session[i]);
    totals_fill(out);
    prices_fill(out, prices);
    out->bald_area_cm2 = loss_bald_area_cm2(value, fields->scalp);
    out->hair_density_per_cm2 = value->hair.density_per_cm2;
    out->hairline_front_mm = hairline_front_mm(&fields->rule, &value->hairline, value->client.woman);
    treatment_match(value, value->skin.tone_ita_deg, &out->match);
    age_fill(out, value);
    out->half_life_years = timeline_half_life_years(&value->time);
    static const float lengths[PLAN_LENGTHS] = {0, 0.1f, 0.5f, 1, 1.5f, 3, 6};
    out->length_now_mm = hair_length_now_mm(&value->hair, value->client.heritage);
    out->coverage_now =
        plan_hair_coverage(value->hair.density_per_cm2, value->hair.diameter_um, out->length_now_mm, 45);
    for (int i = 0; i < PLAN_LENGTHS; i++) {
        out->length_mm[i] = lengths[i];
        out->coverage[i] =
            plan_hair_coverage(value->hair.density_per_cm2, value->hair.diameter_um, lengths[i], 45);
    }
    const PlanShare *bare =
        out->total.zone[DOT_ZONE_BARE].dots > 0 ? &out->total.zone[DOT_ZONE_BARE] : &out->total.all;
    out->coverage_dots = plan_dot_coverage(bare->density_per_cm2, value->treatment.diameter_mm[0]);
    warnings_fill(out, value, fields);
    return true;
}

bool plan_for_case(const Case *value, const PlanPrices *prices, Plan *out, Err *err) {
    Arena arena = {0}, scratch = {0};
    Scalp fitted, scalp;
    Follicles thrown, follicles;
    Fields fields;
    HeadModel *model = NULL;
    HeadShape shape = value->shape;
    bool ok = arena_create(&arena, &(ArenaDesc){.name = "plan", .secret = true}, err) &&
              arena_create(&scratch, &(ArenaDesc){.name = "plan's scratch", .secret = true}, err) &&
              (model = head_load(NULL, &arena, err)) != NULL;
    for (int i = 0; ok && i < HM_COUNT; i++) {
        if (value->head_mm[i] > 0) head_set_measure(model, &shape, (HeadMeasure)i, value->head_mm[i]);
    }
    ok = ok && scalp_build(model, &value->shape, &scratch, &fitted, err) &&
         follicles_build(&fitted, value->seed, &arena, &scratch, &thrown, err) &&
         scalp_build(model, &shape, &arena, &scalp, err) &&
         follicles_carry(&thrown, &scalp, &arena, &scratch, &follicles, err) &&
         fields_create(&scalp, &follicles, &arena, &fields, err) &&
         plan_build(value, &fields, prices, out, err);
    arena_destroy(&scratch);
    arena_destroy(&arena);
    return ok;
}
