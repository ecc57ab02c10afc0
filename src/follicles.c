#include "follicles.h"

#include <math.h>
#include <string.h>

#include "../engine/rng.h"
#include "bluenoise.h"
#include "nearpoints.h"

/* How far the sets reach beyond the youthful border: a hairline may be drawn lower than the first one was. */
static const float UNIT_MARGIN_MM = 3, PIGMENT_MARGIN_MM = 14, PIGMENT_SIDE_MARGIN_MM = 2;
/* The darts are thrown on the scalp's grid made twice as fine: behind the ears its own cells bend too much.
 */
enum { FINE_ROWS = 2 * SCALP_ROWS - 1, FINE_COLS = 2 * SCALP_COLS - 1, FINE_NODES = FINE_ROWS * FINE_COLS };

/* --- Sites
 * ------------------------------------------------------------------------------------------------------ */

/* Place along a Hilbert curve over the chart of the scalp: neighbours on it are neighbours on the skin. Cells
 * of about 0.4 mm over 1024 x 1024. */
static uint32_t curve_key(const float pos_mm[3]) {
    enum { SIDE = 1024 };
    float chart[2];
    uint32_t at[2], key = 0;
    scalp_chart(pos_mm, chart);
    for (int k = 0; k < 2; k++) {
        const float cell = (chart[k] + 2.6f) * (SIDE / 5.2f);
        at[k] = cell < 0 ? 0 : cell > SIDE - 1 ? SIDE - 1 : (uint32_t)cell;
    }
    for (uint32_t half = SIDE / 2; half > 0; half /= 2) {
        const uint32_t x = (at[0] & half) > 0, y = (at[1] & half) > 0;
        key = key * 4 + ((3 * x) ^ y);
        if (y) continue;
        if (x) at[0] = SIDE - 1 - at[0], at[1] = SIDE - 1 - at[1];
        const uint32_t swap = at[0];
        at[0] = at[1], at[1] = swap;
    }
    return key;
}

/* Order of the samples along the curve: radix sort, 2 x 10 bits. NULL: no memory. */
static uint32_t *curve_order(const BluenoiseSet *set, Arena *scratch) {
    uint32_t *key = ARENA_ARRAY(scratch, uint32_t, set->count),
             *from = ARENA_ARRAY(scratch, uint32_t, set->count);
    uint32_t *to = ARENA_ARRAY(scratch, uint32_t, set->count);
    if (!key || !from || !to) return NULL;
    for (uint32_t i = 0; i < set->count; i++) key[i] = curve_key(set->sample[i].pos_mm), from[i] = i;
    for (int shift = 0; shift < 20; shift += 10) {
        uint32_t start[1025] = {0};
        for (uint32_t i = 0; i < set->count; i++) start[((key[i] >> shift) & 1023) + 1]++;
        for (int k = 0; k < 1024; k++) start[k + 1] += start[k];
        for (uint32_t i = 0; i < set->count; i++) to[start[(key[from[i]] >> shift) & 1023]++] = from[i];
        uint32_t *swap = from;
        from = to, to = swap;
    }
    return from;
}

static void cluster_measure(const PointSet *set, PointCluster *c) {
    const SkinPoint *p = set->point + c->first;
    float axis[3] = {0};
    for (int k = 0; k < 3; k++) {
        float low = p[0].pos_mm[k], high = low;
        for (uint32_t i = 0; i < c->count; i++) {
            low = fminf(low, p[i].pos_mm[k]), high = fmaxf(high, p[i].pos_mm[k]);
            axis[k] += p[i].normal[k];
        }
        c->centre_mm[k] = 0.5f * (low + high);
    }
    const float length = sqrtf(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]);
    for (int k = 0; k < 3; k++) c->cone_axis[k] = length > 0 ? axis[k] / length : 0;
    float radius2 = 0, cone = 1;
    for (uint32_t i = 0; i < c->count; i++) {
        float d2 = 0, cosine = 0;
        for (int k = 0; k < 3; k++) {
            const float d = p[i].pos_mm[k] - c->centre_mm[k];
            d2 += d * d;
            cosine += p[i].normal[k] * c->cone_axis[k];
        }
        radius2 = fmaxf(radius2, d2), cone = fminf(cone, cosine);
    }
    c->radius_mm = sqrtf(radius2);
    c->cone_cos = length > 0 ? cone - 1e-4f : -1;
}

/* Where the curve leaves the scalp and comes back elsewhere a cluster ends, while there is room for more of
 * them. */
enum { CLUSTER_CUTS = 512, CLUSTER_GAP_MM = 10 };
static void clusters_cut(PointSet *set, uint32_t room) {
    uint32_t count = 0, cuts = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        bool gap = false;
        if (i > 0 && cuts + 1 < CLUSTER_CUTS) {
            float d2 = 0;
            for (int k = 0; k < 3; k++) {
                const float d = set->point[i].pos_mm[k] - set->point[i - 1].pos_mm[k];
                d2 += d * d;
            }
            gap = d2 > CLUSTER_GAP_MM * CLUSTER_GAP_MM;
        }
        if (count == 0 || gap || set->cluster[count - 1].count == FOLLICLE_CLUSTER) {
            cuts += gap;
            ASSERT(count < room);
            set->cluster[count++] = (PointCluster){.first = i};
        }
        set->cluster[count - 1].count++;
    }
    set->cluster_count = count;
}

/* The darts were thrown on flat cells. Where the skin bends most (behind the ears) a pair may in truth be
 * nearer than the floor; one of such a pair is left out: some tens of a whole set. Returns how many stay. */
static uint32_t drop_crowded(SkinPoint *point, const uint8_t *bent, uint32_t count, float floor_mm,
                             Arena *scratch) {
    NearPoints near;
    uint8_t *dropped = ARENA_ARRAY(scratch, uint8_t, count);
    if (!dropped || !nearpoints_create(&near, floor_mm, count, scratch)) return count;
    for (uint32_t i = 0; i < count; i++) {
        if (!bent[i]) nearpoints_insert(&near, i, point[i].pos_mm);
    }
    for (uint32_t i = 0; i < count; i++) {
        NearHit hit;
        if (!bent[i]) continue;
        dropped[i] = nearpoints_find(&near, point[i].pos_mm, &hit, 1) > 0;
        if (!dropped[i]) nearpoints_insert(&near, i, point[i].pos_mm);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!dropped[i]) point[kept++] = point[i];
    }
    return kept;
}

/* Where its place on the chart lies on this head. */
static void point_place(const Scalp *scalp, SkinPoint *p) {
    scalp_point_at(scalp, p->u, p->v, p->pos_mm, p->normal);
    const ScalpCell cell = scalp_cell(p->u, p->v);
    p->s_mm = scalp_field(scalp->grid->s_mm, cell);
    p->l_mm = scalp_field(scalp->grid->l_mm, cell);
}

static void point_make(const Scalp *scalp, const BluenoiseSet *noise, uint32_t order, SkinPoint *p,
                       uint8_t *bent) {
    const BluenoiseSample *sample = &noise->sample[order];
    p->u = sample->row / (FINE_ROWS - 1);
    p->v = sample->col / (FINE_COLS - 1) * 2 - 1;
    p->id = order;
    p->order = (float)order / (float)noise->count;
    p->spread = 1;
    point_place(scalp, p);
    const float x = p->pos_mm[0] - sample->pos_mm[0], y = p->pos_mm[1] - sample->pos_mm[1];
    const float z = p->pos_mm[2] - sample->pos_mm[2];
    *bent = x * x + y * y + z * z > 0.0015f * 0.0015f;
}

static bool set_finish(const Scalp *scalp, const BluenoiseSet *noise, Arena *arena, Arena *scratch,
                       PointSet *out) {
    const uint32_t *order = curve_order(noise, scratch);
    uint8_t *bent = ARENA_ARRAY(scratch, uint8_t, noise->count);
    out->point = ARENA_ARRAY(arena, SkinPoint, noise->count);
    const uint32_t room = noise->count / FOLLICLE_CLUSTER + CLUSTER_CUTS;
    out->cluster = ARENA_ARRAY(arena, PointCluster, room);
    if (!order || !bent || !out->point || !out->cluster) return false;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < noise->count; i++) point_make(scalp, noise, order[i], &out->point[i], &bent[i]);
    const float density = noise->area_mm2 > 0 ? (float)noise->count / noise->area_mm2 : 1;
    out->count = drop_crowded(out->point, bent, noise->count, 0.703f * bluenoise_hex_mm(density), scratch);
    clusters_cut(out, room);
    out->area_cm2 = noise->area_mm2 / 100;
    out->full_density_per_cm2 = out->area_cm2 > 0 ? (float)out->count / out->area_cm2 : 0;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < out->cluster_count; i++) {
        cluster_measure(out, &out->cluster[i]);
    }
    return true;
}

/* One set's job: its own arenas, so that both can be thrown at once. */
typedef struct SetJob {
    BluenoiseSurface surface;
    float per_cm2;
    uint64_t seed;
    Arena arena, scratch;
    BluenoiseSet noise;
    bool done;
    Err err;
} SetJob;

static void job_run(SetJob *job) {
    job->done = arena_create(&job->arena, &(ArenaDesc){.name = "points"}, &job->err) &&
                arena_create(&job->scratch, &(ArenaDesc){.name = "darts"}, &job->err) &&
                bluenoise_build(&job->surface, job->per_cm2 / 100, job->seed, &job->arena, &job->scratch,
                                &job->noise, &job->err);
    arena_destroy(&job->scratch);
}

/* Pigment may be set before the youthful front line, but not down the neck or on the ears. */
static float pigment_margin(const Scalp *scalp, const float pos_mm[3], float s_mm) {
    if (pos_mm[1] < 40 || s_mm > scalp->s_coronal_mm) return PIGMENT_SIDE_MARGIN_MM;
    const float front = fminf(1, (pos_mm[1] - 40) / 25) * fminf(1, (scalp->s_coronal_mm - s_mm) / 30);
    return PIGMENT_SIDE_MARGIN_MM + (PIGMENT_MARGIN_MM - PIGMENT_SIDE_MARGIN_MM) * front;
}

static bool fine_surfaces(const Scalp *scalp, Arena *scratch, BluenoiseSurface *units,
                          BluenoiseSurface *pigment) {
    float(*pos)[3] = arena_push_array(scratch, sizeof *pos, FINE_NODES);
    float *unit_inside = ARENA_ARRAY(scratch, float, FINE_NODES),
          *inside = ARENA_ARRAY(scratch, float, FINE_NODES);
    if (!pos || !unit_inside || !inside) return false;
#pragma omp parallel for schedule(static)
    for (int row = 0; row < FINE_ROWS; row++) {
        for (int col = 0; col < FINE_COLS; col++) {
            const float u = (float)row / (FINE_ROWS - 1), v = (float)col / (FINE_COLS - 1) * 2 - 1;
            const int node = row * FINE_COLS + col;
            const ScalpCell cell = scalp_cell(u, v);
            const float border = scalp_field(scalp->grid->border_mm, cell);
            unit_inside[node] = border + UNIT_MARGIN_MM;
            inside[node] = -1;
            if (border < -3 * PIGMENT_MARGIN_MM) continue;
            scalp_point_at(scalp, u, v, pos[node], NULL);
            inside[node] = border + pigment_margin(scalp, pos[node], scalp_field(scalp->grid->s_mm, cell));
        }
    }
    *units = (BluenoiseSurface){FINE_ROWS, FINE_COLS, (const float(*)[3])pos, unit_inside, {0, 20, -10}};
    *pigment = *units;
    pigment->inside = inside;
    return true;
}

/* --- Directions
 * ------------------------------------------------------------------------------------------------- */

static float smooth(float low, float high, float x) {
    const float t = fminf(1, fmaxf(0, (x - low) / (high - low)));
    return t * t * (3 - 2 * t);
}

typedef struct Whorl {
    float pos[3], turn; /* +1 clockwise as seen from outside */
} Whorl;
typedef struct Flow {
    const Scalp *scalp;
    Whorl whorl[2];
    int whorl_count;
    float combed, parting_mm; /* 0..1: long hair lies away from its parting */
} Flow;

float follicles_combed(const HairSettings *hair) {
    return smooth(25, 45, hair->length_mm);
}

/* domain.md 2.6: right of the midline in 70.8 %, clockwise in 83.9 %, double in 5 %; two thirds back, 12 mm
 * aside. */
static Flow flow_make(const Scalp *scalp, const HairSettings *hair, uint64_t seed) {
    Rng rng = rng_make(seed, 900);
    Flow flow = {
        .scalp = scalp, .whorl_count = 1, .combed = follicles_combed(hair), .parting_mm = hair->parting_mm};
    const float side = rng_float(&rng) < 0.708f ? -1 : 1;
    float turn = rng_float(&rng) < 0.839f ? 1 : -1;
    const float s = scalp->s_inion_mm * (0.66f + 0.012f * rng_normal(&rng)) + hair->whorl_back_mm;
    const float l = side * (12 + 3 * rng_normal(&rng)) + hair->whorl_aside_mm;
    const bool two = hair->whorl == WHORL_DOUBLE || (hair->whorl == WHORL_NATURAL && rng_float(&rng) < 0.05f);
    if (hair->whorl == WHORL_CLOCKWISE) turn = 1;
    if (hair->whorl == WHORL_ANTICLOCKWISE) turn = -1;
    scalp_point(scalp, s, l, flow.whorl[0].pos, NULL);
    flow.whorl[0].turn = turn;
    if (two) {
        flow.whorl_count = 2;
        scalp_point(scalp, s + 4, l - side * 42, flow.whorl[1].pos, NULL);
        flow.whorl[1].turn = -turn;
    }
    return flow;
}

static float dot3(const float a[3], const float b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Make `v` a unit vector in the plane of `n`, and return its length there before. */
static float flatten(const float n[3], float v[3]) {
    const float out = dot3(v, n);
    for (int k = 0; k < 3; k++) v[k] -= out * n[k];
    const float length = sqrtf(dot3(v, v));
    for (int k = 0; k < 3; k++) v[k] = length > 1e-6f ? v[k] / length : 0;
    return length;
}

/* Spiral out of a whorl: 60 degrees off the radius at its middle, 10 at 8 cm (domain.md 2.6). */
static void whorl_flow(const Whorl *whorl, const SkinPoint *p, float out[3], float *distance_mm) {
    float radial[3];
    for (int k = 0; k < 3; k++) radial[k] = p->pos_mm[k] - whorl->pos[k];
    *distance_mm = sqrtf(dot3(radial, radial));
    flatten(p->normal, radial);
    const float *n = p->normal;
    /* Clockwise seen from outside is -n x radial. */
    const float around[3] = {radial[1] * n[2] - radial[2] * n[1], radial[2] * n[0] - radial[0] * n[2],
                             radial[0] * n[1] - radial[1] * n[0]};
    const float angle = (10 + 50 * (1 - smooth(0, 80, *distance_mm))) * 0.0174533f;
    for (int k = 0; k < 3; k++) out[k] = radial[k] * cosf(angle) + around[k] * sinf(angle) * whorl->turn;
}

/* Where hair lies, in the skin's plane. */
static void flow_tangent(const Flow *flow, const SkinPoint *p, float out[3]) {
    const float top = scalp_table_from_s(flow->scalp, p->s_mm), aside = fabsf(p->l_mm) / flow->scalp->stature;
    float spiral[3], second[3], distance, other;
    whorl_flow(&flow->whorl[0], p, spiral, &distance);
    if (flow->whorl_count == 2) {
        whorl_flow(&flow->whorl[1], p, second, &other);
        const float share = smooth(-12, 12, distance - other);
        for (int k = 0; k < 3; k++) spiral[k] += (second[k] - spiral[k]) * share;
        distance = fminf(distance, other);
    }
    const float side = p->l_mm < 0 ? -1 : 1;
    /* Forward on top, fanning out a little; down and slightly back at the sides, forward at the temples'
     * front. */
    float forward[3] = {side * smooth(10, 70, aside) * 0.45f, -0.5f, 0.9f};
    const float temple = smooth(120, 70, top) * smooth(50, 75, aside);
    float down[3] = {side * 0.1f, -1, -0.35f + 0.75f * temple};
    flatten(p->normal, forward);
    flatten(p->normal, down);
    const float front = smooth(175, 120, top) * smooth(105, 60, aside), sides = smooth(62, 108, aside);
    const float whorl = smooth(120, 40, distance), nape = smooth(235, 300, top);
    const float rest = 0.08f + 0.6f * smooth(40, 120, distance) * (1 - front) * (1 - sides);
    for (int k = 0; k < 3; k++) {
        out[k] = spiral[k] * (whorl + rest) + forward[k] * front + down[k] * (1 - whorl) * fmaxf(sides, nape);
    }
    if (flatten(p->normal, out) < 1e-4f) memcpy(out, down, sizeof down);
    const float combed = flow->combed * smooth(290, 235, top);
    if (combed <= 0) return;
    float away[3] = {p->l_mm < flow->parting_mm ? -1 : 1, -0.3f, -0.25f};
    flatten(p->normal, away);
    for (int k = 0; k < 3; k++) out[k] += (away[k] - out[k]) * combed;
    if (flatten(p->normal, out) < 1e-4f) memcpy(out, away, sizeof away);
}

/* Degrees from the skin, domain.md 2.6 (the crown's and the sides' are general knowledge there). */
static float flow_inclination_deg(const Flow *flow, const SkinPoint *p) {
    const float top = scalp_table_from_s(flow->scalp, p->s_mm), aside = fabsf(p->l_mm) / flow->scalp->stature;
    const float edge = scalp_field(flow->scalp->grid->border_mm, scalp_cell(p->u, p->v));
    const float up = 15 + 15 * smooth(62, 105, top) + 28 * smooth(105, 190, top);
    const float low = 30 - 6 * smooth(280, 340, top);
    const float angle = up + (low - up) * fmaxf(smooth(60, 105, aside), smooth(240, 300, top));
    const float temple = smooth(14, 4, edge) * smooth(140, 100, top) * smooth(52, 70, aside);
    return (angle + (9 - angle) * temple) * (1 - 0.5f * flow->combed);
}

static void direction_make(const Flow *flow, const SkinPoint *p, float out[3]) {
    float tangent[3];
    flow_tangent(flow, p, tangent);
    const float *n = p->normal;
    const float side[3] = {n[1] * tangent[2] - n[2] * tangent[1], n[2] * tangent[0] - n[0] * tangent[2],
                           n[0] * tangent[1] - n[1] * tangent[0]};
    const float sway = hash_normal(p->id, 31) * 6 * 0.0174533f;
    const float lift = fmaxf(4, flow_inclination_deg(flow, p) + hash_normal(p->id, 32) * 3) * 0.0174533f;
    for (int k = 0; k < 3; k++) {
        out[k] = (tangent[k] * cosf(sway) + side[k] * sinf(sway)) * cosf(lift) + n[k] * sinf(lift);
    }
}

/* Skin around every node, by central differences: mm2 but for a constant. */
static void nodes_measure(const Scalp *scalp, float area[SCALP_NODES]) {
    const float(*pos)[3] = (const float(*)[3])scalp->grid->pos_mm;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < SCALP_NODES; i++) {
        const int row = i / SCALP_COLS, col = i % SCALP_COLS;
        const float *north = pos[row > 0 ? i - SCALP_COLS : i];
        const float *south = pos[row + 1 < SCALP_ROWS ? i + SCALP_COLS : i];
        const float *west = pos[col > 0 ? i - 1 : i], *east = pos[col + 1 < SCALP_COLS ? i + 1 : i];
        float p[3], q[3];
        for (int k = 0; k < 3; k++) p[k] = south[k] - north[k], q[k] = east[k] - west[k];
        const float x = p[1] * q[2] - p[2] * q[1], y = p[2] * q[0] - p[0] * q[2],
                    z = p[0] * q[1] - p[1] * q[0];
        area[i] = sqrtf(x * x + y * y + z * z);
    }
}

/* --- Both sets
 * -------------------------------------------------------------------------------------------------- */

bool follicles_build(const Scalp *scalp, uint64_t seed, Arena *arena, Arena *scratch, Follicles *out,
                     Err *err) {
    *out = (Follicles){0};
    SetJob *job = ARENA_ARRAY(scratch, SetJob, 2);
    if (!job) return err_set(err, "There is not enough memory for the follicles of this head");
    job[0] = (SetJob){.per_cm2 = FOLLICLE_UNITS_PER_CM2, .seed = seed};
    job[1] = (SetJob){.per_cm2 = FOLLICLE_PIGMENT_PER_CM2, .seed = seed ^ 0x5851f42d4c957f2dULL};
    if (!fine_surfaces(scalp, scratch, &job[0].surface, &job[1].surface)) {
        return err_set(err, "There is not enough memory for the follicles of this head");
    }
    const size_t mark = arena_mark(scratch);
#pragma omp parallel for schedule(dynamic, 1)
    for (int i = 0; i < 2; i++) job_run(&job[1 - i]);
    bool built = job[0].done && job[1].done;
    if (!built) err_set(err, "%s", job[0].done ? job[1].err.text : job[0].err.text);
    if (built) {
        built =
            set_finish(scalp, &job[0].noise, arena, scratch, &out->units) &&
            set_finish(scalp, &job[1].noise, arena, scratch, &out->pigment) &&
            (out->direction = arena_push_array(arena, sizeof *out->direction, out->units.count)) != NULL &&
            (out->turned = ARENA_ARRAY(arena, uint8_t, out->units.count)) != NULL &&
            (out->node_area = ARENA_ARRAY(arena, float, SCALP_NODES)) != NULL;
        if (!built) err_set(err, "There is not enough memory for the follicles of this head");
    }
    if (built) nodes_measure(scalp, out->node_area);
    arena_rewind(scratch, mark);
    for (int i = 0; i < 2; i++) arena_destroy(&job[i].arena);
    return built;
}

/* --- On a changed head
 * ------------------------------------------------------------------------------------------ */

/* `grown`: area of the skin around a node / the same on the head that the set was thrown on. */
static bool set_carry(const PointSet *thrown, const Scalp *scalp, const float *grown, Arena *arena,
                      PointSet *out) {
    *out = *thrown;
    out->point = ARENA_ARRAY(arena, SkinPoint, out->count);
    out->cluster = ARENA_ARRAY(arena, PointCluster, out->cluster_count);
    if (!out->point || !out->cluster) return false;
    double sum = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        out->point[i] = thrown->point[i];
        out->point[i].spread = scalp_field(grown, scalp_cell(out->point[i].u, out->point[i].v));
        sum += (double)out->point[i].spread;
    }
    const float mean = out->count > 0 ? (float)(sum / out->count) : 1;
    out->area_cm2 *= mean;
    out->full_density_per_cm2 /= mean;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < out->count; i++) {
        SkinPoint *p = &out->point[i];
        p->spread /= mean;
        p->order /= p->spread;
        point_place(scalp, p);
    }
    memcpy(out->cluster, thrown->cluster, sizeof *out->cluster * out->cluster_count);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < out->cluster_count; i++) cluster_measure(out, &out->cluster[i]);
    return true;
}

bool follicles_carry(const Follicles *thrown, const Scalp *scalp, Arena *arena, Arena *scratch,
                     Follicles *out, Err *err) {
    const size_t mark = arena_mark(scratch);
    float *grown = ARENA_ARRAY(scratch, float, SCALP_NODES);
    *out = *thrown;
    bool carried = grown != NULL;
    if (carried) nodes_measure(scalp, grown);
    if (carried && memcmp(grown, thrown->node_area, sizeof *grown * SCALP_NODES) != 0) {
        for (int i = 0; i < SCALP_NODES; i++)
            grown[i] = thrown->node_area[i] > 0 ? grown[i] / thrown->node_area[i] : 1;
        carried = set_carry(&thrown->units, scalp, grown, arena, &out->units) &&
                  set_carry(&thrown->pigment, scalp, grown, arena, &out->pigment);
    }
    arena_rewind(scratch, mark);
    return carried || err_set(err, "There is not enough memory for the follicles of this head");
}

void follicles_direct(const Scalp *scalp, const HairSettings *hair, uint64_t seed, Follicles *follicles) {
    const Flow flow = flow_make(scalp, hair, seed);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < follicles->units.count; i++) {
        float direction[3];
        direction_make(&flow, &follicles->units.point[i], direction);
        follicles->turned[i] = memcmp(direction, follicles->direction[i], sizeof direction) != 0;
        memcpy(follicles->direction[i], direction, sizeof direction);
    }
}

float follicles_quality(const PointSet *set, float share) {
    const uint32_t wanted = (uint32_t)((float)set->count * share);
    if (wanted < 2) return 1;
    const float hex = bluenoise_hex_mm((float)wanted / (set->area_cm2 * 100));
    Arena scratch = {0};
    NearPoints near;
    float best = hex * hex;
    if (arena_create(&scratch, &(ArenaDesc){.name = "spacing"}, NULL) &&
        nearpoints_create(&near, hex, set->count, &scratch)) {
        for (uint32_t i = 0; i < set->count; i++) {
            if (set->point[i].id >= wanted) continue;
            NearHit hit[16];
            const int hits = nearpoints_find(&near, set->point[i].pos_mm, hit, 16);
            for (int k = 0; k < hits; k++) best = fminf(best, hit[k].squared_mm2);
            nearpoints_insert(&near, i, set->point[i].pos_mm);
        }
    }
    arena_destroy(&scratch);
    return sqrtf(best) / hex;
}
