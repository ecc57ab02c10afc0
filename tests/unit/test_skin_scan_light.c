/* A scan's own light: our head coloured and lit by known lamps must give the skin that it gives in flat
 * light. */
#include "../../engine/rays.h"
#include "../../src/skinfill.h"
#include "../../src/skinscan.h"
#include "../../src/skintone.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ATLAS = 256 };
#define MOLE_MM 4.0f

typedef struct Lamp {
    float toward[3], rgb[3]; /* unit */
} Lamp;

static Arena arena, scratch;
static HeadModel *model;
static Mesh mesh;
static Rays *rays;
static float mole[3];
static HeadScanFit fit = {.scale = 1, .rotation = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
static Skin flat;

static int setup(void **state) {
    (void)state;
    Err err = {0};
    ArenaDesc desc = {.name = "test"};
    if (!arena_create(&arena, &desc, &err) || !arena_create(&scratch, &desc, &err)) return 1;
    model = head_load(NULL, &arena, &err);
    if (!model || !head_mesh(model, &fit.shape, HEAD_LOD_MEDIUM, &arena, &mesh, &err)) return 1;
    head_eval(model, &fit.shape, (HeadSite){HEAD_SKIN, 0.28f, 0.3f}, mole, NULL);
    mesh.rgb = arena_push_array(&arena, sizeof *mesh.rgb, mesh.vertex_count);
    rays = rays_create(&mesh, &err);
    return !rays;
}

static int teardown(void **state) {
    (void)state;
    rays_destroy(rays);
    arena_destroy(&arena);
    arena_destroy(&scratch);
    return 0;
}

static float square_mm(const float a[3], const float b[3]) {
    float sum = 0;
    for (int c = 0; c < 3; c++) sum += (a[c] - b[c]) * (a[c] - b[c]);
    return sum;
}

/* Mottled skin, cut hair's shade on the crown, a mole. */
static void skin_of(const float p[3], float rgb[3]) {
    const float wide[3] = {p[0] / 15, p[1] / 15, p[2] / 15};
    float shade = 1 + 0.04f * skinfill_noise(wide, 7);
    if (p[1] > 60) shade *= 0.88f;
    if (square_mm(p, mole) < MOLE_MM * MOLE_MM) shade *= 0.5f;
    skintone_from_ita(40, rgb);
    for (int c = 0; c < 3; c++) rgb[c] *= shade;
}

/* What the scanner saw: the lamps past the rest of the head, and a sky that nothing hides. */
static void light_of(const Lamp *lamp, int count, uint32_t vertex, float rgb[3]) {
    const float *p = mesh.pos[vertex], *n = mesh.nrm[vertex];
    float origin[3];
    for (int c = 0; c < 3; c++) {
        origin[c] = p[c] + 0.5f * n[c];
        rgb[c] = 0.15f * (1 + n[1]);
    }
    for (int k = 0; k < count; k++) {
        const float *d = lamp[k].toward, cosine = n[0] * d[0] + n[1] * d[1] + n[2] * d[2];
        if (cosine <= 0 || rays_occluded(rays, origin, d, 500)) continue;
        for (int c = 0; c < 3; c++) rgb[c] += cosine * lamp[k].rgb[c];
    }
}

static void build_skin(const Lamp *lamp, int count, Skin *out) {
    Err err = {0};
    for (uint32_t i = 0; i < mesh.vertex_count; i++) {
        float rgb[3], light[3] = {1, 1, 1};
        skin_of(mesh.pos[i], rgb);
        if (count) light_of(lamp, count, i, light);
        for (int c = 0; c < 3; c++)
            mesh.rgb[i][c] = (uint8_t)lrintf(255 * linear_to_srgb(fminf(1, rgb[c] * light[c])));
    }
    assert_true(skinscan_build(model, &fit, &mesh, &(Image){0}, ATLAS, NULL, &arena, &scratch, out, &err));
}

static void texel(const Image *image, size_t i, float gain, float lab[3]) {
    float rgb[3];
    for (size_t c = 0; c < 3; c++) rgb[c] = gain * srgb8_to_linear_table[image->rgba[4 * i + c]];
    skintone_lab_from_linear(rgb, lab);
}

static int by_value(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Median Delta E of well-seen texels after one gain. */
static float median_difference(const Skin *skin, const Image *image) {
    static float value[ATLAS * ATLAS];
    double both = 0, own = 0;
    size_t count = 0;
    for (size_t i = 0; i < ATLAS * ATLAS; i++) {
        if (skin->confidence[i] < 250) continue;
        const float y = srgb8_to_linear_table[image->rgba[4 * i + 1]];
        both += (double)(y * srgb8_to_linear_table[flat.albedo.rgba[4 * i + 1]]);
        own += (double)(y * y);
    }
    for (size_t i = 0; i < ATLAS * ATLAS; i++) {
        if (skin->confidence[i] < 250) continue;
        float a[3], b[3];
        texel(&flat.albedo, i, 1, a);
        texel(image, i, (float)(both / own), b);
        value[count++] = sqrtf(square_mm(a, b));
    }
    assert_true(count > ATLAS * ATLAS / 3);
    qsort(value, count, sizeof *value, by_value);
    return value[count / 2];
}

/* Brightness of the texel at the vertex that lies nearest to a place. */
static float bright_at(const Image *image, const float place[3]) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < mesh.vertex_count; i++)
        if (square_mm(mesh.pos[i], place) < square_mm(mesh.pos[best], place)) best = i;
    const size_t x = (size_t)(mesh.uv[best][0] * ATLAS), y = (size_t)(mesh.uv[best][1] * ATLAS);
    return srgb8_to_linear_table[image->rgba[4 * (y * ATLAS + x) + 1]];
}

static float mole_contrast(const Skin *skin) {
    float beside[3];
    head_eval(model, &fit.shape, (HeadSite){HEAD_SKIN, 0.28f, 0.36f}, beside, NULL);
    assert_true(square_mm(beside, mole) > 3 * MOLE_MM * MOLE_MM);
    return bright_at(&skin->albedo, mole) / bright_at(&skin->albedo, beside);
}

static void test_flat_light_stays(void **state) {
    (void)state;
    build_skin(NULL, 0, &flat);
    assert_memory_equal(flat.albedo.rgba, flat.radiance.rgba, 4 * ATLAS * ATLAS);
}

static void test_a_lamp_is_taken_out(void **state) {
    (void)state;
    static const Lamp lamps[] = {{{0.64f, 0.38f, 0.67f}, {0.75f, 0.7f, 0.62f}},
                                 {{-0.8f, 0.36f, 0.48f}, {0.15f, 0.17f, 0.2f}}};
    Skin lit;
    build_skin(lamps, 2, &lit);
    const float before = median_difference(&lit, &lit.radiance), after = median_difference(&lit, &lit.albedo);
    print_message("lit scan: median %.2f Delta E from the flat one's skin with its light, %.2f without\n",
                  (double)before, (double)after);
    assert_true(before > 10);
    assert_true(after < 3);
    assert_float_equal(mole_contrast(&lit), mole_contrast(&flat), 0.1);
    assert_true(mole_contrast(&lit) < 0.7f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat_light_stays),
        cmocka_unit_test(test_a_lamp_is_taken_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
