/* fitprofile - landmarks that a profile's outline shows by itself: tip of the nose, the hollow above it
 * (sellion), the corner below it (subnasale), the chin.
 *
 * The same marks are looked for on the photo's outline and on the head's own as its camera sees it, and each
 * landmark goes as far from its place on the head as the marks lie apart: a landmark is not the outline's
 * extreme, which moves along a round tip with every nod. Under a moustache, where the lip is much darker than
 * the nose, there is no corner. Private to the fit.
 */
#pragma once
#include "fitsolve.h"

/* In a photo from the side: replaces these points of the view by what its outline says. */
void fitprofile_find(FitState *state, int photo);

/* Whether the photo is taken from the side, give or take 37 degrees. */
bool fitprofile_is_side(const FitView *view);

/* The foremost place of a row of the head's skin, between two of the head's v, where it turns away from the
 * camera; false: it does not. */
bool fitprofile_rim(const FitState *state, const FitView *view, float u, const float v[2], float px[2]);
