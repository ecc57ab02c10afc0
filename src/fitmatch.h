/* fitmatch - the same skin in two photos: how far the photos' cameras and the head disagree, patch by patch.
 *
 * A patch of skin around a mesh vertex is sampled in both photos along the surface, band-passed log luminance
 * compared by normalised correlation over shifts of up to FIT_MATCH_REACH_MM on the surface. Pores, moles,
 * brows and stubble tie the views to a fraction of a millimetre where outlines cannot. Private to the fit.
 */
#pragma once
#include "fitsolve.h"

#define FIT_MATCH_REACH_MM 6.4f

/* Fills state->match from all pairs of the named views; counts by pair in pair_count (rows: first photo). */
bool fitmatch_find(FitState *state, uint32_t views, float reach_mm, Arena *scratch,
                   int pair_count[CASE_PHOTOS][CASE_PHOTOS], Err *err);
