/* scalp - tape-measure coordinates on one head's skin.
 *
 * S is the arc length along the midline from the glabella backwards over forehead, crown and occiput; L is
 * the signed arc length sideways from the midline along a line of constant u (to the head's left positive).
 * All rules of hairlines and loss patterns (domain.md 3, 4) are written in them. Also: the hair-bearing
 * region of this head, and a grid of the skin that makes every look-up cheap (positions bicubic, everything
 * else bilinear). Pure: a function of the shape alone. Cost: about 40 ms. Threads: read-only after the build.
 */
#pragma once
#include "headmodel.h"

enum { SCALP_ROWS = 289, SCALP_COLS = 193, SCALP_NODES = SCALP_ROWS * SCALP_COLS, SCALP_REST_KNOTS = 40 };

/* Nodes over u (rows, 0..1) and v (columns, -1..1). */
typedef struct ScalpGrid {
    float (*pos_mm)[3]; /* [SCALP_NODES] */
    float *s_mm, *l_mm; /* [SCALP_NODES] */
    float *border_mm;   /* [SCALP_NODES]: scalp_hair_border_mm */
    float (*chart)[2];  /* [SCALP_NODES]: azimuthal equidistant about the crown, for inside tests */
    float s_of_row[SCALP_ROWS];
    /* Knots of the border beside and below the front, right temple to left, with full sideburns [0] and short
     * ones [1]. */
    float rest_mm[2][SCALP_REST_KNOTS][3];
    int rest_count;
} ScalpGrid;

typedef struct Scalp {
    const HeadModel *model;
    const HeadShape *shape;
    float s_coronal_mm; /* S of the line through the ear canals over the top */
    float s_vertex_mm, s_opisthocranion_mm, s_inion_mm, s_nape_mm;
    float left_canthus_mm[2]; /* (S, L) of the left exocanthion */
    float stature; /* this head's midline arc divided by the mean man's: scales the absolute cm of domain.md 3
                    */
    struct ScalpGrid *grid;
} Scalp;

bool scalp_build(const HeadModel *model, const HeadShape *shape, Arena *arena, Scalp *out, Err *err);
void scalp_from_site(const Scalp *scalp, HeadSite site, float *s_mm, float *l_mm);
HeadSite scalp_site(const Scalp *scalp, float s_mm, float l_mm);
void scalp_point(const Scalp *scalp, float s_mm, float l_mm, float pos_mm[3], float normal[3]);
/* The same by site, from the grid (within 2 um of head_eval). */
void scalp_point_at(const Scalp *scalp, float u, float v, float pos_mm[3], float normal[3]);
/* Signed distance in mm on the skin to the border of the region that bears hair in youth (inside positive).
 */
float scalp_hair_border_mm(const Scalp *scalp, float s_mm, float l_mm);

/* S on this head of a place that domain.md 3 gives on the mean man (coronal line at 152 mm, inion at 320 mm).
 */
float scalp_s_from_table(const Scalp *scalp, float table_s_mm);
float scalp_table_from_s(const Scalp *scalp, float s_mm);
/* Shortest way on the skin between two places, as a tape would lie. */
float scalp_tape_mm(const Scalp *scalp, const float from_sl[2], const float to_sl[2]);
/* The skin beside the head (left +1, right -1) at this height and depth in head space. */
HeadSite scalp_side_site(const Scalp *scalp, int side, float y_mm, float z_mm);

/* Bilinear look-up of a [SCALP_NODES] field. */
typedef struct ScalpCell {
    int node;   /* lower corner */
    float x, y; /* 0..1 along columns, rows */
} ScalpCell;
ScalpCell scalp_cell(float u, float v);
static inline float scalp_field(const float *field, ScalpCell cell) {
    const float *p = field + cell.node, *q = p + SCALP_COLS;
    const float a = p[0] + (p[1] - p[0]) * cell.x, b = q[0] + (q[1] - q[0]) * cell.x;
    return a + (b - a) * cell.y;
}

/* Signed distance of every node with `wanted` set (NULL: all) to a closed line on the skin (inside positive),
 * mm. Segments in space; distances beyond cap_mm are cut to it. */
typedef struct ScalpLine {
    int count;
    const float (*pos_mm)[3];
} ScalpLine;
void scalp_line_distance(const Scalp *scalp, const ScalpLine *line, const uint8_t *wanted, float cap_mm,
                         float *out_mm);
/* Is a point in space inside a closed line, as seen from the middle of the head? */
void scalp_chart(const float pos_mm[3], float chart[2]);
bool scalp_line_holds(const float (*line_chart)[2], int count, const float chart[2]);
