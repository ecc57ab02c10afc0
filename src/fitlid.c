#include "fitlid.h"
#include "fitface.h"
#include "fitprofile.h"
#include <math.h>

enum { ROWS = 13, COLUMNS = 33, JUMP = 2 };
static const float ROW_MM = 0.5f, STEP_MM = 0.35f;
/* The first row, over the line where lids meet: lashes grow below it. */
static const float LID_FROM_MM = 1.5f;
static const float OUTLINE_MM = 2;    /* so near to the head's outline an edge is its own */
static const float EDGE_MM = 0.6f;    /* width of the step that is looked for */
static const float EDGE_HALF = 0.05f; /* of log luminance: a step that counts half */
static const float BEND_COST = 0.06f, AWAY_COST = 0.12f;
static const float EDGE_MIN = 0.45f;
static const float SIGMA_MM = 0.8f;

/* Rows up the lid, columns to the front; the middle column lies where the head's own lid ends. */
typedef struct LidStrip {
    int rows, columns[ROWS]; /* columns: of each row, before the head's outline */
    float front_px[2], per_mm;
    float light[ROWS][COLUMNS], edge[ROWS][COLUMNS];
    int path[ROWS];
} LidStrip;

/* Where a row of the lid turns away from the camera: between the inner corner and as far outside of the eye's
 * middle. */
static bool rim_of_row(const FitState *state, const FitView *view, bool left, float u, float px[2]) {
    const float middle = head_landmark_site(state->model, left ? LM_LEFT_PUPIL : LM_RIGHT_PUPIL).v,
                corner =
                    head_landmark_site(state->model, left ? LM_LEFT_ENDOCANTHION : LM_RIGHT_ENDOCANTHION).v;
    return fitprofile_rim(state, view, u, (const float[2]){2 * middle - corner, corner}, px);
}

static bool outside(const Silhouette *s, const float px[2]) {
    const int x = (int)px[0], y = (int)px[1];
    return x < 0 || y < 0 || x >= s->width || y >= s->height ||
           !s->mask[(size_t)y * (size_t)s->width + (size_t)x];
}

static float log_light(const Image *image, const float px[2]) {
    float rgb[3];
    image_sample_linear(image, px[0], px[1], rgb);
    return logf(0.2126f * rgb[0] + 0.7152f * rgb[1] + 0.0722f * rgb[2] + 0.01f);
}

/* Light along each row, up to the head's outline. */
static void read_rows(const FitState *state, const FitView *view, bool left, LidStrip *s) {
    const HeadSite line = head_lid_line_site(state->model, left, 0.5f);
    float low[3], high[3];
    head_eval(state->model, &state->shape, line, low, NULL);
    head_eval(state->model, &state->shape, (HeadSite){HEAD_SKIN, line.u + 0.01f, line.v}, high, NULL);
    const float u_per_mm = 0.01f / fmaxf(high[1] - low[1], 0.5f), beyond = OUTLINE_MM * s->per_mm;
    s->rows = 0;
    for (int k = 0; k < ROWS; k++) {
        const float u = line.u + u_per_mm * (LID_FROM_MM + ROW_MM * (float)k);
        float rim[2];
        int c = 0;
        if (!rim_of_row(state, view, left, u, rim)) continue;
        for (; c < COLUMNS; c++) {
            const float off = STEP_MM * s->per_mm * (float)(c - COLUMNS / 2);
            float px[2], next[2];
            for (int i = 0; i < 2; i++) {
                px[i] = rim[i] + off * s->front_px[i];
                next[i] = px[i] + beyond * s->front_px[i];
            }
            if (outside(&view->silhouette, next)) break;
            s->light[s->rows][c] = log_light(&view->image, px);
        }
        if (c <= COLUMNS / 2) continue;
        s->columns[s->rows++] = c;
    }
}

/* Steps of one sign along the rows, averaged over neighbours; what grows evenly along a row is shading. */
static void find_edges(LidStrip *s, float sign) {
    enum { REACH = 4 };
    float kernel[2 * REACH + 1], raw[ROWS][COLUMNS] = {{0}};
    for (int k = -REACH; k <= REACH; k++) {
        const float q = STEP_MM * (float)k / EDGE_MM;
        kernel[k + REACH] = sign * q * expf(-0.5f * q * q) * STEP_MM / (EDGE_MM * 2.5066f);
    }
    for (int r = 0; r < s->rows; r++) {
        const int last = s->columns[r] - 1;
        float mean = 0;
        for (int c = 0; c <= last; c++) {
            for (int k = -REACH; k <= REACH; k++) {
                const int at = c + k < 0 ? 0 : c + k > last ? last : c + k;
                raw[r][c] += kernel[k + REACH] * s->light[r][at];
            }
            mean += raw[r][c] / (float)(last + 1);
        }
        for (int c = 0; c <= last; c++) raw[r][c] -= mean;
    }
    for (int r = 0; r < s->rows; r++)
        for (int c = 0; c < COLUMNS; c++) {
            const int before = r ? r - 1 : r, after = r + 1 < s->rows ? r + 1 : r;
            const float v = 0.25f * raw[before][c] + 0.5f * raw[r][c] + 0.25f * raw[after][c];
            s->edge[r][c] = v > 0 ? v / (v + EDGE_HALF) : 0;
        }
}

/* The way up the lid that gathers most edge, bends least and strays least from the head's own. */
static float follow(LidStrip *s) {
    float best[ROWS][COLUMNS];
    int8_t from[ROWS][COLUMNS];
    const float half = 0.5f * (COLUMNS - 1);
    for (int r = 0; r < s->rows; r++)
        for (int c = 0; c < COLUMNS; c++) {
            const float away = ((float)c - half) / half;
            float before = r ? -INFINITY : 0;
            from[r][c] = 0;
            for (int j = -JUMP; r && j <= JUMP; j++) {
                if (c + j < 0 || c + j >= COLUMNS) continue;
                const float v = best[r - 1][c + j] - BEND_COST * (float)(j * j);
                if (v <= before) continue;
                before = v;
                from[r][c] = (int8_t)j;
            }
            best[r][c] = before + s->edge[r][c] - AWAY_COST * away * away;
        }
    int c = 0;
    for (int k = 1; k < COLUMNS; k++)
        if (best[s->rows - 1][k] > best[s->rows - 1][c]) c = k;
    const float all = best[s->rows - 1][c];
    for (int r = s->rows - 1; r >= 0; r--) {
        s->path[r] = c;
        c += from[r][c];
    }
    return all;
}

static int compare_ints(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

static float strength(const LidStrip *s) {
    float sum = 0;
    for (int r = 0; r < s->rows; r++) sum += s->edge[r][s->path[r]] / (float)s->rows;
    return sum;
}

void fitlid_find(FitState *state, int photo) {
    FitView *view = &state->view[photo];
    if (!view->has_outline || state->shape.lids_closed < 1 || !fitprofile_is_side(view)) return;
    const bool left = fitcamera_from_left(&view->camera) > 0;
    const double forward = hypot(view->camera.r[0][2], view->camera.r[1][2]);
    LidStrip s = {.per_mm = (float)(view->camera.focal / view->camera.t[2])};
    for (int i = 0; i < 2; i++) s.front_px[i] = (float)(view->camera.r[i][2] / forward);
    read_rows(state, view, left, &s);
    if (s.rows < ROWS / 2) return;
    float best = -INFINITY, found = 0;
    int middle = 0;
    for (int sign = -1; sign <= 1; sign += 2) {
        find_edges(&s, (float)sign);
        const float all = follow(&s);
        if (all <= best) continue;
        best = all;
        found = strength(&s);
        qsort(s.path, (size_t)s.rows, sizeof *s.path, compare_ints);
        middle = s.path[s.rows / 2];
    }
    const float off = STEP_MM * (float)(middle - COLUMNS / 2);
    log_message(LOG_DEBUG, "fit: %s lid: %d rows, edge %.2f, %.1f mm before the head's",
                photo_slot_names[photo], s.rows, (double)found, (double)off);
    if (found < EDGE_MIN) return;
    const int site = left ? LM_LEFT_PUPIL : LM_RIGHT_PUPIL;
    FitPoint point = {.site = {site, site}, .share = 1, .sigma_px = {SIGMA_MM * s.per_mm, 0}};
    fitsolve_site_px(state, view, site, point.px);
    for (int i = 0; i < 2; i++) {
        point.px[i] += off * s.per_mm * s.front_px[i];
        point.axis[0][i] = s.front_px[i];
    }
    point.axis[1][0] = -s.front_px[1];
    point.axis[1][1] = s.front_px[0];
    fitface_put_point(view, &point);
}
