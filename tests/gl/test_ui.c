/* Widgets headless: pressed, dragged, tapped, walked by keyboard; contrast; a picture of all of them. */
#include "engine/image.h"
#include "engine/ui.h"
#include "gl_fixture.h"
#include <SDL.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 900, HEIGHT = 900 };

typedef struct Values {
    int presses, taps, step, tab, kind;
    double length;
    int sessions;
    bool on, open, dialogue;
    int left;
    char name[32], why[32];
    float pin[2];
    UiDrag drag;
} Values;

static Ui *ui;
static Values values;
static const UiRange length_range = {.min = 0, .max = 25, .initial = 3, .decimals = 1, .unit = "mm"};
static const UiRange session_range = {.min = 1, .max = 6, .initial = 3};

static void build(void) {
    static const char *const kinds[] = {"Soft", "Defined", "Edge-up"};
    static const char *const steps[] = {"Photos", "Fit", "Today", "Hairline"};
    ui_panel_begin(ui, "side", (UiRect){0, 0, 420, HEIGHT}, 0);
    ui_segmented(ui, "Steps##steps", steps, 4, &values.step);
    ui_text(ui, UI_TITLE, "Hairline");
    ui_text(ui, UI_MUTED, "Drag the points on the head. Every change is shown at once.");
    if (ui_button(ui, "Save picture##save", UI_PRIMARY, -1, 0)) values.presses++;
    ui_columns_begin(ui, 2);
    if (ui_button(ui, "Undo##undo", UI_SECONDARY, 0, 0)) values.presses += 100;
    ui_button(ui, "Redo##redo", UI_GHOST, 0, 0);
    ui_columns_end(ui);
    ui_slider(ui, "Hair length##length", &values.length, &length_range);
    ui_slider_int(ui, "Sessions##sessions", &values.sessions, &session_range);
    ui_toggle(ui, "Show dots##dots", &values.on);
    ui_segmented(ui, "Style##style", kinds, 3, &values.kind);
    ui_combo(ui, "Preset##preset", kinds, 3, &values.tab);
    ui_text_pair(ui, "Dots", "%d", 12345);
    ui_text_field(ui, "Name##name", values.name, sizeof values.name, false);
    ui_progress(ui, "Fitting", 0.4);
    ui_badge(ui, UI_COLOUR_GOOD, "good fit");
    ui_panel_end(ui);
    values.drag = ui_handle(ui, "pin", values.pin[0], values.pin[1], 10);
    values.pin[0] += values.drag.dx_px;
    values.pin[1] += values.drag.dy_px;
    ui_draw_circle(ui, values.pin[0], values.pin[1], 9, ui_colour(ui, UI_COLOUR_ACCENT), 3);
    if (values.dialogue && ui_modal_begin(ui, "Leave this client?##leave", 420)) {
        ui_text(ui, UI_BODY, "Nothing of this visit will be kept.");
        if (ui_button(ui, "Stay##stay", UI_SECONDARY, 0, 0)) values.dialogue = false;
        ui_text_field(ui, "Why##why", values.why, sizeof values.why, false);
        if (ui_button(ui, "Leave##leave", UI_PRIMARY, 0, 0)) values.left++;
        ui_modal_end(ui);
    }
}

static void frame(void) {
    ui_begin(ui, WIDTH, HEIGHT, 1.0 / 60);
    build();
    ui_end(ui);
}

static void settle(void) {
    for (int i = 0; i < 40 && ui_needs_frame(ui); i++) frame();
}

static int setup(void **state) {
    gl_setup(state);
    Err err = {0};
    ui = ui_create(&(UiDesc){.gpu = *state}, &err);
    if (!ui) fail_msg("%s", err.text);
    values = (Values){.length = 3, .sessions = 3, .on = true, .pin = {650, 300}};
    settle();
    return 0;
}

static int teardown(void **state) {
    ui_destroy(ui);
    return gl_teardown(state);
}

static UiRect place_of(const char *name) {
    UiRect rect = {0};
    if (!ui_find_widget(ui, name, &rect)) fail_msg("no widget %s", name);
    return rect;
}

static bool event(PlatformEventKind kind, float x, float y, bool touch) {
    return ui_event(ui, &(PlatformEvent){.kind = kind, .x = x, .y = y, .touch = touch, .clicks = 1});
}

static void click(float x, float y, bool touch) {
    if (!touch) event(EVENT_POINTER_MOVE, x, y, touch);
    event(EVENT_POINTER_DOWN, x, y, touch);
    event(EVENT_POINTER_UP, x, y, touch);
    settle();
}

static void click_on(const char *name, bool touch) {
    UiRect r = place_of(name);
    click(r.x + r.w / 2, r.y + r.h / 2, touch);
}

static void rest(void) { /* so that the next click is not a double click */
    for (int i = 0; i < 40; i++) frame();
}

static void test_targets_are_large(void **state) {
    (void)state;
    UiRect rect;
    static const char *const names[] = {"save",       "undo",   "redo", "length", "dots",
                                        "style.Soft", "preset", "name", "pin"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        rect = place_of(names[i]);
        assert_true(rect.h >= 47.5f && rect.w >= 47.5f);
    }
    assert_true(ui_widget_count(ui) >= 12);
}

static void test_click_and_tap(void **state) {
    (void)state;
    values.presses = 0;
    click_on("save", false);
    assert_int_equal(values.presses, 1);
    for (int i = 0; i < 3; i++) {
        rest();
        click_on("save", true); /* down and up before any frame */
    }
    assert_int_equal(values.presses, 4);
    click_on("undo", true);
    assert_int_equal(values.presses, 104);
    click_on("style.Edge-up", true);
    assert_int_equal(values.kind, 2);
    click_on("dots", true);
    assert_false(values.on);
    click_on("steps.Hairline", false);
    assert_int_equal(values.step, 3);
}

/* A finger as SDL tells of it, and the mouse that some drivers make up from it as well. */
static void finger(Uint32 type, SDL_FingerID id, float x, float y) {
    Uint32 window = 1;
    int width, height;
    while (window < 100 && !SDL_GetWindowFromID(window)) ++window;
    platform_size(fixture_platform, 0, &width, &height);
    SDL_Event touch = {.tfinger = {.type = type,
                                   .touchId = 7,
                                   .fingerId = id,
                                   .x = x / (float)width,
                                   .y = y / (float)height,
                                   .windowID = window}};
    SDL_Event mouse = {.button = {.type = type == SDL_FINGERUP ? SDL_MOUSEBUTTONUP : SDL_MOUSEBUTTONDOWN,
                                  .which = SDL_TOUCH_MOUSEID,
                                  .windowID = window,
                                  .button = SDL_BUTTON_LEFT,
                                  .state = type == SDL_FINGERUP ? SDL_RELEASED : SDL_PRESSED,
                                  .clicks = 1,
                                  .x = (int)x,
                                  .y = (int)y}};
    SDL_PushEvent(&touch);
    if (type != SDL_FINGERMOTION) SDL_PushEvent(&mouse);
    PlatformEvent taken;
    for (int round = 0; round < 4; ++round)
        while (platform_poll(fixture_platform, &taken)) ui_event(ui, &taken);
    settle();
}

static void test_fingers_press_once_and_drag(void **state) {
    (void)state;
    rest();
    UiRect save = place_of("save"), length = place_of("length");
    values.presses = 0;
    finger(SDL_FINGERDOWN, 1, save.x + 20, save.y + 20);
    finger(SDL_FINGERUP, 1, save.x + 20, save.y + 20);
    assert_int_equal(values.presses, 1);
    rest();
    float y = length.y + length.h - 12;
    finger(SDL_FINGERDOWN, 2, length.x + length.w * 0.25f, y);
    finger(SDL_FINGERMOTION, 2, length.x + length.w * 0.75f, y);
    finger(SDL_FINGERUP, 2, length.x + length.w * 0.75f, y);
    assert_true(fabs(values.length - 18.75) < 1);
    rest();
    finger(SDL_FINGERDOWN, 3, save.x + 20, save.y + 20);
    finger(SDL_FINGERDOWN, 4, save.x + 60, save.y + 20); /* a pinch begins: that was no press */
    finger(SDL_FINGERUP, 3, save.x + 20, save.y + 20);
    finger(SDL_FINGERUP, 4, save.x + 60, save.y + 20);
    assert_int_equal(values.presses, 1);
    values.length = 3;
}

static void test_cancelled_press_does_nothing(void **state) {
    (void)state;
    values.presses = 0;
    UiRect r = place_of("save");
    event(EVENT_POINTER_DOWN, r.x + 20, r.y + 20, true);
    settle();
    event(EVENT_POINTER_CANCEL, r.x + 20, r.y + 20, true);
    settle();
    assert_int_equal(values.presses, 0);
    assert_false(ui_wants_mouse(ui));
}

static void test_who_takes_the_pointer(void **state) {
    (void)state;
    rest();
    UiRect r = place_of("save");
    assert_true(event(EVENT_POINTER_DOWN, r.x + 20, r.y + 20, true)); /* on the very first touch */
    assert_true(event(EVENT_POINTER_MOVE, 800, 600, true));           /* and while it is held */
    assert_true(event(EVENT_POINTER_UP, 800, 600, true));
    settle();
    assert_false(event(EVENT_POINTER_DOWN, 800, 600, true));
    assert_false(
        event(EVENT_POINTER_MOVE, r.x + 20, r.y + 20, true)); /* a drag begun on the scene stays there */
    assert_false(event(EVENT_POINTER_UP, r.x + 20, r.y + 20, true));
    settle();
}

static void test_slider(void **state) {
    (void)state;
    rest();
    UiRect r = place_of("length");
    event(EVENT_POINTER_MOVE, r.x + r.w / 2, r.y + r.h - 12, false);
    frame();
    event(EVENT_POINTER_DOWN, r.x + r.w / 2, r.y + r.h - 12, false);
    frame();
    assert_true(fabs(values.length - 12.5) < 0.6);
    double before = values.length;
    event(EVENT_POINTER_MOVE, r.x + r.w * 0.75f, r.y + r.h - 12, false);
    frame();
    assert_true(values.length > before + 4);
    event(EVENT_POINTER_UP, r.x + r.w * 0.75f, r.y + r.h - 12, false);
    settle();
    rest();
    click(r.x + 100, r.y + r.h - 12, false);
    click(r.x + 100, r.y + r.h - 12, false); /* the second of a double click */
    assert_true(fabs(values.length - 3) < 1e-9);
}

static void test_handle_drag(void **state) {
    (void)state;
    rest();
    float x = values.pin[0], y = values.pin[1];
    assert_true(event(EVENT_POINTER_DOWN, x, y, true));
    frame();
    frame();
    assert_true(values.drag.active);
    event(EVENT_POINTER_MOVE, x + 60, y + 25, true);
    frame();
    event(EVENT_POINTER_UP, x + 60, y + 25, true);
    frame();
    assert_true(values.drag.released);
    settle();
    assert_true(fabsf(values.pin[0] - x - 60) < 0.5f && fabsf(values.pin[1] - y - 25) < 0.5f);
}

static void key(int code) {
    ui_event(ui, &(PlatformEvent){.kind = EVENT_KEY_DOWN, .key = code});
    ui_event(ui, &(PlatformEvent){.kind = EVENT_KEY_UP, .key = code});
    settle();
}

static void test_keyboard_reaches_everything(void **state) {
    (void)state;
    rest();
    click(300, 880, false); /* the panel's empty part takes the focus */
    values.presses = 0;
    values.on = true;
    float x = values.pin[0];
    int turns = ui_widget_count(ui);
    click_on("steps.Fit", false);
    for (int i = 0; i < 2; i++) { /* back over the first step to the last thing of all */
        ui_event(ui, &(PlatformEvent){.kind = EVENT_KEY_DOWN, .key = KEY_TAB, .mods = MOD_SHIFT});
        ui_event(ui, &(PlatformEvent){.kind = EVENT_KEY_UP, .key = KEY_TAB});
        settle();
    }
    key(KEY_RIGHT);
    assert_true(values.pin[0] > x);
    for (int i = 0; i < turns && values.presses == 0; i++) {
        key(KEY_TAB);
        if (!ui_wants_keyboard(ui)) key(KEY_SPACE);
    }
    assert_int_equal(values.presses, 1);
    key(KEY_ENTER);
    assert_int_equal(values.presses, 2);
    for (int i = 0; i < turns && values.on; i++) {
        key(KEY_TAB);
        if (!ui_wants_keyboard(ui)) key(KEY_SPACE);
    }
    assert_false(values.on);
    key(KEY_ESCAPE);
}

static void test_text_field(void **state) {
    (void)state;
    rest();
    values.name[0] = 0;
    click_on("name", true);
    assert_true(ui_wants_keyboard(ui));
    assert_true(ui_event(ui, &(PlatformEvent){.kind = EVENT_TEXT, .text = "Ana"}));
    settle();
    assert_string_equal(values.name, "Ana");
    key(KEY_ENTER);
    click(800, 600, false);
    assert_false(ui_wants_keyboard(ui));
}

static void test_dialogue_holds_and_lets_go(void **state) {
    (void)state;
    values.dialogue = true;
    ui_request_frames(ui, 3);
    settle();
    assert_true(event(EVENT_POINTER_DOWN, 880, 880, true)); /* nothing gets past it */
    event(EVENT_POINTER_UP, 880, 880, true);
    settle();
    click_on("stay", true);
    assert_false(values.dialogue);
    settle();
    assert_false(event(EVENT_POINTER_DOWN, 880, 880, true));
    event(EVENT_POINTER_UP, 880, 880, true);
    values.dialogue = true; /* and when the application just stops asking */
    ui_request_frames(ui, 3);
    settle();
    const PlatformEvent save = {.kind = EVENT_KEY_DOWN, .key = 's', .mods = MOD_CTRL};
    assert_true(ui_event(ui, &save));
    values.dialogue = false;
    ui_modal_leave(ui);
    assert_false(ui_event(ui, &save)); /* in the same frame: the application's own already */
    ui_event(ui, &(PlatformEvent){.kind = EVENT_KEY_UP, .key = 's'});
    ui_request_frames(ui, 3);
    settle();
    assert_false(event(EVENT_POINTER_DOWN, 880, 880, true));
    event(EVENT_POINTER_UP, 880, 880, true);
    settle();
}

static void test_enter_presses_the_main_button(void **state) {
    (void)state;
    values.dialogue = true;
    ui_request_frames(ui, 3);
    settle();
    int presses = values.presses;
    values.left = 0;
    key(KEY_ENTER);
    assert_int_equal(values.left, 1);
    assert_int_equal(values.presses, presses); /* the panel's own main button lies under it */
    ui_event(ui, &(PlatformEvent){.kind = EVENT_KEY_DOWN, .key = KEY_ENTER, .repeat = true});
    settle();
    assert_int_equal(values.left, 1); /* a key that was held when it opened */
    ui_event(ui, &(PlatformEvent){.kind = EVENT_KEY_UP, .key = KEY_ENTER});
    click_on("why", true);
    key(KEY_ENTER); /* the text field's */
    assert_int_equal(values.left, 1);
    key(KEY_TAB); /* from the field on to Leave, and around to Stay */
    key(KEY_TAB);
    key(KEY_ENTER);
    assert_false(values.dialogue);
    assert_int_equal(values.left, 1);
    settle();
    key(KEY_ENTER);
    assert_int_equal(values.left, 1);
}

static void test_rests_when_nothing_happens(void **state) {
    (void)state;
    settle();
    frame();
    assert_false(ui_needs_frame(ui));
    event(EVENT_POINTER_MOVE, 700, 700, false);
    assert_true(ui_needs_frame(ui));
    settle();
    assert_false(ui_needs_frame(ui));
}

static double linear(uint32_t byte) {
    double c = byte / 255.0;
    return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* WCAG 2 contrast ratio. */
static double contrast(uint32_t a, uint32_t b) {
    double la = 0.2126 * linear(a >> 24) + 0.7152 * linear(a >> 16 & 255) + 0.0722 * linear(a >> 8 & 255);
    double lb = 0.2126 * linear(b >> 24) + 0.7152 * linear(b >> 16 & 255) + 0.0722 * linear(b >> 8 & 255);
    return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

static void test_contrast(void **state) {
    (void)state;
    static const UiColour inks[] = {UI_COLOUR_TEXT, UI_COLOUR_MUTED,   UI_COLOUR_ACCENT,
                                    UI_COLOUR_GOOD, UI_COLOUR_WARNING, UI_COLOUR_BAD};
    static const UiColour papers[] = {UI_COLOUR_PANEL, UI_COLOUR_FIELD, UI_COLOUR_BACKGROUND};
    for (int theme = UI_LIGHT; theme <= UI_DARK; theme++) {
        for (size_t i = 0; i < sizeof inks / sizeof inks[0]; i++)
            for (size_t p = 0; p < sizeof papers / sizeof papers[0]; p++) {
                double ratio = contrast(ui_theme_colour((UiTheme)theme, inks[i]),
                                        ui_theme_colour((UiTheme)theme, papers[p]));
                if (ratio < 4.5) fail_msg("theme %d ink %zu paper %zu: %.2f", theme, i, p, ratio);
            }
        assert_true(contrast(ui_theme_colour((UiTheme)theme, UI_COLOUR_ON_ACCENT),
                             ui_theme_colour((UiTheme)theme, UI_COLOUR_ACCENT)) >= 4.5);
    }
}

static void picture(Gpu *gpu, const char *name, int *inked) {
    GpuTarget target =
        gpu_target_create(gpu, &(GpuTargetDesc){.width = WIDTH, .height = HEIGHT, .colour = {GPU_RGBA8}});
    uint32_t back = ui_colour(ui, UI_COLOUR_BACKGROUND);
    gpu_pass_begin(gpu,
                   &(GpuPassDesc){.target = target,
                                  .colour_load = {GPU_CLEAR},
                                  .clear_rgba = {{(float)(back >> 24) / 255, (float)(back >> 16 & 255) / 255,
                                                  (float)(back >> 8 & 255) / 255, 1}}});
    ui_draw(ui);
    gpu_pass_end(gpu);
    static uint8_t pixels[HEIGHT * WIDTH * 4];
    assert_true(gpu_read(gpu, target, 0, 0, 0, WIDTH, HEIGHT, 0, GPU_READ_RGBA8, pixels, NULL));
    *inked = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) *inked += pixels[i * 4] != (back >> 24);
    const char *folder = getenv("STIPPLE_TEST_PICTURES");
    if (folder) {
        char path[512];
        Err err = {0};
        snprintf(path, sizeof path, "%s/%s.png", folder, name);
        if (!image_save(path, &(Image){WIDTH, HEIGHT, pixels}, &err)) fail_msg("%s", err.text);
    }
    gpu_target_destroy(gpu, target);
}

static void test_looks(void **state) {
    int inked;
    event(EVENT_POINTER_MOVE, 700, 700, false);
    rest();
    picture(*state, "ui_light", &inked);
    assert_true(inked > 420 * HEIGHT / 2);
    ui_set_look(ui, 1, UI_DARK, UI_DESK);
    values.dialogue = true;
    rest();
    picture(*state, "ui_dark", &inked);
    values.dialogue = false;
    ui_set_look(ui, 1, UI_LIGHT, UI_KIOSK);
    rest();
    picture(*state, "ui_kiosk", &inked);
    ui_set_look(ui, 2, UI_LIGHT, UI_DESK);
    rest();
    picture(*state, "ui_double", &inked);
    assert_true(ui_scale(ui) > 1.9f);
    assert_true(place_of("save").h >= 95);
    ui_set_look(ui, 1, UI_LIGHT, UI_DESK);
    rest();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets_are_large),
        cmocka_unit_test(test_click_and_tap),
        cmocka_unit_test(test_fingers_press_once_and_drag),
        cmocka_unit_test(test_cancelled_press_does_nothing),
        cmocka_unit_test(test_who_takes_the_pointer),
        cmocka_unit_test(test_slider),
        cmocka_unit_test(test_handle_drag),
        cmocka_unit_test(test_keyboard_reaches_everything),
        cmocka_unit_test(test_text_field),
        cmocka_unit_test(test_dialogue_holds_and_lets_go),
        cmocka_unit_test(test_enter_presses_the_main_button),
        cmocka_unit_test(test_rests_when_nothing_happens),
        cmocka_unit_test(test_contrast),
        cmocka_unit_test(test_looks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
