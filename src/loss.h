/* loss - how much hair a pattern of loss leaves at each place of the scalp (domain.md 3). An appearance, not
 * a diagnosis.
 *
 * Norwood I to VII with the A forms and III vertex as one continuous stage; Ludwig, Sinclair, Olsen; diffuse
 * (DPA, DUPA); alopecia areata in its forms; telogen effluvium; then placed patches and brush strokes. Before
 * hair goes it miniaturises. Use: loss_prepare once a case, loss_at for many places; or loss_density for one.
 * Continuous in every setting. Cost: under 0.2 us a place. Threads: a LossModel is read-only.
 */
#pragma once
#include "casefile.h"
#include "scalp.h"

enum { LOSS_ALL_PATCHES = 24 + LOSS_PATCHES, LOSS_FRONT_STEPS = 64, LOSS_FRONT_STEP_MM = 2 };

/* One row of domain.md 3.1 in mm on the mean man, as it is interpolated between stages. */
typedef struct LossStage {
    float middle, corner; /* S of the front at L 0 and at the corners */
    float corner_l;       /* where the corner lies sideways */
    float side_slope;     /* how far the side limit widens forward of the corner, mm a mm */
    float power;          /* shape of the front between middle and corner: 2 a bow, 4 an island */
    float vertex_radius;  /* about S 220 */
    float bridge;         /* density between front and vertex */
    float left;           /* density left in the bald area */
    float fringe;         /* density of the remaining horseshoe */
} LossStage;

typedef struct LossModel {
    const Case *value;
    const Scalp *scalp;
    LossStage stage; /* of the Norwood patterns */
    float strength;  /* stage 1..2 fades the pattern in */
    float severity;  /* 0..1 after recovery */
    float softness_mm, ragged_mm;
    float front[LOSS_FRONT_STEPS + 1]
               [2]; /* by |L|, LOSS_FRONT_STEP_MM apart: S of the front, 1 / its steepness */
    int patch_count;
    struct {
        float pos[3], radius_mm;
    } patch[LOSS_ALL_PATCHES];
    int stroke_count;
    struct {
        float pos[3], radius_mm, amount;
    } stroke[LOSS_STROKES];
} LossModel;

typedef struct LossAt {
    float density;  /* 0..1 of the youthful follicular units bear visible hair */
    float diameter; /* 0.35..1: miniaturised to untouched */
    float bald_mm;  /* about how far inside the affected area (negative outside), cut to +-60 */
    float reach_mm; /* the same for the whole of what the pattern touches, islands and bridges taken in */
} LossAt;

void loss_prepare(const Case *value, const Scalp *scalp, LossModel *out);
/* border_mm: scalp_hair_border_mm there. */
LossAt loss_at(const LossModel *model, const float pos_mm[3], float s_mm, float l_mm, float border_mm);
/* Density alone, by place; for a few look-ups, a stubble's shade say. */
float loss_density(const Case *value, const Scalp *scalp, float s_mm, float l_mm);
/* Bald area in cm2 inside the youthful border: where less than half of the hair is left, thin bridges not
 * counted. */
float loss_bald_area_cm2(const Case *value, const Scalp *scalp);
/* Share of men who have lost hair noticeably at an age: the article's 40 % at 35 and 65 % at 60; before, as
 * its 25 % at 21 and 66 % at 35 of those who inherit it have begun. Between and after: assumption. */
float loss_share_of_men(float age_years);
/* The stage with ageing and alternatives taken in. */
float loss_stage_now(const Case *value);
