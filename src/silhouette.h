/* silhouette - where the head ends in a photo: a mask, and its outline to a fraction of a pixel.
 *
 * The mask comes from vision_cut_head (GrabCut) seeded by a guess of where the head is; the outline is traced
 * on it and then moved along its normal to the strongest edge of the photo nearby. What it does NOT do: tell
 * head from shoulders; the fit decides which part of the outline the head explains. Units: px of the picture
 * given, origin at its top left corner. Threads: no state.
 */
#pragma once
#include "../engine/image.h"

typedef struct OutlinePoint {
    float px[2], normal[2]; /* unit, pointing out of the head */
    float contrast;         /* of the edge it was moved to, 0..1; 0: not moved */
    float bare;             /* 1: skin lies just inside; towards 0: hair, a beard or a hat does */
} OutlinePoint;

typedef struct Silhouette {
    int width, height;
    uint8_t *mask;       /* width * height, 255 inside */
    OutlinePoint *point; /* from the top down */
    int point_count;
} Silhouette;

/* A guess: the head lies about `centre_px` with these half axes. */
typedef struct SilhouetteGuess {
    float centre_px[2], radius_px[2];
    bool is_close, chin_known; /* as VisionCut has them */
} SilhouetteGuess;

/* What skin looks like in this client's light, from a face that was found: chromaticities r/(r+g+b),
 * g/(r+g+b). */
typedef struct SkinTone {
    bool known;
    float mean[2], sigma[2];
    float light, light_sigma; /* log of the encoded sum r+g+b */
} SkinTone;
void silhouette_skin_tone(const Image *image, const float centre_px[2], float radius_px, SkinTone *out);

/* How far the colour at a place lies from the skin's, in deviations: a face's own shades and lips come to
 * some two, SILHOUETTE_SKIN_WITHIN is still skin. */
float silhouette_away_from_skin(const Image *image, const SkinTone *skin, float x_px, float y_px);
#define SILHOUETTE_SKIN_WITHIN 2.5f

/* Cuts the person out of the picture and traces the outline; *confidence in [0,1]. False: not available or
 * memory. */
bool silhouette_find(const Image *image, const SilhouetteGuess *guess, bool has_shoulders, Arena *arena,
                     Arena *scratch, Silhouette *out, float *confidence, Err *err);
/* Where the head is likely when no face was found, by the dome of the skull: the half ellipse across which
 * the colours change everywhere, and which is plain and of the skin's tone, where known, within. False:
 * memory. */
bool silhouette_guess_by_dome(const Image *image, const SkinTone *skin, bool from_above, Arena *scratch,
                              SilhouetteGuess *out);
/* Where the outline is the skin's own, and where what covers it stands between: looks `depth_px` inside. All
 * is skin until this is called. */
void silhouette_find_bare(const Image *image, const SkinTone *skin, float depth_px, Silhouette *silhouette);
/* The same by the skin alone: the ellipse that is most of its tone and least so about it. False also when
 * none stands out. */
bool silhouette_guess_by_skin(const Image *image, const SkinTone *skin, Arena *scratch, SilhouetteGuess *out);
/* So near the picture's upper or lateral border that a cut there is the picture's and not the head's. */
bool silhouette_is_border(const Silhouette *silhouette, float x_px, float y_px);
/* The outline of out->mask, set before. Where it runs along the picture's border it is left out. */
bool silhouette_trace(const Image *image, Arena *arena, Arena *scratch, Silhouette *out, Err *err);
