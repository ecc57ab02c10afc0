#include "../engine/rng.h"
#include "skinbake.h"
#include "skinfill.h"
#include "skinpaint.h"
#include "skinproject.h"
#include "skintexture.h"
#include "skintone.h"
#include <math.h>
#include <string.h>

enum { MARKS = 46 };

typedef struct Mark { /* freckle or mole */
    float pos[3], radius_mm, depth;
} Mark;

typedef struct Synth {
    const SkinSurface *surface;
    SkinFace face;
    float (*tone)[3]; /* per node: log colour, slow */
    float *beard, *scalp, *gloss;
    float *blotch;      /* per node: noise of 4 mm, several nodes wide */
    uint8_t *mark_near; /* per node: 1 + index of the mark nearby */
    Mark mark[MARKS];
    float tint[2][3]; /* log colour of one unit of fine blood, of fine melanin */
    uint32_t salt;
    Skin *skin;
    uint8_t *cover;
    SkinEncoder encoder;
} Synth;

static float octaves(const float p[3], float wavelength_mm, int count, uint32_t salt) {
    float sum = 0, strength = 1, total = 0;
    for (int k = 0; k < count; k++) {
        float scale = 2 / wavelength_mm, q[3] = {p[0] * scale, p[1] * scale, p[2] * scale};
        sum += strength * skinfill_noise(q, salt + 13u * (uint32_t)k);
        total += strength * strength;
        strength *= 0.75f;
        wavelength_mm *= 0.5f;
    }
    return sum / sqrtf(total);
}

/* Tone, mottling at 60 to 8 mm, redness of the face, paler scalp: all as blood and melanin (domain.md 6.2).
 */
static void tone_nodes(Synth *s, float ita_deg, const float (*place)[3]) {
    float base[3];
    skintone_from_ita(ita_deg, base);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < s->surface->node_count; i++) {
        const float *p = s->surface->pos[i];
        SkinFlush f = skinpaint_flush(&s->face, place[i]);
        float blood =
            f.blood * (1 + 0.40f * octaves(p, 14, 2, s->salt + 3)) + 0.15f * octaves(p, 46, 4, s->salt);
        float melanin = f.melanin + 0.0018f * octaves(p, 60, 4, s->salt + 101) - 0.0028f * s->scalp[i];
        blood += 0.22f - 0.15f * s->scalp[i];
        float shift[3];
        skintone_shift(ita_deg, blood, melanin, shift);
        s->beard[i] = s->face.beard * f.beard;
        const float mid[3] = {p[0] * 0.5f, p[1] * 0.5f, p[2] * 0.5f};
        s->blotch[i] = skinfill_noise(mid, s->salt % 810u + 5);
        for (int c = 0; c < 3; c++) s->tone[i][c] = skinproject_log(base[c]) + shift[c];
    }
}

static void place_marks(Synth *s, uint64_t seed) {
    Rng rng = rng_make(seed, 0x301e);
    for (int k = 0; k < MARKS; k++) {
        uint32_t node = rng_u32(&rng) % s->surface->node_count;
        Mark *m = &s->mark[k];
        memcpy(m->pos, s->surface->pos[node], sizeof m->pos);
        bool mole = k < 5;
        m->radius_mm = mole ? 0.9f + 0.8f * rng_float(&rng) : 0.5f + 0.9f * rng_float(&rng);
        m->depth = mole ? 0.9f + 0.5f * rng_float(&rng) : 0.10f + 0.22f * rng_float(&rng);
        if (mole && s->surface->part[node] != HEAD_SKIN)
            m->depth = 0; /* on a lobe it looks like a pierced hole */
        for (uint32_t i = 0; i < s->surface->node_count; i++) {
            const float *p = s->surface->pos[i];
            float d2 = 0;
            for (int c = 0; c < 3; c++) d2 += (p[c] - m->pos[c]) * (p[c] - m->pos[c]);
            if (d2 < 25) s->mark_near[i] = (uint8_t)(k + 1);
        }
    }
}

static void paint_mark(const Mark *m, const float p[3], float grain, float log_rgb[3]) {
    float d2 = 0;
    for (int c = 0; c < 3; c++) d2 += (p[c] - m->pos[c]) * (p[c] - m->pos[c]);
    float d = sqrtf(d2) / m->radius_mm - 0.20f * grain, cover = 1 / (1 + expf(7 * (d - 1)));
    log_rgb[0] -= 0.75f * m->depth * cover;
    log_rgb[1] -= 1.05f * m->depth * cover;
    log_rgb[2] -= 1.25f * m->depth * cover;
}

static void texels(void *user, const uint32_t node[3], const SkinTexel *texel, int count) {
    Synth *s = user;
    int size = s->skin->size;
    const float(*place)[3] = s->surface->mean ? s->surface->mean : (const float(*)[3])s->surface->pos;
    bool features = s->surface->part[node[0]] == HEAD_SKIN && skinpaint_near(&s->face, place[node[0]]);
    int mark = s->mark_near[node[0]]   ? s->mark_near[node[0]]
               : s->mark_near[node[1]] ? s->mark_near[node[1]]
                                       : s->mark_near[node[2]];
    for (int t = 0; t < count; t++) {
        float p[3] = {0}, m[3] = {0}, rgb[3] = {0}, beard = 0, gloss = 0, scalp = 0, blotch = 0;
        for (int n = 0; n < 3; n++) {
            float w = texel[t].b[n];
            for (int c = 0; c < 3; c++) {
                p[c] += w * s->surface->pos[node[n]][c];
                m[c] += w * place[node[n]][c];
                rgb[c] += w * s->tone[node[n]][c];
            }
            beard += w * s->beard[node[n]];
            gloss += w * s->gloss[node[n]];
            scalp += w * s->scalp[node[n]];
            blotch += w * s->blotch[node[n]];
        }
        float fine[3] = {p[0] * 2.4f, p[1] * 2.4f, p[2] * 2.4f};
        float pores = skinfill_noise(fine, s->salt % 800u);
        float relief = 0.040f * pores * (1 - 0.3f * scalp);
        for (int c = 0; c < 3; c++) {
            rgb[c] += relief + 0.115f * blotch * s->tint[0][c] + 0.0020f * pores * s->tint[1][c];
        }
        if (beard > 0.01f) {
            float cell[3] = {p[0] * 3.4f, p[1] * 3.4f, p[2] * 3.4f};
            float dot = fmaxf(0, 1.6f * skinfill_noise(cell, s->salt % 640u + 9) - 0.35f);
            float shade = beard * (0.17f + 0.30f * fminf(1.6f, dot));
            rgb[0] -= 1.08f * shade;
            rgb[1] -= 0.92f * shade;
            rgb[2] -= 0.70f * shade; /* melanin under skin looks blue-grey (Tyndall) */
        }
        if (mark) paint_mark(&s->mark[mark - 1], p, pores, rgb);
        if (features) skinpaint_features(&s->face, m, pores, rgb, &gloss);
        size_t at = (size_t)texel[t].y * (size_t)size + (size_t)texel[t].x;
        skintexture_put(&s->encoder, rgb, s->skin->albedo.rgba + 4 * at);
        s->skin->gloss[at] = (uint8_t)(255 * fminf(1, fmaxf(0, gloss)));
        s->cover[at] = 1;
    }
}

static bool allocate(Synth *s, int size, Arena *scratch) {
    uint32_t n = s->surface->node_count;
    s->tone = (float(*)[3])arena_push_array(scratch, sizeof *s->tone, n);
    s->beard = ARENA_ARRAY(scratch, float, n);
    s->scalp = ARENA_ARRAY(scratch, float, n);
    s->gloss = ARENA_ARRAY(scratch, float, n);
    s->blotch = ARENA_ARRAY(scratch, float, n);
    s->mark_near = ARENA_ARRAY(scratch, uint8_t, n);
    s->cover = ARENA_ARRAY(scratch, uint8_t, (size_t)size * (size_t)size);
    return s->tone && s->beard && s->scalp && s->gloss && s->blotch && s->mark_near && s->cover;
}

bool skinbake_synthetic(const SkinSurface *surface, bool lids_closed, float ita_deg, uint64_t seed, int size,
                        Arena *arena, Arena *scratch, Skin *out, Err *err) {
    size_t mark = arena_mark(scratch);
    if (!skintexture_allocate(size, false, arena, out, err)) return false;
    Synth *s = ARENA_ARRAY(scratch, Synth, 1);
    if (!s) return err_set(err, "there is not enough memory for the skin");
    s->surface = surface;
    s->skin = out;
    s->salt = hash_u32x2((uint32_t)seed, (uint32_t)(seed >> 32)) % 20000u;
    const float(*landmark)[3] = surface->mean ? surface->mean_landmark : surface->landmark;
    if (!allocate(s, size, scratch) ||
        !skinpaint_create(landmark, lids_closed, ita_deg, seed, scratch, &s->face)) {
        return err_set(err, "there is not enough memory for the skin");
    }
    skintone_shift(ita_deg, 1, 0, s->tint[0]);
    skintone_shift(ita_deg, 0, 1, s->tint[1]);
    skintexture_encoder(&s->encoder);
    skintexture_node_scalp(surface, 0, s->scalp);
    skintexture_node_gloss(surface, s->gloss);
    tone_nodes(s, ita_deg, surface->mean ? surface->mean : (const float(*)[3])surface->pos);
    place_marks(s, seed);
    bool ok = skinsurface_texels(surface, size, scratch, texels, s);
    ok = ok && skintexture_finish(surface, (const float(*)[3])s->tone, s->cover, scratch, out, err);
    arena_rewind(scratch, mark);
    return ok || err_set(err, "there is not enough memory for the skin");
}

bool skin_synthesise(const HeadModel *model, const HeadShape *shape, float ita_deg, uint64_t seed, int size,
                     Arena *arena, Arena *scratch, Skin *out, Err *err) {
    size_t mark = arena_mark(scratch);
    SkinSurface surface;
    bool ok = skinsurface_from_head(model, shape, HEAD_LOD_FINE, scratch, &surface, err) &&
              skinsurface_add_mean(model, shape->lids_closed, HEAD_LOD_FINE, scratch, &surface, err) &&
              skinbake_synthetic(&surface, shape->lids_closed >= 0.5f, ita_deg, seed, size, arena, scratch,
                                 out, err);
    arena_rewind(scratch, mark);
    return ok;
}
