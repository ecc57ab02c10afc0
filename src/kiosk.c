#include "kiosk.h"

#include "../engine/file.h"
#include "../engine/progress.h"
#include "kioskparts.h"
#include <crypt.h>
#include <jansson.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum {
    STORY_SECONDS = 10,
    CORNER_TAPS = 7, /* quick taps in the upper left corner open the PIN page */
    CORNER_SECONDS = 4,
    CORNER_PX = 120,
    FOOT_HEIGHT = 128,
    PIN_TRIES = 3,
    VISIT_LIMIT_S = 15 * 60
};
static const double SPIN_DEG_PER_S = 9;

/* ---- config ---- */

void kiosk_config_defaults(KioskConfig *out) {
    *out = (KioskConfig){.idle_s = 60,
                         .countdown_s = 15,
                         .price_low = 2000,
                         .price_high = 4000,
                         .touch_up_low_years = 4,
                         .touch_up_high_years = 6};
}

static bool read_entry(KioskConfig *out, const char *key, const json_t *value, Err *err) {
    const struct {
        const char *name;
        int *number, min, max;
        char *text;
    } entries[] = {{"idle_s", &out->idle_s, 5, 3600, NULL},
                   {"countdown_s", &out->countdown_s, 3, 120, NULL},
                   {"price_low", &out->price_low, 0, 1000000, NULL},
                   {"price_high", &out->price_high, 0, 1000000, NULL},
                   {"touch_up_low_years", &out->touch_up_low_years, 0, 50, NULL},
                   {"touch_up_high_years", &out->touch_up_high_years, 0, 50, NULL},
                   {"clinic", NULL, 0, 0, out->clinic},
                   {"pin_hash", NULL, 0, 0, out->pin_hash}};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; ++i) {
        if (strcmp(entries[i].name, key) != 0) continue;
        if (entries[i].text) {
            if (!json_is_string(value) || json_string_length(value) >= KIOSK_TEXT)
                return err_set(err, "\"%s\" must be a short text", key);
            memcpy(entries[i].text, json_string_value(value), json_string_length(value) + 1);
            return true;
        }
        json_int_t number = json_integer_value(value);
        if (!json_is_integer(value) || number < entries[i].min || number > entries[i].max)
            return err_set(err, "\"%s\" must be a whole number from %d to %d", key, entries[i].min,
                           entries[i].max);
        *entries[i].number = (int)number;
        return true;
    }
    return err_set(err, "there is no setting \"%.60s\"", key);
}

bool kiosk_config_load(const char *path, KioskConfig *out, Err *err) {
    enum { LIMIT_BYTES = 1 << 20 };
    Arena arena = {0};
    Bytes bytes;
    kiosk_config_defaults(out);
    if (!arena_create(&arena, &(ArenaDesc){.name = "config", .capacity_bytes = 2 * LIMIT_BYTES}, err))
        return false;
    bool ok = file_read(path, LIMIT_BYTES, &arena, &bytes, err);
    json_error_t fault;
    json_t *root =
        ok ? json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, &fault) : NULL;
    if (ok && !json_is_object(root))
        ok = err_set(err, "%s is no kiosk configuration: line %d", path, fault.line);
    const char *key;
    json_t *value;
    json_object_foreach(root, key, value) {
        if (ok && !read_entry(out, key, value, err)) ok = err_prefix(err, "%s", path);
    }
    json_decref(root);
    arena_destroy(&arena);
    return ok;
}

/* ---- the visitor's case ---- */

void kiosk_set(Kiosk *kiosk, const char *option, double value) {
    const OptionTable table = case_option_table();
    const OptionDef *def = options_find(&table, option);
    if (def && option_set_number(def, &kiosk->scene.value, value, NULL)) kiosk->scene_stale = true;
}

double kiosk_value(const Kiosk *kiosk, const char *option) {
    const OptionTable table = case_option_table();
    const OptionDef *def = options_find(&table, option);
    return def ? option_get_number(def, &kiosk->scene.value) : 0;
}

void kiosk_go(Kiosk *kiosk, KioskStep step) {
    Orbit orbit = orbit_named(step == KIOSK_DENSITY ? CAMERA_CROWN : CAMERA_34);
    orbit.azimuth_deg += 360 * round((kiosk->motion.goal.azimuth_deg - orbit.azimuth_deg) / 360);
    if (step == KIOSK_RESULT) kiosk->wipe = 0.5f;
    kiosk->step = step;
    kiosk->motion.goal = orbit;
    kiosk->moving = true;
    kiosk->stage.stale = true;
    ui_request_frames(kiosk->ui, 3);
}

void kiosk_check_pin(Kiosk *kiosk) {
    const char *hash = kiosk->desc->config->pin_hash;
    struct crypt_data data = {0};
    const char *made = hash[0] ? crypt_r(kiosk->pin, hash, &data) : NULL;
    bool right = made && strcmp(made, hash) == 0;
    explicit_bzero(kiosk->pin, sizeof kiosk->pin);
    explicit_bzero(&data, sizeof data);
    if (right) {
        kiosk->end = KIOSK_STAFF_EXIT;
        kiosk->quit = true;
    } else if (++kiosk->pin_tries >= PIN_TRIES) {
        kiosk->quit = true; /* a fresh visit; its corner must be tapped again */
    }
}

/* ---- hands ---- */

static bool inside(const UiRect *r, float x, float y) {
    return x >= r->x && y >= r->y && x < r->x + r->w && y < r->y + r->h;
}

static void tap_corner(Kiosk *kiosk, const PlatformEvent *event) {
    float reach = CORNER_PX * ui_scale(kiosk->ui);
    if (event->x > reach || event->y > reach) {
        kiosk->corner_taps = 0;
        return;
    }
    if (kiosk->corner_taps == 0 || event->time_s - kiosk->corner_s > CORNER_SECONDS) {
        kiosk->corner_taps = 0;
        kiosk->corner_s = event->time_s;
    }
    if (++kiosk->corner_taps < CORNER_TAPS || !kiosk->desc->config->pin_hash[0]) return;
    kiosk->corner_taps = 0;
    kiosk_go(kiosk, KIOSK_PIN);
}

static void begin_visit(Kiosk *kiosk) {
    kiosk->started_s = platform_time_s();
    case_defaults(&kiosk->scene.value);
    kiosk->scene.value.seed = 5;
    kiosk_set(kiosk, "treatment.enabled", 0);
    kiosk_set(kiosk, "hair.length_mm", 0.5);
    kiosk_set(kiosk, "loss.stage", 3);
    kiosk_set(kiosk, "hair.melanin", 0.65);
    kiosk->scene_stale = true;
    kiosk_go(kiosk, KIOSK_HEAD);
}

static void handle_event(Kiosk *kiosk, const PlatformEvent *event) {
    bool attract = kiosk->step == KIOSK_ATTRACT;
    bool touch = event->kind == EVENT_POINTER_DOWN || event->kind == EVENT_FINGER_DOWN;
    if (touch || event->kind == EVENT_KEY_DOWN) kiosk->touched_s = platform_time_s();
    if (event->kind == EVENT_POINTER_DOWN) tap_corner(kiosk, event);
    if (attract) { /* the tap that wakes it does nothing else */
        if (event->kind == EVENT_POINTER_UP && kiosk->corner_taps == 0) begin_visit(kiosk);
        return;
    }
    bool taken = ui_event(kiosk->ui, event);
    double height = (double)kiosk->picture.h;
    if (event->kind == EVENT_QUIT && kiosk->desc->window) kiosk->quit = true;
    if (event->kind == EVENT_POINTER_DOWN && !taken && inside(&kiosk->picture, event->x, event->y))
        kiosk->dragging = true;
    if (event->kind == EVENT_POINTER_UP || event->kind == EVENT_POINTER_CANCEL) kiosk->dragging = false;
    if (event->kind == EVENT_POINTER_MOVE && kiosk->dragging) {
        orbit_motion_drag(&kiosk->motion, (double)event->dx, (double)event->dy, height);
        kiosk->moving = true;
    }
    if (event->kind == EVENT_PINCH && !taken) {
        orbit_motion_zoom(&kiosk->motion, (double)event->factor);
        kiosk->moving = true;
    }
}

/* ---- the loop ---- */

static void lay_out(Kiosk *kiosk) {
    platform_size(kiosk->platform, 0, &kiosk->width, &kiosk->height);
    float w = (float)kiosk->width, h = (float)kiosk->height;
    if (kiosk->step == KIOSK_ATTRACT) {
        kiosk->picture = kiosk->page = (UiRect){0, 0, w, h};
    } else if (h > w) { /* within reach of a seated visitor: the lower half */
        kiosk->picture = (UiRect){0, 0, w, floorf(h * 0.5f)};
        kiosk->page = (UiRect){0, floorf(h * 0.5f), w, h - floorf(h * 0.5f)};
    } else {
        kiosk->picture = (UiRect){0, 0, floorf(w * 0.56f), h};
        kiosk->page = (UiRect){floorf(w * 0.56f), 0, w - floorf(w * 0.56f), h};
    }
    float foot = FOOT_HEIGHT * ui_scale(kiosk->ui);
    kiosk->foot = (UiRect){kiosk->page.x, h - foot, kiosk->page.w, foot};
    if (kiosk->step != KIOSK_PIN) kiosk->page.h -= foot;
}

static void draw_head(Kiosk *kiosk) {
    Err err = {0};
    FrameDesc frame;
    int width, height;
    if (kiosk->scene_stale && !scene_update(&kiosk->scene, &err)) log_message(LOG_ERROR, "%s", err.text);
    if (kiosk->scene_stale) kiosk->stage.stale = true;
    kiosk->scene_stale = false;
    bool draft = kiosk->moving || kiosk->dragging || kiosk->slider_held;
    if (kiosk->stage.draft && !draft) kiosk->stage.stale = true;
    if (!stage_fit(&kiosk->stage, (int)kiosk->picture.w, (int)kiosk->picture.h) || !kiosk->stage.stale)
        return;
    stage_begin(&kiosk->stage, draft, &width, &height);
    frame_defaults(&kiosk->scene, width, height, &frame);
    orbit_camera(&kiosk->motion.now, width, height, &frame.camera);
    frame.quality = draft ? VIEW_DRAFT : VIEW_STANDARD;
    frame.background = kiosk->step == KIOSK_ATTRACT ? VIEW_DARK_BACKGROUND : VIEW_STUDIO_BACKGROUND;
    bool ok =
        view_sync(kiosk->view, &kiosk->scene, &err) &&
        stage_wipe(&kiosk->stage, &kiosk->scene, &frame, kiosk->step == KIOSK_RESULT ? kiosk->wipe : 0, &err);
    if (!ok) log_message(LOG_ERROR, "%s", err.text);
    stage_end(&kiosk->stage);
}

static void draw_window(Kiosk *kiosk) {
    lay_out(kiosk);
    draw_head(kiosk);
    ui_begin(kiosk->ui, kiosk->width, kiosk->height, 1.0 / 60);
    stage_show(&kiosk->stage, kiosk->ui, kiosk->picture);
    kiosk_pages(kiosk);
    ui_end(kiosk->ui);
    uint32_t paper = ui_colour(kiosk->ui, UI_COLOUR_BACKGROUND);
    GpuPassDesc pass = {
        .window_width = kiosk->width, .window_height = kiosk->height, .colour_load = {GPU_CLEAR}};
    for (int c = 0; c < 4; ++c) pass.clear_rgba[0][c] = (float)(paper >> (24 - 8 * c) & 255) / 255;
    gpu_pass_begin(kiosk->gpu, &pass);
    ui_draw(kiosk->ui);
    gpu_pass_end(kiosk->gpu);
    platform_swap(kiosk->platform, 0);
    gpu_frame_end(kiosk->gpu);
}

static void advance(Kiosk *kiosk, double now_s, double dt_s) {
    const KioskConfig *config = kiosk->desc->config;
    if (kiosk->step == KIOSK_ATTRACT) {
        kiosk->motion.goal.azimuth_deg += SPIN_DEG_PER_S * dt_s;
        kiosk->moving = true;
        if (now_s - kiosk->story_s > STORY_SECONDS / 2.0) {
            kiosk->story_s = now_s;
            kiosk->story_after = !kiosk->story_after;
            if (!kiosk->story_after) kiosk->story = (kiosk->story + 1) % KIOSK_STORIES;
            kiosk_show_story(kiosk);
        }
    } else {
        double idle_s = now_s - kiosk->touched_s;
        if (idle_s > config->idle_s + config->countdown_s || now_s - kiosk->started_s > VISIT_LIMIT_S)
            kiosk->quit = true;
        if (idle_s > config->idle_s) ui_request_frames(kiosk->ui, 1);
    }
    if (kiosk->moving) {
        kiosk->moving = orbit_motion_step(&kiosk->motion, dt_s);
        kiosk->stage.stale = true;
    }
}

static void beat(const Kiosk *kiosk) {
    if (kiosk->desc->heartbeat_fd >= 0 && write(kiosk->desc->heartbeat_fd, ".", 1) < 0)
        log_message(LOG_DEBUG, "nobody listens to the kiosk's heartbeat");
}

static void run_loop(Kiosk *kiosk) {
    double before_s = platform_time_s(), beat_s = 0;
    kiosk->touched_s = kiosk->started_s = kiosk->story_s = before_s;
    while (!kiosk->quit && !progress_interrupted()) {
        PlatformEvent event;
        bool work = kiosk->moving || kiosk->scene_stale || kiosk->stage.stale || kiosk->stage.draft ||
                    kiosk->step == KIOSK_ATTRACT || ui_needs_frame(kiosk->ui);
        for (bool any = platform_wait(kiosk->platform, work ? 0 : 0.25, &event); any;
             any = platform_poll(kiosk->platform, &event))
            handle_event(kiosk, &event);
        double now_s = platform_time_s();
        if (now_s - beat_s > 0.5) {
            beat(kiosk);
            beat_s = now_s;
        }
        advance(kiosk, now_s, fmin(now_s - before_s, 0.1));
        before_s = now_s;
        if (work || kiosk->stage.stale || ui_needs_frame(kiosk->ui)) draw_window(kiosk);
    }
}

static bool open_kiosk(Kiosk *kiosk, Err *err) {
    const KioskDesc *desc = kiosk->desc;
    Case value;
    case_defaults(&value);
    value.seed = 5;
    kiosk->platform = platform_create(
        &(PlatformDesc){
            .title = "Stipple", .kiosk = !desc->window, .width = desc->width, .height = desc->height},
        err);
    if (!kiosk->platform) return false;
    kiosk->gpu = gpu_create(&(GpuDesc){.accept_no_glx = !platform_is_glx(kiosk->platform)}, err);
    if (!kiosk->gpu) return false;
    kiosk->ui = ui_create(
        &(UiDesc){.gpu = kiosk->gpu, .scale = platform_scale(kiosk->platform), .size = UI_KIOSK}, err);
    if (!kiosk->ui) return false;
    kiosk->view = view_create(kiosk->gpu, err);
    if (!kiosk->view) return false;
    stage_init(&kiosk->stage, kiosk->gpu, kiosk->view);
    kiosk->scene_made = scene_create(&value, &(SceneDesc){.skin_size = 1024}, NULL, &kiosk->scene, err);
    return kiosk->scene_made;
}

bool kiosk_visit(const KioskDesc *desc, KioskEnd *end, Err *err) {
    if (!platform_display_present()) return err_set(err, "There is no display for the kiosk");
    Kiosk *kiosk = calloc(1, sizeof *kiosk);
    if (!kiosk) return err_set(err, "There is not enough memory for the kiosk");
    kiosk->desc = desc;
    Orbit start = orbit_named(CAMERA_34);
    orbit_motion_reset(&kiosk->motion, &start);
    bool ok = open_kiosk(kiosk, err);
    if (ok) {
        kiosk_show_story(kiosk);
        run_loop(kiosk);
    }
    *end = kiosk->end;
    if (kiosk->gpu) gpu_wipe_reads(kiosk->gpu);
    view_destroy(kiosk->view);
    ui_destroy(kiosk->ui);
    gpu_destroy(kiosk->gpu);
    platform_destroy(kiosk->platform);
    if (kiosk->scene_made) scene_destroy(&kiosk->scene);
    explicit_bzero(kiosk, sizeof *kiosk);
    free(kiosk);
    return ok;
}
