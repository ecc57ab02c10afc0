/* scanpicture - pictures of a scan, drawn by ray casts: what the finders of faces and ears look at.
 *
 * Drawn in the scan's own colours where it has them and they are asked for, else in grey, under one light
 * from above the camera with hollows in shade. Holes and surfaces seen from behind are black. Not for
 * people's eyes. Threads: read-only but for the picture; rows run under OpenMP with results that do not
 * depend on their number.
 */
#pragma once
#include "../engine/rays.h"
#include "fitsystem.h"
#include "headscan.h"

typedef struct ScanScene {
    const Mesh *mesh; /* in its own units; nrm is set */
    const Image *texture;
    const Rays *rays;       /* of mesh */
    const HeadScanFit *fit; /* how the scan lies in head space */
} ScanScene;

/* Does the scan carry colours at all? */
bool scanpicture_has_colours(const Mesh *scan, const Image *texture);
/* Linear colour at a hit of a scan that has colours. */
void scanpicture_colour(const Mesh *scan, const Image *texture, const RayHit *hit, float linear[3]);
/* Unit outward normal of a triangle. */
void scanpicture_normal(const Mesh *scan, uint32_t triangle, float normal[3]);

/* The image is allocated; the camera is in head space. */
void scanpicture_draw(const ScanScene *scene, const FitCamera *camera, bool coloured, Image *image);
/* Where the scan lies under a pixel, in head space; false: nothing of its outside is there. */
bool scanpicture_at(const ScanScene *scene, const FitCamera *camera, const float px[2], float head_mm[3]);
