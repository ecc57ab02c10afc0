#include "skinsurface.h"
#include <math.h>
#include <string.h>

enum { BAND_ROWS = 32, TEXEL_BATCH = 512 };

static uint32_t position_hash(const float p[3]) {
    uint32_t bits[3];
    memcpy(bits, p, sizeof bits);
    for (int c = 0; c < 3; c++) {
        if (bits[c] == 0x80000000u) bits[c] = 0; /* minus zero */
    }
    uint32_t h = bits[0] * 0x9E3779B1u ^ (bits[1] * 0x85EBCA77u + (bits[2] * 0xC2B2AE3Du >> 7)) ^
                 bits[2] * 0x27D4EB2Fu;
    h ^= h >> 15;
    return h * 0x2C1B3C6Du;
}

/* Vertices at the same place become one node; a small table with linear probing. */
static bool weld_vertices(SkinSurface *s, const uint8_t *part, Arena *arena) {
    uint32_t n = s->mesh.vertex_count, capacity = 16;
    while (capacity < 2 * n) capacity *= 2;
    uint32_t *table = ARENA_ARRAY(arena, uint32_t, capacity);
    s->node_of = ARENA_ARRAY(arena, uint32_t, n);
    s->pos = (float(*)[3])arena_push_array(arena, sizeof(float[3]), n);
    s->nrm = (float(*)[3])arena_push_array(arena, sizeof(float[3]), n);
    s->part = ARENA_ARRAY(arena, uint8_t, n);
    if (!table || !s->node_of || !s->pos || !s->nrm || !s->part) return false;
    for (uint32_t v = 0; v < n; v++) {
        const float *p = s->mesh.pos[v];
        uint32_t slot = position_hash(p) & (capacity - 1);
        while (table[slot] && (s->pos[table[slot] - 1][0] != p[0] || s->pos[table[slot] - 1][1] != p[1] ||
                               s->pos[table[slot] - 1][2] != p[2])) {
            slot = (slot + 1) & (capacity - 1);
        }
        if (!table[slot]) {
            memcpy(s->pos[s->node_count], p, sizeof(float[3]));
            s->part[s->node_count] = part ? part[v] : HEAD_SKIN;
            table[slot] = ++s->node_count;
        }
        s->node_of[v] = table[slot] - 1;
        for (int c = 0; c < 3; c++) s->nrm[s->node_of[v]][c] += s->mesh.nrm[v][c];
    }
    for (uint32_t i = 0; i < s->node_count; i++) {
        float *d = s->nrm[i], len = sqrtf(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
        if (len < 1e-6f) continue;
        for (int c = 0; c < 3; c++) d[c] /= len;
    }
    return true;
}

static void link_add(SkinSurface *s, uint32_t *fill, uint32_t a, uint32_t b) {
    for (uint32_t i = s->link_first[a]; i < fill[a]; i++) {
        if (s->link[i] == b) return;
    }
    s->link[fill[a]++] = b;
}

/* Edges of the triangles, each once in both directions; rows are packed after the duplicates are gone. */
static bool link_nodes(SkinSurface *s, Arena *arena) {
    uint32_t n = s->node_count;
    s->link_first = ARENA_ARRAY(arena, uint32_t, n + 1);
    uint32_t *fill = ARENA_ARRAY(arena, uint32_t, n + 1);
    s->link = ARENA_ARRAY(arena, uint32_t, (size_t)s->mesh.triangle_count * 6);
    if (!s->link_first || !fill || !s->link) return false;
    for (uint32_t t = 0; t < s->mesh.triangle_count; t++) {
        for (int k = 0; k < 3; k++) s->link_first[s->node_of[s->mesh.tri[t][k]] + 1] += 2;
    }
    for (uint32_t i = 0; i < n; i++) s->link_first[i + 1] += s->link_first[i];
    memcpy(fill, s->link_first, n * sizeof *fill);
    double length = 0;
    uint64_t edges = 0;
    for (uint32_t t = 0; t < s->mesh.triangle_count; t++) {
        for (int k = 0; k < 3; k++) {
            uint32_t a = s->node_of[s->mesh.tri[t][k]], b = s->node_of[s->mesh.tri[t][(k + 1) % 3]];
            if (a == b) continue;
            link_add(s, fill, a, b);
            link_add(s, fill, b, a);
            const float *p = s->pos[a], *q = s->pos[b];
            length += sqrt((double)((p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]) +
                                    (p[2] - q[2]) * (p[2] - q[2])));
            edges++;
        }
    }
    uint32_t at = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t from = s->link_first[i], count = fill[i] - from;
        memmove(s->link + at, s->link + from, count * sizeof *s->link);
        s->link_first[i] = at;
        at += count;
    }
    s->link_first[n] = at;
    s->spacing_mm = edges ? (float)(length / (double)edges) : 1;
    return true;
}

static bool measure_area(SkinSurface *s, Arena *arena) {
    s->area = ARENA_ARRAY(arena, float, s->node_count);
    if (!s->area) return false;
    for (uint32_t t = 0; t < s->mesh.triangle_count; t++) {
        const float *p[3];
        float a[3], b[3];
        for (int k = 0; k < 3; k++) p[k] = s->pos[s->node_of[s->mesh.tri[t][k]]];
        for (int c = 0; c < 3; c++) {
            a[c] = p[1][c] - p[0][c];
            b[c] = p[2][c] - p[0][c];
        }
        float x = a[1] * b[2] - a[2] * b[1], y = a[2] * b[0] - a[0] * b[2], z = a[0] * b[1] - a[1] * b[0];
        float third = sqrtf(x * x + y * y + z * z) / 6;
        for (int k = 0; k < 3; k++) s->area[s->node_of[s->mesh.tri[t][k]]] += third;
    }
    return true;
}

bool skinsurface_build(const Mesh *mesh, const uint8_t *part, const float landmark_mm[LM_COUNT][3],
                       Arena *arena, SkinSurface *out, Err *err) {
    ASSERT(mesh->pos && mesh->nrm && mesh->uv && mesh->tri);
    memset(out, 0, sizeof *out);
    out->mesh = *mesh;
    memcpy(out->landmark, landmark_mm, sizeof out->landmark);
    if (!weld_vertices(out, part, arena) || !link_nodes(out, arena) || !measure_area(out, arena)) {
        return err_set(err, "there is not enough memory for the skin's surface");
    }
    return true;
}

bool skinsurface_from_head(const HeadModel *model, const HeadShape *shape, HeadLod lod, Arena *arena,
                           SkinSurface *out, Err *err) {
    Mesh mesh;
    if (!head_mesh(model, shape, lod, arena, &mesh, err)) return false;
    const HeadTopology *topology = head_topology(model, lod);
    uint8_t *part = ARENA_ARRAY(arena, uint8_t, mesh.vertex_count);
    if (!part) return err_set(err, "there is not enough memory for the skin's surface");
    for (uint32_t i = 0; i < mesh.vertex_count; i++) part[i] = (uint8_t)topology->site[i].part;
    float landmark[LM_COUNT][3];
    head_landmarks(model, shape, landmark);
    if (!skinsurface_build(&mesh, part, (const float(*)[3])landmark, arena, out, err)) return false;
    uint32_t *mirror = ARENA_ARRAY(arena, uint32_t, out->node_count);
    if (!mirror) return err_set(err, "there is not enough memory for the skin's surface");
    for (uint32_t v = 0; v < mesh.vertex_count; v++)
        mirror[out->node_of[v]] = out->node_of[topology->mirror[v]];
    out->mirror = mirror;
    return true;
}

bool skinsurface_add_mean(const HeadModel *model, float lids_closed, HeadLod lod, Arena *arena,
                          SkinSurface *surface, Err *err) {
    const HeadShape average = {.lids_closed = lids_closed};
    Mesh mesh;
    if (!head_mesh(model, &average, lod, arena, &mesh, err)) return false;
    ASSERT(mesh.vertex_count == surface->mesh.vertex_count);
    float(*mean)[3] = (float(*)[3])arena_push_array(arena, sizeof(float[3]), surface->node_count);
    if (!mean) return err_set(err, "there is not enough memory for the skin's surface");
    for (uint32_t v = 0; v < mesh.vertex_count; v++)
        memcpy(mean[surface->node_of[v]], mesh.pos[v], sizeof mean[0]);
    surface->mean = (const float(*)[3])mean;
    head_landmarks(model, &average, surface->mean_landmark);
    return true;
}

int skinsurface_iterations(const SkinSurface *surface, float sigma_mm) {
    /* One umbrella step with weight 1/2 adds a variance of about spacing^2 / 4 along each tangent. */
    float k = sigma_mm / surface->spacing_mm;
    int n = (int)(4 * k * k + 0.5f);
    return n < 1 ? 1 : n;
}

static void smooth_step(const SkinSurface *s, const float *from, float *to, int channels,
                        const uint8_t *keep) {
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < s->node_count; i++) {
        uint32_t first = s->link_first[i], last = s->link_first[i + 1];
        const float *own = from + (size_t)i * (size_t)channels;
        float *result = to + (size_t)i * (size_t)channels;
        if (first == last || (keep && keep[i])) {
            memcpy(result, own, (size_t)channels * sizeof(float));
            continue;
        }
        float share = 0.5f / (float)(last - first);
        for (int c = 0; c < channels; c++) result[c] = 0.5f * own[c];
        for (uint32_t k = first; k < last; k++) {
            const float *other = from + (size_t)s->link[k] * (size_t)channels;
            for (int c = 0; c < channels; c++) result[c] += share * other[c];
        }
    }
}

bool skinsurface_smooth(const SkinSurface *surface, float *field, int channels, int iterations,
                        const uint8_t *keep, Arena *scratch) {
    size_t mark = arena_mark(scratch), count = (size_t)surface->node_count * (size_t)channels;
    float *other = ARENA_ARRAY(scratch, float, count);
    if (!other) return false;
    float *from = field, *to = other;
    for (int k = 0; k < iterations; k++) {
        smooth_step(surface, from, to, channels, keep);
        float *swap = from;
        from = to;
        to = swap;
    }
    if (from != field) memcpy(field, from, count * sizeof *field);
    arena_rewind(scratch, mark);
    return true;
}

typedef struct AtlasTriangle {
    float x[3], y[3], inverse_area;
    int y0, y1; /* first and last row; y1 < y0: none */
} AtlasTriangle;

static AtlasTriangle atlas_triangle(const SkinSurface *s, uint32_t t, int size) {
    AtlasTriangle a;
    float low = 1e9f, high = -1e9f;
    for (int k = 0; k < 3; k++) {
        const float *uv = s->mesh.uv[s->mesh.tri[t][k]];
        a.x[k] = uv[0] * (float)size - 0.5f;
        a.y[k] = uv[1] * (float)size - 0.5f;
        low = fminf(low, a.y[k]);
        high = fmaxf(high, a.y[k]);
    }
    float area = (a.x[1] - a.x[0]) * (a.y[2] - a.y[0]) - (a.x[2] - a.x[0]) * (a.y[1] - a.y[0]);
    a.inverse_area = fabsf(area) > 1e-12f ? 1 / area : 0;
    a.y0 = (int)fmaxf(0, ceilf(low - 1e-3f));
    a.y1 = (int)fminf((float)(size - 1), floorf(high + 1e-3f));
    if (a.inverse_area == 0) a.y1 = a.y0 - 1;
    return a;
}

static void triangle_texels(const AtlasTriangle *a, int row0, int row1, int size, const uint32_t node[3],
                            SkinTexelFn fn, void *user) {
    SkinTexel batch[TEXEL_BATCH];
    int count = 0, from = a->y0 > row0 ? a->y0 : row0, to = a->y1 < row1 ? a->y1 : row1;
    float xmin = fminf(a->x[0], fminf(a->x[1], a->x[2])), xmax = fmaxf(a->x[0], fmaxf(a->x[1], a->x[2]));
    int x0 = (int)fmaxf(0, ceilf(xmin - 1e-3f)), x1 = (int)fminf((float)(size - 1), floorf(xmax + 1e-3f));
    for (int y = from; y <= to; y++) {
        for (int x = x0; x <= x1; x++) {
            float px = (float)x, py = (float)y;
            float b1 = ((px - a->x[0]) * (a->y[2] - a->y[0]) - (a->x[2] - a->x[0]) * (py - a->y[0])) *
                       a->inverse_area;
            float b2 = ((a->x[1] - a->x[0]) * (py - a->y[0]) - (px - a->x[0]) * (a->y[1] - a->y[0])) *
                       a->inverse_area;
            float b0 = 1 - b1 - b2;
            if (b0 < -1e-4f || b1 < -1e-4f || b2 < -1e-4f) continue;
            batch[count++] = (SkinTexel){x, y, {b0, b1, b2}};
            if (count == TEXEL_BATCH) {
                fn(user, node, batch, count);
                count = 0;
            }
        }
    }
    if (count) fn(user, node, batch, count);
}

bool skinsurface_texels(const SkinSurface *surface, int size, Arena *scratch, SkinTexelFn fn, void *user) {
    size_t mark = arena_mark(scratch);
    uint32_t triangles = surface->mesh.triangle_count;
    int bands = (size + BAND_ROWS - 1) / BAND_ROWS;
    AtlasTriangle *atlas = ARENA_ARRAY(scratch, AtlasTriangle, triangles);
    uint32_t *first = ARENA_ARRAY(scratch, uint32_t, (size_t)bands + 2);
    if (!atlas || !first) return false;
#pragma omp parallel for schedule(static)
    for (uint32_t t = 0; t < triangles; t++) atlas[t] = atlas_triangle(surface, t, size);
    for (uint32_t t = 0; t < triangles; t++) {
        for (int b = atlas[t].y0 / BAND_ROWS; atlas[t].y1 >= atlas[t].y0 && b <= atlas[t].y1 / BAND_ROWS; b++)
            first[b + 2]++;
    }
    for (int b = 0; b < bands; b++) first[b + 2] += first[b + 1];
    uint32_t *list = ARENA_ARRAY(scratch, uint32_t, (size_t)first[bands + 1] + 1);
    if (!list) return false;
    for (uint32_t t = 0; t < triangles; t++) {
        for (int b = atlas[t].y0 / BAND_ROWS; atlas[t].y1 >= atlas[t].y0 && b <= atlas[t].y1 / BAND_ROWS;
             b++) {
            list[first[b + 1]++] = t;
        }
    }
#pragma omp parallel for schedule(dynamic, 1)
    for (int b = 0; b < bands; b++) {
        int row0 = b * BAND_ROWS, row1 = row0 + BAND_ROWS - 1;
        for (uint32_t k = first[b]; k < first[b + 1]; k++) {
            const uint32_t *corner = surface->mesh.tri[list[k]];
            uint32_t node[3] = {surface->node_of[corner[0]], surface->node_of[corner[1]],
                                surface->node_of[corner[2]]};
            triangle_texels(&atlas[list[k]], row0, row1, size, node, fn, user);
        }
    }
    arena_rewind(scratch, mark);
    return true;
}
