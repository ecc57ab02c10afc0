#include "scalpborder.h"

#include <math.h>
#include <string.h>

enum { STEPS = 7 }; /* points between two knots */

/* The side of the hair in profile, left to the ear and behind it: (y, z) in mm from the tragion on the mean
 * man. No source gives these; they follow the ear's attachment (otobasion) and common photographs. */
static const float side_knots[][2] = {
    {41.7f, 25.7f},  {21.7f, 23.7f},   {3.7f, 23.7f},    {-5.3f, 20.7f},  {-5.3f, 7.7f},
    {11.7f, 6.7f},   {27.7f, 5.7f},    {39.7f, -0.3f},   {42.7f, -13.3f}, {34.7f, -25.3f},
    {13.7f, -30.3f}, {-10.3f, -33.3f}, {-32.3f, -42.3f},
};
static const float nape_knots[][2] = {{-56, -62}, {-60, -80}};
enum {
    SIDE_KNOTS = sizeof side_knots / sizeof side_knots[0],
    NAPE_KNOTS = sizeof nape_knots / sizeof nape_knots[0]
};

void scalp_youth_front(const Scalp *scalp, ScalpFront *out) {
    /* Mid-front and corner of Norwood I, domain.md 3.1; the temple peak by the rule of 8 (domain.md 4). */
    static const float half[][2] = {{54, 93}, {68, 85}, {82, 76}, {86, 64},
                                    {79, 52}, {70, 37}, {64, 18}, {62, 0}};
    enum { HALF = sizeof half / sizeof half[0] };
    out->count = 2 * HALF - 1;
    out->short_sideburn = false;
    for (int i = 0; i < HALF; i++) {
        const float s = scalp_s_from_table(scalp, half[i][0]), l = half[i][1] * scalp->stature;
        out->sl[i][0] = s, out->sl[i][1] = l;
        out->sl[2 * HALF - 2 - i][0] = s, out->sl[2 * HALF - 2 - i][1] = -l;
    }
}

HeadSite scalp_side_site(const Scalp *scalp, int side, float y_mm, float z_mm) {
    const ScalpGrid *g = scalp->grid;
    const int middle = SCALP_COLS / 2;
    int best = -1;
    float best_distance = 1e9f;
    for (int row = 1; row < SCALP_ROWS - 1; row++) {
        for (int k = middle / 8; k < middle - 1; k++) {
            const int node = row * SCALP_COLS + middle + side * k;
            const float y = g->pos_mm[node][1] - y_mm, z = g->pos_mm[node][2] - z_mm;
            /* Sideways first: of two layers the outer one. */
            const float d = y * y + z * z - 1e-3f * fabsf(g->pos_mm[node][0]);
            if (d < best_distance) best_distance = d, best = node;
        }
    }
    float row = (float)(best / SCALP_COLS), col = (float)(best % SCALP_COLS);
    for (int step = 0; step < 4; step++) {
        float p[3], du[3], dv[3];
        const float u = row / (SCALP_ROWS - 1), v = col / (SCALP_COLS - 1) * 2 - 1;
        scalp_point_at(scalp, u, v, p, NULL);
        scalp_point_at(scalp, (row + 0.5f) / (SCALP_ROWS - 1), v, du, NULL);
        scalp_point_at(scalp, u, (col + 0.5f) / (SCALP_COLS - 1) * 2 - 1, dv, NULL);
        const float a = (du[1] - p[1]) * 2, b = (dv[1] - p[1]) * 2, c = (du[2] - p[2]) * 2,
                    d = (dv[2] - p[2]) * 2;
        const float det = a * d - b * c, y = y_mm - p[1], z = z_mm - p[2];
        if (fabsf(det) < 1e-3f) break;
        const float step_row = (y * d - z * b) / det, step_col = (z * a - y * c) / det;
        if (fabsf(step_row) > 3 || fabsf(step_col) > 3) break;
        row += step_row, col += step_col;
    }
    return (HeadSite){HEAD_SKIN, row / (SCALP_ROWS - 1), col / (SCALP_COLS - 1) * 2 - 1};
}

static const float SHORT_SIDEBURN_MM = 26;

static void rest_add(Scalp *scalp, int variant, int *count, HeadSite site) {
    ASSERT(*count < SCALP_REST_KNOTS);
    scalp_point_at(scalp, site.u, site.v, scalp->grid->rest_mm[variant][(*count)++], NULL);
}

static HeadSite side_site(const Scalp *scalp, const float ear[3], int side, int i, float sideburn_mm) {
    /* A shorter sideburn: its lower knots move up, the lowest most. */
    float y = side_knots[i][0];
    if (y < 33.7f && side_knots[i][1] > 4) y += sideburn_mm * fminf(1, (33.7f - y) / 39);
    return scalp_side_site(scalp, side, ear[1] + y * scalp->stature,
                           ear[2] + side_knots[i][1] * scalp->stature);
}

static HeadSite nape_site(const Scalp *scalp, int side, int i) {
    const float y = nape_knots[i][0] * scalp->stature, z = nape_knots[i][1] * scalp->stature;
    /* Towards the middle of the nape: half and a quarter of the way in from the corner behind the ear. */
    float corner_s, corner_l;
    scalp_from_site(scalp, scalp_side_site(scalp, side, y, z), &corner_s, &corner_l);
    const float inwards = i == 0 ? 0.62f : 0.3f;
    const float s = scalp->s_nape_mm + (fminf(corner_s, scalp->s_nape_mm + 12) - scalp->s_nape_mm) * inwards;
    return scalp_site(scalp, s, (float)side * (i == 0 ? 44 : 22) * scalp->stature);
}

void scalp_border_prepare(Scalp *scalp) {
    float at[LM_COUNT][3];
    head_landmarks(scalp->model, scalp->shape, at);
    for (int variant = 0; variant < 2; variant++) {
        const float sideburn = variant ? SHORT_SIDEBURN_MM : 0;
        int n = 0;
        for (int i = 0; i < SIDE_KNOTS; i++)
            rest_add(scalp, variant, &n, side_site(scalp, at[LM_RIGHT_TRAGION], -1, i, sideburn));
        for (int i = 0; i < NAPE_KNOTS; i++) rest_add(scalp, variant, &n, nape_site(scalp, -1, i));
        rest_add(scalp, variant, &n, scalp_site(scalp, scalp->s_nape_mm, 0));
        for (int i = NAPE_KNOTS - 1; i >= 0; i--) rest_add(scalp, variant, &n, nape_site(scalp, 1, i));
        for (int i = SIDE_KNOTS - 1; i >= 0; i--)
            rest_add(scalp, variant, &n, side_site(scalp, at[LM_LEFT_TRAGION], 1, i, sideburn));
        scalp->grid->rest_count = n;
    }
}

static void catmull_rom(const float *a, const float *b, const float *c, const float *d, float t,
                        float out[3]) {
    for (int k = 0; k < 3; k++) {
        out[k] = 0.5f * (2 * b[k] + (c[k] - a[k]) * t + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t +
                         (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t * t * t);
    }
}

int scalp_border_line(const Scalp *scalp, const ScalpFront *front, float out[SCALP_BORDER_POINTS][3]) {
    ScalpFront youth;
    if (!front) scalp_youth_front(scalp, &youth), front = &youth;
    float knot[SCALP_FRONT_KNOTS + SCALP_REST_KNOTS][3];
    int knots = 0, count = 0;
    for (int i = 0; i < front->count; i++)
        scalp_point(scalp, front->sl[i][0], front->sl[i][1], knot[knots++], NULL);
    memcpy(knot[knots], scalp->grid->rest_mm[front->short_sideburn],
           sizeof *knot * (size_t)scalp->grid->rest_count);
    knots += scalp->grid->rest_count;
    for (int i = 0; i < knots; i++) {
        const float *a = knot[(i + knots - 1) % knots], *b = knot[i], *c = knot[(i + 1) % knots],
                    *d = knot[(i + 2) % knots];
        const int steps = i < front->count - 1 ? STEPS : STEPS - 3;
        for (int j = 0; j < steps && count < SCALP_BORDER_POINTS; j++) {
            catmull_rom(a, b, c, d, (float)j / (float)steps, out[count++]);
        }
    }
    return count;
}

int scalp_border_front(const Scalp *scalp, const ScalpFront *front, float out[SCALP_BORDER_POINTS][3]) {
    scalp_border_line(scalp, front, out);
    return (front->count - 1) * STEPS + 1;
}

/* --- Distances
 * -------------------------------------------------------------------------------------------------- */

/* Azimuthal equidistant about an axis tilted back from the top, so that face and neck lie farthest out. */
void scalp_chart(const float pos_mm[3], float chart[2]) {
    const float axis[3] = {0, 0.86f, -0.51f}, across[3] = {0, 0.51f, 0.86f};
    const float p[3] = {pos_mm[0], pos_mm[1] - 40, pos_mm[2] + 10};
    const float along = p[1] * axis[1] + p[2] * axis[2], y = p[1] * across[1] + p[2] * across[2], x = p[0];
    const float wide = sqrtf(x * x + y * y), angle = atan2f(wide, along);
    const float scale = wide > 1e-6f ? angle / wide : 0;
    chart[0] = x * scale, chart[1] = y * scale;
}

bool scalp_line_holds(const float (*line)[2], int count, const float chart[2]) {
    bool inside = false;
    for (int i = 0, j = count - 1; i < count; j = i++) {
        const float *a = line[i], *b = line[j];
        if ((a[1] > chart[1]) == (b[1] > chart[1])) continue;
        if (chart[0] < (b[0] - a[0]) * (chart[1] - a[1]) / (b[1] - a[1]) + a[0]) inside = !inside;
    }
    return inside;
}

static float segment_squared(const float *p, const float *a, const float *b) {
    float along = 0, length = 0, away = 0;
    for (int k = 0; k < 3; k++) {
        along += (p[k] - a[k]) * (b[k] - a[k]);
        length += (b[k] - a[k]) * (b[k] - a[k]);
    }
    const float t = length > 0 ? fminf(1, fmaxf(0, along / length)) : 0;
    for (int k = 0; k < 3; k++) {
        const float d = p[k] - a[k] - (b[k] - a[k]) * t;
        away += d * d;
    }
    return away;
}

/* A block of nodes looks only at the segments that can be nearest to one of its nodes. */
enum { BLOCK_ROWS = 5, BLOCK_COLS = 8 };
typedef struct LineWork {
    const ScalpGrid *grid;
    const ScalpLine *line;
    const float (*chart)[2];
    const uint8_t *wanted;
    float lowest_mm, cap_mm;
    float *out_mm;
} LineWork;

static float line_segment_squared(const ScalpLine *line, int i, const float *p) {
    return segment_squared(p, line->pos_mm[i], line->pos_mm[i + 1 < line->count ? i + 1 : 0]);
}

static bool line_inside(const LineWork *w, int node) {
    /* Shoulders lie behind the head as seen from its middle: they are never scalp. */
    return w->grid->pos_mm[node][1] > w->lowest_mm - 5 &&
           scalp_line_holds(w->chart, w->line->count, w->grid->chart[node]);
}

static void block_measure(const LineWork *w, const int *node, int count) {
    const float *middle = w->grid->pos_mm[node[count / 2]];
    float squared[SCALP_BORDER_POINTS], nearest = 1e12f, radius = 0;
    for (int k = 0; k < count; k++) {
        float d = 0;
        for (int c = 0; c < 3; c++)
            d += (w->grid->pos_mm[node[k]][c] - middle[c]) * (w->grid->pos_mm[node[k]][c] - middle[c]);
        radius = fmaxf(radius, d);
    }
    for (int i = 0; i < w->line->count; i++)
        nearest = fminf(nearest, squared[i] = line_segment_squared(w->line, i, middle));
    nearest = sqrtf(nearest), radius = sqrtf(radius);
    int list[SCALP_BORDER_POINTS], listed = 0;
    const float reach = nearest + 2 * radius + 0.01f;
    for (int i = 0; i < w->line->count; i++) {
        if (squared[i] <= reach * reach) list[listed++] = i;
    }
    const bool split = nearest <= radius, far = nearest - radius >= w->cap_mm;
    const bool inside = line_inside(w, node[count / 2]);
    for (int k = 0; k < count; k++) {
        float best = w->cap_mm * w->cap_mm;
        for (int i = 0; i < listed && !far; i++)
            best = fminf(best, line_segment_squared(w->line, list[i], w->grid->pos_mm[node[k]]));
        w->out_mm[node[k]] = (split ? line_inside(w, node[k]) : inside) ? sqrtf(best) : -sqrtf(best);
    }
}

void scalp_line_distance(const Scalp *scalp, const ScalpLine *line, const uint8_t *wanted, float cap_mm,
                         float *out_mm) {
    ASSERT(line->count <= SCALP_BORDER_POINTS);
    float chart[SCALP_BORDER_POINTS][2];
    LineWork work = {scalp->grid, line, (const float(*)[2])chart, wanted, 1e9f, cap_mm, out_mm};
    for (int i = 0; i < line->count; i++) {
        scalp_chart(line->pos_mm[i], chart[i]);
        work.lowest_mm = fminf(work.lowest_mm, line->pos_mm[i][1]);
    }
#pragma omp parallel for schedule(dynamic, 2)
    for (int row = 0; row < SCALP_ROWS; row += BLOCK_ROWS) {
        for (int col = 0; col < SCALP_COLS; col += BLOCK_COLS) {
            int node[BLOCK_ROWS * BLOCK_COLS], count = 0;
            for (int r = row; r < row + BLOCK_ROWS && r < SCALP_ROWS; r++) {
                for (int c = col; c < col + BLOCK_COLS && c < SCALP_COLS; c++) {
                    if (!wanted || wanted[r * SCALP_COLS + c]) node[count++] = r * SCALP_COLS + c;
                }
            }
            if (count > 0) block_measure(&work, node, count);
        }
    }
}
