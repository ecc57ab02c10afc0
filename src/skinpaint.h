/* skinpaint - the face that synthetic skin wears: brows, eyes between open lids or closed ones, lashes, lips,
 * beard, redness.
 *
 * Drawn on the mean head seen from the front (x, y in mm of the mean head, anchored at its landmarks), so
 * that it goes where any other shape of the same head model has these places. Hairs are strokes on a canvas
 * of SKINPAINT_PX_PER_MM. What it does NOT do: know textures or triangles.
 */
#pragma once
#include "headmodel.h"

enum { SKINPAINT_PX_PER_MM = 10, SKINPAINT_WIDTH = 1300, SKINPAINT_HEIGHT = 640 };

typedef struct SkinFace {
    float landmark[LM_COUNT][3];
    float x0, y0;      /* mm of the canvas's lower left corner */
    uint8_t *ink;      /* how much hair covers, SKINPAINT_WIDTH * SKINPAINT_HEIGHT, rows upwards */
    float hair_log[3]; /* brows and lashes: natural-log colour */
    float iris_lin[3];
    bool lids_closed;
    float beard; /* 0 none .. 1 dark shadow */
    uint32_t salt;
    float ita_deg;
} SkinFace;

/* The landmarks and all places are those of the mean head with its lids like this. */
bool skinpaint_create(const float mean_landmark[LM_COUNT][3], bool lids_closed, float ita_deg, uint64_t seed,
                      Arena *arena, SkinFace *out);

/* Slow fields at a place of the mean head: blood and melanin as skintone_shift takes them, shadow (log) of
 * the beard. */
typedef struct SkinFlush {
    float blood, melanin, beard;
} SkinFlush;
SkinFlush skinpaint_flush(const SkinFace *face, const float mean_mm[3]);

/* True where the texel needs skinpaint_features: front of the face around eyes, brows and mouth. */
bool skinpaint_near(const SkinFace *face, const float mean_mm[3]);
/* Change a texel's log colour and gloss. `grain` is a noise of deviation 1, a few tenths of a mm fine. */
void skinpaint_features(const SkinFace *face, const float mean_mm[3], float grain, float log_rgb[3],
                        float *gloss);
