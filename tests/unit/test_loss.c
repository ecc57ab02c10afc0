/* Patterns of loss: areas of domain.md 3.1, symmetry, order of stages, continuity, what each pattern keeps.
 */
#include "simfixture.h"

#include <math.h>

#include "src/loss.h"

static Case make(int pattern, float stage) {
    static Case value;
    case_defaults(&value);
    value.loss.pattern = pattern;
    value.loss.stage = stage;
    return value;
}

static void bald_areas_meet_the_table(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int pattern;
        float stage, low, high;
    } rows[] = {{"II", LOSS_NORWOOD, 2, 26, 26},       {"IIA", LOSS_NORWOOD_A, 2, 26, 26},
                {"III", LOSS_NORWOOD, 3, 38, 38},      {"III vertex", LOSS_NORWOOD_VERTEX, 3, 56, 56},
                {"IIIA", LOSS_NORWOOD_A, 3, 107, 107}, {"IV", LOSS_NORWOOD, 4, 112, 112},
                {"IVA", LOSS_NORWOOD_A, 4, 150, 165},  {"V", LOSS_NORWOOD, 5, 163, 177},
                {"VA", LOSS_NORWOOD_A, 5, 215, 250},   {"VI", LOSS_NORWOOD, 6, 270, 310},
                {"VII", LOSS_NORWOOD, 7, 360, 360}};
    const Case none = make(LOSS_NORWOOD, 1);
    assert_true(loss_bald_area_cm2(&none, &sim.scalp) < 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const Case value = make(rows[i].pattern, rows[i].stage);
        const float area = loss_bald_area_cm2(&value, &sim.scalp);
        print_message("%-10s %5.1f cm2 (table %.0f-%.0f)\n", rows[i].name, (double)area, (double)rows[i].low,
                      (double)rows[i].high);
        assert_true(area > 0.85f * rows[i].low && area < 1.15f * rows[i].high);
    }
}

static void stages_only_take_hair(void **state) {
    (void)state;
    const int patterns[3] = {LOSS_NORWOOD, LOSS_NORWOOD_A, LOSS_NORWOOD_VERTEX};
    for (int k = 0; k < 3; k++) {
        float last = -1;
        for (float stage = 1; stage <= 7; stage += 0.125f) {
            const Case value = make(patterns[k], stage);
            const float area = loss_bald_area_cm2(&value, &sim.scalp);
            if (!(area >= last - 6))
                fail_msg("pattern %d stage %.2f: %.1f after %.1f", patterns[k], (double)stage, (double)area,
                         (double)last);
            last = area;
        }
    }
}

/* Neighbouring slider positions change no place by more than a bound. */
static void every_stage_is_continuous(void **state) {
    (void)state;
    const float top[LOSS_PATTERN_COUNT] = {
        [LOSS_NORWOOD] = 7, [LOSS_NORWOOD_A] = 7, [LOSS_NORWOOD_VERTEX] = 7,
        [LOSS_LUDWIG] = 3,  [LOSS_SINCLAIR] = 5,  [LOSS_OLSEN] = 3};
    const ScalpGrid *g = sim.scalp.grid;
    for (int pattern = 0; pattern < LOSS_PATTERN_COUNT; pattern++) {
        for (int step = 0; step < 40; step++) {
            Case a = make(pattern, 3), b = a;
            const float t = (float)step / 40, more = t + 0.0025f;
            if (top[pattern] > 0)
                a.loss.stage = 1 + (top[pattern] - 1) * t, b.loss.stage = 1 + (top[pattern] - 1) * more;
            else
                a.loss.severity = t, b.loss.severity = more;
            LossModel first, second;
            loss_prepare(&a, &sim.scalp, &first);
            loss_prepare(&b, &sim.scalp, &second);
            for (int i = 0; i < SCALP_NODES; i += 37) {
                if (g->border_mm[i] < 0) continue;
                const LossAt x = loss_at(&first, g->pos_mm[i], g->s_mm[i], g->l_mm[i], g->border_mm[i]);
                const LossAt y = loss_at(&second, g->pos_mm[i], g->s_mm[i], g->l_mm[i], g->border_mm[i]);
                assert_true(x.density >= 0 && x.density <= 1 && x.diameter >= 0.35f && x.diameter <= 1);
                const float most = pattern >= LOSS_AREATA && pattern <= LOSS_UNIVERSALIS ? 0.45f : 0.25f;
                if (!(fabsf(x.density - y.density) < most && fabsf(x.diameter - y.diameter) < 0.25f)) {
                    fail_msg("pattern %s jumps at %.4f: %.2f to %.2f", loss_pattern_names[pattern], (double)t,
                             (double)x.density, (double)y.density);
                }
            }
        }
    }
}

static void it_is_symmetric_without_raggedness(void **state) {
    (void)state;
    const int patterns[] = {LOSS_NORWOOD, LOSS_NORWOOD_A, LOSS_LUDWIG, LOSS_SINCLAIR, LOSS_OLSEN, LOSS_DPA};
    for (size_t k = 0; k < sizeof patterns / sizeof patterns[0]; k++) {
        Case value = make(patterns[k], 3);
        value.loss.irregularity = 0;
        for (float s = 70; s < 300; s += 11) {
            for (float l = 5; l < 95; l += 9) {
                assert_true(fabsf(loss_density(&value, &sim.scalp, s, l) -
                                  loss_density(&value, &sim.scalp, s, -l)) < 0.12f);
            }
        }
    }
}

static void patterns_keep_what_they_keep(void **state) {
    (void)state;
    const float back = sim.scalp.s_inion_mm;
    Case value = make(LOSS_NORWOOD, 7);
    assert_true(loss_density(&value, &sim.scalp, back, 0) > 0.4f); /* the horseshoe */
    assert_true(loss_density(&value, &sim.scalp, 150, 0) < 0.1f);
    value = make(LOSS_LUDWIG, 3);
    assert_true(loss_density(&value, &sim.scalp, 68, 0) > 0.6f); /* the frontal line */
    assert_true(loss_density(&value, &sim.scalp, 150, 0) < 0.25f);
    value = make(LOSS_DPA, 1);
    value.loss.severity = 1;
    assert_true(loss_density(&value, &sim.scalp, back, 0) > 0.9f &&
                loss_density(&value, &sim.scalp, 150, 0) < 0.4f);
    value = make(LOSS_OPHIASIS, 1);
    value.loss.severity = 1;
    assert_true(loss_density(&value, &sim.scalp, 150, 0) > 0.9f &&
                loss_density(&value, &sim.scalp, back + 25, 0) < 0.2f);
    value = make(LOSS_SISAIPHO, 1);
    value.loss.severity = 1;
    assert_true(loss_density(&value, &sim.scalp, 160, 0) < 0.2f &&
                loss_density(&value, &sim.scalp, back + 25, 0) > 0.8f);
    value = make(LOSS_UNIVERSALIS, 1);
    value.loss.severity = 1;
    assert_true(loss_density(&value, &sim.scalp, 160, 0) < 0.05f &&
                loss_density(&value, &sim.scalp, back, 0) < 0.05f);
    value = make(LOSS_EFFLUVIUM, 1);
    value.loss.severity = 1, value.loss.recovery = 1;
    assert_true(loss_density(&value, &sim.scalp, 160, 0) > 0.99f);
}

static void the_brush_and_placed_patches_work(void **state) {
    (void)state;
    Case value = make(LOSS_NONE, 1);
    value.loss.patch[2] = (LossPatch){200, 30, 15};
    value.loss.stroke_count = 1;
    value.loss.stroke[0] = (LossStroke){120, -30, 12, -1};
    assert_true(loss_density(&value, &sim.scalp, 200, 30) < 0.1f &&
                loss_density(&value, &sim.scalp, 120, -30) < 0.1f);
    assert_true(loss_density(&value, &sim.scalp, 160, 0) > 0.99f);
    value.loss.pattern = LOSS_NORWOOD, value.loss.stage = 7;
    value.loss.stroke[0].amount = 1;
    assert_true(loss_density(&value, &sim.scalp, 120, -30) > 0.9f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bald_areas_meet_the_table),    cmocka_unit_test(stages_only_take_hair),
        cmocka_unit_test(every_stage_is_continuous),    cmocka_unit_test(it_is_symmetric_without_raggedness),
        cmocka_unit_test(patterns_keep_what_they_keep), cmocka_unit_test(the_brush_and_placed_patches_work),
    };
    return cmocka_run_group_tests(tests, sim_setup_scalp, sim_teardown);
}
