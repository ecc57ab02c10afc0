#include "nearpoints.h"

#include <math.h>
#include <string.h>

#include "../engine/rng.h"

static uint32_t slot_of(int x, int y, int z) {
    return hash_u32((uint32_t)x * 73856093u ^ (uint32_t)y * 19349663u ^ (uint32_t)z * 83492791u) %
           NEARPOINTS_SLOTS;
}

bool nearpoints_create(NearPoints *near, float reach_mm, uint32_t capacity, Arena *arena) {
    *near = (NearPoints){.reach_mm = reach_mm, .per_cell = 0.5f / reach_mm};
    near->head = ARENA_ARRAY(arena, int32_t, NEARPOINTS_SLOTS);
    near->next = ARENA_ARRAY(arena, int32_t, capacity);
    near->pos_mm = arena_push_array(arena, sizeof *near->pos_mm, capacity);
    if (!near->head || !near->next || !near->pos_mm) return false;
    memset(near->head, -1, sizeof(int32_t) * NEARPOINTS_SLOTS);
    return true;
}

void nearpoints_insert(NearPoints *near, uint32_t index, const float pos_mm[3]) {
    const float c = near->per_cell;
    const uint32_t slot =
        slot_of((int)floorf(pos_mm[0] * c), (int)floorf(pos_mm[1] * c), (int)floorf(pos_mm[2] * c));
    memcpy(near->pos_mm[index], pos_mm, sizeof near->pos_mm[index]);
    near->next[index] = near->head[slot];
    near->head[slot] = (int32_t)index;
}

int nearpoints_find(const NearPoints *near, const float pos_mm[3], NearHit *out, int room) {
    const float limit = near->reach_mm * near->reach_mm;
    int low[3], count = 0;
    uint32_t seen[8];
    for (int k = 0; k < 3; k++) low[k] = (int)floorf(pos_mm[k] * near->per_cell - 0.5f);
    for (int n = 0; n < 8; n++) {
        seen[n] = slot_of(low[0] + (n & 1), low[1] + (n >> 1 & 1), low[2] + (n >> 2));
        bool again = false; /* two cells may share a slot */
        for (int j = 0; j < n; j++) again = again || seen[j] == seen[n];
        if (again) continue;
        for (int32_t i = near->head[seen[n]]; i >= 0; i = near->next[i]) {
            const float *q = near->pos_mm[i], x = pos_mm[0] - q[0], y = pos_mm[1] - q[1],
                        z = pos_mm[2] - q[2];
            const float d = x * x + y * y + z * z;
            if (d < limit && count < room) out[count++] = (NearHit){(uint32_t)i, d};
        }
    }
    return count;
}
