/* headscan - the parametric head laid onto a client's own 3D scan.
 *
 * Finds where the head is in the scan (from pins, or by itself when the scan stands upright, y or z up,
 * whichever way it faces), its unit of length, and the most plausible shape: modes, residual and ears
 * together by regularised closest points, robust against hair, shoulders, holes and what is not a head.
 *
 * What it does NOT do: read files (mesh.h), take over colours (skin).
 * Promises: repeatable. Cost: one to two seconds, half as much again where the head lies far off at first.
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
} HeadScanFit;

/* `pins` may be NULL; three or more of them fix the start and the scale. False when no head is found. */
bool head_fit_scan(const HeadModel *model, const Mesh *scan, const HeadScanPins *pins, Progress *progress,
                   Arena *scratch, HeadScanFit *out, Err *err);
void head_from_scan(const HeadScanFit *fit, const float scan[3], float head_mm[3]);
