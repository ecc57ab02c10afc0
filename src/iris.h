/* iris - where the iris of an open eye lies, on a small map of log luminance.
 *
 * Daugman's integro-differential operator (IEEE PAMI 15(11), 1993): the circle across which it becomes
 * brighter outwards, here on the arcs towards both corners of the eye only, as lids cover the rest, and both
 * sides must show it. What it does NOT do: tell which eye, or see closed ones (their strength is low).
 * Units: px of the map. Threads: no state.
 */
#pragma once

typedef struct IrisMap {
    const float *lum; /* log luminance, row by row */
    int width, height;
} IrisMap;

typedef struct Iris {
    float at[2], radius;
    float strength; /* step of log luminance at its rim; below IRIS_STRENGTH_MIN it is none */
} Iris;
#define IRIS_STRENGTH_MIN 0.38f

/* The best circle of about `radius` near a place. `reach`: how far off it may well lie, sideways and down (a
 * deviation; never more than two). */
Iris iris_find(const IrisMap *map, const float near[2], const float reach[2], float radius);
