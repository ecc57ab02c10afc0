/* scanfeatures - where a scan shows the face's features and the ears.
 *
 * The scan is photographed in memory from the front and both sides as the head lies on it at the moment, and
 * the finders that read clients' photos (landmarks, fitface, fitear) read these pictures; what they find is
 * carried back onto the scan's surface. Private to headscan.
 */
#pragma once
#include "fitsolve.h"
#include "scanpicture.h"

/* One feature: a blend of two sites of the head, and where the scan has it. */
typedef struct ScanFeature {
    int site[2];       /* FitSite, or landmarks before LM_VERTEX */
    float share;       /* of site[0] */
    float pos[3];      /* in the scan's own units and axes */
    float axis[3][3];  /* unit directions in head space along which the place is known */
    float sigma_mm[3]; /* along each; 0: not known along it */
} ScanFeature;

enum { SCAN_FEATURES_MAX = 3 * FIT_POINTS_MAX };

typedef struct ScanFeatures {
    ScanFeature feature[SCAN_FEATURES_MAX];
    int count;
    FaceLines face;            /* of the front picture */
    bool has_face, whole_face; /* its layout was found in the first look; all of its lines in the last */
    bool has_ear[2];           /* right, left */
} ScanFeatures;

typedef enum ScanLook {
    SCAN_LOOK_NOT,
    SCAN_LOOK_FIRST, /* the whole face, near where the head has it */
    SCAN_LOOK_AGAIN, /* its lines about where the head has them, and the ears */
} ScanLook;

/* Replaces the features by what is seen from where the head lies now. False: memory only. */
bool scanfeatures_find(const ScanScene *scene, const FitBasis *basis, ScanLook look, Arena *scratch,
                       ScanFeatures *features, Err *err);
/* How far what the scan shows about the eyes lies from the head, mm in the mean. False: memory only. */
bool scanfeatures_eyes_gap(const ScanScene *scene, const FitBasis *basis, Arena *scratch, float *gap_mm,
                           Err *err);
