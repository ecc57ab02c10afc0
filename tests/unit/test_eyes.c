/* Eyes: what of the surface is theirs, where balls and lashes lie, the colour of the irises; none under
 * closed lids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/brows.h"
#include <math.h>
#include <string.h>

static Arena arena;
static HeadModel *model;
static LashVertex lash[LASH_VERTICES], brow[BROW_VERTICES];

static int setup(void **state) {
    (void)state;
    Err err = {{0}};
    if (!arena_create(&arena, &(ArenaDesc){.name = "test"}, &err)) return 1;
    model = head_load(NULL, &arena, &err);
    return model ? 0 : 1;
}

static int teardown(void **state) {
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static float apart(const float a[3], const float b[3]) {
    return sqrtf((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
                 (a[2] - b[2]) * (a[2] - b[2]));
}

static void test_the_patch_is_the_opening(void **state) {
    (void)state;
    static const HeadShape mean;
    static const HeadLandmark out[] = {LM_LEFT_EXOCANTHION,
                                       LM_RIGHT_EXOCANTHION,
                                       LM_LEFT_ENDOCANTHION,
                                       LM_RIGHT_ENDOCANTHION,
                                       LM_PRONASALE,
                                       LM_GLABELLA,
                                       LM_MENTON};
    Eyes eyes;
    eyes_build(model, &mean, &eyes);
    for (int side = 0; side < 2; side++) {
        const HeadSite pupil = head_landmark_site(model, side ? LM_RIGHT_PUPIL : LM_LEFT_PUPIL);
        assert_true(eyes_hold(&eyes, &pupil));
    }
    for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
        const HeadSite site = head_landmark_site(model, out[i]);
        assert_false(eyes_hold(&eyes, &site));
    }
    /* what is held lies in the opening: no higher or lower than the lids, 12 mm wide or more */
    const HeadTopology *fine = head_topology(model, HEAD_LOD_FINE);
    float low[2] = {1e9f, 1e9f}, high[2] = {-1e9f, -1e9f}, pupil[3];
    head_eval(model, &mean, head_landmark_site(model, LM_LEFT_PUPIL), pupil, NULL);
    for (uint32_t v = 0; v < fine->vertex_count; v++) {
        if (fine->site[v].v < 0 || !eyes_hold(&eyes, &fine->site[v])) continue;
        float p[3];
        head_eval(model, &mean, fine->site[v], p, NULL);
        for (int i = 0; i < 2; i++) {
            low[i] = fminf(low[i], p[i] - pupil[i]);
            high[i] = fmaxf(high[i], p[i] - pupil[i]);
        }
    }
    assert_true(low[0] > -15 && low[0] < -6 && high[0] > 6 && high[0] < 15);
    assert_true(low[1] > -9 && low[1] < -3 && high[1] > 3 && high[1] < 9);
}

static void test_balls_and_lashes_of_anyone(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed < 6; seed++) {
        HeadShape shape;
        Eyes eyes;
        float mark[LM_COUNT][3];
        head_random(model, seed, seed & 1, &shape);
        shape.lids_closed = 0;
        head_landmarks(model, &shape, mark);
        eyes_build(model, &shape, &eyes);
        assert_true(eyes_lashes(model, &shape, &eyes, lash));
        for (int side = 0; side < 2; side++) {
            const float *ball = eyes.ball_mm[side], *pupil = mark[side ? LM_RIGHT_PUPIL : LM_LEFT_PUPIL];
            assert_true(fabsf(apart(ball, pupil) - 11.4f) < 0.1f);
            for (int i = 0; i < LASH_VERTICES / 2; i += 6 * LASH_SEGMENTS) {
                const LashVertex *root = &lash[side * LASH_VERTICES / 2 + i],
                                 *tip = root + 6 * LASH_SEGMENTS - 1;
                const float from_ball = apart(root->pos_mm, ball), length = apart(root->pos_mm, tip->pos_mm);
                if (!(from_ball > 10 && from_ball < 19))
                    fail_msg("root %.1f mm from the ball", (double)from_ball);
                assert_true(length > 0.8f && length < 9);
                assert_true(apart(tip->pos_mm, ball) > from_ball); /* away from the eye */
            }
        }
    }
}

static void test_closed_lids_hide_them(void **state) {
    (void)state;
    HeadShape shape = {.lids_closed = 1};
    Eyes eyes;
    eyes_build(model, &shape, &eyes);
    const HeadSite pupil = head_landmark_site(model, LM_LEFT_PUPIL);
    assert_false(eyes_hold(&eyes, &pupil));
    assert_false(eyes_lashes(model, &shape, &eyes, lash));
}

static void test_irises_take_the_skin_maps_colour(void **state) {
    (void)state;
    enum { SIZE = 256 };
    static uint8_t rgba[4 * SIZE * SIZE];
    static const HeadShape mean;
    for (int i = 0; i < SIZE * SIZE; i++) memcpy(rgba + 4 * i, (const uint8_t[4]){90, 110, 120, 255}, 4);
    Eyes eyes;
    float iris[3];
    eyes_build(model, &mean, &eyes);
    eyes_iris(model, &eyes, &(Image){.width = SIZE, .height = SIZE, .rgba = rgba}, iris);
    for (int c = 0; c < 3; c++) assert_true(fabsf(iris[c] - srgb8_to_linear_table[rgba[c]]) < 1e-6f);
}

/* A photo laid on 1 mm off: sclera on the lid turns to skin, the skin further out stays as it is. */
static void test_lids_lose_the_white_of_the_eye(void **state) {
    (void)state;
    enum { SIZE = 1024 };
    static uint8_t rgba[4 * SIZE * SIZE];
    static const HeadShape mean;
    static const uint8_t skin[4] = {200, 150, 125, 255}, white[4] = {205, 198, 190, 255};
    Image albedo = {.width = SIZE, .height = SIZE, .rgba = rgba};
    Eyes eyes;
    eyes_build(model, &mean, &eyes);
    const EyePatch *patch = &eyes.patch[0];
    for (int i = 0; i < SIZE * SIZE; i++) memcpy(rgba + 4 * i, skin, 4);
    uint8_t *at[2][EYE_RAYS]; /* on the lid, beyond it */
    for (int ray = 0; ray < EYE_RAYS; ray++) {
        const float angle = 6.2831853f * (float)ray / EYE_RAYS;
        for (float past = -1; past < 1.2f; past += 0.05f) {
            const float reach = patch->margin[ray] + past;
            float uv[2];
            head_atlas_from_site(model,
                                 (HeadSite){HEAD_SKIN, patch->u + reach * sinf(angle) / patch->per_u,
                                            patch->v + reach * cosf(angle) / patch->per_v},
                                 uv);
            uint8_t *px = rgba + 4 * ((int)(uv[1] * SIZE) * SIZE + (int)(uv[0] * SIZE));
            memcpy(px, white, 4);
            if (past < 0.7f) at[0][ray] = px;
        }
        const float beyond = patch->margin[ray] + 4;
        float uv[2];
        head_atlas_from_site(model,
                             (HeadSite){HEAD_SKIN, patch->u + beyond * sinf(angle) / patch->per_u,
                                        patch->v + beyond * cosf(angle) / patch->per_v},
                             uv);
        at[1][ray] = rgba + 4 * ((int)(uv[1] * SIZE) * SIZE + (int)(uv[0] * SIZE));
    }
    eyes_clean_lids(model, &eyes, &albedo);
    for (int ray = 0; ray < EYE_RAYS; ray++) {
        assert_true(at[0][ray][0] > at[0][ray][2] + 55);
        assert_memory_equal(at[1][ray], skin, 4);
    }
}

/* Hairs stand on the dark patch and nowhere else, and lighten as much as they darken. */
static void test_brows_grow_where_the_skin_shows_them(void **state) {
    (void)state;
    enum { SIZE = 1024, HAIR = 6 * BROW_SEGMENTS };
    static uint8_t rgba[4 * SIZE * SIZE];
    static const HeadShape mean;
    const Image albedo = {.width = SIZE, .height = SIZE, .rgba = rgba};
    for (int i = 0; i < SIZE * SIZE; i++) memcpy(rgba + 4 * i, (const uint8_t[4]){200, 150, 125, 255}, 4);
    assert_int_equal(brows_build(model, &mean, &albedo, brow), 0);
    float du[3], dv[3], pupil[3];
    const HeadSite eye = head_landmark_site(model, LM_LEFT_PUPIL);
    head_tangents(model, &mean, eye, du, dv);
    head_eval(model, &mean, eye, pupil, NULL);
    for (float x = -16; x < 26; x += 0.05f)
        for (float y = 15; y < 21; y += 0.05f) {
            const HeadSite site = {HEAD_SKIN, eye.u + y / apart(du, (float[3]){0}),
                                   eye.v + x / apart(dv, (float[3]){0})};
            float uv[2];
            head_atlas_from_site(model, site, uv);
            memcpy(rgba + 4 * ((int)(uv[1] * SIZE) * SIZE + (int)(uv[0] * SIZE)),
                   (const uint8_t[4]){60, 45, 40, 255}, 4);
        }
    const uint32_t count = brows_build(model, &mean, &albedo, brow);
    double dark = 0, light = 0;
    assert_true(count % HAIR == 0 && count / HAIR > 60 && count / HAIR <= BROW_HAIRS);
    for (uint32_t i = 0; i < count; i += HAIR) {
        const float *root = brow[i].pos_mm;
        assert_true(root[0] > 0 && root[1] > pupil[1] + 9 && root[1] < pupil[1] + 38);
        assert_true(apart(root, brow[i + HAIR - 1].pos_mm) < 11);
        *(brow[i].take > 0 ? &dark : &light) += (double)fabsf(brow[i].take);
    }
    assert_true(light > 0.5 * dark && light < 1.3 * dark);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_patch_is_the_opening),
        cmocka_unit_test(test_balls_and_lashes_of_anyone),
        cmocka_unit_test(test_closed_lids_hide_them),
        cmocka_unit_test(test_brows_grow_where_the_skin_shows_them),
        cmocka_unit_test(test_irises_take_the_skin_maps_colour),
        cmocka_unit_test(test_lids_lose_the_white_of_the_eye),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
