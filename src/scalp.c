#include "scalp.h"

#include <math.h>
#include <string.h>

#include "scalpborder.h"

/* domain.md 3: on the mean man the line over the ear canals lies at S 15.2 cm, the inion at 32 cm. */
static const float TABLE_CORONAL_MM = 152, TABLE_INION_MM = 320;
/* The nape's hair ends about this far below the inion along the skin (no source; assumption). */
static const float NAPE_BELOW_INION_MM = 44;

static int node_at(int row, int col) {
    return row * SCALP_COLS + col;
}

ScalpCell scalp_cell(float u, float v) {
    float y = u * (SCALP_ROWS - 1), x = (v + 1) * 0.5f * (SCALP_COLS - 1);
    y = y < 0 ? 0 : y > SCALP_ROWS - 1.001f ? SCALP_ROWS - 1.001f : y;
    x = x < 0 ? 0 : x > SCALP_COLS - 1.001f ? SCALP_COLS - 1.001f : x;
    const int row = (int)y, col = (int)x;
    return (ScalpCell){node_at(row, col), x - (float)col, y - (float)row};
}

static float distance(const float a[3], const float b[3]) {
    const float x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return sqrtf(x * x + y * y + z * z);
}

/* --- Building the grid
 * ------------------------------------------------------------------------------------------ */

static bool grid_alloc(ScalpGrid *g, Arena *arena) {
    g->pos_mm = arena_push_array(arena, sizeof *g->pos_mm, SCALP_NODES);
    g->chart = arena_push_array(arena, sizeof *g->chart, SCALP_NODES);
    g->s_mm = ARENA_ARRAY(arena, float, SCALP_NODES);
    g->l_mm = ARENA_ARRAY(arena, float, SCALP_NODES);
    g->border_mm = ARENA_ARRAY(arena, float, SCALP_NODES);
    return g->pos_mm && g->chart && g->s_mm && g->l_mm && g->border_mm;
}

static bool grid_sample(const HeadModel *model, const HeadShape *shape, Arena *arena, ScalpGrid *g) {
    if (!head_eval_grid(model, shape, SCALP_ROWS, SCALP_COLS, arena, g->pos_mm)) return false;
#pragma omp parallel for schedule(static)
    for (int node = 0; node < SCALP_NODES; node++) scalp_chart(g->pos_mm[node], g->chart[node]);
    return true;
}

/* Arc of a node to its neighbour: the chord, lengthened as on the circle through the neighbours beyond. */
static float arc_step(const ScalpGrid *g, int from, int to, int before, int after) {
    const float chord = distance(g->pos_mm[from], g->pos_mm[to]);
    if (before < 0 || after < 0 || chord <= 0) return chord;
    float bend = 0;
    for (int k = 0; k < 3; k++) {
        const float second =
            0.5f * (g->pos_mm[before][k] - g->pos_mm[from][k] - g->pos_mm[to][k] + g->pos_mm[after][k]);
        bend += second * second;
    }
    return chord + bend / (24 * chord); /* the second difference is h^2 times the curvature */
}

static void grid_measure(ScalpGrid *g, float glabella_u) {
    const int middle = SCALP_COLS / 2;
    g->s_of_row[0] = 0;
    for (int row = 1; row < SCALP_ROWS; row++) {
        const int to = node_at(row, middle), from = to - SCALP_COLS;
        g->s_of_row[row] = g->s_of_row[row - 1] + arc_step(g, from, to, row > 1 ? from - SCALP_COLS : -1,
                                                           row + 1 < SCALP_ROWS ? to + SCALP_COLS : -1);
    }
    const float at = glabella_u * (SCALP_ROWS - 1);
    const int r = (int)at;
    const float zero = g->s_of_row[r] + (g->s_of_row[r + 1] - g->s_of_row[r]) * (at - (float)r);
    for (int row = 0; row < SCALP_ROWS; row++) {
        g->s_of_row[row] -= zero;
        for (int side = -1; side <= 1; side += 2) {
            float l = 0;
            for (int k = 0; k <= middle; k++) {
                const int node = node_at(row, middle + side * k);
                if (k > 0)
                    l += arc_step(g, node - side, node, k > 1 ? node - 2 * side : -1,
                                  k < middle ? node + side : -1);
                g->l_mm[node] = (float)side * l;
                g->s_mm[node] = g->s_of_row[row];
            }
        }
    }
}

/* S where the midline first meets a test after a row; linear between rows. */
static float midline_cross(const ScalpGrid *g, int from_row, int axis, float value, float sign) {
    const int middle = SCALP_COLS / 2;
    for (int row = from_row + 1; row < SCALP_ROWS; row++) {
        const float a = g->pos_mm[node_at(row - 1, middle)][axis], b = g->pos_mm[node_at(row, middle)][axis];
        if ((a - value) * sign > 0 && (b - value) * sign <= 0) {
            const float t = (a - value) / (a - b);
            return g->s_of_row[row - 1] + (g->s_of_row[row] - g->s_of_row[row - 1]) * t;
        }
    }
    return g->s_of_row[SCALP_ROWS - 1];
}

static int midline_extreme(const ScalpGrid *g, int from_row, int axis, float sign) {
    int best = from_row;
    for (int row = from_row; row < SCALP_ROWS; row++) {
        const float value = g->pos_mm[node_at(row, SCALP_COLS / 2)][axis] * sign;
        if (value > g->pos_mm[node_at(best, SCALP_COLS / 2)][axis] * sign) best = row;
    }
    return best;
}

static void measure_landmarks(Scalp *s) {
    const ScalpGrid *g = s->grid;
    int glabella = 0;
    while (glabella < SCALP_ROWS - 1 && g->s_of_row[glabella] < 0) glabella++;
    const int vertex = midline_extreme(g, glabella, 1, 1);
    s->s_vertex_mm = g->s_of_row[vertex];
    s->s_coronal_mm = midline_cross(g, glabella, 2, 0, 1);
    /* The back of the head is searched above the neck, which may reach as far back. */
    int back = vertex;
    for (int row = vertex; row < SCALP_ROWS && g->pos_mm[node_at(row, SCALP_COLS / 2)][1] > 0; row++) {
        if (g->pos_mm[node_at(row, SCALP_COLS / 2)][2] < g->pos_mm[node_at(back, SCALP_COLS / 2)][2])
            back = row;
    }
    s->s_opisthocranion_mm = g->s_of_row[back];
    /* The inion lies near the level of the ear canals (Frankfurt plane; general knowledge). */
    s->s_inion_mm = midline_cross(g, vertex, 1, 4, 1);
    s->stature = s->s_inion_mm / TABLE_INION_MM;
    s->s_nape_mm = fminf(s->s_inion_mm + NAPE_BELOW_INION_MM * s->stature, g->s_of_row[SCALP_ROWS - 1] - 5);
    const HeadSite canthus = head_landmark_site(s->model, LM_LEFT_EXOCANTHION);
    scalp_from_site(s, canthus, &s->left_canthus_mm[0], &s->left_canthus_mm[1]);
}

bool scalp_build(const HeadModel *model, const HeadShape *shape, Arena *arena, Scalp *out, Err *err) {
    *out = (Scalp){.model = model, .shape = shape, .grid = ARENA_ARRAY(arena, ScalpGrid, 1)};
    if (!out->grid || !grid_alloc(out->grid, arena) || !grid_sample(model, shape, arena, out->grid)) {
        return err_set(err, "There is not enough memory for the scalp of this head");
    }
    grid_measure(out->grid, head_landmark_site(model, LM_GLABELLA).u);
    measure_landmarks(out);
    scalp_border_prepare(out);
    float border[SCALP_BORDER_POINTS][3];
    const ScalpLine line = {scalp_border_line(out, NULL, border), (const float(*)[3])border};
    scalp_line_distance(out, &line, NULL, 200, out->grid->border_mm);
    return true;
}

/* --- Look-ups
 * --------------------------------------------------------------------------------------------------- */

void scalp_from_site(const Scalp *scalp, HeadSite site, float *s_mm, float *l_mm) {
    if (site.part != HEAD_SKIN) {
        const float side = site.part == HEAD_EAR_LEFT ? 1.0f : -1.0f;
        site = head_landmark_site(scalp->model, LM_LEFT_TRAGION);
        site = (HeadSite){HEAD_SKIN, site.u, side * site.v};
    }
    const ScalpCell cell = scalp_cell(site.u, site.v);
    *s_mm = scalp_field(scalp->grid->s_mm, cell);
    *l_mm = scalp_field(scalp->grid->l_mm, cell);
}

static float row_of_s(const ScalpGrid *g, float s_mm) {
    int low = 0, high = SCALP_ROWS - 1;
    if (s_mm <= g->s_of_row[low]) return 0;
    if (s_mm >= g->s_of_row[high]) return (float)high - 1e-3f;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if (g->s_of_row[middle] <= s_mm)
            low = middle;
        else
            high = middle;
    }
    return (float)low + (s_mm - g->s_of_row[low]) / (g->s_of_row[high] - g->s_of_row[low]);
}

HeadSite scalp_site(const Scalp *scalp, float s_mm, float l_mm) {
    const ScalpGrid *g = scalp->grid;
    const float row_at = row_of_s(g, s_mm);
    const int row = (int)row_at;
    const float y = row_at - (float)row;
    const float *p = g->l_mm + node_at(row, 0), *q = p + (row + 1 < SCALP_ROWS ? SCALP_COLS : 0);
    int low = 0, high = SCALP_COLS - 1;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if (p[middle] + (q[middle] - p[middle]) * y <= l_mm)
            low = middle;
        else
            high = middle;
    }
    const float a = p[low] + (q[low] - p[low]) * y, b = p[high] + (q[high] - p[high]) * y;
    float x = b > a ? (l_mm - a) / (b - a) : 0;
    x = x < 0 ? 0 : x > 1 ? 1 : x;
    return (HeadSite){HEAD_SKIN, row_at / (SCALP_ROWS - 1), ((float)low + x) / (SCALP_COLS - 1) * 2 - 1};
}

/* Catmull-Rom weights and their derivative. */
static void cubic_weights(float t, float w[4], float d[4]) {
    const float t2 = t * t, t3 = t2 * t;
    w[0] = 0.5f * (-t3 + 2 * t2 - t), w[1] = 0.5f * (3 * t3 - 5 * t2 + 2);
    w[2] = 0.5f * (-3 * t3 + 4 * t2 + t), w[3] = 0.5f * (t3 - t2);
    d[0] = 0.5f * (-3 * t2 + 4 * t - 1), d[1] = 0.5f * (9 * t2 - 10 * t);
    d[2] = 0.5f * (-9 * t2 + 8 * t + 1), d[3] = 0.5f * (3 * t2 - 2 * t);
}

void scalp_point_at(const Scalp *scalp, float u, float v, float pos_mm[3], float normal[3]) {
    const ScalpCell cell = scalp_cell(u, v);
    const int row = cell.node / SCALP_COLS, col = cell.node % SCALP_COLS;
    float wx[4], wy[4], dx[4], dy[4], p[3] = {0}, along[3] = {0}, up[3] = {0};
    cubic_weights(cell.x, wx, dx);
    cubic_weights(cell.y, wy, dy);
    for (int j = 0; j < 4; j++) {
        const int r = row + j - 1 < 0 ? 0 : row + j - 1 > SCALP_ROWS - 1 ? SCALP_ROWS - 1 : row + j - 1;
        for (int i = 0; i < 4; i++) {
            const int c = col + i - 1 < 0 ? 0 : col + i - 1 > SCALP_COLS - 1 ? SCALP_COLS - 1 : col + i - 1;
            const float *q = scalp->grid->pos_mm[node_at(r, c)];
            for (int k = 0; k < 3; k++) {
                p[k] += q[k] * wx[i] * wy[j];
                along[k] += q[k] * dx[i] * wy[j];
                up[k] += q[k] * wx[i] * dy[j];
            }
        }
    }
    if (pos_mm) memcpy(pos_mm, p, sizeof p);
    if (!normal) return;
    /* u (rows) runs backwards over the head and v to its left, so v x u points outwards. */
    const float n[3] = {along[1] * up[2] - along[2] * up[1], along[2] * up[0] - along[0] * up[2],
                        along[0] * up[1] - along[1] * up[0]};
    const float length = sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
    for (int k = 0; k < 3; k++)
        normal[k] = length > 0 ? n[k] / length : (k == 0 ? (v > 0 ? 1.0f : -1.0f) : 0);
}

void scalp_point(const Scalp *scalp, float s_mm, float l_mm, float pos_mm[3], float normal[3]) {
    const HeadSite site = scalp_site(scalp, s_mm, l_mm);
    scalp_point_at(scalp, site.u, site.v, pos_mm, normal);
}

float scalp_hair_border_mm(const Scalp *scalp, float s_mm, float l_mm) {
    const HeadSite site = scalp_site(scalp, s_mm, l_mm);
    return scalp_field(scalp->grid->border_mm, scalp_cell(site.u, site.v));
}

float scalp_s_from_table(const Scalp *scalp, float table_s_mm) {
    if (table_s_mm <= TABLE_CORONAL_MM) return table_s_mm * scalp->s_coronal_mm / TABLE_CORONAL_MM;
    return scalp->s_coronal_mm + (table_s_mm - TABLE_CORONAL_MM) * (scalp->s_inion_mm - scalp->s_coronal_mm) /
                                     (TABLE_INION_MM - TABLE_CORONAL_MM);
}

float scalp_table_from_s(const Scalp *scalp, float s_mm) {
    if (s_mm <= scalp->s_coronal_mm) return s_mm * TABLE_CORONAL_MM / scalp->s_coronal_mm;
    return TABLE_CORONAL_MM + (s_mm - scalp->s_coronal_mm) * (TABLE_INION_MM - TABLE_CORONAL_MM) /
                                  (scalp->s_inion_mm - scalp->s_coronal_mm);
}

float scalp_tape_mm(const Scalp *scalp, const float from_sl[2], const float to_sl[2]) {
    enum { POINTS = 17, ROUNDS = 40 };
    float sl[POINTS][2], pos[POINTS][3];
    for (int i = 0; i < POINTS; i++) {
        const float t = (float)i / (POINTS - 1);
        for (int k = 0; k < 2; k++) sl[i][k] = from_sl[k] + (to_sl[k] - from_sl[k]) * t;
        scalp_point(scalp, sl[i][0], sl[i][1], pos[i], NULL);
    }
    /* Shorten: every inner point moves sideways towards the chord of its neighbours, staying on the skin. */
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 1; i + 1 < POINTS; i++) {
            float ps[3], pl[3], ss = 0, sk = 0, ll = 0, ms = 0, ml = 0;
            scalp_point(scalp, sl[i][0] + 0.5f, sl[i][1], ps, NULL);
            scalp_point(scalp, sl[i][0], sl[i][1] + 0.5f, pl, NULL);
            for (int k = 0; k < 3; k++) {
                const float a = (ps[k] - pos[i][k]) * 2, b = (pl[k] - pos[i][k]) * 2;
                const float move = 0.5f * (pos[i - 1][k] + pos[i + 1][k]) - pos[i][k];
                ss += a * a, sk += a * b, ll += b * b, ms += a * move, ml += b * move;
            }
            const float det = ss * ll - sk * sk;
            if (det < 1e-6f) continue;
            sl[i][0] += (ms * ll - ml * sk) / det;
            sl[i][1] += (ml * ss - ms * sk) / det;
            scalp_point(scalp, sl[i][0], sl[i][1], pos[i], NULL);
        }
    }
    float length = 0;
    for (int i = 1; i < POINTS; i++) length += distance(pos[i - 1], pos[i]);
    return length;
}
