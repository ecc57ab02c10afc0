#include "scene.h"
#include "../engine/language.h"
#include "skintexture.h"

#include "../engine/file.h"
#include "ambient.h"
#include "timeline.h"
#include <pthread.h>
#include <string.h>

enum { SCENE_SKIN_PX = 2048 };
typedef enum Stage {
    STAGE_SHAPE,
    STAGE_MESHES,
    STAGE_HAT,
    STAGE_AMBIENT,
    STAGE_SKIN,
    STAGE_THROW,
    STAGE_SITES,
    STAGE_FLOW,
    STAGE_FIELDS,
    STAGE_DOTS,
    STAGE_HAIR,
    STAGE_MARKS,
    SCENE_STAGES
} Stage;

struct SceneState {
    Arena app;        /* the model's constants */
    Arena shape;      /* secret: scalp, meshes */
    Arena hat;        /* secret: meshes lifted by a hat */
    Arena ambient;    /* secret: Scene.ambient */
    Arena throw;      /* secret: `thrown` */
    Arena sites;      /* secret: follicles, sites and states on that head */
    Follicles thrown; /* on the case's own shape; a change of a measure only carries them */
    Mesh bare[HEAD_LOD_COUNT];
    Arena skin;            /* secret: colour of this head */
    Image clean;           /* the skin's albedo without marks and redness, once there were any */
    uint32_t red_revision; /* Fields.touched_revision of the redness map */
    Arena scratch;         /* secret: photos and what a build throws away */
    Arena points_scratch;  /* secret: the same for the follicles, which are built beside the skin */
    uint64_t key[SCENE_STAGES];
    bool built[SCENE_STAGES];
    char case_dir[CASE_PATH];
    bool lenient;
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

static uint64_t key_of_hat(const Scene *scene) {
    const bool worn = scene->value.alternative.choice == ALTERNATIVE_HAT;
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SHAPE]);
    return HASH(key, worn);
}

static uint64_t key_of_skin(const Scene *scene) {
    const Case *value = &scene->value;
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SHAPE]);
    key = hash_bytes(key, value->skin_path, strlen(value->skin_path));
    key = hash_bytes(key, value->skin_lit_path, strlen(value->skin_lit_path));
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

/* The shape as fitted, without the tape measures that move it. */
static uint64_t key_of_throw(const Case *value) {
    uint64_t key = HASH(HASH_START, value->shape);
    return HASH(key, value->seed);
}

static uint64_t key_of_sites(const Scene *scene) {
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SHAPE]);
    return HASH(key, scene->state->key[STAGE_THROW]);
}

/* Where hair lies. */
static uint64_t key_of_flow(const Scene *scene) {
    const HairSettings *hair = &scene->value.hair;
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SITES]);
    key = HASH(key, hair->whorl);
    key = HASH(key, hair->whorl_back_mm);
    key = HASH(key, hair->whorl_aside_mm);
    const bool grown = hair_view_length_mm(&scene->value) > HAIR_GROWN_MM;
    key = HASH(key, grown);
    const float combed = follicles_combed(hair);
    key = HASH(key, combed);
    return combed > 0 ? HASH(key, hair->parting_mm) : key;
}

/* What fields read: where hair is left, where the treated line and area lie. */
static uint64_t key_of_fields(const Scene *scene) {
    const Case *value = &scene->value;
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SITES]);
    key = HASH(key, value->client);
    key = HASH(key, value->loss);
    key = HASH(key, value->hairline);
    key = HASH(key, value->mark);
    key = HASH(key, value->alternative);
    key = HASH(key, value->hair.density_per_cm2);
    key = HASH(key, value->hair.parting_mm);
    key = HASH(key, value->treatment.zone);
    key = HASH(key, value->treatment.blend_mm);
    key = HASH(key, value->time.years);
    return HASH(key, value->time.ageing);
}

static uint64_t key_of_dots(const Scene *scene) {
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_FIELDS]);
    key = HASH(key, scene->value.treatment);
    return HASH(key, scene->value.time);
}

/* Hair's own settings, but not those of the view (curl, show) and of the direction field. */
static uint64_t key_of_hair(const Scene *scene) {
    HairSettings hair = scene->value.hair;
    hair.curl = 0, hair.show = false;
    hair.whorl = 0, hair.whorl_back_mm = hair.whorl_aside_mm = 0;
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_FIELDS]);
    return HASH(key, hair);
}

/* Marks, and the redness of a fresh session on the places that it touches. */
static float redness_of(const Case *value) {
    const bool treated = value->treatment.enabled && value->treatment.sessions > 0;
    return treated ? timeline_redness(&value->time) : 0;
}

static uint64_t key_of_marks(const Scene *scene) {
    const float red = redness_of(&scene->value);
    uint64_t key = HASH(HASH_START, scene->state->key[STAGE_SKIN]);
    key = HASH(key, scene->fields.marks);
    key = HASH(key, scene->fields.hat);
    key = HASH(key, red);
    return red > 0 ? HASH(key, scene->fields.touched_revision) : key;
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
    state->built[STAGE_SKIN] = state->built[STAGE_SITES] = false;
    state->built[STAGE_MESHES] = state->built[STAGE_HAT] = false;
    arena_wipe(&state->sites);
    arena_wipe(&state->shape);
    scene->shape = scene->value.shape;
    for (int m = 0; m < HM_COUNT; ++m)
        if (scene->value.head_mm[m] > 0)
            head_set_measure(scene->model, &scene->shape, (HeadMeasure)m, scene->value.head_mm[m]);
    return scalp_build(scene->model, &scene->shape, &state->shape, &scene->scalp, err);
}

static bool build_meshes(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    for (int lod = 0; lod < HEAD_LOD_COUNT; ++lod)
        if (!head_mesh(scene->model, &scene->shape, (HeadLod)lod, &state->shape, &state->bare[lod], err))
            return false;
    return true;
}

/* The meshes with a hat on, or as they are. */
static bool build_hat(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    Hat hat;
    hat_prepare(&scene->scalp, scene->value.alternative.choice == ALTERNATIVE_HAT, &hat);
    memcpy(scene->mesh, state->bare, sizeof state->bare);
    arena_wipe(&state->hat);
    for (int lod = 0; hat.worn && lod < HEAD_LOD_COUNT; ++lod)
        if (!hat_wear(&hat, &scene->mesh[lod], &state->hat, err)) return false;
    return true;
}

static bool build_ambient(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    arena_wipe(&state->ambient);
    if (!ambient_bake(&scene->mesh[HEAD_LOD_MEDIUM], &state->ambient, &state->scratch, &scene->ambient, err))
        return false;
    ++scene->revision.head;
    return true;
}

static bool build_throw(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    const Case *value = &scene->value;
    const Scalp *home = &scene->scalp;
    Scalp fitted;
    state->built[STAGE_SITES] = false;
    arena_wipe(&state->sites);
    arena_wipe(&state->throw);
    const size_t mark = arena_mark(&state->points_scratch);
    bool ok = true;
    if (memcmp(&value->shape, &scene->shape, sizeof scene->shape) != 0) {
        ok = scalp_build(scene->model, &value->shape, &state->points_scratch, &fitted, err);
        home = &fitted;
    }
    ok = ok && follicles_build(home, value->seed, &state->throw, &state->points_scratch, &state->thrown, err);
    arena_rewind(&state->points_scratch, mark);
    return ok;
}

static bool build_sites(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    Arena *arena = &state->sites;
    state->built[STAGE_FLOW] = state->built[STAGE_FIELDS] = false;
    state->built[STAGE_DOTS] = state->built[STAGE_HAIR] = false;
    arena_wipe(arena);
    if (!follicles_carry(&state->thrown, &scene->scalp, arena, &state->points_scratch, &scene->follicles,
                         err) ||
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
    hair_direct(&scene->scalp, &scene->follicles, hair_view_length_mm(&scene->value) > HAIR_GROWN_MM,
                &scene->hair);
    ++scene->revision.sites;
}

static void build_dots(Scene *scene) {
    dots_build_states(&scene->value, &scene->fields, &scene->dots);
    ++scene->revision.dots;
}

static void build_hair(Scene *scene) {
    hair_build_states(&scene->value, &scene->fields, &scene->hair);
    roots_build_states(&scene->value, &scene->hair, &scene->roots);
    ++scene->revision.hair;
}

/* ---- skin ---- */

static bool load_photo(Scene *scene, int slot, SkinPhoto *out, Err *err) {
    struct SceneState *state = scene->state;
    const CasePhoto *photo = &scene->value.photo[slot];
    char base[CASE_PATH + 8];
    snprintf(base, sizeof base, "%s/case", state->case_dir);
    char *path = file_resolve(&state->scratch, base, photo->path);
    *out = (SkinPhoto){.camera = photo->camera};
    if (!path || !image_load(path, &state->scratch, &out->image, NULL, err))
        return err_prefix(err, "The photo of the case (%s)", _(photo_slot_names[slot]));
    if (out->image.width == photo->camera.width && out->image.height == photo->camera.height) return true;
    return err_set(err, "The photo of the case (%s) is %d x %d now, but was fitted as %d x %d; fit it again",
                   _(photo_slot_names[slot]), out->image.width, out->image.height, photo->camera.width,
                   photo->camera.height);
}

/* True when a lenient scene goes on without it. */
static bool leave_out(Scene *scene, const Err *err) {
    if (scene->state->lenient && err) scene->left_out = *err;
    return scene->state->lenient;
}

static bool load_photos(Scene *scene, Progress *progress, SkinPhoto out[CASE_PHOTOS], int *count, Err *err) {
    *count = 0;
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        const CasePhoto *photo = &scene->value.photo[i];
        if (!photo->path[0] || !photo->used) continue;
        if (!progress_step(progress, (double)i / CASE_PHOTOS, "reading photos"))
            return err_set(err, "Stopped");
        if (load_photo(scene, i, &out[*count], err))
            ++*count;
        else if (!leave_out(scene, err))
            return false;
    }
    return true;
}

static bool load_baked(Scene *scene, const char *name, Image *out, Err *err) {
    struct SceneState *state = scene->state;
    char base[CASE_PATH + 8];
    snprintf(base, sizeof base, "%s/case", state->case_dir);
    char *path = file_resolve(&state->scratch, base, name);
    if (!path || !image_load(path, &state->skin, out, NULL, err))
        return err_prefix(err, "The baked skin of the case");
    return out->width == out->height || err_set(err, "The baked skin of the case, %s, is not square", name);
}

/* A baked skin: its colour counts as well seen; its gloss is that of any face. */
static bool load_skin(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    Skin *skin = &scene->skin;
    if (!load_baked(scene, scene->value.skin_path, &skin->albedo, err)) return false;
    size_t count = (size_t)skin->albedo.width * (size_t)skin->albedo.width;
    skin->size = skin->albedo.width;
    skin->radiance = skin->albedo;
    if (scene->value.skin_lit_path[0] && !load_baked(scene, scene->value.skin_lit_path, &skin->radiance, err))
        return false;
    if (skin->radiance.width != skin->size)
        return err_set(err, "The baked skin of the case and its lit picture are not of one size");
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

static void forget_skin(Scene *scene) {
    arena_wipe(&scene->state->skin);
    scene->skin = (Skin){0};
}

/* From the photos; without any, synthetic. */
static bool make_skin(Scene *scene, Progress *progress, Err *err) {
    struct SceneState *state = scene->state;
    SkinPhoto photo[CASE_PHOTOS];
    int count = 0;
    Progress reading = progress_part(progress, 0, 0.2), building = progress_part(progress, 0.2, 1);
    if (!load_photos(scene, progress ? &reading : NULL, photo, &count, err)) return false;
    if (count > 0)
        return skin_build(scene->model, &scene->shape, photo, count, &scene->value.skin, state->skin_size,
                          progress ? &building : NULL, &state->skin, &state->scratch, &scene->skin, err);
    return skin_synthesise(scene->model, &scene->shape, scene->value.skin.tone_ita_deg, scene->value.seed,
                           state->skin_size, &state->skin, &state->scratch, &scene->skin, err);
}

static bool build_skin(Scene *scene, Progress *progress, Err *err) {
    const bool baked = scene->value.skin_path[0] != 0;
    scene->left_out = (Err){0};
    forget_skin(scene);
    bool ok = baked && load_skin(scene, err);
    if (!ok && (!baked || leave_out(scene, err))) {
        forget_skin(scene);
        ok = make_skin(scene, progress, err);
    }
    arena_wipe(&scene->state->scratch); /* photos do not stay */
    if (ok) ++scene->revision.skin;
    return ok;
}

/* Colours of marks into the albedo; the skin as it was is kept from the first mark on. */
static bool build_marks(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    Skin *skin = &scene->skin;
    MarksMap *map = &scene->marks;
    const float red = redness_of(&scene->value);
    if (!map->rgba) {
        if (scene->fields.marks.count == 0 && !scene->fields.hat.worn && red <= 0) return true;
        state->clean = skin->albedo;
        if (!image_alloc(&state->skin, skin->size, skin->size, &skin->albedo, err) ||
            !marksmap_create(map, &scene->scalp, &state->bare[HEAD_LOD_MEDIUM], skin->size, &state->skin,
                             err))
            return false;
    }
    if (memcmp(&map->baked, &scene->fields.marks, sizeof map->baked) != 0 ||
        map->hat.worn != scene->fields.hat.worn)
        scene->marks_part.since = scene->revision.marks++;
    if (!marksmap_bake(map, &scene->fields.marks, &scene->fields.hat, &state->skin, err)) return false;
    if (red > 0 && state->red_revision != scene->fields.touched_revision) {
        marksmap_bake_red(map, scene->fields.touched);
        state->red_revision = scene->fields.touched_revision;
    }
    marksmap_tint(map, red, &state->clean, &skin->albedo);
    scene->skin_part.since = scene->revision.skin++;
    memcpy(scene->skin_part.rect, map->tinted, sizeof map->tinted);
    memcpy(scene->marks_part.rect, map->surfaced, sizeof map->surfaced);
    return true;
}

void scene_photographed(const Scene *scene, Image *to) {
    const Image *from = &scene->skin.radiance;
    if (scene->marks.rgba)
        marksmap_tint_photographed(&scene->marks, &scene->state->clean, from, to);
    else
        memcpy(to->rgba, from->rgba, 4 * (size_t)from->width * (size_t)from->height);
}

/* ---- the pipeline ---- */

/* What follicles stand on. */
static bool update_shape(Scene *scene, Err *err) {
    if (take_key(scene, STAGE_SHAPE, key_of_shape(&scene->value))) {
        if (!build_shape(scene, err)) return false;
        scene->state->built[STAGE_SHAPE] = true;
    }
    return true;
}

static bool update_meshes(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    if (take_key(scene, STAGE_MESHES, state->key[STAGE_SHAPE])) {
        if (!build_meshes(scene, err)) return false;
        state->built[STAGE_MESHES] = true;
    }
    if (take_key(scene, STAGE_HAT, key_of_hat(scene))) {
        if (!build_hat(scene, err)) return false;
        state->built[STAGE_HAT] = true;
    }
    return true;
}

/* Follicles, and the dots and hair that stand in them. */
static bool update_points(Scene *scene, Err *err) {
    struct SceneState *state = scene->state;
    if (take_key(scene, STAGE_THROW, key_of_throw(&scene->value))) {
        if (!build_throw(scene, err)) return false;
        state->built[STAGE_THROW] = true;
    }
    if (take_key(scene, STAGE_SITES, key_of_sites(scene))) {
        if (!build_sites(scene, err)) return false;
        state->built[STAGE_SITES] = true;
    }
    if (take_key(scene, STAGE_FLOW, key_of_flow(scene))) {
        build_flow(scene);
        state->built[STAGE_FLOW] = true;
    }
    if (take_key(scene, STAGE_FIELDS, key_of_fields(scene))) {
        fields_build(&scene->fields, &scene->value);
        state->built[STAGE_FIELDS] = true;
    }
    if (take_key(scene, STAGE_DOTS, key_of_dots(scene))) {
        build_dots(scene);
        state->built[STAGE_DOTS] = true;
    }
    if (take_key(scene, STAGE_HAIR, key_of_hair(scene))) {
        build_hair(scene);
        state->built[STAGE_HAIR] = true;
    }
    return true;
}

/* What the skin looks like, but for marks. */
static bool update_skin(Scene *scene, Progress *progress, Err *err) {
    struct SceneState *state = scene->state;
    if (take_key(scene, STAGE_AMBIENT, state->key[STAGE_HAT])) {
        if (!build_ambient(scene, err)) return false;
        state->built[STAGE_AMBIENT] = true;
    }
    if (!progress_step(progress, 0, "making the skin")) return err_set(err, "Stopped");
    if (take_key(scene, STAGE_SKIN, key_of_skin(scene))) {
        state->built[STAGE_MARKS] = false;
        scene->marks = (MarksMap){0};
        ++scene->revision.marks;
        state->clean = (Image){0}, state->red_revision = 0;
        if (!build_skin(scene, progress, err)) return false;
        state->built[STAGE_SKIN] = true;
    }
    return true;
}

/* Of a new head the follicles are thrown on a thread beside meshes and skin: neither reads what the other
 * writes. */
typedef struct Points {
    Scene *scene;
    pthread_t thread;
    bool started, ok;
    Err err;
} Points;

static void *run_points(void *user) {
    Points *points = user;
    points->ok = update_points(points->scene, &points->err);
    return NULL;
}

static void begin_points(Points *points) {
    const bool slow = !points->scene->state->built[STAGE_SITES];
    points->started = slow && pthread_create(&points->thread, NULL, run_points, points) == 0;
    if (!points->started) run_points(points);
}

static bool end_points(Points *points, Err *err) {
    if (points->started) pthread_join(points->thread, NULL);
    if (!points->ok) *err = points->err;
    return points->ok;
}

static bool update_all(Scene *scene, const SceneDesc *desc, Progress *progress, Err *err) {
    struct SceneState *state = scene->state;
    if (!progress_step(progress, 0, "shaping the head")) return err_set(err, "Stopped");
    if (!update_shape(scene, err)) return false;
    Progress skin = progress_part(progress, 0.1, 1);
    Points points = {.scene = scene};
    begin_points(&points);
    const bool skinned = update_meshes(scene, err) && update_skin(scene, progress ? &skin : NULL, err);
    if (skinned && desc->on_skin) desc->on_skin(desc->user, scene);
    if (!end_points(&points, skinned ? err : &(Err){{0}}) || !skinned) return false;
    if (take_key(scene, STAGE_MARKS, key_of_marks(scene))) {
        if (!build_marks(scene, err)) return false;
        state->built[STAGE_MARKS] = true;
    }
    return progress_step(progress, 1, "ready") || err_set(err, "Stopped");
}

bool scene_update_with_progress(Scene *scene, Progress *progress, Err *err) {
    return update_all(scene, &(SceneDesc){0}, progress, err);
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
    state->lenient = desc->lenient;
    if (arena_create(&state->app, &(ArenaDesc){.name = "model"}, err) &&
        arena_create(&state->shape, &(ArenaDesc){.name = "head", .secret = true}, err) &&
        arena_create(&state->hat, &(ArenaDesc){.name = "hat", .secret = true}, err) &&
        arena_create(&state->ambient, &(ArenaDesc){.name = "ambient light", .secret = true}, err) &&
        arena_create(&state->throw, &(ArenaDesc){.name = "thrown follicles", .secret = true}, err) &&
        arena_create(&state->sites, &(ArenaDesc){.name = "follicles", .secret = true}, err) &&
        arena_create(&state->skin, &(ArenaDesc){.name = "skin", .secret = true}, err) &&
        arena_create(&state->scratch, &(ArenaDesc){.name = "scratch", .secret = true}, err) &&
        arena_create(&state->points_scratch, &(ArenaDesc){.name = "darts", .secret = true}, err) &&
        (out->model = head_load(NULL, &state->app, err)) != NULL && update_all(out, desc, progress, err))
        return true;
    scene_destroy(out);
    return false;
}

bool scene_lacks(const Scene *scene, Err *out) {
    const bool belongs = head_shape_belongs(scene->model, &scene->value.shape);
    if (scene->left_out.text[0])
        err_set(out, "%.200s. The head is shown without it.", scene->left_out.text);
    else if (!belongs)
        err_set(out,
                "This case was fitted with another edition of the head: fit its photos again, or the face "
                "is not quite the client's");
    return scene->left_out.text[0] || !belongs;
}

static bool is_built(const Scene *scene, Stage stage, uint64_t key) {
    return scene->state->built[stage] && scene->state->key[stage] == key;
}

bool scene_is_slow(const Scene *scene) {
    return !is_built(scene, STAGE_SHAPE, key_of_shape(&scene->value)) ||
           !is_built(scene, STAGE_THROW, key_of_throw(&scene->value)) ||
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
    now->dots += seen.dots, now->hair += seen.hair, now->marks += seen.marks;
    scene->skin_part.since = scene->marks_part.since = 0;
    explicit_bzero(&value, sizeof value);
    explicit_bzero(next, sizeof *next);
}

void scene_destroy(Scene *scene) {
    struct SceneState *state = scene->state;
    if (state) {
        arena_destroy(&state->points_scratch);
        arena_destroy(&state->scratch);
        arena_destroy(&state->skin);
        arena_destroy(&state->sites);
        arena_destroy(&state->throw);
        arena_destroy(&state->ambient);
        arena_destroy(&state->hat);
        arena_destroy(&state->shape);
        arena_destroy(&state->app);
        free(state);
    }
    explicit_bzero(scene, sizeof *scene);
}
