/* skinmask - where a photo shows the head and not what is behind it, from the fitted head and the colours
 * beside it.
 *
 * Deep inside the head's outline is head, well outside is background; in the band between, each pixel goes to
 * whichever of the two has the more likely colour nearby. For photos that come without a silhouette.
 */
#pragma once
#include "../engine/arena.h"
#include <stdbool.h>
#include <stdint.h>

/* depth: nearest depth of the head per pixel of a width x height grid, >= 1e9 where there is none.
 * log_rgb: three log colours a pixel of the same grid. band_px: half the width of the band of doubt. */
bool skinmask_estimate(const float *depth, const float (*log_rgb)[3], int width, int height, float band_px,
                       Arena *scratch, uint8_t *mask);
/* Distance in px to the nearest pixel where inside[] is 0, by two chamfer passes (3-4 metric; 4 % true). */
void skinmask_distance(const uint8_t *inside, int width, int height, float *distance_px);
