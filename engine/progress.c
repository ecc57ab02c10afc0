#include "progress.h"
#include "language.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"

/* The clock is for the person who waits; no result depends on it. */
static double clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static volatile sig_atomic_t interrupts;

bool progress_interrupted(void) {
    return interrupts > 0;
}

static void format_time_left(char *text, size_t size, double elapsed_s, double done) {
    if (done < 0.02) {
        snprintf(text, size, "...");
        return;
    }
    const int left_s = (int)(elapsed_s * (1 - done) / done + 0.5);
    if (left_s >= 3600) {
        snprintf(text, size, _("%d h %02d min left"), left_s / 3600, left_s / 60 % 60);
    } else if (left_s >= 60) {
        snprintf(text, size, _("%d min %02d s left"), left_s / 60, left_s % 60);
    } else {
        snprintf(text, size, _("%d s left"), left_s);
    }
}

static void draw_line(Progress *progress, double done, const char *what, double elapsed_s) {
    enum { WIDTH = 28 };
    char bar[WIDTH + 1], left[48];
    const int filled = (int)(done * WIDTH);
    memset(bar, '#', (size_t)filled);
    memset(bar + filled, '-', (size_t)(WIDTH - filled));
    bar[WIDTH] = 0;
    format_time_left(left, sizeof left, elapsed_s, done);
    fprintf(stderr, "\r%s [%s] %3d %%  %s%s%s\033[K",
            progress->title != NULL ? progress->title : _("Working"), bar, (int)(done * 100), left,
            what != NULL ? "  " : "", what != NULL ? _(what) : "");
    fflush(stderr);
}

static void terminal_step(Progress *progress, double done, const char *what) {
    const double now = clock_s();
    if (progress->started_s <= 0) progress->started_s = now;
    /* Nothing for jobs of under a second; then ten lines a second are plenty. */
    if (now - progress->started_s < 1 || now - progress->shown_s < 0.1) return;
    if (!isatty(STDERR_FILENO)) return;
    progress->shown_s = now;
    draw_line(progress, done, what, now - progress->started_s);
}

bool progress_step(Progress *progress, double done, const char *what) {
    if (progress == NULL) return !progress_interrupted();
    done = done < 0 ? 0 : done > 1 ? 1 : done;
    if (progress->sink != NULL) return progress->sink(progress, done, what) && !progress_interrupted();
    terminal_step(progress, done, what);
    return !progress_interrupted();
}

void progress_finish(Progress *progress) {
    if (progress == NULL || progress->shown_s <= 0) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->shown_s = 0;
}

static bool part_step(Progress *part, double done, const char *what) {
    return progress_step(part->user, part->base + part->span * done, what);
}

Progress progress_part(Progress *parent, double from, double to) {
    return (Progress){.sink = part_step, .user = parent, .base = from, .span = to - from};
}

static void on_signal(int number) {
    if (interrupts > 0) {
        file_remove_partials();
        _exit(128 + number);
    }
    interrupts = 1;
}

void progress_catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    /* A pipe that closes and a file size limit are errors of the write that met them. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}
