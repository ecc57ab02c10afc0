/* studiocase - the case as a document: whose it is, another one, and what is asked before unsaved work goes.
 */
#include "studioparts.h"

#include "../engine/file.h"
#include "../engine/language.h"
#include <string.h>

/* ---- leaving ---- */

static void empty_case(Studio *studio) {
    Case value;
    case_defaults(&value);
    studio->case_path[0] = 0;
    snprintf(studio->case_dir, sizeof studio->case_dir, "%s", studio->export_folder);
    studio_take_case(studio, &value);
    studio->tab = TAB_PHOTOS;
    studio->case_open = false;
    studio_say(studio, false, _("A new client: drop photos on the window, or begin with this model head"));
}

static void go(Studio *studio) {
    StudioLeave to = studio->leaving;
    studio->leaving = LEAVE_NOTHING;
    if (to == LEAVE_QUIT) studio->quit = true;
    if (to == LEAVE_NEW) empty_case(studio);
    if (to == LEAVE_OPEN) studio_open_file(studio, studio->leave_path);
}

void studio_leave(Studio *studio, StudioLeave to, const char *path) {
    studio_commit(studio);
    studio->leaving = to;
    if (path) snprintf(studio->leave_path, sizeof studio->leave_path, "%s", path);
    if (!studio->unsaved) go(studio);
    ui_request_frames(studio->ui, 3);
}

static void save_and_go(Studio *studio) {
    StudioLeave to = studio->leaving;
    studio->leaving = LEAVE_NOTHING;
    studio_save_case(studio);
    if (studio->unsaved) return; /* it could not be written: that was said, and nothing is left */
    studio->leaving = to;
    go(studio);
}

static void drop_and_go(Studio *studio) {
    studio_changes_dropped(studio);
    go(studio);
}

void studio_leave_question(Studio *studio) {
    Ui *ui = studio->ui;
    bool quits = studio->leaving == LEAVE_QUIT;
    if (studio->leaving == LEAVE_NOTHING || studio->job.running ||
        !ui_modal_begin(ui, _("Save the changes?"), 520))
        return;
    ui_text(ui, UI_BODY, _("%s has changes that are not saved."), studio_case_title(studio));
    ui_space(ui, 8);
    if (ui_button(ui, ui_named(quits ? _("Save and close") : _("Save"), "leave.save"), UI_PRIMARY, -1, 0))
        studio->later = save_and_go;
    if (ui_button(ui, ui_named(quits ? _("Close without saving") : _("Do not save"), "leave.drop"),
                  UI_SECONDARY, -1, 0))
        studio->later = drop_and_go;
    if (ui_button(ui, ui_named(_("Go on with this case"), "leave.stay"), UI_GHOST, -1, 0))
        studio->leaving = LEAVE_NOTHING;
    ui_modal_end(ui);
}

/* ---- whose it is ---- */

const char *studio_case_title(const Studio *studio) {
    const char *name = studio->scene.value.name;
    return studio->sample ? _("Sample client") : name[0] ? name : _("New client");
}

void studio_recent_cases(Studio *studio) {
    Ui *ui = studio->ui;
    const Recent *recent = &studio->recent;
    if (recent->count == 0) return;
    ui_text(ui, UI_HEADING, _("Recent cases"));
    for (int i = 0; i < recent->count; ++i) {
        char name[32], folder[CASE_PATH];
        const char *slash = strrchr(recent->path[i], '/');
        snprintf(name, sizeof name, "recent.%d", i);
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - recent->path[i]), recent->path[i]);
        if (ui_list_row(ui, ui_named(slash + 1, name), folder, false)) {
            studio->case_open = studio->picking = false;
            studio_leave(studio, LEAVE_OPEN, recent->path[i]);
            break;
        }
        ui_tooltip(ui, recent->path[i]);
    }
    if (ui_button(ui, ui_named(_("Empty this list"), "recent.forget"), UI_GHOST, 0, 0))
        studio_forget_cases(studio);
}

static void close_case(Studio *studio) {
    studio->case_open = false;
    studio_commit(studio);
}

static void client_name(Studio *studio) {
    Case *value = &studio->scene.value;
    char before[sizeof value->name];
    memcpy(before, value->name, sizeof before);
    bool entered = ui_text_field(studio->ui, ui_named(_("Name"), "case.name"), value->name,
                                 (int)sizeof value->name, false);
    if (entered) studio->later = close_case;
    if (strcmp(before, value->name) == 0) return;
    studio->sample = false;
    snprintf(studio->export_name, sizeof studio->export_name, "%s", value->name[0] ? value->name : "stipple");
    studio_changed(studio); /* a step of undo once the dialogue is left */
}

static void new_case(Studio *studio) {
    studio->case_open = false;
    studio_leave(studio, LEAVE_NEW, NULL);
}

void studio_case_dialogue(Studio *studio) {
    Ui *ui = studio->ui;
    if (!studio->case_open || studio->leaving || studio->picking || !ui_modal_begin(ui, _("Client"), 560))
        return;
    client_name(studio);
    ui_text(ui, UI_SMALL, "%s", studio->case_path[0] ? studio->case_path : _("Not saved yet"));
    ui_space(ui, 4);
    ui_columns_begin(ui, 3);
    if (ui_button(ui, ui_named(_("New client"), "case.new"), UI_SECONDARY, -1, 0)) studio->later = new_case;
    if (ui_button(ui, ui_named(_("Open"), "case.open"), UI_SECONDARY, -1, 0))
        studio_pick_open(studio, PICK_CASE);
    if (ui_button(ui, ui_named(_("Save"), "case.save"), UI_SECONDARY, -1, 0))
        studio->later = studio_save_case;
    ui_columns_end(ui);
    bool shown = platform_second_open(studio->platform);
    if (ui_toggle(ui, ui_named(_("Client's screen"), "case.client"), &shown))
        studio->later = studio_client_toggle;
    ui_tooltip(ui, _("A second window with the head alone, on the second display when there is one"));
    studio_recent_cases(studio);
    ui_space(ui, 4);
    if (ui_button(ui, ui_named(_("Close"), "case.close"), UI_PRIMARY, -1, 0)) close_case(studio);
    ui_modal_end(ui);
}
