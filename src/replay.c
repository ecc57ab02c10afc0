#include "replay.h"
#include "../engine/language.h"

#include "../engine/file.h"
#include "../engine/progress.h"
#include <string.h>

enum { REPLAY_BYTES = 1 << 20, LINE = 1024 };
static const double WAIT_STEP_S = 0.25;

void replay_send(ReplayWindow *window, const PlatformEvent *event) {
    ++window->events;
    if (event->kind == EVENT_POINTER_DOWN || event->kind == EVENT_DROP_FILE) ++window->presses;
    window->event(window->user, event);
}

static void send_pointer(ReplayWindow *window, PlatformEventKind kind, float x, float y, float dx, float dy,
                         int clicks) {
    PlatformEvent event = {.kind = kind,
                           .x = x,
                           .y = y,
                           .dx = dx,
                           .dy = dy,
                           .clicks = clicks,
                           .button = BUTTON_LEFT,
                           .touch = window->touch};
    replay_send(window, &event);
}

static void steps(ReplayWindow *window, int count) {
    for (int i = 0; i < count && !window->over(window->user); ++i) window->step(window->user, REPLAY_FRAME_S);
}

void replay_tap_at(ReplayWindow *window, float x, float y, int clicks) {
    if (!window->touch) send_pointer(window, EVENT_POINTER_MOVE, x, y, 0, 0, 0);
    steps(window, 1);
    for (int i = 1; i <= clicks; ++i) {
        send_pointer(window, EVENT_POINTER_DOWN, x, y, 0, 0, i);
        steps(window, 3);
        send_pointer(window, EVENT_POINTER_UP, x, y, 0, 0, i);
        steps(window, 3);
    }
}

/* ---- commands: each false with a sentence ---- */

static bool find(const ReplayWindow *window, const char *name, UiRect *rect, Err *err) {
    if (ui_find_widget(window->ui, name, rect)) return true;
    char list[400] = "";
    UiRect other;
    for (int i = 0; i < ui_widget_count(window->ui); ++i) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, " %s", ui_widget_name(window->ui, i, &other));
    }
    return err_set(err, "there is no \"%.60s\" on %s; there are:%s", name,
                   window->screen ? window->screen(window->user) : _("the screen"), list);
}

static bool do_tap(ReplayWindow *window, const char *argument, Err *err) {
    UiRect rect = {0, 0, (float)window->width, (float)window->height};
    bool anywhere = window->anywhere && window->anywhere(window->user);
    if (!anywhere && !find(window, argument, &rect, err)) return false;
    replay_tap_at(window, rect.x + rect.w / 2, rect.y + rect.h / 2, 1);
    return true;
}

static bool tap_share(ReplayWindow *window, const char *argument, int clicks, Err *err) {
    float x, y;
    if (sscanf(argument, "%f %f", &x, &y) != 2) return err_set(err, "two numbers from 0 to 1 are needed");
    replay_tap_at(window, x * (float)window->width, y * (float)window->height, clicks);
    return true;
}

static bool do_tap_at(ReplayWindow *window, const char *argument, Err *err) {
    return tap_share(window, argument, 1, err);
}

static bool do_double_tap_at(ReplayWindow *window, const char *argument, Err *err) {
    return tap_share(window, argument, 2, err);
}

static void drag_px(ReplayWindow *window, float x, float y, float dx, float dy) {
    enum { PARTS = 8 };
    if (!window->touch) send_pointer(window, EVENT_POINTER_MOVE, x, y, 0, 0, 0);
    steps(window, 1);
    send_pointer(window, EVENT_POINTER_DOWN, x, y, 0, 0, 1);
    steps(window, 3);
    for (int i = 0; i < PARTS; ++i) {
        x += dx / PARTS, y += dy / PARTS;
        send_pointer(window, EVENT_POINTER_MOVE, x, y, dx / PARTS, dy / PARTS, 0);
        steps(window, 1);
    }
    send_pointer(window, EVENT_POINTER_UP, x, y, 0, 0, 1);
}

/* The button stays down, or goes up, where the pointer is moved to. */
static bool hand_at(ReplayWindow *window, PlatformEventKind kind, const char *argument, Err *err) {
    float x, y;
    if (sscanf(argument, "%f %f", &x, &y) != 2) return err_set(err, "two numbers from 0 to 1 are needed");
    x *= (float)window->width;
    y *= (float)window->height;
    send_pointer(window, EVENT_POINTER_MOVE, x, y, 0, 0, 0);
    steps(window, 2);
    if (kind != EVENT_POINTER_MOVE) send_pointer(window, kind, x, y, 0, 0, 1);
    steps(window, 2);
    return true;
}

static bool do_hold_at(ReplayWindow *window, const char *argument, Err *err) {
    return hand_at(window, EVENT_POINTER_DOWN, argument, err);
}

static bool do_move_to(ReplayWindow *window, const char *argument, Err *err) {
    return hand_at(window, EVENT_POINTER_MOVE, argument, err);
}

static bool do_let_go_at(ReplayWindow *window, const char *argument, Err *err) {
    return hand_at(window, EVENT_POINTER_UP, argument, err);
}

static bool do_drag(ReplayWindow *window, const char *argument, Err *err) {
    char name[64];
    float x, y = 0;
    UiRect rect;
    if (sscanf(argument, "%63s %f %f", name, &x, &y) < 2)
        return err_set(err, "drag takes a name and one or two shares");
    if (!find(window, name, &rect, err)) return false;
    drag_px(window, rect.x + rect.w / 2, rect.y + rect.h / 2, x * (float)window->width,
            y * (float)window->height);
    return true;
}

static bool do_drag_at(ReplayWindow *window, const char *argument, Err *err) {
    float x, y, dx, dy, w = (float)window->width, h = (float)window->height;
    if (sscanf(argument, "%f %f %f %f", &x, &y, &dx, &dy) != 4)
        return err_set(err, "drag-at takes four numbers");
    drag_px(window, x * w, y * h, dx * w, dy * h);
    return true;
}

static int key_named(const char *name) {
    static const struct {
        const char *name;
        int key;
    } keys[] = {{"escape", KEY_ESCAPE}, {"tab", KEY_TAB},     {"space", KEY_SPACE}, {"enter", KEY_ENTER},
                {"delete", KEY_DELETE}, {"left", KEY_LEFT},   {"right", KEY_RIGHT}, {"up", KEY_UP},
                {"down", KEY_DOWN},     {"print", KEY_OTHER}, {"super", KEY_SUPER}, {"menu", KEY_OTHER}};
    if (name[0] == 'f' && name[1] >= '1' && name[1] <= '9') return KEY_F1 + atoi(name + 1) - 1;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; ++i)
        if (strcmp(keys[i].name, name) == 0) return keys[i].key;
    return name[0] && !name[1] ? name[0] : KEY_NONE;
}

static bool do_key(ReplayWindow *window, const char *argument, Err *err) {
    static const struct {
        const char *word;
        unsigned bit;
    } mods[] = {{"ctrl+", MOD_CTRL}, {"alt+", MOD_ALT}, {"shift+", MOD_SHIFT}, {"super+", MOD_SUPER}};
    PlatformEvent event = {.kind = EVENT_KEY_DOWN};
    const char *name = argument;
    for (size_t i = 0; i < sizeof mods / sizeof mods[0]; ++i)
        if (strncmp(name, mods[i].word, strlen(mods[i].word)) == 0) {
            event.mods |= mods[i].bit;
            name += strlen(mods[i].word);
            i = (size_t)-1;
        }
    event.key = key_named(name);
    if (event.key == KEY_NONE) return err_set(err, "there is no key \"%.40s\"", name);
    replay_send(window, &event);
    steps(window, 2);
    event.kind = EVENT_KEY_UP;
    replay_send(window, &event);
    return true;
}

static bool do_type(ReplayWindow *window, const char *argument, Err *err) {
    (void)err;
    PlatformEvent event = {.kind = EVENT_TEXT};
    snprintf(event.text, sizeof event.text, "%s", "");
    for (const char *at = argument; *at; ++at) {
        event.text[0] = *at;
        event.text[1] = 0;
        replay_send(window, &event);
        steps(window, 1);
    }
    return true;
}

static bool do_drop(ReplayWindow *window, const char *argument, Err *err) {
    (void)err;
    replay_send(window, &(PlatformEvent){.kind = EVENT_DROP_FILE, .path = argument});
    return true;
}

static bool do_wait(ReplayWindow *window, const char *argument, Err *err) {
    double left_s = atof(argument);
    if (!(left_s >= 0 && left_s <= 1e6)) return err_set(err, "wait takes seconds");
    for (; left_s > 1e-9 && !window->over(window->user); left_s -= WAIT_STEP_S)
        window->step(window->user, left_s < WAIT_STEP_S ? left_s : WAIT_STEP_S);
    if (!window->over(window->user))
        window->step(window->user, 1e-3); /* what the wait brought about is laid out */
    return true;
}

static bool do_screenshot(ReplayWindow *window, const char *argument, Err *err) {
    char path[1200];
    if (!window->touch) { /* a mouse that rests on a control would show its tooltip */
        send_pointer(window, EVENT_POINTER_MOVE, 1, (float)window->height - 1, 0, 0, 0);
        window->settle(window->user);
    }
    snprintf(path, sizeof path, "%.1000s/%.100s.png", window->shots ? window->shots : ".", argument);
    return window->shoot(window->user, path, err);
}

static bool do_expect_presses(ReplayWindow *window, const char *argument, Err *err) {
    return window->presses <= atoi(argument) ||
           err_set(err, "it took %d presses, more than %.20s", window->presses, argument);
}

static uint64_t name_of(const ReplayWindow *window, int index) {
    UiRect rect;
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (const char *name = ui_widget_name(window->ui, index, &rect); *name; ++name)
        hash = (hash ^ (uint8_t)*name) * 1099511628211u;
    return hash;
}

/* Goes around by Tab twice: what comes and goes with the keyboard's place is there the second time. */
static bool do_expect_tab(ReplayWindow *window, const char *argument, Err *err) {
    enum { MOST = 2048 };
    static uint64_t reached[MOST];
    int rounds = 2 * ui_widget_count(window->ui) + 2, seen = 0, missed = 0;
    char first[64] = "";
    (void)argument;
    for (int i = 0; i < rounds && seen < MOST; ++i) {
        if (!do_key(window, "tab", err)) return false;
        int at = ui_focused_widget(window->ui);
        if (at >= 0) reached[seen++] = name_of(window, at);
    }
    for (int i = 0; i < ui_widget_count(window->ui); ++i) {
        UiRect rect;
        int k = 0;
        while (k < seen && reached[k] != name_of(window, i)) ++k;
        if (k < seen) continue;
        if (missed++ == 0) snprintf(first, sizeof first, "%.60s", ui_widget_name(window->ui, i, &rect));
    }
    return missed == 0 || err_set(err, "Tab does not reach \"%s\" and %d more", first, missed - 1);
}

/* Each widget is so many px wide and high at scale 1. */
static bool do_expect_targets(ReplayWindow *window, const char *argument, Err *err) {
    float least = (float)atof(argument) * ui_scale(window->ui);
    for (int i = 0; i < ui_widget_count(window->ui); ++i) {
        UiRect rect;
        const char *name = ui_widget_name(window->ui, i, &rect);
        if (rect.w < least - 0.5f || rect.h < least - 0.5f)
            return err_set(err, "\"%.60s\" is %.0f x %.0f px, less than %.0f", name, (double)rect.w,
                           (double)rect.h, (double)least);
    }
    return true;
}

/* ---- lines ---- */

static bool run_own(ReplayWindow *window, const char *name, const char *argument, bool *known, Err *err) {
    for (const ReplayCommand *c = window->commands; c && c->name; ++c)
        if (strcmp(c->name, name) == 0) return *known = true, c->run(window->user, argument, err);
    return true;
}

static bool run_common(ReplayWindow *window, const char *name, const char *argument, bool *known, Err *err) {
    static const struct {
        const char *name;
        bool (*run)(ReplayWindow *window, const char *argument, Err *err);
        bool rests; /* the window comes to rest after it */
    } commands[] = {{"tap", do_tap, true},
                    {"tap-at", do_tap_at, true},
                    {"double-tap-at", do_double_tap_at, true},
                    {"drag", do_drag, true},
                    {"drag-at", do_drag_at, true},
                    {"hold-at", do_hold_at, true},
                    {"move-to", do_move_to, true},
                    {"let-go-at", do_let_go_at, true},
                    {"key", do_key, true},
                    {"type", do_type, true},
                    {"drop", do_drop, true},
                    {"wait", do_wait, false},
                    {"screenshot", do_screenshot, false},
                    {"expect-presses", do_expect_presses, false},
                    {"expect-tab", do_expect_tab, true},
                    {"expect-targets", do_expect_targets, false}};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; ++i) {
        if (strcmp(commands[i].name, name) != 0) continue;
        *known = true;
        bool ok = commands[i].run(window, argument, err);
        if (ok && commands[i].rests) window->settle(window->user);
        return ok;
    }
    return true;
}

static bool run_line(ReplayWindow *window, const char *line, Err *err) {
    char name[64] = "";
    bool known = false;
    sscanf(line, "%63s", name);
    const char *argument = line + strlen(name);
    argument += strspn(argument, " \t");
    bool expects = strncmp(name, "expect", 6) == 0 || strcmp(name, "screenshot") == 0;
    if (window->over(window->user) && !expects) return err_set(err, "it is over already");
    if (!run_own(window, name, argument, &known, err)) return false;
    if (!known && !run_common(window, name, argument, &known, err)) return false;
    if (!known && window->other && !window->other(window->user, name, argument, &known, err)) return false;
    return known || err_set(err, "unknown command \"%s\"", name);
}

static bool next_line(const char **at, char line[LINE]) {
    if (!**at) return false;
    size_t length = strcspn(*at, "\n"), kept = length < LINE - 1 ? length : LINE - 1;
    memcpy(line, *at, kept);
    line[kept] = 0;
    *at += length + ((*at)[length] == '\n');
    char *remark = strchr(line, '#');
    if (remark) *remark = 0;
    for (size_t end = strlen(line); end > 0 && strchr(" \t\r", line[end - 1]); --end) line[end - 1] = 0;
    return true;
}

bool replay_play(ReplayWindow *window, const char *path, const char *separator, int section, bool *last,
                 Err *err) {
    Arena arena = {0};
    Bytes bytes = {0};
    char line[LINE];
    int number = 0, now = 0;
    bool ok = arena_create(&arena, &(ArenaDesc){.name = "replay", .capacity_bytes = 4 * REPLAY_BYTES}, err) &&
              file_read(path, REPLAY_BYTES, &arena, &bytes, err);
    const char *at = ok ? (const char *)bytes.data : "";
    if (last) *last = true;
    if (ok) window->settle(window->user);
    while (ok && !progress_interrupted() && next_line(&at, line)) {
        ++number;
        const char *command = line + strspn(line, " \t");
        if (separator && strcmp(command, separator) == 0) {
            if (now++ != section) continue;
            if (last) *last = false;
            break;
        }
        if (now != section || !*command) continue;
        ok = run_line(window, command, err) || err_prefix(err, "%s, line %d", path, number);
    }
    arena_destroy(&arena);
    return ok;
}

/* ---- the monkey ---- */

/* A pin, a point or a mark is taken and moved. */
static bool grab_something(ReplayWindow *window, Rng *rng) {
    float place[REPLAY_PLACES][2];
    int count = window->places ? window->places(window->user, place) : 0;
    if (count == 0 || rng_float(rng) >= 0.15f) return false;
    const float *at = place[(int)(rng_float(rng) * (float)count * 0.9999f)];
    drag_px(window, at[0], at[1], rng_float(rng) * 40 - 20, rng_float(rng) * 40 - 20);
    return true;
}

static void press_something(ReplayWindow *window, Rng *rng) {
    if (grab_something(window, rng)) return;
    float x = rng_float(rng) * (float)window->width, y = rng_float(rng) * (float)window->height;
    int count = ui_widget_count(window->ui);
    if (count > 0 && rng_float(rng) < 0.6f) { /* a widget more often than not, or it would rarely hit one */
        UiRect rect;
        ui_widget_name(window->ui, (int)(rng_float(rng) * (float)count * 0.9999f), &rect);
        x = rect.x + rect.w / 2;
        y = rect.y + rect.h / 2;
    }
    send_pointer(window, EVENT_POINTER_DOWN, x, y, 0, 0, 1);
    steps(window, 1);
    if (rng_float(rng) < 0.2f) send_pointer(window, EVENT_POINTER_MOVE, x + 80, y + 30, 80, 30, 0);
    steps(window, 1);
    send_pointer(window, rng_float(rng) < 0.05f ? EVENT_POINTER_CANCEL : EVENT_POINTER_UP, x, y, 0, 0, 1);
    steps(window, 1);
}

static void send_anything(ReplayWindow *window, Rng *rng) {
    static const PlatformEventKind kinds[] = {
        EVENT_WHEEL,        EVENT_PINCH,     EVENT_PAN,       EVENT_KEY_DOWN, EVENT_KEY_UP,
        EVENT_TEXT,         EVENT_DROP_FILE, EVENT_QUIT,      EVENT_BLUR,     EVENT_FOCUS,
        EVENT_CLOSE_WINDOW, EVENT_EXPOSE,    EVENT_POINTER_UP};
    const int count = (int)(sizeof kinds / sizeof kinds[0]);
    PlatformEvent event = {.kind = kinds[(int)(rng_float(rng) * (float)count * 0.9999f)],
                           .x = rng_float(rng) * (float)window->width,
                           .y = rng_float(rng) * (float)window->height,
                           .dx = rng_float(rng) * 40 - 20,
                           .dy = rng_float(rng) * 40 - 20,
                           .factor = 0.5f + rng_float(rng),
                           .key = 1 + (int)(rng_float(rng) * (float)(KEY_COUNT - 2)),
                           .mods = (unsigned)(rng_float(rng) * 15.99f),
                           .text = "x",
                           .path = "/nowhere/picture.jpg"};
    if (window->drop_count > 0)
        event.path = window->drops[(int)(rng_float(rng) * (float)window->drop_count * 0.9999f)];
    replay_send(window, &event);
    steps(window, 1);
}

void replay_monkey(ReplayWindow *window, Rng *rng) {
    float dice = rng_float(rng);
    if (dice < 0.7f)
        press_something(window, rng);
    else if (dice < 0.98f)
        send_anything(window, rng);
    else
        window->step(window->user, (double)rng_float(rng) * 20);
}
