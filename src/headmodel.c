#include "../engine/file.h"
#include "headinternal.h"
#include <cglm/cglm.h>
#include <math.h>
#include <string.h>

const char *const head_landmark_names[LM_COUNT] = {"left_pupil",
                                                   "right_pupil",
                                                   "left_exocanthion",
                                                   "right_exocanthion",
                                                   "left_endocanthion",
                                                   "right_endocanthion",
                                                   "sellion",
                                                   "glabella",
                                                   "pronasale",
                                                   "subnasale",
                                                   "left_cheilion",
                                                   "right_cheilion",
                                                   "menton",
                                                   "left_tragion",
                                                   "right_tragion",
                                                   "vertex",
                                                   "opisthocranion"};

/* ---- splines ---- */

void head_knots_extend(HeadKnots *knots, const float *inner, int count, bool periodic) {
    ASSERT(count <= HEAD_NET_U);
    float span = inner[count] - inner[0];
    knots->count = count;
    knots->periodic = periodic;
    memcpy(knots->knot + 3, inner, sizeof(float) * (size_t)(count + 1));
    for (int i = 1; i <= 3; i++) {
        knots->knot[3 - i] = periodic ? inner[count - i] - span : inner[0];
        knots->knot[3 + count + i] = periodic ? inner[i] + span : inner[count];
    }
}

void head_knots_uniform(HeadKnots *knots, float from, float to, int count, bool periodic) {
    float inner[HEAD_NET_U + 1];
    for (int i = 0; i <= count; i++) inner[i] = from + (to - from) * (float)i / (float)count;
    head_knots_extend(knots, inner, count, periodic);
}

static int knots_span(const HeadKnots *knots, float x) {
    int low = 0, high = knots->count;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (x < knots->knot[3 + middle])
            high = middle;
        else
            low = middle;
    }
    return low;
}

static float knots_wrap(const HeadKnots *knots, float x) {
    float from = knots->knot[3], to = knots->knot[3 + knots->count];
    if (knots->periodic) return x - (to - from) * floorf((x - from) / (to - from));
    return fminf(fmaxf(x, from), to);
}

HeadBasis head_basis(const HeadKnots *knots, float x) {
    x = knots_wrap(knots, x);
    int span = knots_span(knots, x);
    const float *t = knots->knot + 3 + span; /* t[0] <= x < t[1] */
    float n[4] = {1, 0, 0, 0}, quadratic[3] = {0};
    for (int j = 1; j <= 3; j++) {
        if (j == 3) memcpy(quadratic, n, sizeof quadratic);
        float saved = 0;
        for (int r = 0; r < j; r++) {
            float right = t[r + 1] - x, left = x - t[1 - j + r], width = right + left;
            float share = width > 0 ? n[r] / width : 0;
            n[r] = saved + right * share;
            saved = left * share;
        }
        n[j] = saved;
    }
    HeadBasis basis;
    for (int i = 0; i < 4; i++) {
        float before = i > 0 ? t[i] - t[i - 3] : 0, after = i < 3 ? t[i + 1] - t[i - 2] : 0;
        basis.index[i] = knots->periodic ? (span + i) % knots->count : span + i;
        basis.value[i] = n[i];
        basis.slope[i] = 3.0f * ((before > 0 ? quadratic[i - (i > 0)] / before : 0) -
                                 (after > 0 ? quadratic[i % 3] / after : 0));
    }
    return basis;
}

float head_knots_at(const HeadKnots *knots, float index) {
    int i = (int)fminf(fmaxf(floorf(index), 0), (float)(knots->count - 1));
    float f = index - (float)i;
    return knots->knot[3 + i] * (1 - f) + knots->knot[4 + i] * f;
}

float head_knots_index(const HeadKnots *knots, float x) {
    int i = knots_span(knots, x);
    return (float)i + (x - knots->knot[3 + i]) / (knots->knot[4 + i] - knots->knot[3 + i]);
}

float head_knots_greville(const HeadKnots *knots, int control) {
    const float *t = knots->knot + control;
    return knots_wrap(knots, (t[1] + t[2] + t[3]) / 3.0f);
}

/* The polar form of a coarse spline's segment at the knot triple of a finer control point: its refinement
 * weights. */
static HeadBasis knots_refine(const HeadKnots *coarse, const HeadKnots *fine, int control) {
    const float *a = fine->knot + control + 1;
    float span_length = coarse->knot[3 + coarse->count] - coarse->knot[3];
    float shift = !coarse->periodic                         ? 0
                  : a[1] < coarse->knot[3]                  ? span_length
                  : a[1] >= coarse->knot[3 + coarse->count] ? -span_length
                                                            : 0;
    int span = knots_span(coarse, knots_wrap(coarse, a[1] + shift));
    const float *t = coarse->knot + 3 + span;
    HeadBasis basis = {0};
    for (int k = 0; k < 4; k++) { /* de Boor on unit control values, a different argument at each level */
        float d[4] = {0};
        d[k] = 1;
        for (int level = 1; level <= 3; level++)
            for (int i = 3; i >= level; i--) {
                float low = t[i - 3], high = t[i + 1 - level];
                float f = (a[level - 1] + shift - low) / (high - low);
                d[i] = (1 - f) * d[i - 1] + f * d[i];
            }
        basis.index[k] = coarse->periodic ? (span + k) % coarse->count : span + k;
        basis.value[k] = d[3];
    }
    return basis;
}

/* ---- loading ---- */

typedef struct Reader {
    const uint8_t *at, *end;
} Reader;

static bool reader_take(Reader *reader, void *out, size_t size) {
    if ((size_t)(reader->end - reader->at) < size) return false;
    memcpy(out, reader->at, size);
    reader->at += size;
    return true;
}

/* `count` int16 values after their common scale. */
static bool reader_take_scaled(Reader *reader, float *out, size_t count) {
    float scale;
    if (!reader_take(reader, &scale, sizeof scale) || (size_t)(reader->end - reader->at) < 2 * count)
        return false;
    for (size_t i = 0; i < count; i++) {
        int16_t value;
        memcpy(&value, reader->at + 2 * i, 2);
        out[i] = scale * (float)value;
    }
    reader->at += 2 * count;
    return true;
}

/* The file holds the left half [nu][half] with the midline first; the right half is its mirror image times
 * sign. */
static void net_unfold(const float (*left)[3], int nu, int mv, float sign, float (*out)[3]) {
    int half = (mv + 1) / 2;
    for (int i = 0; i < nu; i++)
        for (int j = 0; j < half; j++) {
            const float *p = left[i * half + j];
            memcpy(out[i * mv + mv - half + j], p, sizeof(float[3]));
            float *q = out[i * mv + half - 1 - j];
            q[0] = -sign * p[0], q[1] = sign * p[1], q[2] = sign * p[2];
        }
}

typedef struct HeadFileHeader {
    char magic[4];
    uint32_t version, net_u, net_v, mode_u, mode_v, modes, symmetric, ear_u, ear_s, landmarks, atlas;
} HeadFileHeader;

static bool header_fits(const HeadFileHeader *h) {
    return memcmp(h->magic, "STHD", 4) == 0 && h->version == 2 && h->net_u == HEAD_NET_U &&
           h->net_v == HEAD_NET_V && h->mode_u == HEAD_MODE_U && h->mode_v == HEAD_MODE_V &&
           h->modes == HEAD_MODES && h->symmetric == HEAD_SYMMETRIC && h->ear_u == HEAD_EAR_U &&
           h->ear_s == HEAD_EAR_S && h->landmarks == HEAD_FIXED_LANDMARKS && h->atlas == HEAD_ATLAS_NET;
}

/* Each interval in HEAD_REFINE equal parts. */
static void knots_subdivide(const float *coarse, int count, float *fine) {
    for (int i = 0; i <= count * HEAD_REFINE; i++) {
        int k = i / HEAD_REFINE;
        float f = (float)(i % HEAD_REFINE) / HEAD_REFINE;
        fine[i] = f > 0 ? coarse[k] + (coarse[k + 1] - coarse[k]) * f : coarse[k];
    }
}

static bool load_knots(HeadModel *model, Reader *reader, HeadKnots coarse[2]) {
    float ku[HEAD_MODE_U + 1], kv[HEAD_MODE_V + 1], fine_u[HEAD_NET_U + 1], fine_v[HEAD_NET_V + 1];
    if (!reader_take(reader, ku, sizeof ku) || !reader_take(reader, kv, sizeof kv)) return false;
    knots_subdivide(ku, HEAD_MODE_U, fine_u);
    knots_subdivide(kv, HEAD_MODE_V, fine_v);
    head_knots_extend(&coarse[0], ku, HEAD_MODE_U, true);
    head_knots_extend(&coarse[1], kv, HEAD_MODE_V, false);
    head_knots_extend(&model->u, fine_u, HEAD_NET_U, true);
    head_knots_extend(&model->v, fine_v, HEAD_NET_V, false);
    head_knots_uniform(&model->ear_u, 0, 1, HEAD_EAR_U, true);
    head_knots_uniform(&model->ear_s, 0, 1, HEAD_EAR_S, false);
    return true;
}

/* One mode's coarse net among those of all modes: what is added up together lies together. */
static void mode_put(const float (*net)[3], int count, int mode, float (*out)[HEAD_MODES][3]) {
    for (int i = 0; i < count; i++) memcpy(out[i][mode], net[i], sizeof net[i]);
}

/* Adds the coarse nets, expressed on the fine knots, to every fine control point. */
static void modes_refine(const HeadKnots coarse[2], const HeadKnots fine[2],
                         const float (*net)[HEAD_MODES][3], float (*out)[HEAD_MODES][3]) {
    int rows = fine[0].count, columns = fine[1].count + 3, coarse_columns = coarse[1].count + 3;
    HeadBasis across[HEAD_NET_MV];
    for (int j = 0; j < columns; j++) across[j] = knots_refine(&coarse[1], &fine[1], j);
#pragma omp parallel for schedule(static)
    for (int i = 0; i < rows; i++) {
        HeadBasis bu = knots_refine(&coarse[0], &fine[0], i);
        for (int j = 0; j < columns; j++) {
            const HeadBasis *bv = &across[j];
            float *p = out[i * columns + j][0];
            for (int a = 0; a < 16; a++) {
                const float *q = net[bu.index[a / 4] * coarse_columns + bv->index[a % 4]][0];
                const float share = bu.value[a / 4] * bv->value[a % 4];
#pragma omp simd
                for (int k = 0; k < 3 * HEAD_MODES; k++) p[k] += share * q[k];
            }
        }
    }
}

static bool load_nets(HeadModel *model, Reader *reader, const HeadKnots coarse[2], Arena *arena) {
    enum { MEAN_HALF = (HEAD_NET_MV + 1) / 2, MODE_HALF = (HEAD_MODE_MV + 1) / 2 };
    const HeadKnots fine[2] = {model->u, model->v};
    const size_t mark = arena_mark(arena), points = HEAD_MODE_U * HEAD_MODE_MV;
    float(*half)[3] = arena_push_array(arena, sizeof *half, HEAD_NET_U * MEAN_HALF);
    float(*full)[3] = arena_push_array(arena, sizeof *full, points);
    float(*all)[HEAD_MODES][3] = arena_push_array(arena, sizeof *all, points);
    if (!half || !full || !all || !reader_take_scaled(reader, half[0], 3 * HEAD_NET_U * MEAN_HALF))
        return false;
    net_unfold((const float(*)[3])half, HEAD_NET_U, HEAD_NET_MV, 1, model->mean);
    for (int k = 0; k < HEAD_MODES; k++) {
        if (!reader_take_scaled(reader, half[0], 3 * HEAD_MODE_U * MODE_HALF)) return false;
        net_unfold((const float(*)[3])half, HEAD_MODE_U, HEAD_MODE_MV, k < HEAD_SYMMETRIC ? 1.0f : -1.0f,
                   full);
        mode_put((const float(*)[3])full, (int)points, k, all);
    }
    modes_refine(coarse, fine, (const float(*)[HEAD_MODES][3])all, model->mode);
    arena_rewind(arena, mark);
    return true;
}

static bool load_ear(HeadModel *model, Reader *reader, Arena *arena) {
    enum { POINTS = HEAD_EAR_MODE_U * HEAD_EAR_MODE_MS };
    float net[POINTS][3];
    HeadKnots coarse[2], fine[2] = {model->ear_u, model->ear_s};
    const size_t mark = arena_mark(arena);
    float(*all)[HEAD_MODES][3] = arena_push_array(arena, sizeof *all, POINTS);
    head_knots_uniform(&coarse[0], 0, 1, HEAD_EAR_MODE_U, true);
    head_knots_uniform(&coarse[1], 0, 1, HEAD_EAR_MODE_S, false);
    if (!all || !reader_take_scaled(reader, model->ear_mean[0], 3 * HEAD_EAR_NET) ||
        !reader_take(reader, model->ear_centre, sizeof model->ear_centre))
        return false;
    for (int k = 0; k < HEAD_MODES; k++) {
        if (!reader_take_scaled(reader, net[0], sizeof net / sizeof(float))) return false;
        mode_put((const float(*)[3])net, POINTS, k, all);
    }
    modes_refine(coarse, fine, (const float(*)[HEAD_MODES][3])all, model->ear_mode);
    arena_rewind(arena, mark);
    return true;
}

/* The file's sellion is the reference heads' mark at the top of the nose's bridge. The landmark of that name
 * is the greatest indentation (domain.md 7.3), some 6 mm above it. */
static void find_sellion(HeadModel *model) {
    const HeadShape mean = {0};
    HeadSite *sellion = &model->landmark[LM_SELLION];
    const float from = sellion->u, to = model->landmark[LM_GLABELLA].u;
    float deepest_mm = INFINITY;
    model->nose_bridge = *sellion;
    for (int k = 0; k <= 40; k++) {
        float pos[3], u = from + 0.7f * (to - from) * (float)k / 40;
        head_eval(model, &mean, (HeadSite){HEAD_SKIN, u, 0}, pos, NULL);
        if (pos[2] >= deepest_mm) continue;
        deepest_mm = pos[2];
        sellion->u = u;
    }
}

static bool load_rest(HeadModel *model, Reader *reader) {
    for (int k = 0; k < HEAD_FIXED_LANDMARKS; k++) {
        float uv[2];
        if (!reader_take(reader, uv, sizeof uv)) return false;
        HeadSite site = {HEAD_SKIN, uv[0], uv[1]};
        if (fabsf(uv[1]) > model->ear_v) {
            site.part = uv[1] > 0 ? HEAD_EAR_LEFT : HEAD_EAR_RIGHT;
            site.v = (fabsf(uv[1]) - model->ear_v) / (1 - model->ear_v);
        }
        model->landmark[k] = site;
    }
    head_knots_uniform(&model->atlas_knots, -1, 1, HEAD_ATLAS_NET, false);
    if (!reader_take(reader, model->atlas, sizeof model->atlas)) return false;
    for (int k = 0; k < HEAD_SITE_COUNT; k++) {
        uint32_t part;
        float uv[2];
        if (!reader_take(reader, &part, sizeof part) || !reader_take(reader, uv, sizeof uv) ||
            part > HEAD_EAR_LEFT)
            return false;
        model->site[k] = (HeadSite){(HeadPart)part, uv[0], uv[1]};
    }
    return reader_take(reader, model->gradient, sizeof model->gradient) && reader->at == reader->end;
}

void head_residual_knots(HeadKnots *u, HeadKnots *v) {
    head_knots_uniform(u, 0, 1, HEAD_RESIDUAL_U, true);
    head_knots_uniform(v, -1, 1, HEAD_RESIDUAL_V - 3, false);
}

/* The residual moves control points along the mean's normal at their own parameters. */
static void residual_build(HeadModel *model) {
    HeadKnots ru, rv;
    head_residual_knots(&ru, &rv);
    for (int i = 0; i < HEAD_NET_U; i++)
        model->residual_u[i] = head_basis(&ru, head_knots_greville(&model->u, i));
    for (int j = 0; j < HEAD_NET_MV; j++)
        model->residual_v[j] = head_basis(&rv, head_knots_greville(&model->v, j));
    HeadShape mean = {0};
    for (int i = 0; i < HEAD_NET_U; i++)
        for (int j = 0; j < HEAD_NET_MV; j++) {
            float v = fminf(fmaxf(head_knots_greville(&model->v, j), -0.97f), 0.97f);
            HeadSite site = {HEAD_SKIN, head_knots_greville(&model->u, i), v};
            float *normal = model->normal[i * HEAD_NET_MV + j];
            head_eval(model, &mean, site, NULL, normal);
            head_ear_shift_at(model->mean[i * HEAD_NET_MV + j], normal,
                              model->skin_shift[i * HEAD_NET_MV + j]);
            model->neck_lean[i * HEAD_NET_MV + j] = head_neck_lean_at(model->mean[i * HEAD_NET_MV + j]);
        }
}

static HeadModel *model_allocate(Arena *arena) {
    HeadModel *model = ARENA_ARRAY(arena, HeadModel, 1);
    if (!model) return NULL;
    model->mean = arena_push_array(arena, sizeof(float[3]), HEAD_NET);
    model->mode = arena_push_array(arena, sizeof(float[HEAD_MODES][3]), HEAD_NET);
    model->lid = ARENA_ARRAY(arena, HeadLid, HEAD_LIDS_MAX);
    model->lid_at = ARENA_ARRAY(arena, int16_t, HEAD_NET);
    model->normal = arena_push_array(arena, sizeof(float[3]), HEAD_NET);
    model->residual_u = ARENA_ARRAY(arena, HeadBasis, HEAD_NET_U);
    model->residual_v = ARENA_ARRAY(arena, HeadBasis, HEAD_NET_MV);
    model->ear_mean = arena_push_array(arena, sizeof(float[3]), HEAD_EAR_NET);
    model->ear_mode = arena_push_array(arena, sizeof(float[HEAD_MODES][3]), HEAD_EAR_NET);
    model->ear_normal = arena_push_array(arena, sizeof(float[HEAD_EAR_NET][3]), 2);
    model->ear_residual_u = ARENA_ARRAY(arena, HeadBasis, HEAD_EAR_U);
    model->ear_residual_v = arena_push_array(arena, sizeof(HeadBasis[HEAD_EAR_MS]), 2);
    model->neck_lean = ARENA_ARRAY(arena, float, HEAD_NET);
    model->face_share = arena_push_array(arena, sizeof(float[HEAD_FACE_PLACES]), HEAD_NET);
    model->in_face = ARENA_ARRAY(arena, bool, HEAD_NET);
    model->skin_shift = arena_push_array(arena, sizeof(float[3]), HEAD_NET);
    model->ear_shift = arena_push_array(arena, sizeof(float[HEAD_EAR_NET][3]), 2);
    model->ear_field = arena_push_array(arena, sizeof(float[HEAD_EAR_WEIGHTS][3]), HEAD_EAR_NET);
    return arena->overflowed ? NULL : model;
}

/* FNV-1a of the file's part that makes the surface; marks and atlas may change without touching a face. */
static uint32_t fingerprint(const uint8_t *from, const uint8_t *to) {
    uint32_t hash = 0x811c9dc5u;
    for (const uint8_t *p = from; p < to; p++) hash = (hash ^ *p) * 0x01000193u;
    return hash ? hash : 1;
}

HeadModel *head_load(const char *path, Arena *arena, Err *err) {
    Bytes bytes = {0};
    HeadModel *model = model_allocate(arena);
    if (!path) path = file_data_path(arena, "assets/head.bin");
    if (!model || !path) {
        err_set(err, "Not enough memory for the head model");
        return NULL;
    }
    size_t mark = arena_mark(arena);
    if (!file_read(path, 4u << 20, arena, &bytes, err)) return NULL;
    Reader reader = {bytes.data, bytes.data + bytes.size};
    HeadFileHeader header;
    HeadKnots coarse[2];
    float calibrated_to; /* the neck data ends at this cosine about straight down: the cut is above */
    bool ok = reader_take(&reader, &header, sizeof header) && header_fits(&header) &&
              load_knots(model, &reader, coarse) && reader_take(&reader, &calibrated_to, 4) &&
              reader_take(&reader, &model->ear_v, 4) && load_nets(model, &reader, coarse, arena) &&
              load_ear(model, &reader, arena);
    if (ok) model->edition = fingerprint(bytes.data, reader.at);
    ok = ok && load_rest(model, &reader);
    arena_rewind(arena, mark);
    if (!ok) {
        err_set(err, "%s is not the head model of this version of Stipple", path);
        return NULL;
    }
    residual_build(model);
    head_neck_build(model);
    head_ear_build(model);
    find_sellion(model);
    head_face_build(model);
    if (!head_folds_build(model, arena) || !head_lids_build(model, arena)) {
        err_set(err, "Not enough memory for the head model");
        return NULL;
    }
    return head_topology_build(model, arena, err) ? model : NULL;
}

uint32_t head_edition(const HeadModel *model) {
    return model->edition;
}

bool head_shape_belongs(const HeadModel *model, const HeadShape *shape) {
    bool mean = true;
    for (int k = 0; k < HEAD_WEIGHTS; k++) mean = mean && shape->weight[k] == 0;
    return mean || shape->edition == model->edition;
}

/* ---- evaluation ---- */

static void lid_add(const HeadLid *lid, const HeadShape *shape, float along, float full, float out[3]) {
    for (int c = 0; c < 3; c++) {
        float sum = lid->mean[c] + along * lid->normal[c];
        for (int k = 0; k < HEAD_MODES; k++) sum += shape->weight[k] * lid->mode[k][c];
        out[c] += shape->lids_closed * sum;
    }
    out[2] += shape->lids_closed * full * lid->full;
}

static void skin_control(const HeadModel *model, const HeadShape *shape, int i, int j, float out[3]) {
    int p = i * HEAD_NET_MV + j;
    float x = model->mean[p][0], y = model->mean[p][1], z = model->mean[p][2], along = 0;
    const float(*mode)[3] = (const float(*)[3])model->mode[p];
    for (int k = 0; k < HEAD_MODES; k++) {
        x += shape->weight[k] * mode[k][0];
        y += shape->weight[k] * mode[k][1];
        z += shape->weight[k] * mode[k][2];
    }
    const HeadBasis *bu = &model->residual_u[i], *bv = &model->residual_v[j];
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < 4; b++)
            along += bu->value[a] * bv->value[b] *
                     shape->weight[HEAD_MODES + bu->index[a] * HEAD_RESIDUAL_V + bv->index[b]];
    along *= HEAD_RESIDUAL_MM;
    const float shift = shape->weight[head_ear_shift_weight(j)];
    out[0] = x + along * model->normal[p][0] + shift * model->skin_shift[p][0];
    out[1] = y + along * model->normal[p][1] + shift * model->skin_shift[p][1];
    out[2] = z + along * model->normal[p][2] + shift * model->skin_shift[p][2] +
             shape->weight[HEAD_NECK_LEAN] * model->neck_lean[p];
    for (int k = 0; model->in_face[p] && k < HEAD_FACE_WEIGHTS; k++)
        out[k % 3] += shape->weight[HEAD_FACE + k] * head_face_axis[k % 3] * model->face_share[p][k / 3];
    if (shape->lids_closed != 0 && model->lid_at[p] >= 0)
        lid_add(&model->lid[model->lid_at[p]], shape, along, shape->weight[head_lid_weight(j)], out);
}

void head_nets(const HeadModel *model, const HeadShape *shape, HeadNets *out) {
#pragma omp parallel for schedule(static)
    for (int i = 0; i < HEAD_NET_U; i++)
        for (int j = 0; j < HEAD_NET_MV; j++)
            skin_control(model, shape, i, j, out->skin[i * HEAD_NET_MV + j]);
    head_ear_nets(model, shape, out);
}

void head_net_eval(const float (*net)[3], int mv, const HeadBasis *bu, const HeadBasis *bv, float pos[3],
                   float du[3], float dv[3]) {
    memset(pos, 0, sizeof(float[3]));
    memset(du, 0, sizeof(float[3]));
    memset(dv, 0, sizeof(float[3]));
    for (int a = 0; a < 4; a++) {
        float row[3] = {0}, row_dv[3] = {0};
        for (int b = 0; b < 4; b++) {
            const float *p = net[bu->index[a] * mv + bv->index[b]];
            for (int c = 0; c < 3; c++) {
                row[c] += bv->value[b] * p[c];
                row_dv[c] += bv->slope[b] * p[c];
            }
        }
        for (int c = 0; c < 3; c++) {
            pos[c] += bu->value[a] * row[c];
            du[c] += bu->slope[a] * row[c];
            dv[c] += bu->value[a] * row_dv[c];
        }
    }
}

/* Skin under an ear site, and how fast its v runs against the ear's s. */
static HeadSite skin_under_ear(const HeadModel *model, HeadSite site, float *v_per_s) {
    float side = site.part == HEAD_EAR_LEFT ? 1.0f : -1.0f;
    *v_per_s = side * (1 - model->ear_v);
    return (HeadSite){HEAD_SKIN, site.u, side * (model->ear_v + (1 - model->ear_v) * site.v)};
}

HeadSite head_site_under_ear(const HeadModel *model, HeadSite site, float *shows) {
    float slope;
    *shows = site.part == HEAD_SKIN ? 1 : 1 - head_ear_blend(site.v, &slope);
    return site.part == HEAD_SKIN ? site : skin_under_ear(model, site, &slope);
}

void head_nets_eval(const HeadModel *model, const HeadNets *nets, HeadSite site, float pos[3], float du[3],
                    float dv[3]) {
    float v_per_s = 1, skin_pos[3], skin_du[3], skin_dv[3], slope;
    HeadSite under = site.part == HEAD_SKIN ? site : skin_under_ear(model, site, &v_per_s);
    HeadBasis bu = head_basis(&model->u, under.u), bv = head_basis(&model->v, under.v);
    head_net_eval(nets->skin, HEAD_NET_MV, &bu, &bv, skin_pos, skin_du, skin_dv);
    if (site.part == HEAD_SKIN) {
        memcpy(pos, skin_pos, sizeof skin_pos);
        memcpy(du, skin_du, sizeof skin_du);
        memcpy(dv, skin_dv, sizeof skin_dv);
        return;
    }
    bu = head_basis(&model->ear_u, site.u), bv = head_basis(&model->ear_s, site.v);
    head_net_eval(nets->ear[site.part == HEAD_EAR_LEFT], HEAD_EAR_MS, &bu, &bv, pos, du, dv);
    float w = head_ear_blend(site.v, &slope);
    for (int c = 0; c < 3; c++) {
        dv[c] = w * dv[c] + (1 - w) * skin_dv[c] * v_per_s + slope * (pos[c] - skin_pos[c]);
        du[c] = w * du[c] + (1 - w) * skin_du[c];
        pos[c] = w * pos[c] + (1 - w) * skin_pos[c];
    }
}

void head_normal_from_tangents(HeadSite site, const float du[3], const float dv[3], float normal[3]) {
    float side = site.part == HEAD_EAR_RIGHT ? -1.0f : 1.0f; /* s of the right ear runs against v */
    float n[3] = {dv[1] * du[2] - dv[2] * du[1], dv[2] * du[0] - dv[0] * du[2],
                  dv[0] * du[1] - dv[1] * du[0]};
    float length = sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
    for (int c = 0; c < 3; c++)
        normal[c] = length > 1e-12f ? side * n[c] / length : c == 0 ? (site.v < 0 ? -1.0f : 1.0f) : 0;
}

/* Only the 16 control points that matter are summed for a single site. */
static void eval_site(const HeadModel *model, const HeadShape *shape, HeadSite site, float pos[3],
                      float du[3], float dv[3]) {
    static _Thread_local HeadNets nets; /* scratch: only the touched points are valid */
    float v_per_s;
    HeadSite under = site.part == HEAD_SKIN ? site : skin_under_ear(model, site, &v_per_s);
    HeadBasis bu = head_basis(&model->u, under.u), bv = head_basis(&model->v, under.v);
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < 4; b++)
            skin_control(model, shape, bu.index[a], bv.index[b],
                         nets.skin[bu.index[a] * HEAD_NET_MV + bv.index[b]]);
    if (site.part != HEAD_SKIN) head_ear_controls(model, shape, site, &nets);
    head_nets_eval(model, &nets, site, pos, du, dv);
}

void head_eval(const HeadModel *model, const HeadShape *shape, HeadSite site, float pos_mm[3],
               float normal[3]) {
    float pos[3], du[3], dv[3];
    HeadSite inside = site; /* tangents vanish at the poles */
    if (normal && site.part == HEAD_SKIN)
        inside.v = fminf(fmaxf(site.v, -0.999f), 0.999f);
    else if (normal)
        inside.v = fminf(site.v, 0.999f);
    eval_site(model, shape, inside, pos, du, dv);
    if (normal) head_normal_from_tangents(inside, du, dv, normal);
    if (pos_mm && inside.v != site.v) eval_site(model, shape, site, pos, du, dv);
    if (pos_mm) memcpy(pos_mm, pos, sizeof pos);
}

void head_tangents(const HeadModel *model, const HeadShape *shape, HeadSite site, float du_mm[3],
                   float dv_mm[3]) {
    ASSERT(site.part == HEAD_SKIN);
    float pos[3];
    eval_site(model, shape, site, pos, du_mm, dv_mm);
}

void head_jacobian(const HeadModel *model, const HeadShape *shape, HeadSite site, float (*jac)[3]) {
    const float closed = shape->lids_closed; /* for a given one, positions are linear in the weights */
    float v_per_s, slope, skin_share = 1;
    memset(jac, 0, sizeof(float[3]) * HEAD_WEIGHTS);
    HeadSite under = site;
    if (site.part != HEAD_SKIN) {
        float w = head_ear_blend(site.v, &slope);
        head_ear_jacobian(model, site, w, jac);
        under = skin_under_ear(model, site, &v_per_s);
        skin_share = 1 - w;
        if (skin_share <= 0) return;
    }
    HeadBasis bu = head_basis(&model->u, under.u), bv = head_basis(&model->v, under.v);
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < 4; b++) {
            int i = bu.index[a], j = bv.index[b], p = i * HEAD_NET_MV + j;
            float share = skin_share * bu.value[a] * bv.value[b];
            const float *mode = model->mode[p][0];
            const HeadLid *lid = closed != 0 && model->lid_at[p] >= 0 ? &model->lid[model->lid_at[p]] : NULL;
            const float *lid_mode = lid ? (const float *)lid->mode : NULL;
            float *row = jac[0], normal[3];
            for (int c = 0; c < 3; c++) normal[c] = model->normal[p][c] + (lid ? closed * lid->normal[c] : 0);
            for (int k = 0; k < 3 * HEAD_MODES; k++) row[k] += share * mode[k];
            for (int k = 0; lid && k < 3 * HEAD_MODES; k++) row[k] += share * closed * lid_mode[k];
            if (lid) jac[head_lid_weight(j)][2] += share * closed * lid->full;
            for (int c = 0; c < 3; c++) jac[head_ear_shift_weight(j)][c] += share * model->skin_shift[p][c];
            jac[HEAD_NECK_LEAN][2] += share * model->neck_lean[p];
            for (int k = 0; model->in_face[p] && k < HEAD_FACE_WEIGHTS; k++)
                jac[HEAD_FACE + k][k % 3] += share * head_face_axis[k % 3] * model->face_share[p][k / 3];
            const HeadBasis *ru = &model->residual_u[i], *rv = &model->residual_v[j];
            for (int e = 0; e < 16; e++) {
                float amount = share * HEAD_RESIDUAL_MM * ru->value[e / 4] * rv->value[e % 4];
                float *out = jac[HEAD_MODES + ru->index[e / 4] * HEAD_RESIDUAL_V + rv->index[e % 4]];
                for (int c = 0; c < 3; c++) out[c] += amount * normal[c];
            }
        }
}

/* ---- landmarks ---- */

HeadSite head_landmark_site(const HeadModel *model, HeadLandmark landmark) {
    ASSERT((int)landmark < HEAD_FIXED_LANDMARKS);
    return model->landmark[landmark];
}

HeadSite head_ear_end_site(const HeadModel *model, HeadPart ear, bool top) {
    HeadSite site = model->site[top ? HS_EAR_TOP : HS_EAR_BOTTOM];
    if (site.part != HEAD_SKIN)
        site.part = ear;
    else if (ear == HEAD_EAR_RIGHT)
        site.v = -site.v;
    return site;
}

/* The midline's point farthest up and back (shares of a direction), not lower than some height: by bisection
 * steps around the best of a scan. */
static void midline_extreme(const HeadModel *model, const HeadNets *nets, float lowest_mm, float up,
                            float back, float out[3]) {
    float best_u = 0.6f, best = -INFINITY, du[3], dv[3], pos[3];
    for (float step = 0.01f; step > 1e-5f; step *= 0.5f) {
        float centre = best_u, reach = step > 0.009f ? 25 * step : 2 * step;
        for (float u = centre - reach; u <= centre + reach; u += step) {
            head_nets_eval(model, nets, (HeadSite){HEAD_SKIN, u, 0}, pos, du, dv);
            float score = pos[1] < lowest_mm ? -INFINITY : up * pos[1] - back * pos[2];
            if (score > best) {
                best = score, best_u = u;
                memcpy(out, pos, sizeof pos);
            }
        }
    }
}

void head_nets_landmarks(const HeadModel *model, const HeadNets *nets, float pos_mm[LM_COUNT][3]) {
    float du[3], dv[3];
    for (int k = 0; k < HEAD_FIXED_LANDMARKS; k++)
        head_nets_eval(model, nets, model->landmark[k], pos_mm[k], du, dv);
    midline_extreme(model, nets, -INFINITY, 1, 0, pos_mm[LM_VERTEX]);
    /* The hindmost point of the occiput, where a caliper for ANSUR's head length comes to lie, above the
     * neck. The point farthest from the glabella is another on flat heads: the neck. */
    const float neck_mm = pos_mm[LM_GLABELLA][1] - 70;
    midline_extreme(model, nets, neck_mm, 0, 1, pos_mm[LM_OPISTHOCRANION]);
}

void head_landmarks(const HeadModel *model, const HeadShape *shape, float pos_mm[LM_COUNT][3]) {
    static _Thread_local HeadNets nets;
    head_nets(model, shape, &nets);
    head_nets_landmarks(model, &nets, pos_mm);
}

static const HeadLandmark paired[][2] = {{LM_LEFT_PUPIL, LM_RIGHT_PUPIL},
                                         {LM_LEFT_EXOCANTHION, LM_RIGHT_EXOCANTHION},
                                         {LM_LEFT_ENDOCANTHION, LM_RIGHT_ENDOCANTHION},
                                         {LM_LEFT_CHEILION, LM_RIGHT_CHEILION},
                                         {LM_LEFT_TRAGION, LM_RIGHT_TRAGION}};
enum { PAIRS = sizeof paired / sizeof paired[0] };

/* With d from right to left of a pair and m its middle from all middles' centre, mirroring in the plane of
 * unit normal n through that centre leaves, summed over the pairs, d.d - (d.n)^2 + 4 (m.n)^2: n is the first
 * eigenvector of the sum of d d' - 4 m m', by power iteration, with 4 m.m added to all eigenvalues so that
 * none is negative. */
static void mirror_plane(const float pos_mm[LM_COUNT][3], float normal[3], float centre[3]) {
    enum { ROUNDS = 60 };
    mat3 a = GLM_MAT3_ZERO_INIT;
    vec3 n = {1, 0, 0};
    glm_vec3_zero(centre);
    for (int p = 0; p < PAIRS; p++)
        for (int side = 0; side < 2; side++)
            glm_vec3_muladds((float *)pos_mm[paired[p][side]], 0.5f / PAIRS, centre);
    for (int p = 0; p < PAIRS; p++) {
        vec3 d, m;
        glm_vec3_sub((float *)pos_mm[paired[p][0]], (float *)pos_mm[paired[p][1]], d);
        glm_vec3_center((float *)pos_mm[paired[p][0]], (float *)pos_mm[paired[p][1]], m);
        glm_vec3_sub(m, centre, m);
        for (int i = 0; i < 3; i++) {
            a[i][i] += 4 * glm_vec3_norm2(m);
            for (int k = 0; k < 3; k++) a[i][k] += d[i] * d[k] - 4 * m[i] * m[k];
        }
    }
    for (int k = 0; k < ROUNDS; k++) {
        glm_mat3_mulv(a, n, n);
        glm_vec3_normalize(n);
    }
    glm_vec3_copy(n, normal);
}

void head_landmarks_centre(float pos_mm[LM_COUNT][3], const bool kept[LM_COUNT]) {
    static const HeadLandmark middle[] = {LM_SELLION, LM_GLABELLA, LM_VERTEX, LM_OPISTHOCRANION};
    vec3 normal, centre, away;
    mirror_plane((const float(*)[3])pos_mm, normal, centre);
    for (size_t k = 0; k < sizeof middle / sizeof middle[0]; k++) {
        float *at = pos_mm[middle[k]];
        if (kept[middle[k]]) continue;
        glm_vec3_sub(at, centre, away);
        glm_vec3_muladds(normal, -glm_vec3_dot(away, normal), at);
    }
}
