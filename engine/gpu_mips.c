/* gpu_mips - smaller levels of an sRGB picture, made here where the driver is software: it would first
 * compile programs for them, 0.1 s that a first picture waits for. */
#include "gpu_private.h"
#include "image.h"
#include <string.h>

enum { ENCODE_STEPS = 4095 };

static void make_encoder(uint8_t srgb[ENCODE_STEPS + 1]) {
    for (int i = 0; i <= ENCODE_STEPS; i++)
        srgb[i] = (uint8_t)(255 * linear_to_srgb((float)i / ENCODE_STEPS) + 0.5f);
}

/* Two by two texels become one; the last row or column of an odd size is left out, as GL's own do. */
static void halve(const uint8_t srgb[ENCODE_STEPS + 1], const uint8_t *from, int width, int height,
                  uint8_t *to) {
    const int wide = width > 1 ? width / 2 : 1, high = height > 1 ? height / 2 : 1;
    const size_t right = width > 1 ? 4 : 0, below = height > 1 ? 4 * (size_t)width : 0;
#pragma omp parallel for schedule(static)
    for (int y = 0; y < high; y++) {
        for (int x = 0; x < wide; x++) {
            const uint8_t *p = from + 4 * ((size_t)(2 * y) * (size_t)width + (size_t)(2 * x));
            uint8_t *q = to + 4 * ((size_t)y * (size_t)wide + (size_t)x);
            for (int c = 0; c < 3; c++) {
                const float sum = srgb8_to_linear_table[p[c]] + srgb8_to_linear_table[p[right + (size_t)c]] +
                                  srgb8_to_linear_table[p[below + (size_t)c]] +
                                  srgb8_to_linear_table[p[below + right + (size_t)c]];
                q[c] = srgb[(int)(sum * (0.25f * ENCODE_STEPS) + 0.5f)];
            }
            q[3] = (uint8_t)((p[3] + p[right + 3] + p[below + 3] + p[below + right + 3] + 2) / 4);
        }
    }
}

bool gpu_mips_upload(GLint internal, int width, int height, const uint8_t *rgba) {
    const size_t quarter = (size_t)(width > 1 ? width / 2 : 1) * (size_t)(height > 1 ? height / 2 : 1) * 4;
    uint8_t *level[2] = {malloc(quarter), malloc(quarter)};
    const bool ok = level[0] && level[1];
    uint8_t srgb[ENCODE_STEPS + 1];
    make_encoder(srgb);
    for (int n = 1; ok && (width > 1 || height > 1); n++) {
        uint8_t *to = level[n & 1];
        halve(srgb, rgba, width, height, to);
        width = width > 1 ? width / 2 : 1;
        height = height > 1 ? height / 2 : 1;
        glTexImage2D(GL_TEXTURE_2D, n, internal, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, to);
        rgba = to;
    }
    for (int i = 0; i < 2; i++) {
        if (level[i]) explicit_bzero(level[i], quarter); /* it may be a client's skin */
        free(level[i]);
    }
    return ok;
}
