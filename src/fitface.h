/* fitface - the frontal face's lines as points of the head, and pins in their place. Private to the fit. */
#pragma once
#include "fitsolve.h"

/* Finds the face in a photo (Haar cascades, then the layout of its lines). has_face tells; false: memory or
 * no finder. */
bool fitface_find(FitView *view, Arena *scratch, Err *err);
/* Refines the lines around where the present head and camera put them, when that is near enough. */
bool fitface_refine(FitState *state, int photo, Arena *scratch, Err *err);
/* How closed the photo shows the lids: 0 open, 1 closed, 0.5 where the signs disagree or nothing is seen. */
float fitface_lids_closed(const FitState *state, int photo);
/* The view's points anew: the face's lines, then pins, each of which replaces what was found for its
 * landmark. */
void fitface_points(FitState *state, int photo, const FitPins *pins);
