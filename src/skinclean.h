/* skinclean - a photo's pixels freed of what its sensor and its compression put in.
 *
 * JPEG keeps colour at half the resolution and in blocks, and noise lies in the picture's rows and columns:
 * on the head, seen large, both are a weave that follows the photo and not the skin. Fine differences of
 * brightness that do not stand out of the skin's noise are taken out, hairs, lids and marks stay; colour is
 * kept to SKINCLEAN_COLOUR_MM. What is taken out is measured, so that grain of the same strength can be laid
 * on the skin instead (skinfill.h).
 */
#pragma once
#include "skinproject.h"

#define SKINCLEAN_COLOUR_MM 0.5f

/* In place, before the photo is looked up; camera, log_rgb and px_per_mm are set. Fills view->noise. */
bool skinclean_view(const SkinSurface *surface, SkinView *view, Arena *scratch);
