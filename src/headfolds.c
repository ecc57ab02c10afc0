/* Where the calibrated surface nearly touches itself, its modes must not push one side through the other.
 *
 * Lips: behind them lies a pocket where nothing was seen. Column by column of control points all rows of the
 * pocket and both lips' margins move as one: by what the margins would move on average, which fades out over
 * the rows beside them. Lids and the depth of the concha: modes are averaged over some mm of space, so that
 * what is near moves alike, whichever side of a fold it lies on.
 */
#include "headinternal.h"
#include <math.h>
#include <string.h>

#define LOWEST_U        0.180f /* the mouth's rows: from the lower lip's front ... */
#define HIGHEST_U       0.252f /* ... to the upper lip's */
#define MIDDLE_U        0.216f
#define WIDEST_V        0.26f
#define MARGIN_MM       3.0f /* this far behind the front of the lip that is less far out, the strip begins */
#define EYE_MM          22.0f
#define EYE_SIGMA_MM    4.0f
#define CONCHA_MM       20.0f
#define CONCHA_SIGMA_MM 4.0f
enum { MODE_FLOATS = 3 * HEAD_MODES, FADE_ROWS = 4, SCAN = 64 };

typedef struct Lips { /* of one column: rows of the lower and of the upper margin */
    int lower, upper;
} Lips;

static float scan_u(int k) {
    return LOWEST_U + (HIGHEST_U - LOWEST_U) * (float)k / SCAN;
}

/* False where no pocket is: beside the mouth's corners. */
static bool find_lips(const HeadModel *model, float v, Lips *lips) {
    const HeadShape mean = {0};
    float z[SCAN + 1], front[2] = {-INFINITY, -INFINITY}, low = INFINITY, u[2] = {0, 0};
    for (int k = 0; k <= SCAN; k++) {
        float pos[3];
        head_eval(model, &mean, (HeadSite){HEAD_SKIN, scan_u(k), v}, pos, NULL);
        z[k] = pos[2];
        float *lip = &front[scan_u(k) > MIDDLE_U];
        *lip = fmaxf(*lip, z[k]);
        low = fminf(low, z[k]);
    }
    float margin = fminf(front[0], front[1]) - MARGIN_MM;
    if (low > margin) return false;
    bool lower_front = false, upper_front = false;
    for (int k = 0; k <= SCAN && u[0] == 0; k++) { /* the first way in from below, and from above */
        lower_front = lower_front || z[k] > margin;
        if (lower_front && z[k] <= margin) u[0] = scan_u(k);
    }
    for (int k = SCAN; k >= 0 && u[1] == 0; k--) {
        upper_front = upper_front || z[k] > margin;
        if (upper_front && z[k] <= margin) u[1] = scan_u(k);
    }
    lips->lower = lips->upper = -1;
    for (int i = 0; i < HEAD_NET_U; i++) {
        float at = head_knots_greville(&model->u, i);
        if (at > 0.5f * LOWEST_U && at <= u[0]) lips->lower = i;
        if (at >= u[1] && at < 2 * HIGHEST_U && lips->upper < 0) lips->upper = i;
    }
    return lips->lower > 0 && lips->upper > lips->lower;
}

static float fade(int rows_away) {
    float t = 1 - (float)rows_away / (FADE_ROWS + 1);
    return t * t * (3 - 2 * t);
}

/* One vector a control point: `stride` floats from row to row. */
static void join_column(float *column, size_t stride, Lips lips) {
    for (size_t c = 0; c < 3; c++) {
        float *lower = column + (size_t)lips.lower * stride + c,
              *upper = column + (size_t)lips.upper * stride + c;
        float mean = 0.5f * (*lower + *upper), by[2] = {mean - *lower, mean - *upper};
        for (int away = 1; away <= FADE_ROWS; away++) {
            lower[-(ptrdiff_t)stride * away] += fade(away) * by[0];
            upper[(ptrdiff_t)stride * away] += fade(away) * by[1];
        }
        for (float *row = lower; row <= upper; row += stride) *row = mean;
    }
}

static void join_lips(HeadModel *model) {
    for (int j = 0; j < HEAD_NET_MV; j++) {
        Lips lips;
        float v = head_knots_greville(&model->v, j);
        if (fabsf(v) > WIDEST_V || !find_lips(model, v, &lips)) continue;
        join_column(model->normal[j], (size_t)HEAD_NET_MV * 3, lips);
        for (int k = 0; k < HEAD_MODES; k++)
            join_column(model->mode[j][k], (size_t)HEAD_NET_MV * HEAD_MODES * 3, lips);
    }
}

/* Control points [0, count) within reach_mm of the centre: their modes become averages over sigma_mm, fully
 * in the inner half of the reach, then less and less. */
static bool average_modes(const float (*at)[3], float (*mode)[MODE_FLOATS], int count, const float centre[3],
                          float reach_mm, float sigma_mm, Arena *arena) {
    enum { MOST = 2048 };
    size_t mark = arena_mark(arena);
    int *near = ARENA_ARRAY(arena, int, MOST), found = 0;
    float(*old)[MODE_FLOATS] = arena_push_array(arena, sizeof *old, MOST);
    if (!near || !old) return false;
    for (int p = 0; p < count && found < MOST; p++) {
        float d[3] = {at[p][0] - centre[0], at[p][1] - centre[1], at[p][2] - centre[2]};
        if (d[0] * d[0] + d[1] * d[1] + d[2] * d[2] > reach_mm * reach_mm) continue;
        memcpy(old[found], mode[p], sizeof *old);
        near[found++] = p;
    }
    for (int i = 0; i < found; i++) {
        float sum[MODE_FLOATS] = {0}, total = 0, away = 0;
        for (int j = 0; j < found; j++) {
            float square = 0;
            for (int c = 0; c < 3; c++) {
                float d = at[near[i]][c] - at[near[j]][c];
                square += d * d;
            }
            float share = expf(-square / (2 * sigma_mm * sigma_mm));
            for (int k = 0; k < MODE_FLOATS; k++) sum[k] += share * old[j][k];
            total += share;
        }
        for (int c = 0; c < 3; c++) away += (at[near[i]][c] - centre[c]) * (at[near[i]][c] - centre[c]);
        float t = fminf(1, 2 - 2 * sqrtf(away) / reach_mm), share = t * t * (3 - 2 * t);
        for (int k = 0; k < MODE_FLOATS; k++) mode[near[i]][k] += share * (sum[k] / total - mode[near[i]][k]);
    }
    arena_rewind(arena, mark);
    return true;
}

bool head_folds_build(HeadModel *model, Arena *arena) {
    const HeadShape mean = {0};
    const HeadSite concha = {HEAD_EAR_LEFT, 0, 1};
    const float(*skin)[3] = (const float(*)[3])model->mean, (*ear)[3] = (const float(*)[3])model->ear_mean;
    float(*mode)[MODE_FLOATS] = (float(*)[MODE_FLOATS])model->mode;
    float(*ear_mode)[MODE_FLOATS] = (float(*)[MODE_FLOATS])model->ear_mode;
    float left[3], right[3], pole[3];
    join_lips(model);
    head_eval(model, &mean, model->landmark[LM_LEFT_PUPIL], left, NULL);
    head_eval(model, &mean, model->landmark[LM_RIGHT_PUPIL], right, NULL);
    head_eval(model, &mean, concha, pole, NULL);
    return average_modes(skin, mode, HEAD_NET, left, EYE_MM, EYE_SIGMA_MM, arena) &&
           average_modes(skin, mode, HEAD_NET, right, EYE_MM, EYE_SIGMA_MM, arena) &&
           average_modes(ear, ear_mode, HEAD_EAR_NET, pole, CONCHA_MM, CONCHA_SIGMA_MM, arena);
}
