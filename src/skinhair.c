#include "skinhair.h"
#include "skingrid.h"
#include "skintexture.h"
#include <math.h>
#include <string.h>

#define DARK_FROM_LOG     0.75f /* below the face's brightness; the shadow side of a face is 0.3 to 0.6 */
#define DARK_FULL_LOG     1.25f
#define SHADE_FROM_LOG    0.35f /* below hair on the nape this much is its shadow */
#define SHADE_FULL_LOG    0.60f
#define ROUGH_FROM_LOG    0.10f /* deviation of detail; skin has 0.02 to 0.06, hair 0.15 and more */
#define ROUGH_FULL_LOG    0.18f
#define HUE_FROM_LOG      0.30f /* of red to green and green to blue together; a shaved scalp's grey has 0.25 */
#define HUE_FULL_LOG      0.55f
#define GLOSS_ANYWHERE    0.15f  /* of the darkest channel: what a dull highlight adds */
#define GLOSS_MOST        0.45f  /* likewise a bright one */
#define FRINGE_MM         26.0f  /* hair may hang into the forehead */
#define THIN_FROM_LOG     0.055f /* beside hair this much is its thin edge */
#define THIN_FULL_LOG     0.10f
#define THIN_HUE_FROM_LOG 0.15f /* of a collar */
#define THIN_MM           10.0f /* from hair that was found */
#define THIN_PASSES       4     /* miniaturised hair lies some 40 mm about what stands */
#define MARGIN_MM         8.0f  /* the broad band of colour (SKINPROJECT_LOW_MM) sees the hair from so far */

static float ramp(float x, float from, float to) {
    float t = fminf(1, fmaxf(0, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
}

static float luma(const float rgb[3]) {
    return 0.25f * rgb[0] + 0.6f * rgb[1] + 0.15f * rgb[2];
}

/* Mean log colour of the face this photo sees best: cheeks, nose, lower forehead. Of the ears and neck when
 * it sees no face. */
static void face_tone(const SkinSurface *s, const SkinView *v, float tone[3]) {
    double sum[2][3] = {{0}}, total[2] = {1e-9, 1e-9};
    const float *nose = s->landmark[LM_PRONASALE];
    for (uint32_t i = 0; i < s->node_count; i++) {
        float d2 = 0, w = v->weight[i] * s->area[i];
        for (int c = 0; c < 3; c++) d2 += (s->pos[i][c] - nose[c]) * (s->pos[i][c] - nose[c]);
        if (w <= 0 || s->pos[i][1] > s->landmark[LM_GLABELLA][1] + 15) continue;
        int face = d2 < 65 * 65;
        for (int c = 0; c < 3; c++) sum[face][c] += (double)(w * v->low[i][c]);
        total[face] += (double)w;
    }
    int use = total[1] > 50 ? 1 : 0;
    for (int c = 0; c < 3; c++) tone[c] = (float)(sum[use][c] / total[use]);
}

/* Brightness of the neck behind the ears where light falls on it: below a bush of hair the face may lie in
 * another light. Of the face where none is seen. */
static float neck_brightness(const SkinSurface *s, const SkinView *v, float face) {
    enum { BINS = 64 };
    static const float DARKEST = -2, STEP = 4.0f / BINS, SHARE = 0.7f;
    double bin[BINS] = {0}, total = 0, below = 0;
    const float *ear = s->landmark[LM_LEFT_TRAGION];
    for (uint32_t i = 0; i < s->node_count; i++) {
        const double w = (double)(v->weight[i] * s->area[i]);
        if (w <= 0 || s->pos[i][2] > ear[2] - 20 || s->pos[i][1] > ear[1] - 45) continue;
        const float at = (luma(v->low[i]) - face - DARKEST) / STEP;
        bin[(int)fminf(BINS - 1, fmaxf(0, at))] += w;
        total += w;
    }
    for (int k = 0; k < BINS && total > 50; k++) {
        below += bin[k];
        if (below >= (double)SHARE * total) return face + DARKEST + STEP * ((float)k + 0.5f);
    }
    return face;
}

/* Deviation of fine detail around a node, in e-folds. */
static float roughness(const SkinView *v, uint32_t i) {
    float sum = 0, square = 0;
    for (int k = 0; k < 16; k++) {
        float angle = 2.39996f * (float)k, r = fmaxf(3, 2.4f * v->px_per_mm) * sqrtf(((float)k + 0.5f) / 16),
              rgb[3];
        skinproject_sample(v, v->px[i][0] + r * cosf(angle), v->px[i][1] + r * sinf(angle), rgb);
        float value = luma(rgb);
        sum += value;
        square += value * value;
    }
    return sqrtf(fmaxf(0, square / 16 - sum * sum / 256));
}

bool skinhair_brush(const HeadModel *model, const HeadShape *shape, const SkinStroke *stroke,
                    int stroke_count, Arena *arena, SkinSurface *surface, Err *err) {
    if (stroke_count == 0) return true;
    surface->brush = ARENA_ARRAY(arena, uint8_t, surface->node_count);
    if (!surface->brush) return err_set(err, "there is not enough memory for the skin's surface");
    for (int k = 0; k < stroke_count; k++) {
        float centre[3], reach = stroke[k].radius_mm * stroke[k].radius_mm;
        float u = stroke[k].u - floorf(stroke[k].u), v = fminf(fmaxf(stroke[k].v, -1), 1);
        head_eval(model, shape, (HeadSite){HEAD_SKIN, u, v}, centre, NULL);
        for (uint32_t i = 0; i < surface->node_count; i++) {
            const float *p = surface->pos[i];
            float x = p[0] - centre[0], y = p[1] - centre[1], z = p[2] - centre[2];
            if (x * x + y * y + z * z <= reach)
                surface->brush[i] = stroke[k].amount > 0 ? SKIN_BRUSH_HAIR : SKIN_BRUSH_SKIN;
        }
    }
    return true;
}

static SkinBrush brushed(const SkinSurface *surface, uint32_t i) {
    return surface->brush ? (SkinBrush)surface->brush[i] : SKIN_BRUSH_AUTO;
}

static float hue_apart(const float a[3], const float b[3]) {
    return fabsf(a[0] - a[1] - b[0] + b[1]) + fabsf(a[1] - a[2] - b[1] + b[2]);
}

/* Likewise of what a highlight has whitened: less the white that makes it brighter than the face, and less a
 * little wherever it is. Grey hair stays as grey without it. */
static float matt_hue_apart(const float low[3], const float face[3]) {
    float lin[3], matt[3], least = 1e9f;
    for (int c = 0; c < 3; c++) {
        lin[c] = skinproject_linear(low[c]);
        least = fminf(least, lin[c]);
    }
    const float above = skinproject_linear(luma(low)) - skinproject_linear(luma(face));
    const float white = fminf(fmaxf(above, GLOSS_ANYWHERE * least), GLOSS_MOST * least);
    for (int c = 0; c < 3; c++) matt[c] = skinproject_log(lin[c] - white);
    return fminf(hue_apart(low, face), hue_apart(matt, face));
}

/* Hair or collar a node, 0..1, where it stands out by itself, and what would be its thin edge. */
static bool find_hair(const SkinSurface *surface, const SkinView *view, Arena *scratch, float *hair,
                      float *thin) {
    size_t mark = arena_mark(scratch);
    float *scalp = ARENA_ARRAY(scratch, float, surface->node_count);
    if (!scalp) return false;
    skintexture_node_scalp(surface, FRINGE_MM, scalp);
    float face[3], chin = surface->landmark[LM_MENTON][1];
    const float *ear = surface->landmark[LM_LEFT_TRAGION];
    face_tone(surface, view, face);
    const float lit = neck_brightness(surface, view, luma(face));
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < surface->node_count; i++) {
        hair[i] = thin[i] = 0;
        if (view->weight[i] <= 0) continue;
        SkinBrush say = brushed(surface, i);
        const float *low = view->low[i];
        float hue = matt_hue_apart(low, face), rough = 0;
        float dark = fmaxf(ramp(luma(face) - luma(low), DARK_FROM_LOG, DARK_FULL_LOG),
                           ramp(hue, HUE_FROM_LOG, HUE_FULL_LOG));
        /* Sideburns and the nape's tuft hang from the scalp; a beard begins below the ear's front. */
        float under = surface->pos[i][1] - ear[1], before = surface->pos[i][2] - ear[2];
        float behind = ramp(-before, 10, 20), beside = ramp(under, -22, -10) * ramp(before, 45, 30);
        float tips = surface->part[i] == HEAD_SKIN ? fmaxf(beside, behind) : beside * ramp(before, 8, 14);
        if (say == SKIN_BRUSH_AUTO && (scalp[i] > 0.02f || tips > 0)) rough = roughness(view, i);
        float bushy = scalp[i] > 0.02f ? ramp(rough, ROUGH_FROM_LOG, ROUGH_FULL_LOG) : 0;
        float found = 1 - (1 - dark) * (1 - bushy);
        float collar = ramp(chin - 12 - surface->pos[i][1], 0, 10);
        float zone = fmaxf(fminf(1, 4 * scalp[i]), collar);
        hair[i] = say == SKIN_BRUSH_HAIR ? 1 : say == SKIN_BRUSH_SKIN ? 0 : found * zone;
        float wisps = ramp(rough, THIN_FROM_LOG, THIN_FULL_LOG) * (scalp[i] > 0.02f ? 1 : tips);
        float shade = (surface->part[i] == HEAD_SKIN ? behind : 0) *
                      ramp(lit - luma(low), SHADE_FROM_LOG, SHADE_FULL_LOG);
        float hanging = fmaxf(shade, found * fmaxf(ramp(under, -34, -20), behind));
        thin[i] = fmaxf(fmaxf(wisps, hanging), collar * ramp(hue, THIN_HUE_FROM_LOG, HUE_FROM_LOG));
    }
    arena_rewind(scratch, mark);
    return true;
}

/* What is found in every photo, per node. */
typedef struct HairFound {
    float *hair, *thin;
} HairFound;

/* Hair ends in a fringe that is too thin to stand out, but not beside hair, whichever photo shows that. */
static bool add_thin_edges(const SkinSurface *surface, const HairFound *found, int count, Arena *scratch) {
    const size_t mark = arena_mark(scratch);
    float *near = ARENA_ARRAY(scratch, float, surface->node_count);
    if (!near) return false;
    for (uint32_t i = 0; i < surface->node_count; i++)
        for (int k = 0; k < count; k++) near[i] = fmaxf(near[i], found[k].hair[i]);
    const bool ok = skingrid_smooth(surface, near, 1, NULL, THIN_MM, scratch);
    for (uint32_t i = 0; ok && i < surface->node_count; i++)
        for (int k = 0; k < count; k++)
            found[k].hair[i] = fmaxf(found[k].hair[i], found[k].thin[i] * ramp(near[i], 0.05f, 0.2f));
    arena_rewind(scratch, mark);
    return ok;
}

static float covered_share(const SkinSurface *surface, const SkinView *view, const float *hair) {
    double covered = 0, seen = 1e-9;
    for (uint32_t i = 0; i < surface->node_count; i++) {
        const double w = (double)(view->weight[i] * surface->area[i]);
        covered += w * (double)hair[i];
        seen += w;
    }
    return (float)(covered / seen);
}

static bool hide(const SkinSurface *surface, float *hair, Arena *scratch, SkinView *view) {
    if (!skingrid_smooth(surface, hair, 1, NULL, MARGIN_MM, scratch)) return false;
    for (uint32_t i = 0; i < surface->node_count; i++) {
        if (brushed(surface, i) == SKIN_BRUSH_SKIN) continue;
        const float left = 1 - ramp(hair[i], 0.02f, 0.08f); /* 11 to 16 mm outside the edge */
        view->weight[i] *= left;
        view->loose[i] *= left;
    }
    return true;
}

bool skinhair_hide(const SkinSurface *surface, Arena *scratch, SkinView *view, int count) {
    static const float LEAST_SHARE = 0.002f; /* specks are no hair */
    const size_t mark = arena_mark(scratch);
    HairFound found[CASE_PHOTOS];
    int hairy = 0;
    SkinView *of[CASE_PHOTOS];
    bool ok = true;
    for (int k = 0; ok && k < count; k++) {
        HairFound *f = &found[hairy];
        *f = (HairFound){ARENA_ARRAY(scratch, float, surface->node_count),
                         ARENA_ARRAY(scratch, float, surface->node_count)};
        ok = f->hair && f->thin && find_hair(surface, &view[k], scratch, f->hair, f->thin);
        if (ok && (surface->brush || covered_share(surface, &view[k], f->hair) > LEAST_SHARE))
            of[hairy++] = &view[k];
    }
    for (int pass = 0; hairy > 0 && ok && pass < THIN_PASSES; pass++)
        ok = add_thin_edges(surface, found, hairy, scratch);
    for (int k = 0; ok && k < hairy; k++) ok = hide(surface, found[k].hair, scratch, of[k]);
    arena_rewind(scratch, mark);
    return ok;
}
