/* hair - strands that grow from the follicles: one record a hair, bent and cut on the GPU.
 *
 * A strand leaves `pos` along `dir`, bends towards the skin's fall with its length, and never enters the
 * head. Its length is a uniform (a view's hair length in mm) times its own share, so four lengths are four
 * draws of one buffer.
 */
#pragma once
#include <assert.h>

#include "casefile.h"
#include "fields.h"
#include "follicles.h"

typedef struct HairSite {
    float pos_mm[3];
    int16_t normal_oct[2];
    int16_t direction_oct[2];
    uint32_t id;
    float lift_per_mm; /* strands.h: keeps a long strand out of the head */
} HairSite;
static_assert(sizeof(HairSite) == 28, "GPU record");

typedef struct HairState {
    uint8_t diameter_um;  /* 0: lost */
    uint8_t length_share; /* of the view's length, 1/255: fades, miniaturisation */
    uint8_t melanin;      /* 0 white .. 255 black (eumelanin 8 on domain.md 2.8's scale is 255) */
    uint8_t pheomelanin;  /* 0..255 for 0..3 */
} HairState;
static_assert(sizeof(HairState) == 4, "GPU record");

/* What never changes about a hair. */
typedef struct HairTraits {
    float width, shade; /* normal, of unit deviation */
    float length, grey; /* 0..1 */
} HairTraits;

typedef struct Hair {
    uint32_t count, cluster_count; /* hairs of a full head; all hairs of a unit share its cluster */
    HairSite *site;
    HairState *state;
    PointCluster *cluster;
    const HairTraits *traits;
    const uint32_t *unit; /* per hair: its follicular unit */
    uint32_t visible;
    bool directed, grown; /* by the last hair_direct */
} Hair;

/* Sites once per head (out->state is allocated, all zero); states whenever the case changes, after
 * fields_build. */
bool hair_build_sites(const Follicles *follicles, Arena *arena, Hair *out, Err *err);
/* Where each hair leans, after follicles_direct; and, when hair is `grown` past HAIR_GROWN_MM, how it clears
 * the head. Only hairs of units that turned are touched, unless `grown` changed. */
enum { HAIR_GROWN_MM = 9 };
void hair_direct(const Scalp *scalp, const Follicles *follicles, bool grown, Hair *hair);
void hair_build_states(const Case *value, const Fields *fields, Hair *hair);
/* Length in mm as the head wears it now: as clipped plus the growth since (domain.md 2.4). */
float hair_length_now_mm(const HairSettings *settings, int heritage);
/* The longest on the head: its own, or a hairpiece's. A view's default length. */
float hair_view_length_mm(const Case *value);
