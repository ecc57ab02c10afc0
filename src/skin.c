#include "skin.h"
#include "delight.h"
#include "skinbake.h"
#include "skinfill.h"
#include "skinproject.h"
#include "skintexture.h"
#include <math.h>
#include <string.h>

/* Per node, what the texels of a triangle interpolate. */
typedef struct Blend {
    const SkinSurface *surface;
    const SkinView *view;
    int photos;
    float (*choice)[CASE_PHOTOS]; /* share of each photo's detail; sum 0..1, the rest is grain */
    float (*low)[3];              /* log radiance, broad mix */
    float (*albedo)[3];           /* log albedo, broad mix */
    float *confidence, *gloss;
    SkinGrain grain;
    Skin *skin;
    uint8_t *cover;
    SkinEncoder encoder;
} Blend;

static float ramp(float x, float from, float to) {
    float t = fminf(1, fmaxf(0, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
}

/* Detail comes from one photo, with a narrow change-over: a power of the weights, smoothed along the surface.
 */
static bool choose_photos(Blend *b, const Delight *delight, Arena *scratch) {
    const SkinSurface *s = b->surface;
    for (uint32_t i = 0; i < s->node_count; i++) {
        float total = 0, best = fmaxf(delight->seen[i], 1e-6f);
        for (int k = 0; k < b->photos; k++) {
            float r = b->view[k].weight[i] / best;
            r *= r;
            r *= r;
            r *= r;                  /* 8 */
            b->choice[i][k] = r * r; /* 16 */
            total += b->choice[i][k];
        }
        float cover = ramp(delight->seen[i], 0.004f, 0.05f);
        for (int k = 0; k < b->photos; k++) b->choice[i][k] *= total > 0 ? cover / total : 0;
    }
    if (!skinsurface_smooth(s, &b->choice[0][0], CASE_PHOTOS, skinsurface_iterations(s, 2.0f), NULL, scratch))
        return false;
    for (uint32_t i = 0; i < s->node_count; i++) {
        for (int k = 0; k < b->photos; k++) b->choice[i][k] *= ramp(b->view[k].weight[i], 0, 0.02f);
    }
    return true;
}

/* Exposure and white balance: photos differ by one gain a channel, the mean of their fitted light over the
 * whole head. */
static void exposure_gains(const Blend *b, const Delight *delight, float gain[CASE_PHOTOS][3]) {
    float mean[3] = {0};
    for (int k = 0; k < b->photos; k++) {
        double sum[3] = {0};
        for (uint32_t i = 0; i < b->surface->node_count; i++) {
            for (int c = 0; c < 3; c++) sum[c] += (double)delight->light[k][i][c];
        }
        for (int c = 0; c < 3; c++) {
            gain[k][c] = (float)(-sum[c] / b->surface->node_count);
            mean[c] += gain[k][c] / (float)b->photos;
        }
    }
    for (int k = 0; k < b->photos; k++) {
        for (int c = 0; c < 3; c++) gain[k][c] -= mean[c];
    }
}

static bool mix_low(Blend *b, const Delight *delight, Arena *scratch) {
    const SkinSurface *s = b->surface;
    float gain[CASE_PHOTOS][3];
    exposure_gains(b, delight, gain);
    for (uint32_t i = 0; i < s->node_count; i++) {
        float total = 0, sum[3] = {0};
        for (int k = 0; k < b->photos; k++) {
            float w = b->view[k].weight[i];
            if (w <= 0) continue;
            w *= w;
            for (int c = 0; c < 3; c++) sum[c] += w * (b->view[k].low[i][c] + gain[k][c]);
            total += w;
        }
        for (int c = 0; c < 3; c++) {
            b->albedo[i][c] = delight->albedo[i][c];
            b->low[i][c] = total > 0 ? sum[c] / total - delight->albedo[i][c] : 0; /* light, for now */
        }
    }
    if (!skinfill_nodes(s, &b->albedo[0][0], 3, delight->seen, 0.04f, scratch)) return false;
    if (!skinfill_nodes(s, &b->low[0][0], 3, delight->seen, 0.04f, scratch)) return false;
    for (uint32_t i = 0; i < s->node_count; i++) {
        for (int c = 0; c < 3; c++) b->low[i][c] += b->albedo[i][c];
    }
    return true;
}

/* Mean square difference of detail at some distances, over well-seen nodes; the octaves that would give the
 * same. */
static void measure_grain(Blend *b, const Delight *delight) {
    double square[SKINFILL_OCTAVES] = {0}, channel[3] = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < b->surface->node_count; i += 3) {
        for (int k = 0; k < b->photos; k++) {
            const SkinView *v = &b->view[k];
            if (b->choice[i][k] < 0.95f || v->facing[i] < 0.8f || delight->seen[i] < 0.3f) continue;
            float here[3], off = 0;
            skinproject_sample(v, v->px[i][0], v->px[i][1], here);
            for (int c = 0; c < 3; c++) off = fmaxf(off, fabsf(here[c] - v->low[i][c]));
            if (off > 0.15f) continue; /* lips, brows, folds are no grain */
            for (int o = 0; o < SKINFILL_OCTAVES; o++) {
                float there[3], step = 0.35f * skinfill_wavelength_mm[o] * v->px_per_mm, d = 0;
                skinproject_sample(v, v->px[i][0] + step, v->px[i][1], there);
                for (int c = 0; c < 3; c++) d += (there[c] - here[c]) / 3;
                square[o] += (double)fminf(d * d, 0.01f);
            }
            for (int c = 0; c < 3; c++)
                channel[c] += (double)((here[c] - v->low[i][c]) * (here[c] - v->low[i][c]));
            count++;
        }
    }
    if (!count) return;
    double mean = (sqrt(channel[0]) + sqrt(channel[1]) + sqrt(channel[2])) / 3, before = 0;
    for (int o = 0; o < SKINFILL_OCTAVES; o++) {
        double variance = square[o] / count / 2;
        b->grain.deviation[o] = (float)sqrt(fmax(0, variance - before));
        before = fmax(before, variance);
    }
    for (int c = 0; c < 3; c++) b->grain.colour[c] = mean > 0 ? (float)(sqrt(channel[c]) / mean) : 1;
}

static void texels(void *user, const uint32_t node[3], const SkinTexel *texel, int count) {
    Blend *b = user;
    int used[CASE_PHOTOS], uses = 0, size = b->skin->size;
    for (int k = 0; k < b->photos; k++) {
        if (b->choice[node[0]][k] + b->choice[node[1]][k] + b->choice[node[2]][k] > 0.003f) used[uses++] = k;
    }
    for (int t = 0; t < count; t++) {
        const float *w = texel[t].b;
        float detail[3] = {0}, total = 0, low[3], albedo[3];
        for (int j = 0; j < uses; j++) {
            const SkinView *v = &b->view[used[j]];
            float share = 0, x = 0, y = 0, rgb[3];
            for (int c = 0; c < 3; c++) {
                share += w[c] * b->choice[node[c]][used[j]];
                x += w[c] * v->px[node[c]][0];
                y += w[c] * v->px[node[c]][1];
            }
            if (share <= 0) continue;
            skinproject_sample(v, x, y, rgb);
            for (int c = 0; c < 3; c++) {
                float blurred = 0;
                for (int n = 0; n < 3; n++) blurred += w[n] * v->low[node[n]][c];
                detail[c] += share * (rgb[c] - blurred);
            }
            total += share;
        }
        if (total < 0.98f) {
            float p[3] = {0};
            for (int n = 0; n < 3; n++) {
                for (int c = 0; c < 3; c++) p[c] += w[n] * b->surface->pos[node[n]][c];
            }
            float grain = skinfill_grain(&b->grain, p, 3) * sqrtf(1 - fminf(1, total));
            for (int c = 0; c < 3; c++) detail[c] += grain * b->grain.colour[c];
        }
        float confidence = 0, gloss = 0;
        for (int c = 0; c < 3; c++) {
            low[c] = albedo[c] = detail[c];
            for (int n = 0; n < 3; n++) {
                low[c] += w[n] * b->low[node[n]][c];
                albedo[c] += w[n] * b->albedo[node[n]][c];
            }
            confidence += w[c] * b->confidence[node[c]];
            gloss += w[c] * b->gloss[node[c]];
        }
        size_t at = (size_t)texel[t].y * (size_t)size + (size_t)texel[t].x;
        skintexture_put(&b->encoder, low, b->skin->radiance.rgba + 4 * at);
        skintexture_put(&b->encoder, albedo, b->skin->albedo.rgba + 4 * at);
        b->skin->confidence[at] = (uint8_t)(255 * fminf(1, confidence));
        b->skin->gloss[at] = (uint8_t)(255 * fminf(1, gloss));
        b->cover[at] = 1;
    }
}

static bool allocate(Blend *b, int size, Arena *scratch) {
    uint32_t n = b->surface->node_count;
    b->choice = (float(*)[CASE_PHOTOS])arena_push_array(scratch, sizeof *b->choice, n);
    b->low = (float(*)[3])arena_push_array(scratch, sizeof *b->low, n);
    b->albedo = (float(*)[3])arena_push_array(scratch, sizeof *b->albedo, n);
    b->confidence = ARENA_ARRAY(scratch, float, n);
    b->gloss = ARENA_ARRAY(scratch, float, n);
    b->cover = ARENA_ARRAY(scratch, uint8_t, (size_t)size * (size_t)size);
    return b->choice && b->low && b->albedo && b->confidence && b->gloss && b->cover;
}

bool skinbake_photos(const SkinSurface *surface, const SkinPhoto *photo, int photo_count, int size,
                     Progress *progress, Arena *arena, Arena *scratch, Skin *out, Err *err) {
    ASSERT(photo_count >= 1 && photo_count <= CASE_PHOTOS && size >= 64);
    size_t mark = arena_mark(scratch);
    SkinView *view = ARENA_ARRAY(scratch, SkinView, (size_t)photo_count);
    Blend *blend = ARENA_ARRAY(scratch, Blend, 1);
    Delight delight;
    bool ok = view && blend && skintexture_allocate(size, arena, out, err);
    if (!ok) return err_set(err, "there is not enough memory for the skin");
    *blend = (Blend){.surface = surface, .view = view, .photos = photo_count, .skin = out};
    ok = skinproject_build(surface, photo, photo_count, size, scratch, scratch, view, err) &&
         (progress_step(progress, 0.4, "taking the light out") || err_set(err, "stopped")) &&
         delight_solve(surface, view, photo_count, scratch, scratch, &delight, err);
    ok = ok && (progress_step(progress, 0.6, "painting the skin") || err_set(err, "stopped"));
    if (ok && (!allocate(blend, size, scratch) || !choose_photos(blend, &delight, scratch) ||
               !mix_low(blend, &delight, scratch))) {
        ok = err_set(err, "there is not enough memory for the skin");
    }
    if (ok) {
        measure_grain(blend, &delight);
        skintexture_encoder(&blend->encoder);
        skintexture_node_gloss(surface, blend->gloss);
        for (uint32_t i = 0; i < surface->node_count; i++)
            blend->confidence[i] = ramp(delight.seen[i], 0, 0.8f);
        ok = (skinsurface_texels(surface, size, scratch, texels, blend) ||
              err_set(err, "there is not enough memory for the skin")) &&
             skintexture_finish(surface, (const float(*)[3])blend->albedo, blend->cover, scratch, out, err);
    }
    arena_rewind(scratch, mark);
    return ok;
}

bool skin_build(const HeadModel *model, const HeadShape *shape, const SkinPhoto *photo, int photo_count,
                int size, Progress *progress, Arena *arena, Arena *scratch, Skin *out, Err *err) {
    size_t mark = arena_mark(scratch);
    SkinSurface surface;
    bool ok = skinsurface_from_head(model, shape, HEAD_LOD_FINE, scratch, &surface, err) &&
              skinbake_photos(&surface, photo, photo_count, size, progress, arena, scratch, out, err);
    arena_rewind(scratch, mark);
    return ok;
}
