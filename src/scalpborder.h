/* scalpborder - closed lines on the scalp: the border of youthful hair, and the borders of treated areas made
 * from it.
 *
 * A border runs from the left temple peak along the front line to the right one, then down the right
 * sideburn, around the right ear, along the nape, around the left ear and up the left sideburn. Only its
 * front is ever redesigned.
 */
#pragma once
#include "scalp.h"

enum { SCALP_BORDER_POINTS = 320, SCALP_FRONT_KNOTS = 24 };

/* The front of a border: knots in (S, L) from the left temple peak over the middle to the right one. */
typedef struct ScalpFront {
    int count;
    float sl[SCALP_FRONT_KNOTS][2];
    bool short_sideburn; /* ends above the ear instead of beside its middle */
} ScalpFront;

/* The line of a boy's hair: low in the middle, shallow corners, full temples. */
void scalp_youth_front(const Scalp *scalp, ScalpFront *out);
/* Fill grid->rest_mm; once a head, before any border line. */
void scalp_border_prepare(Scalp *scalp);
/* The same along the front alone, left temple peak to right. */
int scalp_border_front(const Scalp *scalp, const ScalpFront *front, float out[SCALP_BORDER_POINTS][3]);
/* Points in space along the whole border; front NULL: the youthful one. Returns their number. */
int scalp_border_line(const Scalp *scalp, const ScalpFront *front, float out[SCALP_BORDER_POINTS][3]);
