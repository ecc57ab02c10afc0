/* render - one picture of a case: `stipple render`. */
#include "app.h"
#include "camerafile.h"
#include "commands.h"
#include "light.h"

#include <string.h>

enum { RENDER_WIDTH_PX = 1280, RENDER_HEIGHT_PX = 960 };

typedef struct RenderWish {
    const char *out, *camera_path;
    int width, height, view, layers;
    double distance_m; /* 0: as the view is framed */
    bool sized;
    Camera camera;
} RenderWish;

/* All that can be wrong with the arguments is said before any work. */
static bool read_wish(App *app, const CliArgs *args, RenderWish *wish, Err *err) {
    app->wrong_use = true;
    *wish = (RenderWish){
        .width = RENDER_WIDTH_PX, .height = RENDER_HEIGHT_PX, .view = CAMERA_34, .layers = VIEW_ALL};
    FrameDesc look = {0};
    if (!cli_get_output(args, "output", ".png .jpg .jpeg", &wish->out, err) ||
        !cli_get_size(args, "size", &wish->width, &wish->height, err) ||
        !cli_get_choice(args, "view", camera_view_names, CAMERA_VIEW_COUNT, &wish->view, err) ||
        !cli_get_choice(args, "layers", view_layer_names, VIEW_LAYER_COUNT, &wish->layers, err) ||
        !cli_get_number(args, "distance", 0.2, 10, &wish->distance_m, err) ||
        !app_read_look(app, args, &look, err))
        return false;
    wish->sized = cli_has(args, "size");
    wish->camera_path = cli_get(args, "camera");
    if (wish->camera_path && (cli_has(args, "view") || cli_has(args, "distance")))
        return err_set(err,
                       "--camera and --view or --distance both say where to look from; give one of them");
    app->wrong_use = false;
    if (!wish->camera_path) return true;
    if (!camerafile_load(wish->camera_path, &wish->camera, err)) return false;
    if (wish->sized) wish->camera = camera_resized(&wish->camera, wish->width, wish->height);
    return true;
}

static bool make_frame(App *app, const CliArgs *args, const RenderWish *wish, FrameDesc *frame, Err *err) {
    frame_defaults(&app->scene, wish->width, wish->height, frame);
    frame->quality = VIEW_FINAL;
    if (!app_read_look(app, args, frame, err)) return false;
    frame->layers = (ViewLayers)wish->layers;
    Orbit orbit = orbit_named((CameraView)wish->view);
    if (wish->distance_m > 0) orbit = orbit_stood_off(orbit, 1000 * wish->distance_m);
    orbit_camera(&orbit, wish->width, wish->height, &frame->camera);
    if (wish->camera_path) frame->camera = wish->camera;
    return true;
}

/* In the photo's light a still is seen as the nearest photo saw the head, not as all of them agree. */
static bool show_as_photographed(App *app, const FrameDesc *frame, Err *err) {
    Skin *skin = &app->scene.skin;
    if (frame->light.preset != LIGHT_PHOTO || !skin->sources) return true;
    Arena scratch = {0};
    bool ok = arena_create(&scratch, &(ArenaDesc){.name = "photo light", .secret = true}, err) &&
              skin_radiance_from(skin, &frame->camera, &app->arena, &scratch, &skin->radiance, err);
    arena_destroy(&scratch);
    ++app->scene.revision.skin;
    return ok;
}

static bool render_picture(App *app, const CliArgs *args, Progress *progress, Err *err) {
    RenderWish wish;
    FrameDesc frame;
    Image image = {0};
    if (!read_wish(app, args, &wish, err) || !app_load_case(app, args, err) ||
        !app_open(app, progress, err) || !make_frame(app, args, &wish, &frame, err) ||
        !show_as_photographed(app, &frame, err))
        return false;
    if (!progress_step(progress, 0.9, "drawing")) return err_set(err, "Stopped");
    if (!view_render(app->view, &app->scene, &frame, &app->arena, &image, err)) return false;
    /* Pictures for people carry the mark; layers and given cameras are for measuring. */
    if (frame.layers == VIEW_ALL && !wish.camera_path && !app_draw_mark(&image, err)) return false;
    if (!progress_step(progress, 0.97, "saving")) return err_set(err, "Stopped");
    return image_save(wish.out, &image, err);
}

static int run_render(const CliArgs *args) {
    App app = {0};
    Err err = {0};
    Progress progress = {.title = _("Rendering")};
    bool ok = render_picture(&app, args, &progress, &err);
    progress_finish(&progress);
    int code = ok ? CLI_OK : app_fail(&app, args, &err);
    app_close(&app);
    return code;
}

static const CliOption render_options[] = {
    {.name = "output", .letter = 'o', .value = "OUT.png", .help = N_("the picture to write (.png or .jpg)")},
    APP_SIZE_OPTION(N_("size of the picture in pixels; default 1280x960, or the camera's own")),
    {.name = "view", .value = "NAME", .help = N_("front, left, right, back, top, 34 or crown; default 34")},
    {.name = "camera",
     .value = "CAM.json",
     .help = N_(
         "an OpenCV camera: width, height, fx, fy, cx, cy, camera_from_head (3 rows of 4, mm); the picture "
         "then carries no mark")},
    {.name = "distance",
     .value = "M",
     .help =
         N_("look with the same lens from so many metres off the skin (0.2 to 10): 0.3 is a close look, 1 a "
            "talk, 3 across a room; default about 0.8")},
    APP_LIGHT_OPTION,
    {.name = "layers",
     .value = "NAME",
     .help =
         N_("all, skin, dots, hair, mask or normals; default all; or what a pass hands on: shadow, light, "
            "scattered, albedo or highlights")},
    APP_QUALITY_OPTION(N_("draft, standard or final; default final")),
    APP_BACKGROUND_OPTION,
    APP_SET_OPTION,
    {0},
};

const CliCommand command_render = {
    .name = "render",
    .usage = "CASE.json -o OUT.png [options]",
    .summary = N_("one picture of a case"),
    .example = "  stipple render me.json -o front.png --view front --light daylight\n"
               "  stipple render me.json -o before.png --set treatment.enabled=no\n",
    .options = render_options,
    .plain_min = 1,
    .plain_max = 1,
    .plain_name = N_("the case file (CASE.json)"),
    .sets_options = true,
    .run = run_render,
};
