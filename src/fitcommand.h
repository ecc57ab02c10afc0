/* fitcommand - from photo files to a case: what `stipple fit` and photos dropped on the studio share.
 *
 * Loads the photos, solves head and cameras, and puts shape, cameras and verdicts into a case; everything
 * else in the case stays. Photos are read into the caller's secret arena.
 */
#pragma once
#include "fit.h"

typedef struct FitJob {
    const char *photo_path[CASE_PHOTOS]; /* NULL: the slot stays empty */
    const char *pins_path;               /* PINS.json or NULL */
    float head_circumference_mm;         /* over what the pins say; 0: unknown */
} FitJob;

bool fitjob_run(const HeadModel *model, const FitJob *job, Progress *progress, Arena *arena, Arena *scratch,
                Fit *fit, Err *err);
/* Photos are named relative to `case_path`'s folder when they lie under it, else absolutely. */
bool fitjob_fill_case(const FitJob *job, const Fit *fit, const char *case_path, Case *value, Err *err);
