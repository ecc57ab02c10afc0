#include "fitmatch.h"
#include "boxblur.h"
#include <math.h>
#include <string.h>

enum { PATCH = 13, REACH_CELLS = 8, REGION = PATCH + 2 * REACH_CELLS, PAIR_MAX = 500, DEPTH_CELL_PX = 4 };
static const float FACING_MIN = 0.34f, NCC_MIN = 0.62f, NCC_LEAD = 0.06f, TEXTURE_MIN = 0.012f;
static const float DEPTH_SLACK_MM = 4;

typedef struct Band {
    const FitView *view;
    int width, height;
    float *v;     /* band-passed log luminance */
    float *depth; /* coarse z-buffer, mm; 0 empty */
    int depth_width, depth_height;
} Band;

/* The bands of a photo are kept by scale: they do not depend on the head. */
static float *band_values(FitView *view, float cell_mm, Arena *keep, Arena *scratch) {
    FitBand *slot = NULL;
    for (int k = 0; k < FIT_BANDS; k++) {
        if (view->band[k].values && view->band[k].cell_mm == cell_mm) return view->band[k].values;
        if (!view->band[k].values && !slot) slot = &view->band[k];
    }
    ASSERT(slot);
    const size_t mark = arena_mark(scratch);
    const int w = view->image.width, h = view->image.height;
    const size_t count = (size_t)w * (size_t)h;
    const double px_per_mm = view->camera.focal / view->camera.t[2];
    float *v = ARENA_ARRAY(keep, float, count);
    float *low = ARENA_ARRAY(scratch, float, count), *work = ARENA_ARRAY(scratch, float, count);
    if (!v || !low || !work) return NULL;
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < count; i++) {
        const uint8_t *p = view->image.rgba + 4 * i;
        const float lum = 0.2126f * srgb8_to_linear_table[p[0]] + 0.7152f * srgb8_to_linear_table[p[1]] +
                          0.0722f * srgb8_to_linear_table[p[2]];
        v[i] = logf(lum + 0.01f);
    }
    const int fine = (int)lround(0.5 * (double)cell_mm * px_per_mm),
              coarse = (int)lround(4.4 * (double)cell_mm * px_per_mm);
    if (fine > 0) boxblur(v, work, w, h, fine, 1);
    memcpy(low, v, count * sizeof *low);
    boxblur(low, work, w, h, coarse > 2 ? coarse : 2, 2);
    for (size_t i = 0; i < count; i++) v[i] -= low[i];
    *slot = (FitBand){cell_mm, v};
    arena_rewind(scratch, mark);
    return v;
}

static bool band_make(FitView *view, float cell_mm, Arena *keep, Arena *scratch, Band *out) {
    *out = (Band){.view = view,
                  .width = view->image.width,
                  .height = view->image.height,
                  .v = band_values(view, cell_mm, keep, scratch)};
    return out->v;
}

static void depth_triangle(Band *band, float c[3][3]) {
    const float area = (c[1][0] - c[0][0]) * (c[2][1] - c[0][1]) - (c[1][1] - c[0][1]) * (c[2][0] - c[0][0]);
    if (fabsf(area) < 1e-9f) return;
    const float lo_x = fminf(c[0][0], fminf(c[1][0], c[2][0])),
                hi_x = fmaxf(c[0][0], fmaxf(c[1][0], c[2][0]));
    const float lo_y = fminf(c[0][1], fminf(c[1][1], c[2][1])),
                hi_y = fmaxf(c[0][1], fmaxf(c[1][1], c[2][1]));
    for (int y = lo_y < 0 ? 0 : (int)lo_y; y < band->depth_height && (float)y <= hi_y; y++)
        for (int x = lo_x < 0 ? 0 : (int)lo_x; x < band->depth_width && (float)x <= hi_x; x++) {
            const float p[2] = {(float)x + 0.5f, (float)y + 0.5f};
            const float u =
                ((c[1][0] - p[0]) * (c[2][1] - p[1]) - (c[1][1] - p[1]) * (c[2][0] - p[0])) / area;
            const float v =
                ((c[2][0] - p[0]) * (c[0][1] - p[1]) - (c[2][1] - p[1]) * (c[0][0] - p[0])) / area;
            if (u < -0.01f || v < -0.01f || u + v > 1.01f) continue;
            const float z = u * c[0][2] + v * c[1][2] + (1 - u - v) * c[2][2];
            float *at = &band->depth[y * band->depth_width + x];
            if (*at == 0 || z < *at) *at = z;
        }
}

static bool depth_make(const FitBasis *basis, const FitView *view, Arena *scratch, Band *band) {
    band->depth_width = band->width / DEPTH_CELL_PX + 1;
    band->depth_height = band->height / DEPTH_CELL_PX + 1;
    band->depth = ARENA_ARRAY(scratch, float, (size_t)band->depth_width *(size_t)band->depth_height);
    float(*at)[3] = arena_push_array(scratch, sizeof *at, basis->vertex_count);
    if (!band->depth || !at) return false;
    for (uint32_t v = 0; v < basis->vertex_count; v++) {
        double px[2];
        at[v][2] = (float)fitcamera_project(&view->camera, basis->pos[v], px);
        at[v][0] = (float)px[0] / DEPTH_CELL_PX;
        at[v][1] = (float)px[1] / DEPTH_CELL_PX;
    }
    for (uint32_t t = 0; t < basis->triangle_count; t++) {
        float c[3][3];
        for (int k = 0; k < 3; k++) memcpy(c[k], at[basis->tri[t][k]], sizeof c[k]);
        depth_triangle(band, c);
    }
    return true;
}

/* Where a vertex lies in a photo and how steps along the surface (mm) move there. */
typedef struct Seen {
    float px[2], step[2][2]; /* step[i][j]: d px[i] / d tangent j */
} Seen;

static bool vertex_seen(const FitBasis *basis, const Band *band, uint32_t vertex, const float tangent[2][3],
                        Seen *out) {
    const FitView *view = band->view;
    double centre[3], facing = 0, length = 0;
    fitcamera_centre(&view->camera, centre);
    for (int i = 0; i < 3; i++) {
        const double d = centre[i] - (double)basis->pos[vertex][i];
        facing += d * (double)basis->nrm[vertex][i];
        length += d * d;
    }
    if (facing < (double)FACING_MIN * sqrt(length)) return false;
    FitProjection at;
    fitcamera_differentiate(&view->camera, basis->pos[vertex], &at);
    const int x = (int)at.px[0] / DEPTH_CELL_PX, y = (int)at.px[1] / DEPTH_CELL_PX;
    if (at.px[0] < 2 || at.px[1] < 2 || x >= band->depth_width - 1 || y >= band->depth_height - 1)
        return false;
    const float z = band->depth[y * band->depth_width + x];
    if (z <= 0 || at.depth_mm > (double)(z + DEPTH_SLACK_MM)) return false;
    for (int i = 0; i < 2; i++) {
        out->px[i] = (float)at.px[i];
        for (int j = 0; j < 2; j++)
            out->step[i][j] = (float)(at.by_point[i][0] * (double)tangent[j][0] +
                                      at.by_point[i][1] * (double)tangent[j][1] +
                                      at.by_point[i][2] * (double)tangent[j][2]);
    }
    return true;
}

static void tangents(const float n[3], float out[2][3]) {
    const int least =
        fabsf(n[0]) < fabsf(n[1]) ? (fabsf(n[0]) < fabsf(n[2]) ? 0 : 2) : (fabsf(n[1]) < fabsf(n[2]) ? 1 : 2);
    float a[3] = {0, 0, 0}, length = 0;
    a[least] = 1;
    for (int i = 0; i < 3; i++) {
        out[0][i] = a[i] - n[least] * n[i];
        length += out[0][i] * out[0][i];
    }
    for (int i = 0; i < 3; i++) out[0][i] /= sqrtf(length);
    for (int i = 0; i < 3; i++)
        out[1][i] = n[(i + 1) % 3] * out[0][(i + 2) % 3] - n[(i + 2) % 3] * out[0][(i + 1) % 3];
}

/* What lies outside the head's mask in a patch. */
static const float OUTSIDE = 1e9f;

/* size x size samples around a vertex, cell_mm apart on the surface. */
static void sample_patch(const Band *band, const Seen *seen, float cell_mm, int size, float *out) {
    const uint8_t *mask = band->view->has_outline ? band->view->silhouette.mask : NULL;
    for (int k = 0; k < size * size; k++) {
        const float a = ((float)(k % size) - 0.5f * (float)(size - 1)) * cell_mm;
        const float b = ((float)(k / size) - 0.5f * (float)(size - 1)) * cell_mm;
        const float x = seen->px[0] + seen->step[0][0] * a + seen->step[0][1] * b - 0.5f;
        const float y = seen->px[1] + seen->step[1][0] * a + seen->step[1][1] * b - 0.5f;
        out[k] = OUTSIDE;
        if (x < 0 || y < 0 || x >= (float)band->width - 1 || y >= (float)band->height - 1) continue;
        const int ix = (int)x, iy = (int)y;
        const size_t at = (size_t)iy * (size_t)band->width + (size_t)ix, w = (size_t)band->width;
        if (mask && !mask[at]) continue;
        const float u = x - (float)ix, v = y - (float)iy;
        out[k] = (1 - v) * ((1 - u) * band->v[at] + u * band->v[at + 1]) +
                 v * ((1 - u) * band->v[at + w] + u * band->v[at + w + 1]);
    }
}

/* To zero mean and unit length; returns the deviation it had, 0 when part of it lies outside. */
static float normalise(float *patch, int count) {
    float mean = 0, square = 0;
    for (int k = 0; k < count; k++) {
        if (patch[k] >= OUTSIDE) return 0;
        mean += patch[k] / (float)count;
    }
    for (int k = 0; k < count; k++) {
        patch[k] -= mean;
        square += patch[k] * patch[k];
    }
    const float deviation = sqrtf(square / (float)count);
    for (int k = 0; k < count; k++) patch[k] /= sqrtf(square) + 1e-9f;
    return deviation;
}

static float correlate(const float *patch, const float *region, int size, int x, int y) {
    float sum = 0, mean = 0, square = 0;
    for (int j = 0; j < PATCH; j++)
        for (int i = 0; i < PATCH; i++) {
            const float v = region[(y + j) * size + x + i];
            if (v >= OUTSIDE) return 0;
            sum += v * patch[j * PATCH + i];
            mean += v;
            square += v * v;
        }
    const float n = PATCH * PATCH, spread = square - mean * mean / n;
    return spread > n * TEXTURE_MIN * TEXTURE_MIN * 0.3f ? sum / sqrtf(spread) : 0;
}

/* Best shift in mm on the surface; false when weak, ambiguous or at the search's rim. */
static bool best_shift(const float *patch, const float *region, const FitMatchScale *scale, float shift_mm[2],
                       float *ncc) {
    const int reach = scale->reach_cells, size = PATCH + 2 * reach, span = 2 * reach + 1;
    float score[(2 * REACH_CELLS + 1) * (2 * REACH_CELLS + 1)];
    int best = 0;
    for (int k = 0; k < span * span; k++) {
        score[k] = correlate(patch, region, size, k % span, k / span);
        if (score[k] > score[best]) best = k;
    }
    const int x = best % span, y = best / span;
    if (score[best] < NCC_MIN || x == 0 || y == 0 || x == span - 1 || y == span - 1) return false;
    for (int k = 0; k < span * span; k++) {
        const int dx = k % span - x, dy = k / span - y;
        if (dx * dx + dy * dy > 6 && score[k] > score[best] - NCC_LEAD) return false;
    }
    for (int i = 0; i < 2; i++) {
        const int step = i ? span : 1;
        const float a = score[best - step], c = score[best + step], bend = a - 2 * score[best] + c;
        const float peak = bend < -1e-6f ? fminf(fmaxf(0.5f * (a - c) / bend, -0.5f), 0.5f) : 0;
        shift_mm[i] = ((float)((i ? y : x) - reach) + peak) * scale->cell_mm;
    }
    *ncc = score[best];
    return true;
}

static bool match_vertex(const FitState *state, const Band *a, const Band *b, uint32_t vertex,
                         const FitMatchScale *scale, FitMatch *out) {
    float t[2][3], patch[PATCH * PATCH], region[REGION * REGION], shift[2], ncc;
    const int reach = scale->reach_cells;
    Seen seen[2];
    tangents(state->basis.nrm[vertex], t);
    if (!vertex_seen(&state->basis, a, vertex, (const float(*)[3])t, &seen[0]) ||
        !vertex_seen(&state->basis, b, vertex, (const float(*)[3])t, &seen[1]))
        return false;
    sample_patch(a, &seen[0], scale->cell_mm, PATCH, patch);
    if (normalise(patch, PATCH * PATCH) < TEXTURE_MIN) return false;
    sample_patch(b, &seen[1], scale->cell_mm, PATCH + 2 * reach, region);
    if (!best_shift(patch, region, scale, shift, &ncc)) return false;
    const float(*ja)[2] = (const float(*)[2])seen[0].step, (*jb)[2] = (const float(*)[2])seen[1].step;
    const float det = ja[0][0] * ja[1][1] - ja[0][1] * ja[1][0];
    if (fabsf(det) < 1e-6f) return false;
    const float inverse[2][2] = {{ja[1][1] / det, -ja[0][1] / det}, {-ja[1][0] / det, ja[0][0] / det}};
    float size = 0;
    *out = (FitMatch){.vertex = vertex};
    for (int i = 0; i < 2; i++) {
        out->at[0][i] = seen[0].px[i];
        out->at[1][i] = seen[1].px[i];
        out->moved[i] = jb[i][0] * shift[0] + jb[i][1] * shift[1];
        for (int j = 0; j < 2; j++) {
            out->map[i][j] = jb[i][0] * inverse[0][j] + jb[i][1] * inverse[1][j];
            size += jb[i][j] * jb[i][j];
        }
    }
    /* Two thirds of a cell when weak, a third when strong. */
    out->sigma_px = sqrtf(0.5f * size) * scale->cell_mm * (ncc > 0.8f ? 0.35f : 0.7f) + 0.25f;
    return true;
}

static int match_pair(FitState *state, const Band *band, int a, int b, const FitMatchScale *scale,
                      FitMatch *slot, bool *ok) {
    const uint32_t n = state->basis.vertex_count;
    int count = 0;
#pragma omp parallel for schedule(dynamic, 64)
    for (uint32_t v = 0; v < n; v++)
        ok[v] = v % (uint32_t)scale->every == 0 && !state->basis.neck[v] && !state->basis.ear[v] &&
                match_vertex(state, &band[a], &band[b], v, scale, &slot[v]);
    uint32_t found = 0;
    for (uint32_t v = 0; v < n; v++) found += ok[v];
    const uint32_t every = found / PAIR_MAX + 1;
    for (uint32_t v = 0, seen = 0; v < n; v++)
        if (ok[v] && seen++ % every == 0 && state->match_count < FIT_MATCHES_MAX) {
            slot[v].photo[0] = (uint8_t)a;
            slot[v].photo[1] = (uint8_t)b;
            state->match[state->match_count++] = slot[v];
            count++;
        }
    return count;
}

bool fitmatch_find(FitState *state, uint32_t views, uint32_t about, FitMatchScale scale, Arena *scratch,
                   int pair_count[CASE_PHOTOS][CASE_PHOTOS], Err *err) {
    const size_t mark = arena_mark(scratch);
    Band band[CASE_PHOTOS] = {{0}};
    const uint32_t n = state->basis.vertex_count;
    FitMatch *slot = ARENA_ARRAY(scratch, FitMatch, n);
    bool *ok = ARENA_ARRAY(scratch, bool, n);
    ASSERT(scale.reach_cells <= REACH_CELLS);
    state->match_count = 0;
    memset(pair_count, 0, sizeof(int) * CASE_PHOTOS * CASE_PHOTOS);
    for (int p = 0; p < CASE_PHOTOS; p++) {
        FitView *view = &state->view[p];
        if (!(views >> p & 1) || !view->present) continue;
        if (!slot || !ok || !band_make(view, scale.cell_mm, state->arena, scratch, &band[p]) ||
            !depth_make(&state->basis, view, scratch, &band[p]))
            return err_set(err, "there is not enough memory to compare the photos");
    }
    for (int a = 0; a < CASE_PHOTOS; a++)
        for (int b = a + 1; b < CASE_PHOTOS; b++)
            if (band[a].v && band[b].v && ((about >> a & 1) || (about >> b & 1)))
                pair_count[a][b] = pair_count[b][a] = match_pair(state, band, a, b, &scale, slot, ok);
    arena_rewind(scratch, mark);
    return true;
}
