/* The iris finder on drawn eyes: open ones are met to a pixel in even and in one-sided light, closed ones are
 * none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/iris.h"
#include <math.h>

enum { W = 96, H = 64 };
static const float RADIUS = 6, REACH[2] = {7, 6};

/* An almond of white 28 px wide with an iris in it, or only its lash line; light falls by `shade` (log)
 * across. */
static void draw_eye(float lum[W * H], float x, float y, float shade, bool open) {
    for (int i = 0; i < W * H; i++) {
        const float px = (float)(i % W) + 0.5f, py = (float)(i / W) + 0.5f, dx = px - x, dy = py - y;
        const float lid = 7 * (1 - dx * dx / (14 * 14)), skin = logf(0.35f);
        float v = skin;
        if (open && lid > 0 && fabsf(dy) < lid) v = hypotf(dx, dy) < RADIUS ? logf(0.05f) : logf(0.6f);
        if (!open && fabsf(dx) < 14 && fabsf(dy - 0.2f * lid) < 1) v = logf(0.1f);
        lum[i] = v - shade * px / W;
    }
}

static void test_open_eyes_are_met(void **unused) {
    (void)unused;
    float lum[W * H];
    const IrisMap map = {lum, W, H};
    for (int k = 0; k < 4; k++) {
        const float at[2] = {48.3f, 31.6f}, near[2] = {at[0] + (k & 1 ? 5.0f : -4.0f), at[1] - 4};
        draw_eye(lum, at[0], at[1], k & 2 ? 2.5f : 0, true);
        const Iris iris = iris_find(&map, near, REACH, RADIUS);
        assert_true(iris.strength > IRIS_STRENGTH_MIN);
        assert_true(hypotf(iris.at[0] - at[0], iris.at[1] - at[1]) < 1.2f);
    }
}

static void test_closed_eyes_have_none(void **unused) {
    (void)unused;
    float lum[W * H];
    const IrisMap map = {lum, W, H};
    const float near[2] = {48, 32};
    for (int k = 0; k < 2; k++) {
        draw_eye(lum, 48.3f, 31.6f, k ? 2.5f : 0, false);
        assert_true(iris_find(&map, near, REACH, RADIUS).strength < IRIS_STRENGTH_MIN);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_eyes_are_met),
        cmocka_unit_test(test_closed_eyes_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
