/* benchsliders - what one move of a slider costs until the next frame can be drawn.
 *
 * Of each family of settings one slider is moved a few steps over a head with marks, pigment and hair; the
 * quickest move counts: its time by the clock, and the CPU time of all threads together, of the model
 * (scene_update) and of handing to the graphics driver what changed (view_sync). Long hair stands for itself:
 * its own case.
 */
#pragma once
#include "view.h"

enum { BENCH_SLIDERS = 18 };
typedef struct BenchSlider {
    const char *name;                    /* of the family, a JSON key */
    double wall_ms, model_ms, upload_ms; /* by the clock, both; CPU time of each */
} BenchSlider;

/* `view` shows other scenes afterwards. */
bool benchsliders_measure(View *view, BenchSlider out[BENCH_SLIDERS], Err *err);
