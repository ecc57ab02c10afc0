/* fitmirror - what a photo's mirror image tells: whether a face alone is measured alike in it, and whether
 * the front photo itself is one. Private to the fit. */
#pragma once
#include "fitsolve.h"

bool fitmirror_image(const Image *image, Arena *arena, Image *out, Err *err);
/* Mean distance of the landmarks in a photo and in its mirror image, in eye distances; `scale`: px of the
 * mirror image for each px of the photo. */
double fitmirror_apart(const FitPhoto *photo, double scale, const FitPhoto *mirrored);
/* Whether the side photos share more of their skin with the front photo's mirror image than with itself.
 * Leaves no matches. */
bool fitmirror_find_front(FitState *state, Arena *scratch, bool *is_mirrored, Err *err);
