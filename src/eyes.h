/* eyes - where the eyeballs lie behind the lids, and which of the head's surface is theirs.
 *
 * The net of the head is closed over each eye by a patch that dives under the lids. Its border is where the
 * surface first turns away from the face on its way out from the pupil; it is found once on the mean head, in
 * (u, v), and holds for every shape. What is drawn there is a ball with a cornea (shaders/eye.glsl).
 * Threads: pure.
 */
#pragma once
#include "headmodel.h"
#include "skin.h"

enum { EYE_RAYS = 48 };
typedef struct EyePatch {
    float u, v;             /* the pupil's site */
    float per_u, per_v;     /* mm of a unit of u and of v there */
    float border[EYE_RAYS]; /* reach of the patch by direction, in those mm */
    float margin[EYE_RAYS]; /* of the lid's margin, likewise: where the surface faces forward again */
} EyePatch;
typedef struct Eyes {
    EyePatch patch[2];   /* left, right */
    float ball_mm[2][3]; /* centres of the balls of this shape; the gaze is +z */
    bool open;           /* false: lids closed, or no parametric head */
} Eyes;
/* One corner of the strip of quads of a lash or a brow's hair. */
typedef struct LashVertex {
    float pos_mm[3], ahead_mm[3]; /* a little further along the lash */
    float width_mm;               /* signed: to which side of the middle */
    float take;                   /* share of the light behind that it takes; negative: adds */
} LashVertex;
enum {
    LASHES = 104,
    LASH_SEGMENTS = 5,
    LASH_VERTICES = 2 * LASHES * LASH_SEGMENTS * 6
}; /* both eyes, triangles */
/* False when there is no eye to put them on. */
bool eyes_lashes(const HeadModel *model, const HeadShape *shape, const Eyes *eyes,
                 LashVertex out[LASH_VERTICES]);
void eyes_build(const HeadModel *model, const HeadShape *shape, Eyes *out);
bool eyes_hold(const Eyes *eyes, const HeadSite *site);
/* Linear reflectance of the irises, from the skin's own pixels about the pupils. */
void eyes_iris(const HeadModel *model, const Eyes *eyes, const Image *albedo, float iris_lin[3]);
/* Share of the atlas about eyes, lids and brows; false: the eyes are closed. */
bool eyes_box(const HeadModel *model, const Eyes *eyes, float low[2], float high[2]);
/* Give the lids' edges the hue of the skin beside them where they are paler or greener than it: a photo laid
 * on the head a millimetre off puts sclera and iris there. */
void eyes_clean_lids(const HeadModel *model, const Eyes *eyes, Image *albedo);
