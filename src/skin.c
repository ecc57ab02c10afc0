#include "skin.h"
#include "delight.h"
#include "skinbake.h"
#include "skinfill.h"
#include "skingrid.h"
#include "skinhair.h"
#include "skinmirror.h"
#include "skinproject.h"
#include "skintexture.h"
#include <math.h>
#include <string.h>

/* What a photo-made skin was made of: kept, so that the head can be shown as any of its photos. */
enum { SKIN_VIEWS = 2 * CASE_PHOTOS };
typedef struct SkinSources {
    SkinSurface surface;
    SkinView view[SKIN_VIEWS]; /* the photos, then their mirrors */
    int photos, views;
    Delight delight;
    float (*albedo)[3]; /* per node, log, filled everywhere */
    float *scalp;       /* per node, 0..1 */
    SkinGrain grain;
    SkinGrain fine; /* of all skin: what was taken out of the photos (skinclean.h) */
} SkinSources;

/* Per node, what the texels of a triangle interpolate. */
typedef struct Blend {
    const SkinSources *from;
    float slant[CASE_PHOTOS];    /* facing from which a loose look holds */
    float (*weight)[SKIN_VIEWS]; /* how much each view counts */
    float (*choice)[SKIN_VIEWS]; /* share of each view's detail; sum 0..1, the rest is grain */
    float *seen, *known;         /* best weight of the photos, of all views */
    float (*low)[3];             /* log radiance, broad mix */
    float (*middle)[3];          /* log, between low and detail; the same in radiance and albedo */
    float *confidence, *gloss;
    int size;
    uint8_t *radiance, *albedo; /* RGBA; albedo NULL when only radiance is wanted */
    uint8_t *confidence_map, *gloss_map, *cover;
    SkinEncoder encoder;
} Blend;

#define SEEN_FULL       0.12f /* weight from which a node needs no fill */
#define CHANGE_OVER_MM  2.0f
#define GLOSS_LOG       0.06f
#define FINE_MOST_LOG   0.02f /* more is the sensor's noise, not skin's */
#define LOOSE_WEIGHT    0.2f  /* of a photo where it sees the head at all, when it is shown itself */
#define LOOSE_SLANT     0.15f /* cosine: more aslant, a photo has too few pixels; */
#define LOOSE_SLANT_OWN 0.02f /* but not for its own camera, which has no more of them */
#define FOLD_WEIGHT     0.1f  /* of a photo that sees the skin beside a fold, where none sees it better */
#define CARRIED_MM      30.0f /* how far a rim's colour holds */
#define CARRIED_KNOWN   0.06f /* what is left of a photo's weight so far outside */
#define MEETING_MM      18.0f
#define MIRROR_SHARE    0.1f /* of a photo's weight on the other side: a slanted look of one's own is better */
#define MIRROR_EAR      2.0f /* likewise of an ear that its own side's photos see no better than so: */
#define EAR_SLANTED     0.15f
#define EAR_SEEN        0.4f
#define MIRROR_LOG      0.06f /* most that the scalp takes over: grain, no moles and scars */
#define NEAR_DEG        12.0f /* cameras this far apart still share a photo's look */
#define WIDE_DEG        45.0f
#define WIDE_LEAD       9.0f  /* of a photo from about this side over one from behind */
#define FAR_SHARE       1e-3f /* of photos from elsewhere beside one from here */

static float ramp(float x, float from, float to) {
    float t = fminf(1, fmaxf(0, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
}

/* How near the photos' cameras are to one that looks now. */
typedef struct Closeness {
    float near[CASE_PHOTOS];  /* 1: the same place, 0: another */
    float share[CASE_PHOTOS]; /* of the light and the detail; nobody's is 0 */
    float slant[CASE_PHOTOS]; /* as Blend has it */
} Closeness;

/* What a place takes over of its twin's detail. */
static float lent(float detail, float scalp) {
    float most = scalp > 0.5f ? MIRROR_LOG : 1;
    return fmaxf(-most, fminf(most, detail));
}

/* How much of a node a photo shows at all, also beside outlines and aslant. */
static float loose_look(const Blend *b, int k, uint32_t node) {
    const SkinView *v = &b->from->view[k];
    return k < b->from->photos ? v->loose[node] * ramp(v->facing[node], b->slant[k] / 3, b->slant[k]) : 0;
}

/* What a photo counts for on the other side. Along an ear's folds a slanted look slides, and lends the rim
 * the dark of what lies behind it: there the other ear comes first. */
static float mirror_share(const SkinSources *f, uint32_t node) {
    if (f->surface.part[node] == HEAD_SKIN) return MIRROR_SHARE;
    const float own = ramp(f->delight.seen[node], EAR_SLANTED, EAR_SEEN);
    return own * MIRROR_SHARE + (1 - own) * MIRROR_EAR;
}

/* Every photo by its own merit, those near a camera (to; may be NULL) before all others. */
static void weigh_photos(Blend *b, const Closeness *to) {
    const SkinSources *f = b->from;
    for (uint32_t i = 0; i < f->surface.node_count; i++) {
        b->seen[i] = 0;
        for (int k = 0; k < f->photos; k++) {
            const SkinView *v = &f->view[k];
            float near = to ? to->near[k] : 0, share = to ? to->share[k] : 1;
            float gloss = fmaxf(0, v->low[i][1] - f->delight.clean[k][i][1]) / GLOSS_LOG;
            /* Rather a photo that has no highlight here, but a photo as it was taken has its own. */
            float w = v->weight[i] / (1 + (1 - near) * gloss * gloss);
            float beside = FOLD_WEIGHT * ramp(v->facing[i], 0.15f, 0.5f);
            w = fmaxf(w, beside * v->loose[i]);
            w = fmaxf(w * share, LOOSE_WEIGHT * near * loose_look(b, k, i));
            b->weight[i][k] = w;
            b->seen[i] = fmaxf(b->seen[i], w);
        }
        b->seen[i] = fmaxf(b->seen[i], f->delight.seen[i]);
        b->known[i] = b->seen[i];
        for (int k = f->photos; k < f->views; k++) {
            float w = f->view[k].weight[i];
            b->known[i] = fmaxf(b->known[i], w);
            b->weight[i][k] = (to ? FAR_SHARE : 1) * mirror_share(f, i) * w;
        }
    }
}

/* Detail comes from one photo, with a narrow change-over: a power of the weights, smoothed along the surface.
 */
static bool choose_photos(Blend *b, Arena *scratch) {
    const SkinSurface *s = &b->from->surface;
    int views = b->from->views;
    for (uint32_t i = 0; i < s->node_count; i++) {
        float total = 0, best = 1e-6f;
        for (int k = 0; k < views; k++) best = fmaxf(best, b->weight[i][k]);
        for (int k = 0; k < views; k++) {
            float r = b->weight[i][k] / best;
            r *= r;
            r *= r;
            r *= r;                  /* 8 */
            b->choice[i][k] = r * r; /* 16 */
            total += b->choice[i][k];
        }
        float cover = ramp(b->known[i], 0.01f, SEEN_FULL);
        for (int k = 0; k < views; k++) b->choice[i][k] *= total > 0 ? cover / total : 0;
    }
    int steps = skinsurface_iterations(s, CHANGE_OVER_MM);
    if (!skinsurface_smooth(s, &b->choice[0][0], SKIN_VIEWS, steps, NULL, scratch)) return false;
    for (uint32_t i = 0; i < s->node_count; i++) {
        for (int k = 0; k < views; k++) {
            float own = fmaxf(b->from->view[k].weight[i], LOOSE_WEIGHT * loose_look(b, k, i));
            b->choice[i][k] *= ramp(own, 0, 0.02f);
        }
    }
    return true;
}

/* Exposure and white balance: photos differ by one gain a channel, the mean of their fitted light over the
 * head. */
static void exposure_gains(const SkinSources *f, float gain[CASE_PHOTOS][3]) {
    float mean[3] = {0};
    for (int k = 0; k < f->photos; k++) {
        double sum[3] = {0};
        for (uint32_t i = 0; i < f->surface.node_count; i++) {
            for (int c = 0; c < 3; c++) sum[c] += (double)f->delight.light[k][i][c];
        }
        for (int c = 0; c < 3; c++) {
            gain[k][c] = (float)(-sum[c] / f->surface.node_count);
            mean[c] += gain[k][c] / (float)f->photos;
        }
    }
    for (int k = 0; k < f->photos; k++) {
        for (int c = 0; c < 3; c++) gain[k][c] -= mean[c];
    }
}

/* Between detail and tone: mixed over a wider change-over, so that no photo's shading or highlight ends in an
 * edge. */
static void mix_middle(Blend *b) {
    const SkinSources *f = b->from;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < f->surface.node_count; i++) {
        float total = 0, best = 1e-6f;
        for (int k = 0; k < f->views; k++) best = fmaxf(best, b->weight[i][k]);
        for (int c = 0; c < 3; c++) b->middle[i][c] = 0;
        for (int k = 0; k < f->views; k++) {
            float r = b->weight[i][k] / best;
            r *= r * r; /* cubed */
            for (int c = 0; c < 3; c++) {
                float d = f->view[k].mid[i][c] - f->view[k].low[i][c];
                b->middle[i][c] += r * (k < f->photos ? d : lent(d, f->scalp[i]));
            }
            total += r;
        }
        float cover = total > 0 ? ramp(b->known[i], 0.01f, SEEN_FULL) / total : 0;
        for (int c = 0; c < 3; c++) b->middle[i][c] *= cover;
    }
}

/* The low bands of all photos, only their exposures matched, and without highlights: it is seen from
 * everywhere. */
static void mix_exposures(Blend *b) {
    const SkinSources *f = b->from;
    float gain[CASE_PHOTOS][3];
    exposure_gains(f, gain);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < f->surface.node_count; i++) {
        float total = 0, sum[3] = {0};
        for (int k = 0; k < f->photos; k++) {
            float w = b->weight[i][k] * b->weight[i][k];
            if (w <= 0) continue;
            for (int c = 0; c < 3; c++)
                sum[c] += w * (f->delight.clean[k][i][c] + gain[k][c] - f->albedo[i][c]);
            total += w;
        }
        for (int c = 0; c < 3; c++) b->low[i][c] = total > 0 ? sum[c] / total : 0;
    }
}

/* The light of the photos nearby: what the light model says, and what it missed as far as these photos see
 * (highlights, shadows); reach[] says how far they do. */
static void mix_lights(Blend *b, const Closeness *to, float *reach, float (*wanted)[3]) {
    const SkinSources *f = b->from;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < f->surface.node_count; i++) {
        float total = 0, sum[3] = {0}, close = 0;
        memset(wanted[i], 0, sizeof wanted[i]);
        for (int k = 0; k < f->photos; k++) {
            const SkinView *v = &f->view[k];
            float near = to->near[k], share = to->share[k];
            float w = fmaxf(share * v->weight[i], LOOSE_WEIGHT * near * loose_look(b, k, i));
            close += share;
            for (int c = 0; c < 3; c++) {
                float shown = near * v->low[i][c] + (1 - near) * f->delight.clean[k][i][c];
                wanted[i][c] += share * f->delight.light[k][i][c];
                if (w > 0) sum[c] += w * (shown - f->delight.light[k][i][c] - f->albedo[i][c]);
            }
            total += w;
        }
        reach[i] = total / close;
        for (int c = 0; c < 3; c++) {
            wanted[i][c] /= close;
            b->low[i][c] = total > 0 ? sum[c] / total : 0;
        }
    }
}

static bool mix_low(Blend *b, const Closeness *to, Arena *scratch) {
    const SkinSources *f = b->from;
    uint32_t n = f->surface.node_count;
    float *reach = b->seen, (*wanted)[3] = NULL;
    if (to) {
        reach = ARENA_ARRAY(scratch, float, n);
        wanted = (float(*)[3])arena_push_array(scratch, sizeof *wanted, n);
        if (!reach || !wanted) return false;
        mix_lights(b, to, reach, wanted);
    } else {
        mix_exposures(b);
        /* The rooms of the photos differ: their light meets only far from where the photos do. */
        if (!skingrid_smooth(&f->surface, &b->low[0][0], 3, b->seen, MEETING_MM, scratch)) return false;
    }
    if (!skinfill_nodes(&f->surface, &b->low[0][0], 3, reach, SEEN_FULL, scratch)) return false;
    for (uint32_t i = 0; i < n; i++) {
        for (int c = 0; c < 3; c++) b->low[i][c] += f->albedo[i][c] + (wanted ? wanted[i][c] : 0);
    }
    return true;
}

/* Mean square difference of detail at some distances, over well-seen nodes; the octaves that would give the
 * same. */
static void measure_grain(SkinSources *f) {
    double square[SKINFILL_OCTAVES] = {0}, channel[3] = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->surface.node_count; i += 3) {
        for (int k = 0; k < f->photos; k++) {
            const SkinView *v = &f->view[k];
            if (v->facing[i] < 0.8f || v->weight[i] < 0.3f) continue;
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
        f->grain.deviation[o] = (float)sqrt(fmax(0, variance - before));
        before = fmax(before, variance);
        /* Wider octaves also measure shading: calm skin has no more than this. */
        f->grain.deviation[o] = fminf(f->grain.deviation[o], o < 2 ? 0.05f : 0.015f);
    }
    for (int c = 0; c < 3; c++) f->grain.colour[c] = mean > 0 ? (float)(sqrt(channel[c]) / mean) : 1;
}

/* The grain of all skin: as strong as what was taken out of the calmest photo. */
static void measure_fine(SkinSources *f) {
    float noise = FINE_MOST_LOG;
    for (int k = 0; k < f->photos; k++) noise = fminf(noise, f->view[k].noise);
    f->fine = (SkinGrain){{noise}, {1, 1, 1}};
}

/* The photos' detail at a texel, and grain: the finest everywhere, all where they leave a share. */
static void texel_detail(const Blend *b, const int *used, int uses, const uint32_t node[3], const float w[3],
                         float detail[3]) {
    const SkinSources *f = b->from;
    float total = 0;
    for (int j = 0; j < uses; j++) {
        const SkinView *v = &f->view[used[j]];
        bool mirror = used[j] >= f->photos;
        float share = 0, x = 0, y = 0, rgb[3];
        for (int n = 0; n < 3; n++) {
            share += w[n] * b->choice[node[n]][used[j]];
            x += w[n] * v->px[node[n]][0];
            y += w[n] * v->px[node[n]][1];
        }
        if (share <= 0) continue;
        skinproject_sample(v, x, y, rgb);
        for (int c = 0; c < 3; c++) {
            float blurred = w[0] * v->mid[node[0]][c] + w[1] * v->mid[node[1]][c] + w[2] * v->mid[node[2]][c];
            detail[c] += share * (mirror ? lent(rgb[c] - blurred, f->scalp[node[0]]) : rgb[c] - blurred);
        }
        total += share;
    }
    float p[3] = {0};
    for (int n = 0; n < 3; n++) {
        for (int c = 0; c < 3; c++) p[c] += w[n] * f->surface.pos[node[n]][c];
    }
    float fine = skinfill_grain(&f->fine, p, 5);
    for (int c = 0; c < 3; c++) detail[c] += fine;
    if (total >= 0.98f) return;
    float grain = skinfill_grain(&f->grain, p, 3) * sqrtf(1 - fmaxf(0, total));
    for (int c = 0; c < 3; c++) detail[c] += grain * f->grain.colour[c];
}

static void texels(void *user, const uint32_t node[3], const SkinTexel *texel, int count) {
    Blend *b = user;
    int used[SKIN_VIEWS], uses = 0;
    for (int k = 0; k < b->from->views; k++) {
        if (b->choice[node[0]][k] + b->choice[node[1]][k] + b->choice[node[2]][k] > 0.003f) used[uses++] = k;
    }
    for (int t = 0; t < count; t++) {
        const float *w = texel[t].b;
        float detail[3] = {0}, low[3], albedo[3], confidence = 0, gloss = 0;
        size_t at = (size_t)texel[t].y * (size_t)b->size + (size_t)texel[t].x;
        texel_detail(b, used, uses, node, w, detail);
        for (int c = 0; c < 3; c++) {
            for (int n = 0; n < 3; n++) detail[c] += w[n] * b->middle[node[n]][c];
            low[c] = albedo[c] = detail[c];
            for (int n = 0; n < 3; n++) {
                low[c] += w[n] * b->low[node[n]][c];
                albedo[c] += w[n] * b->from->albedo[node[n]][c];
            }
        }
        skintexture_put(&b->encoder, low, b->radiance + 4 * at);
        b->cover[at] = 1;
        if (!b->albedo) continue;
        skintexture_put(&b->encoder, albedo, b->albedo + 4 * at);
        for (int n = 0; n < 3; n++) {
            confidence += w[n] * b->confidence[node[n]];
            gloss += w[n] * b->gloss[node[n]];
        }
        b->confidence_map[at] = (uint8_t)(255 * fminf(1, confidence));
        b->gloss_map[at] = (uint8_t)(255 * fminf(1, gloss));
    }
}

static Blend *blend_create(const SkinSources *from, int size, const Closeness *to, Arena *scratch) {
    uint32_t n = from->surface.node_count;
    Blend *b = ARENA_ARRAY(scratch, Blend, 1);
    if (!b) return NULL;
    b->from = from;
    b->size = size;
    for (int k = 0; k < CASE_PHOTOS; k++) b->slant[k] = to ? to->slant[k] : LOOSE_SLANT;
    b->weight = (float(*)[SKIN_VIEWS])arena_push_array(scratch, sizeof *b->weight, n);
    b->choice = (float(*)[SKIN_VIEWS])arena_push_array(scratch, sizeof *b->choice, n);
    b->low = (float(*)[3])arena_push_array(scratch, sizeof *b->low, n);
    b->middle = (float(*)[3])arena_push_array(scratch, sizeof *b->middle, n);
    b->seen = ARENA_ARRAY(scratch, float, n);
    b->known = ARENA_ARRAY(scratch, float, n);
    b->confidence = ARENA_ARRAY(scratch, float, n);
    b->gloss = ARENA_ARRAY(scratch, float, n);
    b->cover = ARENA_ARRAY(scratch, uint8_t, (size_t)size * (size_t)size);
    skintexture_encoder(&b->encoder);
    return b->weight && b->choice && b->low && b->middle && b->seen && b->known && b->confidence &&
                   b->gloss && b->cover
               ? b
               : NULL;
}

/* What was carried far from all that was seen came from its rim, which photos see aslant and in poor light:
 * there the head's own tone is the better guess. */
static bool settle_unseen(SkinSources *f, float *known, Arena *scratch) {
    if (!skingrid_smooth(&f->surface, known, 1, NULL, CARRIED_MM, scratch)) return false;
    for (uint32_t i = 0; i < f->surface.node_count; i++) {
        float near = ramp(known[i], 0, CARRIED_KNOWN);
        for (int c = 0; c < 3; c++)
            f->albedo[i][c] = near * f->albedo[i][c] + (1 - near) * f->delight.tone[c];
    }
    return true;
}

/* The skin that no photo saw: like the other side's, else like its surroundings, else like the head's. */
static bool fill_albedo(SkinSources *f, Arena *arena, Arena *scratch, Err *err) {
    const SkinSurface *s = &f->surface;
    f->albedo = f->delight.albedo;
    f->scalp = ARENA_ARRAY(arena, float, s->node_count);
    size_t mark = arena_mark(scratch);
    float *known = ARENA_ARRAY(scratch, float, s->node_count);
    bool ok = f->scalp && known;
    if (ok) {
        skintexture_node_scalp(s, 0, f->scalp);
        memcpy(known, f->delight.seen, s->node_count * sizeof *known);
    }
    if (ok && s->mirror) {
        if (!skinmirror_views(s, f->photos, arena, f->view, err)) return false;
        f->views = 2 * f->photos;
        ok = skinmirror_field(s, f->albedo, f->delight.seen, SEEN_FULL, known, scratch);
    }
    ok = ok && skinfill_nodes(s, &f->albedo[0][0], 3, known, SEEN_FULL, scratch) &&
         settle_unseen(f, known, scratch);
    arena_rewind(scratch, mark);
    return ok || err_set(err, "there is not enough memory for the skin");
}

/* All that is known per node, from the photos. */
static bool find_sources(const SkinPhoto *photo, int photo_count, int size, Progress *progress, Arena *arena,
                         Arena *scratch, SkinSources *f, Err *err) {
    f->photos = f->views = photo_count;
    if (!skinproject_build(&f->surface, photo, photo_count, size, arena, scratch, f->view, err)) return false;
    if (!progress_step(progress, 0.4, "taking the light out")) return err_set(err, "stopped");
    if (!delight_solve(&f->surface, f->view, photo_count, arena, scratch, &f->delight, err)) return false;
    if (!progress_step(progress, 0.6, "painting the skin")) return err_set(err, "stopped");
    if (!fill_albedo(f, arena, scratch, err)) return false;
    measure_grain(f);
    measure_fine(f);
    return true;
}

static bool paint(const SkinSources *f, int size, Arena *scratch, Skin *out) {
    Blend *b = blend_create(f, size, NULL, scratch);
    if (!b) return false;
    b->radiance = out->radiance.rgba;
    b->albedo = out->albedo.rgba;
    b->confidence_map = out->confidence;
    b->gloss_map = out->gloss;
    weigh_photos(b, NULL);
    mix_middle(b);
    if (!choose_photos(b, scratch) || !mix_low(b, NULL, scratch)) return false;
    skintexture_node_gloss(&f->surface, b->gloss);
    for (uint32_t i = 0; i < f->surface.node_count; i++) b->confidence[i] = ramp(f->delight.seen[i], 0, 0.8f);
    return skinsurface_texels(&f->surface, size, scratch, texels, b) &&
           skintexture_finish(&f->surface, (const float(*)[3])f->albedo, b->cover, scratch, out, NULL);
}

bool skinbake_photos(const SkinSurface *surface, const SkinPhoto *photo, int photo_count, int size,
                     Progress *progress, Arena *arena, Arena *scratch, Skin *out, Err *err) {
    ASSERT(photo_count >= 1 && photo_count <= CASE_PHOTOS && size >= 64);
    SkinSources *sources = ARENA_ARRAY(arena, SkinSources, 1);
    if (!sources || !skintexture_allocate(size, true, arena, out, err)) {
        return err_set(err, "there is not enough memory for the skin");
    }
    size_t mark = arena_mark(scratch);
    sources->surface = *surface;
    bool ok = find_sources(photo, photo_count, size, progress, arena, scratch, sources, err) &&
              (paint(sources, size, scratch, out) || err_set(err, "there is not enough memory for the skin"));
    out->sources = ok ? sources : NULL;
    arena_rewind(scratch, mark);
    return ok;
}

bool skin_build(const HeadModel *model, const HeadShape *shape, const SkinPhoto *photo, int photo_count,
                const SkinSettings *settings, int size, Progress *progress, Arena *arena, Arena *scratch,
                Skin *out, Err *err) {
    SkinSurface surface;
    return skinsurface_from_head(model, shape, HEAD_LOD_FINE, arena, &surface, err) &&
           (!settings ||
            skinhair_brush(model, shape, settings->stroke, settings->stroke_count, arena, &surface, err)) &&
           skinbake_photos(&surface, photo, photo_count, size, progress, arena, scratch, out, err);
}

/* 1 for a photo taken from where the camera stands and as it is turned, falling off with the angle between
 * them. */
static void find_closeness(const SkinSources *f, const Camera *camera, Closeness *out) {
    for (int k = 0; k < f->photos; k++) {
        double a[3], b[3], dot = 0, la = 0, lb = 0;
        camera_centre(camera, a);
        camera_centre(&f->view[k].camera, b);
        for (int c = 0; c < 3; c++) {
            dot += a[c] * b[c];
            la += a[c] * a[c];
            lb += b[c] * b[c];
        }
        float angle = (float)(acos(fmin(1, dot / sqrt(fmax(la * lb, 1e-9)))) * 57.29578);
        float off = angle / NEAR_DEG, wide = angle / WIDE_DEG;
        out->near[k] = expf(-fminf(off * off, 60));
        /* Where a photo looks less aslant than twice the angle between the cameras, it is stretched to half
         * at most. */
        out->slant[k] = fminf(LOOSE_SLANT, fmaxf(LOOSE_SLANT_OWN, 2 * angle / 57.29578f));
        out->share[k] = FAR_SHARE * (1 + WIDE_LEAD * expf(-wide * wide)) + out->near[k];
    }
}

bool skin_radiance_from(const Skin *skin, const Camera *camera, Arena *arena, Arena *scratch, Image *out,
                        Err *err) {
    if (!skin->sources) return err_set(err, "this skin was not made from photos");
    if (!image_alloc(arena, skin->size, skin->size, out, err)) return false;
    size_t mark = arena_mark(scratch);
    Closeness to;
    find_closeness(skin->sources, camera, &to);
    Blend *b = blend_create(skin->sources, skin->size, &to, scratch);
    bool ok = b != NULL;
    if (ok) {
        b->radiance = out->rgba;
        weigh_photos(b, &to);
        mix_middle(b);
        ok = choose_photos(b, scratch) && mix_low(b, &to, scratch) &&
             skinsurface_texels(&skin->sources->surface, skin->size, scratch, texels, b) &&
             skinfill_gutters(out, b->cover, scratch);
    }
    arena_rewind(scratch, mark);
    return ok || err_set(err, "there is not enough memory for the skin");
}
