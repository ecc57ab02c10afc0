/* studiocommand - `stipple [CASE.json]` and `stipple studio`. */
#include "app.h"
#include "commands.h"
#include "studio.h"

#include "../engine/file.h"
#include "../engine/platform.h"
#include <libgen.h>
#include <string.h>
#include <unistd.h>

static const char sample_case[] = "assets/sample/sample.json";

static bool open_sample(App *app, const CliArgs *args, StudioDesc *desc, Err *err) {
    if (!arena_create(&app->arena, &(ArenaDesc){.name = "paths", .capacity_bytes = 1 << 16}, err))
        return false;
    char *path = file_data_path(&app->arena, sample_case);
    if (!case_load(path, &app->value, err)) return err_prefix(err, "The sample client");
    snprintf(app->case_dir, sizeof app->case_dir, "%s", dirname(path));
    return app_apply_sets(app, args, err) && studio_run(desc, err);
}

/* From a desktop's icon nobody reads what is written: the sentence is for the window. */
static bool is_read_in_window(const StudioDesc *desc) {
    return platform_display_present() && !isatty(STDERR_FILENO) && !desc->replay && !desc->monkey_events;
}

static bool open_studio(App *app, const CliArgs *args, Err *err) {
    StudioDesc desc = {.value = &app->value,
                       .case_dir = app->case_dir,
                       .fullscreen = cli_has(args, "fullscreen"),
                       .replay = cli_get(args, "replay"),
                       .shots = cli_get(args, "shots")};
    int seed = 0;
    app->wrong_use = true;
    if (!cli_get_size(args, "size", &desc.width, &desc.height, err) ||
        !cli_get_int(args, "exit-after-frames", 1, 100000, &desc.exit_after_frames, err) ||
        !cli_get_int(args, "monkey", 1, 100000000, &desc.monkey_events, err) ||
        !cli_get_int(args, "seed", 0, 1 << 30, &seed, err))
        return false;
    desc.monkey_seed = (uint64_t)seed;
    if (desc.replay && desc.monkey_events) return err_set(err, "--replay and --monkey exclude each other");
    app->wrong_use = false;
    if (args->plain_count) {
        desc.case_path = args->plain[0];
        if (app_load_case(app, args, err)) return studio_run(&desc, err);
        if (!is_read_in_window(&desc)) return false;
        desc.case_path = NULL;
        char said[sizeof err->text];
        memcpy(said, err->text, sizeof said);
        desc.say = said;
        return open_sample(app, args, &desc, err);
    }
    return open_sample(app, args, &desc, err);
}

static int run_studio(const CliArgs *args) {
    App app = {0};
    Err err = {0};
    int code = open_studio(&app, args, &err) ? CLI_OK : app_fail(&app, args, &err);
    app_close(&app);
    return code;
}

static const CliOption studio_options[] = {
    {.name = "size", .value = "WxH", .help = N_("size of the window in pixels; default 1280x800")},
    {.name = "fullscreen", .help = N_("fill the screen")},
    {.name = "exit-after-frames",
     .value = "N",
     .help = N_("close once N pauses at rest have passed: for measuring")},
    {.name = "replay",
     .value = "FILE",
     .help = N_("play named commands without a window; see docs/replay.md")},
    {.name = "shots",
     .value = "FOLDER",
     .help = N_("where a replay's screenshots go; default the current folder")},
    {.name = "monkey", .value = "N", .help = N_("so many random events without a window")},
    {.name = "seed", .value = "N", .help = N_("of the monkey; default 0")},
    APP_SET_OPTION,
    {0},
};

const CliCommand command_studio = {
    .name = "studio",
    .usage = "[CASE.json] [options]",
    .summary = N_("the window: look, change, compare, save; without a case, the sample client"),
    .example = "  stipple me.json\n  stipple studio me.json --fullscreen\n",
    .options = studio_options,
    .plain_max = 1,
    .plain_name = N_("one case file (CASE.json)"),
    .sets_options = true,
    .run = run_studio,
};
