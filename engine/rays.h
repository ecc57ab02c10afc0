/* rays - ray casts against one mesh (Embree): picking, ambient occlusion, which texel a photo sees. */
#pragma once
#include "mesh.h"

typedef struct Rays Rays; /* CONSTRUCTOR rays_create, DESTRUCTOR rays_destroy (NULL is a no-op) */

typedef struct RayHit {
    uint32_t triangle;
    float barycentric[2]; /* weights of corners 1 and 2 */
    float distance_mm;
} RayHit;

Rays *rays_create(const Mesh *mesh, Err *err); /* copies what it needs */
void rays_destroy(Rays *rays);
/* `direction` unit. True when something lies nearer than max_mm. Thread-safe. */
bool rays_cast(const Rays *rays, const float origin_mm[3], const float direction[3], float max_mm,
               RayHit *hit);
bool rays_occluded(const Rays *rays, const float origin_mm[3], const float direction[3], float max_mm);
/* Eight directions from one origin at once, at half the cost of eight calls: bit i for direction i. */
uint32_t rays_occluded_8(const Rays *rays, const float origin_mm[3], const float direction[8][3],
                         float max_mm);
/* Nearest surface point within max_mm. Thread-safe. */
bool rays_nearest(const Rays *rays, const float point_mm[3], float max_mm, RayHit *hit, float nearest_mm[3]);
