/* One mean head with everything that the model grows on it, `sim`, built once for a test program: run its
 * tests with sim_setup (or, without follicles, sim_setup_scalp) and sim_teardown. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/dots.h"
#include "src/hair.h"

typedef struct Sim {
    Arena arena, scratch;
    HeadModel *model;
    HeadShape shape;
    Scalp scalp;
    Follicles follicles;
    Fields fields;
    Dots dots, roots;
    Hair hair;
} Sim;

static inline void sim_check(bool ok, const Err *err) {
    if (!ok) fail_msg("%s", err->text);
}

static inline void sim_scalp(Sim *sim) {
    Err err = {0};
    sim_check(arena_create(&sim->arena, &(ArenaDesc){.name = "test"}, &err), &err);
    sim_check(arena_create(&sim->scratch, &(ArenaDesc){.name = "scratch"}, &err), &err);
    sim_check((sim->model = head_load(NULL, &sim->arena, &err)) != NULL, &err);
    sim_check(scalp_build(sim->model, &sim->shape, &sim->arena, &sim->scalp, &err), &err);
}

static inline void sim_sites(Sim *sim) {
    Err err = {0};
    sim_scalp(sim);
    sim_check(follicles_build(&sim->scalp, 1, &sim->arena, &sim->scratch, &sim->follicles, &err), &err);
    sim_check(fields_create(&sim->scalp, &sim->follicles, &sim->arena, &sim->fields, &err), &err);
    sim_check(hair_build_sites(&sim->follicles, &sim->arena, &sim->hair, &err), &err);
    sim_check(dots_build_sites(&sim->follicles, &sim->arena, &sim->dots, &err), &err);
    sim_check(roots_build_sites(&sim->hair, &sim->arena, &sim->roots, &err), &err);
    follicles_direct(&sim->scalp, &(HairSettings){0}, 1, &sim->follicles);
    hair_direct(&sim->scalp, &sim->follicles, true, &sim->hair);
}

static inline void sim_direct(Sim *sim, const HairSettings *hair) {
    follicles_direct(&sim->scalp, hair, 1, &sim->follicles);
    hair_direct(&sim->scalp, &sim->follicles, true, &sim->hair);
}

static inline void sim_states(Sim *sim, const Case *value) {
    fields_build(&sim->fields, value);
    dots_build_states(value, &sim->fields, &sim->dots);
    hair_build_states(value, &sim->fields, &sim->hair);
    roots_build_states(value, &sim->hair, &sim->roots);
}

static inline void sim_end(Sim *sim) {
    arena_destroy(&sim->scratch);
    arena_destroy(&sim->arena);
}

static Sim sim;

static inline int sim_setup(void **state) {
    (void)state;
    sim_sites(&sim);
    return 0;
}

static inline int sim_setup_scalp(void **state) {
    (void)state;
    sim_scalp(&sim);
    return 0;
}

static inline int sim_teardown(void **state) {
    (void)state;
    sim_end(&sim);
    return 0;
}
