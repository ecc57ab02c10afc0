/* The face's features differ from person to person by more than the modes and the residual, which goes along
 * the normal, can follow: a mouth is some millimetres narrower, a lid's outer corner lower. So the skin about
 * each of some places moves on its own along each axis, like a sheet of rubber pushed there: a Gaussian in
 * space, wider in depth than the folds of lips and lids are deep, so that both sides of a fold move alike.
 */
#include "headinternal.h"
#include <math.h>
#include <string.h>

#define SIGMA_MM  10.0f
#define DEPTH     2.0f /* the Gaussian's length towards the front, in widths */
#define SHARE_MIN 0.003f

/* No place on the bridge and tip of the nose and the chin: outlines and modes tell these better. */
static void find_places(const HeadModel *model, float at[HEAD_FACE_PLACES][3]) {
    static const HeadLandmark landmarks[9] = {
        LM_RIGHT_EXOCANTHION, LM_LEFT_EXOCANTHION, LM_RIGHT_PUPIL,   LM_LEFT_PUPIL, LM_RIGHT_ENDOCANTHION,
        LM_LEFT_ENDOCANTHION, LM_RIGHT_CHEILION,   LM_LEFT_CHEILION, LM_SUBNASALE};
    static const HeadShape mean;
    for (int k = 0; k < 9; k++) head_eval(model, &mean, model->landmark[landmarks[k]], at[k], NULL);
    for (int k = 2; k < 4; k++) at[k][1] -= HEAD_LID_SAG_MM;
    /* Between the mouth's corners, which lie 10 mm farther back. */
    memcpy(at[9], at[7], sizeof at[9]);
    at[9][0] = 0;
    at[9][2] += 10;
    for (int side = 0; side < 2; side++) { /* the wings of the nose */
        head_eval(model, &mean, model->site[HS_ALARE], at[10 + side], NULL);
        at[10 + side][0] = (side ? 1.0f : -1.0f) * fabsf(at[10 + side][0]);
    }
}

void head_face_build(HeadModel *model) {
    float at[HEAD_FACE_PLACES][3];
    find_places(model, at);
    for (int p = 0; p < HEAD_NET; p++)
        for (int k = 0; k < HEAD_FACE_PLACES; k++) {
            const float dx = model->mean[p][0] - at[k][0], dy = model->mean[p][1] - at[k][1],
                        dz = (model->mean[p][2] - at[k][2]) / DEPTH;
            const float share = expf(-(dx * dx + dy * dy + dz * dz) / (2 * SIGMA_MM * SIGMA_MM));
            model->face_share[p][k] = share > SHARE_MIN ? HEAD_FACE_MM * (share - SHARE_MIN) : 0;
            model->in_face[p] |= share > SHARE_MIN;
        }
}

/* The place of the skin nearest to `start` that is seen at (x, y) from straight ahead. */
static HeadSite seen_at(const HeadModel *model, const HeadShape *shape, HeadSite start, float x, float y) {
    HeadSite site = start;
    for (int k = 0; k < 12; k++) {
        float pos[3], du[3], dv[3];
        head_eval(model, shape, site, pos, NULL);
        head_tangents(model, shape, site, du, dv);
        const float area = du[0] * dv[1] - du[1] * dv[0], dx = x - pos[0], dy = y - pos[1];
        if (fabsf(area) < 1e-3f) break;
        site.u += fminf(fmaxf((dx * dv[1] - dy * dv[0]) / area, -0.01f), 0.01f);
        site.v += fminf(fmaxf((dy * du[0] - dx * du[1]) / area, -0.02f), 0.02f);
    }
    return site;
}

HeadSite head_lid_line_site(const HeadModel *model, bool left, float along) {
    static const HeadShape open, closed = {.lids_closed = 1};
    const HeadSite ends[2] = {model->landmark[left ? LM_LEFT_ENDOCANTHION : LM_RIGHT_ENDOCANTHION],
                              model->landmark[left ? LM_LEFT_EXOCANTHION : LM_RIGHT_EXOCANTHION]};
    float corner[2][3];
    for (int k = 0; k < 2; k++) head_eval(model, &open, ends[k], corner[k], NULL);
    const float x = corner[0][0] + along * (corner[1][0] - corner[0][0]),
                y = corner[0][1] + along * (corner[1][1] - corner[0][1]) -
                    HEAD_LID_SAG_MM * 4 * along * (1 - along);
    const HeadSite start = {HEAD_SKIN, model->landmark[left ? LM_LEFT_PUPIL : LM_RIGHT_PUPIL].u,
                            ends[0].v + along * (ends[1].v - ends[0].v)};
    return seen_at(model, &closed, start, x, y);
}

#define MARGIN_MM    2.0f /* in front of the fold's bottom, ... */
#define MARGIN_SHARE 0.6f /* ... or this share of the lips' */

/* Up or down the column from the fold's bottom to the margin. */
static HeadSite find_margin(const HeadModel *model, HeadSite bottom, float step, float front_mm) {
    static const HeadShape mean;
    HeadSite site = bottom;
    float pos[3] = {0, 0, -INFINITY};
    while (pos[2] < front_mm && fabsf(site.u - bottom.u) < 0.03f) {
        site.u += step;
        head_eval(model, &mean, site, pos, NULL);
    }
    return site;
}

void head_lip_line_sites(const HeadModel *model, float along, HeadSite *lower, HeadSite *upper) {
    enum { SCAN = 144 };
    static const HeadShape mean;
    float at[3], z[SCAN + 1], front[2] = {-INFINITY, -INFINITY};
    HeadSite site = {HEAD_SKIN, 0, along * model->landmark[LM_LEFT_CHEILION].v};
    int bottom = SCAN / 2;
    for (int k = 0; k <= SCAN; k++) {
        site.u = HEAD_LIPS_FROM_U + (HEAD_LIPS_TO_U - HEAD_LIPS_FROM_U) * (float)k / SCAN;
        head_eval(model, &mean, site, at, NULL);
        z[k] = at[2];
        if (k > SCAN / 3 && k < 2 * SCAN / 3 + SCAN / 8 && z[k] < z[bottom]) bottom = k;
    }
    for (int k = 0; k <= SCAN; k++) front[k > bottom] = fmaxf(front[k > bottom], z[k]);
    const float depth = fminf(front[0], front[1]) - z[bottom];
    site.u = HEAD_LIPS_FROM_U + (HEAD_LIPS_TO_U - HEAD_LIPS_FROM_U) * (float)bottom / SCAN;
    const float front_mm = z[bottom] + fminf(MARGIN_MM, MARGIN_SHARE * depth);
    *lower = find_margin(model, site, -0.0002f, front_mm);
    *upper = find_margin(model, site, 0.0002f, front_mm);
}
