/* skinregister - the photos laid over each other: the same pore falls on the same place of the head in all of
 * them.
 *
 * A fitted head is off by a millimetre or two and so are its cameras, so a mole seen by two photos lands on
 * the skin twice. Patches of skin that two photos both see are compared, and each photo gets a smooth field
 * of displacements that takes up where they agree best; the more slanted look moves more. A photo whose
 * features agree with no other photo's is named astray. What it does NOT do: change the cameras or the
 * head, match ears (their folds hide different skin from every side).
 */
#pragma once
#include "skinproject.h"

/* Needs px, weight, facing and log_rgb of the views, and sets their shift[] and astray. */
bool skinregister_views(const SkinSurface *surface, SkinView *view, int count, Arena *scratch);
