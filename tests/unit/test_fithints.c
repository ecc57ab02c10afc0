/* Hints about photos: a sharp front photo has none; what is wrong with others is said. */
#include "engine/vision.h"
#include "src/fithints.h"
#include "src/fitsolve.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static Arena arena;

static int setup(void **state) {
    (void)state;
    return arena_create(&arena, &(ArenaDesc){.name = "test"}, NULL) ? 0 : 1;
}
static int teardown(void **state) {
    (void)state;
    arena_destroy(&arena);
    return 0;
}

/* Rows and columns averaged over 2 r + 1 px. */
static void blur(Image *image, int r) {
    const int w = image->width, h = image->height;
    for (int pass = 0; pass < 2; pass++) {
        Image from;
        assert_true(image_alloc(&arena, w, h, &from, NULL));
        memcpy(from.rgba, image->rgba, 4 * (size_t)w * (size_t)h);
        for (int y = r; y < h - r; y++)
            for (int x = r; x < w - r; x++)
                for (int c = 0; c < 3; c++) {
                    int sum = 0;
                    for (int k = -r; k <= r; k++)
                        sum += from.rgba[4 * ((y + (pass ? k : 0)) * w + x + (pass ? 0 : k)) + c];
                    image->rgba[4 * (y * w + x) + c] = (uint8_t)(sum / (2 * r + 1));
                }
    }
}

static void photo(const char *name, Image *out) {
    char path[512];
    snprintf(path, sizeof path, "%s/assets/sample/%s", STIPPLE_SOURCE_ROOT, name);
    Err err = {0};
    if (!image_load(path, &arena, out, NULL, &err)) fail_msg("%s", err.text);
}

static FitHints hints_of(const Image *image, float scale, PhotoSlot slot) {
    FitHints hints;
    Err err = {0};
    if (!fithints_find(image, scale, slot, &arena, &hints, &err)) fail_msg("%s", err.text);
    return hints;
}

static int given(const FitHints *hints) {
    int count = 0;
    for (int i = 0; i < FIT_HINT_COUNT; i++) count += hints->given[i];
    return count;
}

static void a_good_photo_has_no_hints(void **state) {
    (void)state;
    if (!vision_available()) skip();
    Image front, back;
    photo("front.jpg", &front);
    photo("back.jpg", &back);
    FitHints hints = hints_of(&front, 1, PHOTO_FRONT);
    assert_int_equal(given(&hints), 0);
    assert_true(hints.has_face && hints.eyes_px > 150);
    hints = hints_of(&back, 1, PHOTO_BACK);
    assert_int_equal(given(&hints), 0);
    for (int slot = PHOTO_LEFT; slot <= PHOTO_RIGHT; slot++) {
        Image side;
        photo(slot == PHOTO_LEFT ? "left.jpg" : "right.jpg", &side);
        hints = hints_of(&side, 1, (PhotoSlot)slot);
        assert_int_equal(given(&hints), 0);
    }
}

static void what_is_wrong_is_said(void **state) {
    (void)state;
    if (!vision_available()) skip();
    Image front, back;
    photo("front.jpg", &front);
    photo("back.jpg", &back);
    FitHints hints = hints_of(&front, 4.5f, PHOTO_FRONT); /* it had been enlarged */
    assert_true(hints.given[FIT_HINT_SMALL]);
    hints = hints_of(&front, 1, PHOTO_BACK);
    assert_true(hints.given[FIT_HINT_FACE]);
    hints = hints_of(&front, 1, PHOTO_LEFT);
    assert_true(hints.given[FIT_HINT_FACE]);
    hints = hints_of(&back, 1, PHOTO_FRONT);
    assert_true(hints.given[FIT_HINT_NO_FACE]);
    blur(&front, 5);
    hints = hints_of(&front, 1, PHOTO_FRONT);
    assert_true(hints.given[FIT_HINT_BLURRED] && !hints.given[FIT_HINT_NO_FACE]);
    for (int i = 0; i < FIT_HINT_COUNT; i++) assert_true(strlen(fithints_words((FitHint)i)) > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_good_photo_has_no_hints),
                                       cmocka_unit_test(what_is_wrong_is_said)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
