/* Meshes: what is saved comes back; broken files are refused; normals and rays agree with a known sphere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "engine/file.h"
#include "engine/mesh.h"
#include "engine/rays.h"
#include "engine/rng.h"

enum { RINGS = 48, SECTORS = 96 };
#define RADIUS_MM 100.0f
static Arena arena;

static int set_up(void **state) {
    (void)state;
    return arena_create(&arena, &(ArenaDesc){.name = "test"}, NULL) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static Mesh make_sphere(void) {
    Mesh mesh = {.vertex_count = (RINGS + 1) * SECTORS, .triangle_count = 2 * RINGS * SECTORS};
    mesh.pos = arena_push_array(&arena, sizeof *mesh.pos, mesh.vertex_count);
    mesh.tri = arena_push_array(&arena, sizeof *mesh.tri, mesh.triangle_count);
    uint32_t vertex = 0, triangle = 0;
    for (int ring = 0; ring <= RINGS; ring++) {
        const float polar = 3.14159265f * (float)ring / RINGS;
        for (int sector = 0; sector < SECTORS; sector++, vertex++) {
            const float around = 6.2831853f * (float)sector / SECTORS;
            mesh.pos[vertex][0] = RADIUS_MM * sinf(polar) * sinf(around);
            mesh.pos[vertex][1] = RADIUS_MM * cosf(polar);
            mesh.pos[vertex][2] = RADIUS_MM * sinf(polar) * cosf(around);
        }
    }
    for (uint32_t ring = 0; ring < RINGS; ring++) {
        for (uint32_t sector = 0; sector < SECTORS; sector++) {
            const uint32_t a = ring * SECTORS + sector, b = ring * SECTORS + (sector + 1) % SECTORS;
            const uint32_t quads[2][3] = {{a, a + SECTORS, b}, {b, a + SECTORS, b + SECTORS}};
            memcpy(mesh.tri[triangle], quads, sizeof quads);
            triangle += 2;
        }
    }
    return mesh;
}

static void test_normals_of_a_sphere(void **state) {
    (void)state;
    Err err = {0};
    Mesh mesh = make_sphere();
    assert_true(mesh_compute_normals(&mesh, &arena, &err));
    for (uint32_t v = SECTORS; v < RINGS * SECTORS; v++) {
        float along = 0;
        for (int axis = 0; axis < 3; axis++) along += mesh.nrm[v][axis] * mesh.pos[v][axis] / RADIUS_MM;
        assert_true(along > 0.9995f);
    }
}

static void test_obj_round_trip(void **state) {
    (void)state;
    Err err = {0};
    Mesh mesh = make_sphere(), again;
    assert_true(mesh_compute_normals(&mesh, &arena, &err));
    mesh.uv = arena_push_array(&arena, sizeof *mesh.uv, mesh.vertex_count);
    for (uint32_t v = 0; v < mesh.vertex_count; v++) {
        mesh.uv[v][0] = hash_float(v, 1);
        mesh.uv[v][1] = mesh.pos[v][1] / 400 + 0.5f;
    }
    char path[] = "/tmp/stipple_mesh_XXXXXX.obj";
    close(mkstemps(path, 4));
    assert_true(mesh_save_obj(path, &mesh, &err));
    Image texture;
    if (!mesh_load(path, &arena, &again, &texture, &err)) fail_msg("%s", err.text);
    unlink(path);
    assert_null(texture.rgba);
    assert_non_null(again.uv);
    assert_non_null(again.nrm);
    assert_true(again.triangle_count > mesh.triangle_count - 2 * SECTORS - 1);
    for (uint32_t v = 0; v < again.vertex_count; v++) {
        const float *p = again.pos[v];
        assert_true(fabsf(sqrtf(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]) - RADIUS_MM) < 0.01f);
        assert_true(fabsf(again.uv[v][1] - (p[1] / 400 + 0.5f)) < 1e-4f);
    }
}

static void test_bad_scans_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"", "this is not a scan\n", "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n",
                                        "v 0 0 0\nv 1 0 0\nv 0 1 0\n",
                                        "v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Err err = {0};
        Mesh mesh;
        char path[] = "/tmp/stipple_mesh_XXXXXX.obj";
        close(mkstemps(path, 4));
        assert_true(file_write(path, texts[i], strlen(texts[i]), &err));
        assert_false(mesh_load(path, &arena, &mesh, NULL, &err));
        assert_non_null(strstr(err.text, path));
        assert_int_equal(mesh.vertex_count, 0);
        unlink(path);
    }
    Err err = {0};
    Mesh mesh;
    assert_false(mesh_load("/tmp/nothing.xyz", &arena, &mesh, NULL, &err));
    assert_false(mesh_load("/tmp", &arena, &mesh, NULL, &err));
    assert_false(mesh_load("/tmp/missing_scan.glb", &arena, &mesh, NULL, &err));
}

static void test_rays_on_a_sphere(void **state) {
    (void)state;
    Err err = {0};
    const Mesh mesh = make_sphere();
    Rays *rays = rays_create(&mesh, &err);
    assert_non_null(rays);
    Rng rng = rng_make(7, 0);
    for (int i = 0; i < 2000; i++) {
        float direction[3], length = 0;
        for (int axis = 0; axis < 3; axis++) {
            direction[axis] = rng_normal(&rng);
            length += direction[axis] * direction[axis];
        }
        const float centre[3] = {0};
        for (int axis = 0; axis < 3; axis++) direction[axis] /= sqrtf(length);
        RayHit hit;
        assert_true(rays_cast(rays, centre, direction, 1000, &hit));
        assert_true(fabsf(hit.distance_mm - RADIUS_MM) < 0.3f);
        assert_false(rays_cast(rays, centre, direction, 90, &hit));
        assert_true(rays_occluded(rays, centre, direction, 1000));
        assert_false(rays_occluded(rays, centre, direction, 90));
        const float out[3] = {direction[0] * 130, direction[1] * 130, direction[2] * 130};
        float nearest[3];
        assert_true(rays_nearest(rays, out, 1000, &hit, nearest));
        assert_true(fabsf(hit.distance_mm - 30) < 0.3f);
        /* The weights name the same point. */
        for (int axis = 0; axis < 3; axis++) {
            const float *a = mesh.pos[mesh.tri[hit.triangle][0]], *b = mesh.pos[mesh.tri[hit.triangle][1]];
            const float *c = mesh.pos[mesh.tri[hit.triangle][2]];
            const float u = hit.barycentric[0], v = hit.barycentric[1];
            assert_true(fabsf((1 - u - v) * a[axis] + u * b[axis] + v * c[axis] - nearest[axis]) < 1e-3f);
        }
        assert_false(rays_nearest(rays, out, 20, &hit, nearest));
    }
    rays_destroy(rays);
    rays_destroy(NULL);
}

static void test_real_scan(void **state) {
    (void)state;
    Err err = {0};
    Mesh mesh;
    Image texture;
    const char *path = STIPPLE_SHARED "/data/scan/lps_mm.obj";
    if (!file_exists(path)) {
        print_message("skipped: no reference data\n");
        skip();
    }
    if (!mesh_load(path, &arena, &mesh, &texture, &err)) fail_msg("%s", err.text);
    assert_true(mesh.triangle_count > 10000);
    assert_non_null(mesh.uv);
    assert_non_null(texture.rgba);
    print_message("%u vertices, %u triangles, texture %d x %d\n", mesh.vertex_count, mesh.triangle_count,
                  texture.width, texture.height);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normals_of_a_sphere),
        cmocka_unit_test(test_obj_round_trip),
        cmocka_unit_test(test_bad_scans_are_refused),
        cmocka_unit_test(test_rays_on_a_sphere),
        cmocka_unit_test(test_real_scan),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
