#include "../engine/file.h"
#include "fit.h"
#include <jansson.h>
#include <string.h>

static json_t *array_of(const double *values, int count) {
    json_t *array = json_array();
    for (int i = 0; i < count; i++) json_array_append_new(array, json_real(values[i]));
    return array;
}

static json_t *landmarks_mm(const Fit *fit) {
    json_t *out = json_object();
    for (int lm = 0; lm < LM_COUNT; lm++) {
        const float *p = fit->landmark_mm[lm];
        json_object_set_new(out, head_landmark_names[lm],
                            array_of((const double[]){(double)p[0], (double)p[1], (double)p[2]}, 3));
    }
    return out;
}

static void add_camera(json_t *out, const Camera *camera) {
    json_object_set_new(out, "width", json_integer(camera->width));
    json_object_set_new(out, "height", json_integer(camera->height));
    json_object_set_new(out, "fx", json_real(camera->fx));
    json_object_set_new(out, "fy", json_real(camera->fy));
    json_object_set_new(out, "cx", json_real(camera->cx));
    json_object_set_new(out, "cy", json_real(camera->cy));
    json_t *matrix = json_array();
    for (int i = 0; i < 3; i++) json_array_append_new(matrix, array_of(camera->camera_from_head[i], 4));
    json_object_set_new(out, "camera_from_head", matrix);
}

static json_t *photo_json(const FitPhoto *photo, int slot) {
    json_t *out = json_object(), *px = json_object();
    json_object_set_new(out, "view", json_string(photo_slot_names[slot]));
    json_object_set_new(out, "file", json_string(photo->path ? photo->path : ""));
    add_camera(out, &photo->camera);
    for (int lm = 0; lm < LM_COUNT; lm++)
        if (photo->landmark_found[lm])
            json_object_set_new(px, head_landmark_names[lm],
                                array_of((const double[]){(double)photo->landmark_px[lm][0],
                                                          (double)photo->landmark_px[lm][1]},
                                         2));
    json_object_set_new(out, "landmarks_px", px);
    json_object_set_new(out, "residual_px", json_real((double)photo->residual_px));
    json_object_set_new(out, "residual_mm", json_real((double)photo->residual_mm));
    json_object_set_new(out, "verdict", json_string(fit_verdict_names[photo->verdict]));
    json_object_set_new(out, "reason", json_string(photo->reason));
    return out;
}

bool fit_report_save(const char *path, const Fit *fit, Err *err) {
    json_t *root = json_object(), *photos = json_array(), *unused = json_array();
    json_object_set_new(root, "version", json_integer(1));
    json_object_set_new(root, "landmarks_mm", landmarks_mm(fit));
    for (int p = 0; p < CASE_PHOTOS; p++) {
        const FitPhoto *photo = &fit->photo[p];
        if (!photo->present) continue;
        if (photo->verdict != FIT_UNUSED) {
            json_array_append_new(photos, photo_json(photo, p));
            continue;
        }
        json_t *out = json_object();
        json_object_set_new(out, "view", json_string(photo_slot_names[p]));
        json_object_set_new(out, "file", json_string(photo->path ? photo->path : ""));
        json_object_set_new(out, "reason", json_string(photo->reason));
        json_array_append_new(unused, out);
    }
    json_object_set_new(root, "photos", photos);
    json_object_set_new(root, "unused", unused);
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    json_decref(root);
    if (!text) return err_set(err, "there is not enough memory to write %s", path);
    const bool ok = file_write(path, text, strlen(text), err);
    free(text);
    return ok;
}
