#include "benchscene.h"
#include "../engine/rng.h"
#include <math.h>
#include <string.h>

static void cluster_add(PointCluster *cluster, const float pos_mm[3], const float normal[3],
                        bool second_round) {
    float square = 0, facing = 0;
    for (int k = 0; k < 3; k++) {
        if (!second_round) {
            cluster->centre_mm[k] += pos_mm[k] / (float)cluster->count;
            cluster->cone_axis[k] += normal[k];
        }
        const float d = pos_mm[k] - cluster->centre_mm[k];
        square += d * d;
        facing += normal[k] * cluster->cone_axis[k];
    }
    if (!second_round) return;
    cluster->radius_mm = fmaxf(cluster->radius_mm, sqrtf(square));
    cluster->cone_cos = fminf(cluster->cone_cos, facing);
}

/* The i-th of `wanted` sites among `have`: several in a row are copies of one. */
static uint32_t source_of(uint32_t i, uint32_t wanted, uint32_t have) {
    return (uint32_t)((uint64_t)i * have / wanted);
}

static void moved(const SkinPoint *from, uint32_t i, float pos_mm[3]) {
    float along = 0, shift[3];
    for (uint32_t k = 0; k < 3; k++) shift[k] = hash_float(i, 11 + k) - 0.5f;
    for (int k = 0; k < 3; k++) along += shift[k] * from->normal[k];
    for (int k = 0; k < 3; k++) pos_mm[k] = from->pos_mm[k] + shift[k] - along * from->normal[k];
}

static PointCluster *make_clusters(uint32_t count, uint32_t *cluster_count, Arena *arena) {
    *cluster_count = (count + FOLLICLE_CLUSTER - 1) / FOLLICLE_CLUSTER;
    PointCluster *cluster = ARENA_ARRAY(arena, PointCluster, *cluster_count + 1);
    for (uint32_t c = 0; cluster && c < *cluster_count; c++) {
        cluster[c].first = c * FOLLICLE_CLUSTER;
        cluster[c].count =
            count - cluster[c].first < FOLLICLE_CLUSTER ? count - cluster[c].first : FOLLICLE_CLUSTER;
        cluster[c].cone_cos = 1;
    }
    return cluster;
}

static void finish_axis(PointCluster *cluster) {
    float square = 0;
    for (int k = 0; k < 3; k++) square += cluster->cone_axis[k] * cluster->cone_axis[k];
    for (int k = 0; k < 3; k++) cluster->cone_axis[k] /= fmaxf(sqrtf(square), 1e-6f);
}

static bool build_dots(const PointSet *set, const Dots *like, uint32_t wanted, Arena *arena, Dots *out) {
    *out = (Dots){.count = wanted, .visible = wanted};
    out->site = ARENA_ARRAY(arena, DotSite, wanted + 1);
    out->state = ARENA_ARRAY(arena, DotState, wanted + 1);
    PointCluster *cluster = make_clusters(wanted, &out->cluster_count, arena);
    if (!out->site || !out->state || !cluster || set->count == 0) return false;
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < wanted; i++) {
            const uint32_t from = source_of(i, wanted, set->count);
            PointCluster *own = &cluster[i / FOLLICLE_CLUSTER];
            float at[3];
            moved(&set->point[from], i, at);
            cluster_add(own, at, set->point[from].normal, round == 1);
            if (round == 0 && i + 1 == own->first + own->count) finish_axis(own);
            if (round == 0) continue;
            memcpy(out->site[i].pos_mm, at, sizeof at);
            memcpy(out->site[i].normal_oct, like->site[from].normal_oct, sizeof out->site[i].normal_oct);
            out->state[i] = (DotState){(uint16_t)(110 + 40 * hash_float(i, 3)), 90, 6}; /* domain.md 1.1 */
        }
    out->cluster = cluster;
    return true;
}

static bool build_hair(const Hair *like, const PointSet *units, uint32_t wanted, Arena *arena, Hair *out) {
    *out = (Hair){.count = wanted, .visible = wanted};
    out->site = ARENA_ARRAY(arena, HairSite, wanted + 1);
    out->state = ARENA_ARRAY(arena, HairState, wanted + 1);
    PointCluster *cluster = make_clusters(wanted, &out->cluster_count, arena);
    if (!out->site || !out->state || !cluster || like->count == 0) return false;
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < wanted; i++) {
            const uint32_t from = source_of(i, wanted, like->count);
            PointCluster *own = &cluster[i / FOLLICLE_CLUSTER];
            cluster_add(own, like->site[from].pos_mm, units->point[like->unit[from]].normal, round == 1);
            if (round == 0 && i + 1 == own->first + own->count) finish_axis(own);
            out->site[i] = like->site[from];
            out->state[i] = (HairState){70, 235, 150, 10}; /* domain.md 10: 70 um; dark brown */
        }
    out->cluster = cluster;
    return true;
}

bool benchscene_build(const Scene *scene, uint32_t dots, uint32_t hairs, Arena *arena, Scene *out, Err *err) {
    *out = *scene;
    out->roots = (Dots){0};
    if (!build_dots(&scene->follicles.pigment, &scene->dots, dots, arena, &out->dots) ||
        !build_hair(&scene->hair, &scene->follicles.units, hairs, arena, &out->hair))
        return err_set(err, "%u dots and %u hairs do not fit into memory", dots, hairs);
    return true;
}
