/* kioskchoices - what a visitor can choose, and the case that it makes; and the stories of the attract loop.
 *
 * Pure functions: no window, no clock, no memory. The heads are the parametric head at named measures or from
 * a seed, nobody's.
 */
#pragma once
#include "casefile.h"

enum {
    KIOSK_HEADS = 4,
    KIOSK_SKINS = 5,
    KIOSK_HAIRS = 5,
    KIOSK_LOSSES = 5,
    KIOSK_HAIRLINES = 6,
    KIOSK_DENSITIES = 4,
    KIOSK_LENGTHS = 4,
    KIOSK_AGES = 4,
    KIOSK_STORIES = 6
};

typedef struct KioskChoices {
    int head, skin, hair, loss, hairline, density, length, years; /* indices */
} KioskChoices;
extern const KioskChoices kiosk_first_choices;
extern const float kiosk_skin_ita_deg[KIOSK_SKINS];
extern const float kiosk_hair_srgb[KIOSK_HAIRS][3]; /* for the swatches */
extern const double kiosk_years[KIOSK_AGES];

void kiosk_woman(const HeadModel *model, HeadShape *out); /* the fourth head; takes a tenth of a second */
/* Sets everything that choices decide. `woman`: of kiosk_woman, or NULL as long as there is no model.
 * `treated`: with the treatment. `own_head`: the shape and the photo of the case stay, because they are the
 * visitor's. */
void kiosk_apply_choices(const KioskChoices *choices, bool treated, bool own_head, const HeadShape *woman,
                         Case *value);

/* What a story tells; several may tell the same of different people. */
typedef enum KioskTale { TALE_LINE, TALE_SCAR, TALE_LENGTH, TALE_YEARS, TALE_DENSITY } KioskTale;
const char *kiosk_story_id(int index); /* of its texts: story.ID.title, story.ID.fact */

typedef struct KioskStory {
    int index; /* 0..KIOSK_STORIES-1, each with a person of its own */
    KioskTale tale;
    double share; /* 0..1 of the story */
    double azimuth_deg, elevation_deg, fov_deg;
    float wipe;           /* left of it without pigment; 0: none */
    int length;           /* TALE_LENGTH: which of the lengths is shown */
    float hair_length_mm; /* of this frame */
    double years;         /* shown; 0 otherwise */
} KioskStory;
/* The story at t_s since the loop began; each lasts story_s. `reduced`: the head stands still, and what
 * changes, changes in one step. */
void kiosk_story_at(double t_s, double story_s, bool reduced, KioskStory *out);
/* The whole case of a story; the first one needs no model, the others take a tenth of a second. */
void kiosk_story_case(const KioskStory *story, const HeadModel *model, Case *value);
