/* The kiosk's parts that need no window: texts and configuration, the PIN, choices, stories, recorded frames.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/capture.h"
#include "engine/file.h"
#include "engine/image_memory.h"
#include "src/kioskchoices.h"
#include "src/kioskconfig.h"
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static Arena arena;

static int setup(void **state) {
    language_start();
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/stipple_kiosk_XXXXXX");
    return mkdtemp(folder) && arena_create(&arena, &(ArenaDesc){.name = "test"}, NULL) ? 0 : 1;
}

static int teardown(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    arena_destroy(&arena);
    return system(command);
}

static const char *write_config(const char *text) {
    static char path[128];
    snprintf(path, sizeof path, "%s/kiosk.json", folder);
    assert_true(file_write(path, text, strlen(text), NULL));
    return path;
}

static KioskConfig load(const char *text) {
    KioskConfig config;
    Err err = {0};
    if (!kiosk_config_load(write_config(text), &arena, &config, &err)) fail_msg("%s", err.text);
    return config;
}

static void refuse(const char *text, const char *words) {
    KioskConfig config;
    Err err = {0};
    assert_false(kiosk_config_load(write_config(text), &arena, &config, &err));
    if (!strstr(err.text, words)) fail_msg("no \"%s\" in \"%s\"", words, err.text);
}

static void test_texts_are_whole(void **state) {
    (void)state;
    KioskConfig config;
    assert_true(kiosk_config_load(NULL, &arena, &config, NULL));
    for (int i = 0; i < kiosk_text_count; ++i) {
        for (int l = 0; l < KIOSK_LANGUAGES; ++l) {
            const char *words = config.text[l][i];
            if (!words || !words[0]) fail_msg("%s is empty in %s", kiosk_texts[i].id, language_codes[l]);
            const char *open = strchr(words, '{');
            if (open && strncmp(open, "{n}", 3) != 0)
                fail_msg("%s is not filled in: %s", kiosk_texts[i].id, words);
        }
        for (int k = 0; k < i; ++k) assert_string_not_equal(kiosk_texts[i].id, kiosk_texts[k].id);
    }
    assert_non_null(strstr(kiosk_text(&config, KIOSK_ENGLISH, "facts.3.body"), "$2000"));
    assert_string_equal(kiosk_text(&config, KIOSK_SPANISH, "hairline.title"), "¿Qué línea frontal?");
}

static void test_config_replaces(void **state) {
    (void)state;
    KioskConfig config = load("{\"version\": 1, \"clinic\": \"Crown\", \"currency\": \"EUR \", \"prices\": "
                              "{\"full\": [1500, 2800]},"
                              "\"seconds\": {\"idle\": 45}, \"languages\": [\"es\"], \"language\": \"es\", "
                              "\"camera\": \"/dev/video0\","
                              "\"texts\": {\"es\": {\"attract.start\": \"{clinic}: toque. %s%n\"}}}");
    assert_string_equal(kiosk_text(&config, KIOSK_SPANISH, "attract.start"), "Crown: toque. %s%n");
    assert_non_null(strstr(kiosk_text(&config, KIOSK_SPANISH, "facts.3.body"), "EUR 1500"));
    assert_string_equal(config.camera, "/dev/video0");
    assert_true(fabs(config.idle_s - 45) < 1e-9 && fabs(config.warning_s - 15) < 1e-9);
    assert_false(config.offered[KIOSK_ENGLISH]);
}

static void test_sample_config_loads(void **state) {
    (void)state;
    KioskConfig config;
    Err err = {0};
    if (!kiosk_config_load("dist/kiosk.json", &arena, &config, &err)) fail_msg("%s", err.text);
}

static void test_config_refuses(void **state) {
    (void)state;
    refuse("[1]", "object");
    refuse("{\"clnic\": \"x\"}", "clnic");
    refuse("{\"seconds\": {\"idle\": 1}}", "from 10 to 600");
    refuse("{\"seconds\": {\"idle\": \"1\"}}", "number");
    refuse("{\"seconds\": {\"idle\": 20, \"warning\": 18}}", "shorter");
    refuse("{\"prices\": {\"full\": [4000, 2000]}}", "low to high");
    refuse("{\"prices\": {\"full\": 3}}", "two numbers");
    refuse("{\"texts\": {\"en\": {\"nosuch\": \"x\"}}}", "nosuch");
    refuse("{\"texts\": {\"fr\": {}}}", "fr");
    refuse("{\"language\": \"fr\"}", "language");
    refuse("{\"language\": \"es\", \"languages\": [\"en\"]}", "languages");
    refuse("{\"dark\": 1}", "true or false");
    refuse("{\"dark\": true, \"dark\": false}", "line");
    refuse("{\"version\": 2}", "version");
    refuse("{", "line");
}

static void test_pin(void **state) {
    (void)state;
    char hash[KIOSK_PIN_HASH];
    KioskConfig config = {0};
    Err err = {0};
    assert_false(kiosk_pin_matches(&config, ""));
    assert_false(kiosk_pin_matches(&config, "1234"));
    assert_false(kiosk_pin_hash("123", hash, &err));
    assert_false(kiosk_pin_hash("12a4", hash, &err));
    assert_true(kiosk_pin_hash("2468", hash, &err));
    assert_null(strstr(hash, "2468"));
    snprintf(config.pin_hash, sizeof config.pin_hash, "%s", hash);
    assert_true(kiosk_pin_matches(&config, "2468"));
    assert_false(kiosk_pin_matches(&config, "2469"));
    assert_false(kiosk_pin_matches(&config, ""));
    snprintf(config.pin_hash, sizeof config.pin_hash, "nonsense");
    assert_false(kiosk_pin_matches(&config, "2468"));
}

/* Whatever is chosen, every value lies in its option's range, and untreated means without treatment. */
static void test_choices_make_valid_cases(void **state) {
    (void)state;
    const OptionTable table = case_option_table();
    for (int i = 0; i < 4 * 5 * 5 * 5; ++i) {
        KioskChoices c = {i % 4, i / 4 % 5, i / 20 % 5, i / 100 % 5, i % 6, i % 4, i / 4 % 4, i / 16 % 4};
        Case value, again;
        case_defaults(&value);
        kiosk_apply_choices(&c, i % 2, false, NULL, &value);
        again = value;
        for (size_t o = 0; o < table.count; ++o)
            if (!option_set_number(&table.defs[o], &again, option_get_number(&table.defs[o], &value), NULL))
                fail_msg("%s is out of range for choice %d", table.defs[o].name, i);
        assert_int_equal(value.treatment.enabled, i % 2);
    }
}

static void test_own_head_stays(void **state) {
    (void)state;
    Case value;
    case_defaults(&value);
    value.shape.weight[3] = 1.5f;
    snprintf(value.photo[0].path, CASE_PATH, "/proc/self/fd/9");
    KioskChoices c = kiosk_first_choices;
    c.head = 2;
    kiosk_apply_choices(&c, true, true, NULL, &value);
    assert_true(value.shape.weight[3] > 1.4f);
    assert_string_equal(value.photo[0].path, "/proc/self/fd/9");
    kiosk_apply_choices(&c, true, false, NULL, &value);
    assert_true(fabsf(value.shape.weight[3]) < 1e-6f);
}

/* Within a story nothing jumps: the head turns and years pass by little from frame to frame. */
static void test_stories_are_calm(void **state) {
    (void)state;
    KioskStory before, now;
    kiosk_story_at(0, 12, false, &before);
    for (int i = 1; i < 12 * KIOSK_STORIES * 30; ++i, before = now) {
        kiosk_story_at(i / 30.0, 12, false, &now);
        assert_in_range(now.index, 0, KIOSK_STORIES - 1);
        if (now.index != before.index) continue;
        assert_true(fabs(now.azimuth_deg - before.azimuth_deg) < 1);
        assert_true(fabs(now.years - before.years) < 0.1);
        assert_true(now.wipe <= before.wipe + 1e-6f);
    }
    kiosk_story_at(1e7, 12, false, &now); /* months later */
    assert_in_range(now.index, 0, KIOSK_STORIES - 1);
}

/* ---- camera ---- */

static void save_frame(const char *name, int width, int height, uint8_t level) {
    Image image;
    char path[256];
    assert_true(image_alloc(&arena, width, height, &image, NULL));
    memset(image.rgba, level, (size_t)width * (size_t)height * 4);
    for (int i = 0; i < width * height; ++i) image.rgba[i * 4 + 3] = 255;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_true(image_save(path, &image, NULL));
}

static void test_recorded_frames(void **state) {
    (void)state;
    char frames[128];
    snprintf(frames, sizeof frames, "%s/frames", folder);
    assert_int_equal(mkdir(frames, 0700), 0);
    Err err = {0};
    assert_null(capture_open(&(CaptureDesc){.frames = frames}, &err));
    assert_non_null(strstr(err.text, "no recorded pictures"));
    save_frame("frames/b.png", 32, 24, 200);
    save_frame("frames/a.png", 32, 24, 100);
    Capture *capture = capture_open(&(CaptureDesc){.frames = frames}, &err);
    assert_non_null(capture);
    int width, height;
    capture_size(capture, &width, &height);
    assert_int_equal(width, 32);
    assert_int_equal(height, 24);
    static const uint8_t levels[3] = {100, 200, 100}; /* by name, round and round */
    for (int i = 0; i < 3; ++i) {
        const Image *image;
        bool fresh;
        assert_true(capture_frame(capture, &image, &fresh, &err));
        assert_true(fresh);
        assert_int_equal(image->rgba[0], levels[i]);
    }
    capture_close(capture);
    save_frame("frames/c.png", 16, 24, 50);
    assert_null(capture_open(&(CaptureDesc){.frames = frames}, &err));
    assert_non_null(strstr(err.text, "differ in size"));
}

static void test_devices_that_are_none(void **state) {
    (void)state;
    Err err = {0};
    assert_null(capture_open(&(CaptureDesc){.device = "/dev/nosuchvideo"}, &err));
    assert_non_null(strstr(err.text, "cannot be opened"));
    assert_null(capture_open(&(CaptureDesc){.device = ""}, &err));
    assert_null(capture_open(&(CaptureDesc){.device = "/dev/null"}, &err));
    capture_close(NULL);
}

static void test_picture_in_memory(void **state) {
    (void)state;
    Image image, back;
    char path[IMAGE_MEMORY_PATH];
    Err err = {0};
    assert_true(image_alloc(&arena, 40, 30, &image, NULL));
    for (int i = 0; i < 40 * 30 * 4; ++i) image.rgba[i] = i % 4 == 3 ? 255 : (uint8_t)(i * 7);
    int fd = image_memory_file(&image, path, &err);
    assert_true(fd >= 0);
    if (!image_load(path, &arena, &back, NULL, &err)) fail_msg("%s", err.text);
    assert_int_equal(back.width, 40);
    assert_memory_equal(back.rgba, image.rgba, 40 * 30 * 4);
    assert_int_equal(write(fd, "x", 1), -1); /* sealed */
    close(fd);
    assert_false(image_load(path, &arena, &back, NULL, &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_whole),
        cmocka_unit_test(test_config_replaces),
        cmocka_unit_test(test_sample_config_loads),
        cmocka_unit_test(test_config_refuses),
        cmocka_unit_test(test_pin),
        cmocka_unit_test(test_choices_make_valid_cases),
        cmocka_unit_test(test_own_head_stays),
        cmocka_unit_test(test_stories_are_calm),
        cmocka_unit_test(test_recorded_frames),
        cmocka_unit_test(test_devices_that_are_none),
        cmocka_unit_test(test_picture_in_memory),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
