/* headpick - what a hand points at on a head: the place on the skin under a pixel, and whether a place is
 * seen.
 *
 * Holds the medium mesh of one scene for ray casts (about 30 ms to make); made anew when revision.head
 * changes. Threads: one caller.
 */
#pragma once
#include "../engine/rays.h"
#include "scene.h"

typedef struct HeadPick {
    Rays *rays;
    uint32_t revision; /* of the head that the rays know; 0: none */
} HeadPick;

typedef struct HeadHit {
    float pos_mm[3], normal[3];
    bool on_skin; /* not an ear: it has tape coordinates */
    float s_mm, l_mm;
} HeadHit;

/* Follows the scene; false and a sentence when there is no memory. */
bool headpick_update(HeadPick *pick, const Scene *scene, Err *err);
void headpick_destroy(HeadPick *pick);
bool headpick_at(const HeadPick *pick, const Scene *scene, const Camera *camera, float x_px, float y_px,
                 HeadHit *out);
/* Does the camera see this place on the skin? */
bool headpick_sees(const HeadPick *pick, const Camera *camera, const float pos_mm[3]);
