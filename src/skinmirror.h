/* skinmirror - what no photo saw is most like its place on the other side of the same head.
 *
 * A photo's mirror is one more view: it shows each node what the photo shows of the node's twin. It lends
 * stubble, brows, ears and grain where the skin would have to be made up otherwise. On the scalp only grain
 * is lent: moles and scars there are on one side. An ear that its own side's photos see only aslant is
 * lent whole.
 */
#pragma once
#include "skinproject.h"

/* Adds the mirrors of view[0 .. photo_count) behind them; surface->mirror must be known. */
bool skinmirror_views(const SkinSurface *surface, int photo_count, Arena *arena, SkinView *view, Err *err);
/* Gives a node field the values of the twins where weight[] is small and the twin's is not, shifted to meet
 * what is known; known[] becomes the weight of what the field now knows. */
bool skinmirror_field(const SkinSurface *surface, float (*field)[3], const float *weight, float full,
                      float *known, Arena *scratch);
