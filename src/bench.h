/* bench - what performance.md asks for, measured on this machine in one run: `stipple bench`.
 *
 * The floor program and Stipple's frames are drawn in turn, so that both meet the same machine; medians are
 * printed and the ratios are of medians. JSON keys are those of the design. What it does NOT do: judge; the
 * numbers go to stdout.
 */
#pragma once
#include "../engine/log.h"
#include "../engine/progress.h"
#include "benchsliders.h"
#include <stdint.h>

typedef struct BenchDesc {
    int width, height; /* px; 0: 1280 x 720 */
    int dots, hairs;   /* 0: 300,000 and 100,000 */
    int rounds;        /* frames of each kind; 0: 15 */
    const char *only;  /* one part of the measurement; NULL: all */
    bool json;
} BenchDesc;

enum { BENCH_PASSES = 12 };
typedef struct BenchResult {
    BenchDesc desc;
    char renderer[128];
    double floor_ms, dots_ms, dots_million_ms, frame_ms[3]; /* draft, standard, final */
    int pass_count;
    struct {
        const char *name;
        double ms, cpu_ms;  /* until it is drawn; until it is handed to the driver */
    } pass[BENCH_PASSES];   /* of the standard frame */
    double follicles_per_s; /* and second of CPU, all threads together: one core's */
    double blue_noise_quality;
    double render_fps, encode_fps, together_fps; /* 0 where ffmpeg is missing */
    double rss_mib, startup_ms;
    double ui_ms;            /* wall time of the studio's panels in a frame at 1920 x 1080, beyond the head */
    double everything_s;     /* a case with all sessions and several marks, from nothing to ready to draw */
    double everything_cpu_s; /* the same, of all threads together */
    uint32_t everything_dots, everything_hairs; /* that show in it */
    BenchSlider slider[BENCH_SLIDERS];
} BenchResult;

bool bench_run(const BenchDesc *desc, Progress *progress, BenchResult *out, Err *err);
/* To stdout, as a table or JSON. */
void bench_print(const BenchResult *result);
