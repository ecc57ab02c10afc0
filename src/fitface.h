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
/* What the view has found anew: the face's lines. */
void fitface_lines(FitView *view);
/* A point found in the photo, in the place of what was found for its site; known alike along both axes of the
 * photo, or as it says itself. */
void fitface_put(FitView *view, int site, const float px[2], float sigma_px);
void fitface_put_point(FitView *view, const FitPoint *point);
/* The view's points anew: pins, and what was found of the rest. */
void fitface_points(FitView *view, const FitPins *pins, int photo);
