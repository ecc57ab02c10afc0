#include "camera.h"

#include <math.h>
#include <string.h>

#include "log.h"

#define RAD_PER_DEG (3.14159265358979323846 / 180.0)

double camera_project(const Camera *camera, const double point_mm[3], double px[2]) {
    double at[3];
    for (int row = 0; row < 3; row++) {
        const double *m = camera->camera_from_head[row];
        at[row] = m[0] * point_mm[0] + m[1] * point_mm[1] + m[2] * point_mm[2] + m[3];
    }
    px[0] = px[1] = 0;
    if (at[2] > 0) {
        px[0] = camera->fx * at[0] / at[2] + camera->cx;
        px[1] = camera->fy * at[1] / at[2] + camera->cy;
    }
    return at[2];
}

void camera_centre(const Camera *camera, double centre_mm[3]) {
    for (int axis = 0; axis < 3; axis++) {
        centre_mm[axis] = 0;
        for (int row = 0; row < 3; row++) {
            const double *m = camera->camera_from_head[row];
            centre_mm[axis] -= m[axis] * m[3];
        }
    }
}

void camera_ray(const Camera *camera, double x_px, double y_px, double origin_mm[3], double direction[3]) {
    camera_centre(camera, origin_mm);
    const double at[3] = {(x_px - camera->cx) / camera->fx, (y_px - camera->cy) / camera->fy, 1};
    double length = 0;
    for (int axis = 0; axis < 3; axis++) {
        direction[axis] = 0;
        for (int row = 0; row < 3; row++) direction[axis] += camera->camera_from_head[row][axis] * at[row];
        length += direction[axis] * direction[axis];
    }
    length = sqrt(length);
    for (int axis = 0; axis < 3; axis++) direction[axis] /= length;
}

void camera_clip_from_head(const Camera *camera, double near_mm, double far_mm, float out[16]) {
    ASSERT(near_mm > 0 && far_mm > near_mm && camera->width > 0 && camera->height > 0);
    const double w = camera->width, h = camera->height;
    const double depth = far_mm - near_mm;
    /* Rows: clip x, y, z, w from camera x, y, z, 1; y turns over because pictures count rows downwards. */
    const double clip_from_camera[4][4] = {
        {2 * camera->fx / w, 0, (2 * camera->cx - w) / w, 0},
        {0, -2 * camera->fy / h, -(2 * camera->cy - h) / h, 0},
        {0, 0, (far_mm + near_mm) / depth, -2 * far_mm * near_mm / depth},
        {0, 0, 1, 0},
    };
    for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 4; column++) {
            double sum = column == 3 ? clip_from_camera[row][3] : 0;
            for (int k = 0; k < 3; k++) sum += clip_from_camera[row][k] * camera->camera_from_head[k][column];
            out[column * 4 + row] = (float)sum;
        }
    }
}

Camera camera_resized(const Camera *camera, int width, int height) {
    ASSERT(width > 0 && height > 0 && camera->width > 0 && camera->height > 0);
    const int old_side = camera->width < camera->height ? camera->width : camera->height;
    const int new_side = width < height ? width : height;
    const double scale = (double)new_side / old_side;
    Camera out = *camera;
    out.width = width;
    out.height = height;
    out.fx *= scale;
    out.fy *= scale;
    out.cx = width / 2.0 + (camera->cx - camera->width / 2.0) * scale;
    out.cy = height / 2.0 + (camera->cy - camera->height / 2.0) * scale;
    return out;
}

const char *const camera_view_names[CAMERA_VIEW_COUNT] = {"front", "left", "right", "back",
                                                          "top",   "34",   "crown"};

/* A mean head spans about 200 mm front to back, 155 mm across and from 131 mm above the tragia (vertex) to
 * 110 mm below them (chin), domain.md section 7; 24 degrees at 900 mm show 383 mm: the head with air around
 * it, from the distance of a portrait. */
enum { VIEW_DISTANCE_MM = 900, VIEW_FOV_DEG = 21 };

Orbit orbit_named(CameraView view) {
    static const struct {
        double azimuth_deg, elevation_deg;
        double target_mm[3];
    } views[CAMERA_VIEW_COUNT] = {
        [CAMERA_FRONT] = {0, 0, {0, -8, 15}},    [CAMERA_LEFT] = {90, 0, {0, -8, 5}},
        [CAMERA_RIGHT] = {-90, 0, {0, -8, 5}},   [CAMERA_BACK] = {180, 0, {0, -8, 0}},
        [CAMERA_TOP] = {0, 90, {0, 40, 5}},      [CAMERA_34] = {40, 20, {0, -4, 8}},
        [CAMERA_CROWN] = {180, 48, {0, 22, -5}},
    };
    ASSERT((int)view >= 0 && view < CAMERA_VIEW_COUNT);
    Orbit orbit = {.azimuth_deg = views[view].azimuth_deg,
                   .elevation_deg = views[view].elevation_deg,
                   .distance_mm = VIEW_DISTANCE_MM,
                   .fov_deg = VIEW_FOV_DEG};
    memcpy(orbit.target_mm, views[view].target_mm, sizeof orbit.target_mm);
    return orbit;
}

/* Camera axes of an orbit in head space: right, down, forward. They stay defined at the pole. */
static void orbit_axes(const Orbit *orbit, double axes[3][3]) {
    const double az = orbit->azimuth_deg * RAD_PER_DEG, el = orbit->elevation_deg * RAD_PER_DEG;
    const double sa = sin(az), ca = cos(az), se = sin(el), ce = cos(el);
    const double rows[3][3] = {{ca, 0, -sa}, {sa * se, -ce, ca * se}, {-sa * ce, -se, -ca * ce}};
    memcpy(axes, rows, sizeof rows);
}

Camera camera_orbited(const Camera *camera, const double pivot_mm[3], double azimuth_deg) {
    const double c = cos(azimuth_deg * RAD_PER_DEG), s = sin(azimuth_deg * RAD_PER_DEG);
    Camera out = *camera;
    for (int row = 0; row < 3; row++) {
        const double *from = camera->camera_from_head[row];
        double *to = out.camera_from_head[row];
        to[0] = from[0] * c + from[2] * s;
        to[2] = from[2] * c - from[0] * s;
        for (int i = 0; i < 3; i++) to[3] += (from[i] - to[i]) * pivot_mm[i];
    }
    return out;
}

Orbit orbit_stood_off(Orbit orbit, double skin_mm) {
    const double half_head_mm = 95, close_mm = 600, hairline_mm = 78, middle_mm = 40, around_mm = 45;
    orbit.distance_mm = skin_mm + half_head_mm;
    double *at = orbit.target_mm;
    if (hypot(at[0], at[2]) > around_mm || at[1] > 80) return orbit; /* a point of the skin was chosen */
    if (skin_mm < close_mm)
        at[1] = fmax(at[1], hairline_mm * cos(orbit.elevation_deg * RAD_PER_DEG));
    else if (at[1] > middle_mm)
        at[1] = 0;
    return orbit;
}

void orbit_camera(const Orbit *orbit, int width, int height, Camera *out) {
    ASSERT(width > 0 && height > 0);
    const int side = width < height ? width : height;
    const double focal_px = 0.5 * side / tan(0.5 * orbit->fov_deg * RAD_PER_DEG);
    *out = (Camera){.width = width,
                    .height = height,
                    .fx = focal_px,
                    .fy = focal_px,
                    .cx = width / 2.0,
                    .cy = height / 2.0};
    double axes[3][3];
    orbit_axes(orbit, axes);
    for (int row = 0; row < 3; row++) {
        double shift = 0;
        for (int axis = 0; axis < 3; axis++) {
            const double centre = orbit->target_mm[axis] - orbit->distance_mm * axes[2][axis];
            out->camera_from_head[row][axis] = axes[row][axis];
            shift -= axes[row][axis] * centre;
        }
        out->camera_from_head[row][3] = shift;
    }
}

/* Below the chin there is nothing to see of a scalp: 20 degrees down, and up to the pole (ecosystem.md
 * section 3). At 250 mm from the middle of the head the camera is still outside it. */
static const double elevation_min_deg = -20, elevation_max_deg = 90;
static const double distance_min_mm = 250, distance_max_mm = 3500;
static const double pan_max_mm = 150;
/* One viewport height of drag turns the head half round. */
static const double drag_deg_per_viewport = 180;

static double clamp(double value, double low, double high) {
    return value < low ? low : value > high ? high : value;
}

void orbit_motion_reset(OrbitMotion *motion, const Orbit *at) {
    *motion = (OrbitMotion){.now = *at, .goal = *at};
}

void orbit_motion_drag(OrbitMotion *motion, double dx_px, double dy_px, double viewport_height_px) {
    const double scale = drag_deg_per_viewport / (viewport_height_px > 1 ? viewport_height_px : 1);
    /* The head follows the hand: dragging right shows more of the side that was hidden on the left. */
    motion->goal.azimuth_deg -= dx_px * scale;
    motion->goal.elevation_deg =
        clamp(motion->goal.elevation_deg + dy_px * scale, elevation_min_deg, elevation_max_deg);
}

void orbit_motion_pan(OrbitMotion *motion, double dx_px, double dy_px, double viewport_height_px) {
    Orbit *goal = &motion->goal;
    const double height_px = viewport_height_px > 1 ? viewport_height_px : 1;
    const double mm_per_px = 2 * goal->distance_mm * tan(0.5 * goal->fov_deg * RAD_PER_DEG) / height_px;
    double axes[3][3], length = 0;
    orbit_axes(goal, axes);
    for (int axis = 0; axis < 3; axis++) {
        goal->target_mm[axis] -= (axes[0][axis] * dx_px + axes[1][axis] * dy_px) * mm_per_px;
        length += goal->target_mm[axis] * goal->target_mm[axis];
    }
    length = sqrt(length);
    for (int axis = 0; axis < 3 && length > pan_max_mm; axis++) goal->target_mm[axis] *= pan_max_mm / length;
}

void orbit_motion_centre(OrbitMotion *motion, const double point_mm[3]) {
    double length = 0;
    for (int axis = 0; axis < 3; axis++) length += point_mm[axis] * point_mm[axis];
    const double share = sqrt(length) > pan_max_mm ? pan_max_mm / sqrt(length) : 1;
    for (int axis = 0; axis < 3; axis++) motion->goal.target_mm[axis] = point_mm[axis] * share;
}

void orbit_motion_zoom(OrbitMotion *motion, double factor) {
    ASSERT(factor > 0);
    motion->goal.distance_mm = clamp(motion->goal.distance_mm / factor, distance_min_mm, distance_max_mm);
}

void orbit_motion_zoom_at(OrbitMotion *motion, double factor, const double point_mm[3]) {
    Orbit *goal = &motion->goal;
    const double before_mm = goal->distance_mm;
    double axes[3][3], at[3] = {0, 0, before_mm};
    orbit_axes(goal, axes);
    for (int row = 0; row < 3; row++)
        for (int axis = 0; axis < 3; axis++)
            at[row] += axes[row][axis] * (point_mm[axis] - goal->target_mm[axis]);
    orbit_motion_zoom(motion, factor);
    const double nearer_mm = before_mm - goal->distance_mm, depth_mm = fmax(at[2], 1);
    double target[3];
    for (int axis = 0; axis < 3; axis++)
        target[axis] = goal->target_mm[axis] +
                       (axes[0][axis] * at[0] + axes[1][axis] * at[1]) * nearer_mm / depth_mm;
    orbit_motion_centre(motion, target);
}

/* A slow hand has placed the head; only a flick lets it glide, and not into a spin. */
static const double glide_least_deg_s = 25, glide_most_deg_s = 360, glide_end_deg_s = 2;

void orbit_motion_release(OrbitMotion *motion) {
    const double speed = hypot(motion->velocity[0], motion->velocity[1]);
    const double share = speed < glide_least_deg_s  ? 0
                         : speed > glide_most_deg_s ? glide_most_deg_s / speed
                                                    : 1;
    for (int i = 0; i < 2; i++) motion->glide_deg_s[i] = motion->velocity[i] * share;
}

void orbit_motion_catch(OrbitMotion *motion) {
    if (motion->glide_deg_s[0] == 0 && motion->glide_deg_s[1] == 0) return;
    memset(motion->glide_deg_s, 0, sizeof motion->glide_deg_s);
    motion->goal = motion->now;
    memset(motion->velocity, 0, sizeof motion->velocity);
}

/* True while the goal still glides. */
static bool step_glide(OrbitMotion *motion, double dt_s) {
    double *glide = motion->glide_deg_s;
    const double constant_s = ORBIT_GLIDE_MS * 1e-3, decay = exp(-dt_s / constant_s);
    motion->goal.azimuth_deg += glide[0] * constant_s * (1 - decay);
    motion->goal.elevation_deg = clamp(motion->goal.elevation_deg + glide[1] * constant_s * (1 - decay),
                                       elevation_min_deg, elevation_max_deg);
    for (int i = 0; i < 2; i++) glide[i] = fabs(glide[i]) * decay > glide_end_deg_s ? glide[i] * decay : 0;
    return glide[0] != 0 || glide[1] != 0;
}

enum { ORBIT_VALUES = 7 };
/* Distance moves by its logarithm, so zooming feels the same near and far. */
static void orbit_to_values(const Orbit *orbit, double values[ORBIT_VALUES]) {
    values[0] = orbit->azimuth_deg;
    values[1] = orbit->elevation_deg;
    values[2] = log(orbit->distance_mm);
    values[3] = orbit->fov_deg;
    memcpy(values + 4, orbit->target_mm, sizeof orbit->target_mm);
}

static void orbit_from_values(const double values[ORBIT_VALUES], Orbit *orbit) {
    orbit->azimuth_deg = values[0];
    orbit->elevation_deg = values[1];
    orbit->distance_mm = exp(values[2]);
    orbit->fov_deg = values[3];
    memcpy(orbit->target_mm, values + 4, sizeof orbit->target_mm);
}

bool orbit_motion_step(OrbitMotion *motion, double dt_s) {
    ASSERT(dt_s >= 0);
    /* What a person can see: about a tenth of a pixel on a large screen, and its change within a second. */
    static const double visible[ORBIT_VALUES] = {0.01, 0.01, 1e-4, 0.002, 0.02, 0.02, 0.02};
    const double rate = 1000.0 / ORBIT_TIME_CONSTANT_MS;
    const double decay = exp(-rate * dt_s);
    double now[ORBIT_VALUES], goal[ORBIT_VALUES];
    bool moving = step_glide(motion, dt_s);
    orbit_to_values(&motion->now, now);
    orbit_to_values(&motion->goal, goal);
    for (int i = 0; i < ORBIT_VALUES; i++) {
        /* The exact solution of x'' = -2 rate x' - rate^2 x: two short steps equal one long one. */
        const double away = now[i] - goal[i];
        const double slope = motion->velocity[i] + rate * away;
        now[i] = goal[i] + (away + slope * dt_s) * decay;
        motion->velocity[i] = (motion->velocity[i] - rate * slope * dt_s) * decay;
        moving =
            moving || fabs(now[i] - goal[i]) > visible[i] || fabs(motion->velocity[i]) > rate * visible[i];
    }
    if (moving) {
        orbit_from_values(now, &motion->now);
    } else {
        motion->now = motion->goal;
        memset(motion->velocity, 0, sizeof motion->velocity);
    }
    return moving;
}
