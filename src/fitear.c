#include "fitear.h"
#include "boxblur.h"
#include "fitface.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* All grids have one cell a millimetre at the ear's depth. */
enum {
    EAR_W = 76, /* the drawn ear with skin around it */
    EAR_H = 100,
    REACH = 24, /* the ear is looked for so far from where the model has it */
    REGION_W = EAR_W + 2 * REACH,
    REGION_H = EAR_H + 2 * REACH,
    CHANNELS = 5, /* normal x, y, z; fine relief; relief */
    BLUR_CELLS = 8,
    OPEN_REACH = 14,
    SIZES = 3,
    TURNS = 7
};
static const double SIDE_MIN = 0.7; /* cosine of the camera's angle from straight sideways */
static const float SIZE_STEP = 0.08f, TURN_STEP_RAD = 0.10f;
static const float SHIFT_SIGMA = 20;  /* mm: how far from the model's the ear may well be */
static const float OPEN_LEAST = 0.1f; /* skin around lights the deepest hollow */
static const float UP_FAINT = 0.03f;  /* square of the noise over that of what a light from above does */
static const float NOISE = 0.03f;     /* of log luminance: what is flatter says nothing */
static const float EXPLAINED_MIN = 0.14f, LEAD_MIN = 1.25f; /* over the next best place */
/* Of 76 sides in hard sets those within 4 degrees led by 1.56 and more, one 38 degrees off by 1.35. */
static const float LEAD_SURE = 1.45f;
static const float TRAGION_SIGMA_MM = 1.2f, END_SIGMA_MM = 2.0f;

typedef struct EarView {
    const FitView *view;
    float centre_px[2], px_per_mm;
    float mask[EAR_W * EAR_H];
    float channel[CHANNELS][EAR_W * EAR_H];       /* band-passed, orthonormal over the mask */
    float open[EAR_W * EAR_H], up[EAR_W * EAR_H]; /* band-passed: log of the share of sky; normal y */
    int cells;
} EarView;

typedef struct EarPlace {
    float size, turn_rad, shift[2]; /* shift in cells of the turned and sized grid */
    float score, lead;              /* lead: over the best place elsewhere */
} EarPlace;

/* Takes away what varies slowly: a box blur, twice. */
static void band_pass(float *v, int width, int height, int radius, float *work) {
    float *a = work, *b = work + width * height;
    memcpy(b, v, sizeof(float) * (size_t)(width * height));
    boxblur(b, a, width, height, radius, 2);
    for (int i = 0; i < width * height; i++) v[i] -= b[i];
}

/* ---- the model's ear ---- */

typedef struct Corner {
    float at[2], depth, normal[3];
} Corner;

static void draw_triangle(EarView *ear, float *depth, const Corner c[3]) {
    const float area = (c[1].at[0] - c[0].at[0]) * (c[2].at[1] - c[0].at[1]) -
                       (c[1].at[1] - c[0].at[1]) * (c[2].at[0] - c[0].at[0]);
    if (area > -1e-6f) return; /* turned away */
    const float lo_x = fminf(c[0].at[0], fminf(c[1].at[0], c[2].at[0])),
                hi_x = fmaxf(c[0].at[0], fmaxf(c[1].at[0], c[2].at[0]));
    const float lo_y = fminf(c[0].at[1], fminf(c[1].at[1], c[2].at[1])),
                hi_y = fmaxf(c[0].at[1], fmaxf(c[1].at[1], c[2].at[1]));
    for (int y = lo_y < 0 ? 0 : (int)lo_y; y < EAR_H && (float)y <= hi_y; y++)
        for (int x = lo_x < 0 ? 0 : (int)lo_x; x < EAR_W && (float)x <= hi_x; x++) {
            const float p[2] = {(float)x + 0.5f, (float)y + 0.5f};
            const float u =
                ((c[1].at[0] - p[0]) * (c[2].at[1] - p[1]) - (c[1].at[1] - p[1]) * (c[2].at[0] - p[0])) /
                area;
            const float v =
                ((c[2].at[0] - p[0]) * (c[0].at[1] - p[1]) - (c[2].at[1] - p[1]) * (c[0].at[0] - p[0])) /
                area;
            if (u < -0.001f || v < -0.001f || u + v > 1.001f) continue;
            const float w[3] = {u, v, 1 - u - v};
            const float z = w[0] * c[0].depth + w[1] * c[1].depth + w[2] * c[2].depth;
            const int i = y * EAR_W + x;
            if (ear->mask[i] > 0 && z >= depth[i]) continue;
            ear->mask[i] = 1;
            depth[i] = z;
            for (int k = 0; k < 3; k++)
                ear->channel[k][i] = w[0] * c[0].normal[k] + w[1] * c[1].normal[k] + w[2] * c[2].normal[k];
        }
}

static bool draw_ear(const FitState *state, EarView *ear, float *depth, Arena *scratch) {
    const FitBasis *basis = &state->basis;
    const FitCamera *camera = &ear->view->camera;
    Corner *corner = ARENA_ARRAY(scratch, Corner, basis->vertex_count);
    if (!corner) return false;
    for (uint32_t v = 0; v < basis->vertex_count; v++) {
        double px[2];
        corner[v].depth = (float)fitcamera_project(camera, basis->pos[v], px);
        for (int i = 0; i < 2; i++)
            corner[v].at[i] =
                ((float)px[i] - ear->centre_px[i]) / ear->px_per_mm + (i ? EAR_H : EAR_W) * 0.5f;
        for (int i = 0; i < 3; i++) {
            double n = 0;
            for (int k = 0; k < 3; k++) n += camera->r[i][k] * (double)basis->nrm[v][k];
            corner[v].normal[i] = (float)n;
        }
    }
    for (uint32_t t = 0; t < basis->triangle_count; t++) {
        const uint32_t *c = basis->tri[t];
        draw_triangle(ear, depth, (const Corner[3]){corner[c[0]], corner[c[1]], corner[c[2]]});
    }
    return true;
}

/* Only an ellipse about the ear counts, and no cell without skin. */
static void mask_ear(EarView *ear) {
    ear->cells = 0;
    for (int i = 0; i < EAR_W * EAR_H; i++) {
        const float x = ((float)(i % EAR_W) + 0.5f - EAR_W * 0.5f) / (EAR_W * 0.5f - 8),
                    y = ((float)(i / EAR_W) + 0.5f - EAR_H * 0.5f) / (EAR_H * 0.5f - 8);
        if (x * x + y * y > 1) ear->mask[i] = 0;
        ear->cells += ear->mask[i] > 0;
    }
}

static float masked_dot(const EarView *ear, const float *a, const float *b) {
    float sum = 0;
    for (int i = 0; i < EAR_W * EAR_H; i++) sum += ear->mask[i] * a[i] * b[i];
    return sum;
}

static void centre(const EarView *ear, float *a) {
    float mean = 0;
    for (int i = 0; i < EAR_W * EAR_H; i++) mean += ear->mask[i] * a[i] / (float)ear->cells;
    for (int i = 0; i < EAR_W * EAR_H; i++) a[i] = ear->mask[i] * (a[i] - mean);
}

/* Zero mean, unit length, perpendicular to one another (Gram-Schmidt, the relief first). */
static void orthonormalise(EarView *ear) {
    for (int k = CHANNELS - 1; k >= 0; k--) {
        float *a = ear->channel[k];
        centre(ear, a);
        for (int j = CHANNELS - 1; j > k; j--) {
            const float along = masked_dot(ear, a, ear->channel[j]);
            for (int i = 0; i < EAR_W * EAR_H; i++) a[i] -= along * ear->channel[j][i];
        }
        const float length = sqrtf(masked_dot(ear, a, a)) + 1e-9f;
        for (int i = 0; i < EAR_W * EAR_H; i++) a[i] /= length;
    }
}

/* Share of the sky that the surroundings leave to a cell. */
static float open_at(const float *depth, int x, int y) {
    static const float round[8][2] = {{1, 0},  {0.71f, 0.71f},   {0, 1},  {-0.71f, 0.71f},
                                      {-1, 0}, {-0.71f, -0.71f}, {0, -1}, {0.71f, -0.71f}};
    float sky = 0;
    for (int k = 0; k < 8; k++) {
        float rise = 0;
        for (int step = 1; step <= OPEN_REACH; step++) {
            const int u = (int)lroundf((float)x + round[k][0] * (float)step),
                      v = (int)lroundf((float)y + round[k][1] * (float)step);
            if (u < 0 || u >= EAR_W || v < 0 || v >= EAR_H) break;
            rise = fmaxf(rise, (depth[y * EAR_W + x] - depth[v * EAR_W + u]) / (float)step);
        }
        sky += 1 / (8 * (1 + rise * rise));
    }
    return sky;
}

static bool build_ear(const FitState *state, EarView *ear, Arena *scratch) {
    float *depth = ARENA_ARRAY(scratch, float, EAR_W *EAR_H),
          *work = ARENA_ARRAY(scratch, float, 2 * EAR_W * EAR_H);
    if (!depth || !work || !draw_ear(state, ear, depth, scratch)) return false;
    mask_ear(ear);
    for (int i = 0; i < EAR_W * EAR_H; i++) {
        if (depth[i] <= 0) depth[i] = (float)ear->view->camera.t[2];
        ear->channel[3][i] = ear->channel[4][i] = -depth[i];
    }
    for (int i = 0; i < EAR_W * EAR_H; i++)
        ear->open[i] = logf(open_at(depth, i % EAR_W, i / EAR_W) + OPEN_LEAST);
    band_pass(ear->open, EAR_W, EAR_H, BLUR_CELLS, work);
    band_pass(ear->channel[3], EAR_W, EAR_H, 2, work);
    band_pass(ear->channel[4], EAR_W, EAR_H, 7, work);
    for (int k = 0; k < CHANNELS; k++) band_pass(ear->channel[k], EAR_W, EAR_H, BLUR_CELLS, work);
    memcpy(ear->up, ear->channel[1], sizeof ear->up);
    orthonormalise(ear);
    return true;
}

/* ---- the photo ---- */

/* Where a cell offset (from the grids' middle, sized and turned) lies in the photo. */
static void place_px(const EarView *ear, const EarPlace *place, float x, float y, float px[2]) {
    const float c = cosf(place->turn_rad) * place->size * ear->px_per_mm,
                s = sinf(place->turn_rad) * place->size * ear->px_per_mm;
    px[0] = ear->centre_px[0] + c * x - s * y;
    px[1] = ear->centre_px[1] + s * x + c * y;
}

static void sample_region(const EarView *ear, const EarPlace *place, float *region, float *work) {
    const Image *image = &ear->view->image;
    for (int i = 0; i < REGION_W * REGION_H; i++) {
        float px[2], rgb[3];
        place_px(ear, place, (float)(i % REGION_W) + 0.5f - REGION_W * 0.5f,
                 (float)(i / REGION_W) + 0.5f - REGION_H * 0.5f, px);
        image_sample_linear(image, px[0], px[1], rgb);
        region[i] = logf(0.2126f * rgb[0] + 0.7152f * rgb[1] + 0.0722f * rgb[2] + 0.02f);
    }
    band_pass(region, REGION_W, REGION_H, BLUR_CELLS, work);
}

/* Share of the photo's variation that a light on the ear explains there; ridges must not be darker than
 * hollows. */
static float score_at(const EarView *ear, const float *region, int dx, int dy) {
    float d0 = 0, d1 = 0, d2 = 0, d3 = 0, d4 = 0, sum = 0, square = 0, explained = 0;
    _Static_assert(CHANNELS == 5, "one sum a channel");
    for (int y = 0; y < EAR_H; y++) {
        const float *r = region + (y + dy + REACH) * REGION_W + dx + REACH;
        const int row = y * EAR_W;
        /* Said to be a reduction, the sums run four at a time. */
#pragma omp simd reduction(+ : d0, d1, d2, d3, d4, sum, square)
        for (int x = 0; x < EAR_W; x++) {
            const float v = ear->mask[row + x] * r[x];
            sum += v;
            square += v * v;
            d0 += v * ear->channel[0][row + x];
            d1 += v * ear->channel[1][row + x];
            d2 += v * ear->channel[2][row + x];
            d3 += v * ear->channel[3][row + x];
            d4 += v * ear->channel[4][row + x];
        }
    }
    const float dot[CHANNELS] = {d0, d1, d2, d3, d4};
    if (dot[CHANNELS - 1] <= 0) return 0;
    for (int k = 0; k < CHANNELS; k++) explained += dot[k] * dot[k];
    const float n = (float)ear->cells;
    const float far = (float)(dx * dx + dy * dy) / (2 * SHIFT_SIGMA * SHIFT_SIGMA);
    return expf(-far) * explained / (square - sum * sum / n + n * NOISE * NOISE);
}

static EarPlace best_shift(const EarView *ear, EarPlace place, float *region, float *work, int step) {
    sample_region(ear, &place, region, work);
    const int cx = (int)lroundf(place.shift[0]), cy = (int)lroundf(place.shift[1]);
    const int reach = step > 1 ? REACH : 3;
    for (int dy = cy - reach; dy <= cy + reach; dy += step)
        for (int dx = cx - reach; dx <= cx + reach; dx += step) {
            if (dx < -REACH || dx > REACH || dy < -REACH || dy > REACH) continue;
            const float score = score_at(ear, region, dx, dy);
            if (score <= place.score) continue;
            place.score = score;
            place.shift[0] = (float)dx;
            place.shift[1] = (float)dy;
        }
    return place;
}

static float lead_over_others(const EarView *ear, const EarPlace *best, float *region, float *work) {
    float second = 1e-6f;
    sample_region(ear, best, region, work);
    for (int dy = -REACH; dy <= REACH; dy += 2)
        for (int dx = -REACH; dx <= REACH; dx += 2)
            if (hypotf((float)dx - best->shift[0], (float)dy - best->shift[1]) > 9)
                second = fmaxf(second, score_at(ear, region, dx, dy));
    return best->score / second;
}

static bool search(const EarView *ear, Arena *scratch, EarPlace *out) {
    enum { CELLS = REGION_W * REGION_H, TRIES = SIZES * TURNS };
    float *memory = ARENA_ARRAY(scratch, float, TRIES * 3 * CELLS);
    EarPlace tried[TRIES], best = {0};
    if (!memory) return false;
    for (int round = 0; round < 2; round++) {
        const float finer = round ? 0.4f : 1.0f;
#pragma omp parallel for schedule(static)
        for (int k = 0; k < TRIES; k++) {
            float *own = memory + 3 * k * CELLS;
            EarPlace place = round ? best : (EarPlace){.size = 1};
            place.size *= expf(finer * SIZE_STEP * (float)(k % SIZES - SIZES / 2));
            place.turn_rad += finer * TURN_STEP_RAD * (float)(k / SIZES - TURNS / 2);
            place.score = 0;
            tried[k] = best_shift(ear, place, own, own + CELLS, round ? 1 : 3);
        }
        best.score = 0;
        for (int k = 0; k < TRIES; k++)
            if (tried[k].score > best.score) best = tried[k];
        if (best.score <= 0) break;
    }
    if (best.score > 0) best.lead = lead_over_others(ear, &best, memory, memory + CELLS);
    *out = best;
    return true;
}

/* A disc about `offset` (cells from the grids' middle), in which two things count: hollows, dark in any
 * light, and faintly a light from above. A light from any direction would explain a shifted tragus as well.
 */
static void prepare_disc(EarView *ear, const float offset[2], float radius) {
    float *up = ear->channel[CHANNELS - 2], *open = ear->channel[CHANNELS - 1];
    ear->cells = 0;
    for (int i = 0; i < EAR_W * EAR_H; i++) {
        const float x = (float)(i % EAR_W) + 0.5f - EAR_W * 0.5f - offset[0],
                    y = (float)(i / EAR_W) + 0.5f - EAR_H * 0.5f - offset[1];
        if (x * x + y * y > radius * radius) ear->mask[i] = 0;
        ear->cells += ear->mask[i] > 0;
    }
    memset(ear->channel, 0, sizeof ear->channel);
    memcpy(up, ear->up, sizeof ear->up);
    memcpy(open, ear->open, sizeof ear->open);
    centre(ear, up);
    centre(ear, open);
    /* Both at once, `up` damped: the rows of the inverse Cholesky factor of their normal equations. */
    const float up_square = masked_dot(ear, up, up) + UP_FAINT * (float)ear->cells,
                along = masked_dot(ear, up, open) / up_square,
                open_square = masked_dot(ear, open, open) - along * along * up_square;
    for (int i = 0; i < EAR_W * EAR_H; i++) {
        open[i] = (open[i] - along * up[i]) / sqrtf(open_square + 1e-9f);
        up[i] /= sqrtf(up_square + 1e-9f);
    }
}

/* Where between the cells a maximum lies. */
static float between(float before, float at, float after) {
    const float bend = before - 2 * at + after;
    return bend < 0 ? 0.5f * (before - after) / bend : 0;
}

/* The tragus on its own, since ears differ in where it sits between their ends: the same search with a small
 * disc about it. `offset` is in cells from the grids' middle, and moves. */
static bool refine_tragion(EarView *ear, const EarPlace *place, float offset[2], Arena *scratch) {
    enum { RADIUS = 9, NEAR = 6, SIDE = 2 * NEAR + 3 }; /* with a border of zeros */
    float *region = ARENA_ARRAY(scratch, float, 3 * REGION_W * REGION_H),
          *work = region + REGION_W * REGION_H;
    if (!region) return false;
    sample_region(ear, place, region, work);
    prepare_disc(ear, offset, RADIUS);
    float score[SIDE][SIDE] = {{0}};
    int x = NEAR + 1, y = NEAR + 1;
    const int cx = (int)lroundf(place->shift[0]), cy = (int)lroundf(place->shift[1]);
    for (int j = 1; j < SIDE - 1; j++)
        for (int i = 1; i < SIDE - 1; i++) {
            const int dx = i - NEAR - 1, dy = j - NEAR - 1;
            if (abs(cx + dx) > REACH || abs(cy + dy) > REACH) continue;
            score[j][i] = score_at(ear, region, cx + dx, cy + dy) * expf(-(float)(dx * dx + dy * dy) / 40);
            if (score[j][i] <= score[y][x]) continue;
            x = i;
            y = j;
        }
    const float by[2] = {(float)(x - NEAR - 1) + between(score[y][x - 1], score[y][x], score[y][x + 1]),
                         (float)(y - NEAR - 1) + between(score[y - 1][x], score[y][x], score[y + 1][x])};
    log_message(LOG_DEBUG, "fit: tragion moved %.1f %.1f mm, %.2f explained", (double)by[0], (double)by[1],
                (double)score[y][x]);
    for (int i = 0; i < 2; i++) offset[i] += by[i];
    return true;
}

bool fitear_find(FitState *state, int photo, Arena *scratch) {
    FitView *view = &state->view[photo];
    const double from_left = fitcamera_from_left(&view->camera);
    view->ear_explained = 0;
    if (fabs(from_left) < SIDE_MIN) return true;
    const size_t mark = arena_mark(scratch);
    const bool left = from_left > 0;
    const int site[3] = {left ? LM_LEFT_TRAGION : LM_RIGHT_TRAGION,
                         left ? FIT_LEFT_EAR_TOP : FIT_RIGHT_EAR_TOP,
                         left ? FIT_LEFT_EAR_BOTTOM : FIT_RIGHT_EAR_BOTTOM};
    float at[3][2];
    EarView *ear = ARENA_ARRAY(scratch, EarView, 1);
    if (!ear) return false;
    for (int k = 0; k < 3; k++) {
        float pos[3];
        double px[2];
        fitbasis_site(&state->basis, site[k], pos);
        ear->px_per_mm = (float)(view->camera.focal / fitcamera_project(&view->camera, pos, px));
        for (int i = 0; i < 2; i++) {
            at[k][i] = (float)px[i];
            ear->centre_px[i] += at[k][i] / 3;
        }
    }
    ear->view = view;
    EarPlace place = {0};
    const bool ok = build_ear(state, ear, scratch) && search(ear, scratch, &place);
    log_message(LOG_DEBUG,
                "fit: %s ear: %.2f explained, lead %.2f, size %.2f, turn %.0f deg, moved %.0f %.0f mm",
                photo_slot_names[photo], (double)place.score, (double)place.lead, (double)place.size,
                (double)place.turn_rad * 57.3, (double)place.shift[0], (double)place.shift[1]);
    view->ear_explained = place.lead > LEAD_SURE ? (double)place.score : 0;
    const bool found = ok && place.score > EXPLAINED_MIN && place.lead > LEAD_MIN;
    for (int k = 2; found && k >= 0; k--) {
        float px[2], offset[2];
        for (int i = 0; i < 2; i++) offset[i] = (at[k][i] - ear->centre_px[i]) / ear->px_per_mm;
        if (k == 0 && !refine_tragion(ear, &place, offset, scratch)) return false;
        place_px(ear, &place, offset[0] + place.shift[0], offset[1] + place.shift[1], px);
        fitface_put(view, site[k], px, (k ? END_SIGMA_MM : TRAGION_SIGMA_MM) * ear->px_per_mm);
    }
    arena_rewind(scratch, mark);
    return ok;
}
