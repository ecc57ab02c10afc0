#include "rng.h"

#include <math.h>

Rng rng_make(uint64_t seed, uint64_t stream) {
    Rng rng = {.state = 0, .stream = (stream << 1) | 1};
    rng_u32(&rng);
    rng.state += seed;
    rng_u32(&rng);
    return rng;
}

uint32_t rng_u32(Rng *rng) {
    const uint64_t old = rng->state;
    rng->state = old * 6364136223846793005ULL + rng->stream;
    const uint32_t xorshifted = (uint32_t)(((old >> 18) ^ old) >> 27);
    const uint32_t rot = (uint32_t)(old >> 59);
    return (xorshifted >> rot) | (xorshifted << ((32 - rot) & 31));
}

/* Box and Muller, 1958; the first value is kept away from 0, so the result stays within +-6. */
static float normal_from_bits(uint32_t a, uint32_t b) {
    const double u = ((double)(a >> 8) + 0.5) * 0x1p-24;
    const double v = (double)(b >> 8) * 0x1p-24;
    return (float)(sqrt(-2.0 * log(u)) * cos(2.0 * 3.14159265358979323846 * v));
}

float rng_float(Rng *rng) {
    return (float)(rng_u32(rng) >> 8) * 0x1p-24f;
}

float rng_normal(Rng *rng) {
    const uint32_t a = rng_u32(rng);
    const uint32_t b = rng_u32(rng);
    return normal_from_bits(a, b);
}

float hash_normal(uint32_t id, uint32_t salt) {
    const uint32_t a = hash_u32x2(id, salt);
    const float value = normal_from_bits(a, hash_u32(a ^ 0x9e3779b9u));
    return value < -4 ? -4 : value > 4 ? 4 : value;
}
