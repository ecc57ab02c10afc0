/* sample_case - a case of a person who does not exist: a random head of the prior, for the sample client and
 * for tests.
 *
 *   tool_sample_case SEED OUT.json [NAME=VALUE ...]
 *
 * The same seed gives the same head. Settings are the defaults, changed by NAME=VALUE. Beside OUT.json it
 * writes the cameras of five photos as a hand would hold them, some degrees off: OUT.front.json ...
 * OUT.top.json (CAM.json).
 */
#include "../engine/file.h"
#include "../engine/rng.h"
#include "../src/casefile.h"
#include <string.h>

static int say(const Err *err) {
    fprintf(stderr, "sample_case: %s\n", err->text);
    return 1;
}

enum { PHOTO_WIDTH_PX = 900, PHOTO_HEIGHT_PX = 1200 };

static bool save_camera(const Camera *c, const char *path, Err *err) {
    char text[1024];
    int n =
        snprintf(text, sizeof text,
                 "{\"width\": %d, \"height\": %d, \"fx\": %.9g, \"fy\": %.9g, \"cx\": %.9g, \"cy\": %.9g,\n"
                 " \"camera_from_head\": [",
                 c->width, c->height, c->fx, c->fy, c->cx, c->cy);
    for (int r = 0; r < 3; ++r) {
        const double *row = c->camera_from_head[r];
        n += snprintf(text + n, sizeof text - (size_t)n, "%s[%.9g, %.9g, %.9g, %.9g]", r ? ",\n  " : "",
                      row[0], row[1], row[2], row[3]);
    }
    n += snprintf(text + n, sizeof text - (size_t)n, "]}\n");
    return file_write(path, text, (size_t)n, err);
}

/* Off the ideal by what a careful hand is off: 2.5 degrees and 15 mm (assumption). */
static bool save_cameras(uint64_t seed, const char *case_path, Err *err) {
    static const CameraView views[CASE_PHOTOS] = {CAMERA_FRONT, CAMERA_LEFT, CAMERA_RIGHT, CAMERA_BACK,
                                                  CAMERA_TOP};
    Rng rng = rng_make(seed, 0xca);
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        Camera camera;
        Orbit orbit = orbit_named(views[i]);
        orbit.fov_deg = 24;
        orbit.azimuth_deg += 2.5 * (double)rng_normal(&rng);
        orbit.elevation_deg += i == PHOTO_TOP ? 0 : 2.5 * (double)rng_normal(&rng);
        orbit.distance_mm =
            0.75 * orbit.distance_mm + 15 * (double)rng_normal(&rng); /* the head fills the photo */
        orbit_camera(&orbit, PHOTO_WIDTH_PX, PHOTO_HEIGHT_PX, &camera);
        char path[4096];
        snprintf(path, sizeof path, "%.*s.%s.json", (int)(strlen(case_path) - strlen(".json")), case_path,
                 photo_slot_names[i]);
        if (!save_camera(&camera, path, err)) return false;
    }
    return true;
}

int main(int argc, char **argv) {
    Arena arena = {0};
    Err err = {0};
    Case value;
    if (argc < 3 || strlen(argv[2]) < 6)
        return say(&(Err){"usage: tool_sample_case SEED OUT.json [NAME=VALUE ...]"});
    if (!arena_create(&arena, &(ArenaDesc){.name = "model"}, &err)) return say(&err);
    HeadModel *model = head_load(NULL, &arena, &err);
    if (!model) return say(&err);
    case_defaults(&value);
    value.seed = strtoull(argv[1], NULL, 10);
    snprintf(value.name, sizeof value.name, "Sample client");
    for (int i = 3; i < argc; ++i)
        if (!case_set(&value, argv[i], NULL, &err)) return say(&err);
    head_random(model, value.seed, value.client.woman, &value.shape);
    if (!case_save(argv[2], &value, &err) || !save_cameras(value.seed, argv[2], &err)) return say(&err);
    arena_destroy(&arena);
    return 0;
}
