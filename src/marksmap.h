/* marksmap - what marks, a fresh session's redness and a hat do to the skin, for every texel of the head's
 * atlas.
 *
 * Use: marksmap_create once a skin; marksmap_bake whenever the marks change, marksmap_bake_red whenever the
 * touched skin does; then marksmap_tint, which colours again only the tiles that changed. Dragging one mark
 * costs what lies under it before and after. What it does NOT do: anything off the scalp. Threads: OpenMP
 * inside; one caller.
 */
#pragma once
#include "../engine/image.h"
#include "hat.h"
#include "marks.h"

enum { MARKSMAP_TILE = 32, MARKSMAP_RED_PX = 512 };

typedef struct MarksMap {
    int size;  /* texels a side, as the skin's; rows from the top as its albedo's */
    int tiles; /* a side */
    /* Four bytes a texel. R, G: factor of melanin and haemoglobin as 128 + 32 log2(factor). B: added
     * roughness as 128 + 127 * added / 0.5 (below 128 is glossier). A: relief along the normal as 128 + 127 *
     * mm, cut to
     * +-1 mm. (128, 128, 128, 128) is unchanged skin. */
    uint8_t *rgba;
    float (*surface)[2]; /* A in mm, smoothed over two texels since its steps are 8 um, and B as added
                            roughness: what a shader reads; NULL until there is a mark */
    uint8_t *red;        /* [MARKSMAP_RED_PX squared]: share of the texel that the needle touches, 1/255 */
    const uint32_t *tile_first, *tile_triangle; /* the atlas's triangles that reach into each tile */
    uint8_t *dirty, *baking;                    /* per tile: 0 or why it is to be tinted; baked just now */
    uint8_t *reddened;                          /* per tile: touched by the needle anywhere */
    uint8_t *wool; /* per texel: 0, or 1/255 of the knit's light under a hat; NULL until one is worn */
    const HeadTopology *head;
    const struct BakePlace *vertex;  /* of the bare head's vertices */
    uint8_t *vertex_near;            /* per vertex: 1 a mark that changed reaches here */
    const struct TintTables *tables; /* what does not depend on redness */
    Marks baked;
    Hat hat;
    float redness; /* as tinted last */
    /* texels that the last bake of `surface` and the last tint changed, or more: low x, y, end x, y */
    int surfaced[4], tinted[4];
} MarksMap;

/* mesh: the bare head's of HEAD_LOD_MEDIUM; it is read only now. */
bool marksmap_create(MarksMap *map, const Scalp *scalp, const Mesh *mesh, int size, Arena *arena, Err *err);
bool marksmap_bake(MarksMap *map, const Marks *marks, const Hat *hat, Arena *arena, Err *err);
/* `touched` is the field of fields.h. */
void marksmap_bake_red(MarksMap *map, const float *touched);
/* Colour of `from` (albedo, sRGB, map->size a side) under the map into `to`, which holds what the last call
 * left there; redness 0..1 is timeline_redness. */
void marksmap_tint(MarksMap *map, float redness, const Image *from, Image *to);
/* The same of the whole skin as photographed, with the redness tinted last. A hat's wool takes the light that
 * `photographed` has over `albedo`. */
void marksmap_tint_photographed(const MarksMap *map, const Image *albedo, const Image *photographed,
                                Image *to);
