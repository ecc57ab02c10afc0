#include "fitpose.h"
#include <cminpack-1/cminpack.h>
#include <math.h>
#include <string.h>

enum { POSE_COLUMNS = 6, POSE_ROWS_MAX = 2 * FIT_POINTS_MAX };
static const double DEG = 3.14159265358979323846 / 180;
static const double MEAN_INTERPUPILLARY_MM = 63; /* domain.md 7.1 */

typedef struct PointsProblem {
    const FitState *state;
    const FitView *view;
    FitCamera start;
} PointsProblem;

static FitCamera moved(const PointsProblem *problem, const double *x) {
    FitCamera camera = problem->start;
    double step[FIT_CAMERA_COLUMNS] = {0};
    memcpy(step, x, POSE_COLUMNS * sizeof *x);
    fitcamera_step(&camera, step);
    return camera;
}

/* cminpack's callback. The derivative at a finite turn is taken as that at the turned camera, by forward
 * steps of its own parameters: 6 columns only. */
static int points_function(void *user, int m, int n, const double *x, double *f, double *jac, int stride,
                           int flag) {
    const PointsProblem *problem = user;
    (void)m;
    const int count = flag == 2 ? n : 0;
    for (int c = -1; c < count; c++) {
        double moved_x[POSE_COLUMNS];
        memcpy(moved_x, x, sizeof moved_x);
        const double h = c < 3 ? 1e-5 : 1e-3;
        if (c >= 0) moved_x[c] += h;
        const FitCamera camera = moved(problem, moved_x);
        int row = 0;
        static const FitPoint none;
        for (int i = 0; i < problem->view->point_count; i++) {
            const FitPoint *p = i < FIT_POINTS_MAX ? &problem->view->point[i] : &none;
            float pos[3];
            double px[2];
            fitsolve_point_position(problem->state, p, pos);
            fitcamera_project(&camera, pos, px);
            for (int k = 0; k < 2; k++) {
                const double sigma = fitsolve_point_sigma_px(problem->view, p, k, false);
                if (sigma <= 0) continue;
                const double r = ((double)p->axis[k][0] * (px[0] - (double)p->px[0]) +
                                  (double)p->axis[k][1] * (px[1] - (double)p->px[1])) /
                                 sigma;
                if (c < 0 && flag == 1)
                    f[row] = r;
                else if (c < 0)
                    for (int j = 0; j < n; j++) jac[row + j * stride] = r;
                else
                    jac[row + c * stride] = (r - jac[row + c * stride]) / h;
                row++;
            }
        }
    }
    return 0;
}

bool fitpose_from_points(FitState *state, int photo) {
    FitView *view = &state->view[photo];
    PointsProblem problem = {state, view, view->camera};
    int m = 0;
    for (int i = 0; i < view->point_count; i++)
        m += (view->point[i].sigma_px[0] > 0) + (view->point[i].sigma_px[1] > 0);
    if (m < 8) return false;
    double x[POSE_COLUMNS] = {0}, f[POSE_ROWS_MAX], jac[POSE_ROWS_MAX * POSE_COLUMNS],
           work[5 * POSE_COLUMNS + POSE_ROWS_MAX];
    double diag[POSE_COLUMNS] = {1, 1, 1, 1e-2, 1e-2, 1e-2}, qtf[POSE_COLUMNS],
           w[3 * POSE_COLUMNS + POSE_ROWS_MAX];
    int pivot[POSE_COLUMNS], calls = 0, derivatives = 0;
    const int info =
        lmder(points_function, &problem, m, POSE_COLUMNS, x, f, jac, m, 1e-8, 1e-8, 0, 200, diag, 2, 10, 0,
              &calls, &derivatives, pivot, qtf, w, w + POSE_COLUMNS, w + 2 * POSE_COLUMNS, work);
    if (info < 1 || info > 4) return false;
    const FitCamera best = moved(&problem, x);
    if (best.t[2] < 50) return false;
    view->camera = best;
    return true;
}

void fitpose_from_face(FitView *view) {
    const FaceFrame *frame = &view->face.frame;
    const double z = view->camera.focal * MEAN_INTERPUPILLARY_MM / (double)frame->unit_px;
    fitcamera_look(&view->camera, 0, 0, -(double)frame->roll_rad);
    /* The middle between the pupils lies some 75 mm in front of the tragia and 20 mm above them. */
    const float eyes_mm[3] = {0, 20, 75};
    for (int i = 0; i < 3; i++) {
        view->camera.t[i] =
            i == 2 ? z
                   : z * ((double)frame->origin_px[i] - (i ? view->camera.cy : view->camera.cx)) /
                         view->camera.focal;
        for (int k = 0; k < 3; k++) view->camera.t[i] -= view->camera.r[i][k] * (double)eyes_mm[k];
    }
}

/* Left and right edge of what is covered, row by row below its top. */
enum { EXTENT_ROWS = 48 };
typedef struct Extents {
    float top, left[EXTENT_ROWS], right[EXTENT_ROWS];
    bool known[EXTENT_ROWS];
} Extents;

static bool mask_extents(const Silhouette *s, float step_px, Extents *out) {
    int top = -1;
    memset(out, 0, sizeof *out);
    for (int y = 0; y < s->height && top < 0; y++) {
        int on = 0;
        for (int x = 0; x < s->width; x++) on += s->mask[(size_t)y * (size_t)s->width + (size_t)x] != 0;
        if (on > 6) top = y;
    }
    out->top = (float)top;
    for (int k = 0; k < EXTENT_ROWS && top >= 0; k++) {
        const int y = top + (int)(((float)k + 0.5f) * step_px);
        int left = s->width, right = -1;
        if (y >= s->height) break;
        for (int x = 0; x < s->width; x++)
            if (s->mask[(size_t)y * (size_t)s->width + (size_t)x]) {
                left = x < left ? x : left;
                right = x;
            }
        out->left[k] = (float)left;
        out->right[k] = (float)right + 1;
        out->known[k] = right >= left && !silhouette_is_border(s, (float)left, (float)y) &&
                        !silhouette_is_border(s, (float)right, (float)y);
    }
    return top >= 0;
}

/* Of the head above its neck line, in units in which the head is as it is seen at 1 px per mm. */
static void model_extents(const FitBasis *basis, const FitCamera *camera, float step, Extents *out) {
    memset(out, 0, sizeof *out);
    out->top = 1e9f;
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t e = 0; e < basis->edge_count; e++) {
            const uint32_t v = basis->edge[e][0];
            double px[2];
            if (basis->neck[v]) continue;
            fitcamera_project(camera, basis->pos[v], px);
            if (pass == 0) {
                out->top = fminf(out->top, (float)px[1]);
                continue;
            }
            const int k = (int)(((float)px[1] - out->top) / step);
            if (k < 0 || k >= EXTENT_ROWS) continue;
            out->left[k] = out->known[k] ? fminf(out->left[k], (float)px[0]) : (float)px[0];
            out->right[k] = out->known[k] ? fmaxf(out->right[k], (float)px[0]) : (float)px[0];
            out->known[k] = true;
        }
}

static int compare_floats(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static const float EXTENT_CLAMP_MM = 12;

/* Mean clamped distance of the edges in model units; *dx the sideways shift in px. */
static float extents_cost(const Extents *mask, const Extents *model, float scale, float *dx) {
    float centre[EXTENT_ROWS];
    int count = 0;
    for (int k = 0; k < EXTENT_ROWS; k++)
        if (mask->known[k] && model->known[k])
            centre[count++] =
                0.5f * (mask->left[k] + mask->right[k] - scale * (model->left[k] + model->right[k]));
    if (count < 8) return 1e9f;
    const int upper = count < 24 ? count : 24; /* the crown's rows say where the middle is */
    qsort(centre, (size_t)upper, sizeof *centre, compare_floats);
    *dx = centre[upper / 2];
    /* The crown stands free; farther down, shoulders may join the outline. */
    float sum = 0, weights = 0;
    for (int k = 0; k < EXTENT_ROWS; k++) {
        if (!model->known[k]) continue;
        const float weight = expf(-(float)k / 14);
        weights += weight;
        if (!mask->known[k]) {
            sum += weight * EXTENT_CLAMP_MM;
            continue;
        }
        const float left = fabsf(mask->left[k] - *dx - scale * model->left[k]) / scale;
        const float right = fabsf(mask->right[k] - *dx - scale * model->right[k]) / scale;
        sum += 0.5f * weight * (fminf(EXTENT_CLAMP_MM, left) + fminf(EXTENT_CLAMP_MM, right));
    }
    return sum / weights;
}

/* Best size and place for a camera whose direction is given. */
static float place_by_extents(const FitState *state, FitView *view, FitCamera *camera) {
    static const float row_mm = 4.5f;
    Extents model, mask;
    FitCamera far = *camera;
    far.focal = 1000;
    far.cx = far.cy = 0;
    far.t[0] = far.t[1] = 0;
    far.t[2] = 1000;
    model_extents(&state->basis, &far, row_mm, &model);
    float best = 1e9f, best_scale = 1, best_dx = 0, best_top = 0;
    for (int k = 0; k < 40; k++) {
        const float scale = (float)view->image.width * 0.9f / 150.0f * expf(-(float)k * 0.045f);
        float dx = 0;
        if (!mask_extents(&view->silhouette, row_mm * scale, &mask)) return 1e9f;
        const float cost = extents_cost(&mask, &model, scale, &dx);
        if (cost < best) {
            best = cost;
            best_scale = scale;
            best_dx = dx;
            best_top = mask.top;
        }
    }
    const double z = camera->focal / (double)best_scale;
    camera->t[2] = z;
    camera->t[0] = ((double)best_dx - camera->cx) * z / camera->focal;
    camera->t[1] = ((double)(best_top - best_scale * model.top) - camera->cy) * z / camera->focal;
    return best;
}

static bool inside_mask(const Silhouette *s, const float px[2]) {
    const int x = (int)px[0], y = (int)px[1];
    return x >= 0 && y >= 0 && x < s->width && y < s->height &&
           s->mask[(size_t)y * (size_t)s->width + (size_t)x];
}

/* Mean clamped gap in mm over the head's outline. Without a partner, or with a shoulder for one, it counts 12
 * mm, or 4 mm where shoulders may hide it. */
static double outline_score(FitState *state, int photo, Arena *scratch) {
    FitView *view = &state->view[photo];
    double sum = 0, weight = 0;
    fitoutline_build(&state->basis, &view->camera, view->image.width, view->image.height, scratch,
                     &view->outline);
    const double per_mm = view->camera.focal / view->camera.t[2];
    fitoutline_match(&view->outline, &view->silhouette, (float)(12 * per_mm));
    for (int i = 0; i < view->outline.count; i++) {
        const FitOutlinePoint *p = &view->outline.point[i];
        if (p->neck || silhouette_is_border(&view->silhouette, p->px[0], p->px[1])) continue;
        weight += (double)p->share;
        sum += (double)p->share * (p->partner < 0 ? (inside_mask(&view->silhouette, p->px) ? 4 : 12)
                                                  : fmin(12, fabs((double)p->gap_px) / per_mm));
    }
    return weight > 20 ? sum / weight : 1e9;
}

/* Before the head has this client's shape its landmarks lie some millimetres off. */
static const double PIN_SHARE = 0.3;

/* Mean distance of the pins from the head's own points, mm; one far off says no more than 20. */
static double pins_score(const FitState *state, const FitView *view) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < view->point_count; i++) {
        float pos[3];
        double px[2];
        if (!view->point[i].pinned) continue;
        fitsolve_point_position(state, &view->point[i], pos);
        const double per_mm = view->camera.focal / fitcamera_project(&view->camera, pos, px);
        sum += fmin(20, hypot(px[0] - (double)view->point[i].px[0], px[1] - (double)view->point[i].px[1]) /
                            per_mm);
        count++;
    }
    return count ? sum / count : 0;
}

static double log_light(const Image *image, double x_px, double y_px) {
    float rgb[3];
    image_sample_linear(image, (float)x_px, (float)y_px, rgb);
    return log(0.2126 * (double)rgb[0] + 0.7152 * (double)rgb[1] + 0.0722 * (double)rgb[2] + 0.02);
}

/* How a place differs from what surrounds it. */
static double detail_at(const Image *image, const double px[2], double reach_px) {
    double about = 0;
    for (int k = 0; k < 8; k++)
        about +=
            log_light(image, px[0] + reach_px * cos(45 * k * DEG), px[1] + reach_px * sin(45 * k * DEG)) / 8;
    return fabs(log_light(image, px[0], px[1]) - about);
}

static const double DETAIL_REACH_MM = 5, DETAIL_MAX = 0.5, MARKS_FACING = 0.15, MARKS_MM = 14;

/* From above, a bald head's outline is much the same from the front and from behind; brows, eyes and nose are
 * not: the share of the head's detail that lies where the camera has them, less their share of its area. How
 * high the camera stands it does not tell: a nose alone is seen from straight above. */
static double face_marks(const FitState *state, const FitView *view) {
    const FitBasis *basis = &state->basis;
    const double reach_px = DETAIL_REACH_MM * view->camera.focal / view->camera.t[2];
    double centre[3], detail[2] = {0, 0}, area[2] = {0, 0};
    float brow[3], nose[3], eye[3];
    fitbasis_site(basis, LM_GLABELLA, brow);
    fitbasis_site(basis, LM_SUBNASALE, nose);
    fitbasis_site(basis, LM_LEFT_EXOCANTHION, eye);
    fitcamera_centre(&view->camera, centre);
    for (uint32_t v = 0; v < basis->vertex_count; v++) {
        const float *p = basis->pos[v];
        double facing = 0, length = 0, px[2];
        for (int i = 0; i < 3; i++) {
            const double d = centre[i] - (double)p[i];
            facing += d * (double)basis->nrm[v][i];
            length += d * d;
        }
        facing /= sqrt(length);
        if (basis->neck[v] || basis->ear[v] || facing < MARKS_FACING) continue;
        fitcamera_project(&view->camera, p, px);
        const int on = p[1] > nose[1] && p[1] < brow[1] + 6 && p[2] > eye[2] - 5;
        area[on] += facing;
        detail[on] += facing * fmin(detail_at(&view->image, px, reach_px), DETAIL_MAX);
    }
    return detail[1] / (detail[0] + detail[1] + 1e-9) - area[1] / (area[0] + area[1] + 1e-9);
}

static double refine_by_outline(FitState *state, int photo, int steps, Arena *scratch) {
    FitView *view = &state->view[photo];
    for (int k = 0; k < steps; k++) {
        const double per_mm = view->camera.focal / view->camera.t[2];
        const double radius_mm = 25 * pow(0.75, k) + 6;
        const FitStep step = {.views = 1u << photo,
                              .outline_radius_px = (float)(radius_mm * per_mm),
                              .outline_weight = 1,
                              .damping = 1e-3};
        if (!fitsolve_step(state, &step, scratch)) return 1e9;
    }
    return outline_score(state, photo, scratch) + PIN_SHARE * pins_score(state, view);
}

typedef struct Start {
    float yaw_deg, pitch_deg;
    bool mirrored;
    float cost;
    FitCamera camera;
} Start;
enum { STARTS_MAX = 64, STARTS_TRIED = 8 };

static int compare_starts(const void *a, const void *b) {
    const float x = ((const Start *)a)->cost, y = ((const Start *)b)->cost;
    return (x > y) - (x < y);
}

/* Directions in groups of three that differ by a small turn; only the best of a group is tried further. */
static int list_starts(PhotoSlot slot, Start *out) {
    static const float turn[3] = {0, -18, 18}, side_pitch[3] = {3, -14, 22}, top_pitch[4] = {40, 55, 72, 88};
    int count = 0;
    if (slot == PHOTO_TOP) {
        for (int i = 0; i < 24; i++)
            out[count++] =
                (Start){.yaw_deg = (i < 12 ? 0.0f : 180.0f) + turn[i % 3], .pitch_deg = top_pitch[i / 3 % 4]};
        return count;
    }
    const float yaw = slot == PHOTO_FRONT  ? 0.0f
                      : slot == PHOTO_BACK ? 180.0f
                      : slot == PHOTO_LEFT ? 90.0f
                                           : -90.0f;
    const bool side = slot == PHOTO_LEFT || slot == PHOTO_RIGHT;
    for (int m = 0; m < (side ? 2 : 1); m++)
        for (int i = 0; i < 9; i++)
            out[count++] = (Start){.yaw_deg = (m ? -yaw : yaw) + turn[i % 3],
                                   .pitch_deg = side_pitch[i / 3],
                                   .mirrored = m != 0};
    return count;
}

/* Heads are mostly held straight. */
static const float TURNED_COST_MM = 0.8f;

/* Of each group of three, the one whose extents agree best; then the better groups first. */
static int best_of_groups(Start *start, int count) {
    int groups = 0;
    for (int g = 0; g + 2 < count; g += 3) {
        int best = g;
        for (int i = g + 1; i < g + 3; i++) best = start[i].cost < start[best].cost ? i : best;
        start[groups++] = start[best];
    }
    qsort(start, (size_t)groups, sizeof *start, compare_starts);
    return groups;
}

/* Heads of other people, placed by a shape that knows one photo only, come to 2.4 mm; no heads to 3.6 and
 * more. */
static const double OUTLINE_POSSIBLE_MM = 3.2;

double fitpose_turn_between_rad(const FitCamera *a, const FitCamera *b) {
    double trace = 0;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) trace += a->r[i][k] * b->r[i][k];
    return acos(fmin(fmax(0.5 * (trace - 1), -1), 1));
}

/* Insert by score; of two within 8 degrees the better stays. */
static int keep_start(FitStart *list, int count, const FitStart *start) {
    for (int i = 0; i < count; i++) {
        if (fitpose_turn_between_rad(&list[i].camera, &start->camera) > 8 * DEG) continue;
        if (list[i].outline_mm <= start->outline_mm) return count;
        memmove(&list[i], &list[i + 1], (size_t)(count - i - 1) * sizeof *list);
        count--;
        i--;
    }
    int at = count;
    while (at > 0 && list[at - 1].outline_mm > start->outline_mm) at--;
    if (at >= FIT_STARTS) return count;
    count = count < FIT_STARTS ? count + 1 : count;
    memmove(&list[at + 1], &list[at], (size_t)(count - at - 1) * sizeof *list);
    list[at] = *start;
    return count;
}

bool fitpose_from_pins(FitState *state, int photo) {
    static const double yaw_deg[CASE_PHOTOS] = {
        [PHOTO_LEFT] = 90, [PHOTO_RIGHT] = -90, [PHOTO_BACK] = 180, [PHOTO_TOP] = 0};
    FitCamera *camera = &state->view[photo].camera;
    fitcamera_look(camera, yaw_deg[photo] * DEG, (photo == PHOTO_TOP ? 55 : 3) * DEG, 0);
    camera->t[0] = camera->t[1] = 0;
    return fitpose_from_points(state, photo);
}

static bool is_from_behind(const Start *start) {
    return fabsf(start->yaw_deg) > 90;
}

int fitpose_from_outline(FitState *state, int photo, Arena *scratch, FitStart out[FIT_STARTS]) {
    FitView *view = &state->view[photo];
    Start start[STARTS_MAX];
    int kept = 0;
    if (!view->has_outline) return 0;
    const int count = list_starts((PhotoSlot)photo, start);
    const FitCamera before = view->camera;
    for (int i = 0; i < count; i++) {
        start[i].camera = before;
        fitcamera_look(&start[i].camera, (double)start[i].yaw_deg * DEG, (double)start[i].pitch_deg * DEG, 0);
        start[i].cost = place_by_extents(state, view, &start[i].camera) + (i % 3 ? TURNED_COST_MM : 0);
    }
    const int groups = best_of_groups(start, count);
    FitStart tried[STARTS_TRIED];
    double marks[2] = {-1, -1};
    const int tries = groups < STARTS_TRIED ? groups : STARTS_TRIED;
    for (int i = 0; i < tries; i++) {
        view->camera = start[i].camera;
        tried[i] = (FitStart){.outline_mm = refine_by_outline(state, photo, 7, scratch),
                              .camera = view->camera,
                              .mirrored = start[i].mirrored};
        log_message(LOG_DEBUG, "fit: %s start yaw %.0f pitch %.0f extents %.1f outline %.2f mm",
                    photo_slot_names[photo], (double)start[i].yaw_deg, (double)start[i].pitch_deg,
                    (double)start[i].cost, tried[i].outline_mm);
        if (photo == PHOTO_TOP)
            marks[is_from_behind(&start[i])] =
                fmax(marks[is_from_behind(&start[i])], face_marks(state, view));
    }
    for (int i = 0; i < tries; i++) {
        if (photo == PHOTO_TOP) tried[i].outline_mm -= MARKS_MM * marks[is_from_behind(&start[i])];
        if (tried[i].outline_mm < OUTLINE_POSSIBLE_MM) kept = keep_start(out, kept, &tried[i]);
    }
    view->camera = kept ? out[0].camera : before;
    return kept;
}

int fitpose_directions(PhotoSlot slot, const FitDirection **out) {
    static const FitDirection left[] = {{90, 3}, {72, 3}, {108, 3}, {90, 22}},
                              right[] = {{-90, 3}, {-72, 3}, {-108, 3}, {-90, 22}},
                              back[] = {{180, 3}, {162, 3}, {198, 3}, {180, 22}},
                              top[] = {{0, 55}, {0, 36}, {0, 74}, {180, 55}, {180, 74}};
    static const struct {
        const FitDirection *from;
        int count;
    } slots[CASE_PHOTOS] = {[PHOTO_LEFT] = {left, 4},
                            [PHOTO_RIGHT] = {right, 4},
                            [PHOTO_BACK] = {back, 4},
                            [PHOTO_TOP] = {top, 5}};
    *out = slots[slot].from;
    return slots[slot].count;
}

void fitpose_stand(FitState *state, int photo, FitDirection from) {
    FitView *view = &state->view[photo];
    fitcamera_look(&view->camera, (double)from.yaw_deg * DEG, (double)from.pitch_deg * DEG, 0);
    place_by_extents(state, view, &view->camera);
}
