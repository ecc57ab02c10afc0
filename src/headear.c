/* The ears: one spline net of the mean left ear in its own patch, carried by the head's modes as an affine
 * map, shaped by six named fields, and turned into skin over the outer tenth of the patch. The right ear is
 * the mirror image. */
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
    for (int c = 0; c < 3; c++) {
        out[0][c] = 4.5f / 64 * along * up[c];
        out[1][c] = 3.0f / 36 * (across + 12) * back[c] * smooth(-14, 4, across);
        out[2][c] = c == 0 ? 3.0f * free_part : c == 2 ? 1.0f * free_part : 0;
        out[3][c] = 0.07f * (c == 1 ? d[2] : c == 2 ? -d[1] : 0); /* 4 degrees */
        out[4][c] = c == 1 ? 2.5f : 0;
        out[5][c] = lobe * (c == 1 ? -2.0f : c == 0 ? 0.3f : 0);
    }
}

void head_ear_fields_build(HeadModel *model) {
    for (int i = 0; i < HEAD_EAR_NET; i++)
        ear_field_at(model->ear_centre, model->ear_mean[i], model->ear_field[i]);
}

/* Mirror sign of a mode on the right side. */
static float mode_sign(int mode, int side) {
    return side == 0 && mode >= HEAD_SYMMETRIC ? -1.0f : 1.0f;
}

static void ear_net(const HeadModel *model, const HeadShape *shape, int side, float (*out)[3]) {
    float affine[3][4] = {{0}}, shift[3] = {0}, mirror = side ? 1.0f : -1.0f;
    const float *ear = shape->weight + HEAD_MODES + HEAD_RESIDUALS + side * HEAD_EAR_WEIGHTS;
    for (int k = 0; k < HEAD_MODES; k++)
        for (int c = 0; c < 12; c++)
            affine[c / 4][c % 4] +=
                mode_sign(k, side) * shape->weight[k] * model->ear_affine[k][c / 4][c % 4];
    for (int k = 0; k < HEAD_RESIDUALS; k++)
        for (int c = 0; c < 3; c++)
            shift[c] += shape->weight[HEAD_MODES + k] * model->ear_residual[side][k][c];
    for (int i = 0; i < HEAD_EAR_NET; i++) {
        const float *p = model->ear_mean[i], *m = model->ear_centre;
        for (int c = 0; c < 3; c++) {
            float x = p[c] + affine[c][3];
            for (int e = 0; e < 3; e++) x += affine[c][e] * (p[e] - m[e]);
            for (int e = 0; e < HEAD_EAR_WEIGHTS; e++) x += ear[e] * model->ear_field[i][e][c];
            out[i][c] = (c == 0 ? mirror : 1.0f) * x + shift[c];
        }
    }
}

void head_ear_nets(const HeadModel *model, const HeadShape *shape, HeadNets *out) {
    for (int side = 0; side < 2; side++) ear_net(model, shape, side, out->ear[side]);
}

void head_ear_jacobian(const HeadModel *model, HeadSite site, float share, float (*jac)[3]) {
    int side = site.part == HEAD_EAR_LEFT;
    float mirror[3] = {side ? 1.0f : -1.0f, 1, 1}, mean[3] = {0}, field[HEAD_EAR_WEIGHTS][3] = {{0}};
    HeadBasis bu = head_basis(&model->ear_u, site.u), bs = head_basis(&model->ear_s, site.v);
    for (int a = 0; a < 16; a++) {
        int i = bu.index[a / 4] * HEAD_EAR_MS + bs.index[a % 4];
        float b = bu.value[a / 4] * bs.value[a % 4];
        for (int c = 0; c < 3; c++) {
            mean[c] += b * (model->ear_mean[i][c] - model->ear_centre[c]);
            for (int e = 0; e < HEAD_EAR_WEIGHTS; e++) field[e][c] += b * model->ear_field[i][e][c];
        }
    }
    for (int k = 0; k < HEAD_MODES; k++)
        for (int c = 0; c < 3; c++) {
            const float *row = model->ear_affine[k][c];
            float x = row[0] * mean[0] + row[1] * mean[1] + row[2] * mean[2] + row[3];
            jac[k][c] += share * mode_sign(k, side) * mirror[c] * x;
        }
    for (int k = 0; k < HEAD_RESIDUALS; k++)
        for (int c = 0; c < 3; c++) jac[HEAD_MODES + k][c] += share * model->ear_residual[side][k][c];
    for (int e = 0; e < HEAD_EAR_WEIGHTS; e++)
        for (int c = 0; c < 3; c++)
            jac[HEAD_MODES + HEAD_RESIDUALS + side * HEAD_EAR_WEIGHTS + e][c] +=
                share * mirror[c] * field[e][c];
}
