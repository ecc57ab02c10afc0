/* The neck's end: a plane cut, level from side to side and rising to the nape.
 *
 * The surface runs on towards the shoulders, where it is not calibrated. It is cut where the mean head meets
 * a plane; and so that every other head's cut is plane too, what the modes would do to it beyond a shift and
 * a tilt fades out over the last centimetres of the neck, and the residual with it. Parameter directions near
 * straight down are kept in a stereographic chart (x to the left, z to the face), lengths being tangents of
 * half the angle.
 */
#include "headinternal.h"
#include <math.h>
#include <string.h>

static const float PI = 3.14159265f;
#define CUT_Y_MM     -141.5f /* the plane on the mean head: y = CUT_Y_MM + CUT_SLOPE * z */
#define CUT_SLOPE    -0.318f
#define CUT_NEAREST  0.19f /* the chart's lengths between which the cut is found */
#define CUT_FARTHEST 0.30f
#define FADE         0.10f /* length of the chart over which modes come into their own: about 35 mm */

#define LEAN_MM 8.0f /* at the chin's height on the nape; heads are held forward or back, an assumption */

/* Nothing above a line from under the chin to the nape; more and more below it. */
float head_neck_lean_at(const float p[3]) {
    const float depth = -33 - (p[2] + 90) * (60.0f / 170) - p[1];
    return depth > 0 ? LEAN_MM * depth * depth / ((depth + 20) * 42) : 0;
}

/* A periodic table by azimuth, interpolated by a Catmull-Rom cubic. */
float head_table_at(const float table[HEAD_NECK_SAMPLES], float azimuth) {
    float x = azimuth / (2 * PI) * HEAD_NECK_SAMPLES;
    x -= HEAD_NECK_SAMPLES * floorf(x / HEAD_NECK_SAMPLES);
    int i = (int)x % HEAD_NECK_SAMPLES;
    float f = x - floorf(x);
    float a = table[(i + HEAD_NECK_SAMPLES - 1) % HEAD_NECK_SAMPLES], b = table[i],
          c = table[(i + 1) % HEAD_NECK_SAMPLES], d = table[(i + 2) % HEAD_NECK_SAMPLES];
    return b + 0.5f * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)));
}

HeadSite head_chart_site(float x, float z) {
    float denominator = 1 + x * x + z * z;
    float dx = 2 * x / denominator, dz = 2 * z / denominator, dy = 1 - 2 / denominator;
    float u = atan2f(dz, -dy) / (2 * PI);
    return (HeadSite){HEAD_SKIN, u < 0 ? u + 1 : u, asinf(dx) / (0.5f * PI)};
}

void head_site_chart(HeadSite site, float *x, float *z) {
    float latitude = 0.5f * PI * site.v, turn = 2 * PI * site.u;
    float dy = -cosf(latitude) * cosf(turn);
    *x = sinf(latitude) / (1 - dy);
    *z = cosf(latitude) * sinf(turn) / (1 - dy);
}

static HeadSite ring_site(const HeadModel *model, int sample) {
    float azimuth = 2 * PI * (float)sample / HEAD_NECK_SAMPLES, length = model->neck_ring[sample];
    return head_chart_site(length * sinf(azimuth), length * cosf(azimuth));
}

static void find_ring(HeadModel *model, float ring[HEAD_NECK_SAMPLES][3]) {
    const HeadShape mean = {0};
    for (int k = 0; k < HEAD_NECK_SAMPLES; k++) {
        float low = CUT_NEAREST, high = CUT_FARTHEST;
        for (int step = 0; step < 20; step++) {
            model->neck_ring[k] = 0.5f * (low + high);
            head_eval(model, &mean, ring_site(model, k), ring[k], NULL);
            if (ring[k][1] > CUT_Y_MM + CUT_SLOPE * ring[k][2])
                high = model->neck_ring[k];
            else
                low = model->neck_ring[k];
        }
    }
}

/* How far a shift and a tilt of the cut leave the heights `bent`: bent minus its best plane over (x, z). */
static void unplane(const float ring[HEAD_NECK_SAMPLES][3], float bent[HEAD_NECK_SAMPLES]) {
    double normal[9] = {0}, right[3] = {0};
    for (int k = 0; k < HEAD_NECK_SAMPLES; k++) {
        const double row[3] = {1, (double)ring[k][0], (double)ring[k][2]};
        for (int i = 0; i < 3; i++) {
            right[i] += row[i] * (double)bent[k];
            for (int j = 0; j < 3; j++) normal[3 * i + j] += row[i] * row[j];
        }
    }
    head_solve_spd(3, normal, right);
    for (int k = 0; k < HEAD_NECK_SAMPLES; k++)
        bent[k] -= (float)(right[0] + right[1] * (double)ring[k][0] + right[2] * (double)ring[k][2]);
}

/* 1 at the cut and beyond, 0 where the neck is free. */
static float cut_share(const HeadModel *model, HeadSite site, float *azimuth) {
    float x, z;
    head_site_chart(site, &x, &z);
    *azimuth = atan2f(x, z);
    float t = (sqrtf(x * x + z * z) - head_table_at(model->neck_ring, *azimuth)) / FADE;
    t = 1 - fminf(fmaxf(t, 0), 1);
    return t * t * (3 - 2 * t);
}

void head_neck_build(HeadModel *model) {
    float ring[HEAD_NECK_SAMPLES][3], bent[HEAD_MODES][HEAD_NECK_SAMPLES];
    static const HeadShape mean = {0};
    static _Thread_local float jac[HEAD_WEIGHTS][3];
    find_ring(model, ring);
    for (int k = 0; k < HEAD_NECK_SAMPLES; k++) {
        head_jacobian(model, &mean, ring_site(model, k), jac);
        for (int m = 0; m < HEAD_MODES; m++) bent[m][k] = jac[m][1] - CUT_SLOPE * jac[m][2];
    }
    for (int m = 0; m < HEAD_MODES; m++) unplane((const float(*)[3])ring, bent[m]);
    for (int i = 0; i < HEAD_NET_U; i++)
        for (int j = 0; j < HEAD_NET_MV; j++) {
            HeadSite site = {HEAD_SKIN, head_knots_greville(&model->u, i), head_knots_greville(&model->v, j)};
            float azimuth, share = cut_share(model, site, &azimuth);
            if (share <= 0) continue;
            int p = i * HEAD_NET_MV + j;
            for (int m = 0; m < HEAD_MODES; m++)
                model->mode[p][m][1] -= share * head_table_at(bent[m], azimuth);
            for (int c = 0; c < 3; c++) model->normal[p][c] *= 1 - share;
        }
}
