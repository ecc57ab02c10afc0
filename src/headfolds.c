/* Where the calibrated surface nearly touches itself, its modes must not push one side through the other.
 *
 * Lips: where they close, column by column of control points, begins a fold of our own: behind the lips
 * nothing was seen. All of it and both lips' margins move as one: by what the margins would move on average,
 * which fades out over the rows beside them and is evened out across the columns. Lids and the depth of the
 * concha: modes and the residual's direction are averaged over some mm of space, so that what is near moves
 * alike, whichever side of a fold it lies on.
 */
#include "headinternal.h"
#include <math.h>
#include <string.h>

#define LOWEST_U        0.180f /* the mouth's rows: from the lower lip's front ... */
#define HIGHEST_U       0.252f /* ... to the upper lip's */
#define BOTTOM_FROM_U   0.200f /* between these lies the bottom of the fold */
#define BOTTOM_TO_U     0.236f
#define CLOSED_MM       0.4f /* the fold begins where the lips are this near, ... */
#define NEAR_MM         2.0f /* ... or at least this near and nearest */
#define GAP_MM          1.1f
#define DEPTH_ROW_MM    0.25f /* of the fold, a row of its control points, ... */
#define DEPTH_MM        3.0f  /* ... at most */
#define EYE_MM          22.0f
#define EYE_SIGMA_MM    4.0f
#define CONCHA_MM       28.0f
#define CONCHA_SIGMA_MM 4.0f
enum { MODE_FLOATS = 3 * HEAD_MODES, FADE_ROWS = 4, SMOOTH_PASSES = 4, EVEN_PASSES = 3, SCAN = 288 };

typedef struct Lips { /* of one column: rows of the lower and of the upper margin, and where they meet */
    int lower, upper;
    float meet[3];
} Lips;

static float scan_u(int k) {
    return LOWEST_U + (HIGHEST_U - LOWEST_U) * (float)k / SCAN;
}

/* The sample farthest back between the lips; 0 where no fold is: beside the mouth's corners. */
static int find_bottom(const float (*p)[3]) {
    int bottom = 0;
    for (int k = 1; k < SCAN; k++)
        if (scan_u(k) > BOTTOM_FROM_U && scan_u(k) < BOTTOM_TO_U && p[k][2] < p[k - 1][2] &&
            p[k][2] <= p[k + 1][2] && (bottom == 0 || p[k][2] < p[bottom][2]))
            bottom = k;
    return bottom;
}

/* From sample k to the nearest of from..to; in the column's own plane: along x the lips may be apart. */
static float gap_at(const float (*p)[3], int k, int from, int to) {
    float least = INFINITY;
    for (int i = from; i <= to; i++) least = fminf(least, hypotf(p[i][1] - p[k][1], p[i][2] - p[k][2]));
    return least;
}

/* On from sample k by `step` until the other lip, from..to, is nearest. */
static int find_margin(const float (*p)[3], int k, int step, int from, int to) {
    float gap = gap_at(p, k, from, to), next = gap_at(p, k + step, from, to);
    while (gap > CLOSED_MM && (gap > NEAR_MM || next < gap)) {
        k += step, gap = next;
        next = gap_at(p, k + step, from, to);
    }
    return k;
}

static int nearest_row(const HeadModel *model, float u) {
    int row = 2; /* before it u wraps */
    while (head_knots_greville(&model->u, row + 1) < u) row++;
    return row + (u - head_knots_greville(&model->u, row) > head_knots_greville(&model->u, row + 1) - u);
}

static bool find_lips(const HeadModel *model, float v, Lips *lips) {
    const HeadShape mean = {0};
    float p[SCAN + 1][3];
    for (int k = 0; k <= SCAN; k++) head_eval(model, &mean, (HeadSite){HEAD_SKIN, scan_u(k), v}, p[k], NULL);
    const float(*at)[3] = (const float(*)[3])p;
    const int bottom = find_bottom(at);
    if (bottom == 0) return false;
    const int lower = find_margin(at, 0, 1, bottom, SCAN), upper = find_margin(at, SCAN, -1, 0, bottom);
    lips->lower = nearest_row(model, scan_u(lower));
    lips->upper = nearest_row(model, scan_u(upper));
    for (int c = 0; c < 3; c++) lips->meet[c] = 0.5f * (p[lower][c] + p[upper][c]);
    return lips->upper > lips->lower;
}

/* Rows are whole numbers, a mouth is a smooth line. */
static void smooth_meeting(Lips *lips, int count) {
    for (int pass = 0; pass < SMOOTH_PASSES; pass++) {
        float before[3];
        memcpy(before, lips[0].meet, sizeof before);
        for (int j = 1; j < count - 1; j++)
            for (int c = 0; c < 3; c++) {
                const float here = lips[j].meet[c];
                lips[j].meet[c] = 0.25f * (before[c] + 2 * here + lips[j + 1].meet[c]);
                before[c] = here;
            }
    }
}

static float fade(int rows_away) {
    float t = 1 - (float)rows_away / (FADE_ROWS + 1);
    return t * t * (3 - 2 * t);
}

/* Where the margins' values meet in the mean. One vector a control point: `stride` floats from row to row. */
static void meet_halfway(const float *column, size_t stride, Lips *lips) {
    for (size_t c = 0; c < 3; c++)
        lips->meet[c] =
            0.5f * (column[(size_t)lips->lower * stride + c] + column[(size_t)lips->upper * stride + c]);
}

/* Gives all rows of the fold the value where the lips meet, and those beside it a share of that change. */
static void join_column(float *column, size_t stride, const Lips *lips) {
    for (size_t c = 0; c < 3; c++) {
        float *lower = column + (size_t)lips->lower * stride + c,
              *upper = column + (size_t)lips->upper * stride + c,
              by[2] = {lips->meet[c] - *lower, lips->meet[c] - *upper};
        for (int away = 1; away <= FADE_ROWS; away++) {
            lower[-(ptrdiff_t)stride * away] += fade(away) * by[0];
            upper[(ptrdiff_t)stride * away] += fade(away) * by[1];
        }
        for (float *row = lower; row <= upper; row += stride) *row = lips->meet[c];
    }
}

static float dot(const float a[3], const float b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void scale_to_one(float v[3]) {
    const float length = sqrtf(dot(v, v));
    for (int c = 0; c < 3; c++) v[c] /= length;
}

/* No nearer along `up` than gap_mm to the height, on its side. */
static void hold_off(float p[3], const float up[3], float height_mm, float gap_mm) {
    const float above = dot(p, up) - height_mm,
                least = gap_mm > 0 ? fmaxf(above, gap_mm) : fminf(above, gap_mm);
    for (int c = 0; c < 3; c++) p[c] += (least - above) * up[c];
}

/* The mean between the margins: a parabola back between the lips, which it keeps apart. */
static void fold_column(float (*column)[3], const Lips *lips) {
    float *from = column[lips->lower * HEAD_NET_MV], *to = column[lips->upper * HEAD_NET_MV];
    float back[3], up[3], rows = (float)(lips->upper - lips->lower);
    for (int c = 0; c < 3; c++)
        back[c] = from[c] - from[c - 3 * HEAD_NET_MV] + to[c] - to[c + 3 * HEAD_NET_MV];
    scale_to_one(back);
    for (int c = 0; c < 3; c++) up[c] = (c == 1) - back[1] * back[c];
    scale_to_one(up);
    join_column(column[0], 3 * HEAD_NET_MV, lips);
    const float height = dot(lips->meet, up), depth = fminf(DEPTH_MM, DEPTH_ROW_MM * rows);
    for (int away = 0; away <= FADE_ROWS; away++) {
        hold_off(from - 3 * HEAD_NET_MV * away, up, height, -0.5f * GAP_MM);
        hold_off(to + 3 * HEAD_NET_MV * away, up, height, 0.5f * GAP_MM);
    }
    for (int i = lips->lower + 1; i < lips->upper; i++) {
        const float t = (float)(i - lips->lower) / rows, over = t * t * (3 - 2 * t);
        for (int c = 0; c < 3; c++)
            column[i * HEAD_NET_MV][c] =
                from[c] + over * (to[c] - from[c]) + 4 * t * (1 - t) * depth * back[c];
    }
}

/* Margins are whole rows, and step from column to column: what was changed is evened out across the columns,
 * so that no step shows on the lips. `floats` values a control point. */
static void even_change(float *field, const float *before, int floats) {
    const size_t step = (size_t)floats, count = HEAD_NET * step;
    for (size_t k = 0; k < count; k++) field[k] -= before[k];
    for (int pass = 0; pass < EVEN_PASSES; pass++)
        for (size_t i = 0; i < HEAD_NET_U; i++) {
            float *row = field + i * HEAD_NET_MV * step, left[MODE_FLOATS];
            memcpy(left, row, step * sizeof *left);
            for (size_t j = 1; j + 1 < HEAD_NET_MV; j++) {
                float *at = row + j * step;
#pragma omp simd
                for (size_t c = 0; c < step; c++) {
                    const float here = at[c];
                    at[c] = 0.25f * (left[c] + 2 * here + at[step + c]);
                    left[c] = here;
                }
            }
        }
    for (size_t k = 0; k < count; k++) field[k] += before[k];
}

static void join_columns(HeadModel *model) {
    Lips lips[HEAD_NET_MV];
    int first = HEAD_NET_MV / 2, last = first;
    while (first > 0 && find_lips(model, head_knots_greville(&model->v, first), &lips[first])) first--;
    while (last < HEAD_NET_MV && find_lips(model, head_knots_greville(&model->v, last), &lips[last])) last++;
    smooth_meeting(lips + first + 1, last - first - 1);
    for (int j = first + 1; j < last; j++) {
        fold_column(&model->mean[j], &lips[j]);
        meet_halfway(model->normal[j], (size_t)HEAD_NET_MV * 3, &lips[j]);
        join_column(model->normal[j], (size_t)HEAD_NET_MV * 3, &lips[j]);
        for (int k = 0; k < HEAD_MODES; k++) {
            meet_halfway(model->mode[j][k], (size_t)HEAD_NET_MV * HEAD_MODES * 3, &lips[j]);
            join_column(model->mode[j][k], (size_t)HEAD_NET_MV * HEAD_MODES * 3, &lips[j]);
        }
    }
}

static bool join_lips(HeadModel *model, Arena *arena) {
    const size_t mark = arena_mark(arena), triples = (size_t)HEAD_NET * 3,
                 modes = (size_t)HEAD_NET * MODE_FLOATS;
    float *mean = ARENA_ARRAY(arena, float, triples), *normal = ARENA_ARRAY(arena, float, triples),
          *mode = ARENA_ARRAY(arena, float, modes);
    if (!mean || !normal || !mode) return false;
    memcpy(mean, model->mean, sizeof(float) * triples);
    memcpy(normal, model->normal, sizeof(float) * triples);
    memcpy(mode, model->mode, sizeof(float) * modes);
    join_columns(model);
    even_change(model->mean[0], mean, 3);
    even_change(model->normal[0], normal, 3);
    even_change(model->mode[0][0], mode, MODE_FLOATS);
    arena_rewind(arena, mark);
    return true;
}

/* A fold: a ball of space in which what is near moves alike. */
typedef struct Fold {
    float centre[3], reach_mm, sigma_mm;
} Fold;
enum { FOLD_POINTS = 2048 };

/* Of the control points [0, count): `floats` values each of a field become averages over sigma_mm of space,
 * fully in the inner half of the fold, then less and less. */
static bool average_field(const Fold *fold, const float (*at)[3], int count, float *field, int floats,
                          Arena *arena) {
    const size_t mark = arena_mark(arena), size = sizeof(float) * (size_t)floats;
    int *near = ARENA_ARRAY(arena, int, FOLD_POINTS), found = 0;
    float *away = ARENA_ARRAY(arena, float, FOLD_POINTS),
          *old = ARENA_ARRAY(arena, float, (size_t)(FOLD_POINTS * floats)),
          *sum = ARENA_ARRAY(arena, float, (size_t)floats);
    if (!near || !away || !old || !sum) return false;
    for (int p = 0; p < count && found < FOLD_POINTS; p++) {
        float d[3] = {at[p][0] - fold->centre[0], at[p][1] - fold->centre[1], at[p][2] - fold->centre[2]};
        away[found] = sqrtf(dot(d, d)) / fold->reach_mm;
        if (away[found] > 1) continue;
        memcpy(old + found * floats, field + p * floats, size);
        near[found++] = p;
    }
    for (int i = 0; i < found; i++) {
        float total = 0, t = fminf(1, 2 - 2 * away[i]), *out = field + near[i] * floats;
        memset(sum, 0, size);
        for (int j = 0; j < found; j++) {
            float d[3];
            for (int c = 0; c < 3; c++) d[c] = at[near[i]][c] - at[near[j]][c];
            float share = expf(-dot(d, d) / (2 * fold->sigma_mm * fold->sigma_mm));
#pragma omp simd
            for (int k = 0; k < floats; k++) sum[k] += share * old[j * floats + k];
            total += share;
        }
        for (int k = 0; k < floats; k++) out[k] += t * t * (3 - 2 * t) * (sum[k] / total - out[k]);
    }
    arena_rewind(arena, mark);
    return true;
}

bool head_folds_build(HeadModel *model, Arena *arena) {
    const HeadShape mean = {0};
    const float(*skin)[3] = (const float(*)[3])model->mean, (*ear)[3] = (const float(*)[3])model->ear_mean;
    Fold eye[2] = {{.reach_mm = EYE_MM, .sigma_mm = EYE_SIGMA_MM},
                   {.reach_mm = EYE_MM, .sigma_mm = EYE_SIGMA_MM}},
         concha = {.reach_mm = CONCHA_MM, .sigma_mm = CONCHA_SIGMA_MM};
    if (!join_lips(model, arena)) return false;
    head_eval(model, &mean, (HeadSite){HEAD_EAR_LEFT, 0, 1}, concha.centre, NULL);
    for (int side = 0; side < 2; side++) {
        head_eval(model, &mean, model->landmark[side ? LM_RIGHT_PUPIL : LM_LEFT_PUPIL], eye[side].centre,
                  NULL);
        if (!average_field(&eye[side], skin, HEAD_NET, model->mode[0][0], MODE_FLOATS, arena) ||
            !average_field(&eye[side], skin, HEAD_NET, model->normal[0], 3, arena))
            return false;
    }
    bool ok = average_field(&concha, ear, HEAD_EAR_NET, model->ear_mode[0][0], MODE_FLOATS, arena);
    for (int side = 0; side < 2; side++)
        ok = ok && average_field(&concha, ear, HEAD_EAR_NET, model->ear_normal[side][0], 3, arena) &&
             average_field(&concha, ear, HEAD_EAR_NET, model->ear_shift[side][0], 3, arena);
    return ok;
}
