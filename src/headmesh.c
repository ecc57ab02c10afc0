/* Fixed topology and atlas of the parametric head.
 *
 * The skin is a grid of rows (u) and columns (v) between the two ear rims. Where a column meets the neck ring
 * its rows run from ring to ring; beyond, the first and the last row are the same vertices. Each ear
 * continues its rim with rings that end in one vertex deep in the concha. So the whole head is one welded
 * sheet whose only border is the neck.
 *
 * Atlas: seen from the crown the sheet is a disc, which a calibrated spline map takes to a rounded square
 * within [0,1]^2, the face towards v = 1: nearly conformal over scalp and face, the scalp with its share of
 * the area (tools/calibrate/atlas.py). One chart, no seams, no overlap.
 */
#include "headinternal.h"
#include <math.h>
#include <string.h>

static const float PI = 3.14159265f;
#define ATLAS_TURN 0.14f /* as in tools/calibrate */

typedef struct Grid {
    int rows, columns, rings; /* of the skin, and rings an ear */
} Grid;
static const Grid lod_grid[HEAD_LOD_COUNT] = {{80, 44, 20}, {164, 86, 36}, {316, 166, 72}};

/* ---- atlas ---- */

void head_atlas_from_site(const HeadModel *model, HeadSite site, float uv[2]) {
    float v = site.v;
    if (site.part != HEAD_SKIN)
        v = (site.part == HEAD_EAR_LEFT ? 1.0f : -1.0f) * (model->ear_v + (1 - model->ear_v) * site.v);
    const float latitude = 0.5f * PI * v;
    /* The crown lies nearer to the face in u than in millimetres: turn the middle of the scalp to the top. */
    const float turn = 2 * PI * site.u - PI * ATLAS_TURN * (1 - cosf(2 * PI * site.u));
    const float x = sinf(latitude), y = -cosf(latitude) * cosf(turn), z = cosf(latitude) * sinf(turn);
    const float flat = sqrtf(x * x + z * z);
    const float scale = flat > 1e-6f ? atan2f(flat, y) / (PI * flat) : 1 / PI; /* equidistant from the top */
    const HeadBasis across = head_basis(&model->atlas_knots, scale * x),
                    down = head_basis(&model->atlas_knots, scale * z);
    uv[0] = uv[1] = 0;
    for (int k = 0; k < 16; k++) {
        const float share = across.value[k / 4] * down.value[k % 4];
        for (int c = 0; c < 2; c++) uv[c] += share * model->atlas[across.index[k / 4]][down.index[k % 4]][c];
    }
}

/* ---- topology ---- */

/* The grid is regular in (u, v) but for the neck: there a family of ellipses takes the slit u = 0, |v| <=
 * slit end, to the neck ring, so that rows and columns meet the ring at healthy angles. Lengths are tangents
 * of half the angle from straight down (the chart of headneck.c). */
#define NECK_SLIT  0.32f /* half-length of the slit */
#define NECK_REACH 0.46f /* where the grid is regular again; the ears' rims lie just beyond */

static float slit_end_v(void) {
    return 4 / PI * atanf(NECK_SLIT);
}

/* v of a column: even steps in knots, with one column exactly at the slit's end. */
static float column_v(const HeadModel *model, const Grid *grid, int column) {
    int half = grid->columns / 2, k = column - half, m = k < 0 ? -k : k;
    float centre = 0.5f * HEAD_NET_V, reach = head_knots_index(&model->v, model->ear_v) - centre;
    float end = head_knots_index(&model->v, slit_end_v()) - centre;
    int at = (int)roundf((float)half * end / reach);
    float index =
        m <= at ? end * (float)m / (float)at : end + (reach - end) * (float)(m - at) / (float)(half - at);
    float v = m == half ? model->ear_v : m == at ? slit_end_v() : head_knots_at(&model->v, centre + index);
    return k < 0 ? -v : v;
}

/* Moves a grid point near the neck; `back` tells the slit's lips apart. */
static HeadSite neck_bend(const HeadModel *model, float u, float v, bool back) {
    float px, pz, low = 0, high = 1;
    head_site_chart((HeadSite){HEAD_SKIN, u, v}, &px, &pz);
    pz = fmaxf(fabsf(pz), 1e-7f);
    if (px * px + pz * pz >= NECK_REACH * NECK_REACH) return (HeadSite){HEAD_SKIN, u, v};
    for (int step = 0; step < 40; step++) {
        float t = 0.5f * (low + high), a = NECK_SLIT + (NECK_REACH - NECK_SLIT) * t, b = NECK_REACH * t;
        if (px * px / (a * a) + pz * pz / (b * b) > 1)
            low = t;
        else
            high = t;
    }
    float a = NECK_SLIT + (NECK_REACH - NECK_SLIT) * high;
    float cosine = fminf(fmaxf(px / a, -1), 1), sine = sqrtf(1 - cosine * cosine) * (back ? -1.0f : 1.0f);
    float ring = head_table_at(model->neck_ring, atan2f(cosine, sine));
    float radius = ring + (NECK_REACH - ring) * high;
    return head_chart_site(radius * cosine, radius * sine);
}

typedef struct TopologyBuild {
    HeadTopology *topology;
    HeadSite *site;
    uint32_t (*tri)[3];
    uint32_t vertices, triangles;
} TopologyBuild;

static uint32_t build_vertex(TopologyBuild *build, HeadPart part, float u, float v) {
    build->site[build->vertices] = (HeadSite){part, u, v};
    return build->vertices++;
}

static void build_triangle(TopologyBuild *build, uint32_t a, uint32_t b, uint32_t c) {
    uint32_t *t = build->tri[build->triangles++];
    t[0] = a, t[1] = b, t[2] = c;
}

/* a b / d c counter-clockwise from outside; the diagonal alternates so that no direction is favoured. */
static void build_quad(TopologyBuild *build, uint32_t a, uint32_t b, uint32_t c, uint32_t d, int parity) {
    if (parity & 1) {
        build_triangle(build, a, b, c);
        build_triangle(build, a, c, d);
    } else {
        build_triangle(build, a, b, d);
        build_triangle(build, b, c, d);
    }
}

static void build_skin(const HeadModel *model, const Grid *grid, TopologyBuild *build, uint32_t *id) {
    int n = grid->columns + 1;
    for (int j = 0; j < n; j++) {
        float v = column_v(model, grid, j);
        bool open = fabsf(v) < slit_end_v() - 1e-5f;
        for (int i = 0; i <= grid->rows; i++) {
            if (!open && i == grid->rows) { /* below the ears the first and the last row are one */
                id[i * n + j] = id[j];
                continue;
            }
            float u = head_knots_at(&model->u, (float)(HEAD_NET_U * i) / (float)grid->rows);
            HeadSite site = neck_bend(model, u, v, 2 * i > grid->rows);
            id[i * n + j] = build_vertex(build, HEAD_SKIN, site.u, site.v);
        }
    }
    for (int i = 0; i < grid->rows; i++)
        for (int j = 0; j < grid->columns; j++)
            build_quad(build, id[i * n + j], id[i * n + j + 1], id[(i + 1) * n + j + 1], id[(i + 1) * n + j],
                       i + (j < n / 2 ? j : j + 1));
}

/* Triangles between a ring of `count` vertices and the next one in, of as many, half as many or one. */
static void build_ring(TopologyBuild *build, HeadPart part, const uint32_t *outer, int count,
                       const uint32_t *inner, int inner_count, int parity) {
    const bool left = part == HEAD_EAR_LEFT;
    for (int i = 0; i < count; i++) {
        const uint32_t a = outer[i], b = outer[(i + 1) % count], d = inner[i * inner_count / count],
                       c = inner[(i + 1) * inner_count / count % inner_count];
        const uint32_t quad[2][2][3] = {{{a, b, d}, {b, c, d}}, {{a, b, c}, {a, c, d}}};
        for (int k = 0; k < (c == d ? 1 : 2); k++) {
            const uint32_t *t = quad[c != d && (i + parity) & 1][k];
            build_triangle(build, t[0], t[left ? 2 : 1], t[left ? 1 : 2]);
        }
    }
}

/* An auricle is narrow and deeply folded: every other row goes no farther than its rim, and there are twice
 * as many rings for it. */
static void build_ear(const Grid *grid, TopologyBuild *build, const uint32_t *id, HeadPart part) {
    const int n = grid->columns + 1, rim = part == HEAD_EAR_LEFT ? grid->columns : 0;
    uint32_t outer[512], inner[512];
    int count = grid->rows, inner_count = grid->rows / 2;
    ASSERT(grid->rows <= 512 && grid->rows % 2 == 0);
    for (int i = 0; i < count; i++) outer[i] = id[i * n + rim];
    for (int k = 1; k <= grid->rings; k++) {
        if (k == grid->rings) inner_count = 1; /* the pole */
        for (int i = 0; i < inner_count; i++)
            inner[i] = build_vertex(build, part, inner_count > 1 ? build->site[id[2 * i * n + rim]].u : 0,
                                    (float)k / (float)grid->rings);
        build_ring(build, part, outer, count, inner, inner_count, k);
        memcpy(outer, inner, sizeof outer);
        count = inner_count;
    }
}

/* Columns run from the right ear to the left one; the ears' vertices follow, the right one's first. */
static void build_mirror(const Grid *grid, const TopologyBuild *build, const uint32_t *id, uint32_t *mirror) {
    int n = grid->columns + 1;
    uint32_t ear = (uint32_t)(grid->rows / 2 * (grid->rings - 1) + 1), right = build->vertices - 2 * ear;
    for (int i = 0; i <= grid->rows; i++)
        for (int j = 0; j < n; j++) mirror[id[i * n + j]] = id[i * n + n - 1 - j];
    for (uint32_t k = right; k < right + ear; k++) {
        mirror[k] = k + ear;
        mirror[k + ear] = k;
    }
}

static bool topology_build(const HeadModel *model, const Grid *grid, HeadTopology *out, Arena *arena) {
    size_t vertices = (size_t)(grid->rows + 1) * (size_t)(grid->columns + 1) +
                      2 * (size_t)(grid->rows / 2 * grid->rings + 1);
    size_t triangles = 2 * (size_t)grid->rows * (size_t)(grid->columns + grid->rings);
    TopologyBuild build = {out, ARENA_ARRAY(arena, HeadSite, vertices),
                           arena_push_array(arena, sizeof(uint32_t[3]), triangles), 0, 0};
    float(*uv)[2] = arena_push_array(arena, sizeof(float[2]), vertices);
    uint32_t *mirror = ARENA_ARRAY(arena, uint32_t, vertices);
    size_t mark = arena_mark(arena);
    uint32_t *id = ARENA_ARRAY(arena, uint32_t, (size_t)(grid->rows + 1) * (size_t)(grid->columns + 1));
    if (!build.site || !build.tri || !uv || !mirror || !id) return false;
    build_skin(model, grid, &build, id);
    build_ear(grid, &build, id, HEAD_EAR_RIGHT);
    build_ear(grid, &build, id, HEAD_EAR_LEFT);
    build_mirror(grid, &build, id, mirror);
    arena_rewind(arena, mark);
    for (uint32_t i = 0; i < build.vertices; i++) head_atlas_from_site(model, build.site[i], uv[i]);
    *out = (HeadTopology){build.vertices, build.triangles,       build.site,
                          mirror,         (const float(*)[2])uv, (const uint32_t(*)[3])build.tri};
    return true;
}

bool head_topology_build(HeadModel *model, Arena *arena, Err *err) {
    for (int lod = 0; lod < HEAD_LOD_COUNT; lod++)
        if (!topology_build(model, &lod_grid[lod], &model->topology[lod], arena))
            return err_set(err, "Not enough memory for the head model");
    return true;
}

const HeadTopology *head_topology(const HeadModel *model, HeadLod lod) {
    return &model->topology[lod];
}

bool head_mesh(const HeadModel *model, const HeadShape *shape, HeadLod lod, Arena *arena, Mesh *out,
               Err *err) {
    const HeadTopology *topology = &model->topology[lod];
    *out = (Mesh){0};
    float(*pos)[3] = arena_push_array(arena, sizeof(float[3]), topology->vertex_count);
    float(*nrm)[3] = arena_push_array(arena, sizeof(float[3]), topology->vertex_count);
    size_t mark = arena_mark(arena);
    HeadNets *nets = ARENA_ARRAY(arena, HeadNets, 1);
    if (!pos || !nrm || !nets) return err_set(err, "Not enough memory for the head's mesh");
    head_nets(model, shape, nets);
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < topology->vertex_count; i++) {
        float du[3], dv[3], unused[3];
        HeadSite site = topology->site[i];
        head_nets_eval(model, nets, site, pos[i], du, dv);
        if (site.part != HEAD_SKIN && site.v > 0.999f) { /* tangents vanish at the pole */
            site.v = 0.999f;
            head_nets_eval(model, nets, site, unused, du, dv);
        }
        head_normal_from_tangents(site, du, dv, nrm[i]);
    }
    arena_rewind(arena, mark);
    *out = (Mesh){.vertex_count = topology->vertex_count,
                  .triangle_count = topology->triangle_count,
                  .pos = pos,
                  .nrm = nrm,
                  .uv = (float(*)[2])(uintptr_t)topology->uv,
                  .tri = (uint32_t(*)[3])(uintptr_t)topology->tri};
    return true;
}

bool head_eval_grid(const HeadModel *model, const HeadShape *shape, int rows, int cols, Arena *scratch,
                    float (*pos_mm)[3]) {
    const size_t mark = arena_mark(scratch);
    HeadNets *nets = ARENA_ARRAY(scratch, HeadNets, 1);
    HeadBasis *across = ARENA_ARRAY(scratch, HeadBasis, (size_t)cols);
    const bool room = nets && across;
    if (room) head_nets(model, shape, nets);
    for (int col = 0; room && col < cols; col++)
        across[col] = head_basis(&model->v, (float)col / (float)(cols - 1) * 2 - 1);
#pragma omp parallel for schedule(static) if (room)
    for (int row = 0; row < (room ? rows : 0); row++) {
        const HeadBasis down = head_basis(&model->u, (float)row / (float)(rows - 1));
        for (int col = 0; col < cols; col++) {
            float du[3], dv[3];
            head_net_eval(nets->skin, HEAD_NET_MV, &down, &across[col], pos_mm[row * cols + col], du, dv);
        }
    }
    arena_rewind(scratch, mark);
    return room;
}
