/* scene - a pull pipeline from a case to what a view draws: change the case, call scene_update, draw.
 *
 * Stages: photos -> head mesh -> skin; scalp -> follicles -> dots, hair. A change marks stages stale; scene_update
 * rebuilds only those and raises their revision, by which a view knows what to upload. No GL here.
 */
#pragma once
#include "dots.h"
#include "hair.h"
#include "skin.h"

typedef struct SceneRevisions {
    uint32_t head, skin, sites, dots, hair;
} SceneRevisions;

typedef struct Scene {
    Case value;            /* change freely, then scene_update */
    const HeadModel *model;
    Mesh mesh[HEAD_LOD_COUNT];
    float (*ambient)[4];   /* of mesh[HEAD_LOD_MEDIUM]: bent normal and ambient visibility 0..1, baked with Embree */
    Skin skin;
    Scalp scalp;
    Follicles follicles;
    Dots dots, roots;      /* pigment; cut hairs */
    Hair hair;
    SceneRevisions revision;
    struct SceneState *state;
} Scene;

typedef struct SceneDesc {
    int skin_size;         /* 0: 2048 */
    const char *case_dir;  /* photo paths are relative to it */
} SceneDesc;
bool scene_create(const Case *value, const SceneDesc *desc, Progress *progress, Scene *out, Err *err);
bool scene_update(Scene *scene, Err *err);
void scene_destroy(Scene *scene); /* wipes the client's arenas */
