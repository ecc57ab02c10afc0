#include "studio.h"

#include "../engine/file.h"
#include "../engine/language.h"
#include "../engine/progress.h"
#include "studioparts.h"
#include <libgen.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

enum {
    STUDIO_WIDTH_PX = 1280,
    STUDIO_HEIGHT_PX = 800,
    PANEL_WIDTH = 352, /* at scale 1 */
    STEPS_WIDTH = 144,
    LEAST_STAGE_PX = 8,
    TOAST_SECONDS = 5,
    BAD_TOAST_SECONDS = 12 /* what went wrong is read twice */
};

void studio_touch_picture(Studio *studio) {
    studio->client.stale = true;
    studio->picture.stale = true;
}

void studio_say(Studio *studio, bool bad, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(studio->toast, sizeof studio->toast, format, arguments);
    va_end(arguments);
    studio->toast_bad = bad;
    studio->toast_until_s = studio->now_s + (bad ? BAD_TOAST_SECONDS : TOAST_SECONDS);
    ui_request_frames(studio->ui, 2);
}

void studio_say_shortcoming(Studio *studio) {
    Err lacking;
    if (scene_lacks(&studio->scene, &lacking)) studio_say(studio, true, "%s", lacking.text);
}

void studio_look_from(Studio *studio, CameraView view) {
    Orbit orbit = orbit_named(view);
    /* The shorter way around. */
    double turn = orbit.azimuth_deg - studio->motion.goal.azimuth_deg;
    orbit.azimuth_deg -= 360 * round(turn / 360);
    orbit_motion_catch(&studio->motion);
    studio->motion.goal = orbit;
    studio->moving = true;
}

void studio_frame(const Studio *studio, int width, int height, FrameDesc *out) {
    frame_defaults(&studio->scene, width, height, out);
    orbit_camera(&studio->motion.now, width, height, &out->camera);
    out->background = studio->dark ? VIEW_DARK_BACKGROUND : VIEW_STUDIO_BACKGROUND;
    if (studio->peek) out->show_dots = false;
}

/* ---- where things are ---- */

static void lay_out(Studio *studio) {
    platform_size(studio->platform, 0, &studio->width, &studio->height);
    if (fabsf(studio_scale(studio) - ui_scale(studio->ui)) > 0.01f) studio_apply_look(studio);
    float scale = ui_scale(studio->ui), w = (float)studio->width, h = (float)studio->height;
    float bar = studio_bar_height(studio), steps = STEPS_WIDTH * scale, panel = PANEL_WIDTH * scale;
    studio->bar = (UiRect){0, 0, w, bar};
    if (studio->panel_hidden) {
        studio->panel = studio->steps = (UiRect){w, bar, 0, h - bar};
        studio->stage = (UiRect){0, bar, w, h - bar};
    } else if (h > w) { /* portrait: controls below */
        float below = floorf((h - bar) * 0.42f);
        studio->steps = (UiRect){0, h - below, steps, below};
        studio->panel = (UiRect){steps, h - below, w - steps, below};
        studio->stage = (UiRect){0, bar, w, h - bar - below};
    } else {
        studio->panel = (UiRect){w - panel, bar, panel, h - bar};
        studio->steps = (UiRect){w - panel - steps, bar, steps, h - bar};
        studio->stage = (UiRect){0, bar, w - panel - steps, h - bar};
    }
    studio->stage.h -= floorf(studio_views_height(studio));
    studio->stage.w = fmaxf(studio->stage.w, LEAST_STAGE_PX); /* a tiny window leaves no room */
    studio->stage.h = fmaxf(studio->stage.h, LEAST_STAGE_PX);
}

/* ---- the picture of the head ---- */

bool studio_in_motion(const Studio *studio) {
    return studio->moving || studio->dragging || studio->slider_held || studio->turning_light ||
           studio->on_handle;
}

void studio_draw_head(Studio *studio, Stage *stage, bool draft) {
    Err err = {0};
    int width, height;
    bool ok = view_sync(studio->view, &studio->scene, &err);
    ViewQuality quality = draft ? VIEW_DRAFT : VIEW_STANDARD;
    stage_begin(stage, draft, &width, &height);
    if (ok && studio_shows_panes(studio)) {
        ok = studio_draw_panes(studio, stage, width, height, quality, &err);
    } else if (ok) {
        FrameDesc frame;
        studio_frame(studio, width, height, &frame);
        frame.quality = quality;
        ok = stage_wipe(stage, &studio->scene, &frame, studio->mode == STUDIO_WIPE ? studio->wipe : 0, &err);
    }
    stage_end(stage);
    if (!ok) studio_say(studio, true, "%s", err.text);
}

/* Panes that need a scene each wait for the head that is being built. */
bool studio_panes_wait(const Studio *studio) {
    return studio_shows_panes(studio) && scene_is_slow(&studio->scene);
}

static void draw_stage(Studio *studio) {
    if (studio_shows_photo(studio) || !studio->scene_ready || studio->another ||
        !stage_fit(&studio->picture, (int)studio->stage.w, (int)studio->stage.h))
        return;
    if (studio->picture.draft && !studio_in_motion(studio)) studio->picture.stale = true;
    if (studio->picture.stale && !studio->job.running)
        studio_draw_head(studio, &studio->picture, studio_in_motion(studio));
}

static void build_widgets(Studio *studio) {
    ui_begin(studio->ui, studio->width, studio->height, 1.0 / 60);
    if (studio_shows_photo(studio)) studio_draw_photo(studio);
    studio_panels(studio);
    ui_end(studio->ui);
}

static void draw_into(Studio *studio, GpuTarget target) {
    uint32_t paper = ui_colour(studio->ui, UI_COLOUR_BACKGROUND);
    bool head = !studio_shows_photo(studio) && !studio->another &&
                stage_copy(&studio->picture, target, studio->height, studio->stage);
    GpuPassDesc pass = {.target = target,
                        .window_width = studio->width,
                        .window_height = studio->height,
                        .colour_load = {head ? GPU_KEEP : GPU_CLEAR}}; /* panels cover the rest */
    for (int c = 0; c < 4; ++c) pass.clear_rgba[0][c] = (float)(paper >> (24 - 8 * c) & 255) / 255;
    gpu_pass_begin(studio->gpu, &pass);
    ui_draw(studio->ui);
    gpu_pass_end(studio->gpu);
}

void studio_draw_window(Studio *studio) {
    lay_out(studio);
    if (!studio->unseen) draw_stage(studio);
    build_widgets(studio);
    if (studio->unseen) return;
    draw_into(studio, (GpuTarget){0});
    platform_set_cursor(studio->platform, ui_cursor(studio->ui));
    platform_swap(studio->platform, 0);
    studio_client_draw(studio);
    gpu_frame_end(studio->gpu);
}

bool studio_shoot(Studio *studio, Arena *arena, Image *out, Err *err) {
    const GpuTargetDesc desc = {
        .width = studio->width, .height = studio->height, .colour = {GPU_RGBA8}, .label = "screenshot"};
    GpuTarget shot = gpu_target_create(studio->gpu, &desc);
    lay_out(studio);
    studio->picture.stale = true;
    draw_stage(studio);
    build_widgets(studio);
    draw_into(studio, shot);
    gpu_frame_end(studio->gpu);
    bool ok = image_alloc(arena, studio->width, studio->height, out, err) &&
              gpu_read(studio->gpu, shot, 0, 0, 0, studio->width, studio->height, 0, GPU_READ_RGBA8,
                       out->rgba, err);
    gpu_target_destroy(studio->gpu, shot);
    return ok;
}

/* ---- hands ---- */

static bool on_stage(const Studio *studio, float x, float y) {
    const UiRect *s = &studio->stage;
    return x >= s->x && y >= s->y && x < s->x + s->w && y < s->y + s->h;
}

/* What was tapped twice comes to the middle; beside the head, the whole head does. */
static void centre_on(Studio *studio, const PlatformEvent *event) {
    HeadHit hit;
    if (!studio_shows_panes(studio) && studio_pick_head(studio, event->x, event->y, &hit)) {
        orbit_motion_centre(&studio->motion,
                            (double[]){(double)hit.pos_mm[0], (double)hit.pos_mm[1], (double)hit.pos_mm[2]});
    } else {
        Orbit at = orbit_named(CAMERA_FRONT);
        memcpy(studio->motion.goal.target_mm, at.target_mm, sizeof at.target_mm);
        studio->motion.goal.distance_mm = at.distance_mm;
    }
    studio->moving = true;
}

static void press(Studio *studio, const PlatformEvent *event) {
    if (!on_stage(studio, event->x, event->y)) return;
    if (studio_shows_photo(studio)) {
        studio->on_photo = true;
        studio_photo_press(studio, event->x, event->y, event->clicks);
        return;
    }
    bool plain = event->button == BUTTON_LEFT && !(event->mods & (MOD_SHIFT | MOD_CTRL | MOD_ALT));
    if (plain && studio_handle_press(studio, event->x, event->y)) {
        studio->on_handle = true;
        return;
    }
    orbit_motion_catch(&studio->motion);
    if (event->clicks == 2) centre_on(studio, event);
    studio->dragging = true;
    studio->panning = event->button != BUTTON_LEFT || (event->mods & MOD_SHIFT);
    studio->turning_light = event->button == BUTTON_LEFT && (event->mods & (MOD_CTRL | MOD_ALT));
}

static void release(Studio *studio) {
    if (studio->on_photo) studio_photo_release(studio);
    if (studio->on_handle) studio_handle_release(studio);
    studio->on_photo = studio->on_handle = false;
    if (studio->turning_light) studio_commit(studio);
    if (studio->dragging) ui_request_frames(studio->ui, 2);
    if (studio->dragging && !studio->panning && !studio->turning_light) orbit_motion_release(&studio->motion);
    studio->dragging = studio->panning = studio->turning_light = false;
}

static void drag(Studio *studio, const PlatformEvent *event) {
    if (studio->on_photo) studio_photo_drag(studio, event);
    if (studio->on_handle) studio_handle_drag(studio, event->x, event->y);
    studio->handles.pointer[0] = event->x;
    studio->handles.pointer[1] = event->y;
    if (studio->handles.brush != BRUSH_OFF) ui_request_frames(studio->ui, 1);
    if (!studio->dragging) return;
    double height = (double)studio->stage.h;
    if (studio->turning_light) {
        float turn = studio->scene.value.light.turn_deg + event->dx * 0.4f;
        studio->scene.value.light.turn_deg = turn - 360 * roundf(turn / 360);
        studio_changed(studio);
    } else if (studio->panning) {
        orbit_motion_pan(&studio->motion, (double)event->dx, (double)event->dy, height);
    } else {
        orbit_motion_drag(&studio->motion, (double)event->dx, (double)event->dy, height);
    }
    studio->moving = true;
}

/* Of the head under a screen point, or beside the head at its middle's depth. */
static void point_under(Studio *studio, float x, float y, double out[3]) {
    HeadHit hit;
    Camera camera;
    double from[3], along[3], forward = 0, depth = 0;
    if (studio_pick_head(studio, x, y, &hit)) {
        for (int k = 0; k < 3; ++k) out[k] = (double)hit.pos_mm[k];
        return;
    }
    orbit_camera(&studio->motion.now, (int)studio->stage.w, (int)studio->stage.h, &camera);
    camera_ray(&camera, (double)(x - studio->stage.x), (double)(y - studio->stage.y), from, along);
    const double *ahead = camera.camera_from_head[2];
    for (int k = 0; k < 3; ++k) {
        forward += ahead[k] * along[k];
        depth += ahead[k] * (studio->motion.now.target_mm[k] - from[k]);
    }
    for (int k = 0; k < 3; ++k) out[k] = from[k] + along[k] * depth / forward;
}

static void zoom(Studio *studio, double factor, const PlatformEvent *event) {
    if (studio_shows_photo(studio)) {
        studio_photo_zoom(studio, (float)factor, event->x, event->y);
    } else if (studio_shows_panes(studio)) {
        orbit_motion_zoom(&studio->motion, factor);
    } else {
        double point[3];
        point_under(studio, event->x, event->y, point);
        orbit_motion_zoom_at(&studio->motion, factor, point);
    }
}

void studio_event(Studio *studio, const PlatformEvent *event) {
    if (studio_client_event(studio, event)) return;
    bool taken = ui_event(studio->ui, event);
    if (studio->job.running) { /* a job answers only to its own button and to closing */
        if (event->kind == EVENT_QUIT) studio->job.cancelled = true, studio_leave(studio, LEAVE_QUIT, NULL);
        if (event->kind == EVENT_KEY_DOWN && event->key == KEY_ESCAPE) studio->job.cancelled = true;
        return;
    }
    switch (event->kind) {
    case EVENT_QUIT:
        studio_leave(studio, LEAVE_QUIT, NULL);
        break;
    case EVENT_RESIZE:
    case EVENT_EXPOSE:
    case EVENT_WAKE:
        ui_request_frames(studio->ui, 2);
        break;
    case EVENT_DROP_FILE:
        studio_drop_photo(studio, event->path);
        break;
    case EVENT_POINTER_DOWN:
        if (!taken) press(studio, event);
        break;
    case EVENT_POINTER_MOVE:
        drag(studio, event);
        break;
    case EVENT_POINTER_UP:
    case EVENT_POINTER_CANCEL:
        release(studio);
        break;
    case EVENT_WHEEL:
        if (!taken && on_stage(studio, event->x, event->y)) zoom(studio, pow(1.12, (double)event->dy), event);
        studio->moving = true;
        break;
    case EVENT_PINCH:
        if (!taken) zoom(studio, (double)event->factor, event);
        studio->moving = true;
        break;
    case EVENT_PAN:
        if (taken) break;
        if (studio_shows_photo(studio)) {
            studio_photo_pan(studio, event->dx, event->dy);
            break;
        }
        orbit_motion_pan(&studio->motion, (double)event->dx, (double)event->dy, (double)studio->stage.h);
        studio->moving = true;
        break;
    case EVENT_KEY_DOWN:
        if (event->key == KEY_ESCAPE && studio_close_dialogue(studio)) break;
        if (!taken) studio_key(studio, event);
        break;
    case EVENT_KEY_UP:
        if (event->key == 'b' && studio->peek) {
            studio->peek = false;
            studio_touch_picture(studio);
            ui_request_frames(studio->ui, 2);
        }
        break;
    default:
        break;
    }
}

/* ---- the loop ---- */

static void step_motion(Studio *studio, double dt_s) {
    if (!studio->moving) return;
    studio->moving = orbit_motion_step(&studio->motion, studio->reduced_motion ? 10 : dt_s);
    studio_touch_picture(studio);
}

static void update_scene(Studio *studio) {
    Err err = {0};
    if (!studio->scene_stale) return;
    studio->scene_stale = false;
    if (studio_scene_waits(studio)) return;
    if (!scene_update(&studio->scene, &err)) studio_say(studio, true, "%s", err.text);
    studio->plan_stale = true;
    studio_touch_picture(studio);
}

/* The figures of the treatment, once the hand has let go. */
static void update_plan(Studio *studio) {
    PlanPrices prices;
    if (!studio->plan_stale || studio_in_motion(studio)) return;
    studio->plan_stale = false;
    plan_prices_default(&prices);
    studio->plan_ready =
        plan_build(&studio->scene.value, &studio->scene.fields, &prices, &studio->plan, NULL);
    if (studio->plan_ready) /* by the skin that the photos show */
        treatment_match(&studio->scene.value, studio->scene.skin.ita_deg, &studio->plan.match);
    ui_request_frames(studio->ui, 1);
}

bool studio_needs_frame(const Studio *studio) {
    bool picture = (studio->picture.stale || studio->picture.draft) && !studio->unseen &&
                   !studio_shows_photo(studio) && !studio_panes_wait(studio) && !studio->another;
    return studio->moving || studio->scene_stale || picture || studio_client_waits(studio) ||
           ui_needs_frame(studio->ui);
}

void studio_catch_up(Studio *studio) {
    update_scene(studio);
    update_plan(studio);
}

bool studio_turn(Studio *studio, double now_s) {
    double dt_s = fmin(now_s - studio->now_s, 0.1);
    studio->now_s = now_s;
    studio_work(studio);
    studio_autosave(studio);
    if (!studio_in_motion(studio)) studio_presets_work(studio);
    if (studio->toast[0] && now_s >= studio->toast_until_s) {
        studio->toast[0] = 0;
        ui_request_frames(studio->ui, 2);
    }
    if (!studio_needs_frame(studio)) return false;
    step_motion(studio, dt_s);
    if (!studio->hurried) studio_catch_up(studio);
    studio_draw_window(studio);
    if (studio->later) {
        void (*run)(Studio *) = studio->later;
        studio->later = NULL;
        run(studio);
    }
    return true;
}

static void run_loop(Studio *studio, int exit_after_frames) {
    int at_rest = 0;
    double began_s = platform_time_s();
    studio->toast_until_s += began_s - studio->now_s; /* what was said while it opened has its time */
    studio->now_s = began_s;
    while (!studio->quit && !progress_interrupted()) {
        PlatformEvent event;
        double wait_s = studio_needs_frame(studio) || exit_after_frames ? 0 : 0.5;
        if (studio->toast[0] && wait_s > 0) wait_s = fmax(0.02, studio->toast_until_s - platform_time_s());
        bool any = platform_wait(studio->platform, wait_s, &event);
        for (; any; any = platform_poll(studio->platform, &event)) studio_event(studio, &event);
        /* At rest a shader that was edited shows itself; one that does not compile is logged and the old one
         * stays. */
        if (!studio_needs_frame(studio) && view_poll_shaders(studio->view)) studio_touch_picture(studio);
        double now_s = platform_time_s();
        if (studio_turn(studio, now_s))
            studio->frame_ms = 1e3 * (platform_time_s() - now_s);
        else if (exit_after_frames && ++at_rest >= exit_after_frames)
            break;
    }
}

static bool is_replay(const StudioDesc *desc) {
    return desc->replay || desc->monkey_events > 0;
}

static bool is_unattended(const StudioDesc *desc) {
    return is_replay(desc) || desc->widgets_ms;
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* A frame at rest with all panels drawn anew, and one of the head alone, in turn. */
static bool time_widgets(Studio *studio, int rounds, double *median_ms, Err *err) {
    double *ms = ARENA_ARRAY(&studio->arena, double, (size_t)rounds);
    if (!ms) return err_set(err, "There is not enough memory for the studio");
    lay_out(studio);
    draw_stage(studio);
    for (int i = -2; i < rounds; ++i) { /* the first two make fonts and programs */
        double began_s = platform_time_s(), between_s;
        stage_copy(&studio->picture, (GpuTarget){0}, studio->height, studio->stage);
        platform_swap(studio->platform, 0);
        gpu_finish(studio->gpu);
        between_s = platform_time_s();
        studio_draw_window(studio);
        gpu_finish(studio->gpu);
        ms[i < 0 ? 0 : i] = 1e3 * (platform_time_s() - between_s - (between_s - began_s));
    }
    qsort(ms, (size_t)rounds, sizeof *ms, by_value);
    *median_ms = ms[rounds / 2];
    return true;
}

/* A window is no black hole while shaders are made: the grey behind the head, in light and dark. */
static void show_grey(Studio *studio) {
    const float grey = 0.45f;
    GpuPassDesc pass = {.colour_load = {GPU_CLEAR}, .clear_rgba = {{grey, grey, grey, 1}}};
    platform_size(studio->platform, 0, &pass.window_width, &pass.window_height);
    gpu_pass_begin(studio->gpu, &pass);
    gpu_pass_end(studio->gpu);
    platform_swap(studio->platform, 0);
}

static bool open_window(Studio *studio, const StudioDesc *desc, Err *err) {
    studio->platform =
        platform_create(&(PlatformDesc){.title = "Stipple",
                                        .width = desc->width ? desc->width : STUDIO_WIDTH_PX,
                                        .height = desc->height ? desc->height : STUDIO_HEIGHT_PX,
                                        .fullscreen = desc->fullscreen,
                                        .headless = is_unattended(desc)},
                        err);
    if (!studio->platform) return false;
    studio->gpu = gpu_create(&(GpuDesc){.accept_no_glx = !platform_is_glx(studio->platform)}, err);
    if (!studio->gpu) return false;
    if (!is_unattended(desc)) show_grey(studio);
    studio->ui = ui_create(&(UiDesc){.gpu = studio->gpu, .scale = platform_scale(studio->platform)}, err);
    if (!studio->ui) return false;
    studio->view = view_create(studio->gpu, err);
    stage_init(&studio->picture, studio->gpu, studio->view);
    return studio->view != NULL;
}

/* The head is built while the window opens: one waits for the model, the other for the graphics driver. When
 * meshes and skin are there, the builder waits until they are uploaded; the follicles' thread goes on. */
typedef struct Opening {
    Studio *studio;
    const StudioDesc *desc;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t turn;
    const Scene *skinned; /* to be uploaded */
    bool started, finished, ok, stopped;
    double done; /* share of the building, and what it is at */
    char what[64];
    Err err;
} Opening;

static bool note_progress(Progress *progress, double done, const char *what) {
    Opening *opening = progress->user;
    pthread_mutex_lock(&opening->lock);
    opening->done = done;
    snprintf(opening->what, sizeof opening->what, "%s", what ? what : "");
    bool stopped = opening->stopped;
    pthread_mutex_unlock(&opening->lock);
    return !stopped && !progress_interrupted();
}

static void wait_for_upload(void *user, const Scene *scene) {
    Opening *opening = user;
    if (!opening->started) return;
    pthread_mutex_lock(&opening->lock);
    opening->skinned = scene;
    pthread_cond_broadcast(&opening->turn);
    while (opening->skinned) pthread_cond_wait(&opening->turn, &opening->lock);
    pthread_mutex_unlock(&opening->lock);
}

static void *build_scene(void *user) {
    Opening *opening = user;
    const StudioDesc *desc = opening->desc;
    const SceneDesc scene = {
        .case_dir = desc->case_dir, .lenient = true, .on_skin = wait_for_upload, .user = opening};
    Progress progress = {.sink = note_progress, .user = opening};
    const bool ok = scene_create(desc->value, &scene, &progress, &opening->studio->scene, &opening->err);
    pthread_mutex_lock(&opening->lock);
    opening->finished = true;
    opening->ok = ok;
    pthread_cond_broadcast(&opening->turn);
    pthread_mutex_unlock(&opening->lock);
    return NULL;
}

static void begin_scene(Opening *opening) {
    pthread_mutex_init(&opening->lock, NULL);
    pthread_cond_init(&opening->turn, NULL);
    opening->started = true;
    if (pthread_create(&opening->thread, NULL, build_scene, opening) == 0) return;
    opening->started = false;
    build_scene(opening);
}

/* Photos take seconds to become a skin: how far it is, until there is a head to show. */
static void show_opening(Studio *studio, double done, const char *what) {
    Ui *ui = studio->ui;
    lay_out(studio);
    float w = (float)studio->width, h = (float)studio->height, scale = ui_scale(ui);
    float width = fminf(460 * scale, w), height = 128 * scale;
    ui_begin(ui, studio->width, studio->height, 1.0 / 60);
    ui_panel_begin(ui, "opening", (UiRect){(w - width) / 2, (h - height) / 2, width, height},
                   UI_PANEL_FLOATING | UI_PANEL_NO_SCROLL);
    ui_text(ui, UI_HEADING, "%s", studio->export_name);
    ui_text(ui, UI_MUTED, "%s", what[0] ? _(what) : "...");
    ui_progress(ui, "##opening", done);
    ui_panel_end(ui);
    ui_end(ui);
    draw_into(studio, (GpuTarget){0});
    platform_swap(studio->platform, 0);
    gpu_frame_end(studio->gpu);
}

static void wait_for_builder(Opening *opening, double began_s) {
    const double patience_s = 0.5;
    const long turn_ns = 100 * 1000 * 1000;
    struct timespec until;
    Studio *studio = opening->studio;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += turn_ns;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    if (pthread_cond_timedwait(&opening->turn, &opening->lock, &until) == 0) return;
    if (studio->stateless || !studio->view || platform_time_s() - began_s < patience_s) return;
    double done = opening->done;
    char what[sizeof opening->what];
    memcpy(what, opening->what, sizeof what);
    pthread_mutex_unlock(&opening->lock);
    PlatformEvent event;
    bool quits = false;
    while (platform_poll(studio->platform, &event)) quits = quits || event.kind == EVENT_QUIT;
    show_opening(studio, done, what);
    pthread_mutex_lock(&opening->lock);
    opening->stopped = opening->stopped || quits;
}

static bool end_scene(Opening *opening, Err *err) {
    Studio *studio = opening->studio;
    double began_s = platform_time_s();
    pthread_mutex_lock(&opening->lock);
    while (!opening->finished) {
        if (opening->skinned && studio->view) view_sync_skin(studio->view, opening->skinned, NULL);
        opening->skinned = NULL;
        pthread_cond_broadcast(&opening->turn);
        wait_for_builder(opening, began_s);
    }
    pthread_mutex_unlock(&opening->lock);
    if (opening->started) pthread_join(opening->thread, NULL);
    pthread_cond_destroy(&opening->turn);
    pthread_mutex_destroy(&opening->lock);
    studio->scene_ready = opening->ok;
    if (!opening->ok) *err = opening->err;
    return opening->ok;
}

static void warm_stage(Studio *studio, const Case *value) {
    lay_out(studio);
    view_warm(studio->view, value, &studio->motion.now, (int)studio->stage.w, (int)studio->stage.h,
              VIEW_STANDARD);
}

static bool open_case(Studio *studio, const StudioDesc *desc, Err *err) {
    if (!arena_create(&studio->arena, &(ArenaDesc){.name = "studio", .secret = true}, err)) return false;
    studio->history.step = ARENA_ARRAY(&studio->arena, StudioStep, STUDIO_HISTORY);
    if (!studio->history.step) return err_set(err, "There is not enough memory for the studio");
    studio->history.step[0].value = *desc->value;
    studio->history.count = 1;
    snprintf(studio->case_dir, sizeof studio->case_dir, "%s", desc->case_dir);
    if (desc->case_path) snprintf(studio->case_path, sizeof studio->case_path, "%s", desc->case_path);
    studio->sample = !desc->case_path;
    studio_export_into(studio, desc->case_path ? desc->case_dir : ".");
    snprintf(studio->export_name, sizeof studio->export_name, "%s",
             studio->sample ? "sample" : desc->value->name);
    if (!studio->export_name[0]) snprintf(studio->export_name, sizeof studio->export_name, "stipple");
    return true;
}

static void close_studio(Studio *studio) {
    studio_files_close(studio);
    studio_presets_close(studio);
    studio_work_close(studio);
    studio_client_close(studio);
    headpick_destroy(&studio->handles.pick);
    if (studio->gpu) gpu_wipe_reads(studio->gpu);
    view_destroy(studio->view);
    ui_destroy(studio->ui);
    gpu_destroy(studio->gpu);
    platform_destroy(studio->platform);
    if (studio->scene_ready) scene_destroy(&studio->scene);
    arena_destroy(&studio->arena);
    explicit_bzero(studio, sizeof *studio);
    free(studio);
}

bool studio_run(const StudioDesc *desc, Err *err) {
    if (!is_unattended(desc) && !platform_display_present())
        return err_set(err,
                       "There is no display to open the studio on; render, compare and turntable need none");
    Studio *studio = calloc(1, sizeof *studio);
    if (!studio) return err_set(err, "There is not enough memory for the studio");
    studio->wipe = 0.5f;
    studio->text_size = 1;
    studio->stateless = is_unattended(desc);
    studio->tab = TAB_TODAY;
    studio->plan_stale = true;
    studio->turntable_seconds = 8;
    studio->handles = (StudioHandles){.chosen = -1, .mirror = true, .place_kind = MARK_SCAR, .brush_mm = 12};
    studio->pins = (StudioPins){.chosen = -1, .zoom = 1, .centre = {0.5f, 0.5f}};
    Orbit start = orbit_named(CAMERA_34);
    orbit_motion_reset(&studio->motion, &start);
    Opening opening = {.studio = studio, .desc = desc};
    begin_scene(&opening);
    Err scene_err = {0};
    bool ok = open_window(studio, desc, err) && open_case(studio, desc, err);
    if (ok) studio_settings_open(studio), warm_stage(studio, desc->value);
    bool built = end_scene(&opening, &scene_err);
    if (opening.stopped && !built) {
        close_studio(studio);
        return true;
    }
    if (ok && !built) ok = err_set(err, "%s", scene_err.text);
    ok = ok && studio_work_open(studio, err);
    if (ok) studio_photos_of_case(studio);
    if (ok) studio_files_open(studio);
    if (ok && studio->sample && !studio->stateless)
        studio_say(studio, false, _("A sample client, who is nobody: drop photos on the window for yours"));
    if (ok) studio_say_shortcoming(studio);
    if (ok && desc->say) studio_say(studio, true, "%s", desc->say);
    if (ok && is_replay(desc))
        ok = studio_replay(studio, desc, err);
    else if (ok && desc->widgets_ms)
        ok = time_widgets(studio, desc->widget_rounds, desc->widgets_ms, err);
    else if (ok)
        run_loop(studio, desc->exit_after_frames);
    close_studio(studio);
    return ok;
}
