#include "fitverdict.h"

#include "../engine/language.h"
#include <math.h>

/* A verdict of good promises less than 5 % of the eye distance (3.2 mm) of landmark error in 19 of 20 photos;
 * that can only be said where the face's features are seen. What the features' own rows leave over includes
 * how far this face differs from any that the modes can make. */
static const double POINTS_GOOD_MM = 1.6, POINTS_CHECK_MM = 7, OUTLINE_GOOD_MM = 0.9, OUTLINE_CHECK_MM = 3;
static const double EXPECTED_CHECK_MM = 3, DISAGREE_MM = 1.2, DISAGREE_TIMES = 2.5, DISAGREE_SHARE = 0.3;
static const double APART_GOOD = 0.011, INTERPUPILLARY_MM = 63; /* domain.md 7.1 */
static const float FACE_GOOD = 0.6f;
/* Pins hold within a pixel of the photo, or nearly where photos see a landmark from several sides; pins of no
 * possible head are left 3 mm off and more. */
static const double PINS_OFF_MM = 2.5;

static double per_mm(const FitView *view) {
    return view->camera.focal / view->camera.t[2];
}

/* Lips are bare of hair but not of the skin's colour. */
static const float LIPS_ASIDE_MM = 5, LIPS_HALF_HEIGHT_MM = 13;

typedef struct Lips {
    float middle[3], half_width;
} Lips;

static Lips lips_of(const FitBasis *basis) {
    float corner[2][3];
    Lips lips;
    fitbasis_site(basis, LM_RIGHT_CHEILION, corner[0]);
    fitbasis_site(basis, LM_LEFT_CHEILION, corner[1]);
    for (int i = 0; i < 3; i++) lips.middle[i] = 0.5f * (corner[0][i] + corner[1][i]);
    lips.half_width = 0.5f * (corner[1][0] - corner[0][0]) + LIPS_ASIDE_MM;
    return lips;
}

static bool is_of_lips(const Lips *lips, const float p[3]) {
    const float x = (p[0] - lips->middle[0]) / lips->half_width,
                y = (p[1] - lips->middle[1]) / LIPS_HALF_HEIGHT_MM;
    return p[2] > 0 && x * x + y * y < 1;
}

/* Of the head, and turned to the camera. */
static bool is_seen(const FitBasis *basis, const FitView *view, const double centre[3], uint32_t v,
                    double px[2]) {
    const float *p = basis->pos[v];
    double facing = 0, length = 0;
    for (int i = 0; i < 3; i++) {
        const double d = centre[i] - (double)p[i];
        facing += d * (double)basis->nrm[v][i];
        length += d * d;
    }
    fitcamera_project(&view->camera, p, px);
    return !basis->neck[v] && facing >= 0.4 * sqrt(length);
}

double fitverdict_skin_share(const FitState *state, const FitView *view, float from_mm, float to_mm,
                             float within) {
    const FitBasis *basis = &state->basis;
    const Lips lips = lips_of(basis);
    double centre[3], px[2], bare = 0, all = 0;
    fitcamera_centre(&view->camera, centre);
    for (uint32_t v = 0; v < basis->vertex_count; v++) {
        const float *p = basis->pos[v];
        if (p[1] < from_mm || p[1] > to_mm || is_of_lips(&lips, p) || !is_seen(basis, view, centre, v, px))
            continue;
        all++;
        bare += silhouette_away_from_skin(&view->image, &state->skin, (float)px[0], (float)px[1]) < within;
    }
    return all > 0 ? bare / all : 0;
}

static const float MIDDLE_OF_HEAD_MM = 32;

/* Mean log light about the middle of the head between two heights. */
static double light_between(const FitState *state, const FitView *view, float from_mm, float to_mm) {
    const FitBasis *basis = &state->basis;
    double centre[3], px[2], sum = 0, all = 0;
    fitcamera_centre(&view->camera, centre);
    for (uint32_t v = 0; v < basis->vertex_count; v++) {
        const float *p = basis->pos[v];
        float rgb[3];
        if (p[1] < from_mm || p[1] > to_mm || fabsf(p[0]) > MIDDLE_OF_HEAD_MM ||
            !is_seen(basis, view, centre, v, px))
            continue;
        image_sample_linear(&view->image, (float)px[0], (float)px[1], rgb);
        sum += log((double)(rgb[0] + rgb[1] + rgb[2]) + 0.01);
        all++;
    }
    return all > 0 ? sum / all : 0;
}

bool fitverdict_disagrees(const FitState *state, int photo) {
    const FitView *view = &state->view[photo];
    double others = 0;
    int count = 0;
    for (int p = 0; p < CASE_PHOTOS; p++) {
        if (p == photo || !state->view[p].present || !state->view[p].has_outline) continue;
        others += state->view[p].outline_px / per_mm(&state->view[p]);
        count++;
    }
    if (!view->has_outline || !count) return false;
    return view->outline_px / per_mm(view) > fmax(DISAGREE_MM, DISAGREE_TIMES * others / count) ||
           view->outline_share < DISAGREE_SHARE;
}

/* Expected error of the landmarks in a photo, mm, root mean square, from what all evidence leaves open. */
static double expected_mm(const FitState *state, int photo) {
    const FitView *view = &state->view[photo];
    double sum = 0;
    int count = 0;
    for (int lm = 0; lm < LM_VERTEX; lm++) {
        float pos[3];
        FitProjection at;
        fitbasis_site(&state->basis, (HeadLandmark)lm, pos);
        fitcamera_differentiate(&view->camera, pos, &at);
        for (int i = 0; i < 2; i++) {
            const double pick[2] = {i == 0 ? 1.0 : 0.0, i == 1 ? 1.0 : 0.0};
            FitRow row = {.count = 0};
            fitrow_add_camera(&row, photo, &at, pick, 1);
            fitrow_add_site(&row, state->basis.site_der[lm], at.by_point[i], 1);
            sum += fitsystem_variance(&state->system, &row);
        }
        count++;
    }
    return sqrt(sum / count) / per_mm(view);
}

enum { PINS_GOOD = 4, OTHERS_GOOD = 2 };

/* A face alone says enough of itself when everything that can be found was found and agrees, in the mirror
 * image too. Of 100 photos (other heads, lenses of 26 to 85 mm, seven lights, beards, glasses, stubble), on
 * half of which these bounds were chosen, 44 are good and 42 of those lie under 5 %: 24 of 25 and 18 of 19.
 */
static const double ALONE_OUTLINE_MM = 0.5, ALONE_EXPECTED_MM = 2.5, ALONE_POINTS_MM = 1.1,
                    ALONE_SHARE = 0.95;
/* Nostrils are the rest of a shaved jaw. */
static const double ALONE_SCALP_BARE = 0.8, ALONE_JAW_BARE = 0.93, ALONE_SCALP_DARKER = 0.75;
static const float ALONE_VOTES = 40, BARE_WITHIN = SILHOUETTE_SKIN_WITHIN + 0.5f;

static int pins_in(const FitView *view) {
    int count = 0;
    for (int i = 0; i < view->point_count; i++) count += view->point[i].pinned;
    return count;
}

static double scalp_bare(const FitState *state, const FitView *view) {
    float brow[3];
    fitbasis_site(&state->basis, LM_GLABELLA, brow);
    return fitverdict_skin_share(state, view, brow[1] + 20, INFINITY, BARE_WITHIN);
}

/* Eyes that are neither open nor closed for sure were not found where they are. */
static bool eyes_are_sure(const FitState *state, const FaceLines *face) {
    return face->found[FACE_RIGHT_IRIS] ||
           (state->shape.lids_closed >= 1 && face->found[FACE_RIGHT_LID] && face->found[FACE_LEFT_LID]);
}

static bool face_is_complete(const FitState *state, const FaceLines *face) {
    return eyes_are_sure(state, face) && face->found[FACE_NOSE_BASE] && face->found[FACE_CHIN] &&
           face->found[FACE_RIGHT_CORNER] && face->found[FACE_LEFT_CORNER];
}

/* Stubble darkens the scalp: photos with it are off more often (5 of 7 that were within the other bounds). */
static double scalp_darker(const FitState *state, const FitView *view) {
    float brow[3];
    fitbasis_site(&state->basis, LM_GLABELLA, brow);
    return light_between(state, view, brow[1] + 8, brow[1] + 25) -
           light_between(state, view, brow[1] + 50, brow[1] + 72);
}

/* Log light; of 20 photos with hair of 4 to 16 mm 17 are darker than that, of 182 bare heads fewer than one
 * in twenty, of 40 with stubble fewer than one in four. */
static const double HAIR_DARKER = 0.9;

/* Whether the front photo shows hair that is taken for the skull. */
static bool hair_covers(const FitState *state) {
    const FitView *front = &state->view[PHOTO_FRONT];
    return front->present && front->has_face && scalp_darker(state, front) > HAIR_DARKER;
}

/* The whole face without hair, hat or beard, and all that was found in it agrees. */
static bool stands_alone(const FitState *state, const FitView *view, double outline_mm, double points_mm,
                         double expected) {
    float nose[3], chin[3];
    fitbasis_site(&state->basis, LM_SUBNASALE, nose);
    fitbasis_site(&state->basis, LM_MENTON, chin);
    const double scalp = scalp_bare(state, view),
                 jaw = fitverdict_skin_share(state, view, chin[1], nose[1], BARE_WITHIN);
    const double darker = scalp_darker(state, view);
    const bool complete = face_is_complete(state, &view->face);
    log_message(LOG_DEBUG, "fit: face votes %.0f, %s, bare scalp %.2f jaw %.2f, scalp darker by %.2f",
                (double)view->face_votes, complete ? "complete" : "incomplete", scalp, jaw, darker);
    return view->has_face && view->face_votes >= ALONE_VOTES && complete && points_mm <= ALONE_POINTS_MM &&
           outline_mm <= ALONE_OUTLINE_MM && expected <= ALONE_EXPECTED_MM &&
           view->outline_share >= ALONE_SHARE && scalp >= ALONE_SCALP_BARE && darker <= ALONE_SCALP_DARKER &&
           jaw >= ALONE_JAW_BARE;
}

/* By pins, or as a face that photos from elsewhere agree with. */
static bool is_confirmed(const FitState *state, int photo) {
    const FitView *view = &state->view[photo];
    int others = 0;
    for (int p = 0; p < CASE_PHOTOS; p++)
        others += p != photo && state->view[p].present && state->view[p].has_outline;
    return pins_in(view) >= PINS_GOOD || (view->has_face && others >= OTHERS_GOOD);
}

/* Farthest that a pin lies from the head's own point, px of the photo. */
static double pins_off_px(const FitState *state, const FitView *view) {
    double worst = 0;
    for (int i = 0; i < view->point_count; i++) {
        const FitPoint *p = &view->point[i];
        float pos[3];
        double px[2];
        if (!p->pinned) continue;
        fitsolve_point_position(state, p, pos);
        fitcamera_project(&view->camera, pos, px);
        worst = fmax(worst, hypot(px[0] - (double)p->px[0], px[1] - (double)p->px[1]));
    }
    return worst / (double)view->scale;
}

/* Pins that no head can satisfy together; true when some are. */
static bool pins_disagree(const FitState *state, int p, FitPhoto *photo) {
    const FitView *view = &state->view[p];
    const double off_px = pins_off_px(state, view);
    if (off_px * (double)view->scale < PINS_OFF_MM * per_mm(view)) return false;
    snprintf(photo->reason, sizeof photo->reason,
             _("The pins contradict each other: one lies %.0f px from where the others put it. Look at them "
               "again."),
             off_px);
    return true;
}

/* Patches of skin that a photo shares with the others. Of the photos from above with fewer in hard sets half
 * were right, others up to 160 degrees off; of those with more all came within 9 degrees. */
enum { TOP_SHARED = 30, HAIRY_BACK_SHARED = 8 };

/* A round outline alone does not say from where it was seen. */
static bool may_be_turned(const FitView *view, int p, bool hair) {
    return (p == PHOTO_TOP && view->shared < TOP_SHARED) ||
           (p == PHOTO_BACK && hair && view->shared < HAIRY_BACK_SHARED);
}

static FitVerdict decide(const FitView *view, double expected, double outline_mm, double points_mm,
                         bool confirmed, bool hidden, double apart, char *reason, size_t size) {
    const bool outlined = view->has_outline && view->outline_share > 0.5 && !hidden,
               faced = view->point_count >= 6;
    if (faced && points_mm > POINTS_CHECK_MM) {
        snprintf(reason, size, _("The face's features lie %.1f mm from where a head has them; set pins."),
                 points_mm);
        return FIT_POOR;
    }
    if (!outlined) {
        snprintf(reason, size,
                 _("The skull's outline could not be found (hair may hide it), so the usual shape stands in "
                   "for it."));
        return faced ? FIT_CHECK : FIT_POOR;
    }
    if (outline_mm > OUTLINE_CHECK_MM) {
        snprintf(reason, size, _("The head misses the outline here by %.1f mm."), outline_mm);
        return FIT_POOR;
    }
    if (outline_mm > OUTLINE_GOOD_MM) {
        snprintf(reason, size,
                 _("The outline lies %.1f mm off the head's: hair may hide the skull, and the usual shape "
                   "stands in."),
                 outline_mm);
        return FIT_CHECK;
    }
    if (expected > EXPECTED_CHECK_MM) {
        snprintf(reason, size, _("This photo leaves about %.0f mm open; pins would settle it."), expected);
        return FIT_CHECK;
    }
    if (!faced) {
        snprintf(reason, size,
                 _("The outline agrees to %.1f mm; no feature of the face confirms it from this side."),
                 outline_mm);
        return FIT_CHECK;
    }
    if (apart > APART_GOOD) {
        snprintf(
            reason, size,
            _("Measured again in the mirror image, the face's features lie %.1f mm elsewhere; more photos "
              "or pins would settle it."),
            apart * INTERPUPILLARY_MM);
        return FIT_CHECK;
    }
    if (!confirmed) {
        snprintf(
            reason, size,
            _("The outline agrees to %.1f mm and what else was found to %.1f mm; more photos or pins would "
              "confirm it."),
            outline_mm, points_mm);
        return FIT_CHECK;
    }
    if (points_mm > POINTS_GOOD_MM || (view->has_face && view->face.score < FACE_GOOD)) {
        snprintf(reason, size,
                 _("The face's features were found, but some only to %.1f mm; compare them with the pins."),
                 points_mm);
        return FIT_CHECK;
    }
    snprintf(reason, size, _("The outline agrees to %.1f mm and the face's features to %.1f mm."), outline_mm,
             points_mm);
    return FIT_GOOD;
}

/* A side photo in the other side's place is used for what it shows. */
static bool shows_the_other_side(const FitView *view, int p) {
    const double from_left = fitcamera_from_left(&view->camera);
    return (p == PHOTO_LEFT && from_left < 0) || (p == PHOTO_RIGHT && from_left > 0);
}

/* A client's own side photos come to 0.3 to 0.8 mm, 1.8 in another light; another's to 0.6 to 1.8. */
static const double STRANGER_MM = 0.95;

/* Of two sides that do not make one head the farther is asked about; one that was left out says nothing of
 * the other. */
static bool may_be_a_stranger(const FitState *state, int p) {
    if (p != PHOTO_LEFT && p != PHOTO_RIGHT) return false;
    const FitView *view = &state->view[p], *other = &state->view[p == PHOTO_LEFT ? PHOTO_RIGHT : PHOTO_LEFT];
    return other->present && view->apart_mm > STRANGER_MM && view->apart_mm >= other->apart_mm;
}

/* Shoulders may reach the picture's sides, the upper part of a head may not. From above they lie beside it.
 */
static const double UPPER_SHARE = 0.6, CUT_OFF_SHARE = 0.1, NEAR_EDGE_SHARE = 0.04;

static bool is_cut_off(const FitView *view, int p) {
    const Silhouette *s = &view->silhouette;
    double top = INFINITY, bottom = -INFINITY, aside = INFINITY;
    int rows = 0, cut = 0;
    if (!view->has_outline || p == PHOTO_TOP) return false;
    for (int i = 0; i < view->outline.count; i++) {
        if (view->outline.point[i].neck) continue;
        top = fmin(top, (double)view->outline.point[i].px[1]);
        bottom = fmax(bottom, (double)view->outline.point[i].px[1]);
        aside = fmin(aside, fmin((double)view->outline.point[i].px[0],
                                 s->width - (double)view->outline.point[i].px[0]));
    }
    bottom = top + UPPER_SHARE * (bottom - top);
    for (int y = (int)fmax(top, 0); y < s->height && y < bottom; y++, rows++) {
        const uint8_t *row = s->mask + (size_t)y * (size_t)s->width;
        cut += row[1] || row[s->width - 2];
    }
    return (cut > CUT_OFF_SHARE * rows && aside < NEAR_EDGE_SHARE * s->width) || top < 0;
}

static void judge_photo(const FitState *state, int p, FitPhoto *photo) {
    const FitView *view = &state->view[p];
    const double outline_mm = view->outline_px / per_mm(view), points_mm = view->points_px / per_mm(view);
    const double expected = expected_mm(state, p), residual_px = fmax(view->outline_px, view->points_px);
    const bool hair = hair_covers(state);
    photo->residual_px = (float)(residual_px / (double)view->scale);
    photo->residual_mm = (float)(residual_px / per_mm(view));
    if (pins_disagree(state, p, photo)) {
        photo->verdict = FIT_POOR;
    } else if (p == PHOTO_FRONT && state->front_is_mirrored) {
        photo->verdict = FIT_CHECK;
        snprintf(
            photo->reason, sizeof photo->reason, "%s",
            _("It looks mirrored, as selfie apps do it: the side photos show its skin the other way round."));
    } else if (is_cut_off(view, p)) {
        photo->verdict = FIT_CHECK;
        snprintf(photo->reason, sizeof photo->reason, "%s",
                 _("Part of the head lies outside the picture; a photo with the whole head says more."));
    } else if (may_be_a_stranger(state, p)) {
        photo->verdict = FIT_CHECK;
        snprintf(photo->reason, sizeof photo->reason,
                 _("The other photos make a head that lies %.1f mm from its outline; does it show the same "
                   "person?"),
                 view->apart_mm);
    } else if (shows_the_other_side(view, p)) {
        photo->verdict = FIT_CHECK;
        snprintf(
            photo->reason, sizeof photo->reason, "%s",
            p == PHOTO_LEFT
                ? _("It shows the head's right side and is used so; is it in the wrong place, or mirrored?")
                : _("It shows the head's left side and is used so; is it in the wrong place, or mirrored?"));
    } else if (pins_in(view) < PINS_GOOD && may_be_turned(view, p, hair)) {
        photo->verdict = FIT_POOR;
        snprintf(
            photo->reason, sizeof photo->reason, "%s",
            _("Only its round outline says from where it was taken, so it may lie turned: compare it, set "
              "pins or leave it out."));
    } else {
        const bool confirmed =
            is_confirmed(state, p) || stands_alone(state, view, outline_mm, points_mm, expected);
        const bool hidden = view->has_face && scalp_bare(state, view) < ALONE_SCALP_BARE;
        photo->verdict = decide(view, expected, outline_mm, points_mm, confirmed, hidden,
                                state->mirrored_apart, photo->reason, sizeof photo->reason);
        if (photo->verdict == FIT_GOOD && view->has_face && !eyes_are_sure(state, &view->face)) {
            photo->verdict = FIT_CHECK;
            snprintf(photo->reason, sizeof photo->reason, "%s",
                     _("Whether the eyes are open could not be seen; compare the pins on them."));
        }
        if (hair && !hidden && view->has_outline && photo->verdict != FIT_POOR) {
            photo->verdict = FIT_CHECK;
            snprintf(
                photo->reason, sizeof photo->reason, "%s",
                _("Hair darkens the scalp; where it is more than stubble, the outline is the hair's, and "
                  "the head comes out larger."));
        }
    }
    log_message(LOG_DEBUG,
                "fit: %s outline %.2f mm (%.0f %%), points %.2f mm, expected %.2f mm, focal %.0f px",
                photo_slot_names[p], outline_mm, 100 * view->outline_share, points_mm, expected,
                view->camera.focal / (double)view->scale);
}

void fitverdict_judge(const FitState *state, Fit *fit) {
    for (int p = 0; p < CASE_PHOTOS; p++)
        if (fit->photo[p].present && state->view[p].present) judge_photo(state, p, &fit->photo[p]);
}
