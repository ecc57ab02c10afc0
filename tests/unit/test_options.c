/* One table, every way in and out of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "engine/options.h"
#include "engine/rng.h"

typedef struct Sample {
    float length_mm;
    int sessions, style;
    bool mark;
    float tone;
} Sample;

static const char *const styles[] = {"soft", "broken", "edge-up", NULL};
static const OptionDef defs[] = {
    {.name = "hair.length_mm",
     .help = "Length of the hair",
     .unit = "mm",
     .type = OPTION_FLOAT,
     .offset = offsetof(Sample, length_mm),
     .min = 0,
     .max = 25,
     .step = 0.1,
     .default_value = 3},
    {.name = "treatment.sessions",
     .help = "Visits",
     .type = OPTION_INT,
     .offset = offsetof(Sample, sessions),
     .min = 1,
     .max = 6,
     .step = 1,
     .default_value = 3},
    {.name = "hairline.style",
     .help = "Edge",
     .type = OPTION_ENUM,
     .offset = offsetof(Sample, style),
     .choices = styles},
    {.name = "output.mark",
     .help = "Mark",
     .type = OPTION_BOOL,
     .offset = offsetof(Sample, mark),
     .default_value = 1},
    {.name = "light.key.tone",
     .help = "Tone",
     .type = OPTION_FLOAT,
     .offset = offsetof(Sample, tone),
     .min = 0.1,
     .max = 0.7,
     .default_value = 0.1},
};
static const OptionTable table = {defs, sizeof defs / sizeof defs[0]};

static void test_defaults(void **state) {
    (void)state;
    Sample sample = {0};
    options_set_defaults(&table, &sample);
    assert_true(sample.length_mm == 3 && sample.sessions == 3 && sample.style == 0 && sample.mark);
    assert_true(sample.tone == 0.1f);
}

static void expect_refusal(const char *pair, const char *part) {
    Sample sample, before;
    Err err = {0};
    memset(&sample, 0, sizeof sample);
    options_set_defaults(&table, &sample);
    memcpy(&before, &sample, sizeof sample);
    assert_false(options_set_pair(&table, &sample, pair, &err));
    if (strstr(err.text, part) == NULL) fail_msg("\"%s\" does not say \"%s\"", err.text, part);
    assert_memory_equal(&before, &sample, sizeof sample);
}

static void test_refusals_say_what_is_allowed(void **state) {
    (void)state;
    expect_refusal("hair.length_mm=26", "from 0 to 25 mm");
    expect_refusal("hair.length_mm=", "from 0 to 25 mm");
    expect_refusal("hair.length_mm=nan", "from 0 to 25 mm");
    expect_refusal("hair.length_mm=1e999", "from 0 to 25 mm");
    expect_refusal("hair.length_mm=3mm", "from 0 to 25 mm");
    expect_refusal("hair.length_mm=0,5", "from 0 to 25 mm");
    expect_refusal("treatment.sessions=2.5", "a whole number from 1 to 6");
    expect_refusal("hairline.style=sharp", "soft, broken, edge-up");
    expect_refusal("output.mark=maybe", "on or off");
    expect_refusal("hair.lenght_mm=1", "did you mean \"hair.length_mm\"");
    expect_refusal("length_mm=1", "did you mean \"hair.length_mm\"");
    expect_refusal("zzzzzzzzzzzzzzz=1", "no value named");
    expect_refusal("hair.length_mm", "NAME=VALUE");
    expect_refusal("=3", "NAME=VALUE");
}

static void test_text_round_trip(void **state) {
    (void)state;
    Err err = {0};
    Sample sample = {0}, again = {0};
    options_set_defaults(&table, &sample);
    for (uint32_t i = 0; i < 2000; i++) {
        char text[OPTION_TEXT_SIZE];
        sample.length_mm = hash_float(i, 1) * 25;
        option_get_text(&defs[0], &sample, text);
        assert_true(option_set_text(&defs[0], &again, text, &err));
        assert_true(sample.length_mm == again.length_mm);
    }
    char text[OPTION_TEXT_SIZE];
    assert_string_equal(option_get_text(&defs[4], &sample, text), "0.1");
    assert_true(options_set(&table, &sample, "hairline.style", "EDGE-UP", &err));
    assert_string_equal(option_get_text(&defs[2], &sample, text), "edge-up");
}

static void test_json_round_trip(void **state) {
    (void)state;
    Err err = {0};
    Sample sample = {.length_mm = 0.3f, .sessions = 5, .style = 2, .mark = false, .tone = 0.7f}, again = {0};
    json_t *object = options_to_json(&table, &sample);
    assert_non_null(object);
    options_set_defaults(&table, &again);
    if (!options_from_json(&table, &again, object, &err)) fail_msg("%s", err.text);
    assert_true(again.length_mm == 0.3f && again.sessions == 5 && again.style == 2 && !again.mark);
    char *first = json_dumps(object, JSON_SORT_KEYS | JSON_REAL_PRECISION(9));
    json_t *second_object = options_to_json(&table, &again);
    char *second = json_dumps(second_object, JSON_SORT_KEYS | JSON_REAL_PRECISION(9));
    assert_string_equal(first, second);
    assert_non_null(strstr(first, "\"length_mm\": 0.3"));
    free(first);
    free(second);
    json_decref(second_object);
    json_object_set_new(json_object_get(object, "hair"), "colour", json_integer(3));
    Sample before = again;
    json_object_set_new(json_object_get(object, "hair"), "length_mm", json_real(9));
    assert_false(options_from_json(&table, &again, object, &err));
    assert_non_null(strstr(err.text, "hair.colour"));
    assert_true(again.length_mm == before.length_mm); /* all or nothing */
    json_decref(object);
}

static void test_help_lists_all(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    options_print_help(&table, out);
    fclose(out);
    for (size_t i = 0; i < table.count; i++) assert_non_null(strstr(text, defs[i].name));
    assert_non_null(strstr(text, "0 to 25 mm; default 3"));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),        cmocka_unit_test(test_refusals_say_what_is_allowed),
        cmocka_unit_test(test_text_round_trip), cmocka_unit_test(test_json_round_trip),
        cmocka_unit_test(test_help_lists_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
