#include "fitprofile.h"
#include "fitface.h"
#include <math.h>

enum { PROFILE_MAX = 1500 };
static const double SIDE_MIN = 0.8; /* cosine of the camera's angle from straight sideways */

bool fitprofile_is_side(const FitView *view) {
    return fabs(fitcamera_from_left(&view->camera)) >= SIDE_MIN;
}

/* An outline in the face's own directions, px: `down` from the sellion, `out` of the face. */
typedef struct Profile {
    int count;
    float place[PROFILE_MAX][2];       /* down, out */
    float axis_px[2][2], origin_px[2]; /* down and out in the photo */
    float per_mm;
} Profile;

typedef enum ProfileMark {
    PROFILE_TIP,
    PROFILE_ROOT,
    PROFILE_CORNER,
    PROFILE_CHIN,
    PROFILE_COUNT
} ProfileMark;
typedef struct ProfileMarks {
    bool found[PROFILE_COUNT];
    float at[PROFILE_COUNT][2]; /* down, out */
    float lip[2];               /* the upper one's front, when there is a corner over it */
} ProfileMarks;

static const float SLOPE = 0.70711f;
/* The landmark that moves with each mark; how well it is known then along two directions, mm. Of the chin,
 * halfway between down and out, its place along the slope is not known. */
static const struct {
    HeadLandmark landmark;
    float axis[2][2], sigma_mm[2];
} rules[PROFILE_COUNT] = {
    {LM_PRONASALE, {{1, 0}, {0, 1}}, {2.5f, 1.3f}},
    {LM_SELLION, {{1, 0}, {0, 1}}, {2.5f, 1.6f}},
    {LM_SUBNASALE, {{1, 0}, {0, 1}}, {1.0f, 1.0f}},
    {LM_MENTON, {{SLOPE, SLOPE}, {SLOPE, -SLOPE}}, {2.0f, 0}},
};

static void start_profile(const FitState *state, const FitView *view, Profile *out) {
    const double(*r)[3] = view->camera.r;
    const double length = hypot(r[0][2], r[1][2]);
    float *forward = out->axis_px[1];
    out->count = 0;
    out->per_mm = (float)(view->camera.focal / view->camera.t[2]);
    fitsolve_site_px(state, view, LM_SELLION, out->origin_px);
    for (int i = 0; i < 2; i++) forward[i] = (float)(r[i][2] / length);
    /* Down the face: across `forward`, on the side of the head's -y. */
    const float side = forward[1] * (float)r[0][1] - forward[0] * (float)r[1][1] > 0 ? -1 : 1;
    out->axis_px[0][0] = side * forward[1];
    out->axis_px[0][1] = side * -forward[0];
}

static void to_profile(const Profile *p, const float px[2], float at[2]) {
    const float d[2] = {px[0] - p->origin_px[0], px[1] - p->origin_px[1]};
    for (int i = 0; i < 2; i++) at[i] = d[0] * p->axis_px[i][0] + d[1] * p->axis_px[i][1];
}

static void from_profile(const Profile *p, const float at[2], float px[2]) {
    for (int i = 0; i < 2; i++) px[i] = p->origin_px[i] + at[0] * p->axis_px[0][i] + at[1] * p->axis_px[1][i];
}

static void add_place(Profile *p, const float px[2]) {
    float at[2];
    to_profile(p, px, at);
    if (p->count == PROFILE_MAX || at[0] < -45 * p->per_mm || at[0] > 150 * p->per_mm ||
        fabsf(at[1]) > 50 * p->per_mm)
        return;
    for (int i = 0; i < 2; i++) p->place[p->count][i] = at[i];
    p->count++;
}

/* Farthest along a direction between two heights; -1: none. */
static int extreme_between(const Profile *p, float from, float to, const float along[2]) {
    int best = -1;
    float farthest = -INFINITY;
    for (int i = 0; i < p->count; i++) {
        const float *at = p->place[i], far = at[0] * along[0] + at[1] * along[1];
        if (at[0] <= from || at[0] >= to || far <= farthest) continue;
        farthest = far;
        best = i;
    }
    return best;
}

/* Top of the parabola through the outline about its point `i`, which is extreme along a direction there:
 * steadier than a single pixel, and of the model's coarse outline as good. */
static void smooth_extreme(const Profile *p, int i, const float along[2], float reach_mm, float at[2]) {
    const float reach = reach_mm * p->per_mm;
    double m[5] = {0}, r[3] = {0};
    for (int j = 0; j < p->count; j++) {
        const float d[2] = {(p->place[j][0] - p->place[i][0]) / reach,
                            (p->place[j][1] - p->place[i][1]) / reach};
        const double s = (double)(d[0] * along[1] - d[1] * along[0]),
                     h = (double)(d[0] * along[0] + d[1] * along[1]), w = 1 - s * s - h * h;
        if (w <= 0) continue;
        for (int k = 0; k < 5; k++) m[k] += w * pow(s, k);
        for (int k = 0; k < 3; k++) r[k] += w * pow(s, k) * h;
    }
    /* Cramer's rule for h = a + b s + c s^2 */
    const double minor[3] = {m[2] * m[4] - m[3] * m[3], m[1] * m[4] - m[2] * m[3], m[1] * m[3] - m[2] * m[2]};
    const double all = m[0] * minor[0] - m[1] * minor[1] + m[2] * minor[2];
    const double b =
        -r[0] * minor[1] + r[1] * (m[0] * m[4] - m[2] * m[2]) - r[2] * (m[0] * m[3] - m[1] * m[2]);
    const double c =
        r[0] * minor[2] - r[1] * (m[0] * m[3] - m[1] * m[2]) + r[2] * (m[0] * m[2] - m[1] * m[1]);
    const double a = r[0] * minor[0] - r[1] * minor[1] + r[2] * minor[2];
    for (int k = 0; k < 2; k++) at[k] = p->place[i][k];
    if (all <= 0 || c >= 0) return;
    const double s = fmin(fmax(-b / (2 * c), -0.5), 0.5), h = (a + s * (b + s * c)) / all;
    at[0] += reach * (float)(h * (double)along[0] + s * (double)along[1]);
    at[1] += reach * (float)(h * (double)along[1] - s * (double)along[0]);
}

static const float REACH_MM = 12, CHIN_MM = 15; /* how far from the head's marks may lie */
static const float HOLLOW_MM = 2;               /* least depth of a corner */

static void find_nose(const Profile *p, const float expected[LM_VERTEX][2], ProfileMarks *out) {
    static const float front[2] = {0, 1}, back[2] = {0, -1};
    const float mm = p->per_mm, *nose = expected[LM_PRONASALE], *brow = expected[LM_GLABELLA];
    const int tip = extreme_between(p, nose[0] - REACH_MM * mm, nose[0] + REACH_MM * mm, front);
    const int over = extreme_between(p, brow[0] - 14 * mm, brow[0] + 8 * mm, front);
    if (tip < 0 || over < 0 || fabsf(p->place[tip][1] - nose[1]) > REACH_MM * mm) return;
    out->found[PROFILE_TIP] = true;
    smooth_extreme(p, tip, front, 6, out->at[PROFILE_TIP]);
    const int root = extreme_between(p, p->place[over][0], p->place[tip][0], back);
    out->found[PROFILE_ROOT] = root >= 0 && p->place[root][1] < fminf(p->place[over][1], p->place[tip][1]);
    if (out->found[PROFILE_ROOT]) smooth_extreme(p, root, back, 6, out->at[PROFILE_ROOT]);
    const float mouth = 0.5f * (expected[LM_LEFT_CHEILION][0] + expected[LM_RIGHT_CHEILION][0]);
    const int lip = extreme_between(p, expected[LM_SUBNASALE][0] + 6 * mm, mouth, front);
    if (lip < 0) return;
    /* Deepest below the line from the tip to the lip. */
    const float dx = p->place[lip][0] - p->place[tip][0], dy = p->place[lip][1] - p->place[tip][1],
                length = hypotf(dx, dy), in[2] = {dy / length, -dx / length};
    const int corner = extreme_between(p, p->place[tip][0], p->place[lip][0], in);
    if (corner < 0) return;
    const float depth =
        (p->place[corner][0] - p->place[tip][0]) * in[0] + (p->place[corner][1] - p->place[tip][1]) * in[1];
    out->found[PROFILE_CORNER] = depth > HOLLOW_MM * mm;
    smooth_extreme(p, corner, in, 4, out->at[PROFILE_CORNER]);
    for (int k = 0; k < 2; k++) out->lip[k] = p->place[lip][k];
}

/* As far out and down as its skin faces there: halfway between both. */
static void find_chin(const Profile *p, const float expected[LM_VERTEX][2], ProfileMarks *out) {
    static const float slope[2] = {SLOPE, SLOPE};
    const float *chin = expected[LM_MENTON], reach = CHIN_MM * p->per_mm;
    const int at = extreme_between(p, chin[0] - reach, chin[0] + reach, slope);
    out->found[PROFILE_CHIN] = at >= 0 && fabsf(p->place[at][1] - chin[1]) < reach;
    if (out->found[PROFILE_CHIN]) smooth_extreme(p, at, slope, 8, out->at[PROFILE_CHIN]);
}

static ProfileMarks find_marks(const Profile *p, const float expected[LM_VERTEX][2]) {
    ProfileMarks marks = {.lip = {0, 0}};
    find_nose(p, expected, &marks);
    find_chin(p, expected, &marks);
    return marks;
}

static float luminance_at(const Image *image, const Profile *p, float down, float out) {
    float px[2], rgb[3];
    from_profile(p, (const float[2]){down, out}, px);
    image_sample_linear(image, px[0], px[1], rgb);
    return 0.2126f * rgb[0] + 0.7152f * rgb[1] + 0.0722f * rgb[2];
}

/* A moustache: the upper lip is much darker than the wing of the nose over it. */
static bool lip_is_dark(const FitView *view, const Profile *p, const ProfileMarks *marks) {
    enum { STEPS = 5 };
    const float *corner = marks->at[PROFILE_CORNER], mm = p->per_mm;
    float lip = 0, wing = 0;
    for (int k = 0; k < STEPS; k++) {
        const float t = 0.3f + 0.4f * (float)k / (STEPS - 1);
        lip += luminance_at(&view->image, p, corner[0] + t * (marks->lip[0] - corner[0]),
                            corner[1] + t * (marks->lip[1] - corner[1]) - 3 * mm);
        wing += luminance_at(&view->image, p, corner[0] - 9 * mm, corner[1] + (4 * t - 1) * mm);
    }
    log_message(LOG_DEBUG, "fit: upper lip %.2f of the nose's light", (double)(lip / (wing + 1e-6f)));
    return lip < 0.4f * wing;
}

static void expect(const FitState *state, const FitView *view, const Profile *p, float at[LM_VERTEX][2]) {
    for (int lm = 0; lm < LM_VERTEX; lm++) {
        float px[2];
        fitsolve_site_px(state, view, lm, px);
        to_profile(p, px, at[lm]);
    }
}

/* The landmark as far from the head's as the photo's mark lies from that of the head's own profile. */
static void put_mark(const FitState *state, FitView *view, const Profile *p, ProfileMark mark,
                     const float photo[2], const float head[2]) {
    const int site = (int)rules[mark].landmark;
    const float move[2] = {photo[0] - head[0], photo[1] - head[1]};
    FitPoint point = {.site = {site, site}, .share = 1};
    fitsolve_site_px(state, view, site, point.px);
    for (int i = 0; i < 2; i++) {
        point.sigma_px[i] = rules[mark].sigma_mm[i] * p->per_mm;
        for (int k = 0; k < 2; k++) {
            point.px[i] += move[k] * p->axis_px[k][i];
            point.axis[i][k] =
                rules[mark].axis[i][0] * p->axis_px[0][k] + rules[mark].axis[i][1] * p->axis_px[1][k];
        }
    }
    fitface_put_point(view, &point);
}

bool fitprofile_rim(const FitState *state, const FitView *view, float u, const float v[2], float px[2]) {
    enum { STEPS = 24 };
    float pos[2][3] = {{0}}, facing[2] = {0}, best = -INFINITY;
    double eye[3], at[2];
    fitcamera_centre(&view->camera, eye);
    for (int j = 0; j <= STEPS; j++) {
        const int now = j & 1, before = !now;
        float normal[3], rim[3];
        head_eval(state->model, &state->shape,
                  (HeadSite){HEAD_SKIN, u, v[0] + (v[1] - v[0]) * (float)j / STEPS}, pos[now], normal);
        facing[now] = 0;
        for (int k = 0; k < 3; k++) facing[now] += normal[k] * ((float)eye[k] - pos[now][k]);
        if (!j || (facing[now] > 0) == (facing[before] > 0)) continue;
        const float t = facing[before] / (facing[before] - facing[now]);
        for (int k = 0; k < 3; k++) rim[k] = pos[before][k] + t * (pos[now][k] - pos[before][k]);
        if (rim[2] <= best) continue;
        best = rim[2];
        fitcamera_project(&view->camera, rim, at);
        for (int k = 0; k < 2; k++) px[k] = (float)at[k];
    }
    return best > -INFINITY;
}

/* The head's own profile, from under the chin to the forehead. */
static void add_own_profile(const FitState *state, const FitView *view, Profile *p) {
    enum { ROWS = 200 };
    static const float ABOUT_THE_MIDDLE[2] = {-0.2f, 0.2f};
    const float from = head_landmark_site(state->model, LM_MENTON).u - 0.04f,
                to = head_landmark_site(state->model, LM_GLABELLA).u + 0.06f;
    for (int i = 0; i < ROWS; i++) {
        float px[2];
        const float u = from + (to - from) * (float)i / (ROWS - 1);
        if (fitprofile_rim(state, view, u, ABOUT_THE_MIDDLE, px)) add_place(p, px);
    }
}

void fitprofile_find(FitState *state, int photo) {
    FitView *view = &state->view[photo];
    if (!view->has_outline || !fitprofile_is_side(view)) return;
    Profile p, head;
    float expected[LM_VERTEX][2];
    start_profile(state, view, &p);
    head = p;
    for (int i = 0; i < view->silhouette.point_count; i++) add_place(&p, view->silhouette.point[i].px);
    add_own_profile(state, view, &head);
    expect(state, view, &p, expected);
    ProfileMarks seen = find_marks(&p, (const float(*)[2])expected),
                 own = find_marks(&head, (const float(*)[2])expected);
    seen.found[PROFILE_CORNER] = seen.found[PROFILE_CORNER] && !lip_is_dark(view, &p, &seen);
    for (int k = 0; k < PROFILE_COUNT; k++) {
        const float off = hypotf(seen.at[k][0] - own.at[k][0], seen.at[k][1] - own.at[k][1]);
        const bool found = seen.found[k] && own.found[k] && off < REACH_MM * p.per_mm;
        log_message(LOG_DEBUG, "fit: %s profile: mark %d %s, %.1f mm down and %.1f mm out from the head's",
                    photo_slot_names[photo], k, found ? "found" : "not found",
                    (double)((seen.at[k][0] - own.at[k][0]) / p.per_mm),
                    (double)((seen.at[k][1] - own.at[k][1]) / p.per_mm));
        if (found) put_mark(state, view, &p, (ProfileMark)k, seen.at[k], own.at[k]);
    }
}
