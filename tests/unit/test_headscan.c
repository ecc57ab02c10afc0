/* A head laid onto scans of others: the open heads and a real one, with their features and ears. */
#include "../../engine/rays.h"
#include "../../src/headscan.h"
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static Arena arena;
static HeadModel *model;

static int setup(void **state) {
    (void)state;
    Err err = {0};
    if (!arena_create(&arena, &(ArenaDesc){.name = "test"}, &err)) return 1;
    model = head_load(STIPPLE_SOURCE_ROOT "/assets/head.bin", &arena, &err);
    return model ? 0 : 1;
}

static int teardown(void **state) {
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static FILE *open_shared(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/data/%s", STIPPLE_SHARED, name);
    FILE *file = fopen(path, "rb");
    if (!file) skip();
    return file;
}

static void load_mesh(const char *path, Mesh *mesh, Image *texture) {
    Err err = {0};
    assert_true(mesh_load(path, &arena, mesh, texture, &err));
}

static void load_scan(const char *name, Mesh *mesh, Image *texture) {
    char path[512];
    fclose(open_shared(name));
    snprintf(path, sizeof path, "%s/data/%s", STIPPLE_SHARED, name);
    load_mesh(path, mesh, texture);
}

static void fit_scan(const Mesh *mesh, const Image *texture, HeadScanFit *fit) {
    Err err = {0};
    assert_true(head_fit_scan(model, mesh, texture, NULL, NULL, &arena, fit, &err));
}

static void check_scan(const char *name, const HeadScanFit *fit, float median_mm, float p95_mm) {
    print_message("%s: scalp median %.2f mm, 95th percentile %.2f mm; head %.2f mm, %.2f mm\n", name,
                  (double)fit->scalp_median_mm, (double)fit->scalp_p95_mm, (double)fit->median_mm,
                  (double)fit->p95_mm);
    assert_true(fit->scalp_median_mm < median_mm && fit->scalp_p95_mm < p95_mm);
    assert_true(fit->p95_mm < 2); /* the face too: a slid one leaves 5 mm there */
    assert_true(fit->has_face && fit->has_ear[0] && fit->has_ear[1]);
    assert_true(fit->features_mm < 5 && fit->ears_mm < 5);
}

/* Takes away the face and both ears. */
static void cut_off(Mesh *mesh, const HeadScanFit *fit) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < mesh->triangle_count; i++) {
        float p[3];
        head_from_scan(fit, mesh->pos[mesh->tri[i][0]], p);
        const bool face =
            p[2] > 50 && p[1]<45, ear = fabsf(p[0])> 55 && fabsf(p[1]) < 50 && p[2] > -55 && p[2] < 30;
        if (!face && !ear) memmove(mesh->tri[kept++], mesh->tri[i], sizeof *mesh->tri);
    }
    mesh->triangle_count = kept;
}

static void test_scan_of_an_open_head(void **state) {
    (void)state;
    Mesh mesh;
    Image texture = {0};
    HeadScanFit fit, bare;
    size_t mark = arena_mark(&arena);
    load_scan("heads/ict_03.obj", &mesh, &texture);
    fit_scan(&mesh, NULL, &fit);
    check_scan("an open head", &fit, 0.4f, 1.5f);
    cut_off(&mesh, &fit);
    fit_scan(&mesh, NULL, &bare);
    print_message("cut off: face %d, ears %d %d, features %.1f mm, ears %.1f mm\n", bare.has_face,
                  bare.has_ear[0], bare.has_ear[1], (double)bare.features_mm, (double)bare.ears_mm);
    assert_false(bare.has_face || bare.has_ear[0] || bare.has_ear[1]); /* nothing is made up */
    arena_rewind(&arena, mark);
}

static void copy_lines(FILE *from, char kind, FILE *to) {
    char line[256];
    while (fgets(line, sizeof line, from))
        if (line[0] == kind) fputs(line, to);
    fclose(from);
}

/* So large that from the first start its face slides along the scan's. The file has vertices only. */
static void test_scan_of_a_large_head(void **state) {
    (void)state;
    Mesh mesh;
    Image texture = {0};
    HeadScanFit fit;
    char path[] = "/tmp/stipple-head-XXXXXX.obj";
    FILE *vertices = open_shared("heads/more/ict_43.obj"), *faces = open_shared("heads/ict_neutral.obj");
    size_t mark = arena_mark(&arena);
    FILE *whole = fdopen(mkstemps(path, 4), "wb");
    assert_non_null(whole);
    copy_lines(vertices, 'v', whole);
    copy_lines(faces, 'f', whole);
    assert_int_equal(fclose(whole), 0);
    load_mesh(path, &mesh, &texture);
    unlink(path);
    fit_scan(&mesh, NULL, &fit);
    check_scan("a large head", &fit, 0.4f, 1.5f);
    arena_rewind(&arena, mark);
}

/* Picked by hand on the scan. Vertex and opisthocranion are extremes, not places of the surface. */
static void check_landmarks(const HeadScanFit *fit, float most_mm) {
    float head[LM_COUNT][3], worst = 0;
    json_t *json = json_load_file(STIPPLE_SHARED "/data/scan/lps.landmarks.json", 0, NULL);
    assert_non_null(json);
    head_landmarks(model, &fit->shape, head);
    for (int k = 0; k < LM_VERTEX; k++) {
        float at[3], picked[3];
        for (size_t c = 0; c < 3; c++)
            at[c] =
                (float)json_number_value(json_array_get(json_object_get(json, head_landmark_names[k]), c));
        head_from_scan(fit, at, picked);
        const float off =
            hypotf(hypotf(head[k][0] - picked[0], head[k][1] - picked[1]), head[k][2] - picked[2]);
        print_message("  %s %.1f mm off\n", head_landmark_names[k], (double)off);
        worst = fmaxf(worst, off);
        if (k <= LM_RIGHT_PUPIL) assert_true(off < 1); /* on closed lids: 2 mm behind those of a mean eye */
    }
    json_decref(json);
    assert_true(worst < most_mm);
}

static void test_scan_of_a_real_head(void **state) {
    (void)state;
    Mesh mesh;
    Image texture = {0};
    HeadScanFit fit;
    size_t mark = arena_mark(&arena);
    load_scan("scan/lps_mm.obj", &mesh, &texture);
    fit_scan(&mesh, &texture, &fit);
    check_scan("a real head", &fit, 0.6f, 2);
    check_landmarks(&fit, 5.5f); /* 20 mm at the tragia by the surface alone */
    assert_float_equal(fit.shape.lids_closed, 1, 0);
    arena_rewind(&arena, mark);
}

/* A lamp to the left and above, past the rest of the head, and a sky. */
static float *light_of_vertices(const Mesh *mesh) {
    static const float lamp[3] = {0.755f, 0.419f, 0.503f};
    Err err = {0};
    float *light = ARENA_ARRAY(&arena, float, mesh->vertex_count);
    Rays *rays = rays_create(mesh, &err);
    assert_true(light && rays);
    for (uint32_t i = 0; i < mesh->vertex_count; i++) {
        const float *n = mesh->nrm[i], cosine = n[0] * lamp[0] + n[1] * lamp[1] + n[2] * lamp[2];
        float origin[3];
        for (int c = 0; c < 3; c++) origin[c] = mesh->pos[i][c] + n[c];
        light[i] = 0.15f * (1 + n[1]);
        if (cosine > 0 && !rays_occluded(rays, origin, lamp, 500)) light[i] += 0.8f * cosine;
    }
    rays_destroy(rays);
    return light;
}

/* Lights the texels of one triangle. */
static void light_triangle(const float uv[3][2], const float light[3], const Image *from, Image *to) {
    const float w = (float)from->width, h = (float)from->height;
    const float a[2] = {(uv[1][0] - uv[0][0]) * w, (uv[1][1] - uv[0][1]) * h},
                b[2] = {(uv[2][0] - uv[0][0]) * w, (uv[2][1] - uv[0][1]) * h},
                area = a[0] * b[1] - a[1] * b[0];
    const float low[2] = {fminf(0, fminf(a[0], b[0])), fminf(0, fminf(a[1], b[1]))},
                high[2] = {fmaxf(0, fmaxf(a[0], b[0])), fmaxf(0, fmaxf(a[1], b[1]))};
    for (float y = low[1] - 1; y <= high[1] + 1; y++)
        for (float x = low[0] - 1; x <= high[0] + 1; x++) {
            const int px = (int)(uv[0][0] * w + x), py = (int)(uv[0][1] * h + y);
            const float s = (x * b[1] - y * b[0]) / area, t = (a[0] * y - a[1] * x) / area;
            if (area == 0 || px < 0 || py < 0 || px >= from->width || py >= from->height || s < -0.1f ||
                t < -0.1f || s + t > 1.1f)
                continue;
            const size_t texel = 4 * ((size_t)py * (size_t)from->width + (size_t)px);
            const float lit = fmaxf(0, light[0] + s * (light[1] - light[0]) + t * (light[2] - light[0]));
            for (size_t c = 0; c < 3; c++)
                to->rgba[texel + c] = (uint8_t)lrintf(
                    255 * linear_to_srgb(fminf(1, lit * srgb8_to_linear_table[from->rgba[texel + c]])));
        }
}

/* The shade in the sockets looks like irises. */
static void test_closed_eyes_lit_from_a_side(void **state) {
    (void)state;
    Mesh mesh;
    Image texture = {0}, lit;
    HeadScanFit fit;
    Err err = {0};
    size_t mark = arena_mark(&arena);
    load_scan("scan/lps_mm.obj", &mesh, &texture);
    assert_true(mesh_compute_normals(&mesh, &arena, &err));
    const float *light = light_of_vertices(&mesh);
    assert_true(image_alloc(&arena, texture.width, texture.height, &lit, &err));
    memcpy(lit.rgba, texture.rgba, 4 * (size_t)texture.width * (size_t)texture.height);
    for (uint32_t i = 0; i < mesh.triangle_count; i++) {
        const uint32_t *t = mesh.tri[i];
        float uv[3][2], at[3];
        for (int k = 0; k < 3; k++) {
            memcpy(uv[k], mesh.uv[t[k]], sizeof uv[k]);
            at[k] = light[t[k]];
        }
        light_triangle(uv, at, &texture, &lit);
    }
    fit_scan(&mesh, &lit, &fit);
    check_scan("a real head lit from a side", &fit, 0.6f, 2);
    assert_float_equal(fit.shape.lids_closed, 1, 0);
    arena_rewind(&arena, mark);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan_of_an_open_head), cmocka_unit_test(test_scan_of_a_large_head),
        cmocka_unit_test(test_scan_of_a_real_head), cmocka_unit_test(test_closed_eyes_lit_from_a_side)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
