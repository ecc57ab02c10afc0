#include "hairline.h"

#include "../engine/language.h"

#include <math.h>
#include <string.h>

static const float RULE_MM = 80, TEMPLE_FROM_CORNER_MM = 50, CORNER_DEPTH_MM = 32;
static const float TEMPLE_FADE = 0.9f, TEMPLE_FADE_MM = 8, TEMPLE_HOLLOW_MM = 7;
/* domain.md 10: 60 warns; defaults 80 men, 65 women. */
static const float LOWEST_MM = 60, WOMAN_FRONT_MM = 65;

/* --- Rule of 8
 * -------------------------------------------------------------------------------------------------- */

void hairline_rule_of_8(const Scalp *scalp, HairlineRule *out) {
    const float unit = RULE_MM;
    out->middle[0] = unit, out->middle[1] = 0;
    out->canthus[0] = 0, out->canthus[1] = unit;
    float at[2] = {unit + 5, unit};
    /* Newton on the two tapes; the tape's gradient is its own unit vector, so differences of 1 mm do. */
    for (int step = 0; step < 8; step++) {
        const float miss[2] = {scalp_tape_mm(scalp, out->middle, at) - unit,
                               scalp_tape_mm(scalp, out->canthus, at) - unit};
        if (fabsf(miss[0]) + fabsf(miss[1]) < 0.02f) break;
        float slope[2][2];
        for (int k = 0; k < 2; k++) {
            float moved[2] = {at[0], at[1]};
            moved[k] += 1;
            slope[0][k] = scalp_tape_mm(scalp, out->middle, moved) - unit - miss[0];
            slope[1][k] = scalp_tape_mm(scalp, out->canthus, moved) - unit - miss[1];
        }
        const float det = slope[0][0] * slope[1][1] - slope[0][1] * slope[1][0];
        if (fabsf(det) < 1e-3f) break;
        const float ds = (miss[0] * slope[1][1] - miss[1] * slope[0][1]) / det;
        const float dl = (miss[1] * slope[0][0] - miss[0] * slope[1][0]) / det;
        at[0] -= fmaxf(-15, fminf(15, ds)), at[1] -= fmaxf(-15, fminf(15, dl));
    }
    memcpy(out->corner, at, sizeof at);
    const float share = TEMPLE_FROM_CORNER_MM / unit;
    for (int k = 0; k < 2; k++) out->temple[k] = at[k] + (out->canthus[k] - at[k]) * share;
}

/* --- Styles
 * ----------------------------------------------------------------------------------------------------- */

/* How a style bends the natural curve, mm along S (+ back), and its edge. Figures: domain.md 4's edge recipe
 * (assumption) and its words for each style; where it gives none they were set by eye. */
typedef struct Style {
    float middle, mid_quarter, corner, temple; /* moved back */
    float peak;                                /* widow's peak: forward in the middle, 12 mm wide */
    HairlineEdge edge;
} Style;

static const Style styles[HAIRLINE_STYLE_COUNT] = {
    [HAIRLINE_NATURAL] = {.edge = {8, 2, 3, 1, 0.8f, 0.6f, 0}},
    [HAIRLINE_SOFT] = {.edge = {12, 3, 3.5f, 1.2f, 0.78f, 0.5f, 0}},
    [HAIRLINE_BROKEN] = {.edge = {9, 2, 4, 1.5f, 0.8f, 0.6f, 0.55f}},
    [HAIRLINE_SCATTERED] = {.edge = {16, 5, 4, 1.5f, 0.8f, 0.55f, 0.2f}},
    [HAIRLINE_FADED] = {.edge = {22, 2, 2.5f, 1, 0.75f, 0.32f, 0}},
    [HAIRLINE_DEFINED] = {.edge = {4, 1, 1.5f, 0.5f, 0.9f, 0.85f, 0}},
    [HAIRLINE_EDGE_UP] = {.corner = -3, .edge = {1, 0, 0, 0, 1, 1, 0}},
    [HAIRLINE_ROUNDED] = {.middle = -1,
                          .mid_quarter = 1,
                          .corner = -4,
                          .edge = {6, 1.5f, 2, 0.8f, 0.85f, 0.7f, 0}},
    [HAIRLINE_PEAKED] = {.middle = -4,
                         .mid_quarter = 1,
                         .corner = 4,
                         .edge = {6, 1.5f, 2, 0.8f, 0.85f, 0.7f, 0}},
    [HAIRLINE_WIDOWS_PEAK] = {.middle = 1, .peak = 10, .edge = {7, 2, 2.5f, 1, 0.8f, 0.6f, 0}},
    [HAIRLINE_M_SHAPE] = {.mid_quarter = 3, .corner = 15, .temple = 3, .edge = {8, 2, 3, 1, 0.8f, 0.6f, 0}},
    [HAIRLINE_MATURE] =
        {.middle = 9, .mid_quarter = 9, .corner = 14, .temple = 5, .edge = {10, 3, 3, 1.2f, 0.8f, 0.55f, 0}},
    [HAIRLINE_FAUX_SCAR] = {.edge = {2.5f, 0.5f, 0.8f, 0.3f, 0.95f, 0.9f, 0}},
    [HAIRLINE_TRAMLINE] = {.corner = -2, .edge = {1.5f, 0, 0, 0, 1, 1, 0}},
};

void hairline_edge(const HairlineSettings *settings, HairlineEdge *out) {
    *out = styles[settings->style].edge;
    if (settings->transition_mm > 0) {
        /* Noise deeper than the band would undo a band that was asked to be narrow. */
        const float share = fminf(1, settings->transition_mm / out->band_mm);
        out->band_mm = settings->transition_mm;
        out->front_mm *= share, out->macro_mm *= share, out->micro_mm *= share;
    }
    /* Temples fade (domain.md 8: a hard one is a cause of regret), but in lines that are cut. */
    out->temple =
        styles[settings->style].edge.macro_mm > 0 ? fminf(TEMPLE_FADE, TEMPLE_FADE_MM / out->band_mm) : 0;
    out->macro_mm *= settings->irregularity;
    out->micro_mm *= settings->irregularity;
    out->gaps *= fminf(1, settings->irregularity);
}

float hairline_front_mm(const HairlineRule *rule, const HairlineSettings *settings, bool woman) {
    if (settings->front_mm > 0) return settings->front_mm;
    return woman ? WOMAN_FRONT_MM : rule->middle[0];
}

/* How far towards a dragged point a place lies: hat functions over the nine points from corner to corner. */
static float dragged(const HairlineSettings *h, float place) {
    float sum = 0;
    for (int i = 0; i < HAIRLINE_POINTS; i++) {
        const float distance = fabsf(place - (float)(i - HAIRLINE_POINTS / 2));
        if (distance < 1.6f) {
            const float t = 1 - distance / 1.6f;
            sum += h->point_mm[i] * t * t * (3 - 2 * t);
        }
    }
    return sum;
}

/* Temple classes: N full, T thinned and set back, P parallel to the sideburn, R reversed (domain.md 4). */
static float temple_back_mm(const HairlineSettings *h) {
    static const float back[TEMPLE_COUNT] = {0, 5, 12, 20};
    return back[h->temple] + h->temple_mm + styles[h->style].temple;
}

/* One side, from the middle (place 0) to the corner (4) and on to the temple peak. side +1: left. */
static void front_half(const Scalp *scalp, const HairlineRule *rule, const HairlineSettings *h, bool woman,
                       float side, float half[10][2]) {
    const Style *style = &styles[h->style];
    const float front = hairline_front_mm(rule, h, woman), shift = front - rule->middle[0];
    /* A woman's line is rounder: shallow corners (domain.md 4: round and linear lead). */
    /* On a broad forehead the two tapes meet almost over the ears, where only a receded line turns: an
     * adult's natural corner lies no deeper behind the middle than between types I and II (domain.md 3.1), on
     * the vertical through the outer canthus as the face is seen (domain.md 4). It is rounded: the line turns
     * a little before the point. */
    const float natural_s = fminf(rule->corner[0] - 5, rule->middle[0] + CORNER_DEPTH_MM * scalp->stature);
    const float corner_s = natural_s + shift + style->corner + h->corner_mm - (woman ? 14 : 0);
    const float corner_l = rule->corner[1] * (woman ? 0.95f : 0.92f);
    const float lean = side * h->asymmetry_mm;
    /* Convex in the middle, concave towards the corner, which it meets softly: share of the way back. */
    static const float across[7] = {0, 0.13f, 0.3f, 0.5f, 0.72f, 0.9f, 1},
                       back[7] = {0, 0.005f, 0.05f, 0.2f, 0.52f, 0.86f, 1};
    for (int i = 0; i < 7; i++) {
        const float place = across[i] * 4;
        const float middle = 1 - fminf(1, place / 2.2f), quarter = fmaxf(0, 1 - fabsf(place - 2) / 1.6f);
        const float peak = style->peak * fmaxf(0, 1 - place / 0.75f);
        half[i][0] = front + (corner_s - front) * back[i] +
                     (style->middle + h->middle_mm) * middle * middle * (3 - 2 * middle) +
                     style->mid_quarter * quarter - peak + lean * across[i] + dragged(h, side * place);
        half[i][1] = corner_l * across[i];
    }
    /* From the corner forward and down to the temple peak. */
    /* The rule's D lies before the temples of youth (S 54, L 93 on the mean man): a peak nearer to those
     * looks grown. */
    const float grown = 0.35f, temple_l = rule->temple[1] + (93 * scalp->stature - rule->temple[1]) * grown;
    const float temple_s = rule->temple[0] + (scalp_s_from_table(scalp, 54) - rule->temple[0]) * grown +
                           temple_back_mm(h) * 0.55f + lean * 0.5f;
    const float recess = temple_back_mm(h) * 0.35f;
    const float end_s = fminf(temple_s, corner_s - 6);
    for (int i = 0; i < 3; i++) {
        const float t = (float)(i + 1) / 3;
        half[7 + i][0] = half[6][0] + (end_s - half[6][0]) * t + recess * t * (1 - t) * 2;
        half[7 + i][1] = corner_l +
                         (temple_l + temple_back_mm(h) * 0.3f - corner_l) * (0.5f * t + 0.5f * t * t) +
                         4 * TEMPLE_HOLLOW_MM * t * (1 - t);
    }
}

void hairline_front(const Scalp *scalp, const HairlineRule *rule, const HairlineSettings *settings,
                    bool woman, ScalpFront *out) {
    enum { HALF = 10 };
    float left[HALF][2], right[HALF][2];
    front_half(scalp, rule, settings, woman, 1, left);
    front_half(scalp, rule, settings, woman, -1, right);
    out->count = 2 * HALF - 1;
    for (int i = 0; i < HALF; i++) {
        const int a = HALF - 1 - i, b = HALF - 1 + i;
        out->sl[a][0] = left[i][0], out->sl[a][1] = left[i][1];
        out->sl[b][0] = right[i][0], out->sl[b][1] = -right[i][1];
    }
    out->short_sideburn = !settings->sideburn;
}

/* --- Draggable points
 * ------------------------------------------------------------------------------------------- */

void hairline_point(const ScalpFront *front, int i, float sl[2]) {
    enum { CORNER = 6, CORNER_PLACE = HAIRLINE_POINTS / 2 };
    const int middle = front->count / 2, place = i - CORNER_PLACE, side = place < 0 ? 1 : -1;
    const float share = fabsf((float)place) / CORNER_PLACE;
    const float wanted = share * fabsf(front->sl[middle + side * CORNER][1]);
    int k = 0;
    while (k < CORNER - 1 && fabsf(front->sl[middle + side * (k + 1)][1]) < wanted) k++;
    const float *a = front->sl[middle + side * k], *b = front->sl[middle + side * (k + 1)];
    const float t = (wanted - fabsf(a[1])) / (fabsf(b[1]) - fabsf(a[1]));
    for (int c = 0; c < 2; c++) sl[c] = a[c] + (b[c] - a[c]) * t;
}

void hairline_drag(HairlineSettings *settings, int i, float ds_mm, bool mirror) {
    const float limit = 30;
    const int other = HAIRLINE_POINTS - 1 - i;
    settings->point_mm[i] = fmaxf(-limit, fminf(limit, settings->point_mm[i] + ds_mm));
    if (mirror) settings->point_mm[other] = settings->point_mm[i];
}

/* --- Warnings
 * --------------------------------------------------------------------------------------------------- */

int hairline_warnings(const Scalp *scalp, const HairlineRule *rule, const HairlineSettings *settings,
                      bool woman, const char *out[HAIRLINE_WARNINGS]) {
    int count = 0;
    HairlineEdge edge;
    hairline_edge(settings, &edge);
    ScalpFront front;
    hairline_front(scalp, rule, settings, woman, &front);
    const int middle = front.count / 2;
    float lowest = 1e9f;
    for (int i = middle - 3; i <= middle + 3; i++) lowest = fminf(lowest, front.sl[i][0]);
    if (lowest < LOWEST_MM) {
        out[count++] = N_("The line is lower than 60 mm above the glabella: too low is the error most "
                          "regretted, and it does not "
                          "age with the face.");
    }
    const float natural = woman ? WOMAN_FRONT_MM : rule->middle[0];
    if (lowest < natural - 8 * scalp->stature && lowest >= LOWEST_MM) {
        out[count++] = N_("The line lies in front of this head's natural one (rule of 8): it will need dots "
                          "where hair never grew.");
    }
    if (edge.band_mm < 2) {
        out[count++] = N_("The edge is sharper than 2 mm: a straight, hard line draws the eye and cannot be "
                          "softened later.");
    }
    const float depth = 0.5f * (front.sl[middle - 6][0] + front.sl[middle + 6][0]) - front.sl[middle][0];
    const float usual =
        fminf(rule->corner[0] - rule->middle[0], CORNER_DEPTH_MM * scalp->stature) - (woman ? 14 : 0);
    if (depth < 0.4f * usual) {
        out[count++] =
            N_("The frontotemporal angle is flattened: filled corners look like a helmet as the hair "
               "behind recedes.");
    }
    if (fabsf(settings->asymmetry_mm) > 6) {
        out[count++] = N_("The two sides differ by more than 6 mm: check the head is level before drawing.");
    }
    return count;
}
