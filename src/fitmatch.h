/* fitmatch - the same skin in two photos: how far the photos' cameras and the head disagree, patch by patch.
 *
 * A patch of skin around a mesh vertex is sampled in both photos along the surface, band-passed log luminance
 * compared by normalised correlation over shifts along the surface, coarse to fine. Pores, moles,
 * brows and stubble tie the views to a fraction of a millimetre where outlines cannot. Private to the fit.
 */
#pragma once
#include "fitsolve.h"

/* Shifts are searched over +-reach_cells (at most 8) cells; patches are 13 cells wide. */
typedef struct FitMatchScale {
    float cell_mm;
    int reach_cells;
    int every; /* vertices are tried in steps of this */
} FitMatchScale;
static const FitMatchScale FIT_MATCH_COARSE = {2.4f, 8, 1}, FIT_MATCH_MIDDLE = {1.4f, 6, 1},
                           FIT_MATCH_FINE = {0.8f, 5, 1};

/* Fills state->match from all pairs of the named views of which at least one is in `about`; counts by pair.
 */
bool fitmatch_find(FitState *state, uint32_t views, uint32_t about, FitMatchScale scale, Arena *scratch,
                   int pair_count[CASE_PHOTOS][CASE_PHOTOS], Err *err);
