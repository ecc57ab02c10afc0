/* The case file: defaults, round trips, and every kind of broken file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/casefile.h"

static void defaults_are_in_range(void **state) {
    (void)state;
    Case value;
    case_defaults(&value);
    Err err = {0};
    for (int i = 0; i < case_option_count; i++) {
        const OptionDef *def = &case_options[i];
        assert_true(option_set_number(def, &value, option_get_number(def, &value), &err));
        assert_string_not_equal(def->help, "");
    }
    assert_int_equal(value.treatment.sessions, 3);
    assert_true(value.hair.show);
}

static void names_are_unique_and_apart(void **state) {
    (void)state;
    for (int i = 0; i < case_option_count; i++) {
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(case_options[i].name, case_options[j].name);
            assert_int_not_equal(case_options[i].offset, case_options[j].offset);
        }
    }
}

/* A case in which every value differs from its default. */
static void make_odd(Case *value) {
    case_defaults(value);
    Err err;
    for (int i = 0; i < case_option_count; i++) {
        const OptionDef *def = &case_options[i];
        double number = def->min + (def->max - def->min) * 0.317;
        if (def->type == OPTION_INT) number = (double)(int)number;
        if (def->type == OPTION_BOOL || def->type == OPTION_ENUM) number = def->default_value > 0 ? 0 : 1;
        assert_true(option_set_number(def, value, number, &err));
    }
    strcpy(value->name, "Ana \"Ñ\"");
    value->seed = 81985529216486895u;
    for (int i = 0; i < HEAD_WEIGHTS; i++) value->shape.weight[i] = (float)(i % 7) * 0.1f - 0.3f;
    value->shape.lids_closed = 0.7f;
    value->shape.edition = 0xfedcba98u;
    strcpy(value->skin_path, "skin.jpg");
    strcpy(value->skin_lit_path, "skin-lit.jpg");
    strcpy(value->photo[PHOTO_BACK].path, "photos/back.jpg");
    value->photo[PHOTO_BACK].used = true;
    value->photo[PHOTO_BACK].camera =
        (Camera){640, 480, 900.25, 901.5, 320, 240, {{1, 0, 0, 3}, {0, 1, 0, 4}, {0, 0, 1, 500}}};
    value->photo[PHOTO_BACK].pin_given[LM_LEFT_TRAGION] = true;
    value->photo[PHOTO_BACK].pin_px[LM_LEFT_TRAGION][0] = 301.25f;
    value->photo[PHOTO_BACK].pin_px[LM_LEFT_TRAGION][1] = 202.5f;
    value->loss.stroke_count = 2;
    value->loss.stroke[1] = (LossStroke){100.5f, -20.25f, 12, -1};
    value->skin.stroke_count = 1;
    value->skin.stroke[0] = (SkinStroke){0.5f, -0.25f, 9, 1};
}

static void saved_and_loaded_is_the_same_bytes(void **state) {
    (void)state;
    static Case first, second;
    make_odd(&first);
    char *text = case_to_text(&first);
    assert_non_null(text);
    Err err = {0};
    if (!case_from_text(text, strlen(text), "a.json", &second, &err)) fail_msg("%s", err.text);
    char *again = case_to_text(&second);
    assert_string_equal(text, again);
    assert_memory_equal(first.shape.weight, second.shape.weight, sizeof first.shape.weight);
    assert_true(first.shape.lids_closed == second.shape.lids_closed);
    assert_int_equal(second.shape.edition, 0xfedcba98u);
    assert_string_equal(second.skin_lit_path, "skin-lit.jpg");
    assert_string_equal(second.photo[PHOTO_BACK].path, "photos/back.jpg");
    assert_true(second.photo[PHOTO_BACK].camera.fy == 901.5);
    assert_memory_equal(second.photo[PHOTO_BACK].pin_given, first.photo[PHOTO_BACK].pin_given,
                        sizeof first.photo[PHOTO_BACK].pin_given);
    assert_memory_equal(second.photo[PHOTO_BACK].pin_px, first.photo[PHOTO_BACK].pin_px,
                        sizeof first.photo[PHOTO_BACK].pin_px);
    for (int i = 0; i < case_option_count; i++) {
        assert_true(option_get_number(&case_options[i], &first) ==
                    option_get_number(&case_options[i], &second));
    }
    free(text);
    free(again);
}

static void a_file_comes_back(void **state) {
    (void)state;
    static Case value, back;
    make_odd(&value);
    char path[] = "/tmp/stipple_case_XXXXXX";
    const int handle = mkstemp(path);
    assert_true(handle >= 0);
    close(handle);
    Err err = {0};
    assert_true(case_save(path, &value, &err));
    assert_true(case_load(path, &back, &err));
    assert_true(back.hair.length_mm == value.hair.length_mm);
    unlink(path);
    assert_false(case_load(path, &back, &err));
    assert_int_equal(back.treatment.sessions, 3); /* the defaults, after a failure */
}

static void expect_refused(const char *text, const char *because) {
    static Case value;
    Err err = {0};
    assert_false(case_from_text(text, strlen(text), "c.json", &value, &err));
    if (!strstr(err.text, because)) fail_msg("\"%s\" does not say \"%s\"", err.text, because);
}

static void broken_files_are_refused_with_a_reason(void **state) {
    (void)state;
    expect_refused("", "not JSON");
    expect_refused("[1]", "not a Stipple case");
    expect_refused("{}", "version");
    expect_refused("{\"version\":99}", "newer");
    expect_refused("{\"version\":1,\"nonsense\":2}", "nonsense");
    expect_refused("{\"version\":1,\"settings\":{\"hair\":{\"lenght_mm\":2}}}", "lenght_mm");
    expect_refused("{\"version\":1,\"settings\":{\"hair\":{\"length_mm\":2000}}}", "length_mm");
    expect_refused("{\"version\":1,\"photos\":{\"below\":{\"file\":\"x\"}}}", "below");
    expect_refused("{\"version\":1,\"shape\":{\"modes\":[1,2]}}", "modes");
    expect_refused("{\"version\":1,\"shape\":{\"lids_closed\":-0.5}}", "lids_closed");
    expect_refused("{\"version\":1,\"shape\":{\"edition\":-1}}", "edition");
    expect_refused("{\"version\":1,\"strokes\":[[1,2,3]]}", "strokes");
}

static void head_options_are_the_measures(void **state) {
    (void)state;
    const OptionTable table = case_option_table();
    for (int i = 0; i < HM_COUNT; i++) {
        const OptionDef *def = options_find(&table, head_measure_names[i]);
        assert_non_null(def);
        assert_int_equal(def->offset, offsetof(Case, head_mm) + sizeof(float) * (size_t)i);
    }
}

static void set_takes_pairs_and_names(void **state) {
    (void)state;
    static Case value;
    case_defaults(&value);
    Err err = {0};
    assert_true(case_set(&value, "hair.length_mm=1.5", NULL, &err));
    assert_true(value.hair.length_mm == 1.5f);
    assert_true(case_set(&value, "hairline.style", "soft", &err));
    assert_int_equal(value.hairline.style, HAIRLINE_SOFT);
    assert_false(case_set(&value, "hair.length_mm=999", NULL, &err));
    assert_false(case_set(&value, "hairline.style=funny", NULL, &err));
    assert_int_equal(value.hairline.style, HAIRLINE_SOFT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_in_range),
        cmocka_unit_test(names_are_unique_and_apart),
        cmocka_unit_test(saved_and_loaded_is_the_same_bytes),
        cmocka_unit_test(a_file_comes_back),
        cmocka_unit_test(broken_files_are_refused_with_a_reason),
        cmocka_unit_test(set_takes_pairs_and_names),
        cmocka_unit_test(head_options_are_the_measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
