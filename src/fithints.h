/* fithints - what is wrong with a photo before anything is fitted to it, in words a practitioner can act on.
 *
 * Looks at a photo shrunk to FIT_WORK_PX: too small, blurred, no face where one is due, a face where none is,
 * a tilted head. Hints only: the fit decides for itself. Cost: about 0.2 s. Threads: as vision.h, not beside
 * a fit.
 */
#pragma once
#include "fit.h"

typedef enum FitHint {
    FIT_HINT_SMALL,
    FIT_HINT_BLURRED,
    FIT_HINT_NO_FACE,
    FIT_HINT_FACE, /* from the front, in a photo that should show another side */
    FIT_HINT_TILTED,
    FIT_HINT_COUNT
} FitHint;

typedef struct FitHints {
    bool given[FIT_HINT_COUNT];
    bool has_face;
    float eyes_px;   /* between the eyes, in the photo as it is; 0 without a face */
    float tilt_deg;  /* of the eye line; positive: the person's left eye is lower */
    float sharpness; /* of the face or the middle: 0 a blur .. 1 crisp; below FIT_SHARP_MIN it is a hint */
} FitHints;
#define FIT_SHARP_MIN 0.3f

/* `image` is shrunk to at most FIT_WORK_PX a side by `scale`. False: memory, or no face finder. */
bool fithints_find(const Image *image, float scale, PhotoSlot slot, Arena *scratch, FitHints *out, Err *err);
/* One sentence for each hint, to be shown through _(). */
const char *fithints_words(FitHint hint);
