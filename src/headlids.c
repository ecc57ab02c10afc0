/* Closed lids: a change of the skin net about each eye opening, built at loading from the net itself.
 *
 * Inside an ellipse about the opening the control points, with rim, corner and hollow, give way to the
 * thin-plate membrane of those around them (least sum of squared Laplacians; so value and slope agree at the
 * ellipse), which then is lifted over the eyeball and carries a faint line where the lids meet and the upper
 * lid's crease. The modes and the residual's direction pass through the same membrane, so that no one's own
 * lid rim stays behind.
 */
#include "headinternal.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

enum {
    LID_ROWS = 24, /* of the window of control points about an eye, along u and v */
    LID_COLUMNS = 32,
    LID_POINTS_MAX = 320
};

/* The ellipse's half-axes: along u in knots, from the upper lid's crease to below the lower rim; along v as a
 * share of the way from the middle to a corner. */
#define LID_REACH_U    8.5f
#define LID_SHARE_V    1.38f
#define LID_STEP_RATIO 1.3f  /* a row's height to a column's width, mm/mm */
#define LID_BALL_MM    12.0f /* as in eyes.c */
/* Its front before the open eye's patch. The open heads' eyes are shallow, 7 mm before their outer corners; a
 * cornea stands 16 to 18 mm before the orbit's rim (exophthalmometry), so some 10 before that corner. */
#define LID_BALL_AHEAD_MM 2.0f
#define LID_THICK_MM      2.4f
#define LID_NARROW        1.2f /* lids grow thin towards the corners */
#define LID_SOFT_MM       1.6f /* over which membrane and ball pass into one another */
#define LID_LINE_MM       0.2f
#define LID_LINE_SIGMA_MM 1.6f /* what the net can hold without beading */
#define LID_CREASE_MM     0.45f
#define LID_CREASE_UP_MM  8.5f /* above the line where they meet: the upper lid's plate is as high */
/* Eyes stand out by 16 mm, give or take 2.5 (exophthalmometry); the modes know half of it. */
#define LID_FULL_MM 2.0f

typedef struct LidPatch {
    bool right;
    int row, column;                    /* left control point at the window's corner */
    float centre[2], reach[2];          /* ellipse, in control points */
    int unknown[LID_ROWS][LID_COLUMNS]; /* -1: held */
    int count;
    double matrix[LID_POINTS_MAX * LID_POINTS_MAX]; /* factored */
    double side[3][LID_POINTS_MAX];
    float pos[LID_ROWS][LID_COLUMNS][3];
} LidPatch;

static float patch_radius(const LidPatch *patch, int i, int j) {
    float a = ((float)(patch->row + i) - patch->centre[0]) / patch->reach[0];
    float b = ((float)(patch->column + j) - patch->centre[1]) / patch->reach[1];
    return sqrtf(a * a + b * b);
}

/* The control point of a place in the window, on the patch's side. */
static int patch_net(const LidPatch *patch, int i, int j) {
    int column = patch->column + j;
    return (patch->row + i) * HEAD_NET_MV + (patch->right ? HEAD_NET_MV - 1 - column : column);
}

static void patch_place(const HeadModel *model, LidPatch *patch) {
    const HeadSite *in = &model->landmark[LM_LEFT_ENDOCANTHION], *out = &model->landmark[LM_LEFT_EXOCANTHION],
                   *pupil = &model->landmark[LM_LEFT_PUPIL];
    /* control point k sits at knot k - 1 */
    float from = head_knots_index(&model->v, in->v) + 1, to = head_knots_index(&model->v, out->v) + 1;
    patch->centre[0] = head_knots_index(&model->u, pupil->u) + 1;
    patch->centre[1] = 0.5f * (from + to);
    patch->reach[0] = LID_REACH_U;
    patch->reach[1] = LID_SHARE_V * 0.5f * (to - from);
    patch->row = (int)patch->centre[0] - LID_ROWS / 2;
    patch->column = (int)patch->centre[1] - LID_COLUMNS / 2;
    for (int i = 0; i < LID_ROWS; i++)
        for (int j = 0; j < LID_COLUMNS; j++)
            patch->unknown[i][j] = patch_radius(patch, i, j) < 1 ? patch->count++ : -1;
    ASSERT(patch->count <= LID_POINTS_MAX && 2 * patch->count <= HEAD_LIDS_MAX);
}

static const int step[5][2] = {{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}};
#define ACROSS ((double)LID_STEP_RATIO * (double)LID_STEP_RATIO)
static const double step_weight[5] = {-2 - 2 * ACROSS, 1, 1, ACROSS, ACROSS};

/* Normal equations of all Laplacians that touch an unknown. */
static void patch_factor(LidPatch *patch) {
    int n = patch->count;
    for (int i = 1; i < LID_ROWS - 1; i++)
        for (int j = 1; j < LID_COLUMNS - 1; j++)
            for (int k = 0; k < 25; k++) {
                const int *a = step[k / 5], *b = step[k % 5];
                int p = patch->unknown[i + a[0]][j + a[1]], q = patch->unknown[i + b[0]][j + b[1]];
                if (p >= 0 && q >= 0) patch->matrix[p * n + q] += step_weight[k / 5] * step_weight[k % 5];
            }
    head_factor_spd(n, patch->matrix);
}

/* Replaces pos inside the ellipse by the membrane of pos outside. */
static void patch_membrane(LidPatch *patch) {
    memset(patch->side, 0, sizeof patch->side);
    for (int i = 1; i < LID_ROWS - 1; i++)
        for (int j = 1; j < LID_COLUMNS - 1; j++) {
            double held[3] = {0};
            for (int k = 0; k < 5; k++) {
                int y = i + step[k][0], x = j + step[k][1];
                for (int c = 0; c < 3 && patch->unknown[y][x] < 0; c++)
                    held[c] += step_weight[k] * (double)patch->pos[y][x][c];
            }
            for (int k = 0; k < 5; k++) {
                int p = patch->unknown[i + step[k][0]][j + step[k][1]];
                for (int c = 0; c < 3 && p >= 0; c++) patch->side[c][p] -= step_weight[k] * held[c];
            }
        }
    for (int c = 0; c < 3; c++) {
        head_substitute_spd(patch->count, patch->matrix, patch->side[c]);
        for (int i = 0; i < LID_ROWS; i++)
            for (int j = 0; j < LID_COLUMNS; j++)
                if (patch->unknown[i][j] >= 0)
                    patch->pos[i][j][c] = (float)patch->side[c][patch->unknown[i][j]];
    }
}

/* How far before the membrane at p the ball under a lid of some thickness stands, in LID_SOFT_MM; ball: the
 * ball's middle. */
static float lid_over(const float ball[3], const float p[3]) {
    const float radius = LID_BALL_MM + LID_THICK_MM, x = LID_NARROW * (fabsf(p[0]) - ball[0]),
                y = p[1] - ball[1];
    const float square = radius * radius - x * x - y * y;
    return square <= 0 ? -INFINITY : fminf(20, (ball[2] + sqrtf(square) - p[2]) / LID_SOFT_MM);
}

/* The height of the line where lids meet. */
static float lid_line(const float corner[2][3], float along) {
    const float arch = 4 * along * (1 - along);
    return corner[0][1] + along * (corner[1][1] - corner[0][1]) - HEAD_LID_SAG_MM * arch;
}

/* By how much one deviation of fullness moves the lid at p to the front: what the ball lifts of the upper
 * lid. */
static float lid_full(const float corner[2][3], const float ball[3], const float p[3], float radius) {
    const float along = (fabsf(p[0]) - corner[0][0]) / (corner[1][0] - corner[0][0]);
    const float above = (p[1] - lid_line(corner, fminf(fmaxf(along, 0), 1))) / LID_LINE_SIGMA_MM;
    return LID_FULL_MM * fminf(1, 3 * (1 - radius * radius)) / (1 + expf(-lid_over(ball, p))) /
           (1 + expf(-2 * above));
}

/* How far the lid stands off the membrane towards the front, mm. */
static float lid_rise(const float corner[2][3], const float ball[3], const float p[3], float radius) {
    const float over = lid_over(ball, p),
                lift = LID_SOFT_MM * logf(1 + expf(over)) * fminf(1, 3 * (1 - radius * radius));
    const float along = (fabsf(p[0]) - corner[0][0]) / (corner[1][0] - corner[0][0]);
    if (along <= 0 || along >= 1) return lift;
    const float arch = 4 * along * (1 - along);
    const float line = lid_line(corner, along);
    const float off = (p[1] - line) / LID_LINE_SIGMA_MM;
    const float above = (p[1] - line - LID_CREASE_UP_MM * sqrtf(arch)) / LID_LINE_SIGMA_MM;
    return lift -
           arch * (LID_LINE_MM * expf(-0.5f * off * off) + LID_CREASE_MM * expf(-0.5f * above * above));
}

/* Passes one field of the net through the membrane: what changes goes to the lids' own, `offset` floats in.
 */
static void patch_field(HeadModel *model, LidPatch *patch, const float *field, size_t stride, size_t offset) {
    for (int i = 0; i < LID_ROWS; i++)
        for (int j = 0; j < LID_COLUMNS; j++)
            memcpy(patch->pos[i][j], field + stride * (size_t)patch_net(patch, i, j), sizeof(float[3]));
    patch_membrane(patch);
    for (int i = 0; i < LID_ROWS; i++)
        for (int j = 0; j < LID_COLUMNS; j++) {
            if (patch->unknown[i][j] < 0) continue;
            int p = patch_net(patch, i, j);
            float *out = (float *)&model->lid[model->lid_at[p]] + offset;
            for (int c = 0; c < 3; c++) out[c] = patch->pos[i][j][c] - field[stride * (size_t)p + (size_t)c];
        }
}

static void patch_side(HeadModel *model, LidPatch *patch, bool right, const float corner[2][3],
                       const float ball[3]) {
    patch->right = right;
    for (int i = 0; i < LID_ROWS; i++)
        for (int j = 0; j < LID_COLUMNS; j++)
            if (patch->unknown[i][j] >= 0)
                model->lid_at[patch_net(patch, i, j)] =
                    (int16_t)(patch->unknown[i][j] + (right ? patch->count : 0));
    for (size_t k = 0; k < HEAD_MODES; k++)
        patch_field(model, patch, model->mode[0][k], 3 * HEAD_MODES, offsetof(HeadLid, mode) / 4 + 3 * k);
    patch_field(model, patch, model->normal[0], 3, offsetof(HeadLid, normal) / 4);
    patch_field(model, patch, model->mean[0], 3, offsetof(HeadLid, mean) / 4);
    for (int i = 0; i < LID_ROWS; i++)
        for (int j = 0; j < LID_COLUMNS; j++)
            if (patch->unknown[i][j] >= 0) {
                HeadLid *lid = &model->lid[model->lid_at[patch_net(patch, i, j)]];
                const float *at = patch->pos[i][j], radius = patch_radius(patch, i, j);
                lid->mean[2] += lid_rise(corner, ball, at, radius);
                lid->full = lid_full(corner, ball, at, radius);
            }
}

bool head_lids_build(HeadModel *model, Arena *arena) {
    static const HeadShape mean;
    size_t mark = arena_mark(arena);
    LidPatch *patch = ARENA_ARRAY(arena, LidPatch, 1);
    if (!patch) return false;
    memset(model->lid_at, -1, sizeof *model->lid_at * HEAD_NET);
    float corner[2][3], ball[3];
    head_eval(model, &mean, model->landmark[LM_LEFT_PUPIL], ball, NULL);
    ball[2] -= LID_BALL_MM - LID_BALL_AHEAD_MM;
    head_eval(model, &mean, model->landmark[LM_LEFT_ENDOCANTHION], corner[0], NULL);
    head_eval(model, &mean, model->landmark[LM_LEFT_EXOCANTHION], corner[1], NULL);
    patch_place(model, patch);
    patch_factor(patch);
    patch_side(model, patch, false, (const float(*)[3])corner, ball);
    patch_side(model, patch, true, (const float(*)[3])corner, ball);
    arena_rewind(arena, mark);
    return true;
}
