/* skingrid - node fields as cells in space: cheap wide blurs, and averages to fill from, across all charts.
 *
 * Each node spreads its value trilinearly over eight cells; sampling reads eight back. Deterministic:
 * spreading runs in node order.
 */
#pragma once
#include "skinsurface.h"

enum { SKINGRID_CHANNELS = 8 };

typedef struct SkinGrid {
    float cell_mm, origin[3];
    int size[3], channels;
    float *sum; /* channels + 1 a cell: values times weight, weight */
} SkinGrid;

bool skingrid_create(const SkinSurface *surface, float cell_mm, int channels, Arena *arena, SkinGrid *out);
void skingrid_splat(SkinGrid *grid, const SkinSurface *surface, const float *field, const float *weight);
/* Binomial blur, `passes` times along each axis: adds passes / 2 cells^2 of variance. */
bool skingrid_blur(SkinGrid *grid, int passes, Arena *scratch);
/* Weighted sums of values, and of weights as the last: out[channels + 1]. */
void skingrid_sample(const SkinGrid *grid, const float pos_mm[3], float *out);

/* Wide blur of a node field in place, a Gaussian of sigma_mm in space, each node weighing its area (times
 * weight[], which may be NULL). Nodes without any weight around keep their values. */
bool skingrid_smooth(const SkinSurface *surface, float *field, int channels, const float *weight,
                     float sigma_mm, Arena *scratch);
