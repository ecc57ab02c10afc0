/* studiophotos - the Photos page: five slots with what is in them, what is wrong with it, and the fit. */
#include "../engine/language.h"
#include "optionwords.h"
#include "studioparts.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

/* The slot that a file's name speaks of, else the first free one, else the first that holds an old photo. */
static int guess_slot(const Studio *studio, const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    for (int i = 0; i < CASE_PHOTOS; ++i)
        if (strcasestr(name, photo_slot_names[i]) || strcasestr(name, photo_title(i))) return i;
    for (int i = 0; i < CASE_PHOTOS; ++i)
        if (!studio->photo[i].path[0]) return i;
    for (int i = 0; i < CASE_PHOTOS; ++i)
        if (!studio->photo[i].fresh) return i;
    return PHOTO_FRONT;
}

void studio_place_photo(Studio *studio, int slot, const char *path) {
    for (int i = 0; studio->sample && i < CASE_PHOTOS; ++i)
        if (!studio->photo[i].fresh) studio_set_photo(studio, i, "");
    studio_set_photo(studio, slot, path);
}

static void drop_one(Studio *studio, const char *path) {
    if (strlen(path) >= CASE_PATH) {
        studio_say(studio, true, _("The path of that file is too long"));
        return;
    }
    int slot = guess_slot(studio, path);
    studio_place_photo(studio, slot, path);
    studio->tab = TAB_PHOTOS;
    studio->panel_hidden = false;
    studio_say(studio, false, _("Placed as the photo: %s"), photo_title(slot));
}

/* A client's own folder: all of it, unless it holds more than one head needs. */
static void drop_folder(Studio *studio, const char *folder) {
    char paths[CASE_PHOTOS][CASE_PATH];
    int count = studio_folder_photos(folder, paths, CASE_PHOTOS);
    if (count == 0) studio_say(studio, true, _("There are no photos (JPEG, PNG, HEIC) in this folder."));
    if (count > CASE_PHOTOS)
        studio_say(studio, true, _("That folder holds %d photos: drop the ones of this head"), count);
    for (int i = 0; i < count && count <= CASE_PHOTOS; ++i) drop_one(studio, paths[i]);
}

void studio_drop_photo(Studio *studio, const char *path) {
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        drop_folder(studio, path);
    else
        drop_one(studio, path);
    studio_commit(studio);
}

/* How far the fitted head is off in a photo, as millimetres at the head's distance. */
static double residual_mm(const CasePhoto *photo) {
    return photo->camera.fx > 0
               ? (double)photo->residual_px * photo->camera.camera_from_head[2][3] / photo->camera.fx
               : 0;
}

void studio_photo_verdict(Studio *studio, int slot) {
    static const UiColour colours[] = {UI_COLOUR_GOOD, UI_COLOUR_WARNING, UI_COLOUR_BAD, UI_COLOUR_MUTED};
    static const char *const words[] = {N_("Good"), N_("Check"), N_("Poor"), N_("Left out")};
    Ui *ui = studio->ui;
    const StudioPhoto *photo = &studio->photo[slot];
    const CasePhoto *fitted = &studio->scene.value.photo[slot];
    if (photo->fresh || !fitted->path[0]) {
        ui_text(ui, UI_SMALL, _("Not fitted yet."));
        return;
    }
    int verdict = fitted->verdict & 3;
    ui_badge(ui, colours[verdict], _(words[verdict]));
    if (verdict != FIT_UNUSED) {
        ui_same_line(ui);
        ui_text(ui, UI_SMALL, _("%.1f px, %.1f mm off"), (double)fitted->residual_px, residual_mm(fitted));
    }
    if (studio->photo_reason[slot][0] && studio_fit_stands(studio))
        ui_text(ui, UI_SMALL, "%s", studio->photo_reason[slot]);
}

void studio_fit_button(Studio *studio) {
    bool any = false, fresh = false;
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        const StudioPhoto *photo = &studio->photo[i];
        any = any || photo->path[0];
        fresh = fresh || (photo->fresh && (photo->path[0] || studio->scene.value.photo[i].path[0]));
    }
    if (!any) return;
    StudioTask task = studio->work.task;
    ui_disabled_begin(studio->ui, task == TASK_FIT || studio->work.fit_wanted);
    if (ui_button(studio->ui,
                  ui_named(fresh ? _("Fit the head to the photos") : _("Fit again"), "photos.fit"),
                  fresh ? UI_PRIMARY : UI_SECONDARY, -1, 0))
        studio_fit(studio);
    ui_disabled_end(studio->ui);
}

/* What is wrong with it, worst first. */
static void hints(Studio *studio, const StudioPhoto *photo) {
    if (photo->problem[0]) ui_text_coloured(studio->ui, UI_SMALL, UI_COLOUR_BAD, "%s", photo->problem);
    for (int i = 0; i < FIT_HINT_COUNT; ++i)
        if (photo->looked && photo->hints.given[i])
            ui_text_coloured(studio->ui, UI_SMALL, UI_COLOUR_WARNING, "%s", _(fithints_words((FitHint)i)));
}

/* The photo, small; or an empty frame. */
static void thumbnail(Studio *studio, const StudioPhoto *photo) {
    enum { SIZE = 72 };
    Ui *ui = studio->ui;
    UiRect at = ui_reserve(ui, SIZE, SIZE);
    ui_draw_layer(ui, UI_LAYER_PANEL);
    if (gpu_texture_ok(studio->gpu, photo->texture)) {
        float w = (float)photo->width, h = (float)photo->height, side = w < h ? w : h;
        float u = (w - side) / 2 / w, v = (h - side) / 4 / h; /* heads are in the upper part */
        ui_draw_image(ui, photo->texture, at, (const float[4]){u, v, 1 - u, v + side / h}, false);
    } else {
        ui_draw_rect(ui, at, ui_colour(ui, UI_COLOUR_LINE), 8, 1.5f);
    }
    ui_draw_layer(ui, UI_LAYER_SCENE);
}

static void slot_buttons(Studio *studio, int slot) {
    Ui *ui = studio->ui;
    ui_columns_begin(ui, 3);
    if (ui_button(ui, ui_named(_("Pins"), "view"), UI_SECONDARY, -1, 0)) studio_show_photo(studio, slot);
    if (ui_button(ui, ui_named(_("Replace"), "choose"), UI_SECONDARY, -1, 0)) studio_pick_open(studio, slot);
    if (ui_button(ui, ui_named(_("Remove"), "remove"), UI_GHOST, -1, 0)) {
        studio_set_photo(studio, slot, "");
        studio_commit(studio);
    }
    ui_columns_end(ui);
}

/* What is wanted there, and its button beside the empty frame: five slots in one view. */
static void empty_slot(Studio *studio, int slot) {
    static const char *const wanted[CASE_PHOTOS] = {N_("Face, looking at the camera"),
                                                    N_("The head's left side"), N_("The head's right side"),
                                                    N_("From behind"), N_("The crown, from above")};
    ui_text(studio->ui, UI_SMALL, "%s", _(wanted[slot]));
    if (ui_button(studio->ui, ui_named(_("Choose"), "choose"), UI_SECONDARY, -1, 0))
        studio_pick_open(studio, slot);
}

static void slot_row(Studio *studio, int slot) {
    Ui *ui = studio->ui;
    const StudioPhoto *photo = &studio->photo[slot];
    ui_push_name(ui, photo_slot_names[slot]);
    thumbnail(studio, photo);
    ui_same_line(ui);
    ui_block_begin(ui);
    ui_text(ui, UI_HEADING, "%s", photo_title(slot));
    if (photo->path[0])
        studio_photo_verdict(studio, slot);
    else
        empty_slot(studio, slot);
    ui_block_end(ui);
    if (photo->path[0]) {
        hints(studio, photo);
        slot_buttons(studio, slot);
    }
    ui_separator(ui);
    ui_pop_name(ui);
}

/* Measuring takes longer than a frame: again only for another head. */
static float own_circumference(Studio *studio) {
    const HeadShape *shape = &studio->scene.value.shape;
    if (!(studio->tape_mm > 0) || memcmp(&studio->tape_shape, shape, sizeof *shape) != 0) {
        studio->tape_shape = *shape;
        studio->tape_mm = roundf(head_measure(studio->scene.model, shape, HM_HEAD_CIRCUMFERENCE));
    }
    return studio->tape_mm;
}

/* A tape around the head sets the scale of the fit, which photos alone leave to the average. */
static void circumference(Studio *studio) {
    enum { LEAST_MM = 480, MOST_MM = 680 };
    Ui *ui = studio->ui;
    float *now = &studio->scene.value.head_mm[HM_HEAD_CIRCUMFERENCE];
    float own = own_circumference(studio);
    bool on = *now > 0, changed = false, done = false;
    if (ui_toggle(ui, ui_named(_("Head measured with a tape"), "circumference.on"), &on)) {
        *now = on ? own : 0;
        changed = done = true;
    }
    if (on) {
        double value = (double)*now;
        const UiRange range = {LEAST_MM, MOST_MM, (double)own, 0, "mm", false};
        if (ui_slider(ui, ui_named(_("Around the head, above the brows"), "circumference"), &value, &range)) {
            *now = (float)value;
            changed = true;
        }
        done = done || ui_slider_released(ui);
        if (ui_widget_active(ui)) studio->slider_held = true;
    }
    if (changed) studio_changed(studio);
    if (!done) return;
    studio_commit(studio);
    if (studio_fit_stands(studio)) studio_fit(studio);
}

void studio_page_photos(Studio *studio) {
    Ui *ui = studio->ui;
    ui_text(ui, UI_BODY,
            _("Drop photos of the head on this window. The face is needed; the more sides, the better."));
    ui_space(ui, 8);
    studio_fit_button(studio);
    circumference(studio);
    ui_separator(ui);
    for (int i = 0; i < CASE_PHOTOS; ++i) slot_row(studio, i);
}
