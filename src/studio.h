/* studio - the window in which a practitioner and a client look at a head together.
 *
 * Draws on demand: nothing is rendered while nothing changes. While the head moves or a slider is held the
 * picture is a draft, at fewer pixels if the machine is slow; at rest it is the standard picture at full
 * size. The head is drawn into a picture of its own, so that the panels may change over it without it being
 * drawn again.
 */
#pragma once
#include "casefile.h"

typedef struct StudioDesc {
    const char *case_path; /* NULL: the sample client */
    int width, height;     /* px of the window; 0: 1280 x 800 */
    bool fullscreen;
    int exit_after_frames; /* for measuring start-up: leave after so many pauses at rest; 0: when closed */
    const char *replay;    /* play this file without a window (studioreplay.c says its commands); NULL: no */
    const char *shots;     /* where its screenshots go; NULL: the current folder */
    int monkey_events;     /* so many random events without a window */
    uint64_t monkey_seed;
    int widget_rounds;  /* without a window: draw so many frames with the panels and without, in turn ... */
    double *widgets_ms; /* ... for the median wall time of the panels in a frame; NULL: no */
    const char *say;    /* what went wrong before the window opened; NULL */
    const Case *value;  /* the case, --set applied */
    const char *case_dir;
} StudioDesc;

bool studio_run(const StudioDesc *desc, Err *err);
