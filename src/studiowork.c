#include "studioparts.h"

#include "../engine/file.h"
#include "../engine/language.h"
#include <string.h>

static void wake(void *platform) {
    platform_wake(platform);
}

bool studio_work_open(Studio *studio, Err *err) {
    studio->work.worker = worker_create(&(WorkerDesc){.wake = wake, .user = studio->platform}, err);
    return studio->work.worker != NULL;
}

static void forget_scene(SceneTask *task) {
    scene_destroy(&task->scene);
    explicit_bzero(task, sizeof *task);
}

void studio_work_close(Studio *studio) {
    StudioWork *work = &studio->work;
    if (!work->worker) return;
    bool ok = false;
    if (worker_busy(work->worker)) {
        worker_cancel(work->worker);
        worker_wait(work->worker, &ok, NULL);
        if (ok && work->task == TASK_SCENE) forget_scene(&work->scene);
    }
    worker_destroy(work->worker);
    arena_destroy(&work->look.arena);
    fittask_destroy(&work->fit);
    explicit_bzero(work, sizeof *work);
}

/* ---- photos of the slots ---- */

/* Another client: nothing of the last one's fit goes on. */
static void forget_fit(Studio *studio) {
    StudioWork *work = &studio->work;
    work->fit_wanted = work->pins_wanted = work->commit_after_pins = false;
    memset(work->fitted, 0, sizeof work->fitted);
    memset(studio->photo_reason, 0, sizeof studio->photo_reason);
    studio->pins.slot = PHOTO_FRONT;
    studio->pins.chosen = -1;
    studio->pins.zoom = 1;
    work->outdated = worker_busy(work->worker);
    if (work->outdated)
        worker_cancel(work->worker);
    else
        fittask_destroy(&work->fit);
}

static void put_photo(Studio *studio, int slot, const char *path) {
    StudioPhoto *photo = &studio->photo[slot], before = *photo;
    gpu_texture_destroy(studio->gpu, photo->texture);
    *photo = (StudioPhoto){.fresh = true, .kept_fresh = before.fresh};
    snprintf(photo->path, sizeof photo->path, "%s", path);
    ui_request_frames(studio->ui, 2);
    if (!path[0] || before.problem[0]) return;
    memcpy(photo->kept, before.looked || !before.kept[0] ? before.path : before.kept, sizeof photo->kept);
}

void studio_photos_of_case(Studio *studio) {
    forget_fit(studio);
    char base[CASE_PATH + 8];
    snprintf(base, sizeof base, "%s/case", studio->case_dir);
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        const char *name = studio->scene.value.photo[i].path;
        size_t mark = arena_mark(&studio->arena);
        const char *path = name[0] ? file_resolve(&studio->arena, base, name) : NULL;
        put_photo(studio, i, path ? path : "");
        studio->photo[i].fresh = false;
        studio->photo[i].kept[0] = 0; /* that was another client's */
        arena_rewind(&studio->arena, mark);
    }
    studio_keep_photos(studio);
}

void studio_set_photo(Studio *studio, int slot, const char *path) {
    put_photo(studio, slot, path);
    studio->edit_pending = true;
}

void studio_take_photos(Studio *studio, const StudioStep *step) {
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        if (strcmp(studio->photo[i].path, step->photo[i]) != 0) {
            put_photo(studio, i, step->photo[i]);
            studio->photo[i].kept[0] = 0;
        }
        studio->photo[i].fresh = step->fresh[i];
    }
}

/* A file that is no photo takes nothing away: the photo that it was to replace comes back. */
static void refuse_photo(Studio *studio, int slot, const char *why) {
    StudioPhoto *photo = &studio->photo[slot];
    StudioPhoto before = *photo;
    snprintf(photo->problem, sizeof photo->problem, "%.*s", (int)sizeof photo->problem - 1, why);
    studio_say(studio, true, "%s", why); /* its slot may be scrolled out of sight */
    if (!before.kept[0]) return;
    put_photo(studio, slot, before.kept);
    photo->fresh = before.kept_fresh;
    studio_keep_photos(studio);
    studio_say(studio, true, _("%.250s. The photo before stays."), why);
}

static void take_photo(Studio *studio, bool ok, const Err *err) {
    LookTask *look = &studio->work.look;
    StudioPhoto *photo = &studio->photo[look->slot];
    if (strcmp(photo->path, look->path) == 0) { /* not replaced meanwhile */
        photo->looked = true;
        photo->width = look->width;
        photo->height = look->height;
        photo->hints = look->hints;
        if (ok)
            photo->texture = gpu_texture_create(studio->gpu, &(GpuTextureDesc){.width = look->image.width,
                                                                               .height = look->image.height,
                                                                               .filter = GPU_MIPMAP,
                                                                               .data = look->image.rgba,
                                                                               .label = "photo"});
        else
            refuse_photo(studio, look->slot, err->text);
    }
    arena_wipe(&look->arena);
    look->image = (Image){0};
}

/* ---- the fit ---- */

static void pins_of_case(const Studio *studio, FitPins *out) {
    const Case *value = &studio->scene.value;
    *out = (FitPins){.head_circumference_mm = value->head_mm[HM_HEAD_CIRCUMFERENCE]};
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        if (studio->photo[i].fresh) continue; /* its pins were set on another photo */
        memcpy(out->given[i], value->photo[i].pin_given, sizeof out->given[i]);
        memcpy(out->px[i], value->photo[i].pin_px, sizeof out->px[i]);
    }
}

bool studio_fit_stands(const Studio *studio) {
    const StudioWork *work = &studio->work;
    if (!work->fitted[PHOTO_FRONT][0]) return false;
    for (int i = 0; i < CASE_PHOTOS; ++i)
        if (strcmp(work->fitted[i], studio->scene.value.photo[i].path) != 0) return false;
    return true;
}

/* The fit's head, cameras and verdicts into the case; its pins stay as the hand has them now. */
static bool take_fit(Studio *studio, Err *err) {
    StudioWork *work = &studio->work;
    Case *value = &studio->scene.value;
    FitJob job = {0};
    CasePhoto before[CASE_PHOTOS];
    memcpy(before, value->photo, sizeof before);
    for (int i = 0; i < CASE_PHOTOS; ++i)
        if (work->fit.path[i][0]) job.photo_path[i] = work->fit.path[i];
    char case_path[CASE_PATH + 16]; /* photos are named from the folder in which the scene looks for them */
    snprintf(case_path, sizeof case_path, "%s/case.json", studio->case_dir);
    if (!fitjob_fill_case(&job, &work->fit.fit, case_path, value, err)) return false;
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        snprintf(studio->photo_reason[i], sizeof studio->photo_reason[i], "%s",
                 work->fit.fit.photo[i].reason);
        if (studio->photo[i].fresh) continue;
        memcpy(value->photo[i].pin_given, before[i].pin_given, sizeof before[i].pin_given);
        memcpy(value->photo[i].pin_px, before[i].pin_px, sizeof before[i].pin_px);
    }
    return true;
}

static void take_solved(Studio *studio, bool ok, const Err *err, bool stopped) {
    Err failure = *err;
    if (ok) ok = take_fit(studio, &failure);
    if (!ok) {
        studio_say(studio, !stopped, "%s", stopped ? _("Stopped; the head is as before") : failure.text);
        return;
    }
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        studio->photo[i].fresh = false;
        memcpy(studio->work.fitted[i], studio->scene.value.photo[i].path, CASE_PATH);
    }
    if (studio->sample) { /* this head is somebody's */
        studio->scene.value.name[0] = 0;
        snprintf(studio->export_name, sizeof studio->export_name, "stipple");
    }
    studio->sample = false;
    studio_changed(studio);
    studio_commit(studio);
    if (studio->tab == TAB_PHOTOS) studio->tab = TAB_FIT;
    studio_say(studio, false, _("Fitted: compare the pins with each photo"));
}

static void take_pins(Studio *studio, bool ok, const Err *err, bool stopped) {
    StudioWork *work = &studio->work;
    Err failure = *err;
    if (ok && studio_fit_stands(studio)) ok = take_fit(studio, &failure);
    if (!ok && !stopped) studio_say(studio, true, "%s", failure.text);
    studio_changed(studio);
    if (!work->commit_after_pins || work->pins_wanted) return;
    work->commit_after_pins = false;
    studio_commit(studio);
}

void studio_fit(Studio *studio) {
    const StudioPhoto *front = &studio->photo[PHOTO_FRONT];
    if (!front->path[0] || front->problem[0]) {
        studio_say(studio, true, _("A photo of the face is needed first: the front slot is empty"));
        return;
    }
    studio->work.fit_wanted = true;
    ui_request_frames(studio->ui, 2);
}

void studio_pins_moved(Studio *studio, bool released) {
    StudioWork *work = &studio->work;
    studio_changed(studio);
    if (!studio_fit_stands(studio)) { /* photos of a case that was opened: all of it once */
        if (released) studio_commit(studio), studio_fit(studio);
        return;
    }
    work->pins_wanted = true;
    work->commit_after_pins = released;
    if (work->task == TASK_SCENE) worker_cancel(work->worker);
}

void studio_work_stop(Studio *studio) {
    studio->work.fit_wanted = false;
    worker_cancel(studio->work.worker);
}

/* ---- the head ---- */

bool studio_scene_waits(Studio *studio) {
    if (!studio->scene_ready || !scene_is_slow(&studio->scene)) return false;
    studio->work.scene_wanted = !studio->work.scene_failed;
    return true;
}

static void take_scene(Studio *studio, bool ok, const Err *err, bool stopped) {
    StudioWork *work = &studio->work;
    if (ok) {
        scene_replace(&studio->scene, &work->scene.scene);
        studio->another = false;
        studio_say_shortcoming(studio);
    } else if (stopped) {
        work->scene_wanted = true;
    } else {
        work->scene_failed = true;
        studio_say(studio, true, "%s", err->text);
    }
    forget_scene(&work->scene);
    studio->scene_stale = true;
}

/* ---- one thing after another ---- */

/* A monkey asks for more than can be done: of most work it gets a share. */
static bool left_undone(Studio *studio, StudioTask task) {
    static const int one_in[TASK_COUNT] = {
        [TASK_PHOTO] = 8, [TASK_FIT] = 400, [TASK_PINS] = 8, [TASK_SCENE] = 400};
    return studio->hurried && studio->work.asked[task]++ % one_in[task] != 0;
}

static void start(Studio *studio, StudioTask task, WorkerJob job, void *value) {
    if (left_undone(studio, task)) return;
    studio->work.task = task;
    worker_start(studio->work.worker, job, value);
    ui_request_frames(studio->ui, 2);
}

static void start_photo(Studio *studio, int slot) {
    LookTask *look = &studio->work.look;
    look->slot = slot;
    memcpy(look->path, studio->photo[slot].path, sizeof look->path);
    start(studio, TASK_PHOTO, looktask_run, look);
}

static void start_fit(Studio *studio) {
    FitTask *fit = &studio->work.fit;
    studio->work.fit_wanted = false;
    memset(studio->work.fitted, 0, sizeof studio->work.fitted);
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        const StudioPhoto *photo = &studio->photo[i]; /* what cannot be read was said to be so */
        snprintf(fit->path[i], sizeof fit->path[i], "%s", photo->problem[0] ? "" : photo->path);
    }
    pins_of_case(studio, &fit->pins);
    start(studio, TASK_FIT, fittask_solve, fit);
}

static void start_pins(Studio *studio) {
    studio->work.pins_wanted = false;
    pins_of_case(studio, &studio->work.fit.pins);
    start(studio, TASK_PINS, fittask_follow_pins, &studio->work.fit);
}

static void start_scene(Studio *studio) {
    SceneTask *task = &studio->work.scene;
    studio->work.scene_wanted = false;
    task->value = studio->scene.value;
    memcpy(task->case_dir, studio->case_dir, sizeof task->case_dir);
    start(studio, TASK_SCENE, scenetask_run, task);
}

/* A photo that is shown and was not looked at yet; -1 for none. */
static int photo_to_look_at(const Studio *studio) {
    if (studio->tab != TAB_PHOTOS && studio->tab != TAB_FIT) return -1;
    for (int i = 0; i < CASE_PHOTOS; ++i)
        if (studio->photo[i].path[0] && !studio->photo[i].looked) return i;
    return -1;
}

static void start_next(Studio *studio) {
    StudioWork *work = &studio->work;
    int slot = photo_to_look_at(studio);
    work->task = TASK_NONE;
    if (work->pins_wanted && work->fit.fitted)
        start_pins(studio);
    else if (slot >= 0)
        start_photo(studio, slot);
    else if (work->fit_wanted)
        start_fit(studio);
    else if (work->scene_wanted && !studio->pin_dragged)
        start_scene(studio);
}

/* What comes of a case that was left. */
static void drop_answer(StudioWork *work, bool ok) {
    if (work->task == TASK_SCENE && ok) forget_scene(&work->scene);
    arena_wipe(&work->look.arena);
    fittask_destroy(&work->fit);
    work->task = TASK_NONE;
}

void studio_work(Studio *studio) {
    StudioWork *work = &studio->work;
    Err err = {0};
    bool ok, stopped = worker_look(work->worker).cancelled;
    if (worker_take(work->worker, &ok, &err)) {
        if (work->outdated) drop_answer(work, ok);
        work->outdated = false;
        if (work->task == TASK_PHOTO) take_photo(studio, ok, &err);
        if (work->task == TASK_FIT) take_solved(studio, ok, &err, stopped);
        if (work->task == TASK_PINS) take_pins(studio, ok, &err, stopped);
        if (work->task == TASK_SCENE) take_scene(studio, ok, &err, stopped);
        ui_request_frames(studio->ui, 2);
    }
    if (!worker_busy(work->worker)) start_next(studio);
}

float studio_strip_height(const Studio *studio) {
    StudioTask task = studio->work.task;
    return ui_scale(studio->ui) * (task == TASK_FIT ? 128 : task == TASK_SCENE ? 92 : 0);
}

void studio_work_strip(Studio *studio) {
    static const char *const titles[] = {"", "", N_("Fitting the head"), "", N_("Building the head")};
    Ui *ui = studio->ui;
    StudioTask task = studio->work.task;
    if (task != TASK_FIT && task != TASK_SCENE) return;
    WorkerState state = worker_look(studio->work.worker);
    float scale = ui_scale(ui), width = 460 * scale, margin = 16 * scale;
    if (width > studio->stage.w - 2 * margin) width = studio->stage.w - 2 * margin;
    UiRect rect = {studio->stage.x + (studio->stage.w - width) / 2, studio->stage.y + margin, width,
                   studio_strip_height(studio)};
    ui_panel_begin(ui, "work", rect, UI_PANEL_FLOATING | UI_PANEL_NO_SCROLL);
    ui_text(ui, UI_BODY, "%s: %s", _(titles[task]), state.what[0] ? _(state.what) : "...");
    if (task == TASK_FIT) {
        ui_align_right(ui, 96);
        if (ui_button(ui, ui_named(_("Stop"), "work.stop"), UI_SECONDARY, 96, 0)) studio_work_stop(studio);
    }
    ui_progress(ui, "##work", state.done);
    ui_panel_end(ui);
}
