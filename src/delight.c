#include "delight.h"
#include "skingrid.h"
#include "skintone.h"
#include <math.h>
#include <string.h>

enum { TERMS = 11, UNKNOWNS = TERMS * CASE_PHOTOS, ROUNDS = 4, SOLVE_NODES = 12000 };

#define ALBEDO_PULL    0.35f /* variance of what the light model misses over that of skin's own colour */
#define ROBUST_LOG     0.20f /* e-folds of brightness beyond which a node counts as lips, hair or shadow */
#define NORMAL_BLUR_MM 5.0f
#define GOOD_LIGHT                                                                                           \
    0.97f /* quantile of light over the seen head that the albedo's brightness is taken from                 \
           */
#define BALANCE_PULL  0.25f
#define EVEN_MM       22.0f
#define EVEN_BRIGHT   0.75f /* highlights and well-lit sides */
#define EVEN_DARK     0.5f
#define PALE_FROM_LOG 0.03f
#define PALE_LOG      0.11f
#define EVEN_HUE      0.5f /* as brightness: else hue stands alone where shade has gone */

typedef struct Solver {
    const SkinSurface *surface;
    const SkinView *view;
    int photos, stride;
    float (*term)[TERMS]; /* per node */
    float *robust;        /* per node */
    double matrix[UNKNOWNS][UNKNOWNS], right[3][UNKNOWNS];
    float light[CASE_PHOTOS][3][TERMS];
} Solver;

static float luma(const float rgb[3]) {
    return 0.25f * rgb[0] + 0.6f * rgb[1] + 0.15f * rgb[2];
}

/* How far a node lies below its surroundings, in units of the blur: positive in hollows. */
static bool hollow_term(const SkinSurface *s, float sigma_mm, const float (*normal)[3], float *out,
                        Arena *scratch) {
    size_t mark = arena_mark(scratch);
    float(*smooth)[3] = (float(*)[3])arena_push_array(scratch, sizeof(float[3]), s->node_count);
    if (!smooth) return false;
    memcpy(smooth, s->pos, s->node_count * sizeof *smooth);
    if (!skingrid_smooth(s, &smooth[0][0], 3, NULL, sigma_mm, scratch)) return false;
    for (uint32_t i = 0; i < s->node_count; i++) {
        float d = 0;
        for (int c = 0; c < 3; c++) d += normal[i][c] * (smooth[i][c] - s->pos[i][c]);
        out[i] = fminf(1, fmaxf(-1, d / (0.4f * sigma_mm)));
    }
    arena_rewind(scratch, mark);
    return true;
}

static bool build_terms(Solver *solver, Arena *scratch) {
    const SkinSurface *s = solver->surface;
    uint32_t n = s->node_count;
    float(*normal)[3] = (float(*)[3])arena_push_array(scratch, sizeof(float[3]), n);
    float *near_hollow = ARENA_ARRAY(scratch, float, n), *wide_hollow = ARENA_ARRAY(scratch, float, n);
    solver->term = (float(*)[TERMS])arena_push_array(scratch, sizeof(float[TERMS]), n);
    solver->robust = ARENA_ARRAY(scratch, float, n);
    if (!normal || !near_hollow || !wide_hollow || !solver->term || !solver->robust) return false;
    memcpy(normal, s->nrm, n * sizeof *normal);
    if (!skingrid_smooth(s, &normal[0][0], 3, NULL, NORMAL_BLUR_MM, scratch)) return false;
    for (uint32_t i = 0; i < n; i++) {
        float *d = normal[i], len = sqrtf(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
        for (int c = 0; c < 3; c++) d[c] /= fmaxf(len, 1e-6f);
    }
    if (!hollow_term(s, 4, (const float(*)[3])normal, near_hollow, scratch)) return false;
    if (!hollow_term(s, 9, (const float(*)[3])normal, wide_hollow, scratch)) return false;
    for (uint32_t i = 0; i < n; i++) {
        float x = normal[i][0], y = normal[i][1], z = normal[i][2];
        float term[TERMS] = {
            1, x, y, z, x * y, y * z, z * x, x * x - y * y, z * z - 1.0f / 3, near_hollow[i], wide_hollow[i]};
        memcpy(solver->term[i], term, sizeof term);
        solver->robust[i] = 1;
    }
    return true;
}

static void add_node(Solver *s, const Delight *d, uint32_t i) {
    float weight[CASE_PHOTOS], total = 0;
    for (int k = 0; k < s->photos; k++) total += weight[k] = s->view[k].weight[i] * s->robust[i];
    if (total < 1e-3f) return;
    const float *term = s->term[i];
    for (int c = 0; c < 3; c++) {
        float mean = 0;
        for (int k = 0; k < s->photos; k++) {
            if (weight[k] > 0) mean += weight[k] * (d->clean[k][i][c] - d->tone[c]);
        }
        mean /= total + ALBEDO_PULL;
        for (int k = 0; k < s->photos; k++) {
            if (weight[k] <= 0) continue;
            double b = (double)(weight[k] * (d->clean[k][i][c] - d->tone[c] - mean));
            for (int t = 0; t < TERMS; t++) s->right[c][k * TERMS + t] += b * (double)term[t];
        }
    }
    for (int j = 0; j < s->photos; j++) {
        for (int k = 0; k <= j; k++) {
            if (weight[j] <= 0 || weight[k] <= 0) continue;
            double w =
                (j == k ? (double)weight[j] : 0) - (double)(weight[j] * weight[k] / (total + ALBEDO_PULL));
            for (int t = 0; t < TERMS; t++) {
                for (int u = 0; u < TERMS; u++) {
                    s->matrix[j * TERMS + t][k * TERMS + u] += w * (double)(term[t] * term[u]);
                }
            }
        }
    }
}

/* Cholesky in place on the lower triangle, then the three right sides. */
static void cholesky_solve(Solver *s) {
    int n = s->photos * TERMS;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = s->matrix[i][j];
            for (int k = 0; k < j; k++) sum -= s->matrix[i][k] * s->matrix[j][k];
            s->matrix[i][j] = i == j ? sqrt(fmax(sum, 1e-12)) : sum / s->matrix[j][j];
        }
    }
    for (int c = 0; c < 3; c++) {
        double *x = s->right[c];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) x[i] -= s->matrix[i][k] * x[k];
            x[i] /= s->matrix[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) x[i] -= s->matrix[k][i] * x[k];
            x[i] /= s->matrix[i][i];
        }
    }
}

static void solve_light(Solver *s, const Delight *d) {
    memset(s->matrix, 0, sizeof s->matrix);
    memset(s->right, 0, sizeof s->right);
    int used = 0;
    for (uint32_t i = 0; i < s->surface->node_count; i += (uint32_t)s->stride, used++) add_node(s, d, i);
    /* Light varies by some tenths of an e-fold over the head; a little of that as prior keeps unseen sides
     * calm. */
    for (int k = 0; k < s->photos * TERMS; k++) {
        int t = k % TERMS;
        s->matrix[k][k] += (double)used * (t == 0 ? 1e-5 : t < 4 ? 1e-4 : 5e-4);
    }
    cholesky_solve(s);
    for (int k = 0; k < s->photos; k++) {
        for (int c = 0; c < 3; c++) {
            for (int t = 0; t < TERMS; t++) s->light[k][c][t] = (float)s->right[c][k * TERMS + t];
        }
    }
}

static void spread_light(const Solver *s, Delight *d) {
    for (int k = 0; k < s->photos; k++) {
#pragma omp parallel for schedule(static)
        for (uint32_t i = 0; i < s->surface->node_count; i++) {
            for (int c = 0; c < 3; c++) {
                float sum = 0;
                for (int t = 0; t < TERMS; t++) sum += s->light[k][c][t] * s->term[i][t];
                d->light[k][i][c] = fminf(1.2f, fmaxf(-2.5f, sum));
            }
        }
    }
}

static void mix_albedo(const Solver *s, Delight *d) {
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < s->surface->node_count; i++) {
        float total = 0, best = 0, sum[3] = {0};
        for (int k = 0; k < s->photos; k++) {
            float w = s->view[k].weight[i];
            if (w <= 0) continue;
            for (int c = 0; c < 3; c++) sum[c] += w * (d->clean[k][i][c] - d->light[k][i][c]);
            total += w;
            best = fmaxf(best, w);
        }
        d->seen[i] = best;
        for (int c = 0; c < 3; c++) d->albedo[i][c] = total > 0 ? sum[c] / total : d->tone[c];
    }
}

/* Skin is seldom paler than the head's tone by more than a little: what is brighter than the light explains
 * is gloss. Brightness above the tone is bent over to stay below PALE_LOG; what was taken off lies white on
 * top of the skin. */
static void bend_highlights(const Solver *s, Delight *d) {
    for (int k = 0; k < s->photos; k++) {
#pragma omp parallel for schedule(static)
        for (uint32_t i = 0; i < s->surface->node_count; i++) {
            if (s->view[k].weight[i] <= 0) continue;
            float above = luma(d->clean[k][i]) - luma(d->light[k][i]) - luma(d->tone) - PALE_FROM_LOG;
            if (above <= 0) continue;
            float room = PALE_LOG - PALE_FROM_LOG, off = above - above / (1 + above / room);
            for (int c = 0; c < 3; c++) d->clean[k][i][c] -= off;
        }
    }
}

static float sorted_middle(float *value, uint32_t count, float share) {
    if (!count) return 0;
    uint32_t want = (uint32_t)((float)(count - 1) * share), low = 0, high = count - 1;
    while (low < high) { /* quickselect */
        float pivot = value[(low + high) / 2];
        uint32_t i = low, j = high;
        for (;;) {
            while (value[i] < pivot) i++;
            while (value[j] > pivot) j--;
            if (i >= j) break;
            float swap = value[i];
            value[i++] = value[j];
            value[j--] = swap;
        }
        if (want <= j)
            high = j;
        else
            low = j + 1;
    }
    return value[want];
}

static bool median_tone(const Solver *s, const float (*field)[3], const float *seen, float tone[3],
                        Arena *scratch) {
    size_t mark = arena_mark(scratch);
    float *value = ARENA_ARRAY(scratch, float, s->surface->node_count);
    if (!value) return false;
    for (int c = 0; c < 3; c++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < s->surface->node_count; i++) {
            if (seen[i] > 0.2f) value[count++] = field[i][c];
        }
        tone[c] = sorted_middle(value, count, 0.5f);
    }
    arena_rewind(scratch, mark);
    return true;
}

static void reweigh(Solver *s, const Delight *d) {
    for (uint32_t i = 0; i < s->surface->node_count; i++) {
        float off = fabsf(luma(d->albedo[i]) - luma(d->tone));
        for (int c = 0; c < 3; c++)
            off = fmaxf(off, 1.5f * fabsf(d->albedo[i][c] - d->tone[c] - luma(d->albedo[i]) + luma(d->tone)));
        float k = off / ROBUST_LOG;
        s->robust[i] = 1 / (1 + k * k * k * k);
    }
}

/* Dichromatic reflection (Shafer 1985): colour = body * skin + surface * white. With the head's own
 * chromaticity as skin, the surface part is what the blue channel has above its share; a part of it common to
 * the head is not gloss. */
static bool remove_highlights(const Solver *s, Delight *d, Arena *scratch) {
    size_t mark = arena_mark(scratch);
    uint32_t n = s->surface->node_count;
    float *gloss = ARENA_ARRAY(scratch, float, n), *sorted = ARENA_ARRAY(scratch, float, n);
    if (!gloss || !sorted) return false;
    for (int k = 0; k < s->photos; k++) {
        float tone[3];
        if (!median_tone(s, (const float(*)[3])s->view[k].low, s->view[k].weight, tone, scratch))
            return false;
        float skin[3];
        for (int c = 0; c < 3; c++) skin[c] = expf(tone[c]) / expf(tone[0]);
        uint32_t count = 0;
        for (uint32_t i = 0; i < n; i++) {
            if (s->view[k].weight[i] <= 0) continue;
            const float *low = s->view[k].low[i];
            float red = expf(low[0]), blue = expf(low[2]);
            gloss[i] = fmaxf(0, (blue - skin[2] * red) / fmaxf(0.2f, 1 - skin[2])) / red;
            sorted[count++] = gloss[i];
        }
        float usual = sorted_middle(sorted, count, 0.5f) + 0.02f;
        for (uint32_t i = 0; i < n; i++) {
            memcpy(d->clean[k][i], s->view[k].low[i], sizeof d->clean[k][i]);
            if (s->view[k].weight[i] <= 0) continue;
            /* Pale is glossy only where it is bright as well: stubble is pale, too. */
            float bright = fminf(1, fmaxf(0, (luma(s->view[k].low[i]) - luma(tone) + 0.05f) / 0.25f));
            float red = expf(s->view[k].low[i][0]),
                  white = bright * fminf(0.5f, fmaxf(0, gloss[i] - usual)) * red;
            for (int c = 0; c < 3; c++) {
                float v = expf(s->view[k].low[i][c]);
                d->clean[k][i][c] = logf(fmaxf(0.3f * v, v - white));
            }
        }
    }
    arena_rewind(scratch, mark);
    return true;
}

static bool allocate(const SkinSurface *s, int photo_count, Arena *arena, Delight *out) {
    out->photo_count = photo_count;
    out->albedo = (float(*)[3])arena_push_array(arena, sizeof(float[3]), s->node_count);
    out->seen = ARENA_ARRAY(arena, float, s->node_count);
    bool ok = out->albedo && out->seen;
    for (int k = 0; ok && k < photo_count; k++) {
        out->light[k] = (float(*)[3])arena_push_array(arena, sizeof(float[3]), s->node_count);
        out->clean[k] = (float(*)[3])arena_push_array(arena, sizeof(float[3]), s->node_count);
        ok = out->light[k] && out->clean[k];
    }
    return ok;
}

/* The usual colour of skin at this brightness (domain.md 6.1): a quarter of the way there: white balance is
 * a guess, but a photographer's, and complexions differ as well. */
static void balance_shift(const float tone[3], float shift[3]) {
    float best[3] = {0}, nearest = 1e9f;
    for (float ita = 70; ita >= -60; ita -= 1) {
        float rgb[3], logs[3];
        skintone_from_ita(ita, rgb);
        for (int c = 0; c < 3; c++) logs[c] = skinproject_log(rgb[c]);
        if (fabsf(luma(logs) - luma(tone)) < nearest) {
            nearest = fabsf(luma(logs) - luma(tone));
            memcpy(best, logs, sizeof best);
        }
    }
    for (int c = 0; c < 3; c++) shift[c] = BALANCE_PULL * ((best[c] - luma(best)) - (tone[c] - luma(tone)));
}

/* How bright the room was is unknown, so light and tone share one free factor: skin in the photo's good light
 * keeps the brightness that the photographer gave it. */
static bool anchor_light(const Solver *s, Delight *d, Arena *scratch) {
    size_t mark = arena_mark(scratch);
    uint32_t n = s->surface->node_count;
    float *value = ARENA_ARRAY(scratch, float, n), shift[3], balance[3], tone[3];
    if (!value) return false;
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        for (int k = 0; k < s->photos; k++) {
            if (s->view[k].weight[i] > 0.3f) {
                value[count++] = luma(d->light[k][i]);
                break;
            }
        }
    }
    float lit = sorted_middle(value, count, GOOD_LIGHT);
    for (int c = 0; c < 3; c++) tone[c] = d->tone[c] + lit;
    balance_shift(tone, balance);
    for (int c = 0; c < 3; c++) shift[c] = lit + balance[c];
    for (int k = 0; k < s->photos; k++) {
        for (uint32_t i = 0; i < n; i++) {
            for (int c = 0; c < 3; c++) d->light[k][i][c] -= shift[c];
        }
    }
    arena_rewind(scratch, mark);
    return true;
}

/* What is left of brightness over handbreadths is more often light than skin: most of it goes. */
static bool even_albedo(const Solver *s, Delight *d, Arena *scratch) {
    size_t mark = arena_mark(scratch);
    uint32_t n = s->surface->node_count;
    float(*wide)[3] = (float(*)[3])arena_push_array(scratch, sizeof(float[3]), n);
    float *weight = ARENA_ARRAY(scratch, float, n);
    if (!wide || !weight) return false;
    memcpy(wide, d->albedo, n * sizeof *wide);
    for (uint32_t i = 0; i < n; i++) weight[i] = fminf(1, 4 * d->seen[i]) * (0.05f + s->robust[i]);
    if (!skingrid_smooth(s->surface, &wide[0][0], 3, weight, EVEN_MM, scratch)) return false;
    for (uint32_t i = 0; i < n; i++) {
        float bright = luma(wide[i]) - luma(d->tone);
        for (int c = 0; c < 3; c++) {
            float hue = wide[i][c] - d->tone[c] - bright;
            d->albedo[i][c] -= (bright > 0 ? EVEN_BRIGHT : EVEN_DARK) * bright + EVEN_HUE * hue;
        }
    }
    arena_rewind(scratch, mark);
    return true;
}

bool delight_solve(const SkinSurface *surface, const SkinView *view, int photo_count, Arena *arena,
                   Arena *scratch, Delight *out, Err *err) {
    ASSERT(photo_count > 0 && photo_count <= CASE_PHOTOS);
    memset(out, 0, sizeof *out);
    bool ok = allocate(surface, photo_count, arena, out);
    size_t mark = arena_mark(scratch); /* after the results: arena and scratch may be the same */
    Solver *solver = ARENA_ARRAY(scratch, Solver, 1);
    ok = ok && solver;
    if (ok) {
        solver->surface = surface;
        solver->view = view;
        solver->photos = photo_count;
        solver->stride = 1 + (int)surface->node_count / SOLVE_NODES;
        ok = build_terms(solver, scratch) && remove_highlights(solver, out, scratch) &&
             median_tone(solver, (const float(*)[3])out->clean[0], view[0].weight, out->tone, scratch);
    }
    for (int round = 0; ok && round < ROUNDS; round++) {
        solve_light(solver, out);
        spread_light(solver, out);
        mix_albedo(solver, out);
        ok = median_tone(solver, (const float(*)[3])out->albedo, out->seen, out->tone, scratch);
        reweigh(solver, out);
    }
    ok = ok && anchor_light(solver, out, scratch);
    if (ok) {
        mix_albedo(solver, out);
        ok = median_tone(solver, (const float(*)[3])out->albedo, out->seen, out->tone, scratch);
        bend_highlights(solver, out);
        mix_albedo(solver, out);
        ok = ok && median_tone(solver, (const float(*)[3])out->albedo, out->seen, out->tone, scratch) &&
             even_albedo(solver, out, scratch);
    }
    arena_rewind(scratch, mark);
    return ok || err_set(err, "there is not enough memory to take the light out of the photos");
}
