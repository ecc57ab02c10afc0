/* skinbake - skin_build and skin_synthesise on any surface, not only the parametric head: for tests and
 * scans. */
#pragma once
#include "skin.h"
#include "skinsurface.h"

bool skinbake_photos(const SkinSurface *surface, const SkinPhoto *photo, int photo_count, int size,
                     Progress *progress, Arena *arena, Arena *scratch, Skin *out, Err *err);
bool skinbake_synthetic(const SkinSurface *surface, bool lids_closed, float ita_deg, uint64_t seed, int size,
                        Arena *arena, Arena *scratch, Skin *out, Err *err);
