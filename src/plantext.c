/* The plan as text for people and as JSON for programs. */
#include <math.h>

#include "../engine/language.h"
#include "alternatives.h"
#include "plan.h"

/* day_format: "day %d", for people in their language. */
static void date_text(int date, int day, const char *day_format, char out[32]) {
    if (date > 0)
        snprintf(out, 32, "%04d-%02d-%02d", date / 10000, date / 100 % 100, date % 100);
    else
        snprintf(out, 32, day_format, day);
}

static void share_print(FILE *out, const char *name, const PlanShare *share) {
    if (share->area_cm2 < 0.05f) return;
    fprintf(out, _("    %-14s %7u dots  %6.1f cm2  %5.0f dots/cm2\n"), name, share->dots,
            (double)share->area_cm2, (double)share->density_per_cm2);
}

static void session_print(FILE *out, const PlanSession *s) {
    for (int z = 0; z < DOT_ZONE_COUNT; z++) share_print(out, _(dot_zone_names[z]), &s->zone[z]);
    share_print(out, _("all"), &s->all);
    fprintf(out, _("    %.1f hours, %.0f to %.0f dollars\n"), (double)s->hours, (double)s->price_usd[0],
            (double)s->price_usd[1]);
}

static void aftercare_print(FILE *out, const PlanDates *d) {
    const int day[4] = {4, 5, 10, 28}, date[4] = {d->moisturise, d->sport, d->razor, d->swim};
    static const char *const what[4] = {N_("moisturise, gently"), N_("sport and sweat again"),
                                        N_("razor again"), N_("swim and sun again, with sun cream")};
    fprintf(out, _("    after it: no washing for several days"));
    for (int i = 0; i < 4; i++) {
        char text[32];
        date_text(date[i], d->day + day[i], _("day %d"), text);
        fprintf(out, _("; from %s %s"), text, _(what[i]));
    }
    fprintf(out, "\n");
}

void plan_print(const Plan *plan, const Case *value, FILE *out) {
    fprintf(out, _("Plan (a simulation, no promise)\n"));
    fprintf(out,
            _("Bald area %.0f cm2; hairline %.0f mm above the glabella; hair %.0f a cm2 where it is full\n"),
            (double)plan->bald_area_cm2, (double)plan->hairline_front_mm, (double)plan->hair_density_per_cm2);
    if (plan->age_years > 0)
        fprintf(
            out,
            _("At %.0f years about %.0f of 100 men have lost hair noticeably (the article: 40 at 35, 65 at "
              "60)\n"),
            (double)plan->age_years, (double)plan->men_with_loss * 100);
    for (int i = 0; i < plan->session_count; i++) {
        const PlanSession *s = &plan->session[i];
        char date[32];
        date_text(s->dates.session, s->dates.day, _("day %d"), date);
        fprintf(out,
                _("Session %d, %s: %.0f parts of water to 1 of pigment, dots of %.2f mm, %.1f mm deep\n"),
                i + 1, date, (double)s->dilution, (double)s->diameter_mm, (double)s->depth_mm);
        session_print(out, s);
        aftercare_print(out, &s->dates);
    }
    fprintf(out, _("In total, %d sessions\n"), plan->session_count);
    session_print(out, &plan->total);
    fprintf(out, _("Pigment match %.0f %%: %s\n"), (double)plan->match.score * 100, _(plan->match.words));
    fprintf(out, _("Coverage of the skin: healed dots %.1f %%, growing hair at %.1f mm %.1f %%"),
            (double)plan->coverage_dots * 100, (double)plan->length_now_mm, (double)plan->coverage_now * 100);
    for (int i = 0; i < PLAN_LENGTHS; i++) {
        fprintf(out, "%s%.1f mm %.1f %%", i == 0 ? " (" : ", ", (double)plan->length_mm[i],
                (double)plan->coverage[i] * 100);
    }
    fprintf(out, _(")\nThe dots fade to half in about %.0f years; the article says a touch-up after 4-6.\n"),
            (double)plan->half_life_years);
    if (value->alternative.choice != ALTERNATIVE_NONE) {
        const AlternativeFacts *facts = alternative_facts((Alternative)value->alternative.choice);
        fprintf(out, _("Compared with: %s. %s %s\n"), _(facts->name),
                facts->course[0] ? _(facts->course) : "", facts->caution[0] ? _(facts->caution) : "");
        if (facts->price_usd[1] > 0)
            fprintf(out, _("It costs %.0f to %.0f dollars.\n"), (double)facts->price_usd[0],
                    (double)facts->price_usd[1]);
    }
    for (int i = 0; i < plan->warning_count; i++) fprintf(out, _("Mind: %s\n"), _(plan->warning[i]));
    fprintf(out, _("Assumptions:\n"));
    for (int i = 0; timeline_assumptions[i]; i++) fprintf(out, "  - %s\n", _(timeline_assumptions[i]));
    fprintf(out, _("  - Hours and prices follow the number of dots from the article's figures.\n"));
}

/* --- JSON
 * ------------------------------------------------------------------------------------------------------- */

/* Two decimals are enough for people and keep files short. */
static json_t *real(float value) {
    return json_real(round((double)value * 100) / 100);
}

static json_t *pair_json(const float pair[2]) {
    json_t *array = json_array();
    json_array_append_new(array, real(pair[0]));
    json_array_append_new(array, real(pair[1]));
    return array;
}

static json_t *dates_json(const PlanDates *d) {
    const int day[5] = {0, 4, 5, 10, 28}, date[5] = {d->session, d->moisturise, d->sport, d->razor, d->swim};
    static const char *const name[5] = {"session", "moisturise", "sport", "razor", "swim_and_sun"};
    json_t *object = json_object();
    for (int i = 0; i < 5; i++) {
        char text[32];
        date_text(date[i], d->day + day[i], "day %d", text);
        json_object_set_new(object, name[i], json_string(text));
    }
    return object;
}

static json_t *session_json(const PlanSession *s) {
    json_t *object = json_object(), *density = json_object(), *dots = json_object(), *area = json_object();
    for (int z = 0; z < DOT_ZONE_COUNT; z++) {
        if (s->zone[z].area_cm2 < 0.05f) continue;
        json_object_set_new(density, dot_zone_names[z], real(s->zone[z].density_per_cm2));
        json_object_set_new(dots, dot_zone_names[z], json_integer(s->zone[z].dots));
        json_object_set_new(area, dot_zone_names[z], real(s->zone[z].area_cm2));
    }
    json_object_set_new(density, "all", real(s->all.density_per_cm2));
    json_object_set_new(object, "dots", json_integer(s->all.dots));
    json_object_set_new(object, "area_cm2", real(s->all.area_cm2));
    json_object_set_new(object, "density_per_cm2", density);
    json_object_set_new(object, "zone_dots", dots);
    json_object_set_new(object, "zone_area_cm2", area);
    json_object_set_new(object, "hours", real(s->hours));
    json_object_set_new(object, "price_usd", pair_json(s->price_usd));
    json_object_set_new(object, "dates", dates_json(&s->dates));
    return object;
}

json_t *plan_to_json(const Plan *plan, const Case *value) {
    json_t *root = json_object(), *sessions = json_array(), *assumptions = json_array(),
           *warnings = json_array();
    for (int i = 0; i < plan->session_count; i++) {
        json_t *session = session_json(&plan->session[i]);
        json_object_set_new(session, "number", json_integer(i + 1));
        json_object_set_new(session, "dilution", real(plan->session[i].dilution));
        json_object_set_new(session, "diameter_mm", real(plan->session[i].diameter_mm));
        json_object_set_new(session, "depth_mm", real(plan->session[i].depth_mm));
        json_array_append_new(sessions, session);
    }
    for (int i = 0; timeline_assumptions[i]; i++)
        json_array_append_new(assumptions, json_string(timeline_assumptions[i]));
    for (int i = 0; i < plan->warning_count; i++)
        json_array_append_new(warnings, json_string(plan->warning[i]));
    json_t *coverage = json_object();
    for (int i = 0; i < PLAN_LENGTHS; i++) {
        char key[32];
        snprintf(key, sizeof key, "%g", (double)plan->length_mm[i]);
        json_object_set_new(coverage, key, json_real(round((double)plan->coverage[i] * 1e4) / 1e4));
    }
    json_object_set_new(root, "version", json_integer(1));
    json_object_set_new(root, "sessions", sessions);
    json_object_set_new(root, "total", session_json(&plan->total));
    json_object_set_new(root, "bald_area_cm2", real(plan->bald_area_cm2));
    if (plan->age_years > 0)
        json_object_set_new(root, "age",
                            json_pack("{s:o, s:o}", "years", real(plan->age_years), "men_with_loss",
                                      real(plan->men_with_loss)));
    json_object_set_new(root, "hairline_front_mm", real(plan->hairline_front_mm));
    json_object_set_new(
        root, "match", json_pack("{s:o, s:s}", "score", real(plan->match.score), "words", plan->match.words));
    json_object_set_new(root, "coverage",
                        json_pack("{s:f, s:f, s:f, s:o}", "dots", (double)plan->coverage_dots, "hair_now",
                                  (double)plan->coverage_now, "length_now_mm", (double)plan->length_now_mm,
                                  "hair_by_length_mm", coverage));
    if (value->alternative.choice != ALTERNATIVE_NONE) {
        const AlternativeFacts *facts = alternative_facts((Alternative)value->alternative.choice);
        json_object_set_new(root, "alternative",
                            json_pack("{s:s, s:s, s:s, s:o}", "name", facts->name, "course", facts->course,
                                      "caution", facts->caution, "price_usd", pair_json(facts->price_usd)));
    }
    json_object_set_new(root, "warnings", warnings);
    json_object_set_new(root, "assumptions", assumptions);
    return root;
}
