#include "fitprofile.h"
#include "fitface.h"
#include <math.h>
#include <string.h>

enum { PROFILE_MAX = 1500 };
static const double SIDE_MIN = 0.8; /* cosine of the camera's angle from straight sideways */
static const float FOUND_SIGMA_MM = 1.3f;

/* The outline in the face's own directions, px: `down` from the sellion, `out` of the face. */
typedef struct Profile {
    int count;
    float down[PROFILE_MAX], out[PROFILE_MAX], px[PROFILE_MAX][2], bare[PROFILE_MAX];
    float axis_down[2], axis_out[2], origin[2];
} Profile;

static void to_profile(const Profile *p, const float px[2], float *down, float *out) {
    const float dx = px[0] - p->origin[0], dy = px[1] - p->origin[1];
    *down = dx * p->axis_down[0] + dy * p->axis_down[1];
    *out = dx * p->axis_out[0] + dy * p->axis_out[1];
}

static void collect(const FitState *state, const FitView *view, float per_mm, Profile *out) {
    fitsolve_site_px(state, view, LM_SELLION, out->origin);
    const float length = (float)hypot(view->camera.r[0][2], view->camera.r[1][2]);
    out->count = 0;
    for (int i = 0; i < 2; i++) out->axis_out[i] = (float)view->camera.r[i][2] / length;
    /* Down the face: across `out`, on the side of the head's -y. */
    out->axis_down[0] = -out->axis_out[1];
    out->axis_down[1] = out->axis_out[0];
    if (out->axis_down[0] * (float)view->camera.r[0][1] + out->axis_down[1] * (float)view->camera.r[1][1] > 0)
        for (int i = 0; i < 2; i++) out->axis_down[i] = -out->axis_down[i];
    for (int i = 0; i < view->silhouette.point_count && out->count < PROFILE_MAX; i++) {
        const OutlinePoint *q = &view->silhouette.point[i];
        float down, forward;
        to_profile(out, q->px, &down, &forward);
        if (down < -45 * per_mm || down > 150 * per_mm || fabsf(forward) > 50 * per_mm) continue;
        out->down[out->count] = down;
        out->out[out->count] = forward;
        out->bare[out->count] = q->bare;
        memcpy(out->px[out->count++], q->px, sizeof q->px);
    }
}

/* Farthest out between two heights; -1: none. */
static int peak_between(const Profile *p, float from, float to) {
    int best = -1;
    for (int i = 0; i < p->count; i++)
        if (p->down[i] >= from && p->down[i] <= to && (best < 0 || p->out[i] > p->out[best])) best = i;
    return best;
}

/* Farthest in between two points of the outline; -1 where it only rises or falls. */
static int indentation_between(const Profile *p, int a, int b) {
    int best = -1;
    for (int i = 0; i < p->count; i++)
        if (p->down[i] > p->down[a] && p->down[i] < p->down[b] && (best < 0 || p->out[i] < p->out[best]))
            best = i;
    return best >= 0 && p->out[best] < p->out[a] && p->out[best] < p->out[b] ? best : -1;
}

/* Deepest below the line between two points of the outline. */
static int hollow_between(const Profile *p, int a, int b, float *depth) {
    const float dx = p->down[b] - p->down[a], dy = p->out[b] - p->out[a], length = sqrtf(dx * dx + dy * dy);
    int best = -1;
    *depth = 0;
    for (int i = 0; i < p->count; i++) {
        if (p->down[i] <= p->down[a] || p->down[i] >= p->down[b]) continue;
        const float d = ((p->down[i] - p->down[a]) * dy - (p->out[i] - p->out[a]) * dx) / length;
        if (d > *depth) {
            *depth = d;
            best = i;
        }
    }
    return best;
}

static const float CHIN_REACH_MM = 15;

/* The chin, as far out and down as its skin faces there: halfway between both. Along it, it is not known. */
static void find_chin(const FitState *state, FitView *view, const Profile *p, float per_mm, float sigma_px) {
    const float half = sqrtf(0.5f);
    float px[2], down, out;
    int best = -1;
    fitsolve_site_px(state, view, LM_MENTON, px);
    to_profile(p, px, &down, &out);
    for (int i = 0; i < p->count; i++)
        if (fabsf(p->down[i] - down) < CHIN_REACH_MM * per_mm &&
            fabsf(p->out[i] - out) < CHIN_REACH_MM * per_mm &&
            (best < 0 || p->down[i] + p->out[i] > p->down[best] + p->out[best]))
            best = i;
    if (best < 0 || p->bare[best] < 0.5f) return;
    FitPoint point = {.site = {LM_MENTON, LM_MENTON}, .share = 1, .sigma_px = {sigma_px, 0}};
    for (int i = 0; i < 2; i++) {
        point.px[i] = p->px[best][i];
        point.axis[0][i] = half * (p->axis_down[i] + p->axis_out[i]);
        point.axis[1][i] = half * (p->axis_down[i] - p->axis_out[i]);
    }
    fitface_put_point(view, &point);
}

void fitprofile_find(FitState *state, int photo) {
    FitView *view = &state->view[photo];
    double centre[3], length = 0;
    fitcamera_centre(&view->camera, centre);
    for (int i = 0; i < 3; i++) length += centre[i] * centre[i];
    if (!view->has_outline || fabs(centre[0]) < SIDE_MIN * sqrt(length)) return;
    const float per_mm = (float)(view->camera.focal / view->camera.t[2]), sigma_px = FOUND_SIGMA_MM * per_mm;
    Profile p;
    float at[4][2], px[2];
    static const HeadLandmark expected[4] = {LM_GLABELLA, LM_PRONASALE, LM_LEFT_CHEILION, LM_SUBNASALE};
    collect(state, view, per_mm, &p);
    for (int k = 0; k < 4; k++) {
        fitsolve_site_px(state, view, expected[k], px);
        to_profile(&p, px, &at[k][0], &at[k][1]);
    }
    const int tip = peak_between(&p, at[1][0] - 12 * per_mm, at[1][0] + 12 * per_mm);
    const int brow = peak_between(&p, at[0][0] - 14 * per_mm, at[0][0] + 8 * per_mm);
    if (tip < 0 || brow < 0 || fabsf(p.out[tip] - at[1][1]) > 12 * per_mm) return;
    fitface_put(view, LM_PRONASALE, p.px[tip], sigma_px);
    float depth;
    const int root = indentation_between(&p, brow, tip);
    log_message(LOG_DEBUG, "fit: %s profile: nose tip %.0f %.0f, root %.0f %.0f", photo_slot_names[photo],
                (double)p.px[tip][0], (double)p.px[tip][1], root < 0 ? 0 : (double)p.px[root][0],
                root < 0 ? 0 : (double)p.px[root][1]);
    if (root >= 0) fitface_put(view, LM_SELLION, p.px[root], 1.5f * sigma_px);
    const int lip = peak_between(&p, at[3][0] + 6 * per_mm, at[2][0]);
    const int corner = lip < 0 ? -1 : hollow_between(&p, tip, lip, &depth);
    if (corner >= 0 && depth > 2 * per_mm) fitface_put(view, LM_SUBNASALE, p.px[corner], sigma_px);
    find_chin(state, view, &p, per_mm, 1.5f * sigma_px);
}
