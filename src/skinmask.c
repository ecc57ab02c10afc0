#include "skinmask.h"
#include <math.h>
#include <string.h>

enum { CELL_PX = 8, STATS = 7 }; /* sum of three colours, of their squares, count */

#define UNLIKE_MOST 5.0f /* a colour that is unlike both tells nothing: some 4 deviations off */

void skinmask_distance(const uint8_t *inside, int width, int height, float *distance_px) {
    const float side = 1, corner = 4.0f / 3;
    for (size_t i = 0; i < (size_t)width * (size_t)height; i++) distance_px[i] = inside[i] ? 1e6f : 0;
    for (int pass = 0; pass < 2; pass++) {
        int step = pass ? -1 : 1;
        for (int j = 0; j < height; j++) {
            int y = pass ? height - 1 - j : j, before = y - step;
            for (int i = 0; i < width; i++) {
                int x = pass ? width - 1 - i : i;
                float *at = &distance_px[(size_t)y * (size_t)width + (size_t)x], best = *at;
                if (x - step >= 0 && x - step < width) best = fminf(best, at[-step] + side);
                if (before >= 0 && before < height) {
                    const float *row = &distance_px[(size_t)before * (size_t)width + (size_t)x];
                    best = fminf(best, row[0] + side);
                    if (x > 0) best = fminf(best, row[-1] + corner);
                    if (x < width - 1) best = fminf(best, row[1] + corner);
                }
                *at = best;
            }
        }
    }
}

/* Sums over a square of cells around each cell, by running sums along rows, then columns. */
static void box_cells(float (*cell)[STATS], float (*other)[STATS], int w, int h, int radius) {
    for (int axis = 0; axis < 2; axis++) {
        int lines = axis ? w : h, length = axis ? h : w;
        size_t stride = axis ? (size_t)w : 1;
        for (int l = 0; l < lines; l++) {
            float(*from)[STATS] = cell + (axis ? (size_t)l : (size_t)l * (size_t)w);
            float(*to)[STATS] = other + (axis ? (size_t)l : (size_t)l * (size_t)w);
            for (int i = 0; i < length; i++) {
                memset(to[(size_t)i * stride], 0, sizeof to[0]);
                for (int k = i - radius < 0 ? 0 : i - radius; k <= i + radius && k < length; k++) {
                    for (int c = 0; c < STATS; c++) to[(size_t)i * stride][c] += from[(size_t)k * stride][c];
                }
            }
        }
        memcpy(cell, other, (size_t)w * (size_t)h * sizeof *cell);
    }
}

static void gather(const float (*log_rgb)[3], const uint8_t *sure, int width, int height, int w,
                   float (*cell)[STATS]) {
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            size_t at = (size_t)y * (size_t)width + (size_t)x;
            if (!sure[at]) continue;
            float *sum = cell[(size_t)(y / CELL_PX) * (size_t)w + (size_t)(x / CELL_PX)];
            for (int c = 0; c < 3; c++) {
                sum[c] += log_rgb[at][c];
                sum[3 + c] += log_rgb[at][c] * log_rgb[at][c];
            }
            sum[6] += 1;
        }
    }
}

/* Minus log likelihood of a colour among the neighbours gathered in a cell; large when there are none. */
static float unlike(const float cell[STATS], const float rgb[3]) {
    if (cell[6] < 12) return UNLIKE_MOST;
    float sum = 0;
    for (int c = 0; c < 3; c++) {
        float mean = cell[c] / cell[6], variance = fmaxf(0, cell[3 + c] / cell[6] - mean * mean) + 0.004f;
        sum += (rgb[c] - mean) * (rgb[c] - mean) / variance + logf(variance);
    }
    return fminf(sum, UNLIKE_MOST);
}

bool skinmask_estimate(const float *depth, const float (*log_rgb)[3], int width, int height, float band_px,
                       Arena *scratch, uint8_t *mask) {
    size_t mark = arena_mark(scratch), count = (size_t)width * (size_t)height;
    int w = (width + CELL_PX - 1) / CELL_PX, h = (height + CELL_PX - 1) / CELL_PX;
    int radius = 1 + (int)(2.5f * band_px / CELL_PX);
    uint8_t *cover = ARENA_ARRAY(scratch, uint8_t, count), *sure = ARENA_ARRAY(scratch, uint8_t, count);
    float *inside = ARENA_ARRAY(scratch, float, count), *outside = ARENA_ARRAY(scratch, float, count);
    float(*cell[3])[STATS];
    for (int k = 0; k < 3; k++)
        cell[k] = arena_push_array(scratch, sizeof(float[STATS]), (size_t)w * (size_t)h);
    if (!cover || !sure || !inside || !outside || !cell[0] || !cell[1] || !cell[2]) return false;
    for (size_t i = 0; i < count; i++) cover[i] = depth[i] < 1e9f;
    skinmask_distance(cover, width, height, inside);
    for (size_t i = 0; i < count; i++) cover[i] = !cover[i];
    skinmask_distance(cover, width, height, outside);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < count; i++) sure[i] = (side ? outside : inside)[i] > band_px;
        gather(log_rgb, sure, width, height, w, cell[side]);
        box_cells(cell[side], cell[2], w, h, radius);
    }
    for (size_t i = 0; i < count; i++) {
        mask[i] = inside[i] > 0;
        if (inside[i] > band_px || outside[i] > band_px) continue;
        size_t at = (i / (size_t)width) / CELL_PX * (size_t)w + (i % (size_t)width) / CELL_PX;
        /* The fit is more often right than not, the more so the deeper. */
        float lean = 1.5f + 5 * (inside[i] + outside[i]) / band_px;
        if (inside[i] > 0) lean = -lean;
        mask[i] = unlike(cell[0][at], log_rgb[i]) + lean < unlike(cell[1][at], log_rgb[i]);
    }
    arena_rewind(scratch, mark);
    return true;
}
