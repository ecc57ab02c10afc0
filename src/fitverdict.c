#include "fitverdict.h"
#include <math.h>
#include <string.h>

/* A verdict of good promises less than 5 % of the eye distance (3.2 mm) of landmark error. */
static const double GOOD_MM = 2.4, CHECK_MM = 5.0, DISAGREE_MM = 4.5, DISAGREE_SHARE = 0.6;

static double per_mm(const FitView *view) {
    return view->camera.focal / view->camera.t[2];
}

bool fitverdict_disagrees(const FitView *view) {
    return view->has_outline &&
           (view->outline_px / per_mm(view) > DISAGREE_MM || view->outline_share < DISAGREE_SHARE);
}

/* Expected error of the landmarks in a photo, mm, root mean square, from what all evidence leaves open. */
static double expected_mm(const FitState *state, int photo) {
    const FitView *view = &state->view[photo];
    double sum = 0;
    int count = 0;
    for (int lm = 0; lm < LM_VERTEX; lm++) {
        float pos[3];
        FitProjection at;
        fitbasis_landmark(&state->basis, (HeadLandmark)lm, pos);
        fitcamera_differentiate(&view->camera, pos, &at);
        for (int i = 0; i < 2; i++) {
            const double pick[2] = {i == 0 ? 1.0 : 0.0, i == 1 ? 1.0 : 0.0};
            FitRow row = {.count = 0};
            fitrow_add_camera(&row, photo, &at, pick, 1);
            fitrow_add_site(&row, state->basis.landmark_der[lm], at.by_point[i], 1);
            sum += fitsystem_variance(&state->system, &row);
        }
        count++;
    }
    return sqrt(sum / count) / per_mm(view);
}

static void judge_photo(const FitState *state, int p, FitPhoto *photo) {
    const FitView *view = &state->view[p];
    const double outline_mm = view->outline_px / per_mm(view), points_mm = view->points_px / per_mm(view);
    const double expected = expected_mm(state, p);
    const bool outlined = view->has_outline && view->outline_share > 0.5, faced = view->point_count >= 6;
    const double residual_px = fmax(outlined ? view->outline_px : 0, faced ? view->points_px : 0);
    photo->residual_px = (float)(residual_px / (double)view->scale);
    photo->residual_mm = (float)(residual_px / per_mm(view));
    double worst = expected;
    worst = fmax(worst, outlined ? 1.2 * outline_mm : CHECK_MM * 0.8);
    worst = fmax(worst, faced ? 0.8 * points_mm : 0);
    photo->verdict = worst < GOOD_MM ? FIT_GOOD : worst < CHECK_MM ? FIT_CHECK : FIT_POOR;
    if (photo->verdict == FIT_GOOD)
        snprintf(photo->reason, sizeof photo->reason, "The head follows this photo to %.1f mm.",
                 (double)photo->residual_mm);
    else if (!outlined)
        snprintf(photo->reason, sizeof photo->reason,
                 "The skull's outline could not be found here; add pins to guide it.");
    else if (worst == expected)
        snprintf(photo->reason, sizeof photo->reason,
                 "This photo leaves about %.1f mm open; pins would settle it.", expected);
    else
        snprintf(photo->reason, sizeof photo->reason,
                 "The head misses this photo by %.1f mm; check the pins.", worst);
    log_message(LOG_INFO,
                "fit: %s outline %.2f mm (%.0f %%), points %.2f mm, expected %.2f mm, focal %.0f px",
                photo_slot_names[p], outline_mm, 100 * view->outline_share, points_mm, expected,
                view->camera.focal / (double)view->scale);
}

void fitverdict_judge(const FitState *state, Fit *fit) {
    for (int p = 0; p < CASE_PHOTOS; p++)
        if (fit->photo[p].present && state->view[p].present) judge_photo(state, p, &fit->photo[p]);
}
