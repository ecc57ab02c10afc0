/* fitprofile - landmarks that a profile's outline shows by itself: tip of the nose, the hollow above it
 * (sellion), the corner below it (subnasale), the chin. Private to the fit. */
#pragma once
#include "fitsolve.h"

/* In a photo from the side: replaces these points of the view by what its outline says. */
void fitprofile_find(FitState *state, int photo);
