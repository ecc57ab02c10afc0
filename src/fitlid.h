/* fitlid - how far a closed eye stands out, in a photo from the side: the upper lid's front is seen there as
 * an edge against the side of the nose.
 *
 * The head's own lid, as the present shape and camera put it, tells where it turns away from the camera; the
 * photo's edge is looked for some millimetres before and behind (dynamic programming over the lid's height).
 * What it does NOT do: find open eyes, or an edge closer than 2 mm to the head's outline. Private to the fit.
 */
#pragma once
#include "fitsolve.h"

/* Puts the pupil of the near side, known towards the front only, among what was found in the view. */
void fitlid_find(FitState *state, int photo);
