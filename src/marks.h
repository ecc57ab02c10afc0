/* marks - scars, birthmarks and moles on the scalp: what they change of hair, skin, relief and pigment
 * (domain.md 5).
 *
 * A mark is an analytic shape on the skin: long ones (FUT strip, craniotomy) run in tape coordinates, others
 * are ellipses in the plane of the skin at their middle, and fields of dots repeat a jittered cell. Use:
 * marks_prepare once a case, marks_at for many places (it is cheap where no mark is near); marksmap.h has
 * them for the whole atlas. Continuous in place, size, angle, age and strength. Never a promise that a mark
 * may be treated: see marks_warning.
 */
#pragma once
#include "casefile.h"
#include "scalp.h"

typedef struct MarkShape {
    int kind;
    float pos[3], along[3], across[3]; /* middle and axes in head space */
    float s_mm, l_mm, cosine, sine;
    float half_length_mm, half_width_mm, slack_mm; /* nothing is changed farther out than the slack */
    float reach_mm;                                /* or farther from the middle than this */
    float ragged[5][2]; /* of an ellipse's rim: cosine, sine of its waves' phases */
    float deep2, far2;  /* of an ellipse: squares of its radii within and beyond which nothing varies */
    float age_years, strength;
    uint32_t seed;
} MarkShape;

typedef struct Marks {
    int count;
    MarkShape shape[MARK_COUNT];
} Marks;
void marks_prepare(const Case *value, const Scalp *scalp, Marks *out);

/* Changes at a place; the neutral value is in brackets. */
typedef struct MarkAt {
    float hair;        /* factor of hair density [1] */
    float melanin;     /* factor [1] */
    float haemoglobin; /* factor [1] */
    float roughness;   /* added [0] */
    float relief_mm;   /* added along the normal [0] */
    float scar;        /* 0..1: takes pigment as scar tissue [0] */
    float retention;   /* of pigment [1] */
    float spread;      /* of a dot's diameter [1] */
    float forbidden;   /* 0..1: no dot here: a mole and 2 mm around it, keloid [0] */
} MarkAt;
typedef struct SkinPlace {
    const float *pos_mm; /* [3] */
    float s_mm, l_mm;
} SkinPlace;
/* Which marks (bit i: shape i) could change a place within `around_mm` of this one? */
uint32_t marks_near(const Marks *marks, const SkinPlace *place, float around_mm);
/* `which`: of marks_near, here or around here; the others are not asked. */
MarkAt marks_at_of(const Marks *marks, uint32_t which, const SkinPlace *place);
MarkAt marks_at(const Marks *marks, const SkinPlace *place);

/* The shapes that came, went or changed: as they were, and as they are. */
void marks_changed(const Marks *before, const Marks *now, Marks out[2]);

/* NULL, or why this mark must not be treated now, or needs care. */
const char *marks_warning(const MarkSettings *mark);
