/* kioskcommand - `stipple kiosk`: a supervisor that runs one visit per child process.
 *
 * The child holds all that a visitor entered; when the visit ends it is gone with its memory. A child that
 * crashes or falls silent is replaced within two seconds by a fresh attract loop. systemd is told by
 * sd_notify's protocol when NOTIFY_SOCKET is set. SIGTERM ends child and supervisor; nothing else does,
 * except the staff's PIN.
 */
#include "../engine/progress.h"
#include "commands.h"
#include "kiosk.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    EXIT_STAFF = 3,     /* the child's code when the PIN was right */
    SILENCE_MS = 20000, /* without a heartbeat the child is hung; its first may take this long, too */
    RESTART_MS = 500,
    RESTART_LATER_MS = 5000,
    CRASHES_IN_A_ROW = 5 /* after so many the next one waits longer */
};

static void notify(const char *state) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path || strlen(path) >= sizeof address.sun_path) return;
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (address.sun_path[0] == '@') address.sun_path[0] = 0; /* abstract name */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (sendto(fd, state, strlen(state), 0, (struct sockaddr *)&address, size) < 0)
        log_message(LOG_DEBUG, "systemd does not listen: %s", strerror(errno));
    close(fd);
}

/* No core dump and no debugger may hold a visitor's data. */
static void seal_process(void) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

static int run_child(const KioskDesc *desc) {
    Err err = {0};
    KioskEnd end = KIOSK_VISIT_OVER;
    seal_process();
    if (!kiosk_visit(desc, &end, &err)) return cli_say(CLI_FAILED, &err);
    return end == KIOSK_STAFF_EXIT ? EXIT_STAFF : CLI_OK;
}

static void wait_ms(int ms) {
    struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&time, NULL);
}

/* Until the child ends or falls silent (then it is killed). Returns its wait status. */
static int watch_child(pid_t child, int heartbeat) {
    int status = 0;
    for (;;) {
        struct pollfd item = {.fd = heartbeat, .events = POLLIN};
        int ready = poll(&item, 1, SILENCE_MS);
        if (progress_interrupted()) kill(child, SIGTERM);
        char bytes[64];
        if (ready < 0 && errno == EINTR) continue;
        if (ready > 0 && read(heartbeat, bytes, sizeof bytes) > 0) {
            notify("WATCHDOG=1");
            continue;
        }
        if (ready == 0) kill(child, SIGKILL);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        return status;
    }
}

static pid_t start_child(KioskDesc *desc, int *heartbeat, Err *err) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return err_set(err, "Cannot start a visit: %s", strerror(errno)), -1;
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        desc->heartbeat_fd = ends[1];
        _exit(run_child(desc));
    }
    close(ends[1]);
    *heartbeat = ends[0];
    if (child < 0) {
        close(ends[0]);
        err_set(err, "Cannot start a visit: %s", strerror(errno));
    }
    return child;
}

static bool supervise(KioskDesc *desc, Err *err) {
    int crashes = 0;
    notify("READY=1");
    while (!progress_interrupted()) {
        int heartbeat;
        pid_t child = start_child(desc, &heartbeat, err);
        if (child < 0) return false;
        int status = watch_child(child, heartbeat);
        close(heartbeat);
        if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_STAFF) return true;
        bool crashed = !WIFEXITED(status) || WEXITSTATUS(status) != CLI_OK;
        crashes = crashed ? crashes + 1 : 0;
        if (crashed && !progress_interrupted()) {
            log_message(LOG_WARNING, "a visit ended early; starting a new one");
            wait_ms(crashes < CRASHES_IN_A_ROW ? RESTART_MS : RESTART_LATER_MS);
        }
    }
    notify("STOPPING=1");
    return true;
}

static bool run(const CliArgs *args, bool *wrong_use, Err *err) {
    static KioskConfig config;
    KioskDesc desc = {.config = &config, .heartbeat_fd = -1, .width = 1280, .height = 720};
    *wrong_use = true;
    desc.window = cli_has(args, "window");
    if (!cli_get_size(args, "window", &desc.width, &desc.height, err)) return false;
    *wrong_use = false;
    kiosk_config_defaults(&config);
    const char *path = cli_get(args, "config");
    if (path && !kiosk_config_load(path, &config, err)) return false;
    if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
        return err_set(err, "There is no display for the kiosk");
    return supervise(&desc, err);
}

static int run_kiosk(const CliArgs *args) {
    Err err = {0};
    bool wrong_use = false;
    if (run(args, &wrong_use, &err)) return CLI_OK;
    return wrong_use ? cli_say_usage(args, &err) : cli_say(CLI_FAILED, &err);
}

static const CliOption kiosk_options[] = {
    {.name = "config",
     .value = "FILE.json",
     .help = "clinic, idle_s, countdown_s, price_low, price_high, touch_up_low_years, touch_up_high_years, "
             "pin_hash "
             "(made by: openssl passwd -6)"},
    {.name = "window",
     .value = "WxH",
     .help = "an ordinary window instead of the whole screen: for trying it out"},
    {0},
};

const CliCommand command_kiosk = {
    .name = "kiosk",
    .usage = "[--config FILE.json]",
    .summary = "a lobby screen: stories, a visit in six steps, nothing kept",
    .example =
        "  stipple kiosk --config clinic.json\n"
        "  Staff leave by seven quick taps in the upper left corner and the PIN; SIGTERM works always.\n",
    .options = kiosk_options,
    .plain_name = "options",
    .run = run_kiosk,
};
