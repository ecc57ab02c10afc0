/* arena - bump allocation for whole stages: reserve address space once, hand out zeroed memory, rewind.
 *
 * Promises: every returned block is zeroed and aligned to at least 32 bytes (cglm with AVX). Memory is
 * committed by the kernel on first touch, so a large capacity costs nothing until it is used.
 * What it does NOT do: free single blocks; grow beyond its capacity (arena_push then returns NULL and sets
 * `overflowed`, which the build function turns into an Err).
 * A `secret` arena (a client's photos) is kept out of core dumps and forked children, and is overwritten with
 * zeros by wipe and destroy.
 * Threads: one arena belongs to one thread at a time.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "log.h"

typedef struct ArenaDesc {
    const char *name;      /* for messages; a string constant */
    size_t capacity_bytes; /* 0: 4 GiB of address space */
    bool secret;
} ArenaDesc;

typedef struct Arena {
    const char *name;
    uint8_t *base;
    size_t used, capacity, high_water; /* bytes */
    bool secret, overflowed;
} Arena;

bool arena_create(Arena *arena, const ArenaDesc *desc, Err *err);
void arena_destroy(Arena *arena); /* a zeroed or destroyed arena is accepted */

void *arena_push(Arena *arena, size_t size_bytes);
#define ARENA_ARRAY(arena, Type, count) ((Type *)arena_push_array((arena), sizeof(Type), (count)))
/* Checks size * count for overflow. */
void *arena_push_array(Arena *arena, size_t size_bytes, size_t count);
char *arena_strdup(Arena *arena, const char *text);
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A mark is `used`; rewinding gives back all that was pushed since. */
static inline size_t arena_mark(const Arena *arena) { return arena->used; }
void arena_rewind(Arena *arena, size_t mark);
/* Overwrite with zeros, return the pages to the kernel, and start empty. */
void arena_wipe(Arena *arena);
