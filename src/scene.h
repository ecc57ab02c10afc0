/* scene - a pull pipeline from a case to what a view draws: change the case, call scene_update, draw.
 *
 * Stages: shape -> meshes, scalp; ambient light; follicles; photos -> skin; the case's settings -> fields ->
 * states of dots, of roots and hair; marks and redness -> the skin's colour. A stage has a key, the hash of
 * all that it reads; scene_update rebuilds the stages whose key changed and raises their revision, by which a
 * view knows what to upload. Follicles are thrown on the shape as fitted; a measure that changes it carries
 * them along, so that no dot or hair jumps. No GL here. Memory: everything of the client lies in secret
 * arenas that scene_destroy wipes. Cost: a change of settings 5 to 60 ms of one core (`stipple bench --only
 * sliders` prints it by family); a new shape about 0.7 s; skin from five photos some seconds. Threads: one
 * caller; of a new head the follicles are thrown on a thread of their own, beside meshes and skin.
 */
#pragma once
#include "dots.h"
#include "hair.h"
#include "marksmap.h"
#include "skin.h"

typedef struct SceneRevisions {
    uint32_t head, skin, sites, dots, hair; /* 0: never built; cut roots go with the hair */
    uint32_t marks;                         /* Scene.marks.surface */
} SceneRevisions;

/* When the revision now is the one after `since`, only these texels changed: low x, y, end x, y. */
typedef struct ScenePart {
    uint32_t since; /* 0: all changed */
    int rect[4];
} ScenePart;

typedef struct Scene {
    Case value; /* change freely, then scene_update */
    const HeadModel *model;
    HeadShape shape; /* of the case, moved to its tape measures */
    Mesh mesh[HEAD_LOD_COUNT];
    float (*ambient)[4]; /* of mesh[HEAD_LOD_MEDIUM]: bent normal and ambient visibility 0..1, baked with
                            Embree */
    Skin skin;
    MarksMap marks; /* rgba NULL: no mark or redness yet */
    Scalp scalp;
    Follicles follicles;
    Fields fields;
    Dots dots, roots; /* pigment; cut hairs */
    Hair hair;
    SceneRevisions revision;
    ScenePart skin_part, marks_part;
    Err left_out; /* of a lenient scene: what could not be read; empty text: nothing */
    struct SceneState *state;
} Scene;

typedef struct SceneDesc {
    int skin_size;        /* px of the square atlas; 0: 2048 */
    const char *case_dir; /* photo paths are relative to it; NULL: the current folder */
    bool lenient;         /* a photo or skin that cannot be read is left out and said, instead of failing */
    /* Meshes, ambient light and skin are done while follicles are still being thrown; they stay as they are
     * until it returns. On the creating thread; NULL: nobody waits. */
    void (*on_skin)(void *user, const Scene *scene);
    void *user;
} SceneDesc;
/* On failure nothing is left to destroy. */
bool scene_create(const Case *value, const SceneDesc *desc, Progress *progress, Scene *out, Err *err);
bool scene_update(Scene *scene, Err *err);
/* What keeps the head from being the client's: a photo left out, or a shape that was fitted on another edition
 * of the head. One sentence for people; false: nothing. */
bool scene_lacks(const Scene *scene, Err *out);
/* The same, for changes that may take seconds. */
bool scene_update_with_progress(Scene *scene, Progress *progress, Err *err);
/* The skin as photographed (Skin.radiance) with marks, redness and a hat, as the albedo has them; `to` has
 * its size. */
void scene_photographed(const Scene *scene, Image *to);
/* Would scene_update take long: another shape, other photos, another tone of synthetic skin? */
bool scene_is_slow(const Scene *scene);
/* `next`, made by scene_create on another thread say, takes the place of what was built here; scene->value
 * stays. `next` is empty afterwards. A view then uploads all of it. */
void scene_replace(Scene *scene, Scene *next);
void scene_destroy(Scene *scene); /* wipes the client's arenas; accepts a zeroed scene */
