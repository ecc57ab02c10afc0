#include "fitsolve.h"
#include <cglm/cglm.h>
#include <math.h>
#include <string.h>

/* Spread of the outline about the truth: half a pixel of cutting out, 0.5 mm of what the surface cannot
 * follow. */
static const double OUTLINE_SIGMA_PX = 0.7, OUTLINE_SIGMA_MM = 0.45;
/* Outline points some 2 mm apart share one error over about a centimetre while the modes alone can follow,
 * and one far off is no outline of the head's. Once the smooth residual follows too, each stands for itself
 * (the profile of a real scan stayed 1.5 mm off where it did not), if skin that other photos show
 * confirms where the photo was taken. The front photo is the face's: its features say more. */
static const double OUTLINE_INDEPENDENT = 0.25, OUTLINE_REACH = 3.0, OUTLINE_REACH_NEAR = 6.0;
/* The skull lies somewhere inside hair and hats. */
static const float COVERED_WEIGHT = 0.01f;
/* From behind, a nod or a turn shows in little but where the ears stand against the skull, 15 mm of lever: an
 * ear's own place and the neck's posture must not pass for one. */
static const double EAR_BEHIND_SIGMA_MM = 2.5, NECK_BEHIND_SIGMA_MM = 8.0, EAR_SIGMA_MM = 2.0,
                    NECK_SIGMA_MM = 3.0;
/* Photos of one client mostly come from one phone. */
static const double FOCAL_SAME_SIGMA = 0.06;
/* Left and right ears of one person, in prior deviations. */
static const double EARS_SAME_SIGMA = 0.4;
static const double CIRCUMFERENCE_SIGMA_MM = 1.0;

static double geman_mcclure(double residual, double sigma, double reach) {
    const double q = residual / (sigma * reach);
    return 1 / ((1 + q * q) * (1 + q * q));
}

static void add_outline(FitState *state, int photo, const FitStep *step) {
    FitView *view = &state->view[photo];
    const bool near = step->residuals && (step->views & (step->views - 1)) &&
                      view->shared >= FIT_SHARED_SURE && photo != PHOTO_FRONT;
    for (int i = 0; i < view->outline.count; i++) {
        const FitOutlinePoint *p = &view->outline.point[i];
        if (p->partner < 0 || p->neck > 1) continue;
        const OutlinePoint *q = &view->silhouette.point[p->partner];
        const double per_mm = view->camera.focal / (double)p->depth_mm;
        const double mm = !p->ear && !p->neck   ? OUTLINE_SIGMA_MM
                          : photo == PHOTO_BACK ? (p->ear ? EAR_BEHIND_SIGMA_MM : NECK_BEHIND_SIGMA_MM)
                          : p->ear              ? EAR_SIGMA_MM
                                                : NECK_SIGMA_MM;
        const double sigma = sqrt(OUTLINE_SIGMA_PX * OUTLINE_SIGMA_PX + mm * mm * per_mm * per_mm);
        const double n[2] = {(double)q->normal[0], (double)q->normal[1]};
        const double residual = -(double)p->gap_px;
        const double reach =
            fmax(near ? OUTLINE_REACH_NEAR : OUTLINE_REACH, (double)step->outline_radius_px / (3 * sigma));
        const double weight = step->outline_weight * (near ? 1 : OUTLINE_INDEPENDENT) *
                              (double)(p->share * fmaxf(q->bare, COVERED_WEIGHT)) *
                              geman_mcclure(residual, sigma, reach) / (sigma * sigma);
        FitProjection at;
        FitRow row = {.count = 0};
        fitcamera_differentiate(&view->camera, p->pos, &at);
        fitrow_add_camera(&row, photo, &at, n, 1);
        if (step->shape) {
            const double d[3] = {n[0] * at.by_point[0][0] + n[1] * at.by_point[1][0],
                                 n[0] * at.by_point[0][1] + n[1] * at.by_point[1][1],
                                 n[0] * at.by_point[0][2] + n[1] * at.by_point[1][2]};
            fitrow_add_vertex(&row, &state->basis, p->edge[0], d, (double)(1 - p->along));
            fitrow_add_vertex(&row, &state->basis, p->edge[1], d, (double)p->along);
        }
        fitsystem_add(&state->system, &row, residual, weight);
    }
}

static void point_jacobian(const FitState *state, const FitPoint *point, float jac[HEAD_WEIGHTS][3]) {
    const float(*a)[3] = (const float(*)[3])state->basis.site_der[point->site[0]];
    const float(*b)[3] = (const float(*)[3])state->basis.site_der[point->site[1]];
    for (int k = 0; k < HEAD_WEIGHTS; k++)
        for (int i = 0; i < 3; i++) jac[k][i] = point->share * a[k][i] + (1 - point->share) * b[k][i];
}

void fitsolve_site_px(const FitState *state, const FitView *view, int site, float px[2]) {
    float pos[3];
    double at[2];
    fitbasis_site(&state->basis, site, pos);
    fitcamera_project(&view->camera, pos, at);
    px[0] = (float)at[0];
    px[1] = (float)at[1];
}

void fitsolve_point_position(const FitState *state, const FitPoint *point, float pos_mm[3]) {
    float a[3], b[3];
    fitbasis_site(&state->basis, point->site[0], a);
    fitbasis_site(&state->basis, point->site[1], b);
    for (int i = 0; i < 3; i++) pos_mm[i] = point->share * a[i] + (1 - point->share) * b[i];
}

/* Two people who mark the same landmark differ by so much. As exact as pins they would bend the whole head
 * towards one ear's tragus before it has its freedom, and turn the cameras with it. */
static const double PIN_SIGMA_MM = 1.5;

double fitsolve_point_sigma_px(const FitView *view, const FitPoint *point, int k, bool pins_held) {
    const double own = (double)point->sigma_px[k];
    return point->pinned && !pins_held ? PIN_SIGMA_MM * view->camera.focal / view->camera.t[2] : own;
}

static void add_points(FitState *state, int photo, const FitStep *step) {
    FitView *view = &state->view[photo];
    double sum = 0, known = 0;
    for (int i = 0; i < view->point_count; i++) {
        const FitPoint *p = &view->point[i];
        float pos[3], jac[HEAD_WEIGHTS][3];
        FitProjection at;
        fitsolve_point_position(state, p, pos);
        fitcamera_differentiate(&view->camera, pos, &at);
        if (step->shape) point_jacobian(state, p, jac);
        for (int k = 0; k < 2; k++) {
            const double sigma = fitsolve_point_sigma_px(view, p, k, step->pins_held);
            if (sigma <= 0) continue;
            const double n[2] = {(double)p->axis[k][0], (double)p->axis[k][1]};
            const double residual =
                n[0] * (at.px[0] - (double)p->px[0]) + n[1] * (at.px[1] - (double)p->px[1]);
            const double weight =
                (p->pinned && step->pins_held
                     ? 1
                     : geman_mcclure(residual, sigma, fmax(4, (double)step->outline_radius_px / sigma))) /
                (sigma * sigma);
            FitRow row = {.count = 0};
            fitrow_add_camera(&row, photo, &at, n, 1);
            if (step->shape) {
                const double d[3] = {n[0] * at.by_point[0][0] + n[1] * at.by_point[1][0],
                                     n[0] * at.by_point[0][1] + n[1] * at.by_point[1][1],
                                     n[0] * at.by_point[0][2] + n[1] * at.by_point[1][2]};
                fitrow_add_site(&row, jac, d, 1);
            }
            fitsystem_add(&state->system, &row, residual, weight);
            if (p->site[0] >= FIT_RIGHT_LID_LINE) continue; /* a line's points say one thing many times */
            const double loose = fitsolve_point_sigma_px(view, p, k, false);
            sum += residual * residual / (loose * loose);
            known += 1 / (loose * loose);
        }
    }
    view->points_px = known > 0 ? sqrt(sum / known) : 0;
}

/* What moved in photo 1 beyond what the move in photo 0 explains. */
static void add_match(FitState *state, const FitMatch *m, const FitStep *step) {
    const float *pos = state->basis.pos[m->vertex];
    FitProjection at[2];
    for (int k = 0; k < 2; k++) fitcamera_differentiate(&state->view[m->photo[k]].camera, pos, &at[k]);
    for (int i = 0; i < 2; i++) {
        const double carry[2] = {-(double)m->map[i][0], -(double)m->map[i][1]};
        const double pick[2] = {i == 0 ? 1.0 : 0.0, i == 1 ? 1.0 : 0.0};
        double residual = at[1].px[i] - (double)m->at[1][i] - (double)m->moved[i];
        for (int k = 0; k < 2; k++) residual += carry[k] * (at[0].px[k] - (double)m->at[0][k]);
        const double sigma = (double)m->sigma_px;
        const double weight = step->match_weight * geman_mcclure(residual, sigma, 3) / (sigma * sigma);
        FitRow row = {.count = 0};
        fitrow_add_camera(&row, m->photo[0], &at[0], carry, 1);
        fitrow_add_camera(&row, m->photo[1], &at[1], pick, 1);
        if (step->shape) {
            double d[3];
            for (int c = 0; c < 3; c++)
                d[c] =
                    at[1].by_point[i][c] + carry[0] * at[0].by_point[0][c] + carry[1] * at[0].by_point[1][c];
            fitrow_add_vertex(&row, &state->basis, m->vertex, d, 1);
        }
        fitsystem_add(&state->system, &row, residual, weight);
    }
}

/* A photo named left, back or top is taken from there, give or take. */
static const double SLOT_YAW_SIGMA = 0.14, SLOT_PITCH_SIGMA = 0.12, FRONT_SIGMA = 0.3;
/* From above the face points down or up in the picture: shoulders draw it aside. */
static const double TOP_ROLL_SIGMA = 0.2;

static void add_top_roll_prior(FitState *state) {
    const FitCamera *camera = &state->view[PHOTO_TOP].camera;
    const int first = HEAD_WEIGHTS + PHOTO_TOP * FIT_CAMERA_COLUMNS;
    FitRow row = {.count = 2, .column = {(uint16_t)(first + 1), (uint16_t)(first + 2)}};
    row.value[0] = camera->r[2][2];
    row.value[1] = -camera->r[1][2];
    fitsystem_add(&state->system, &row, camera->r[0][2], 1 / (TOP_ROLL_SIGMA * TOP_ROLL_SIGMA));
}

static void add_slot_prior(FitState *state, int photo) {
    const FitCamera *camera = &state->view[photo].camera;
    const int side = photo == PHOTO_LEFT || photo == PHOTO_RIGHT ? 2 : 0;
    const bool front = photo == PHOTO_FRONT;
    for (int k = 0; k < 2; k++) {
        if (k == 1 && photo == PHOTO_TOP) continue;
        const int axis = k ? 1 : side;
        const double sigma = front ? FRONT_SIGMA : k ? SLOT_PITCH_SIGMA : SLOT_YAW_SIGMA;
        FitRow row = {.count = 2};
        for (int c = 0; c < 2; c++) row.column[c] = (uint16_t)(HEAD_WEIGHTS + photo * FIT_CAMERA_COLUMNS + c);
        row.value[0] = camera->r[1][axis];
        row.value[1] = -camera->r[0][axis];
        fitsystem_add(&state->system, &row, camera->r[2][axis], 1 / (sigma * sigma));
    }
}

static void add_priors(FitState *state, const FitStep *step) {
    FitSystem *s = &state->system;
    for (int k = 0; k < HEAD_WEIGHTS; k++) fitsystem_add_diagonal(s, k, (double)state->shape.weight[k], 1);
    for (int p = 0; p < CASE_PHOTOS; p++) {
        const FitView *view = &state->view[p];
        const int column = HEAD_WEIGHTS + p * FIT_CAMERA_COLUMNS + 6;
        if (!view->present || !(step->views >> p & 1)) continue;
        const double sigma = view->focal_log_sigma;
        add_slot_prior(state, p);
        if (p == PHOTO_TOP) add_top_roll_prior(state);
        fitsystem_add_diagonal(s, column, log(view->camera.focal) - view->focal_log_mean,
                               1 / (sigma * sigma));
        for (int q = 0; q < p; q++) {
            const FitView *other = &state->view[q];
            if (!other->present || !(step->views >> q & 1) || other->image.width != view->image.width ||
                other->image.height != view->image.height)
                continue;
            FitRow row = {
                .count = 2,
                .column = {(uint16_t)column, (uint16_t)(HEAD_WEIGHTS + q * FIT_CAMERA_COLUMNS + 6)}};
            row.value[0] = 1;
            row.value[1] = -1;
            fitsystem_add(s, &row, log(view->camera.focal / other->camera.focal),
                          1 / (FOCAL_SAME_SIGMA * FOCAL_SAME_SIGMA));
        }
    }
    for (int k = 0; k <= HEAD_EAR_WEIGHTS; k++) {
        const bool shift = k == HEAD_EAR_WEIGHTS;
        const int right = shift ? HEAD_EAR_SHIFT : HEAD_MODES + HEAD_RESIDUALS + k,
                  left = shift ? right + 1 : right + HEAD_EAR_WEIGHTS;
        FitRow row = {.count = 2, .column = {(uint16_t)left, (uint16_t)right}};
        row.value[0] = 1;
        row.value[1] = -1;
        fitsystem_add(s, &row, (double)(state->shape.weight[left] - state->shape.weight[right]),
                      1 / (EARS_SAME_SIGMA * EARS_SAME_SIGMA));
    }
    if (state->circumference_mm > 0 && step->shape) {
        FitRow row = {.count = 0};
        for (int k = 0; k < HEAD_WEIGHTS; k++) {
            if (state->circumference_der[k] == 0) continue;
            row.column[row.count] = (uint16_t)k;
            row.value[row.count++] = (double)state->circumference_der[k];
        }
        fitsystem_add(s, &row, state->circumference_at_mm - state->circumference_mm,
                      1 / (CIRCUMFERENCE_SIGMA_MM * CIRCUMFERENCE_SIGMA_MM));
    }
}

static void hold_columns(FitState *state, const FitStep *step) {
    for (int k = 0; k < HEAD_WEIGHTS; k++) {
        const bool residual = (k >= HEAD_MODES && k < HEAD_MODES + HEAD_RESIDUALS) || k >= HEAD_FACE;
        if (!step->shape || (residual && !step->residuals)) fitsystem_hold(&state->system, k);
    }
    for (int p = 0; p < CASE_PHOTOS; p++) {
        const bool moves = state->view[p].present && (step->views & ~step->held) >> p & 1;
        for (int k = 0; k < FIT_CAMERA_COLUMNS; k++)
            if (!moves || (k == 6 && !step->focal))
                fitsystem_hold(&state->system, HEAD_WEIGHTS + p * FIT_CAMERA_COLUMNS + k);
    }
}

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The photo's mask goes on well beyond this point of the model's outline. */
static bool covered(const Silhouette *s, const FitOutlinePoint *p) {
    const float beyond_px = 12;
    const int x = (int)(p->px[0] + beyond_px * p->normal[0]), y = (int)(p->px[1] + beyond_px * p->normal[1]);
    return x >= 0 && y >= 0 && x < s->width && y < s->height &&
           s->mask[(size_t)y * (size_t)s->width + (size_t)x];
}

static void outline_figures(FitView *view, Arena *scratch) {
    const size_t mark = arena_mark(scratch);
    double *gap = ARENA_ARRAY(scratch, double, FIT_OUTLINE_MAX);
    int count = 0, wanted = 0;
    for (int i = 0; gap && i < view->outline.count; i++) {
        const FitOutlinePoint *p = &view->outline.point[i];
        const bool inside = !silhouette_is_border(&view->silhouette, p->px[0], p->px[1]) &&
                            p->px[1] < (float)view->image.height - 4;
        if (p->neck || p->ear || !inside) continue;
        if (p->partner < 0 && covered(&view->silhouette, p)) continue; /* shoulders stand behind it */
        wanted++;
        if (p->partner >= 0 && view->silhouette.point[p->partner].bare > 0.5f)
            gap[count++] = fabs((double)p->gap_px);
    }
    if (count) qsort(gap, (size_t)count, sizeof *gap, compare_doubles);
    view->outline_px = count ? gap[count / 2] : 0;
    view->outline_share = wanted ? (double)count / wanted : 0;
    arena_rewind(scratch, mark);
}

void fitsolve_assemble(FitState *state, const FitStep *step, Arena *scratch) {
    fitsystem_clear(&state->system);
    for (int p = 0; p < CASE_PHOTOS; p++) {
        FitView *view = &state->view[p];
        if (!view->present || !(step->views >> p & 1)) continue;
        if (view->has_outline && step->outline_weight > 0) {
            fitoutline_build(&state->basis, &view->camera, view->image.width, view->image.height, scratch,
                             &view->outline);
            fitoutline_match(&view->outline, &view->silhouette, step->outline_radius_px);
            outline_figures(view, scratch);
            add_outline(state, p, step);
        }
        add_points(state, p, step);
    }
    for (int i = 0; step->match_weight > 0 && i < state->match_count; i++) {
        const FitMatch *m = &state->match[i];
        if ((step->views >> m->photo[0] & 1) && (step->views >> m->photo[1] & 1)) add_match(state, m, step);
    }
    add_priors(state, step);
    hold_columns(state, step);
}

/* Far from the answer the linear picture is wrong: limit a step to a quarter radian, two deviations, a fifth
 * in size. */
static double limited(const FitState *state) {
    double factor = 1;
    for (int k = 0; k < FIT_COLUMNS; k++) {
        const double step = fabs(state->system.step[k]);
        const int c = (k - HEAD_WEIGHTS) % FIT_CAMERA_COLUMNS;
        const double limit = k < HEAD_WEIGHTS ? 2.0 : c < 3 ? 0.25 : c < 6 ? 150.0 : 0.2;
        if (step * factor > limit) factor = limit / step;
    }
    return factor;
}

bool fitsolve_step(FitState *state, const FitStep *step, Arena *scratch) {
    fitsolve_assemble(state, step, scratch);
    if (!fitsystem_solve(&state->system, step->damping)) return false;
    const double factor = limited(state);
    if (step->shape) {
        double length = 0;
        for (int k = 0; k < HEAD_WEIGHTS; k++) {
            const double d = factor * state->system.step[k];
            state->shape.weight[k] += (float)d;
            length += (double)state->circumference_der[k] * d;
        }
        state->circumference_at_mm += length;
        fitbasis_update(&state->basis, &state->shape);
    }
    for (int p = 0; p < CASE_PHOTOS; p++) {
        double move[FIT_CAMERA_COLUMNS];
        for (int k = 0; k < FIT_CAMERA_COLUMNS; k++)
            move[k] = factor * state->system.step[HEAD_WEIGHTS + p * FIT_CAMERA_COLUMNS + k];
        if (state->view[p].present && (step->views >> p & 1)) fitcamera_step(&state->view[p].camera, move);
    }
    return true;
}

/* A site is the same place on every head more or less: so far off it a person's landmark may well lie. */
static const float SITE_SIGMA_MM = 2;

/* Adds what one sighting says of a landmark's move to h move = g. */
static void add_sighting(const FitView *view, const FitPoint *point, const float pos_mm[3], mat3 h, vec3 g) {
    FitProjection at;
    fitcamera_differentiate(&view->camera, pos_mm, &at);
    for (int k = 0; k < 2; k++) {
        const float sigma = point->sigma_px[k], *axis = point->axis[k];
        const float off =
            axis[0] * (point->px[0] - (float)at.px[0]) + axis[1] * (point->px[1] - (float)at.px[1]);
        vec3 by;
        for (int c = 0; c < 3; c++)
            by[c] = axis[0] * (float)at.by_point[0][c] + axis[1] * (float)at.by_point[1][c];
        const float spread = sigma * sigma + SITE_SIGMA_MM * SITE_SIGMA_MM * glm_vec3_norm2(by);
        if (sigma <= 0 || (!point->pinned && off * off > 9 * spread)) continue; /* something else was found */
        for (int a = 0; a < 3; a++) {
            g[a] += by[a] * off / (sigma * sigma);
            for (int b = 0; b < 3; b++) h[a][b] += by[a] * by[b] / (sigma * sigma);
        }
    }
}

void fitsolve_landmark_seen(const FitState *state, int landmark, float pos_mm[3]) {
    mat3 h = GLM_MAT3_IDENTITY_INIT;
    vec3 g = {0, 0, 0}, move;
    glm_mat3_scale(h, 1 / (SITE_SIGMA_MM * SITE_SIGMA_MM));
    for (int p = 0; p < CASE_PHOTOS; p++) {
        const FitView *view = &state->view[p];
        for (int i = 0; view->present && i < view->point_count; i++)
            if (view->point[i].site[0] == landmark && view->point[i].site[1] == landmark)
                add_sighting(view, &view->point[i], pos_mm, h, g);
    }
    glm_mat3_inv(h, h);
    glm_mat3_mulv(h, g, move);
    glm_vec3_add(pos_mm, move, pos_mm);
}
