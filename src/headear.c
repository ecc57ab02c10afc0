/* The ears: one spline net of the mean left ear in a patch of its own, with modes of its own and six named
 * fields, turned into skin over the outer tenth of the patch. The right ear is the mirror image. */
#include "headinternal.h"
#include <math.h>
#include <string.h>

float head_ear_blend(float s, float *slope) {
    float t = fminf(fmaxf(s / HEAD_EAR_BLEND, 0), 1);
    *slope = t > 0 && t < 1 ? 6 * t * (1 - t) / HEAD_EAR_BLEND : 0;
    return t * t * (3 - 2 * t);
}

static float smooth(float from, float to, float x) {
    float t = fminf(fmaxf((x - from) / (to - from), 0), 1);
    return t * t * (3 - 2 * t);
}

/* Fields per prior deviation (ANSUR II standard deviations, domain.md 7.1: length 4.5 of 64, breadth 3.0 of
 * 36, protrusion 3.0 mm). The ear's long axis leans back about 15 degrees from upright. */
static void ear_field_at(const float centre[3], const float p[3], float out[HEAD_EAR_WEIGHTS][3]) {
    const float lean = 0.26f, up[3] = {0, cosf(lean), -sinf(lean)}, back[3] = {0, -sinf(lean), -cosf(lean)};
    float d[3] = {p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]};
    float along = d[1] * up[1] + d[2] * up[2], across = d[1] * back[1] + d[2] * back[2];
    float free_part = smooth(-6, 14, across); /* 0 at the root in front, 1 at the helix */
    float lobe = smooth(-16, -30, along);
    /* The skin around the auricle gives way by degrees and stays at the patch's border, which lies beyond 1.5
     * of the calibration's ellipse about it. */
    float y = p[1] + 6, z = p[2] + 11, own = 1 - smooth(0.55f, 1.6f, y * y / (36 * 36) + z * z / (27 * 27));
    for (int c = 0; c < 3; c++) {
        out[0][c] = 4.5f / 64 * along * up[c];
        out[1][c] = 3.0f / 36 * (across + 12) * back[c] * smooth(-14, 4, across);
        out[2][c] = c == 0 ? 3.0f * free_part : c == 2 ? 1.0f * free_part : 0;
        out[3][c] = 0.07f * (c == 1 ? d[2] : c == 2 ? -d[1] : 0); /* 4 degrees */
        out[4][c] = c == 1 ? 2.5f : 0;
        out[5][c] = lobe * (c == 1 ? -2.0f : c == 0 ? 0.3f : 0);
        for (int k = 0; k < HEAD_EAR_WEIGHTS; k++) out[k][c] *= own;
    }
}

#define EAR_SHIFT_MM 8.0f /* weak on purpose: ears sit some 85 to 105 mm behind the glabella */

/* The auricle slides as a whole along the skin, which gives way in front of it and behind it. */
void head_ear_shift_at(const float p[3], const float n[3], float out[3]) {
    const float y = (p[1] + 6) / 36, z = (p[2] + 11) / 27; /* the auricle's ellipse, as above */
    const float share = (1 - smooth(0.9f, 2.2f, sqrtf(y * y + z * z))) * smooth(20, 45, fabsf(p[0]));
    for (int c = 0; c < 3; c++) out[c] = EAR_SHIFT_MM * share * ((c == 2 ? 1.0f : 0.0f) - n[2] * n[c]);
}

/* The residual lifts an ear with the skin underneath, less and less at different rates towards the middle,
 * where all rates meet in the pole: the skin's residual is read no deeper than this. */
#define EAR_RESIDUAL_DEPTH 0.35f

/* Skin under an ear's control point, no nearer to the pole than the residual is read. */
static HeadSite residual_site(const HeadModel *model, int side, int row, int column) {
    float s = head_knots_greville(&model->ear_s, column);
    s = s < EAR_RESIDUAL_DEPTH ? s : EAR_RESIDUAL_DEPTH;
    float v = model->ear_v + (1 - model->ear_v) * s;
    return (HeadSite){HEAD_SKIN, head_knots_greville(&model->ear_u, row), side ? v : -v};
}

void head_ear_build(HeadModel *model) {
    HeadKnots ru, rv;
    HeadShape mean = {0};
    head_residual_knots(&ru, &rv);
    for (int i = 0; i < HEAD_EAR_U; i++)
        for (int j = 0; j < HEAD_EAR_MS; j++) {
            int p = i * HEAD_EAR_MS + j;
            ear_field_at(model->ear_centre, model->ear_mean[p], model->ear_field[p]);
            for (int side = 0; side < 2; side++) {
                HeadSite site = residual_site(model, side, i, j);
                float *normal = model->ear_normal[side][p];
                head_eval(model, &mean, site, NULL, normal);
                head_ear_shift_at(model->ear_mean[p], normal, model->ear_shift[side][p]);
                const float seen = 1 - smooth(EAR_RESIDUAL_DEPTH, 1, head_knots_greville(&model->ear_s, j));
                for (int c = 0; c < 3; c++) normal[c] *= seen;
                model->ear_residual_u[i] = head_basis(&ru, site.u);
                model->ear_residual_v[side][j] = head_basis(&rv, site.v);
            }
        }
}

/* Mirror sign of a mode on the right side. */
static float mode_sign(int mode, int side) {
    return side == 0 && mode >= HEAD_SYMMETRIC ? -1.0f : 1.0f;
}

static void ear_control(const HeadModel *model, const HeadShape *shape, int side, int i, int j,
                        float out[3]) {
    int p = i * HEAD_EAR_MS + j;
    const float *ear = shape->weight + HEAD_MODES + HEAD_RESIDUALS + side * HEAD_EAR_WEIGHTS;
    float x[3] = {model->ear_mean[p][0], model->ear_mean[p][1], model->ear_mean[p][2]}, along = 0;
    for (int k = 0; k < HEAD_MODES; k++)
        for (int c = 0; c < 3; c++) x[c] += mode_sign(k, side) * shape->weight[k] * model->ear_mode[p][k][c];
    for (int k = 0; k < HEAD_EAR_WEIGHTS; k++)
        for (int c = 0; c < 3; c++) x[c] += ear[k] * model->ear_field[p][k][c];
    const HeadBasis *bu = &model->ear_residual_u[i], *bv = &model->ear_residual_v[side][j];
    for (int a = 0; a < 16; a++)
        along += bu->value[a / 4] * bv->value[a % 4] *
                 shape->weight[HEAD_MODES + bu->index[a / 4] * HEAD_RESIDUAL_V + bv->index[a % 4]];
    for (int c = 0; c < 3; c++)
        out[c] = (c == 0 && side == 0 ? -x[c] : x[c]) +
                 HEAD_RESIDUAL_MM * along * model->ear_normal[side][p][c] +
                 shape->weight[HEAD_EAR_SHIFT + side] * model->ear_shift[side][p][c];
}

void head_ear_nets(const HeadModel *model, const HeadShape *shape, HeadNets *out) {
#pragma omp parallel for schedule(static)
    for (int p = 0; p < 2 * HEAD_EAR_NET; p++) {
        int side = p / HEAD_EAR_NET, i = p % HEAD_EAR_NET / HEAD_EAR_MS, j = p % HEAD_EAR_MS;
        ear_control(model, shape, side, i, j, out->ear[side][i * HEAD_EAR_MS + j]);
    }
}

void head_ear_controls(const HeadModel *model, const HeadShape *shape, HeadSite site, HeadNets *out) {
    int side = site.part == HEAD_EAR_LEFT;
    HeadBasis bu = head_basis(&model->ear_u, site.u), bs = head_basis(&model->ear_s, site.v);
    for (int a = 0; a < 16; a++) {
        int i = bu.index[a / 4], j = bs.index[a % 4];
        ear_control(model, shape, side, i, j, out->ear[side][i * HEAD_EAR_MS + j]);
    }
}

void head_ear_jacobian(const HeadModel *model, HeadSite site, float share, float (*jac)[3]) {
    int side = site.part == HEAD_EAR_LEFT;
    float mirror[3] = {side ? 1.0f : -1.0f, 1, 1};
    float(*ear)[3] = jac + HEAD_MODES + HEAD_RESIDUALS + side * HEAD_EAR_WEIGHTS;
    HeadBasis bu = head_basis(&model->ear_u, site.u), bs = head_basis(&model->ear_s, site.v);
    for (int a = 0; a < 16; a++) {
        int i = bu.index[a / 4], j = bs.index[a % 4], p = i * HEAD_EAR_MS + j;
        float b = share * bu.value[a / 4] * bs.value[a % 4];
        for (int k = 0; k < HEAD_MODES; k++)
            for (int c = 0; c < 3; c++)
                jac[k][c] += b * mode_sign(k, side) * mirror[c] * model->ear_mode[p][k][c];
        for (int k = 0; k < HEAD_EAR_WEIGHTS; k++)
            for (int c = 0; c < 3; c++) ear[k][c] += b * mirror[c] * model->ear_field[p][k][c];
        for (int c = 0; c < 3; c++) jac[HEAD_EAR_SHIFT + side][c] += b * model->ear_shift[side][p][c];
        const HeadBasis *ru = &model->ear_residual_u[i], *rv = &model->ear_residual_v[side][j];
        for (int e = 0; e < 16; e++) {
            float amount = b * HEAD_RESIDUAL_MM * ru->value[e / 4] * rv->value[e % 4];
            float *out = jac[HEAD_MODES + ru->index[e / 4] * HEAD_RESIDUAL_V + rv->index[e % 4]];
            for (int c = 0; c < 3; c++) out[c] += amount * model->ear_normal[side][p][c];
        }
    }
}
