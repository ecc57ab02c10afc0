/* kioskcommand - `stipple kiosk`: the supervisor, or, in the process that it starts, one visit. */
#include "../engine/platform.h"
#include "../engine/progress.h"
#include "commands.h"
#include "kiosk.h"
#include "kiosksupervisor.h"

#include <string.h>
#include <unistd.h>

enum { ARGUMENTS = 2 * CLI_MAX_VALUES + 4 };

static bool read_wish(const CliArgs *args, KioskDesc *desc, Err *err) {
    int seed = 0;
    desc->window = cli_has(args, "window");
    desc->replay = cli_get(args, "replay");
    desc->shots = cli_get(args, "shots");
    desc->camera_frames = cli_get(args, "camera-frames");
    if (!cli_get_size(args, "size", &desc->width, &desc->height, err) ||
        !cli_get_int(args, "monkey", 1, 100000000, &desc->monkey_events, err) ||
        !cli_get_int(args, "seed", 0, 1 << 30, &seed, err))
        return false;
    desc->monkey_seed = (uint64_t)seed;
    if (desc->replay && desc->monkey_events) return err_set(err, "--replay and --monkey exclude each other");
    if (cli_has(args, "size") && !desc->window && !desc->replay && !desc->monkey_events)
        return err_set(err, "--size is for --window, --replay and --monkey; the kiosk fills its screen");
    return true;
}

/* ---- a visit ---- */

static int run_visit(KioskDesc *desc) {
    Err err = {0};
    KioskEnd end = KIOSK_VISIT_OVER;
    desc->wait_for_go = desc->control_fd >= 0;
    if (!kiosk_visit(desc, &end, &err)) return cli_say(CLI_FAILED, &err);
    if (end == KIOSK_STAFF_EXIT) return KIOSK_EXIT_STAFF;
    return end == KIOSK_REPLAY_DONE ? KIOSK_EXIT_DONE : CLI_OK;
}

/* ---- the supervisor ---- */

typedef struct Replay {
    bool failed;
} Replay;

static bool replay_goes_on(void *user, int code) {
    Replay *replay = user;
    replay->failed = code == CLI_FAILED || code == CLI_USAGE;
    return !replay->failed && code != KIOSK_EXIT_DONE;
}

static int supervise(const CliArgs *args, const KioskDesc *desc) {
    const char *arguments[ARGUMENTS] = {"stipple", "kiosk"};
    static char option[CLI_MAX_VALUES][48];
    int count = 2;
    Err err = {0};
    Replay replay = {0};
    for (int i = 0; i < args->count; ++i) {
        snprintf(option[i], sizeof option[i], "--%s", args->given[i].option->name);
        arguments[count++] = option[i];
        if (args->given[i].value) arguments[count++] = args->given[i].value;
    }
    SupervisorDesc supervisor = {.arguments = arguments};
    if (desc->replay) {
        supervisor.no_spare = true;
        supervisor.visit_over = replay_goes_on;
        supervisor.user = &replay;
    }
    if (!kiosk_supervise(&supervisor, &err)) return cli_say(CLI_FAILED, &err);
    return replay.failed ? CLI_FAILED : CLI_OK;
}

/* ---- the command ---- */

static int make_pin_hash(void) {
    Err err = {0};
    char pin[64] = "", hash[KIOSK_PIN_HASH];
    if (isatty(STDIN_FILENO)) fputs(_("PIN: "), stderr);
    if (!fgets(pin, sizeof pin, stdin)) return cli_fail(_("No PIN was given"));
    pin[strcspn(pin, "\r\n")] = 0;
    bool ok = kiosk_pin_hash(pin, hash, &err);
    explicit_bzero(pin, sizeof pin);
    if (!ok) return cli_say(CLI_FAILED, &err);
    puts(hash);
    return CLI_OK;
}

static int run_kiosk(const CliArgs *args) {
    static KioskConfig config;
    Err err = {0};
    Arena arena = {0};
    KioskDesc desc = {.config = &config, .control_fd = -1};
    if (cli_has(args, "hash-pin")) return make_pin_hash();
    if (!read_wish(args, &desc, &err)) return cli_say_usage(args, &err);
    if (!arena_create(&arena, &(ArenaDesc){.name = "kiosk texts", .capacity_bytes = 8 << 20}, &err) ||
        !kiosk_config_load(cli_get(args, "config"), &arena, &config, &err))
        return cli_say(CLI_FAILED, &err);
    desc.control_fd = kiosk_visit_begin(&desc.replay_visit);
    if (desc.control_fd >= 0 || desc.monkey_events > 0) return run_visit(&desc);
    if (!desc.replay && !platform_display_present())
        return cli_fail(_("There is no display to open the kiosk on; --replay and --monkey need none"));
    return supervise(args, &desc);
}

static const CliOption kiosk_options[] = {
    {.name = "config",
     .value = "FILE.json",
     .help = N_("texts, prices, timings, PIN, logo, camera; see dist/kiosk.json")},
    {.name = "window", .help = N_("an ordinary window instead of the whole screen: for trying it out")},
    {.name = "size",
     .value = "WxH",
     .help = N_("size in pixels of the window, or of a replay's screen; default 1280x720")},
    {.name = "camera-frames",
     .value = "FOLDER",
     .help = N_("recorded pictures instead of the camera: for trying it out and for tests")},
    {.name = "replay",
     .value = "FILE",
     .help = N_("play named commands without a window; see docs/kiosk.md")},
    {.name = "shots",
     .value = "FOLDER",
     .help = N_("where a replay's screenshots go; default the current folder")},
    {.name = "monkey", .value = "N", .help = N_("so many random events without a window, then a summary")},
    {.name = "seed", .value = "N", .help = N_("of the monkey; default 0")},
    {.name = "hash-pin", .help = N_("read a PIN of 4 to 12 digits and print its hash for the config")},
    {0},
};

const CliCommand command_kiosk = {
    .name = "kiosk",
    .usage = "[--config FILE.json]",
    .summary = N_("a lobby screen: stories, a visit in six steps, nothing kept"),
    .example =
        N_("  stipple kiosk --config /etc/stipple/kiosk.json\n"
           "  stipple kiosk --window --size 540x960 --camera-frames photos/\n"
           "  Staff leave by five quick taps in the upper left corner and the PIN; SIGTERM works always.\n"),
    .options = kiosk_options,
    .plain_name = N_("options"),
    .run = run_kiosk,
};
