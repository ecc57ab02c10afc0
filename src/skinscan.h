/* skinscan - the colours of a client's 3D scan carried onto the fitted head.
 *
 * Every texel of the atlas takes the colour that the scan has under it, along the head's normal or nearest
 * to it (vertex colours, or the texture); where the scan has none within some millimetres, or shows another
 * side of itself, colour is carried over from around it. The albedo is without the scan's own light
 * (scanlight.h), the radiance with it; of a scan in flat light they are the same. Threads: results do not
 * depend on the number of threads.
 */
#pragma once
#include "headscan.h"
#include "skin.h"

/* `scan` in its own units, laid onto the head by `fit`; texture->rgba NULL: vertex colours only. */
bool skinscan_build(const HeadModel *model, const HeadScanFit *fit, const Mesh *scan, const Image *texture,
                    int size, Progress *progress, Arena *arena, Arena *scratch, Skin *out, Err *err);
