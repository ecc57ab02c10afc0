/* gallery - contact sheets of a case: a page a light, with three distances x before, healed and after five
 * years x four lengths of hair.
 *
 *   tool_gallery CASE.json FOLDER
 *
 * Writes FOLDER/LIGHT.jpg for the seven lights. Standard quality. tools/make_gallery.sh runs it.
 */
#include "../engine/file.h"
#include "../engine/image_codec.h"
#include "../src/app.h"
#include "../src/light.h"
#include "../src/sheet.h"
#include <string.h>

enum {
    LIGHTS = LIGHT_PHOTO,
    DISTANCES = 3,
    STAGES = 3,
    LENGTHS = 4,
    WIDTH_PX = 960,
    HEIGHT_PX = 1920,
    JPEG_QUALITY = 84
};

static const double distance_m[DISTANCES] = {0.3, 1, 3};
static const char *const length_mm[LENGTHS] = {"0", "0.5", "1", "3"};
static const struct {
    const char *name, *set[3][2];
} stages[STAGES] = {
    {"before", {{"treatment.enabled", "off"}, {"time.days", "60"}, {"time.years", "0"}}},
    {"healed", {{"treatment.enabled", "on"}, {"time.days", "60"}, {"time.years", "0"}}},
    {"5 years", {{"treatment.enabled", "on"}, {"time.days", "60"}, {"time.years", "5"}}},
};

typedef struct Page {
    SheetDesc desc;
    Image image;
    char title[96];
} Page;

static bool open_pages(Page page[LIGHTS], Arena *arena, Err *err) {
    for (int light = 0; light < LIGHTS; light++) {
        Page *p = &page[light];
        snprintf(p->title, sizeof p->title, "Light: %s", light_preset_names[light]);
        p->desc = (SheetDesc){.width = WIDTH_PX,
                              .height = HEIGHT_PX,
                              .columns = LENGTHS,
                              .rows = DISTANCES * STAGES,
                              .gap_px = 4,
                              .title = p->title};
        if (!sheet_begin(&p->desc, arena, &p->image, err)) return false;
    }
    return true;
}

/* From above: the whole head, or close by the hairline and the temple. One lens for all. */
static Orbit gallery_orbit(double metres) {
    Orbit orbit = orbit_stood_off(orbit_named(CAMERA_34), 1000 * metres);
    const bool close = metres < 0.5;
    orbit.azimuth_deg = close ? 62 : 40;
    orbit.elevation_deg = close ? 46 : 34;
    orbit.target_mm[1] = close ? 52 : 22;
    orbit.fov_deg = 16;
    return orbit;
}

static bool place_panel(App *app, Page *page, int light, int distance, int stage, int length, Err *err) {
    const int index = (distance * STAGES + stage) * LENGTHS + length;
    const SheetRect at = sheet_panel(&page->desc, index);
    const Orbit orbit = gallery_orbit(distance_m[distance]);
    FrameDesc frame;
    frame_defaults(&app->scene, at.width, at.height, &frame);
    frame.light.preset = light;
    orbit_camera(&orbit, at.width, at.height, &frame.camera);
    char label[96];
    snprintf(label, sizeof label, "%g m, %s, %s mm", distance_m[distance], stages[stage].name,
             length_mm[length]);
    const size_t mark = arena_mark(&app->arena);
    Image picture;
    const bool ok = view_render(app->view, &app->scene, &frame, &app->arena, &picture, err) &&
                    sheet_place(&page->desc, &page->image, index, &picture, label, err);
    arena_rewind(&app->arena, mark);
    return ok;
}

/* A state of the head is made once and drawn under all lights from all distances. */
static bool draw_state(App *app, Page page[LIGHTS], int stage, int length, Err *err) {
    Case *value = &app->scene.value;
    for (int i = 0; i < 3; i++)
        if (!case_set(value, stages[stage].set[i][0], stages[stage].set[i][1], err)) return false;
    if (!case_set(value, "hair.length_mm", length_mm[length], err) || !scene_update(&app->scene, err))
        return false;
    for (int light = 0; light < LIGHTS; light++)
        for (int distance = 0; distance < DISTANCES; distance++)
            if (!place_panel(app, &page[light], light, distance, stage, length, err)) return false;
    return true;
}

static bool make_gallery(App *app, const char *folder, Err *err) {
    Page page[LIGHTS];
    if (!app_open(app, NULL, err) || !open_pages(page, &app->arena, err)) return false;
    for (int stage = 0; stage < STAGES; stage++)
        for (int length = 0; length < LENGTHS; length++)
            if (!draw_state(app, page, stage, length, err)) return false;
    for (int light = 0; light < LIGHTS; light++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.jpg", folder, light_preset_names[light]);
        Bytes jpeg;
        if (!app_draw_mark(&page[light].image, err)) return false;
        if (!image_codec_encode_jpeg(&page[light].image, JPEG_QUALITY, &app->arena, &jpeg))
            return err_set(err, "%s could not be made", path);
        if (!file_write(path, jpeg.data, jpeg.size, err)) return false;
        printf("%s\n", path);
    }
    return true;
}

int main(int argc, char **argv) {
    App app = {0};
    Err err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: tool_gallery CASE.json FOLDER\n");
        return 2;
    }
    const char *slash = strrchr(argv[1], '/');
    snprintf(app.case_dir, sizeof app.case_dir, "%.*s", slash ? (int)(slash - argv[1]) : 1,
             slash ? argv[1] : ".");
    const bool ok = case_load(argv[1], &app.value, &err) && make_gallery(&app, argv[2], &err);
    if (!ok) fprintf(stderr, "gallery: %s\n", err.text);
    app_close(&app);
    return ok ? 0 : 1;
}
