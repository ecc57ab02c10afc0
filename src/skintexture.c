#include "skintexture.h"
#include "skinproject.h"
#include "skintone.h"
#include <math.h>
#include <string.h>

bool skintexture_allocate(int size, bool lit, Arena *arena, Skin *out, Err *err) {
    size_t count = (size_t)size * (size_t)size;
    memset(out, 0, sizeof *out);
    out->size = size;
    if (!image_alloc(arena, size, size, &out->albedo, err) ||
        (lit && !image_alloc(arena, size, size, &out->radiance, err))) {
        return false;
    }
    if (!lit) out->radiance = out->albedo;
    out->confidence = ARENA_ARRAY(arena, uint8_t, count);
    out->gloss = ARENA_ARRAY(arena, uint8_t, count);
    return (out->confidence && out->gloss) ||
           err_set(err, "there is not enough memory for the skin's texture");
}

void skintexture_encoder(SkinEncoder *out) {
    for (int i = 0; i < SKINTEXTURE_TABLE; i++) {
        float value = skinproject_linear(((float)i + 0.5f) * (5.7f / SKINTEXTURE_TABLE) - 5.6f);
        out->byte[i] = (uint8_t)lrintf(255 * linear_to_srgb(fminf(1, value)));
    }
}

static float ramp(float x, float from, float to) {
    float t = fminf(1, fmaxf(0, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
}

static float distance_mm(const float a[3], const float b[3]) {
    return sqrtf((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
                 (a[2] - b[2]) * (a[2] - b[2]));
}

void skintexture_node_scalp(const SkinSurface *surface, float lower_mm, float *scalp) {
    /* A plane through the upper forehead that drops behind the ears to the nape: above it hair may grow. */
    const float *glabella = surface->landmark[LM_GLABELLA], *ear = surface->landmark[LM_LEFT_TRAGION];
    float front = glabella[1] + 45 - lower_mm,
          drop = (front - (ear[1] - 6.3f)) / fmaxf(20, glabella[2] - ear[2] + 16.3f);
    for (uint32_t i = 0; i < surface->node_count; i++) {
        const float *p = surface->pos[i];
        float z = fmaxf(p[2], ear[2] - 61.3f), line = front - drop * fmaxf(0, glabella[2] - 12 - z);
        float dy = p[1] - ear[1] - 7.7f, dz = p[2] - ear[2] + 11.3f, off = sqrtf(dy * dy + dz * dz);
        scalp[i] = ramp(p[1], line - 6, line + 10) * ramp(off, 34, 48);
    }
}

void skintexture_node_gloss(const SkinSurface *surface, float *gloss) {
    skintexture_node_scalp(surface, 0, gloss);
    const float *nose = surface->landmark[LM_PRONASALE], *brow = surface->landmark[LM_GLABELLA];
    float mouth[3],
        half = 0.5f * fabsf(surface->landmark[LM_LEFT_CHEILION][0] - surface->landmark[LM_RIGHT_CHEILION][0]);
    for (int c = 0; c < 3; c++) {
        mouth[c] = 0.5f * (surface->landmark[LM_LEFT_CHEILION][c] + surface->landmark[LM_RIGHT_CHEILION][c]);
    }
    for (uint32_t i = 0; i < surface->node_count; i++) {
        const float *p = surface->pos[i];
        float face = 0.50f;
        face += 0.22f * (1 - ramp(distance_mm(p, nose), 12, 30));
        face += 0.15f * (1 - ramp(distance_mm(p, brow), 15, 45));
        float lips = (1 - ramp(fabsf(p[0] - mouth[0]), 0.8f * half, half)) *
                     (1 - ramp(fabsf(p[1] - mouth[1]), 5, 9)) * ramp(p[2], mouth[2] - 6, mouth[2]);
        face += 0.35f * lips;
        gloss[i] = fminf(1, gloss[i] * 0.80f + (1 - gloss[i]) * face);
    }
}

typedef struct GlossBake {
    const float *node;
    uint8_t *out;
    int size;
} GlossBake;

static void gloss_texels(void *user, const uint32_t node[3], const SkinTexel *texel, int count) {
    const GlossBake *bake = user;
    for (int i = 0; i < count; i++) {
        float gloss = 0;
        for (int k = 0; k < 3; k++) gloss += texel[i].b[k] * bake->node[node[k]];
        bake->out[(size_t)texel[i].y * (size_t)bake->size + (size_t)texel[i].x] =
            (uint8_t)(255 * fminf(1, fmaxf(0, gloss)));
    }
}

bool skintexture_bake_gloss(const SkinSurface *surface, int size, Arena *scratch, uint8_t *gloss) {
    const size_t mark = arena_mark(scratch);
    float *node = ARENA_ARRAY(scratch, float, surface->node_count);
    memset(gloss, 128, (size_t)size * (size_t)size);
    if (node) skintexture_node_gloss(surface, node);
    GlossBake bake = {node, gloss, size};
    const bool ok = node && skinsurface_texels(surface, size, scratch, gloss_texels, &bake);
    arena_rewind(scratch, mark);
    return ok;
}

bool skintexture_finish(const SkinSurface *surface, const float (*albedo_log)[3], const uint8_t *cover,
                        Arena *scratch, Skin *skin, Err *err) {
    size_t mark = arena_mark(scratch);
    float *scalp = ARENA_ARRAY(scratch, float, surface->node_count);
    bool ok = scalp && skinfill_gutters(&skin->albedo, cover, scratch) &&
              (skin->radiance.rgba == skin->albedo.rgba || skinfill_gutters(&skin->radiance, cover, scratch));
    if (!ok) return err_set(err, "there is not enough memory for the skin's texture");
    skintexture_node_scalp(surface, 0, scalp);
    double sum[3] = {0}, total = 0;
    for (uint32_t i = 0; i < surface->node_count; i++) {
        for (int c = 0; c < 3; c++) sum[c] += (double)(scalp[i] * albedo_log[i][c]);
        total += (double)scalp[i];
    }
    float rgb[3];
    for (int c = 0; c < 3; c++) rgb[c] = skinproject_linear((float)(sum[c] / fmax(total, 1e-6)));
    skin->ita_deg = skintone_ita_deg(rgb);
    skin->fitzpatrick = skintone_fitzpatrick(skin->ita_deg);
    arena_rewind(scratch, mark);
    return true;
}
