/* fitbasis - the head as the solver sees it: a coarse mesh whose vertices carry their derivatives by every
 * weight.
 *
 * Positions are linear in the weights (headmodel.h) and each vertex feels the modes and a few residual
 * weights only, so rows are sparse. What it does NOT do: know of photos. Units mm in head space. Cost: create
 * about 50 ms, update about 2 ms. Private to the fit.
 */
#pragma once
#include "headmodel.h"

enum { FIT_LINE_SITES = 7 };
/* Points of the surface that photos show: the landmarks before LM_VERTEX, the ends of the ears, and lines:
 * from the inner corner of an eye to the outer where closed lids meet, and from the mouth's right corner to
 * the left where the lips meet; corners are not among them. */
typedef enum FitSite {
    FIT_RIGHT_EAR_TOP = LM_VERTEX,
    FIT_RIGHT_EAR_BOTTOM,
    FIT_LEFT_EAR_TOP,
    FIT_LEFT_EAR_BOTTOM,
    FIT_RIGHT_LID_LINE,
    FIT_LEFT_LID_LINE = FIT_RIGHT_LID_LINE + FIT_LINE_SITES,
    FIT_LIP_LINE = FIT_LEFT_LID_LINE + FIT_LINE_SITES, /* midway between the lips' margins */
    FIT_SITE_COUNT = FIT_LIP_LINE + FIT_LINE_SITES
} FitSite;

typedef struct FitBasis {
    const HeadModel *model;
    const HeadTopology *topology;
    HeadLod lod;
    uint32_t vertex_count, triangle_count, edge_count;
    const uint32_t (*tri)[3];
    uint32_t (*edge)[2];  /* each undirected edge once */
    float (*pos)[3];      /* at the shape of the last update */
    float (*nrm)[3];      /* unit, outward */
    uint8_t *neck;        /* 1: the neck, whose outline is the posture's, not the skull's; 2: the collar's */
    uint8_t *ear;         /* 1: part of an ear patch */
    uint32_t *row_start;  /* vertex_count + 1 */
    uint16_t *row_weight; /* weight index of each non-zero */
    float (*row_der)[3];  /* mm per prior deviation */
    HeadShape at;
    float site_mean[FIT_SITE_COUNT][3]; /* of the mean head, mm */
    float (*site_der)[HEAD_WEIGHTS][3]; /* FIT_SITE_COUNT of them, mm per prior deviation */
} FitBasis;

bool fitbasis_create(const HeadModel *model, const HeadShape *shape, Arena *arena, FitBasis *out, Err *err);
/* Positions and normals for another shape. */
void fitbasis_update(FitBasis *basis, const HeadShape *shape);
/* `site` is a FitSite or a landmark before LM_VERTEX. */
void fitbasis_site(const FitBasis *basis, int site, float pos_mm[3]);
