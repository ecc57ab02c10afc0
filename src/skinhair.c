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
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < surface->node_count; i++) {
        hair[i] = thin[i] = 0;
        if (view->weight[i] <= 0) continue;
        SkinBrush say = brushed(surface, i);
        const float *low = view->low[i];
        float hue = hue_apart(low, face), rough = 0;
        float dark = fmaxf(ramp(luma(face) - luma(low), DARK_FROM_LOG, DARK_FULL_LOG),
                           ramp(hue, HUE_FROM_LOG, HUE_FULL_LOG));
        /* Sideburns and the nape's tuft hang from the scalp; a beard begins below the ear's front. */
        float under = surface->pos[i][1] - ear[1], behind = ramp(ear[2] - surface->pos[i][2], 10, 20);
        float beside = ramp(under, -22, -10) * ramp(surface->pos[i][2] - ear[2], 45, 30);
        float tips = surface->part[i] == HEAD_SKIN ? fmaxf(beside, behind) : 0;
        if (say == SKIN_BRUSH_AUTO && (scalp[i] > 0.02f || tips > 0)) rough = roughness(view, i);
        float bushy = scalp[i] > 0.02f ? ramp(rough, ROUGH_FROM_LOG, ROUGH_FULL_LOG) : 0;
        float found = 1 - (1 - dark) * (1 - bushy);
        float collar = ramp(chin - 12 - surface->pos[i][1], 0, 10);
        float zone = fmaxf(fminf(1, 4 * scalp[i]), collar);
        hair[i] = say == SKIN_BRUSH_HAIR ? 1 : say == SKIN_BRUSH_SKIN ? 0 : found * zone;
        float wisps = ramp(rough, THIN_FROM_LOG, THIN_FULL_LOG) * (scalp[i] > 0.02f ? 1 : tips);
        float shade = behind * ramp(luma(face) - luma(low), SHADE_FROM_LOG, SHADE_FULL_LOG);
        float hanging = fmaxf(shade, found * fmaxf(ramp(under, -34, -20), behind));
        thin[i] = fmaxf(fmaxf(wisps, hanging), collar * ramp(hue, THIN_HUE_FROM_LOG, HUE_FROM_LOG));
    }
    arena_rewind(scratch, mark);
    return true;
}

/* Hair ends in a fringe that is too thin to stand out, but not beside hair. */
static bool add_thin_edge(const SkinSurface *surface, const float *thin, Arena *scratch, float *hair) {
    size_t mark = arena_mark(scratch);
    float *near = ARENA_ARRAY(scratch, float, surface->node_count);
    if (!near) return false;
    memcpy(near, hair, surface->node_count * sizeof *near);
    bool ok = skingrid_smooth(surface, near, 1, NULL, THIN_MM, scratch);
    for (uint32_t i = 0; ok && i < surface->node_count; i++)
        hair[i] = fmaxf(hair[i], thin[i] * ramp(near[i], 0.05f, 0.2f));
    arena_rewind(scratch, mark);
    return ok;
}

bool skinhair_hide(const SkinSurface *surface, Arena *scratch, SkinView *view, float *covered_share) {
    size_t mark = arena_mark(scratch);
    uint32_t n = surface->node_count;
    float *hair = ARENA_ARRAY(scratch, float, n), *thin = ARENA_ARRAY(scratch, float, n);
    if (!hair || !thin || !find_hair(surface, view, scratch, hair, thin)) return false;
    double covered = 0, seen = 1e-9;
    for (uint32_t i = 0; i < n; i++) {
        double w = (double)(view->weight[i] * surface->area[i]);
        covered += w * (double)hair[i];
        seen += w;
    }
    if (covered_share) *covered_share = (float)(covered / seen);
    bool any = covered > 0.002 * seen || surface->brush;
    bool ok = true;
    for (int k = 0; any && ok && k < THIN_PASSES; k++) ok = add_thin_edge(surface, thin, scratch, hair);
    ok = ok && (!any || skingrid_smooth(surface, hair, 1, NULL, MARGIN_MM, scratch));
    for (uint32_t i = 0; any && ok && i < n; i++) {
        if (brushed(surface, i) == SKIN_BRUSH_SKIN) continue;
        float left = 1 - ramp(hair[i], 0.02f, 0.08f); /* 11 to 16 mm outside the edge */
        view->weight[i] *= left;
        view->loose[i] *= left;
    }
    arena_rewind(scratch, mark);
    return ok;
}
