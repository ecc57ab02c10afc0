/* skinclean: a plate of skin with sensor noise, colour noise in blocks of JPEG, a mole and a thin dark line:
 * the noise goes and is measured, the marks stay; and skin's grain runs along no axis of the head. */
#include "../../engine/rng.h"
#include "../../src/skinclean.h"
#include "../../src/skinfill.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PX = 200, SIDE = 30 };
#define PX_PER_MM 3.0
#define NOISE_LOG 0.02f
#define MOLE_LOG  (-0.4f)
#define LINE_LOG  (-0.5f)

static const int wall_from = 185; /* px: a green wall, not skin */

/* Log colour of the plate without its noise. */
static void plate_colour(int x, int y, float rgb[3]) {
    const float skin[3] = {-0.7f, -1.1f, -1.4f}, wall[3] = {-3.5f, -0.6f, -3.5f};
    float mole = (float)((x - 60) * (x - 60) + (y - 60) * (y - 60)) < 4.5f * 4.5f ? MOLE_LOG : 0;
    float line = x == 130 && y > 60 ? LINE_LOG : 0;
    for (int c = 0; c < 3; c++) rgb[c] = x >= wall_from ? wall[c] : skin[c] + mole + line;
}

static void photograph(SkinView *view, SkinSurface *surface, Arena *arena) {
    uint32_t n = SIDE * SIDE;
    *surface = (SkinSurface){.node_count = n};
    surface->pos = (float(*)[3])arena_push_array(arena, sizeof(float[3]), n);
    surface->nrm = (float(*)[3])arena_push_array(arena, sizeof(float[3]), n);
    for (uint32_t i = 0; i < n; i++) {
        surface->pos[i][0] = 2 * ((float)(i % SIDE) - SIDE / 2);
        surface->pos[i][1] = 2 * ((float)(i / SIDE) - SIDE / 2);
        surface->nrm[i][2] = 1;
    }
    const double away = 500;
    *view = (SkinView){.width = PX, .height = PX, .px_per_mm = (float)PX_PER_MM};
    view->camera = (Camera){.width = PX,
                            .height = PX,
                            .fx = PX_PER_MM * away,
                            .fy = PX_PER_MM * away,
                            .cx = PX / 2,
                            .cy = PX / 2,
                            .camera_from_head = {{1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, -1, away}}};
    view->log_rgb = (int16_t(*)[4])arena_push_array(arena, sizeof(int16_t[4]), PX * PX);
    for (int i = 0; i < PX * PX; i++) {
        float rgb[3], noise = NOISE_LOG * hash_normal((uint32_t)i, 1);
        uint32_t block = (uint32_t)(i / PX / 2 * PX + i % PX / 2);
        plate_colour(i % PX, i / PX, rgb);
        for (uint32_t c = 0; c < 3; c++)
            view->log_rgb[i][c] =
                (int16_t)lrintf(SKINPROJECT_SCALE * (rgb[c] + noise + NOISE_LOG * hash_normal(block, 2 + c)));
    }
}

static float value(const SkinView *v, int x, int y, int c) {
    return (float)v->log_rgb[y * PX + x][c] / SKINPROJECT_SCALE;
}

/* Deviation of brightness and of red against green over plain skin. */
static void deviations(const SkinView *v, double out[2]) {
    double sum[2] = {0}, square[2] = {0}, count = 0;
    for (int y = 80; y < 180; y++) {
        for (int x = 20; x < 100; x++) {
            const double r = (double)value(v, x, y, 0), g = (double)value(v, x, y, 1),
                         b = (double)value(v, x, y, 2);
            const double term[2] = {(r + 2 * g + b) / 4, r - g};
            for (int k = 0; k < 2; k++) {
                sum[k] += term[k];
                square[k] += term[k] * term[k];
            }
            count++;
        }
    }
    for (int k = 0; k < 2; k++) out[k] = sqrt(square[k] / count - sum[k] / count * (sum[k] / count));
}

static void test_noise_goes_and_marks_stay(void **state) {
    (void)state;
    Arena arena, scratch;
    const ArenaDesc desc = {.name = "test"};
    assert_true(arena_create(&arena, &desc, NULL) && arena_create(&scratch, &desc, NULL));
    SkinSurface surface;
    SkinView view;
    double before[2], after[2];
    photograph(&view, &surface, &arena);
    deviations(&view, before);
    assert_true(skinclean_view(&surface, &view, &scratch));
    deviations(&view, after);
    const float mole = value(&view, 60, 60, 1) - value(&view, 60, 75, 1);
    const float line = value(&view, 130, 120, 1) - value(&view, 136, 120, 1);
    const float beside[3] = {value(&view, wall_from - 2, 100, 0), value(&view, wall_from - 2, 100, 1)};
    print_message("brightness %.4f -> %.4f, colour %.4f -> %.4f, measured %.4f, mole %.2f, line %.2f\n",
                  before[0], after[0], before[1], after[1], (double)view.noise, (double)mole, (double)line);
    assert_true(after[0] < 0.5 * before[0] && after[1] < 0.5 * before[1]);
    assert_true(view.noise > 0.6f * NOISE_LOG && view.noise < 1.3f * NOISE_LOG);
    assert_true(mole < 0.8f * MOLE_LOG && line < 0.8f * LINE_LOG);
    assert_true(beside[0] > beside[1] + 0.2f); /* red skin: nothing of the wall's green */
    arena_destroy(&arena);
    arena_destroy(&scratch);
}

/* Slopes of grain are as strong one way as across it, on planes that face the front, the side and the top. */
static void test_grain_runs_nowhere(void **state) {
    (void)state;
    const SkinGrain grain = {{0.02f}, {1, 1, 1}};
    for (int plane = 0; plane < 3; plane++) {
        double most = 0, least = 1e9;
        for (int turn = 0; turn < 8; turn++) {
            const double angle = turn * 0.3926991;
            double sum = 0;
            for (uint32_t i = 0; i < 20000; i++) {
                float p[3] = {0}, q[3], u = 60 * hash_float(i, 1), v = 60 * hash_float(i, 2);
                p[plane] = u;
                p[(plane + 1) % 3] = v;
                memcpy(q, p, sizeof q);
                q[plane] += 0.15f * (float)cos(angle);
                q[(plane + 1) % 3] += 0.15f * (float)sin(angle);
                const double d = (double)(skinfill_grain(&grain, q, 5) - skinfill_grain(&grain, p, 5));
                sum += d * d;
            }
            most = fmax(most, sum);
            least = fmin(least, sum);
        }
        print_message("plane %d: slope along its strongest way over the weakest %.2f\n", plane,
                      sqrt(most / least));
        assert_true(sqrt(most / least) < 1.12);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_noise_goes_and_marks_stay),
        cmocka_unit_test(test_grain_runs_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
