#include "bluenoise.h"

#include <math.h>
#include <string.h>

#include "../engine/rng.h"

enum {
    BUCKETS_PER_OCTAVE = 24,
    BUCKET_COUNT = BUCKETS_PER_OCTAVE * 8,
    REGRID_BUCKETS = BUCKETS_PER_OCTAVE / 2
};
enum { FILL_PASSES = 12 };

/* Measured on a head (tests/unit/test_bluenoise.c): the progression keeps a ratio of about SPACING_USUAL with
 * this many candidates a point; filling the gaps at the floor then takes FILL_CANDIDATES in each of two or
 * three passes. */
static const float CANDIDATES = 3.0f;
static const float FILL_CANDIDATES = 1.5f;
static const float SPACING_FLOOR = 0.708f; /* of the hexagonal ideal, for the whole set */
static const float SPACING_USUAL = 0.64f;
static const float PUSH_FROM = 0.72f; /* of the floor: nearer candidates are not worth pushing away */

typedef struct Candidate {
    float pos[3];
    float theta, phi;
    float row, col;
    int32_t next; /* in its bucket */
} Candidate;

typedef struct Accepted {
    float pos[3];
    int32_t next; /* in its cell */
} Accepted;

/* Rings of cells about the x axis through the centre: ring by polar angle, cell by azimuth. */
typedef struct Rings {
    float centre[3], radius_mm, step_rad, per_rad;
    int count;
    int32_t *first_cell; /* [count + 1] */
    int32_t *head;       /* [cells]: newest accepted point, -1 none */
    int32_t cells, capacity;
} Rings;

typedef struct Builder {
    const BluenoiseSurface *surface;
    const float *cell_area_mm2; /* of cells that touch the domain; 0 elsewhere */
    Candidate *candidate;       /* those that still wait, or were accepted */
    int32_t candidate_count, candidate_room;
    int32_t bucket[BUCKET_COUNT];
    Accepted *accepted;
    int32_t *accepted_from; /* candidate */
    int32_t *accepted_bucket;
    uint32_t accepted_count, accepted_room, wanted;
    float widest_mm, floor_mm, area_mm2;
    Rings rings;
} Builder;

float bluenoise_hex_mm(float density_per_mm2) {
    return sqrtf(2.0f / (sqrtf(3.0f) * density_per_mm2));
}

static float bucket_width_mm(const Builder *b, int index) {
    return b->widest_mm * exp2f(-(float)index / BUCKETS_PER_OCTAVE);
}

/* The bucket whose lower bound a distance still reaches. */
static int bucket_of(const Builder *b, float distance_mm) {
    if (distance_mm >= b->widest_mm) return 0;
    const int index = (int)ceilf(log2f(b->widest_mm / distance_mm) * BUCKETS_PER_OCTAVE);
    return index < BUCKET_COUNT ? index : BUCKET_COUNT;
}

static void bucket_push(Builder *b, int index, int32_t candidate) {
    if (index >= BUCKET_COUNT) return;
    b->candidate[candidate].next = b->bucket[index];
    b->bucket[index] = candidate;
}

/* atan2 within 2e-5 rad, 2 um on a head, which nearest_accepted's reach allows for: the odd polynomial of
 * Abramowitz and Stegun 4.4.49. */
static float angle_of(float y, float x) {
    const float ax = fabsf(x), ay = fabsf(y), high = ax > ay ? ax : ay, low = ax > ay ? ay : ax;
    const float t = high > 0 ? low / high : 0, t2 = t * t;
    float angle =
        t * (0.9998660f + t2 * (-0.3302995f + t2 * (0.1801410f + t2 * (-0.0851330f + t2 * 0.0208351f))));
    if (ay > ax) angle = 1.57079633f - angle;
    if (x < 0) angle = 3.14159265f - angle;
    return y < 0 ? -angle : angle;
}

static void angles_of(const float centre[3], const float pos[3], float *theta, float *phi) {
    const float d[3] = {pos[0] - centre[0], pos[1] - centre[1], pos[2] - centre[2]};
    *theta = angle_of(sqrtf(d[1] * d[1] + d[2] * d[2]), d[0]);
    *phi = angle_of(d[2], d[1]);
}

static bool rings_reset(Builder *b, float cell_mm, Arena *scratch) {
    Rings *r = &b->rings;
    const float pi = 3.14159265f;
    r->step_rad = cell_mm / r->radius_mm;
    r->per_rad = 1 / r->step_rad;
    r->count = (int)(pi / r->step_rad) + 1;
    r->first_cell = ARENA_ARRAY(scratch, int32_t, (size_t)r->count + 1);
    if (!r->first_cell) return false;
    int32_t cells = 0;
    for (int i = 0; i < r->count; i++) {
        const float widest = sinf(fminf(pi, ((float)i + 0.5f) * r->step_rad));
        r->first_cell[i] = cells;
        cells += (int32_t)fmaxf(1, 2 * pi * widest / r->step_rad);
    }
    r->first_cell[r->count] = cells;
    r->cells = cells;
    r->head = ARENA_ARRAY(scratch, int32_t, (size_t)cells);
    if (!r->head) return false;
    memset(r->head, -1, sizeof(int32_t) * (size_t)cells);
    return true;
}

static int32_t ring_cell(const Rings *r, int ring, float phi) {
    const int32_t n = r->first_cell[ring + 1] - r->first_cell[ring];
    int32_t k = (int32_t)((phi + 3.14159265f) * (float)n * 0.159154943f);
    k = k < 0 ? 0 : k >= n ? n - 1 : k;
    return r->first_cell[ring] + k;
}

static void rings_insert(Builder *b, int32_t index) {
    Rings *r = &b->rings;
    const Candidate *c = &b->candidate[b->accepted_from[index]];
    int ring = (int)(c->theta * r->per_rad);
    ring = ring < r->count ? ring : r->count - 1;
    const int32_t cell = ring_cell(r, ring, c->phi);
    b->accepted[index].next = r->head[cell];
    r->head[cell] = index;
}

typedef struct Nearest {
    float squared_mm2;
    int32_t index; /* accepted point, -1 none */
} Nearest;

static Nearest nearest_in_cell(const Builder *b, int32_t cell, const float p[3], Nearest best) {
    for (int32_t i = b->rings.head[cell]; i >= 0; i = b->accepted[i].next) {
        const float *q = b->accepted[i].pos;
        const float dx = p[0] - q[0], dy = p[1] - q[1], dz = p[2] - q[2];
        const float d = dx * dx + dy * dy + dz * dz;
        if (d < best.squared_mm2) best = (Nearest){d, i};
    }
    return best;
}

/* The nearest accepted point within a radius (else squared_mm2 is the radius'); stops early below stop2. */
static Nearest nearest_accepted(const Builder *b, const Candidate *c, float radius_mm, float stop2) {
    const Rings *r = &b->rings;
    const float d[3] = {c->pos[0] - r->centre[0], c->pos[1] - r->centre[1], c->pos[2] - r->centre[2]};
    const float axis2 = d[1] * d[1] + d[2] * d[2], reach = radius_mm + 0.02f;
    const float distance = sqrtf(axis2 + d[0] * d[0]), axis = sqrtf(axis2);
    const float d_theta = 1.01f * reach / distance;
    int low = (int)((c->theta - d_theta) * r->per_rad), high = (int)((c->theta + d_theta) * r->per_rad);
    low = low < 0 ? 0 : low;
    high = high < r->count ? high : r->count - 1;
    const float d_phi = axis > 2 * reach ? 1.05f * reach / (axis - 0.5f * reach) : 4;
    Nearest best = {radius_mm * radius_mm, -1};
    const int own = (int)(c->theta * r->per_rad);
    for (int i = low - 1; i <= high; i++) { /* its own ring first: what is too near is often there */
        if (i == own) continue;
        const int ring = i < low ? own < high ? own : high : i;
        const int32_t base = r->first_cell[ring], n = r->first_cell[ring + 1] - base;
        const float scale = (float)n * 0.159154943f;
        int32_t k0 = 0, k1 = n - 1;
        if (d_phi < 3) {
            k0 = (int32_t)((c->phi - d_phi + 3.14159265f) * scale + 8) -
                 8; /* floor of what may be slightly negative */
            k1 = (int32_t)((c->phi + d_phi + 3.14159265f) * scale + 8) - 8;
            if (k1 - k0 >= n || k0 < -7) k0 = 0, k1 = n - 1;
        }
        for (int32_t k = k0; k <= k1; k++) {
            const int32_t wrapped = k < 0 ? k + n : k >= n ? k - n : k;
            best = nearest_in_cell(b, base + wrapped, c->pos, best);
            if (best.squared_mm2 < stop2) return best;
        }
    }
    return best;
}

static bool accept(Builder *b, int32_t candidate, int bucket) {
    if (b->accepted_count >= b->accepted_room) return false;
    const int32_t index = (int32_t)b->accepted_count++;
    memcpy(b->accepted[index].pos, b->candidate[candidate].pos, sizeof b->accepted[index].pos);
    b->accepted_from[index] = candidate;
    b->accepted_bucket[index] = bucket;
    rings_insert(b, index);
    return true;
}

/* Accept it, move it to a narrower bucket, or drop it. Looks a little farther than needed, so that the new
 * bound holds. */
static bool candidate_try(Builder *b, int32_t candidate, int bucket) {
    const float width = bucket_width_mm(b, bucket), drop2 = b->floor_mm * b->floor_mm;
    const Nearest near = nearest_accepted(b, &b->candidate[candidate], width * 1.03f, drop2);
    if (near.squared_mm2 >= width * width) return accept(b, candidate, bucket);
    if (near.squared_mm2 < drop2) return false;
    const int to = bucket_of(b, sqrtf(near.squared_mm2));
    bucket_push(b, to > bucket ? to : bucket + 1, candidate);
    return true;
}

static void bucket_empty(Builder *b, int index) {
    int32_t c = b->bucket[index];
    b->bucket[index] = -1;
    while (c >= 0) {
        const int32_t next = b->candidate[c].next;
        candidate_try(b, c, index);
        c = next;
    }
}

/* --- Candidates
 * ------------------------------------------------------------------------------------------------- */

static float cell_area(const BluenoiseSurface *s, int row, int col) {
    const float *a = s->pos_mm[row * s->cols + col], *b = s->pos_mm[row * s->cols + col + 1];
    const float *c = s->pos_mm[(row + 1) * s->cols + col], *d = s->pos_mm[(row + 1) * s->cols + col + 1];
    float p[3], q[3]; /* area of a quad: half the cross product of its diagonals */
    for (int i = 0; i < 3; i++) p[i] = d[i] - a[i], q[i] = c[i] - b[i];
    const float x = p[1] * q[2] - p[2] * q[1], y = p[2] * q[0] - p[0] * q[2], z = p[0] * q[1] - p[1] * q[0];
    return 0.5f * sqrtf(x * x + y * y + z * z);
}

static float cell_bilinear(const float *v, float x, float y) {
    return (v[0] * (1 - x) + v[1] * x) * (1 - y) + (v[2] * (1 - x) + v[3] * x) * y;
}

static void cell_inside(const BluenoiseSurface *s, int row, int col, float v[4]) {
    const float *p = &s->inside[row * s->cols + col];
    v[0] = p[0], v[1] = p[1], v[2] = p[s->cols], v[3] = p[s->cols + 1];
}

/* Share of a cell inside the domain: exact at the corners' extremes, else by an 8 x 8 grid. */
static float cell_share(const BluenoiseSurface *s, int row, int col) {
    float v[4];
    cell_inside(s, row, col, v);
    if (v[0] >= 0 && v[1] >= 0 && v[2] >= 0 && v[3] >= 0) return 1;
    if (v[0] < 0 && v[1] < 0 && v[2] < 0 && v[3] < 0) return 0;
    int hits = 0;
    for (int i = 0; i < 64; i++) {
        hits += cell_bilinear(v, ((float)(i & 7) + 0.5f) / 8, ((float)(i >> 3) + 0.5f) / 8) >= 0;
    }
    return (float)hits / 64;
}

/* Place a candidate on the grid; false outside the domain. */
static bool candidate_place(const Builder *b, float row, float col, Candidate *c) {
    const BluenoiseSurface *s = b->surface;
    if (row < 0 || col < 0 || row >= (float)(s->rows - 1) || col >= (float)(s->cols - 1)) return false;
    const int i = (int)row, j = (int)col;
    const float x = col - (float)j, y = row - (float)i;
    float v[4];
    cell_inside(s, i, j, v);
    if (cell_bilinear(v, x, y) < 0) return false;
    const float *p = s->pos_mm[i * s->cols + j], *q = s->pos_mm[(i + 1) * s->cols + j];
    for (int k = 0; k < 3; k++) {
        c->pos[k] = (p[k] * (1 - x) + p[3 + k] * x) * (1 - y) + (q[k] * (1 - x) + q[3 + k] * x) * y;
    }
    angles_of(b->rings.centre, c->pos, &c->theta, &c->phi);
    c->row = row, c->col = col;
    return true;
}

/* Push a candidate that is a little too near away from its neighbour, along the surface. */
static bool candidate_push(const Builder *b, const Candidate *from, const Nearest *near, Candidate *to) {
    const BluenoiseSurface *s = b->surface;
    const int i = (int)from->row, j = (int)from->col;
    const float *p = s->pos_mm[i * s->cols + j], *q = s->pos_mm[(i + 1) * s->cols + j];
    const float *away = b->accepted[near->index].pos, distance = sqrtf(near->squared_mm2);
    const float step = (b->floor_mm * 1.01f - distance) / fmaxf(distance, 1e-3f);
    float rr = 0, rc = 0, cc = 0, mr = 0, mc = 0;
    for (int k = 0; k < 3; k++) {
        const float along_row = q[k] - p[k], along_col = p[3 + k] - p[k],
                    move = (from->pos[k] - away[k]) * step;
        rr += along_row * along_row, rc += along_row * along_col, cc += along_col * along_col;
        mr += along_row * move, mc += along_col * move;
    }
    const float det = rr * cc - rc * rc;
    if (det < 1e-9f) return false;
    return candidate_place(b, from->row + (mr * cc - mc * rc) / det, from->col + (mc * rr - mr * rc) / det,
                           to);
}

/* Candidates of one round, spread over each cell by the R2 sequence (M. Roberts 2018) from a hash of the
 * cell. */
typedef struct Round {
    float per_mm2;
    uint32_t seed;
    int bucket; /* -1: fill at the floor */
} Round;

static void fill_try(Builder *b, Candidate *c) {
    const float floor2 = b->floor_mm * b->floor_mm, push2 = floor2 * PUSH_FROM * PUSH_FROM;
    Nearest near = nearest_accepted(b, c, b->floor_mm, push2);
    for (int tries = 0; tries < 2 && near.squared_mm2 < floor2 && near.squared_mm2 >= push2; tries++) {
        Candidate moved = *c;
        if (!candidate_push(b, c, &near, &moved)) return;
        *c = moved;
        near = nearest_accepted(b, c, b->floor_mm, push2);
    }
    if (near.squared_mm2 >= floor2 && accept(b, b->candidate_count, BUCKET_COUNT)) b->candidate_count++;
}

static void round_run(Builder *b, const Round *round) {
    const BluenoiseSurface *s = b->surface;
    float carry = 0;
    for (int cell = 0; cell < (s->rows - 1) * s->cols; cell++) {
        if (b->cell_area_mm2[cell] <= 0) continue;
        carry += round->per_mm2 * b->cell_area_mm2[cell];
        /* Dithered, so that the grid's own rhythm leaves no trace in the candidates. */
        const uint32_t key = hash_u32x2((uint32_t)cell, round->seed);
        const int count = (int)fmaxf(0, floorf(carry + hash_float(key, 3)));
        const int row = cell / s->cols, col = cell % s->cols;
        carry -= (float)count;
        const float x0 = hash_float(key, 1), y0 = hash_float(key, 2);
        for (int i = 0; i < count && b->candidate_count < b->candidate_room; i++) {
            const float x = x0 + (float)i * 0.7548776662f, y = y0 + (float)i * 0.5698402910f;
            Candidate *c = &b->candidate[b->candidate_count];
            if (!candidate_place(b, (float)row + y - floorf(y), (float)col + x - floorf(x), c)) continue;
            if (round->bucket < 0)
                fill_try(b, c);
            else
                b->candidate_count += candidate_try(b, b->candidate_count, round->bucket);
        }
    }
}

/* --- Building
 * --------------------------------------------------------------------------------------------------- */

/* Within a bucket points were accepted along the surface; a prefix must take a random share of them. */
static void shuffle_buckets(Builder *b, uint64_t seed) {
    Rng rng = rng_make(seed, 77);
    uint32_t first = 0;
    while (first < b->accepted_count) {
        uint32_t end = first;
        while (end < b->accepted_count && b->accepted_bucket[end] == b->accepted_bucket[first]) end++;
        for (uint32_t i = end - 1; i > first; i--) {
            const uint32_t j = first + (uint32_t)((uint64_t)rng_u32(&rng) * (i - first + 1) >> 32);
            const int32_t swap = b->accepted_from[i];
            b->accepted_from[i] = b->accepted_from[j];
            b->accepted_from[j] = swap;
        }
        first = end;
    }
}

static bool cells_measure(Builder *b, float *area_mm2, Arena *scratch) {
    const BluenoiseSurface *s = b->surface;
    float *area = ARENA_ARRAY(scratch, float, (size_t)(s->rows * s->cols));
    if (!area) return false;
    double total = 0, radius = 0;
    for (int row = 0; row + 1 < s->rows; row++) {
        for (int col = 0; col + 1 < s->cols; col++) {
            const float share = cell_share(s, row, col);
            if (share <= 0) continue;
            const int cell = row * s->cols + col;
            const float *p = s->pos_mm[cell], *c = s->centre_mm;
            const float x = p[0] - c[0], y = p[1] - c[1], z = p[2] - c[2];
            area[cell] = cell_area(s, row, col);
            total += (double)(share * area[cell]);
            radius += (double)(share * area[cell] * sqrtf(x * x + y * y + z * z));
        }
    }
    *area_mm2 = (float)total;
    b->cell_area_mm2 = area;
    b->rings.radius_mm = total > 0 ? (float)(radius / total) : 1;
    return true;
}

/* Points per mm^2 once the progression has narrowed to a bucket. */
static float density_at(const Builder *b, int bucket) {
    const float hex = bucket_width_mm(b, bucket) / SPACING_USUAL;
    return 2.0f / (sqrtf(3.0f) * hex * hex);
}

static bool builder_run(Builder *b, uint32_t seed, Arena *scratch) {
    memset(b->bucket, -1, sizeof b->bucket);
    const size_t mark = arena_mark(scratch);
    float joined = 0;
    for (int index = 0; index < BUCKET_COUNT && bucket_width_mm(b, index) >= b->floor_mm * 0.999f; index++) {
        if (index % REGRID_BUCKETS == 0) {
            arena_rewind(scratch, mark);
            if (!rings_reset(b, bucket_width_mm(b, index) * 0.72f, scratch)) return false;
            for (int32_t i = 0; i < (int32_t)b->accepted_count; i++) rings_insert(b, i);
            const float wanted = CANDIDATES * density_at(b, index + REGRID_BUCKETS);
            round_run(b, &(Round){wanted - joined, hash_u32x2(seed, (uint32_t)index), index});
            joined = wanted;
        }
        bucket_empty(b, index);
    }
    arena_rewind(scratch, mark);
    if (!rings_reset(b, b->floor_mm * 0.72f, scratch)) return false;
    for (int32_t i = 0; i < (int32_t)b->accepted_count; i++) rings_insert(b, i);
    const float full = (float)b->wanted / b->area_mm2;
    for (int pass = 0; pass < FILL_PASSES && b->accepted_count < b->wanted; pass++) {
        round_run(b, &(Round){FILL_CANDIDATES * full, hash_u32x2(seed, 1000u + (uint32_t)pass), -1});
    }
    return true;
}

bool bluenoise_build(const BluenoiseSurface *surface, float density_per_mm2, uint64_t seed, Arena *arena,
                     Arena *scratch, BluenoiseSet *out, Err *err) {
    const size_t mark = arena_mark(scratch);
    *out = (BluenoiseSet){0};
    Builder b = {.surface = surface};
    bool room = cells_measure(&b, &b.area_mm2, scratch);
    out->area_mm2 = b.area_mm2;
    b.wanted = (uint32_t)(b.area_mm2 * density_per_mm2 + 0.5f);
    if (room && b.wanted == 0) return true;
    b.floor_mm = bluenoise_hex_mm(density_per_mm2) * SPACING_FLOOR;
    /* Bucket edges meet the floor, so that the last bucket ends at it. */
    b.widest_mm = b.floor_mm * exp2f(ceilf(log2f(fmaxf(1, 9.0f / b.floor_mm))));
    memcpy(b.rings.centre, surface->centre_mm, sizeof b.rings.centre);
    const uint32_t key = hash_u32x2((uint32_t)seed, (uint32_t)(seed >> 32));
    b.accepted_room = b.wanted + b.wanted / 6 + 64;
    b.candidate_room = (int32_t)(4 * b.wanted + 4096);
    b.candidate = ARENA_ARRAY(scratch, Candidate, (size_t)b.candidate_room + 1);
    b.accepted = ARENA_ARRAY(scratch, Accepted, b.accepted_room);
    b.accepted_from = ARENA_ARRAY(scratch, int32_t, b.accepted_room);
    b.accepted_bucket = ARENA_ARRAY(scratch, int32_t, b.accepted_room);
    out->sample = ARENA_ARRAY(arena, BluenoiseSample, b.wanted);
    room = room && b.candidate && b.accepted && b.accepted_from && b.accepted_bucket && out->sample &&
           builder_run(&b, key, scratch);
    if (room) {
        shuffle_buckets(&b, seed);
        /* What the last round found beyond the count is left out; the shuffle makes that an even thinning. */
        out->count = b.accepted_count < b.wanted ? b.accepted_count : b.wanted;
        for (uint32_t i = 0; i < out->count; i++) {
            const Candidate *c = &b.candidate[b.accepted_from[i]];
            out->sample[i].row = c->row, out->sample[i].col = c->col;
            memcpy(out->sample[i].pos_mm, c->pos, sizeof c->pos);
        }
    }
    arena_rewind(scratch, mark);
    return room || err_set(err, "There is not enough memory for the follicles of this head");
}
