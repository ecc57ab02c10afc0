/* fitpose - where a camera may stand before the joint fit begins. Private to the fit. */
#pragma once
#include "fitsolve.h"

/* Known points only, shape and focal length held (Levenberg-Marquardt by cminpack's lmder). Needs 4 or more
 * points; returns false and leaves the camera when it does not converge. */
bool fitpose_from_points(FitState *state, int photo);

/* A camera that sees the frame of a frontal face where it is. */
void fitpose_from_face(FitView *view);

/* Tries the views that the slot's name allows, by the outline alone; the best is kept. False when the photo
 * has no outline or none fits. `*mirrored` tells that a left photo looks like the right side, or the other
 * way round. */
bool fitpose_from_outline(FitState *state, int photo, Arena *scratch, bool *mirrored);
