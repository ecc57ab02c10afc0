/* nearpoints - which of many points in space lie within a fixed distance of a place: a hash of cells.
 *
 * Cells are twice the distance wide, so that a look-up meets eight of them. Use: nearpoints_create, insert
 * points by index and position, then look up with a callback-free iteration. Memory from the caller's arena.
 * Threads: look-ups may be shared.
 */
#pragma once
#include "../engine/arena.h"

enum { NEARPOINTS_SLOTS = 1 << 17 };

typedef struct NearPoints {
    float reach_mm, per_cell;
    int32_t *head, *next; /* [NEARPOINTS_SLOTS], [capacity] */
    float (*pos_mm)[3];   /* [capacity] */
} NearPoints;

bool nearpoints_create(NearPoints *near, float reach_mm, uint32_t capacity, Arena *arena);
void nearpoints_insert(NearPoints *near, uint32_t index, const float pos_mm[3]);

typedef struct NearHit {
    uint32_t index;
    float squared_mm2;
} NearHit;
/* Points nearer than reach_mm, at most `room` of them, in no order; returns their number. */
int nearpoints_find(const NearPoints *near, const float pos_mm[3], NearHit *out, int room);
