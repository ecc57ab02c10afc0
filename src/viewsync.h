/* viewsync - uploads of a View, one function a stage of the scene. Private to view.c. */
#pragma once
#include "viewstate.h"

bool sync_head(View *view, const Scene *scene, Err *err);
void sync_skin(View *view, const Scene *scene);
void sync_lashes(View *view, const Scene *scene);
void sync_marks(View *view, const Scene *scene);
/* Only the texels that changed since the view's last look; false: sync_skin is needed. */
bool sync_skin_part(View *view, const Scene *scene);
void sync_radiance(View *view, const Scene *scene); /* only when the light is the photo's */
bool sync_sites(View *view, const Scene *scene, Err *err);
void sync_dots(View *view, const Scene *scene);
void sync_hair(View *view, const Scene *scene);
void sync_forget(View *view); /* destroy all that came from a scene */
