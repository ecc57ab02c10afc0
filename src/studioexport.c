/* studioexport - the case, the picture and the turning video, under names that are not taken. */
#include "studioparts.h"

#include "../engine/file.h"
#include "../engine/language.h"
#include "app.h"
#include "turntable.h"
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* "." says nothing to who looks for a file later. */
void studio_export_into(Studio *studio, const char *folder) {
    char whole[PATH_MAX];
    snprintf(studio->export_folder, sizeof studio->export_folder, "%.1000s",
             realpath(folder, whole) ? whole : folder);
}

/* A name that is not taken: NAME.ext, NAME-2.ext, ... */
static void free_path(const Studio *studio, const char *ending, char *out, size_t size) {
    char name[sizeof studio->export_name];
    memcpy(name, studio->export_name, sizeof name);
    for (char *c = name; *c; ++c)
        if (*c == '/') *c = '-';
    for (int i = 1; i < 1000; ++i) {
        if (i == 1)
            snprintf(out, size, "%.800s/%.120s%s", studio->export_folder, name, ending);
        else
            snprintf(out, size, "%.800s/%.120s-%d%s", studio->export_folder, name, i, ending);
        if (!file_exists(out)) return;
    }
}

/* Where the case lies it could not be written, and another folder was named since. */
static bool is_moved(const Studio *studio) {
    char whole[PATH_MAX], parts[CASE_PATH];
    snprintf(parts, sizeof parts, "%s", studio->case_path);
    const char *folder = dirname(parts);
    return studio->save_failed &&
           strcmp(realpath(folder, whole) ? whole : folder, studio->export_folder) != 0;
}

void studio_save_case(Studio *studio) {
    Err err = {0};
    char path[CASE_PATH];
    studio_commit(studio);
    if (studio->case_path[0] && !is_moved(studio))
        snprintf(path, sizeof path, "%s", studio->case_path);
    else
        free_path(studio, ".json", path, sizeof path);
    if (!studio_write_case(studio, path, &err)) {
        studio->save_failed = true;
        studio->tab = TAB_EXPORT;
        studio_say(studio, true, _("%.250s. Name another folder here and save again."), err.text);
        return;
    }
    studio->save_failed = false;
    snprintf(studio->case_path, sizeof studio->case_path, "%s", path);
    studio_case_saved(studio);
    studio_say(studio, false, _("Saved as %.200s"), path);
}

static bool render_shown(Studio *studio, Progress *progress, Image *out, Err *err) {
    enum { EXPORT_WIDTH_PX = 3840, EXPORT_HEIGHT_PX = 2160 };
    if (studio->mode != STUDIO_ONE) {
        CompareDesc desc;
        studio_compare_desc(studio, false, &desc);
        desc.width = EXPORT_WIDTH_PX;
        desc.height = EXPORT_HEIGHT_PX;
        desc.look.quality = VIEW_FINAL;
        return compare_render(studio->view, &studio->scene, &desc, progress, &studio->arena, out, err);
    }
    FrameDesc frame;
    studio_frame(studio, EXPORT_WIDTH_PX, EXPORT_HEIGHT_PX, &frame);
    frame.quality = VIEW_FINAL;
    return progress_step(progress, 0.1, "drawing")
               ? view_render(studio->view, &studio->scene, &frame, &studio->arena, out, err)
               : err_set(err, "Stopped");
}

static bool render_export(Studio *studio, const char *path, Progress *progress, Err *err) {
    Image image;
    size_t mark = arena_mark(&studio->arena);
    bool ok = render_shown(studio, progress, &image, err) && app_draw_mark(&image, err) &&
              image_save(path, &image, err);
    arena_rewind(&studio->arena, mark);
    return ok;
}

/* What is exported is the head of the case, not the one before it. */
static bool head_is_built(Studio *studio) {
    const StudioWork *work = &studio->work;
    bool fits = work->task == TASK_FIT || work->fit_wanted;
    if (!scene_is_slow(&studio->scene) && !studio->another && !fits) return true;
    studio_say(studio, true, _("The head is still being built: save it in a moment"));
    return false;
}

/* Asked before the minutes of work, not after. */
static bool folder_takes_files(Studio *studio) {
    if (access(studio->export_folder, W_OK) == 0) return true;
    studio_say(studio, true, _("Cannot write into %.200s: %s"), studio->export_folder, strerror(errno));
    return false;
}

void studio_save_picture(Studio *studio) {
    Err err = {0};
    char path[CASE_PATH];
    if (!head_is_built(studio) || !folder_takes_files(studio)) return;
    free_path(studio, ".png", path, sizeof path);
    Progress progress = studio_job_begin(studio, N_("Saving the picture"));
    bool ok = render_export(studio, path, &progress, &err), cancelled = studio->job.cancelled;
    studio_job_end(studio);
    studio->scene_stale = true; /* a comparison leaves the scene as its last panel */
    if (ok)
        studio_say(studio, false, _("Picture saved as %.200s"), path);
    else
        studio_say(studio, !cancelled, "%s", cancelled ? _("Stopped; no picture was written") : err.text);
}

enum { TURN_WIDTH_PX = 1280, TURN_HEIGHT_PX = 720, TURN_FPS = 30 };

static bool turn_head(Studio *studio, const char *path, Progress *progress, Err *err) {
    int frames = studio->turntable_seconds * TURN_FPS;
    TurntableDesc desc = {.path = path,
                          .width = TURN_WIDTH_PX,
                          .height = TURN_HEIGHT_PX,
                          .fps = TURN_FPS,
                          .frames = frames,
                          .last = frames - 1,
                          .start = studio->motion.now,
                          .mark = true};
    studio_frame(studio, desc.width, desc.height, &desc.look);
    desc.look.quality = VIEW_FINAL;
    return turntable_write(studio->view, &studio->scene, &desc, progress, NULL, err);
}

static bool turn_comparison(Studio *studio, const char *path, Progress *progress, Err *err) {
    CompareDesc desc;
    size_t mark = arena_mark(&studio->arena);
    studio_compare_desc(studio, false, &desc);
    desc.width = TURN_WIDTH_PX;
    desc.height = TURN_HEIGHT_PX;
    desc.look.quality = VIEW_STANDARD;
    const CompareTurn turn = {
        .path = path, .fps = TURN_FPS, .frames = studio->turntable_seconds * TURN_FPS, .mark = true};
    bool ok = compare_turn(studio->view, &studio->scene, &desc, &turn, progress, &studio->arena, err);
    arena_rewind(&studio->arena, mark);
    studio->scene_stale = true; /* it is left as the last panel */
    return ok;
}

void studio_save_turntable(Studio *studio) {
    Err err = {0};
    char path[CASE_PATH];
    if (!head_is_built(studio) || !folder_takes_files(studio)) return;
    free_path(studio, ".mp4", path, sizeof path);
    Progress progress = studio_job_begin(studio, N_("Turntable video"));
    bool ok = studio->mode == STUDIO_ONE ? turn_head(studio, path, &progress, &err)
                                         : turn_comparison(studio, path, &progress, &err);
    bool cancelled = studio->job.cancelled;
    studio_job_end(studio);
    if (ok)
        studio_say(studio, false, _("Video saved as %.200s"), path);
    else
        studio_say(studio, !cancelled, "%s", cancelled ? _("Stopped; no video was written") : err.text);
}
