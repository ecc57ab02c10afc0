/* skin - the colour of the head: photos projected into the atlas, their light taken out, the unseen filled.
 *
 * albedo: sRGB-encoded diffuse reflectance in the atlas of headmodel.h; alpha 255.
 * radiance: the skin as photographed (light left in), for `--light photo`.
 * confidence: 0 where no photo saw it (taken from the other side of the head, or made up), 255 where a photo
 * looks straight at it.
 */
#pragma once
#include "../engine/progress.h"
#include "casefile.h"

typedef struct Skin {
    int size; /* px of the square atlas */
    Image albedo, radiance;
    uint8_t *confidence, *gloss;       /* size * size; gloss 0..255 scales the settings' gloss */
    float ita_deg;                     /* individual typology angle of the scalp (domain.md 6.1) */
    int fitzpatrick;                   /* 1..6, shown only */
    const struct SkinSources *sources; /* for skin_radiance_from, in the build's arena; NULL: synthetic */
} Skin;

typedef struct SkinPhoto {
    Image image;   /* upright */
    uint8_t *mask; /* head silhouette, width * height, or NULL */
    Camera camera;
} SkinPhoto;

/* settings->stroke[] says where hair was wrongly found or missed; settings may be NULL. */
bool skin_build(const HeadModel *model, const HeadShape *shape, const SkinPhoto *photo, int photo_count,
                const SkinSettings *settings, int size, Progress *progress, Arena *arena, Arena *scratch,
                Skin *out, Err *err);
/* The skin as a camera near one of the photos' would photograph it: that photo's own light and detail come
 * first, the others, relit to match, where it does not see. Far from all photos their lights are mixed and
 * highlights left out. For
 * `--light photo` of a still; skin->radiance is the same for all directions. About 0.3 s at 2048. False (and
 * err) when there are no photos. */
bool skin_radiance_from(const Skin *skin, const Camera *camera, Arena *arena, Arena *scratch, Image *out,
                        Err *err);
/* Skin of nobody: tone by ITA, mottling, lips, brows, lids, pores; same seed, same skin. */
bool skin_synthesise(const HeadModel *model, const HeadShape *shape, float ita_deg, uint64_t seed, int size,
                     Arena *arena, Arena *scratch, Skin *out, Err *err);
