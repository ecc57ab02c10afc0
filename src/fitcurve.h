/* fitcurve - dark lines of the face followed from corner to corner in any photo that sees them: where closed
 * lids meet and where the lips meet.
 *
 * The model's line, as the present head and camera put it, is where a dark ridge of the photo is looked for
 * (a strip about the line, dynamic programming across it); the line ends where the ridge steps down to the
 * skin's, and as surely as that step is the only one. Each place of the model's line becomes a point of the
 * view that is known across the line only, each corner one that is known along it too. What it does NOT do:
 * find lines farther than some 6 mm off, or the lids of open eyes. Private to the fit.
 */
#pragma once
#include "fitsolve.h"

/* Adds the lines' points to what was found in the view, the corners in the place of earlier ones; lines must
 * lie within reach_mm. False: memory. */
bool fitcurve_find(FitState *state, int photo, float reach_mm, Arena *scratch);
