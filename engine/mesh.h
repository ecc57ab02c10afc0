/* mesh - indexed triangles in millimetres, from our head or a client's scan.
 *
 * Loading (OBJ, PLY, GLB, STL through assimp) checks counts and indices, merges the file's meshes, and reads vertex
 * colours or the diffuse texture when there is one. Units are the file's own.
 */
#pragma once
#include <stdint.h>
#include "arena.h"
#include "image.h"

typedef struct Mesh {
    uint32_t vertex_count, triangle_count;
    float (*pos)[3];    /* mm */
    float (*nrm)[3];    /* unit, or NULL */
    float (*uv)[2];     /* [0,1], v down as image rows, or NULL */
    uint8_t (*rgb)[3];  /* sRGB-encoded vertex colour, or NULL */
    uint32_t (*tri)[3]; /* counter-clockwise from outside */
} Mesh;

bool mesh_load(const char *path, Arena *arena, Mesh *out, Image *texture, Err *err); /* texture.rgba NULL: none */
bool mesh_save_obj(const char *path, const Mesh *mesh, Err *err);
bool mesh_compute_normals(Mesh *mesh, Arena *arena, Err *err); /* area- and angle-weighted */
