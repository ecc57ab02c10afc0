/* ambient - how much of the sky each place of the head sees: the soft darkness behind ears and under the
 * brow.
 *
 * Casts cosine-weighted rays (Embree) from every vertex against the mesh itself, and smooths once over it.
 * Same head, same bytes. Cost: about 0.3 s for 20,000 vertices on 2 cores.
 */
#pragma once
#include "../engine/mesh.h"

/* out[mesh->vertex_count]: unit bent normal (towards the open sky), and the visible share 0..1. */
bool ambient_bake(const Mesh *mesh, Arena *arena, Arena *scratch, float (**out)[4], Err *err);
