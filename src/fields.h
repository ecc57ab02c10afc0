/* fields - what the case says about every place on the scalp: how much hair is left, where the treated area lies.
 *
 * A field holds one number a node of the scalp's grid (scalp_field looks it up). Hair and dots of many thousand sites read
 * the fields and add their own noise and rank, so a slider costs one pass over the grid and one over the sites, and
 * nothing is resampled: every field is a continuous function of the case.
 *
 * Use: fields_create once a head; fields_build whenever the case changes; then dots_build_states, roots_build_states,
 * hair_build_states. Cost: fields_build about 3 ms. Threads: OpenMP inside; one caller.
 */
#pragma once
#include "casefile.h"
#include "follicles.h"

typedef struct Fields {
    const Scalp *scalp;
    const Follicles *follicles;
    float *density;     /* share of the youthful follicular units that still bear terminal hair, 0..1 */
    float *diameter;    /* their width: 1 untouched, towards 0.4 miniaturised */
    float *hairline_mm; /* distance behind the treated line (negative in front) */
    float *treated;     /* 0..1: share of the treatment's density that this place gets, without the edge's ramp */
    float *scar;        /* 0..1: scar tissue that takes pigment by its own rule */
    struct FieldsState *state;
} Fields;

bool fields_create(const Scalp *scalp, const Follicles *follicles, Arena *arena, Fields *out, Err *err);
void fields_build(Fields *fields, const Case *value);
