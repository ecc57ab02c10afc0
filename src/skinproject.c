#include "skinproject.h"
#include "skinclean.h"
#include "skinhair.h"
#include "skinmask.h"
#include "skinregister.h"
#include <math.h>
#include <string.h>

#define HIDDEN_TOLERANCE_MM 2.0f /* a fitted head is 1-2 mm off: nearer surfaces do not hide */
#define HIDDEN_MARGIN_MM    1.6f /* width of the soft edge beside what hides */
#define EDGE_NONE_MM        1.0f /* this near to the silhouette nothing is taken: background bleeds in */
#define EDGE_FULL_MM        4.0f
#define GIVES_WAY_TO        0.06f /* weight of a photo that is not astray */
#define LOOSE_EDGE_MM       0.4f  /* each way */
#define DEPTH_JUMP_MM       5.0f
#define FACING_LEAST        0.05f /* cosine; more aslant, depth is not compared more widely */
#define DOUBT_MM            7.0f  /* a fitted outline may be this far off when no silhouette was given */

typedef struct Plane {
    int width, height;
    float *data;
} Plane;

float skinproject_log(float linear) {
    return logf(fmaxf(linear, 0) + SKINPROJECT_LOG_FLOOR);
}
float skinproject_linear(float log_value) {
    return fmaxf(0, expf(log_value) - SKINPROJECT_LOG_FLOOR);
}

static float px_per_mm(const Camera *camera) {
    double centre[3];
    camera_centre(camera, centre);
    double away = sqrt(centre[0] * centre[0] + centre[1] * centre[1] + centre[2] * centre[2]);
    return (float)(camera->fx / fmax(away, 50));
}

static bool log_photo(const Image *image, Arena *arena, SkinView *view) {
    size_t count = (size_t)image->width * (size_t)image->height;
    view->width = image->width;
    view->height = image->height;
    view->log_rgb = (int16_t(*)[4])arena_push_array(arena, sizeof(int16_t[4]), count);
    if (!view->log_rgb) return false;
    int16_t table[256];
    for (int i = 0; i < 256; i++) {
        table[i] = (int16_t)lrintf(SKINPROJECT_SCALE * skinproject_log(srgb_to_linear((float)i / 255)));
    }
    for (size_t i = 0; i < count; i++) {
        for (int c = 0; c < 3; c++) view->log_rgb[i][c] = table[image->rgba[4 * i + (size_t)c]];
    }
    return true;
}

static void project_nodes(const SkinSurface *s, SkinView *view, float *depth) {
    const double(*m)[4] = (const double(*)[4])view->camera.camera_from_head;
    double centre[3];
    camera_centre(&view->camera, centre);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < s->node_count; i++) {
        double p[3], to[3], len = 0, along = 0;
        for (int r = 0; r < 3; r++) {
            p[r] = m[r][0] * (double)s->pos[i][0] + m[r][1] * (double)s->pos[i][1] +
                   m[r][2] * (double)s->pos[i][2] + m[r][3];
            to[r] = centre[r] - (double)s->pos[i][r];
            len += to[r] * to[r];
            along += to[r] * (double)s->nrm[i][r];
        }
        double z = p[2] > 1 ? p[2] : 1;
        view->px[i][0] = (float)(view->camera.fx * p[0] / z + view->camera.cx) + view->shift[i][0];
        view->px[i][1] = (float)(view->camera.fy * p[1] / z + view->camera.cy) + view->shift[i][1];
        view->facing[i] = (float)(along / sqrt(len));
        depth[i] = p[2] > 1 ? (float)p[2] : 1e9f;
    }
}

/* Nearest depth per pixel of a buffer at `scale` of the photo's size. Deterministic: a minimum does not
 * depend on order. */
static void rasterise_depth(const SkinSurface *s, const SkinView *view, const float *depth, float scale,
                            Plane *z) {
    for (size_t i = 0; i < (size_t)z->width * (size_t)z->height; i++) z->data[i] = 1e9f;
    for (uint32_t t = 0; t < s->mesh.triangle_count; t++) {
        float x[3], y[3], d[3];
        for (int k = 0; k < 3; k++) {
            uint32_t n = s->node_of[s->mesh.tri[t][k]];
            x[k] = view->px[n][0] * scale - 0.5f;
            y[k] = view->px[n][1] * scale - 0.5f;
            d[k] = depth[n];
        }
        if (d[0] >= 1e9f || d[1] >= 1e9f || d[2] >= 1e9f) continue;
        float area = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]);
        if (fabsf(area) < 1e-9f) continue;
        int x0 = (int)fmaxf(0, ceilf(fminf(x[0], fminf(x[1], x[2]))));
        int x1 = (int)fminf((float)(z->width - 1), floorf(fmaxf(x[0], fmaxf(x[1], x[2]))));
        int y0 = (int)fmaxf(0, ceilf(fminf(y[0], fminf(y[1], y[2]))));
        int y1 = (int)fminf((float)(z->height - 1), floorf(fmaxf(y[0], fmaxf(y[1], y[2]))));
        for (int py = y0; py <= y1; py++) {
            for (int px = x0; px <= x1; px++) {
                float b1 = (((float)px - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * ((float)py - y[0])) / area;
                float b2 = ((x[1] - x[0]) * ((float)py - y[0]) - ((float)px - x[0]) * (y[1] - y[0])) / area;
                if (b1 < -1e-4f || b2 < -1e-4f || b1 + b2 > 1.0001f) continue;
                float here = d[0] + b1 * (d[1] - d[0]) + b2 * (d[2] - d[0]);
                float *at = &z->data[(size_t)py * (size_t)z->width + (size_t)px];
                if (here < *at) *at = here;
            }
        }
    }
}

/* Depth of the nearest surface at a place; of two that meet within a pixel the farther one, which shows
 * beside the other. */
static float nearest_about(const Plane *z, float x, float y) {
    float far = z->data[(size_t)y * (size_t)z->width + (size_t)x];
    for (int k = 0; k < 4; k++) {
        const size_t px = (size_t)(x - 0.5f) + (size_t)(k & 1), py = (size_t)(y - 0.5f) + (size_t)(k >> 1);
        const float there = z->data[py * (size_t)z->width + px];
        if (there < 1e9f) far = fmaxf(far, there);
    }
    return far;
}

/* 1 where the node is the nearest surface on its line of sight. */
static void depth_test(const SkinSurface *s, const SkinView *view, const float *depth, float scale,
                       const Plane *z, float *visible) {
    for (uint32_t i = 0; i < s->node_count; i++) {
        float x = view->px[i][0] * scale, y = view->px[i][1] * scale;
        visible[i] = 0;
        if (x < 1 || y < 1 || x >= (float)(z->width - 1) || y >= (float)(z->height - 1) ||
            view->facing[i] <= 0)
            continue;
        float nearest = nearest_about(z, x, y);
        float slope =
            sqrtf(fmaxf(0, 1 - view->facing[i] * view->facing[i])) / fmaxf(FACING_LEAST, view->facing[i]);
        float pixel_mm = depth[i] / (float)view->camera.fx / scale;
        visible[i] = depth[i] <= nearest + HIDDEN_TOLERANCE_MM + pixel_mm * slope ? 1 : 0;
    }
}

/* A jump of depth between neighbours: an outline within the head (nose, ear, jaw), where two surfaces meet.
 */
static bool depth_jump(const Plane *z, int x, int y) {
    float here = z->data[(size_t)y * (size_t)z->width + (size_t)x];
    for (int k = 0; k < 4; k++) {
        int nx = x + (k == 0) - (k == 1), ny = y + (k == 2) - (k == 3);
        if (nx < 0 || ny < 0 || nx >= z->width || ny >= z->height) continue;
        float there = z->data[(size_t)ny * (size_t)z->width + (size_t)nx];
        if (there < 1e9f && here < 1e9f && fabsf(there - here) > DEPTH_JUMP_MM) return true;
    }
    return false;
}

static bool estimate_mask(const SkinView *view, const Plane *z, float scale, Arena *scratch, uint8_t *mask) {
    float(*small)[3] =
        (float(*)[3])arena_push_array(scratch, sizeof(float[3]), (size_t)z->width * (size_t)z->height);
    if (!small) return false;
    for (int y = 0; y < z->height; y++) {
        for (int x = 0; x < z->width; x++) {
            skinproject_sample(view, ((float)x + 0.5f) / scale, ((float)y + 0.5f) / scale,
                               small[(size_t)y * (size_t)z->width + (size_t)x]);
        }
    }
    return skinmask_estimate(z->data, (const float(*)[3])small, z->width, z->height,
                             DOUBT_MM * view->px_per_mm * scale, scratch, mask);
}

/* Even a loose look must lie on the head, and not on its outline's pixels, which hold some of the wall. */
static void limit_loose(const SkinSurface *s, SkinView *view, const uint8_t *inside, const Plane *z,
                        float scale) {
    float away = LOOSE_EDGE_MM * view->px_per_mm * scale;
    for (uint32_t i = 0; i < s->node_count; i++) {
        for (int k = 0; k < 4; k++) {
            float x = view->px[i][0] * scale + (k & 1 ? away : -away),
                  y = view->px[i][1] * scale + (k & 2 ? away : -away);
            bool on = x >= 0 && y >= 0 && x < (float)z->width && y < (float)z->height;
            if (!on || !inside[(size_t)y * (size_t)z->width + (size_t)x]) view->loose[i] = 0;
        }
    }
}

/* Distance in px to the nearest pixel that is off the head or on an outline within it. */
static bool edge_distance(const SkinSurface *s, const SkinPhoto *photo, SkinView *view, const Plane *z,
                          float scale, Arena *scratch, Plane *out) {
    size_t mark = arena_mark(scratch);
    uint8_t *inside = ARENA_ARRAY(scratch, uint8_t, (size_t)z->width * (size_t)z->height);
    if (!inside || (!photo->mask && !estimate_mask(view, z, scale, scratch, inside))) return false;
    for (int y = 0; y < z->height; y++) {
        for (int x = 0; x < z->width; x++) {
            size_t at = (size_t)y * (size_t)z->width + (size_t)x;
            int sx = (int)fminf((float)(view->width - 1), ((float)x + 0.5f) / scale);
            int sy = (int)fminf((float)(view->height - 1), ((float)y + 0.5f) / scale);
            if (photo->mask) inside[at] = photo->mask[(size_t)sy * (size_t)view->width + (size_t)sx] > 127;
        }
    }
    limit_loose(s, view, inside, z, scale);
    for (int y = 0; y < z->height; y++) {
        for (int x = 0; x < z->width; x++) {
            if (depth_jump(z, x, y)) inside[(size_t)y * (size_t)z->width + (size_t)x] = 0;
        }
    }
    skinmask_distance(inside, z->width, z->height, out->data);
    arena_rewind(scratch, mark);
    return true;
}

static float ramp(float x, float from, float to) {
    float t = fminf(1, fmaxf(0, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
}

static void weigh_nodes(const SkinSurface *s, SkinView *view, const float *depth, const float *visible,
                        const Plane *edge, float scale) {
    float border = 0.02f * (float)(view->width < view->height ? view->width : view->height);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < s->node_count; i++) {
        float x = view->px[i][0], y = view->px[i][1], facing = view->facing[i];
        view->weight[i] = 0;
        float seen = fmaxf(0, 2 * visible[i] - 1);
        if (seen <= 0 || facing <= 0.1f) continue;
        float frame = fminf(fminf(x, (float)view->width - x), fminf(y, (float)view->height - y));
        if (frame <= 2) continue;
        float mm_per_px = depth[i] / (float)view->camera.fx;
        float inside =
            edge->data[(size_t)(y * scale) * (size_t)edge->width + (size_t)(x * scale)] / scale * mm_per_px;
        float angle = ramp(facing, 0.1f, 0.45f) * facing * facing;
        float w =
            angle * ramp(frame, 2, 2 + border) * ramp(inside, EDGE_NONE_MM, EDGE_FULL_MM) * ramp(seen, 0, 1);
        view->weight[i] = w / mm_per_px; /* sharpness: px per mm; scaled to the best photo by the caller */
    }
}

static void box_blur_rows(float *data, int width, int height, int channels, int radius, float *line) {
    float inverse = 1.0f / (float)(2 * radius + 1);
    for (int y = 0; y < height; y++) {
        float *row = data + (size_t)y * (size_t)width * (size_t)channels;
        for (int c = 0; c < channels; c++) {
            float sum = 0;
            for (int x = -radius; x < width; x++) {
                if (x + radius < width) sum += row[(x + radius) * channels + c];
                if (x - radius - 1 >= 0) sum -= line[x - radius - 1];
                if (x >= 0) {
                    line[x] = row[x * channels + c];
                    row[x * channels + c] = sum * inverse;
                }
            }
        }
    }
}

static void transpose4(const float *from, float *to, int width, int height) {
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            memcpy(to + ((size_t)x * (size_t)height + (size_t)y) * 4,
                   from + ((size_t)y * (size_t)width + (size_t)x) * 4, 4 * sizeof(float));
        }
    }
}

/* Log colour times share, and share, in cells of `step` px of the photo; only what lies inside the silhouette
 * counts. */
static void gather_cells(const SkinView *view, const Plane *edge, float scale, int step, int w, int h,
                         float *cell) {
    for (int cy = 0; cy < h; cy++) {
        for (int cx = 0; cx < w; cx++) {
            float sum[4] = {0};
            for (int y = cy * step; y < (cy + 1) * step && y < view->height; y++) {
                for (int x = cx * step; x < (cx + 1) * step && x < view->width; x++) {
                    int ex = (int)((float)x * scale), ey = (int)((float)y * scale);
                    if (ex >= edge->width || ey >= edge->height) continue;
                    if (edge->data[(size_t)ey * (size_t)edge->width + (size_t)ex] < 1.5f) continue;
                    const int16_t *p = view->log_rgb[(size_t)y * (size_t)view->width + (size_t)x];
                    for (int c = 0; c < 3; c++) sum[c] += (float)p[c];
                    sum[3] += SKINPROJECT_SCALE;
                }
            }
            memcpy(cell + ((size_t)cy * (size_t)w + (size_t)cx) * 4, sum, sizeof sum);
        }
    }
}

static void sample_cells(const SkinSurface *s, SkinView *view, const float *cell, int w, int h, int step,
                         float (*out)[3]) {
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < s->node_count; i++) {
        float x = fminf((float)w - 1.001f, fmaxf(0, view->px[i][0] / (float)step - 0.5f));
        float y = fminf((float)h - 1.001f, fmaxf(0, view->px[i][1] / (float)step - 0.5f));
        int ix = (int)x, iy = (int)y;
        float fx = x - (float)ix, fy = y - (float)iy, sum[4] = {0};
        for (int k = 0; k < 4; k++) {
            int qx = ix + (k & 1), qy = iy + (k >> 1);
            if (qx >= w || qy >= h) continue;
            float share = (k & 1 ? fx : 1 - fx) * (k >> 1 ? fy : 1 - fy);
            for (int c = 0; c < 4; c++)
                sum[c] += share * cell[((size_t)qy * (size_t)w + (size_t)qx) * 4 + (size_t)c];
        }
        if (sum[3] < 1e-3f) { /* far off the head: triangles that touch it must still find something near */
            view->weight[i] = view->loose[i] = 0;
            skinproject_sample(view, view->px[i][0], view->px[i][1], out[i]);
            continue;
        }
        for (int c = 0; c < 3; c++) out[i][c] = sum[c] / sum[3];
    }
}

static bool blur_band(const SkinSurface *s, SkinView *view, const Plane *edge, float scale, int step,
                      float sigma_mm, float (*out)[3], Arena *scratch) {
    size_t mark = arena_mark(scratch);
    float sigma = sigma_mm * view->px_per_mm / (float)step;
    /* Three boxes of radius r have a variance of r (r + 1). */
    int radius = (int)fmaxf(1, sqrtf(sigma * sigma + 0.25f));
    int w = (view->width + step - 1) / step, h = (view->height + step - 1) / step;
    float *cell = ARENA_ARRAY(scratch, float, (size_t)w *(size_t)h * 4);
    float *turned = ARENA_ARRAY(scratch, float, (size_t)w *(size_t)h * 4);
    float *line = ARENA_ARRAY(scratch, float, (size_t)(w > h ? w : h));
    if (!cell || !turned || !line) return false;
    gather_cells(view, edge, scale, step, w, h, cell);
    for (size_t i = 0; i < (size_t)w * (size_t)h * 4; i++) cell[i] *= 1.0f / SKINPROJECT_SCALE;
    for (int k = 0; k < 3; k++) box_blur_rows(cell, w, h, 4, radius, line);
    transpose4(cell, turned, w, h);
    for (int k = 0; k < 3; k++) box_blur_rows(turned, h, w, 4, radius, line);
    transpose4(turned, cell, h, w);
    sample_cells(s, view, cell, w, h, step, out);
    arena_rewind(scratch, mark);
    return true;
}

/* Where the nodes are in the photo and how well it shows them; `blur` also its colours there. */
static bool view_build(const SkinSurface *s, const SkinPhoto *photo, bool blur, Arena *scratch,
                       SkinView *view) {
    size_t mark = arena_mark(scratch);
    int longest = view->width > view->height ? view->width : view->height;
    float scale = longest > 900 ? 0.5f : 1;
    if (longest > 1800) scale = 900.0f / (float)longest;
    int w = (int)ceilf((float)view->width * scale), h = (int)ceilf((float)view->height * scale);
    float *depth = ARENA_ARRAY(scratch, float, s->node_count),
          *visible = ARENA_ARRAY(scratch, float, s->node_count);
    Plane z = {w, h, ARENA_ARRAY(scratch, float, (size_t)w *(size_t)h)};
    Plane edge = {w, h, ARENA_ARRAY(scratch, float, (size_t)w *(size_t)h)};
    if (!depth || !visible || !z.data || !edge.data) return false;
    project_nodes(s, view, depth);
    rasterise_depth(s, view, depth, scale, &z);
    depth_test(s, view, depth, scale, &z, visible);
    memcpy(view->loose, visible, s->node_count * sizeof *visible);
    if (!skinsurface_smooth(s, visible, 1, skinsurface_iterations(s, HIDDEN_MARGIN_MM), NULL, scratch))
        return false;
    bool ok = edge_distance(s, photo, view, &z, scale, scratch, &edge);
    if (ok) weigh_nodes(s, view, depth, visible, &edge, scale);
    int fine = view->px_per_mm > 4 ? (int)(view->px_per_mm / 2) : 2;
    if (blur)
        ok = ok && blur_band(s, view, &edge, scale, fine, SKINPROJECT_MID_MM, view->mid, scratch) &&
             blur_band(s, view, &edge, scale, 2 * fine, SKINPROJECT_LOW_MM, view->low, scratch);
    arena_rewind(scratch, mark);
    return ok;
}

static void scale_weights(const SkinSurface *s, SkinView *view, int count) {
    float best = 0;
    for (int k = 0; k < count; k++) best = fmaxf(best, view[k].px_per_mm);
    for (int k = 0; k < count; k++) {
        for (uint32_t i = 0; i < s->node_count; i++)
            view[k].weight[i] = fminf(1.5f, view[k].weight[i] / best);
    }
}

/* Brows would show on cheeks: a photo that was fitted wrongly gives way wherever another sees the skin. */
static void give_way(const SkinSurface *s, SkinView *view, int count) {
    for (uint32_t i = 0; i < s->node_count; i++) {
        float best = 0;
        for (int k = 0; k < count; k++)
            if (!view[k].astray) best = fmaxf(best, view[k].weight[i]);
        const float keep = 1 - ramp(best, 0, GIVES_WAY_TO);
        for (int k = 0; k < count; k++) {
            if (!view[k].astray) continue;
            view[k].weight[i] *= keep;
            view[k].loose[i] *= keep;
        }
    }
}

static bool no_memory(Err *err) {
    return err_set(err, "there is not enough memory for the photos");
}

static uint8_t *shrink_plane(const SkinPhoto *photo, const uint8_t *plane, const Image *small, Arena *arena) {
    uint8_t *out = ARENA_ARRAY(arena, uint8_t, (size_t)small->width * (size_t)small->height);
    for (int y = 0; out && y < small->height; y++) {
        size_t from_y = (size_t)(((double)y + 0.5) * photo->image.height / small->height);
        for (int x = 0; x < small->width; x++) {
            size_t from_x = (size_t)(((double)x + 0.5) * photo->image.width / small->width);
            out[(size_t)y * (size_t)small->width + (size_t)x] =
                plane[from_y * (size_t)photo->image.width + from_x];
        }
    }
    return out;
}

/* A photo that is far sharper than the atlas only costs time and shimmers: an atlas texel is about 450 / size
 * mm. */
static bool shrink_photo(const SkinPhoto *photo, int atlas_size, Arena *arena, SkinPhoto *out, Err *err) {
    *out = *photo;
    int limit = atlas_size;
    int longest = photo->image.width > photo->image.height ? photo->image.width : photo->image.height;
    if (longest <= limit) return true;
    float scale = 1;
    if (!image_shrink(&photo->image, limit, arena, &out->image, &scale, err)) return false;
    out->camera = photo->camera;
    out->camera.width = out->image.width;
    out->camera.height = out->image.height;
    double sx = (double)out->image.width / photo->image.width,
           sy = (double)out->image.height / photo->image.height;
    out->camera.fx *= sx;
    out->camera.cx *= sx;
    out->camera.fy *= sy;
    out->camera.cy *= sy;
    if (photo->mask && !(out->mask = shrink_plane(photo, photo->mask, &out->image, arena)))
        return no_memory(err);
    return true;
}

static bool view_allocate(uint32_t nodes, Arena *arena, SkinView *view) {
    view->px = (float(*)[2])arena_push_array(arena, sizeof(float[2]), nodes);
    view->shift = (float(*)[2])arena_push_array(arena, sizeof(float[2]), nodes);
    view->low = (float(*)[3])arena_push_array(arena, sizeof(float[3]), nodes);
    view->mid = (float(*)[3])arena_push_array(arena, sizeof(float[3]), nodes);
    view->weight = ARENA_ARRAY(arena, float, nodes);
    view->loose = ARENA_ARRAY(arena, float, nodes);
    view->facing = ARENA_ARRAY(arena, float, nodes);
    return view->px && view->shift && view->low && view->mid && view->weight && view->loose && view->facing;
}

bool skinproject_build(const SkinSurface *surface, const SkinPhoto *photo, int photo_count, int atlas_size,
                       Arena *arena, Arena *scratch, SkinView *out, Err *err) {
    SkinPhoto small[CASE_PHOTOS];
    for (int k = 0; k < photo_count; k++) {
        if (!shrink_photo(&photo[k], atlas_size, arena, &small[k], err)) return false;
        memset(&out[k], 0, sizeof out[k]);
        out[k].camera = small[k].camera;
        out[k].px_per_mm = px_per_mm(&small[k].camera);
        if (!view_allocate(surface->node_count, arena, &out[k]) ||
            !log_photo(&small[k].image, arena, &out[k]) || !skinclean_view(surface, &out[k], scratch) ||
            (photo_count > 1 && !view_build(surface, &small[k], false, scratch, &out[k])))
            return no_memory(err);
    }
    if (!skinregister_views(surface, out, photo_count, scratch)) return no_memory(err);
    for (int k = 0; k < photo_count; k++)
        if (!view_build(surface, &small[k], true, scratch, &out[k])) return no_memory(err);
    if (!skinhair_hide(surface, scratch, out, photo_count)) return no_memory(err);
    scale_weights(surface, out, photo_count);
    give_way(surface, out, photo_count);
    return true;
}
