/* rng - seeded, repeatable randomness: a PCG32 stream, and hashes by id for values that must not depend on
 * order.
 *
 * Source: M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for
 * Random Number Generation", 2014 (pcg32 XSH-RR; the 32-bit RXS-M-XS output function as a hash).
 */
#pragma once
#include <stdint.h>

typedef struct Rng {
    uint64_t state, stream;
} Rng;

Rng rng_make(uint64_t seed, uint64_t stream);
uint32_t rng_u32(Rng *rng);
float rng_float(Rng *rng);  /* [0, 1) with 24 bits */
float rng_normal(Rng *rng); /* mean 0, deviation 1 */

/* Inlined: noise and jitter call these for every texel and site. */
static inline uint32_t hash_u32(uint32_t x) {
    const uint32_t state = x * 747796405u + 2891336453u;
    const uint32_t word = ((state >> ((state >> 28) + 4)) ^ state) * 277803737u;
    return (word >> 22) ^ word;
}
static inline uint32_t hash_u32x2(uint32_t a, uint32_t b) {
    return hash_u32(a + hash_u32(b));
}
static inline float hash_float(uint32_t id, uint32_t salt) { /* [0, 1) */
    return (float)(hash_u32x2(id, salt) >> 8) * 0x1p-24f;
}
float hash_normal(uint32_t id, uint32_t salt); /* mean 0, deviation 1, clamped to +-4 */
