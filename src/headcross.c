/* Does a head's mesh pass through itself? Triangles by cells of space, then edges against triangles. */
#include "headinternal.h"
#include <math.h>

#define CELL_MM 7.0f

typedef struct Cells { /* triangles by the cells of space that their boxes touch */
    int size[3];
    float origin[3];
    uint32_t *first, *list;
} Cells;

typedef struct Box {
    float low[3], high[3];
} Box;

static Box box_of(const Mesh *mesh, uint32_t t) {
    Box box = {{1e9f, 1e9f, 1e9f}, {-1e9f, -1e9f, -1e9f}};
    for (int k = 0; k < 3; k++)
        for (int c = 0; c < 3; c++) {
            float x = mesh->pos[mesh->tri[t][k]][c];
            box.low[c] = fminf(box.low[c], x);
            box.high[c] = fmaxf(box.high[c], x);
        }
    return box;
}

static bool boxes_touch(const Box *a, const Box *b) {
    for (int c = 0; c < 3; c++)
        if (a->low[c] > b->high[c] || b->low[c] > a->high[c]) return false;
    return true;
}

static void cell_range(const Cells *cells, const Box *box, int from[3], int to[3]) {
    for (int c = 0; c < 3; c++) {
        from[c] = (int)((box->low[c] - cells->origin[c]) / CELL_MM);
        to[c] = (int)((box->high[c] - cells->origin[c]) / CELL_MM);
    }
}

static bool cells_build(const Mesh *mesh, const Box *box, Arena *arena, Cells *cells) {
    Box all = box[0];
    for (uint32_t t = 1; t < mesh->triangle_count; t++)
        for (int c = 0; c < 3; c++) {
            all.low[c] = fminf(all.low[c], box[t].low[c]);
            all.high[c] = fmaxf(all.high[c], box[t].high[c]);
        }
    size_t count = 1;
    for (int c = 0; c < 3; c++) {
        cells->origin[c] = all.low[c];
        cells->size[c] = (int)((all.high[c] - all.low[c]) / CELL_MM) + 1;
        count *= (size_t)cells->size[c];
    }
    cells->first = ARENA_ARRAY(arena, uint32_t, count + 2);
    if (!cells->first) return false;
    for (int pass = 0; pass < 2; pass++) { /* count, then fill */
        for (uint32_t t = 0; t < mesh->triangle_count; t++) {
            int from[3], to[3];
            cell_range(cells, &box[t], from, to);
            for (int z = from[2]; z <= to[2]; z++)
                for (int y = from[1]; y <= to[1]; y++)
                    for (int x = from[0]; x <= to[0]; x++) {
                        uint32_t *at =
                            &cells->first[(z * cells->size[1] + y) * cells->size[0] + x + 2 - pass];
                        if (pass) cells->list[*at] = t;
                        ++*at;
                    }
        }
        if (pass) break;
        for (size_t i = 2; i < count + 2; i++) cells->first[i] += cells->first[i - 1];
        cells->list = ARENA_ARRAY(arena, uint32_t, cells->first[count + 1] + 1);
        if (!cells->list) return false;
    }
    return true;
}

static float volume(const float a[3], const float b[3], const float c[3], const float d[3]) {
    float p[3], q[3], r[3];
    for (int k = 0; k < 3; k++) p[k] = b[k] - a[k], q[k] = c[k] - a[k], r[k] = d[k] - a[k];
    return p[0] * (q[1] * r[2] - q[2] * r[1]) + p[1] * (q[2] * r[0] - q[0] * r[2]) +
           p[2] * (q[0] * r[1] - q[1] * r[0]);
}

/* Does the segment p q pass through the triangle? */
static bool pierces(const Mesh *mesh, uint32_t p, uint32_t q, const uint32_t t[3]) {
    const float *a = mesh->pos[t[0]], *b = mesh->pos[t[1]], *c = mesh->pos[t[2]];
    const float *from = mesh->pos[p], *to = mesh->pos[q];
    if ((volume(a, b, c, from) > 0) == (volume(a, b, c, to) > 0)) return false;
    bool x = volume(from, to, a, b) > 0, y = volume(from, to, b, c) > 0, z = volume(from, to, c, a) > 0;
    return x == y && y == z;
}

static bool crosses(const Mesh *mesh, const uint32_t a[3], const uint32_t b[3]) {
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            if (a[i] == b[j]) return false; /* neighbours touch */
    for (int k = 0; k < 3; k++)
        if (pierces(mesh, a[k], a[(k + 1) % 3], b) || pierces(mesh, b[k], b[(k + 1) % 3], a)) return true;
    return false;
}

int head_crossings(const Mesh *mesh, Arena *arena, float where_mm[3]) {
    size_t mark = arena_mark(arena);
    Cells cells = {0};
    Box *box = ARENA_ARRAY(arena, Box, mesh->triangle_count);
    if (!box) return -1;
    for (uint32_t t = 0; t < mesh->triangle_count; t++) box[t] = box_of(mesh, t);
    if (!cells_build(mesh, box, arena, &cells)) return -1;
    int count = 0, cell_count = cells.size[0] * cells.size[1] * cells.size[2];
    for (int i = 0; i < cell_count; i++)
        for (uint32_t x = cells.first[i]; x < cells.first[i + 1]; x++)
            for (uint32_t y = x + 1; y < cells.first[i + 1]; y++) {
                uint32_t a = cells.list[x], b = cells.list[y];
                if (!boxes_touch(&box[a], &box[b]) || !crosses(mesh, mesh->tri[a], mesh->tri[b])) continue;
                for (int c = 0; c < 3; c++) where_mm[c] = 0.5f * (box[a].low[c] + box[a].high[c]);
                count++;
            }
    arena_rewind(arena, mark);
    return count;
}
