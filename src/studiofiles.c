/* studiofiles - named cases: opening, autosave beside the case, the recent ones; and how the studio was set.
 *
 * Nothing is written before the user has saved a case or changed a setting; a replay neither reads nor writes
 * the user's settings and list.
 */
#include "studioparts.h"

#include "../engine/file.h"
#include "../engine/language.h"
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AUTOSAVE_S = 15, SETTINGS_BYTES = 1 << 16 };
static const char settings_name[] = "studio.json", recent_name[] = "recent";

/* ---- how the studio was set ---- */

static bool settings_path(bool make, char out[CASE_PATH]) {
    return recent_user_path("XDG_CONFIG_HOME", ".config", settings_name, make, out);
}

static bool recent_path(bool make, char out[CASE_PATH]) {
    return recent_user_path("XDG_STATE_HOME", ".local/state", recent_name, make, out);
}

static void take_settings(Studio *studio, const json_t *root) {
    const char *language = json_string_value(json_object_get(root, "language"));
    double size = json_number_value(json_object_get(root, "text_size"));
    for (int l = 0; language && l < LANGUAGE_COUNT; ++l)
        if (strcmp(language, language_codes[l]) == 0) language_use(l);
    if (size >= 0.5 && size <= 3) studio->text_size = size;
    studio->dark = json_is_true(json_object_get(root, "dark"));
    studio->reduced_motion = json_is_true(json_object_get(root, "reduced_motion"));
    studio->forgetful = json_is_true(json_object_get(root, "forget_cases"));
}

void studio_settings_open(Studio *studio) {
    char path[CASE_PATH];
    Arena arena = {0};
    Bytes bytes = {0};
    if (!studio->stateless && settings_path(false, path) && file_exists(path) &&
        arena_create(&arena, &(ArenaDesc){.name = "settings", .capacity_bytes = 4 * SETTINGS_BYTES}, NULL) &&
        file_read(path, SETTINGS_BYTES, &arena, &bytes, NULL)) {
        json_t *root = json_loadb((const char *)bytes.data, bytes.size, 0, NULL);
        if (json_is_object(root)) take_settings(studio, root);
        json_decref(root);
    }
    arena_destroy(&arena);
    if (!studio->stateless) studio_apply_look(studio);
}

void studio_keep_settings(Studio *studio) {
    char path[CASE_PATH];
    Err err = {0};
    if (studio->stateless || !settings_path(true, path)) return;
    json_t *root = json_pack("{s:s, s:f, s:b, s:b, s:b}", "language", language_codes[language_now()],
                             "text_size", studio->text_size, "dark", studio->dark, "reduced_motion",
                             studio->reduced_motion, "forget_cases", studio->forgetful);
    char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
    if (text && !file_write(path, text, strlen(text), &err)) studio_say(studio, true, "%s", err.text);
    free(text);
    json_decref(root);
}

/* ---- recent cases ---- */

static void remember(Studio *studio) {
    char path[CASE_PATH];
    if (studio->stateless || studio->forgetful || !recent_path(true, path)) return;
    recent_add(&studio->recent, studio->case_path);
    recent_save(path, &studio->recent, NULL);
}

void studio_forget_cases(Studio *studio) {
    char path[CASE_PATH];
    studio->recent = (Recent){0};
    if (!studio->stateless && recent_path(false, path)) unlink(path);
    ui_request_frames(studio->ui, 2);
}

/* ---- writing a case ---- */

/* A name beside the case that was opened must be found from wherever it is saved. */
static void reach(const Studio *studio, const char *folder, char name[CASE_PATH]) {
    char here[PATH_MAX], there[PATH_MAX], file[2 * CASE_PATH], full[PATH_MAX];
    if (!name[0] || name[0] == '/') return;
    snprintf(file, sizeof file, "%s/%s", studio->case_dir, name);
    bool moved = !realpath(studio->case_dir, here) || !realpath(folder, there) || strcmp(here, there) != 0;
    if (moved && realpath(file, full) && strlen(full) < CASE_PATH) memcpy(name, full, strlen(full) + 1);
}

bool studio_write_case(const Studio *studio, const char *path, Err *err) {
    Case copy = studio->scene.value;
    char parts[CASE_PATH + 16];
    snprintf(parts, sizeof parts, "%s", path);
    const char *folder = dirname(parts);
    for (int i = 0; i < CASE_PHOTOS; ++i) reach(studio, folder, copy.photo[i].path);
    reach(studio, folder, copy.skin_path);
    reach(studio, folder, copy.skin_lit_path);
    bool ok = case_save(path, &copy, err);
    explicit_bzero(&copy, sizeof copy);
    return ok;
}

/* ---- autosave ---- */

static void autosave_path(const Studio *studio, char *out, size_t size) {
    snprintf(out, size, "%s.autosave", studio->case_path);
}

static void write_autosave(Studio *studio) {
    char path[CASE_PATH + 16];
    Err err = {0};
    autosave_path(studio, path, sizeof path);
    studio->autosave_stale = false;
    studio->autosaved_s = studio->now_s;
    if (!studio_write_case(studio, path, &err)) studio_say(studio, true, "%s", err.text);
}

void studio_autosave(Studio *studio) {
    bool due = studio->now_s - studio->autosaved_s >= AUTOSAVE_S;
    if (studio->autosave_stale && studio->case_path[0] && !studio->autosave_offered && due &&
        !studio_in_motion(studio))
        write_autosave(studio);
}

void studio_changes_dropped(Studio *studio) {
    char path[CASE_PATH + 16];
    studio->unsaved = studio->autosave_stale = false;
    if (!studio->case_path[0]) return;
    autosave_path(studio, path, sizeof path);
    unlink(path);
}

void studio_case_saved(Studio *studio) {
    studio_changes_dropped(studio);
    remember(studio);
}

static bool is_newer(const char *path, const char *than) {
    struct stat a, b;
    return stat(path, &a) == 0 && stat(than, &b) == 0 &&
           (a.st_mtim.tv_sec > b.st_mtim.tv_sec ||
            (a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec >= b.st_mtim.tv_nsec));
}

static void look_for_autosave(Studio *studio) {
    char path[CASE_PATH + 16];
    autosave_path(studio, path, sizeof path);
    studio->autosave_offered = studio->case_path[0] && is_newer(path, studio->case_path);
}

static void take_autosave(Studio *studio) {
    char path[CASE_PATH + 16];
    Case value;
    Err err = {0};
    autosave_path(studio, path, sizeof path);
    if (!case_load(path, &value, &err)) {
        studio_say(studio, true, "%s", err.text);
        return;
    }
    studio->scene.value = value;
    studio_changed(studio);
    studio_commit(studio);
}

void studio_offer_autosave(Studio *studio) {
    Ui *ui = studio->ui;
    if (!studio->autosave_offered || !ui_modal_begin(ui, _("Changes that were not saved"), 520)) return;
    ui_text(ui, UI_BODY,
            _("The studio closed before the last changes of this case were saved. They are kept beside it."));
    ui_space(ui, 8);
    if (ui_button(ui, ui_named(_("Continue with the changes"), "autosave.take"), UI_PRIMARY, -1, 0)) {
        studio->autosave_offered = false;
        studio->later = take_autosave;
    }
    if (ui_button(ui, ui_named(_("Open it as it was saved"), "autosave.drop"), UI_SECONDARY, -1, 0)) {
        studio->autosave_offered = false;
        studio_case_saved(studio); /* nothing is unsaved: the kept changes go */
    }
    ui_modal_end(ui);
}

/* ---- opening ---- */

void studio_take_case(Studio *studio, const Case *value) {
    StudioHistory *history = &studio->history;
    snprintf(studio->export_name, sizeof studio->export_name, "%s", value->name[0] ? value->name : "stipple");
    explicit_bzero(history->step, STUDIO_HISTORY * sizeof history->step[0]);
    history->step[0].value = studio->scene.value = *value;
    history->first = history->at = 0;
    history->count = 1;
    studio->sample = false;
    studio->another = !studio->hurried;
    studio->toast[0] = 0; /* it spoke of the case before */
    Orbit start = orbit_named(CAMERA_34);
    orbit_motion_reset(&studio->motion, &start);
    studio_changed(studio);
    studio_touch_picture(studio);
    studio->edit_pending = studio->unsaved = studio->autosave_stale = false;
    studio->work.scene_wanted = true; /* the same names in another folder are other photos */
    studio_photos_of_case(studio);
}

void studio_open_file(Studio *studio, const char *path) {
    Case value;
    Err err = {0};
    char folder[CASE_PATH];
    if (strlen(path) >= CASE_PATH || !case_load(path, &value, &err)) {
        studio_say(studio, true, "%s", err.text[0] ? err.text : _("The path of that file is too long"));
        return;
    }
    if (studio->unsaved && studio->case_path[0]) write_autosave(studio);
    snprintf(folder, sizeof folder, "%s", path);
    snprintf(studio->case_dir, sizeof studio->case_dir, "%s", dirname(folder));
    studio_export_into(studio, studio->case_dir);
    snprintf(studio->case_path, sizeof studio->case_path, "%s", path);
    studio_take_case(studio, &value);
    look_for_autosave(studio);
    remember(studio);
}

void studio_files_open(Studio *studio) {
    char path[CASE_PATH];
    if (!studio->stateless && recent_path(false, path)) recent_load(path, &studio->recent);
    look_for_autosave(studio);
    if (studio->case_path[0] && file_exists(studio->case_path)) remember(studio);
}

void studio_files_close(Studio *studio) {
    if (studio->autosave_stale && studio->case_path[0] && studio->scene_ready && !studio->autosave_offered)
        write_autosave(studio);
}
