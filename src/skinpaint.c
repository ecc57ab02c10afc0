#include "skinpaint.h"
#include "../engine/rng.h"
#include "skinfill.h"
#include "skinproject.h"
#include "skintone.h"
#include <math.h>
#include <string.h>

enum { BROW_HAIRS = 760, UPPER_LASHES = 75, LOWER_LASHES = 34, CLOSED_LASHES = 95 };

#define IRIS_RADIUS_MM  5.9f /* visible iris diameter 11.8 mm */
#define PUPIL_RADIUS_MM 1.7f
#define CREASE_UP_MM    8.5f /* above the line where closed lids meet: the upper lid's plate is as high */

static float ramp(float x, float from, float to) {
    float t = fminf(1, fmaxf(0, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
}

static float bump(float x, float y, float rx, float ry) {
    return expf(-(x * x) / (rx * rx) - (y * y) / (ry * ry));
}

static float mix(float a, float b, float t) {
    return a + t * (b - a);
}

/* ---- strokes ---- */

static void dab(SkinFace *face, float x, float y, float radius_px, float strength) {
    int x0 = (int)floorf(x - radius_px - 1), x1 = (int)ceilf(x + radius_px + 1);
    int y0 = (int)floorf(y - radius_px - 1), y1 = (int)ceilf(y + radius_px + 1);
    for (int j = y0 < 0 ? 0 : y0; j <= y1 && j < SKINPAINT_HEIGHT; j++) {
        for (int i = x0 < 0 ? 0 : x0; i <= x1 && i < SKINPAINT_WIDTH; i++) {
            float d = sqrtf(((float)i - x) * ((float)i - x) + ((float)j - y) * ((float)j - y));
            float cover = fminf(1, fmaxf(0, radius_px + 0.5f - d)) * strength;
            uint8_t *at = &face->ink[(size_t)j * SKINPAINT_WIDTH + (size_t)i];
            uint8_t ink = (uint8_t)(255 * cover);
            if (ink > *at) *at = ink;
        }
    }
}

/* A tapering, curving hair: from (x, y) mm along `angle`, turning by `bend` over its length. */
static void hair(SkinFace *face, float x, float y, float angle, float bend, float length_mm, float width_mm,
                 float strength) {
    int steps = (int)(length_mm * SKINPAINT_PX_PER_MM) + 1;
    float px = (x - face->x0) * SKINPAINT_PX_PER_MM, py = (y - face->y0) * SKINPAINT_PX_PER_MM;
    for (int k = 0; k <= steps; k++) {
        float t = (float)k / (float)steps, taper = sqrtf(fmaxf(0, 1 - t));
        dab(face, px, py, 0.5f * width_mm * SKINPAINT_PX_PER_MM * (0.35f + 0.65f * taper),
            strength * (0.25f + 0.75f * taper));
        px += cosf(angle + bend * t);
        py += sinf(angle + bend * t);
    }
}

/* ---- the eye's opening ---- */

typedef struct Eye {
    float cx, cy, half, side; /* middle between the canthi, half their distance, +1 the left eye */
    float tilt;               /* of the canthal line, outwards positive */
    float px, py;             /* pupil */
} Eye;

static Eye face_eye(const SkinFace *face, int left) {
    const float *in = face->landmark[left ? LM_LEFT_ENDOCANTHION : LM_RIGHT_ENDOCANTHION];
    const float *out = face->landmark[left ? LM_LEFT_EXOCANTHION : LM_RIGHT_EXOCANTHION];
    const float *pupil = face->landmark[left ? LM_LEFT_PUPIL : LM_RIGHT_PUPIL];
    Eye e = {0.5f * (in[0] + out[0]),
             0.5f * (in[1] + out[1]),
             0.5f * fabsf(out[0] - in[0]),
             left ? 1.0f : -1.0f,
             0,
             pupil[0],
             pupil[1]};
    e.tilt = (out[1] - in[1]) / fmaxf(1, fabsf(out[0] - in[0]));
    return e;
}

/* Lids over t = -1 (inner corner) .. 1 (outer): an almond, its top nearer the nose, its lowest point nearer
 * the temple. */
static float lid_upper(const Eye *e, float t) {
    float u = t + 0.12f * (1 - t * t), arc = fmaxf(0, 1 - u * u);
    return e->cy + e->tilt * t * e->half + e->half * 0.455f * powf(arc, 0.72f);
}

static float lid_lower(const Eye *e, float t) {
    float u = t - 0.10f * (1 - t * t), arc = fmaxf(0, 1 - u * u);
    return e->cy + e->tilt * t * e->half - e->half * 0.25f * powf(arc, 0.80f);
}

/* Where closed lids meet. */
static float lid_line(const Eye *e, float t) {
    return e->cy + e->tilt * t * e->half - HEAD_LID_SAG_MM * fmaxf(0, 1 - t * t);
}

static void draw_lashes(SkinFace *face, int left, Rng *rng) {
    Eye e = face_eye(face, left);
    for (int k = 0; k < UPPER_LASHES; k++) {
        float t = mix(-0.82f, 0.98f, ((float)k + rng_float(rng)) / UPPER_LASHES);
        float lean = mix(2.0f, 0.55f, (t + 1) / 2) + 0.2f * rng_normal(rng),
              angle = left ? lean : 3.14159f - lean;
        hair(face, e.cx + e.side * t * e.half, lid_upper(&e, t) - 0.3f, angle, left ? 0.3f : -0.3f,
             mix(1.4f, 3.0f, ramp(t, -0.9f, 0.7f)) * (0.8f + 0.4f * rng_float(rng)), 0.16f, 0.75f);
    }
    for (int k = 0; k < LOWER_LASHES; k++) {
        float t = mix(-0.5f, 0.95f, ((float)k + rng_float(rng)) / LOWER_LASHES);
        float lean = -mix(2.0f, 0.75f, (t + 1) / 2) + 0.25f * rng_normal(rng),
              angle = left ? lean : 3.14159f - lean;
        hair(face, e.cx + e.side * t * e.half, lid_lower(&e, t) - 0.5f, angle, 0,
             1.0f + 0.7f * rng_float(rng), 0.09f, 0.4f);
    }
}

/* On closed lids the lashes lie downwards and out, over the lower lid. */
static void draw_closed_lashes(SkinFace *face, int left, Rng *rng) {
    Eye e = face_eye(face, left);
    for (int k = 0; k < CLOSED_LASHES; k++) {
        float t = mix(-0.80f, 0.97f, ((float)k + rng_float(rng)) / CLOSED_LASHES);
        float lean = -mix(1.85f, 0.75f, (t + 1) / 2) + 0.16f * rng_normal(rng),
              angle = left ? lean : 3.14159f - lean;
        hair(face, e.cx + e.side * t * e.half, lid_line(&e, t) + 0.2f, angle, left ? 0.35f : -0.35f,
             mix(1.8f, 5.0f, ramp(t, -0.9f, 0.6f)) * (0.75f + 0.4f * rng_float(rng)), 0.16f, 0.8f);
    }
}

static void draw_brow(SkinFace *face, int left, Rng *rng) {
    Eye e = face_eye(face, left);
    float height = mix(0.95f, 1.1f, rng_float(rng)), full = mix(0.85f, 1.15f, rng_float(rng));
    for (int k = 0; k < BROW_HAIRS; k++) {
        float t = powf(rng_float(rng), 0.85f), across = 2 * rng_float(rng) - 1;
        /* Head of the brow above the inner corner, peak past the pupil, tail beyond the outer corner. */
        float x = mix(-1.22f, 1.38f, t) * e.half;
        float y = height * (10.4f + 5.6f * sinf(2.35f * t) - 2.0f * t * t);
        float thick = full * 5.4f * ramp(t, -0.12f, 0.10f) * (1 - 0.72f * t * t);
        float lean =
            mix(1.35f, -0.10f, powf(t, 0.45f)) - (0.55f + 0.2f * t) * (across > 0 ? across : 0.15f * across);
        float angle = lean + 0.14f * rng_normal(rng);
        float edge = 1 - 0.5f * fabsf(across), length = mix(5.0f, 7.5f, rng_float(rng)) * (1 - 0.35f * t);
        if (!left) angle = 3.14159f - angle;
        hair(face, e.cx + e.side * x, e.cy + y + thick * across * 0.75f, angle, left ? -0.5f : 0.5f, length,
             0.12f, 0.45f + 0.4f * edge);
    }
}

bool skinpaint_create(const float mean_landmark[LM_COUNT][3], bool lids_closed, float ita_deg, uint64_t seed,
                      Arena *arena, SkinFace *out) {
    static const float eyes[4][3] = {
        {.030f, .014f, .007f}, {.055f, .030f, .012f}, {.052f, .058f, .036f}, {.050f, .078f, .100f}};
    memset(out, 0, sizeof *out);
    memcpy(out->landmark, mean_landmark, sizeof out->landmark);
    out->ink = ARENA_ARRAY(arena, uint8_t, (size_t)SKINPAINT_WIDTH * SKINPAINT_HEIGHT);
    if (!out->ink) return false;
    Rng rng = rng_make(seed, 0xface);
    out->salt = rng_u32(&rng);
    out->ita_deg = ita_deg;
    out->lids_closed = lids_closed;
    out->x0 = -0.5f * SKINPAINT_WIDTH / SKINPAINT_PX_PER_MM;
    out->y0 = face_eye(out, 1).cy - 20;
    out->beard = 0.25f + 0.5f * rng_float(&rng);
    float fair = fminf(1, fmaxf(0, (ita_deg - 25) / 40)), pick = rng_float(&rng);
    memcpy(out->iris_lin,
           eyes[pick > fair           ? (ita_deg > 15 ? 1 : 0)
                : pick < 0.45f * fair ? 3
                                      : 2],
           sizeof out->iris_lin);
    float brown[3] = {.016f + .036f * fair * pick, .010f + .016f * fair * pick, .007f + .007f * fair * pick};
    for (int c = 0; c < 3; c++) out->hair_log[c] = skinproject_log(brown[c]);
    for (int left = 0; left < 2; left++) {
        draw_brow(out, left, &rng);
        if (lids_closed)
            draw_closed_lashes(out, left, &rng);
        else
            draw_lashes(out, left, &rng);
    }
    return true;
}

/* ---- slow fields ---- */

static float mouth_centre(const SkinFace *face, int axis) {
    return 0.5f * (face->landmark[LM_LEFT_CHEILION][axis] + face->landmark[LM_RIGHT_CHEILION][axis]);
}

/* The vermilion over s = |x| / half mouth, its heights above the corners': it meets where the mean head's
 * lips do, and ends at their crests, cupid's bow above, a full bow below. */
typedef struct Lips {
    float s, part, top, bottom;
} Lips;

static Lips lips_at(const SkinFace *face, float x_mm) {
    float half = 0.5f * (face->landmark[LM_LEFT_CHEILION][0] - face->landmark[LM_RIGHT_CHEILION][0]) - 0.5f;
    Lips l = {.s = fabsf(x_mm - mouth_centre(face, 0)) / half};
    float arc = fmaxf(0, 1 - l.s * l.s);
    l.part = 2.15f * (1 - ramp(l.s, 0.70f, 0.98f));
    l.top = l.part + 8.0f * powf(arc, 1.15f) * (1 - 0.14f * bump(l.s, 0, 0.17f, 1));
    l.bottom = 0.9f * arc - 8.8f * powf(arc, 0.62f);
    return l;
}

/* How much of the lips' red a place wears; `soft` widens its border. */
static float lips_cover(const Lips *l, float height, float soft) {
    return ramp(l->top - height, -0.35f * soft, soft) * ramp(height - l->bottom, -0.7f * soft, 1.6f * soft) *
           (1 - ramp(l->s, 0.93f, 1.02f));
}

SkinFlush skinpaint_flush(const SkinFace *face, const float m[3]) {
    SkinFlush f = {0, 0, 0};
    const float(*l)[3] = face->landmark;
    float ax = fabsf(m[0]), front = ramp(m[2], l[LM_LEFT_EXOCANTHION][2] - 35, l[LM_LEFT_EXOCANTHION][2] + 5);
    float mouth = mouth_centre(face, 1), eye = face_eye(face, 1).cy;
    const float *ear = l[LM_LEFT_TRAGION];
    f.blood +=
        0.75f * ramp(ax, 66, 80) * (1 - ramp(hypotf(m[1] - ear[1] - 9.7f, m[2] - ear[2] + 13.3f), 22, 44));
    f.blood += 0.50f * front * bump(ax - 36, m[1] - (eye - 30), 19, 17);           /* cheeks */
    f.blood += 0.65f * front * bump(m[0], m[1] - l[LM_PRONASALE][1], 14, 11);      /* nose */
    f.blood += 0.40f * front * bump(ax - 15, m[1] - l[LM_SUBNASALE][1] - 7, 6, 7); /* wings */
    f.blood += 0.35f * front * bump(m[0], m[1] - l[LM_MENTON][1] - 14, 18, 10);    /* chin */
    f.blood += 0.25f * front * bump(m[0], m[1] - l[LM_GLABELLA][1] - 20, 40, 22);  /* forehead */
    float lid = bump(ax - fabsf(face_eye(face, 1).cx), m[1] - eye, 17, 11);
    f.blood += 0.45f * front * lid;
    f.melanin += 0.006f * front * lid;
    f.melanin += 0.006f * front * bump(ax - 24, m[1] - (eye - 12), 13, 6); /* under the eye */
    float jaw = ramp(mouth + 16 - m[1], 0, 14) * (1 - ramp(l[LM_MENTON][1] - 18 - m[1], 0, 25));
    float cheek = ramp(ax, 24, 44) * ramp(eye - 52 - m[1] + 0.55f * (ax - 40), 0, 16);
    float chin = 1 - ramp(ax, 24, 44);
    float above = bump(m[0], m[1] - (mouth + 11), 24, 6);
    const Lips lips = lips_at(face, m[0]);
    f.beard = ramp(m[2], 18, 45) * fminf(1, fmaxf(jaw * fmaxf(chin, cheek), 0.8f * above)) *
              (1 - lips_cover(&lips, m[1] - mouth, 1));
    return f;
}

/* ---- texel features ---- */

bool skinpaint_near(const SkinFace *face, const float m[3]) {
    float eye = face_eye(face, 1).cy;
    return m[2] > face->landmark[LM_LEFT_EXOCANTHION][2] - 30 && fabsf(m[0]) < 63 && m[1] < eye + 42 &&
           m[1] > mouth_centre(face, 1) - 20;
}

static void blend_to(float log_rgb[3], const float target_lin[3], float share) {
    for (int c = 0; c < 3; c++) log_rgb[c] = mix(log_rgb[c], skinproject_log(target_lin[c]), share);
}

static void eye_colour(const SkinFace *face, const Eye *e, float x, float y, float t, float rgb[3]) {
    float up = lid_upper(e, t) - y,
          r = sqrtf((x - e->px) * (x - e->px) + (y - e->py + 0.5f) * (y - e->py + 0.5f));
    float corner = ramp(fabsf(t), 0.45f, 1.0f);
    float tone = mix(0.72f, 1, fminf(1, fmaxf(0, (face->ita_deg + 50) / 90)));
    float white[3] = {tone * mix(.50f, .44f, corner), tone * mix(.445f, .32f, corner),
                      tone * mix(.415f, .27f, corner)};
    float angle = atan2f(y - e->py + 0.5f, x - e->px),
          fibre[3] = {4 * cosf(angle) * 3, 4 * sinf(angle) * 3, 0.35f * r};
    float rays = 1 + 0.36f * skinfill_noise(fibre, face->salt % 900u);
    float inner = ramp(r, PUPIL_RADIUS_MM - 0.25f, PUPIL_RADIUS_MM + 0.25f),
          ring = ramp(r, IRIS_RADIUS_MM - 1.5f, IRIS_RADIUS_MM);
    float outer = ramp(r, IRIS_RADIUS_MM - 0.35f, IRIS_RADIUS_MM + 0.45f);
    float shade = mix(0.34f, 1, ramp(up, 0, 3.6f)); /* of the lid and its lashes on the ball */
    for (int c = 0; c < 3; c++) {
        float iris = face->iris_lin[c] * rays * mix(1.35f, 1, ramp(r, 2, 4)) * mix(1, 0.42f, ring) * 1.25f;
        iris = mix(0.006f, iris, inner);
        rgb[c] = mix(iris, white[c], outer) * shade;
    }
}

static void paint_eye(const SkinFace *face, int left, const float m[3], float log_rgb[3], float *gloss) {
    Eye e = face_eye(face, left);
    float t = (m[0] - e.cx) * e.side / e.half;
    if (fabsf(t) > 1.35f || fabsf(m[1] - e.cy) > 16) return;
    float clamped = fminf(1, fmaxf(-1, t)), up = lid_upper(&e, clamped) - m[1],
          down = m[1] - lid_lower(&e, clamped);
    float within = 1 - ramp(fabsf(t), 0.985f, 1.02f);
    float ball = ramp(up, -0.12f, 0.25f) * ramp(down, -0.15f, 0.25f) * within;
    float rgb[3], pink[3] = {.42f, .21f, .17f}, dark[3] = {.020f, .011f, .008f};
    eye_colour(face, &e, m[0], m[1], clamped, rgb);
    blend_to(log_rgb, rgb, ball);
    *gloss = mix(*gloss, 1, ball);
    float caruncle = bump(t + 0.97f, (m[1] - e.cy) / e.half - e.tilt * t + 0.03f, 0.10f, 0.10f) * ball;
    blend_to(log_rgb, pink, 0.8f * caruncle);
    float wet = ramp(down, -1.0f, -0.3f) * (1 - ramp(down, -0.2f, 0.5f)) * within; /* lower margin */
    blend_to(log_rgb, pink, 0.30f * wet);
    float line = ramp(up, -0.75f, -0.2f) * (1 - ramp(up, 0.25f, 0.9f)) * within * ramp(t, -1.0f, -0.55f);
    blend_to(log_rgb, dark, 0.82f * line);
    float crease_y = lid_upper(&e, clamped) + e.half * (0.20f + 0.05f * clamped);
    float crease = bump(0, m[1] - crease_y, 1, 0.55f) * (1 - ramp(fabsf(t), 0.75f, 1.1f));
    for (int c = 0; c < 3; c++) log_rgb[c] -= 0.22f * crease * (c ? 1.1f : 0.8f);
}

/* Closed: the upper lid's skin down to a line of lashes, and the crease above it. */
static void paint_closed_lids(const SkinFace *face, int left, const float m[3], float log_rgb[3],
                              float *gloss) {
    Eye e = face_eye(face, left);
    float t = (m[0] - e.cx) * e.side / e.half, arch = sqrtf(fmaxf(0, 1 - t * t)), up = m[1] - lid_line(&e, t);
    if (fabsf(t) > 1.35f || fabsf(m[1] - e.cy) > 18) return;
    static const float dark[3] = {.020f, .011f, .008f};
    float within = 1 - ramp(fabsf(t), 0.93f, 1.03f);
    float line = bump(0, up, 1, 0.34f) * within * mix(0.45f, 1, ramp(t, -0.95f, -0.3f));
    blend_to(log_rgb, dark, 0.52f * line);
    float margin = bump(0, up + 0.9f, 1, 0.7f) * within;
    float crease = bump(0, up - CREASE_UP_MM * arch, 1, 0.6f) * (1 - ramp(fabsf(t), 0.7f, 1));
    for (int c = 0; c < 3; c++) log_rgb[c] -= (0.16f * crease + 0.10f * margin) * (c ? 1.1f : 0.6f);
    *gloss = mix(*gloss, 0.5f, margin);
}

static void paint_lips(const SkinFace *face, const float m[3], float grain, float log_rgb[3], float *gloss) {
    float x = m[0] - mouth_centre(face, 0), height = m[1] - mouth_centre(face, 1);
    const Lips l = lips_at(face, m[0]);
    if (l.s > 1.1f || fabsf(height) > 20) return;
    float lip = lips_cover(&l, height, 0.9f + 0.40f * grain);
    float red[3], lines[3] = {x * 1.9f, (height - l.part) * 0.22f, m[2] * 0.3f};
    skintone_shift(face->ita_deg, 1.95f, 0.012f, red);
    float striate = 0.065f * skinfill_noise(lines, face->salt % 700u),
          upper = ramp(height - l.part, -0.3f, 0.5f);
    for (int c = 0; c < 3; c++) log_rgb[c] += lip * (red[c] + striate - 0.06f * upper);
    float seam = bump(0, height - l.part, 1, 0.75f) * (1 - ramp(l.s, 0.96f, 1.03f));
    for (int c = 0; c < 3; c++) log_rgb[c] -= seam * (c ? 1.15f : 0.75f);
    float under = bump(x / 14, (height - l.bottom + 3.2f) / 2.6f, 1, 1);
    for (int c = 0; c < 3; c++) log_rgb[c] -= 0.07f * under;
    *gloss = mix(*gloss, 0.85f, lip);
}

static float ink_at(const SkinFace *face, float x_mm, float y_mm) {
    float x = (x_mm - face->x0) * SKINPAINT_PX_PER_MM, y = (y_mm - face->y0) * SKINPAINT_PX_PER_MM;
    if (x < 0 || y < 0 || x >= SKINPAINT_WIDTH - 1 || y >= SKINPAINT_HEIGHT - 1) return 0;
    int ix = (int)x, iy = (int)y;
    float fx = x - (float)ix, fy = y - (float)iy;
    const uint8_t *a = face->ink + (size_t)iy * SKINPAINT_WIDTH + ix, *b = a + SKINPAINT_WIDTH;
    return ((1 - fy) * ((1 - fx) * a[0] + fx * a[1]) + fy * ((1 - fx) * b[0] + fx * b[1])) / 255;
}

void skinpaint_features(const SkinFace *face, const float m[3], float grain, float log_rgb[3], float *gloss) {
    if (face->lids_closed)
        paint_closed_lids(face, m[0] > 0, m, log_rgb, gloss);
    else
        paint_eye(face, m[0] > 0, m, log_rgb, gloss);
    paint_lips(face, m, grain, log_rgb, gloss);
    float ink = ink_at(face, m[0], m[1]);
    if (ink <= 0) return;
    for (int c = 0; c < 3; c++) log_rgb[c] = mix(log_rgb[c], face->hair_log[c], ink);
    *gloss = mix(*gloss, 0.35f, ink);
}
