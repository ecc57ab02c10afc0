/* Blue noise on known surfaces: spacing at every prefix, spectrum, density, repeatability, speed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/rng.h"
#include "src/bluenoise.h"

enum { ROWS = 161, COLS = 161, NODES = ROWS * COLS };

typedef struct World {
    Arena arena, scratch;
    BluenoiseSurface surface;
} World;

static void world_create(World *w, bool round) {
    Err err = {0};
    *w = (World){0};
    assert_true(arena_create(&w->arena, &(ArenaDesc){.name = "test"}, &err));
    assert_true(arena_create(&w->scratch, &(ArenaDesc){.name = "scratch"}, &err));
    float(*pos)[3] = arena_push_array(&w->arena, sizeof *pos, NODES);
    float *inside = ARENA_ARRAY(&w->arena, float, NODES);
    for (int i = 0; i < NODES; i++) {
        const float x = (float)(i % COLS) / (COLS - 1), y = (float)(i / COLS) / (ROWS - 1);
        inside[i] = 1;
        if (!round) {
            pos[i][0] = (x - 0.5f) * 100, pos[i][1] = (y - 0.5f) * 100, pos[i][2] = 60;
            continue;
        }
        /* A cap of a sphere of 90 mm about the x axis, poles left out. */
        const float a = 0.3f + 2.5f * x, b = 0.2f + 2.6f * y;
        pos[i][0] = 90 * cosf(a), pos[i][1] = 90 * sinf(a) * sinf(b), pos[i][2] = 90 * sinf(a) * cosf(b);
    }
    w->surface = (BluenoiseSurface){ROWS, COLS, (const float(*)[3])pos, inside, {0, 0, 0}};
}

static void world_destroy(World *w) {
    arena_destroy(&w->scratch);
    arena_destroy(&w->arena);
}

static BluenoiseSet throw_darts(World *w, float density, uint64_t seed) {
    BluenoiseSet set;
    Err err = {0};
    if (!bluenoise_build(&w->surface, density, seed, &w->arena, &w->scratch, &set, &err))
        fail_msg("%s", err.text);
    return set;
}

/* Smallest distance of a prefix, by a plain hash of cells. */
static float smallest_distance(const BluenoiseSet *set, uint32_t count, float cell) {
    enum { SLOTS = 1 << 18 };
    int32_t *head = malloc(sizeof(int32_t) * SLOTS), *next = malloc(sizeof(int32_t) * count);
    float best = cell * cell;
    memset(head, -1, sizeof(int32_t) * SLOTS);
    for (uint32_t i = 0; i < count; i++) {
        const float *p = set->sample[i].pos_mm;
        uint32_t own = 0;
        for (int n = 0; n < 27; n++) {
            const int x = (int)floorf(p[0] / cell) + n % 3 - 1, y = (int)floorf(p[1] / cell) + n / 3 % 3 - 1;
            const int z = (int)floorf(p[2] / cell) + n / 9 - 1;
            const uint32_t slot =
                ((uint32_t)x * 73856093u ^ (uint32_t)y * 19349663u ^ (uint32_t)z * 83492791u) % SLOTS;
            if (n == 13) own = slot;
            for (int32_t j = head[slot]; j >= 0; j = next[j]) {
                const float *q = set->sample[j].pos_mm;
                best = fminf(best, (p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]) +
                                       (p[2] - q[2]) * (p[2] - q[2]));
            }
        }
        next[i] = head[own], head[own] = (int32_t)i;
    }
    free(head);
    free(next);
    return sqrtf(best);
}

static void every_prefix_is_evenly_spaced(void **state) {
    (void)state;
    for (int round = 0; round < 2; round++) {
        World w;
        world_create(&w, round != 0);
        for (uint64_t seed = 1; seed < 4; seed++) {
            const BluenoiseSet set = throw_darts(&w, 3.2f, seed);
            const float shares[5] = {0.10f, 0.25f, 0.50f, 0.75f, 1};
            for (int k = 0; k < 5; k++) {
                const uint32_t count = (uint32_t)(shares[k] * (float)set.count);
                const float hex = bluenoise_hex_mm((float)count / set.area_mm2);
                const float ratio = smallest_distance(&set, count, hex) / hex;
                if (!(ratio >= (k == 4 ? 0.70f : 0.60f)))
                    fail_msg("%.0f %%: %.3f", (double)shares[k] * 100, (double)ratio);
            }
        }
        world_destroy(&w);
    }
}

static void the_count_is_met(void **state) {
    (void)state;
    World w;
    world_create(&w, true);
    for (float density = 0.3f; density < 4; density *= 1.7f) {
        const BluenoiseSet set = throw_darts(&w, density, 5);
        assert_true(fabsf((float)set.count / (set.area_mm2 * density) - 1) < 0.01f);
    }
    world_destroy(&w);
}

static void density_is_even(void **state) {
    (void)state;
    World w;
    world_create(&w, false);
    const BluenoiseSet set = throw_darts(&w, 1.8f, 9);
    /* Patches of 4 cm2 at 10, 50 and 100 % of the progression. */
    const float shares[3] = {0.25f, 0.5f, 1};
    for (int k = 0; k < 3; k++) {
        const uint32_t count = (uint32_t)(shares[k] * (float)set.count);
        int patch[25] = {0}, good = 0;
        for (uint32_t i = 0; i < count; i++) {
            const int x = (int)((set.sample[i].pos_mm[0] + 50) / 20),
                      y = (int)((set.sample[i].pos_mm[1] + 50) / 20);
            patch[(y > 4 ? 4 : y) * 5 + (x > 4 ? 4 : x)]++;
        }
        for (int i = 0; i < 25; i++) good += fabsf((float)patch[i] / (400 * 1.8f * shares[k]) - 1) < 0.05f;
        assert_true(good >= 24);
    }
    world_destroy(&w);
}

static void the_spectrum_has_no_spikes_and_a_hole(void **state) {
    (void)state;
    World w;
    world_create(&w, false);
    const BluenoiseSet set = throw_darts(&w, 1.0f, 21);
    Rng rng = rng_make(4, 4);
    double low = 0, highest = 0;
    int lows = 0;
    for (int k = 0; k < 3000; k++) {
        const float ring = 0.06f + 2.2f * rng_float(&rng), angle = 6.2831853f * rng_float(&rng);
        double c = 0, s = 0, sum = 0;
        for (uint32_t i = 0; i < set.count; i++) {
            /* A Hann window keeps the square's own spectrum out. */
            const float *p = set.sample[i].pos_mm;
            const double weight =
                (1 + cos(0.0628318531 * (double)p[0])) * (1 + cos(0.0628318531 * (double)p[1]));
            const double phase =
                6.283185307 * (double)(p[0] * ring * cosf(angle) + p[1] * ring * sinf(angle));
            c += weight * cos(phase), s += weight * sin(phase), sum += weight * weight;
        }
        const double power = (c * c + s * s) / sum;
        highest = power > highest ? power : highest;
        if (ring > 0.1f && ring < 0.5f) low += power, lows++;
    }
    /* Random points would have 1 everywhere; a lattice peaks at the count, 10,000. */
    assert_true(low / lows < 0.25);
    assert_true(highest < 30);
    world_destroy(&w);
}

static void the_same_seed_gives_the_same_points(void **state) {
    (void)state;
    World w;
    world_create(&w, true);
    const BluenoiseSet a = throw_darts(&w, 1, 3), b = throw_darts(&w, 1, 3), c = throw_darts(&w, 1, 4);
    assert_int_equal(a.count, b.count);
    assert_memory_equal(a.sample, b.sample, sizeof *a.sample * a.count);
    assert_memory_not_equal(a.sample, c.sample, sizeof *a.sample * 16);
    world_destroy(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_prefix_is_evenly_spaced),
        cmocka_unit_test(the_count_is_met),
        cmocka_unit_test(density_is_even),
        cmocka_unit_test(the_spectrum_has_no_spikes_and_a_hole),
        cmocka_unit_test(the_same_seed_gives_the_same_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
