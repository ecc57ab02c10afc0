/* dots - what pigment lies in the skin now: the treatment's dots, and the cut roots of shaved hair.
 *
 * Sites are static records (uploaded once a head); states are four bytes a site, a pure function of the case,
 * so that a slider changes numbers and never resamples. Transmittance of a dot's disc for diffuse light in
 * channel c is exp(-od * (1 + tint * k_c)): tint 0 neutral black-grey, +1 slate blue (deep or old pigment),
 * -1 warm brown.
 */
#pragma once
#include <assert.h>

#include "casefile.h"
#include "fields.h"
#include "follicles.h"

typedef struct DotSite {
    float pos_mm[3];
    int16_t normal_oct[2]; /* octahedral, snorm16 */
} DotSite;
static_assert(sizeof(DotSite) == 16, "GPU record");

typedef struct DotState {
    uint16_t diameter_um; /* 0: not there */
    uint8_t od;           /* optical density at the disc's centre, 1/100 */
    int8_t tint;          /* 1/127 */
} DotState;
static_assert(sizeof(DotState) == 4, "GPU record");

typedef struct Dots {
    uint32_t count, cluster_count;
    DotSite *site;
    DotState *state;
    const PointCluster *cluster;
    uint32_t visible;    /* dots with a diameter */
    double ink_area_mm2; /* sum of their disc areas */
} Dots;

/* Sites once per head (out->state is allocated, all zero); states whenever the case changes, after
 * fields_build. */
bool dots_build_sites(const Follicles *follicles, Arena *arena, Dots *out, Err *err);
void dots_build_states(const Case *value, const Fields *fields, Dots *dots);
/* How many dots each planned session sets where, whether or not they show now. */
typedef enum DotZone {
    DOT_ZONE_EDGE,
    DOT_ZONE_BARE,
    DOT_ZONE_BETWEEN,
    DOT_ZONE_SCAR,
    DOT_ZONE_COUNT
} DotZone;
extern const char
    *const dot_zone_names[DOT_ZONE_COUNT]; /* "hairline edge" "bare skin" "between hairs" "scars" */
typedef struct DotCensus {
    uint32_t dots[6][DOT_ZONE_COUNT]; /* [session][zone] */
    float area_cm2[DOT_ZONE_COUNT];   /* treated skin */
} DotCensus;
void dots_census(const Case *value, const Fields *fields, DotCensus *out);

struct Hair;
/* Cut roots: one dot a hair of hair.h, seen in the skin when the hair is cut short. Same order and clusters
 * as the hair. */
bool roots_build_sites(const struct Hair *hair, Arena *arena, Dots *out, Err *err);
void roots_build_states(const Case *value, const struct Hair *hair, Dots *roots);
