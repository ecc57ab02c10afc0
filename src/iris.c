#include "iris.h"
#include <math.h>

enum { ARC_SAMPLES = 7 };
/* The arcs reach from 25 degrees above the eye's line, where lids begin, to 45 below. */
static const float ARC_FROM_RAD = -0.44f, ARC_TO_RAD = 0.79f;
static const float HALF_STEP_PX = 1.5f, WEAKER_SIDE_SHARE = 0.7f;

static float value(const IrisMap *map, float x, float y) {
    const float fx = fminf(fmaxf(x - 0.5f, 0), (float)map->width - 1.001f),
                fy = fminf(fmaxf(y - 0.5f, 0), (float)map->height - 1.001f);
    const int ix = (int)fx, iy = (int)fy;
    const float u = fx - (float)ix, v = fy - (float)iy, *p = map->lum + iy * map->width + ix;
    return (1 - v) * ((1 - u) * p[0] + u * p[1]) + v * ((1 - u) * p[map->width] + u * p[map->width + 1]);
}

/* Mean step outwards across one arc. */
static float arc_step(const IrisMap *map, float x, float y, float radius, float side) {
    float sum = 0;
    for (int k = 0; k < ARC_SAMPLES; k++) {
        const float angle = ARC_FROM_RAD + (ARC_TO_RAD - ARC_FROM_RAD) * (float)k / (ARC_SAMPLES - 1);
        const float dx = side * cosf(angle), dy = sinf(angle);
        sum += value(map, x + (radius + HALF_STEP_PX) * dx, y + (radius + HALF_STEP_PX) * dy) -
               value(map, x + (radius - HALF_STEP_PX) * dx, y + (radius - HALF_STEP_PX) * dy);
    }
    return sum / ARC_SAMPLES;
}

static float circle_strength(const IrisMap *map, float x, float y, float radius) {
    const float right = arc_step(map, x, y, radius, -1), left = arc_step(map, x, y, radius, 1);
    return WEAKER_SIDE_SHARE * fminf(right, left) + (1 - WEAKER_SIDE_SHARE) * 0.5f * (right + left);
}

Iris iris_find(const IrisMap *map, const float near[2], const float reach[2], float radius) {
    Iris best = {{near[0], near[1]}, radius, 0};
    float best_score = 0;
    for (float dy = -2 * reach[1]; dy <= 2 * reach[1]; dy += 1)
        for (float dx = -2 * reach[0]; dx <= 2 * reach[0]; dx += 1)
            for (int k = -2; k <= 2; k++) {
                const float r = radius * (1 + 0.12f * (float)k), x = near[0] + dx, y = near[1] + dy;
                const float strength = circle_strength(map, x, y, r);
                const float score =
                    strength *
                    expf(-0.5f * (dx * dx / (reach[0] * reach[0]) + dy * dy / (reach[1] * reach[1])));
                if (score <= best_score) continue;
                best_score = score;
                best = (Iris){{x, y}, r, strength};
            }
    return best;
}
