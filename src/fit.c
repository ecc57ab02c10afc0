#include "fit.h"
#include "../engine/language.h"
#include "fitcurve.h"
#include "fitface.h"
#include "fitmatch.h"
#include "fitmirror.h"
#include "fitpose.h"
#include "fitside.h"
#include "fitverdict.h"
#include "photo.h"
#include <math.h>
#include <string.h>

const char *const fit_verdict_names[] = {"good", "check", "poor", "unused"};

/* Patches overlap, so neighbours share some of their error. */
static const double MATCH_WEIGHT = 0.8;

typedef struct FitJob {
    FitState *state;
    Fit *fit;
    const FitPins *pins;
    Progress *progress;
    Arena *arena, *scratch;
    uint32_t placed; /* photos whose cameras stand */
    double done;     /* of the whole, at the last step */
    Err *err;
} FitJob;

static bool step_progress(FitJob *job, double done, const char *what) {
    job->done = done;
    return progress_step(job->progress, done, what) || err_set(job->err, "the fit was stopped");
}

/* So many pins place a camera by themselves. */
enum { PINS_PLACE = 4 };

static int pin_count(const FitPins *pins, int photo) {
    int count = 0;
    for (int k = 0; pins && k < LM_VERTEX; k++) count += pins->given[photo][k];
    return count;
}

static bool any_pins(const FitJob *job) {
    int count = 0;
    for (int p = 0; p < CASE_PHOTOS; p++) count += pin_count(job->pins, p);
    return count > 0;
}

static bool no_memory(Err *err) {
    return err_set(err, "there is not enough memory to fit the head");
}

static bool prepare_view(FitJob *job, int p) {
    FitView *view = &job->state->view[p];
    const FitPhoto *photo = &job->fit->photo[p];
    if (!image_shrink(&photo->image, FIT_WORK_PX, job->arena, &view->image, &view->scale, job->err))
        return false;
    view->present = true;
    view->camera.cx = 0.5 * view->image.width;
    view->camera.cy = 0.5 * view->image.height;
    view->camera.focal =
        photo_focal_px(view->image.width, view->image.height, &photo->info, &view->focal_log_sigma);
    view->focal_log_mean = log(view->camera.focal);
    view->camera.t[2] = 700;
    view->outline.point = ARENA_ARRAY(job->arena, FitOutlinePoint, FIT_OUTLINE_MAX);
    return view->outline.point || no_memory(job->err);
}

static bool cut_about(FitJob *job, int p, const SilhouetteGuess *guess) {
    FitView *view = &job->state->view[p];
    float confidence = 0;
    if (!silhouette_find(&view->image, guess, p != PHOTO_TOP, job->arena, job->scratch, &view->silhouette,
                         &confidence, job->err))
        return false;
    view->has_outline = view->silhouette.point_count > 200;
    log_message(LOG_DEBUG, "fit: %s outline of %d points, confidence %.2f", photo_slot_names[p],
                view->silhouette.point_count, (double)confidence);
    return true;
}

static bool cut_out_face(FitJob *job) {
    FitView *view = &job->state->view[PHOTO_FRONT];
    /* The head about the eyes: 2.4 eye distances wide, 3.6 high, the eyes a little below its middle. */
    const FaceFrame *f = &view->face.frame;
    const SilhouetteGuess guess = {{f->origin_px[0], f->origin_px[1] + 0.05f * f->unit_px},
                                   {1.25f * f->unit_px, 1.85f * f->unit_px},
                                   .is_close = true,
                                   .chin_known = true};
    if (!cut_about(job, PHOTO_FRONT, &guess)) return false;
    /* Elsewhere another side's light makes the face's colours uncertain. */
    silhouette_find_bare(&view->image, &job->state->skin, 0.06f * f->unit_px, &view->silhouette);
    return true;
}

/* The crown's rim turns away from the light. */
static const float ROUNDED_LIGHT = 0.5f;

/* Seen from above, shoulders lie about the head in one outline with it: theirs has not the crown's colour,
 * be that skin or hair. */
static void find_shoulders(FitView *view, const SilhouetteGuess *guess) {
    const float radius_px = fminf(guess->radius_px[0], guess->radius_px[1]);
    SkinTone crown = {0};
    silhouette_skin_tone(&view->image, guess->centre_px, 0.6f * radius_px, &crown);
    crown.light_sigma = fmaxf(crown.light_sigma, ROUNDED_LIGHT);
    if (crown.known) silhouette_find_bare(&view->image, &crown, 0.08f * radius_px, &view->silhouette);
}

static bool cut_out(FitJob *job, int p) {
    FitView *view = &job->state->view[p];
    SilhouetteGuess guess;
    if (view->has_face) return cut_out_face(job);
    if (!silhouette_guess_by_dome(&view->image, &job->state->skin, p == PHOTO_TOP, job->scratch, &guess))
        return no_memory(job->err);
    if (!cut_about(job, p, &guess)) return false;
    if (p == PHOTO_TOP) find_shoulders(view, &guess);
    return true;
}

/* Where no dome of a skull led to a head, the skin's colour may. */
static bool start_by_skin(FitJob *job, int p, FitStart *start, int *count) {
    FitView *view = &job->state->view[p];
    SilhouetteGuess guess;
    if (!silhouette_guess_by_skin(&view->image, &job->state->skin, job->scratch, &guess)) return true;
    log_message(LOG_DEBUG, "fit: %s skin about %.0f %.0f, %.0f wide", photo_slot_names[p],
                (double)guess.centre_px[0], (double)guess.centre_px[1], 2 * (double)guess.radius_px[0]);
    if (!cut_about(job, p, &guess)) return false;
    *count = fitpose_from_outline(job->state, p, job->scratch, start);
    return true;
}

static double px_per_mm(const FitView *view) {
    return view->camera.focal / view->camera.t[2];
}

/* `count` steps with the outline's search radius falling from one value to another. */
static bool run_steps(FitJob *job, FitStep step, int count, double from_mm, double to_mm) {
    for (int k = 0; k < count; k++) {
        const double mm = from_mm * pow(to_mm / from_mm, count > 1 ? (double)k / (count - 1) : 1);
        double scale = 0;
        for (int p = 0; p < CASE_PHOTOS; p++)
            if (job->state->view[p].present && (step.views >> p & 1))
                scale = fmax(scale, px_per_mm(&job->state->view[p]));
        step.outline_radius_px = (float)(mm * scale);
        if (!fitsolve_step(job->state, &step, job->scratch))
            return err_set(job->err, "the fit did not converge; more pins are needed");
    }
    return true;
}

/* No face turned farther is found as one from the front. */
static const double FACE_TURN_MAX_RAD = 0.6;

static bool solve_front(FitJob *job) {
    FitState *state = job->state;
    FitView *view = &state->view[PHOTO_FRONT];
    const FitPhoto *photo = &job->fit->photo[PHOTO_FRONT];
    if (!fitface_find(view, job->scratch, job->err)) return false;
    if (!view->has_face && pin_count(job->pins, PHOTO_FRONT) < PINS_PLACE)
        return err_set(
            job->err,
            "no face was found in %s: use a photo from the front with the whole face in it, or set pins",
            photo->path ? photo->path : _("the front photo"));
    if (view->has_face)
        silhouette_skin_tone(&view->image, view->face.frame.origin_px, 0.7f * view->face.frame.unit_px,
                             &job->state->skin);
    if (!cut_out(job, PHOTO_FRONT)) return false;
    fitface_lines(view);
    fitface_points(view, job->pins, PHOTO_FRONT);
    if (view->has_face)
        fitpose_from_face(view);
    else
        fitcamera_look(&view->camera, 0, 0, 0);
    const FitCamera straight = view->camera;
    if (!fitpose_from_points(state, PHOTO_FRONT) && !view->has_face)
        return err_set(job->err, "the pins in %s do not fit a face seen from the front",
                       photo->path ? photo->path : _("the photo"));
    if (view->has_face && !pin_count(job->pins, PHOTO_FRONT) &&
        fitpose_turn_between_rad(&view->camera, &straight) > FACE_TURN_MAX_RAD)
        view->camera = straight; /* led astray by a shadow */
    FitStep step = {.views = 1u << PHOTO_FRONT, .outline_weight = 1, .damping = 1e-4};
    step.shape = true;
    job->placed = 1u << PHOTO_FRONT;
    return run_steps(job, step, 8, 15, 5);
}

static uint32_t views_present(const FitState *state) {
    uint32_t views = 0;
    for (int p = 0; p < CASE_PHOTOS; p++) views |= state->view[p].present ? 1u << p : 0;
    return views;
}

/* Matches that the present cameras explain to within a cell. */
static double matches_explained(const FitState *state, double cell_mm) {
    double count = 0;
    for (int i = 0; i < state->match_count; i++) {
        const FitMatch *m = &state->match[i];
        double now[2][2], off[2];
        for (int k = 0; k < 2; k++)
            fitcamera_project(&state->view[m->photo[k]].camera, state->basis.pos[m->vertex], now[k]);
        for (int a = 0; a < 2; a++) {
            off[a] = now[1][a] - (double)m->at[1][a] - (double)m->moved[a];
            for (int k = 0; k < 2; k++) off[a] -= (double)m->map[a][k] * (now[0][k] - (double)m->at[0][k]);
        }
        count += hypot(off[0], off[1]) < cell_mm * px_per_mm(&state->view[m->photo[1]]) ? 1 : 0;
    }
    return count;
}

/* Moves a camera to where its photo's skin agrees best with the photos placed before; *support counts the
 * patches that match and that the one pose explains. */
static bool agree_with_placed(FitJob *job, int p, FitMatchScale scale, double *support) {
    FitState *state = job->state;
    const uint32_t self = 1u << p, placed = job->placed;
    int pairs[CASE_PHOTOS][CASE_PHOTOS];
    const FitStep step = {
        .views = placed | self, .held = placed, .outline_weight = 0.5, .match_weight = 0.5, .damping = 1e-4};
    if (!fitmatch_find(state, placed | self, self, scale, job->scratch, pairs, job->err) ||
        (state->match_count >= 6 && !run_steps(job, step, 4, 10, 8)))
        return false;
    *support = matches_explained(state, (double)scale.cell_mm);
    state->match_count = 0;
    return true;
}

/* What a camera raised by a radian costs. */
static const double LEVEL_MM = 4;

/* Chance alone explains some three patches; twenty more outweigh a millimetre of outline. Where neither
 * tells, a camera mostly stands level with the head. */
static double start_score(const FitStart *start) {
    return start->outline_mm - 0.05 * fmin(fmax(start->support - 3, 0), 60) +
           LEVEL_MM * start->raised * start->raised + (start->mirrored ? 0.5 : 0);
}

static int compare_by_score(const void *a, const void *b) {
    const double x = start_score(a), y = start_score(b);
    return (x > y) - (x < y);
}

/* Finer patches that no wrong camera was seen to share: from 17 degrees off 7 at most, right ones 15 and more
 * even from behind. */
static const double SUPPORT_SURE = 12;

/* Share of the work that each photo but the front one makes. */
static const double ONE_PHOTO = 0.1;

static bool choose_by_ear(FitJob *job, int p) {
    Progress part = progress_part(job->progress, job->done, job->done + ONE_PHOTO);
    return fitside_stand(job->state, p, job->pins, job->progress ? &part : NULL, job->scratch, job->err);
}

/* Where the outline alone led to a camera that hardly any skin of the placed photos confirms, the photos' own
 * skin is asked from the directions that the slot's name allows: it leads home from 15 degrees off. */
static bool choose_by_skin(FitJob *job, int p, double support) {
    static const FitMatchScale scales[] = {FIT_MATCH_COARSE, FIT_MATCH_MIDDLE, FIT_MATCH_MIDDLE};
    FitView *view = &job->state->view[p];
    const FitDirection *from;
    const int count = fitpose_directions((PhotoSlot)p, &from);
    const FitCamera before = view->camera;
    if (!job->placed || !view->has_outline || support > 2 * SUPPORT_SURE) return true;
    for (int k = 0; k < count; k++) {
        double shared = 0;
        fitpose_stand(job->state, p, from[k]);
        for (int i = 0; i < 3; i++)
            if (!agree_with_placed(job, p, scales[i], &shared)) return false;
        log_message(LOG_DEBUG, "fit: %s stood at azimuth %.0f elevation %.0f: %.0f shared patches",
                    photo_slot_names[p], (double)from[k].yaw_deg, (double)from[k].pitch_deg, shared);
        if (shared >= fmax(SUPPORT_SURE, support)) return true;
    }
    view->camera = before;
    const bool side = p == PHOTO_LEFT || p == PHOTO_RIGHT;
    return !side || support >= SUPPORT_SURE || choose_by_ear(job, p);
}

/* All starts are compared coarsely, the best three once more and closer. */
static bool choose_start(FitJob *job, int p, FitStart *start, int count) {
    FitView *view = &job->state->view[p];
    for (int round = 0; round < 2 && job->placed; round++) {
        const int tried = round && count > 3 ? 3 : count;
        for (int i = 0; i < tried; i++) {
            view->camera = start[i].camera;
            if (!agree_with_placed(job, p, FIT_MATCH_COARSE, &start[i].support) ||
                (round && start[i].support > 5 &&
                 !agree_with_placed(job, p, FIT_MATCH_MIDDLE, &start[i].support)))
                return false;
            start[i].camera = view->camera;
            const double *away = view->camera.r[2];
            start[i].raised = p == PHOTO_TOP ? 0 : asin(away[1]);
            log_message(LOG_DEBUG,
                        "fit: %s from azimuth %.0f elevation %.0f: outline %.2f mm, %.0f shared patches",
                        photo_slot_names[p], atan2(-away[0], -away[2]) * 57.3, -asin(away[1]) * 57.3,
                        start[i].outline_mm, start[i].support);
        }
        qsort(start, (size_t)tried, sizeof *start, compare_by_score);
    }
    view->camera = start[0].camera;
    return choose_by_skin(job, p, start[0].support);
}

/* A profile has no face to the finder; what it takes for one there is weak. */
static const float SIDE_FACE_MIN = 40;

/* A photo from elsewhere with a face looking out of it is another photo; true when it was left out. */
static bool shows_a_face_instead(FitJob *job, int p, bool *left_out) {
    FitView *view = &job->state->view[p];
    FitPhoto *photo = &job->fit->photo[p];
    *left_out = false;
    if (p == PHOTO_TOP || pin_count(job->pins, p)) return true;
    if (!fitface_find(view, job->scratch, job->err)) return false;
    *left_out = view->has_face && (p == PHOTO_BACK || view->face_votes > SIDE_FACE_MIN);
    view->has_face = false;
    if (!*left_out) return true;
    view->present = false;
    photo->verdict = FIT_UNUSED;
    snprintf(photo->reason, sizeof photo->reason, "%s",
             p == PHOTO_BACK ? _("Left out: it shows a face, not the back of the head.")
                             : _("Left out: it shows the face from the front, not a side of the head."));
    return true;
}

/* From a side some of the face and neck is bare, whatever the hair; another room's light moves its colours.
 */
static const float OTHER_LIGHT_WITHIN = 4, SIDE_SKIN_LEAST = 0.25f, SIDE_SKIN_ALONE = 0.8f;

/* A photo from a side that shows neither this client's skin nor a profile nor an ear. */
static bool shows_nobody(const FitJob *job, int p) {
    const FitState *state = job->state;
    float brow[3], chin[3];
    if ((p != PHOTO_LEFT && p != PHOTO_RIGHT) || !state->skin.known) return false;
    fitbasis_site(&state->basis, LM_GLABELLA, brow);
    fitbasis_site(&state->basis, LM_MENTON, chin);
    const double share = fitverdict_skin_share(state, &state->view[p], chin[1], brow[1], OTHER_LIGHT_WITHIN);
    log_message(LOG_DEBUG, "fit: %s skin %.2f", photo_slot_names[p], share);
    return share < (double)(state->view[p].found_count ? SIDE_SKIN_LEAST : SIDE_SKIN_ALONE);
}

/* What the photos share, all pairs of them that share `least` patches. */
static bool match_all(FitJob *job, uint32_t views, FitMatchScale scale, int least) {
    FitState *state = job->state;
    int pairs[CASE_PHOTOS][CASE_PHOTOS], kept = 0;
    if (!fitmatch_find(state, views, views, scale, job->scratch, pairs, job->err)) return false;
    for (int a = 0; a < CASE_PHOTOS; a++)
        for (int b = a + 1; b < CASE_PHOTOS; b++)
            if (pairs[a][b])
                log_message(LOG_DEBUG, "fit: %s and %s share %d patches", photo_slot_names[a],
                            photo_slot_names[b], pairs[a][b]);
    for (int p = 0; p < CASE_PHOTOS; p++) state->view[p].shared = 0;
    for (int i = 0; i < state->match_count; i++) {
        const FitMatch *m = &state->match[i];
        if (pairs[m->photo[0]][m->photo[1]] < least) continue;
        for (int k = 0; k < 2; k++) state->view[m->photo[k]].shared++;
        state->match[kept++] = *m;
    }
    state->match_count = kept;
    return true;
}

/* Before cameras stand near their places, a few patches that match do so by chance. */
enum { EARLY_PATCHES = 20 };

static bool start_other(FitJob *job, int p) {
    FitView *view = &job->state->view[p];
    FitPhoto *photo = &job->fit->photo[p];
    FitStart start[FIT_STARTS];
    bool left_out;
    if (!shows_a_face_instead(job, p, &left_out)) return false;
    if (left_out) return true;
    if (!cut_out(job, p)) return false;
    fitface_points(view, job->pins, p);
    /* The first photo's focal length is the best guess for the next. */
    const FitView *front = &job->state->view[PHOTO_FRONT];
    if (front->present && view->focal_log_sigma > 0.1 && front->image.width == view->image.width)
        view->camera.focal = front->camera.focal;
    int count = fitpose_from_outline(job->state, p, job->scratch, start);
    if (!count && !start_by_skin(job, p, start, &count)) return false;
    if (!count && pin_count(job->pins, p) >= PINS_PLACE && fitpose_from_pins(job->state, p))
        start[count++] = (FitStart){.camera = view->camera};
    if (count &&
        (!choose_start(job, p, start, count) || !fitside_find(job->state, p, job->scratch, job->err)))
        return false;
    if (count && (pin_count(job->pins, p) || !shows_nobody(job, p))) {
        /* What this photo says of the skull helps to place the next. */
        job->placed |= 1u << p;
        fitface_points(view, job->pins, p);
        const FitStep step = {.views = job->placed,
                              .outline_weight = 1,
                              .match_weight = MATCH_WEIGHT,
                              .damping = 1e-4,
                              .shape = true,
                              .focal = true};
        return match_all(job, job->placed, FIT_MATCH_MIDDLE, EARLY_PATCHES) && run_steps(job, step, 3, 12, 8);
    }
    view->present = false;
    photo->verdict = FIT_UNUSED;
    snprintf(photo->reason, sizeof photo->reason,
             _("Left out: no head could be made out in it (view: %s); the whole head before a plain wall "
               "would show."),
             _(photo_slot_names[p]));
    return true;
}

/* Leave out the photo that disagrees most, if any does; true when one was left out. */
static bool leave_one_out(FitJob *job) {
    int worst = -1;
    double worst_mm = 0;
    for (int p = 0; p < CASE_PHOTOS; p++) {
        FitView *view = &job->state->view[p];
        if (!view->present || pin_count(job->pins, p) || !fitverdict_disagrees(job->state, p)) continue;
        const double mm = view->outline_px / px_per_mm(view) + 10 * (1 - view->outline_share);
        if (mm > worst_mm) {
            worst_mm = mm;
            worst = p;
        }
    }
    if (worst < 0 || (worst == PHOTO_FRONT && views_present(job->state) == 1u << PHOTO_FRONT)) return false;
    FitPhoto *photo = &job->fit->photo[worst];
    job->state->view[worst].present = false;
    photo->verdict = FIT_UNUSED;
    snprintf(photo->reason, sizeof photo->reason,
             _("Left out: it does not agree with the other photos (its outline is %.0f mm off)."), worst_mm);
    return true;
}

/* A side photo that no ear and hardly any shared skin confirms may be turned by any amount: of 40 in hard
 * sets the three with less than both were the three more than 10 degrees off. */
static const double EAR_SEEN = 0.15;

/* Leaves such photos out; true when there were some. */
static bool leave_unconfirmed_out(FitJob *job) {
    bool any = false;
    for (int p = PHOTO_LEFT; p <= PHOTO_RIGHT; p++) {
        FitView *view = &job->state->view[p];
        FitPhoto *photo = &job->fit->photo[p];
        if (!view->present || pin_count(job->pins, p) || view->ear_explained >= EAR_SEEN ||
            view->shared >= FIT_SHARED_SURE || views_present(job->state) == 1u << p)
            continue;
        view->present = false;
        any = true;
        photo->verdict = FIT_UNUSED;
        snprintf(photo->reason, sizeof photo->reason, "%s",
                 _("Left out: neither an ear nor skin that other photos show says from where it was taken; "
                   "pins would place it."));
    }
    return any;
}

/* Farthest that a pin lies from the model's point, px of the shrunk photos. */
static double pins_off_px(const FitState *state) {
    double worst = 0;
    for (int p = 0; p < CASE_PHOTOS; p++)
        for (int i = 0; i < state->view[p].point_count; i++) {
            const FitPoint *point = &state->view[p].point[i];
            float pos[3];
            double px[2];
            if (!point->pinned || !state->view[p].present) continue;
            fitsolve_point_position(state, point, pos);
            fitcamera_project(&state->view[p].camera, pos, px);
            worst = fmax(worst, hypot(px[0] - (double)point->px[0], px[1] - (double)point->px[1]));
        }
    return worst;
}

enum { PIN_STEPS_MAX = 12 };
static const double PIN_NEAR_PX = 0.5;

/* The head through every pin: in two steps after a drag, in more when a pin was thrown far away. */
static bool hold_pins(FitJob *job, FitStep step) {
    step.pins_held = true;
    for (int k = 0; k < PIN_STEPS_MAX && (k < 2 || pins_off_px(job->state) > PIN_NEAR_PX); k++)
        if (!run_steps(job, step, 1, 5, 5)) return false;
    return true;
}

/* How far, mm, a photo's outline lies from the head that all other photos make. */
static bool find_apart(FitJob *job, int p) {
    FitState *state = job->state;
    FitView *view = &state->view[p];
    const HeadShape shape = state->shape;
    const double circumference_at_mm = state->circumference_at_mm;
    FitCamera camera[CASE_PHOTOS];
    for (int q = 0; q < CASE_PHOTOS; q++) camera[q] = state->view[q].camera;
    const FitStep others = {.views = views_present(state) & ~(1u << p),
                            .outline_weight = 1,
                            .match_weight = MATCH_WEIGHT,
                            .damping = 1e-4,
                            .shape = true,
                            .focal = true};
    const FitStep alone = {.views = 1u << p, .outline_weight = 1, .damping = 1e-4};
    const bool ok = run_steps(job, others, 3, 6, 4) && run_steps(job, alone, 4, 10, 5);
    view->apart_mm = view->outline_px / px_per_mm(view);
    log_message(LOG_DEBUG, "fit: %s lies %.2f mm from the head that the others make", photo_slot_names[p],
                view->apart_mm);
    state->shape = shape;
    state->circumference_at_mm = circumference_at_mm;
    for (int q = 0; q < CASE_PHOTOS; q++) state->view[q].camera = camera[q];
    fitbasis_update(&state->basis, &state->shape);
    return ok;
}

/* The side photos show one profile, so that each can be held against the other. */
static bool compare_sides(FitJob *job) {
    const FitView *view = job->state->view;
    for (int p = PHOTO_LEFT; p <= PHOTO_RIGHT; p++)
        if (view[PHOTO_FRONT].present && view[PHOTO_LEFT].present && view[PHOTO_RIGHT].present &&
            !find_apart(job, p))
            return false;
    return true;
}

/* Lines are looked for nearer and nearer to the model's. */
static const float CURVE_REACH_MM[3] = {6, 5, 4};

static bool solve_joint(FitJob *job) {
    FitState *state = job->state;
    FitStep step = {.views = views_present(state),
                    .outline_weight = 1,
                    .match_weight = MATCH_WEIGHT,
                    .damping = 1e-4,
                    .shape = true,
                    .focal = true};
    if (!match_all(job, step.views, FIT_MATCH_MIDDLE, EARLY_PATCHES) || !run_steps(job, step, 6, 14, 6) ||
        !step_progress(job, 0.75, "solving"))
        return false;
    while (leave_one_out(job)) {
        step.views = views_present(state);
        if (!run_steps(job, step, 6, 14, 6)) return false;
    }
    if (!compare_sides(job)) return false;
    static const FitMatchScale scales[] = {FIT_MATCH_COARSE, FIT_MATCH_MIDDLE, FIT_MATCH_FINE};
    for (int round = 0; round < 3; round++) {
        if (state->view[PHOTO_FRONT].present && state->view[PHOTO_FRONT].has_face) {
            if (!fitface_refine(state, PHOTO_FRONT, job->scratch, job->err)) return false;
            fitface_lines(&state->view[PHOTO_FRONT]);
        }
        for (int p = PHOTO_LEFT; p <= PHOTO_RIGHT; p++)
            if (state->view[p].present && !fitside_find(job->state, p, job->scratch, job->err)) return false;
        for (int p = PHOTO_FRONT; p <= PHOTO_RIGHT; p++)
            if (state->view[p].present && !fitcurve_find(state, p, CURVE_REACH_MM[round], job->scratch))
                return no_memory(job->err);
        for (int p = 0; p < CASE_PHOTOS; p++)
            if (state->view[p].present) fitface_points(&state->view[p], job->pins, p);
        if (round == 2 && !fitmirror_find_front(state, job->scratch, &state->front_is_mirrored, job->err))
            return false;
        if (!match_all(job, step.views, scales[round], 1)) return false;
        step.residuals = round > 0;
        if (!run_steps(job, step, 5, 6, 4) || !step_progress(job, 0.8 + 0.06 * round, "refining"))
            return false;
    }
    if (leave_unconfirmed_out(job)) {
        step.views = views_present(state);
        if (!match_all(job, step.views, FIT_MATCH_FINE, 1) || !run_steps(job, step, 5, 6, 4)) return false;
    }
    return !any_pins(job) || hold_pins(job, step);
}

static void camera_out(const FitView *view, const FitPhoto *photo, Camera *out) {
    const double k = 1 / (double)view->scale;
    *out = (Camera){.width = photo->image.width,
                    .height = photo->image.height,
                    .fx = view->camera.focal * k,
                    .fy = view->camera.focal * k,
                    .cx = view->camera.cx * k,
                    .cy = view->camera.cy * k};
    for (int i = 0; i < 3; i++) {
        for (int c = 0; c < 3; c++) out->camera_from_head[i][c] = view->camera.r[i][c];
        out->camera_from_head[i][3] = view->camera.t[i];
    }
}

static bool mask_out(const FitView *view, FitPhoto *photo, Arena *arena) {
    if (!view->silhouette.mask) return true;
    const int w = photo->image.width, h = photo->image.height;
    photo->mask = ARENA_ARRAY(arena, uint8_t, (size_t)w * (size_t)h);
    if (!photo->mask) return false;
#pragma omp parallel for schedule(static)
    for (int y = 0; y < h; y++) {
        const int sy = (int)((int64_t)y * view->silhouette.height / h);
        for (int x = 0; x < w; x++) {
            const int sx = (int)((int64_t)x * view->silhouette.width / w);
            photo->mask[(size_t)y * (size_t)w + (size_t)x] =
                view->silhouette.mask[(size_t)sy * (size_t)view->silhouette.width + (size_t)sx];
        }
    }
    return true;
}

static bool is_pinned(const FitState *state, int landmark) {
    for (int p = 0; p < CASE_PHOTOS; p++)
        for (int i = 0; state->view[p].present && i < state->view[p].point_count; i++) {
            const FitPoint *point = &state->view[p].point[i];
            if (point->pinned && point->site[0] == landmark) return true;
        }
    return false;
}

/* The head's own landmarks; those that photos show, where they show them; those that nothing shows aside, in
 * the middle. */
static void landmarks_out(const HeadModel *model, Fit *fit) {
    bool pinned[LM_COUNT] = {false};
    head_landmarks(model, &fit->shape, fit->landmark_mm);
    for (int lm = 0; lm < LM_VERTEX; lm++) {
        fitsolve_landmark_seen(fit->state, lm, fit->landmark_mm[lm]);
        pinned[lm] = is_pinned(fit->state, lm);
    }
    head_landmarks_centre(fit->landmark_mm, pinned);
}

/* What the solver knows, into what others read. */
static void results_out(const HeadModel *model, Fit *fit) {
    const FitState *state = fit->state;
    fit->shape = state->shape;
    fit->shape.edition = head_edition(model);
    landmarks_out(model, fit);
    for (int p = 0; p < CASE_PHOTOS; p++) {
        FitPhoto *photo = &fit->photo[p];
        if (!photo->present || !state->view[p].present) continue;
        camera_out(&state->view[p], photo, &photo->camera);
        for (int lm = 0; lm < LM_COUNT; lm++) {
            const double at[3] = {(double)fit->landmark_mm[lm][0], (double)fit->landmark_mm[lm][1],
                                  (double)fit->landmark_mm[lm][2]};
            double px[2];
            photo->landmark_found[lm] = camera_project(&photo->camera, at, px) > 0;
            photo->landmark_px[lm][0] = (float)px[0];
            photo->landmark_px[lm][1] = (float)px[1];
        }
    }
}

/* A last look at all rows, for the covariance and the figures, without moving. */
static bool final_figures(FitState *state, Arena *scratch, Fit *fit) {
    FitStep step = {
        .views = views_present(state), .outline_weight = 1, .match_weight = MATCH_WEIGHT, .damping = 1e-9};
    step.shape = step.residuals = step.focal = step.pins_held = true;
    double scale = 0;
    for (int p = 0; p < CASE_PHOTOS; p++)
        if (state->view[p].present) scale = fmax(scale, px_per_mm(&state->view[p]));
    step.outline_radius_px = (float)(5 * scale);
    fitsolve_assemble(state, &step, scratch);
    if (!fitsystem_solve(&state->system, step.damping)) return false;
    fitverdict_judge(state, fit);
    return true;
}

/* The landmarks about the eyes lie on the lids as they are, so the rest of the fit moves that surface. */
static bool learn_lids(FitJob *job) {
    FitState *state = job->state;
    state->shape.lids_closed = fitface_lids_closed(state, PHOTO_FRONT);
    return state->shape.lids_closed <= 0 ||
           fitbasis_create(state->model, &state->shape, job->arena, &state->basis, job->err);
}

static void learn_circumference(FitState *state, const FitPins *pins) {
    state->circumference_mm = pins ? (double)pins->head_circumference_mm : 0;
    if (state->circumference_mm <= 0) return;
    const float here = head_measure(state->model, &state->shape, HM_HEAD_CIRCUMFERENCE);
    state->circumference_at_mm = (double)here;
    for (int k = 0; k < HEAD_MODES; k++) {
        HeadShape moved = state->shape;
        moved.weight[k] += 0.5f;
        state->circumference_der[k] =
            (head_measure(state->model, &moved, HM_HEAD_CIRCUMFERENCE) - here) / 0.5f;
    }
}

static bool create_state(const HeadModel *model, FitJob *job) {
    FitState *state = ARENA_ARRAY(job->arena, FitState, 1);
    if (!state) return no_memory(job->err);
    job->state = job->fit->state = state;
    state->model = model;
    state->arena = job->arena;
    state->match = ARENA_ARRAY(job->arena, FitMatch, FIT_MATCHES_MAX);
    if (!state->match || !fitsystem_create(job->arena, &state->system)) return no_memory(job->err);
    return fitbasis_create(model, &state->shape, job->arena, &state->basis, job->err);
}

static bool solve_once(const HeadModel *model, FitJob *job) {
    Fit *fit = job->fit;
    if (!create_state(model, job)) return false;
    int photos = 0;
    for (int p = 0; p < CASE_PHOTOS; p++) {
        if (!fit->photo[p].present) continue;
        photos++;
        if (!step_progress(job, 0.02 * p, "reading the photos") || !prepare_view(job, p)) return false;
    }
    if (!photos) return err_set(job->err, "there is no photo to fit a head to");
    learn_circumference(job->state, job->pins);
    if (fit->photo[PHOTO_FRONT].present &&
        (!step_progress(job, 0.1, "finding the face") || !solve_front(job)))
        return false;
    static const PhotoSlot order[] = {PHOTO_LEFT, PHOTO_RIGHT, PHOTO_TOP, PHOTO_BACK};
    for (int k = 0; k < 4; k++) {
        const int p = (int)order[k];
        if (!fit->photo[p].present) continue;
        if (!step_progress(job, 0.2 + ONE_PHOTO * k, "cutting out the head") || !start_other(job, p))
            return false;
    }
    if (!views_present(job->state))
        return err_set(job->err, "no head could be made out in the photos; set pins to guide the fit");
    if (!learn_lids(job) || !solve_joint(job)) return false;
    results_out(model, fit);
    for (int p = 0; p < CASE_PHOTOS; p++)
        if (fit->photo[p].present && !mask_out(&job->state->view[p], &fit->photo[p], job->arena))
            return no_memory(job->err);
    if (!final_figures(job->state, job->scratch, fit))
        return err_set(job->err, "the fit did not converge; more pins are needed");
    return true;
}

static const double ALONE_ONCE = 0.55; /* share of the work that the first look is */

/* A face that stands alone is fitted once more in the photo's mirror image: a place that chance, a shadow or
 * noise made up for a feature is another one there. */
static bool look_twice(const HeadModel *model, const FitJob *job) {
    FitState *state = job->state;
    const FitPhoto *photo = &job->fit->photo[PHOTO_FRONT];
    if (views_present(state) != 1u << PHOTO_FRONT || photo->verdict != FIT_GOOD ||
        pin_count(job->pins, PHOTO_FRONT))
        return true;
    const size_t mark = arena_mark(job->arena), scratch_mark = arena_mark(job->scratch);
    Progress part = progress_part(job->progress, ALONE_ONCE, 1);
    Err err = {{0}};
    Fit *twin = ARENA_ARRAY(job->arena, Fit, 1);
    if (!twin) return no_memory(job->err);
    FitPhoto *mirrored = &twin->photo[PHOTO_FRONT];
    *mirrored = (FitPhoto){.present = true, .path = photo->path, .info = photo->info};
    if (!fitmirror_image(&state->view[PHOTO_FRONT].image, job->arena, &mirrored->image, job->err))
        return false;
    FitJob again = {
        .fit = twin, .progress = &part, .arena = job->arena, .scratch = job->scratch, .err = &err};
    state->mirrored_apart = solve_once(model, &again)
                                ? fitmirror_apart(photo, (double)state->view[PHOTO_FRONT].scale, mirrored)
                                : INFINITY;
    log_message(LOG_DEBUG, "fit: in the mirror image the landmarks lie %.4f eye distances off",
                state->mirrored_apart);
    arena_rewind(job->arena, mark);
    arena_rewind(job->scratch, scratch_mark);
    fitverdict_judge(state, job->fit);
    return true;
}

bool fit_solve(const HeadModel *model, Fit *fit, const FitPins *pins, Progress *progress, Arena *arena,
               Arena *scratch, Err *err) {
    bool alone = !pin_count(pins, PHOTO_FRONT);
    for (int p = 0; p < CASE_PHOTOS; p++) alone = alone && fit->photo[p].present == (p == PHOTO_FRONT);
    Progress once = progress_part(progress, 0, alone ? ALONE_ONCE : 1);
    FitJob job = {
        .fit = fit, .pins = pins, .progress = &once, .arena = arena, .scratch = scratch, .err = err};
    if (!solve_once(model, &job)) return false;
    job.progress = progress;
    return look_twice(model, &job) && step_progress(&job, 1, "done");
}

bool fit_refine_pins(const HeadModel *model, Fit *fit, const FitPins *pins, Arena *scratch, Err *err) {
    FitState *state = fit->state;
    ASSERT(state);
    FitJob job = {.fit = fit, .pins = pins, .state = state, .scratch = scratch, .err = err};
    for (int p = 0; p < CASE_PHOTOS; p++)
        if (state->view[p].present) fitface_points(&state->view[p], pins, p);
    FitStep step = {
        .views = views_present(state), .outline_weight = 1, .match_weight = MATCH_WEIGHT, .damping = 1e-5};
    step.shape = step.residuals = step.focal = true;
    if (!run_steps(&job, step, 1, 5, 5) || !hold_pins(&job, step)) return false;
    results_out(model, fit);
    return final_figures(state, scratch, fit) || err_set(err, "the fit did not converge with these pins");
}
