/* skinfill - skin where no photo saw any: colour carried over from around it, and grain like that of the seen
 * skin.
 *
 * Colour is pulled up and pushed down a pyramid of cells in space (so it crosses atlas charts), then smoothed
 * along the surface. Grain is solid noise in mm, four octaves whose strengths are measured on seen skin.
 * Threads: results do not depend on the number of threads.
 */
#pragma once
#include "../engine/image.h"
#include "skinsurface.h"

/* Fill field[channels] at nodes with weight 0 from those with more; nodes with full weight (>= full) keep
 * theirs. */
bool skinfill_nodes(const SkinSurface *surface, float *field, int channels, const float *weight, float full,
                    Arena *scratch);

enum { SKINFILL_OCTAVES = 4 };
extern const float skinfill_wavelength_mm[SKINFILL_OCTAVES];
typedef struct SkinGrain {
    float deviation[SKINFILL_OCTAVES]; /* log brightness of each octave */
    float colour[3];                   /* share of it in R, G, B */
} SkinGrain;
/* Solid noise with mean 0 and deviation 1, about one bump per unit of length; 256 units long before it
 * repeats. */
float skinfill_noise(const float p[3], uint32_t salt);
/* Sum of the octaves at a point in mm. */
float skinfill_grain(const SkinGrain *grain, const float pos_mm[3], uint32_t salt);

/* Carry colour from covered texels (cover[i] != 0) into the rest: gutters of the atlas, so that mip levels
 * and bilinear taps at a chart's border see skin. */
bool skinfill_gutters(Image *image, const uint8_t *cover, Arena *scratch);
