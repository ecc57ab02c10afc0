/* What the finders of the profile, of closed lids and of the ear see in pictures of known heads from the
 * side. */
#include "headfixture.h"

#include "src/fitlid.h"
#include "src/fitpose.h"
#include "src/fitprofile.h"
#include "src/fitside.h"
#include "src/headinternal.h"
#include "src/scanpicture.h"
#include <math.h>
#include <string.h>

enum { W = 720, H = 720 };

/* A picture of one head from its left, seen by a fit that takes it for another head. */
static FitState *look(const HeadShape *shown, const HeadShape *taken, double yaw_rad) {
    Err err = {{0}};
    Mesh mesh;
    HeadScanFit lies = {.scale = 1, .rotation = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    FitState *state = ARENA_ARRAY(&arena, FitState, 1);
    FitView *view = &state->view[PHOTO_LEFT];
    assert_true(head_mesh(model, shown, HEAD_LOD_MEDIUM, &arena, &mesh, &err));
    Rays *rays = rays_create(&mesh, &err);
    assert_non_null(rays);
    state->model = model;
    state->arena = &arena;
    state->shape = *taken;
    assert_true(fitbasis_create(model, taken, &arena, &state->basis, &err));
    view->present = view->has_outline = true;
    view->scale = 1;
    view->camera = (FitCamera){.focal = 1600, .cx = W / 2, .cy = H / 2, .t = {0, 0, 700}};
    fitcamera_look(&view->camera, yaw_rad, 0, 0);
    assert_true(image_alloc(&arena, W, H, &view->image, &err));
    const ScanScene scene = {&mesh, NULL, rays, &lies};
    scanpicture_draw(&scene, &view->camera, false, &view->image);
    view->silhouette = (Silhouette){.width = W, .height = H, .mask = ARENA_ARRAY(&arena, uint8_t, W * H)};
    for (int i = 0; i < W * H; i++) view->silhouette.mask[i] = view->image.rgba[4 * i] ? 255 : 0;
    assert_true(silhouette_trace(&view->image, &arena, &scratch, &view->silhouette, &err));
    rays_destroy(rays);
    return state;
}

static const FitPoint *found(const FitState *state, int site) {
    const FitView *view = &state->view[PHOTO_LEFT];
    for (int i = 0; i < view->found_count; i++)
        if (view->found[i].site[0] == site) return &view->found[i];
    return NULL;
}

/* How far from a place of a head the point of a site lies along one of its axes, mm; before: where the head
 * that the fit takes has it. */
static double off_mm(const FitState *state, const HeadShape *shown, int site, int axis, bool before) {
    const FitView *view = &state->view[PHOTO_LEFT];
    const FitPoint *point = found(state, site);
    float lm[LM_COUNT][3], at[2];
    double px[2];
    assert_non_null(point);
    head_landmarks(model, shown, lm);
    fitcamera_project(&view->camera, lm[site], px);
    memcpy(at, point->px, sizeof at);
    if (before) fitsolve_site_px(state, view, site, at);
    return ((double)(at[0] * point->axis[axis][0] + at[1] * point->axis[axis][1]) -
            px[0] * (double)point->axis[axis][0] - px[1] * (double)point->axis[axis][1]) *
           view->camera.t[2] / view->camera.focal;
}

/* Of other heads the profile tells where nose tip, root and corner lie: their own, not the mean head's. */
static void test_a_profile_shows_the_nose(void **unused) {
    (void)unused;
    static const HeadShape mean;
    static const int site[3] = {LM_PRONASALE, LM_SELLION, LM_SUBNASALE};
    double was = 0, is = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        HeadShape other;
        head_random(model, seed, (int)(seed & 1), &other);
        FitState *state = look(&other, &mean, (90 - 4 * (double)seed) * 0.0174533);
        fitprofile_find(state, PHOTO_LEFT);
        for (int k = 0; k < 3; k++)
            for (int axis = 0; axis < 2; axis++) {
                const double off = off_mm(state, &other, site[k], axis, false);
                was += fabs(off_mm(state, &other, site[k], axis, true)) / 24;
                is += fabs(off) / 24;
            }
    }
    assert_true(is < 0.9 && was > 2.4);
}

/* The upper lip under a moustache is nobody's corner. */
static void test_a_dark_lip_says_nothing(void **unused) {
    (void)unused;
    static const HeadShape mean;
    FitState *state = look(&mean, &mean, 1.5);
    FitView *view = &state->view[PHOTO_LEFT];
    float lip[2];
    fitprofile_find(state, PHOTO_LEFT);
    assert_non_null(found(state, LM_SUBNASALE));
    fitsolve_site_px(state, view, LM_SUBNASALE, lip);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (hypotf((float)x - lip[0], (float)y - lip[1] - 20) < 24)
                for (int c = 0; c < 3; c++) view->image.rgba[4 * (y * W + x) + c] /= 4;
    view->found_count = 0;
    fitprofile_find(state, PHOTO_LEFT);
    assert_null(found(state, LM_SUBNASALE));
    assert_non_null(found(state, LM_PRONASALE));
}

/* A closed eye that stands out more or less than the head's is found there, from several directions. */
static void test_a_closed_lid_stands_out(void **unused) {
    (void)unused;
    const HeadShape closed = {.lids_closed = 1}, open = {0};
    for (int k = 0; k < 4; k++) {
        HeadShape other = closed;
        other.weight[HEAD_LIDS + 1] = k == 3 ? -0.8f : 0.7f * (float)k;
        FitState *state = look(&other, &closed, (80 + 5 * (double)k) * 0.0174533);
        fitlid_find(state, PHOTO_LEFT);
        assert_true(fabs(off_mm(state, &other, LM_LEFT_PUPIL, 0, false)) < 0.8);
    }
    FitState *state = look(&open, &open, 1.5);
    fitlid_find(state, PHOTO_LEFT);
    assert_null(found(state, LM_LEFT_PUPIL));
}

static bool stop(Progress *progress, double done, const char *what) {
    (void)progress;
    (void)done;
    (void)what;
    return false;
}

/* A camera that the outline left 20 degrees aside comes back to where the ear is; the way can be stopped. */
static void test_an_ear_leads_a_turned_camera_home(void **unused) {
    (void)unused;
    static const HeadShape mean;
    FitState *state = look(&mean, &mean, 97 * 0.0174533);
    FitView *view = &state->view[PHOTO_LEFT];
    const FitCamera truth = view->camera;
    view->focal_log_sigma = 0.1;
    view->focal_log_mean = log(view->camera.focal);
    view->outline.point = ARENA_ARRAY(&arena, FitOutlinePoint, FIT_OUTLINE_MAX);
    assert_true(fitsystem_create(&arena, &state->system));
    fitcamera_look(&view->camera, 117 * 0.0174533, 0, 0);
    Progress stopped = {.sink = stop};
    Err err = {{0}};
    assert_false(fitside_stand(state, PHOTO_LEFT, NULL, &stopped, &scratch, &err));
    assert_non_null(strstr(err.text, "stopped"));
    assert_true(fitside_stand(state, PHOTO_LEFT, NULL, NULL, &scratch, &err));
    assert_true(fitpose_turn_between_rad(&view->camera, &truth) < 0.07);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_profile_shows_the_nose),
        cmocka_unit_test(test_a_dark_lip_says_nothing),
        cmocka_unit_test(test_a_closed_lid_stands_out),
        cmocka_unit_test(test_an_ear_leads_a_turned_camera_home),
    };
    return cmocka_run_group_tests(tests, head_setup, head_teardown);
}
