#include "silhouette.h"
#include <math.h>

/* A small copy in which a head is some 30 to 100 px wide. */
enum { COPY_W = 120, COPY_H_MAX = 240, ARC_STEPS = 26 };

typedef struct Edges {
    int width, height;
    float (*across)[2]; /* direction in which the colour changes most, as long as the change is sure: 0..1 */
    float *sum;         /* of those lengths, above and left of each corner */
    float *skin;        /* of how likely the skin is, likewise */
} Edges;

/* A change of colour by so much from a px of the copy to the next but one is as likely an edge as not. */
static const float EDGE_HALF_SURE = 0.05f;

static void copy_mean(const Image *image, int w, int h, float (*out)[3]) {
    const float step = (float)image->width / (float)w;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const int x0 = (int)((float)x * step), x1 = (int)((float)(x + 1) * step);
            const int y0 = (int)((float)y * step), y1 = (int)((float)(y + 1) * step);
            float sum[3] = {0};
            int count = 0;
            for (int b = y0; b < (y1 > y0 ? y1 : y0 + 1) && b < image->height; b++)
                for (int a = x0; a < (x1 > x0 ? x1 : x0 + 1) && a < image->width; a++, count++)
                    for (int c = 0; c < 3; c++)
                        sum[c] += image->rgba[4 * ((size_t)b * (size_t)image->width + (size_t)a) + (size_t)c];
            for (int c = 0; c < 3; c++) out[y * w + x][c] = count ? sum[c] / (255.0f * (float)count) : 0;
        }
}

static void edge_at(const float (*rgb)[3], int w, int x, int y, float out[2]) {
    float best = 0;
    out[0] = out[1] = 0;
    for (int c = 0; c < 3; c++) {
        float g[2] = {0, 0};
        for (int k = -1; k <= 1; k++) {
            const float weight = k ? 0.25f : 0.5f;
            g[0] += weight * (rgb[(y + k) * w + x + 1][c] - rgb[(y + k) * w + x - 1][c]);
            g[1] += weight * (rgb[(y + 1) * w + x + k][c] - rgb[(y - 1) * w + x + k][c]);
        }
        const float length = hypotf(g[0], g[1]);
        if (length <= best) continue;
        best = length;
        for (int i = 0; i < 2; i++) out[i] = g[i] / (length + EDGE_HALF_SURE);
    }
}

/* Light counts little, as other sides of a head lie in other light. */
static float skin_at(const SkinTone *skin, const float rgb[3]) {
    const float total = rgb[0] + rgb[1] + rgb[2] + 1e-3f, light_share = 0.3f;
    const float light = light_share * (logf(total) - skin->light) / skin->light_sigma;
    float square = light * light;
    for (int c = 0; c < 2; c++) {
        const float d = (rgb[c] / total - skin->mean[c]) / skin->sigma[c];
        square += d * d;
    }
    return expf(-0.5f * square);
}

static bool edges_build(const Image *image, const SkinTone *skin, Arena *scratch, Edges *out) {
    const int w = COPY_W, full = COPY_W * image->height / image->width,
              h = full > COPY_H_MAX ? COPY_H_MAX : full;
    float(*rgb)[3] = arena_push_array(scratch, sizeof *rgb, (size_t)(w * h));
    *out = (Edges){w, h, arena_push_array(scratch, sizeof *out->across, (size_t)(w * h)),
                   ARENA_ARRAY(scratch, float, (size_t)((w + 1) * (h + 1))),
                   ARENA_ARRAY(scratch, float, (size_t)((w + 1) * (h + 1)))};
    if (!rgb || !out->across || !out->sum || !out->skin) return false;
    copy_mean(image, w, h, rgb);
    for (int y = 0; y < h; y++) {
        float row = 0, skin_row = 0;
        for (int x = 0; x < w; x++) {
            float *at = out->across[y * w + x];
            at[0] = at[1] = 0;
            if (x > 0 && y > 0 && x < w - 1 && y < h - 1) edge_at((const float(*)[3])rgb, w, x, y, at);
            row += hypotf(at[0], at[1]);
            skin_row += skin->known ? skin_at(skin, rgb[y * w + x]) : 0;
            const int corner = (y + 1) * (w + 1) + x + 1;
            out->sum[corner] = out->sum[corner - w - 1] + row;
            out->skin[corner] = out->skin[corner - w - 1] + skin_row;
        }
    }
    return true;
}

static float box_sum(const Edges *e, const float *sum, float x0, float y0, float x1, float y1) {
    const int w = e->width, a = (int)fmaxf(0, x0), b = (int)fmaxf(0, y0), c = (int)fminf((float)w, x1),
              d = (int)fminf((float)e->height, y1);
    if (c <= a || d <= b) return 0;
    return sum[d * (w + 1) + c] - sum[b * (w + 1) + c] - sum[d * (w + 1) + a] + sum[b * (w + 1) + a];
}

/* Of the part within the picture. */
static float box_mean(const Edges *e, const float *sum, float x0, float y0, float x1, float y1) {
    const float w = fminf((float)e->width, x1) - fmaxf(0, x0), h = fminf((float)e->height, y1) - fmaxf(0, y0);
    return w < 1 || h < 1 ? 0 : box_sum(e, sum, x0, y0, x1, y1) / (w * h);
}

/* How surely the picture's colours change across the upper half of an ellipse, 0..1. */
static float arc_score(const Edges *e, const float (*arc)[2], float x, float y, float rx, float ry) {
    float sum = 0;
    int count = 0;
    for (int k = 0; k < ARC_STEPS; k++) {
        const float at[2] = {x + rx * arc[k][0], y + ry * arc[k][1]};
        float n[2] = {arc[k][0] / rx, arc[k][1] / ry}, best = 0;
        const float length = hypotf(n[0], n[1]);
        for (int i = 0; i < 2; i++) n[i] /= length;
        count++;
        for (int s = -1; s <= 1; s++) {
            const int px = (int)(at[0] + (float)s * n[0]), py = (int)(at[1] + (float)s * n[1]);
            if (px < 1 || py < 1 || px >= e->width - 1 || py >= e->height - 1) continue;
            const float *g = e->across[py * e->width + px];
            best = fmaxf(best, fabsf(g[0] * n[0] + g[1] * n[1]));
        }
        sum += best;
    }
    return sum / (float)count;
}

static float dome_score(const Edges *e, const float (*arc)[2], float x, float y, float rx, float ry) {
    const float inside = box_mean(e, e->sum, x - 0.6f * rx, y - 0.7f * ry, x + 0.6f * rx, y + 0.2f * ry);
    const float skin = box_mean(e, e->skin, x - 0.6f * rx, y - 0.7f * ry, x + 0.6f * rx, y + 0.5f * ry);
    return arc_score(e, arc, x, y, rx, ry) - inside + 0.3f * skin + 0.25f * logf(rx);
}

/* Of the skull's half axis upwards: the head goes on below its dome, to the chin or to the rim seen from
 * above. */
static const float HEAD_TALL = 1.25f, HEAD_TALL_FROM_ABOVE = 1.15f;

bool silhouette_guess_by_dome(const Image *image, const SkinTone *skin, bool from_above, Arena *scratch,
                              SilhouetteGuess *out) {
    static const float tall[] = {0.85f, 1.0f, 1.2f, 1.4f};
    const size_t mark = arena_mark(scratch);
    Edges e;
    float arc[ARC_STEPS][2], best = 0;
    if (!edges_build(image, skin, scratch, &e)) return false;
    for (int k = 0; k < ARC_STEPS; k++) {
        const float angle = 3.14159265f * (float)k / (ARC_STEPS - 1);
        arc[k][0] = cosf(angle);
        arc[k][1] = -sinf(angle);
    }
    const float step = (float)image->width / (float)e.width,
                more = from_above ? HEAD_TALL_FROM_ABOVE : HEAD_TALL;
    for (float rx = 0.1f * (float)e.width; rx < 0.5f * (float)e.width; rx *= 1.09f)
        for (int t = 0; t < 4; t++)
            for (int y = (int)(tall[t] * rx); y < e.height; y += 2)
                for (int x = (int)(0.5f * rx); (float)x < (float)e.width - 0.5f * rx; x += 2) {
                    const float ry = tall[t] * rx,
                                score = dome_score(&e, (const float(*)[2])arc, (float)x, (float)y, rx, ry);
                    if (score <= best) continue;
                    best = score;
                    *out = (SilhouetteGuess){{(float)x * step, ((float)y + (more - 1) * ry) * step},
                                             {rx * step, more * ry * step},
                                             .is_close = !from_above};
                }
    arena_rewind(scratch, mark);
    return best > 0;
}

/* A head's sides are free and its crown too; below it goes on as a neck. */
static float head_box_score(const Edges *e, float x, float y, float rx, float ry) {
    const float in = box_sum(e, e->skin, x - 0.75f * rx, y - 0.75f * ry, x + 0.75f * rx, y + 0.75f * ry);
    const float left = box_sum(e, e->skin, x - 1.5f * rx, y - ry, x - 1.1f * rx, y + 0.7f * ry);
    const float right = box_sum(e, e->skin, x + 1.1f * rx, y - ry, x + 1.5f * rx, y + 0.7f * ry);
    const float above = box_sum(e, e->skin, x - rx, y - 1.5f * ry, x + rx, y - 1.1f * ry);
    return in / (2.25f * rx * ry) - (left + right) / (1.36f * rx * ry) - above / (0.8f * rx * ry);
}

bool silhouette_guess_by_skin(const Image *image, const SkinTone *skin, Arena *scratch,
                              SilhouetteGuess *out) {
    const size_t mark = arena_mark(scratch);
    const float round = 1.1f, least = 0.3f;
    float best = least;
    Edges e;
    if (!skin->known || !edges_build(image, skin, scratch, &e)) return false;
    const float step = (float)image->width / (float)e.width;
    for (float rx = 0.08f * (float)e.width; rx < 0.4f * (float)e.width; rx *= 1.12f)
        for (int y = (int)rx; y < e.height - (int)rx; y++)
            for (int x = (int)rx; x < e.width - (int)rx; x++) {
                const float score = head_box_score(&e, (float)x, (float)y, rx, round * rx) + 0.1f * logf(rx);
                if (score <= best) continue;
                best = score;
                *out = (SilhouetteGuess){
                    {(float)x * step, (float)y * step}, {rx * step, round * rx * step}, .chin_known = true};
            }
    arena_rewind(scratch, mark);
    return best > least;
}
