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
    const FitPins *pins;                 /* when there is no pins_path; or NULL */
    float head_circumference_mm;         /* over what the pins say; 0: unknown */
} FitJob;

bool fitjob_run(const HeadModel *model, const FitJob *job, Progress *progress, Arena *arena, Arena *scratch,
                Fit *fit, Err *err);
/* Photos are named relative to `case_path`'s folder when they lie under it, else absolutely. */
bool fitjob_fill_case(const FitJob *job, const Fit *fit, const char *case_path, Case *value, Err *err);

/* A file's name as a case at `case_path` keeps it (CASE_PATH bytes): relative when it lies under the case's
 * folder. */
bool fit_name_file(const char *path, const char *case_path, char *out, Err *err);
bool fit_save_mesh(const HeadModel *model, const HeadShape *shape, const char *path, Arena *arena, Err *err);
