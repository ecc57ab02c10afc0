#include "scanfeatures.h"

#include "fitear.h"
#include "fitface.h"
#include "fitprofile.h"
#include <math.h>
#include <string.h>

/* The pictures: so many px a mm; far away, so that depth hardly moves what is seen. Half of the width, and
 * what lies over and under the head's origin. */
static const double PX_PER_MM = 2.5, AWAY_MM = 1500;
static const double FRONT_HALF_MM = 95, SIDE_HALF_MM = 145, OVER_MM = 95, UNDER_MM = 145;

static void place_camera(double yaw_rad, double half_mm, FitCamera *camera) {
    *camera = (FitCamera){.focal = PX_PER_MM * AWAY_MM,
                          .t = {0, 0, AWAY_MM},
                          .cx = PX_PER_MM * half_mm,
                          .cy = PX_PER_MM * OVER_MM};
    fitcamera_look(camera, yaw_rad, 0, 0);
}

static bool photograph(const ScanScene *scene, double yaw_rad, double half_mm, bool coloured, Arena *arena,
                       FitView *view, Err *err) {
    view->present = true;
    view->scale = 1;
    place_camera(yaw_rad, half_mm, &view->camera);
    if (!image_alloc(arena, (int)(2 * view->camera.cx), (int)(PX_PER_MM * (OVER_MM + UNDER_MM)), &view->image,
                     err))
        return false;
    scanpicture_draw(scene, &view->camera, coloured, &view->image);
    return true;
}

/* The frame that the head as it lies puts between the eyes. */
static FaceFrame frame_of_head(const FitBasis *basis, const FitView *view) {
    float eye[2][3];
    double px[2][2];
    for (int k = 0; k < 2; k++) {
        fitbasis_site(basis, k ? LM_LEFT_PUPIL : LM_RIGHT_PUPIL, eye[k]);
        fitcamera_project(&view->camera, eye[k], px[k]);
    }
    const double dx = px[1][0] - px[0][0], dy = px[1][1] - px[0][1];
    return (FaceFrame){{(float)(0.5 * (px[0][0] + px[1][0])), (float)(0.5 * (px[0][1] + px[1][1]))},
                       (float)hypot(dx, dy),
                       (float)atan2(dy, dx)};
}

/* Eyes and nose each show their own line; a mouth may stand open and show no corner. */
static bool is_whole(const FaceLines *face) {
    const bool *found = face->found;
    return (found[FACE_RIGHT_IRIS] || (found[FACE_RIGHT_LID] && found[FACE_LEFT_LID])) &&
           found[FACE_NOSE_BASE];
}

static bool look_at_face(FitState *state, ScanLook look, ScanFeatures *features, Arena *scratch, Err *err) {
    FitView *view = &state->view[PHOTO_FRONT];
    if (look == SCAN_LOOK_FIRST) {
        const FaceFrame frame = frame_of_head(&state->basis, view);
        if (!landmarks_find(&view->image, &frame, scratch, &view->face, err)) return false;
        features->has_face = view->face.score >= LANDMARKS_SCORE_MIN;
    } else if (features->has_face) {
        view->face = features->face;
        if (!fitface_refine(state, PHOTO_FRONT, scratch, err)) return false;
    }
    view->has_face = features->has_face;
    features->whole_face = features->has_face && is_whole(&view->face);
    features->face = view->face;
    fitface_lines(view);
    return true;
}

/* Where the scan is, without the holes in it: from the first place of each row to the last. */
static void fill_mask(const Image *image, uint8_t *mask) {
    for (int y = 0; y < image->height; y++) {
        const uint8_t *row = image->rgba + 4 * (size_t)y * (size_t)image->width;
        int from = 0, to = image->width - 1;
        while (from < image->width && !row[4 * from]) from++;
        while (to > from && !row[4 * to]) to--;
        for (int x = from; x <= to; x++) mask[(size_t)y * (size_t)image->width + (size_t)x] = 255;
    }
}

/* A side's picture: the ear in it, and the profile, which is where the scan ends. */
static bool look_at_side(FitState *state, int p, Arena *scratch, ScanFeatures *features, Err *err) {
    Arena *arena = state->arena;
    FitView *view = &state->view[p];
    const size_t cells = (size_t)view->image.width * (size_t)view->image.height;
    Silhouette *outline = &view->silhouette;
    outline->width = view->image.width;
    outline->height = view->image.height;
    outline->mask = ARENA_ARRAY(arena, uint8_t, cells);
    if (!outline->mask) return err_set(err, "there is not enough memory to look at the scan");
    fill_mask(&view->image, outline->mask);
    if (!silhouette_trace(&view->image, arena, scratch, outline, err)) return false;
    view->has_outline = true;
    if (!fitear_find(state, p, scratch))
        return err_set(err, "there is not enough memory to look at the scan");
    features->has_ear[p == PHOTO_LEFT] = view->found_count > 0;
    fitprofile_find(state, p);
    return true;
}

/* Under a pixel, on the scan; where it shows none, as deep as the head has the place. */
static void place_under(const ScanScene *scene, const FitState *state, const FitView *view,
                        const FitPoint *point, float head_mm[3]) {
    float site[3];
    double px[2], centre[3];
    if (scanpicture_at(scene, &view->camera, point->px, head_mm)) return;
    fitsolve_point_position(state, point, site);
    const double depth = fitcamera_project(&view->camera, site, px);
    const double at[3] = {((double)point->px[0] - view->camera.cx) / view->camera.focal,
                          ((double)point->px[1] - view->camera.cy) / view->camera.focal, 1};
    fitcamera_centre(&view->camera, centre);
    for (int c = 0; c < 3; c++) {
        head_mm[c] = (float)centre[c];
        for (int i = 0; i < 3; i++) head_mm[c] += (float)(depth * at[i] * view->camera.r[i][c]);
    }
}

/* A picture shows the crease below the chin, near its lowest place. */
static const float CHIN_VAGUER = 2;

/* Of open eyes without irises a picture shows one lid or the other: they are left to the surface. */
static bool is_vague(const FitState *state, ScanLook look, const ScanFeatures *features, int site) {
    return site <= LM_RIGHT_ENDOCANTHION && look == SCAN_LOOK_AGAIN && state->shape.lids_closed <= 0 &&
           !features->face.found[FACE_RIGHT_IRIS];
}

/* Carries what a picture shows back onto the scan. */
static void take_over(const ScanScene *scene, const FitState *state, const FitView *view, ScanLook look,
                      ScanFeatures *features) {
    for (int i = 0; i < view->found_count && features->count < SCAN_FEATURES_MAX; i++) {
        const FitPoint *p = &view->found[i];
        if (is_vague(state, look, features, p->site[0])) continue;
        ScanFeature *out = &features->feature[features->count++];
        float at[3];
        *out = (ScanFeature){.site = {p->site[0], p->site[1]}, .share = p->share};
        place_under(scene, state, view, p, at);
        head_to_scan(scene->fit, at, out->pos);
        for (int k = 0; k < 2; k++) {
            out->sigma_mm[k] =
                p->sigma_px[k] / (float)PX_PER_MM * (p->site[0] == LM_MENTON ? CHIN_VAGUER : 1);
            for (int c = 0; c < 3; c++)
                out->axis[k][c] =
                    p->axis[k][0] * (float)view->camera.r[0][c] + p->axis[k][1] * (float)view->camera.r[1][c];
        }
    }
}

static bool look_around(const ScanScene *scene, FitState *state, ScanLook look, Arena *scratch,
                        ScanFeatures *features, Err *err) {
    static const double yaw_rad[] = {[PHOTO_FRONT] = 0, [PHOTO_LEFT] = M_PI_2, [PHOTO_RIGHT] = -M_PI_2};
    const bool coloured = scanpicture_has_colours(scene->mesh, scene->texture);
    FitView *views = state->view;
    features->count = 0;
    if (!photograph(scene, 0, FRONT_HALF_MM, coloured, state->arena, &views[PHOTO_FRONT], err) ||
        !look_at_face(state, look, features, scratch, err))
        return false;
    take_over(scene, state, &views[PHOTO_FRONT], look, features);
    for (int p = PHOTO_LEFT; p <= PHOTO_RIGHT && look == SCAN_LOOK_AGAIN; p++) {
        if (!photograph(scene, yaw_rad[p], SIDE_HALF_MM, false, state->arena, &views[p], err) ||
            !look_at_side(state, p, scratch, features, err))
            return false;
        take_over(scene, state, &views[p], look, features);
    }
    return true;
}

bool scanfeatures_find(const ScanScene *scene, const FitBasis *basis, ScanLook look, Arena *scratch,
                       ScanFeatures *features, Err *err) {
    const size_t mark = arena_mark(scratch);
    Arena pictures = {0};
    if (!arena_create(&pictures, &(ArenaDesc){.name = "pictures", .secret = true}, err)) return false;
    FitState *state = ARENA_ARRAY(scratch, FitState, 1);
    if (state)
        *state = (FitState){.model = basis->model, .basis = *basis, .shape = basis->at, .arena = &pictures};
    const bool ok = state ? look_around(scene, state, look, scratch, features, err)
                          : err_set(err, "there is not enough memory to look at the scan");
    arena_destroy(&pictures);
    arena_rewind(scratch, mark);
    return ok;
}

static const int EYE_WIDE_MM = 15, EYE_HIGH_MM = 9;
static const float LIDS_REACH_MM = 10;

bool scanfeatures_eyes_gap(const ScanScene *scene, const FitBasis *basis, Arena *scratch, float *gap_mm,
                           Err *err) {
    const size_t mark = arena_mark(scratch);
    FitCamera camera;
    Mesh head;
    Rays *rays = NULL;
    float sum = 0, count = 0;
    if (!head_mesh(basis->model, &basis->at, HEAD_LOD_MEDIUM, scratch, &head, err) ||
        !(rays = rays_create(&head, err)))
        return false;
    place_camera(0, FRONT_HALF_MM, &camera);
    for (int k = 0; k < 2; k++) {
        float eye[3], at[3], near[3];
        double px[2];
        RayHit hit;
        fitbasis_site(basis, k ? LM_LEFT_PUPIL : LM_RIGHT_PUPIL, eye);
        fitcamera_project(&camera, eye, px);
        for (int y = -EYE_HIGH_MM; y <= EYE_HIGH_MM; y++)
            for (int x = -EYE_WIDE_MM; x <= EYE_WIDE_MM; x++) {
                const float there[2] = {(float)(px[0] + PX_PER_MM * x), (float)(px[1] + PX_PER_MM * y)};
                if (!scanpicture_at(scene, &camera, there, at)) continue;
                sum += rays_nearest(rays, at, LIDS_REACH_MM, &hit, near)
                           ? hypotf(hypotf(at[0] - near[0], at[1] - near[1]), at[2] - near[2])
                           : LIDS_REACH_MM;
                count++;
            }
    }
    rays_destroy(rays);
    arena_rewind(scratch, mark);
    *gap_mm = count > 0 ? sum / count : 0;
    return true;
}
