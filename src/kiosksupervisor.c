#include "kiosksupervisor.h"
#include "../engine/language.h"

#include "../engine/progress.h"
#include "kiosk.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SILENCE_MS = 20000,  /* a visit that shows no life this long is hung */
    STARTING_MS = 60000, /* until the first sign: a slow disk, a slow driver */
    STEP_MS = 500,
    CRASHES = 6, /* within CRASH_WINDOW_S: wait CRASH_PAUSE_S between starts */
    CRASH_WINDOW_S = 300,
    CRASH_PAUSE_S = 20
};
static const char visit_variable[] = "STIPPLE_KIOSK_VISIT";

typedef struct Visit {
    pid_t pid; /* 0: none */
    int fd;
    bool shown;
    double asked_s, heard_s; /* told to show itself; last sign of life */
} Visit;

static double clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- systemd ---- */

static void notify(const char *state) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path || strlen(path) >= sizeof address.sun_path) return;
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (address.sun_path[0] == '@') address.sun_path[0] = 0; /* an abstract name */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, size) < 0)
        log_message(LOG_DEBUG, "systemd does not listen: %s", strerror(errno));
    close(fd);
}

/* ---- processes ---- */

static void close_off(void) {
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    signal(SIGQUIT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
}

int kiosk_visit_begin(int *number) {
    const char *text = getenv(visit_variable);
    int fd;
    if (!text || sscanf(text, "%d:%d", &fd, number) != 2) return -1;
    unsetenv(visit_variable);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close_off();
    /* Nobody's shader cache, recent files or thumbnails. */
    setenv("MESA_SHADER_CACHE_DISABLE", "true", 1);
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return -1;
    return fd;
}

static bool start(const SupervisorDesc *desc, Visit *visit, Err *err) {
    static int started;
    int ends[2];
    char number[32];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return err_set(err, "No visit can be started: %s", err_reason(errno));
    snprintf(number, sizeof number, "%d:%d", ends[1], started++);
    setenv(visit_variable, number, 1);
    pid_t pid = fork();
    if (pid == 0) {
        fcntl(ends[1], F_SETFD, 0);
        execv("/proc/self/exe", (char *const *)(uintptr_t)desc->arguments);
        _exit(127);
    }
    int reason = errno;
    unsetenv(visit_variable);
    close(ends[1]);
    *visit = (Visit){.pid = pid, .fd = ends[0], .heard_s = clock_s()};
    if (pid > 0) return true;
    close(ends[0]);
    *visit = (Visit){0};
    return err_set(err, "No visit can be started: %s", err_reason(reason));
}

static int reap(Visit *visit) {
    int status = 0;
    while (waitpid(visit->pid, &status, 0) < 0 && errno == EINTR) {
    }
    close(visit->fd);
    *visit = (Visit){0};
    return status;
}

static void stop(Visit *visit) {
    if (visit->pid <= 0) return;
    kill(visit->pid, SIGKILL);
    reap(visit);
}

/* SIGTERM first: the visit wipes its memory; then, after a second, the kernel does. */
static void ask_to_stop(Visit *visit) {
    if (visit->pid <= 0) return;
    kill(visit->pid, SIGTERM);
    char bytes[64];
    for (double end_s = clock_s() + 1; clock_s() < end_s;) {
        struct pollfd item = {.fd = visit->fd, .events = POLLIN};
        if (poll(&item, 1, 100) > 0 && read(visit->fd, bytes, sizeof bytes) <= 0) break;
    }
    stop(visit);
}

/* ---- one visit at a time ---- */

/* Wrong PINs of all visits together: a new visit is no new chance. */
typedef struct Door {
    int tries;
    double locked_until_s;
} Door;

static void count_wrong_pin(Door *door) {
    if (++door->tries < KIOSK_PIN_TRIES) return;
    *door = (Door){.locked_until_s = clock_s() + KIOSK_PIN_LOCK_S};
    log_message(LOG_WARNING, _("wrong PINs: locked for a minute"));
}

/* True once the visit's process is gone or was ended; its wait status in *status. */
static bool watch(Visit *visit, bool patient, Door *door, bool *ready_told, int *status) {
    char bytes[64];
    struct pollfd item = {.fd = visit->fd, .events = POLLIN};
    int count = poll(&item, 1, STEP_MS);
    /* systemd watches this process, which watches the visits: a slow start or a hung visit is its own affair.
     */
    if (*ready_told) notify("WATCHDOG=1");
    if (count < 0) return false;
    if (count > 0) {
        ssize_t got = read(visit->fd, bytes, sizeof bytes);
        if (got <= 0) {
            *status = reap(visit);
            return true;
        }
        for (ssize_t i = 0; i < got; ++i)
            if (bytes[i] == '!') count_wrong_pin(door);
        visit->heard_s = clock_s();
        if (!visit->shown)
            log_message(LOG_INFO, "the stories are shown after %.2f s", visit->heard_s - visit->asked_s);
        visit->shown = true;
        if (!*ready_told) notify("READY=1");
        *ready_told = true;
        return false;
    }
    int silence_ms = visit->shown && !patient ? SILENCE_MS : STARTING_MS;
    if (1e3 * (clock_s() - visit->heard_s) < silence_ms) return false;
    log_message(LOG_WARNING, _("a visit shows no life: ended"));
    kill(visit->pid, SIGKILL);
    *status = reap(visit);
    return true;
}

typedef struct Crashes {
    double at_s[CRASHES];
    int count;
} Crashes;

/* Many crashes in a short time: something is wrong that a new start does not mend. */
static void pause_after_crashes(Crashes *crashes) {
    double now_s = clock_s();
    crashes->at_s[crashes->count++ % CRASHES] = now_s;
    log_message(LOG_WARNING, _("a visit ended early: the next one takes its place"));
    if (crashes->count < CRASHES || now_s - crashes->at_s[crashes->count % CRASHES] > CRASH_WINDOW_S) return;
    for (double end_s = now_s + CRASH_PAUSE_S; clock_s() < end_s && !progress_interrupted();) {
        poll(NULL, 0, STEP_MS);
        notify("WATCHDOG=1");
    }
}

static bool say_go(Visit *visit, const Door *door) {
    const char word = clock_s() < door->locked_until_s ? 'l' : (char)('0' + door->tries);
    return write(visit->fd, &word, 1) == 1;
}

/* The spare becomes the visit. */
static bool next_visit(const SupervisorDesc *desc, const Door *door, Visit *now, Visit *spare, Err *err) {
    double asked_s = clock_s();
    *now = *spare;
    *spare = (Visit){0};
    if (now->pid > 0 && !say_go(now, door)) stop(now);
    if (now->pid == 0 && (!start(desc, now, err) || !say_go(now, door))) return false;
    now->asked_s = asked_s;
    now->heard_s = clock_s();
    return true;
}

bool kiosk_supervise(const SupervisorDesc *desc, Err *err) {
    Visit now = {0}, spare = {0};
    Crashes crashes = {0};
    Door door = {0};
    bool ready_told = false, ok = true, on = true;
    int unseen = 0; /* visits in a row that ended before they showed anything */
    close_off();
    while (ok && on && !progress_interrupted()) {
        if (now.pid == 0) ok = next_visit(desc, &door, &now, &spare, err);
        if (ok && now.shown && spare.pid == 0 && !desc->no_spare) ok = start(desc, &spare, err);
        int status = 0;
        bool shown = now.shown;
        if (!ok || !watch(&now, desc->no_spare, &door, &ready_told, &status)) continue;
        int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        if (code == KIOSK_EXIT_STAFF) break;
        bool by_itself = code == 0 || code == KIOSK_EXIT_DONE;
        if (desc->visit_over) on = desc->visit_over(desc->user, code);
        unseen = by_itself || shown ? 0 : unseen + 1;
        if (unseen >= CRASHES) /* whoever started this one starts the display too */
            ok = err_set(err, "No visit can show itself: is the display gone?");
        else if (!by_itself && on && !progress_interrupted())
            pause_after_crashes(&crashes);
    }
    notify("STOPPING=1");
    ask_to_stop(&now);
    stop(&spare);
    return ok;
}
