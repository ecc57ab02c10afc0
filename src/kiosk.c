#include "../engine/language.h"
#include "kioskparts.h"

#include "../engine/progress.h"
#include <math.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    KIOSK_SKIN_PX = 1024,
    VISITOR_SEED = 5, /* that of the first story: the first visit of a process needs no other skin */
    CORNER_TAPS = 5,
    CORNER_SECONDS = 4,
    CORNER_PX = 110, /* at scale 1 */
    FRAMES_PER_S = 30,
    HEAD_MM = 800, /* from which heads are seen */
    HEADING = 158  /* at scale 1: title and two lines above the head */
};

const char *const kiosk_screen_names[SCREEN_COUNT] = {"attract", "who",     "photo",    "consent", "camera",
                                                      "review",  "fitting", "hairline", "density", "length",
                                                      "years",   "result",  "facts",    "pin",     "ended"};

const char *kiosk_say(const Kiosk *kiosk, const char *id) {
    return kiosk_text(kiosk->config, kiosk->language, id);
}

void kiosk_say_number(const Kiosk *kiosk, const char *id, int number, char *out, size_t size) {
    const char *words = kiosk_say(kiosk, id), *at = strstr(words, "{n}");
    char digits[32];
    snprintf(digits, sizeof digits, number >= 1000 ? "%d,%03d" : "%d",
             number >= 1000 ? number / 1000 : number, number % 1000);
    if (at)
        snprintf(out, size, "%.*s%s%s", (int)(at - words), words, digits, at + 3);
    else
        snprintf(out, size, "%s", words);
}

bool kiosk_is_treated(KioskScreen screen) {
    return screen >= SCREEN_HAIRLINE;
}

/* ---- the head ---- */

static Orbit kiosk_orbit(double azimuth_deg, double elevation_deg, double fov_deg, double target_mm) {
    Orbit orbit = orbit_named(CAMERA_FRONT);
    orbit.azimuth_deg = azimuth_deg;
    orbit.elevation_deg = elevation_deg;
    orbit.fov_deg = fov_deg;
    orbit.distance_mm = HEAD_MM;
    orbit.target_mm[1] = target_mm;
    return orbit;
}

/* Each question is asked where its answer is seen best: nearer to the hairline, from above onto the crown. */
static Orbit orbit_of_screen(KioskScreen screen) {
    static const struct {
        KioskScreen screen;
        double azimuth_deg, elevation_deg, fov_deg, target_mm;
    } views[] = {{SCREEN_WHO, 28, 22, 23, 6},      {SCREEN_HAIRLINE, 0, 16, 22, 16},
                 {SCREEN_DENSITY, 24, 36, 22, 14}, {SCREEN_LENGTH, 52, 18, 23, 6},
                 {SCREEN_YEARS, -28, 22, 23, 6},   {SCREEN_RESULT, 0, 30, 25, -8}};
    for (size_t i = 0; i < sizeof views / sizeof views[0]; ++i)
        if (views[i].screen == screen)
            return kiosk_orbit(views[i].azimuth_deg, views[i].elevation_deg, views[i].fov_deg,
                               views[i].target_mm);
    return kiosk_orbit(28, 18, 22, 6);
}

static void look(Kiosk *kiosk) {
    Orbit orbit = orbit_of_screen(kiosk->screen);
    orbit.azimuth_deg += 360 * round((kiosk->motion.goal.azimuth_deg - orbit.azimuth_deg) / 360);
    kiosk->motion.goal = orbit;
    if (kiosk->config->reduced_motion) orbit_motion_reset(&kiosk->motion, &orbit);
    kiosk->moving = true;
}

/* What takes longer than a frame: another head, another skin. */
static bool is_slow(const Case *a, const Case *b) {
    return a->seed != b->seed || memcmp(&a->shape, &b->shape, sizeof a->shape) != 0 ||
           memcmp(a->head_mm, b->head_mm, sizeof a->head_mm) != 0 ||
           memcmp(a->photo, b->photo, sizeof a->photo) != 0 ||
           memcmp(&a->skin, &b->skin, sizeof a->skin) != 0;
}

void kiosk_choose(Kiosk *kiosk) {
    if (kiosk->choices.head == 3 && !kiosk->woman_made && kiosk->job.kind != JOB_FIRST) {
        kiosk_woman(kiosk->scene.model, &kiosk->woman);
        kiosk->woman_made = true;
    }
    kiosk_apply_choices(&kiosk->choices, kiosk_is_treated(kiosk->screen), kiosk->photo.fitted,
                        kiosk->woman_made ? &kiosk->woman : NULL, &kiosk->wanted);
    if (kiosk->job.kind != JOB_NONE) {
        kiosk->wanted_again = true;
        return;
    }
    if (is_slow(&kiosk->wanted, &kiosk->scene.value)) {
        kiosk_start_job(kiosk, JOB_REBUILD);
    } else {
        kiosk->scene.value = kiosk->wanted;
        kiosk->scene_stale = true;
    }
    ui_request_frames(kiosk->ui, 3);
}

static void *work(void *user) {
    Kiosk *kiosk = user;
    KioskJob *job = &kiosk->job;
    if (job->pretend) {
        job->ok = job->kind != JOB_FIT; /* as when no face is found */
    } else if (job->kind == JOB_FIT) {
        job->ok = kiosk_fit_photo(kiosk, &job->err);
    } else if (job->kind == JOB_FIRST) {
        kiosk_story_case(&job->story, NULL, &job->value);
        job->ok = kiosk->scene_made = scene_create(&job->value, &(SceneDesc){.skin_size = KIOSK_SKIN_PX},
                                                   NULL, &kiosk->scene, &job->err);
    } else {
        if (job->kind == JOB_STORY) kiosk_story_case(&job->story, kiosk->scene.model, &job->value);
        kiosk->scene.value = job->value;
        job->ok = scene_update(&kiosk->scene, &job->err);
    }
    atomic_store(&job->finished, true);
    platform_wake(kiosk->platform);
    return NULL;
}

void kiosk_start_job(Kiosk *kiosk, KioskJobKind kind) {
    KioskJob *job = &kiosk->job;
    ASSERT(job->kind == JOB_NONE);
    *job = (KioskJob){.kind = kind, .value = kiosk->wanted, .story = kiosk->story};
    const int real_one_in[] = {[JOB_FIRST] = 1, [JOB_STORY] = 100, [JOB_REBUILD] = 100, [JOB_FIT] = 10};
    job->pretend = kiosk->desc->monkey_events > 0 && ++kiosk->jobs[kind] % real_one_in[kind] != 0;
    if (pthread_create(&job->thread, NULL, work, kiosk) == 0) return;
    job->kind = JOB_NONE;
    kiosk_end_visit(kiosk); /* without threads there is nothing to be shown */
}

static void finish_job(Kiosk *kiosk) {
    KioskJob *job = &kiosk->job;
    if (job->kind == JOB_NONE || !atomic_load(&job->finished)) return;
    pthread_join(job->thread, NULL);
    bool fit = job->kind == JOB_FIT, first = job->kind == JOB_FIRST;
    job->kind = JOB_NONE;
    kiosk->stage.stale = true;
    ui_request_frames(kiosk->ui, 3);
    if (fit && kiosk->screen == SCREEN_FITTING) {
        kiosk->photo.fitted = job->ok;
        kiosk->photo.fit_failed = !job->ok;
        if (!job->ok) kiosk_forget_photo(kiosk);
        kiosk_go(kiosk, job->ok ? SCREEN_HAIRLINE : SCREEN_PHOTO);
    } else if (!job->ok) {
        if (first) kiosk->broken = job->err;
        log_message(LOG_ERROR, "%s", job->err.text);
        kiosk_end_visit(kiosk);
    }
    if (kiosk->wanted_again) {
        kiosk->wanted_again = false;
        kiosk_choose(kiosk);
    }
}

/* For what must not happen beside it: a rebuild takes about a second. */
void kiosk_wait_for_job(Kiosk *kiosk) {
    while (kiosk->job.kind != JOB_NONE) {
        while (!atomic_load(&kiosk->job.finished)) {
            nanosleep(&(struct timespec){0, 2000000}, NULL);
            kiosk_beat(kiosk);
        }
        finish_job(kiosk);
    }
}

/* ---- screens ---- */

void kiosk_go(Kiosk *kiosk, KioskScreen screen) {
    bool treated = kiosk_is_treated(kiosk->screen);
    KioskScreen from = kiosk->screen;
    kiosk->screen = screen;
    kiosk->screen_s = kiosk->now_s;
    kiosk->stage.stale = true;
    if (from == SCREEN_CAMERA) kiosk_camera_stop(kiosk);
    if (screen == SCREEN_CAMERA) kiosk_camera_start(kiosk);
    if (screen == SCREEN_RESULT && from != SCREEN_FACTS) kiosk->wipe = 0.5f;
    if (screen == SCREEN_FITTING) {
        kiosk->screen = SCREEN_REVIEW; /* as long as another job runs */
        kiosk_wait_for_job(kiosk);
        kiosk->screen = SCREEN_FITTING;
        kiosk_start_job(kiosk, JOB_FIT);
    }
    if (screen != SCREEN_PIN && screen != SCREEN_FACTS && from != SCREEN_PIN && from != SCREEN_FACTS)
        look(kiosk);
    if (screen != SCREEN_PIN && screen != SCREEN_ATTRACT && screen != SCREEN_FITTING &&
        (treated != kiosk_is_treated(screen) || from == SCREEN_FITTING))
        kiosk_choose(kiosk);
    ui_request_frames(kiosk->ui, 4);
}

void kiosk_begin_visit(Kiosk *kiosk) {
    log_message(LOG_INFO, "a visit begins");
    kiosk->started_s = kiosk->now_s;
    kiosk->choices = kiosk_first_choices;
    case_defaults(&kiosk->wanted);
    kiosk->wanted.seed = VISITOR_SEED;
    kiosk_go(kiosk, SCREEN_WHO);
    kiosk_choose(kiosk);
}

void kiosk_end_visit(Kiosk *kiosk) {
    kiosk->end = KIOSK_VISIT_OVER;
    kiosk_camera_stop(kiosk);
    kiosk->screen = SCREEN_ENDED;
    kiosk->quit = true;
}

/* ---- hands ---- */

static bool inside(const UiRect *r, float x, float y) {
    return x >= r->x && y >= r->y && x < r->x + r->w && y < r->y + r->h;
}

/* Quick taps in the upper left corner open the PIN page. True when the tap was there. */
static bool tap_corner(Kiosk *kiosk, const PlatformEvent *event) {
    float reach = CORNER_PX * ui_scale(kiosk->ui);
    if (event->x > reach || event->y > reach || !kiosk->config->pin_hash[0]) {
        kiosk->corner_taps = 0;
        return false;
    }
    if (kiosk->corner_taps == 0 || kiosk->now_s - kiosk->corner_s > CORNER_SECONDS) {
        kiosk->corner_taps = 0;
        kiosk->corner_s = kiosk->now_s;
    }
    if (++kiosk->corner_taps >= CORNER_TAPS && kiosk->screen != SCREEN_PIN &&
        kiosk->screen != SCREEN_FITTING) {
        kiosk->corner_taps = 0;
        kiosk->before_pin = kiosk->screen == SCREEN_CAMERA ? SCREEN_PHOTO : kiosk->screen;
        explicit_bzero(kiosk->pin, sizeof kiosk->pin);
        kiosk_go(kiosk, SCREEN_PIN);
    }
    return true;
}

static void turn_head(Kiosk *kiosk, const PlatformEvent *event, bool taken) {
    bool turns =
        kiosk->screen == SCREEN_WHO || (kiosk->screen >= SCREEN_HAIRLINE && kiosk->screen <= SCREEN_RESULT);
    if (event->kind == EVENT_POINTER_DOWN && !taken && turns && inside(&kiosk->picture, event->x, event->y))
        kiosk->dragging = true;
    if (event->kind == EVENT_POINTER_UP || event->kind == EVENT_POINTER_CANCEL) {
        if (kiosk->dragging) ui_request_frames(kiosk->ui, 2);
        kiosk->dragging = false;
    }
    if (event->kind == EVENT_POINTER_MOVE && kiosk->dragging) {
        orbit_motion_drag(&kiosk->motion, (double)event->dx, (double)event->dy, (double)kiosk->picture.h);
        kiosk->moving = true;
    }
}

/* Any touch says that somebody is there, except one on "clear it now". */
static void note_presence(Kiosk *kiosk, const PlatformEvent *event) {
    UiRect leave;
    bool touch = event->kind == EVENT_POINTER_DOWN || event->kind == EVENT_KEY_DOWN;
    bool leaving = kiosk->warned && ui_find_widget(kiosk->ui, "idle.leave", &leave) &&
                   (event->kind == EVENT_KEY_DOWN || inside(&leave, event->x, event->y));
    if (touch && !leaving) kiosk->touched_s = kiosk->now_s;
    if (!kiosk->warned && kiosk->dragging) kiosk->touched_s = kiosk->now_s;
}

void kiosk_event(Kiosk *kiosk, const PlatformEvent *event) {
    bool down = event->kind == EVENT_POINTER_DOWN;
    note_presence(kiosk, event);
    if (event->kind == EVENT_QUIT && kiosk->desc->window) kiosk->quit = true; /* never in kiosk mode */
    if (event->kind == EVENT_RESIZE || event->kind == EVENT_EXPOSE) ui_request_frames(kiosk->ui, 3);
    bool corner = down && tap_corner(kiosk, event);
    if (kiosk->screen == SCREEN_ATTRACT) { /* the tap that wakes it does nothing else */
        if (!down || corner) return;
        kiosk->taps = 1;
        kiosk_begin_visit(kiosk);
        return;
    }
    if (down) ++kiosk->taps;
    if (event->kind == EVENT_KEY_DOWN || event->kind == EVENT_KEY_UP) {
        /* Tab, arrows, space and Enter walk the buttons; every other key and every chord does nothing. */
        bool walks = event->key == KEY_TAB || event->key == KEY_SPACE || event->key == KEY_ENTER ||
                     (event->key >= KEY_LEFT && event->key <= KEY_DOWN);
        if (!walks || (event->mods & (MOD_CTRL | MOD_ALT | MOD_SUPER))) return;
    }
    if (event->kind == EVENT_TEXT || event->kind == EVENT_DROP_FILE) return;
    bool taken = ui_event(kiosk->ui, event);
    turn_head(kiosk, event, taken);
}

/* ---- time ---- */

double kiosk_seconds_left(const Kiosk *kiosk) {
    if (kiosk->screen == SCREEN_ATTRACT) return 1e9;
    const KioskConfig *config = kiosk->config;
    double idle = config->idle_s - (kiosk->now_s - kiosk->touched_s);
    double limit = config->limit_s - (kiosk->now_s - kiosk->started_s);
    return fmin(idle, limit);
}

static void watch_idleness(Kiosk *kiosk) {
    double left_s = kiosk_seconds_left(kiosk);
    bool warned = left_s <= kiosk->config->warning_s;
    if (left_s <= 0 && !kiosk->quit) {
        if (kiosk->screen == SCREEN_PIN && kiosk->before_pin == SCREEN_ATTRACT) {
            kiosk_go(kiosk, SCREEN_ATTRACT);
            return;
        }
        log_message(LOG_INFO, "nobody is there: cleared %.1f s after the last touch",
                    kiosk->now_s - kiosk->touched_s);
        kiosk_end_visit(kiosk);
    }
    if (warned || kiosk->warned) ui_request_frames(kiosk->ui, 2);
    kiosk->warned = warned;
}

/* The head of the stories follows them; another person takes a second, during which the story waits. */
static void show_story(Kiosk *kiosk, double dt_s) {
    const KioskStory *story = &kiosk->story;
    if (kiosk->job.kind != JOB_NONE) {
        kiosk->attract_s += dt_s;
        return;
    }
    int years = (int)(story->years * 10); /* steps of a tenth of a year are not seen as steps */
    if (story->index == kiosk->story_made && years == kiosk->years_made) return;
    if (story->index != kiosk->story_made)
        kiosk_start_job(kiosk, JOB_STORY);
    else
        kiosk->scene.value.time.years = (float)story->years;
    kiosk->story_made = story->index;
    kiosk->years_made = years;
    kiosk->scene_stale = true;
}

static void step_stories(Kiosk *kiosk, double dt_s) {
    const KioskConfig *config = kiosk->config;
    KioskStory *story = &kiosk->story, before = kiosk->story;
    kiosk_story_at(kiosk->now_s - kiosk->attract_s, config->story_s, config->reduced_motion, story);
    show_story(kiosk, dt_s);
    bool veiled = kiosk->job.kind != JOB_NONE;
    if (config->reduced_motion) kiosk->veil = veiled;
    kiosk->veil = fminf(1, fmaxf(0, kiosk->veil + (veiled ? 4 : -1.5f) * (float)dt_s));
    kiosk->touched_s = kiosk->now_s;
    bool turns = story->azimuth_deg != before.azimuth_deg;
    if (!turns && story->wipe == before.wipe && story->hair_length_mm == before.hair_length_mm) return;
    Orbit orbit = kiosk_orbit(story->azimuth_deg, story->elevation_deg, story->fov_deg, 8);
    orbit_motion_reset(&kiosk->motion, &orbit);
    kiosk->stage.stale = true;
}

/* ---- drawing ---- */

static bool shows_head(const Kiosk *kiosk) {
    KioskScreen screen = kiosk->screen;
    return screen != SCREEN_CAMERA && screen != SCREEN_REVIEW && screen != SCREEN_PIN &&
           screen != SCREEN_ENDED && (screen != SCREEN_FACTS || kiosk->portrait);
}

/* 88 px on the smallest screen, growing with it and with the clinic's text size, as far as every page has
 * room. */
static float wanted_scale(const Kiosk *kiosk) {
    float w = (float)kiosk->width, h = (float)kiosk->height, side = fminf(w, h);
    float room = h > w ? fminf(h / 1480, w / 700) : fminf(h / 704, w / 1180);
    float scale = fminf(4, fmaxf(1, side / 870)) * (float)kiosk->config->text_size;
    return fmaxf(0.5f, fminf(fmaxf(1, scale), room));
}

/* In portrait the head has what few controls leave free. */
static float share_of_picture(const Kiosk *kiosk) {
    const float controls = 700 * wanted_scale(kiosk) / (float)kiosk->height;
    switch (kiosk->screen) {
    case SCREEN_ATTRACT:
        return 0.64f;
    case SCREEN_FACTS:
        return 0.24f;
    case SCREEN_WHO:
    case SCREEN_PHOTO:
    case SCREEN_CONSENT:
        return 0.45f;
    default:
        return fminf(0.6f, fmaxf(0.45f, 1 - controls));
    }
}

/* The head at the left or above, the controls beside or below it, within reach of a seated visitor. */
static void lay_out(Kiosk *kiosk) {
    platform_size(kiosk->platform, 0, &kiosk->width, &kiosk->height);
    float w = (float)kiosk->width, h = (float)kiosk->height;
    bool attract = kiosk->screen == SCREEN_ATTRACT;
    kiosk->portrait = h > w;
    kiosk->heading = (UiRect){0};
    if (kiosk->portrait) {
        float split = floorf(h * share_of_picture(kiosk));
        kiosk->picture = (UiRect){0, 0, w, split};
        kiosk->page = (UiRect){0, split, w, h - split};
    } else {
        float split = floorf(w * (attract ? 0.60f : 0.54f)), top = 0;
        if (!attract && shows_head(kiosk)) top = floorf(HEADING * wanted_scale(kiosk));
        kiosk->heading = (UiRect){0, 0, split, top};
        kiosk->picture = (UiRect){0, top, split, h - top};
        kiosk->page = (UiRect){split, 0, w - split, h};
    }
}

static bool in_motion(const Kiosk *kiosk) {
    bool stories = kiosk->screen == SCREEN_ATTRACT && !kiosk->config->reduced_motion;
    return stories || kiosk->moving || kiosk->dragging || kiosk->wipe_held;
}

static void describe_frame(const Kiosk *kiosk, int width, int height, FrameDesc *frame) {
    frame_defaults(&kiosk->scene, width, height, frame);
    orbit_camera(&kiosk->motion.now, width, height, &frame->camera);
    if (kiosk->screen == SCREEN_ATTRACT) frame->hair_length_mm = kiosk->story.hair_length_mm;
    frame->background = kiosk->config->dark ? VIEW_DARK_BACKGROUND : VIEW_STUDIO_BACKGROUND;
}

static void draw_head(Kiosk *kiosk, bool final) {
    Err err = {0};
    FrameDesc frame;
    int width, height;
    if (kiosk->job.kind != JOB_NONE || !kiosk->view || !shows_head(kiosk)) return;
    if (kiosk->scene_stale) {
        if (!scene_update(&kiosk->scene, &err)) log_message(LOG_ERROR, "%s", err.text);
        kiosk->scene_stale = false;
        kiosk->stage.stale = true;
    }
    bool draft = in_motion(kiosk) && !final;
    if (kiosk->stage.draft && !draft) kiosk->stage.stale = true;
    if (!stage_fit(&kiosk->stage, (int)kiosk->picture.w, (int)kiosk->picture.h) || !kiosk->stage.stale)
        return;
    stage_begin(&kiosk->stage, draft, &width, &height);
    describe_frame(kiosk, width, height, &frame);
    frame.quality = draft ? VIEW_DRAFT : VIEW_STANDARD;
    float wipe = kiosk->screen == SCREEN_ATTRACT  ? kiosk->story.wipe
                 : kiosk->screen == SCREEN_RESULT ? kiosk->wipe
                                                  : 0;
    bool ok = view_sync(kiosk->view, &kiosk->scene, &err);
    kiosk_beat(kiosk); /* a slow machine takes its time for both */
    ok = ok && stage_wipe(&kiosk->stage, &kiosk->scene, &frame, wipe, &err);
    if (!ok) log_message(LOG_ERROR, "%s", err.text);
    stage_end(&kiosk->stage);
}

static void build_widgets(Kiosk *kiosk, double dt_s) {
    ui_begin(kiosk->ui, kiosk->width, kiosk->height, dt_s);
    kiosk->wipe_held = false;
    kiosk_pages(kiosk);
    ui_end(kiosk->ui);
}

static void draw_into(Kiosk *kiosk, GpuTarget target) {
    uint32_t paper = ui_colour(kiosk->ui, UI_COLOUR_BACKGROUND);
    bool head = shows_head(kiosk) && stage_copy(&kiosk->stage, target, kiosk->height, kiosk->picture);
    GpuPassDesc pass = {.target = target,
                        .window_width = kiosk->width,
                        .window_height = kiosk->height,
                        .colour_load = {head ? GPU_KEEP : GPU_CLEAR}}; /* pages cover the rest */
    for (int c = 0; c < 4; ++c) pass.clear_rgba[0][c] = (float)(paper >> (24 - 8 * c) & 255) / 255;
    gpu_pass_begin(kiosk->gpu, &pass);
    ui_draw(kiosk->ui);
    gpu_pass_end(kiosk->gpu);
}

bool kiosk_needs_frame(const Kiosk *kiosk) {
    return in_motion(kiosk) || (kiosk->screen == SCREEN_CAMERA && !kiosk->photo.failed) ||
           kiosk->scene_stale || kiosk->stage.draft ||
           (kiosk->stage.stale && shows_head(kiosk) && kiosk->job.kind == JOB_NONE) ||
           (kiosk->job.kind != JOB_NONE && !kiosk->config->reduced_motion) || ui_needs_frame(kiosk->ui);
}

void kiosk_tell(Kiosk *kiosk, char word) {
    if (kiosk->desc->control_fd >= 0 && write(kiosk->desc->control_fd, &word, 1) < 0)
        log_message(LOG_DEBUG, "the supervisor does not listen");
}

void kiosk_beat(Kiosk *kiosk) {
    double now_s = platform_time_s();
    if (!kiosk->seen || now_s - kiosk->beat_s < 0.5) return;
    kiosk->beat_s = now_s;
    kiosk_tell(kiosk, '.');
}

void kiosk_frame(Kiosk *kiosk, double now_s, bool draw) {
    double dt_s = fmin(fmax(now_s - kiosk->frame_s, 1e-3), 0.1);
    kiosk->now_s = kiosk->frame_s = now_s;
    lay_out(kiosk);
    float scale = wanted_scale(kiosk);
    if (fabsf(scale - ui_scale(kiosk->ui)) > 0.01f)
        ui_set_look(kiosk->ui, scale, kiosk->config->dark ? UI_DARK : UI_LIGHT, UI_KIOSK);
    finish_job(kiosk);
    if (kiosk->screen == SCREEN_ATTRACT) step_stories(kiosk, dt_s);
    if (kiosk->screen == SCREEN_CAMERA) kiosk_camera_step(kiosk);
    watch_idleness(kiosk);
    lay_out(kiosk);
    if (kiosk->moving) {
        kiosk->moving = orbit_motion_step(&kiosk->motion, dt_s);
        kiosk->stage.stale = true;
    }
    if (draw) draw_head(kiosk, false);
    build_widgets(kiosk, dt_s);
    if (draw) {
        draw_into(kiosk, (GpuTarget){0});
        platform_swap(kiosk->platform, 0);
        gpu_frame_end(kiosk->gpu);
    }
    kiosk_beat(kiosk);
}

bool kiosk_shoot(Kiosk *kiosk, Arena *arena, Image *out, Err *err) {
    const GpuTargetDesc desc = {
        .width = kiosk->width, .height = kiosk->height, .colour = {GPU_RGBA8}, .label = "screenshot"};
    if (!gpu_target_ok(kiosk->gpu, kiosk->shot)) kiosk->shot = gpu_target_create(kiosk->gpu, &desc);
    draw_head(kiosk, true);
    build_widgets(kiosk, 1e-3);
    draw_into(kiosk, kiosk->shot);
    gpu_frame_end(kiosk->gpu);
    return image_alloc(arena, kiosk->width, kiosk->height, out, err) &&
           gpu_read(kiosk->gpu, kiosk->shot, 0, 0, 0, kiosk->width, kiosk->height, 0, GPU_READ_RGBA8,
                    out->rgba, err);
}

/* ---- the loop ---- */

static void run_people(Kiosk *kiosk) {
    bool shown = false;
    while (!kiosk->quit && !progress_interrupted()) {
        PlatformEvent event;
        double now_s = platform_time_s(), due_s = kiosk->frame_s + 1.0 / FRAMES_PER_S;
        double wait_s = kiosk_needs_frame(kiosk) ? fmax(0, due_s - now_s) : 0.25;
        for (bool any = platform_wait(kiosk->platform, wait_s, &event); any;
             any = platform_poll(kiosk->platform, &event)) {
            kiosk->now_s = platform_time_s();
            kiosk_event(kiosk, &event);
        }
        now_s = platform_time_s();
        if (kiosk_needs_frame(kiosk) && now_s < due_s && shown) continue;
        kiosk_frame(kiosk, now_s, kiosk_needs_frame(kiosk) || !shown);
        shown = true;
    }
    if (kiosk->screen == SCREEN_ENDED) kiosk_frame(kiosk, platform_time_s(), true);
}

static void load_logo(Kiosk *kiosk) {
    Image logo;
    Err err = {0};
    size_t mark = arena_mark(&kiosk->photo.arena);
    if (!kiosk->config->logo[0]) return;
    if (image_load(kiosk->config->logo, &kiosk->photo.arena, &logo, NULL, &err)) {
        kiosk->logo = gpu_texture_create(kiosk->gpu, &(GpuTextureDesc){.width = logo.width,
                                                                       .height = logo.height,
                                                                       .mips = true,
                                                                       .filter = GPU_MIPMAP,
                                                                       .data = logo.rgba,
                                                                       .label = "logo"});
        kiosk->logo_width = logo.width;
        kiosk->logo_height = logo.height;
    } else {
        log_message(LOG_WARNING, _("the logo: %s"), err.text);
    }
    arena_rewind(&kiosk->photo.arena, mark);
}

/* The first head is made while the words of the stories are shown already. */
static void make_first_head(Kiosk *kiosk) {
    kiosk_story_at(0, kiosk->config->story_s, kiosk->config->reduced_motion, &kiosk->story);
    kiosk->story_made = kiosk->story.index;
    kiosk->years_made = 0;
    kiosk->veil = 1;
    kiosk->scene_stale = true;
    kiosk_start_job(kiosk, JOB_FIRST);
}

/* One byte from the supervisor lets a visit appear, finished or not: what is not ready yet comes in while it
 * is seen. */
static bool said_go(Kiosk *kiosk, int wait_ms) {
    struct pollfd item = {.fd = kiosk->desc->control_fd, .events = POLLIN};
    if (kiosk->go) return true;
    if (poll(&item, 1, wait_ms) <= 0) return false;
    if (read(kiosk->desc->control_fd, &kiosk->go, 1) == 1)
        platform_show(kiosk->platform);
    else
        kiosk->quit = true;
    return true;
}

static bool open_window(Kiosk *kiosk, Err *err) {
    const KioskDesc *desc = kiosk->desc;
    bool headless = desc->replay || desc->monkey_events > 0;
    kiosk->platform = platform_create(&(PlatformDesc){.title = "Stipple kiosk",
                                                      .headless = headless,
                                                      .kiosk = !headless && !desc->window,
                                                      .hidden = desc->wait_for_go,
                                                      .width = desc->width,
                                                      .height = desc->height},
                                      err);
    if (!kiosk->platform) return false;
    kiosk->gpu = gpu_create(&(GpuDesc){.accept_no_glx = !platform_is_glx(kiosk->platform)}, err);
    if (!kiosk->gpu) return false;
    lay_out(kiosk);
    kiosk->ui = ui_create(&(UiDesc){.gpu = kiosk->gpu,
                                    .scale = wanted_scale(kiosk),
                                    .theme = kiosk->config->dark ? UI_DARK : UI_LIGHT,
                                    .size = UI_KIOSK},
                          err);
    if (!kiosk->ui) return false;
    load_logo(kiosk);
    stage_init(&kiosk->stage, kiosk->gpu, NULL);
    make_first_head(kiosk);
    if (desc->wait_for_go) said_go(kiosk, 0); /* the words of the first of all visits wait for no programs */
    if (!headless) kiosk_frame(kiosk, kiosk->now_s, true);
    kiosk->view = view_create(kiosk->gpu, err);
    if (!kiosk->view) return false;
    stage_init(&kiosk->stage, kiosk->gpu, kiosk->view);
    for (int quality = VIEW_DRAFT; quality <= VIEW_STANDARD; quality++)
        view_warm(kiosk->view, &kiosk->wanted, &kiosk->motion.now, (int)kiosk->picture.w,
                  (int)kiosk->picture.h, (ViewQuality)quality);
    return true;
}

static void set_clock(Kiosk *kiosk) {
    bool counted = kiosk->desc->replay || kiosk->desc->monkey_events > 0;
    kiosk->now_s = kiosk->touched_s = kiosk->attract_s = kiosk->frame_s = counted ? 0 : platform_time_s();
}

/* A spare visit makes its head and draws its first picture where nobody sees it. */
static bool wait_for_go(Kiosk *kiosk) {
    if (!kiosk->desc->wait_for_go) return true;
    bool drawn = kiosk->desc->replay;
    while (!said_go(kiosk, drawn ? -1 : 20) && !progress_interrupted()) {
        finish_job(kiosk);
        if (drawn || kiosk->job.kind != JOB_NONE) continue;
        kiosk->veil = 0;
        kiosk_frame(kiosk, kiosk->now_s, true);
        drawn = true;
    }
    return !kiosk->quit && !progress_interrupted();
}

static bool run_visit(Kiosk *kiosk, Err *err) {
    bool last = false;
    set_clock(kiosk);
    if (!wait_for_go(kiosk)) return true;
    kiosk->seen = true;
    set_clock(kiosk);
    if (kiosk->go >= '0' && kiosk->go <= '9') kiosk->pin_tries = kiosk->go - '0';
    if (kiosk->go == 'l') kiosk->locked_until_s = kiosk->now_s + KIOSK_PIN_LOCK_S;
    if (kiosk->desc->replay) {
        bool ok = kiosk_replay(kiosk, &last, err);
        if (last && kiosk->end == KIOSK_VISIT_OVER) kiosk->end = KIOSK_REPLAY_DONE;
        return ok;
    }
    if (kiosk->desc->monkey_events > 0)
        kiosk_monkey(kiosk);
    else
        run_people(kiosk);
    return true;
}

static void close_kiosk(Kiosk *kiosk) {
    if (kiosk->job.kind != JOB_NONE) pthread_join(kiosk->job.thread, NULL);
    kiosk->job.kind = JOB_NONE;
    kiosk_forget_photo(kiosk);
    if (kiosk->gpu) gpu_wipe_reads(kiosk->gpu);
    if (kiosk->view) view_forget(kiosk->view);
    view_destroy(kiosk->view);
    ui_destroy(kiosk->ui);
    gpu_destroy(kiosk->gpu);
    platform_destroy(kiosk->platform);
    if (kiosk->scene_made) scene_destroy(&kiosk->scene);
    arena_destroy(&kiosk->photo.arena);
    explicit_bzero(kiosk, sizeof *kiosk);
    free(kiosk);
}

bool kiosk_visit(const KioskDesc *desc, KioskEnd *out, Err *err) {
    Kiosk *kiosk = calloc(1, sizeof *kiosk);
    if (!kiosk) return err_set(err, "There is not enough memory for the kiosk");
    kiosk->desc = desc;
    kiosk->config = desc->config;
    kiosk->language = desc->config->language;
    kiosk->photo.file = -1;
    Orbit start = orbit_of_screen(SCREEN_ATTRACT);
    orbit_motion_reset(&kiosk->motion, &start);
    bool ok = arena_create(&kiosk->photo.arena, &(ArenaDesc){.name = "photo", .secret = true}, err) &&
              open_window(kiosk, err) && run_visit(kiosk, err);
    if (ok && kiosk->broken.text[0]) {
        ok = false;
        *err = kiosk->broken;
    }
    *out = kiosk->end;
    close_kiosk(kiosk);
    return ok;
}
