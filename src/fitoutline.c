#include "fitoutline.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_PX = 4 };

typedef struct Cover {
    int width, height;
    uint8_t *on;
} Cover;

static void cover_triangle(Cover *cover, const float a[2], const float b[2], const float c[2]) {
    const float area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    if (area > -1e-9f) return; /* turned away: what faces the camera covers the same cells */
    const float lo_x = fminf(a[0], fminf(b[0], c[0])), hi_x = fmaxf(a[0], fmaxf(b[0], c[0]));
    const float lo_y = fminf(a[1], fminf(b[1], c[1])), hi_y = fmaxf(a[1], fmaxf(b[1], c[1]));
    const int x0 = lo_x < 0 ? 0 : (int)lo_x, y0 = lo_y < 0 ? 0 : (int)lo_y;
    for (int y = y0; y < cover->height && (float)y <= hi_y; y++) {
        for (int x = x0; x < cover->width && (float)x <= hi_x; x++) {
            const float p[2] = {(float)x + 0.5f, (float)y + 0.5f};
            const float u = ((b[0] - p[0]) * (c[1] - p[1]) - (b[1] - p[1]) * (c[0] - p[0])) / area;
            const float v = ((c[0] - p[0]) * (a[1] - p[1]) - (c[1] - p[1]) * (a[0] - p[0])) / area;
            if (u >= -0.01f && v >= -0.01f && u + v <= 1.01f) cover->on[y * cover->width + x] = 1;
        }
    }
}

static Cover cover_build(const FitBasis *basis, const float (*px)[2], int width, int height, Arena *scratch) {
    Cover cover = {width / CELL_PX + 1, height / CELL_PX + 1, NULL};
    cover.on = ARENA_ARRAY(scratch, uint8_t, (size_t)cover.width * (size_t)cover.height);
    for (uint32_t t = 0; cover.on && t < basis->triangle_count; t++) {
        float c[3][2];
        for (int k = 0; k < 3; k++)
            for (int i = 0; i < 2; i++) c[k][i] = px[basis->tri[t][k]][i] / CELL_PX;
        cover_triangle(&cover, c[0], c[1], c[2]);
    }
    return cover;
}

static bool cover_at(const Cover *cover, float x_px, float y_px) {
    const int x = (int)floorf(x_px / CELL_PX), y = (int)floorf(y_px / CELL_PX);
    return x >= 0 && y >= 0 && x < cover->width && y < cover->height && cover->on[y * cover->width + x];
}

/* Outermost: nothing of the head lies just outside. */
static bool is_outermost(const Cover *cover, const FitOutlinePoint *p) {
    for (int step = 2; step <= 6; step++) {
        const float far_px = (float)step * CELL_PX * 0.9f;
        if (cover_at(cover, p->px[0] + far_px * p->normal[0], p->px[1] + far_px * p->normal[1])) return false;
    }
    return true;
}

/* Neighbours are looked for among points of nearly the same height. */
static int compare_outline_heights(const void *a, const void *b) {
    const float x = ((const FitOutlinePoint *)a)->px[1], y = ((const FitOutlinePoint *)b)->px[1];
    return (x > y) - (x < y);
}

static void share_by_crowding(FitOutline *out, double px_per_mm) {
    const float near_px = (float)(3.0 * px_per_mm);
    qsort(out->point, (size_t)out->count, sizeof *out->point, compare_outline_heights);
    for (int i = 0, first = 0; i < out->count; i++) {
        int near = 0;
        while (out->point[first].px[1] < out->point[i].px[1] - near_px) first++;
        for (int j = first; j < out->count && out->point[j].px[1] < out->point[i].px[1] + near_px; j++) {
            const float dx = out->point[i].px[0] - out->point[j].px[0],
                        dy = out->point[i].px[1] - out->point[j].px[1];
            near += dx * dx + dy * dy < near_px * near_px;
        }
        out->point[i].share = fminf(1.0f, 3.0f / (float)near);
    }
}

static bool outline_point(const FitBasis *basis, const FitCamera *camera, const float *towards, uint32_t edge,
                          FitOutlinePoint *out) {
    const uint32_t a = basis->edge[edge][0], b = basis->edge[edge][1];
    if ((towards[a] > 0) == (towards[b] > 0)) return false;
    double normal[3], length;
    const float t = towards[a] / (towards[a] - towards[b]);
    *out = (FitOutlinePoint){.edge = {a, b}, .along = t, .partner = -1, .share = 1};
    for (int i = 0; i < 3; i++) {
        out->pos[i] = (1 - t) * basis->pos[a][i] + t * basis->pos[b][i];
        normal[i] = (double)((1 - t) * basis->nrm[a][i] + t * basis->nrm[b][i]);
    }
    double px[2], n2[2];
    out->depth_mm = (float)fitcamera_project(camera, out->pos, px);
    for (int i = 0; i < 2; i++)
        n2[i] = camera->r[i][0] * normal[0] + camera->r[i][1] * normal[1] + camera->r[i][2] * normal[2];
    length = sqrt(n2[0] * n2[0] + n2[1] * n2[1]);
    if (length < 1e-6) return false;
    for (int i = 0; i < 2; i++) {
        out->px[i] = (float)px[i];
        out->normal[i] = (float)(n2[i] / length);
    }
    out->neck = basis->neck[a] > basis->neck[b] ? basis->neck[a] : basis->neck[b];
    out->ear = basis->ear[a] || basis->ear[b];
    return true;
}

void fitoutline_build(const FitBasis *basis, const FitCamera *camera, int width, int height, Arena *scratch,
                      FitOutline *out) {
    const size_t mark = arena_mark(scratch);
    float(*px)[2] = arena_push_array(scratch, sizeof *px, basis->vertex_count);
    float *towards = ARENA_ARRAY(scratch, float, basis->vertex_count); /* > 0: faces the camera */
    out->count = 0;
    if (!px || !towards) return;
    double centre[3], depth = 0;
    fitcamera_centre(camera, centre);
    for (uint32_t v = 0; v < basis->vertex_count; v++) {
        double p[2];
        fitcamera_project(camera, basis->pos[v], p);
        px[v][0] = (float)p[0];
        px[v][1] = (float)p[1];
        for (int i = 0; i < 3; i++) towards[v] += basis->nrm[v][i] * ((float)centre[i] - basis->pos[v][i]);
    }
    const Cover cover = cover_build(basis, px, width, height, scratch);
    for (uint32_t e = 0; cover.on && e < basis->edge_count && out->count < FIT_OUTLINE_MAX; e++) {
        FitOutlinePoint *p = &out->point[out->count];
        if (!outline_point(basis, camera, towards, e, p) || !is_outermost(&cover, p)) continue;
        depth += (double)p->depth_mm;
        out->count++;
    }
    if (out->count) share_by_crowding(out, camera->focal * out->count / depth);
    arena_rewind(scratch, mark);
}

/* The first point of the photo's outline at a height or below it. */
static int first_from(const Silhouette *silhouette, float y_px) {
    int low = 0, high = silhouette->point_count;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (silhouette->point[middle].px[1] < y_px)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How a neck is held moves its outline farther than a head's shape does. */
static const float NECK_REACH = 3;

int fitoutline_match(FitOutline *outline, const Silhouette *silhouette, float radius_px) {
    int found = 0;
    for (int i = 0; i < outline->count; i++) {
        FitOutlinePoint *p = &outline->point[i];
        const float radius = p->neck ? NECK_REACH * radius_px : radius_px;
        float best = radius * radius;
        p->partner = -1;
        for (int j = first_from(silhouette, p->px[1] - radius); j < silhouette->point_count; j++) {
            const OutlinePoint *q = &silhouette->point[j];
            const float dx = q->px[0] - p->px[0], dy = q->px[1] - p->px[1], d = dx * dx + dy * dy;
            if (dy > 0 && dy * dy >= best) break;
            if (d >= best || q->normal[0] * p->normal[0] + q->normal[1] * p->normal[1] < 0.7f) continue;
            best = d;
            p->partner = j;
            p->gap_px = dx * q->normal[0] + dy * q->normal[1];
        }
        found += p->partner >= 0;
    }
    return found;
}
