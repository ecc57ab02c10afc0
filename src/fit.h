/* fit - from photos to one head and a camera for each photo.
 *
 * Maximum a posteriori over the shape weights and the cameras of all photos together (Levenberg-Marquardt),
 * from landmarks (found or pinned), silhouette contours, skin that two photos share, and the prior. Says how
 * far to trust it.
 *
 * A front photo without a face and without pins is an error. Any other photo that does not agree with the
 * rest is left out, and its `reason` says so. Focal length: EXIF when present, else unknown within what
 * phones and cameras have. Pins hold within a pixel. Millimetres come from the head circumference when given,
 * else from the prior. Deterministic. Cost: about 1.5 s a photo on two cores, whatever the photo's size; a
 * face that would be good alone is fitted twice.
 */
#pragma once
#include "../engine/progress.h"
#include "casefile.h"

typedef enum FitVerdict { FIT_GOOD, FIT_CHECK, FIT_POOR, FIT_UNUSED } FitVerdict;
extern const char *const fit_verdict_names[];

typedef struct FitPins {
    bool given[CASE_PHOTOS][LM_COUNT];
    float px[CASE_PHOTOS][LM_COUNT][2];
    bool scan_given[LM_COUNT];
    float scan[LM_COUNT][3];
    float head_circumference_mm; /* 0: unknown */
} FitPins;
bool fit_pins_load(const char *path, FitPins *out, Err *err);

typedef struct FitPhoto {
    bool present;
    const char *path;
    Image image;
    ImageInfo info;
    uint8_t *mask; /* head silhouette, filled by the fit; in the fit's arena */
    Camera camera;
    bool landmark_found[LM_COUNT];
    float landmark_px[LM_COUNT][2]; /* landmark_mm as this photo's camera sees them */
    float residual_px, residual_mm;
    FitVerdict verdict;
    char reason[160]; /* one sentence for the practitioner */
} FitPhoto;

typedef struct Fit {
    struct FitState *state; /* evidence kept for fit_refine_pins; in the fit's arena, owned by fit_solve */
    FitPhoto photo[CASE_PHOTOS];
    HeadShape shape;
    /* where the photos show them or the head has them, and in its middle: head_landmarks_centre */
    float landmark_mm[LM_COUNT][3];
} Fit;

/* photo[].present, image, info are inputs. */
bool fit_solve(const HeadModel *model, Fit *fit, const FitPins *pins, Progress *progress, Arena *arena,
               Arena *scratch, Err *err);
/* After fit_solve: the same evidence with other pins, starting from the last answer. 0.11 s of processor time
 * for five photos while a pin is dragged, 0.2 s when one is thrown far away. `pins` replaces all earlier
 * ones, any subset of any photos; they hold within a pixel, or the verdict says that they contradict each
 * other. Changes shape, cameras, landmarks, residuals and verdicts in *fit. Call it for each move of a drag,
 * best on a worker that takes the newest pins when it is free; one call at a time for a Fit, whose arena must
 * live on. `scratch` is another arena than the fit's, rewound by the caller. No state outside *fit: different
 * Fits may run on different threads. */
bool fit_refine_pins(const HeadModel *model, Fit *fit, const FitPins *pins, Arena *scratch, Err *err);
bool fit_report_save(const char *path, const Fit *fit, Err *err); /* FIT.json of the design */
