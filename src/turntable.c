#include "turntable.h"

#include "../engine/video.h"
#include "app.h"
#include "commands.h"
#include <math.h>
#include <string.h>
#include <time.h>

typedef struct Turn {
    const TurntableDesc *desc;
    View *view;
    const Scene *scene;
    Video *video;
    Arena arena;
    Image mark; /* the mark alone, transparent around: drawn once, laid over every frame */
    int mark_top, mark_bottom;
} Turn;

/* For the report only; no picture depends on it. */
static double wall_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool make_mark(Turn *turn, Err *err) {
    const TurntableDesc *desc = turn->desc;
    if (!arena_create(&turn->arena, &(ArenaDesc){.name = "mark"}, err)) return false;
    if (!image_alloc(&turn->arena, desc->width, desc->height, &turn->mark, err)) return false;
    if (!app_draw_mark(&turn->mark, err)) return false;
    turn->mark_top = desc->height;
    for (int y = 0; y < desc->height; ++y)
        for (int x = 0; x < desc->width; ++x)
            if (turn->mark.rgba[4 * (y * desc->width + x) + 3]) {
                if (y < turn->mark_top) turn->mark_top = y;
                turn->mark_bottom = y + 1;
            }
    return true;
}

/* `frame` has its rows from the bottom. */
static void lay_mark(const Turn *turn, uint8_t *frame) {
    int width = turn->desc->width, height = turn->desc->height;
    for (int y = turn->mark_top; y < turn->mark_bottom; ++y) {
        const uint8_t *from = turn->mark.rgba + 4 * (size_t)y * (size_t)width;
        uint8_t *to = frame + 4 * (size_t)(height - 1 - y) * (size_t)width;
        for (int x = 0; x < width; ++x, from += 4, to += 4)
            for (int c = 0; from[3] && c < 3; ++c)
                to[c] = (uint8_t)(to[c] + ((from[c] - to[c]) * from[3]) / 255);
    }
}

static bool begin_frame(Turn *turn, int index, Err *err) {
    FrameDesc frame = turn->desc->look;
    if (frame.samples == 0) frame.samples = TURNTABLE_SAMPLES;
    Orbit orbit = turn->desc->start;
    orbit.azimuth_deg += 360.0 * index / turn->desc->frames;
    orbit_camera(&orbit, turn->desc->width, turn->desc->height, &frame.camera);
    frame.shutter_deg = 360.0 / turn->desc->frames * turn->desc->shutter;
    memcpy(frame.pivot_mm, orbit.target_mm, sizeof frame.pivot_mm);
    frame.time_s = index / turn->desc->fps;
    return view_begin(turn->view, turn->scene, &frame, (uint64_t)index, err);
}

static bool encode_oldest(Turn *turn, Err *err) {
    uint64_t tag;
    const uint8_t *pixels = view_take(turn->view, true, &tag);
    if (!pixels) return err_set(err, "The renderer gave back no picture");
    uint8_t *frame = video_frame(turn->video, err);
    if (frame) {
        memcpy(frame, pixels, video_frame_bytes(turn->video));
        if (turn->desc->mark) lay_mark(turn, frame);
    }
    view_release(turn->view);
    return frame && video_submit(turn->video, err);
}

static bool turn_frames(Turn *turn, Progress *progress, Err *err) {
    const TurntableDesc *desc = turn->desc;
    int count = desc->last - desc->first + 1, begun = 0, done = 0;
    while (done < count) {
        if (!progress_step(progress, (double)done / count, "rendering")) return err_set(err, "Stopped");
        if (begun < count && !view_full(turn->view)) {
            if (!begin_frame(turn, desc->first + begun, err)) return false;
            ++begun;
            continue;
        }
        if (!encode_oldest(turn, err)) return false;
        ++done;
    }
    return true;
}

static void drop_in_flight(View *view) {
    uint64_t tag;
    while (view_take(view, true, &tag)) view_release(view);
}

bool turntable_write(View *view, const Scene *scene, const TurntableDesc *desc, Progress *progress,
                     TurntableResult *result, Err *err) {
    Turn turn = {.desc = desc, .view = view, .scene = scene};
    double start = wall_s();
    if (!view_sync(view, scene, err)) return false;
    if (desc->mark && !make_mark(&turn, err)) return arena_destroy(&turn.arena), false;
    turn.video = video_begin(&(VideoDesc){.path = desc->path,
                                          .width = desc->width,
                                          .height = desc->height,
                                          .fps = desc->fps,
                                          .from_bottom = true},
                             err);
    bool ok = turn.video && turn_frames(&turn, progress, err);
    if (ok) {
        progress_step(progress, 1, "checking the file");
        ok = video_finish(turn.video, err);
    } else {
        drop_in_flight(view);
        video_abort(turn.video);
    }
    arena_destroy(&turn.arena);
    if (ok && result) *result = (TurntableResult){desc->last - desc->first + 1, wall_s() - start};
    return ok;
}

/* ---- stipple turntable ---- */

enum { TURNTABLE_WIDTH_PX = 1280, TURNTABLE_HEIGHT_PX = 720, TURNTABLE_SECONDS = 8, TURNTABLE_FPS = 30 };

static bool read_wish(App *app, const CliArgs *args, TurntableDesc *desc, Err *err) {
    app->wrong_use = true;
    double seconds = TURNTABLE_SECONDS;
    int view = CAMERA_FRONT;
    *desc = (TurntableDesc){
        .width = TURNTABLE_WIDTH_PX, .height = TURNTABLE_HEIGHT_PX, .fps = TURNTABLE_FPS, .mark = true};
    if (!cli_get_output(args, "output", ".mp4", &desc->path, err) ||
        !cli_get_number(args, "seconds", 0.1, 600, &seconds, err) ||
        !cli_get_number(args, "fps", 1, 120, &desc->fps, err) ||
        !cli_get_number(args, "shutter", 0, 1, &desc->shutter, err) ||
        !cli_get_size(args, "size", &desc->width, &desc->height, err) ||
        !cli_get_choice(args, "view", camera_view_names, CAMERA_VIEW_COUNT, &view, err))
        return false;
    if (desc->width % 2 || desc->height % 2)
        return err_set(err, "--size %dx%d: a video needs an even width and height", desc->width,
                       desc->height);
    desc->frames = (int)lrint(seconds * desc->fps);
    if (desc->frames < 1)
        return err_set(err, "--seconds %g at %g frames a second is no frame", seconds, desc->fps);
    desc->last = desc->frames - 1;
    if (!cli_get_range(args, "frames", desc->frames, &desc->first, &desc->last, err)) return false;
    if (!app_read_look(app, args, &desc->look, err)) return false;
    app->wrong_use = false;
    desc->start = orbit_named((CameraView)view);
    return video_available(err);
}

static bool make_turntable(App *app, const CliArgs *args, Progress *progress, TurntableResult *result,
                           Err *err) {
    TurntableDesc desc;
    if (!read_wish(app, args, &desc, err) || !app_load_case(app, args, err)) return false;
    Progress opening = progress_part(progress, 0, 0.1), turning = progress_part(progress, 0.1, 1);
    if (!app_open(app, &opening, err)) return false;
    frame_defaults(&app->scene, desc.width, desc.height, &desc.look);
    desc.look.quality = VIEW_FINAL;
    if (!app_read_look(app, args, &desc.look, err)) return false;
    return turntable_write(app->view, &app->scene, &desc, &turning, result, err);
}

static int run_turntable(const CliArgs *args) {
    App app = {0};
    Err err = {0};
    TurntableResult result = {0};
    Progress progress = {.title = _("Turntable")};
    bool ok = make_turntable(&app, args, &progress, &result, &err);
    progress_finish(&progress);
    int code = ok ? CLI_OK : app_fail(&app, args, &err);
    if (ok)
        fprintf(stderr, _("%d frames in %.1f s (%.1f a second)\n"), result.frames, result.seconds,
                result.frames / result.seconds);
    app_close(&app);
    return code;
}

static const CliOption turntable_options[] = {
    {.name = "output", .letter = 'o', .value = "OUT.mp4", .help = N_("the video to write")},
    {.name = "seconds", .value = "S", .help = N_("length of one whole turn; default 8")},
    {.name = "fps", .value = "N", .help = N_("frames a second; default 30")},
    {.name = "shutter",
     .value = "SHARE",
     .help =
         N_("motion blur at final quality: share of a frame's time that the shutter is open, 0 to 1 (film: "
            "0.5); default 0")},
    APP_SIZE_OPTION(N_("size of the picture in pixels; default 1280x720; both even")),
    {.name = "frames",
     .value = "A-B",
     .help =
         N_("only these frames of the turn, numbered from 0, B included: to share a turn between machines")},
    {.name = "view",
     .value = "NAME",
     .help = N_("where the turn begins: front, left, right, back, top, 34 or crown")},
    APP_LIGHT_OPTION,
    APP_QUALITY_OPTION(
        N_("draft, standard or final; default final (8 samples a frame); standard is seven times as fast")),
    APP_SET_OPTION,
    {0},
};

const CliCommand command_turntable = {
    .name = "turntable",
    .usage = "CASE.json -o OUT.mp4 [options]",
    .summary = N_("a video of the head turning once"),
    .example = "  stipple turntable me.json -o me.mp4 --seconds 4 --size 1920x1080\n",
    .options = turntable_options,
    .plain_min = 1,
    .plain_max = 1,
    .plain_name = N_("the case file (CASE.json)"),
    .sets_options = true,
    .run = run_turntable,
};
