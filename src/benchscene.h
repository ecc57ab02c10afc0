/* benchscene - a scene with as many dots and hairs as a measurement asks for.
 *
 * Copies of the scene's own sites, moved within half a millimetre so that any count can be had, keep the
 * order along the space-filling curve and so the culling that real sites have. Same input, same sites.
 */
#pragma once
#include "scene.h"

/* `out` is a copy of `scene` that borrows all but dots, roots and hair; valid as long as the arena and the
 * scene are. */
bool benchscene_build(const Scene *scene, uint32_t dots, uint32_t hairs, Arena *arena, Scene *out, Err *err);
