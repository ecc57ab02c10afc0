/* hat - a knit cap on this head: one of the article's alternatives, so that a client sees what it covers.
 *
 * It lies on the skin above a plane through the middle of the forehead and just over the ears: a folded cuff,
 * then the crown. It has no mesh of its own: the head's is lifted there (hat_wear), and the skin's colour and
 * relief under it become knitted wool (marksmap.h). Sizes are ours (assumptions). Pure; read-only when made.
 */
#pragma once
#include "scalp.h"

typedef struct Hat {
    bool worn;
    float up[3], level_mm; /* the brim's plane: covered where up . pos > level */
} Hat;

/* worn false: nothing is covered. */
void hat_prepare(const Scalp *scalp, bool worn, Hat *out);
/* How far above the brim, mm; negative: not covered. */
float hat_inside_mm(const Hat *hat, const float pos_mm[3]);
/* Knitted wool at a place of the skin: its shade 0..1 and its relief, mm. */
void hat_knit(const Hat *hat, const float pos_mm[3], float *shade, float *relief_mm);
/* Lift what it covers of a head's mesh, into new positions and normals. */
bool hat_wear(const Hat *hat, Mesh *mesh, Arena *arena, Err *err);
