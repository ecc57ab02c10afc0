/* fitpose - where a camera may stand before the joint fit begins. Private to the fit. */
#pragma once
#include "fitsolve.h"

/* Known points only, shape and focal length held (Levenberg-Marquardt by cminpack's lmder). Needs 4 or more
 * points; returns false and leaves the camera when it does not converge. */
bool fitpose_from_points(FitState *state, int photo);

/* The same from where the photo's slot says that it was taken. */
bool fitpose_from_pins(FitState *state, int photo);

double fitpose_turn_between_rad(const FitCamera *a, const FitCamera *b);

/* A camera that sees the frame of a frontal face where it is. */
void fitpose_from_face(FitView *view);

/* A place where the outline alone would let a camera stand. */
typedef struct FitStart {
    FitCamera camera;
    double outline_mm; /* mean clamped gap, and the pins'; from above, less what speaks for a face there */
    double support;    /* patches of skin shared with other photos; 0 from fitpose_from_outline */
    double raised;     /* rad over the head's level; 0 from fitpose_from_outline */
    bool mirrored;     /* a left photo that looks like the right side, or the other way round */
} FitStart;
enum { FIT_STARTS = 6 };

/* Tries the views that the slot's name allows, by the outline alone; fills the distinct ones, best first, and
 * returns how many. 0: the photo has no outline, or none fits. Leaves the view's camera at the first. */
int fitpose_from_outline(FitState *state, int photo, Arena *scratch, FitStart out[FIT_STARTS]);

/* The directions from which the slot's name lets a photo be taken, the likeliest first; returns their number.
 */
typedef struct FitDirection {
    float yaw_deg, pitch_deg; /* azimuth to the head's left, elevation */
} FitDirection;
int fitpose_directions(PhotoSlot slot, const FitDirection **out);
/* Stands the camera in a direction where the head's extents agree with the outline's, and refines nothing:
 * an outline that the shape does not have yet turns the camera away. */
void fitpose_stand(FitState *state, int photo, FitDirection from);
