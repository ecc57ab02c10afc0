/* treatment - from a practitioner's settings to what each session leaves in the skin now.
 *
 * A session is a slice of the pigment set's progression: session 1 takes its lowest orders, session 2 the
 * next, so every session falls between the dots of those before and more density only adds dots. Pure. Cost:
 * none.
 */
#pragma once
#include "casefile.h"
#include "timeline.h"

typedef struct TreatmentSession {
    float from_per_cm2, to_per_cm2; /* its slice, before zones and edges scale it */
    float days;                     /* since it was done */
    float diameter_um;              /* of its dots now */
    float od;                       /* optical density of its dots now */
    float tint;                     /* DotState's: -1 brown .. +1 slate */
} TreatmentSession;

typedef struct Treatment {
    int sessions; /* done and shown: 0 when the treatment is off */
    float total_per_cm2;
    float scar_per_cm2; /* what scars have got by now */
    TreatmentSession session[TREATMENT_SESSIONS];
} Treatment;
void treatment_prepare(const Case *value, Treatment *out);

/* Optical density of healed dots of a dilution (N parts of water): proportional to 1 / (N + 1),
 * domain.md 1.3. */
float treatment_od(float dilution, int pigment);

/* How well pigment can match this client, 0..1, and words (the article: fair skin and dark hair do best,
 * light brown, blond and grey are hard to match). */
typedef struct TreatmentMatch {
    float score;
    const char *words;
    int pigment;       /* PigmentBase advised */
    float dilution[3]; /* advised for three sessions, domain.md 10 */
} TreatmentMatch;
void treatment_match(const Case *value, float skin_ita_deg, TreatmentMatch *out);

/* Gaps close when dots lie nearer than about twice their diameter: 0 fine .. 1 a solid block (domain.md 1.2).
 */
float treatment_overdone(const Treatment *treatment);
