/* fitoutline - the model's own silhouette in a camera, and its partners on a photo's outline. Private to the
 * fit. */
#pragma once
#include "fitsystem.h"
#include "silhouette.h"

typedef struct FitOutlinePoint {
    uint32_t edge[2]; /* the mesh edge on which the surface turns away from the camera */
    float along;      /* 0 at edge[0] .. 1 at edge[1] */
    float pos[3];     /* mm */
    float px[2], normal[2];
    float depth_mm;
    float share;       /* down-weights where points crowd: about 1 a 2 mm */
    uint8_t neck, ear; /* neck: as in FitBasis */
    int partner;       /* index in the photo's outline, -1: none */
    float gap_px;      /* signed, along the photo's normal: photo minus model */
} FitOutlinePoint;

typedef struct FitOutline {
    FitOutlinePoint *point;
    int count, capacity;
} FitOutline;

enum { FIT_OUTLINE_MAX = 3000 };
/* out->point holds FIT_OUTLINE_MAX. `cell_px`: resolution of the visibility test. */
void fitoutline_build(const FitBasis *basis, const FitCamera *camera, int width, int height, Arena *scratch,
                      FitOutline *out);
/* Nearest point of the photo's outline within radius_px whose normal agrees; returns how many found one. */
int fitoutline_match(FitOutline *outline, const Silhouette *silhouette, float radius_px);
