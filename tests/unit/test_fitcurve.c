/* Where a painted mouth's line ends, and how surely. */
#include "headfixture.h"

#include "src/fitcurve.h"
#include <math.h>

enum { W = 480, H = 480 };
static const double PX_PER_MM = 20 / 7.0, AWAY_MM = 700;

/* How dark the mouth is at a place of its line, 0 in the middle, 1 in the corner; nothing beyond. */
typedef double Darkness(double t);

/* A wide line in the middle of which only a thin one goes on to the corner, as shadow between full lips. */
static double strong_in_the_middle(double t) {
    return t < 0.5 ? 1.2 : 0.36;
}

/* One that fades all the way. */
static double fading(double t) {
    return 1.2 * (1 - t) * (1 - t);
}

/* Grey, with a line from one corner to the other; `moved_mm` brings both outwards from the head's own. */
static FitState *look_at_mouth(Darkness *darkness, double moved_mm, float corner_px[2][2]) {
    Err err = {{0}};
    FitState *state = ARENA_ARRAY(&arena, FitState, 1);
    FitView *view = &state->view[PHOTO_FRONT];
    state->model = model;
    assert_true(fitbasis_create(model, &state->shape, &arena, &state->basis, &err));
    assert_true(image_alloc(&arena, W, H, &view->image, &err));
    view->present = true;
    view->scale = 1;
    view->camera =
        (FitCamera){.focal = PX_PER_MM * AWAY_MM, .cx = W * 0.5, .cy = H * 0.25, .t = {0, 0, AWAY_MM}};
    fitcamera_look(&view->camera, 0, 0, 0);
    static const int site[2] = {LM_RIGHT_CHEILION, LM_LEFT_CHEILION};
    for (int k = 0; k < 2; k++) {
        fitsolve_site_px(state, view, site[k], corner_px[k]);
        corner_px[k][0] += (k ? 1 : -1) * (float)(moved_mm * PX_PER_MM);
    }
    const double middle = 0.5 * (double)(corner_px[0][0] + corner_px[1][0]),
                 half = 0.5 * (double)(corner_px[1][0] - corner_px[0][0]), row = (double)corner_px[0][1];
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const double t = fabs(x + 0.5 - middle) / half, off_mm = (y + 0.5 - row) / PX_PER_MM;
            const double dark = t < 1 ? darkness(t) * exp(-0.5 * off_mm * off_mm / 0.25) : 0;
            for (int c = 0; c < 4; c++)
                view->image.rgba[4 * (y * W + x) + c] = c < 3 ? (uint8_t)(180 * exp(-dark)) : 255;
        }
    assert_true(fitcurve_find(state, PHOTO_FRONT, 6, &scratch));
    return state;
}

/* How far too far in the found corner lies, mm. */
static double corner_off_mm(const FitState *state, const float corner_px[2][2], int k, double *sigma_mm) {
    const FitView *view = &state->view[PHOTO_FRONT];
    const int site = k ? LM_LEFT_CHEILION : LM_RIGHT_CHEILION;
    const FitPoint *p = NULL;
    for (int i = 0; i < view->found_count; i++)
        if (view->found[i].site[0] == site) p = &view->found[i];
    assert_non_null(p);
    *sigma_mm = (double)p->sigma_px[0] / PX_PER_MM;
    return (double)(k ? corner_px[k][0] - p->px[0] : p->px[0] - corner_px[k][0]) / PX_PER_MM;
}

/* The corners of a mouth that is mostly dark in its middle are where its thin line ends. */
static void test_a_thin_line_ends_in_the_corner(void **unused) {
    (void)unused;
    for (int moved_mm = -4; moved_mm <= 4; moved_mm += 4)
        for (int k = 0; k < 2; k++) {
            float px[2][2];
            double sigma_mm;
            const FitState *state = look_at_mouth(strong_in_the_middle, moved_mm, px);
            assert_true(fabs(corner_off_mm(state, (const float(*)[2])px, k, &sigma_mm)) < 1);
            assert_true(sigma_mm < 1.5);
        }
}

/* A line that fades all along ends somewhere: the corner is not known well. */
static void test_a_fading_line_ends_somewhere(void **unused) {
    (void)unused;
    for (int k = 0; k < 2; k++) {
        float px[2][2];
        double sigma_mm;
        const FitState *state = look_at_mouth(fading, 0, px);
        corner_off_mm(state, (const float(*)[2])px, k, &sigma_mm);
        assert_true(sigma_mm > 1.6);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_thin_line_ends_in_the_corner),
        cmocka_unit_test(test_a_fading_line_ends_somewhere),
    };
    return cmocka_run_group_tests(tests, head_setup, head_teardown);
}
