/* kioskreplay - the kiosk played from a file without a window, and by a monkey.
 *
 * Beside every window's commands (replay.h), where a tap on the stories is one anywhere (tap start); `visit`
 * ends a section, each of which is one visit in a process of its own:
 *
 *     corner N            N quick taps in the upper left corner
 *     expect SCREEN       fails when another one is shown (attract who ... result facts pin ended)
 *     expect-taps N       fails when the visit took more taps so far
 *     expect-warning      fails when "are you there" is not asked
 *     expect-targets N    fails when something to touch is smaller than N px, cut by the screen or by another
 *     report              one line on stdout: memory, descriptors and GL objects of this process
 *     hold FILE           waits, in real time, until the file appears
 *     close|crash|hang    the window manager's close; a fault; an endless pause: for tests of the supervisor
 */
#include "kioskparts.h"
#include "replay.h"

#include "../engine/progress.h"
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { SETTLE_FRAMES = 90 };

/* ---- the kiosk as a window to play on ---- */

static void rest_ms(long ms) {
    nanosleep(&(struct timespec){0, ms * 1000000L}, NULL);
}

static void wait_for_work(Kiosk *kiosk) {
    while (kiosk->job.kind != JOB_NONE && !atomic_load(&kiosk->job.finished)) {
        rest_ms(2);
        kiosk_beat(kiosk);
    }
}

static void on_event(void *user, const PlatformEvent *event) {
    kiosk_event(user, event);
}

static void step_time(Kiosk *kiosk, double dt_s) {
    kiosk_frame(kiosk, kiosk->now_s + dt_s, false);
}

static void on_step(void *user, double dt_s) {
    if (dt_s > REPLAY_FRAME_S) wait_for_work(user); /* counted time does not run away from it */
    step_time(user, dt_s);
}

/* Until work, widgets and the turning head have come to rest. */
static void on_settle(void *user) {
    Kiosk *kiosk = user;
    for (int i = 0; i < SETTLE_FRAMES && !kiosk->quit && !progress_interrupted(); ++i) {
        wait_for_work(kiosk);
        step_time(kiosk, REPLAY_FRAME_S);
        if (kiosk->job.kind == JOB_NONE && !kiosk->moving && !ui_needs_frame(kiosk->ui)) return;
        bool shown = kiosk->job.kind == JOB_NONE && kiosk->veil <= 0;
        if (((kiosk->screen == SCREEN_ATTRACT && shown) || kiosk->warned) && i > 3)
            return; /* never at rest */
        if (kiosk->screen == SCREEN_CAMERA && i > 12) return;
    }
}

static bool on_over(void *user) {
    const Kiosk *kiosk = user;
    return kiosk->quit;
}

static const char *on_screen(void *user) {
    const Kiosk *kiosk = user;
    return kiosk_screen_names[kiosk->screen];
}

static bool on_anywhere(void *user) {
    const Kiosk *kiosk = user;
    return kiosk->screen == SCREEN_ATTRACT;
}

static bool on_shoot(void *user, const char *path, Err *err) {
    Arena arena = {0};
    Image image;
    on_settle(user);
    bool ok = arena_create(&arena, &(ArenaDesc){.name = "shot", .secret = true}, err) &&
              kiosk_shoot(user, &arena, &image, err) && image_save(path, &image, err);
    arena_destroy(&arena);
    return ok;
}

static ReplayWindow window_of(Kiosk *kiosk) {
    return (ReplayWindow){.user = kiosk,
                          .ui = kiosk->ui,
                          .width = kiosk->width,
                          .height = kiosk->height,
                          .touch = true,
                          .shots = kiosk->desc->shots,
                          .event = on_event,
                          .step = on_step,
                          .settle = on_settle,
                          .over = on_over,
                          .screen = on_screen,
                          .anywhere = on_anywhere,
                          .shoot = on_shoot};
}

/* ---- its own commands ---- */

static bool do_corner(void *user, const char *argument, Err *err) {
    Kiosk *kiosk = user;
    ReplayWindow window = window_of(kiosk);
    (void)err;
    for (int i = 0; i < atoi(argument) && kiosk->screen != SCREEN_PIN; ++i) replay_tap_at(&window, 20, 20, 1);
    on_settle(kiosk);
    return true;
}

static bool do_expect(void *user, const char *argument, Err *err) {
    const Kiosk *kiosk = user;
    const char *now = kiosk_screen_names[kiosk->screen];
    return strcmp(now, argument) == 0 || err_set(err, "the screen is \"%s\", not \"%.40s\"", now, argument);
}

static bool do_expect_taps(void *user, const char *argument, Err *err) {
    const Kiosk *kiosk = user;
    return kiosk->taps <= atoi(argument) ||
           err_set(err, "it took %d taps, more than %.20s", kiosk->taps, argument);
}

static bool do_expect_warning(void *user, const char *argument, Err *err) {
    const Kiosk *kiosk = user;
    (void)argument;
    return kiosk->warned || err_set(err, "\"are you there\" is not asked");
}

static bool overlap(const UiRect *a, const UiRect *b) {
    return a->x + 1 < b->x + b->w && b->x + 1 < a->x + a->w && a->y + 1 < b->y + b->h &&
           b->y + 1 < a->y + a->h;
}

static bool do_expect_targets(void *user, const char *argument, Err *err) {
    const Kiosk *kiosk = user;
    const float least = (float)atof(argument) - 0.5f;
    for (int i = 0; i < ui_widget_count(kiosk->ui); ++i) {
        UiRect a, b;
        const char *name = ui_widget_name(kiosk->ui, i, &a);
        if (!ui_find_widget(kiosk->ui, name, &a)) continue;
        if (a.w < least || a.h < least)
            return err_set(err, "\"%s\" is %.0f x %.0f px small", name, (double)a.w, (double)a.h);
        if (a.x < 0 || a.y < 0 || a.x + a.w > (float)kiosk->width || a.y + a.h > (float)kiosk->height)
            return err_set(err, "\"%s\" is cut by the screen", name);
        for (int k = 0; k < i && !kiosk->warned; ++k) { /* the question lies over the page */
            const char *other = ui_widget_name(kiosk->ui, k, &b);
            if (ui_find_widget(kiosk->ui, other, &b) && overlap(&a, &b))
                return err_set(err, "\"%s\" lies over \"%s\"", name, other);
        }
    }
    return true;
}

/* KiB and counts, once a picture is drawn. Descriptors are asked for one by one: /proc is closed to a process
 * without dumps. */
static bool do_report(void *user, const char *argument, Err *err) {
    Kiosk *kiosk = user;
    (void)argument, (void)err;
    wait_for_work(kiosk);
    kiosk_frame(kiosk, kiosk->now_s + REPLAY_FRAME_S, true);
    struct rusage used;
    GpuCounters gl = gpu_counters(kiosk->gpu);
    long pages = 0;
    int descriptors = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    if (file) fclose(file);
    for (int fd = 0; fd < 1024; ++fd) descriptors += fcntl(fd, F_GETFD) >= 0;
    getrusage(RUSAGE_SELF, &used);
    printf("visit %d at %s: resident %ld peak %ld descriptors %d objects %d textures_kib %d\n",
           kiosk->desc->replay_visit, kiosk_screen_names[kiosk->screen],
           pages * (sysconf(_SC_PAGESIZE) / 1024), used.ru_maxrss, descriptors,
           gl.buffers + gl.textures + gl.targets + gl.shaders + gl.pipelines + gl.readbacks +
               gl.vertex_arrays,
           (int)(gl.texture_bytes / 1024));
    fflush(stdout);
    return true;
}

static bool do_hold(void *user, const char *argument, Err *err) {
    (void)err;
    while (access(argument, F_OK) != 0 && !progress_interrupted()) {
        rest_ms(20);
        kiosk_beat(user);
    }
    return true;
}

static bool do_close(void *user, const char *argument, Err *err) {
    (void)argument, (void)err;
    kiosk_event(user, &(PlatformEvent){.kind = EVENT_QUIT});
    on_settle(user);
    return true;
}

static bool do_crash(void *user, const char *argument, Err *err) {
    (void)user, (void)argument, (void)err;
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
    return true;
}

static bool do_hang(void *user, const char *argument, Err *err) {
    (void)user, (void)argument, (void)err;
    for (;;) pause();
    return false;
}

bool kiosk_replay(Kiosk *kiosk, bool *last, Err *err) {
    static const ReplayCommand commands[] = {{"corner", do_corner},
                                             {"expect", do_expect},
                                             {"expect-taps", do_expect_taps},
                                             {"expect-warning", do_expect_warning},
                                             {"expect-targets", do_expect_targets},
                                             {"report", do_report},
                                             {"hold", do_hold},
                                             {"close", do_close},
                                             {"crash", do_crash},
                                             {"hang", do_hang},
                                             {0}};
    ReplayWindow window = window_of(kiosk);
    window.commands = commands;
    return replay_play(&window, kiosk->desc->replay, "visit", kiosk->desc->replay_visit, last, err);
}

/* ---- the monkey ---- */

/* The visit ends as it would, but the process stays: a new one for each would take the monkey days. */
static void start_again(Kiosk *kiosk) {
    kiosk_forget_photo(kiosk);
    kiosk->quit = kiosk->warned = false;
    kiosk->end = KIOSK_VISIT_OVER;
    kiosk->touched_s = kiosk->now_s;
    kiosk_go(kiosk, SCREEN_ATTRACT);
    kiosk->story_made = -1;
}

void kiosk_monkey(Kiosk *kiosk) {
    enum { SHOT_EVERY = 2000, CORNER_EVERY = 300, FIT_EVENTS = 30 };
    ReplayWindow window = window_of(kiosk);
    Rng rng = rng_make(kiosk->desc->monkey_seed, 1);
    int visits = 0, fitting = 0, screens[SCREEN_COUNT] = {0};
    on_settle(kiosk);
    for (int i = 0; i < kiosk->desc->monkey_events && !progress_interrupted(); ++i) {
        if (i % CORNER_EVERY == 0)
            do_corner(kiosk, "5", NULL);
        else
            replay_monkey(&window, &rng);
        if ((i + 1) % ((kiosk->desc->monkey_events + 4) / 5) == 0) do_report(kiosk, NULL, NULL);
        ++screens[kiosk->screen];
        if (kiosk->screen == SCREEN_FITTING && ++fitting % FIT_EVENTS == 0) wait_for_work(kiosk);
        if (i % SHOT_EVERY == 0)
            kiosk_frame(kiosk, kiosk->now_s + REPLAY_FRAME_S, kiosk->job.kind == JOB_NONE);
        if (!kiosk->quit) continue;
        while (kiosk->job.kind != JOB_NONE) {
            rest_ms(2);
            kiosk_frame(kiosk, kiosk->now_s, false);
        }
        start_again(kiosk);
        ++visits;
    }
    printf("%d events, %d visits\n", kiosk->desc->monkey_events, visits);
    for (int s = 0; s < SCREEN_COUNT; ++s) printf("%-9s %d\n", kiosk_screen_names[s], screens[s]);
}
