/* fitear - where an ear lies in a photo from the side: analysis by synthesis of its relief.
 *
 * The model's ear is drawn in the photo's camera as normals and relief (height above its surroundings); a
 * light of any direction makes a linear mixture of these. The place, size and turn at which such a mixture
 * explains the photo's band-passed luminance best is the ear's; its top and bottom become points of the view.
 * Ears differ in where the tragus sits between them: the tragion becomes the point at which the hollow behind
 * the tragus is found, drawn as the share of sky that its surroundings leave, since it is dark in any light.
 * What it does NOT do: ears under hair (no mixture explains them, so nothing is found). Private to the fit.
 */
#pragma once
#include "fitsolve.h"

/* In a photo from the side: replaces the ear's three points of the view by what the photo shows. False:
 * memory. */
bool fitear_find(FitState *state, int photo, Arena *scratch);
