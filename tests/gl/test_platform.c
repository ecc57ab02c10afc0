/* The window's events as our own values: mouse, keys, fingers and gestures, fed through SDL's queue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/platform.h"
#include <SDL.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 200, HEIGHT = 100 };

static Platform *platform;
static Uint32 window_id;

static int setup(void **state) {
    (void)state;
    Err err = {0};
    platform = platform_create(&(PlatformDesc){.headless = true, .width = WIDTH, .height = HEIGHT}, &err);
    if (!platform) fail_msg("%s", err.text);
    for (Uint32 id = 1; id < 100 && !window_id; id++)
        if (SDL_GetWindowFromID(id)) window_id = id;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    platform_destroy(platform);
    return 0;
}

static void finger(Uint32 type, SDL_FingerID id, float x, float y) {
    SDL_Event event = {
        .tfinger = {.type = type, .touchId = 7, .fingerId = id, .x = x, .y = y, .windowID = window_id}};
    SDL_PushEvent(&event);
}

/* SDL ends a round of polling at what was there when it began: what was pushed since comes in the next round.
 */
static bool poll(PlatformEvent *event) {
    for (int round = 0; round < 4; round++)
        if (platform_poll(platform, event)) return true;
    return false;
}

static int drain(void **state) {
    (void)state;
    PlatformEvent event;
    while (poll(&event)) {
    }
    return 0;
}

static PlatformEvent next(PlatformEventKind kind) {
    PlatformEvent event = {0};
    if (!poll(&event)) fail_msg("no event, wanted %d", kind);
    if (event.kind != kind) fail_msg("event %d, wanted %d", event.kind, kind);
    return event;
}

static void none(void) {
    PlatformEvent event;
    assert_false(poll(&event));
}

static bool near(float a, float b) {
    return fabsf(a - b) < 1e-3f;
}

static void test_window(void **state) {
    (void)state;
    int width, height;
    platform_size(platform, 0, &width, &height);
    assert_int_equal(width, WIDTH);
    assert_int_equal(height, HEIGHT);
    assert_true(platform_is_headless(platform) && !platform_is_glx(platform));
    assert_true(near(platform_scale(platform), 1));
    double start_s = platform_time_s();
    PlatformEvent event;
    assert_false(platform_wait(platform, 0.05, &event));
    assert_true(platform_time_s() - start_s > 0.04);
}

static void test_mouse_and_keys(void **state) {
    (void)state;
    SDL_Event press = {.button = {.type = SDL_MOUSEBUTTONDOWN,
                                  .windowID = window_id,
                                  .button = SDL_BUTTON_RIGHT,
                                  .state = SDL_PRESSED,
                                  .clicks = 2,
                                  .x = 30,
                                  .y = 40}};
    SDL_PushEvent(&press);
    PlatformEvent event = next(EVENT_POINTER_DOWN);
    assert_true(near(event.x, 30) && near(event.y, 40) && event.button == BUTTON_RIGHT && event.clicks == 2 &&
                !event.touch);
    press.button.which = SDL_TOUCH_MOUSEID; /* a mouse made up from a finger */
    SDL_PushEvent(&press);
    none();
    SDL_Event move = {
        .motion = {.type = SDL_MOUSEMOTION, .windowID = window_id, .x = 31, .y = 38, .xrel = 1, .yrel = -2}};
    SDL_PushEvent(&move);
    event = next(EVENT_POINTER_MOVE);
    assert_true(near(event.dx, 1) && near(event.dy, -2));
    SDL_Event wheel = {.wheel = {.type = SDL_MOUSEWHEEL, .windowID = window_id, .y = 1, .preciseY = 1.0f}};
    SDL_PushEvent(&wheel);
    assert_true(near(next(EVENT_WHEEL).dy, 1));
    static const struct {
        SDL_Keycode from;
        int to;
    } keys[] = {{SDLK_a, 'a'},
                {SDLK_LEFT, KEY_LEFT},
                {SDLK_F11, KEY_F11},
                {SDLK_ESCAPE, KEY_ESCAPE},
                {SDLK_KP_ENTER, KEY_ENTER},
                {SDLK_RCTRL, KEY_CTRL},
                {SDLK_PRINTSCREEN, KEY_OTHER}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        SDL_Event key = {.key = {.type = SDL_KEYDOWN,
                                 .windowID = window_id,
                                 .state = SDL_PRESSED,
                                 .keysym = {.sym = keys[i].from, .mod = KMOD_LSHIFT | KMOD_RCTRL}}};
        SDL_PushEvent(&key);
        event = next(EVENT_KEY_DOWN);
        assert_int_equal(event.key, keys[i].to);
        assert_int_equal(event.mods, MOD_SHIFT | MOD_CTRL);
    }
    SDL_Event text = {.text = {.type = SDL_TEXTINPUT, .windowID = window_id, .text = "ñ"}};
    SDL_PushEvent(&text);
    assert_string_equal(next(EVENT_TEXT).text, "ñ");
    none();
}

static void test_one_finger_is_a_pointer(void **state) {
    (void)state;
    finger(SDL_FINGERDOWN, 1, 0.5f, 0.5f);
    assert_int_equal(next(EVENT_FINGER_DOWN).finger, 0);
    PlatformEvent event = next(EVENT_POINTER_DOWN);
    assert_true(event.touch && near(event.x, 100) && near(event.y, 50) && event.clicks == 1);
    finger(SDL_FINGERMOTION, 1, 0.55f, 0.5f);
    next(EVENT_FINGER_MOVE);
    assert_true(near(next(EVENT_POINTER_MOVE).dx, 10));
    finger(SDL_FINGERUP, 1, 0.55f, 0.5f);
    next(EVENT_FINGER_UP);
    next(EVENT_POINTER_UP);
    finger(SDL_FINGERDOWN, 1, 0.5f, 0.5f); /* soon and near: a double tap */
    next(EVENT_FINGER_DOWN);
    assert_int_equal(next(EVENT_POINTER_DOWN).clicks, 2);
    finger(SDL_FINGERUP, 1, 0.5f, 0.5f);
    next(EVENT_FINGER_UP);
    next(EVENT_POINTER_UP);
    finger(SDL_FINGERUP, 1, 0.5f, 0.5f); /* unknown */
    none();
}

static void test_two_fingers_pinch_and_pan(void **state) {
    (void)state;
    finger(SDL_FINGERDOWN, 1, 0.4f, 0.5f);
    next(EVENT_FINGER_DOWN);
    next(EVENT_POINTER_DOWN);
    finger(SDL_FINGERDOWN, 2, 0.6f, 0.5f);
    next(EVENT_FINGER_DOWN);
    next(EVENT_POINTER_CANCEL); /* the press was the start of a gesture */
    finger(SDL_FINGERMOTION, 2, 0.8f, 0.5f);
    next(EVENT_FINGER_MOVE);
    PlatformEvent event = next(EVENT_PINCH);
    assert_true(near(event.factor, 2) && near(event.x, 120) && near(event.y, 50));
    event = next(EVENT_PAN);
    assert_true(near(event.dx, 20) && near(event.dy, 0));
    finger(SDL_FINGERUP, 2, 0.8f, 0.5f);
    next(EVENT_FINGER_UP);
    finger(SDL_FINGERMOTION, 1, 0.3f, 0.5f); /* what is left of a gesture does nothing */
    next(EVENT_FINGER_MOVE);
    none();
    finger(SDL_FINGERUP, 1, 0.3f, 0.5f);
    next(EVENT_FINGER_UP);
    none();
    finger(SDL_FINGERDOWN, 3, 0.9f, 0.9f);
    next(EVENT_FINGER_DOWN);
    next(EVENT_POINTER_DOWN);              /* and afterwards one finger is a pointer again */
    finger(SDL_FINGERDOWN, 3, 0.9f, 0.9f); /* down without up: the panel forgot to tell */
    next(EVENT_FINGER_UP);
    next(EVENT_POINTER_CANCEL);
    next(EVENT_FINGER_DOWN);
    next(EVENT_POINTER_DOWN);
    finger(SDL_FINGERUP, 3, 0.9f, 0.9f);
}

static void test_focus_lost_lets_go(void **state) {
    (void)state;
    finger(SDL_FINGERDOWN, 4, 0.5f, 0.5f);
    next(EVENT_FINGER_DOWN);
    next(EVENT_POINTER_DOWN);
    SDL_Event blur = {
        .window = {.type = SDL_WINDOWEVENT, .windowID = window_id, .event = SDL_WINDOWEVENT_FOCUS_LOST}};
    SDL_PushEvent(&blur);
    next(EVENT_FINGER_UP);
    next(EVENT_POINTER_CANCEL);
    next(EVENT_BLUR);
    none();
}

static void test_queue(void **state) {
    (void)state;
    platform_push(platform, &(PlatformEvent){.kind = EVENT_DROP_FILE, .path = "a.jpg"});
    platform_push(platform, &(PlatformEvent){.kind = EVENT_KEY_DOWN, .key = 'z', .mods = MOD_CTRL});
    assert_string_equal(next(EVENT_DROP_FILE).path, "a.jpg");
    assert_int_equal(next(EVENT_KEY_DOWN).key, 'z');
    SDL_Event drop = {.drop = {.type = SDL_DROPFILE, .windowID = window_id, .file = SDL_strdup("b.png")}};
    SDL_PushEvent(&drop);
    assert_string_equal(next(EVENT_DROP_FILE).path, "b.png");
    platform_wake(platform);
    PlatformEvent event;
    assert_true(platform_wait(platform, 5, &event));
    assert_int_equal(event.kind, EVENT_WAKE);
    for (int i = 0; i < 2000; i++)
        platform_push(platform, &(PlatformEvent){.kind = EVENT_EXPOSE}); /* more than fit */
    drain(NULL);
    SDL_Event quit = {.type = SDL_QUIT};
    SDL_PushEvent(&quit);
    next(EVENT_QUIT);
}

static void test_capture_is_ours(void **state) {
    (void)state;
    assert_int_equal(SDL_CaptureMouse(SDL_TRUE), 0); /* wrapped: offscreen SDL itself answers -1 */
}

static void test_second_window(void **state) {
    (void)state;
    Err err = {0};
    if (!platform_open_second(platform, "client", false, &err)) fail_msg("%s", err.text);
    assert_true(platform_second_open(platform));
    platform_make_current(platform, 1);
    int width, height;
    platform_size(platform, 1, &width, &height);
    assert_true(width > 0 && height > 0);
    platform_swap(platform, 1);
    platform_close_second(platform);
    assert_false(platform_second_open(platform));
    platform_swap(platform, 0);
    drain(NULL);
}

static void test_kiosk_cannot_be_quit(void **state) {
    (void)state;
    platform_destroy(platform);
    Err err = {0};
    platform = platform_create(&(PlatformDesc){.headless = true, .kiosk = true}, &err);
    assert_non_null(platform);
    drain(NULL);
    SDL_Event quit = {.type = SDL_QUIT};
    SDL_PushEvent(&quit);
    none();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_window, drain),
        cmocka_unit_test_setup(test_mouse_and_keys, drain),
        cmocka_unit_test_setup(test_one_finger_is_a_pointer, drain),
        cmocka_unit_test_setup(test_two_fingers_pinch_and_pan, drain),
        cmocka_unit_test_setup(test_focus_lost_lets_go, drain),
        cmocka_unit_test_setup(test_queue, drain),
        cmocka_unit_test_setup(test_capture_is_ours, drain),
        cmocka_unit_test_setup(test_second_window, drain),
        cmocka_unit_test_setup(test_kiosk_cannot_be_quit, drain),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
