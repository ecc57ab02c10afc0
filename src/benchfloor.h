/* benchfloor - the floor program of performance.md, drawn beside Stipple so that ratios hold on any machine.
 *
 * 300,000 dots (or as many as asked) 2-4 px wide on a head-sized sphere of 50,000 triangles lit per pixel:
 * points sorted along a space-filling curve, discs from gl_PointCoord multiplied into RGBA8, clusters of 256
 * that face away skipped, then a read-back as BGRA. Nothing of the look: it is what the hardware can do with
 * the fastest way known.
 */
#pragma once
#include "../engine/camera.h"
#include "../engine/gpu.h"

/* Lens of all measured pictures, the same for the floor and for ours. */
enum { BENCH_FOV_DEG = 24 };

typedef struct Floor Floor; /* CONSTRUCTOR floor_create, DESTRUCTOR floor_destroy (NULL is a no-op) */
Floor *floor_create(Gpu *gpu, int width, int height, uint32_t dots, Err *err);
void floor_destroy(Floor *floor);
/* One frame, turned to an azimuth, read back; false when the driver failed. */
bool floor_frame(Floor *floor, double azimuth_deg, Err *err);
