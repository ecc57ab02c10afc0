/* skin - the colour of the head: photos projected into the atlas, their light taken out, the unseen filled.
 *
 * albedo: sRGB-encoded diffuse reflectance in the atlas of headmodel.h; alpha 255.
 * radiance: the skin as photographed (light left in), for `--light photo`.
 * confidence: 0 where filled by synthesis, 255 where a photo looks straight at it.
 */
#pragma once
#include "../engine/progress.h"
#include "casefile.h"

typedef struct Skin {
    int size; /* px of the square atlas */
    Image albedo, radiance;
    uint8_t *confidence, *gloss; /* size * size; gloss 0..255 scales the settings' gloss */
    float ita_deg;               /* individual typology angle of the scalp (domain.md 6.1) */
    int fitzpatrick;             /* 1..6, shown only */
} Skin;

typedef struct SkinPhoto {
    Image image;   /* upright */
    uint8_t *mask; /* head silhouette, width * height, or NULL */
    Camera camera;
} SkinPhoto;

bool skin_build(const HeadModel *model, const HeadShape *shape, const SkinPhoto *photo, int photo_count,
                int size, Progress *progress, Arena *arena, Arena *scratch, Skin *out, Err *err);
/* Skin of nobody: tone by ITA, mottling, lips, brows, lids, pores; same seed, same skin. */
bool skin_synthesise(const HeadModel *model, const HeadShape *shape, float ita_deg, uint64_t seed, int size,
                     Arena *arena, Arena *scratch, Skin *out, Err *err);
