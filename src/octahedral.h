/* octahedral - unit vectors in two snorm16 (Cigolle et al. 2014), as the GPU records hold them. */
#pragma once
#include <math.h>
#include <stdint.h>

static inline void octahedral_encode(const float v[3], int16_t out[2]) {
    const float sum = fabsf(v[0]) + fabsf(v[1]) + fabsf(v[2]);
    float x = sum > 0 ? v[0] / sum : 0, y = sum > 0 ? v[1] / sum : 0;
    if (v[2] < 0) {
        const float fold_x = (1 - fabsf(y)) * (x < 0 ? -1 : 1), fold_y = (1 - fabsf(x)) * (y < 0 ? -1 : 1);
        x = fold_x, y = fold_y;
    }
    out[0] = (int16_t)lrintf(fmaxf(-1, fminf(1, x)) * 32767);
    out[1] = (int16_t)lrintf(fmaxf(-1, fminf(1, y)) * 32767);
}

static inline void octahedral_decode(const int16_t in[2], float v[3]) {
    const float x = (float)in[0] / 32767, y = (float)in[1] / 32767;
    v[0] = x, v[1] = y, v[2] = 1 - fabsf(x) - fabsf(y);
    const float fold = v[2] < 0 ? -v[2] : 0;
    v[0] += v[0] >= 0 ? -fold : fold;
    v[1] += v[1] >= 0 ? -fold : fold;
    const float length = sqrtf(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    for (int k = 0; k < 3; k++) v[k] /= length;
}
