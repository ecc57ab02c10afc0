/* gpu_mips - smaller levels of a picture or a map of marks, made here where the driver is software: it would
 * first compile programs for them, 0.1 s that a first picture waits for. */
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

static void halve_pairs(const float *from, int width, int height, float *to) {
    const int wide = width > 1 ? width / 2 : 1, high = height > 1 ? height / 2 : 1;
    const size_t right = width > 1 ? 2 : 0, below = height > 1 ? 2 * (size_t)width : 0;
#pragma omp parallel for schedule(static)
    for (int y = 0; y < high; y++)
        for (int x = 0; x < wide; x++)
            for (int c = 0; c < 2; c++) {
                const float *p = from + 2 * ((size_t)(2 * y) * (size_t)width + (size_t)(2 * x)) + c;
                to[2 * ((size_t)y * (size_t)wide + (size_t)x) + (size_t)c] =
                    0.25f * (p[0] + p[right] + p[below] + p[below + right]);
            }
}

bool gpu_mips_upload(const TextureSlot *slot, const GpuMipsPart *part, const void *data) {
    const bool pairs = slot->format == GPU_RG16F;
    const bool whole = part->width == slot->width && part->height == slot->height;
    if (slot->target != GL_TEXTURE_2D || (!pairs && slot->format != GPU_SRGB8_A8)) return false;
    int x = part->x, y = part->y, width = part->width, height = part->height;
    const size_t bytes = (size_t)(width / 2 + 1) * (size_t)(height / 2 + 1) * (pairs ? 8 : 4);
    void *level[2] = {malloc(bytes), malloc(bytes)};
    const bool ok = level[0] && level[1];
    const GLint internal = pairs ? GL_RG16F : GL_SRGB8_ALPHA8;
    const GLenum format = pairs ? GL_RG : GL_RGBA, type = pairs ? GL_FLOAT : GL_UNSIGNED_BYTE;
    uint8_t srgb[ENCODE_STEPS + 1];
    if (!pairs) make_encoder(srgb);
    for (int n = 1; ok && n <= GPU_MOST_MIPS &&
                    (whole ? width > 1 || height > 1 : width > 1 && height > 1 && !((x | y) & 1));
         n++) {
        void *to = level[n & 1];
        if (pairs)
            halve_pairs(data, width, height, to);
        else
            halve(srgb, data, width, height, to);
        x /= 2, y /= 2;
        width = width > 1 ? width / 2 : 1, height = height > 1 ? height / 2 : 1;
        if (whole)
            glTexImage2D(GL_TEXTURE_2D, n, internal, width, height, 0, format, type, to);
        else
            glTexSubImage2D(GL_TEXTURE_2D, n, x, y, width, height, format, type, to);
        data = to;
    }
    for (int i = 0; i < 2; i++) {
        if (level[i]) explicit_bzero(level[i], bytes); /* it may be a client's skin */
        free(level[i]);
    }
    return ok;
}
