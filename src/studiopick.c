/* studiopick - choosing a photo from a folder, for those who do not drop it on the window; the photos of one.
 */
#include "studioparts.h"

#include "../engine/language.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

enum { PICK_ENTRIES = 400 };

typedef struct PickEntry {
    char name[256];
    bool folder;
} PickEntry;

static PickEntry pick_entries[PICK_ENTRIES]; /* names only; read anew whenever they are wanted */

void studio_pick_open(Studio *studio, int slot) {
    studio->picking = true;
    studio->pick_slot = slot;
    const char *home = getenv("HOME");
    if (!studio->pick_folder[0]) /* where the case lies; the sample's folder is nobody's */
        snprintf(studio->pick_folder, CASE_PATH, "%.900s",
                 !studio->sample   ? studio->export_folder
                 : home && home[0] ? home
                                   : "/");
    ui_request_frames(studio->ui, 3);
}

static bool is_wanted(const char *name, bool cases) {
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".heic", ".heif"};
    const char *dot = strrchr(name, '.');
    if (cases) return dot && strcasecmp(dot, ".json") == 0;
    for (size_t i = 0; dot && i < sizeof endings / sizeof endings[0]; ++i)
        if (strcasecmp(dot, endings[i]) == 0) return true;
    return false;
}

static int by_kind_and_name(const void *a, const void *b) {
    const PickEntry *x = a, *y = b;
    return x->folder != y->folder ? y->folder - x->folder : strcasecmp(x->name, y->name);
}

static int read_folder(const char *folder, bool cases, PickEntry *entries) {
    int count = 0;
    DIR *directory = opendir(folder);
    for (struct dirent *item; directory && count < PICK_ENTRIES && (item = readdir(directory)) != NULL;) {
        char path[CASE_PATH + 260];
        struct stat status;
        if (item->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, item->d_name);
        if (stat(path, &status) != 0) continue;
        bool is_folder = S_ISDIR(status.st_mode);
        if (!is_folder && !(S_ISREG(status.st_mode) && is_wanted(item->d_name, cases))) continue;
        snprintf(entries[count].name, sizeof entries[count].name, "%s", item->d_name);
        entries[count++].folder = is_folder;
    }
    if (directory) closedir(directory);
    qsort(entries, (size_t)count, sizeof entries[0], by_kind_and_name);
    return count;
}

int studio_folder_photos(const char *folder, char paths[][CASE_PATH], int most) {
    int found = read_folder(folder, false, pick_entries), count = 0;
    for (int i = 0; i < found; ++i) {
        const PickEntry *entry = &pick_entries[i];
        if (entry->folder) continue;
        if (count < most) snprintf(paths[count], CASE_PATH, "%.760s/%.255s", folder, entry->name);
        ++count;
    }
    return count;
}

static void go_up(Studio *studio) {
    char *slash = strrchr(studio->pick_folder, '/');
    if (slash) slash[slash == studio->pick_folder ? 1 : 0] = 0;
}

static void take(Studio *studio, const PickEntry *entry) {
    char path[2 * CASE_PATH];
    bool root = strcmp(studio->pick_folder, "/") == 0;
    snprintf(path, sizeof path, "%s/%.255s", root ? "" : studio->pick_folder, entry->name);
    if (strlen(path) >= CASE_PATH) return;
    if (entry->folder) {
        memcpy(studio->pick_folder, path, strlen(path) + 1);
        return;
    }
    studio->picking = studio->case_open = false;
    if (studio->pick_slot == PICK_CASE)
        studio_leave(studio, LEAVE_OPEN, path);
    else {
        studio_place_photo(studio, studio->pick_slot, path);
        studio_commit(studio);
    }
}

/* A client's own folder at once. */
static void take_all(Studio *studio, const PickEntry *entries, int count) {
    int photos = 0;
    for (int i = 0; i < count; ++i) photos += !entries[i].folder;
    if (photos < 2 || photos > CASE_PHOTOS) return;
    ui_same_line(studio->ui);
    if (!ui_button(studio->ui, ui_named(_("All photos of this folder"), "pick.all"), UI_PRIMARY, 0, 0))
        return;
    studio->picking = false;
    studio_drop_photo(studio, studio->pick_folder);
}

void studio_pick(Studio *studio) {
    const PickEntry *entries = pick_entries;
    Ui *ui = studio->ui;
    char title[64];
    bool cases = studio->pick_slot == PICK_CASE;
    snprintf(title, sizeof title, "%s", cases ? _("Open a case") : _("Choose a photo"));
    if (!studio->picking || !ui_modal_begin(ui, title, 560)) return;
    int count = read_folder(studio->pick_folder, cases, pick_entries);
    if (cases) studio_recent_cases(studio);
    ui_text(ui, UI_MUTED, "%s", studio->pick_folder);
    if (ui_button(ui, ui_named(_("Cancel"), "pick.cancel"), UI_SECONDARY, 120, 0)) studio->picking = false;
    ui_same_line(ui);
    if (ui_button(ui, ui_named(_("Up"), "pick.up"), UI_SECONDARY, 80, 0)) go_up(studio);
    if (!cases) take_all(studio, entries, count);
    ui_space(ui, 8);
    for (int i = 0; i < count; ++i) {
        char label[320];
        snprintf(label, sizeof label, "%.255s##pick.%d", entries[i].name, i);
        if (ui_list_row(ui, label, entries[i].folder ? _("Folder") : "", false)) take(studio, &entries[i]);
    }
    if (count == 0)
        ui_text(ui, UI_BODY, "%s",
                cases ? _("There are no cases (JSON) in this folder.")
                      : _("There are no photos (JPEG, PNG, HEIC) in this folder."));
    ui_modal_end(ui);
}
