/* ball_scene - a scene without a head: a ball of 90 mm with even skin, dots and hairs all over it, for tests
 * of the view. */
#pragma once
#include "src/scene.h"
#include <math.h>
#include <string.h>

#define BALL_RADIUS_MM 90.0f

typedef struct BallDesc {
    uint32_t dots, hairs;
    float diameter_mm; /* of the dots */
    uint8_t od;        /* 1/100 */
    bool one_cluster;  /* culling can do nothing */
} BallDesc;

static void ball_mesh(Mesh *mesh, uint32_t rings, uint32_t sectors, Arena *arena) {
    mesh->vertex_count = (rings + 1) * (sectors + 1);
    mesh->triangle_count = 2 * rings * sectors;
    mesh->pos = arena_push_array(arena, sizeof *mesh->pos, mesh->vertex_count);
    mesh->nrm = arena_push_array(arena, sizeof *mesh->nrm, mesh->vertex_count);
    mesh->uv = arena_push_array(arena, sizeof *mesh->uv, mesh->vertex_count);
    mesh->tri = arena_push_array(arena, sizeof *mesh->tri, mesh->triangle_count);
    for (uint32_t r = 0; r <= rings; r++)
        for (uint32_t s = 0; s <= sectors; s++) {
            const uint32_t v = r * (sectors + 1) + s;
            const float a = 3.14159265f * (float)r / (float)rings,
                        b = 6.28318531f * (float)s / (float)sectors;
            const float n[3] = {sinf(a) * sinf(b), cosf(a), sinf(a) * cosf(b)};
            for (int k = 0; k < 3; k++) {
                mesh->nrm[v][k] = n[k];
                mesh->pos[v][k] = BALL_RADIUS_MM * n[k];
            }
            mesh->uv[v][0] = (float)s / (float)sectors;
            mesh->uv[v][1] = (float)r / (float)rings;
        }
    uint32_t t = 0;
    for (uint32_t r = 0; r < rings; r++)
        for (uint32_t s = 0; s < sectors; s++) {
            const uint32_t v = r * (sectors + 1) + s, w = v + sectors + 1;
            const uint32_t two[2][3] = {{v, w, v + 1}, {v + 1, w, w + 1}};
            memcpy(mesh->tri[t], two, sizeof two);
            t += 2;
        }
}

static void ball_oct(const float n[3], int16_t out[2]) {
    const float sum = fabsf(n[0]) + fabsf(n[1]) + fabsf(n[2]);
    float x = n[0] / sum, y = n[1] / sum;
    if (n[2] < 0) {
        const float fold = (1 - fabsf(y)) * (x >= 0 ? 1.0f : -1.0f);
        y = (1 - fabsf(x)) * (y >= 0 ? 1.0f : -1.0f);
        x = fold;
    }
    out[0] = (int16_t)lroundf(x * 32767);
    out[1] = (int16_t)lroundf(y * 32767);
}

/* Fibonacci lattice: rows of it are rings of the ball, so that consecutive points make clusters. */
static void ball_normal(uint32_t i, uint32_t count, float n[3]) {
    const double y = 1 - 2 * (i + 0.5) / count, r = sqrt(1 - y * y), a = i * 2.39996322972865332;
    n[0] = (float)(r * cos(a));
    n[1] = (float)y;
    n[2] = (float)(r * sin(a));
}

/* Sectors of the lattice's rings would be large cones; sort by octant blocks instead: 12 x 6 cells of the
 * ball. */
static uint32_t ball_cell(const float n[3]) {
    const uint32_t row = (uint32_t)fminf((1 - n[1]) * 0.5f * 6, 5);
    const uint32_t column = (uint32_t)fminf((atan2f(n[0], n[2]) / 6.2831853f + 0.5f) * 12, 11);
    return row * 12 + column;
}

enum { BALL_CELLS = 72 };

static PointCluster *ball_clusters(uint32_t count, bool one, float (*normal)[3], Arena *arena,
                                   uint32_t *cluster_count) {
    *cluster_count = one ? 1 : BALL_CELLS;
    PointCluster *cluster = ARENA_ARRAY(arena, PointCluster, BALL_CELLS);
    uint32_t at = 0;
    for (uint32_t cell = 0; cell < BALL_CELLS; cell++) {
        PointCluster *c = &cluster[one ? 0 : cell];
        if (!one) c->first = at;
        c->cone_cos = one ? -1 : 1;
        float sum[3] = {0}, length = 0;
        const uint32_t first = at;
        for (uint32_t i = 0; i < count; i++) {
            float n[3];
            ball_normal(i, count, n);
            if (ball_cell(n) != cell) continue;
            memcpy(normal[at++], n, sizeof n);
            for (int k = 0; k < 3; k++) sum[k] += n[k];
        }
        c->count += at - first;
        for (int k = 0; k < 3; k++) length += sum[k] * sum[k];
        if (one || at == first) {
            c->radius_mm = 2 * BALL_RADIUS_MM;
            continue;
        }
        for (int k = 0; k < 3; k++) {
            c->cone_axis[k] = sum[k] / sqrtf(length);
            c->centre_mm[k] = c->cone_axis[k] * BALL_RADIUS_MM;
        }
        for (uint32_t i = first; i < at; i++) {
            float facing = 0, square = 0;
            for (int k = 0; k < 3; k++) {
                facing += normal[i][k] * c->cone_axis[k];
                const float d = normal[i][k] * BALL_RADIUS_MM - c->centre_mm[k];
                square += d * d;
            }
            c->cone_cos = fminf(c->cone_cos, facing);
            c->radius_mm = fmaxf(c->radius_mm, sqrtf(square));
        }
    }
    return cluster;
}

static void ball_points(Scene *scene, const BallDesc *desc, Arena *arena) {
    float(*normal)[3] = arena_push_array(arena, sizeof *normal, desc->dots + desc->hairs + 1);
    Dots *dots = &scene->dots;
    dots->count = dots->visible = desc->dots;
    dots->site = ARENA_ARRAY(arena, DotSite, desc->dots + 1);
    dots->state = ARENA_ARRAY(arena, DotState, desc->dots + 1);
    dots->cluster = ball_clusters(desc->dots, desc->one_cluster, normal, arena, &dots->cluster_count);
    for (uint32_t i = 0; i < desc->dots; i++) {
        for (int k = 0; k < 3; k++) dots->site[i].pos_mm[k] = normal[i][k] * BALL_RADIUS_MM;
        ball_oct(normal[i], dots->site[i].normal_oct);
        dots->state[i] = (DotState){(uint16_t)lroundf(desc->diameter_mm * 1000), desc->od, 0};
    }
    Hair *hair = &scene->hair;
    hair->count = hair->visible = desc->hairs;
    hair->site = ARENA_ARRAY(arena, HairSite, desc->hairs + 1);
    hair->state = ARENA_ARRAY(arena, HairState, desc->hairs + 1);
    hair->cluster = ball_clusters(desc->hairs, desc->one_cluster, normal, arena, &hair->cluster_count);
    for (uint32_t i = 0; i < desc->hairs; i++) {
        HairSite *site = &hair->site[i];
        const float *n = normal[i], slope = sqrtf(fmaxf(1 - n[1] * n[1], 1e-6f));
        float direction[3];
        for (int k = 0; k < 3; k++) {
            site->pos_mm[k] = n[k] * BALL_RADIUS_MM;
            direction[k] = 0.7071f * (n[k] + ((k == 1 ? -1.0f : 0.0f) + n[1] * n[k]) /
                                                 slope); /* 45 degrees, downwards */
        }
        ball_oct(n, site->normal_oct);
        ball_oct(direction, site->direction_oct);
        site->id = i;
        site->lift_per_mm = 0;
        hair->state[i] = (HairState){70, 255, 255, 0};
    }
}

static void ball_scene(const BallDesc *desc, Arena *arena, Scene *out) {
    Err err = {{0}};
    memset(out, 0, sizeof *out);
    ball_mesh(&out->mesh[HEAD_LOD_COARSE], 36, 72, arena);
    ball_mesh(&out->mesh[HEAD_LOD_MEDIUM], 72, 144, arena);
    ball_mesh(&out->mesh[HEAD_LOD_FINE], 144, 288, arena);
    enum { SKIN_PX = 16 };
    out->skin.size = SKIN_PX;
    (void)image_alloc(arena, SKIN_PX, SKIN_PX, &out->skin.albedo, &err);
    (void)image_alloc(arena, SKIN_PX, SKIN_PX, &out->skin.radiance, &err);
    for (int i = 0; i < SKIN_PX * SKIN_PX; i++) {
        memcpy(out->skin.albedo.rgba + 4 * i, (const uint8_t[4]){191, 157, 136, 255},
               4); /* domain.md 6.1, light */
        memcpy(out->skin.radiance.rgba + 4 * i, (const uint8_t[4]){201, 127, 90, 255}, 4);
    }
    ball_points(out, desc, arena);
    out->value.skin.gloss = 0.4f;
    out->revision = (SceneRevisions){1, 1, 1, 1, 1, 1};
}
