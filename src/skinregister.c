#include "skinregister.h"
#include "../engine/log.h"
#include "boxblur.h"
#include "skingrid.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATCH = 8,  /* mm, half a side */
    SEARCH = 6, /* steps to each side */
    SIDE = 2 * PATCH + 1,
    REACH = PATCH + SEARCH,
    AREA = 2 * REACH + 1,
    SHIFTS = 2 * SEARCH + 1,
    LANES = (SHIFTS + 3) / 4 * 4, /* a multiple of what the processor multiplies at once */
    WIDE = AREA + LANES - SHIFTS,
    ROUNDS = 3
};

#define ANCHOR_MM     7.0f  /* between places that are compared */
#define SEEN_LEAST    0.06f /* weight of the worse photo of a pair */
#define ALIKE_LEAST   0.45f /* correlation from which two patches are the same skin */
#define RIVAL_MOST    0.85f /* of the best correlation, elsewhere: then the match is a guess */
#define RIVAL_STEPS   2
#define AGREED_STEPS  3
#define PLANE_MM      0.8f  /* pixel of the planes that are compared */
#define BAND_MM       5.0f  /* what is broader is light */
#define FIELD_MM      9.0f  /* matches farther apart may differ */
#define FIELD_PULL    0.02f /* of the weight that the field needs to follow its matches */
#define FIELD_MOST_MM 3.0f  /* more is a wrong match, or a wrong camera */
#define TOLD_LOG      0.04f /* deviation in both patches from which they could tell another place apart */
#define TOLD_LEAST    40    /* places that judge a photo */
#define AGREED_LEAST  0.6f  /* of them; right cameras reached .72, those 5 to 22 degrees off .53 at most */

/* Band-passed log brightness of a photo, `step` px a cell. */
typedef struct Plane {
    int width, height;
    float step, *data;
} Plane;

/* Skin at node i is seen by photo `from` where photo `to` has what lies `off` away on the tangent plane. */
typedef struct Match {
    uint32_t node;
    int from, to;
    float off[2], weight;
    bool told, agreed; /* both patches have features; and the same ones */
} Match;

typedef struct Register {
    const SkinSurface *surface;
    SkinView *view;
    int count;
    Plane plane[CASE_PHOTOS];
    float (*field[CASE_PHOTOS])[3]; /* per node, mm in head space */
    uint32_t *anchor, anchors;
    Match *match;
    uint32_t matches, most;
    uint32_t told[CASE_PHOTOS][CASE_PHOTOS], agreed[CASE_PHOTOS][CASE_PHOTOS]; /* pairs, first below second */
} Register;

static bool plane_build(const SkinView *v, Arena *scratch, Plane *out) {
    int step = (int)fmaxf(1, v->px_per_mm * PLANE_MM + 0.5f);
    int w = v->width / step, h = v->height / step;
    size_t count = (size_t)w * (size_t)h;
    *out = (Plane){w, h, (float)step, ARENA_ARRAY(scratch, float, count)};
    float *broad = ARENA_ARRAY(scratch, float, count), *work = ARENA_ARRAY(scratch, float, count);
    if (!out->data || !broad || !work) return false;
#pragma omp parallel for schedule(static)
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            float sum = 0;
            for (int k = 0; k < step * step; k++) {
                const int16_t *p = v->log_rgb[(size_t)(y * step + k / step) * (size_t)v->width +
                                              (size_t)(x * step + k % step)];
                sum += (float)(p[0] + 2 * p[1] + p[2]);
            }
            out->data[(size_t)y * (size_t)w + (size_t)x] = sum / (float)(4 * step * step * SKINPROJECT_SCALE);
        }
    }
    memcpy(broad, out->data, count * sizeof *broad);
    int radius = (int)fmaxf(1, BAND_MM * v->px_per_mm / (float)step);
    boxblur(broad, work, w, h, radius, 2);
    for (size_t i = 0; i < count; i++) out->data[i] -= broad[i];
    return true;
}

static float plane_sample(const Plane *p, float x, float y) {
    x = fminf(fmaxf(x / p->step - 0.5f, 0), (float)p->width - 1.001f);
    y = fminf(fmaxf(y / p->step - 0.5f, 0), (float)p->height - 1.001f);
    int ix = (int)x, iy = (int)y;
    float fx = x - (float)ix, fy = y - (float)iy;
    const float *row = p->data + (size_t)iy * (size_t)p->width + ix, *below = row + p->width;
    return (1 - fy) * ((1 - fx) * row[0] + fx * row[1]) + fy * ((1 - fx) * below[0] + fx * below[1]);
}

/* What a photo shows at p, near a node, is what its camera has at out. */
static void moved(const Register *r, int k, uint32_t node, const float p[3], float out[3]) {
    for (int c = 0; c < 3; c++) out[c] = p[c] + r->field[k][node][c];
}

static void project(const Camera *camera, const float p[3], float px[2]) {
    double at[2];
    camera_project(camera, (const double[3]){(double)p[0], (double)p[1], (double)p[2]}, at);
    for (int c = 0; c < 2; c++) px[c] = (float)at[c];
}

static void tangents(const float n[3], float t[2][3]) {
    /* Any frame does: matches are turned back into head space. */
    int least = fabsf(n[0]) < fabsf(n[1]) ? 0 : 1;
    float a[3] = {least == 0, least == 1, 0}, dot = n[least], len = sqrtf(fmaxf(1e-6f, 1 - dot * dot));
    for (int c = 0; c < 3; c++) t[0][c] = (a[c] - dot * n[c]) / len;
    for (int c = 0; c < 3; c++)
        t[1][c] = n[(c + 1) % 3] * t[0][(c + 2) % 3] - n[(c + 2) % 3] * t[0][(c + 1) % 3];
}

/* A square of the tangent plane as a photo shows it, (2 half + 1)^2 samples `mm` apart in rows of `stride`.
 */
static void patch_sample(const Register *r, int k, uint32_t node, int half, float mm, int stride,
                         float *out) {
    const SkinSurface *s = r->surface;
    float t[2][3];
    tangents(s->nrm[node], t);
    for (int y = -half; y <= half; y++) {
        for (int x = -half; x <= half; x++) {
            float p[3], q[3], px[2];
            for (int c = 0; c < 3; c++)
                p[c] = s->pos[node][c] + mm * ((float)x * t[0][c] + (float)y * t[1][c]);
            moved(r, k, node, p, q);
            project(&r->view[k].camera, q, px);
            out[(y + half) * stride + x + half] = plane_sample(&r->plane[k], px[0], px[1]);
        }
    }
}

/* Sum and sum of squares under the patch at every shift: along rows, then down. */
static void window_sums(const float area[AREA][WIDE], float sum[SHIFTS][SHIFTS],
                        float square[SHIFTS][SHIFTS]) {
    float row[2][AREA][SHIFTS] = {{{0}}};
    for (int y = 0; y < AREA; y++) {
        for (int x = 0; x < AREA; x++) {
            float v = area[y][x];
            for (int s = x < SIDE ? 0 : x - SIDE + 1; s < SHIFTS && s <= x; s++) {
                row[0][y][s] += v;
                row[1][y][s] += v * v;
            }
        }
    }
    for (int s = 0; s < SHIFTS; s++) {
        for (int x = 0; x < SHIFTS; x++) {
            sum[s][x] = square[s][x] = 0;
            for (int y = 0; y < SIDE; y++) {
                sum[s][x] += row[0][s + y][x];
                square[s][x] += row[1][s + y][x];
            }
        }
    }
}

/* Correlation of the patch with every shifted one of the area. Shifts are the inner loop: they run in lanes.
 * Returns the lesser deviation of the two where they lie. */
static float correlate(const float patch[SIDE][SIDE], const float area[AREA][WIDE],
                       float score[SHIFTS][SHIFTS]) {
    float sum[SHIFTS][SHIFTS], square[SHIFTS][SHIFTS], both[SHIFTS][LANES] = {{0}};
    float mean = 0, own = 0, n = SIDE * SIDE;
    for (int i = 0; i < SIDE * SIDE; i++) mean += patch[i / SIDE][i % SIDE] / n;
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            float v = patch[y][x] - mean;
            own += v * v;
            for (int s = 0; s < SHIFTS; s++) {
                for (int lane = 0; lane < LANES; lane++) both[s][lane] += v * area[y + s][x + lane];
            }
        }
    }
    window_sums(area, sum, square);
    for (int s = 0; s < SHIFTS; s++) {
        for (int x = 0; x < SHIFTS; x++)
            score[s][x] = both[s][x] / sqrtf(fmaxf(1e-9f, own * (square[s][x] - sum[s][x] * sum[s][x] / n)));
    }
    const float there = square[SEARCH][SEARCH] - sum[SEARCH][SEARCH] * sum[SEARCH][SEARCH] / n;
    return sqrtf(fmaxf(0, fminf(own, there)) / n);
}

static float parabola(float before, float here, float after) {
    float bend = before - 2 * here + after;
    return bend < -1e-6f ? fminf(0.5f, fmaxf(-0.5f, 0.5f * (before - after) / bend)) : 0;
}

/* The one clear peak, in steps from the middle; 0: none. */
static float find_peak(float score[SHIFTS][SHIFTS], float off[2]) {
    int bx = 0, by = 0;
    for (int y = 0; y < SHIFTS; y++) {
        for (int x = 0; x < SHIFTS; x++) {
            if (score[y][x] > score[by][bx]) bx = x, by = y;
        }
    }
    float best = score[by][bx];
    if (best < ALIKE_LEAST || bx < 1 || by < 1 || bx >= SHIFTS - 1 || by >= SHIFTS - 1) return 0;
    for (int y = 0; y < SHIFTS; y++) {
        for (int x = 0; x < SHIFTS; x++) {
            bool far = abs(x - bx) > RIVAL_STEPS || abs(y - by) > RIVAL_STEPS;
            if (far && score[y][x] > RIVAL_MOST * best) return 0;
        }
    }
    off[0] = (float)(bx - SEARCH) + parabola(score[by][bx - 1], best, score[by][bx + 1]);
    off[1] = (float)(by - SEARCH) + parabola(score[by - 1][bx], best, score[by + 1][bx]);
    return best;
}

/* The best within AGREED_STEPS, with or without rivals: along a brow there are many. */
static float best_near(float score[SHIFTS][SHIFTS]) {
    float best = 0;
    for (int y = SEARCH - AGREED_STEPS; y <= SEARCH + AGREED_STEPS; y++)
        for (int x = SEARCH - AGREED_STEPS; x <= SEARCH + AGREED_STEPS; x++) best = fmaxf(best, score[y][x]);
    return best;
}

static float sight(const Register *r, int k, uint32_t node) {
    return r->view[k].weight[node] / r->view[k].px_per_mm;
}

/* Compare two photos at one place, at `mm` a step. */
static void match_node(Register *r, uint32_t node, int from, int to, float mm, Match *out) {
    float patch[SIDE][SIDE], area[AREA][WIDE] = {{0}}, score[SHIFTS][SHIFTS];
    *out = (Match){.node = node, .from = from, .to = to};
    patch_sample(r, from, node, PATCH, mm, SIDE, &patch[0][0]);
    patch_sample(r, to, node, REACH, mm, WIDE, &area[0][0]);
    out->told = correlate((const float(*)[SIDE])patch, (const float(*)[WIDE])area, score) > TOLD_LOG;
    float alike = find_peak(score, out->off);
    out->agreed = best_near(score) > ALIKE_LEAST;
    out->off[0] *= mm;
    out->off[1] *= mm;
    out->weight = alike * alike * sqrtf(fminf(sight(r, from, node), sight(r, to, node)));
}

static void match_all(Register *r, float mm) {
    r->matches = 0;
    memset(r->told, 0, sizeof r->told);
    memset(r->agreed, 0, sizeof r->agreed);
    for (int from = 0; from < r->count; from++) {
        for (int to = from + 1; to < r->count; to++) {
            uint32_t first = r->matches;
            for (uint32_t i = 0; i < r->anchors && r->matches < r->most; i++) {
                uint32_t n = r->anchor[i];
                if (fminf(sight(r, from, n), sight(r, to, n)) < SEEN_LEAST) continue;
                r->match[r->matches++] = (Match){.node = n, .from = from, .to = to};
            }
#pragma omp parallel for schedule(static)
            for (uint32_t i = first; i < r->matches; i++)
                match_node(r, r->match[i].node, from, to, mm, &r->match[i]);
        }
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < r->matches; i++) {
        const Match *m = &r->match[i];
        r->told[m->from][m->to] += m->told;
        r->agreed[m->from][m->to] += m->told && m->agreed;
        if (m->weight > 0) r->match[kept++] = *m;
    }
    r->matches = kept;
}

/* The share of a mismatch that the photo with this sight of it takes: the worse one most of it. */
static float yielding(float own, float other) {
    own *= own * own;
    other *= other * other;
    return other / (own + other);
}

/* What is left of the matches of one photo, spread along the skin; the better look moves less. */
static bool solve_field(Register *r, int k, Arena *scratch) {
    size_t mark = arena_mark(scratch);
    uint32_t n = r->surface->node_count;
    float(*sum)[3] = (float(*)[3])arena_push_array(scratch, sizeof *sum, n),
    *weight = ARENA_ARRAY(scratch, float, n);
    SkinGrid grid;
    if (!sum || !weight || !skingrid_create(r->surface, FIELD_MM / 1.5f, 3, scratch, &grid)) return false;
    for (uint32_t i = 0; i < r->matches; i++) {
        const Match *m = &r->match[i];
        if (m->from != k && m->to != k) continue;
        float t[2][3], own = sight(r, k, m->node), other = sight(r, m->from == k ? m->to : m->from, m->node);
        float share = (m->from == k ? -1 : 1) * yielding(own, other);
        tangents(r->surface->nrm[m->node], t);
        for (int c = 0; c < 3; c++)
            sum[m->node][c] += m->weight * share * (m->off[0] * t[0][c] + m->off[1] * t[1][c]);
        weight[m->node] += m->weight;
    }
    for (uint32_t i = 0; i < n; i++) {
        for (int c = 0; c < 3 && weight[i] > 0; c++) sum[i][c] /= weight[i];
    }
    skingrid_splat(&grid, r->surface, &sum[0][0], weight);
    if (!skingrid_blur(&grid, 4, scratch)) return false;
    for (uint32_t i = 0; i < n; i++) {
        float out[4], len = 0;
        skingrid_sample(&grid, r->surface->pos[i], out);
        for (int c = 0; c < 3; c++) {
            out[c] = r->field[k][i][c] + out[c] / (out[3] + FIELD_PULL);
            len += out[c] * out[c];
        }
        float keep = fminf(1, FIELD_MOST_MM / sqrtf(fmaxf(len, 1e-6f)));
        for (int c = 0; c < 3; c++) r->field[k][i][c] = keep * out[c];
    }
    arena_rewind(scratch, mark);
    return true;
}

/* One node a cell of ANCHOR_MM; none on the ears. */
static bool choose_anchors(Register *r, Arena *scratch) {
    SkinGrid grid;
    const SkinSurface *s = r->surface;
    r->anchor = ARENA_ARRAY(scratch, uint32_t, s->node_count);
    if (!r->anchor || !skingrid_create(s, ANCHOR_MM, 1, scratch, &grid)) return false;
    for (uint32_t i = 0; i < s->node_count; i++) {
        size_t at = 0;
        for (int c = 2; c >= 0; c--) {
            int cell = (int)((s->pos[i][c] - grid.origin[c]) / ANCHOR_MM);
            at = at * (size_t)grid.size[c] + (size_t)cell;
        }
        if (s->part[i] != HEAD_SKIN || grid.sum[at] > 0) continue;
        grid.sum[at] = 1;
        r->anchor[r->anchors++] = i;
    }
    return true;
}

static void put_shifts(const Register *r) {
    for (int k = 0; k < r->count; k++) {
        SkinView *v = &r->view[k];
#pragma omp parallel for schedule(static)
        for (uint32_t i = 0; i < r->surface->node_count; i++) {
            float from[2], to[2], p[3];
            project(&v->camera, r->surface->pos[i], from);
            moved(r, k, i, r->surface->pos[i], p);
            project(&v->camera, p, to);
            for (int c = 0; c < 2; c++) v->shift[i][c] = to[c] - from[c];
        }
    }
}

/* The photo that agrees least with those still believed, and not enough; -1: none. The first, from which the
 * head was begun, stays. */
static int least_believed(const Register *r, uint32_t believed) {
    int worst = -1;
    float least = AGREED_LEAST;
    for (int k = 1; k < r->count; k++) {
        uint32_t told = 0, agreed = 0;
        for (int o = 0; o < r->count; o++) {
            if (!(believed >> k & 1) || !(believed >> o & 1)) continue;
            told += r->told[o < k ? o : k][o < k ? k : o];
            agreed += r->agreed[o < k ? o : k][o < k ? k : o];
        }
        const float share = (float)agreed / (float)(told + 1);
        if (told < TOLD_LEAST || share >= least) continue;
        least = share;
        worst = k;
    }
    return worst;
}

static void judge_views(Register *r) {
    uint32_t believed = (1u << r->count) - 1;
    for (int k; (k = least_believed(r, believed)) >= 0;) believed &= ~(1u << k);
    for (int k = 0; k < r->count; k++) {
        r->view[k].astray = !(believed >> k & 1);
        if (r->view[k].astray)
            log_message(LOG_DEBUG, "skin: photo %d does not agree with the others and gives way", k);
    }
}

static bool register_all(Register *r, Arena *scratch) {
    r->most = r->surface->node_count;
    r->match = ARENA_ARRAY(scratch, Match, r->most);
    if (!r->match || !choose_anchors(r, scratch)) return false;
    for (int k = 0; k < r->count; k++) {
        r->field[k] = (float(*)[3])arena_push_array(scratch, sizeof(float[3]), r->surface->node_count);
        if (!r->field[k] || !plane_build(&r->view[k], scratch, &r->plane[k])) return false;
    }
    for (int round = 0; round < ROUNDS; round++) {
        match_all(r, round == 0 ? 1 : 0.5f);
        for (int k = 0; k < r->count; k++) {
            if (!solve_field(r, k, scratch)) return false;
        }
    }
    put_shifts(r);
    judge_views(r);
    return true;
}

bool skinregister_views(const SkinSurface *surface, SkinView *view, int count, Arena *scratch) {
    if (count < 2) return true;
    size_t mark = arena_mark(scratch);
    Register *r = ARENA_ARRAY(scratch, Register, 1);
    bool ok = r != NULL;
    if (ok) {
        r->surface = surface;
        r->view = view;
        r->count = count;
        ok = register_all(r, scratch);
    }
    arena_rewind(scratch, mark);
    return ok;
}
