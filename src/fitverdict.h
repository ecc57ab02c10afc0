/* fitverdict - how far to trust each photo of a fit, in a word and a sentence. Private to the fit. */
#pragma once
#include "fitsolve.h"

/* Share of what the photo shows of the head between two heights (mm) that is of the front's face's skin, to
 * `within` deviations: hair, beards and hats are not. */
double fitverdict_skin_share(const FitState *state, const FitView *view, float from_mm, float to_mm,
                             float within);
/* True when a photo does not belong to the others: its outline does not follow the head that they agree on.
 */
bool fitverdict_disagrees(const FitState *state, int photo);
/* Fills residuals, verdicts and reasons of the photos from the last assembled and solved system. */
void fitverdict_judge(const FitState *state, Fit *fit);
