#include "casefile.h"
#include "../engine/language.h"

#include <string.h>

#include "../engine/file.h"

enum { CASE_FILE_LIMIT = 16 << 20 };

const char *const photo_slot_names[CASE_PHOTOS] = {N_("front"), N_("left"), N_("right"), N_("back"),
                                                   N_("top")};

void case_defaults(Case *out) {
    memset(out, 0, sizeof *out);
    out->version = CASE_VERSION;
    out->seed = 1;
    const OptionTable table = case_option_table();
    options_set_defaults(&table, out);
}

bool case_set(Case *value, const char *name, const char *text, Err *err) {
    const OptionTable table = case_option_table();
    return text ? options_set(&table, value, name, text, err) : options_set_pair(&table, value, name, err);
}

/* --- Writing
 * ---------------------------------------------------------------------------------------------------- */

static json_t *numbers_to_json(const float *value, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) json_array_append_new(array, json_real((double)value[i]));
    return array;
}

static json_t *shape_to_json(const HeadShape *shape) {
    const float *w = shape->weight;
    json_t *object = json_object();
    json_object_set_new(object, "edition", json_integer(shape->edition));
    json_object_set_new(object, "modes", numbers_to_json(w, HEAD_MODES));
    json_object_set_new(object, "residuals", numbers_to_json(w + HEAD_MODES, HEAD_RESIDUALS));
    json_object_set_new(object, "ears",
                        numbers_to_json(w + HEAD_MODES + HEAD_RESIDUALS, 2 * (size_t)HEAD_EAR_WEIGHTS));
    json_object_set_new(object, "ear_shifts", numbers_to_json(w + HEAD_EAR_SHIFT, 2));
    json_object_set_new(object, "neck_lean", json_real((double)w[HEAD_NECK_LEAN]));
    json_object_set_new(object, "face", numbers_to_json(w + HEAD_FACE, HEAD_FACE_WEIGHTS));
    json_object_set_new(object, "lids", numbers_to_json(w + HEAD_LIDS, 2));
    json_object_set_new(object, "lids_closed", json_real((double)shape->lids_closed));
    return object;
}

static json_t *camera_to_json(const Camera *camera) {
    json_t *rows = json_array();
    for (int i = 0; i < 3; i++) {
        const double *m = camera->camera_from_head[i];
        json_array_append_new(rows, json_pack("[ffff]", m[0], m[1], m[2], m[3]));
    }
    return json_pack("{si si sf sf sf sf so}", "width", camera->width, "height", camera->height, "fx",
                     camera->fx, "fy", camera->fy, "cx", camera->cx, "cy", camera->cy, "camera_from_head",
                     rows);
}

static json_t *pins_to_json(const CasePhoto *photo) {
    json_t *pins = json_object();
    for (int lm = 0; lm < LM_COUNT; lm++)
        if (photo->pin_given[lm])
            json_object_set_new(pins, head_landmark_names[lm], numbers_to_json(photo->pin_px[lm], 2));
    return pins;
}

static json_t *photos_to_json(const Case *value) {
    json_t *photos = json_object();
    for (int i = 0; i < CASE_PHOTOS; i++) {
        const CasePhoto *photo = &value->photo[i];
        if (!photo->path[0]) continue;
        json_object_set_new(photos, photo_slot_names[i],
                            json_pack("{ss sb si sf so so}", "file", photo->path, "used", (int)photo->used,
                                      "verdict", photo->verdict, "residual_px", (double)photo->residual_px,
                                      "camera", camera_to_json(&photo->camera), "pins", pins_to_json(photo)));
    }
    return photos;
}

/* Brush dabs: four numbers each. */
static json_t *strokes_to_json(const float (*stroke)[4], int count) {
    json_t *strokes = json_array();
    for (int i = 0; i < count; i++) json_array_append_new(strokes, numbers_to_json(stroke[i], 4));
    return strokes;
}

char *case_to_text(const Case *value) {
    const OptionTable table = case_option_table();
    json_t *root = json_object();
    json_object_set_new(root, "version", json_integer(CASE_VERSION));
    json_object_set_new(root, "name", json_string(value->name));
    json_object_set_new(root, "seed", json_integer((json_int_t)value->seed));
    json_object_set_new(root, "skin_file", json_string(value->skin_path));
    if (value->skin_lit_path[0])
        json_object_set_new(root, "skin_lit_file", json_string(value->skin_lit_path));
    json_object_set_new(root, "photos", photos_to_json(value));
    json_object_set_new(root, "settings", options_to_json(&table, value));
    json_object_set_new(root, "strokes",
                        strokes_to_json((const float(*)[4])value->loss.stroke, value->loss.stroke_count));
    json_object_set_new(root, "skin_strokes",
                        strokes_to_json((const float(*)[4])value->skin.stroke, value->skin.stroke_count));
    json_object_set_new(root, "shape", shape_to_json(&value->shape));
    /* Nine digits bring every float back exactly. */
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    json_decref(root);
    return text;
}

bool case_save(const char *path, const Case *value, Err *err) {
    char *text = case_to_text(value);
    if (!text) return err_set(err, "%s could not be written: the case's name is not valid text", path);
    const bool saved = file_write(path, text, strlen(text), err);
    free(text);
    return saved;
}

/* --- Reading
 * ---------------------------------------------------------------------------------------------------- */

static bool known_keys(const json_t *object, const char *const *keys, const char *where, Err *err) {
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)object, key, item) {
        bool found = false;
        for (int i = 0; keys[i]; i++) found = found || strcmp(keys[i], key) == 0;
        if (!found) return err_set(err, "\"%s\" is not a part of %s", key, where);
    }
    return true;
}

static bool text_from_json(const json_t *item, const char *what, char *out, size_t size, Err *err) {
    if (!item) return true;
    if (!json_is_string(item)) return err_set(err, "\"%s\" must be text", what);
    if (json_string_length(item) >= size || strlen(json_string_value(item)) != json_string_length(item)) {
        return err_set(err, "\"%s\" is too long", what);
    }
    memcpy(out, json_string_value(item), json_string_length(item) + 1);
    return true;
}

static bool number_from_json(const json_t *item, double limit, const char *what, double *out, Err *err) {
    if (!json_is_number(item)) return err_set(err, "\"%s\" must be a number", what);
    const double value = json_number_value(item);
    if (!(value >= -limit && value <= limit)) return err_set(err, "\"%s\" is out of range", what);
    *out = value;
    return true;
}

static bool numbers_from_json(const json_t *array, const char *what, float *out, size_t count, Err *err) {
    if (!array) return true;
    if (json_array_size(array) != count)
        return err_set(err, "\"%s\" must be a list of %zu numbers", what, count);
    for (size_t i = 0; i < count; i++) {
        double value = 0;
        if (!number_from_json(json_array_get(array, i), 1e3, what, &value, err)) return false;
        out[i] = (float)value;
    }
    return true;
}

static bool shape_from_json(const json_t *object, HeadShape *out, Err *err) {
    static const char *const keys[] = {"edition",   "modes", "residuals", "ears",        "ear_shifts",
                                       "neck_lean", "face",  "lids",      "lids_closed", NULL};
    if (!object) return true;
    if (!json_is_object(object)) return err_set(err, "\"shape\" must be an object");
    float *w = out->weight;
    const json_t *closed = json_object_get(object, "lids_closed");
    double lids = 0;
    if (closed && !number_from_json(closed, 1, "lids_closed", &lids, err)) return false;
    if (lids < 0) return err_set(err, "\"lids_closed\" is out of range");
    const json_t *leaning = json_object_get(object, "neck_lean");
    double lean = 0;
    if (leaning && !number_from_json(leaning, 1e3, "neck_lean", &lean, err)) return false;
    w[HEAD_NECK_LEAN] = (float)lean;
    out->lids_closed = (float)lids;
    const json_t *edition = json_object_get(object, "edition");
    if (edition && (!json_is_integer(edition) || json_integer_value(edition) < 0 ||
                    json_integer_value(edition) > UINT32_MAX))
        return err_set(err, "\"edition\" is out of range");
    out->edition = (uint32_t)json_integer_value(edition);
    return known_keys(object, keys, "\"shape\"", err) &&
           numbers_from_json(json_object_get(object, "modes"), "modes", w, HEAD_MODES, err) &&
           numbers_from_json(json_object_get(object, "residuals"), "residuals", w + HEAD_MODES,
                             HEAD_RESIDUALS, err) &&
           numbers_from_json(json_object_get(object, "ears"), "ears", w + HEAD_MODES + HEAD_RESIDUALS,
                             2 * (size_t)HEAD_EAR_WEIGHTS, err) &&
           (!json_object_get(object, "ear_shifts") ||
            numbers_from_json(json_object_get(object, "ear_shifts"), "ear_shifts", w + HEAD_EAR_SHIFT, 2,
                              err)) &&
           (!json_object_get(object, "lids") ||
            numbers_from_json(json_object_get(object, "lids"), "lids", w + HEAD_LIDS, 2, err)) &&
           (!json_object_get(object, "face") || numbers_from_json(json_object_get(object, "face"), "face",
                                                                  w + HEAD_FACE, HEAD_FACE_WEIGHTS, err));
}

static bool camera_from_json(const json_t *object, Camera *out, Err *err) {
    static const char *const keys[] = {"width", "height", "fx", "fy", "cx", "cy", "camera_from_head", NULL};
    if (!json_is_object(object)) return err_set(err, "a photo's \"camera\" must be an object");
    if (!known_keys(object, keys, "a photo's camera", err)) return false;
    double width = 0, height = 0;
    if (!number_from_json(json_object_get(object, "width"), 1e5, "width", &width, err) ||
        !number_from_json(json_object_get(object, "height"), 1e5, "height", &height, err) ||
        !number_from_json(json_object_get(object, "fx"), 1e7, "fx", &out->fx, err) ||
        !number_from_json(json_object_get(object, "fy"), 1e7, "fy", &out->fy, err) ||
        !number_from_json(json_object_get(object, "cx"), 1e7, "cx", &out->cx, err) ||
        !number_from_json(json_object_get(object, "cy"), 1e7, "cy", &out->cy, err)) {
        return false;
    }
    out->width = (int)width, out->height = (int)height;
    const json_t *rows = json_object_get(object, "camera_from_head");
    for (size_t i = 0; i < 3; i++) {
        const json_t *row = json_array_get(rows, i);
        for (size_t j = 0; j < 4; j++) {
            if (!number_from_json(json_array_get(row, j), 1e6, "camera_from_head",
                                  &out->camera_from_head[i][j], err)) {
                return false;
            }
        }
    }
    return true;
}

static bool pins_from_json(const json_t *object, CasePhoto *out, Err *err) {
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)object, key, item) {
        int lm = 0;
        while (lm < LM_COUNT && strcmp(key, head_landmark_names[lm]) != 0) lm++;
        if (lm == LM_COUNT) return err_set(err, "\"%s\" is not a landmark to pin", key);
        for (size_t i = 0; i < 2; i++) {
            double px = 0;
            if (!number_from_json(json_array_get(item, i), 1e5, key, &px, err)) return false;
            out->pin_px[lm][i] = (float)px;
        }
        out->pin_given[lm] = true;
    }
    return true;
}

static bool photo_from_json(const json_t *object, CasePhoto *out, Err *err) {
    static const char *const keys[] = {"file", "used", "verdict", "residual_px", "camera", "pins", NULL};
    if (!json_is_object(object)) return err_set(err, "a photo must be an object with a \"file\"");
    if (!known_keys(object, keys, "a photo", err)) return false;
    const json_t *camera = json_object_get(object, "camera"),
                 *residual = json_object_get(object, "residual_px");
    double residual_px = 0, verdict = 0;
    if (residual && !number_from_json(residual, 1e6, "residual_px", &residual_px, err)) return false;
    if (json_object_get(object, "verdict") &&
        !number_from_json(json_object_get(object, "verdict"), 100, "verdict", &verdict, err)) {
        return false;
    }
    out->residual_px = (float)residual_px;
    out->verdict = (int)verdict;
    out->used = json_is_true(json_object_get(object, "used"));
    return text_from_json(json_object_get(object, "file"), "file", out->path, sizeof out->path, err) &&
           (!camera || camera_from_json(camera, &out->camera, err)) &&
           pins_from_json(json_object_get(object, "pins"), out, err);
}

static bool photos_from_json(const json_t *object, Case *out, Err *err) {
    if (!object) return true;
    if (!json_is_object(object)) return err_set(err, "\"photos\" must be an object");
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)object, key, item) {
        int slot = 0;
        while (slot < CASE_PHOTOS && strcmp(key, photo_slot_names[slot]) != 0) slot++;
        if (slot == CASE_PHOTOS) {
            return err_set(err, "\"%s\" is not a view; the views are front, left, right, back and top", key);
        }
        if (!photo_from_json(item, &out->photo[slot], err)) return false;
    }
    return true;
}

_Static_assert(sizeof(LossStroke) == sizeof(float[4]) && sizeof(SkinStroke) == sizeof(float[4]),
               "a dab is four floats");

static bool strokes_from_json(const json_t *array, const char *what, int most, float (*stroke)[4],
                              int *stroke_count, Err *err) {
    if (!array) return true;
    const size_t count = json_array_size(array);
    if (!json_is_array(array) || count > (size_t)most)
        return err_set(err, "\"%s\" must be a list of at most %d brush dabs", what, most);
    for (size_t i = 0; i < count; i++) {
        const json_t *dab = json_array_get(array, i);
        if (!dab || !numbers_from_json(dab, what, stroke[i], 4, err)) return false;
    }
    *stroke_count = (int)count;
    return true;
}

static bool case_from_json(const json_t *root, Case *out, Err *err) {
    static const char *const keys[] = {"version",       "name",   "seed",     "skin_file",
                                       "skin_lit_file", "photos", "settings", "strokes",
                                       "skin_strokes",  "shape",  NULL};
    if (!json_is_object(root)) return err_set(err, "it is not a Stipple case");
    const json_t *version = json_object_get(root, "version"), *seed = json_object_get(root, "seed");
    if (!json_is_integer(version)) return err_set(err, "it is not a Stipple case: it has no \"version\"");
    if (json_integer_value(version) > CASE_VERSION) {
        return err_set(err, "it was written by a newer Stipple (case version %lld; this one reads %d)",
                       (long long)json_integer_value(version), (int)CASE_VERSION);
    }
    if (seed && !json_is_integer(seed)) return err_set(err, "\"seed\" must be a whole number");
    if (seed) out->seed = (uint64_t)json_integer_value(seed);
    const OptionTable table = case_option_table();
    const json_t *settings = json_object_get(root, "settings");
    return known_keys(root, keys, "a case", err) &&
           text_from_json(json_object_get(root, "name"), "name", out->name, sizeof out->name, err) &&
           text_from_json(json_object_get(root, "skin_file"), "skin_file", out->skin_path,
                          sizeof out->skin_path, err) &&
           text_from_json(json_object_get(root, "skin_lit_file"), "skin_lit_file", out->skin_lit_path,
                          sizeof out->skin_lit_path, err) &&
           photos_from_json(json_object_get(root, "photos"), out, err) &&
           (!settings || options_from_json(&table, out, settings, err)) &&
           strokes_from_json(json_object_get(root, "strokes"), "strokes", LOSS_STROKES,
                             (float(*)[4])out->loss.stroke, &out->loss.stroke_count, err) &&
           strokes_from_json(json_object_get(root, "skin_strokes"), "skin_strokes", SKIN_STROKES,
                             (float(*)[4])out->skin.stroke, &out->skin.stroke_count, err) &&
           shape_from_json(json_object_get(root, "shape"), &out->shape, err);
}

bool case_from_text(const char *text, size_t size_bytes, const char *name, Case *out, Err *err) {
    case_defaults(out);
    json_error_t fault;
    json_t *root = json_loadb(text, size_bytes, JSON_REJECT_DUPLICATES, &fault);
    if (!root) return err_set(err, "%s is not a Stipple case: line %d is not JSON", name, fault.line);
    const bool read = case_from_json(root, out, err);
    json_decref(root);
    if (read) return true;
    case_defaults(out);
    return err_prefix(err, "%s", name);
}

bool case_load(const char *path, Case *out, Err *err) {
    case_defaults(out);
    Arena arena = {0};
    if (!arena_create(
            &arena, &(ArenaDesc){.name = "case file", .capacity_bytes = 2 * (size_t)CASE_FILE_LIMIT}, err)) {
        return false;
    }
    Bytes bytes;
    const bool read = file_read(path, CASE_FILE_LIMIT, &arena, &bytes, err) &&
                      case_from_text((const char *)bytes.data, bytes.size, path, out, err);
    arena_destroy(&arena);
    return read;
}
