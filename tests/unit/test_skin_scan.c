/* skin on a real scanned head with exactly known cameras: the albedo must not depend on the room. */
#include "../../src/skinbake.h"
#include "../../src/skintone.h"
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ATLAS = 512, STUDIO_PHOTOS = 5 };
#define DATA STIPPLE_SHARED "/data/"

static Arena arena, scratch;
static SkinSurface surface;
static bool present;
static const float tragia_mm[3] = {0.6f, -25.2f, -58.6f}; /* the scan's origin lies elsewhere */

static bool load_surface(void) {
    Mesh mesh;
    Image texture;
    float landmark[LM_COUNT][3];
    json_t *json = json_load_file(DATA "scan/lps.landmarks.json", 0, NULL);
    if (!json || !mesh_load(DATA "scan/lps_mm.obj", &arena, &mesh, &texture, NULL)) return false;
    if (!mesh.nrm && !mesh_compute_normals(&mesh, &arena, NULL)) return false;
    for (int i = 0; i < LM_COUNT; i++) {
        json_t *point = json_object_get(json, head_landmark_names[i]);
        for (size_t c = 0; c < 3; c++)
            landmark[i][c] = (float)json_number_value(json_array_get(point, c)) - tragia_mm[c];
    }
    for (uint32_t i = 0; i < mesh.vertex_count; i++) {
        for (int c = 0; c < 3; c++) mesh.pos[i][c] -= tragia_mm[c];
    }
    json_decref(json);
    return skinsurface_build(&mesh, NULL, (const float(*)[3])landmark, &arena, &surface, NULL);
}

static bool load_photo(const char *name, SkinPhoto *out) {
    char path[1024];
    Image mask;
    snprintf(path, sizeof path, DATA "photos/lps_%s.jpg", name);
    if (!image_load(path, &arena, &out->image, NULL, NULL)) return false;
    snprintf(path, sizeof path, DATA "photos/lps_%s_mask.png", name);
    if (!image_load(path, &arena, &mask, NULL, NULL)) return false;
    size_t count = (size_t)mask.width * (size_t)mask.height;
    out->mask = arena_push(&arena, count);
    for (size_t i = 0; i < count; i++) out->mask[i] = mask.rgba[4 * i];
    snprintf(path, sizeof path, DATA "photos/lps_%s.json", name);
    json_t *json = json_load_file(path, 0, NULL);
    Camera *camera = &out->camera;
    camera->width = out->image.width;
    camera->height = out->image.height;
    camera->fx = json_number_value(json_object_get(json, "fx"));
    camera->fy = json_number_value(json_object_get(json, "fy"));
    camera->cx = json_number_value(json_object_get(json, "cx"));
    camera->cy = json_number_value(json_object_get(json, "cy"));
    for (size_t r = 0; r < 3; r++) {
        json_t *row = json_array_get(json_object_get(json, "camera_from_scan"), r);
        for (size_t c = 0; c < 4; c++)
            camera->camera_from_head[r][c] = json_number_value(json_array_get(row, c));
        for (int c = 0; c < 3; c++)
            camera->camera_from_head[r][3] += camera->camera_from_head[r][c] * (double)tragia_mm[c];
    }
    json_decref(json);
    return true;
}

static int setup(void **state) {
    (void)state;
    ArenaDesc desc = {.name = "test"};
    if (!arena_create(&arena, &desc, NULL) || !arena_create(&scratch, &desc, NULL)) return 1;
    present = load_surface();
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_destroy(&arena);
    arena_destroy(&scratch);
    return 0;
}

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void test_albedo_does_not_know_the_room(void **state) {
    (void)state;
    if (!present) {
        print_message("skipped: the shared scan is not there\n");
        skip();
    }
    static const char *const name[STUDIO_PHOTOS + 1] = {"front", "left", "right", "back", "top", "selfie"};
    SkinPhoto photo[STUDIO_PHOTOS + 1];
    memset(photo, 0, sizeof photo);
    for (int k = 0; k <= STUDIO_PHOTOS; k++) assert_true(load_photo(name[k], &photo[k]));
    Skin skin[2];
    Err err = {""};
    assert_true(
        skinbake_photos(&surface, photo, STUDIO_PHOTOS, ATLAS, NULL, &arena, &scratch, &skin[0], &err));
    assert_true(
        skinbake_photos(&surface, photo + STUDIO_PHOTOS, 1, ATLAS, NULL, &arena, &scratch, &skin[1], &err));
    double ab = 0, bb = 0;
    float *value = calloc(ATLAS * ATLAS, sizeof *value), lab[2][3];
    size_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < ATLAS * ATLAS; i++) {
            if (skin[0].confidence[i] < 100 || skin[1].confidence[i] < 100) continue;
            float rgb[2][3], sum = 0;
            for (size_t c = 0; c < 3; c++) {
                for (int k = 0; k < 2; k++) rgb[k][c] = srgb8_to_linear_table[skin[k].albedo.rgba[4 * i + c]];
                if (pass == 0) ab += (double)(rgb[0][c] * rgb[1][c]);
                if (pass == 0) bb += (double)(rgb[1][c] * rgb[1][c]);
                if (pass == 1) rgb[1][c] *= (float)(ab / bb);
            }
            if (pass == 0) continue;
            for (int k = 0; k < 2; k++) skintone_lab_from_linear(rgb[k], lab[k]);
            for (int c = 0; c < 3; c++) sum += (lab[0][c] - lab[1][c]) * (lab[0][c] - lab[1][c]);
            value[count++] = sqrtf(sum);
        }
    }
    assert_true(count > 10000);
    qsort(value, count, sizeof *value, by_value);
    print_message("studio against selfie: median %.2f Delta E over %zu texels\n", (double)value[count / 2],
                  count);
    assert_true(value[count / 2] < 4);
    free(value);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_albedo_does_not_know_the_room)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
