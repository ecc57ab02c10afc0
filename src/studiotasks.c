/* studiotasks - the studio's long work itself, as it runs on the worker's thread. Touches neither window nor
 * GL. */
#include "studiowork.h"

#include <string.h>

enum { SCREEN_PX = 2048 }; /* a photo on the screen, loupe included */

bool looktask_run(void *user, Progress *progress, Err *err) {
    LookTask *task = user;
    Image photo, small;
    float scale;
    if (!task->arena.base && !arena_create(&task->arena, &(ArenaDesc){.name = "photo", .secret = true}, err))
        return false;
    if (!progress_step(progress, 0, "reading the photo")) return err_set(err, "Stopped");
    if (!image_load(task->path, &task->arena, &photo, NULL, err)) return false;
    task->width = photo.width;
    task->height = photo.height;
    if (!image_shrink(&photo, SCREEN_PX, &task->arena, &task->image, &scale, err) ||
        !progress_step(progress, 0.5, "looking at the photo") ||
        !image_shrink(&photo, 1200, &task->arena, &small, &scale, err))
        return false;
    Err none;
    if (!fithints_find(&small, scale, (PhotoSlot)task->slot, &task->arena, &task->hints, &none))
        task->hints = (FitHints){0}; /* no face finder: no hints */
    return true;
}

static bool prepare_fit(FitTask *task, Err *err) {
    task->fitted = false;
    if (!task->model) {
        if (!arena_create(&task->constants, &(ArenaDesc){.name = "fit's model"}, err) ||
            !arena_create(&task->photos, &(ArenaDesc){.name = "photos", .secret = true}, err) ||
            !arena_create(&task->scratch, &(ArenaDesc){.name = "fit", .secret = true}, err))
            return false;
        task->model = head_load(NULL, &task->constants, err);
    }
    arena_wipe(&task->photos);
    arena_wipe(&task->scratch);
    return task->model != NULL;
}

bool fittask_solve(void *user, Progress *progress, Err *err) {
    FitTask *task = user;
    FitJob job = {.pins = &task->pins};
    for (int i = 0; i < CASE_PHOTOS; ++i)
        if (task->path[i][0]) job.photo_path[i] = task->path[i];
    task->fitted = prepare_fit(task, err) &&
                   fitjob_run(task->model, &job, progress, &task->photos, &task->scratch, &task->fit, err);
    return task->fitted;
}

bool fittask_follow_pins(void *user, Progress *progress, Err *err) {
    FitTask *task = user;
    if (!progress_step(progress, 0, "following the pins")) return err_set(err, "Stopped");
    size_t mark = arena_mark(&task->scratch);
    bool ok = fit_refine_pins(task->model, &task->fit, &task->pins, &task->scratch, err);
    arena_rewind(&task->scratch, mark);
    return ok;
}

void fittask_destroy(FitTask *task) {
    arena_destroy(&task->scratch);
    arena_destroy(&task->photos);
    arena_destroy(&task->constants);
    explicit_bzero(task, sizeof *task);
}

bool scenetask_run(void *user, Progress *progress, Err *err) {
    SceneTask *task = user;
    const SceneDesc desc = {.case_dir = task->case_dir, .lenient = true};
    return scene_create(&task->value, &desc, progress, &task->scene, err);
}
