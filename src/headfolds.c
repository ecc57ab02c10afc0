/* Where the calibrated surface nearly touches itself, its modes must not push one side through the other.
 *
 * Lips: where they close, column by column of control points, begins a fold of our own: behind the lips
 * nothing was seen. All of it and both lips' margins move as one: by what the margins would move on average,
 * which fades out beside them. The margins are smooth lines from corner to corner, not rows of the net; what
 * they ask for is a change of the column as a curve, which its control points follow by least squares. Lids
 * and the depth of the concha: modes and the residual's direction are averaged over some mm of space, so that
 * what is near moves alike, whichever side of a fold it lies on.
 */
#include "headinternal.h"
#include <math.h>
#include <string.h>

#define FROM_U        0.150f /* the columns' curves: the lips and what fades out beside them */
#define TO_U          0.285f
#define BOTTOM_FROM_U 0.200f /* between these lies the bottom of the fold */
#define BOTTOM_TO_U   0.236f
#define CLOSED_MM     0.4f /* the fold begins where the lips are this near, ... */
#define NEAR_MM       2.0f /* ... or at least this near and nearest */
#define GAP_MM        1.0f
#define DEPTH_MM      3.0f   /* of the fold */
#define WHOLE_U       0.010f /* the fold's half width from which gap and depth are whole */
#define FADE_U        0.022f /* beside the margins */
#define EYE_MM        22.0f
#define FACE_SIGMA_MM 4.0f
#define NOSTRIL_MM    9.0f
#define CONCHA_MM     28.0f
#define LOBE_MM       36.0f
#define EAR_SIGMA_MM  4.0f
enum {
    MODE_FLOATS = 3 * HEAD_MODES,
    SMOOTH_PASSES = 8,
    SCAN = 360,
    ROWS_MAX = 40,
    TOUCHED_MAX = ROWS_MAX + 6
};

typedef struct Lips { /* of one column: u where they meet, and half the fold's width there; 0 beyond the
                         corners */
    float meet, half;
} Lips;

/* The rows that may change, and how they follow a change of a column's curve. */
typedef struct Mouth {
    int first, rows,
        touched; /* touched: all rows that the curve's samples read, from three before the first */
    float sample[SCAN + 1][TOUCHED_MAX]; /* the curve's samples from those rows */
    float follow[ROWS_MAX][SCAN + 1];
    Lips lips[HEAD_NET_MV];
} Mouth;

static float scan_u(int k) {
    return FROM_U + (TO_U - FROM_U) * (float)k / SCAN;
}

static int scan_at(float u) {
    return (int)roundf((u - FROM_U) / (TO_U - FROM_U) * SCAN);
}

static void mouth_build(const HeadModel *model, Mouth *mouth) {
    double normal[ROWS_MAX * ROWS_MAX] = {0}, right[ROWS_MAX];
    const int start = head_basis(&model->u, FROM_U).index[0];
    mouth->first = start + 3;
    mouth->rows = head_basis(&model->u, TO_U).index[0] - mouth->first;
    mouth->touched = mouth->rows + 6;
    ASSERT(mouth->rows <= ROWS_MAX);
    for (int k = 0; k <= SCAN; k++) {
        const HeadBasis basis = head_basis(&model->u, scan_u(k));
        for (int a = 0; a < 4; a++)
            if (basis.index[a] - start < mouth->touched)
                mouth->sample[k][basis.index[a] - start] = basis.value[a];
    }
    for (int k = 0; k <= SCAN; k++)
        for (int i = 0; i < mouth->rows; i++)
            for (int j = 0; j < mouth->rows; j++)
                normal[i * mouth->rows + j] += (double)(mouth->sample[k][i + 3] * mouth->sample[k][j + 3]);
    head_factor_spd(mouth->rows, normal);
    for (int k = 0; k <= SCAN; k++) {
        for (int i = 0; i < mouth->rows; i++) right[i] = (double)mouth->sample[k][i + 3];
        head_substitute_spd(mouth->rows, normal, right);
        for (int i = 0; i < mouth->rows; i++) mouth->follow[i][k] = (float)right[i];
    }
}

/* The sample farthest back between the lips; 0 where no fold is: beside the mouth's corners. */
static int find_bottom(const float (*p)[3]) {
    int bottom = 0;
    for (int k = scan_at(BOTTOM_FROM_U); k <= scan_at(BOTTOM_TO_U); k++)
        if (p[k][2] < p[k - 1][2] && p[k][2] <= p[k + 1][2] && (bottom == 0 || p[k][2] < p[bottom][2]))
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

static bool find_lips(const HeadModel *model, float v, Lips *lips) {
    const HeadShape mean = {0};
    float p[SCAN + 1][3];
    for (int k = 0; k <= SCAN; k++) head_eval(model, &mean, (HeadSite){HEAD_SKIN, scan_u(k), v}, p[k], NULL);
    const float(*at)[3] = (const float(*)[3])p;
    const int low = scan_at(HEAD_LIPS_FROM_U), high = scan_at(HEAD_LIPS_TO_U), bottom = find_bottom(at);
    if (bottom == 0) return false;
    const int lower = find_margin(at, low, 1, bottom, high), upper = find_margin(at, high, -1, low, bottom);
    *lips = (Lips){0.5f * (scan_u(lower) + scan_u(upper)), 0.5f * (scan_u(upper) - scan_u(lower))};
    return upper > lower;
}

/* The lips of all columns: smooth lines, whose fold narrows to nothing beyond the corners. */
static void find_mouth(const HeadModel *model, Lips lips[HEAD_NET_MV]) {
    int first = HEAD_NET_MV / 2, last = first;
    while (find_lips(model, head_knots_greville(&model->v, first), &lips[first])) first--;
    while (find_lips(model, head_knots_greville(&model->v, last), &lips[last])) last++;
    for (int j = 0; j < HEAD_NET_MV; j++)
        if (j <= first || j >= last) lips[j] = (Lips){lips[j <= first ? first + 1 : last - 1].meet, 0};
    for (int pass = 0; pass < SMOOTH_PASSES; pass++) {
        Lips before = lips[0];
        for (int j = 1; j < HEAD_NET_MV - 1; j++) {
            const Lips here = lips[j];
            lips[j].meet = 0.25f * (before.meet + 2 * here.meet + lips[j + 1].meet);
            lips[j].half = 0.25f * (before.half + 2 * here.half + lips[j + 1].half);
            before = here;
        }
    }
}

/* What a change at a margin does at u: all of it in the fold, less and less beside it. */
static float fade(const Lips *lips, float u) {
    const float t = 1 - fmaxf(fabsf(u - lips->meet) - lips->half, 0) / FADE_U;
    return t > 0 ? t * t * (3 - 2 * t) : 0;
}

/* matrix: from the touched rows of a column to the change of the free ones that makes the fold move with the
 * mean of its margins. */
static void join_matrix(const Mouth *mouth, const Lips *lips, float matrix[ROWS_MAX][TOUCHED_MAX]) {
    const float *lower = mouth->sample[scan_at(lips->meet - lips->half)],
                *upper = mouth->sample[scan_at(lips->meet + lips->half)];
    memset(matrix, 0, sizeof(float[ROWS_MAX][TOUCHED_MAX]));
    for (int k = 0; k <= SCAN; k++) {
        float change[TOUCHED_MAX], share = fade(lips, scan_u(k));
        if (share <= 0) continue;
        const float side = scan_u(k) < lips->meet ? 0.5f : -0.5f;
        for (int r = 0; r < mouth->touched; r++)
            change[r] = share < 1 ? share * side * (upper[r] - lower[r])
                                  : 0.5f * (lower[r] + upper[r]) - mouth->sample[k][r];
        for (int i = 0; i < mouth->rows; i++)
            for (int r = 0; r < mouth->touched; r++) matrix[i][r] += mouth->follow[i][k] * change[r];
    }
}

/* One vector a control point: `stride` floats from row to row. */
static void join_column(const Mouth *mouth, float matrix[ROWS_MAX][TOUCHED_MAX], float *column,
                        size_t stride) {
    float old[TOUCHED_MAX][3];
    float *free = column + (size_t)mouth->first * stride;
    for (int r = 0; r < mouth->touched; r++)
        memcpy(old[r], free + ((ptrdiff_t)r - 3) * (ptrdiff_t)stride, sizeof old[r]);
    for (int i = 0; i < mouth->rows; i++)
        for (int r = 0; r < mouth->touched; r++)
            for (int c = 0; c < 3; c++) free[(size_t)i * stride + (size_t)c] += matrix[i][r] * old[r][c];
}

static float dot(const float a[3], const float b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void scale_to_one(float v[3]) {
    const float length = sqrtf(dot(v, v));
    for (int c = 0; c < 3; c++) v[c] /= length;
}

/* The mean between the margins: a parabola back between the lips, which it keeps apart. */
static void fold_column(const Mouth *mouth, const Lips *lips, float (*column)[3]) {
    float p[SCAN + 1][3] = {{0}}, from[3], to[3], back[3], up[3];
    for (int k = 0; k <= SCAN; k++)
        for (int r = 0; r < mouth->touched; r++)
            for (int c = 0; c < 3; c++)
                p[k][c] += mouth->sample[k][r] * column[(mouth->first - 3 + r) * HEAD_NET_MV][c];
    const int lower = scan_at(lips->meet - lips->half), upper = scan_at(lips->meet + lips->half),
              near = SCAN / 30;
    for (int c = 0; c < 3; c++) back[c] = p[lower][c] - p[lower - near][c] + p[upper][c] - p[upper + near][c];
    scale_to_one(back);
    for (int c = 0; c < 3; c++) up[c] = (c == 1) - back[1] * back[c];
    scale_to_one(up);
    float whole = fminf(lips->half / WHOLE_U, 1);
    whole *= whole * (3 - 2 * whole);
    for (int c = 0; c < 3; c++) {
        const float meet = 0.5f * (p[lower][c] + p[upper][c]), apart = 0.5f * GAP_MM * whole * up[c];
        from[c] = meet - apart, to[c] = meet + apart;
    }
    float change[SCAN + 1][3] = {{0}};
    for (int k = 0; k <= SCAN; k++) {
        const float share = fade(lips, scan_u(k));
        const float t = (float)(k - lower) / (float)(upper - lower), over = t * t * (3 - 2 * t);
        for (int c = 0; c < 3 && share > 0; c++)
            change[k][c] = k < lower   ? share * (from[c] - p[lower][c])
                           : k > upper ? share * (to[c] - p[upper][c])
                                       : from[c] + over * (to[c] - from[c]) +
                                             4 * t * (1 - t) * DEPTH_MM * whole * back[c] - p[k][c];
    }
    for (int i = 0; i < mouth->rows; i++)
        for (int k = 0; k <= SCAN; k++)
            for (int c = 0; c < 3; c++)
                column[(mouth->first + i) * HEAD_NET_MV][c] += mouth->follow[i][k] * change[k][c];
}

static bool join_lips(HeadModel *model, Arena *arena) {
    const size_t mark = arena_mark(arena);
    Mouth *mouth = ARENA_ARRAY(arena, Mouth, 1);
    float(*matrix)[TOUCHED_MAX] = arena_push_array(arena, sizeof *matrix, ROWS_MAX);
    if (!mouth || !matrix) return false;
    mouth_build(model, mouth);
    find_mouth(model, mouth->lips);
    for (int j = 0; j < HEAD_NET_MV; j++) {
        const Lips *lips = &mouth->lips[j];
        if (scan_at(lips->meet + lips->half) <= scan_at(lips->meet - lips->half)) continue;
        join_matrix(mouth, lips, matrix);
        fold_column(mouth, lips, &model->mean[j]);
        join_column(mouth, matrix, model->normal[j], (size_t)HEAD_NET_MV * 3);
        for (int k = 0; k < HEAD_MODES; k++)
            join_column(mouth, matrix, model->mode[j][k], (size_t)HEAD_NET_MV * HEAD_MODES * 3);
    }
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
    Fold face[4] = {{.reach_mm = EYE_MM, .sigma_mm = FACE_SIGMA_MM},
                    {.reach_mm = EYE_MM, .sigma_mm = FACE_SIGMA_MM},
                    {.centre = {7, -14, 103}, .reach_mm = NOSTRIL_MM, .sigma_mm = FACE_SIGMA_MM},
                    {.centre = {-7, -14, 103}, .reach_mm = NOSTRIL_MM, .sigma_mm = FACE_SIGMA_MM}},
         ears[2] = {{.reach_mm = CONCHA_MM, .sigma_mm = EAR_SIGMA_MM},
                    {.centre = {59, -34, -13}, .reach_mm = LOBE_MM, .sigma_mm = EAR_SIGMA_MM}};
    if (!join_lips(model, arena)) return false;
    head_eval(model, &mean, (HeadSite){HEAD_EAR_LEFT, 0, 1}, ears[0].centre, NULL);
    for (int side = 0; side < 2; side++)
        head_eval(model, &mean, model->landmark[side ? LM_RIGHT_PUPIL : LM_LEFT_PUPIL], face[side].centre,
                  NULL);
    bool ok = true;
    for (int k = 0; k < 4; k++)
        ok = ok && average_field(&face[k], skin, HEAD_NET, model->mode[0][0], MODE_FLOATS, arena) &&
             average_field(&face[k], skin, HEAD_NET, model->normal[0], 3, arena);
    for (int k = 0; k < 2; k++) {
        ok = ok && average_field(&ears[k], ear, HEAD_EAR_NET, model->ear_mode[0][0], MODE_FLOATS, arena);
        for (int side = 0; side < 2; side++)
            ok = ok && average_field(&ears[k], ear, HEAD_EAR_NET, model->ear_normal[side][0], 3, arena) &&
                 average_field(&ears[k], ear, HEAD_EAR_NET, model->ear_shift[side][0], 3, arena);
    }
    return ok;
}
