#include "skinscan.h"

#include "scanlight.h"
#include "scanpicture.h"
#include "skinfill.h"
#include "skinproject.h"
#include "skintexture.h"
#include <math.h>
#include <omp.h>
#include <stdatomic.h>
#include <string.h>

/* The fitted head lies within about 2.5 mm of a scan's skin (95 %); farther than this lies a hole or an ear
 * elsewhere. */
#define REACH_MM  9.0f
#define CLOSE_MM  5.0f
#define SEEN_FULL 0.95f
#define EDGE_MM   2.0f
#define OUTER_MM  5.0f
#define FACING    0.2f

typedef struct Bake {
    const SkinSurface *surface;
    Mesh scan; /* in head space */
    const Image *texture;
    Rays *rays;
    float (*colour)[3]; /* per node, log: of the scan, then without its light */
    float (*light)[3];  /* per node, log */
    float *seen, *gloss;
    Skin *skin;
    uint8_t *cover;
    SkinEncoder encoder;
    SkinGrain grain;
    Progress *progress;
    atomic_uint triangles; /* painted */
    atomic_bool stopped;
} Bake;

static float ramp(float x, float from, float to) {
    float t = fminf(1, fmaxf(0, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
}

/* Log colour of the scan at a hit. */
static void hit_colour(const Bake *b, const RayHit *hit, float log_rgb[3]) {
    float linear[3];
    scanpicture_colour(&b->scan, b->texture, hit, linear);
    for (int c = 0; c < 3; c++) log_rgb[c] = skinproject_log(fmaxf(0, linear[c]));
}

static float facing(const Bake *b, const RayHit *hit, const float n[3]) {
    float other[3];
    scanpicture_normal(&b->scan, hit->triangle, other);
    return other[0] * n[0] + other[1] * n[1] + other[2] * n[2];
}

/* The scan under a place of the head: along the normal, first from outside, so that folds (the line of the
 * lids, of the lips) are met, which no place is nearest to, and insides (behind lids) are not; where there is
 * none, or it faces away, the nearest. Returns the distance, infinite where there is none. */
static float scan_at(const Bake *b, const float p[3], const float n[3], RayHit *hit) {
    float origin[3], inwards[3], near[3], gap = 0;
    for (int c = 0; c < 3; c++) {
        origin[c] = p[c] + OUTER_MM * n[c];
        inwards[c] = -n[c];
    }
    if (rays_cast(b->rays, origin, inwards, 2 * OUTER_MM, hit) && facing(b, hit, n) > FACING)
        return fabsf(hit->distance_mm - OUTER_MM);
    if (!rays_nearest(b->rays, p, REACH_MM, hit, near)) return INFINITY;
    for (int c = 0; c < 3; c++) gap += (near[c] - p[c]) * (near[c] - p[c]);
    return sqrtf(gap);
}

/* What the scan shows at each node, and whether it is skin of the same side. */
static void see_nodes(Bake *b) {
    const SkinSurface *s = b->surface;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < s->node_count; i++) {
        RayHit hit;
        const float gap = scan_at(b, s->pos[i], s->nrm[i], &hit);
        if (gap == INFINITY) continue;
        b->seen[i] = (1 - ramp(gap, CLOSE_MM, REACH_MM)) * ramp(facing(b, &hit, s->nrm[i]), -0.1f, 0.3f);
        hit_colour(b, &hit, b->colour[i]);
    }
}

static bool take_light_out(Bake *b, Arena *scratch, Err *err) {
    if (!scanlight_find(b->surface, (const float(*)[3])b->colour, b->seen, scratch, b->light, err))
        return false;
    for (uint32_t i = 0; i < b->surface->node_count; i++)
        for (int c = 0; c < 3; c++) b->colour[i][c] -= b->light[i][c];
    return true;
}

/* Unseen nodes from those around; a soft edge between the two. */
static bool fill_nodes(Bake *b, Arena *scratch, Err *err) {
    const SkinSurface *s = b->surface;
    double seen = 0, all = 0;
    for (uint32_t i = 0; i < s->node_count; i++) {
        seen += (double)(s->area[i] * b->seen[i]);
        all += (double)s->area[i];
    }
    if (!(seen > 0.05 * all)) return err_set(err, "The scan's colours do not lie on the head");
    if (!skinfill_nodes(s, &b->colour[0][0], 3, b->seen, SEEN_FULL, scratch))
        return err_set(err, "there is not enough memory for the skin");
    float *own = ARENA_ARRAY(scratch, float, s->node_count);
    if (!own) return err_set(err, "there is not enough memory for the skin");
    memcpy(own, b->seen, s->node_count * sizeof *own);
    if (!skinsurface_smooth(s, b->seen, 1, skinsurface_iterations(s, EDGE_MM), NULL, scratch))
        return err_set(err, "there is not enough memory for the skin");
    for (uint32_t i = 0; i < s->node_count; i++) b->seen[i] = fminf(own[i], b->seen[i]);
    return true;
}

static bool stop_asked(Bake *b) {
    unsigned done = atomic_fetch_add(&b->triangles, 1);
    if (omp_get_thread_num() == 0 && done % 256 == 0) {
        double share = (double)done / (double)(b->surface->mesh.triangle_count * 3 / 2);
        if (!progress_step(b->progress, 0.2 + 0.75 * fmin(1, share), "taking over the scan's colours"))
            atomic_store(&b->stopped, true);
    }
    return atomic_load(&b->stopped);
}

static void texels(void *user, const uint32_t node[3], const SkinTexel *texel, int count) {
    Bake *b = user;
    const SkinSurface *s = b->surface;
    int size = b->skin->size;
    float most = 0;
    if (stop_asked(b)) return;
    for (int n = 0; n < 3; n++) most = fmaxf(most, b->seen[node[n]]);
    for (int t = 0; t < count; t++) {
        const float *w = texel[t].b;
        float p[3] = {0}, normal[3] = {0}, rgb[3] = {0}, light[3] = {0}, own[3], seen = 0, gloss = 0;
        for (int n = 0; n < 3; n++) {
            for (int c = 0; c < 3; c++) {
                p[c] += w[n] * s->pos[node[n]][c];
                normal[c] += w[n] * s->nrm[node[n]][c];
                rgb[c] += w[n] * b->colour[node[n]][c];
                light[c] += w[n] * b->light[node[n]][c];
            }
            seen += w[n] * b->seen[node[n]];
            gloss += w[n] * b->gloss[node[n]];
        }
        RayHit hit;
        if (most <= 0 || scan_at(b, p, normal, &hit) == INFINITY) seen = 0;
        float grain = seen < 0.98f ? skinfill_grain(&b->grain, p, 3) * sqrtf(1 - seen) : 0;
        if (seen > 0) hit_colour(b, &hit, own);
        for (int c = 0; c < 3; c++) rgb[c] += (seen > 0 ? seen * (own[c] - light[c] - rgb[c]) : 0) + grain;
        size_t at = (size_t)texel[t].y * (size_t)size + (size_t)texel[t].x;
        skintexture_put(&b->encoder, rgb, b->skin->albedo.rgba + 4 * at);
        for (int c = 0; c < 3; c++) rgb[c] += light[c];
        skintexture_put(&b->encoder, rgb, b->skin->radiance.rgba + 4 * at);
        b->skin->confidence[at] = (uint8_t)(255 * fminf(1, seen));
        b->skin->gloss[at] = (uint8_t)(255 * fminf(1, gloss));
        b->cover[at] = 1;
    }
}

static bool allocate(Bake *b, int size, Arena *scratch) {
    uint32_t n = b->surface->node_count;
    b->colour = (float(*)[3])arena_push_array(scratch, sizeof *b->colour, n);
    b->light = (float(*)[3])arena_push_array(scratch, sizeof *b->light, n);
    b->seen = ARENA_ARRAY(scratch, float, n);
    b->gloss = ARENA_ARRAY(scratch, float, n);
    b->cover = ARENA_ARRAY(scratch, uint8_t, (size_t)size * (size_t)size);
    return b->colour && b->light && b->seen && b->gloss && b->cover;
}

static bool move_scan(const HeadScanFit *fit, const Mesh *scan, Arena *scratch, Mesh *out) {
    *out = *scan;
    out->pos = (float(*)[3])arena_push_array(scratch, sizeof *out->pos, scan->vertex_count);
    for (uint32_t i = 0; out->pos && i < scan->vertex_count; i++)
        head_from_scan(fit, scan->pos[i], out->pos[i]);
    return out->pos != NULL;
}

static bool bake(Bake *b, int size, Arena *scratch, Err *err) {
    if (!progress_step(b->progress, 0.05, "taking over the scan's colours")) return err_set(err, "Stopped");
    see_nodes(b);
    if (!take_light_out(b, scratch, err)) return false;
    if (!fill_nodes(b, scratch, err)) return false;
    skintexture_encoder(&b->encoder);
    skintexture_node_gloss(b->surface, b->gloss);
    if (!skinsurface_texels(b->surface, size, scratch, texels, b))
        return err_set(err, "there is not enough memory for the skin");
    if (atomic_load(&b->stopped)) return err_set(err, "Stopped");
    return skintexture_finish(b->surface, (const float(*)[3])b->colour, b->cover, scratch, b->skin, err);
}

bool skinscan_build(const HeadModel *model, const HeadScanFit *fit, const Mesh *scan, const Image *texture,
                    int size, Progress *progress, Arena *arena, Arena *scratch, Skin *out, Err *err) {
    ASSERT(size >= 64 && scanpicture_has_colours(scan, texture));
    if (!skintexture_allocate(size, true, arena, out, err)) return false;
    size_t mark = arena_mark(scratch);
    SkinSurface surface;
    /* The grain of calm skin, where a hole of the scan is filled. */
    Bake b = {.surface = &surface,
              .texture = texture,
              .skin = out,
              .progress = progress,
              .grain = {.deviation = {0.03f, 0.025f, 0.015f, 0.01f}}};
    bool ok = skinsurface_from_head(model, &fit->shape, HEAD_LOD_FINE, scratch, &surface, err);
    if (ok && (!allocate(&b, size, scratch) || !move_scan(fit, scan, scratch, &b.scan)))
        ok = err_set(err, "there is not enough memory for the skin");
    if (ok) b.rays = rays_create(&b.scan, err);
    ok = ok && b.rays && bake(&b, size, scratch, err);
    rays_destroy(b.rays);
    arena_rewind(scratch, mark);
    return ok;
}
