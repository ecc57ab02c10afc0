/* The head's model and two arenas, `arena` and `scratch`, for a test program: run its tests with head_setup
 * and head_teardown. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/headmodel.h"

static Arena arena, scratch;
static HeadModel *model;

static int head_setup(void **state) {
    (void)state;
    if (!arena_create(&arena, &(ArenaDesc){.name = "test"}, NULL) ||
        !arena_create(&scratch, &(ArenaDesc){.name = "scratch"}, NULL))
        return 1;
    model = head_load(NULL, &arena, NULL);
    return model ? 0 : 1;
}

static int head_teardown(void **state) {
    (void)state;
    arena_destroy(&arena);
    arena_destroy(&scratch);
    return 0;
}
