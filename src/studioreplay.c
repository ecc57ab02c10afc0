/* studioreplay - the studio played from a file without a window, and by a monkey. Beside the commands of
 * every window (replay.h):
 *     NAME VALUE         an option of the case ("hairline.style soft"), one step of undo
 *     ACTION             by its name in the list of keys: undo, view.front, save.picture, compare.wipe, ...
 *     tab NAME           photos, fit, today, hairline, dots, time, light, export
 *     mode NAME          head, wipe, two, four
 *     language CODE      en, es
 *     look NAME          light, dark
 *     text-size SHARE    1 as designed
 *     folder PATH        where exports go
 *     seconds N          of a turning video
 *     open FILE          another case
 *     remember           from here on settings and recent cases are read and kept, as by hand
 *     rush on|off        commands that follow do not wait for what goes on beside the window
 *     expect NAME VALUE  fails when the option has another value
 *     expect-said WORDS  fails when the sentence on the stage has other words
 *     expect-file FILE   fails when there is no such file
 */
#include "replay.h"
#include "studioparts.h"

#include "../engine/file.h"
#include "../engine/language.h"
#include "../engine/progress.h"
#include <string.h>
#include <time.h>

enum { SETTLE_TURNS = 400 };

/* ---- the studio as a window to play on ---- */

static void rest_ms(long ms) {
    nanosleep(&(struct timespec){0, ms * 1000000L}, NULL);
}

static void on_event(void *user, const PlatformEvent *event) {
    studio_event(user, event);
}

static void on_step(void *user, double dt_s) {
    Studio *studio = user;
    studio_turn(studio, studio->now_s + dt_s);
}

static void wait_for_work(Studio *studio) {
    while (worker_busy(studio->work.worker) && !worker_look(studio->work.worker).finished) rest_ms(5);
}

static void on_settle(void *user) {
    Studio *studio = user;
    for (int i = 0; i < 3 && studio->rushed && !studio->quit; ++i) on_step(studio, REPLAY_FRAME_S);
    if (studio->rushed) return;
    for (int i = 0; i < SETTLE_TURNS && !studio->quit && !progress_interrupted(); ++i) {
        bool busy = studio_turn(studio, studio->now_s + REPLAY_FRAME_S);
        if (!busy && !worker_busy(studio->work.worker) && !studio_presets_pending(studio)) return;
        while (studio_presets_building(studio)) rest_ms(5);
        wait_for_work(studio);
    }
}

static bool on_over(void *user) {
    const Studio *studio = user;
    return studio->quit;
}

static bool on_shoot(void *user, const char *path, Err *err) {
    Studio *studio = user;
    Arena arena = {0};
    Image image;
    on_settle(studio);
    bool ok = arena_create(&arena, &(ArenaDesc){.name = "shot", .secret = true}, err) &&
              studio_shoot(studio, &arena, &image, err) && image_save(path, &image, err);
    arena_destroy(&arena);
    return ok;
}

static int on_places(void *user, float out[][2]) {
    Studio *studio = user;
    return studio_shows_photo(studio) ? studio_pin_places(studio, out, REPLAY_PLACES)
                                      : studio_handle_places(studio, out, REPLAY_PLACES);
}

/* ---- its own commands ---- */

static bool set_option(Studio *studio, const char *name, const char *value, Err *err) {
    const OptionTable table = case_option_table();
    if (!options_set(&table, &studio->scene.value, name, value, err)) return false;
    studio_changed(studio);
    studio_commit(studio);
    on_settle(studio);
    return true;
}

static bool do_set(void *user, const char *argument, Err *err) {
    char name[64] = "", value[64] = "";
    if (sscanf(argument, "%63s %63s", name, value) != 2) return err_set(err, "set takes a name and a value");
    return set_option(user, name, value, err);
}

static bool choose(const char *argument, const char *const *names, int count, int *out, Err *err) {
    for (int i = 0; i < count; ++i)
        if (strcmp(names[i], argument) == 0) return *out = i, true;
    return err_set(err, "there is no \"%.40s\" to choose", argument);
}

static bool do_tab(void *user, const char *argument, Err *err) {
    Studio *studio = user;
    int tab = 0;
    if (!choose(argument, studio_tab_names, TAB_COUNT, &tab, err)) return false;
    studio->tab = (StudioTab)tab;
    ui_request_frames(studio->ui, 3);
    on_settle(studio);
    return true;
}

static bool do_mode(void *user, const char *argument, Err *err) {
    static const char *const names[STUDIO_MODE_COUNT] = {"head", "wipe", "two", "four"};
    Studio *studio = user;
    int mode = 0;
    if (!choose(argument, names, STUDIO_MODE_COUNT, &mode, err)) return false;
    studio_set_mode(studio, (StudioMode)mode);
    on_settle(studio);
    return true;
}

static bool do_language(void *user, const char *argument, Err *err) {
    Studio *studio = user;
    int language = 0;
    if (!choose(argument, language_codes, LANGUAGE_COUNT, &language, err)) return false;
    language_use(language);
    ui_request_frames(studio->ui, 3);
    on_settle(studio);
    return true;
}

static bool do_look(void *user, const char *argument, Err *err) {
    static const char *const names[] = {"light", "dark"};
    Studio *studio = user;
    int dark = 0;
    if (!choose(argument, names, 2, &dark, err)) return false;
    studio->dark = dark != 0;
    studio_apply_look(studio);
    on_settle(studio);
    return true;
}

static bool do_text_size(void *user, const char *argument, Err *err) {
    Studio *studio = user;
    double size = atof(argument);
    if (!(size >= 0.5 && size <= 4)) return err_set(err, "text-size takes a share from 0.5 to 4");
    studio->text_size = size;
    studio_apply_look(studio);
    on_settle(studio);
    return true;
}

static bool do_folder(void *user, const char *argument, Err *err) {
    (void)err;
    Studio *studio = user;
    snprintf(studio->export_folder, sizeof studio->export_folder, "%s", argument);
    return true;
}

static bool do_seconds(void *user, const char *argument, Err *err) {
    Studio *studio = user;
    int seconds = atoi(argument);
    if (seconds < 1 || seconds > 60) return err_set(err, "seconds takes a number from 1 to 60");
    studio->turntable_seconds = seconds;
    return true;
}

static bool do_open(void *user, const char *argument, Err *err) {
    (void)err;
    studio_open_file(user, argument);
    on_settle(user);
    return true;
}

static bool do_remember(void *user, const char *argument, Err *err) {
    (void)argument, (void)err;
    Studio *studio = user;
    studio->stateless = false;
    studio_settings_open(studio);
    studio_files_open(studio);
    on_settle(studio);
    return true;
}

static bool do_rush(void *user, const char *argument, Err *err) {
    Studio *studio = user;
    int on = 0;
    if (!choose(argument, (const char *const[]){"off", "on"}, 2, &on, err)) return false;
    studio->rushed = on != 0;
    return true;
}

static bool do_expect(void *user, const char *argument, Err *err) {
    Studio *studio = user;
    const OptionTable table = case_option_table();
    char name[64] = "", wanted[64] = "", now[OPTION_TEXT_SIZE];
    if (sscanf(argument, "%63s %63s", name, wanted) != 2)
        return err_set(err, "expect takes a name and a value");
    const OptionDef *def = options_find(&table, name);
    if (!def) return err_set(err, "there is no option \"%s\"", name);
    option_get_text(def, &studio->scene.value, now);
    return strcmp(now, wanted) == 0 || err_set(err, "%s is %s, not %s", name, now, wanted);
}

static bool do_expect_said(void *user, const char *argument, Err *err) {
    const Studio *studio = user;
    return strstr(studio->toast, argument) || err_set(err, "said is \"%.200s\"", studio->toast);
}

static bool do_expect_file(void *user, const char *argument, Err *err) {
    (void)user;
    return file_exists(argument) || err_set(err, "there is no file %s", argument);
}

/* What no table has: an action, or an option. */
static bool run_named(void *user, const char *name, const char *argument, bool *known, Err *err) {
    Studio *studio = user;
    const OptionTable table = case_option_table();
    for (int i = 0; i < studio_action_count && !*known; ++i) {
        if (strcmp(studio_actions[i].name, name) != 0) continue;
        *known = true;
        studio_actions[i].run(studio);
        on_settle(studio);
    }
    if (*known || !options_find(&table, name)) return true;
    *known = true;
    return set_option(studio, name, argument, err);
}

/* ---- playing ---- */

/* Every page gets its share: left to itself the monkey stays where it is hard to leave. */
static void turn_page(Studio *studio, int page) {
    studio->tab = (StudioTab)(page % TAB_COUNT);
    studio_close_dialogue(studio), studio_close_dialogue(studio);
    studio->panel_hidden = false;
    ui_request_frames(studio->ui, 2);
}

static void draw_once(Studio *studio) {
    studio->unseen = false;
    studio_draw_window(studio);
    studio->unseen = true;
}

static void say_monkey(const Studio *studio, int events, const int tabs[TAB_COUNT]) {
    static const char *const names[TASK_COUNT] = {"", "photos read", "fits", "pins followed", "heads"};
    printf("%d events\n", events);
    for (int t = 0; t < TAB_COUNT; ++t) printf("%-9s %d\n", studio_tab_names[t], tabs[t]);
    for (int t = 1; t < TASK_COUNT; ++t) printf("%s asked for: %d\n", names[t], studio->work.asked[t]);
    fflush(stdout);
}

static void run_monkey(ReplayWindow *window, const StudioDesc *desc) {
    enum { DRAWN_EVERY = 500, CAUGHT_UP_EVERY = 40, PAGE_EVENTS = 20, BUSY_EVENTS = 200, SAID_EVERY = 5000 };
    Studio *studio = window->user;
    char front[CASE_PATH], left[CASE_PATH];
    const char *const drops[] = {"/nowhere/picture.jpg", "/", front, left};
    Rng rng = rng_make(desc->monkey_seed, 1);
    int tabs[TAB_COUNT] = {0}, busy = 0, sent = 0;
    memcpy(front, studio->photo[PHOTO_FRONT].path, sizeof front);
    memcpy(left, studio->photo[PHOTO_LEFT].path, sizeof left);
    window->drops = drops;
    window->drop_count = (int)(sizeof drops / sizeof drops[0]);
    studio->hurried = true;
    on_settle(studio);
    for (; sent < desc->monkey_events && !progress_interrupted(); ++sent) {
        if (sent % PAGE_EVENTS == 0) turn_page(studio, sent / PAGE_EVENTS);
        ++tabs[studio->tab];
        replay_monkey(window, &rng);
        studio->quit = false;
        busy = worker_busy(studio->work.worker) ? busy + 1 : 0;
        if (busy >= BUSY_EVENTS) wait_for_work(studio); /* events go on after a fit as well as beside it */
        if (sent % CAUGHT_UP_EVERY == 0) studio_catch_up(studio);
        if (sent % DRAWN_EVERY == 0) draw_once(studio);
        if (sent > 0 && sent % SAID_EVERY == 0) printf("%d events\n", sent), fflush(stdout);
    }
    say_monkey(studio, sent, tabs);
}

bool studio_replay(Studio *studio, const StudioDesc *desc, Err *err) {
    static const ReplayCommand commands[] = {{"set", do_set},
                                             {"tab", do_tab},
                                             {"mode", do_mode},
                                             {"language", do_language},
                                             {"look", do_look},
                                             {"text-size", do_text_size},
                                             {"folder", do_folder},
                                             {"seconds", do_seconds},
                                             {"open", do_open},
                                             {"remember", do_remember},
                                             {"rush", do_rush},
                                             {"expect", do_expect},
                                             {"expect-said", do_expect_said},
                                             {"expect-file", do_expect_file},
                                             {0}};
    ReplayWindow window = {.user = studio,
                           .ui = studio->ui,
                           .shots = desc->shots,
                           .event = on_event,
                           .step = on_step,
                           .settle = on_settle,
                           .over = on_over,
                           .shoot = on_shoot,
                           .places = on_places,
                           .commands = commands,
                           .other = run_named};
    platform_size(studio->platform, 0, &window.width, &window.height);
    studio->unseen = true;
    if (desc->monkey_events > 0) {
        run_monkey(&window, desc);
        return true;
    }
    bool ok = replay_play(&window, desc->replay, NULL, 0, NULL, err);
    printf("%d events, %d presses\n", window.events, window.presses);
    return ok;
}
