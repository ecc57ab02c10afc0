/* A head is found before a wall of patches, and the picture's border is no outline of it. */
#include "../../engine/rng.h"
#include "../../src/silhouette.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { WIDTH = 300, HEIGHT = 400 };
static Arena arena, scratch;

static void fill(Image *image, int x0, int y0, int x1, int y1, const int rgb[3]) {
    for (int y = y0 < 0 ? 0 : y0; y < y1 && y < image->height; y++)
        for (int x = x0 < 0 ? 0 : x0; x < x1 && x < image->width; x++)
            for (int c = 0; c < 3; c++) image->rgba[4 * (y * image->width + x) + c] = (uint8_t)rgb[c];
}

static int between(Rng *rng, int from, int to) {
    return from + (int)(rng_float(rng) * (float)(to - from));
}

/* Patches of any colour, and before them an ellipse of skin, shaded to its rim. */
static void draw(uint64_t seed, float cx, float cy, float rx, float ry, Image *out) {
    Err err = {{0}};
    Rng rng = rng_make(seed, 1);
    assert_true(image_alloc(&arena, WIDTH, HEIGHT, out, &err));
    for (int k = 0; k < 60; k++) {
        const int x = between(&rng, -20, WIDTH), y = between(&rng, -20, HEIGHT);
        const int rgb[3] = {between(&rng, 20, 235), between(&rng, 20, 235), between(&rng, 20, 235)};
        fill(out, x, y, x + between(&rng, 20, 120), y + between(&rng, 20, 160), rgb);
    }
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const float u = ((float)x - cx) / rx, v = ((float)y - cy) / ry, square = u * u + v * v;
            const float light = 0.6f + 0.4f * sqrtf(fmaxf(0, 1 - square));
            const int rgb[3] = {(int)(205 * light), (int)(150 * light), (int)(125 * light)};
            if (square < 1 || (fabsf(u) < 0.55f && v > 0)) fill(out, x, y, x + 1, y + 1, rgb);
        }
}

static void test_a_skull_before_patches_is_found(void **unused) {
    (void)unused;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        const float cx = 110 + 10 * (float)seed, cy = 150 + 5 * (float)(seed % 3),
                    r = 60 + 4 * (float)(seed % 5);
        Image image;
        SilhouetteGuess guess;
        SkinTone skin = {0};
        draw(seed, cx, cy, r, 1.2f * r, &image);
        silhouette_skin_tone(&image, (float[2]){cx, cy}, 0.5f * r, &skin);
        assert_true(silhouette_guess_by_dome(&image, &skin, false, &scratch, &guess));
        print_message("%.0f %.0f %.0f: %.0f, top %.0f, %.0f\n", (double)cx, (double)(cy - 1.2f * r),
                      (double)r, (double)guess.centre_px[0],
                      (double)(guess.centre_px[1] - guess.radius_px[1]), (double)guess.radius_px[0]);
        assert_true(fabsf(guess.centre_px[0] - cx) < 0.12f * r);
        assert_true(fabsf(guess.centre_px[1] - guess.radius_px[1] - (cy - 1.2f * r)) < 0.12f * r);
        assert_true(fabsf(guess.radius_px[0] - r) < 0.15f * r);
    }
}

static void test_the_border_is_no_outline(void **unused) {
    (void)unused;
    Err err = {{0}};
    Image image;
    draw(3, 20, 200, 80, 100, &image);
    Silhouette cut = {.width = WIDTH, .height = HEIGHT};
    cut.mask = ARENA_ARRAY(&arena, uint8_t, (size_t)(WIDTH * HEIGHT));
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 5; x < WIDTH; x++) {
            const float u = ((float)x - 20) / 80, v = ((float)y - 200) / 100;
            cut.mask[y * WIDTH + x] = u * u + v * v < 1 ? 255 : 0;
        }
    assert_true(silhouette_trace(&image, &arena, &scratch, &cut, &err));
    int right = 0;
    for (int i = 0; i < cut.point_count; i++) {
        assert_true(cut.point[i].normal[0] > -0.7f || cut.point[i].px[0] > 10);
        right += cut.point[i].px[0] > 60;
    }
    assert_true(right > 100);
}

int main(void) {
    Err err = {{0}};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_skull_before_patches_is_found),
        cmocka_unit_test(test_the_border_is_no_outline),
    };
    if (!arena_create(&arena, &(ArenaDesc){.name = "test"}, &err) ||
        !arena_create(&scratch, &(ArenaDesc){.name = "scratch"}, &err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
