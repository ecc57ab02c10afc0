/* skinsurface - the surface that skin is painted on: a mesh with its atlas, seen as welded nodes and as
 * texels.
 *
 * Colour that varies slowly (light, tone, who sees what) is kept per node, a welded vertex: charts of the
 * atlas share their nodes, so what is smooth over nodes has no seam. Colour that varies fast is made texel by
 * texel, with the nodes' values interpolated over the triangle. What it does NOT do: know photos or colours.
 * Threads: read-only after the build; loops inside run under OpenMP with results that do not depend on their
 * number.
 */
#pragma once
#include "headmodel.h"

typedef struct SkinSurface {
    Mesh mesh; /* pos, nrm, uv, tri are set; mm */
    uint32_t node_count;
    uint32_t *node_of;           /* vertex -> node */
    float (*pos)[3], (*nrm)[3];  /* of nodes: mm, unit */
    uint32_t *link_first, *link; /* neighbours of node n: link[link_first[n] .. link_first[n + 1]) */
    uint8_t *part;               /* HeadPart of nodes */
    float *area;                 /* mm^2 around a node */
    const float (
        *mean)[3]; /* of nodes: the same place on the mean head, mm; NULL when not a parametric head */
    const uint32_t *mirror; /* of nodes: the one in its place on the other side; NULL when not known */
    float mean_landmark[LM_COUNT][3];
    float landmark[LM_COUNT][3]; /* mm */
    float spacing_mm;            /* mean edge length */
    uint8_t *brush;              /* SkinBrush of skinhair.h a node: 0 find out, 1 skin, 2 hair; NULL: all 0 */
} SkinSurface;

/* The mesh must carry pos, nrm, uv and tri; part (a HeadPart a vertex) may be NULL: all skin. The mesh's
 * arrays are kept by reference. */
bool skinsurface_build(const Mesh *mesh, const uint8_t *part, const float landmark_mm[LM_COUNT][3],
                       Arena *arena, SkinSurface *out, Err *err);
bool skinsurface_from_head(const HeadModel *model, const HeadShape *shape, HeadLod lod, Arena *arena,
                           SkinSurface *out, Err *err);

/* Also fills mean and mean_landmark: features that belong to places of a face (brows, lips) are drawn on the
 * mean head, its lids as open as this one's, and go where this head has them. */
bool skinsurface_add_mean(const HeadModel *model, float lids_closed, HeadLod lod, Arena *arena,
                          SkinSurface *surface, Err *err);

/* Laplacian smoothing of a node field of `channels` floats, in place; about spacing * sqrt(iterations / 2) mm
 * wide. Nodes whose keep[] is not zero stay as they are; keep may be NULL. */
bool skinsurface_smooth(const SkinSurface *surface, float *field, int channels, int iterations,
                        const uint8_t *keep, Arena *scratch);
/* Number of smoothing iterations whose width is sigma_mm. */
int skinsurface_iterations(const SkinSurface *surface, float sigma_mm);

typedef struct SkinTexel {
    int x, y;   /* of the atlas */
    float b[3]; /* weights of the triangle's corners; sum 1 */
} SkinTexel;
/* Called with the texels of one triangle, in a deterministic order within every row of the atlas; different
 * rows may come from different threads. node[3] are the triangle's corners. */
typedef void (*SkinTexelFn)(void *user, const uint32_t node[3], const SkinTexel *texel, int count);
bool skinsurface_texels(const SkinSurface *surface, int size, Arena *scratch, SkinTexelFn fn, void *user);
