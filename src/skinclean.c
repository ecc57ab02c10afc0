#include "skinclean.h"
#include "boxblur.h"
#include <math.h>
#include <stdlib.h>

enum { BINS = 256 };

#define FACING_LEAST 0.5f
#define BIN_LOG      0.0005f
#define STANDS_OUT   3.0f /* deviations of noise from which half of a difference is kept */
#define HUE_LOG      0.08f /* likewise of colour: what differs more is another thing, hair or the wall behind */

/* Red, green, blue <-> brightness, red and blue without green; exact but for the last unit. */
static void split(int16_t p[4]) {
    int r = p[0], g = p[1], b = p[2];
    p[0] = (int16_t)((r + 2 * g + b) >> 2);
    p[1] = (int16_t)((r - g) / 2);
    p[2] = (int16_t)((b - g) / 2);
}

static int16_t clamped(int value) {
    return (int16_t)(value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value);
}

static void join(int16_t p[4]) {
    int y = p[0], r = 2 * p[1], b = 2 * p[2], g = y - (r + b) / 4;
    p[0] = clamped(g + r);
    p[1] = clamped(g);
    p[2] = clamped(g + b);
}

/* What of a difference is taken for noise; of `least`, half. */
static float noise_of(float difference, float least) {
    float r = difference / least;
    return difference / (1 + r * r);
}

static bool blur_colour(SkinView *view, int radius, Arena *scratch) {
    size_t mark = arena_mark(scratch), count = (size_t)view->width * (size_t)view->height;
    float *plane = ARENA_ARRAY(scratch, float, count), *work = ARENA_ARRAY(scratch, float, count);
    if (!plane || !work) return false;
    for (int c = 1; c < 3; c++) {
        for (size_t i = 0; i < count; i++) plane[i] = (float)view->log_rgb[i][c];
        boxblur(plane, work, view->width, view->height, radius, 2);
        for (size_t i = 0; i < count; i++) {
            float fine = (float)view->log_rgb[i][c] - plane[i];
            view->log_rgb[i][c] -= (int16_t)lrintf(noise_of(fine, HUE_LOG * SKINPROJECT_SCALE / 2));
        }
    }
    arena_rewind(scratch, mark);
    return true;
}

/* What is finer than a pixel's deviation in brightness: the difference from 1 4 6 4 1 both ways. */
static bool fine_part(const SkinView *view, Arena *arena, Arena *scratch, int16_t **out) {
    size_t w = (size_t)view->width, count = w * (size_t)view->height;
    int16_t *fine = *out = ARENA_ARRAY(arena, int16_t, count);
    size_t mark = arena_mark(scratch);
    int16_t *rows = ARENA_ARRAY(scratch, int16_t, count);
    if (!fine || !rows) return false;
    int last_x = view->width - 1, last_y = view->height - 1;
#pragma omp parallel for schedule(static)
    for (int y = 0; y <= last_y; y++) {
        const int16_t(*p)[4] = (const int16_t(*)[4])view->log_rgb + (size_t)y * w;
        for (int x = 0; x <= last_x; x++) {
            int a = x > 0 ? x - 1 : 0, aa = x > 1 ? x - 2 : 0, b = x < last_x ? x + 1 : x,
                bb = x + 2 <= last_x ? x + 2 : last_x;
            rows[(size_t)y * w + (size_t)x] =
                (int16_t)((p[aa][0] + p[bb][0] + 4 * (p[a][0] + p[b][0]) + 6 * p[x][0]) / 16);
        }
    }
#pragma omp parallel for schedule(static)
    for (int y = 0; y <= last_y; y++) {
        int a = y > 0 ? y - 1 : 0, aa = y > 1 ? y - 2 : 0, b = y < last_y ? y + 1 : y,
            bb = y + 2 <= last_y ? y + 2 : last_y;
        const int16_t *r[5] = {rows + (size_t)aa * w, rows + (size_t)a * w, rows + (size_t)y * w,
                               rows + (size_t)b * w, rows + (size_t)bb * w};
        for (size_t x = 0; x < w; x++) {
            int smooth = (r[0][x] + r[4][x] + 4 * (r[1][x] + r[3][x]) + 6 * r[2][x]) / 16;
            fine[(size_t)y * w + x] = (int16_t)(view->log_rgb[(size_t)y * w + x][0] - smooth);
        }
    }
    arena_rewind(scratch, mark);
    return true;
}

/* Deviation of the fine part on skin that faces the camera, from its median: few hairs and lids do not count.
 */
static float noise_on_skin(const SkinSurface *s, const SkinView *view, const int16_t *fine) {
    uint32_t bin[BINS] = {0}, total = 0, below = 0;
    double centre[3];
    camera_centre(&view->camera, centre);
    for (uint32_t i = 0; i < s->node_count; i += 3) {
        double p[3], at[2], along = 0, len = 0;
        for (int c = 0; c < 3; c++) {
            p[c] = (double)s->pos[i][c];
            along += (centre[c] - p[c]) * (double)s->nrm[i][c];
            len += (centre[c] - p[c]) * (centre[c] - p[c]);
        }
        if (along < (double)FACING_LEAST * sqrt(len) || camera_project(&view->camera, p, at) <= 0) continue;
        if (at[0] < 0 || at[1] < 0 || at[0] >= view->width || at[1] >= view->height) continue;
        float off = (float)abs(fine[(size_t)at[1] * (size_t)view->width + (size_t)at[0]]) / SKINPROJECT_SCALE;
        bin[(int)fminf(BINS - 1, off / BIN_LOG)]++;
        total++;
    }
    int median = 0;
    for (; median < BINS - 1 && 2 * (below + bin[median]) < total; median++) below += bin[median];
    return total ? 1.4826f * ((float)median + 0.5f) * BIN_LOG : 0;
}

bool skinclean_view(const SkinSurface *surface, SkinView *view, Arena *scratch) {
    size_t mark = arena_mark(scratch), count = (size_t)view->width * (size_t)view->height;
    int16_t *fine;
    for (size_t i = 0; i < count; i++) split(view->log_rgb[i]);
    if (!blur_colour(view, (int)fmaxf(1, 1.2f * SKINCLEAN_COLOUR_MM * view->px_per_mm + 0.5f), scratch) ||
        !fine_part(view, scratch, scratch, &fine))
        return false;
    view->noise = noise_on_skin(surface, view, fine);
    float least = fmaxf(1, STANDS_OUT * view->noise * SKINPROJECT_SCALE);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < count; i++) {
        view->log_rgb[i][0] -= (int16_t)lrintf(noise_of(fine[i], least));
        join(view->log_rgb[i]);
    }
    arena_rewind(scratch, mark);
    return true;
}
