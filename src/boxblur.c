#include "boxblur.h"
#include <stddef.h>

static void blur_lines(const float *from, float *to, int lines, int length, int stride, int line_stride,
                       int radius) {
#pragma omp parallel for schedule(static)
    for (int l = 0; l < lines; l++) {
        const float *a = from + (size_t)l * (size_t)line_stride;
        float *b = to + (size_t)l * (size_t)line_stride, sum = 0;
        for (int k = -radius; k <= radius; k++) sum += a[(k < 0 ? 0 : k < length ? k : length - 1) * stride];
        for (int x = 0; x < length; x++) {
            b[x * stride] = sum / (float)(2 * radius + 1);
            const int add = x + radius + 1 < length ? x + radius + 1 : length - 1,
                      drop = x > radius ? x - radius : 0;
            sum += a[add * stride] - a[drop * stride];
        }
    }
}

void boxblur(float *plane, float *work, int width, int height, int radius, int times) {
    for (int k = 0; k < times; k++) {
        blur_lines(plane, work, height, width, 1, width, radius);
        blur_lines(work, plane, width, height, width, 1, radius);
    }
}
