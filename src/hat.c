#include "hat.h"

#include <math.h>
#include <string.h>

/* The brim in front, over the glabella along the skin; and its way over the ears' tops. */
static const float BRIM_S_MM = 42, OVER_EAR_MM = 6.7f;
static const float CUFF_MM = 46, CUFF_LIFT_MM = 7, CROWN_LIFT_MM = 4.5f, ROUND_MM = 7, SLOUCH_MM = 9;
static const float RIB_MM = 5.2f, STITCH_MM = 3.4f, RELIEF_MM = 0.45f;

static float smooth(float low, float high, float x) {
    const float t = fminf(1, fmaxf(0, (x - low) / (high - low)));
    return t * t * (3 - 2 * t);
}

static float dot3(const float a[3], const float b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

void hat_prepare(const Scalp *scalp, bool worn, Hat *out) {
    *out = (Hat){.worn = worn};
    if (!worn) return;
    float front[3], tragion[3];
    scalp_point(scalp, BRIM_S_MM * scalp->stature, 0, front, NULL);
    head_eval(scalp->model, scalp->shape, head_landmark_site(scalp->model, LM_LEFT_TRAGION), tragion, NULL);
    const float ear = head_measure(scalp->model, scalp->shape, HM_EAR_LENGTH);
    const float side[3] = {0, tragion[1] + 0.5f * ear + OVER_EAR_MM,
                           tragion[2] - 9.3f}; /* the ear leans back */
    /* The plane holds the x axis. */
    const float rise = front[1] - side[1], run = front[2] - side[2], length = sqrtf(rise * rise + run * run);
    out->up[1] = run / length, out->up[2] = -rise / length;
    out->level_mm = dot3(out->up, side);
}

float hat_inside_mm(const Hat *hat, const float pos_mm[3]) {
    return hat->worn ? dot3(hat->up, pos_mm) - hat->level_mm : -1e3f;
}

/* Height over the skin and its slope, by the way above the brim. */
static float lift_mm(float inside_mm, float *slope) {
    const float step = 0.05f;
    float lift[2];
    for (int k = 0; k < 2; k++) {
        const float d = inside_mm + step * (float)k;
        const float cuff = CUFF_LIFT_MM * sqrtf(smooth(-0.5f, 2 * ROUND_MM, d));
        const float folded = (CUFF_LIFT_MM - CROWN_LIFT_MM) * smooth(CUFF_MM - 4, CUFF_MM + 2, d);
        lift[k] = cuff - folded + SLOUCH_MM * smooth(CUFF_MM, 2.6f * CUFF_MM, d);
    }
    *slope = (lift[1] - lift[0]) / step;
    return lift[0];
}

/* Ribs run up to the crown; stitches cross them. */
void hat_knit(const Hat *hat, const float pos_mm[3], float *shade, float *relief_mm) {
    const float d = hat_inside_mm(hat, pos_mm), ring_mm = 95;
    const float around = atan2f(pos_mm[0], pos_mm[2] + 5) * ring_mm;
    const float ribs = 0.5f + 0.5f * cosf(6.2831853f * around / RIB_MM);
    const float stitch =
        cosf(6.2831853f * (d / STITCH_MM + 0.5f * fabsf(around / RIB_MM - floorf(around / RIB_MM + 0.5f))));
    /* Where ribs meet on the crown they would be finer than the wool. */
    const float seen = smooth(25, 45, hypotf(pos_mm[0], pos_mm[2] + 5));
    *relief_mm = RELIEF_MM * seen * (ribs + 0.25f * stitch - 0.6f);
    const float fold = 1 - 0.35f * smooth(3, 0, fabsf(d - CUFF_MM)) - 0.25f * smooth(3, 0, d);
    *shade = (0.72f + seen * (0.20f * ribs + 0.08f * stitch * ribs)) * fold;
}

bool hat_wear(const Hat *hat, Mesh *mesh, Arena *arena, Err *err) {
    float(*pos)[3] = arena_push_array(arena, sizeof *pos, mesh->vertex_count);
    float(*nrm)[3] = arena_push_array(arena, sizeof *nrm, mesh->vertex_count);
    if (!pos || !nrm) return err_set(err, "There is not enough memory for the hat");
#pragma omp parallel for schedule(static)
    for (uint32_t v = 0; v < mesh->vertex_count; v++) {
        memcpy(pos[v], mesh->pos[v], sizeof pos[v]);
        memcpy(nrm[v], mesh->nrm[v], sizeof nrm[v]);
        const float inside = hat_inside_mm(hat, mesh->pos[v]);
        if (inside < -0.5f) continue;
        float slope, length = 0;
        const float lift = lift_mm(inside, &slope), lean = dot3(hat->up, mesh->nrm[v]);
        for (int k = 0; k < 3; k++) {
            pos[v][k] += lift * mesh->nrm[v][k];
            nrm[v][k] -= slope * (hat->up[k] - lean * mesh->nrm[v][k]);
            length += nrm[v][k] * nrm[v][k];
        }
        for (int k = 0; k < 3; k++) nrm[v][k] /= sqrtf(length);
    }
    mesh->pos = pos, mesh->nrm = nrm;
    return true;
}
