/* Named anthropometry of the parametric head, after the tape and caliper definitions of ANSUR II. */
#include "headinternal.h"

#include "../engine/rng.h"
#include <math.h>
#include <string.h>

const char *const head_measure_names[HM_COUNT] = {"head.length_mm",           "head.breadth_mm",
                                                  "head.circumference_mm",    "head.bitragion_breadth_mm",
                                                  "head.bizygomatic_mm",      "head.tragion_top_mm",
                                                  "head.menton_sellion_mm",   "head.interpupillary_mm",
                                                  "head.chin_arc_mm",         "head.coronal_arc_mm",
                                                  "head.sagittal_arc_mm",     "head.forehead_height_mm",
                                                  "head.forehead_breadth_mm", "head.intercanthal_mm",
                                                  "head.biocular_mm",         "head.nose_length_mm",
                                                  "head.nose_breadth_mm",     "head.nose_protrusion_mm",
                                                  "head.mouth_breadth_mm",    "head.subnasale_menton_mm",
                                                  "head.bigonial_mm",         "head.ear_length_mm",
                                                  "head.ear_breadth_mm",      "head.ear_protrusion_mm",
                                                  "head.neck_breadth_mm",     "head.neck_depth_mm"};

/* domain.md 7.1 (ANSUR II) for length, breadth, circumference, bizygomatic, tragion-top, menton-sellion,
 * interpupillary, chin arc and the ears; bitragion breadth its guess; 7.2 for the face's heights. Across the
 * face the open heads differ from 7.2, whose population is not named (nose 35 for 43 mm, mouth 48 for 56,
 * inner eye corners 35 for 32, outer ones 85 for 98, jaw 116 for 107): there, and where neither has a
 * measure, the mean is this surface's at the ANSUR II sizes, men and women apart as in 7.2, the spread 7.2's
 * or 5 %. */
const HeadPrior head_measure_prior[HM_COUNT] = {
    {{199.5f, 189.8f}, {7.0f, 7.5f}},   {{154.3f, 147.8f}, {5.5f, 5.2f}},
    {{574.4f, 561.1f}, {16.1f, 19.4f}}, {{145.0f, 133.0f}, {6.0f, 6.0f}},
    {{142.6f, 133.8f}, {6.2f, 5.6f}},   {{131.2f, 126.5f}, {6.2f, 6.6f}},
    {{122.6f, 113.1f}, {6.7f, 6.1f}},   {{64.0f, 61.7f}, {3.4f, 3.6f}},
    {{331.7f, 311.0f}, {14.0f, 14.2f}}, {{355.0f, 341.0f}, {14.0f, 14.0f}},
    {{343.0f, 330.0f}, {15.0f, 15.0f}}, {{61.4f, 55.4f}, {3.2f, 3.3f}},
    {{115.3f, 111.2f}, {5.0f, 5.0f}},   {{35.1f, 35.0f}, {2.5f, 2.4f}},
    {{86.9f, 83.5f}, {4.0f, 3.8f}},     {{51.0f, 47.6f}, {3.2f, 3.0f}},
    {{36.2f, 34.1f}, {2.4f, 2.2f}},     {{23.2f, 22.0f}, {1.9f, 1.8f}},
    {{49.8f, 46.3f}, {3.1f, 2.9f}},     {{76.4f, 69.5f}, {5.0f, 4.6f}},
    {{121.5f, 110.3f}, {6.4f, 5.8f}},   {{64.2f, 59.4f}, {4.5f, 3.9f}},
    {{36.1f, 33.2f}, {3.0f, 2.8f}},     {{23.2f, 20.4f}, {3.0f, 2.7f}},
    {{116.0f, 101.0f}, {6.5f, 6.0f}},   {{124.0f, 110.0f}, {6.5f, 6.0f}}};

typedef struct Surface { /* a shape laid out for measuring */
    const HeadModel *model;
    HeadNets nets;
    float lm[LM_COUNT][3], site[HEAD_SITE_COUNT][3], nose_bridge[3];
} Surface;

static void surface_point(const Surface *s, HeadSite site, float pos[3]) {
    float du[3], dv[3];
    head_nets_eval(s->model, &s->nets, site, pos, du, dv);
}

static void surface_init(Surface *s, const HeadModel *model, const HeadShape *shape) {
    s->model = model;
    head_nets(model, shape, &s->nets);
    head_nets_landmarks(model, &s->nets, s->lm);
    surface_point(s, model->nose_bridge, s->nose_bridge);
    for (int k = 0; k < HEAD_SITE_COUNT; k++) surface_point(s, model->site[k], s->site[k]);
}

static float distance(const float a[3], const float b[3]) {
    float x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return sqrtf(x * x + y * y + z * z);
}

/* From a site of the left side to its mirror image. */
static float breadth_of_pair(const Surface *s, HeadSiteName name) {
    float right[3];
    HeadSite mirrored = s->model->site[name];
    mirrored.v = -mirrored.v;
    surface_point(s, mirrored, right);
    return distance(s->site[name], right);
}

/* Largest breadth of a window of the skin, both sides together: a scan, then steps halved. */
static float widest(const Surface *s, float from_u, float to_u, float from_v, float to_v) {
    float total = 0;
    for (int side = -1; side <= 1; side += 2) {
        float best = 0, at_u = 0, at_v = 0, p[3], step = (to_u - from_u) / 12;
        for (int i = 0; i <= 12; i++)
            for (int j = 0; j <= 8; j++) {
                float u = from_u + (to_u - from_u) * (float)i / 12,
                      v = from_v + (to_v - from_v) * (float)j / 8;
                surface_point(s, (HeadSite){HEAD_SKIN, u, (float)side * v}, p);
                if ((float)side * p[0] > best) best = (float)side * p[0], at_u = u, at_v = v;
            }
        for (; step > 2e-4f; step *= 0.5f) {
            float centre_u = at_u, centre_v = at_v;
            for (int k = 0; k < 9; k++) {
                float u = fminf(fmaxf(centre_u + step * (float)(k / 3 - 1), from_u), to_u);
                float v = fminf(fmaxf(centre_v + step * (float)(k % 3 - 1), from_v), to_v);
                surface_point(s, (HeadSite){HEAD_SKIN, u, (float)side * v}, p);
                if ((float)side * p[0] > best) best = (float)side * p[0], at_u = u, at_v = v;
            }
        }
        total += best;
    }
    return total;
}

/* ---- tapes: the convex hull of a plane's section through the skin ---- */

enum { TAPE_U = 144, TAPE_V = 72, TAPE_POINTS = 4096 };
typedef struct Tape {
    float origin[3], along[3], across[3], normal[3]; /* a frame; the section is kept as (along, across) */
    float point[TAPE_POINTS][2];
    int count;
} Tape;

static float dot3(const float a[3], const float b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void tape_frame(Tape *tape, const float origin[3], const float along[3], const float towards[3]) {
    memcpy(tape->origin, origin, sizeof tape->origin);
    float length = sqrtf(dot3(along, along)), d[3];
    for (int c = 0; c < 3; c++) tape->along[c] = along[c] / length, d[c] = towards[c] - origin[c];
    float share = dot3(d, tape->along);
    for (int c = 0; c < 3; c++) d[c] -= share * tape->along[c];
    length = sqrtf(dot3(d, d));
    for (int c = 0; c < 3; c++) tape->across[c] = d[c] / length;
    const float *a = tape->along, *b = tape->across;
    tape->normal[0] = a[1] * b[2] - a[2] * b[1];
    tape->normal[1] = a[2] * b[0] - a[0] * b[2];
    tape->normal[2] = a[0] * b[1] - a[1] * b[0];
    tape->count = 0;
}

static void tape_add(Tape *tape, const float p[3]) {
    if (tape->count == TAPE_POINTS) return;
    float d[3] = {p[0] - tape->origin[0], p[1] - tape->origin[1], p[2] - tape->origin[2]};
    tape->point[tape->count][0] = dot3(d, tape->along);
    tape->point[tape->count++][1] = dot3(d, tape->across);
}

static void tape_edge(Tape *tape, const float a[3], const float b[3]) {
    float d[3] = {a[0] - tape->origin[0], a[1] - tape->origin[1], a[2] - tape->origin[2]};
    float e[3] = {b[0] - tape->origin[0], b[1] - tape->origin[1], b[2] - tape->origin[2]}, p[3];
    float x = dot3(d, tape->normal), y = dot3(e, tape->normal);
    if ((x > 0) == (y > 0)) return;
    for (int c = 0; c < 3; c++) p[c] = a[c] + (b[c] - a[c]) * x / (x - y);
    tape_add(tape, p);
}

static void tape_cut(const Surface *s, Tape *tape) {
    float row[2][TAPE_V + 1][3];
    for (int i = 0; i < TAPE_U; i++) {
        /* The neck takes no part. */
        float u = 0.06f + 0.9f * (float)i / (TAPE_U - 1);
        for (int j = 0; j <= TAPE_V; j++) {
            float v = s->model->ear_v * (2 * (float)j / TAPE_V - 1);
            surface_point(s, (HeadSite){HEAD_SKIN, u, v}, row[i & 1][j]);
            if (j > 0) tape_edge(tape, row[i & 1][j - 1], row[i & 1][j]);
            if (i > 0) tape_edge(tape, row[(i - 1) & 1][j], row[i & 1][j]);
        }
    }
}

static int compare_points(const void *a, const void *b) {
    const float *p = a, *q = b;
    return p[0] != q[0] ? (p[0] < q[0] ? -1 : 1) : p[1] < q[1] ? -1 : p[1] > q[1];
}

static float turn(const float a[2], const float b[2], const float c[2]) {
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/* Length of the hull's chain over sorted points, on the side of positive (1) or negative (-1) `across`. */
static float tape_chain(Tape *tape, float sign) {
    int top = 0;
    float(*stack)[2] = tape->point; /* the chain grows over points already read */
    for (int k = 0; k < tape->count; k++) {
        float p[2] = {tape->point[k][0], tape->point[k][1]};
        while (top > 1 && sign * turn(stack[top - 2], stack[top - 1], p) >= 0) top--;
        memcpy(stack[top++], p, sizeof p);
    }
    float length = 0;
    for (int k = 1; k < top; k++)
        length += hypotf(stack[k][0] - stack[k - 1][0], stack[k][1] - stack[k - 1][1]);
    return length;
}

static float tape_length(Tape *tape) {
    qsort(tape->point, (size_t)tape->count, sizeof *tape->point, compare_points);
    Tape other = *tape;
    return tape_chain(tape, 1) + tape_chain(&other, -1);
}

static float circumference(const Surface *s) {
    const float *g = s->lm[LM_GLABELLA], *o = s->lm[LM_OPISTHOCRANION];
    float along[3] = {0, o[1] - g[1], o[2] - g[2]}, side[3] = {g[0] + 100, g[1], g[2]};
    Tape tape;
    tape_frame(&tape, g, along, side);
    tape_cut(s, &tape);
    return tape_length(&tape);
}

/* From tragion to tragion over a point of the midline. */
static float bitragion_arc(const Surface *s, const float over[3]) {
    const float *l = s->lm[LM_LEFT_TRAGION], *r = s->lm[LM_RIGHT_TRAGION];
    float along[3] = {l[0] - r[0], l[1] - r[1], l[2] - r[2]}, width = distance(l, r);
    Tape tape;
    tape_frame(&tape, r, along, over);
    tape_cut(s, &tape);
    int kept = 0; /* only what lies on the tape's side of the tragia */
    for (int k = 0; k < tape.count; k++)
        if (tape.point[k][1] > 4) memcpy(tape.point[kept++], tape.point[k], sizeof *tape.point);
    tape.count = kept;
    tape_add(&tape, l);
    tape_add(&tape, r);
    return tape_length(&tape) - width; /* the hull around, less the straight line between the tragia */
}

static float midline_arc(const Surface *s, float from_u, float to_u) {
    float length = 0, previous[3], p[3];
    for (int k = 0; k <= 128; k++) {
        surface_point(s, (HeadSite){HEAD_SKIN, from_u + (to_u - from_u) * (float)k / 128, 0}, p);
        if (k > 0) length += distance(previous, p);
        memcpy(previous, p, sizeof p);
    }
    return length;
}

/* Mean of both ears; either end may be on the skin. */
static float ear_span(const Surface *s, HeadSiteName a, HeadSiteName b) {
    float right[2][3];
    HeadSiteName name[2] = {a, b};
    for (int k = 0; k < 2; k++) {
        HeadSite site = s->model->site[name[k]];
        if (site.part == HEAD_EAR_LEFT)
            site.part = HEAD_EAR_RIGHT;
        else
            site.v = -site.v;
        surface_point(s, site, right[k]);
    }
    return 0.5f * (distance(s->site[a], s->site[b]) + distance(right[0], right[1]));
}

static float measure_tape(const Surface *s, HeadMeasure measure) {
    switch (measure) {
    case HM_HEAD_CIRCUMFERENCE:
        return circumference(s);
    case HM_BITRAGION_CHIN_ARC:
        return bitragion_arc(s, s->lm[LM_MENTON]);
    case HM_BITRAGION_CORONAL_ARC:
        return bitragion_arc(s, s->lm[LM_VERTEX]);
    default: /* sagittal: glabella to the nape at the height where the neck muscles begin */
        return midline_arc(s, s->model->landmark[LM_GLABELLA].u, HEAD_INION_U);
    }
}

static float measure_span(const Surface *s, HeadMeasure measure) {
    switch (measure) {
    case HM_FOREHEAD_HEIGHT:
        return distance(s->lm[LM_GLABELLA], s->site[HS_TRICHION]);
    case HM_FOREHEAD_BREADTH:
        return breadth_of_pair(s, HS_FRONTOTEMPORALE);
    case HM_INTERCANTHAL:
        return distance(s->lm[LM_LEFT_ENDOCANTHION], s->lm[LM_RIGHT_ENDOCANTHION]);
    case HM_BIOCULAR:
        return distance(s->lm[LM_LEFT_EXOCANTHION], s->lm[LM_RIGHT_EXOCANTHION]);
    case HM_NOSE_LENGTH:
        return distance(s->nose_bridge, s->lm[LM_SUBNASALE]);
    case HM_NOSE_BREADTH:
        return breadth_of_pair(s, HS_ALARE);
    case HM_NOSE_PROTRUSION:
        return distance(s->lm[LM_SUBNASALE], s->lm[LM_PRONASALE]);
    case HM_MOUTH_BREADTH:
        return distance(s->lm[LM_LEFT_CHEILION], s->lm[LM_RIGHT_CHEILION]);
    case HM_SUBNASALE_MENTON:
        return distance(s->lm[LM_SUBNASALE], s->lm[LM_MENTON]);
    case HM_BIGONIAL_BREADTH:
        return breadth_of_pair(s, HS_GONION);
    case HM_EAR_LENGTH:
        return ear_span(s, HS_EAR_TOP, HS_EAR_BOTTOM);
    case HM_EAR_BREADTH:
        return ear_span(s, HS_EAR_FRONT, HS_EAR_BACK);
    case HM_EAR_PROTRUSION:
        return ear_span(s, HS_EAR_HELIX, HS_MASTOID);
    case HM_NECK_BREADTH:
        return breadth_of_pair(s, HS_NECK_SIDE);
    default:
        return distance(s->site[HS_NECK_FRONT], s->site[HS_NECK_BACK]);
    }
}

static float measure_surface(const Surface *s, HeadMeasure measure) {
    switch (measure) {
    case HM_HEAD_LENGTH:
        return distance(s->lm[LM_GLABELLA], s->lm[LM_OPISTHOCRANION]);
    case HM_HEAD_BREADTH:
        return widest(s, 0.45f, 0.85f, 0.2f, s->model->ear_v);
    case HM_BITRAGION_BREADTH:
        return distance(s->lm[LM_LEFT_TRAGION], s->lm[LM_RIGHT_TRAGION]);
    case HM_BIZYGOMATIC_BREADTH:
        return widest(s, 0.2f, 0.36f, 0.35f, 0.64f);
    case HM_TRAGION_TOP:
        return s->lm[LM_VERTEX][1] - 0.5f * (s->lm[LM_LEFT_TRAGION][1] + s->lm[LM_RIGHT_TRAGION][1]);
    case HM_MENTON_SELLION:
        return distance(s->lm[LM_MENTON], s->nose_bridge);
    case HM_INTERPUPILLARY:
        return distance(s->lm[LM_LEFT_PUPIL], s->lm[LM_RIGHT_PUPIL]);
    case HM_HEAD_CIRCUMFERENCE:
    case HM_BITRAGION_CHIN_ARC:
    case HM_BITRAGION_CORONAL_ARC:
    case HM_SAGITTAL_ARC:
        return measure_tape(s, measure);
    default:
        return measure_span(s, measure);
    }
}

float head_measure(const HeadModel *model, const HeadShape *shape, HeadMeasure measure) {
    ASSERT(measure >= 0 && measure < HM_COUNT);
    static _Thread_local Surface surface;
    surface_init(&surface, model, shape);
    return measure_surface(&surface, measure);
}

void head_measure_all(const HeadModel *model, const HeadShape *shape, float out_mm[HM_COUNT]) {
    static _Thread_local Surface surface;
    surface_init(&surface, model, shape);
    for (int m = 0; m < HM_COUNT; m++) out_mm[m] = measure_surface(&surface, (HeadMeasure)m);
}

/* ---- moving along a measure ---- */

static void lever_apply(HeadShape *shape, const float lever[HEAD_LEVERS], float amount) {
    for (int k = 0; k < HEAD_SYMMETRIC; k++) shape->weight[k] += amount * lever[k];
    for (int k = 0; k < HEAD_EAR_WEIGHTS; k++)
        for (int side = 0; side < 2; side++)
            shape->weight[HEAD_MODES + HEAD_RESIDUALS + side * HEAD_EAR_WEIGHTS + k] +=
                amount * lever[HEAD_SYMMETRIC + k];
}

/* Change of every measure per deviation of every lever (symmetric mode, or both ears' weight), about the
 * mean. */
void head_measure_gradients(const HeadModel *model, float gradient[HM_COUNT][HEAD_LEVERS]) {
    for (int k = 0; k < HEAD_LEVERS; k++) {
        float lever[HEAD_LEVERS] = {0}, up[HM_COUNT], down[HM_COUNT];
        lever[k] = 1;
        HeadShape plus = {0}, minus = {0};
        lever_apply(&plus, lever, 0.5f);
        lever_apply(&minus, lever, -0.5f);
        head_measure_all(model, &plus, up);
        head_measure_all(model, &minus, down);
        for (int m = 0; m < HM_COUNT; m++) gradient[m][k] = up[m] - down[m];
    }
}

/* Solves the symmetric positive a x = b in place by Cholesky; b becomes x. */
void head_factor_spd(int n, double *a) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double sum = a[i * n + j];
            for (int k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = i == j ? sqrt(fmax(sum, 1e-12)) : sum / a[j * n + j];
        }
}

void head_substitute_spd(int n, const double *a, double *b) {
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++) b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++) b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
}

void head_solve_spd(int n, double *a, double *b) {
    head_factor_spd(n, a);
    head_substitute_spd(n, a, b);
}

/* The lever that changes this measure by 1 mm, itself small, and moves the others (in their spreads) least.
 */
static void measure_lever(const HeadModel *model, HeadMeasure measure, float lever[HEAD_LEVERS]) {
    double a[HEAD_LEVERS * HEAD_LEVERS], b[HEAD_LEVERS], gain = 0;
    for (int i = 0; i < HEAD_LEVERS; i++) {
        b[i] = (double)model->gradient[measure][i];
        for (int j = 0; j < HEAD_LEVERS; j++) {
            double sum = i == j ? 1 : 0;
            for (int m = 0; m < HM_COUNT; m++) {
                double spread = (double)head_measure_prior[m].sd_mm[0];
                if (m != (int)measure)
                    sum += 0.5 * (double)model->gradient[m][i] * (double)model->gradient[m][j] /
                           (spread * spread);
            }
            a[i * HEAD_LEVERS + j] = sum;
        }
    }
    head_solve_spd(HEAD_LEVERS, a, b);
    for (int i = 0; i < HEAD_LEVERS; i++) gain += b[i] * (double)model->gradient[measure][i];
    for (int i = 0; i < HEAD_LEVERS; i++) lever[i] = (float)(b[i] / gain);
}

void head_set_measure(const HeadModel *model, HeadShape *shape, HeadMeasure measure, float target_mm) {
    ASSERT(measure >= 0 && measure < HM_COUNT);
    float lever[HEAD_LEVERS], here = head_measure(model, shape, measure), slope = 1;
    measure_lever(model, measure, lever);
    for (int step = 0; step < 6 && fabsf(target_mm - here) > 0.02f; step++) {
        float amount = (target_mm - here) / slope;
        lever_apply(shape, lever, amount);
        float there = head_measure(model, shape, measure);
        float seen = (there - here) / amount;
        if (seen > 0.3f && seen < 3) slope = seen;
        here = there;
    }
}

/* ---- random people ---- */

enum { DRAWN = 16, DRAWN_TABLE = 10 };
static const HeadMeasure drawn_measure[DRAWN] = {
    HM_HEAD_LENGTH,      HM_HEAD_BREADTH,   HM_HEAD_CIRCUMFERENCE, HM_BIZYGOMATIC_BREADTH,
    HM_TRAGION_TOP,      HM_MENTON_SELLION, HM_INTERPUPILLARY,     HM_EAR_LENGTH,
    HM_EAR_BREADTH,      HM_EAR_PROTRUSION, HM_NOSE_BREADTH,       HM_MOUTH_BREADTH,
    HM_BIGONIAL_BREADTH, HM_INTERCANTHAL,   HM_NECK_BREADTH,       HM_NECK_DEPTH};
/* domain.md 7.1 for men and women where it names a pair (length, breadth, circumference, bizygomatic,
 * tragion-top, menton); the rest, 0.2 among sizes and 0.15 with the ears, is an assumption, and so is
 * DRAWN_OTHER for the measures beyond the table. */
#define DRAWN_OTHER 0.2f
static const float drawn_correlation[2][DRAWN_TABLE][DRAWN_TABLE] = {
    {{1, 0.18f, 0.82f, 0.20f, 0.29f, 0.32f, 0.20f, 0.15f, 0.10f, 0.05f},
     {0, 1, 0.55f, 0.65f, 0.31f, 0.16f, 0.25f, 0.10f, 0.05f, 0.05f},
     {0, 0, 1, 0.46f, 0.39f, 0.34f, 0.28f, 0.18f, 0.12f, 0.05f},
     {0, 0, 0, 1, 0.22f, 0.25f, 0.30f, 0.12f, 0.08f, 0.05f},
     {0, 0, 0, 0, 1, 0.25f, 0.15f, 0.05f, 0.05f, 0.00f},
     {0, 0, 0, 0, 0, 1, 0.15f, 0.20f, 0.10f, 0.05f},
     {0, 0, 0, 0, 0, 0, 1, 0.10f, 0.05f, 0.05f},
     {0, 0, 0, 0, 0, 0, 0, 1, 0.45f, 0.15f},
     {0, 0, 0, 0, 0, 0, 0, 0, 1, 0.20f},
     {0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
    {{1, 0.22f, 0.76f, 0.20f, 0.29f, 0.29f, 0.20f, 0.15f, 0.10f, 0.05f},
     {0, 1, 0.49f, 0.61f, 0.33f, 0.18f, 0.25f, 0.10f, 0.05f, 0.05f},
     {0, 0, 1, 0.39f, 0.37f, 0.30f, 0.28f, 0.18f, 0.12f, 0.05f},
     {0, 0, 0, 1, 0.22f, 0.25f, 0.30f, 0.12f, 0.08f, 0.05f},
     {0, 0, 0, 0, 1, 0.25f, 0.15f, 0.05f, 0.05f, 0.00f},
     {0, 0, 0, 0, 0, 1, 0.15f, 0.20f, 0.10f, 0.05f},
     {0, 0, 0, 0, 0, 0, 1, 0.10f, 0.05f, 0.05f},
     {0, 0, 0, 0, 0, 0, 0, 1, 0.45f, 0.15f},
     {0, 0, 0, 0, 0, 0, 0, 0, 1, 0.20f},
     {0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};

/* Jointly normal sizes: a Cholesky factor of the correlations times independent deviates. */
static void draw_sizes(Rng *rng, int woman, float target_mm[DRAWN]) {
    double factor[DRAWN][DRAWN] = {{0}}, z[DRAWN];
    for (int i = 0; i < DRAWN; i++) {
        z[i] = (double)fminf(fmaxf(rng_normal(rng), -3), 3);
        for (int j = 0; j <= i; j++) {
            double sum = i < DRAWN_TABLE ? (double)drawn_correlation[woman][j][i]
                         : i == j        ? 1
                                         : (double)DRAWN_OTHER;
            for (int k = 0; k < j; k++) sum -= factor[i][k] * factor[j][k];
            factor[i][j] = i == j ? sqrt(fmax(sum, 1e-6)) : sum / factor[j][j];
        }
    }
    for (int i = 0; i < DRAWN; i++) {
        double x = 0;
        for (int j = 0; j <= i; j++) x += factor[i][j] * z[j];
        const HeadPrior *prior = &head_measure_prior[drawn_measure[i]];
        target_mm[i] = prior->mean_mm[woman] + prior->sd_mm[woman] * (float)x;
    }
}

/* How far a size may miss its draw where the modes would have to strain for it. ANSUR's tape lies on hair,
 * most of all women's (domain.md 7.1), so the circumference gives way first. */
static const double drawn_slack_mm[DRAWN] = {0.7, 0.7, 14, 3, 0.7, 1, 1.5, 1, 1, 1, 1, 1.5, 2, 1, 3, 3};

/* The smallest change of levers that brings the drawn measures to their targets, to first order. */
static void pull_to_sizes(const HeadModel *model, HeadShape *shape, const float target_mm[DRAWN]) {
    float now[HM_COUNT], lever[HEAD_LEVERS] = {0};
    double a[DRAWN * DRAWN], b[DRAWN];
    head_measure_all(model, shape, now);
    for (int i = 0; i < DRAWN; i++) {
        b[i] = (double)(target_mm[i] - now[drawn_measure[i]]);
        for (int j = 0; j < DRAWN; j++) {
            double slack_mm = drawn_slack_mm[i];
            a[i * DRAWN + j] = i == j ? slack_mm * slack_mm : 0;
            for (int k = 0; k < HEAD_LEVERS; k++)
                a[i * DRAWN + j] += (double)model->gradient[drawn_measure[i]][k] *
                                    (double)model->gradient[drawn_measure[j]][k];
        }
    }
    head_solve_spd(DRAWN, a, b);
    for (int k = 0; k < HEAD_LEVERS; k++)
        for (int i = 0; i < DRAWN; i++) lever[k] += (float)b[i] * model->gradient[drawn_measure[i]][k];
    lever_apply(shape, lever, 1);
}

/* On the coarse level. */
static bool crosses_itself(const HeadModel *model, const HeadShape *shape) {
    Arena arena = {0};
    Mesh mesh;
    float where_mm[3];
    if (!arena_create(&arena, &(ArenaDesc){.name = "random head"}, NULL)) return false;
    bool crosses = head_mesh(model, shape, HEAD_LOD_COARSE, &arena, &mesh, NULL) &&
                   head_crossings(&mesh, &arena, where_mm) > 0;
    arena_destroy(&arena);
    return crosses;
}

#define LIMIT_SD 4.0f /* a size farther from the population's mean is no one's */

static bool sizes_plausible(const HeadModel *model, const HeadShape *shape, int woman) {
    float mm[HM_COUNT];
    head_measure_all(model, shape, mm);
    for (int m = 0; m < HM_COUNT; m++) {
        const HeadPrior *prior = &head_measure_prior[m];
        if (fabsf(mm[m] - prior->mean_mm[woman]) > LIMIT_SD * prior->sd_mm[woman]) return false;
    }
    return true;
}

void head_random(const HeadModel *model, uint64_t seed, int woman, HeadShape *out) {
    Rng rng = rng_make(seed, 0x68656164u);
    float target_mm[DRAWN];
    draw_sizes(&rng, woman ? 1 : 0, target_mm);
    *out = (HeadShape){0};
    for (int k = 0; k < HEAD_EAR_SHIFT; k++) {
        float x = fminf(fmaxf(rng_normal(&rng), -2.5f), 2.5f);
        bool residual = k >= HEAD_MODES && k < HEAD_MODES + HEAD_RESIDUALS;
        /* Ears vary as their measures say; between the sides they differ little. */
        out->weight[k] = k < HEAD_MODES ? 0.8f * x : residual ? 0.4f * x : 0.3f * x;
    }
    const float shift = fminf(fmaxf(rng_normal(&rng), -2.5f), 2.5f);
    for (int side = 0; side < 2; side++) out->weight[HEAD_EAR_SHIFT + side] = 0.5f * shift;
    /* Where modes together push a fold through its other side or a size too far, this person is nearer to the
     * mean. */
    for (int draw = 0; draw < 8; draw++) {
        for (int step = 0; step < 3; step++) pull_to_sizes(model, out, target_mm);
        if (sizes_plausible(model, out, woman ? 1 : 0) && !crosses_itself(model, out)) return;
        for (int k = 0; k < HEAD_WEIGHTS; k++) out->weight[k] *= 0.8f;
        for (int i = 0; i < DRAWN; i++) {
            float mean_mm = head_measure_prior[drawn_measure[i]].mean_mm[woman ? 1 : 0];
            target_mm[i] = mean_mm + 0.8f * (target_mm[i] - mean_mm);
        }
    }
}
