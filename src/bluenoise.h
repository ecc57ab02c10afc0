/* bluenoise - progressive blue noise on a smooth surface: every prefix of the points is evenly spaced.
 *
 * Lazy greedy dart throwing. Candidates lie in proportion to area; each waits in a bucket of its last known
 * distance to the nearest accepted point (an upper bound: distances only fall). Buckets are emptied from the
 * widest down, 24 an octave; a candidate whose distance still stands is accepted, else it moves to a narrower
 * bucket, or is dropped once it can never be accepted. Candidates join as the spacing narrows, so that each
 * is looked at about twice. Nearness is in space (chords).
 *
 * What it does NOT do: know what the surface is. Rows and columns need no even spacing; poles on the x axis
 * are fine. Promises: same input, same points; smallest distance >= 0.70 of the hexagonal ideal of the whole
 * set and >= 0.60 at every prefix from 10 % on; the count is met within 1 %. Cost: about 1 us a point.
 * Threads: none of its own.
 */
#pragma once
#include "../engine/arena.h"

typedef struct BluenoiseSurface {
    int rows, cols;           /* nodes; a cell lies between four */
    const float (*pos_mm)[3]; /* [rows * cols] */
    const float *inside;      /* [rows * cols]: points lie where the bilinear value is >= 0 */
    float centre_mm[3];       /* a point inside, from which every surface point is seen once */
} BluenoiseSurface;

typedef struct BluenoiseSample {
    float row, col;  /* place on the grid */
    float pos_mm[3]; /* bilinear */
} BluenoiseSample;

typedef struct BluenoiseSet {
    uint32_t count;
    BluenoiseSample *sample; /* in order: any prefix is blue noise */
    float area_mm2;          /* of the domain, from the grid */
} BluenoiseSet;

bool bluenoise_build(const BluenoiseSurface *surface, float density_per_mm2, uint64_t seed, Arena *arena,
                     Arena *scratch, BluenoiseSet *out, Err *err);
/* Spacing of a hexagonal lattice of that density. */
float bluenoise_hex_mm(float density_per_mm2);
