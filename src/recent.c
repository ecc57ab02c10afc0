#include "recent.h"

#include "../engine/file.h"
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

bool recent_user_path(const char *variable, const char *fallback, const char *name, bool make,
                      char out[CASE_PATH]) {
    const char *base = getenv(variable), *home = getenv("HOME");
    char folder[CASE_PATH - 64];
    int length = base && base[0] == '/' ? snprintf(folder, sizeof folder, "%s", base)
                 : home && home[0]      ? snprintf(folder, sizeof folder, "%s/%s", home, fallback)
                                        : -1;
    if (length < 0 || (size_t)length >= sizeof folder) return false;
    if (make) {
        for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
            *slash = 0;
            mkdir(folder, 0700);
            *slash = '/';
        }
        mkdir(folder, 0700);
    }
    snprintf(out, CASE_PATH, "%s/stipple", folder);
    if (make) mkdir(out, 0700);
    snprintf(out, CASE_PATH, "%s/stipple/%.40s", folder, name);
    return true;
}

void recent_load(const char *file, Recent *out) {
    enum { MOST = RECENT_CASES * (CASE_PATH + 1) };
    Arena arena = {0};
    Bytes bytes = {0};
    memset(out, 0, sizeof *out);
    if (arena_create(&arena, &(ArenaDesc){.name = "recent", .capacity_bytes = 4 * MOST}, NULL) &&
        file_read(file, MOST, &arena, &bytes, NULL))
        for (const char *at = (const char *)bytes.data; *at && out->count < RECENT_CASES;) {
            size_t length = strcspn(at, "\n");
            if (length > 0 && length < CASE_PATH && at[0] == '/') memcpy(out->path[out->count++], at, length);
            at += length + (at[length] == '\n');
        }
    arena_destroy(&arena);
}

void recent_add(Recent *recent, const char *path) {
    char full[PATH_MAX], kept[CASE_PATH] = "";
    if (!realpath(path, full) || strlen(full) >= CASE_PATH) return;
    memcpy(kept, full, strlen(full) + 1);
    int at = 0;
    while (at < recent->count && strcmp(recent->path[at], kept) != 0) ++at;
    if (at == recent->count && recent->count < RECENT_CASES) ++recent->count;
    if (at == RECENT_CASES) --at;
    memmove(recent->path[1], recent->path[0], (size_t)at * CASE_PATH);
    memcpy(recent->path[0], kept, sizeof kept);
}

bool recent_save(const char *file, const Recent *recent, Err *err) {
    char text[RECENT_CASES * (CASE_PATH + 1) + 1] = "";
    size_t used = 0;
    for (int i = 0; i < recent->count; ++i)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s\n", recent->path[i]);
    return file_write(file, text, used, err);
}
