/* skin: tone, fill, grain, and synthetic skin on the real head. */
#include "../../src/skin.h"
#include "../../src/skinfill.h"
#include "../../src/skinmask.h"
#include "../../src/skinpaint.h"
#include "../../src/skintone.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static Arena arena, scratch;

static int setup(void **state) {
    (void)state;
    ArenaDesc desc = {.name = "test"};
    return arena_create(&arena, &desc, NULL) && arena_create(&scratch, &desc, NULL) ? 0 : 1;
}

static int teardown(void **state) {
    (void)state;
    arena_destroy(&arena);
    arena_destroy(&scratch);
    return 0;
}

static void test_tone_round_trip(void **state) {
    (void)state;
    const float ita[6] = {60, 48, 34.5f, 19, -10, -45};
    for (int k = 0; k < 6; k++) {
        float rgb[3];
        skintone_from_ita(ita[k], rgb);
        assert_true(fabsf(skintone_ita_deg(rgb) - ita[k]) < 6);
        assert_int_equal(skintone_fitzpatrick(ita[k]), k + 1);
    }
    float lab[3], white[3] = {1, 1, 1};
    skintone_lab_from_linear(white, lab);
    assert_true(fabsf(lab[0] - 100) < 0.1f && fabsf(lab[1]) < 0.1f && fabsf(lab[2]) < 0.1f);
}

static void test_noise_has_unit_deviation(void **state) {
    (void)state;
    double sum = 0, square = 0;
    int count = 40000;
    for (int i = 0; i < count; i++) {
        float p[3] = {(float)(i % 200) * 0.37f, (float)(i / 200) * 0.41f, (float)(i % 17) * 0.9f};
        double v = (double)skinfill_noise(p, 7);
        sum += v;
        square += v * v;
    }
    assert_true(fabs(sum / count) < 0.15);
    assert_true(fabs(sqrt(square / count) - 1) < 0.2);
}

static void test_gutters_carry_colour(void **state) {
    (void)state;
    Image image;
    assert_true(image_alloc(&arena, 64, 64, &image, NULL));
    uint8_t cover[64 * 64] = {0};
    for (int y = 20; y < 30; y++) {
        for (int x = 20; x < 30; x++) {
            cover[y * 64 + x] = 1;
            memcpy(image.rgba + (y * 64 + x) * 4, (uint8_t[4]){200, 150, 120, 255}, 4);
        }
    }
    assert_true(skinfill_gutters(&image, cover, &scratch));
    for (int i = 0; i < 64 * 64; i++)
        assert_memory_equal(image.rgba + i * 4, ((uint8_t[4]){200, 150, 120, 255}), 4);
}

/* A head (the left half) before shoulders that are a little darker: what lies in the head's shade, and is as
 * unlike the one as the other, stays the head's; a wall that shows beside the head does not. */
static void test_a_mask_keeps_shade_and_loses_the_wall(void **state) {
    (void)state;
    enum { SIDE = 96, BAND = 16 };
    static float depth[SIDE * SIDE], colour[SIDE * SIDE][3];
    static uint8_t mask[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
        const int x = i % SIDE, y = i / SIDE;
        const bool shade = x >= 42 && x < 48 && y >= 20 && y < 30,
                   beside = x >= 42 && x < 48 && y >= 60 && y < 70;
        depth[i] = x < 48 ? 600 : 1e9f;
        for (int c = 0; c < 3; c++) {
            const float wall = -0.5f + 0.3f * (float)c, grain = 0.02f * (float)((i * 7 + c) % 5 - 2);
            const float skin = x < 48 ? -1.0f : y < 48 ? -1.3f : wall;
            colour[i][c] = (shade ? -2.2f : beside ? wall : skin) + grain;
        }
    }
    assert_true(skinmask_estimate(depth, (const float(*)[3])colour, SIDE, SIDE, BAND, &scratch, mask));
    for (int k = 0; k < 60; k++) {
        const int x = 42 + k % 6, y = k / 6;
        assert_int_equal(mask[(20 + y) * SIDE + x], 1);
        assert_int_equal(mask[(60 + y) * SIDE + x], 0);
    }
}

static void texel_at(const Skin *skin, const HeadModel *model, HeadSite site, float rgb[3]) {
    float uv[2];
    head_atlas_from_site(model, site, uv);
    image_sample_linear(&skin->albedo, uv[0] * (float)skin->size, uv[1] * (float)skin->size, rgb);
}

static void test_synthetic_skin(void **state) {
    (void)state;
    Err err = {""};
    HeadModel *model = head_load(NULL, &arena, &err);
    assert_non_null(model);
    HeadShape shape;
    memset(&shape, 0, sizeof shape);
    Skin light, again, dark;
    assert_true(skin_synthesise(model, &shape, 48, 5, 512, &arena, &scratch, &light, &err));
    assert_true(skin_synthesise(model, &shape, 48, 5, 512, &arena, &scratch, &again, &err));
    assert_true(skin_synthesise(model, &shape, -40, 5, 512, &arena, &scratch, &dark, &err));
    assert_memory_equal(light.albedo.rgba, again.albedo.rgba, 512 * 512 * 4);
    assert_true(fabsf(light.ita_deg - 48) < 10);
    assert_true(dark.ita_deg < 0 && dark.fitzpatrick >= 5);
    /* The glabella is skin; the eye between the lids is not. */
    float brow[3], pupil[3];
    texel_at(&light, model, head_landmark_site(model, LM_GLABELLA), brow);
    texel_at(&light, model, head_landmark_site(model, LM_LEFT_PUPIL), pupil);
    assert_true(brow[0] > brow[1] && brow[1] > brow[2]);
    assert_true(pupil[0] < 0.4f * brow[0]);
    for (int i = 0; i < 512 * 512; i++) assert_int_equal(light.albedo.rgba[4 * i + 3], 255);
}

/* Where the mean head's lips meet in a column of the skin: the place farthest back between them. */
static void lips_meet(const HeadModel *model, float v, float at[3]) {
    const HeadShape mean = {0};
    head_eval(model, &mean, (HeadSite){HEAD_SKIN, 0.2f, v}, at, NULL);
    for (float u = 0.2f; u < 0.236f; u += 0.0005f) {
        float p[3];
        head_eval(model, &mean, (HeadSite){HEAD_SKIN, u, v}, p, NULL);
        if (p[2] < at[2]) memcpy(at, p, sizeof p);
    }
}

/* The painted mouth lies on the surface's: darkest where the lips meet, red above and below it and no
 * farther. */
static void test_lips_are_painted_where_they_are(void **state) {
    (void)state;
    const HeadShape mean = {0};
    Err err = {""};
    HeadModel *model = head_load(NULL, &arena, &err);
    assert_non_null(model);
    float landmark[LM_COUNT][3];
    head_landmarks(model, &mean, landmark);
    SkinFace face;
    assert_true(skinpaint_create((const float(*)[3])landmark, false, 40, 5, &scratch, &face));
    for (float v = 0; v < 0.17f; v += 0.04f) {
        float fold[3], darkest = INFINITY, darkest_mm = 0, red[40];
        lips_meet(model, v, fold);
        for (int k = 0; k < 40; k++) { /* from 20 mm below the fold, mm by mm */
            const float m[3] = {fold[0], fold[1] + (float)(k - 20), fold[2] + 5};
            float log_rgb[3] = {0}, gloss = 0;
            skinpaint_features(&face, m, 0, log_rgb, &gloss);
            red[k] = log_rgb[0] - log_rgb[1];
            if (log_rgb[0] < darkest) darkest = log_rgb[0], darkest_mm = (float)(k - 20);
        }
        assert_true(fabsf(darkest_mm) <= 1);
        assert_true(red[22] > 0.1f && red[17] > 0.1f);
        assert_true(fabsf(red[32]) < 0.02f && fabsf(red[7]) < 0.02f);
    }
}

/* Closed lids show no eye: skin but for lashes, which lie in a line below the middle of the eye's corners. */
static void test_closed_lids_are_skin(void **state) {
    (void)state;
    const HeadShape mean = {.lids_closed = 1};
    Err err = {""};
    HeadModel *model = head_load(NULL, &arena, &err);
    assert_non_null(model);
    float landmark[LM_COUNT][3], seen[2][40];
    head_landmarks(model, &mean, landmark);
    const float *in = landmark[LM_LEFT_ENDOCANTHION], *out = landmark[LM_LEFT_EXOCANTHION];
    for (int closed = 0; closed < 2; closed++) {
        SkinFace face;
        assert_true(skinpaint_create((const float(*)[3])landmark, closed, 40, 5, &scratch, &face));
        for (int k = 0; k < 40; k++) { /* from 10 mm below the corners, half a millimetre a step */
            const float m[3] = {0.5f * (in[0] + out[0]), 0.5f * (in[1] + out[1]) + 0.5f * (float)(k - 20),
                                out[2] + 10};
            float log_rgb[3] = {0}, gloss = 0;
            skinpaint_features(&face, m, 0, log_rgb, &gloss);
            seen[closed][k] = log_rgb[1];
        }
    }
    int darkest = 0;
    for (int k = 1; k < 40; k++)
        if (seen[1][k] < seen[1][darkest]) darkest = k;
    const float line_mm = 0.5f * (float)(darkest - 20);
    assert_true(line_mm < -3 && line_mm > -7);
    for (int k = 14; k < 26; k++) { /* the upper lid below its crease: where the open eye is */
        assert_true(seen[1][k] > -0.1f);
        if (k > 16) assert_true(seen[0][k] < -0.3f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tone_round_trip),
        cmocka_unit_test(test_noise_has_unit_deviation),
        cmocka_unit_test(test_gutters_carry_colour),
        cmocka_unit_test(test_a_mask_keeps_shade_and_loses_the_wall),
        cmocka_unit_test(test_synthetic_skin),
        cmocka_unit_test(test_lips_are_painted_where_they_are),
        cmocka_unit_test(test_closed_lids_are_skin),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
