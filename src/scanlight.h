/* scanlight - how brightly each place of the head was lit where its scan was taken.
 *
 * A scan's colours are skin times the light of its room. The light is a constant (a scanner that lights from
 * everywhere, or colours whose light was taken out before), and lamps of at least no strength all around:
 * each lights what faces it and sees it past the rest of the head, so that the shade of hollows and the
 * shadows of nose, chin and ears are part of what is found. Skin is taken as one tone, robustly: lips, brows
 * and beard do not bend the light. What it does NOT do: highlights, shadows sharper than about 3 mm, shade of
 * shapes that the fitted head does not have. Threads: results do not depend on their number.
 */
#pragma once
#include "skinsurface.h"

/* colour: natural log per node; seen: 0..1, how surely. light: natural log per node, all of them; about 0 in
 * the scan's good light. */
bool scanlight_find(const SkinSurface *surface, const float (*colour)[3], const float *seen, Arena *scratch,
                    float (*light)[3], Err *err);
