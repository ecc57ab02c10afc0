#include "fitcurve.h"
#include "fitface.h"
#include <math.h>
#include <string.h>

/* The strip about a line: one column a step along it, rows across it. */
enum { NODES = FIT_LINE_SITES + 2, COLUMNS_MAX = 256, ROWS_MAX = 61, JUMP = 2, END_LEAST = 4 };
static const float STEP_MM = 0.4f, BEYOND_MM = 9;
static const float RIDGE_MM = 0.8f, FINE_MM = 0.5f, ALONG_MM = 1.2f;
static const float RIDGE_HALF = 0.05f; /* of log luminance: a ridge that counts half */
static const float BEND_COST = 0.06f, AWAY_COST = 0.15f;
static const float RIDGE_MIN = 0.18f;
static const float END_NOISE = 0.08f, END_ALIKE = 4; /* columns that say the same */
/* Against true corners of 80 mouths and as many lids: beside the spread, rms. */
static const float ACROSS_SIGMA_MM = 0.8f, CORNER_SIGMA_MM = 1.2f;
static const float SEEN_MIN = 0.30f; /* cosine */

/* Line places from corner to corner; a lid's first is the inner corner, the mouth's the right one. */
typedef struct FaceCurve {
    int corner[2], first_site;
    float azimuth_rad[2]; /* where the face points at both corners, from straight ahead to the left */
    bool lids;
} FaceCurve;
static const FaceCurve curves[] = {
    {{LM_RIGHT_ENDOCANTHION, LM_RIGHT_EXOCANTHION}, FIT_RIGHT_LID_LINE, {-0.1f, -0.7f}, true},
    {{LM_LEFT_ENDOCANTHION, LM_LEFT_EXOCANTHION}, FIT_LEFT_LID_LINE, {0.1f, 0.7f}, true},
    {{LM_RIGHT_CHEILION, LM_LEFT_CHEILION}, FIT_LIP_LINE, {-0.9f, 0.9f}, false},
};

typedef struct Strip {
    int site[NODES], nodes;                  /* of the model's line, those that the photo sees */
    float node_px[NODES][2], node_at[NODES]; /* columns */
    bool ends[2];                            /* in a corner that the photo sees */
    int columns, rows;
    float px[COLUMNS_MAX][2], across[COLUMNS_MAX][2]; /* of each column's middle; unit, down the face */
    float step_px;
    float ridge[COLUMNS_MAX][ROWS_MAX], fine[COLUMNS_MAX][ROWS_MAX];
    int path[COLUMNS_MAX];
} Strip;

static void take_nodes(const FitState *state, const FitView *view, const FaceCurve *curve, Strip *out) {
    double centre[3];
    fitcamera_centre(&view->camera, centre);
    const double away = hypot(centre[0], centre[2]);
    out->nodes = 0;
    out->ends[0] = out->ends[1] = false;
    for (int k = 0; k < NODES; k++) {
        const float t = (float)k / (NODES - 1),
                    azimuth = curve->azimuth_rad[0] + t * (curve->azimuth_rad[1] - curve->azimuth_rad[0]);
        const double facing = (centre[0] * sin((double)azimuth) + centre[2] * cos((double)azimuth)) / away;
        if (facing < (double)SEEN_MIN) continue;
        const int site = k == 0           ? curve->corner[0]
                         : k == NODES - 1 ? curve->corner[1]
                                          : curve->first_site + k - 1;
        if (k == 0) out->ends[0] = true;
        if (k == NODES - 1) out->ends[1] = true;
        out->site[out->nodes] = site;
        fitsolve_site_px(state, view, site, out->node_px[out->nodes++]);
    }
}

/* Columns even along the line through the nodes, going on straight beyond the corners. */
static void lay_columns(Strip *s, float px_per_mm) {
    const int last = s->nodes - 1, beyond = (int)(BEYOND_MM / STEP_MM);
    s->step_px = STEP_MM * px_per_mm;
    float length[NODES] = {0};
    for (int k = 1; k <= last; k++)
        length[k] = length[k - 1] +
                    hypotf(s->node_px[k][0] - s->node_px[k - 1][0], s->node_px[k][1] - s->node_px[k - 1][1]);
    const int before = s->ends[0] ? beyond : 0, after = s->ends[1] ? beyond : 0;
    s->columns = before + (int)(length[last] / s->step_px) + 1 + after;
    if (s->columns > COLUMNS_MAX) s->columns = COLUMNS_MAX;
    for (int k = 0; k <= last; k++) s->node_at[k] = (float)before + length[k] / s->step_px;
    for (int c = 0, k = 0; c < s->columns; c++) {
        const float at = (float)(c - before) * s->step_px;
        while (k < last - 1 && at > length[k + 1]) k++;
        const float t = (at - length[k]) / fmaxf(length[k + 1] - length[k], 1e-3f);
        for (int i = 0; i < 2; i++)
            s->px[c][i] = s->node_px[k][i] + t * (s->node_px[k + 1][i] - s->node_px[k][i]);
    }
}

/* Across the line, from the direction over some millimetres of it; down the face for either way along it. */
static void lay_across(Strip *s, const float down[2]) {
    const int reach = (int)(3 / STEP_MM);
    for (int c = 0; c < s->columns; c++) {
        const int a = c > reach ? c - reach : 0, b = c + reach < s->columns ? c + reach : s->columns - 1;
        float dx = s->px[b][0] - s->px[a][0], dy = s->px[b][1] - s->px[a][1];
        const float length = fmaxf(hypotf(dx, dy), 1e-6f), side = -dy * down[0] + dx * down[1] < 0 ? -1 : 1;
        s->across[c][0] = side * -dy / length;
        s->across[c][1] = side * dx / length;
    }
}

static float log_light(const Image *image, float x, float y) {
    float rgb[3];
    image_sample_linear(image, x, y, rgb);
    return logf(0.2126f * rgb[0] + 0.7152f * rgb[1] + 0.0722f * rgb[2] + 0.01f);
}

/* Second derivative across the line at one width, averaged along it. */
static void ridge_map(const float light[COLUMNS_MAX][ROWS_MAX], int columns, int rows, float width_mm,
                      float out[COLUMNS_MAX][ROWS_MAX]) {
    enum { REACH = 8 };
    float kernel[2 * REACH + 1], along[2 * REACH + 1], mean = 0, sum = 0;
    const float w = width_mm / STEP_MM, l = ALONG_MM / STEP_MM;
    static _Thread_local float across[COLUMNS_MAX][ROWS_MAX];
    for (int k = -REACH; k <= REACH; k++) {
        const float q = (float)(k * k) / (w * w);
        kernel[k + REACH] = (q - 1) * expf(-0.5f * q) / (w * 2.5066f);
        mean += kernel[k + REACH] / (2 * REACH + 1);
        sum += along[k + REACH] = expf(-0.5f * (float)(k * k) / (l * l));
    }
    for (int c = 0; c < columns; c++)
        for (int r = 0; r < rows; r++) {
            float v = 0;
            for (int k = -REACH; k <= REACH; k++) {
                const int at = r + k < 0 ? 0 : r + k >= rows ? rows - 1 : r + k;
                v += (kernel[k + REACH] - mean) * light[c][at];
            }
            across[c][r] = v;
        }
    for (int c = 0; c < columns; c++)
        for (int r = 0; r < rows; r++) {
            float v = 0;
            for (int k = -REACH; k <= REACH; k++) {
                const int at = c + k < 0 ? 0 : c + k >= columns ? columns - 1 : c + k;
                v += along[k + REACH] / sum * across[at][r];
            }
            out[c][r] = v > 0 ? v / (v + RIDGE_HALF) : 0;
        }
}

static void read_strip(const Image *image, float reach_mm, Strip *s) {
    static _Thread_local float light[COLUMNS_MAX][ROWS_MAX];
    const int half = (int)fminf(reach_mm / STEP_MM, ROWS_MAX / 2);
    s->rows = 2 * half + 1;
    for (int c = 0; c < s->columns; c++)
        for (int r = 0; r < s->rows; r++) {
            const float off = (float)(r - half) * s->step_px;
            light[c][r] =
                log_light(image, s->px[c][0] + off * s->across[c][0], s->px[c][1] + off * s->across[c][1]);
        }
    ridge_map((const float(*)[ROWS_MAX])light, s->columns, s->rows, RIDGE_MM, s->ridge);
    ridge_map((const float(*)[ROWS_MAX])light, s->columns, s->rows, FINE_MM, s->fine);
}

/* The way along the strip that gathers most ridge, bends least and strays least from the model's line. */
static void follow(Strip *s) {
    static _Thread_local float best[COLUMNS_MAX][ROWS_MAX];
    static _Thread_local int8_t from[COLUMNS_MAX][ROWS_MAX];
    const float half = 0.5f * (float)(s->rows - 1);
    for (int c = 0; c < s->columns; c++)
        for (int r = 0; r < s->rows; r++) {
            const float away = ((float)r - half) / half;
            float before = c ? -INFINITY : 0;
            for (int j = -JUMP; c && j <= JUMP; j++) {
                if (r + j < 0 || r + j >= s->rows) continue;
                const float v = best[c - 1][r + j] - BEND_COST * (float)(j * j);
                if (v <= before) continue;
                before = v;
                from[c][r] = (int8_t)j;
            }
            best[c][r] = before + s->ridge[c][r] - AWAY_COST * away * away;
        }
    int r = 0;
    for (int k = 1; k < s->rows; k++)
        if (best[s->columns - 1][k] > best[s->columns - 1][r]) r = k;
    for (int c = s->columns - 1; c >= 0; c--) {
        s->path[c] = r;
        if (c) r += from[c][r];
    }
}

static int compare_floats(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Median over the inner half of the nodes' stretch. */
static float typical(const Strip *s, const float map[COLUMNS_MAX][ROWS_MAX]) {
    float sorted[COLUMNS_MAX];
    int count = 0;
    const float a = s->node_at[0], b = s->node_at[s->nodes - 1];
    for (int c = (int)(a + 0.25f * (b - a)); c <= (int)(b - 0.25f * (b - a)) && c < s->columns; c++)
        sorted[count++] = map[c][s->path[c]];
    qsort(sorted, (size_t)count, sizeof *sorted, compare_floats);
    return count ? sorted[count / 2] : 0;
}

/* Where a line ends, in columns, and how surely. */
typedef struct LineEnd {
    float at, spread;
} LineEnd;

/* Two levels explain what is seen from a line's middle outwards, the line's and the skin's; the end lies
 * between them wherever that step may well be, as likely as what it leaves over tells. A line that fades
 * ends anywhere along the fading, one that breaks off in one place. */
static bool find_end(const Strip *s, int direction, LineEnd *out) {
    const float a = s->node_at[0], b = s->node_at[s->nodes - 1];
    const int start = (int)(direction > 0 ? b - 0.4f * (b - a) : a + 0.4f * (b - a)),
              count = direction > 0 ? s->columns - start : start + 1;
    float sum[COLUMNS_MAX + 1] = {0}, unlike[COLUMNS_MAX], least = INFINITY;
    for (int k = 0; k < count; k++) {
        const int c = start + direction * k;
        const float ridge = s->fine[c][s->path[c]];
        sum[k + 1] = sum[k] + ridge / (4 - 3 * ridge); /* saturates four times higher */
    }
    for (int k = END_LEAST; k <= count - END_LEAST; k++) {
        const float line = sum[k] / (float)k, skin = (sum[count] - sum[k]) / (float)(count - k);
        /* The squares' sum is the same for all but for this. */
        unlike[k] = -line * sum[k] - skin * (sum[count] - sum[k]);
        if (line <= skin) unlike[k] = INFINITY;
        least = fminf(least, unlike[k]);
    }
    if (least == INFINITY) return false;
    float all = 0, mean = 0, square = 0;
    for (int k = END_LEAST; k <= count - END_LEAST; k++) {
        const float likely = expf((least - unlike[k]) / (2 * END_NOISE * END_NOISE * END_ALIKE));
        all += likely;
        mean += likely * (float)k;
        square += likely * (float)(k * k);
    }
    mean /= all;
    *out =
        (LineEnd){(float)start + (float)direction * (mean - 1), sqrtf(fmaxf(square / all - mean * mean, 0))};
    return true;
}

static void at_column(const Strip *s, int c, float px[2]) {
    const float off = (float)(s->path[c] - (s->rows - 1) / 2) * s->step_px;
    for (int i = 0; i < 2; i++) px[i] = s->px[c][i] + off * s->across[c][i];
}

static void put(FitView *view, int site, const float px[2], const float across[2], float along_px,
                float across_px) {
    fitface_put_point(view, &(FitPoint){.site = {site, site},
                                        .share = 1,
                                        .px = {px[0], px[1]},
                                        .axis = {{across[1], -across[0]}, {across[0], across[1]}},
                                        .sigma_px = {along_px, across_px}});
}

static void put_points(FitView *view, const Strip *s, float px_per_mm) {
    int end[2] = {0, s->columns - 1};
    for (int k = 0; k < 2; k++) {
        if (!s->ends[k]) continue;
        LineEnd found;
        float px[2];
        if (!find_end(s, k ? 1 : -1, &found)) continue;
        const int c = (int)lroundf(found.at);
        end[k] = c;
        at_column(s, c, px);
        put(view, s->site[k ? s->nodes - 1 : 0], px, s->across[c],
            hypotf(CORNER_SIGMA_MM, found.spread * STEP_MM) * px_per_mm, ACROSS_SIGMA_MM * px_per_mm);
    }
    for (int k = 0; k < s->nodes; k++) {
        const int c = (int)lroundf(s->node_at[k]);
        float px[2];
        if (s->site[k] < FIT_RIGHT_LID_LINE || c <= end[0] || c >= end[1]) continue;
        at_column(s, c, px);
        put(view, s->site[k], px, s->across[c], 0, ACROSS_SIGMA_MM * px_per_mm);
    }
}

bool fitcurve_find(FitState *state, int photo, float reach_mm, Arena *scratch) {
    FitView *view = &state->view[photo];
    const size_t mark = arena_mark(scratch);
    Strip *s = ARENA_ARRAY(scratch, Strip, 1);
    if (!s) return false;
    const float px_per_mm = (float)(view->camera.focal / view->camera.t[2]);
    const float down[2] = {-(float)view->camera.r[0][1], -(float)view->camera.r[1][1]};
    for (size_t k = 0; k < sizeof curves / sizeof *curves; k++) {
        if (curves[k].lids && state->shape.lids_closed < 1) continue;
        take_nodes(state, view, &curves[k], s);
        if (s->nodes < 4) continue;
        lay_columns(s, px_per_mm);
        lay_across(s, down);
        read_strip(&view->image, reach_mm, s);
        follow(s);
        const float strength = typical(s, (const float(*)[ROWS_MAX])s->ridge);
        log_message(LOG_DEBUG, "fit: %s line %d: ridge %.2f", photo_slot_names[photo], (int)k,
                    (double)strength);
        if (strength > RIDGE_MIN) put_points(view, s, px_per_mm);
    }
    arena_rewind(scratch, mark);
    return true;
}
