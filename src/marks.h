/* marks - scars, birthmarks and moles on the scalp: what they change of hair, skin, relief and pigment
 * (domain.md 5).
 *
 * A mark is an analytic shape on the skin: long ones (FUT strip, craniotomy) run in tape coordinates, others
 * are ellipses in the plane of the skin at their middle, and fields of dots repeat a jittered cell. Use:
 * marks_prepare once a case, marks_at for many places (it is cheap where no mark is near), or marks_bake for
 * a map of the whole atlas. Continuous in place, size, angle, age and strength. Never a promise that a mark
 * may be treated: see marks_warning.
 */
#pragma once
#include "casefile.h"
#include "scalp.h"

typedef struct MarkShape {
    int kind;
    float pos[3], along[3], across[3]; /* middle and axes in head space */
    float s_mm, l_mm, cosine, sine;
    float half_length_mm, half_width_mm, reach_mm; /* nothing is changed beyond the reach */
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
/* Could any mark change this place? */
bool marks_reach(const Marks *marks, const float pos_mm[3]);
MarkAt marks_at(const Marks *marks, const float pos_mm[3], float s_mm, float l_mm);

/* The skin's share of MarkAt, plus the redness of a fresh session, for one place. */
typedef struct SkinChange {
    float melanin, haemoglobin; /* factors, 1 unchanged */
    float roughness, relief_mm; /* added */
} SkinChange;
SkinChange marks_skin(const Case *value, const Marks *marks, const float pos_mm[3], float s_mm, float l_mm,
                      float treated);

/* The same for every texel of the atlas, RGBA8: melanin and haemoglobin as 128 log2(factor) / 4 + 128,
 * roughness as 128 + 127 * added / 0.5, relief as 128 + 127 * added / 1 mm; (128, 128, 128, 128) is unchanged
 * skin. `treated` is the field of fields.h, or NULL. Texels off the scalp are unchanged. Cost: a second at
 * 2048 with large marks, 0.1 s with none. */
bool marks_bake(const Case *value, const Scalp *scalp, const float *treated, int size, uint8_t *rgba,
                Err *err);

/* Colour of `from` (albedo, sRGB) under such a map (map_size a side, enlarged as needed) into `to`, of the
 * same size. */
void marks_tint(const uint8_t *map, int map_size, const Image *from, Image *to);

/* Relief in mm, smoothed over two texels since the map has steps of 8 um, and added roughness, a texel each.
 */
void marks_surface(const uint8_t *map, int size, float (*out)[2]);

/* NULL, or why this mark must not be treated now, or needs care. */
const char *marks_warning(const MarkSettings *mark);
/* Its area, mm2, for the plan. */
float marks_area_mm2(const MarkShape *shape);
