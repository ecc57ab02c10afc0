/* fitsystem - the normal equations of the fit: sparse rows in, one Gauss-Newton step out.
 *
 * Why not cminpack here: 420 shape weights and up to 35 camera values against some 10,000 residuals cost its
 * dense QR 3 billion operations a step; these rows have about 70 non-zeros, so that summing the 450 x 450
 * normal matrix costs 30 million and its Cholesky factor 25 million. (Poses from a few landmarks do use
 * cminpack: fitpose.h.) Columns: HEAD_WEIGHTS shape weights, then FIT_CAMERA_COLUMNS for each photo. Private
 * to the fit.
 */
#pragma once
#include "casefile.h"
#include "fitbasis.h"

enum {
    FIT_CAMERA_COLUMNS = 7, /* turn about camera x, y, z (rad), move x, y, z (mm), log focal */
    FIT_COLUMNS = HEAD_WEIGHTS + CASE_PHOTOS * FIT_CAMERA_COLUMNS,
    FIT_ROW_MAX = 400
};

/* A pinhole camera as the solver moves it: px = focal * (X/Z, Y/Z) + centre, X = R p + t. */
typedef struct FitCamera {
    double r[3][3], t[3], focal, cx, cy;
} FitCamera;

typedef struct FitRow {
    int count;
    uint16_t column[FIT_ROW_MAX];
    double value[FIT_ROW_MAX];
} FitRow;

typedef struct FitSystem {
    double *h;      /* FIT_COLUMNS^2, lower triangle */
    double *factor; /* Cholesky factor of the last solve, lower */
    double g[FIT_COLUMNS], step[FIT_COLUMNS];
    double cost; /* sum of weighted squared residuals */
} FitSystem;

bool fitsystem_create(Arena *arena, FitSystem *out);
void fitsystem_clear(FitSystem *system);
/* Adds weight * (residual + row . step)^2. */
void fitsystem_add(FitSystem *system, const FitRow *row, double residual, double weight);
/* Adds weight * (residual + step[column])^2. */
void fitsystem_add_diagonal(FitSystem *system, int column, double residual, double weight);
/* Hold a column where it is. */
void fitsystem_hold(FitSystem *system, int column);
/* The minimising step with Levenberg damping (a share of the diagonal); false when not positive definite. */
bool fitsystem_solve(FitSystem *system, double damping);
/* Variance of row . parameters under the last factor. */
double fitsystem_variance(const FitSystem *system, const FitRow *row);

/* Camera maths. */
double fitcamera_project(const FitCamera *camera, const float point_mm[3],
                         double px[2]); /* returns depth, mm */
void fitcamera_step(FitCamera *camera, const double step[FIT_CAMERA_COLUMNS]);
void fitcamera_centre(const FitCamera *camera, double centre_mm[3]);
/* Sine of the angle at which the camera looks from the head's left (1) or right (-1). */
double fitcamera_from_left(const FitCamera *camera);
void fitcamera_look(FitCamera *camera, double yaw_rad, double pitch_rad, double roll_rad);

/* Derivatives of a projected point: by the point itself (2 x 3), by the camera's columns (2 x 7). */
typedef struct FitProjection {
    double px[2], depth_mm;
    double by_point[2][3], by_camera[2][FIT_CAMERA_COLUMNS];
} FitProjection;
void fitcamera_differentiate(const FitCamera *camera, const float point_mm[3], FitProjection *out);

/* Append d(direction . px) to a row: camera columns of the photo, and the shape weights of the mesh point
 * that is (1 - t) * vertex a + t * vertex b. `scale` multiplies all. Repeated columns are summed. */
void fitrow_add_camera(FitRow *row, int photo, const FitProjection *at, const double direction[2],
                       double scale);
void fitrow_add_vertex(FitRow *row, const FitBasis *basis, uint32_t vertex, const double by_point[3],
                       double scale);
void fitrow_add_site(FitRow *row, float (*jac)[3], const double by_point[3], double scale);
