/* hairline - where a line of hair should run on this head, and how its edge is made.
 *
 * The natural line comes from the rule of 8 (Garg 2017, domain.md 4) solved with a tape on the real skin. A
 * style is a preset of the curve and of the edge: transition depth, noise, ramps of density, size and shade.
 * Settings move it. Pure and continuous in every setting. Cost: 2 ms for the rule of 8 (once a head),
 * microseconds for a line.
 */
#pragma once
#include "casefile.h"
#include "scalpborder.h"

/* (S, L) of the marks of the rule of 8, the head's left side. */
typedef struct HairlineRule {
    float middle[2];  /* B: 80 mm straight up from the glabella */
    float canthus[2]; /* E: 80 mm sideways from the glabella */
    float corner[2];  /* C: 80 mm from B and from E: the frontotemporal point */
    float temple[2];  /* D: on the way from C to E, 50 mm from C: the temporal peak */
} HairlineRule;
void hairline_rule_of_8(const Scalp *scalp, HairlineRule *out);

/* The edge recipe of domain.md 4. */
typedef struct HairlineEdge {
    float band_mm;              /* depth of the transition zone */
    float front_mm;             /* how far before the line the first dots may lie */
    float macro_mm, micro_mm;   /* amplitude of the two noises */
    float size_front, od_front; /* ramps: at the line; 1 behind the band */
    float gaps;                 /* 0..1: broken: share of the edge cut by gaps */
    float temple;               /* how much deeper and more uneven the edge is at the temples: 1 twice */
} HairlineEdge;
void hairline_edge(const HairlineSettings *settings, HairlineEdge *out);

/* The designed front, left temple peak to right. */
void hairline_front(const Scalp *scalp, const HairlineRule *rule, const HairlineSettings *settings,
                    bool woman, ScalpFront *out);
/* Its middle above the glabella, mm. */
float hairline_front_mm(const HairlineRule *rule, const HairlineSettings *settings, bool woman);

/* Where draggable point i of HAIRLINE_POINTS lies on that front, (S, L). */
void hairline_point(const ScalpFront *front, int i, float sl[2]);
/* Moves point i back (+) by ds_mm, within its range; with mirror, the one on the other side too. */
void hairline_drag(HairlineSettings *settings, int i, float ds_mm, bool mirror);

enum { HAIRLINE_WARNINGS = 6 };
/* Sentences with reasons; returns their number. */
int hairline_warnings(const Scalp *scalp, const HairlineRule *rule, const HairlineSettings *settings,
                      bool woman, const char *out[HAIRLINE_WARNINGS]);
