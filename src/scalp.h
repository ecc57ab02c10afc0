/* scalp - tape-measure coordinates on one head's skin.
 *
 * S is the arc length along the midline from the glabella backwards over forehead, crown and occiput; L is the signed
 * arc length sideways from the midline along a line of constant u (to the head's left positive). All rules of
 * hairlines and loss patterns (domain.md 3, 4) are written in them. Also: the hair-bearing region of this head.
 * Pure: a function of the shape alone. Cost: about 20 ms. Threads: read-only after the build.
 */
#pragma once
#include "headmodel.h"

typedef struct Scalp {
    const HeadModel *model;
    const HeadShape *shape;
    float s_coronal_mm;  /* S of the line through the ear canals over the top */
    float s_vertex_mm, s_opisthocranion_mm, s_inion_mm, s_nape_mm;
    float left_canthus_mm[2]; /* (S, L) of the left exocanthion */
    float stature;       /* this head's midline arc divided by the mean man's: scales the absolute cm of domain.md 3 */
    struct ScalpGrid *grid;
} Scalp;

bool scalp_build(const HeadModel *model, const HeadShape *shape, Arena *arena, Scalp *out, Err *err);
void scalp_from_site(const Scalp *scalp, HeadSite site, float *s_mm, float *l_mm);
HeadSite scalp_site(const Scalp *scalp, float s_mm, float l_mm);
void scalp_point(const Scalp *scalp, float s_mm, float l_mm, float pos_mm[3], float normal[3]);
/* Signed distance in mm on the skin to the border of the region that bears hair in youth (inside positive). */
float scalp_hair_border_mm(const Scalp *scalp, float s_mm, float l_mm);
/* Area of skin per (du dv) at a site, mm^2. */
float scalp_area_density(const Scalp *scalp, HeadSite site);
