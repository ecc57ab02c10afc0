#include "landmarks.h"
#include "iris.h"
#include <math.h>
#include <string.h>

/* The chip: UNIT px an eye distance, the eyes' middle at (ORIGIN_X, ORIGIN_Y). */
enum { UNIT = 64, ORIGIN_X = 112, ORIGIN_Y = 88, CHIP_W = 224, CHIP_H = 240, KERNEL_MAX = 24 };

typedef struct Chip {
    FaceFrame frame;
    float *lum;           /* log luminance */
    float *coarse, *fine; /* dark horizontal ridges at two scales, 0..1 */
} Chip;

/* Mean layout in units of the eye distance, y down (domain.md 7.1-7.2: n-sn 51, sn-me 76, interpupillary 62
 * mm; the pupils lie 12 mm below the sellion), the slack of each line, and its weight in the layout's score.
 */
static const struct Layout {
    float at[2], slack, weight;
} layout[FACE_CHIN + 1] = {
    [FACE_RIGHT_LID] = {{-0.5f, 0.04f}, 0.07f, 1.0f},
    [FACE_LEFT_LID] = {{0.5f, 0.04f}, 0.07f, 1.0f},
    [FACE_RIGHT_BROW] = {{-0.5f, -0.28f}, 0.10f, 0.7f},
    [FACE_LEFT_BROW] = {{0.5f, -0.28f}, 0.10f, 0.7f},
    [FACE_NOSE_BASE] = {{0, 0.62f}, 0.10f, 1.0f},
    [FACE_MOUTH] = {{0, 1.03f}, 0.12f, 1.2f},
    [FACE_CHIN] = {{0, 1.72f}, 0.16f, 0.4f},
};

static void chip_to_px(const FaceFrame *f, float x, float y, float px[2]) {
    const float u = (x - ORIGIN_X) / UNIT * f->unit_px, v = (y - ORIGIN_Y) / UNIT * f->unit_px;
    const float c = cosf(f->roll_rad), s = sinf(f->roll_rad);
    px[0] = f->origin_px[0] + c * u - s * v;
    px[1] = f->origin_px[1] + s * u + c * v;
}

static void chip_from_px(const FaceFrame *f, const float px[2], float at[2]) {
    const float dx = px[0] - f->origin_px[0], dy = px[1] - f->origin_px[1];
    const float c = cosf(f->roll_rad), s = sinf(f->roll_rad);
    at[0] = ORIGIN_X + (c * dx + s * dy) / f->unit_px * UNIT;
    at[1] = ORIGIN_Y + (-s * dx + c * dy) / f->unit_px * UNIT;
}

/* Mean of an n x n grid of samples inside one chip pixel, so that large photos do not alias. */
static float chip_luminance(const Image *image, const FaceFrame *f, int x, int y, int n) {
    float sum = 0;
    for (int k = 0; k < n * n; k++) {
        float px[2], rgb[3];
        const float ox = ((float)(k % n) + 0.5f) / (float)n, oy = ((float)(k / n) + 0.5f) / (float)n;
        chip_to_px(f, (float)x + ox, (float)y + oy, px);
        image_sample_linear(image, px[0], px[1], rgb);
        sum += 0.2126f * rgb[0] + 0.7152f * rgb[1] + 0.0722f * rgb[2];
    }
    return sum / (float)(n * n);
}

/* What is darker than this share of the face's mean light is noise and flare. */
static const float DARK_SHARE = 0.03f;

static void to_log(float *lum) {
    double mean = 0;
    for (int i = 0; i < CHIP_W * CHIP_H; i++) mean += (double)lum[i] / (CHIP_W * CHIP_H);
    const float dark = DARK_SHARE * (float)mean + 0.0005f;
    for (int i = 0; i < CHIP_W * CHIP_H; i++) lum[i] = logf(lum[i] + dark);
}

static int gaussian(float sigma, int order, float kernel[2 * KERNEL_MAX + 1]) {
    int radius = (int)ceilf(3 * sigma);
    radius = radius > KERNEL_MAX ? KERNEL_MAX : radius;
    float sum = 0, mean = 0;
    for (int k = -radius; k <= radius; k++) sum += expf(-0.5f * (float)(k * k) / (sigma * sigma));
    for (int k = -radius; k <= radius; k++) {
        const float q = (float)(k * k) / (sigma * sigma), g = expf(-0.5f * q) / sum;
        kernel[k + radius] = order ? (q - 1) * g : g;
        mean += kernel[k + radius] / (float)(2 * radius + 1);
    }
    for (int k = 0; order && k <= 2 * radius; k++) kernel[k] -= mean;
    return radius;
}

static int clamp_int(int v, int lo, int hi) {
    return v < lo ? lo : v > hi ? hi : v;
}

/* Second derivative down the rows, smoothed along them: large on dark horizontal lines. Scaled by its
 * own 98.5th percentile's neighbourhood through a soft saturation. */
static void ridges(const float *lum, float sigma_across, float sigma_along, float *work, float *out) {
    float across[2 * KERNEL_MAX + 1], along[2 * KERNEL_MAX + 1];
    const int ra = gaussian(sigma_across, 2, across), rl = gaussian(sigma_along, 0, along);
    for (int y = 0; y < CHIP_H; y++)
        for (int x = 0; x < CHIP_W; x++) {
            float sum = 0;
            for (int k = -ra; k <= ra; k++)
                sum += across[k + ra] * lum[clamp_int(y + k, 0, CHIP_H - 1) * CHIP_W + x];
            work[y * CHIP_W + x] = sum;
        }
    for (int y = 0; y < CHIP_H; y++)
        for (int x = 0; x < CHIP_W; x++) {
            float sum = 0;
            for (int k = -rl; k <= rl; k++)
                sum += along[k + rl] * work[y * CHIP_W + clamp_int(x + k, 0, CHIP_W - 1)];
            out[y * CHIP_W + x] = sum > 0 ? sum / (sum + 0.06f) : 0;
        }
}

static bool chip_make(const Image *image, const FaceFrame *frame, Arena *scratch, Chip *out, Err *err) {
    out->frame = *frame;
    out->lum = ARENA_ARRAY(scratch, float, CHIP_W *CHIP_H);
    out->coarse = ARENA_ARRAY(scratch, float, CHIP_W *CHIP_H);
    out->fine = ARENA_ARRAY(scratch, float, CHIP_W *CHIP_H);
    float *work = ARENA_ARRAY(scratch, float, CHIP_W *CHIP_H);
    if (!out->lum || !out->coarse || !out->fine || !work)
        return err_set(err, "there is not enough memory to look for the face's features");
    const int n = clamp_int((int)ceilf(frame->unit_px / UNIT), 1, 6);
#pragma omp parallel for schedule(static)
    for (int y = 0; y < CHIP_H; y++)
        for (int x = 0; x < CHIP_W; x++) out->lum[y * CHIP_W + x] = chip_luminance(image, frame, x, y, n);
    to_log(out->lum);
    ridges(out->lum, 0.035f * UNIT, 0.08f * UNIT, work, out->coarse);
    ridges(out->lum, 0.022f * UNIT, 0.035f * UNIT, work, out->fine);
    return true;
}

static float at_clamped(const float *map, float x, float y) {
    const float fx = fminf(fmaxf(x - 0.5f, 0), CHIP_W - 1.001f),
                fy = fminf(fmaxf(y - 0.5f, 0), CHIP_H - 1.001f);
    const int ix = (int)fx, iy = (int)fy;
    const float u = fx - (float)ix, v = fy - (float)iy, *p = map + iy * CHIP_W + ix;
    return (1 - v) * ((1 - u) * p[0] + u * p[1]) + v * ((1 - u) * p[CHIP_W] + u * p[CHIP_W + 1]);
}

/* Best response within the slack above and below, farther ones worth less. */
static float line_score(const Chip *chip, float x, float y, float slack_px) {
    float best = 0;
    for (int k = -4; k <= 4; k++) {
        const float d = (float)k / 4 * 1.5f;
        best = fmaxf(best, at_clamped(chip->coarse, x, y + d * slack_px) * expf(-0.5f * d * d));
    }
    return best;
}

static float layout_score(const Chip *chip, float dx, float dy, float size, float turn) {
    const float c = cosf(turn) * size * UNIT, s = sinf(turn) * size * UNIT;
    float sum = 0, weights = 0;
    for (int k = 0; k <= FACE_CHIN; k++) {
        const float x = ORIGIN_X + dx * UNIT + c * layout[k].at[0] - s * layout[k].at[1];
        const float y = ORIGIN_Y + dy * UNIT + s * layout[k].at[0] + c * layout[k].at[1];
        sum += layout[k].weight * line_score(chip, x, y, layout[k].slack * size * UNIT);
        weights += layout[k].weight;
    }
    return sum / weights;
}

/* The whole layout over place, size and turn; the start is preferred slightly, so that blank pictures stay
 * put. */
static float layout_search(const Chip *chip, FaceFrame *frame) {
    float best = -1, best_raw = 0, arg[4] = {0, 0, 1, 0};
    for (int is = -3; is <= 3; is++)
        for (int it = -4; it <= 4; it++)
            for (int ix = -7; ix <= 7; ix++)
                for (int iy = -9; iy <= 9; iy++) {
                    const float size = expf((float)is * 0.075f), turn = (float)it * 0.08f;
                    const float dx = (float)ix * 0.05f, dy = (float)iy * 0.05f;
                    const float raw = layout_score(chip, dx, dy, size, turn);
                    const float far = dx * dx / 0.06f + dy * dy / 0.09f + turn * turn / 0.05f +
                                      (float)(is * is) * 0.0056f / 0.03f;
                    const float score = raw * (1 - 0.08f * far);
                    if (score > best) {
                        best = score;
                        best_raw = raw;
                        arg[0] = dx, arg[1] = dy, arg[2] = size, arg[3] = turn;
                    }
                }
    float px[2];
    chip_to_px(frame, ORIGIN_X + arg[0] * UNIT, ORIGIN_Y + arg[1] * UNIT, px);
    frame->origin_px[0] = px[0];
    frame->origin_px[1] = px[1];
    frame->unit_px *= arg[2];
    frame->roll_rad += arg[3];
    return best_raw;
}

/* The ridge's row near (x, y): the peak of response times closeness, to a fraction of a pixel. */
static float ridge_row(const float *map, float x, float y, float slack_px, float *row) {
    float best = 0, at = y;
    const int reach = (int)ceilf(2 * slack_px * 2);
    for (int k = -reach; k <= reach; k++) {
        const float d = (float)k * 0.5f,
                    v = at_clamped(map, x, y + d) * expf(-0.5f * d * d / (slack_px * slack_px));
        if (v > best) {
            best = v;
            at = y + d;
        }
    }
    const float a = at_clamped(map, x, at - 1), b = at_clamped(map, x, at), c = at_clamped(map, x, at + 1);
    const float bend = a - 2 * b + c;
    *row = at + (bend < -1e-6f ? fminf(fmaxf(0.5f * (a - c) / bend, -1), 1) : 0);
    return best;
}

static void put_line(const Chip *chip, FaceLine line, float x, float y, float strength, FaceLines *out) {
    out->strength[line] = strength;
    out->found[line] = strength > 0.12f;
    chip_to_px(&chip->frame, x, y, out->px[line]);
}

/* Where a line has faded to this share of its strongest part, it ends. */
static const float EYE_END_SHARE = 0.30f, MOUTH_END_SHARE = 0.38f;

/* Follow a fine ridge sideways until it fades below a share of its strongest part; returns the end. */
static float ridge_end(const Chip *chip, float x, float y, int direction, float limit_px, float share,
                       float end[2]) {
    float peak = 0, strongest = 0, row = y, last[2] = {x, y};
    for (float d = 0; d <= limit_px; d += 1) {
        float next;
        const float v = ridge_row(chip->fine, x + (float)direction * d, row, 0.025f * UNIT, &next);
        const float raw = v / (1.0001f - v); /* undo the saturation of `ridges` */
        peak = fmaxf(peak, v);
        strongest = fmaxf(strongest, raw);
        if (raw < share * strongest) break;
        row = next;
        last[0] = x + (float)direction * d;
        last[1] = row;
    }
    memcpy(end, last, sizeof last);
    return peak;
}

/* Lids: the line, its two ends, and whether it sags below them (closed) or not (open: the line is the
 * pupil's). */
static float eye_lines(const Chip *chip, const float at[2], FaceLine lid, FaceLine left_end,
                       FaceLine right_end, FaceLines *out) {
    float row, ends[2][2];
    const float strength = ridge_row(chip->coarse, at[0], at[1], 0.09f * UNIT, &row);
    put_line(chip, lid, at[0], row, strength, out);
    if (!out->found[lid]) return 0;
    const float a = ridge_end(chip, at[0], row, -1, 0.36f * UNIT, EYE_END_SHARE, ends[0]);
    const float b = ridge_end(chip, at[0], row, 1, 0.36f * UNIT, EYE_END_SHARE, ends[1]);
    put_line(chip, left_end, ends[0][0], ends[0][1], ends[0][0] > at[0] - 0.12f * UNIT ? 0 : a, out);
    put_line(chip, right_end, ends[1][0], ends[1][1], ends[1][0] < at[0] + 0.12f * UNIT ? 0 : b, out);
    return (row - 0.5f * (ends[0][1] + ends[1][1])) / UNIT;
}

/* A corner in shade so much deeper (log) than the other's seems to end too early. */
static const float SHADE = 0.9f;

static void mouth_lines(const Chip *chip, const float at[2], FaceLines *out) {
    float row, ends[2][2];
    const float strength = ridge_row(chip->coarse, at[0], at[1], 0.11f * UNIT, &row);
    const float a = ridge_end(chip, at[0], row, -1, 0.7f * UNIT, MOUTH_END_SHARE, ends[0]);
    const float b = ridge_end(chip, at[0], row, 1, 0.7f * UNIT, MOUTH_END_SHARE, ends[1]);
    const float wide = (ends[1][0] - ends[0][0]) / UNIT;
    /* A mouth is 0.6 to 1.1 eye distances wide (domain.md 7.2: 52-56 of 62 mm, +-6). */
    const bool plausible = wide > 0.45f && wide < 1.25f;
    put_line(chip, FACE_MOUTH, plausible ? 0.5f * (ends[0][0] + ends[1][0]) : at[0], row, strength, out);
    const float light = at_clamped(chip->lum, ends[0][0], ends[0][1] - 0.08f * UNIT) -
                        at_clamped(chip->lum, ends[1][0], ends[1][1] - 0.08f * UNIT);
    put_line(chip, FACE_RIGHT_CORNER, ends[0][0], ends[0][1], plausible && light > -SHADE ? a : 0, out);
    put_line(chip, FACE_LEFT_CORNER, ends[1][0], ends[1][1], plausible && light < SHADE ? b : 0, out);
}

/* The nostrils' ridge is symmetric about the midline: its row, the centroid and the width of its response. */
static void nose_line(const Chip *chip, const float at[2], FaceLines *out) {
    float row, sum = 0, moment = 0, square = 0, best = 0, best_row = at[1];
    for (int k = -3; k <= 3; k++) {
        const float x = at[0] + (float)k * 0.05f * UNIT;
        const float v = ridge_row(chip->coarse, x, at[1], 0.10f * UNIT, &row);
        if (v > best) {
            best = v;
            best_row = row;
        }
    }
    for (float d = -0.36f; d <= 0.36f; d += 0.01f) {
        const float v = at_clamped(chip->coarse, at[0] + d * UNIT, best_row), w = v * v;
        sum += w;
        moment += w * d;
        square += w * d * d;
    }
    const float middle = sum > 0 ? moment / sum : 0;
    out->nose_wide = sum > 0 ? sqrtf(fmaxf(square / sum - middle * middle, 0)) : 0;
    put_line(chip, FACE_NOSE_BASE, at[0] + middle * UNIT, best_row, best, out);
}

/* An iris is 11.8 mm wide, eyes stand 62 mm apart. */
static const float IRIS_RADIUS = 0.094f, IRIS_REACH[2] = {0.11f, 0.09f};

/* Both irises near the expected lids, when they make a pair; returns whether they do. */
static bool iris_lines(const Chip *chip, const float right[2], const float left[2], FaceLines *out) {
    const IrisMap map = {chip->lum, CHIP_W, CHIP_H};
    const float reach[2] = {IRIS_REACH[0] * UNIT, IRIS_REACH[1] * UNIT};
    const Iris r = iris_find(&map, right, reach, IRIS_RADIUS * UNIT),
               l = iris_find(&map, left, reach, IRIS_RADIUS * UNIT);
    const float dx = l.at[0] - r.at[0], dy = l.at[1] - r.at[1];
    const float expected = hypotf(left[0] - right[0], left[1] - right[1]);
    const bool pair = fminf(r.strength, l.strength) > IRIS_STRENGTH_MIN && dx > 0.75f * expected &&
                      dx < 1.3f * expected && fabsf(dy - left[1] + right[1]) < 0.25f * expected;
    put_line(chip, FACE_RIGHT_IRIS, r.at[0], r.at[1], pair ? fminf(1, r.strength) : 0, out);
    put_line(chip, FACE_LEFT_IRIS, l.at[0], l.at[1], pair ? fminf(1, l.strength) : 0, out);
    log_message(LOG_DEBUG, "fit: irises %.2f %.2f%s", (double)r.strength, (double)l.strength,
                pair ? ", a pair" : "");
    return pair;
}

static void lines_near(const Chip *chip, const float at[FACE_CHIN + 1][2], bool may_be_open, FaceLines *out) {
    out->frame = chip->frame;
    const bool open = may_be_open && iris_lines(chip, at[FACE_RIGHT_LID], at[FACE_LEFT_LID], out);
    const float sag_r =
        eye_lines(chip, at[FACE_RIGHT_LID], FACE_RIGHT_LID, FACE_RIGHT_OUTER, FACE_RIGHT_INNER, out);
    const float sag_l =
        eye_lines(chip, at[FACE_LEFT_LID], FACE_LEFT_LID, FACE_LEFT_INNER, FACE_LEFT_OUTER, out);
    out->eyes_closed = !open && sag_r + sag_l > 0.05f;
    for (int k = 0; k < 2; k++) {
        const FaceLine brow = k ? FACE_LEFT_BROW : FACE_RIGHT_BROW;
        float row;
        const float v = ridge_row(chip->coarse, at[brow][0], at[brow][1], 0.10f * UNIT, &row);
        put_line(chip, brow, at[brow][0], row, v, out);
    }
    nose_line(chip, at[FACE_NOSE_BASE], out);
    mouth_lines(chip, at[FACE_MOUTH], out);
    float row;
    const float v = ridge_row(chip->coarse, at[FACE_CHIN][0], at[FACE_CHIN][1], 0.12f * UNIT, &row);
    put_line(chip, FACE_CHIN, at[FACE_CHIN][0], row, v, out);
}

/* With both irises known, what is left of the layout: how far down the rest lies, and how far to a side it
 * stands out with the head's turn. */
static void layout_below(const Chip *chip, float at[FACE_CHIN + 1][2]) {
    static const float stands_out[FACE_CHIN + 1] = {
        [FACE_NOSE_BASE] = 1.0f, [FACE_MOUTH] = 0.7f, [FACE_CHIN] = 0.5f};
    float best = -1, arg[2] = {1, 0};
    for (int k = -6; k <= 6; k++)
        for (int j = -6; j <= 6; j++) {
            const float longer = 1 + 0.04f * (float)k, aside = 0.035f * (float)j;
            float score = 0;
            for (int i = FACE_NOSE_BASE; i <= FACE_CHIN; i++)
                score += layout[i].weight * line_score(chip, ORIGIN_X + stands_out[i] * aside * UNIT,
                                                       ORIGIN_Y + longer * layout[i].at[1] * UNIT,
                                                       0.5f * layout[i].slack * UNIT);
            score *= 1 - 0.004f * (float)(k * k + j * j);
            if (score <= best) continue;
            best = score;
            arg[0] = longer;
            arg[1] = aside;
        }
    for (int i = FACE_NOSE_BASE; i <= FACE_CHIN; i++) {
        at[i][0] = ORIGIN_X + stands_out[i] * arg[1] * UNIT;
        at[i][1] = ORIGIN_Y + arg[0] * layout[i].at[1] * UNIT;
    }
}

/* Eyes that are found set the frame: their middle, distance and turn. */
static FaceFrame frame_from_irises(const FaceLines *lines) {
    const float *r = lines->px[FACE_RIGHT_IRIS], *l = lines->px[FACE_LEFT_IRIS];
    const float dx = l[0] - r[0], dy = l[1] - r[1], below = layout[FACE_RIGHT_LID].at[1];
    return (FaceFrame){{0.5f * (l[0] + r[0]) + below * dy, 0.5f * (l[1] + r[1]) - below * dx},
                       hypotf(dx, dy),
                       atan2f(dy, dx)};
}

bool landmarks_find(const Image *image, const FaceFrame *start, Arena *scratch, FaceLines *out, Err *err) {
    const size_t mark = arena_mark(scratch);
    FaceFrame frame = *start;
    Chip chip;
    memset(out, 0, sizeof *out);
    if (!chip_make(image, &frame, scratch, &chip, err)) return false;
    layout_search(&chip, &frame);
    if (!chip_make(image, &frame, scratch, &chip, err)) return false;
    const float score = layout_search(&chip, &frame);
    if (!chip_make(image, &frame, scratch, &chip, err)) return false;
    float at[FACE_CHIN + 1][2];
    for (int k = 0; k <= FACE_CHIN; k++) {
        at[k][0] = ORIGIN_X + layout[k].at[0] * UNIT;
        at[k][1] = ORIGIN_Y + layout[k].at[1] * UNIT;
    }
    const bool open = iris_lines(&chip, at[FACE_RIGHT_LID], at[FACE_LEFT_LID], out);
    if (open) {
        frame = frame_from_irises(out);
        if (!chip_make(image, &frame, scratch, &chip, err)) return false;
        layout_below(&chip, at);
    }
    lines_near(&chip, (const float(*)[2])at, open, out);
    out->score = score;
    arena_rewind(scratch, mark);
    return true;
}

bool landmarks_refine(const Image *image, const FaceFrame *frame, const float predicted_px[FACE_CHIN + 1][2],
                      bool may_be_open, Arena *scratch, FaceLines *out, Err *err) {
    const size_t mark = arena_mark(scratch);
    Chip chip;
    memset(out, 0, sizeof *out);
    if (!chip_make(image, frame, scratch, &chip, err)) return false;
    float at[FACE_CHIN + 1][2];
    for (int k = 0; k <= FACE_CHIN; k++) chip_from_px(frame, predicted_px[k], at[k]);
    lines_near(&chip, (const float(*)[2])at, may_be_open, out);
    arena_rewind(scratch, mark);
    for (int k = 0; k <= FACE_CHIN; k++) out->score += out->strength[k] / (FACE_CHIN + 1);
    return true;
}
