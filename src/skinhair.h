/* skinhair - hair on the scalp of a photo, and clothes at the neck: found, so that skin can take their place.
 *
 * Against the same photo's face, hair is much darker or much more textured than skin. Only nodes where hair
 * may grow on the scalp are judged, and what hangs from them: thin hair, sideburns, the nape's tips and their
 * shadow. Brows and beards belong to the face. A fine stubble's shadow is kept as skin.
 */
#pragma once
#include "skinproject.h"

typedef enum SkinBrush { SKIN_BRUSH_AUTO, SKIN_BRUSH_SKIN, SKIN_BRUSH_HAIR } SkinBrush;

/* Sets surface->brush from the dabs of a practitioner, in their order; NULL without any. */
bool skinhair_brush(const HeadModel *model, const HeadShape *shape, const SkinStroke *stroke,
                    int stroke_count, Arena *arena, SkinSurface *surface, Err *err);
/* Lower the views' weights where hair covers the skin, with a margin of some mm: what a photo shows of it by
 * itself, and its thin edge beside hair that any of them shows. surface->brush decides where it is not auto. */
bool skinhair_hide(const SkinSurface *surface, Arena *scratch, SkinView *view, int count);
