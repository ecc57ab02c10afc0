#include "headscan.h"

#include "../engine/rays.h"
#include "headinternal.h"
#include "scanfeatures.h"
#include <math.h>
#include <string.h>

/* Unknowns: modes, residuals, ears, then a small turn about each axis, a shift, and (with no unit to trust) a
 * scale. */
enum { POSE = HEAD_WEIGHTS, UNKNOWNS = HEAD_WEIGHTS + 7 };

typedef struct Scan {
    const HeadModel *model;
    const Mesh *mesh;
    const Image *texture;
    Rays *rays;
    HeadScanFit *fit;
    FitBasis basis; /* the head with the lids of the shape, at the shape's weights */
    ScanFeatures features;
    bool free_scale;
    double *normal, *right; /* [UNKNOWNS^2], [UNKNOWNS] */
} Scan;

/* Of a found feature against a vertex of the surface. */
static const double FEATURE_WEIGHT = 40;
static const float FACING = 0.6f; /* least cosine between normals of a pair */

typedef struct Round {           /* one least-squares step */
    float reach_mm;              /* pairs farther apart are left out */
    float prior, residual_prior; /* weights against the data */
    bool shape, ears;
    ScanLook look;     /* before the first step */
    int steps, stride; /* of the coarse topology's vertices */
} Round;

void head_from_scan(const HeadScanFit *fit, const float scan[3], float head_mm[3]) {
    for (int i = 0; i < 3; i++)
        head_mm[i] = fit->translation_mm[i] +
                     fit->scale * (fit->rotation[i][0] * scan[0] + fit->rotation[i][1] * scan[1] +
                                   fit->rotation[i][2] * scan[2]);
}

void head_to_scan(const HeadScanFit *fit, const float head[3], float scan[3]) {
    float d[3] = {head[0] - fit->translation_mm[0], head[1] - fit->translation_mm[1],
                  head[2] - fit->translation_mm[2]};
    for (int i = 0; i < 3; i++)
        scan[i] = (fit->rotation[0][i] * d[0] + fit->rotation[1][i] * d[1] + fit->rotation[2][i] * d[2]) /
                  fit->scale;
}

static void triangle_normal(const Scan *scan, uint32_t triangle, float normal[3]) {
    float n[3];
    scanpicture_normal(scan->mesh, triangle, n);
    for (int i = 0; i < 3; i++)
        normal[i] = scan->fit->rotation[i][0] * n[0] + scan->fit->rotation[i][1] * n[1] +
                    scan->fit->rotation[i][2] * n[2];
}

/* Many scans have insides (a bag behind the lips, sockets behind the lids), in the face and so thick. */
static const float FACE_FROM_MM = 40, INSIDE_MM = 7;

/* Moves a point of the scan outwards to the layer that covers it, if one does that faces as the head does. */
static void move_outside(const Scan *scan, const float outwards[3], float pos[3], float normal[3]) {
    float from[3], to[3], start[3], origin[3], direction[3], other[3];
    RayHit hit;
    for (int c = 0; c < 3; c++) start[c] = pos[c] + 0.3f * outwards[c], to[c] = start[c] + outwards[c];
    head_to_scan(scan->fit, start, origin);
    head_to_scan(scan->fit, to, from);
    for (int c = 0; c < 3; c++) direction[c] = (from[c] - origin[c]) * scan->fit->scale;
    if (!rays_cast(scan->rays, origin, direction, INSIDE_MM / scan->fit->scale, &hit)) return;
    triangle_normal(scan, hit.triangle, other);
    if (other[0] * outwards[0] + other[1] * outwards[1] + other[2] * outwards[2] < FACING) return;
    for (int c = 0; c < 3; c++) {
        pos[c] = start[c] + hit.distance_mm * scan->fit->scale * outwards[c];
        normal[c] = other[c];
    }
}

/* Nearest point of the scan's outside to a point of the head, and the scan's unit normal there, in head
 * space; false where it is far or faces elsewhere. */
static bool nearest(const Scan *scan, const float head[3], const float outwards[3], float reach_mm,
                    float pos[3], float normal[3]) {
    float query[3], found[3];
    RayHit hit;
    head_to_scan(scan->fit, head, query);
    if (!rays_nearest(scan->rays, query, reach_mm / scan->fit->scale, &hit, found)) return false;
    head_from_scan(scan->fit, found, pos);
    triangle_normal(scan, hit.triangle, normal);
    if (head[2] > FACE_FROM_MM) move_outside(scan, outwards, pos, normal);
    return normal[0] * outwards[0] + normal[1] * outwards[1] + normal[2] * outwards[2] >= FACING;
}

/* ---- least squares ---- */

typedef struct Row {
    int count, index[UNKNOWNS];
    double value[UNKNOWNS];
} Row;

/* Does a round move this weight? */
static bool moves(const Round *round, int weight) {
    return round->shape && (round->ears || weight < HEAD_MODES + HEAD_RESIDUALS);
}

static void row_add(Row *row, int index, const float by[3], const float direction[3], float share) {
    const double x = (double)(share * (by[0] * direction[0] + by[1] * direction[1] + by[2] * direction[2]));
    if (x != 0) row->index[row->count] = index, row->value[row->count++] = x;
}

/* How a vertex of the head moves along a direction. */
static void row_of_vertex(const Scan *scan, const Round *round, uint32_t vertex, const float direction[3],
                          Row *row) {
    const FitBasis *basis = &scan->basis;
    row->count = 0;
    for (uint32_t k = basis->row_start[vertex]; k < basis->row_start[vertex + 1]; k++)
        if (moves(round, basis->row_weight[k]))
            row_add(row, basis->row_weight[k], basis->row_der[k], direction, 1);
}

/* The same of a feature's blend of two sites. */
static void row_of_feature(const Scan *scan, const Round *round, const ScanFeature *feature,
                           const float direction[3], Row *row) {
    row->count = 0;
    for (int k = 0; k < HEAD_WEIGHTS; k++) {
        float by[3];
        if (!moves(round, k)) continue;
        for (int c = 0; c < 3; c++)
            by[c] = feature->share * scan->basis.site_der[feature->site[0]][k][c] +
                    (1 - feature->share) * scan->basis.site_der[feature->site[1]][k][c];
        row_add(row, k, by, direction, 1);
    }
}

/* Adds weight * (row . x - value)^2, with the pose's part of the row from a point of the scan and a
 * direction. */
static void add_row(Scan *scan, Row *row, const float point[3], const float direction[3], double value,
                    double weight) {
    /* The scan turns about the head's origin by w: its point p moves by w x p. */
    const float pose[7] = {-(point[1] * direction[2] - point[2] * direction[1]),
                           -(point[2] * direction[0] - point[0] * direction[2]),
                           -(point[0] * direction[1] - point[1] * direction[0]),
                           -direction[0],
                           -direction[1],
                           -direction[2],
                           -(point[0] * direction[0] + point[1] * direction[1] + point[2] * direction[2])};
    for (int k = 0; k < (scan->free_scale ? 7 : 6); k++)
        row->index[row->count] = POSE + k, row->value[row->count++] = (double)pose[k];
    for (int a = 0; a < row->count; a++) {
        double scaled = weight * row->value[a];
        scan->right[row->index[a]] += scaled * value;
        double *line = scan->normal + (size_t)row->index[a] * UNKNOWNS;
        for (int b = 0; b <= a; b++) line[row->index[b]] += scaled * row->value[b];
    }
}

/* Moves the shape and the pose by the solution. */
static void apply_step(Scan *scan, const double *x) {
    HeadScanFit *fit = scan->fit;
    for (int k = 0; k < HEAD_WEIGHTS; k++) fit->shape.weight[k] += (float)x[k];
    float w[3] = {(float)x[POSE], (float)x[POSE + 1], (float)x[POSE + 2]}, turned[3][3], moved[3];
    float angle = sqrtf(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
    float s = angle > 1e-9f ? sinf(angle) / angle : 1,
          c = angle > 1e-9f ? (1 - cosf(angle)) / (angle * angle) : 0.5f;
    const float cross[3][3] = {{0, -w[2], w[1]}, {w[2], 0, -w[0]}, {-w[1], w[0], 0}};
    float matrix[3][3], grow = 1 + (float)x[POSE + 6];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            float square = cross[i][0] * cross[0][j] + cross[i][1] * cross[1][j] + cross[i][2] * cross[2][j];
            matrix[i][j] = (i == j ? 1.0f : 0.0f) + s * cross[i][j] + c * square;
        }
    for (int i = 0; i < 3; i++) {
        moved[i] = (float)x[POSE + 3 + i];
        for (int j = 0; j < 3; j++) {
            moved[i] += grow * matrix[i][j] * fit->translation_mm[j];
            turned[i][j] = matrix[i][0] * fit->rotation[0][j] + matrix[i][1] * fit->rotation[1][j] +
                           matrix[i][2] * fit->rotation[2][j];
        }
    }
    memcpy(fit->rotation, turned, sizeof turned);
    memcpy(fit->translation_mm, moved, sizeof moved);
    fit->scale *= grow;
}

/* How much a vertex of the head counts: the neck not at all, ears less. */
static float site_weight(HeadSite site, const float pos[3], bool ears) {
    if (pos[1] < -95 || (pos[1] < -60 && pos[2] < 20)) return 0;
    if (site.part != HEAD_SKIN && site.v > 0.12f) return ears ? 0.5f : 0;
    return 1;
}

static void add_prior(Scan *scan, const Round *round) {
    for (int k = 0; k < UNKNOWNS; k++) {
        bool residual = k >= HEAD_MODES && k < HEAD_MODES + HEAD_RESIDUALS,
             ear = k >= HEAD_MODES + HEAD_RESIDUALS;
        double weight = (double)(residual ? round->residual_prior : ear ? 8 * round->prior : round->prior);
        if (k >= POSE) weight = 1e-6;
        scan->normal[(size_t)k * UNKNOWNS + (size_t)k] += weight;
        if (k < HEAD_WEIGHTS) scan->right[k] -= weight * (double)scan->fit->shape.weight[k];
    }
}

/* Solves for the unknowns from `first` on; those before it stay at zero. */
static void solve_step(Scan *scan, int first) {
    int n = UNKNOWNS - first;
    double *packed = scan->normal; /* rows move up over rows already copied */
    for (int a = 0; a < n; a++)
        for (int b = 0; b <= a; b++)
            packed[(size_t)a * (size_t)n + (size_t)b] =
                scan->normal[(size_t)(first + a) * UNKNOWNS + (size_t)(first + b)];
    head_solve_spd(n, packed, scan->right + first);
    memset(scan->right, 0, sizeof(double) * (size_t)first);
}

/* Surface against surface; returns the mean trimmed distance of the pairs in mm, or infinity with too few. */
static float add_surface(Scan *scan, const Round *round) {
    const FitBasis *head = &scan->basis;
    double total = 0, weights = 0;
    Row row;
    for (uint32_t i = 0; i < head->vertex_count; i += (uint32_t)round->stride) {
        float p[3], n[3], weight = site_weight(head->topology->site[i], head->pos[i], round->ears);
        if (weight <= 0 || !nearest(scan, head->pos[i], head->nrm[i], round->reach_mm, p, n)) continue;
        float gap = 0;
        for (int c = 0; c < 3; c++) gap += (p[c] - head->pos[i][c]) * n[c];
        /* Geman-McClure, at half of the reach */
        float g = 2 * gap / round->reach_mm, robust = 1 / ((1 + g * g) * (1 + g * g));
        row_of_vertex(scan, round, i, n, &row);
        add_row(scan, &row, p, n, (double)gap, (double)(weight * robust));
        total += (double)(weight * fabsf(gap)), weights += (double)weight;
    }
    return weights * round->stride < 600 ? INFINITY : (float)(total / weights);
}

/* Where the head has a feature now, and where the scan has it, in head space. */
static void feature_places(const Scan *scan, const ScanFeature *feature, float here[3], float there[3]) {
    float site[2][3];
    for (int k = 0; k < 2; k++) fitbasis_site(&scan->basis, feature->site[k], site[k]);
    for (int c = 0; c < 3; c++) here[c] = feature->share * site[0][c] + (1 - feature->share) * site[1][c];
    head_from_scan(scan->fit, feature->pos, there);
}

static void add_feature(Scan *scan, const Round *round, const ScanFeature *feature, double weight) {
    Row row;
    float here[3], there[3];
    feature_places(scan, feature, here, there);
    for (int k = 0; k < 3; k++) {
        const float *d = feature->axis[k], sigma = feature->sigma_mm[k];
        if (sigma <= 0) continue;
        const float gap =
            d[0] * (there[0] - here[0]) + d[1] * (there[1] - here[1]) + d[2] * (there[2] - here[2]);
        row_of_feature(scan, round, feature, d, &row);
        add_row(scan, &row, there, d, (double)gap, weight / (double)(sigma * sigma));
    }
}

static void add_features(Scan *scan, const Round *round, const HeadScanPins *pins) {
    for (int k = 0; pins && k < HEAD_FIXED_LANDMARKS; k++) {
        ScanFeature pin = {
            .site = {k, k}, .share = 1, .axis = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, .sigma_mm = {1, 1, 1}};
        memcpy(pin.pos, pins->pos[k], sizeof pin.pos);
        if (pins->given[k]) add_feature(scan, round, &pin, round->shape ? 1 : 20);
    }
    for (int k = 0; k < scan->features.count; k++) {
        const ScanFeature *f = &scan->features.feature[k];
        const bool pinned = pins && ((f->site[0] < HEAD_FIXED_LANDMARKS && pins->given[f->site[0]]) ||
                                     (f->site[1] < HEAD_FIXED_LANDMARKS && pins->given[f->site[1]]));
        if (!pinned) add_feature(scan, round, f, FEATURE_WEIGHT);
    }
}

/* One least-squares step; returns as add_surface does. */
static float scan_step(Scan *scan, const Round *round, const HeadScanPins *pins) {
    memset(scan->normal, 0, sizeof(double) * UNKNOWNS * UNKNOWNS);
    memset(scan->right, 0, sizeof(double) * UNKNOWNS);
    fitbasis_update(&scan->basis, &scan->fit->shape);
    const float gap = add_surface(scan, round);
    if (gap == INFINITY) return gap;
    add_features(scan, round, pins);
    add_prior(scan, round);
    solve_step(scan, round->shape ? 0 : POSE);
    apply_step(scan, scan->right);
    return gap;
}

/* ---- finding the head ---- */

/* Horizontal extent of what lies within `depth` below the scan's highest point, for an up axis. */
static void top_slab(const Mesh *mesh, const float axis[3][3], float depth, float low[3], float high[3]) {
    float top = -INFINITY;
    for (uint32_t i = 0; i < mesh->vertex_count; i++) {
        const float *p = mesh->pos[i];
        top = fmaxf(top, axis[1][0] * p[0] + axis[1][1] * p[1] + axis[1][2] * p[2]);
    }
    for (int c = 0; c < 3; c++) low[c] = INFINITY, high[c] = -INFINITY;
    for (uint32_t i = 0; i < mesh->vertex_count; i++) {
        const float *p = mesh->pos[i];
        if (axis[1][0] * p[0] + axis[1][1] * p[1] + axis[1][2] * p[2] < top - depth) continue;
        for (int c = 0; c < 3; c++) {
            float x = axis[c][0] * p[0] + axis[c][1] * p[1] + axis[c][2] * p[2];
            low[c] = fminf(low[c], x);
            high[c] = fmaxf(high[c], x);
        }
    }
}

static float top_width(const Mesh *mesh, const float axis[3][3], float mm_per_unit) {
    float low[3], high[3];
    top_slab(mesh, axis, 60 / mm_per_unit, low, high);
    return mm_per_unit * fmaxf(0.5f * (high[0] - low[0] + high[2] - low[2]), 1e-6f / mm_per_unit);
}

/* mm per unit of the scan: a head is about 165 mm wide on average 60 mm below its top. When no usual unit
 * gives that, not sure: then the unit that makes it so. */
static float guess_unit(const Mesh *mesh, const float axis[3][3], bool *sure) {
    const float units[] = {1, 10, 25.4f, 1000};
    float best = INFINITY, unit = 1, low[3], high[3];
    for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
        float miss = fabsf(logf(top_width(mesh, axis, units[k]) / 165));
        if (miss < best) best = miss, unit = units[k];
    }
    *sure = best < 0.25f;
    if (*sure) return unit;
    top_slab(mesh, axis, INFINITY, low, high);
    unit = 260 / fmaxf(high[1] - low[1], 1e-6f);
    for (int k = 0; k < 12; k++) unit *= sqrtf(165 / top_width(mesh, axis, unit));
    return unit;
}

static void start_pose(Scan *scan, const float axis[3][3]) {
    HeadScanFit *fit = scan->fit;
    float low[3], high[3];
    bool sure;
    memset(&fit->shape, 0, sizeof fit->shape);
    fit->scale = guess_unit(scan->mesh, axis, &sure);
    scan->free_scale = !sure;
    memcpy(fit->rotation, axis, sizeof fit->rotation);
    top_slab(scan->mesh, axis, 60 / fit->scale, low, high);
    /* The mean head's vertex is 129 mm above the tragia, and its upper part centred about 8 mm behind them.
     */
    fit->translation_mm[0] = -fit->scale * 0.5f * (low[0] + high[0]);
    fit->translation_mm[1] = 129 - fit->scale * high[1];
    fit->translation_mm[2] = -8 - fit->scale * 0.5f * (low[2] + high[2]);
}

/* Tries both usual up axes and eight facings, keeps what fits the mean head best after a few rigid steps. */
static bool find_upright(Scan *scan, Progress *progress, Err *err) {
    HeadScanFit best = {0};
    float best_gap = INFINITY;
    bool best_free = false;
    for (int up = 0; up < 2; up++)
        for (int facing = 0; facing < 8; facing++) {
            float a = 0.785398f * (float)facing, c = cosf(a), s = sinf(a), gap = INFINITY;
            const float y_up[3][3] = {{c, 0, -s}, {0, 1, 0}, {s, 0, c}},
                        z_up[3][3] = {{c, s, 0}, {0, 0, 1}, {s, -c, 0}};
            start_pose(scan, up ? z_up : y_up);
            if (!progress_step(progress, (8 * up + facing) / 16.0, "finding the head"))
                return err_set(err, "Stopped");
            const Round rigid = {.reach_mm = 40, .prior = 1, .residual_prior = 1, .stride = 7};
            for (int k = 0; k < 12; k++) gap = scan_step(scan, &rigid, NULL);
            /* Rigidly a head seen backwards comes as close; only the true facing gains by a head's own shape.
             */
            const Round shaped = {
                .reach_mm = 25, .prior = 20, .residual_prior = 200, .shape = true, .stride = 7};
            for (int k = 0; k < 4; k++) gap = scan_step(scan, &shaped, NULL);
            memset(&scan->fit->shape, 0, sizeof scan->fit->shape);
            if (gap < best_gap) best_gap = gap, best = *scan->fit, best_free = scan->free_scale;
        }
    *scan->fit = best;
    scan->free_scale = best_free;
    return best_gap < 12 ||
           err_set(err, "No upright head was found in this scan; mark landmarks on it with pins");
}

/* Least-squares similarity of the pins to the mean head's landmarks: a few Gauss-Newton steps from upright.
 */
static bool start_from_pins(Scan *scan, const HeadScanPins *pins) {
    float mean[LM_COUNT][3], from[3] = {0}, to[3] = {0}, spread[2] = {0};
    const HeadShape shape = {0};
    HeadScanFit *fit = scan->fit;
    int count = 0;
    head_landmarks(scan->model, &shape, mean);
    for (int k = 0; k < HEAD_FIXED_LANDMARKS; k++)
        for (int c = 0; pins->given[k] && c < 3; c++)
            from[c] += pins->pos[k][c], to[c] += mean[k][c], count += c == 0;
    if (count < 3) return false;
    for (int c = 0; c < 3; c++) from[c] /= (float)count, to[c] /= (float)count;
    double h[3][3] = {{0}};
    for (int k = 0; k < HEAD_FIXED_LANDMARKS; k++)
        for (int i = 0; pins->given[k] && i < 3; i++) {
            spread[0] += (pins->pos[k][i] - from[i]) * (pins->pos[k][i] - from[i]);
            spread[1] += (mean[k][i] - to[i]) * (mean[k][i] - to[i]);
            for (int j = 0; j < 3; j++)
                h[i][j] += (double)((mean[k][i] - to[i]) * (pins->pos[k][j] - from[j]));
        }
    if (spread[0] <= 0) return false;
    /* Rotation nearest to h: the polar factor by iteration of quaternion power steps (Horn 1987). */
    double n[4][4] = {{h[0][0] + h[1][1] + h[2][2], h[2][1] - h[1][2], h[0][2] - h[2][0], h[1][0] - h[0][1]},
                      {h[2][1] - h[1][2], h[0][0] - h[1][1] - h[2][2], h[0][1] + h[1][0], h[2][0] + h[0][2]},
                      {h[0][2] - h[2][0], h[0][1] + h[1][0], h[1][1] - h[0][0] - h[2][2], h[1][2] + h[2][1]},
                      {h[1][0] - h[0][1], h[2][0] + h[0][2], h[1][2] + h[2][1], h[2][2] - h[0][0] - h[1][1]}};
    double q[4] = {1, 0.01, 0.02, 0.03}, size = 0;
    for (int i = 0; i < 16; i++) size += fabs(n[i / 4][i % 4]);
    for (int step = 0; step < 400; step++) {
        double r[4], length = 0;
        for (int i = 0; i < 4; i++) {
            r[i] = size * q[i];
            for (int j = 0; j < 4; j++) r[i] += n[i][j] * q[j];
            length += r[i] * r[i];
        }
        for (int i = 0; i < 4; i++) q[i] = r[i] / sqrt(length);
    }
    double w = q[0], x = q[1], y = q[2], z = q[3];
    const double rotation[3][3] = {{1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)},
                                   {2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)},
                                   {2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)}};
    bool sure;
    fit->scale = sqrtf(spread[1] / spread[0]);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) fit->rotation[i][j] = (float)rotation[i][j];
    float unit = guess_unit(scan->mesh, fit->rotation, &sure);
    scan->free_scale = !sure || fabsf(logf(fit->scale / unit)) >= 0.25f;
    if (!scan->free_scale) fit->scale = unit; /* a unit that exists, not the mean head's size */
    for (int i = 0; i < 3; i++) {
        fit->translation_mm[i] = to[i];
        for (int j = 0; j < 3; j++) fit->translation_mm[i] -= fit->scale * fit->rotation[i][j] * from[j];
    }
    return true;
}

/* ---- figures ---- */

typedef struct Gap { /* of one triangle of the scan */
    float distance_mm, area;
} Gap;

static int compare_gaps(const void *a, const void *b) {
    float x = ((const Gap *)a)->distance_mm, y = ((const Gap *)b)->distance_mm;
    return x < y ? -1 : x > y;
}

/* By area, so that a finely meshed ear counts for no more than its size. */
static void percentiles(Gap *gap, size_t count, float *median, float *p95) {
    double total = 0, sum = 0;
    qsort(gap, count, sizeof *gap, compare_gaps);
    *median = *p95 = 0;
    for (size_t k = 0; k < count; k++) total += (double)gap[k].area;
    for (size_t k = 0; k < count; k++) {
        if (sum <= 0.5 * total) *median = gap[k].distance_mm;
        if (sum <= 0.95 * total) *p95 = gap[k].distance_mm;
        sum += (double)gap[k].area;
    }
}

static float triangle_centre(const Scan *scan, uint32_t triangle, float centre[3]) {
    const uint32_t *t = scan->mesh->tri[triangle];
    float p[3][3], n[3];
    for (int k = 0; k < 3; k++) head_from_scan(scan->fit, scan->mesh->pos[t[k]], p[k]);
    for (int c = 0; c < 3; c++) {
        int a = (c + 1) % 3, b = (c + 2) % 3;
        centre[c] = (p[0][c] + p[1][c] + p[2][c]) / 3;
        n[c] = (p[1][a] - p[0][a]) * (p[2][b] - p[0][b]) - (p[1][b] - p[0][b]) * (p[2][a] - p[0][a]);
    }
    return 0.5f * sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
}

/* What is inside of a scan: the scan itself lies over it. */
static bool is_covered(const Scan *scan, const float p[3], const float near[3], float distance_mm) {
    const HeadScanFit *fit = scan->fit;
    float direction[3], origin[3], start[3];
    for (int i = 0; i < 3; i++) {
        direction[i] = 0;
        for (int j = 0; j < 3; j++) direction[i] += fit->rotation[j][i] * (near[j] - p[j]) / distance_mm;
        start[i] = p[i] + 0.5f * (near[i] - p[i]) / distance_mm;
    }
    head_to_scan(fit, start, origin);
    return rays_occluded(scan->rays, origin, direction, (distance_mm + 6) / fit->scale);
}

/* Distance from the scan to the fitted head, on the head above the chin and on the scalp. */
static bool measure_fit(Scan *scan, Arena *scratch, Err *err) {
    HeadScanFit *fit = scan->fit;
    size_t mark = arena_mark(scratch), count = 0, on_scalp = 0;
    Mesh head;
    float lm[LM_COUNT][3];
    Gap *all = ARENA_ARRAY(scratch, Gap, scan->mesh->triangle_count);
    Gap *scalp = ARENA_ARRAY(scratch, Gap, scan->mesh->triangle_count);
    if (!all || !scalp) return err_set(err, "Not enough memory to measure the scan");
    if (!head_mesh(scan->model, &fit->shape, HEAD_LOD_MEDIUM, scratch, &head, err)) return false;
    Rays *rays = rays_create(&head, err);
    if (!rays) return false;
    head_landmarks(scan->model, &fit->shape, lm);
    float rise = lm[LM_GLABELLA][1] / lm[LM_GLABELLA][2], tilt = sqrtf(1 + rise * rise);
    for (uint32_t i = 0; i < scan->mesh->triangle_count; i++) {
        float p[3], near[3], area = triangle_centre(scan, i, p);
        RayHit hit;
        bool neck = p[1] < lm[LM_MENTON][1] || (p[1] < -60 && p[2] < 20); /* and collar, as in site_weight */
        if (neck || !rays_nearest(rays, p, 25, &hit, near)) continue;
        float x = p[0] - near[0], y = p[1] - near[1], z = p[2] - near[2];
        Gap gap = {sqrtf(x * x + y * y + z * z), area};
        if (gap.distance_mm > 3 && is_covered(scan, p, near, gap.distance_mm)) continue;
        all[count++] = gap;
        if ((p[1] - rise * p[2]) / tilt > 15) scalp[on_scalp++] = gap;
    }
    rays_destroy(rays);
    percentiles(all, count, &fit->median_mm, &fit->p95_mm);
    percentiles(scalp, on_scalp, &fit->scalp_median_mm, &fit->scalp_p95_mm);
    arena_rewind(scratch, mark);
    return on_scalp > 20 ? true
                         : err_set(err, "No head was found in this scan; mark landmarks on it with pins");
}

static bool look(Scan *scan, ScanLook how, Arena *scratch, Err *err) {
    const ScanScene scene = {scan->mesh, scan->texture, scan->rays, scan->fit};
    if (how == SCAN_LOOK_NOT) return true;
    fitbasis_update(&scan->basis, &scan->fit->shape);
    return scanfeatures_find(&scene, &scan->basis, how, scratch, &scan->features, err);
}

static bool is_of_ear(int site) {
    return site >= FIT_RIGHT_EAR_TOP || site == LM_RIGHT_TRAGION || site == LM_LEFT_TRAGION;
}

/* The head's features and ears against those that the scan shows. */
static bool measure_features(Scan *scan) {
    HeadScanFit *fit = scan->fit;
    float sum[2] = {0};
    int count[2] = {0};
    for (int i = 0; i < scan->features.count; i++) {
        const ScanFeature *f = &scan->features.feature[i];
        const bool ear = is_of_ear(f->site[0]);
        float here[3], there[3];
        feature_places(scan, f, here, there);
        for (int k = 0; k < 3; k++) {
            if (f->sigma_mm[k] <= 0) continue;
            float gap = 0;
            for (int c = 0; c < 3; c++) gap += f->axis[k][c] * (there[c] - here[c]);
            sum[ear] += gap * gap;
        }
        count[ear]++;
    }
    fit->has_face = scan->features.whole_face;
    memcpy(fit->has_ear, scan->features.has_ear, sizeof fit->has_ear);
    fit->features_mm = count[0] ? sqrtf(sum[0] / (float)count[0]) : 0;
    fit->ears_mm = count[1] ? sqrtf(sum[1] / (float)count[1]) : 0;
    return true;
}

/* How near the head comes to the scan's eyes with such lids, laid onto the surface alone: a light from one
 * side moves what pictures show, and with it the eyes. */
static bool try_lids(Scan *scan, float lids_closed, Arena *scratch, float *gap_mm, Err *err) {
    static const Round round = {
        .reach_mm = 12, .prior = 4, .residual_prior = 30, .shape = true, .stride = 2, .steps = 4};
    const ScanScene scene = {scan->mesh, scan->texture, scan->rays, scan->fit};
    const size_t mark = arena_mark(scratch);
    const HeadScanFit fit = *scan->fit;
    const FitBasis basis = scan->basis;
    const int features = scan->features.count;
    scan->features.count = 0;
    scan->fit->shape.lids_closed = lids_closed;
    bool ok = fitbasis_create(scan->model, &scan->fit->shape, scratch, &scan->basis, err);
    for (int k = 0; ok && k < round.steps; k++) scan_step(scan, &round, NULL);
    if (ok) {
        fitbasis_update(&scan->basis, &scan->fit->shape);
        ok = scanfeatures_eyes_gap(&scene, &scan->basis, scratch, gap_mm, err);
    }
    *scan->fit = fit;
    scan->basis = basis;
    scan->features.count = features;
    arena_rewind(scratch, mark);
    return ok;
}

/* The surface about the eyes is another with other lids. Irises are 1.0 to 1.6 dark (photos, scans without
 * colours 1.3 and more); side light makes shade of 0.5 about closed lids that passes for them. */
static bool learn_lids(Scan *scan, Arena *scratch, Err *err) {
    static const float IRISES_SURE = 0.8f;
    HeadShape *shape = &scan->fit->shape;
    FaceLines *face = &scan->features.face;
    float open, closed;
    if (!try_lids(scan, 0, scratch, &open, err) || !try_lids(scan, 1, scratch, &closed, err)) return false;
    log_message(LOG_DEBUG, "fit: the scan lies %.2f mm off open lids, %.2f mm off closed ones", (double)open,
                (double)closed);
    const bool irises = face->found[FACE_RIGHT_IRIS] &&
                        fminf(face->strength[FACE_RIGHT_IRIS], face->strength[FACE_LEFT_IRIS]) >= IRISES_SURE;
    if (closed >= open || irises) return true;
    shape->lids_closed = 1;
    face->found[FACE_RIGHT_IRIS] = face->found[FACE_LEFT_IRIS] = false;
    return fitbasis_create(scan->model, shape, scratch, &scan->basis, err);
}

/* Lays the head onto the scan from where it stands, coarse to fine. */
static bool lay_head(Scan *scan, const HeadScanPins *pins, Progress *progress, Arena *scratch, Err *err) {
    static const Round rounds[] = {
        {.look = SCAN_LOOK_FIRST, .reach_mm = 25, .prior = 1, .residual_prior = 1, .stride = 3, .steps = 10},
        {.reach_mm = 25, .prior = 20, .residual_prior = 200, .shape = true, .stride = 2, .steps = 6},
        {.look = SCAN_LOOK_AGAIN,
         .reach_mm = 12,
         .prior = 4,
         .residual_prior = 30,
         .shape = true,
         .ears = true,
         .stride = 1,
         .steps = 6},
        {.look = SCAN_LOOK_AGAIN,
         .reach_mm = 8,
         .prior = 1,
         .residual_prior = 3,
         .shape = true,
         .ears = true,
         .stride = 1,
         .steps = 6},
        {.reach_mm = 5,
         .prior = 0.3f,
         .residual_prior = 0.3f,
         .shape = true,
         .ears = true,
         .stride = 1,
         .steps = 8}};
    enum { LIDS_ROUND = 2, ROUNDS = sizeof rounds / sizeof *rounds };
    scan->features = (ScanFeatures){0};
    for (int r = 0; r < ROUNDS; r++) {
        if (!look(scan, rounds[r].look, scratch, err) || (r == LIDS_ROUND && !learn_lids(scan, scratch, err)))
            return false;
        for (int k = 0; k < rounds[r].steps; k++) {
            if (!progress_step(progress, (r + (double)k / rounds[r].steps) / ROUNDS,
                               "laying the head onto the scan"))
                return err_set(err, "Stopped");
            if (scan_step(scan, &rounds[r], pins) == INFINITY)
                return err_set(err, "No head was found in this scan; mark landmarks on it with pins");
        }
    }
    scan->fit->size_known = !scan->free_scale;
    return measure_fit(scan, scratch, err) && look(scan, SCAN_LOOK_AGAIN, scratch, err) &&
           measure_features(scan);
}

/* The head's top is where the start is surest, yet a head much larger than the mean then has its nose where
 * the mean head has its brow, and the face may stay slid along it: 4.7 and 5.3 mm at the 95th percentile of
 * two of 51 open heads, 0.4 to 0.8 mm of the others and 1.8 mm of a real scan. So what lies off by more than
 * 2 mm is laid anew from 20 mm higher and lower (15 mm higher frees both, so does 30), and the closest stays.
 */
static bool lay_from_heights(Scan *scan, Progress *progress, Arena *scratch, Err *err) {
    const float rise_mm[] = {0, 20, -20};
    const HeadScanFit start = *scan->fit;
    HeadScanFit best = start;
    float best_gap = INFINITY;
    for (int k = 0; k < 3 && (k == 0 || best.p95_mm > 2); k++) {
        Progress part = progress_part(progress, k / 3.0, (k + 1) / 3.0);
        *scan->fit = start;
        scan->fit->translation_mm[1] += rise_mm[k];
        Err of_retry = {0};
        bool laid = lay_head(scan, NULL, progress ? &part : NULL, scratch, k ? &of_retry : err);
        if (!laid && k == 0) return false;
        if (!laid) continue;
        float gap = scan->fit->median_mm * scan->fit->p95_mm; /* hair may rule the one, never both */
        if (gap < best_gap) best_gap = gap, best = *scan->fit;
    }
    *scan->fit = best;
    return progress_step(progress, 1, "laying the head onto the scan") || err_set(err, "Stopped");
}

static bool solve(Scan *scan, const HeadScanPins *pins, Progress *progress, Arena *scratch, Err *err) {
    Progress finding = progress_part(progress, 0, 0.4), laying = progress_part(progress, 0.4, 1);
    if (pins && start_from_pins(scan, pins))
        return lay_head(scan, pins, progress ? &laying : NULL, scratch, err);
    return find_upright(scan, progress ? &finding : NULL, err) &&
           lay_from_heights(scan, progress ? &laying : NULL, scratch, err);
}

/* What the steps and the looks need beside the scan. */
static bool prepare(Scan *scan, Mesh *mesh, Arena *scratch, Err *err) {
    scan->normal = ARENA_ARRAY(scratch, double, (size_t)UNKNOWNS *UNKNOWNS);
    scan->right = ARENA_ARRAY(scratch, double, UNKNOWNS);
    if (!scan->normal || !scan->right) return err_set(err, "Not enough memory to fit the scan");
    if ((!mesh->nrm && !mesh_compute_normals(mesh, scratch, err)) ||
        !fitbasis_create(scan->model, &scan->fit->shape, scratch, &scan->basis, err))
        return false;
    scan->rays = rays_create(mesh, err);
    return scan->rays;
}

bool head_fit_scan(const HeadModel *model, const Mesh *scanned, const Image *texture,
                   const HeadScanPins *pins, Progress *progress, Arena *scratch, HeadScanFit *out, Err *err) {
    size_t mark = arena_mark(scratch);
    Mesh mesh = *scanned;
    *out = (HeadScanFit){.scale = 1};
    Scan scan = {.model = model, .mesh = &mesh, .texture = texture, .fit = out};
    if (mesh.triangle_count < 500) return err_set(err, "The scan has too few triangles to be a head");
    bool ok = prepare(&scan, &mesh, scratch, err) && solve(&scan, pins, progress, scratch, err);
    rays_destroy(scan.rays);
    arena_rewind(scratch, mark);
    if (ok) out->shape.edition = head_edition(model);
    if (!ok) *out = (HeadScanFit){.scale = 1};
    return ok;
}
