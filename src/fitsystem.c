#include "fitsystem.h"
#include <math.h>
#include <string.h>

bool fitsystem_create(Arena *arena, FitSystem *out) {
    memset(out, 0, sizeof *out);
    out->h = ARENA_ARRAY(arena, double, (size_t)FIT_COLUMNS *FIT_COLUMNS);
    out->factor = ARENA_ARRAY(arena, double, (size_t)FIT_COLUMNS *FIT_COLUMNS);
    return out->h && out->factor;
}

void fitsystem_clear(FitSystem *system) {
    memset(system->h, 0, sizeof(double) * FIT_COLUMNS * FIT_COLUMNS);
    memset(system->g, 0, sizeof system->g);
    system->cost = 0;
}

void fitsystem_add(FitSystem *system, const FitRow *row, double residual, double weight) {
    for (int i = 0; i < row->count; i++) {
        const int a = row->column[i];
        const double wi = weight * row->value[i];
        system->g[a] -= wi * residual;
        double *line = system->h + (size_t)a * FIT_COLUMNS;
        for (int j = 0; j < row->count; j++)
            if (row->column[j] <= a) line[row->column[j]] += wi * row->value[j];
    }
    system->cost += weight * residual * residual;
}

void fitsystem_add_diagonal(FitSystem *system, int column, double residual, double weight) {
    system->h[(size_t)column * FIT_COLUMNS + (size_t)column] += weight;
    system->g[column] -= weight * residual;
    system->cost += weight * residual * residual;
}

void fitsystem_hold(FitSystem *system, int column) {
    for (int j = 0; j < FIT_COLUMNS; j++) {
        const int a = j > column ? j : column, b = j > column ? column : j;
        system->h[(size_t)a * FIT_COLUMNS + (size_t)b] = 0;
    }
    system->h[(size_t)column * FIT_COLUMNS + (size_t)column] = 1;
    system->g[column] = 0;
}

/* Cholesky, row by row: the inner products run along contiguous rows, from the first column that either row
 * has (held columns and cameras that share no evidence cost nothing). */
static bool factorise(double *l, int first[FIT_COLUMNS]) {
    for (int i = 0; i < FIT_COLUMNS; i++) {
        double *li = l + (size_t)i * FIT_COLUMNS;
        first[i] = 0;
        while (first[i] < i && li[first[i]] == 0) first[i]++;
        for (int j = first[i]; j <= i; j++) {
            const double *lj = l + (size_t)j * FIT_COLUMNS;
            double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            int k = first[i] > first[j] ? first[i] : first[j];
            for (; k + 4 <= j; k += 4) {
                s0 += li[k] * lj[k];
                s1 += li[k + 1] * lj[k + 1];
                s2 += li[k + 2] * lj[k + 2];
                s3 += li[k + 3] * lj[k + 3];
            }
            for (; k < j; k++) s0 += li[k] * lj[k];
            const double rest = li[j] - (s0 + s1 + s2 + s3);
            if (i == j) {
                if (!(rest > 0)) return false;
                li[i] = sqrt(rest);
            } else {
                li[j] = rest / lj[j];
            }
        }
    }
    return true;
}

static void solve_lower(const double *l, double *x) {
    for (int i = 0; i < FIT_COLUMNS; i++) {
        double s = x[i];
        for (int k = 0; k < i; k++) s -= l[(size_t)i * FIT_COLUMNS + (size_t)k] * x[k];
        x[i] = s / l[(size_t)i * FIT_COLUMNS + (size_t)i];
    }
}

bool fitsystem_solve(FitSystem *system, double damping) {
    memcpy(system->factor, system->h, sizeof(double) * FIT_COLUMNS * FIT_COLUMNS);
    for (size_t i = 0; i < FIT_COLUMNS; i++) system->factor[i * FIT_COLUMNS + i] *= 1 + damping;
    memset(system->step, 0, sizeof system->step);
    int first[FIT_COLUMNS];
    if (!factorise(system->factor, first)) return false;
    memcpy(system->step, system->g, sizeof system->step);
    solve_lower(system->factor, system->step);
    for (int i = FIT_COLUMNS - 1; i >= 0; i--) {
        const double *li = system->factor + (size_t)i * FIT_COLUMNS;
        system->step[i] /= li[i];
        for (int k = 0; k < i; k++) system->step[k] -= li[k] * system->step[i];
    }
    return true;
}

double fitsystem_variance(const FitSystem *system, const FitRow *row) {
    double x[FIT_COLUMNS] = {0}, sum = 0;
    for (int i = 0; i < row->count; i++) x[row->column[i]] += row->value[i];
    solve_lower(system->factor, x);
    for (int i = 0; i < FIT_COLUMNS; i++) sum += x[i] * x[i];
    return sum;
}

double fitcamera_project(const FitCamera *camera, const float point_mm[3], double px[2]) {
    double x[3];
    for (int i = 0; i < 3; i++) {
        x[i] = camera->t[i];
        for (int k = 0; k < 3; k++) x[i] += camera->r[i][k] * (double)point_mm[k];
    }
    const double z = x[2] > 1 ? x[2] : 1;
    px[0] = camera->focal * x[0] / z + camera->cx;
    px[1] = camera->focal * x[1] / z + camera->cy;
    return x[2];
}

void fitcamera_centre(const FitCamera *camera, double centre_mm[3]) {
    for (int k = 0; k < 3; k++) {
        centre_mm[k] = 0;
        for (int i = 0; i < 3; i++) centre_mm[k] -= camera->r[i][k] * camera->t[i];
    }
}

double fitcamera_from_left(const FitCamera *camera) {
    double centre[3];
    fitcamera_centre(camera, centre);
    return centre[0] / hypot(centre[0], hypot(centre[1], centre[2]));
}

/* Rodrigues' formula. */
static void rotation_from_vector(const double v[3], double out[3][3]) {
    const double angle = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    const double a = angle > 1e-12 ? sin(angle) / angle : 1.0;
    const double b = angle > 1e-12 ? (1 - cos(angle)) / (angle * angle) : 0.5;
    const double k[3][3] = {{0, -v[2], v[1]}, {v[2], 0, -v[0]}, {-v[1], v[0], 0}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            out[i][j] = (i == j ? 1 - b * angle * angle : 0) + a * k[i][j] + b * v[i] * v[j];
}

/* The turn is about the head's own origin as the camera sees it, so that turn and move stay nearly
 * independent. */
void fitcamera_step(FitCamera *camera, const double step[FIT_CAMERA_COLUMNS]) {
    double turn[3][3], r[3][3];
    rotation_from_vector(step, turn);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            r[i][j] = 0;
            for (int k = 0; k < 3; k++) r[i][j] += turn[i][k] * camera->r[k][j];
        }
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) camera->r[i][j] = r[i][j];
        camera->t[i] += step[3 + i];
    }
    camera->focal *= exp(step[6]);
}

void fitcamera_look(FitCamera *camera, double yaw_rad, double pitch_rad, double roll_rad) {
    const double cy = cos(yaw_rad), sy = sin(yaw_rad), cp = cos(pitch_rad), sp = sin(pitch_rad);
    const double cr = cos(roll_rad), sr = sin(roll_rad);
    /* The camera stands at azimuth yaw (towards the head's left) and elevation pitch, looking at the origin.
     */
    const double forward[3] = {-sy * cp, -sp, -cy * cp}, right[3] = {cy, 0, -sy};
    const double down[3] = {forward[1] * right[2] - forward[2] * right[1],
                            forward[2] * right[0] - forward[0] * right[2],
                            forward[0] * right[1] - forward[1] * right[0]};
    for (int k = 0; k < 3; k++) {
        camera->r[0][k] = cr * right[k] + sr * down[k];
        camera->r[1][k] = -sr * right[k] + cr * down[k];
        camera->r[2][k] = forward[k];
    }
}

void fitcamera_differentiate(const FitCamera *camera, const float point_mm[3], FitProjection *out) {
    double rel[3], x[3];
    for (int i = 0; i < 3; i++) {
        rel[i] = 0;
        for (int k = 0; k < 3; k++) rel[i] += camera->r[i][k] * (double)point_mm[k];
        x[i] = rel[i] + camera->t[i];
    }
    const double z = x[2] > 1 ? x[2] : 1, f = camera->focal / z;
    const double by_x[2][3] = {{f, 0, -f * x[0] / z}, {0, f, -f * x[1] / z}};
    out->depth_mm = x[2];
    out->px[0] = f * x[0] + camera->cx;
    out->px[1] = f * x[1] + camera->cy;
    for (int a = 0; a < 2; a++) {
        const double *d = by_x[a];
        for (int k = 0; k < 3; k++)
            out->by_point[a][k] = d[0] * camera->r[0][k] + d[1] * camera->r[1][k] + d[2] * camera->r[2][k];
        out->by_camera[a][0] = d[2] * rel[1] - d[1] * rel[2];
        out->by_camera[a][1] = d[0] * rel[2] - d[2] * rel[0];
        out->by_camera[a][2] = d[1] * rel[0] - d[0] * rel[1];
        for (int k = 0; k < 3; k++) out->by_camera[a][3 + k] = d[k];
        out->by_camera[a][6] = out->px[a] - (a ? camera->cy : camera->cx);
    }
}

static void row_put(FitRow *row, int column, double value) {
    ASSERT(row->count < FIT_ROW_MAX);
    row->column[row->count] = (uint16_t)column;
    row->value[row->count++] = value;
}

void fitrow_add_camera(FitRow *row, int photo, const FitProjection *at, const double direction[2],
                       double scale) {
    for (int k = 0; k < FIT_CAMERA_COLUMNS; k++) {
        const double d = direction[0] * at->by_camera[0][k] + direction[1] * at->by_camera[1][k];
        row_put(row, HEAD_WEIGHTS + photo * FIT_CAMERA_COLUMNS + k, scale * d);
    }
}

void fitrow_add_vertex(FitRow *row, const FitBasis *basis, uint32_t vertex, const double by_point[3],
                       double scale) {
    const int before = row->count;
    for (uint32_t k = basis->row_start[vertex]; k < basis->row_start[vertex + 1]; k++) {
        const int column = basis->row_weight[k];
        const float *d = basis->row_der[k];
        const double value =
            scale * (by_point[0] * (double)d[0] + by_point[1] * (double)d[1] + by_point[2] * (double)d[2]);
        int same = -1;
        for (int j = 0; j < before && same < 0; j++)
            if (row->column[j] == column) same = j;
        if (same >= 0)
            row->value[same] += value;
        else
            row_put(row, column, value);
    }
}

void fitrow_add_site(FitRow *row, float (*jac)[3], const double by_point[3], double scale) {
    for (int k = 0; k < HEAD_WEIGHTS; k++) {
        const float *d = jac[k];
        if (fabsf(d[0]) + fabsf(d[1]) + fabsf(d[2]) < 1e-6f) continue;
        row_put(row, k,
                scale *
                    (by_point[0] * (double)d[0] + by_point[1] * (double)d[1] + by_point[2] * (double)d[2]));
    }
}
