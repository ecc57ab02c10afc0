#include "fitface.h"
#include "../engine/vision.h"
#include <math.h>
#include <string.h>

/* Under closed lids the pupil lies this share of the eye distance above the line where the lids meet (3.5
 * mm). */
static const float LID_TO_PUPIL = 0.055f;
static const float PIN_SIGMA_PX = 0.1f;

/* The nostrils' shadow lies a third of the way from the subnasale to the tip of the nose. */
static const float NOSTRIL_SHARE = 0.33f;

typedef struct LineRule {
    FaceLine line;
    int site[2];
    float share, sigma_across, sigma_down; /* in eye distances; 0: not known */
    float raise; /* moved up by this share of the eye distance when the eyes are closed */
} LineRule;

static const LineRule rules[] = {
    {FACE_RIGHT_LID, {LM_RIGHT_PUPIL, LM_RIGHT_PUPIL}, 1, 0, 0.025f, 1},
    {FACE_LEFT_LID, {LM_LEFT_PUPIL, LM_LEFT_PUPIL}, 1, 0, 0.025f, 1},
    {FACE_NOSE_BASE, {LM_PRONASALE, LM_SUBNASALE}, 0.33f, 0.045f, 0.025f, 0},
    {FACE_RIGHT_CORNER, {LM_RIGHT_CHEILION, LM_RIGHT_CHEILION}, 1, 0.035f, 0.025f, 0},
    {FACE_LEFT_CORNER, {LM_LEFT_CHEILION, LM_LEFT_CHEILION}, 1, 0.035f, 0.025f, 0},
    {FACE_RIGHT_OUTER, {LM_RIGHT_EXOCANTHION, LM_RIGHT_EXOCANTHION}, 1, 0.05f, 0.035f, 0},
    {FACE_RIGHT_INNER, {LM_RIGHT_ENDOCANTHION, LM_RIGHT_ENDOCANTHION}, 1, 0.05f, 0.035f, 0},
    {FACE_LEFT_INNER, {LM_LEFT_ENDOCANTHION, LM_LEFT_ENDOCANTHION}, 1, 0.05f, 0.035f, 0},
    {FACE_LEFT_OUTER, {LM_LEFT_EXOCANTHION, LM_LEFT_EXOCANTHION}, 1, 0.05f, 0.035f, 0},
    {FACE_CHIN, {LM_MENTON, LM_MENTON}, 1, 0, 0.05f, 0},
    {FACE_RIGHT_IRIS, {LM_RIGHT_PUPIL, LM_RIGHT_PUPIL}, 1, 0.02f, 0.02f, 0},
    {FACE_LEFT_IRIS, {LM_LEFT_PUPIL, LM_LEFT_PUPIL}, 1, 0.02f, 0.02f, 0},
};

/* Faces that are none (leaves, folds of cloth) gather 0 to 2 here, faces 40 and more (vision.h). */
static const float CASCADE_MIN = 6;

static FaceFrame frame_from_face(const VisionFace *face) {
    const VisionBox *l = &face->left_eye, *r = &face->right_eye;
    FaceFrame frame = {{face->face.x + 0.5f * face->face.width, face->face.y + 0.40f * face->face.height},
                       0.42f * face->face.width,
                       0};
    if (l->width > 0 && r->width > 0) {
        const float dx = l->x + 0.5f * l->width - r->x - 0.5f * r->width;
        const float dy = l->y + 0.5f * l->height - r->y - 0.5f * r->height;
        if (dx > 0.3f * face->face.width && dx < 0.6f * face->face.width && fabsf(dy) < 0.4f * dx)
            frame.roll_rad = atan2f(dy, dx);
    }
    return frame;
}

bool fitface_find(FitView *view, Arena *scratch, Err *err) {
    VisionFaces faces;
    view->has_face = false;
    if (!vision_find_faces(&view->image, &faces, err)) return false;
    float best = LANDMARKS_SCORE_MIN;
    for (int i = 0; i < faces.count && i < 3; i++) {
        const FaceFrame frame = frame_from_face(&faces.faces[i]);
        FaceLines lines;
        if (!landmarks_find(&view->image, &frame, scratch, &lines, err)) return false;
        /* Of several faces the largest is the client. */
        const float score =
            lines.score * (i && faces.faces[i].face.width < 0.6f * faces.faces[0].face.width ? 0.5f : 1.0f);
        log_message(LOG_DEBUG, "fit: face box %.0f %.0f %.0f cascade %.1f layout %.2f",
                    (double)faces.faces[i].face.x, (double)faces.faces[i].face.y,
                    (double)faces.faces[i].face.width, (double)faces.faces[i].score, (double)lines.score);
        if (faces.faces[i].score < CASCADE_MIN) continue;
        if (score > best) {
            best = score;
            view->face = lines;
            view->has_face = true;
            view->face_votes = faces.faces[i].score;
            view->eyes_found = (faces.faces[i].left_eye.width > 0) + (faces.faces[i].right_eye.width > 0);
        }
    }
    return true;
}

static void project_blend(const FitState *state, const FitView *view, HeadLandmark a, HeadLandmark b,
                          float share, float px[2]) {
    const FitPoint point = {.site = {a, b}, .share = share};
    float pos[3];
    double at[2];
    fitsolve_point_position(state, &point, pos);
    fitcamera_project(&view->camera, pos, at);
    px[0] = (float)at[0];
    px[1] = (float)at[1];
}

bool fitface_refine(FitState *state, int photo, Arena *scratch, Err *err) {
    FitView *view = &state->view[photo];
    float at[FACE_CHIN + 1][2], eye[2][2];
    project_blend(state, view, LM_RIGHT_PUPIL, LM_RIGHT_PUPIL, 1, eye[0]);
    project_blend(state, view, LM_LEFT_PUPIL, LM_LEFT_PUPIL, 1, eye[1]);
    const float dx = eye[1][0] - eye[0][0], dy = eye[1][1] - eye[0][1], unit = sqrtf(dx * dx + dy * dy);
    const FaceFrame frame = {
        {0.5f * (eye[0][0] + eye[1][0]), 0.5f * (eye[0][1] + eye[1][1])}, unit, atan2f(dy, dx)};
    const float down[2] = {-dy / unit, dx / unit};
    for (int i = 0; i < 2; i++) {
        const float lid = view->face.eyes_closed ? LID_TO_PUPIL * unit : 0;
        at[FACE_RIGHT_LID][i] = eye[0][i] + lid * down[i];
        at[FACE_LEFT_LID][i] = eye[1][i] + lid * down[i];
        at[FACE_RIGHT_BROW][i] = eye[0][i] - 0.3f * unit * down[i];
        at[FACE_LEFT_BROW][i] = eye[1][i] - 0.3f * unit * down[i];
    }
    project_blend(state, view, LM_PRONASALE, LM_SUBNASALE, NOSTRIL_SHARE, at[FACE_NOSE_BASE]);
    project_blend(state, view, LM_LEFT_CHEILION, LM_RIGHT_CHEILION, 0.5f, at[FACE_MOUTH]);
    project_blend(state, view, LM_MENTON, LM_MENTON, 1, at[FACE_CHIN]);
    const bool closed = view->face.eyes_closed, open = view->face.found[FACE_RIGHT_IRIS];
    FaceLines lines;
    if (!landmarks_refine(&view->image, &frame, (const float(*)[2])at, open, scratch, &lines, err))
        return false;
    const float score = view->face.score;
    view->face = lines;
    view->face.score = score;
    view->face.eyes_closed = closed;
    return true;
}

static float luminance_at(const Image *image, float x, float y) {
    const int px = (int)fminf(fmaxf(x, 0), (float)(image->width - 1));
    const int py = (int)fminf(fmaxf(y, 0), (float)(image->height - 1));
    const uint8_t *c = image->rgba + ((size_t)py * (size_t)image->width + (size_t)px) * 4;
    return 0.2126f * c[0] + 0.7152f * c[1] + 0.0722f * c[2];
}

/* Share of an eye's opening that is much darker than the cheek below: a pupil and iris fill a third of it, a
 * lash line a tenth. */
static float eye_darkness(const FitView *view, const float eye[2], const float across[2], const float down[2],
                          float unit) {
    enum { STEPS = 12 };
    float cheek = 0;
    for (int k = -STEPS; k <= STEPS; k++) {
        const float s = 0.12f * unit * (float)k / STEPS, t = 0.34f * unit;
        cheek += luminance_at(&view->image, eye[0] + s * across[0] + t * down[0],
                              eye[1] + s * across[1] + t * down[1]) /
                 (2 * STEPS + 1);
    }
    int dark = 0, all = 0;
    for (int i = -STEPS; i <= STEPS; i++)
        for (int j = -STEPS; j <= STEPS; j++) {
            if (i * i + j * j > STEPS * STEPS) continue;
            const float s = 0.10f * unit * (float)j / STEPS, t = 0.09f * unit * (float)i / STEPS;
            all++;
            dark += luminance_at(&view->image, eye[0] + s * across[0] + t * down[0],
                                 eye[1] + s * across[1] + t * down[1]) < 0.5f * cheek;
        }
    return (float)dark / (float)all;
}

float fitface_lids_closed(const FitState *state, int photo) {
    const FitView *view = &state->view[photo];
    if (!view->present || !view->has_face) return 0.5f;
    if (view->face.found[FACE_RIGHT_IRIS]) return 0;
    float eye[2][2];
    project_blend(state, view, LM_RIGHT_PUPIL, LM_RIGHT_PUPIL, 1, eye[0]);
    project_blend(state, view, LM_LEFT_PUPIL, LM_LEFT_PUPIL, 1, eye[1]);
    const float dx = eye[1][0] - eye[0][0], dy = eye[1][1] - eye[0][1], unit = sqrtf(dx * dx + dy * dy);
    const float across[2] = {dx / unit, dy / unit}, down[2] = {-dy / unit, dx / unit};
    const float dark = 0.5f * (eye_darkness(view, eye[0], across, down, unit) +
                               eye_darkness(view, eye[1], across, down, unit));
    log_message(LOG_DEBUG, "fit: eyes found %d, dark share %.2f, lid line %s", view->eyes_found, (double)dark,
                view->face.eyes_closed ? "sags" : "does not sag");
    /* Open eyes of a studio portrait and an astronaut's: 0.58 and 0.71; closed ones, selfies too: 0.03 to
     * 0.12. */
    const int votes =
        (dark < 0.25f) - (dark > 0.4f) + (view->face.eyes_closed ? 1 : -1) + 1 - view->eyes_found;
    return votes >= 2 ? 1 : votes <= -2 ? 0 : 0.5f;
}

static void add_pupil_across(FitView *view, bool left, const float across[2], const float down[2]) {
    const FaceLines *face = &view->face;
    const FaceLine inner = left ? FACE_LEFT_INNER : FACE_RIGHT_INNER,
                   outer = left ? FACE_LEFT_OUTER : FACE_RIGHT_OUTER;
    const HeadLandmark pupil = left ? LM_LEFT_PUPIL : LM_RIGHT_PUPIL;
    if (!face->found[inner] || !face->found[outer]) return;
    FitPoint *p = &view->found[view->found_count++];
    *p = (FitPoint){.site = {pupil, pupil}, .share = 1, .sigma_px = {0.03f * face->frame.unit_px, 0}};
    for (int i = 0; i < 2; i++) {
        p->px[i] = 0.5f * (face->px[inner][i] + face->px[outer][i]);
        p->axis[0][i] = across[i];
        p->axis[1][i] = down[i];
    }
}

static void add_face(FitView *view) {
    const FaceLines *face = &view->face;
    const float c = cosf(face->frame.roll_rad), s = sinf(face->frame.roll_rad), unit = face->frame.unit_px;
    const float across[2] = {c, s}, down[2] = {-s, c};
    const bool open = face->found[FACE_RIGHT_IRIS];
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const LineRule *rule = &rules[i];
        const bool lid = rule->line == FACE_RIGHT_LID || rule->line == FACE_LEFT_LID;
        if (!face->found[rule->line] || (lid && open)) continue;
        const float raise = face->eyes_closed ? rule->raise * LID_TO_PUPIL * unit : 0;
        FitPoint *p = &view->found[view->found_count++];
        *p = (FitPoint){.site = {rule->site[0], rule->site[1]},
                        .share = rule->share,
                        .sigma_px = {rule->sigma_across * unit, rule->sigma_down * unit}};
        for (int k = 0; k < 2; k++) {
            p->px[k] = face->px[rule->line][k] - raise * down[k];
            p->axis[0][k] = across[k];
            p->axis[1][k] = down[k];
        }
        if (rule->line == FACE_NOSE_BASE && face->nose_wide < NOSE_WIDE_MIN) p->sigma_px[0] = 0;
        /* The upper lid's line ends above an open eye's corners. */
        if (open && rule->line >= FACE_RIGHT_OUTER && rule->line <= FACE_LEFT_OUTER) p->sigma_px[1] = 0;
    }
    for (int left = 0; left < 2 && !open; left++) add_pupil_across(view, left != 0, across, down);
}

void fitface_lines(FitView *view) {
    view->found_count = 0;
    if (view->has_face) add_face(view);
}

void fitface_put_point(FitView *view, const FitPoint *point) {
    int at = 0;
    while (at < view->found_count && view->found[at].site[0] != point->site[0]) at++;
    if (at >= FIT_POINTS_MAX) return;
    view->found_count += at == view->found_count;
    view->found[at] = *point;
}

void fitface_put(FitView *view, int site, const float px[2], float sigma_px) {
    fitface_put_point(view, &(FitPoint){.site = {site, site},
                                        .share = 1,
                                        .px = {px[0], px[1]},
                                        .axis = {{1, 0}, {0, 1}},
                                        .sigma_px = {sigma_px, sigma_px}});
}

void fitface_points(FitView *view, const FitPins *pins, int photo) {
    view->point_count = 0;
    for (int lm = 0; pins && lm < LM_VERTEX; lm++) {
        if (!pins->given[photo][lm]) continue;
        view->point[view->point_count++] =
            (FitPoint){.site = {lm, lm},
                       .share = 1,
                       .pinned = true,
                       .px = {pins->px[photo][lm][0] * view->scale, pins->px[photo][lm][1] * view->scale},
                       .axis = {{1, 0}, {0, 1}},
                       .sigma_px = {PIN_SIGMA_PX, PIN_SIGMA_PX}};
    }
    for (int i = 0; i < view->found_count && view->point_count < FIT_POINTS_MAX; i++) {
        const FitPoint *p = &view->found[i];
        bool pinned = false;
        for (int k = 0; pins && k < 2; k++)
            pinned = pinned || (p->site[k] < LM_VERTEX && pins->given[photo][p->site[k]]);
        if (!pinned) view->point[view->point_count++] = *p;
    }
}
