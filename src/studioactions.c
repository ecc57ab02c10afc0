/* studioactions - what the studio does on a key or a button: the table, undo, saving, exports. */
#include "../engine/file.h"
#include "../engine/language.h"
#include "../engine/progress.h"
#include "optionwords.h"
#include "studioparts.h"

#include "app.h"
#include <libgen.h>
#include <string.h>
#include <unistd.h>

/* ---- undo ---- */

void studio_changed(Studio *studio) {
    studio->scene_stale = true;
    studio->work.scene_failed = false;
    studio->edit_pending = true;
    studio->unsaved = studio->autosave_stale = true;
    ui_request_frames(studio->ui, 2);
}

static StudioStep *history_step(Studio *studio, int index) {
    return &studio->history.step[(studio->history.first + index) % STUDIO_HISTORY];
}

void studio_keep_photos(Studio *studio) {
    StudioStep *step = history_step(studio, studio->history.at);
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        memcpy(step->photo[i], studio->photo[i].path, CASE_PATH);
        step->fresh[i] = studio->photo[i].fresh;
    }
}

void studio_commit(Studio *studio) {
    StudioHistory *history = &studio->history;
    if (!studio->edit_pending) return;
    studio->edit_pending = false;
    history->count = history->at + 1; /* what was undone is gone */
    if (history->count == STUDIO_HISTORY) {
        history->first = (history->first + 1) % STUDIO_HISTORY;
        --history->count;
    }
    history->at = history->count++;
    history_step(studio, history->at)->value = studio->scene.value;
    studio_keep_photos(studio);
}

static void show_step(Studio *studio, int at) {
    studio->history.at = at;
    studio->scene.value = history_step(studio, at)->value;
    studio_take_photos(studio, history_step(studio, at));
    studio->scene_stale = true;
    studio->work.scene_failed = false;
    studio->edit_pending = false;
    studio->unsaved = studio->autosave_stale = true;
    ui_request_frames(studio->ui, 2);
}

bool studio_can_undo(const Studio *studio) {
    return studio->history.at > 0 || studio->edit_pending;
}
bool studio_can_redo(const Studio *studio) {
    return studio->history.at + 1 < studio->history.count;
}

void studio_undo(Studio *studio) {
    studio_commit(studio);
    if (studio->history.at > 0) show_step(studio, studio->history.at - 1);
}

void studio_redo(Studio *studio) {
    if (studio_can_redo(studio)) show_step(studio, studio->history.at + 1);
}

/* ---- long jobs ---- */

/* Keeps the window alive while a job runs on this thread: takes events and draws ten times a second. */
static bool job_sink(Progress *progress, double done, const char *what) {
    Studio *studio = progress->user;
    double now = platform_time_s();
    studio->job.done = done;
    snprintf(studio->job.what, sizeof studio->job.what, "%s", what ? what : "");
    if (now - studio->job.shown_s > 0.1) {
        PlatformEvent event;
        while (platform_poll(studio->platform, &event)) {
            ui_event(studio->ui, &event);
            if (event.kind == EVENT_QUIT)
                studio->job.cancelled = true, studio_leave(studio, LEAVE_QUIT, NULL);
            if (event.kind == EVENT_KEY_DOWN && event.key == KEY_ESCAPE) studio->job.cancelled = true;
        }
        studio_draw_window(studio);
        studio->job.shown_s = platform_time_s();
    }
    return !studio->job.cancelled;
}

Progress studio_job_begin(Studio *studio, const char *title) {
    studio->job = (StudioJob){.running = true, .title = title, .cancelled = studio->hurried};
    return (Progress){.title = title, .sink = job_sink, .user = studio};
}

void studio_job_end(Studio *studio) {
    studio->job.running = false;
    studio_touch_picture(studio);
    ui_request_frames(studio->ui, 3);
}

/* ---- the table ---- */

void studio_set_mode(Studio *studio, StudioMode mode) {
    studio->mode = mode;
    if (mode == STUDIO_WIPE &&
        !studio->scene.value.treatment.enabled) { /* there must be something to compare */
        studio->scene.value.treatment.enabled = true;
        studio_changed(studio);
        studio_commit(studio);
    }
    studio_touch_picture(studio);
    ui_request_frames(studio->ui, 2);
}

static void toggle_mode(Studio *studio, StudioMode mode) {
    studio_set_mode(studio, studio->mode == mode ? STUDIO_ONE : mode);
}

static void nudge(Studio *studio, const char *option, double step) {
    const OptionTable table = case_option_table();
    const OptionDef *def = options_find(&table, option);
    if (!def) return;
    double now = option_get_number(def, &studio->scene.value) + step;
    now = now < def->min ? def->min : now > def->max ? def->max : now;
    option_set_number(def, &studio->scene.value, now, NULL);
    studio_changed(studio);
    studio_commit(studio);
}

static void look_front(Studio *s) {
    studio_look_from(s, CAMERA_FRONT);
}
static void look_left(Studio *s) {
    studio_look_from(s, CAMERA_LEFT);
}
static void look_right(Studio *s) {
    studio_look_from(s, CAMERA_RIGHT);
}
static void look_back(Studio *s) {
    studio_look_from(s, CAMERA_BACK);
}
static void look_top(Studio *s) {
    studio_look_from(s, CAMERA_TOP);
}
static void look_34(Studio *s) {
    studio_look_from(s, CAMERA_34);
}
static void look_crown(Studio *s) {
    studio_look_from(s, CAMERA_CROWN);
}
static void stand_off(Studio *s, double metres) {
    orbit_motion_catch(&s->motion);
    s->motion.goal = orbit_stood_off(s->motion.goal, 1000 * metres);
    s->moving = true;
}
static void look_close(Studio *s) {
    stand_off(s, 0.3);
}
static void look_talk(Studio *s) {
    stand_off(s, 1);
}
static void look_room(Studio *s) {
    stand_off(s, 3);
}
static void turn_by(Studio *s, double dx_px, double dy_px) {
    orbit_motion_drag(&s->motion, dx_px, dy_px, 720);
    s->moving = true;
}
static void turn_left(Studio *s) {
    turn_by(s, -24, 0);
}
static void turn_right(Studio *s) {
    turn_by(s, 24, 0);
}
static void turn_up(Studio *s) {
    turn_by(s, 0, -24);
}
static void turn_down(Studio *s) {
    turn_by(s, 0, 24);
}
static void zoom_in(Studio *s) {
    orbit_motion_zoom(&s->motion, 1.15), s->moving = true;
}
static void zoom_out(Studio *s) {
    orbit_motion_zoom(&s->motion, 1 / 1.15), s->moving = true;
}
static void mode_wipe(Studio *s) {
    toggle_mode(s, STUDIO_WIPE);
}
static void mode_lengths(Studio *s) {
    s->comparison = 0;
    toggle_mode(s, STUDIO_FOUR);
}
static void peek_before(Studio *s) {
    s->peek = true, studio_touch_picture(s), ui_request_frames(s->ui, 2);
}
static void go_to_step(Studio *s, int tab) {
    if (tab < 0 || tab >= TAB_COUNT) return;
    s->tab = (StudioTab)tab;
    ui_request_frames(s->ui, 3);
}
static void next_step(Studio *s) {
    go_to_step(s, (int)s->tab + 1);
}
static void step_back(Studio *s) {
    go_to_step(s, (int)s->tab - 1);
}
static void light_left(Studio *s) {
    nudge(s, "light.turn_deg", -15);
}
static void light_right(Studio *s) {
    nudge(s, "light.turn_deg", 15);
}
static void hair_shorter(Studio *s) {
    nudge(s, "hair.length_mm", -0.5);
}
static void hair_longer(Studio *s) {
    nudge(s, "hair.length_mm", 0.5);
}
static void toggle_panel(Studio *s) {
    s->panel_hidden = !s->panel_hidden, ui_request_frames(s->ui, 2);
}
static void toggle_full(Studio *s) {
    platform_set_fullscreen(s->platform, !platform_is_fullscreen(s->platform));
}
static void toggle_help(Studio *s) {
    s->help_open = !s->help_open, ui_request_frames(s->ui, 3);
}
static void open_case(Studio *s) {
    studio_pick_open(s, PICK_CASE);
}
static void toggle_settings(Studio *s) {
    s->settings_open = !s->settings_open, ui_request_frames(s->ui, 3);
}
static void toggle_timings(Studio *s) {
    const GpuTimerMode mode = gpu_info(s->gpu)->software ? GPU_TIMERS_FINISH : GPU_TIMERS_QUERY;
    s->timings_shown = !s->timings_shown;
    gpu_timers_set(s->gpu, s->timings_shown ? mode : GPU_TIMERS_OFF);
    studio_touch_picture(s);
}
static void toggle_dark(Studio *s) {
    s->dark = !s->dark;
    studio_apply_look(s);
    studio_keep_settings(s);
}
static void quit(Studio *s) {
    studio_leave(s, LEAVE_QUIT, NULL);
}
static void new_case(Studio *s) {
    studio_leave(s, LEAVE_NEW, NULL);
}
static void toggle_case(Studio *s) {
    s->case_open = !s->case_open, ui_request_frames(s->ui, 3);
}

const StudioAction studio_actions[] = {
    {"view.front", N_("Look from the front"), "1", '1', 0, false, look_front},
    {"view.left", N_("Look from the left"), "2", '2', 0, false, look_left},
    {"view.right", N_("Look from the right"), "3", '3', 0, false, look_right},
    {"view.back", N_("Look from behind"), "4", '4', 0, false, look_back},
    {"view.top", N_("Look from above"), "5", '5', 0, false, look_top},
    {"view.34", N_("Three-quarter view"), "6", '6', 0, false, look_34},
    {"view.crown", N_("Look at the crown"), "7", '7', 0, false, look_crown},
    {"view.close", N_("Look from 0.3 m"), "8", '8', 0, false, look_close},
    {"view.talk", N_("Look from 1 m"), "9", '9', 0, false, look_talk},
    {"view.room", N_("Look from 3 m"), "0", '0', 0, false, look_room},
    {"turn.left", N_("Turn left"), N_("Left"), KEY_LEFT, 0, true, turn_left},
    {"turn.right", N_("Turn right"), N_("Right"), KEY_RIGHT, 0, true, turn_right},
    {"turn.up", N_("Turn up"), N_("Up"), KEY_UP, 0, true, turn_up},
    {"turn.down", N_("Turn down"), N_("Down"), KEY_DOWN, 0, true, turn_down},
    {"zoom.in", N_("Nearer"), "+", '=', 0, true, zoom_in},
    {"zoom.out", N_("Farther"), "-", '-', 0, true, zoom_out},
    {"compare.wipe", N_("Before and after"), "W", 'w', 0, false, mode_wipe},
    {"compare.lengths", N_("Four hair lengths"), "L", 'l', 0, false, mode_lengths},
    {"compare.peek", N_("Hold to see today"), "B", 'b', 0, false, peek_before},
    {"light.left", N_("Turn the light left"), "[", '[', 0, true, light_left},
    {"light.right", N_("Turn the light right"), "]", ']', 0, true, light_right},
    {"hair.shorter", N_("Hair shorter"), ",", ',', 0, true, hair_shorter},
    {"hair.longer", N_("Hair longer"), ".", '.', 0, true, hair_longer},
    {"handle.next", N_("Next point or mark"), "P", 'p', 0, true, studio_next_handle},
    {"step.next", N_("Next page"), N_("Page Down"), KEY_PAGE_DOWN, 0, false, next_step},
    {"step.back", N_("Page before"), N_("Page Up"), KEY_PAGE_UP, 0, false, step_back},
    {"undo", N_("Undo"), "Ctrl Z", 'z', MOD_CTRL, true, studio_undo},
    {"redo", N_("Redo"), "Ctrl Y", 'y', MOD_CTRL, true, studio_redo},
    {"case", N_("The client: name, recent cases"), "F4", KEY_F4, 0, false, toggle_case},
    {"new.case", N_("New client"), "Ctrl N", 'n', MOD_CTRL, false, new_case},
    {"open.case", N_("Open a case"), "Ctrl O", 'o', MOD_CTRL, false, open_case},
    {"save.case", N_("Save the case"), "Ctrl S", 's', MOD_CTRL, false, studio_save_case},
    {"save.picture", N_("Save a picture"), "Ctrl P", 'p', MOD_CTRL, false, studio_save_picture},
    {"save.turntable", N_("Save a turntable video"), "Ctrl T", 't', MOD_CTRL, false, studio_save_turntable},
    {"client", N_("The client's screen"), "C", 'c', 0, false, studio_client_toggle},
    {"panel", N_("Hide or show the controls"), "H", 'h', 0, false, toggle_panel},
    {"dark", N_("Light or dark"), "D", 'd', 0, false, toggle_dark},
    {"fullscreen", N_("Full screen"), "F11", KEY_F11, 0, false, toggle_full},
    {"timings", N_("Timings"), "F3", KEY_F3, 0, false, toggle_timings},
    {"settings", N_("Settings"), "F2", KEY_F2, 0, false, toggle_settings},
    {"help", N_("This list"), "F1", KEY_F1, 0, false, toggle_help},
    {"quit", N_("Close"), "Ctrl Q", 'q', MOD_CTRL, false, quit},
};
const int studio_action_count = (int)(sizeof studio_actions / sizeof studio_actions[0]);

bool studio_close_dialogue(Studio *studio) {
    bool any =
        studio->help_open || studio->settings_open || studio->picking || studio->case_open || studio->leaving;
    if (studio->case_open) studio_commit(studio); /* the name */
    studio->leaving = LEAVE_NOTHING;
    if (!studio->picking) studio->case_open = false;
    studio->help_open = studio->settings_open = studio->picking = false;
    if (any && !studio->case_open) ui_modal_leave(studio->ui);
    ui_request_frames(studio->ui, 3);
    return any;
}

bool studio_key(Studio *studio, const PlatformEvent *event) {
    if (studio_photo_key(studio, event) || studio_handle_key(studio, event)) return true;
    unsigned mods = event->mods & (MOD_CTRL | MOD_ALT | MOD_SUPER);
    if (event->key == 'z' && mods == MOD_CTRL && (event->mods & MOD_SHIFT)) return studio_redo(studio), true;
    for (int i = 0; i < studio_action_count; ++i) {
        const StudioAction *action = &studio_actions[i];
        if (action->key != event->key || action->mods != mods || (event->repeat && !action->repeats))
            continue;
        action->run(studio);
        return true;
    }
    return false;
}
