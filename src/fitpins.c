#include "../engine/file.h"
#include "fit.h"
#include <jansson.h>
#include <math.h>
#include <string.h>

static int index_of(const char *name, const char *const *names, int count) {
    for (int i = 0; i < count; i++)
        if (!strcmp(name, names[i])) return i;
    return -1;
}

static bool numbers(const json_t *array, int count, float *out) {
    if (!json_is_array(array) || json_array_size(array) != (size_t)count) return false;
    for (int i = 0; i < count; i++) {
        const json_t *v = json_array_get(array, (size_t)i);
        if (!json_is_number(v) || !isfinite(json_number_value(v))) return false;
        out[i] = (float)json_number_value(v);
    }
    return true;
}

static bool read_points(const char *path, json_t *points, const char *where, int size, bool *given, float *at,
                        Err *err) {
    const char *name;
    json_t *value;
    if (!json_is_object(points))
        return err_set(err, "%s: \"%s\" must hold landmarks with their places", path, where);
    json_object_foreach(points, name, value) {
        const int lm = index_of(name, head_landmark_names, LM_COUNT);
        if (lm < 0)
            return err_set(err, "%s: \"%.40s\" is not a landmark; left_pupil and menton are", path, name);
        if (!numbers(value, size, at + (size_t)lm * (size_t)size))
            return err_set(err, "%s: %s of %s must be %d numbers", path, name, where, size);
        given[lm] = true;
    }
    return true;
}

static bool read_root(const char *path, json_t *root, FitPins *out, Err *err) {
    const char *name, *view;
    json_t *value, *points;
    if (!json_is_object(root)) return err_set(err, "%s does not hold pins", path);
    json_object_foreach(root, name, value) {
        if (!strcmp(name, "photos")) {
            if (!json_is_object(value)) return err_set(err, "%s: \"photos\" must name views", path);
            json_object_foreach(value, view, points) {
                const int p = index_of(view, photo_slot_names, CASE_PHOTOS);
                if (p < 0)
                    return err_set(err, "%s: \"%.40s\" is not a view; front, left, right, back and top are",
                                   path, view);
                if (!read_points(path, points, view, 2, out->given[p], out->px[p][0], err)) return false;
            }
        } else if (!strcmp(name, "scan")) {
            if (!read_points(path, value, "scan", 3, out->scan_given, out->scan[0], err)) return false;
        } else if (!strcmp(name, "head_circumference_mm")) {
            const double mm = json_number_value(value);
            if (!json_is_number(value) || !(mm >= 400 && mm <= 750))
                return err_set(err, "%s: head_circumference_mm must be a number from 400 to 750", path);
            out->head_circumference_mm = (float)mm;
        } else if (strcmp(name, "version") != 0) {
            return err_set(err, "%s: \"%.40s\" is not part of a pins file", path, name);
        }
    }
    return true;
}

bool fit_pins_load(const char *path, FitPins *out, Err *err) {
    enum { LIMIT = 1 << 20 };
    Arena arena;
    Bytes bytes;
    memset(out, 0, sizeof *out);
    if (!arena_create(&arena, &(ArenaDesc){.name = "pins", .capacity_bytes = 4 * LIMIT, .secret = true}, err))
        return false;
    bool ok = file_read(path, LIMIT, &arena, &bytes, err);
    if (ok) {
        json_error_t where;
        json_t *root = json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, &where);
        ok = root ? read_root(path, root, out, err)
                  : err_set(err, "%s is not a JSON file (line %d)", path, where.line);
        json_decref(root);
    }
    arena_destroy(&arena);
    if (!ok) memset(out, 0, sizeof *out);
    return ok;
}
