#include "scene.h"
#include "skintexture.h"

#include "../engine/file.h"
#include "ambient.h"
#include "timeline.h"
#include <string.h>

enum { SCENE_SKIN_PX = 2048, SCENE_RED_PX = 512 };
typedef enum Stage {
    STAGE_SHAPE,
    STAGE_SKIN,
    STAGE_SITES,
    STAGE_FLOW,
    STAGE_STATES,
    STAGE_MARKS,
    SCENE_STAGES
} Stage;

struct SceneState {
    Arena app;           /* the model's constants */
    Arena shape;         /* secret: meshes, scalp */
    Arena sites;         /* secret: follicles, sites and states on that head */
    Arena skin;          /* secret: colour of this head */
    Image clean;         /* the skin's albedo without marks and redness; rgba NULL: the albedo itself is */
    float (*surface)[2]; /* of the marks; in `skin` */
    Arena scratch;       /* secret: photos and what a build throws away */
    uint64_t key[SCENE_STAGES];
    bool built[SCENE_STAGES];
    char case_dir[CASE_PATH];
    int skin_size;
};

/* ---- keys: what a stage reads ---- */

/* FNV-1a; only for "has it changed". */
static uint64_t hash_bytes(uint64_t hash, const void *data, size_t size) {
    const uint8_t *p = data;
    for (size_t i = 0; i < size; ++i) hash = (hash ^ p[i]) * 0x100000001b3u;
    return hash;
}
#define HASH_START        0xcbf29ce484222325u
#define HASH(hash, value) hash_bytes((hash), &(value), sizeof(value))

static uint64_t key_of_shape(const Case *value) {
    uint64_t key = HASH(HASH_START, value->shape);
    return HASH(key, value->head_mm);
}

static uint64_t key_of_skin(const Scene *scene) {
    const Case *value = &scene->value;
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SHAPE]);
    key = hash_bytes(key, value->skin_path, strlen(value->skin_path));
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        const CasePhoto *photo = &value->photo[i];
        if (!photo->path[0] || !photo->used) continue;
        key = HASH(key, i);
        key = hash_bytes(key, photo->path, strlen(photo->path));
        key = HASH(key, photo->camera);
    }
    key = HASH(key, value->skin.tone_ita_deg);
    key =
        hash_bytes(key, value->skin.stroke, (size_t)value->skin.stroke_count * sizeof value->skin.stroke[0]);
    return HASH(key, value->seed);
}

static uint64_t key_of_sites(const Scene *scene) {
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SHAPE]);
    return HASH(key, scene->value.seed);
}

/* Where hair lies. */
static uint64_t key_of_flow(const Scene *scene) {
    const HairSettings *hair = &scene->value.hair;
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SITES]);
    key = HASH(key, hair->whorl);
    key = HASH(key, hair->whorl_back_mm);
    return HASH(key, hair->whorl_aside_mm);
}

static uint64_t key_of_states(const Scene *scene) {
    const Case *value = &scene->value;
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SITES]);
    key = HASH(key, value->client);
    key = HASH(key, value->skin);
    key = HASH(key, value->loss);
    key = HASH(key, value->hair);
    key = HASH(key, value->hairline);
    key = HASH(key, value->treatment);
    key = HASH(key, value->time);
    key = HASH(key, value->mark);
    return HASH(key, value->alternative);
}

/* Marks, and the redness of a fresh session on the places that it treats. */
static uint64_t key_of_marks(const Scene *scene) {
    const Case *value = &scene->value;
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SKIN]);
    key = HASH(key, value->mark);
    key = HASH(key, value->alternative);
    if (!value->treatment.enabled || value->treatment.sessions == 0 || timeline_redness(&value->time) <= 0)
        return key;
    const float red = timeline_redness(&value->time);
    key = HASH(key, red);
    key = HASH(key, value->loss);
    key = HASH(key, value->hairline);
    return HASH(key, value->treatment);
}

/* True when the stage must be built; the key is kept. */
static bool take_key(Scene *scene, Stage stage, uint64_t key) {
    struct SceneState *state = scene->state;
    if (state->built[stage] && state->key[stage] == key) return false;
    state->key[stage] = key;
    state->built[stage] = false;
    return true;
}

/* ---- stages ---- */

static bool build_shape(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    /* What stands on the old head goes with it. */
    state->built[STAGE_SKIN] = state->built[STAGE_SITES] = state->built[STAGE_STATES] = false;
    arena_wipe(&state->sites);
    arena_wipe(&state->shape);
    scene->shape = scene->value.shape;
    for (int m = 0; m < HM_COUNT; ++m)
        if (scene->value.head_mm[m] > 0)
            head_set_measure(scene->model, &scene->shape, (HeadMeasure)m, scene->value.head_mm[m]);
    for (int lod = 0; lod < HEAD_LOD_COUNT; ++lod)
        if (!head_mesh(scene->model, &scene->shape, (HeadLod)lod, &state->shape, &scene->mesh[lod], err))
            return false;
    if (!ambient_bake(&scene->mesh[HEAD_LOD_MEDIUM], &state->shape, &state->scratch, &scene->ambient, err))
        return false;
    if (!scalp_build(scene->model, &scene->shape, &state->shape, &scene->scalp, err)) return false;
    ++scene->revision.head;
    return true;
}

static bool build_sites(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    Arena *arena = &state->sites;
    state->built[STAGE_FLOW] = state->built[STAGE_STATES] = false;
    arena_wipe(arena);
    if (!follicles_build(&scene->scalp, scene->value.seed, arena, &state->scratch, &scene->follicles, err) ||
        !fields_create(&scene->scalp, &scene->follicles, arena, &scene->fields, err) ||
        !hair_build_sites(&scene->follicles, arena, &scene->hair, err) ||
        !dots_build_sites(&scene->follicles, arena, &scene->dots, err) ||
        !roots_build_sites(&scene->hair, arena, &scene->roots, err))
        return false;
    ++scene->revision.sites;
    return true;
}

static void build_flow(Scene *scene) {
    follicles_direct(&scene->scalp, &scene->value.hair, scene->value.seed, &scene->follicles);
    hair_direct(&scene->follicles, &scene->hair);
    ++scene->revision.sites;
}

static void build_states(Scene *scene) {
    fields_build(&scene->fields, &scene->value);
    dots_build_states(&scene->value, &scene->fields, &scene->dots);
    hair_build_states(&scene->value, &scene->fields, &scene->hair);
    roots_build_states(&scene->value, &scene->hair, &scene->roots);
    ++scene->revision.dots;
    ++scene->revision.hair;
}

/* ---- skin ---- */

static bool load_photos(Scene *scene, Progress *progress, SkinPhoto out[CASE_PHOTOS], int *count, Err *err) {
    struct SceneState *state = scene->state;
    char base[CASE_PATH + 8];
    snprintf(base, sizeof base, "%s/case", state->case_dir);
    *count = 0;
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        const CasePhoto *photo = &scene->value.photo[i];
        if (!photo->path[0] || !photo->used) continue;
        if (!progress_step(progress, (double)i / CASE_PHOTOS, "reading photos"))
            return err_set(err, "Stopped");
        char *path = file_resolve(&state->scratch, base, photo->path);
        SkinPhoto *into = &out[(*count)++];
        *into = (SkinPhoto){.camera = photo->camera};
        if (!path || !image_load(path, &state->scratch, &into->image, NULL, err))
            return err_prefix(err, "The %s photo of the case", photo_slot_names[i]);
        if (into->image.width != photo->camera.width || into->image.height != photo->camera.height)
            return err_set(err,
                           "The %s photo of the case is %d x %d now, but was fitted as %d x %d; fit it again",
                           photo_slot_names[i], into->image.width, into->image.height, photo->camera.width,
                           photo->camera.height);
    }
    return true;
}

/* A baked skin: its colour counts as well seen; its gloss is that of any face. */
static bool load_skin(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    char base[CASE_PATH + 8];
    snprintf(base, sizeof base, "%s/case", state->case_dir);
    Skin *skin = &scene->skin;
    char *path = file_resolve(&state->scratch, base, scene->value.skin_path);
    if (!path || !image_load(path, &state->skin, &skin->albedo, NULL, err))
        return err_prefix(err, "The baked skin of the case");
    if (skin->albedo.width != skin->albedo.height)
        return err_set(err, "The baked skin of the case, %s, is not square", scene->value.skin_path);
    size_t count = (size_t)skin->albedo.width * (size_t)skin->albedo.width;
    skin->size = skin->albedo.width;
    skin->radiance = skin->albedo;
    skin->confidence = arena_push(&state->skin, count);
    skin->gloss = arena_push(&state->skin, count);
    if (!skin->confidence || !skin->gloss) return err_set(err, "There is not enough memory for the skin");
    memset(skin->confidence, 255, count);
    SkinSurface surface;
    if (!skinsurface_from_head(scene->model, &scene->shape, HEAD_LOD_MEDIUM, &state->scratch, &surface,
                               err) ||
        !skintexture_bake_gloss(&surface, skin->size, &state->scratch, skin->gloss))
        return err_set(err, "There is not enough memory for the skin");
    skin->ita_deg = scene->value.skin.tone_ita_deg;
    return true;
}

static bool build_skin(Scene *scene, Progress *progress, Err *err) {
    struct SceneState *state = scene->state;
    SkinPhoto photo[CASE_PHOTOS];
    int count = 0;
    arena_wipe(&state->skin);
    scene->skin = (Skin){0};
    Progress reading = progress_part(progress, 0, 0.2), building = progress_part(progress, 0.2, 1);
    bool ok;
    if (scene->value.skin_path[0]) {
        ok = load_skin(scene, err);
    } else {
        ok = load_photos(scene, progress ? &reading : NULL, photo, &count, err);
        if (ok && count > 0)
            ok = skin_build(scene->model, &scene->shape, photo, count, &scene->value.skin, state->skin_size,
                            progress ? &building : NULL, &state->skin, &state->scratch, &scene->skin, err);
        else if (ok)
            ok = skin_synthesise(scene->model, &scene->shape, scene->value.skin.tone_ita_deg,
                                 scene->value.seed, state->skin_size, &state->skin, &state->scratch,
                                 &scene->skin, err);
    }
    arena_wipe(&state->scratch); /* photos do not stay */
    if (ok) ++scene->revision.skin;
    return ok;
}

/* Colours of marks into the albedo; the skin as it was is kept from the first mark on. */
static bool build_marks(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    const Case *value = &scene->value;
    Skin *skin = &scene->skin;
    const bool red =
        value->treatment.enabled && value->treatment.sessions > 0 && timeline_redness(&value->time) > 0;
    if (!state->clean.rgba && scene->fields.marks.count == 0 && !red) return true;
    if (!state->clean.rgba) {
        state->clean = skin->albedo;
        if (!image_alloc(&state->skin, skin->size, skin->size, &skin->albedo, err)) return false;
    }
    const int size = scene->fields.marks.count > 0 ? skin->size : SCENE_RED_PX;
    const size_t mark = arena_mark(&state->scratch);
    uint8_t *map = arena_push(&state->scratch, 4 * (size_t)size * (size_t)size);
    bool ok = map != NULL || err_set(err, "There is not enough memory for the skin");
    ok = ok && marks_bake(value, &scene->scalp, scene->fields.touched, size, map, err);
    if (ok) marks_tint(map, size, &state->clean, &skin->albedo);
    scene->mark_surface = NULL;
    if (ok && scene->fields.marks.count > 0) {
        if (!state->surface)
            state->surface = arena_push(&state->skin, sizeof *state->surface * (size_t)size * (size_t)size);
        ok = state->surface != NULL || err_set(err, "There is not enough memory for the skin");
        if (ok) marks_surface(map, size, state->surface);
        scene->mark_surface = (const float(*)[2])state->surface;
    }
    arena_rewind(&state->scratch, mark);
    if (ok) ++scene->revision.skin;
    return ok;
}

/* ---- the pipeline ---- */

bool scene_update_with_progress(Scene *scene, Progress *progress, Err *err) {
    struct SceneState *state = scene->state;
    if (!progress_step(progress, 0, "shaping the head")) return err_set(err, "Stopped");
    if (take_key(scene, STAGE_SHAPE, key_of_shape(&scene->value))) {
        if (!build_shape(scene, err)) return false;
        state->built[STAGE_SHAPE] = true;
    }
    if (!progress_step(progress, 0.15, "placing follicles")) return err_set(err, "Stopped");
    if (take_key(scene, STAGE_SITES, key_of_sites(scene))) {
        if (!build_sites(scene, err)) return false;
        state->built[STAGE_SITES] = true;
    }
    if (take_key(scene, STAGE_FLOW, key_of_flow(scene))) {
        build_flow(scene);
        state->built[STAGE_FLOW] = true;
    }
    if (take_key(scene, STAGE_STATES, key_of_states(scene))) {
        build_states(scene);
        state->built[STAGE_STATES] = true;
    }
    if (!progress_step(progress, 0.4, "making the skin")) return err_set(err, "Stopped");
    if (take_key(scene, STAGE_SKIN, key_of_skin(scene))) {
        Progress skin = progress_part(progress, 0.4, 1);
        state->built[STAGE_MARKS] = false;
        state->clean = (Image){0};
        state->surface = NULL;
        if (!build_skin(scene, progress ? &skin : NULL, err)) return false;
        state->built[STAGE_SKIN] = true;
    }
    if (take_key(scene, STAGE_MARKS, key_of_marks(scene))) {
        if (!build_marks(scene, err)) return false;
        state->built[STAGE_MARKS] = true;
    }
    return progress_step(progress, 1, "ready") || err_set(err, "Stopped");
}

bool scene_update(Scene *scene, Err *err) {
    return scene_update_with_progress(scene, NULL, err);
}

bool scene_create(const Case *value, const SceneDesc *desc, Progress *progress, Scene *out, Err *err) {
    *out = (Scene){.value = *value};
    struct SceneState *state = out->state = calloc(1, sizeof *state);
    if (!state) return err_set(err, "There is not enough memory for the head");
    state->skin_size = desc->skin_size ? desc->skin_size : SCENE_SKIN_PX;
    snprintf(state->case_dir, sizeof state->case_dir, "%s",
             desc->case_dir && desc->case_dir[0] ? desc->case_dir : ".");
    if (arena_create(&state->app, &(ArenaDesc){.name = "model"}, err) &&
        arena_create(&state->shape, &(ArenaDesc){.name = "head", .secret = true}, err) &&
        arena_create(&state->sites, &(ArenaDesc){.name = "follicles", .secret = true}, err) &&
        arena_create(&state->skin, &(ArenaDesc){.name = "skin", .secret = true}, err) &&
        arena_create(&state->scratch, &(ArenaDesc){.name = "scratch", .secret = true}, err) &&
        (out->model = head_load(NULL, &state->app, err)) != NULL &&
        scene_update_with_progress(out, progress, err))
        return true;
    scene_destroy(out);
    return false;
}

static bool is_built(const Scene *scene, Stage stage, uint64_t key) {
    return scene->state->built[stage] && scene->state->key[stage] == key;
}

bool scene_is_slow(const Scene *scene) {
    return !is_built(scene, STAGE_SHAPE, key_of_shape(&scene->value)) ||
           !is_built(scene, STAGE_SITES, key_of_sites(scene)) ||
           !is_built(scene, STAGE_SKIN, key_of_skin(scene));
}

void scene_replace(Scene *scene, Scene *next) {
    const SceneRevisions seen = scene->revision;
    Case value = scene->value;
    scene_destroy(scene);
    *scene = *next;
    scene->value = value;
    scene->scalp.shape = &scene->shape;
    scene->fields.scalp = &scene->scalp;
    scene->fields.follicles = &scene->follicles;
    SceneRevisions *now = &scene->revision;
    now->head += seen.head, now->skin += seen.skin, now->sites += seen.sites;
    now->dots += seen.dots, now->hair += seen.hair;
    explicit_bzero(&value, sizeof value);
    explicit_bzero(next, sizeof *next);
}

void scene_destroy(Scene *scene) {
    struct SceneState *state = scene->state;
    if (state) {
        arena_destroy(&state->scratch);
        arena_destroy(&state->skin);
        arena_destroy(&state->sites);
        arena_destroy(&state->shape);
        arena_destroy(&state->app);
        free(state);
    }
    explicit_bzero(scene, sizeof *scene);
}
