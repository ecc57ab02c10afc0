/* Ears in photos from the side: drawn with random heads' own, looked for with the mean head's. */
#include "headfixture.h"

#include "src/fitear.h"
#include "src/scanpicture.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { W = 260, H = 290, HEADS = 3, LIGHTS = 2, MOVES = 2 };
static const double PX_PER_MM = 1.6, AWAY_MM = 900;

static FitCamera side_camera(bool left, int light) {
    FitCamera camera = {.focal = PX_PER_MM * AWAY_MM, .cx = W * 0.5, .cy = H * 0.5, .t = {0, 0, AWAY_MM}};
    fitcamera_look(&camera, (left ? 1.5 : -1.5) + 0.2 * (light - 0.5), 0.2 * (light - 0.5), 0.05);
    return camera;
}

/* Light that falls from one side of the photo, as a window's. */
static void shade_across(Image *image, double slope) {
    for (int i = 0; i < W * H; i++) {
        const double gain = exp(slope * ((double)(i % W) / W - 0.5));
        for (int c = 0; c < 3; c++)
            image->rgba[4 * i + c] = (uint8_t)fmin(255, gain * image->rgba[4 * i + c]);
    }
}

/* Ears differ in where the tragus sits between their ends more than their other sizes tell. */
static void move_tragus(Mesh *mesh, const float tragion[3], float forward_mm) {
    const float reach_mm = 9;
    for (uint32_t v = 0; v < mesh->vertex_count; v++) {
        float square = 0;
        for (int c = 0; c < 3; c++) square += (mesh->pos[v][c] - tragion[c]) * (mesh->pos[v][c] - tragion[c]);
        mesh->pos[v][2] += forward_mm * expf(-0.5f * square / (reach_mm * reach_mm));
    }
}

/* Where the finder puts the tragion and where the drawn head has it, mm; false: no ear was found. */
static bool tragion_off(const Mesh *mesh, const float tragion_mm[3], bool left, int light, double off[2]) {
    static const HeadScanFit as_it_is = {.scale = 1, .rotation = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    Err err = {{0}};
    const PhotoSlot slot = left ? PHOTO_LEFT : PHOTO_RIGHT;
    const HeadLandmark tragion = left ? LM_LEFT_TRAGION : LM_RIGHT_TRAGION;
    const size_t mark = arena_mark(&scratch);
    Rays *rays = rays_create(mesh, &err);
    FitState *state = ARENA_ARRAY(&scratch, FitState, 1);
    assert_non_null(rays);
    assert_non_null(state);
    state->model = model;
    assert_true(fitbasis_create(model, &state->shape, &scratch, &state->basis, &err));
    FitView *view = &state->view[slot];
    view->scale = 1;
    view->camera = side_camera(left, light);
    assert_true(image_alloc(&scratch, W, H, &view->image, &err));
    scanpicture_draw(&(ScanScene){.mesh = mesh, .rays = rays, .fit = &as_it_is}, &view->camera, false,
                     &view->image);
    shade_across(&view->image, 2 * light - 1);
    assert_true(fitear_find(state, slot, &scratch));
    double px[2];
    fitcamera_project(&view->camera, tragion_mm, px);
    bool found = false;
    for (int i = 0; i < view->found_count; i++)
        for (int c = 0; c < 2 && view->found[i].site[0] == (int)tragion; c++) {
            found = true;
            off[c] = ((double)view->found[i].px[c] - px[c]) / PX_PER_MM;
        }
    rays_destroy(rays);
    arena_rewind(&scratch, mark);
    return found;
}

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void the_tragion_is_found_wherever_it_sits_in_the_ear(void **unused) {
    (void)unused;
    enum { ALL = 2 * HEADS * LIGHTS * MOVES };
    double off[ALL];
    int count = 0;
    for (int i = 0; i < ALL; i++) {
        const bool left = i & 1;
        const int light = i / 2 % LIGHTS, seed = i / 2 / LIGHTS % HEADS;
        const size_t mark = arena_mark(&arena);
        Err err = {{0}};
        HeadShape truth;
        Mesh mesh;
        float tragion[3];
        double by[2] = {0};
        head_random(model, 40 + (uint64_t)seed, seed & 1, &truth);
        assert_true(head_mesh(model, &truth, HEAD_LOD_MEDIUM, &arena, &mesh, &err));
        head_eval(model, &truth, head_landmark_site(model, left ? LM_LEFT_TRAGION : LM_RIGHT_TRAGION),
                  tragion, NULL);
        const float forward_mm = i < ALL / 2 ? 3.5f : -2.5f;
        move_tragus(&mesh, tragion, forward_mm);
        tragion[2] += forward_mm;
        if (tragion_off(&mesh, tragion, left, light, by)) off[count++] = hypot(by[0], by[1]);
        arena_rewind(&arena, mark);
    }
    qsort(off, (size_t)count, sizeof *off, compare);
    print_message("%d of %d ears found, tragion off by %.2f mm in the middle, nine of ten within %.2f\n",
                  count, ALL, off[count / 2], off[count * 9 / 10]);
    assert_true(count >= ALL * 9 / 10);
    assert_true(off[count / 2] < 1.5);
    assert_true(off[count * 9 / 10] < 2.1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_tragion_is_found_wherever_it_sits_in_the_ear)};
    return cmocka_run_group_tests(tests, head_setup, head_teardown);
}
