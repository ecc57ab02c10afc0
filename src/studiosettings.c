/* studiosettings - language, text size, light or dark, motion: how the studio shows itself. */
#include "studioparts.h"

#include "../engine/language.h"
#include <math.h>

/* As the screen says; a window of 4K on one that says nothing has larger words all the same. */
float studio_scale(const Studio *studio) {
    float side = (float)(studio->width < studio->height ? studio->width : studio->height);
    bool upright = studio->height > studio->width; /* a stand, seen from farther away than a desk's screen */
    float large = floorf(4 * side / (upright ? 860.0f : 1080.0f)) / 4,
          scale = platform_scale(studio->platform);
    if (large >= (upright ? 1.25f : 1.5f) && large > scale) scale = large;
    return scale * (float)studio->text_size;
}

void studio_apply_look(Studio *studio) {
    ui_set_look(studio->ui, studio_scale(studio), studio->dark ? UI_DARK : UI_LIGHT, UI_DESK);
    studio_touch_picture(studio);
    ui_request_frames(studio->ui, 3);
}

static void language_row(Studio *studio) {
    const char *items[LANGUAGE_COUNT];
    int language = language_now();
    for (int l = 0; l < LANGUAGE_COUNT; ++l) items[l] = ui_named(language_names[l], language_codes[l]);
    if (!ui_segmented(studio->ui, ui_named(_("Language"), "language"), items, LANGUAGE_COUNT, &language))
        return;
    language_use(language);
    studio_keep_settings(studio);
    ui_request_frames(studio->ui, 3);
}

static void text_size_row(Studio *studio) {
    static const double sizes[] = {0.85, 1, 1.25, 1.5};
    enum { SIZES = sizeof sizes / sizeof sizes[0] };
    const char *items[SIZES] = {ui_named(_("Small"), "small"), ui_named(_("Normal"), "normal"),
                                ui_named(_("Large"), "large"), ui_named(_("Largest"), "largest")};
    int size = 0;
    while (size + 1 < SIZES && sizes[size] < studio->text_size) ++size;
    if (!ui_segmented(studio->ui, ui_named(_("Text size"), "text_size"), items, SIZES, &size)) return;
    studio->text_size = sizes[size];
    studio_apply_look(studio);
    studio_keep_settings(studio);
}

void studio_settings(Studio *studio) {
    Ui *ui = studio->ui;
    if (!studio->settings_open || !ui_modal_begin(ui, _("Settings"), 560)) return;
    language_row(studio);
    text_size_row(studio);
    if (ui_toggle(ui, ui_named(_("Dark colours"), "dark"), &studio->dark)) {
        studio_apply_look(studio);
        studio_keep_settings(studio);
    }
    if (ui_toggle(ui, ui_named(_("Less motion"), "reduced_motion"), &studio->reduced_motion))
        studio_keep_settings(studio);
    ui_tooltip(ui, _("The head comes to rest at once instead of gliding"));
    bool remembers = !studio->forgetful;
    if (ui_toggle(ui, ui_named(_("Remember recent cases"), "remember"), &remembers)) {
        studio->forgetful = !remembers;
        if (studio->forgetful) studio_forget_cases(studio);
        studio_keep_settings(studio);
    }
    ui_tooltip(ui, _("Only where the files lie; switched off, the list is emptied"));
    ui_space(ui, 8);
    if (ui_button(ui, ui_named(_("Close"), "close_settings"), UI_PRIMARY, -1, 0))
        studio->settings_open = false;
    ui_modal_end(ui);
}
