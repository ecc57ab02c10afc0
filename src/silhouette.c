#include "silhouette.h"
#include "../engine/vision.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLUR_RADIUS = 4, PROFILE_STEPS = 21 };
static const float BLUR_SIGMA_PX = 1.6f, PROFILE_STEP_PX = 0.5f;

typedef struct Plane {
    int width, height;
    float *v;
} Plane;

static void blur_axis(const Plane *from, Plane *to, const float *kernel, int dx, int dy) {
#pragma omp parallel for schedule(static)
    for (int y = 0; y < from->height; y++) {
        for (int x = 0; x < from->width; x++) {
            float sum = 0;
            for (int k = -BLUR_RADIUS; k <= BLUR_RADIUS; k++) {
                int xx = x + k * dx, yy = y + k * dy;
                xx = xx < 0 ? 0 : xx >= from->width ? from->width - 1 : xx;
                yy = yy < 0 ? 0 : yy >= from->height ? from->height - 1 : yy;
                sum += kernel[k + BLUR_RADIUS] * from->v[(size_t)yy * (size_t)from->width + (size_t)xx];
            }
            to->v[(size_t)y * (size_t)from->width + (size_t)x] = sum;
        }
    }
}

static bool blurred_mask(const Silhouette *s, Arena *scratch, Plane *out) {
    const size_t count = (size_t)s->width * (size_t)s->height;
    Plane a = {s->width, s->height, ARENA_ARRAY(scratch, float, count)};
    *out = (Plane){s->width, s->height, ARENA_ARRAY(scratch, float, count)};
    if (!a.v || !out->v) return false;
    float kernel[2 * BLUR_RADIUS + 1], sum = 0;
    for (int k = -BLUR_RADIUS; k <= BLUR_RADIUS; k++)
        sum += kernel[k + BLUR_RADIUS] = expf(-0.5f * (float)(k * k) / (BLUR_SIGMA_PX * BLUR_SIGMA_PX));
    for (int k = 0; k <= 2 * BLUR_RADIUS; k++) kernel[k] /= sum;
    for (size_t i = 0; i < count; i++) out->v[i] = s->mask[i] ? 1.0f : 0.0f;
    blur_axis(out, &a, kernel, 1, 0);
    blur_axis(&a, out, kernel, 0, 1);
    return true;
}

/* Encoded colour, bilinear; pixel centres at +0.5. */
static void sample_encoded(const Image *image, float x_px, float y_px, float rgb[3]) {
    const float fx = fminf(fmaxf(x_px - 0.5f, 0), (float)image->width - 1.001f);
    const float fy = fminf(fmaxf(y_px - 0.5f, 0), (float)image->height - 1.001f);
    const int x = (int)fx, y = (int)fy;
    const float u = fx - (float)x, v = fy - (float)y;
    const uint8_t *p = image->rgba + 4 * ((size_t)y * (size_t)image->width + (size_t)x);
    const uint8_t *q = p + 4 * (size_t)image->width;
    for (int c = 0; c < 3; c++)
        rgb[c] = ((1 - v) * ((1 - u) * (float)p[c] + u * (float)p[4 + c]) +
                  v * ((1 - u) * (float)q[c] + u * (float)q[4 + c])) /
                 255.0f;
}

/* Move a point along its normal to the strongest edge within +-5 px, nearer ones preferred. */
static void sharpen_point(const Image *image, OutlinePoint *p) {
    float rgb[PROFILE_STEPS][3], slope[PROFILE_STEPS] = {0};
    const int middle = PROFILE_STEPS / 2;
    for (int k = 0; k < PROFILE_STEPS; k++) {
        const float s = (float)(k - middle) * PROFILE_STEP_PX;
        sample_encoded(image, p->px[0] + s * p->normal[0], p->px[1] + s * p->normal[1], rgb[k]);
    }
    int best = 0;
    for (int k = 2; k < PROFILE_STEPS - 2; k++) {
        for (int c = 0; c < 3; c++)
            slope[k] += fabsf(rgb[k + 2][c] + rgb[k + 1][c] - rgb[k - 1][c] - rgb[k - 2][c]);
        const float s = (float)(k - middle) * PROFILE_STEP_PX;
        slope[k] *= expf(-0.5f * s * s / (2.0f * 2.0f));
        if (slope[k] > slope[best]) best = k;
    }
    if (best < 3 || best > PROFILE_STEPS - 4 || slope[best] < 0.06f) return;
    const float a = slope[best - 1], b = slope[best], c = slope[best + 1], bend = a - 2 * b + c;
    const float peak = bend < -1e-6f ? 0.5f * (a - c) / bend : 0;
    const float s = ((float)(best - middle) + fminf(fmaxf(peak, -0.5f), 0.5f)) * PROFILE_STEP_PX;
    for (int i = 0; i < 2; i++) p->px[i] += s * p->normal[i];
    p->contrast = fminf(1.0f, b);
}

static bool crossing(const Plane *m, int x, int y, bool across, OutlinePoint *out) {
    const size_t w = (size_t)m->width, at = (size_t)y * w + (size_t)x;
    const float a = m->v[at], b = m->v[across ? at + 1 : at + w];
    if ((a > 0.5f) == (b > 0.5f)) return false;
    const float gx = m->v[at + 1] - m->v[at - 1], gy = m->v[at + w] - m->v[at - w];
    if ((fabsf(gx) >= fabsf(gy)) != across) return false;
    const float length = sqrtf(gx * gx + gy * gy), t = (0.5f - a) / (b - a);
    if (length < 1e-6f) return false;
    *out = (OutlinePoint){.px = {(float)x + 0.5f + (across ? t : 0), (float)y + 0.5f + (across ? 0 : t)},
                          .normal = {-gx / length, -gy / length},
                          .bare = 1};
    return true;
}

static int compare_heights(const void *a, const void *b) {
    const float x = ((const OutlinePoint *)a)->px[1], y = ((const OutlinePoint *)b)->px[1];
    return (x > y) - (x < y);
}

/* The rim that a cut takes for background, and what softening makes of it. */
static const float BORDER_SHARE = 0.025f;

bool silhouette_is_border(const Silhouette *s, float x_px, float y_px) {
    const float rim_px = BORDER_SHARE * (float)(s->width > s->height ? s->width : s->height);
    return x_px < rim_px || y_px < rim_px || x_px > (float)s->width - rim_px;
}

/* Faces the border that it lies near. */
static bool runs_along_border(const Silhouette *s, const OutlinePoint *p) {
    const float ahead_px = 2 * BORDER_SHARE * (float)(s->width > s->height ? s->width : s->height);
    return silhouette_is_border(s, p->px[0], p->px[1]) &&
           (p->px[0] + ahead_px * p->normal[0] < 0 || p->px[1] + ahead_px * p->normal[1] < 0 ||
            p->px[0] + ahead_px * p->normal[0] > (float)s->width);
}

bool silhouette_trace(const Image *image, Arena *arena, Arena *scratch, Silhouette *out, Err *err) {
    const size_t mark = arena_mark(scratch), capacity = 8 * (size_t)(out->width + out->height);
    Plane m;
    out->point_count = 0;
    out->point = ARENA_ARRAY(arena, OutlinePoint, capacity);
    if (!out->point || !blurred_mask(out, scratch, &m))
        return err_set(err, "there is not enough memory to trace the head's outline");
    for (int y = 3; y < out->height - 3; y++) {
        for (int x = 3; x < out->width - 3; x++) {
            for (int across = 0; across < 2 && (size_t)out->point_count < capacity; across++) {
                OutlinePoint *p = &out->point[out->point_count];
                out->point_count += crossing(&m, x, y, across != 0, p) && !runs_along_border(out, p);
            }
        }
    }
    for (int i = 0; i < out->point_count; i++) sharpen_point(image, &out->point[i]);
    qsort(out->point, (size_t)out->point_count, sizeof *out->point, compare_heights);
    arena_rewind(scratch, mark);
    return true;
}

void silhouette_skin_tone(const Image *image, const float centre_px[2], float radius_px, SkinTone *out) {
    enum { VALUES = 3 };
    double sum[VALUES] = {0}, square[VALUES] = {0};
    int count = 0;
    for (int k = 0; k < 400; k++) {
        const float x = centre_px[0] + radius_px * ((float)(k % 20) / 9.5f - 1);
        const float y = centre_px[1] + radius_px * ((float)(k / 20) / 9.5f - 1);
        float rgb[3];
        sample_encoded(image, x, y, rgb);
        const float total = rgb[0] + rgb[1] + rgb[2];
        if (total < 0.15f) continue;
        for (int c = 0; c < VALUES; c++) {
            const double v = c < 2 ? (double)(rgb[c] / total) : log((double)total);
            sum[c] += v;
            square[c] += v * v;
        }
        count++;
    }
    *out = (SkinTone){.known = count > 50};
    for (int c = 0; c < 2 && out->known; c++) {
        out->mean[c] = (float)(sum[c] / count);
        out->sigma[c] = sqrtf(fmaxf((float)(square[c] / count) - out->mean[c] * out->mean[c], 0)) + 0.012f;
    }
    if (!out->known) return;
    out->light = (float)(sum[2] / count);
    out->light_sigma = sqrtf(fmaxf((float)(square[2] / count) - out->light * out->light, 0)) + 0.1f;
}

float silhouette_away_from_skin(const Image *image, const SkinTone *skin, float x_px, float y_px) {
    float rgb[3];
    sample_encoded(image, x_px, y_px, rgb);
    const float total = rgb[0] + rgb[1] + rgb[2] + 1e-3f;
    const float light = (logf(total) - skin->light) / skin->light_sigma;
    float square = light * light;
    for (int c = 0; c < 2; c++) {
        const float d = (rgb[c] / total - skin->mean[c]) / skin->sigma[c];
        square += d * d;
    }
    return sqrtf(square);
}

void silhouette_find_bare(const Image *image, const SkinTone *skin, float depth_px, Silhouette *silhouette) {
    if (!skin->known) return;
    for (int i = 0; i < silhouette->point_count; i++) {
        OutlinePoint *p = &silhouette->point[i];
        float least = 1e9f;
        for (int k = 1; k <= 3; k++) {
            const float in = depth_px * (float)k / 2;
            least = fminf(least, silhouette_away_from_skin(image, skin, p->px[0] - in * p->normal[0],
                                                           p->px[1] - in * p->normal[1]));
        }
        const float beyond = fmaxf(0, least - SILHOUETTE_SKIN_WITHIN);
        p->bare = expf(-beyond * beyond);
    }
}

bool silhouette_find(const Image *image, const SilhouetteGuess *guess, bool has_shoulders, Arena *arena,
                     Arena *scratch, Silhouette *out, float *confidence, Err *err) {
    const VisionCut cut = {.centre_px = {guess->centre_px[0], guess->centre_px[1]},
                           .radius_px = {guess->radius_px[0], guess->radius_px[1]},
                           .has_shoulders = has_shoulders,
                           .is_close = guess->is_close,
                           .chin_known = guess->chin_known};
    *out = (Silhouette){.width = image->width, .height = image->height};
    if (!vision_cut_head(image, &cut, arena, &out->mask, confidence, NULL, err)) return false;
    for (size_t i = 0; i < (size_t)out->width * (size_t)out->height; i++)
        out->mask[i] = out->mask[i] > 127 ? 255 : 0;
    return silhouette_trace(image, arena, scratch, out, err);
}
