/* follicles - one blue-noise set of sites on the scalp, made once per head; everything else selects from it.
 *
 * Two progressive sets over the youthful hair-bearing scalp (and a margin for treated hairlines): follicular
 * units, and the sites at which a practitioner may set pigment. Every prefix of a set is blue noise; `order`
 * is a site's place in that progression in [0, 1), so that a density is a threshold. Ids are stable: the same
 * head gives the same sites, and a head whose measures are changed keeps them (follicles_carry). Sites are
 * stored sorted along a space-filling curve in clusters of
 * FOLLICLE_CLUSTER for culling. Cost: >= 350,000 sites a second on one core.
 */
#pragma once
#include "scalp.h"
#include "settings.h"

enum { FOLLICLE_CLUSTER = 256, FOLLICLE_UNITS_PER_CM2 = 120, FOLLICLE_PIGMENT_PER_CM2 = 320 };

typedef struct SkinPoint {
    float pos_mm[3], normal[3];
    float s_mm, l_mm, u, v;
    float order;  /* place in the progression: [0,1), on a changed head over `spread` */
    float spread; /* skin that the site stands for / the set's mean; 1 on the head that it was thrown on */
    uint32_t id;  /* stable; hash it for any further random trait */
} SkinPoint;

typedef struct PointCluster {
    uint32_t first, count;
    float centre_mm[3], radius_mm;
    float cone_axis[3], cone_cos; /* all normals lie within this cone */
} PointCluster;

typedef struct PointSet {
    uint32_t count, cluster_count;
    SkinPoint *point;
    PointCluster *cluster;
    float full_density_per_cm2; /* when every point is taken */
    float area_cm2;
} PointSet;

typedef struct Follicles {
    PointSet units;        /* follicular units of a full head of hair, FOLLICLE_UNITS_PER_CM2 */
    PointSet pigment;      /* dot sites, FOLLICLE_PIGMENT_PER_CM2 */
    float (*direction)[3]; /* growth direction per unit, unit length, leaving the skin at the region's
                              inclination; of follicles_direct */
    uint8_t *turned;       /* per unit: the last follicles_direct changed its direction */
    float *node_area;      /* [SCALP_NODES]: skin around a node of the head that they were thrown on */
} Follicles;

bool follicles_build(const Scalp *scalp, uint64_t seed, Arena *arena, Arena *scratch, Follicles *out,
                     Err *err);
/* The same sites on a changed head: each keeps its id and its place on the chart. Where the skin grew a
 * site's order falls in proportion, so that a density is met by more of the sites, where it shrank by fewer,
 * and none is thrown anew. Shares direction, turned and node_area with `thrown`; on the same head all is as thrown,
 * and shared. 10 ms. */
bool follicles_carry(const Follicles *thrown, const Scalp *scalp, Arena *arena, Arena *scratch,
                     Follicles *out, Err *err);
/* 0..1: how far hair is long enough to be combed away from its parting. */
float follicles_combed(const HairSettings *hair);
/* The direction field, after follicles_build or _carry and whenever the whorl, or the parting of long hair,
 * changes; 10 ms. */
void follicles_direct(const Scalp *scalp, const HairSettings *hair, uint64_t seed, Follicles *follicles);
/* Smallest distance / hexagonal ideal over the first `share` of the progression */
float follicles_quality(const PointSet *set, float share);
