/* headinternal - what the headmodel files share; no one else includes it.
 *
 * The skin net has nu (periodic in u) x mv control points; an ear net has eu (periodic) x es. The shape's
 * nets are plain sums: mean + modes + residual + ear fields + lids, so every position is linear in the
 * weights.
 */
#pragma once
#include "headmodel.h"

enum {
    HEAD_NET_U = 144, /* skin knot intervals, also the periodic control points */
    HEAD_NET_V = 108, /* skin knot intervals from ear to ear */
    HEAD_NET_MV = HEAD_NET_V + 3,
    HEAD_NET = HEAD_NET_U * HEAD_NET_MV,
    HEAD_REFINE = 3, /* the modes live on every third knot */
    HEAD_MODE_U = HEAD_NET_U / HEAD_REFINE,
    HEAD_MODE_V = HEAD_NET_V / HEAD_REFINE,
    HEAD_MODE_MV = HEAD_MODE_V + 3,
    HEAD_EAR_U = 64,
    HEAD_EAR_S = 32,
    HEAD_EAR_MS = HEAD_EAR_S + 3,
    HEAD_EAR_REFINE = 2, /* the ear's modes live on every second knot */
    HEAD_EAR_MODE_U = HEAD_EAR_U / HEAD_EAR_REFINE,
    HEAD_EAR_MODE_S = HEAD_EAR_S / HEAD_EAR_REFINE,
    HEAD_EAR_MODE_MS = HEAD_EAR_MODE_S + 3,
    HEAD_EAR_NET = HEAD_EAR_U * HEAD_EAR_MS,
    HEAD_SYMMETRIC = 34, /* modes before this one are mirror symmetric, the rest antisymmetric */
    HEAD_FIXED_LANDMARKS = LM_VERTEX,
    HEAD_ATLAS_NET = 36, /* knot intervals of the atlas along either axis of its chart */
    HEAD_ATLAS_MNET = HEAD_ATLAS_NET + 3,
    HEAD_NECK_SAMPLES = 64 /* of the neck's cut, by azimuth */
};

/* One direction of a cubic spline: n intervals, knots extended by three on both sides. */
typedef struct HeadKnots {
    int count; /* intervals */
    bool periodic;
    float knot[HEAD_NET_U + 1 + 6]; /* knot[3] is the domain's start */
} HeadKnots;

/* Four cubic basis functions and their derivatives; index[] are control-point indices in that direction. */
typedef struct HeadBasis {
    int index[4];
    float value[4], slope[4];
} HeadBasis;

typedef struct HeadNets { /* a shape's control points */
    float skin[HEAD_NET][3];
    float ear[2][HEAD_EAR_NET][3]; /* right, left */
} HeadNets;

/* Sites that measures need beyond the landmarks; left side or midline. */
typedef enum HeadSiteName {
    HS_TRICHION,
    HS_FRONTOTEMPORALE,
    HS_ALARE,
    HS_GONION,
    HS_NECK_SIDE,
    HS_NECK_FRONT,
    HS_NECK_BACK,
    HS_EAR_TOP,
    HS_EAR_BOTTOM,
    HS_EAR_FRONT,
    HS_EAR_BACK,
    HS_EAR_HELIX,
    HS_MASTOID,
    HEAD_SITE_COUNT
} HeadSiteName;
enum { HEAD_LEVERS = HEAD_SYMMETRIC + HEAD_EAR_WEIGHTS }; /* what named measures may move: both sides alike */
#define HEAD_INION_U 0.80f                                /* where the sagittal arc ends */

/* What closed lids add to a control point: to the mean, to its modes and to the direction of its residual;
 * and how far to the front it goes by one deviation of its lid's fullness, mm. */
typedef struct HeadLid {
    float mean[3], normal[3], mode[HEAD_MODES][3], full;
} HeadLid;
enum { HEAD_LIDS_MAX = 640 };

struct HeadModel {
    uint32_t edition;
    HeadKnots u, v, ear_u, ear_s;
    float ear_v;                        /* |v| where skin ends and ear begins */
    float (*mean)[3];                   /* [HEAD_NET] */
    float (*mode)[HEAD_MODES][3];       /* [HEAD_NET], mm per deviation */
    HeadLid *lid;                       /* control points of the lids, both sides */
    int16_t *lid_at;                    /* [HEAD_NET] index into lid, -1 elsewhere */
    float (*normal)[3];                 /* [HEAD_NET] mean normal at the control point's own parameters */
    HeadBasis *residual_u, *residual_v; /* [HEAD_NET_U], [HEAD_NET_MV]: residual basis at those parameters */
    float (*ear_mean)[3];               /* [HEAD_EAR_NET], left ear */
    float (*ear_mode)[HEAD_MODES][3];   /* [HEAD_EAR_NET], left ear, mm per deviation */
    float (
        *ear_normal)[HEAD_EAR_NET][3]; /* [2] right, left: the skin's mean normal under the control point */
    HeadBasis *ear_residual_u, (*ear_residual_v)[HEAD_EAR_MS]; /* [HEAD_EAR_U], [2]: residual basis there */
    float ear_centre[3];
    float (*ear_field)[HEAD_EAR_WEIGHTS][3]; /* [HEAD_EAR_NET], left ear, mm per deviation */
    float *neck_lean;                        /* [HEAD_NET], mm to the front */
    float (*face_share)[HEAD_FACE_PLACES];   /* [HEAD_NET], mm by one deviation of a place's move */
    bool *in_face;                           /* [HEAD_NET]: any of them moves it */
    float (*skin_shift)[3];              /* [HEAD_NET], by the shift weight of the control point's own side */
    float (*ear_shift)[HEAD_EAR_NET][3]; /* [2] right, left */
    HeadSite landmark[HEAD_FIXED_LANDMARKS];
    HeadSite nose_bridge; /* from which the measures of nose and face height run: the sellion lies above it */
    HeadKnots atlas_knots;
    float atlas[HEAD_ATLAS_MNET][HEAD_ATLAS_MNET][2]; /* by x and z of the chart about the crown */
    float neck_ring[HEAD_NECK_SAMPLES]; /* where the neck is cut, by azimuth: length in headneck.c's chart */
    HeadSite site[HEAD_SITE_COUNT];
    float gradient[HM_COUNT][HEAD_LEVERS]; /* of each measure about the mean, mm per deviation */
    HeadTopology topology[HEAD_LOD_COUNT];
};

#define HEAD_RESIDUAL_MM 0.8f                        /* one deviation of a residual weight, mm */
#define HEAD_LIPS_FROM_U 0.180f                      /* the mouth's u: from the lower lip's front ... */
#define HEAD_LIPS_TO_U   0.252f                      /* ... to the upper lip's */
#define HEAD_FACE_MM     2.0f                        /* one deviation of a feature's move at its place, mm */
static const float head_face_axis[3] = {1, 1, 0.4f}; /* how far features stand out, the modes know well */
#define HEAD_EAR_BLEND 0.10f /* share of the ear patch over which skin turns into ear */

void head_knots_extend(HeadKnots *knots, const float *inner, int count, bool periodic);
void head_knots_uniform(HeadKnots *knots, float from, float to, int count, bool periodic);
HeadBasis head_basis(const HeadKnots *knots, float x);
float head_knots_at(const HeadKnots *knots, float index); /* knot value at a fractional interval index */
float head_knots_index(const HeadKnots *knots, float x);
float head_knots_greville(const HeadKnots *knots, int control); /* where a control point sits */

void head_nets(const HeadModel *model, const HeadShape *shape, HeadNets *out);
/* One net at bases of u and v; mv: its columns. */
void head_net_eval(const float (*net)[3], int mv, const HeadBasis *bu, const HeadBasis *bv, float pos[3],
                   float du[3], float dv[3]);
void head_nets_eval(const HeadModel *model, const HeadNets *nets, HeadSite site, float pos[3], float du[3],
                    float dv[3]);
void head_normal_from_tangents(HeadSite site, const float du[3], const float dv[3], float normal[3]);
float head_ear_blend(float s, float *slope);

/* Landmarks of nets already built. */
void head_nets_landmarks(const HeadModel *model, const HeadNets *nets, float pos_mm[LM_COUNT][3]);
void head_measure_gradients(const HeadModel *model, float gradient[HM_COUNT][HEAD_LEVERS]);
void head_solve_spd(int n, double *a, double *b);
void head_factor_spd(int n, double *a); /* the same in two steps, for many right sides */
void head_substitute_spd(int n, const double *a, double *b);

/* Modes that let no fold cross itself: lips, lids, concha. False: no memory. */
bool head_folds_build(HeadModel *model, Arena *arena);

/* Pairs of triangles that cross (a pair in two cells counts twice); where_mm: the middle of one of them.
 * Negative: no memory. */
int head_crossings(const Mesh *mesh, Arena *arena, float where_mm[3]);

/* The neck's end: finds neck_ring, and makes it plane for every shape. */
void head_neck_build(HeadModel *model);
HeadSite head_chart_site(float x, float z);
void head_site_chart(HeadSite site, float *x, float *z);
float head_table_at(const float table[HEAD_NECK_SAMPLES], float azimuth);

/* The displacement of closed lids, from the mean net and the landmarks. False: no memory. */
bool head_lids_build(HeadModel *model, Arena *arena);
void head_residual_knots(HeadKnots *u, HeadKnots *v);
void head_face_build(HeadModel *model);
/* mm to the front by one deviation of the lean. */
float head_neck_lean_at(const float p[3]);
void head_ear_build(HeadModel *model);
/* mm by one deviation of an ear's shift at a place on its side, x outward, where the skin's normal is n. */
void head_ear_shift_at(const float p[3], const float n[3], float out[3]);
static inline int head_ear_shift_weight(int column) {
    return HEAD_EAR_SHIFT + (2 * column > HEAD_NET_MV);
}
static inline int head_lid_weight(int column) {
    return HEAD_LIDS + (2 * column > HEAD_NET_MV);
}
void head_ear_nets(const HeadModel *model, const HeadShape *shape, HeadNets *out);
/* Only the control points that a site needs. */
void head_ear_controls(const HeadModel *model, const HeadShape *shape, HeadSite site, HeadNets *out);
/* Adds the ear patch's own share at a site to a Jacobian. */
void head_ear_jacobian(const HeadModel *model, HeadSite site, float share, float (*jac)[3]);
bool head_topology_build(HeadModel *model, Arena *arena, Err *err);
