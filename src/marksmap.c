#include "marksmap.h"

#include <math.h>
#include <string.h>

/* --- Baking
 * ----------------------------------------------------------------------------------------------------- */

bool marksmap_create(MarksMap *map, int size, Arena *arena, Err *err) {
    const size_t texels = (size_t)size * (size_t)size;
    const int tiles = (size + MARKSMAP_TILE - 1) / MARKSMAP_TILE;
    *map = (MarksMap){.size = size, .tiles = tiles};
    map->rgba = arena_push(arena, 4 * texels);
    map->red = arena_push(arena, MARKSMAP_RED_PX * MARKSMAP_RED_PX);
    map->dirty = arena_push(arena, (size_t)(tiles * tiles));
    map->baking = arena_push(arena, (size_t)(tiles * tiles));
    map->reddened = arena_push(arena, (size_t)(tiles * tiles));
    if (!map->rgba || !map->red || !map->dirty || !map->baking || !map->reddened)
        return err_set(err, "There is not enough memory for the marks of the skin");
    memset(map->rgba, 128, 4 * texels);
    memset(map->red, 0, MARKSMAP_RED_PX * MARKSMAP_RED_PX);
    memset(map->dirty, 1, (size_t)(tiles * tiles)); /* the whole skin is copied once */
    memset(map->reddened, 0, (size_t)(tiles * tiles));
    return true;
}

/* One triangle of the atlas on a map of some size. */
typedef struct AtlasTriangle {
    float px[3][2];
    const HeadSite *site[3];
    bool skin;           /* else of an ear and the skin around its root, which has no tape coordinates */
    int low[2], high[2]; /* texels, inclusive */
} AtlasTriangle;

static void triangle_make(const HeadTopology *head, uint32_t t, int size, AtlasTriangle *out) {
    out->skin = true;
    for (int i = 0; i < 3; i++) {
        const uint32_t corner = head->tri[t][i];
        out->site[i] = &head->site[corner];
        out->skin = out->skin && out->site[i]->part == HEAD_SKIN;
        for (int k = 0; k < 2; k++) out->px[i][k] = head->uv[corner][k] * (float)size;
    }
    for (int k = 0; k < 2; k++) {
        const float a = out->px[0][k], b = out->px[1][k], c = out->px[2][k];
        out->low[k] = (int)fmaxf(0, fminf(a, fminf(b, c)) - 1);
        out->high[k] = (int)fminf((float)size - 1, fmaxf(a, fmaxf(b, c)) + 1);
    }
}

typedef struct Bake {
    const Scalp *scalp;
    const Marks *marks;
    const Hat *hat;       /* with wool */
    const float *touched; /* of the red map; NULL: the marks' */
    int size;
    uint8_t *out, *wool;
} Bake;

static uint8_t encode(float value) {
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value + 0.5f);
}

static void grid_place(const ScalpGrid *grid, ScalpCell cell, float pos[3]) {
    const float(*p)[3] = (const float(*)[3])grid->pos_mm + cell.node, (*q)[3] = p + SCALP_COLS;
    for (int k = 0; k < 3; k++) {
        const float a = p[0][k] + (p[1][k] - p[0][k]) * cell.x, b = q[0][k] + (q[1][k] - q[0][k]) * cell.x;
        pos[k] = a + (b - a) * cell.y;
    }
}

/* True under the hat. */
static bool bake_wool(const Bake *b, size_t at, const float pos_mm[3]) {
    if (!b->wool) return false;
    b->wool[at] = 0;
    if (hat_inside_mm(b->hat, pos_mm) <= 0) return false;
    float shade, relief;
    uint8_t *out = b->out + 4 * at;
    hat_knit(b->hat, pos_mm, &shade, &relief);
    b->wool[at] = encode(1 + 254 * shade);
    out[0] = out[1] = 128, out[2] = 255, out[3] = encode(128 + 127 * relief);
    return true;
}

static void bake_texel(const Bake *b, int x, int y, ScalpCell cell) {
    const size_t at = (size_t)y * (size_t)b->size + (size_t)x;
    if (b->touched) {
        b->out[at] = encode(255 * scalp_field(b->touched, cell));
        return;
    }
    const ScalpGrid *grid = b->scalp->grid;
    float pos[3];
    grid_place(grid, cell, pos);
    if (bake_wool(b, at, pos)) return;
    uint8_t *out = b->out + 4 * at;
    const MarkAt mark = marks_at(b->marks, pos, scalp_field(grid->s_mm, cell), scalp_field(grid->l_mm, cell));
    out[0] = encode(128 + 32 * log2f(fmaxf(0.06f, mark.melanin)));
    out[1] = encode(128 + 32 * log2f(fmaxf(0.06f, mark.haemoglobin)));
    out[2] = encode(128 + 127 * mark.roughness / 0.5f);
    out[3] = encode(128 + 127 * mark.relief_mm);
}

/* Places are linear in the triangle. */
static void bake_triangle(const Bake *b, const AtlasTriangle *t) {
    float corner[3][3];
    for (int i = 0; i < 3 && !t->skin; i++)
        head_eval(b->scalp->model, b->scalp->shape, *t->site[i], corner[i], NULL);
    const float(*p)[2] = t->px;
    const float ax = p[1][0] - p[0][0], ay = p[1][1] - p[0][1], bx = p[2][0] - p[0][0],
                by = p[2][1] - p[0][1];
    const float det = ax * by - bx * ay;
    if (fabsf(det) < 1e-9f) return;
    for (int y = t->low[1]; y <= t->high[1]; y++) {
        for (int x = t->low[0]; x <= t->high[0]; x++) {
            const float dx = (float)x + 0.5f - p[0][0], dy = (float)y + 0.5f - p[0][1];
            const float w1 = (dx * by - bx * dy) / det, w2 = (ax * dy - dx * ay) / det, w0 = 1 - w1 - w2;
            if (w1 < -0.01f || w2 < -0.01f || w0 < -0.01f) continue;
            if (!t->skin) {
                float pos[3];
                for (int k = 0; k < 3; k++)
                    pos[k] = corner[0][k] * w0 + corner[1][k] * w1 + corner[2][k] * w2;
                const size_t at = (size_t)y * (size_t)b->size + (size_t)x;
                if (!bake_wool(b, at, pos)) memset(b->out + 4 * at, 128, 4);
                continue;
            }
            bake_texel(b, x, y,
                       scalp_cell(t->site[0]->u * w0 + t->site[1]->u * w1 + t->site[2]->u * w2,
                                  t->site[0]->v * w0 + t->site[1]->v * w1 + t->site[2]->v * w2));
        }
    }
}

static void tiles_flag(const MarksMap *map, const AtlasTriangle *t, uint8_t *flags) {
    for (int y = t->low[1] / MARKSMAP_TILE; y <= t->high[1] / MARKSMAP_TILE; y++)
        for (int x = t->low[0] / MARKSMAP_TILE; x <= t->high[0] / MARKSMAP_TILE; x++)
            flags[y * map->tiles + x] = 1;
}

/* The shapes that came, went or changed. */
static void marks_changed(const Marks *before, const Marks *now, MarkShape out[2 * MARK_COUNT], int *count) {
    *count = 0;
    for (int i = 0; i < MARK_COUNT; i++) {
        const MarkShape *a = &before->shape[i], *b = &now->shape[i];
        if (memcmp(a, b, sizeof *a) == 0) continue;
        if (a->kind != MARK_NONE) out[(*count)++] = *a;
        if (b->kind != MARK_NONE) out[(*count)++] = *b;
    }
}

static bool triangle_within(const Scalp *scalp, const AtlasTriangle *t, const MarkShape *shape, int count) {
    const float slack_mm = 4; /* a triangle's own reach about its corner */
    float pos[3];
    grid_place(scalp->grid, scalp_cell(t->site[0]->u, t->site[0]->v), pos);
    for (int i = 0; i < count; i++) {
        float d2 = 0;
        for (int k = 0; k < 3; k++) d2 += (pos[k] - shape[i].pos[k]) * (pos[k] - shape[i].pos[k]);
        const float reach = shape[i].reach_mm + slack_mm;
        if (d2 < reach * reach) return true;
    }
    return false;
}

static float relief_mm(const MarksMap *map, int x, int y) {
    static const float weight[5] = {1 / 16.0f, 4 / 16.0f, 6 / 16.0f, 4 / 16.0f, 1 / 16.0f};
    const int size = map->size;
    float sum = 0;
    for (int j = -2; j <= 2; j++) {
        const int row = y + j < 0 ? 0 : y + j >= size ? size - 1 : y + j;
        for (int i = -2; i <= 2; i++) {
            const int column = x + i < 0 ? 0 : x + i >= size ? size - 1 : x + i;
            sum += weight[j + 2] * weight[i + 2] *
                   (float)(map->rgba[4 * ((size_t)row * (size_t)size + (size_t)column) + 3] - 128);
        }
    }
    return sum / 127;
}

static void tile_rect(const MarksMap *map, int tile, int rect[4]) {
    rect[0] = tile % map->tiles * MARKSMAP_TILE, rect[1] = tile / map->tiles * MARKSMAP_TILE;
    for (int k = 0; k < 2; k++)
        rect[2 + k] = rect[k] + MARKSMAP_TILE < map->size ? rect[k] + MARKSMAP_TILE : map->size;
}

/* A tile's smoothed relief reads two texels of its neighbours. */
static bool tile_near(const MarksMap *map, const uint8_t *flags, int tile) {
    const int x = tile % map->tiles, y = tile / map->tiles;
    for (int j = y - 1; j <= y + 1; j++)
        for (int i = x - 1; i <= x + 1; i++)
            if (i >= 0 && j >= 0 && i < map->tiles && j < map->tiles && flags[j * map->tiles + i])
                return true;
    return false;
}

static bool surface_bake(MarksMap *map, const uint8_t *baked, Arena *arena, Err *err) {
    const size_t texels = (size_t)map->size * (size_t)map->size;
    if (!map->surface) {
        map->surface = arena_push(arena, sizeof *map->surface * texels);
        if (!map->surface) return err_set(err, "There is not enough memory for the marks of the skin");
        memset(map->surface, 0, sizeof *map->surface * texels);
    }
#pragma omp parallel for schedule(dynamic, 16)
    for (int tile = 0; tile < map->tiles * map->tiles; tile++) {
        if (!tile_near(map, baked, tile)) continue;
        int rect[4];
        tile_rect(map, tile, rect);
        for (int y = rect[1]; y < rect[3]; y++) {
            for (int x = rect[0]; x < rect[2]; x++) {
                const size_t at = (size_t)y * (size_t)map->size + (size_t)x;
                map->surface[at][0] = relief_mm(map, x, y);
                map->surface[at][1] = 0.5f * (float)(map->rgba[4 * at + 2] - 128) / 127;
            }
        }
    }
    return true;
}

bool marksmap_bake(MarksMap *map, const Scalp *scalp, const Marks *marks, const Hat *hat, Arena *arena,
                   Err *err) {
    MarkShape changed[2 * MARK_COUNT];
    int count;
    marks_changed(&map->baked, marks, changed, &count);
    const bool other_hat = memcmp(&map->hat, hat, sizeof *hat) != 0;
    if (count == 0 && !other_hat) return true;
    const size_t texels = (size_t)map->size * (size_t)map->size;
    if (hat->worn && !map->wool) {
        map->wool = arena_push(arena, texels);
        if (!map->wool) return err_set(err, "There is not enough memory for the hat");
        memset(map->wool, 0, texels);
    }
    map->hat = *hat;
    const size_t tiles = (size_t)(map->tiles * map->tiles);
    memset(map->baking, 0, tiles);
    map->baked = *marks;
    const HeadTopology *head = head_topology(scalp->model, HEAD_LOD_MEDIUM);
    const Bake bake = {
        .scalp = scalp, .marks = marks, .hat = hat, .size = map->size, .out = map->rgba, .wool = map->wool};
#pragma omp parallel for schedule(dynamic, 256)
    for (uint32_t t = 0; t < head->triangle_count; t++) {
        AtlasTriangle triangle;
        triangle_make(head, t, map->size, &triangle);
        if (!other_hat && (!triangle.skin || !triangle_within(scalp, &triangle, changed, count))) continue;
        bake_triangle(&bake, &triangle);
#pragma omp critical
        tiles_flag(map, &triangle, map->baking);
    }
    for (size_t i = 0; i < tiles; i++) map->dirty[i] |= map->baking[i];
    return surface_bake(map, map->baking, arena, err);
}

void marksmap_bake_red(MarksMap *map, const Scalp *scalp, const float *touched) {
    const HeadTopology *head = head_topology(scalp->model, HEAD_LOD_MEDIUM);
    const Bake bake = {.scalp = scalp, .touched = touched, .size = MARKSMAP_RED_PX, .out = map->red};
#pragma omp parallel for schedule(dynamic, 256)
    for (uint32_t t = 0; t < head->triangle_count; t++) {
        AtlasTriangle triangle;
        triangle_make(head, t, MARKSMAP_RED_PX, &triangle);
        if (triangle.skin) bake_triangle(&bake, &triangle);
    }
    const int tiles = map->tiles;
    const float scale = (float)MARKSMAP_RED_PX / (float)map->size;
    for (int tile = 0; tile < tiles * tiles; tile++) {
        const int low[2] = {tile % tiles * MARKSMAP_TILE, tile / tiles * MARKSMAP_TILE};
        int from[2], to[2];
        for (int k = 0; k < 2; k++) {
            from[k] = (int)fmaxf(0, (float)low[k] * scale - 1);
            to[k] = (int)fminf(MARKSMAP_RED_PX - 1, (float)(low[k] + MARKSMAP_TILE) * scale + 1);
        }
        bool any = false;
        for (int y = from[1]; y <= to[1] && !any; y++)
            for (int x = from[0]; x <= to[0]; x++) any = any || map->red[y * MARKSMAP_RED_PX + x] > 0;
        if (map->redness > 0 && (any || map->reddened[tile])) map->dirty[tile] = 1;
        map->reddened[tile] = any;
    }
}

/* --- Colour
 * ----------------------------------------------------------------------------------------------------- */

/* Change of the light's absorption, per unit of the factor, in linear R, G, B: melanin falls with wavelength
 * as lambda^-3.48 (domain.md 6.2), blood takes green and blue. Scaled by eye to a fair skin's share of both.
 */
static const float melanin_rgb[3] = {0.13f, 0.25f, 0.46f}, blood_rgb[3] = {0.05f, 0.27f, 0.22f};
/* Blood x3-6 for 1-5 days after a session (domain.md 6.2, assumption), on the scale of blood_rgb. */
static const float RED_BLOOD = 1.1f;

/* Grey-blue wool, linear. */
static const float WOOL_RGB[3] = {0.050f, 0.062f, 0.088f};

enum { BLOOD_STEPS = 4096, ENCODE_STEPS = 8192 };
static const float BLOOD_MOST = 16;

typedef struct TintTables {
    float melanin[256][3];           /* light left, by the map's byte */
    float blood_factor[256];         /* by the map's byte */
    float blood[BLOOD_STEPS + 1][3]; /* light left, by factor of blood 0..BLOOD_MOST */
    uint8_t wool[256][3];
    uint8_t srgb[ENCODE_STEPS + 1]; /* by linear light 0..1 */
    float redness;
} TintTables;

static void tables_make(TintTables *t, float redness) {
    t->redness = redness;
    for (int i = 0; i < 256; i++) {
        const float factor = exp2f(((float)i - 128) / 32);
        t->blood_factor[i] = factor;
        for (int k = 0; k < 3; k++) t->melanin[i][k] = expf(-melanin_rgb[k] * (factor - 1));
    }
    for (int i = 0; i < 256; i++)
        for (int k = 0; k < 3; k++)
            t->wool[i][k] = encode(255 * linear_to_srgb(WOOL_RGB[k] * (float)i / 255));
    for (int i = 0; i <= BLOOD_STEPS; i++)
        for (int k = 0; k < 3; k++)
            t->blood[i][k] = expf(-blood_rgb[k] * ((float)i * BLOOD_MOST / BLOOD_STEPS - 1));
    for (int i = 0; i <= ENCODE_STEPS; i++)
        t->srgb[i] = encode(255 * linear_to_srgb((float)i / ENCODE_STEPS));
}

/* Share touched at a texel of the skin, 0..1, bilinear. */
static float red_at(const MarksMap *map, int x, int y) {
    const float scale = (float)MARKSMAP_RED_PX / (float)map->size, last = MARKSMAP_RED_PX - 1.001f;
    const float u = fminf(last, fmaxf(0, ((float)x + 0.5f) * scale - 0.5f));
    const float v = fminf(last, fmaxf(0, ((float)y + 0.5f) * scale - 0.5f));
    const int i = (int)u, j = (int)v;
    const uint8_t *p = map->red + j * MARKSMAP_RED_PX + i, *q = p + MARKSMAP_RED_PX;
    const float s = u - (float)i, a = (float)p[0] + ((float)p[1] - (float)p[0]) * s,
                b = (float)q[0] + ((float)q[1] - (float)q[0]) * s;
    return (a + (b - a) * (v - (float)j)) / 255;
}

static void tint_texel(const TintTables *t, const uint8_t *mark, float red, const uint8_t *from,
                       uint8_t *to) {
    const float blood = t->blood_factor[mark[1]] * (1 + RED_BLOOD * t->redness * red);
    const float *left = t->blood[(int)(fminf(BLOOD_MOST, blood) * (BLOOD_STEPS / BLOOD_MOST) + 0.5f)];
    for (int k = 0; k < 3; k++) {
        const float lin = srgb8_to_linear_table[from[k]] * t->melanin[mark[0]][k] * left[k];
        to[k] = t->srgb[(int)(fminf(1, lin) * ENCODE_STEPS + 0.5f)];
    }
    to[3] = from[3];
}

static void tint_tile(const MarksMap *map, const TintTables *tables, int tile, const Image *from, Image *to) {
    int rect[4];
    tile_rect(map, tile, rect);
    const bool red_tile = tables->redness > 0 && map->reddened[tile];
    for (int y = rect[1]; y < rect[3]; y++) {
        for (int x = rect[0]; x < rect[2]; x++) {
            const size_t at = 4 * ((size_t)y * (size_t)map->size + (size_t)x);
            const uint8_t *mark = map->rgba + at;
            const uint8_t wool = map->wool ? map->wool[at / 4] : 0;
            if (wool > 0) {
                memcpy(to->rgba + at, tables->wool[wool], 3);
                continue;
            }
            const float red = red_tile ? red_at(map, x, y) : 0;
            if (mark[0] == 128 && mark[1] == 128 && red <= 0)
                memcpy(to->rgba + at, from->rgba + at, 4);
            else
                tint_texel(tables, mark, red, from->rgba + at, to->rgba + at);
        }
    }
}

void marksmap_tint(MarksMap *map, float redness, const Image *from, Image *to) {
    TintTables tables;
    tables_make(&tables, redness);
    const int count = map->tiles * map->tiles;
    const bool other_red = redness != map->redness;
#pragma omp parallel for schedule(dynamic, 16)
    for (int tile = 0; tile < count; tile++) {
        if (map->dirty[tile] || (other_red && map->reddened[tile])) tint_tile(map, &tables, tile, from, to);
    }
    memset(map->dirty, 0, (size_t)count);
    map->redness = redness;
}
