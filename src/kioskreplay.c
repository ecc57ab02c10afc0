/* kioskreplay - named commands played against the real kiosk without a window, and a monkey with a seed.
 *
 * One command a line; `#` begins a remark. `visit` ends a section: each section is one visit in a process of
 * its own. tap NAME            a finger on the widget of that name ("next", "who.loss.3"), or anywhere: tap
 * start tap-at X Y          the same at a share of the screen, 0..1 drag NAME DX        drags a handle by a
 * share of the screen's width corner N            N quick taps in the upper left corner key NAME f4, escape,
 * tab, ... with ctrl+ alt+ shift+ super+ before it wait S              seconds pass expect SCREEN       fails
 * when another screen is shown (attract who ... result facts pin ended) expect-taps N       fails when the
 * visit took more taps so far expect-warning      fails when "are you there" is not asked screenshot NAME
 * NAME.png in the folder of --shots close | crash | hang   the window manager's close; a fault; an endless
 * pause: for tests of the supervisor
 */
#include "kioskparts.h"

#include "../engine/file.h"
#include "../engine/progress.h"
#include "../engine/rng.h"
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { REPLAY_BYTES = 1 << 20, LINE = 256, SETTLE_FRAMES = 90 };
static const double FRAME_S = 1.0 / 30, WAIT_STEP_S = 0.25;

static void step_time(Kiosk *kiosk, double dt_s) {
    kiosk_frame(kiosk, kiosk->now_s + dt_s, false);
}

static void rest_ms(long ms) {
    nanosleep(&(struct timespec){0, ms * 1000000L}, NULL);
}

static void wait_for_work(const Kiosk *kiosk) {
    while (kiosk->job.kind != JOB_NONE && !atomic_load(&kiosk->job.finished)) rest_ms(2);
}

/* Until work, widgets and the turning head have come to rest. */
static void settle(Kiosk *kiosk) {
    for (int i = 0; i < SETTLE_FRAMES && !kiosk->quit && !progress_interrupted(); ++i) {
        wait_for_work(kiosk);
        step_time(kiosk, FRAME_S);
        if (kiosk->job.kind == JOB_NONE && !kiosk->moving && !ui_needs_frame(kiosk->ui)) return;
        bool shown = kiosk->job.kind == JOB_NONE && kiosk->veil <= 0;
        if (((kiosk->screen == SCREEN_ATTRACT && shown) || kiosk->warned) && i > 3)
            return; /* never at rest */
        if (kiosk->screen == SCREEN_CAMERA && i > 12) return;
    }
}

static void send(Kiosk *kiosk, PlatformEventKind kind, float x, float y, float dx) {
    PlatformEvent event = {.kind = kind, .x = x, .y = y, .dx = dx, .clicks = 1, .touch = true};
    kiosk_event(kiosk, &event);
}

static void tap_at(Kiosk *kiosk, float x, float y) {
    send(kiosk, EVENT_POINTER_DOWN, x, y, 0);
    for (int i = 0; i < 3; ++i) step_time(kiosk, FRAME_S);
    send(kiosk, EVENT_POINTER_UP, x, y, 0);
    for (int i = 0; i < 3 && !kiosk->quit; ++i) step_time(kiosk, FRAME_S);
}

/* ---- commands: each false with a sentence ---- */

static bool find(const Kiosk *kiosk, const char *name, UiRect *rect, Err *err) {
    if (ui_find_widget(kiosk->ui, name, rect)) return true;
    char list[400] = "";
    UiRect other;
    for (int i = 0; i < ui_widget_count(kiosk->ui); ++i) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, " %s", ui_widget_name(kiosk->ui, i, &other));
    }
    return err_set(err, "there is no \"%.60s\" on the screen \"%s\"; there are:%s", name,
                   kiosk_screen_names[kiosk->screen], list);
}

static bool do_tap(Kiosk *kiosk, const char *argument, Err *err) {
    UiRect rect = {0, 0, (float)kiosk->width, (float)kiosk->height};
    if (kiosk->screen != SCREEN_ATTRACT && !find(kiosk, argument, &rect, err)) return false;
    tap_at(kiosk, rect.x + rect.w / 2, rect.y + rect.h / 2);
    settle(kiosk);
    return true;
}

static bool do_tap_at(Kiosk *kiosk, const char *argument, Err *err) {
    float x, y;
    if (sscanf(argument, "%f %f", &x, &y) != 2) return err_set(err, "tap-at takes two numbers from 0 to 1");
    tap_at(kiosk, x * (float)kiosk->width, y * (float)kiosk->height);
    settle(kiosk);
    return true;
}

static bool do_drag(Kiosk *kiosk, const char *argument, Err *err) {
    char name[64];
    float share;
    UiRect rect;
    if (sscanf(argument, "%63s %f", name, &share) != 2) return err_set(err, "drag takes a name and a share");
    if (!find(kiosk, name, &rect, err)) return false;
    float x = rect.x + rect.w / 2, y = rect.y + rect.h / 2, dx = share * (float)kiosk->width / 8;
    send(kiosk, EVENT_POINTER_DOWN, x, y, 0);
    for (int i = 0; i < 3; ++i) step_time(kiosk, FRAME_S);
    for (int i = 0; i < 8; ++i) {
        x += dx;
        send(kiosk, EVENT_POINTER_MOVE, x, y, dx);
        step_time(kiosk, FRAME_S);
    }
    send(kiosk, EVENT_POINTER_UP, x, y, 0);
    settle(kiosk);
    return true;
}

static bool do_corner(Kiosk *kiosk, const char *argument, Err *err) {
    (void)err;
    for (int i = 0; i < atoi(argument) && kiosk->screen != SCREEN_PIN; ++i) tap_at(kiosk, 20, 20);
    settle(kiosk);
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

static bool do_key(Kiosk *kiosk, const char *argument, Err *err) {
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
    kiosk_event(kiosk, &event);
    for (int i = 0; i < 2; ++i) step_time(kiosk, FRAME_S);
    event.kind = EVENT_KEY_UP;
    kiosk_event(kiosk, &event);
    settle(kiosk);
    return true;
}

static bool do_wait(Kiosk *kiosk, const char *argument, Err *err) {
    double left_s = atof(argument);
    if (!(left_s >= 0 && left_s <= 1e6)) return err_set(err, "wait takes seconds");
    for (; left_s > 1e-9 && !kiosk->quit; left_s -= WAIT_STEP_S) {
        wait_for_work(kiosk); /* counted time does not run away from it */
        step_time(kiosk, left_s < WAIT_STEP_S ? left_s : WAIT_STEP_S);
    }
    if (!kiosk->quit) step_time(kiosk, 1e-3); /* what the wait brought about is laid out */
    return true;
}

static bool do_expect(Kiosk *kiosk, const char *argument, Err *err) {
    const char *now = kiosk_screen_names[kiosk->screen];
    return strcmp(now, argument) == 0 || err_set(err, "the screen is \"%s\", not \"%.40s\"", now, argument);
}

static bool do_expect_taps(Kiosk *kiosk, const char *argument, Err *err) {
    return kiosk->taps <= atoi(argument) ||
           err_set(err, "it took %d taps, more than %.20s", kiosk->taps, argument);
}

static bool do_expect_warning(Kiosk *kiosk, const char *argument, Err *err) {
    (void)argument;
    return kiosk->warned || err_set(err, "\"are you there\" is not asked");
}

static bool do_screenshot(Kiosk *kiosk, const char *argument, Err *err) {
    char path[1200];
    Arena arena = {0};
    Image image;
    settle(kiosk);
    snprintf(path, sizeof path, "%s/%.100s.png", kiosk->desc->shots ? kiosk->desc->shots : ".", argument);
    bool ok = arena_create(&arena, &(ArenaDesc){.name = "shot", .secret = true}, err) &&
              kiosk_shoot(kiosk, &arena, &image, err) && image_save(path, &image, err);
    arena_destroy(&arena);
    return ok;
}

static bool do_hold(Kiosk *kiosk, const char *argument, Err *err) {
    (void)err;
    while (access(argument, F_OK) != 0 && !progress_interrupted()) {
        rest_ms(20);
        kiosk_beat(kiosk);
    }
    return true;
}

static bool do_close(Kiosk *kiosk, const char *argument, Err *err) {
    (void)argument, (void)err;
    kiosk_event(kiosk, &(PlatformEvent){.kind = EVENT_QUIT});
    settle(kiosk);
    return true;
}

static bool do_crash(Kiosk *kiosk, const char *argument, Err *err) {
    (void)kiosk, (void)argument, (void)err;
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
    return true;
}

static bool do_hang(Kiosk *kiosk, const char *argument, Err *err) {
    (void)kiosk, (void)argument, (void)err;
    for (;;) pause();
    return false;
}

static bool run_line(Kiosk *kiosk, const char *line, Err *err) {
    static const struct {
        const char *name;
        bool (*run)(Kiosk *kiosk, const char *argument, Err *err);
    } commands[] = {{"tap", do_tap},
                    {"tap-at", do_tap_at},
                    {"drag", do_drag},
                    {"corner", do_corner},
                    {"key", do_key},
                    {"wait", do_wait},
                    {"expect", do_expect},
                    {"expect-taps", do_expect_taps},
                    {"expect-warning", do_expect_warning},
                    {"screenshot", do_screenshot},
                    {"hold", do_hold},
                    {"close", do_close},
                    {"crash", do_crash},
                    {"hang", do_hang}};
    char name[32] = "";
    sscanf(line, "%31s", name);
    const char *argument = line + strlen(name);
    argument += strspn(argument, " \t");
    bool expects = strncmp(name, "expect", 6) == 0 || strcmp(name, "screenshot") == 0;
    if (kiosk->quit && !expects) return err_set(err, "the visit is over already");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; ++i)
        if (strcmp(commands[i].name, name) == 0) return commands[i].run(kiosk, argument, err);
    return err_set(err, "unknown command \"%s\"", name);
}

/* ---- files ---- */

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

static const char *skip_blanks(const char *text) {
    return text + strspn(text, " \t");
}

bool kiosk_replay(Kiosk *kiosk, bool *last, Err *err) {
    Arena arena = {0};
    Bytes bytes = {0};
    char line[LINE];
    int number = 0, visit = 0;
    bool ok = arena_create(&arena, &(ArenaDesc){.name = "replay", .capacity_bytes = 4 * REPLAY_BYTES}, err) &&
              file_read(kiosk->desc->replay, REPLAY_BYTES, &arena, &bytes, err);
    const char *at = ok ? (const char *)bytes.data : "";
    *last = true;
    if (ok) settle(kiosk);
    while (ok && next_line(&at, line)) {
        ++number;
        const char *command = skip_blanks(line);
        if (strcmp(command, "visit") == 0) {
            if (visit++ == kiosk->desc->replay_visit) {
                *last = false;
                break;
            }
            continue;
        }
        if (visit != kiosk->desc->replay_visit || !*command) continue;
        ok = run_line(kiosk, command, err) || err_prefix(err, "%s, line %d", kiosk->desc->replay, number);
    }
    arena_destroy(&arena);
    return ok;
}

/* ---- the monkey ---- */

static void press_something(Kiosk *kiosk, Rng *rng) {
    float x = rng_float(rng) * (float)kiosk->width, y = rng_float(rng) * (float)kiosk->height;
    int count = ui_widget_count(kiosk->ui);
    if (count > 0 && rng_float(rng) < 0.6f) { /* a widget more often than not, or it would rarely hit one */
        UiRect rect;
        ui_widget_name(kiosk->ui, (int)(rng_float(rng) * (float)count * 0.9999f), &rect);
        x = rect.x + rect.w / 2;
        y = rect.y + rect.h / 2;
    }
    send(kiosk, EVENT_POINTER_DOWN, x, y, 0);
    step_time(kiosk, FRAME_S);
    if (rng_float(rng) < 0.2f) send(kiosk, EVENT_POINTER_MOVE, x + 80, y + 30, 80);
    step_time(kiosk, FRAME_S);
    send(kiosk, rng_float(rng) < 0.05f ? EVENT_POINTER_CANCEL : EVENT_POINTER_UP, x, y, 0);
    step_time(kiosk, FRAME_S);
}

static void send_anything(Kiosk *kiosk, Rng *rng) {
    static const PlatformEventKind kinds[] = {
        EVENT_WHEEL,        EVENT_PINCH,     EVENT_PAN,       EVENT_KEY_DOWN, EVENT_KEY_UP,
        EVENT_TEXT,         EVENT_DROP_FILE, EVENT_QUIT,      EVENT_BLUR,     EVENT_FOCUS,
        EVENT_CLOSE_WINDOW, EVENT_EXPOSE,    EVENT_POINTER_UP};
    const int count = (int)(sizeof kinds / sizeof kinds[0]);
    PlatformEvent event = {.kind = kinds[(int)(rng_float(rng) * (float)count * 0.9999f)],
                           .x = rng_float(rng) * (float)kiosk->width,
                           .y = rng_float(rng) * (float)kiosk->height,
                           .dx = rng_float(rng) * 40 - 20,
                           .dy = rng_float(rng) * 40 - 20,
                           .factor = 0.5f + rng_float(rng),
                           .key = 1 + (int)(rng_float(rng) * (float)(KEY_COUNT - 2)),
                           .mods = (unsigned)(rng_float(rng) * 15.99f),
                           .text = "x",
                           .path = "/nowhere/picture.jpg"};
    kiosk_event(kiosk, &event);
    step_time(kiosk, FRAME_S);
}

/* The visit ends as it would, but the process stays: a new one for each would take the monkey days. */
static void start_again(Kiosk *kiosk) {
    kiosk_forget_photo(kiosk);
    kiosk->quit = kiosk->warned = false;
    kiosk->touched_s = kiosk->now_s;
    kiosk_go(kiosk, SCREEN_ATTRACT);
    kiosk->story_made = -1;
}

bool kiosk_monkey(Kiosk *kiosk, Err *err) {
    enum { SHOT_EVERY = 2000 };
    Rng rng = rng_make(kiosk->desc->monkey_seed, 1);
    int visits = 0, screens[SCREEN_COUNT] = {0};
    settle(kiosk);
    for (int i = 0; i < kiosk->desc->monkey_events && !progress_interrupted(); ++i) {
        float dice = rng_float(&rng);
        if (dice < 0.7f)
            press_something(kiosk, &rng);
        else if (dice < 0.98f)
            send_anything(kiosk, &rng);
        else
            step_time(kiosk, (double)rng_float(&rng) * 20);
        ++screens[kiosk->screen];
        if (i % SHOT_EVERY == 0) kiosk_frame(kiosk, kiosk->now_s + FRAME_S, kiosk->job.kind == JOB_NONE);
        if (!kiosk->quit) continue;
        if (kiosk->end == KIOSK_STAFF_EXIT) return err_set(err, "the monkey left by the PIN");
        while (kiosk->job.kind != JOB_NONE) {
            rest_ms(2);
            kiosk_frame(kiosk, kiosk->now_s, false);
        }
        start_again(kiosk);
        ++visits;
    }
    printf("%d events, %d visits\n", kiosk->desc->monkey_events, visits);
    for (int s = 0; s < SCREEN_COUNT; ++s) printf("%-9s %d\n", kiosk_screen_names[s], screens[s]);
    return true;
}
