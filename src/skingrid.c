#include "skingrid.h"
#include <math.h>
#include <string.h>

bool skingrid_create(const SkinSurface *s, float cell_mm, int channels, Arena *arena, SkinGrid *out) {
    ASSERT(channels >= 1 && channels <= SKINGRID_CHANNELS);
    float low[3] = {1e9f, 1e9f, 1e9f}, high[3] = {-1e9f, -1e9f, -1e9f};
    for (uint32_t i = 0; i < s->node_count; i++) {
        for (int c = 0; c < 3; c++) {
            low[c] = fminf(low[c], s->pos[i][c]);
            high[c] = fmaxf(high[c], s->pos[i][c]);
        }
    }
    size_t count = 1;
    out->cell_mm = cell_mm;
    out->channels = channels;
    for (int c = 0; c < 3; c++) {
        out->origin[c] = low[c] - cell_mm;
        out->size[c] = (int)((high[c] - low[c]) / cell_mm) + 4;
        count *= (size_t)out->size[c];
    }
    out->sum = ARENA_ARRAY(arena, float, count *(size_t)(channels + 1));
    return out->sum != NULL;
}

static void taps(const SkinGrid *g, const float p[3], size_t at[8], float share[8]) {
    int i[3];
    float f[3];
    for (int c = 0; c < 3; c++) {
        float x = (p[c] - g->origin[c]) / g->cell_mm;
        i[c] = (int)x;
        f[c] = x - (float)i[c];
    }
    for (int k = 0; k < 8; k++) {
        int d[3] = {k & 1, (k >> 1) & 1, k >> 2};
        share[k] = (d[0] ? f[0] : 1 - f[0]) * (d[1] ? f[1] : 1 - f[1]) * (d[2] ? f[2] : 1 - f[2]);
        at[k] = ((size_t)(i[2] + d[2]) * (size_t)g->size[1] + (size_t)(i[1] + d[1])) * (size_t)g->size[0] +
                (size_t)(i[0] + d[0]);
        at[k] *= (size_t)(g->channels + 1);
    }
}

void skingrid_splat(SkinGrid *grid, const SkinSurface *surface, const float *field, const float *weight) {
    int channels = grid->channels;
    for (uint32_t i = 0; i < surface->node_count; i++) {
        if (weight[i] <= 0) continue;
        size_t at[8];
        float share[8];
        taps(grid, surface->pos[i], at, share);
        for (int k = 0; k < 8; k++) {
            float *cell = grid->sum + at[k], w = share[k] * weight[i];
            for (int c = 0; c < channels; c++) cell[c] += w * field[(size_t)i * (size_t)channels + (size_t)c];
            cell[channels] += w;
        }
    }
}

void skingrid_sample(const SkinGrid *grid, const float pos_mm[3], float *out) {
    size_t at[8];
    float share[8];
    taps(grid, pos_mm, at, share);
    for (int c = 0; c <= grid->channels; c++) out[c] = 0;
    for (int k = 0; k < 8; k++) {
        for (int c = 0; c <= grid->channels; c++) out[c] += share[k] * grid->sum[at[k] + (size_t)c];
    }
}

/* One 1-2-1 pass over `count` runs of `width` floats, `stride` apart. */
static void blur_line(const float *from, float *to, int count, size_t stride, int width) {
    for (int i = 0; i < count; i++) {
        const float *own = from + (size_t)i * stride;
        float *result = to + (size_t)i * stride;
        for (int c = 0; c < width; c++) {
            float before = i > 0 ? own[c - (ptrdiff_t)stride] : 0,
                  after = i < count - 1 ? own[(size_t)c + stride] : 0;
            result[c] = 0.25f * before + 0.5f * own[c] + 0.25f * after;
        }
    }
}

bool skingrid_blur(SkinGrid *grid, int passes, Arena *scratch) {
    size_t mark = arena_mark(scratch), width = (size_t)(grid->channels + 1);
    size_t row = (size_t)grid->size[0] * width, slice = row * (size_t)grid->size[1],
           count = slice * (size_t)grid->size[2];
    float *other = ARENA_ARRAY(scratch, float, count);
    if (!other) return false;
    float *from = grid->sum, *to = other;
    for (int pass = 0; pass < 3 * passes; pass++) {
        int axis = pass % 3;
        int outer = axis == 2 ? grid->size[1] : grid->size[2], inner = axis == 0 ? grid->size[1] : 1;
#pragma omp parallel for schedule(static)
        for (int a = 0; a < outer; a++) {
            for (int b = 0; b < inner; b++) {
                size_t at = axis == 2 ? (size_t)a * row : (size_t)a * slice + (size_t)b * row;
                if (axis == 0) blur_line(from + at, to + at, grid->size[0], width, (int)width);
                if (axis == 1) blur_line(from + at, to + at, grid->size[1], row, (int)row);
                if (axis == 2) blur_line(from + at, to + at, grid->size[2], slice, (int)row);
            }
        }
        float *swap = from;
        from = to;
        to = swap;
    }
    if (from != grid->sum) memcpy(grid->sum, from, count * sizeof *from);
    arena_rewind(scratch, mark);
    return true;
}

bool skingrid_smooth(const SkinSurface *surface, float *field, int channels, const float *weight,
                     float sigma_mm, Arena *scratch) {
    size_t mark = arena_mark(scratch);
    SkinGrid grid;
    float *share = ARENA_ARRAY(scratch, float, surface->node_count);
    bool ok = share && skingrid_create(surface, sigma_mm / 1.5f, channels, scratch, &grid);
    if (ok) {
        for (uint32_t i = 0; i < surface->node_count; i++)
            share[i] = surface->area[i] * (weight ? weight[i] : 1);
        skingrid_splat(&grid, surface, field, share);
        /* Spreading and sampling have added a third of a cell^2; four passes make 1.5 cells. */
        ok = skingrid_blur(&grid, 4, scratch);
    }
    for (uint32_t i = 0; ok && i < surface->node_count; i++) {
        float sum[SKINGRID_CHANNELS + 1];
        skingrid_sample(&grid, surface->pos[i], sum);
        if (sum[channels] < 1e-6f) continue;
        for (int c = 0; c < channels; c++)
            field[(size_t)i * (size_t)channels + (size_t)c] = sum[c] / sum[channels];
    }
    arena_rewind(scratch, mark);
    return ok;
}
