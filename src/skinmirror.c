#include "skinmirror.h"
#include "skinfill.h"
#include <string.h>

static bool mirror_view(const SkinSurface *s, const SkinView *photo, Arena *arena, SkinView *out) {
    uint32_t n = s->node_count;
    *out = *photo;
    out->px = (float(*)[2])arena_push_array(arena, sizeof(float[2]), n);
    out->low = (float(*)[3])arena_push_array(arena, sizeof(float[3]), n);
    out->mid = (float(*)[3])arena_push_array(arena, sizeof(float[3]), n);
    out->weight = ARENA_ARRAY(arena, float, n);
    out->loose = ARENA_ARRAY(arena, float, n);
    if (!out->px || !out->low || !out->mid || !out->weight || !out->loose) return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t twin = s->mirror[i];
        memcpy(out->px[i], photo->px[twin], sizeof out->px[i]);
        memcpy(out->low[i], photo->low[twin], sizeof out->low[i]);
        memcpy(out->mid[i], photo->mid[twin], sizeof out->mid[i]);
        out->weight[i] = photo->weight[twin];
    }
    return true;
}

bool skinmirror_views(const SkinSurface *surface, int photo_count, Arena *arena, SkinView *view, Err *err) {
    for (int k = 0; k < photo_count; k++) {
        if (!mirror_view(surface, &view[k], arena, &view[photo_count + k]))
            return err_set(err, "there is not enough memory for the photos");
    }
    return true;
}

bool skinmirror_field(const SkinSurface *surface, float (*field)[3], const float *weight, float full,
                      float *known, Arena *scratch) {
    size_t mark = arena_mark(scratch);
    uint32_t n = surface->node_count;
    float(*step)[3] = (float(*)[3])arena_push_array(scratch, sizeof *step, n);
    float(*twin)[3] = (float(*)[3])arena_push_array(scratch, sizeof *twin, n);
    float *both = ARENA_ARRAY(scratch, float, n);
    if (!step || !twin || !both) return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t m = surface->mirror[i];
        memcpy(twin[i], field[m], sizeof twin[i]);
        both[i] = weight[i] < weight[m] ? weight[i] : weight[m];
        known[i] = weight[i] > weight[m] ? weight[i] : weight[m];
        for (int c = 0; c < 3; c++) step[i][c] = field[i][c] - field[m][c];
    }
    bool ok = skinfill_nodes(surface, &step[0][0], 3, both, full, scratch);
    for (uint32_t i = 0; ok && i < n; i++) {
        float own = weight[i] / full;
        if (own >= 1 || weight[surface->mirror[i]] <= 0) continue;
        for (int c = 0; c < 3; c++) field[i][c] = own * field[i][c] + (1 - own) * (twin[i][c] + step[i][c]);
    }
    arena_rewind(scratch, mark);
    return ok;
}
