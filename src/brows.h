/* brows - hairs over the brows that the skin's picture shows.
 *
 * The atlas is too coarse down the face to hold the hairs of a brow: what a photo or a synthetic skin put
 * there is a dark patch. Hairs are placed where that patch is dark, and as many lighter gaps between them, so
 * that the brow gains hairs and keeps its darkness, shape and place. No patch, no hairs. Threads: pure.
 */
#pragma once
#include "eyes.h"

enum { BROW_HAIRS = 640, BROW_SEGMENTS = 3, BROW_VERTICES = 2 * BROW_HAIRS * BROW_SEGMENTS * 6 };
/* Both brows, triangles; returns the number of vertices, 0 without a parametric head or an albedo. */
uint32_t brows_build(const HeadModel *model, const HeadShape *shape, const Image *albedo,
                     LashVertex out[BROW_VERTICES]);
