/* comparecommand - `stipple compare`. */
#include "app.h"
#include "commands.h"
#include "compare.h"

#include "../engine/video.h"
#include <math.h>
#include <string.h>

enum { PANEL_WIDTH_PX = 560, PANEL_HEIGHT_PX = 680 };

static bool read_axes(const CliArgs *args, CompareDesc *desc, Err *err) {
    for (int i = 0; i < args->count; ++i) {
        if (strcmp(args->given[i].option->name, "vary") != 0) continue;
        if (desc->axis_count == COMPARE_AXES)
            return err_set(err, "--vary may be given twice at most: columns, then rows");
        if (!compare_parse_axis(args->given[i].value, &desc->axis[desc->axis_count++], err)) return false;
    }
    return desc->axis_count > 0 ||
           err_set(err,
                   "what should differ? Give --vary NAME=a,b,c, such as --vary hair.length_mm=0,0.5,1,3");
}

typedef struct Wish {
    CompareDesc compare;
    const char *out;
    bool video;
    double seconds, fps;
} Wish;

static bool read_size(const CliArgs *args, Wish *wish, Err *err) {
    CompareDesc *desc = &wish->compare;
    int columns, rows;
    compare_grid(desc, &columns, &rows);
    if (desc->wipe > 0) columns = rows = 1;
    desc->width = columns * PANEL_WIDTH_PX;
    desc->height = rows * PANEL_HEIGHT_PX;
    if (!cli_get_size(args, "size", &desc->width, &desc->height, err)) return false;
    if (desc->width / columns < 64 || desc->height / rows < 64)
        return err_set(err, "--size %dx%d is too small for %d x %d panels", desc->width, desc->height,
                       columns, rows);
    return !wish->video || (desc->width % 2 == 0 && desc->height % 2 == 0) ||
           err_set(err, "--size %dx%d: a video needs an even width and height", desc->width, desc->height);
}

/* From in front and the sides, nearer means nearer to the hairline and the top. */
static const double FRONT_UP_MM = 130;

/* A named view shows the head as large as the shorter side lets it; in an upright panel it may be larger than
 * that, until its profile is as wide as the panel. */
static double panel_nearer(const CompareDesc *desc) {
    const double profile_height_over_width = 1.15;
    int columns, rows;
    compare_grid(desc, &columns, &rows);
    if (desc->wipe > 0) columns = rows = 1;
    double width = (double)desc->width / columns, height = (double)desc->height / rows;
    return fmin(width, height) / fmin(height, profile_height_over_width * width);
}

static bool read_wish(App *app, const CliArgs *args, Wish *wish, Err *err) {
    CompareDesc *desc = &wish->compare;
    int view = CAMERA_34;
    double wipe = 0, zoom = 1;
    *wish = (Wish){.compare = {.look = {.quality = VIEW_FINAL}}, .seconds = 8, .fps = 30};
    app->wrong_use = true;
    if (!cli_get_output(args, "output", ".png .jpg .jpeg .mp4", &wish->out, err) ||
        !read_axes(args, desc, err) || !cli_get_number(args, "wipe", 0.02, 0.98, &wipe, err) ||
        !cli_get_number(args, "zoom", 1, 8, &zoom, err) ||
        !cli_get_number(args, "seconds", 0.1, 600, &wish->seconds, err) ||
        !cli_get_number(args, "fps", 1, 120, &wish->fps, err) ||
        !cli_get_int(args, "columns", 1, COMPARE_VALUES, &desc->columns, err) ||
        !cli_get_choice(args, "view", camera_view_names, CAMERA_VIEW_COUNT, &view, err))
        return false;
    wish->video = strcmp(wish->out + strlen(wish->out) - 4, ".mp4") == 0;
    if (wish->video) desc->look.quality = VIEW_STANDARD;
    desc->wipe = (float)wipe;
    if (!app_read_look(app, args, &desc->look, err) || !read_size(args, wish, err)) return false;
    desc->own_light = cli_has(args, "light");
    desc->orbit = orbit_named((CameraView)view);
    desc->orbit.distance_mm *= panel_nearer(desc);
    desc->orbit.fov_deg /= zoom;
    if (desc->orbit.elevation_deg < 40) desc->orbit.target_mm[1] += (1 - 1 / zoom) * FRONT_UP_MM;
    app->wrong_use = false;
    return !wish->video || video_available(err);
}

static bool write_comparison(App *app, const Wish *wish, Progress *progress, Err *err) {
    Image page = {0};
    if (wish->video) {
        const CompareTurn turn = {.path = wish->out,
                                  .fps = wish->fps,
                                  .frames = (int)lrint(wish->seconds * wish->fps),
                                  .mark = true};
        return compare_turn(app->view, &app->scene, &wish->compare, &turn, progress, &app->arena, err);
    }
    return compare_render(app->view, &app->scene, &wish->compare, progress, &app->arena, &page, err) &&
           app_draw_mark(&page, err) && image_save(wish->out, &page, err);
}

static bool make_comparison(App *app, const CliArgs *args, Progress *progress, Err *err) {
    Wish wish;
    if (!read_wish(app, args, &wish, err) || !app_load_case(app, args, err)) return false;
    if (!compare_check(&app->value, &wish.compare, err)) {
        app->wrong_use = true;
        return false;
    }
    Progress opening = progress_part(progress, 0, 0.4), drawing = progress_part(progress, 0.4, 0.95);
    return app_open(app, &opening, err) && write_comparison(app, &wish, &drawing, err);
}

static int run_compare(const CliArgs *args) {
    App app = {0};
    Err err = {0};
    Progress progress = {.title = _("Comparing")};
    bool ok = make_comparison(&app, args, &progress, &err);
    progress_finish(&progress);
    int code = ok ? CLI_OK : app_fail(&app, args, &err);
    app_close(&app);
    return code;
}

static const CliOption compare_options[] = {
    {.name = "output",
     .letter = 'o',
     .value = "OUT.png",
     .help = N_("the picture (.png or .jpg) or the turning video (.mp4) to write")},
    {.name = "vary",
     .value = "NAME=a,b,c",
     .help = N_("the value of the case that differs, and what it should be; given twice: columns, then rows; "
                "distance_m=0.3,1,3 looks from so far"),
     .repeats = true},
    {.name = "wipe",
     .value = "SHARE",
     .help =
         N_("one head with a line at this share of the width, 0.5 say: left of it the first of two values")},
    {.name = "zoom",
     .value = "N",
     .help = N_("so many times larger, 1 to 8: nearer to the hairline and the scalp")},
    {.name = "seconds", .value = "S", .help = N_("of a video: length of one whole turn; default 8")},
    {.name = "fps", .value = "N", .help = N_("of a video: frames a second; default 30")},
    {.name = "columns", .value = "N", .help = N_("panels in a row, with one --vary")},
    APP_SIZE_OPTION(N_("size of the picture in pixels; default 560x680 a panel; the whole page is meant")),
    {.name = "view", .value = "NAME", .help = N_("front, left, right, back, top, 34 or crown; default 34")},
    APP_LIGHT_OPTION,
    APP_QUALITY_OPTION(N_("draft, standard or final; default final")),
    APP_BACKGROUND_OPTION,
    APP_SET_OPTION,
    {0},
};

const CliCommand command_compare = {
    .name = "compare",
    .usage = "CASE.json -o OUT.png --vary NAME=a,b,c [options]",
    .summary =
        N_("the same head side by side under several values of any option, as a picture or a turning video"),
    .example =
        "  stipple compare me.json -o lengths.png --vary hair.length_mm=0,0.5,1,3\n"
        "  stipple compare me.json -o grid.png --vary treatment.enabled=no,yes --vary time.years=0,5\n"
        "  stipple compare me.json -o turn.mp4 --vary treatment.enabled=no,yes --wipe 0.5 --size 1280x720\n",
    .options = compare_options,
    .plain_min = 1,
    .plain_max = 1,
    .plain_name = N_("the case file (CASE.json)"),
    .sets_options = true,
    .run = run_compare,
};
