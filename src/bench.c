#include "bench.h"
#include "../engine/video.h"
#include "app.h"
#include "benchfloor.h"
#include "benchscene.h"
#include "commands.h"
#include "studio.h"
#include "turntable.h"
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    BENCH_DOTS = 300000,
    BENCH_HAIRS = 100000,
    BENCH_ROUNDS = 15,
    BENCH_VIDEO_FRAMES = 48,
    BENCH_MILLION = 1000000
};

/* ---- clocks ---- */
static double clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

/* Of all threads of this process together: what one core would need. */
static double cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static double resident_mib(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return 0;
    if (fscanf(file, "%*s %ld", &pages) != 1) pages = 0;
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *value, int count) {
    if (count == 0) return 0;
    qsort(value, (size_t)count, sizeof *value, by_value);
    return count % 2 ? value[count / 2] : 0.5 * (value[count / 2 - 1] + value[count / 2]);
}

/* ---- what is measured ---- */
typedef struct Bench {
    BenchResult *out;
    Progress *progress;
    App app;
    Arena arena;
    Scene full, million; /* the case's head with the asked-for dots and hairs; with a million dots */
} Bench;

typedef enum BenchFrame {
    FRAME_FLOOR,
    FRAME_DOTS,
    FRAME_DRAFT,
    FRAME_STANDARD,
    FRAME_MILLION,
    FRAME_KINDS
} BenchFrame;

static FrameDesc bench_look(const Bench *bench, BenchFrame kind, double azimuth_deg) {
    const BenchDesc *desc = &bench->out->desc;
    FrameDesc frame;
    frame_defaults(&bench->full, desc->width, desc->height, &frame);
    Orbit orbit = orbit_named(CAMERA_FRONT);
    orbit.azimuth_deg = azimuth_deg;
    orbit.fov_deg = BENCH_FOV_DEG;
    orbit_camera(&orbit, desc->width, desc->height, &frame.camera);
    frame.light = (LightSettings){.preset = 0};
    frame.hair_length_mm = 1;
    frame.show_dots = true;
    frame.show_hair = kind == FRAME_STANDARD || kind == FRAME_DRAFT;
    frame.quality = kind == FRAME_STANDARD ? VIEW_STANDARD : VIEW_DRAFT;
    return frame;
}

/* Draw and read back, as the floor does. The scenes differ in their sites only: switching uploads, so each
 * kind has its own rounds. */
static bool time_frame(Bench *bench, const Scene *scene, const FrameDesc *frame, double *ms, Err *err) {
    uint64_t tag;
    const double began = clock_ms();
    if (!view_begin(bench->app.view, scene, frame, 0, err)) return false;
    const bool ok = view_take(bench->app.view, true, &tag) != NULL;
    if (ok) view_release(bench->app.view);
    *ms = clock_ms() - began;
    return ok || err_set(err, "the renderer gave back no picture");
}

static bool time_floor(Floor *floor, double azimuth_deg, double *ms, Err *err) {
    const double began = clock_ms();
    const bool ok = floor_frame(floor, azimuth_deg, err);
    *ms = clock_ms() - began;
    return ok;
}

/* The floor and the frames of one scene in turn, around the head; the first round warms up and is dropped. */
static bool time_kinds(Bench *bench, const Scene *scene, Floor *floor, const BenchFrame *kinds, int count,
                       double medians[], Err *err) {
    const int rounds = bench->out->desc.rounds;
    double *ms[FRAME_KINDS];
    for (int k = 0; k < count; k++) ms[k] = ARENA_ARRAY(&bench->arena, double, (size_t)rounds + 1);
    for (int round = -1; round < rounds; round++)
        for (int k = 0; k < count; k++) {
            const double azimuth = 360.0 * (round + 0.5) / rounds;
            const FrameDesc frame = bench_look(bench, kinds[k], azimuth);
            double *place = &ms[k][round < 0 ? 0 : round];
            const bool ok = kinds[k] == FRAME_FLOOR ? time_floor(floor, azimuth, place, err)
                                                    : time_frame(bench, scene, &frame, place, err);
            if (!ok) return false;
        }
    for (int k = 0; k < count; k++) medians[k] = median(ms[k], rounds);
    return true;
}

static bool measure_frames(Bench *bench, Err *err) {
    BenchResult *out = bench->out;
    Floor *floor =
        floor_create(bench->app.gpu, out->desc.width, out->desc.height, (uint32_t)out->desc.dots, err);
    if (!floor) return false;
    static const BenchFrame kinds[] = {FRAME_FLOOR, FRAME_DOTS, FRAME_DRAFT, FRAME_STANDARD};
    static const BenchFrame million[] = {FRAME_MILLION};
    double medians[FRAME_KINDS];
    bool ok = time_kinds(bench, &bench->full, floor, kinds, 4, medians, err);
    if (ok) {
        out->floor_ms = medians[0];
        out->dots_ms = medians[1];
        out->frame_ms[0] = medians[2];
        out->frame_ms[1] = medians[3];
        ok = time_kinds(bench, &bench->million, floor, million, 1, medians, err);
        out->dots_million_ms = medians[0];
    }
    floor_destroy(floor);
    return ok;
}

static bool measure_final(Bench *bench, Err *err) {
    FrameDesc frame = bench_look(bench, FRAME_STANDARD, 30);
    frame.quality = VIEW_FINAL;
    return time_frame(bench, &bench->full, &frame, &bench->out->frame_ms[2], err);
}

static bool measure_passes(Bench *bench, Err *err) {
    enum { ROUNDS = 7 };
    BenchResult *out = bench->out;
    double ms[BENCH_PASSES][ROUNDS], cpu_ms[BENCH_PASSES][ROUNDS];
    gpu_timers_set(bench->app.gpu, GPU_TIMERS_FINISH);
    for (int round = 0; round < ROUNDS; round++) {
        const FrameDesc frame = bench_look(bench, FRAME_STANDARD, 360.0 * round / ROUNDS);
        double whole;
        if (!time_frame(bench, &bench->full, &frame, &whole, err)) return false;
        GpuTiming timing[GPU_TIMERS];
        const int count = gpu_timings(bench->app.gpu, timing);
        out->pass_count = count < BENCH_PASSES ? count : BENCH_PASSES;
        for (int p = 0; p < out->pass_count; p++) {
            out->pass[p].name = timing[p].name;
            ms[p][round] = timing[p].gpu_ms;
            cpu_ms[p][round] = timing[p].cpu_ms;
        }
    }
    gpu_timers_set(bench->app.gpu, GPU_TIMERS_OFF);
    for (int p = 0; p < out->pass_count; p++) {
        out->pass[p].ms = median(ms[p], ROUNDS);
        out->pass[p].cpu_ms = median(cpu_ms[p], ROUNDS);
    }
    return true;
}

static bool measure_follicles(Bench *bench, Err *err) {
    Arena arena = {0}, scratch = {0};
    Follicles follicles;
    bool ok = arena_create(&arena, &(ArenaDesc){.name = "bench follicles"}, err) &&
              arena_create(&scratch, &(ArenaDesc){.name = "bench scratch"}, err);
    const double began = cpu_ms();
    ok = ok && follicles_build(&bench->app.scene.scalp, 1, &arena, &scratch, &follicles, err);
    const double ms = cpu_ms() - began;
    if (ok) {
        bench->out->follicles_per_s = 1e3 * (follicles.units.count + follicles.pigment.count) / ms;
        bench->out->blue_noise_quality =
            fmin(follicles_quality(&follicles.units, 1), follicles_quality(&follicles.pigment, 1));
    }
    arena_destroy(&arena);
    arena_destroy(&scratch);
    return ok;
}

/* All at once, just above 120,000 dots and 150,000 hairs: a large head (60 cm around) bald but for its
 * horseshoe, every session, eight kinds of marks, the day after; and a hairpiece as dense as hair grows on
 * top, so that hair and dots both stand nearly everywhere. */
static void everything_case(const HeadModel *model, Case *value) {
    enum { LARGE_MM = 600 };
    case_defaults(value);
    head_set_measure(model, &value->shape, HM_HEAD_CIRCUMFERENCE, LARGE_MM);
    value->loss.stage = 7;
    value->hair.density_per_cm2 = 300;
    value->alternative.choice = ALTERNATIVE_HAIRPIECE;
    value->alternative.piece_density_per_cm2 = 260;
    value->treatment.sessions = TREATMENT_SESSIONS;
    value->treatment.min_distance_mm = 0;
    for (int i = 0; i < TREATMENT_SESSIONS; i++) value->treatment.density_per_cm2[i] = i < 2 ? 86 : 32;
    for (int i = 0; i < MARK_COUNT; i++)
        value->mark[i] = (MarkSettings){.kind = 1 + i,
                                        .s_mm = 100 + 30 * (float)i,
                                        .l_mm = i % 2 ? 40 : -40,
                                        .age_years = 5,
                                        .strength = 0.8f};
    value->time.days = 1;
}

static bool measure_everything(Bench *bench, Err *err) {
    Case value;
    Scene scene;
    everything_case(bench->app.scene.model, &value);
    const double began = clock_ms(), cpu_began = cpu_ms();
    if (!scene_create(&value, &(SceneDesc){0}, NULL, &scene, err)) return false;
    bench->out->everything_s = 1e-3 * (clock_ms() - began);
    bench->out->everything_cpu_s = 1e-3 * (cpu_ms() - cpu_began);
    bench->out->everything_dots = scene.dots.visible;
    bench->out->everything_hairs = scene.hair.visible;
    scene_destroy(&scene);
    return true;
}

static bool measure_sliders(Bench *bench, Err *err) {
    return benchsliders_measure(bench->app.view, bench->out->slider, err);
}

/* ---- turntable: rendering alone, encoding alone, both ---- */
static TurntableDesc bench_turn(const Bench *bench, const char *path) {
    TurntableDesc turn = {.path = path,
                          .width = bench->out->desc.width & ~1,
                          .height = bench->out->desc.height & ~1,
                          .fps = 24,
                          .frames = BENCH_VIDEO_FRAMES,
                          .last = BENCH_VIDEO_FRAMES - 1,
                          .start = orbit_named(CAMERA_FRONT),
                          .look = bench_look(bench, FRAME_STANDARD, 0)};
    turn.start.fov_deg = BENCH_FOV_DEG;
    return turn;
}

static bool measure_render(Bench *bench, uint8_t *kept, size_t frame_bytes, Err *err) {
    const TurntableDesc turn = bench_turn(bench, NULL);
    View *view = bench->app.view;
    const double began = clock_ms();
    int begun = 0, done = 0;
    while (done < turn.frames) {
        if (begun < turn.frames && !view_full(view)) {
            FrameDesc frame = turn.look;
            Orbit orbit = turn.start;
            orbit.azimuth_deg += 360.0 * begun / turn.frames;
            orbit_camera(&orbit, turn.width, turn.height, &frame.camera);
            if (!view_begin(view, &bench->full, &frame, (uint64_t)begun++, err)) return false;
            continue;
        }
        uint64_t tag;
        const uint8_t *pixels = view_take(view, true, &tag);
        if (!pixels) return err_set(err, "the renderer gave back no picture");
        memcpy(kept, pixels, frame_bytes);
        view_release(view);
        done++;
    }
    bench->out->render_fps = 1e3 * turn.frames / (clock_ms() - began);
    return true;
}

static bool measure_encode(Bench *bench, const char *path, const uint8_t *kept, Err *err) {
    const TurntableDesc turn = bench_turn(bench, path);
    const double began = clock_ms();
    Video *video = video_begin(
        &(VideoDesc){
            .path = path, .width = turn.width, .height = turn.height, .fps = turn.fps, .from_bottom = true},
        err);
    if (!video) return false;
    for (int i = 0; i < turn.frames; i++)
        if (!video_write(video, kept, err)) return video_abort(video), false;
    if (!video_finish(video, err)) return false;
    bench->out->encode_fps = 1e3 * turn.frames / (clock_ms() - began);
    return true;
}

static bool measure_turntable(Bench *bench, Err *err) {
    const char *temporary = getenv("TMPDIR");
    char folder[PATH_MAX], path[PATH_MAX + 16];
    const size_t bytes = (size_t)(bench->out->desc.width & ~1) * (size_t)(bench->out->desc.height & ~1) * 4;
    uint8_t *kept = arena_push(&bench->arena, bytes);
    if (!kept || !measure_render(bench, kept, bytes, err)) return false;
    Err missing;
    if (!video_available(&missing)) return true;
    snprintf(folder, sizeof folder, "%s/stipple-bench-XXXXXX",
             temporary && temporary[0] ? temporary : "/tmp");
    if (!mkdtemp(folder))
        return err_set(err, "no folder for the measurement's video could be made: %s", folder);
    snprintf(path, sizeof path, "%s/turn.mp4", folder);
    TurntableDesc turn = bench_turn(bench, path);
    TurntableResult result = {0};
    const bool ok = measure_encode(bench, path, kept, err) &&
                    turntable_write(bench->app.view, &bench->full, &turn, NULL, &result, err);
    if (ok) bench->out->together_fps = result.frames / result.seconds;
    unlink(path);
    rmdir(folder);
    return ok;
}

/* ---- start-up ---- */
/* A studio of its own with the sample client, from its start to its end: window, first picture at full
 * quality, and one look at whether there is more to do. Drawn off screen, so that
 * it can be measured anywhere. */
static bool measure_startup(Bench *bench, Err *err) {
    const double began = clock_ms();
    const pid_t child = fork();
    if (child == 0) {
        setenv("SDL_VIDEODRIVER", "offscreen", 1);
        setenv("DISPLAY", ":0", 0);
        execl("/proc/self/exe", "stipple", "studio", "--exit-after-frames", "1", (char *)NULL);
        _exit(127);
    }
    int status = -1;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    bench->out->startup_ms = clock_ms() - began;
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || err_set(err, "the studio did not open");
}

/* ---- all ---- */
static bool open_bench(Bench *bench, Err *err) {
    BenchResult *out = bench->out;
    case_defaults(&bench->app.value);
    if (!app_open(&bench->app, NULL, err)) return false;
    if (!arena_create(&bench->arena, &(ArenaDesc){.name = "bench"}, err)) return false;
    bench->full = bench->app.scene;
    snprintf(out->renderer, sizeof out->renderer, "%s", gpu_info(bench->app.gpu)->renderer);
    const uint32_t hairs = (uint32_t)out->desc.hairs;
    if (!benchscene_build(&bench->app.scene, (uint32_t)out->desc.dots, hairs, &bench->arena, &bench->full,
                          err) ||
        !benchscene_build(&bench->app.scene, BENCH_MILLION, hairs, &bench->arena, &bench->million, err))
        return false;
    bench->full.revision.sites += 1000;
    bench->million.revision.sites += 2000;
    return true;
}

/* ---- the studio's widgets ---- */
static bool measure_widgets(Bench *bench, Err *err) {
    Case value;
    case_defaults(&value);
    const StudioDesc desc = {.value = &value,
                             .case_dir = "",
                             .width = 1920,
                             .height = 1080,
                             .widget_rounds = bench->out->desc.rounds,
                             .widgets_ms = &bench->out->ui_ms};
    return studio_run(&desc, err);
}

typedef struct BenchPart {
    const char *name; /* of --only; NULL: always */
    bool (*measure)(Bench *bench, Err *err);
    const char *what;
    double done;
} BenchPart;
static const BenchPart parts[] = {{"startup", measure_startup, "the studio's start", 0},
                                  {"ui", measure_widgets, "the studio's widgets", 0.03},
                                  {NULL, open_bench, "making the head", 0.06},
                                  {"follicles", measure_follicles, "follicles", 0.12},
                                  {"everything", measure_everything, "a case with everything", 0.15},
                                  {"sliders", measure_sliders, "sliders", 0.17},
                                  {"frames", measure_frames, "frames and the floor", 0.2},
                                  {"final", measure_final, "a final frame", 0.5},
                                  {"passes", measure_passes, "passes", 0.6},
                                  {"turntable", measure_turntable, "turntable", 0.7}};
enum { PARTS = sizeof parts / sizeof *parts };

static bool bench_all(Bench *bench, Err *err) {
    const char *only = bench->out->desc.only;
    for (int i = 0; i < PARTS; i++) {
        if (only && parts[i].name && strcmp(only, parts[i].name) != 0) continue;
        if (!progress_step(bench->progress, parts[i].done, parts[i].what)) return err_set(err, "stopped");
        if (!parts[i].measure(bench, err)) return false;
        if (parts[i].measure == measure_frames)
            bench->out->rss_mib = resident_mib(); /* a million dots in place */
    }
    return true;
}

bool bench_run(const BenchDesc *desc, Progress *progress, BenchResult *out, Err *err) {
    *out = (BenchResult){.desc = *desc};
    if (out->desc.width == 0) {
        out->desc.width = 1280;
        out->desc.height = 720;
    }
    if (out->desc.dots == 0) out->desc.dots = BENCH_DOTS;
    if (out->desc.hairs == 0) out->desc.hairs = BENCH_HAIRS;
    if (out->desc.rounds == 0) out->desc.rounds = BENCH_ROUNDS;
    Bench *bench = calloc(1, sizeof *bench);
    if (!bench) return err_set(err, "not enough memory to measure");
    bench->out = out;
    bench->progress = progress;
    const bool ok = bench_all(bench, err);
    app_close(&bench->app);
    arena_destroy(&bench->arena);
    free(bench);
    return ok;
}

static double ratio(double a, double b) {
    return b > 0 ? a / b : 0;
}

static void print_json(const BenchResult *r) {
    printf("{\"size\":[%d,%d],\"dots\":%d,\"hairs\":%d,\"renderer\":\"%s\",\"floor_ms\":%.2f,\"passes_ms\":{",
           r->desc.width, r->desc.height, r->desc.dots, r->desc.hairs, r->renderer, r->floor_ms);
    for (int p = 0; p < r->pass_count; p++)
        printf("%s\"%s\":%.2f", p ? "," : "", r->pass[p].name, r->pass[p].ms);
    printf("},\"passes_cpu_ms\":{");
    for (int p = 0; p < r->pass_count; p++)
        printf("%s\"%s\":%.2f", p ? "," : "", r->pass[p].name, r->pass[p].cpu_ms);
    printf("},\"frame_ms\":{\"draft\":%.2f,\"standard\":%.2f,\"final\":%.2f},\"dots_ms\":%.2f,\"dots_1m_ms\":"
           "%.2f,",
           r->frame_ms[0], r->frame_ms[1], r->frame_ms[2], r->dots_ms, r->dots_million_ms);
    printf("\"dots_over_floor\":%.3f,\"frame_over_floor\":%.3f,\"million_over_dots\":%.3f,",
           ratio(r->dots_ms, r->floor_ms), ratio(r->frame_ms[1], r->floor_ms),
           ratio(r->dots_million_ms, r->dots_ms));
    printf("\"follicles_per_s\":%.0f,\"blue_noise_quality\":%.3f,", r->follicles_per_s,
           r->blue_noise_quality);
    printf("\"turntable_fps\":{\"render\":%.2f,\"encode\":%.2f,\"together\":%.2f},\"rss_mib\":%.0f,\"startup_"
           "ms\":%.0f,",
           r->render_fps, r->encode_fps, r->together_fps, r->rss_mib, r->startup_ms);
    printf("\"build_everything_s\":%.3f,\"build_everything_cpu_s\":%.3f,\"everything_dots\":%u,"
           "\"everything_hairs\":%u,\"ui_ms\":%.2f,\"slider_ms\":{",
           r->everything_s, r->everything_cpu_s, r->everything_dots, r->everything_hairs, r->ui_ms);
    for (int i = 0; i < BENCH_SLIDERS && r->slider[i].name; i++)
        printf("%s\"%s\":[%.1f,%.1f,%.1f]", i ? "," : "", r->slider[i].name, r->slider[i].wall_ms,
               r->slider[i].model_ms, r->slider[i].upload_ms);
    printf("}}\n");
}

static void print_table(const BenchResult *r) {
    printf(_("%s, %d x %d, %d dots, %d hairs of 1 mm\n"), r->renderer, r->desc.width, r->desc.height,
           r->desc.dots, r->desc.hairs);
    printf(_("floor (points and clusters on a lit sphere)  %8.1f ms\n"), r->floor_ms);
    printf(_("dots on the head, draft                      %8.1f ms  %.2f x floor (aim 1.3)\n"), r->dots_ms,
           ratio(r->dots_ms, r->floor_ms));
    printf(_("a million dots, draft                        %8.1f ms  %.2f x the dots above (aim 3.4)\n"),
           r->dots_million_ms, ratio(r->dots_million_ms, r->dots_ms));
    printf(_("frame with hair, draft                       %8.1f ms\n"), r->frame_ms[0]);
    printf(_("frame with hair, standard                    %8.1f ms  %.2f x floor (aim 4)\n"), r->frame_ms[1],
           ratio(r->frame_ms[1], r->floor_ms));
    for (int p = 0; p < r->pass_count; p++)
        printf(_("    %-12s                             %8.1f ms, %.1f of them to hand over\n"),
               r->pass[p].name, r->pass[p].ms, r->pass[p].cpu_ms);
    printf(_("frame with hair, final                       %8.1f ms\n"), r->frame_ms[2]);
    printf(_("follicles                                    %8.0f a second, blue noise %.2f of the ideal\n"),
           r->follicles_per_s, r->blue_noise_quality);
    printf(_("turntable: rendering %.1f, encoding %.1f, together %.1f frames a second\n"), r->render_fps,
           r->encode_fps, r->together_fps);
    printf(_("resident %.0f MiB; studio with the sample client, opened and closed: %.0f ms (aim 1500)\n"),
           r->rss_mib, r->startup_ms);
    printf(_("a case with everything (%u dots, %u hairs)  %8.2f s from nothing (aim 1.5)\n"),
           r->everything_dots, r->everything_hairs, r->everything_s);
    for (int i = 0; i < BENCH_SLIDERS && r->slider[i].name; i++)
        printf(_("slider %-12s                          %8.1f ms (aim 33); CPU time %.1f, and %.1f to hand "
                 "over\n"),
               r->slider[i].name, r->slider[i].wall_ms, r->slider[i].model_ms, r->slider[i].upload_ms);
    printf(_("the studio's panels at 1920 x 1080           %8.1f ms a frame beyond the head (aim 12)\n"),
           r->ui_ms);
}

void bench_print(const BenchResult *result) {
    if (result->desc.json)
        print_json(result);
    else
        print_table(result);
}

/* ---- stipple bench ---- */
static bool read_only(const CliArgs *args, const char **only, Err *err) {
    const char *names[PARTS];
    int count = 0, chosen = -1;
    for (int i = 0; i < PARTS; i++)
        if (parts[i].name) names[count++] = parts[i].name;
    if (!cli_get_choice(args, "only", names, count, &chosen, err)) return false;
    if (chosen >= 0) *only = names[chosen];
    return true;
}

static int run_bench(const CliArgs *args) {
    BenchDesc desc = {.json = cli_has(args, "json")};
    BenchResult result;
    Err err = {0};
    if (!cli_get_size(args, "size", &desc.width, &desc.height, &err) ||
        !cli_get_int(args, "dots", 1000, 4000000, &desc.dots, &err) ||
        !cli_get_int(args, "hairs", 1000, 1000000, &desc.hairs, &err) ||
        !cli_get_int(args, "rounds", 3, 1000, &desc.rounds, &err) || !read_only(args, &desc.only, &err))
        return cli_say_usage(args, &err);
    Progress progress = {.title = _("Measuring")};
    const bool ok = bench_run(&desc, &progress, &result, &err);
    progress_finish(&progress);
    if (!ok) return cli_say(CLI_FAILED, &err);
    bench_print(&result);
    return CLI_OK;
}

const CliCommand command_bench = {
    .name = "bench",
    .usage = "[--json] [--dots N] [--size WxH]",
    .summary =
        N_("measure this machine: the frame, its passes, follicles and video, against a floor drawn in "
           "the same run"),
    .example = "stipple bench --json > bench.json",
    .options =
        (const CliOption[]){
            {.name = "json", .help = N_("one line of JSON")},
            {.name = "dots", .value = "N", .help = N_("dots on the head; default 300000")},
            {.name = "hairs", .value = "N", .help = N_("hairs on the head; default 100000")},
            {.name = "size", .value = "WxH", .help = N_("pixels of a frame; default 1280x720")},
            {.name = "only",
             .value = "PART",
             .help = N_(
                 "startup, ui, follicles, everything, sliders, frames, final, passes or turntable; the other "
                 "figures stay 0")},
            {.name = "rounds", .value = "N", .help = N_("frames of each kind; default 15")},
            {0}},
    .run = run_bench};
