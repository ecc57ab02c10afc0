/* fields - what the case says about every place on the scalp: how much hair is left, where the treated area
 * lies.
 *
 * A field holds one number a node of the scalp's grid (scalp_field looks it up). Hair and dots of many
 * thousand sites read the fields and add their own noise and rank, so a slider costs one pass over the grid
 * and one over the sites, and nothing is resampled: every field is a continuous function of the case.
 *
 * Use: fields_create once a head; fields_build whenever the case changes; then dots_build_states,
 * roots_build_states, hair_build_states. Cost: fields_build about 5 ms on two cores. Threads: OpenMP inside;
 * one caller.
 */
#pragma once
#include "casefile.h"
#include "follicles.h"
#include "hairline.h"
#include "hat.h"
#include "marks.h"

/* What never changes about a site: made once a head. */
typedef struct SiteTraits {
    ScalpCell cell;
    float macro, micro; /* the edge's two noises here, -1..1 (wavelengths 22 and 3.5 mm) */
    float shade, size;  /* normal, of unit deviation */
    float temple;       /* 0..1: in front of the ears, where hair begins on the temples and sideburns */
} SiteTraits;

enum { NEAR_UNITS = 3 };
typedef struct NearUnits { /* the follicular units within 0.6 mm of a pigment site */
    uint32_t unit[NEAR_UNITS];
    float distance_mm[NEAR_UNITS]; /* ascending; FLT_MAX: none */
} NearUnits;

typedef struct Fields {
    const Scalp *scalp;
    const Follicles *follicles;
    HairlineRule rule;
    float *density;     /* share of the youthful follicular units that still bear terminal hair, 0..1 */
    float *diameter;    /* their width: 1 untouched, towards 0.35 miniaturised */
    float *hairline_mm; /* distance behind the treated line (negative in front), cut to +-60 */
    float *treated; /* 0..1: share of the treatment's density that this place gets, without the edge's ramp */
    float *touched; /* 0..1: skin that the needle touches: treated, and behind the line */
    float *piece;   /* 0..1: covered by a hairpiece */
    uint32_t
        touched_revision; /* grows when `touched` and the other fields of nodes are built again; from 1 */
    float *alive;         /* per follicular unit: 0 no hair .. 1 hair, with a narrow ramp between */
    float *width;         /* per follicular unit: factor of the hair's diameter */
    float unit_density_per_cm2; /* of the untouched scalp, from hair.density_per_cm2 */
    HairlineEdge edge;
    Hat hat;
    Marks marks;
    SiteTraits *unit_traits, *pigment_traits;
    NearUnits *near_units; /* per pigment site */
    uint8_t *front_nodes;  /* nodes that a treated line may come near to */
    MarkAt *pigment_mark;  /* per pigment site, where `marked` is set */
    uint8_t *marked;       /* per pigment site: a mark reaches it */
    float *unit_mark;      /* per follicular unit: MarkAt.hair */
    struct FieldsKeys
        *keys; /* what the parts were built from: a part is built again only when its settings differ */
} Fields;

bool fields_create(const Scalp *scalp, const Follicles *follicles, Arena *arena, Fields *out, Err *err);
void fields_build(Fields *fields, const Case *value);

/* Follicular units per mm2 that bear hair for certain (not within their ramp) at a place. */
float fields_units_per_mm2(const Fields *fields, ScalpCell cell);
/* Is a place under a hairpiece? 0..1, a narrow ramp between. */
float fields_piece(const Fields *fields, ScalpCell cell);
/* Mean hairs a follicular unit of a heritage, domain.md 2.2. */
float fields_hairs_per_unit(int heritage);
/* Sum of a field over the scalp's skin where `weight` of the node (NULL: 1) counts, cm2. */
float fields_area_cm2(const Fields *fields, const float *weight);
