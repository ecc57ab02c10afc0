/* One head photographed in two rooms with two lenses: the skin without their light is the same (skipped when
 * the reference photos are not there). */
#include "headfixture.h"

#include "engine/file.h"
#include "engine/vision.h"
#include "src/photo.h"
#include "src/skin.h"
#include "src/skintone.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PHOTOS STIPPLE_SHARED "/data/photos/"
enum { ATLAS = 512, SURE = 100 };

static void skin_of(const char *const path[], int count, Skin *skin) {
    Err err = {{0}};
    SkinPhoto photo[CASE_PHOTOS] = {0};
    Fit fit = {0};
    for (int k = 0; k < count; k++)
        if (!photo_load(&fit, (PhotoSlot)(PHOTO_FRONT + k), path[k], &arena, &err)) fail_msg("%s", err.text);
    if (!fit_solve(model, &fit, NULL, NULL, &arena, &scratch, &err)) fail_msg("%s", err.text);
    for (int k = 0; k < count; k++)
        photo[k] = (SkinPhoto){fit.photo[k].image, fit.photo[k].mask, fit.photo[k].camera};
    if (!skin_build(model, &fit.shape, photo, count, NULL, ATLAS, NULL, &arena, &scratch, skin, &err))
        fail_msg("%s", err.text);
}

static void linear_texel(const Skin *skin, int i, float rgb[3]) {
    for (int c = 0; c < 3; c++) rgb[c] = srgb8_to_linear_table[skin->albedo.rgba[4 * i + c]];
}

/* Least squares: what a's light must be multiplied with to be b's, where both are sure. */
static float common_gain(const Skin *a, const Skin *b) {
    double ab = 0, aa = 0;
    for (int i = 0; i < ATLAS * ATLAS; i++) {
        float p[3], q[3];
        if (a->confidence[i] < SURE || b->confidence[i] < SURE) continue;
        linear_texel(a, i, p);
        linear_texel(b, i, q);
        for (int c = 0; c < 3; c++) ab += (double)(p[c] * q[c]), aa += (double)(p[c] * p[c]);
    }
    return (float)(ab / aa);
}

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Median Delta E (CIE76) after one global gain. */
static float median_difference(const Skin *a, const Skin *b) {
    static float value[ATLAS * ATLAS];
    size_t count = 0;
    const float gain = common_gain(a, b);
    for (int i = 0; i < ATLAS * ATLAS; i++) {
        float p[3], q[3], lab[2][3], sum = 0;
        if (a->confidence[i] < SURE || b->confidence[i] < SURE) continue;
        linear_texel(a, i, p);
        linear_texel(b, i, q);
        for (int c = 0; c < 3; c++) p[c] *= gain;
        skintone_lab_from_linear(p, lab[0]);
        skintone_lab_from_linear(q, lab[1]);
        for (int c = 0; c < 3; c++) sum += (lab[0][c] - lab[1][c]) * (lab[0][c] - lab[1][c]);
        value[count++] = sqrtf(sum);
    }
    assert_true(count > ATLAS * ATLAS / 50);
    qsort(value, count, sizeof *value, by_value);
    print_message("%zu texels, gain %.2f: Delta E median %.2f, 90 %% within %.2f\n", count, (double)gain,
                  (double)value[count / 2], (double)value[count * 9 / 10]);
    return value[count / 2];
}

static void test_studio_and_window_give_one_skin(void **state) {
    (void)state;
    const char *const studio[] = {PHOTOS "lps_front.jpg"}, *const window[] = {PHOTOS "lps_selfie.jpg"};
    if (!file_exists(studio[0]) || !file_exists(window[0]) || !vision_available()) {
        print_message("skipped: no reference photos\n");
        skip();
    }
    Skin a, b;
    skin_of(studio, 1, &a);
    skin_of(window, 1, &b);
    assert_true(median_difference(&a, &b) < 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_studio_and_window_give_one_skin)};
    return cmocka_run_group_tests(tests, head_setup, head_teardown);
}
