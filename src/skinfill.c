#include "skinfill.h"
#include "../engine/rng.h"
#include "skingrid.h"
#include <math.h>
#include <string.h>

const float skinfill_wavelength_mm[SKINFILL_OCTAVES] = {0.8f, 1.8f, 4.0f, 9.0f};

enum { NOISE_SIDE = 32, CELL_LEVELS = 6, FILL_STEPS = 16, GUTTER_LEVELS = 13 };

/* Colour at a node from the finest level that has enough of it around, coarser ones behind it. */
static void gather(const SkinSurface *s, const SkinGrid *level, float *field, int channels, uint32_t i,
                   float own) {
    float left = 1 - own, result[SKINGRID_CHANNELS] = {0};
    for (int c = 0; c < channels; c++) result[c] = own * field[(size_t)i * (size_t)channels + (size_t)c];
    for (int k = 0; k < CELL_LEVELS && left > 1e-4f; k++) {
        float sum[SKINGRID_CHANNELS + 1];
        skingrid_sample(&level[k], s->pos[i], sum);
        float total = sum[channels];
        if (total < 1e-6f) continue;
        float take = k + 1 < CELL_LEVELS ? left * fminf(1, total) : left;
        for (int c = 0; c < channels; c++) result[c] += take * sum[c] / total;
        left -= take;
    }
    if (left > 0.99f) return;
    for (int c = 0; c < channels; c++)
        field[(size_t)i * (size_t)channels + (size_t)c] = result[c] / (1 - left);
}

bool skinfill_nodes(const SkinSurface *surface, float *field, int channels, const float *weight, float full,
                    Arena *scratch) {
    size_t mark = arena_mark(scratch);
    SkinGrid level[CELL_LEVELS];
    uint8_t *keep = ARENA_ARRAY(scratch, uint8_t, surface->node_count);
    if (!keep) return false;
    float cell_mm = 4;
    for (int k = 0; k < CELL_LEVELS; k++, cell_mm *= 2) {
        if (!skingrid_create(surface, cell_mm, channels, scratch, &level[k])) return false;
        skingrid_splat(&level[k], surface, field, weight);
        if (!skingrid_blur(&level[k], 1, scratch)) return false;
    }
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < surface->node_count; i++) {
        keep[i] = weight[i] >= full;
        if (!keep[i]) gather(surface, level, field, channels, i, fmaxf(0, weight[i]) / full);
    }
    bool ok = skinsurface_smooth(surface, field, channels, FILL_STEPS, keep, scratch);
    arena_rewind(scratch, mark);
    return ok;
}

static const float *noise_lattice(void) {
    static float lattice[NOISE_SIDE * NOISE_SIDE * NOISE_SIDE];
    static bool ready;
    if (__atomic_load_n(&ready, __ATOMIC_ACQUIRE)) return lattice; /* asked for by every texel */
#pragma omp critical(skinfill_lattice)
    if (!ready) {
        for (uint32_t i = 0; i < NOISE_SIDE * NOISE_SIDE * NOISE_SIDE; i++)
            lattice[i] = hash_normal(i, 0x5eedu);
        __atomic_store_n(&ready, true, __ATOMIC_RELEASE);
    }
    return lattice;
}

static float lattice_noise(const float *lattice, float x, float y, float z) {
    float p[3] = {x, y, z}, f[3];
    int a[3], b[3];
    for (int c = 0; c < 3; c++) {
        int i = (int)p[c]; /* floorf would be a call */
        i -= (float)i > p[c];
        float t = p[c] - (float)i;
        f[c] = t * t * (3 - 2 * t);
        a[c] = i & (NOISE_SIDE - 1);
        b[c] = (i + 1) & (NOISE_SIDE - 1);
    }
    const float *z0 = lattice + a[2] * NOISE_SIDE * NOISE_SIDE,
                *z1 = lattice + b[2] * NOISE_SIDE * NOISE_SIDE;
    int y0 = a[1] * NOISE_SIDE, y1 = b[1] * NOISE_SIDE;
    float v00 = z0[y0 + a[0]] + f[0] * (z0[y0 + b[0]] - z0[y0 + a[0]]);
    float v01 = z0[y1 + a[0]] + f[0] * (z0[y1 + b[0]] - z0[y1 + a[0]]);
    float v10 = z1[y0 + a[0]] + f[0] * (z1[y0 + b[0]] - z1[y0 + a[0]]);
    float v11 = z1[y1 + a[0]] + f[0] * (z1[y1 + b[0]] - z1[y1 + a[0]]);
    float v0 = v00 + f[1] * (v01 - v00), v1 = v10 + f[1] * (v11 - v10);
    return v0 + f[2] * (v1 - v0);
}

static float noise_at(const float *lattice, const float p[3], uint32_t salt) {
    /* Two turned lattices hide the grid; the factor (measured) makes the deviation 1. */
    float ox = (float)(salt % 31u) + 0.37f, oy = (float)(salt / 31u % 29u) + 0.71f;
    float first = lattice_noise(lattice, p[0] + ox, p[1] + oy, p[2]);
    float second =
        lattice_noise(lattice, 0.60f * p[0] + 0.64f * p[1] + 0.48f * p[2] + oy,
                      -0.80f * p[0] + 0.48f * p[1] + 0.36f * p[2] - ox, -0.60f * p[1] + 0.80f * p[2] + 11.3f);
    return 1.10f * (first + second);
}

float skinfill_noise(const float p[3], uint32_t salt) {
    return noise_at(noise_lattice(), p, salt);
}

float skinfill_grain(const SkinGrain *grain, const float pos_mm[3], uint32_t salt) {
    const float *lattice = noise_lattice();
    float sum = 0;
    for (int k = 0; k < SKINFILL_OCTAVES; k++) {
        if (grain->deviation[k] <= 0) continue;
        /* A bump and a dip make one wavelength: two lattice steps. */
        float scale = 2 / skinfill_wavelength_mm[k],
              p[3] = {pos_mm[0] * scale, pos_mm[1] * scale, pos_mm[2] * scale};
        sum += grain->deviation[k] * noise_at(lattice, p, salt + (uint32_t)k * 7u);
    }
    return sum;
}

typedef struct GutterLevel {
    int size;
    uint8_t *rgba; /* alpha: 255 covered */
} GutterLevel;

static void gutter_pull(const GutterLevel *fine, GutterLevel *coarse) {
#pragma omp parallel for schedule(static)
    for (int y = 0; y < coarse->size; y++) {
        for (int x = 0; x < coarse->size; x++) {
            int sum[4] = {0};
            for (int k = 0; k < 4; k++) {
                int fx = 2 * x + (k & 1), fy = 2 * y + (k >> 1);
                if (fx >= fine->size || fy >= fine->size) continue;
                const uint8_t *p = fine->rgba + ((size_t)fy * (size_t)fine->size + (size_t)fx) * 4;
                if (!p[3]) continue;
                for (int c = 0; c < 3; c++) sum[c] += p[c];
                sum[3]++;
            }
            uint8_t *to = coarse->rgba + ((size_t)y * (size_t)coarse->size + (size_t)x) * 4;
            for (int c = 0; sum[3] && c < 3; c++) to[c] = (uint8_t)((sum[c] + sum[3] / 2) / sum[3]);
            to[3] = sum[3] ? 255 : 0;
        }
    }
}

static void gutter_push(const GutterLevel *coarse, GutterLevel *fine) {
#pragma omp parallel for schedule(static)
    for (int y = 0; y < fine->size; y++) {
        for (int x = 0; x < fine->size; x++) {
            uint8_t *to = fine->rgba + ((size_t)y * (size_t)fine->size + (size_t)x) * 4;
            if (to[3]) continue;
            memcpy(to, coarse->rgba + ((size_t)(y / 2) * (size_t)coarse->size + (size_t)(x / 2)) * 4, 4);
        }
    }
}

bool skinfill_gutters(Image *image, const uint8_t *cover, Arena *scratch) {
    ASSERT(image->width == image->height);
    size_t mark = arena_mark(scratch), count = (size_t)image->width * (size_t)image->width;
    GutterLevel level[GUTTER_LEVELS + 1] = {{image->width, image->rgba}};
    for (size_t i = 0; i < count; i++) image->rgba[4 * i + 3] = cover[i] ? 255 : 0;
    int top = 0;
    for (; top < GUTTER_LEVELS && level[top].size > 1; top++) {
        int half = (level[top].size + 1) / 2;
        level[top + 1] = (GutterLevel){half, ARENA_ARRAY(scratch, uint8_t, (size_t)half * (size_t)half * 4)};
        if (!level[top + 1].rgba) return false;
        gutter_pull(&level[top], &level[top + 1]);
    }
    for (int k = top; k > 0; k--) gutter_push(&level[k], &level[k - 1]);
    for (size_t i = 0; i < count; i++) image->rgba[4 * i + 3] = 255;
    arena_rewind(scratch, mark);
    return true;
}
