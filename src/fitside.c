#include "fitside.h"
#include "fitear.h"
#include "fitface.h"
#include "fitlid.h"
#include "fitpose.h"
#include "fitprofile.h"
#include <math.h>

bool fitside_find(FitState *state, int photo, Arena *scratch, Err *err) {
    fitprofile_find(state, photo);
    fitlid_find(state, photo);
    return fitear_find(state, photo, scratch) || err_set(err, "there is not enough memory to fit the head");
}

enum { ROUNDS = 2, STEPS = 3 };
static const double REACH_FROM_MM = 12, REACH_TO_MM = 8;

/* Outline and found places together; false when they leave no camera. */
static bool approach(FitState *state, int photo, Arena *scratch) {
    const FitCamera *camera = &state->view[photo].camera;
    FitStep step = {.views = 1u << photo, .outline_weight = 0.5, .damping = 1e-4};
    for (int k = 0; k < STEPS; k++) {
        const double reach_mm = REACH_FROM_MM * pow(REACH_TO_MM / REACH_FROM_MM, (double)k / (STEPS - 1));
        step.outline_radius_px = (float)(reach_mm * camera->focal / camera->t[2]);
        if (!fitsolve_step(state, &step, scratch)) return false;
    }
    return true;
}

/* What the present place has found is looked for anew from the next. */
static bool find_anew(FitState *state, int photo, const FitPins *pins, Arena *scratch, Err *err) {
    state->view[photo].found_count = 0;
    if (!fitside_find(state, photo, scratch, err)) return false;
    fitface_points(&state->view[photo], pins, photo);
    return true;
}

/* An ear is recognised from 30 degrees aside too, but a side photo is seldom turned so far. */
static const double ASIDE_POWER = 16;

bool fitside_stand(FitState *state, int photo, const FitPins *pins, Progress *progress, Arena *scratch,
                   Err *err) {
    FitView *view = &state->view[photo];
    const FitDirection *from;
    const int count = fitpose_directions((PhotoSlot)photo, &from);
    FitCamera best = view->camera;
    double most = 0;
    for (int k = -1; k < count; k++) {
        if (k >= 0) fitpose_stand(state, photo, from[k]);
        bool stands = true;
        if (!progress_step(progress, (k + 1.0) / (count + 1), "finding the ear"))
            return err_set(err, "the fit was stopped");
        for (int round = 0; stands && round < ROUNDS; round++) {
            if (!find_anew(state, photo, pins, scratch, err)) return false;
            stands = approach(state, photo, scratch);
        }
        if (!stands) continue;
        if (!find_anew(state, photo, pins, scratch, err)) return false;
        const double score = view->ear_explained * pow(fabs(fitcamera_from_left(&view->camera)), ASIDE_POWER);
        log_message(LOG_DEBUG, "fit: %s stands by its ear: %.2f", photo_slot_names[photo], score);
        if (score <= most) continue;
        most = score;
        best = view->camera;
    }
    view->camera = best;
    view->found_count = 0;
    fitface_points(view, pins, photo);
    return true;
}
