/* What a hand moves on the head: hairline points go where they are dragged, the brush leaves even dabs, and
 * the place under a pixel is the place that is seen there. */
#include "src/hairline.h"
#include "src/headpick.h"
#include "src/studioparts.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static Scene scene;

static int setup(void **state) {
    (void)state;
    static Case value;
    case_defaults(&value);
    return scene_create(&value, &(SceneDesc){.skin_size = 256}, NULL, &scene, NULL) ? 0 : 1;
}
static int teardown(void **state) {
    (void)state;
    scene_destroy(&scene);
    return 0;
}

static void point_of(const HairlineSettings *settings, int i, float sl[2]) {
    ScalpFront front;
    hairline_front(&scene.scalp, &scene.fields.rule, settings, false, &front);
    hairline_point(&front, i, sl);
}

static void points_lie_on_the_line_and_follow_the_hand(void **state) {
    (void)state;
    for (int style = 0; style < HAIRLINE_STYLE_COUNT; style++)
        for (int i = 0; i < HAIRLINE_POINTS; i++) {
            HairlineSettings h = scene.value.hairline;
            float before[2], after[2], other[2];
            h.style = style;
            point_of(&h, i, before);
            point_of(&h, HAIRLINE_POINTS - 1 - i, other);
            assert_true(fabsf(before[0] - other[0]) < 0.01f && fabsf(before[1] + other[1]) < 0.01f);
            assert_true((float)(i - HAIRLINE_POINTS / 2) * before[1] >= 0); /* the last is the left corner */
            hairline_drag(&h, i, 6, false);
            point_of(&h, i, after);
            /* Between two knots of the line a little less than the point itself. */
            assert_true(after[0] - before[0] > 4 && after[0] - before[0] < 6.5f);
            assert_true(fabsf(after[1] - before[1]) < 0.01f);
            point_of(&h, HAIRLINE_POINTS - 1 - i, after);
            assert_true(i == HAIRLINE_POINTS / 2 || fabsf(after[0] - other[0]) < 0.6f);
        }
}

static void mirrored_points_stay_alike_and_in_range(void **state) {
    (void)state;
    HairlineSettings h = scene.value.hairline;
    hairline_drag(&h, 1, -7, true);
    assert_true(h.point_mm[1] == -7 && h.point_mm[HAIRLINE_POINTS - 2] == -7);
    hairline_drag(&h, HAIRLINE_POINTS - 2, 100, true);
    assert_true(h.point_mm[1] == 30 && h.point_mm[HAIRLINE_POINTS - 2] == 30);
    hairline_drag(&h, 1, -10, false);
    assert_true(h.point_mm[1] == 20 && h.point_mm[HAIRLINE_POINTS - 2] == 30);
}

static void a_stroke_is_even_and_ends_when_full(void **state) {
    (void)state;
    LossSettings loss = {0};
    const LossStroke from = {100, 0, 10, -1}, to = {100, 60, 10, -1};
    assert_true(brush_add(&loss, &from));
    LossStroke way[40];
    assert_int_equal(brush_line(&from, &to, way, 40), 12);
    assert_int_equal(brush_line(&from, &to, way, 5), 5);
    assert_int_equal(brush_line(&from, &from, way, 40), 0);
    brush_line(&from, &to, way, 40);
    for (int i = 0; i < 12; i++) assert_true(brush_add(&loss, &way[i]));
    assert_int_equal(loss.stroke_count, 13);
    for (int i = 1; i < loss.stroke_count; i++)
        assert_true(fabsf(loss.stroke[i].l_mm - loss.stroke[i - 1].l_mm - 5) < 0.01f);
    for (int i = 11; i >= 0; i--) assert_true(brush_add(&loss, &way[i])); /* the way back adds nothing */
    assert_int_equal(loss.stroke_count, 13);
    LossStroke back = to;
    back.amount = 1; /* hair over what was taken */
    assert_true(brush_add(&loss, &back));
    assert_int_equal(loss.stroke_count, 14);
    LossStroke far = {0, -170, 3, -1};
    for (int i = 0; i < 400; i++) {
        far.s_mm = (float)i;
        if (!brush_add(&loss, &far)) break;
    }
    assert_int_equal(loss.stroke_count, LOSS_STROKES);
    far.s_mm = 399;
    far.l_mm = 170;
    assert_false(brush_add(&loss, &far));
}

static void the_place_under_a_pixel(void **state) {
    (void)state;
    HeadPick pick = {0};
    HeadHit hit;
    Camera camera;
    Orbit orbit = orbit_named(CAMERA_34);
    orbit_camera(&orbit, 900, 700, &camera);
    assert_true(headpick_update(&pick, &scene, NULL));
    int seen = 0;
    for (float s = 70; s <= 250; s += 20)
        for (float l = -60; l <= 60; l += 20) {
            float pos[3], normal[3];
            double px[2];
            scalp_point(&scene.scalp, s, l, pos, normal);
            if (!headpick_sees(&pick, &camera, pos)) continue;
            seen++;
            camera_project(&camera, (double[]){(double)pos[0], (double)pos[1], (double)pos[2]}, px);
            double eye[3], facing = 0, length = 0;
            camera_centre(&camera, eye);
            for (int c = 0; c < 3; c++) {
                facing += (eye[c] - (double)pos[c]) * (double)normal[c];
                length += (eye[c] - (double)pos[c]) * (eye[c] - (double)pos[c]);
            }
            if (facing < 0.3 * sqrt(length)) continue; /* a pixel at the edge spans much or misses */
            assert_true(headpick_at(&pick, &scene, &camera, (float)px[0], (float)px[1], &hit));
            assert_true(hit.on_skin && fabsf(hit.s_mm - s) < 2 && fabsf(hit.l_mm - l) < 2);
        }
    assert_true(seen > 20 && seen < 70);
    assert_false(headpick_at(&pick, &scene, &camera, 2, 2, &hit));
    float back[3];
    scalp_point(&scene.scalp, 300, 0, back, NULL);
    assert_false(headpick_sees(&pick, &camera, back));
    headpick_destroy(&pick);
    headpick_destroy(&pick);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(points_lie_on_the_line_and_follow_the_hand),
                                       cmocka_unit_test(mirrored_points_stay_alike_and_in_range),
                                       cmocka_unit_test(a_stroke_is_even_and_ends_when_full),
                                       cmocka_unit_test(the_place_under_a_pixel)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
