/* Pins on a photo: where the head has them, which one a hand means, and a loupe that no finger covers. */
#include "src/photopins.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static Arena arena;
static HeadModel *model;
static PinHead head;

static int setup(void **state) {
    (void)state;
    HeadShape mean = {0};
    if (!arena_create(&arena, &(ArenaDesc){.name = "test"}, NULL)) return 1;
    model = head_load(NULL, &arena, NULL);
    if (!model) return 1;
    pinhead_build(model, &mean, &head);
    return 0;
}
static int teardown(void **state) {
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static CasePhoto photo_from(CameraView view) {
    CasePhoto photo = {.path = "a.jpg"};
    Orbit orbit = orbit_named(view);
    orbit_camera(&orbit, 900, 1200, &photo.camera);
    return photo;
}

static void each_side_shows_its_own_pins(void **state) {
    (void)state;
    Pin front[LM_COUNT], left[LM_COUNT], back[LM_COUNT];
    CasePhoto photo = photo_from(CAMERA_FRONT);
    pins_of_photo(&head, &photo, front);
    assert_true(front[LM_LEFT_PUPIL].shown && front[LM_RIGHT_PUPIL].shown && front[LM_MENTON].shown);
    assert_true(front[LM_LEFT_PUPIL].px[0] > front[LM_RIGHT_PUPIL].px[0]); /* their left is on the right */
    photo = photo_from(CAMERA_LEFT);
    pins_of_photo(&head, &photo, left);
    assert_true(left[LM_LEFT_TRAGION].shown && !left[LM_RIGHT_TRAGION].shown);
    assert_true(left[LM_PRONASALE].shown && left[LM_MENTON].shown && left[LM_LEFT_EXOCANTHION].shown);
    assert_false(left[LM_RIGHT_EXOCANTHION].shown || left[LM_RIGHT_CHEILION].shown);
    assert_false(front[LM_LEFT_TRAGION].shown);
    photo = photo_from(CAMERA_BACK);
    pins_of_photo(&head, &photo, back);
    for (int lm = 0; lm < LM_VERTEX; lm++) assert_false(back[lm].shown);
}

static void a_pin_stays_where_it_was_put(void **state) {
    (void)state;
    Pin pins[LM_COUNT];
    CasePhoto photo = photo_from(CAMERA_FRONT);
    pins_of_photo(&head, &photo, pins);
    const float put[2] = {pins[LM_MENTON].px[0] + 3, pins[LM_MENTON].px[1] - 4};
    photo.pin_given[LM_MENTON] = true;
    memcpy(photo.pin_px[LM_MENTON], put, sizeof put);
    pins_of_photo(&head, &photo, pins);
    const Pin *pin = &pins[LM_MENTON];
    assert_true(pin->given && pin->px[0] == put[0] && pin->px[1] == put[1]);
    assert_true(fabsf(pin->off_px - 5) < 0.01f);
    const double mm = 5 * 900 / photo.camera.fx; /* seen from about 900 mm */
    assert_true(fabs((double)pin->off_mm - mm) < 0.3 * mm);
    assert_int_equal(pin_nearest(pins, (float[]){put[0] + 6, put[1]}, 20), LM_MENTON);
    assert_int_equal(pin_nearest(pins, (float[]){2, 2}, 20), -1);
    assert_int_equal(pin_nearest(pins, pins[LM_RIGHT_PUPIL].px, 500), LM_RIGHT_PUPIL);
    photo.camera.fx = 0; /* never fitted */
    pins_of_photo(&head, &photo, pins);
    for (int lm = 0; lm < LM_COUNT; lm++) assert_false(pins[lm].shown);
}

static void screen_and_photo_agree(void **state) {
    (void)state;
    const UiRect box = {10, 70, 880, 640};
    for (float zoom = 1; zoom < 9; zoom *= 2) {
        const PhotoPlace place = photo_place(box, 900, 1200, zoom, (float[]){0.4f, 0.6f});
        float screen[2], px[2];
        photo_to_screen(&place, (float[]){123, 456}, screen);
        photo_from_screen(&place, screen[0], screen[1], px);
        assert_true(fabsf(px[0] - 123) < 0.01f && fabsf(px[1] - 456) < 0.01f);
        photo_to_screen(&place, (float[]){360, 720}, screen); /* the centre asked for */
        if (zoom > 1)
            assert_true(fabsf(screen[0] - 450) < 0.1f && fabsf(screen[1] - 390) < 0.1f);
        else
            assert_true(place.x > box.x && fabsf(place.y - box.y) < 0.1f);
    }
}

static void the_loupe_is_seen_and_never_under_the_finger(void **state) {
    (void)state;
    const UiRect box = {0, 64, 896, 656};
    const float size = 176, away = 56;
    for (float y = box.y; y < box.y + box.h; y += 31)
        for (float x = box.x; x < box.x + box.w; x += 31) {
            const UiRect at = pin_loupe(box, x, y, size, away);
            assert_true(at.x >= box.x && at.y >= box.y && at.x + size <= box.x + box.w &&
                        at.y + size <= box.y + box.h);
            const float dx = fmaxf(fmaxf(at.x - x, x - at.x - size), 0),
                        dy = fmaxf(fmaxf(at.y - y, y - at.y - size), 0);
            assert_true(hypotf(dx, dy) >= away - 1);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_side_shows_its_own_pins),
                                       cmocka_unit_test(a_pin_stays_where_it_was_put),
                                       cmocka_unit_test(screen_and_photo_agree),
                                       cmocka_unit_test(the_loupe_is_seen_and_never_under_the_finger)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
