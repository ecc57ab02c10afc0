#include "ambient.h"

#include "../engine/rays.h"
#include "../engine/rng.h"
#include <math.h>

enum { AMBIENT_RAYS = 48 };
/* Rays start a little off the surface, so as not to hit the triangles they leave. */
static const float LIFT_MM = 0.4f;
static const float REACH_MM = 250.0f;

static float radical_inverse_2(uint32_t i) {
    i = (i << 16) | (i >> 16);
    i = ((i & 0x55555555u) << 1) | ((i & 0xaaaaaaaau) >> 1);
    i = ((i & 0x33333333u) << 2) | ((i & 0xccccccccu) >> 2);
    i = ((i & 0x0f0f0f0fu) << 4) | ((i & 0xf0f0f0f0u) >> 4);
    i = ((i & 0x00ff00ffu) << 8) | ((i & 0xff00ff00u) >> 8);
    return (float)(i >> 8) * 0x1p-24f;
}

static void make_frame(const float n[3], float t[3], float b[3]) {
    /* Duff et al. 2017, "Building an Orthonormal Basis, Revisited". */
    float sign = n[2] >= 0 ? 1.0f : -1.0f;
    float a = -1 / (sign + n[2]), c = n[0] * n[1] * a;
    t[0] = 1 + sign * n[0] * n[0] * a, t[1] = sign * c, t[2] = -sign * n[0];
    b[0] = c, b[1] = sign + n[1] * n[1] * a, b[2] = -n[1];
}

/* Directions about +z, as many in every solid angle weighed by its cosine. */
static void rosette_make(float rosette[AMBIENT_RAYS][3]) {
    for (uint32_t i = 0; i < AMBIENT_RAYS; ++i) {
        float u = ((float)i + 0.5f) / AMBIENT_RAYS, angle = 6.2831853f * radical_inverse_2(i);
        rosette[i][0] = sqrtf(u) * cosf(angle), rosette[i][1] = sqrtf(u) * sinf(angle);
        rosette[i][2] = sqrtf(1 - u);
    }
}

/* The rosette is turned from vertex to vertex. */
static void bake_vertex(const Rays *rays, const Mesh *mesh, const float rosette[AMBIENT_RAYS][3],
                        uint32_t index, float out[4]) {
    const float *p = mesh->pos[index], *n = mesh->nrm[index];
    float t[3], b[3], origin[3], bent[3] = {0};
    int open = 0;
    make_frame(n, t, b);
    for (int c = 0; c < 3; ++c) origin[c] = p[c] + LIFT_MM * n[c];
    float turn = hash_float(index, 0xa3b1u);
    float sine = sinf(6.2831853f * turn), cosine = cosf(6.2831853f * turn);
    for (uint32_t first = 0; first < AMBIENT_RAYS; first += 8) {
        float direction[8][3];
        for (uint32_t i = 0; i < 8; ++i) {
            const float *d = rosette[first + i];
            float x = d[0] * cosine - d[1] * sine, y = d[0] * sine + d[1] * cosine;
            for (int c = 0; c < 3; ++c) direction[i][c] = x * t[c] + y * b[c] + d[2] * n[c];
        }
        uint32_t hit = rays_occluded_8(rays, origin, (const float(*)[3])direction, REACH_MM);
        for (uint32_t i = 0; i < 8; ++i) {
            if (hit >> i & 1) continue;
            ++open;
            for (int c = 0; c < 3; ++c) bent[c] += direction[i][c];
        }
    }
    float length = sqrtf(bent[0] * bent[0] + bent[1] * bent[1] + bent[2] * bent[2]);
    for (int c = 0; c < 3; ++c) out[c] = length > 1e-3f ? bent[c] / length : n[c];
    out[3] = (float)open / AMBIENT_RAYS;
}

static void smooth(const Mesh *mesh, const float (*raw)[4], float (*sum)[4], float (*out)[4]) {
    /* Each vertex takes itself and its triangles' corners: twice its own weight per triangle. */
    for (uint32_t i = 0; i < mesh->triangle_count; ++i)
        for (int a = 0; a < 3; ++a)
            for (int b = 0; b < 3; ++b)
                for (int c = 0; c < 4; ++c)
                    sum[mesh->tri[i][a]][c] += raw[mesh->tri[i][b]][c] * (a == b ? 2.0f : 1.0f);
    uint32_t *triangles = (uint32_t *)(void *)(sum + mesh->vertex_count);
    for (uint32_t i = 0; i < mesh->triangle_count; ++i)
        for (int a = 0; a < 3; ++a) ++triangles[mesh->tri[i][a]];
    for (uint32_t i = 0; i < mesh->vertex_count; ++i) {
        float weight = 4.0f * (float)triangles[i];
        if (!triangles[i]) {
            for (int c = 0; c < 4; ++c) out[i][c] = raw[i][c];
            continue;
        }
        float length = sqrtf(sum[i][0] * sum[i][0] + sum[i][1] * sum[i][1] + sum[i][2] * sum[i][2]);
        for (int c = 0; c < 3; ++c) out[i][c] = length > 1e-6f ? sum[i][c] / length : mesh->nrm[i][c];
        out[i][3] = sum[i][3] / weight;
    }
}

bool ambient_bake(const Mesh *mesh, Arena *arena, Arena *scratch, float (**out)[4], Err *err) {
    size_t mark = arena_mark(scratch), count = mesh->vertex_count;
    float(*raw)[4] = arena_push_array(scratch, sizeof *raw, count);
    float(*sum)[4] = arena_push_array(scratch, sizeof *sum + sizeof(uint32_t), count); /* sums, then counts */
    *out = arena_push_array(arena, sizeof **out, count);
    if (!raw || !sum || !*out) return err_set(err, "There is not enough memory for the ambient light");
    Rays *rays = rays_create(mesh, err);
    if (!rays) return false;
    float rosette[AMBIENT_RAYS][3];
    rosette_make(rosette);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < mesh->vertex_count; ++i)
        bake_vertex(rays, mesh, (const float(*)[3])rosette, i, raw[i]);
    rays_destroy(rays);
    smooth(mesh, (const float(*)[4])raw, sum, *out);
    arena_rewind(scratch, mark);
    return true;
}
