#include "marksmap.h"

#include <math.h>
#include <string.h>

static uint8_t encode(float value) {
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value + 0.5f);
}

/* --- What tints
 * ------------------------------------------------------------------------------------------------- */

/* Change of the light's absorption, per unit of the factor, in linear R, G, B: melanin falls with wavelength
 * as lambda^-3.48 (domain.md 6.2; 600, 545, 465 nm), blood takes green and blue. Scaled by eye to a fair
 * skin's share of both. */
static const float melanin_rgb[3] = {0.18f, 0.25f, 0.43f}, blood_rgb[3] = {0.05f, 0.27f, 0.22f};
/* Blood x3-6 for 1-5 days after a session (domain.md 6.2, assumption), on the scale of blood_rgb. */
static const float RED_BLOOD = 1.1f;

/* Grey-blue wool, linear. */
static const float WOOL_RGB[3] = {0.050f, 0.062f, 0.088f};

enum { BLOOD_STEPS = 4096, ENCODE_STEPS = 8192 };
static const float BLOOD_MOST = 16;

struct TintTables {
    float melanin[256][3];           /* light left, by the map's byte */
    float blood_factor[256];         /* by the map's byte */
    float blood[BLOOD_STEPS + 1][3]; /* light left, by factor of blood 0..BLOOD_MOST */
    uint8_t wool[256][3];
    uint8_t srgb[ENCODE_STEPS + 1]; /* by linear light 0..1 */
};
typedef struct TintTables TintTables;

static const TintTables *tables_make(Arena *arena) {
    TintTables *t = ARENA_ARRAY(arena, TintTables, 1);
    if (!t) return NULL;
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
    return t;
}

/* --- Baking
 * ----------------------------------------------------------------------------------------------------- */

/* One triangle of the atlas on a map of some size. */
typedef struct AtlasTriangle {
    float px[3][2];
    const uint32_t *corner;
    int low[2], high[2]; /* texels, inclusive */
} AtlasTriangle;

static void triangle_make(const HeadTopology *head, uint32_t t, int size, AtlasTriangle *out) {
    out->corner = head->tri[t];
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 2; k++) out->px[i][k] = head->uv[out->corner[i]][k] * (float)size;
    for (int k = 0; k < 2; k++) {
        const float a = out->px[0][k], b = out->px[1][k], c = out->px[2][k];
        out->low[k] = (int)fmaxf(0, fminf(a, fminf(b, c)) - 1);
        out->high[k] = (int)fminf((float)size - 1, fmaxf(a, fmaxf(b, c)) + 1);
    }
}

/* Triangles in their own order under every tile they reach; counted first, then listed. */
static bool tiles_list(MarksMap *map, const HeadTopology *head, Arena *arena) {
    const size_t tiles = (size_t)(map->tiles * map->tiles);
    uint32_t *first = ARENA_ARRAY(arena, uint32_t, tiles + 2), *triangle = NULL;
    for (int listing = 0; first && listing < 2; listing++) {
        for (uint32_t t = 0; t < head->triangle_count; t++) {
            AtlasTriangle a;
            triangle_make(head, t, map->size, &a);
            for (int y = a.low[1] / MARKSMAP_TILE; y <= a.high[1] / MARKSMAP_TILE; y++)
                for (int x = a.low[0] / MARKSMAP_TILE; x <= a.high[0] / MARKSMAP_TILE; x++) {
                    const int tile = y * map->tiles + x;
                    if (listing)
                        triangle[first[tile + 1]++] = t;
                    else
                        first[tile + 2]++;
                }
        }
        if (listing) break;
        for (size_t i = 2; i < tiles + 2; i++) first[i] += first[i - 1];
        triangle = ARENA_ARRAY(arena, uint32_t, first[tiles + 1] + 1);
        if (!triangle) return false;
    }
    map->tile_first = first, map->tile_triangle = triangle;
    return first != NULL;
}

/* Where a texel lies: on the skin, or on an ear, over the skin that it grows from. */
struct BakePlace {
    float u, v, shows; /* that skin, and how much of it shows */
    float s_mm, l_mm, pos[3];
};
typedef struct BakePlace BakePlace;

enum { TILE_MARKED = 1, TILE_PLAIN = 2 }; /* of MarksMap.dirty; plain: without marks as yet */

static bool places_list(MarksMap *map, const Scalp *scalp, const Mesh *mesh, Arena *arena) {
    BakePlace *out = ARENA_ARRAY(arena, BakePlace, mesh->vertex_count);
    map->vertex = out;
    map->vertex_near = ARENA_ARRAY(arena, uint8_t, mesh->vertex_count);
    if (!out || !map->vertex_near) return false;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < mesh->vertex_count; i++) {
        const HeadSite site = head_site_under_ear(scalp->model, map->head->site[i], &out[i].shows);
        out[i].u = site.u, out[i].v = site.v;
        scalp_from_site(scalp, site, &out[i].s_mm, &out[i].l_mm);
        memcpy(out[i].pos, mesh->pos[i], sizeof out[i].pos);
    }
    return true;
}

bool marksmap_create(MarksMap *map, const Scalp *scalp, const Mesh *mesh, int size, Arena *arena, Err *err) {
    const size_t texels = (size_t)size * (size_t)size;
    const int tiles = (size + MARKSMAP_TILE - 1) / MARKSMAP_TILE;
    *map = (MarksMap){.size = size, .tiles = tiles, .head = head_topology(scalp->model, HEAD_LOD_MEDIUM)};
    ASSERT(mesh->vertex_count == map->head->vertex_count);
    map->rgba = arena_push(arena, 4 * texels);
    map->red = arena_push(arena, MARKSMAP_RED_PX * MARKSMAP_RED_PX);
    map->dirty = arena_push(arena, (size_t)(tiles * tiles));
    map->baking = arena_push(arena, (size_t)(tiles * tiles));
    map->reddened = arena_push(arena, (size_t)(tiles * tiles));
    if (!map->rgba || !map->red || !map->dirty || !map->baking || !map->reddened ||
        !(map->tables = tables_make(arena)) || !places_list(map, scalp, mesh, arena) ||
        !tiles_list(map, map->head, arena))
        return err_set(err, "There is not enough memory for the marks of the skin");
    memset(map->rgba, 128, 4 * texels);
    memset(map->dirty, TILE_PLAIN, (size_t)(tiles * tiles)); /* the whole skin is copied once */
    return true;
}

/* Colour's two bytes of the last texel: in the middle of a mark all are alike. */
typedef struct BakeColour {
    float melanin, haemoglobin;
    uint8_t byte[2];
} BakeColour;

typedef struct Bake {
    const Marks *marks;
    const Hat *hat;            /* with wool */
    const float *touched;      /* of the red map; NULL: the marks' */
    uint32_t which;            /* marks near */
    int size, low[2], high[2]; /* only texels within, inclusive */
    uint8_t *out, *wool;
    BakeColour last;
} Bake;

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

static uint8_t encode_factor(float factor, float shows) {
    return encode(128 + 32 * shows * log2f(fmaxf(0.06f, factor)));
}

static void bake_texel(Bake *b, size_t at, const BakePlace *place) {
    if (b->touched) {
        b->out[at] = encode(255 * place->shows * scalp_field(b->touched, scalp_cell(place->u, place->v)));
        return;
    }
    if (bake_wool(b, at, place->pos)) return;
    uint8_t *out = b->out + 4 * at;
    memset(out, 128, 4);
    if (b->which == 0) return;
    const MarkAt mark = marks_at_of(b->marks, b->which, &(SkinPlace){place->pos, place->s_mm, place->l_mm});
    const float shows = place->shows;
    if (shows < 1 || mark.melanin != b->last.melanin || mark.haemoglobin != b->last.haemoglobin) {
        b->last = (BakeColour){mark.melanin,
                               mark.haemoglobin,
                               {encode_factor(mark.melanin, shows), encode_factor(mark.haemoglobin, shows)}};
        if (shows < 1) b->last.melanin = -1; /* holds here only */
    }
    out[0] = b->last.byte[0], out[1] = b->last.byte[1];
    out[2] = encode(128 + 127 * shows * mark.roughness / 0.5f);
    out[3] = encode(128 + 127 * shows * mark.relief_mm);
}

static BakePlace place_between(const BakePlace corner[3], float w0, float w1, float w2) {
    const BakePlace *a = corner, *b = corner + 1, *c = corner + 2;
    BakePlace place = {.u = a->u * w0 + b->u * w1 + c->u * w2,
                       .v = a->v * w0 + b->v * w1 + c->v * w2,
                       .s_mm = a->s_mm * w0 + b->s_mm * w1 + c->s_mm * w2,
                       .l_mm = a->l_mm * w0 + b->l_mm * w1 + c->l_mm * w2,
                       .shows = a->shows * w0 + b->shows * w1 + c->shows * w2};
    for (int k = 0; k < 3; k++) place.pos[k] = a->pos[k] * w0 + b->pos[k] * w1 + c->pos[k] * w2;
    return place;
}

/* Places are linear in the triangle. */
static void bake_triangle(Bake *b, const AtlasTriangle *t, const BakePlace corner[3]) {
    const float(*p)[2] = t->px;
    const float ax = p[1][0] - p[0][0], ay = p[1][1] - p[0][1], bx = p[2][0] - p[0][0],
                by = p[2][1] - p[0][1];
    const float det = ax * by - bx * ay;
    if (fabsf(det) < 1e-9f) return;
    const float per = 1 / det;
    int low[2], high[2];
    for (int k = 0; k < 2; k++) {
        low[k] = t->low[k] > b->low[k] ? t->low[k] : b->low[k];
        high[k] = t->high[k] < b->high[k] ? t->high[k] : b->high[k];
    }
    for (int y = low[1]; y <= high[1]; y++) {
        for (int x = low[0]; x <= high[0]; x++) {
            const float dx = (float)x + 0.5f - p[0][0], dy = (float)y + 0.5f - p[0][1];
            const float w1 = (dx * by - bx * dy) * per, w2 = (ax * dy - dx * ay) * per, w0 = 1 - w1 - w2;
            if (w1 < -0.01f || w2 < -0.01f || w0 < -0.01f) continue;
            const BakePlace place = place_between(corner, w0, w1, w2);
            bake_texel(b, (size_t)y * (size_t)b->size + (size_t)x, &place);
        }
    }
}

static void tile_rect(const MarksMap *map, int tile, int rect[4]) {
    rect[0] = tile % map->tiles * MARKSMAP_TILE, rect[1] = tile / map->tiles * MARKSMAP_TILE;
    for (int k = 0; k < 2; k++)
        rect[2 + k] = rect[k] + MARKSMAP_TILE < map->size ? rect[k] + MARKSMAP_TILE : map->size;
}

static const float AROUND_MM = 3; /* from a corner to the triangle's middle */

static uint32_t place_near(const Marks *marks, const BakePlace *place) {
    return marks_near(marks, &(SkinPlace){place->pos, place->s_mm, place->l_mm}, AROUND_MM);
}

/* True when anything was baked. `all`: not only where vertices are near a change. */
static bool tile_bake(const MarksMap *map, Bake bake, int tile, bool all) {
    int rect[4];
    bool any = false;
    tile_rect(map, tile, rect);
    for (int k = 0; k < 2; k++) bake.low[k] = rect[k], bake.high[k] = rect[2 + k] - 1;
    for (uint32_t i = map->tile_first[tile]; i < map->tile_first[tile + 1]; i++) {
        const uint32_t *vertex = map->head->tri[map->tile_triangle[i]];
        uint8_t changed = all;
        for (int k = 0; k < 3; k++) changed |= map->vertex_near[vertex[k]];
        if (!changed) continue;
        AtlasTriangle t;
        BakePlace corner[3];
        triangle_make(map->head, map->tile_triangle[i], map->size, &t);
        bake.which = 0;
        for (int k = 0; k < 3; k++) {
            corner[k] = map->vertex[vertex[k]];
            bake.which |= place_near(bake.marks, &corner[k]);
        }
        bake_triangle(&bake, &t, corner);
        any = true;
    }
    return any;
}

/* The smallest rectangle around the tiles for which `flags` is set; empty: zeros. */
static void tiles_bounds(const MarksMap *map, const uint8_t *flags, int out[4]) {
    const int none[4] = {map->size, map->size, 0, 0};
    memcpy(out, none, sizeof none);
    for (int tile = 0; tile < map->tiles * map->tiles; tile++) {
        int rect[4];
        if (!flags[tile]) continue;
        tile_rect(map, tile, rect);
        for (int k = 0; k < 2; k++) {
            out[k] = rect[k] < out[k] ? rect[k] : out[k];
            out[2 + k] = rect[2 + k] > out[2 + k] ? rect[2 + k] : out[2 + k];
        }
    }
    if (out[2] == 0) memset(out, 0, sizeof none);
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

/* Relief of the tile, and of two texels around it, binomially smoothed: along rows, then along columns. */
static void tile_surface(const MarksMap *map, int tile) {
    enum { SIDE = MARKSMAP_TILE + 4 };
    int rect[4], smooth[SIDE][MARKSMAP_TILE];
    tile_rect(map, tile, rect);
    const int last = map->size - 1, wide = rect[2] - rect[0], high = rect[3] - rect[1];
    for (int j = 0; j < high + 4; j++) {
        const int y = rect[1] + j - 2;
        const uint8_t *row = map->rgba + 4 * (size_t)(y < 0 ? 0 : y > last ? last : y) * (size_t)map->size;
        int relief[SIDE];
        for (int i = 0; i < wide + 4; i++) {
            const int x = rect[0] + i - 2;
            relief[i] = row[4 * (x < 0 ? 0 : x > last ? last : x) + 3] - 128;
        }
        for (int i = 0; i < wide; i++)
            smooth[j][i] =
                relief[i] + 4 * (relief[i + 1] + relief[i + 3]) + 6 * relief[i + 2] + relief[i + 4];
    }
    for (int j = 0; j < high; j++) {
        const size_t first = (size_t)(rect[1] + j) * (size_t)map->size + (size_t)rect[0];
        for (int i = 0; i < wide; i++) {
            const int sum = smooth[j][i] + 4 * (smooth[j + 1][i] + smooth[j + 3][i]) + 6 * smooth[j + 2][i] +
                            smooth[j + 4][i];
            float *to = map->surface[first + (size_t)i];
            to[0] = (float)sum / (256 * 127);
            to[1] = 0.5f * (float)(map->rgba[4 * (first + (size_t)i) + 2] - 128) / 127;
        }
    }
}

static bool surface_bake(MarksMap *map, const uint8_t *baked, Arena *arena, Err *err) {
    const size_t texels = (size_t)map->size * (size_t)map->size;
    if (!map->surface) {
        map->surface = arena_push(arena, sizeof *map->surface * texels);
        if (!map->surface) return err_set(err, "There is not enough memory for the marks of the skin");
    }
#pragma omp parallel for schedule(dynamic, 16)
    for (int tile = 0; tile < map->tiles * map->tiles; tile++)
        if (tile_near(map, baked, tile)) tile_surface(map, tile);
    tiles_bounds(map, baked, map->surfaced);
    for (int k = 0; k < 2 && map->surfaced[2] > 0; k++) { /* and the neighbours that read them */
        map->surfaced[k] = map->surfaced[k] > MARKSMAP_TILE ? map->surfaced[k] - MARKSMAP_TILE : 0;
        map->surfaced[2 + k] += MARKSMAP_TILE;
        if (map->surfaced[2 + k] > map->size) map->surfaced[2 + k] = map->size;
    }
    return true;
}

bool marksmap_bake(MarksMap *map, const Marks *marks, const Hat *hat, Arena *arena, Err *err) {
    Marks changed[2];
    marks_changed(&map->baked, marks, changed);
    const bool other_hat = memcmp(&map->hat, hat, sizeof *hat) != 0;
    if (changed[0].count + changed[1].count == 0 && !other_hat) return true;
    const size_t texels = (size_t)map->size * (size_t)map->size;
    if (hat->worn && !map->wool) {
        map->wool = arena_push(arena, texels);
        if (!map->wool) return err_set(err, "There is not enough memory for the hat");
    }
    map->hat = *hat;
    map->baked = *marks;
#pragma omp parallel for schedule(static)
    for (uint32_t i = 0; i < map->head->vertex_count; i++)
        map->vertex_near[i] =
            (place_near(&changed[0], &map->vertex[i]) | place_near(&changed[1], &map->vertex[i])) != 0;
    const Bake bake = {.marks = marks,
                       .hat = hat,
                       .size = map->size,
                       .out = map->rgba,
                       .wool = map->wool,
                       .last = {.melanin = -1}};
    const int tiles = map->tiles * map->tiles;
#pragma omp parallel for schedule(dynamic, 16)
    for (int tile = 0; tile < tiles; tile++) {
        map->baking[tile] = tile_bake(map, bake, tile, other_hat);
        if (map->baking[tile]) map->dirty[tile] |= TILE_MARKED;
    }
    return surface_bake(map, map->baking, arena, err);
}

void marksmap_bake_red(MarksMap *map, const float *touched) {
#pragma omp parallel for schedule(dynamic, 16)
    for (int tile = 0; tile < map->tiles * map->tiles; tile++) {
        Bake bake = {.touched = touched, .size = MARKSMAP_RED_PX, .out = map->red};
        int rect[4];
        tile_rect(map, tile, rect);
        for (int k = 0; k < 2; k++) { /* texels of the red map whose middles lie in the tile */
            bake.low[k] = (2 * rect[k] * MARKSMAP_RED_PX + map->size - 1) / (2 * map->size);
            bake.high[k] = (2 * rect[2 + k] * MARKSMAP_RED_PX + map->size - 1) / (2 * map->size) - 1;
        }
        for (uint32_t i = map->tile_first[tile]; i < map->tile_first[tile + 1]; i++) {
            AtlasTriangle triangle;
            triangle_make(map->head, map->tile_triangle[i], MARKSMAP_RED_PX, &triangle);
            BakePlace corner[3];
            for (int k = 0; k < 3; k++) corner[k] = map->vertex[triangle.corner[k]];
            bake_triangle(&bake, &triangle, corner);
        }
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
        if (map->redness > 0 && (any || map->reddened[tile])) map->dirty[tile] |= TILE_MARKED;
        map->reddened[tile] = any;
    }
}

/* --- Colour
 * ----------------------------------------------------------------------------------------------------- */

/* Shares touched along a row of the skin's texels, 0..1, bilinear. */
static void red_row(const MarksMap *map, int first, int end, int y, float *out) {
    const float scale = (float)MARKSMAP_RED_PX / (float)map->size, last = MARKSMAP_RED_PX - 1.001f;
    const float v = fminf(last, fmaxf(0, ((float)y + 0.5f) * scale - 0.5f)), down = v - floorf(v);
    const uint8_t *p = map->red + (int)v * MARKSMAP_RED_PX, *q = p + MARKSMAP_RED_PX;
    for (int x = first; x < end; x++) {
        float u = ((float)x + 0.5f) * scale - 0.5f;
        u = u < 0 ? 0 : u > last ? last : u;
        const int i = (int)u;
        const float s = u - (float)i, a = (float)p[i] + (float)(p[i + 1] - p[i]) * s,
                    b = (float)q[i] + (float)(q[i + 1] - q[i]) * s;
        out[x - first] = (a + (b - a) * down) / 255;
    }
}

/* red: 0..1, times the session's redness. */
static void tint_texel(const TintTables *t, const uint8_t *mark, float red, const uint8_t *from,
                       uint8_t *to) {
    const float blood = t->blood_factor[mark[1]] * (1 + RED_BLOOD * red);
    const float most = blood < BLOOD_MOST ? blood : BLOOD_MOST;
    const float *left = t->blood[(int)(most * (BLOOD_STEPS / BLOOD_MOST) + 0.5f)];
    for (int k = 0; k < 3; k++) {
        const float lin = srgb8_to_linear_table[from[k]] * t->melanin[mark[0]][k] * left[k];
        to[k] = t->srgb[(int)((lin < 1 ? lin : 1) * ENCODE_STEPS + 0.5f)];
    }
    to[3] = from[3];
}

/* Wool of that share of light, under the light that a texel of skin was photographed in. */
static void wool_texel(float share, const uint8_t *albedo, const uint8_t *photographed, uint8_t *to) {
    for (int k = 0; k < 3; k++) {
        const float light =
            srgb8_to_linear_table[photographed[k]] / fmaxf(srgb8_to_linear_table[albedo[k]], 0.004f);
        to[k] = encode(255 * linear_to_srgb(fminf(1, WOOL_RGB[k] * share * light)));
    }
}

/* `albedo`: what `from` is without its light; the same picture when it has none. */
static void tint_tile(const MarksMap *map, float redness, int tile, const Image *albedo, const Image *from,
                      Image *to) {
    int rect[4];
    tile_rect(map, tile, rect);
    const bool red_tile = redness > 0 && map->reddened[tile];
    if (map->dirty[tile] == TILE_PLAIN && !red_tile) {
        for (int y = rect[1]; y < rect[3]; y++) {
            const size_t at = 4 * ((size_t)y * (size_t)map->size + (size_t)rect[0]);
            memcpy(to->rgba + at, from->rgba + at, 4 * (size_t)(rect[2] - rect[0]));
        }
        return;
    }
    float red[MARKSMAP_TILE] = {0};
    for (int y = rect[1]; y < rect[3]; y++) {
        if (red_tile) red_row(map, rect[0], rect[2], y, red);
        for (int x = rect[0]; x < rect[2]; x++) {
            const size_t at = 4 * ((size_t)y * (size_t)map->size + (size_t)x);
            const uint8_t *mark = map->rgba + at;
            const uint8_t wool = map->wool ? map->wool[at / 4] : 0;
            const float reddened = redness * red[x - rect[0]];
            if (wool > 0 && albedo == from)
                memcpy(to->rgba + at, map->tables->wool[wool], 3);
            else if (wool > 0)
                wool_texel((float)wool / 255, albedo->rgba + at, from->rgba + at, to->rgba + at);
            else if (mark[0] == 128 && mark[1] == 128 && reddened <= 0)
                memcpy(to->rgba + at, from->rgba + at, 4);
            else
                tint_texel(map->tables, mark, reddened, from->rgba + at, to->rgba + at);
        }
    }
}

void marksmap_tint(MarksMap *map, float redness, const Image *from, Image *to) {
    const int count = map->tiles * map->tiles;
    const bool other_red = redness != map->redness;
    for (int tile = 0; other_red && tile < count; tile++)
        if (map->reddened[tile]) map->dirty[tile] |= TILE_MARKED;
    tiles_bounds(map, map->dirty, map->tinted);
#pragma omp parallel for schedule(dynamic, 16)
    for (int tile = 0; tile < count; tile++)
        if (map->dirty[tile]) tint_tile(map, redness, tile, from, from, to);
    memset(map->dirty, 0, (size_t)count);
    map->redness = redness;
}

void marksmap_tint_photographed(const MarksMap *map, const Image *albedo, const Image *photographed,
                                Image *to) {
#pragma omp parallel for schedule(dynamic, 16)
    for (int tile = 0; tile < map->tiles * map->tiles; tile++)
        tint_tile(map, map->redness, tile, albedo, photographed, to);
}
