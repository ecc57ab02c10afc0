/* progress - how far a long job is, and whether the user wants it stopped.
 *
 * A job calls progress_step(progress, done, "solving") with done in [0, 1] and stops when it returns false. On a
 * terminal the default sink draws one line with a bar and the time left, from the first second on; in the studio
 * a sink feeds the panel. A NULL progress is allowed and cancels only on Ctrl-C.
 */
#pragma once
#include <stdbool.h>

typedef struct Progress {
    const char *title;                                                   /* "Fitting 5 photos" */
    bool (*sink)(struct Progress *progress, double done, const char *what); /* NULL: the terminal; false cancels */
    void *user;
    double started_s, shown_s, base, span; /* owned by progress.c; span 0 means the whole range */
} Progress;

bool progress_step(Progress *progress, double done, const char *what);
void progress_finish(Progress *progress); /* clears the line */
/* A part of a job: its 0..1 maps to [from, to] of the parent. */
Progress progress_part(Progress *parent, double from, double to);

/* Ctrl-C and SIGTERM set a flag that every progress_step sees; the second Ctrl-C ends the process at once, after
 * removing partial files. SIGPIPE and SIGXFSZ are ignored, so that the failing write reports them. */
void progress_catch_signals(void);
bool progress_interrupted(void);
