/* headscan - the parametric head laid onto a client's own 3D scan.
 *
 * Finds where the head is in the scan (from pins, or by itself when the scan stands upright, y or z up,
 * whichever way it faces), its unit of length, and the most plausible shape: modes, residual and ears
 * together by regularised closest points, robust against hair, shoulders, holes and what is not a head, and
 * by the face's features and the ears, which are found in pictures of the scan (scanfeatures.h).
 *
 * What it does NOT do: read files (mesh.h), take over colours (skin).
 * Promises: repeatable. Cost: about three seconds, a multiple where the head lies far off at first.
 * Threads: any; uses OpenMP inside the head model only.
 */
#pragma once
#include "../engine/mesh.h"
#include "../engine/progress.h"
#include "headmodel.h"

typedef struct HeadScanPins {
    bool given[LM_COUNT];
    float pos[LM_COUNT][3]; /* in the scan's own units and axes */
} HeadScanPins;

typedef struct HeadScanFit {
    HeadShape shape;
    float scale, rotation[3][3], translation_mm[3]; /* head_mm = scale * rotation * scan + translation */
    bool size_known;         /* false: no usual unit gives a head; the size is the most plausible one */
    float median_mm, p95_mm; /* scan against head, face and skull above the chin */
    float scalp_median_mm, scalp_p95_mm; /* 15 mm above the plane of tragia and glabella */
    bool has_face, has_ear[2];           /* right, left: found in the scan, in the end */
    float features_mm, ears_mm;          /* the head's from those found, root mean square; 0: none found */
} HeadScanFit;

/* `texture` and `pins` may be NULL; three or more pins fix the start and the scale. False when no head is
 * found. */
bool head_fit_scan(const HeadModel *model, const Mesh *scan, const Image *texture, const HeadScanPins *pins,
                   Progress *progress, Arena *scratch, HeadScanFit *out, Err *err);
void head_from_scan(const HeadScanFit *fit, const float scan[3], float head_mm[3]);
void head_to_scan(const HeadScanFit *fit, const float head_mm[3], float scan[3]);
