#include "camerafile.h"

#include "../engine/file.h"
#include <jansson.h>
#include <math.h>

enum { CAMERAFILE_LIMIT_BYTES = 1 << 20, CAMERAFILE_MAX_SIDE_PX = 16384 };

static bool read_number(const json_t *object, const char *name, double *out, Err *err) {
    const json_t *value = json_object_get(object, name);
    if (!json_is_number(value)) return err_set(err, "the camera has no number \"%s\"", name);
    *out = json_number_value(value);
    return isfinite(*out) || err_set(err, "the camera's \"%s\" is not a finite number", name);
}

static bool read_pose(const json_t *object, double out[3][4], Err *err) {
    const json_t *rows = json_object_get(object, "camera_from_head");
    if (json_array_size(rows) != 3)
        return err_set(err, "the camera's \"camera_from_head\" must be 3 rows of 4 numbers");
    for (size_t r = 0; r < 3; ++r)
        for (size_t c = 0; c < 4; ++c) {
            const json_t *value = json_array_get(json_array_get(rows, r), c);
            if (!json_is_number(value) || json_array_size(json_array_get(rows, r)) != 4)
                return err_set(err, "the camera's \"camera_from_head\" must be 3 rows of 4 numbers");
            out[r][c] = json_number_value(value);
        }
    for (int a = 0; a < 3; ++a)
        for (int b = 0; b < 3; ++b) {
            double dot = out[a][0] * out[b][0] + out[a][1] * out[b][1] + out[a][2] * out[b][2];
            if (!(fabs(dot - (a == b)) < 1e-3))
                return err_set(err,
                               "the camera's \"camera_from_head\" is not a rotation in its first 3 columns");
        }
    return true;
}

static bool read_camera(const json_t *root, Camera *out, Err *err) {
    double width = 0, height = 0;
    if (!read_number(root, "width", &width, err) || !read_number(root, "height", &height, err) ||
        !read_number(root, "fx", &out->fx, err) || !read_number(root, "fy", &out->fy, err) ||
        !read_number(root, "cx", &out->cx, err) || !read_number(root, "cy", &out->cy, err))
        return false;
    if (width < 1 || height < 1 || width > CAMERAFILE_MAX_SIDE_PX || height > CAMERAFILE_MAX_SIDE_PX)
        return err_set(err, "the camera's size must lie between 1 and %d pixels", CAMERAFILE_MAX_SIDE_PX);
    if (!(out->fx > 0 && out->fy > 0)) return err_set(err, "the camera's focal lengths must be positive");
    out->width = (int)width;
    out->height = (int)height;
    return read_pose(root, out->camera_from_head, err);
}

bool camerafile_load(const char *path, Camera *out, Err *err) {
    Arena arena = {0};
    Bytes bytes = {0};
    *out = (Camera){0};
    if (!arena_create(&arena, &(ArenaDesc){.name = "camera", .capacity_bytes = 4 * CAMERAFILE_LIMIT_BYTES},
                      err))
        return false;
    bool ok = file_read(path, CAMERAFILE_LIMIT_BYTES, &arena, &bytes, err);
    if (ok) {
        json_error_t problem;
        json_t *root = json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, &problem);
        ok = json_is_object(root) ? read_camera(root, out, err)
                                  : err_set(err, "it is not JSON of a camera (line %d)", problem.line);
        if (!ok) err_prefix(err, "%.200s", path);
        json_decref(root);
    }
    arena_destroy(&arena);
    return ok;
}
