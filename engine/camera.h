/* camera - pinhole cameras in OpenCV axes, and the orbit that a hand turns.
 *
 * Camera: pixel = K (camera_from_head [p;1]), x right, y down, z forward, pixel origin at the top left corner of the
 * image (centre of the first pixel at 0.5, 0.5), mm. Head space: +x to the head's left, +y up, +z out of the face,
 * origin midway between the notches above the tragi.
 */
#pragma once
#include <stdbool.h>

typedef struct Camera {
    int width, height;            /* px */
    double fx, fy, cx, cy;        /* px */
    double camera_from_head[3][4]; /* rotation | translation in mm */
} Camera;

/* Returns the depth in mm (<= 0: behind the camera; px then undefined). */
double camera_project(const Camera *camera, const double point_mm[3], double px[2]);
void camera_ray(const Camera *camera, double x_px, double y_px, double origin_mm[3], double direction[3]);
void camera_centre(const Camera *camera, double centre_mm[3]);
/* OpenGL clip space (column-major, z in [-w, w]); y up in clip. */
void camera_clip_from_head(const Camera *camera, double near_mm, double far_mm, float out[16]);
/* The same camera for another picture size: the shorter side keeps its field of view. */
Camera camera_resized(const Camera *camera, int width, int height);

typedef enum CameraView {
    CAMERA_FRONT, CAMERA_LEFT, CAMERA_RIGHT, CAMERA_BACK, CAMERA_TOP, CAMERA_34, CAMERA_CROWN, CAMERA_VIEW_COUNT
} CameraView;
extern const char *const camera_view_names[CAMERA_VIEW_COUNT]; /* "front" ... "34" "crown" */

/* An orbit about `target_mm`; azimuth 0 looks at the face, +90 at the head's left side; elevation up positive. */
typedef struct Orbit {
    double azimuth_deg, elevation_deg, distance_mm, fov_deg /* vertical of a square picture */;
    double target_mm[3];
} Orbit;
Orbit orbit_named(CameraView view);
/* The camera carried on by an azimuth about the vertical through a point, as an orbit about it would. */
Camera camera_orbited(const Camera *camera, const double pivot_mm[3], double azimuth_deg);
/* The same lens from so far off the skin: how much someone at that distance sees. An orbit about the head's middle
 * looks at the edge of the scalp from closer than 0.6 m, and at the middle again from farther. */
Orbit orbit_stood_off(Orbit orbit, double skin_mm);
void orbit_camera(const Orbit *orbit, int width, int height, Camera *out);

/* The orbit that follows the hand: `goal` is set by input, `now` follows it as a critically damped spring. */
typedef struct OrbitMotion {
    Orbit now, goal;
    double velocity[7];
    double glide_deg_s[2]; /* azimuth and elevation after the hand let go, dying down */
} OrbitMotion;
enum { ORBIT_TIME_CONSTANT_MS = 50, ORBIT_GLIDE_MS = 300 };
void orbit_motion_reset(OrbitMotion *motion, const Orbit *at);
void orbit_motion_drag(OrbitMotion *motion, double dx_px, double dy_px, double viewport_height_px);
void orbit_motion_pan(OrbitMotion *motion, double dx_px, double dy_px, double viewport_height_px);
void orbit_motion_zoom(OrbitMotion *motion, double factor); /* > 1 nearer */
/* The same towards a point of the head, which stays where it is in the picture. */
void orbit_motion_zoom_at(OrbitMotion *motion, double factor, const double point_mm[3]);
/* The hand lets go: a head in motion glides on; catch stops it at once. */
void orbit_motion_release(OrbitMotion *motion);
void orbit_motion_catch(OrbitMotion *motion);
/* The point to look at and turn about, as near to the head's middle as pan allows. */
void orbit_motion_centre(OrbitMotion *motion, const double point_mm[3]);
/* Advance by dt; true while anything still moves visibly. */
bool orbit_motion_step(OrbitMotion *motion, double dt_s);
