/* Plan, calendar, prices, timeline, marks, pigment match and alternatives. */
#include "simfixture.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/alternatives.h"
#include "src/loss.h"
#include "src/marksmap.h"
#include "src/plan.h"
#include "src/timeline.h"
#include "src/treatment.h"

static Case make(void) {
    static Case value;
    case_defaults(&value);
    return value;
}

static Plan plan_of(const Case *value) {
    static Plan plan;
    PlanPrices prices;
    Err err = {0};
    plan_prices_default(&prices);
    if (!plan_build(value, &sim.fields, &prices, &plan, &err)) fail_msg("%s", err.text);
    return plan;
}

static void dates_are_real(void **state) {
    (void)state;
    assert_int_equal(plan_date_add(20240228, 1), 20240229);
    assert_int_equal(plan_date_add(20250228, 1), 20250301);
    assert_int_equal(plan_date_add(20251231, 1), 20260101);
    assert_int_equal(plan_date_add(20260115, 365), 20270115);
    assert_int_equal(plan_date_add(20000301, -1), 20000229);
    assert_int_equal(plan_date_add(0, 10), 0);
    Case value = make();
    value.client.today = 20260101;
    const Plan plan = plan_of(&value);
    assert_int_equal(plan.session[0].dates.session, 20260115);
    assert_int_equal(plan.session[1].dates.session, 20260125);
    assert_int_equal(plan.session[0].dates.moisturise, 20260119);
    assert_int_equal(plan.session[0].dates.swim, 20260212);
    value.client.today = 20260231;
    Plan none;
    PlanPrices prices;
    Err err = {0};
    plan_prices_default(&prices);
    assert_false(plan_build(&value, &sim.fields, &prices, &none, &err));
}

static void sums_add_up(void **state) {
    (void)state;
    const Case value = make();
    const Plan plan = plan_of(&value);
    uint32_t dots = 0, zones = 0;
    float hours = 0;
    for (int i = 0; i < plan.session_count; i++)
        dots += plan.session[i].all.dots, hours += plan.session[i].hours;
    for (int z = 0; z < DOT_ZONE_COUNT; z++) zones += plan.total.zone[z].dots;
    assert_int_equal(dots, plan.total.all.dots);
    assert_int_equal(zones, plan.total.all.dots);
    assert_true(fabsf(hours - plan.total.hours) < 1e-3f);
    assert_true(plan.total.all.dots > 30000 && plan.total.all.dots < 60000); /* domain.md 1.2: about 42,000 */
    assert_true(plan.total.price_usd[0] >= 1500 && plan.total.price_usd[1] <= 5000);
    for (int i = 0; i < plan.session_count; i++)
        assert_true(plan.session[i].hours > 2 && plan.session[i].hours < 7);
}

static void scars_alone_have_their_own_price(void **state) {
    (void)state;
    Case value = make();
    value.treatment.zone = ZONE_SCAR;
    value.loss.pattern = LOSS_NONE;
    value.mark[0] = (MarkSettings){.kind = MARK_FUT_SCAR,
                                   .s_mm = sim.scalp.s_inion_mm - 25,
                                   .strength = 1,
                                   .age_years = 3,
                                   .width_mm = 8};
    const Plan plan = plan_of(&value);
    assert_true(plan.total.zone[DOT_ZONE_SCAR].dots > 400);
    assert_true(plan.total.price_usd[0] == 1200 && plan.total.price_usd[1] == 2500);
    assert_true(plan.warning_count >= 1);
}

static void a_price_list_is_read_or_refused(void **state) {
    (void)state;
    char path[] = "/tmp/stipple_prices_XXXXXX";
    const int handle = mkstemp(path);
    const char good[] = "{\"full_usd\":[3000,3500],\"dots_per_hour\":5000}", bad[] = "{\"full_usd\":[3000]}";
    PlanPrices prices;
    Err err = {0};
    assert_true(write(handle, good, sizeof good - 1) > 0);
    assert_true(plan_prices_load(path, &prices, &err));
    assert_true(prices.full_usd[0] == 3000 && prices.scar_usd[1] == 2500 && prices.dots_per_hour == 5000);
    assert_int_equal(ftruncate(handle, 0), 0);
    assert_true(pwrite(handle, bad, sizeof bad - 1, 0) > 0);
    assert_false(plan_prices_load(path, &prices, &err));
    assert_non_null(strstr(err.text, "full_usd"));
    close(handle);
    unlink(path);
    assert_false(plan_prices_load(path, &prices, &err));
}

static void text_and_json_say_the_same(void **state) {
    (void)state;
    const Case value = make();
    const Plan plan = plan_of(&value);
    json_t *root = plan_to_json(&plan, &value);
    const json_t *total = json_object_get(root, "total");
    assert_int_equal(json_integer_value(json_object_get(total, "dots")), plan.total.all.dots);
    assert_int_equal(json_array_size(json_object_get(root, "sessions")), 3);
    assert_int_equal(json_array_size(json_object_get(total, "price_usd")), 2);
    assert_true(json_array_size(json_object_get(root, "assumptions")) >= 4);
    assert_non_null(json_object_get(json_object_get(total, "density_per_cm2"), "bare skin"));
    json_decref(root);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    plan_print(&plan, &value, out);
    fclose(out);
    char dots[32];
    snprintf(dots, sizeof dots, "%u dots", plan.total.all.dots);
    assert_non_null(strstr(text, dots));
    assert_non_null(strstr(text, "no promise"));
    free(text);
}

/* The article's percentages, by the client's age at the time that is shown. */
static void age_tells_how_usual_loss_is(void **state) {
    (void)state;
    Case value = make();
    assert_true(plan_of(&value).age_years == 0);
    value.client.birth_year = 1991, value.client.today = 20260601;
    assert_float_equal(plan_of(&value).men_with_loss, 0.40f, 1e-5f);
    value.time.years = 12.5f;
    assert_float_equal(plan_of(&value).age_years, 47.5f, 1e-4f);
    assert_float_equal(plan_of(&value).men_with_loss, 0.525f, 1e-4f);
    for (float age = 10; age < 100; age++) assert_true(loss_share_of_men(age) <= loss_share_of_men(age + 1));
    value.client.woman = true;
    assert_true(plan_of(&value).age_years == 0);
}

static void warnings_come_with_reasons(void **state) {
    (void)state;
    Case value = make();
    assert_int_equal(plan_of(&value).warning_count, 0);
    value.treatment.depth_mm[1] = 1.8f, value.treatment.interval_days = 4;
    value.mark[0] = (MarkSettings){.kind = MARK_MOLE, .s_mm = 150, .strength = 1, .age_years = 9};
    value.mark[1] = (MarkSettings){.kind = MARK_SCAR, .s_mm = 180, .strength = 1, .age_years = 0.3f};
    for (int i = 0; i < 6; i++)
        value.treatment.density_per_cm2[i] = 110, value.treatment.diameter_mm[i] = 0.25f;
    value.treatment.sessions = 6;
    value.hairline.style = HAIRLINE_EDGE_UP, value.hairline.front_mm = 52;
    assert_true(plan_of(&value).warning_count >= 7);
}

static void time_only_fades_and_heals(void **state) {
    (void)state;
    TimeSettings time = {.uv = 1, .retention = 0.6f};
    const TimelineDot fresh = timeline_dot(&time, 0, 0.5f), healed = timeline_dot(&time, 30, 0.5f);
    assert_true(fresh.diameter > 1.5f * healed.diameter && fresh.density > 1.4f * healed.density);
    assert_true(fabsf(healed.diameter - 1) < 0.01f);
    TimelineDot last = timeline_dot(&time, 400, 0.5f);
    for (time.years = 0.1f; time.years <= 15; time.years += 0.1f) {
        const TimelineDot dot = timeline_dot(&time, 400, 0.5f);
        assert_true(dot.density < last.density && dot.diameter > last.diameter && dot.tint >= last.tint);
        last = dot;
    }
    time.years = 5;
    const float normal = timeline_dot(&time, 400, 0.5f).density;
    assert_true(fabsf(normal / 0.92f - 0.577f) < 0.01f); /* exp(-0.55), domain.md 1.4 */
    time.uv = 1.8f;
    assert_true(timeline_dot(&time, 400, 0.5f).density < normal);
    time.uv = 1, time.touch_up_years = 4;
    assert_true(timeline_dot(&time, 400, 0.5f).density > normal);
    time.touch_up_years = 0, time.laser_sessions = 6;
    assert_true(timeline_dot(&time, 400, 0.5f).density < 0.1f * normal);
    time = (TimeSettings){.uv = 1, .retention = 0.6f};
    assert_true(timeline_dot(&time, 60, 0.5f).tint == 0 && timeline_dot(&time, 60, 2).tint > 0.59f);
    assert_true(timeline_dot(&time, 60, 2).diameter > 1.5f);
    assert_true(timeline_redness(&time) > 0.9f);
    time.days = 12;
    assert_true(timeline_redness(&time) == 0);
}

static void healing_is_continuous(void **state) {
    (void)state;
    for (float day = 0; day < 200; day += 0.02f) {
        const TimelineHealing a = timeline_at_day(day), b = timeline_at_day(day + 0.02f);
        assert_true(fabsf(a.diameter - b.diameter) < 0.01f && fabsf(a.density - b.density) < 0.01f &&
                    fabsf(a.redness - b.redness) < 0.02f);
    }
}

static void every_mark_changes_its_place_only(void **state) {
    (void)state;
    for (int kind = 1; kind < MARK_KIND_COUNT; kind++) {
        Case value = make();
        value.mark[0] = (MarkSettings){.kind = kind, .s_mm = 200, .l_mm = 10, .strength = 1, .age_years = 8};
        Marks marks;
        marks_prepare(&value, &sim.scalp, &marks);
        assert_int_equal(marks.count, 1);
        int touched = 0;
        for (uint32_t i = 0; i < sim.follicles.pigment.count; i++) {
            const SkinPoint *p = &sim.follicles.pigment.point[i];
            const SkinPlace place = {p->pos_mm, p->s_mm, p->l_mm};
            const MarkAt at = marks_at(&marks, &place);
            const bool changed = at.hair != 1 || at.melanin != 1 || at.haemoglobin != 1 || at.forbidden > 0;
            touched += changed;
            assert_true(!changed || marks_near(&marks, &place, 0));
            assert_true(at.hair >= 0 && at.melanin > 0 && at.haemoglobin > 0 && at.retention > 0 &&
                        at.spread > 0);
        }
        if (!(touched > 20)) fail_msg("%s touches %d sites", mark_kind_names[kind], touched);
        assert_non_null(marks_warning(&value.mark[0]));
    }
}

static void marks_are_baked_where_they_lie(void **state) {
    (void)state;
    enum { SIZE = 256 };
    Err err = {0};
    const size_t mark = arena_mark(&sim.scratch);
    MarksMap dragged, fresh;
    const Hat none = {0};
    Marks marks;
    Mesh mesh;
    sim_check(head_mesh(sim.model, &sim.shape, HEAD_LOD_MEDIUM, &sim.scratch, &mesh, &err), &err);
    assert_true(marksmap_create(&dragged, &sim.scalp, &mesh, SIZE, &sim.scratch, &err) &&
                marksmap_create(&fresh, &sim.scalp, &mesh, SIZE, &sim.scratch, &err));
    Case value = make();
    value.mark[1] = (MarkSettings){.kind = MARK_MOLE, .s_mm = 120, .strength = 1};
    for (int step = 0; step < 3; step++) { /* what is dragged there is what was put there */
        value.mark[0] = (MarkSettings){
            .kind = MARK_BURN, .s_mm = 160 + 20.0f * (float)step, .strength = 1, .age_years = 8};
        marks_prepare(&value, &sim.scalp, &marks);
        assert_true(marksmap_bake(&dragged, &marks, &none, &sim.scratch, &err));
    }
    assert_true(marksmap_bake(&fresh, &marks, &none, &sim.scratch, &err));
    assert_memory_equal(dragged.rgba, fresh.rgba, 4 * SIZE * SIZE);
    assert_memory_equal(dragged.surface, fresh.surface, sizeof *fresh.surface * SIZE * SIZE);
    float uv[2];
    head_atlas_from_site(sim.model, scalp_site(&sim.scalp, 200, 0), uv);
    const size_t at = 4 * ((size_t)(uv[1] * SIZE) * SIZE + (size_t)(uv[0] * SIZE));
    assert_true(fresh.rgba[at] < 110 && fresh.rgba[at + 2] < 110 && fresh.rgba[at + 3] > 140);
    value.mark[0].kind = value.mark[1].kind = MARK_NONE;
    marks_prepare(&value, &sim.scalp, &marks);
    assert_true(marksmap_bake(&dragged, &marks, &none, &sim.scratch, &err));
    for (int i = 0; i < 4 * SIZE * SIZE; i++) assert_int_equal(dragged.rgba[i], 128);
    arena_rewind(&sim.scratch, mark);
}

/* Redness shows on touched skin, grows with the share given and goes without a trace. */
static void redness_comes_and_goes(void **state) {
    (void)state;
    enum { SIZE = 256 };
    Err err = {0};
    const size_t mark = arena_mark(&sim.scratch);
    MarksMap map;
    Image clean, skin;
    Mesh mesh;
    sim_check(head_mesh(sim.model, &sim.shape, HEAD_LOD_MEDIUM, &sim.scratch, &mesh, &err), &err);
    assert_true(marksmap_create(&map, &sim.scalp, &mesh, SIZE, &sim.scratch, &err) &&
                image_alloc(&sim.scratch, SIZE, SIZE, &clean, &err) &&
                image_alloc(&sim.scratch, SIZE, SIZE, &skin, &err));
    for (int i = 0; i < SIZE * SIZE; i++)
        memcpy(clean.rgba + 4 * i, (const uint8_t[4]){190, 150, 130, 255}, 4);
    Case value = make();
    sim_states(&sim, &value);
    marksmap_bake_red(&map, sim.fields.touched);
    float uv[2];
    head_atlas_from_site(sim.model, scalp_site(&sim.scalp, 110, 0), uv);
    const size_t at = 4 * ((size_t)(uv[1] * SIZE) * SIZE + (size_t)(uv[0] * SIZE));
    int last = 256;
    for (int step = 0; step <= 4; step++) {
        marksmap_tint(&map, (float)step / 4, &clean, &skin);
        assert_true(skin.rgba[at + 1] < last);
        last = skin.rgba[at + 1];
        assert_true(skin.rgba[at] > skin.rgba[at + 1] + 39); /* red stays, green goes */
    }
    marksmap_tint(&map, 0, &clean, &skin);
    assert_memory_equal(skin.rgba, clean.rgba, 4 * SIZE * SIZE);
    arena_rewind(&sim.scratch, mark);
}

static void pigment_matches_whom_it_can(void **state) {
    (void)state;
    Case value = make();
    TreatmentMatch match;
    treatment_match(&value, 50, &match);
    const float dark = match.score;
    value.hair.melanin = 0.2f;
    treatment_match(&value, 50, &match);
    assert_true(match.score < 0.5f && dark > 0.8f && strstr(match.words, "blond"));
    value.hair.melanin = 0.9f, value.hair.grey_share = 0.9f;
    treatment_match(&value, 50, &match);
    assert_true(match.score < 0.5f && strstr(match.words, "grey"));
    value.hair.grey_share = 0;
    treatment_match(&value, -40, &match);
    assert_true(match.score > 0.8f && match.dilution[2] < 8);
}

static void alternatives_take_their_time(void **state) {
    (void)state;
    AlternativeSettings a = {.choice = ALTERNATIVE_MINOXIDIL};
    float density[4], diameter;
    const float months[4] = {0, 1, 6, 24};
    for (int i = 0; i < 4; i++) {
        a.months = months[i];
        density[i] = 0.5f, diameter = 0.6f;
        alternative_regrow(&a, &density[i], &diameter);
    }
    assert_true(density[0] == 0.5f && density[1] < 0.5f && density[2] > 0.55f &&
                density[3] >= density[2]); /* sheds first */
    a.choice = ALTERNATIVE_FUE;
    a.months = 2;
    assert_true(alternative_graft_growth(&a) < 0.05f);
    a.months = 12;
    assert_true(alternative_graft_growth(&a) > 0.9f);
    /* A transplant fills the front and leaves a mark behind. */
    Case value = make();
    sim_states(&sim, &value);
    const uint32_t before = sim.hair.visible;
    value.alternative = (AlternativeSettings){.choice = ALTERNATIVE_FUT, .months = 14, .grafts = 2000};
    sim_states(&sim, &value);
    assert_true(sim.hair.visible > before && sim.fields.marks.count == 1);
    /* Finasteride halts what goes on without it. */
    value.alternative = (AlternativeSettings){.choice = ALTERNATIVE_NOTHING, .months = 48};
    const float worse = loss_stage_now(&value);
    value.alternative.choice = ALTERNATIVE_FINASTERIDE;
    assert_true(worse > value.loss.stage && loss_stage_now(&value) == value.loss.stage);
    for (int i = 0; i < ALTERNATIVE_COUNT; i++) assert_non_null(alternative_facts((Alternative)i)->name);
}

/* A hairpiece: its own length and density over the loss, from one even line on. */
static void a_hairpiece_covers_the_loss(void **state) {
    (void)state;
    Case value = make();
    value.hair.length_mm = 6;
    value.alternative.choice = ALTERNATIVE_HAIRPIECE;
    value.alternative.piece_length_mm = 40, value.alternative.piece_density_per_cm2 = 150;
    sim_states(&sim, &value);
    const float view_mm = hair_view_length_mm(&value);
    assert_true(view_mm == 40);
    uint32_t hairs = 0, units = 0, edge[2] = {0}, sites[2] = {0};
    for (uint32_t i = 0; i < sim.follicles.units.count; i++) {
        const ScalpCell cell = sim.fields.unit_traits[i].cell;
        const float line = scalp_field(sim.fields.hairline_mm, cell);
        if (scalp_field(sim.fields.piece, cell) > 0.99f) units += line > 10;
        if (fabsf(sim.follicles.units.point[i].l_mm) > 25) continue;
        /* Full at once behind the line, nothing before it. */
        if (line > 3 && line < 6) sites[0]++, edge[0] += sim.fields.alive[i] > 0;
        if (line > -6 && line < -3) sites[1]++, edge[1] += sim.fields.alive[i] > 0;
    }
    for (uint32_t i = 0; i < sim.hair.count; i++) {
        const uint32_t unit = sim.hair.unit[i];
        const ScalpCell cell = sim.fields.unit_traits[unit].cell;
        if (sim.hair.state[i].diameter_um == 0) continue;
        const float length = (float)sim.hair.state[i].length_share / 255 * view_mm;
        if (scalp_field(sim.fields.piece, cell) > 0.99f) {
            hairs += scalp_field(sim.fields.hairline_mm, cell) > 10;
            assert_true(length > 39);
        } else if (scalp_field(sim.fields.piece, cell) <= 0) {
            assert_true(length < 6.2f);
        }
    }
    const float area = (float)units / sim.follicles.units.full_density_per_cm2;
    assert_true(area > 80 && fabsf((float)hairs / area / 150 - 1) < 0.05f);
    assert_true(sites[0] > 100 && edge[0] > 0.5 * sites[0] && edge[1] < 0.05 * sites[1] + 1);
}

static void fades_leave_the_top(void **state) {
    (void)state;
    for (int fade = 0; fade < FADE_COUNT; fade++) {
        Case value = make();
        value.loss.pattern = LOSS_NONE;
        value.hair.fade = fade, value.hair.length_mm = 6;
        sim_states(&sim, &value);
        double top = 0, low = 0;
        int tops = 0, lows = 0;
        for (uint32_t i = 0; i < sim.hair.count; i++) {
            const SkinPoint *p = &sim.follicles.units.point[sim.hair.unit[i]];
            if (sim.hair.state[i].diameter_um == 0) continue;
            if (p->pos_mm[1] > 115) top += sim.hair.state[i].length_share, tops++;
            if (p->pos_mm[1] < 20) low += sim.hair.state[i].length_share, lows++;
        }
        assert_true(top / tops > 240);
        if (fade != FADE_NONE && fade != FADE_TAPER) assert_true(low / lows < 0.6 * top / tops);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_real),
        cmocka_unit_test(sums_add_up),
        cmocka_unit_test(scars_alone_have_their_own_price),
        cmocka_unit_test(a_price_list_is_read_or_refused),
        cmocka_unit_test(text_and_json_say_the_same),
        cmocka_unit_test(age_tells_how_usual_loss_is),
        cmocka_unit_test(warnings_come_with_reasons),
        cmocka_unit_test(time_only_fades_and_heals),
        cmocka_unit_test(healing_is_continuous),
        cmocka_unit_test(every_mark_changes_its_place_only),
        cmocka_unit_test(marks_are_baked_where_they_lie),
        cmocka_unit_test(redness_comes_and_goes),
        cmocka_unit_test(pigment_matches_whom_it_can),
        cmocka_unit_test(alternatives_take_their_time),
        cmocka_unit_test(a_hairpiece_covers_the_loss),
        cmocka_unit_test(fades_leave_the_top),
    };
    return cmocka_run_group_tests(tests, sim_setup, sim_teardown);
}
