#include "fitbasis.h"
#include <math.h>
#include <string.h>

/* 1 below a line from the nape (z -90, y -33; head space, mean head) to the throat (z 40, y -79) that falls
 * steeper from there: the outline is the neck's; 2 where it is the collar's. What lies under the chin is the
 * jaw's, however the neck is held. */
static uint8_t neck_part(const float pos_mm[3]) {
    const float jaw = fmaxf(0, pos_mm[2] - 40);
    const float depth = -33.0f - (pos_mm[2] + 90.0f) * (60.0f / 170.0f) - jaw - pos_mm[1];
    return depth > 50 ? 2 : depth > 0;
}

static int compare_edges(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static bool collect_edges(FitBasis *basis, Arena *arena) {
    const size_t total = (size_t)basis->triangle_count * 3;
    uint64_t *key = ARENA_ARRAY(arena, uint64_t, total);
    basis->edge = arena_push_array(arena, sizeof *basis->edge, total);
    if (!key || !basis->edge) return false;
    for (size_t i = 0; i < total; i++) {
        const uint32_t a = basis->tri[i / 3][i % 3], b = basis->tri[i / 3][(i + 1) % 3];
        key[i] = ((uint64_t)(a < b ? a : b) << 32) | (a < b ? b : a);
    }
    qsort(key, total, sizeof *key, compare_edges);
    for (size_t i = 0; i < total; i++) {
        if (i && key[i] == key[i - 1]) continue;
        basis->edge[basis->edge_count][0] = (uint32_t)(key[i] >> 32);
        basis->edge[basis->edge_count++][1] = (uint32_t)key[i];
    }
    return true;
}

/* Derivative rows of every vertex, zeros left out. */
static bool collect_rows(FitBasis *basis, const HeadShape *shape, Arena *arena) {
    const uint32_t n = basis->vertex_count;
    size_t capacity = (size_t)n * 128, used = 0;
    basis->row_start = ARENA_ARRAY(arena, uint32_t, n + 1);
    basis->row_weight = ARENA_ARRAY(arena, uint16_t, capacity);
    basis->row_der = arena_push_array(arena, sizeof *basis->row_der, capacity);
    float(*jac)[3] = arena_push_array(arena, sizeof *jac, HEAD_WEIGHTS);
    if (!basis->row_start || !basis->row_weight || !basis->row_der || !jac) return false;
    for (uint32_t v = 0; v < n; v++) {
        basis->row_start[v] = (uint32_t)used;
        head_jacobian(basis->model, shape, basis->topology->site[v], jac);
        for (int k = 0; k < HEAD_WEIGHTS && used < capacity; k++) {
            const float size = fabsf(jac[k][0]) + fabsf(jac[k][1]) + fabsf(jac[k][2]);
            if (size < 1e-5f) continue;
            basis->row_weight[used] = (uint16_t)k;
            memcpy(basis->row_der[used++], jac[k], sizeof jac[k]);
        }
    }
    basis->row_start[n] = (uint32_t)used;
    return used < capacity;
}

static void update_normals(FitBasis *basis) {
    memset(basis->nrm, 0, basis->vertex_count * sizeof *basis->nrm);
    for (uint32_t t = 0; t < basis->triangle_count; t++) {
        const uint32_t *c = basis->tri[t];
        const float *p = basis->pos[c[0]], *q = basis->pos[c[1]], *r = basis->pos[c[2]];
        const float e[3] = {q[0] - p[0], q[1] - p[1], q[2] - p[2]},
                    f[3] = {r[0] - p[0], r[1] - p[1], r[2] - p[2]};
        const float n[3] = {e[1] * f[2] - e[2] * f[1], e[2] * f[0] - e[0] * f[2], e[0] * f[1] - e[1] * f[0]};
        for (int k = 0; k < 3; k++)
            for (int i = 0; i < 3; i++) basis->nrm[c[k]][i] += n[i];
    }
    for (uint32_t v = 0; v < basis->vertex_count; v++) {
        float *n = basis->nrm[v];
        const float length = sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
        for (int i = 0; i < 3; i++) n[i] /= length > 1e-12f ? length : 1.0f;
    }
}

/* A line's places are even from corner to corner; the lips meet in three quarters of the mouth's width. */
static const float LIPS_MEET = 0.75f;

/* The places of which a site is the middle. */
static void sites_of(const HeadModel *model, int site, HeadSite out[2]) {
    const bool left = site == FIT_LEFT_EAR_TOP || site == FIT_LEFT_EAR_BOTTOM || site >= FIT_LEFT_LID_LINE;
    const int place = (site - FIT_RIGHT_LID_LINE) % FIT_LINE_SITES;
    if (site >= FIT_LIP_LINE) {
        const float along = LIPS_MEET * (2 * (float)place / (FIT_LINE_SITES - 1) - 1);
        head_lip_line_sites(model, along, &out[0], &out[1]);
        return;
    }
    if (site < LM_VERTEX)
        out[0] = head_landmark_site(model, (HeadLandmark)site);
    else if (site < FIT_RIGHT_LID_LINE)
        out[0] = head_ear_end_site(model, left ? HEAD_EAR_LEFT : HEAD_EAR_RIGHT,
                                   site == FIT_LEFT_EAR_TOP || site == FIT_RIGHT_EAR_TOP);
    else
        out[0] = head_lid_line_site(model, left, (float)(place + 1) / (FIT_LINE_SITES + 1));
    out[1] = out[0];
}

static bool collect_sites(FitBasis *basis, float lids_closed, Arena *arena) {
    const HeadShape mean = {.lids_closed = lids_closed};
    static _Thread_local float jac[HEAD_WEIGHTS][3];
    basis->site_der = arena_push_array(arena, sizeof *basis->site_der, FIT_SITE_COUNT);
    if (!basis->site_der) return false;
    for (int k = 0; k < FIT_SITE_COUNT; k++) {
        HeadSite site[2];
        sites_of(basis->model, k, site);
        for (int half = 0; half < 2; half++) {
            float pos[3];
            head_eval(basis->model, &mean, site[half], pos, NULL);
            head_jacobian(basis->model, &mean, site[half], jac);
            for (int i = 0; i < 3; i++) basis->site_mean[k][i] += 0.5f * pos[i];
            for (int w = 0; w < HEAD_WEIGHTS; w++)
                for (int i = 0; i < 3; i++) basis->site_der[k][w][i] += 0.5f * jac[w][i];
        }
    }
    return true;
}

void fitbasis_site(const FitBasis *basis, int site, float pos_mm[3]) {
    memcpy(pos_mm, basis->site_mean[site], sizeof basis->site_mean[site]);
    for (int k = 0; k < HEAD_WEIGHTS; k++)
        for (int i = 0; i < 3; i++) pos_mm[i] += basis->at.weight[k] * basis->site_der[site][k][i];
}

static void mean_position(const FitBasis *basis, const HeadShape *shape, uint32_t vertex, float pos_mm[3]) {
    memcpy(pos_mm, basis->pos[vertex], sizeof basis->pos[vertex]);
    for (uint32_t k = basis->row_start[vertex]; k < basis->row_start[vertex + 1]; k++)
        for (int i = 0; i < 3; i++) pos_mm[i] -= shape->weight[basis->row_weight[k]] * basis->row_der[k][i];
}

bool fitbasis_create(const HeadModel *model, const HeadShape *shape, Arena *arena, FitBasis *out, Err *err) {
    *out = (FitBasis){.model = model, .lod = HEAD_LOD_COARSE};
    out->topology = head_topology(model, out->lod);
    out->vertex_count = out->topology->vertex_count;
    out->triangle_count = out->topology->triangle_count;
    out->tri = out->topology->tri;
    Mesh mesh;
    if (!head_mesh(model, shape, out->lod, arena, &mesh, err)) return false;
    out->pos = mesh.pos;
    out->nrm = arena_push_array(arena, sizeof *out->nrm, out->vertex_count);
    out->neck = ARENA_ARRAY(arena, uint8_t, out->vertex_count);
    out->ear = ARENA_ARRAY(arena, uint8_t, out->vertex_count);
    if (!out->nrm || !out->neck || !out->ear || !collect_edges(out, arena) ||
        !collect_rows(out, shape, arena) || !collect_sites(out, shape->lids_closed, arena))
        return err_set(err, "there is not enough memory to fit the head");
    for (uint32_t v = 0; v < out->vertex_count; v++) {
        float mean[3];
        mean_position(out, shape, v, mean);
        out->neck[v] = neck_part(mean);
        out->ear[v] = out->topology->site[v].part != HEAD_SKIN;
    }
    out->at = *shape;
    update_normals(out);
    return true;
}

void fitbasis_update(FitBasis *basis, const HeadShape *shape) {
    float step[HEAD_WEIGHTS];
    for (int k = 0; k < HEAD_WEIGHTS; k++) step[k] = shape->weight[k] - basis->at.weight[k];
    for (uint32_t v = 0; v < basis->vertex_count; v++) {
        for (uint32_t k = basis->row_start[v]; k < basis->row_start[v + 1]; k++) {
            const float w = step[basis->row_weight[k]];
            for (int i = 0; i < 3; i++) basis->pos[v][i] += w * basis->row_der[k][i];
        }
    }
    basis->at = *shape;
    update_normals(basis);
}
