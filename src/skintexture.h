/* skintexture - from log colours per node and per texel to the images of a Skin.
 *
 * The steps that projected and synthetic skin share: allocation, encoding, gutters, the gloss and confidence
 * maps, ITA.
 */
#pragma once
#include "skin.h"
#include "skinfill.h"
#include "skinsurface.h"

/* lit: the radiance has a picture of its own, else it is the albedo's. */
bool skintexture_allocate(int size, bool lit, Arena *arena, Skin *out, Err *err);

/* sRGB bytes of natural-log colours (skinproject_log), by table. */
enum { SKINTEXTURE_TABLE = 4096 };
typedef struct SkinEncoder {
    uint8_t byte[SKINTEXTURE_TABLE];
} SkinEncoder;
void skintexture_encoder(SkinEncoder *out);
static inline void skintexture_put(const SkinEncoder *encoder, const float log_rgb[3], uint8_t rgba[4]) {
    for (int c = 0; c < 3; c++) {
        int i = (int)((log_rgb[c] + 5.6f) * (SKINTEXTURE_TABLE / 5.7f));
        rgba[c] = encoder->byte[i < 0 ? 0 : i >= SKINTEXTURE_TABLE ? SKINTEXTURE_TABLE - 1 : i];
    }
    rgba[3] = 255;
}

/* Gloss per node: scalp and nose oily, cheeks and neck less, lips moist (domain.md 6.3). 0..1. */
void skintexture_node_gloss(const SkinSurface *surface, float *gloss);
/* The same for every texel of the atlas. */
bool skintexture_bake_gloss(const SkinSurface *surface, int size, Arena *scratch, uint8_t *gloss);
/* How much a node belongs to the scalp: 1 on the crown, 0 on face, ears and neck, soft at the hairline, which
 * lower_mm takes down over the forehead. */
void skintexture_node_scalp(const SkinSurface *surface, float lower_mm, float *scalp);
/* Gutters of both images; ITA and Fitzpatrick from the scalp's log colour. */
bool skintexture_finish(const SkinSurface *surface, const float (*albedo_log)[3], const uint8_t *cover,
                        Arena *scratch, Skin *skin, Err *err);
