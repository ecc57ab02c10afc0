/* studiopresets - hairlines, hair loss, treatments and moments to start from, each with a picture.
 *
 * The pictures show the average head, nobody's, and are drawn by the program itself the first time a list is
 * opened: the head is built on a thread of its own, then one picture is drawn a turn. They stay until the
 * studio closes and are never a file.
 */
#include "studioparts.h"

#include "../engine/language.h"
#include <stdatomic.h>
#include <string.h>

enum {
    PRESET_SETS = 9,
    THUMB_PX = 220,
    THUMB_SKIN_PX = 512,
    A_ROW = 3,
    PICTURE_WIDTH = 124,
    LISTS = STUDIO_PRESET_LISTS
};

typedef struct Preset {
    const char *name, *label;
    const char *set[PRESET_SETS]; /* "option=value" */
} Preset;

typedef struct PresetList {
    StudioTab tab;
    CameraView view;
    double raise_deg, nearer;
    const char
        *around[PRESET_SETS]; /* of the pictured head only; pigment strong enough for a small picture */
    int count;
    Preset preset[STUDIO_PRESETS];
} PresetList;

static const PresetList lists[LISTS] = {
    {TAB_TODAY,
     CAMERA_34,
     24,
     0.8,
     {"treatment.enabled=no", "hair.length_mm=3"},
     9,
     {{"loss.front", N_("Receding"), {"loss.pattern=norwood", "loss.stage=3"}},
      {"loss.crown", N_("Crown"), {"loss.pattern=norwood-vertex", "loss.stage=3"}},
      {"loss.both", N_("Front, crown"), {"loss.pattern=norwood", "loss.stage=4.5"}},
      {"loss.wide", N_("Norwood 6"), {"loss.pattern=norwood", "loss.stage=6"}},
      {"loss.bald", N_("Norwood 7"), {"loss.pattern=norwood", "loss.stage=7"}},
      {"loss.diffuse", N_("Diffuse"), {"loss.pattern=dpa", "loss.severity=0.6"}},
      {"loss.ludwig", N_("Ludwig 2"), {"loss.pattern=ludwig", "loss.stage=2"}},
      {"loss.areata", N_("Areata"), {"loss.pattern=areata", "loss.severity=0.5"}},
      {"loss.none", N_("No loss"), {"loss.pattern=none"}}}},
    {TAB_HAIRLINE,
     CAMERA_FRONT,
     26,
     0.72,
     {"loss.stage=6", "hair.length_mm=0.5", "treatment.sessions=2", "treatment.session1.dilution=2",
      "treatment.session1.density_per_cm2=120", "treatment.session1.diameter_mm=0.3",
      "treatment.session2.dilution=2", "treatment.session2.density_per_cm2=120",
      "treatment.session2.diameter_mm=0.3"},
     6,
     {{"line.natural", N_("Natural"), {"hairline.style=natural"}},
      {"line.soft", N_("Soft"), {"hairline.style=soft"}},
      {"line.rounded", N_("Rounded"), {"hairline.style=rounded"}},
      {"line.defined", N_("Defined"), {"hairline.style=defined"}},
      {"line.peak", N_("Widow's peak"), {"hairline.style=widows-peak"}},
      {"line.mature", N_("Mature"), {"hairline.style=mature"}}}},
    {TAB_TREATMENT,
     CAMERA_34,
     22,
     0.8,
     {"loss.stage=5", "hair.length_mm=0.5", "treatment.session1.diameter_mm=0.3",
      "treatment.session2.diameter_mm=0.3", "treatment.session3.diameter_mm=0.3",
      "treatment.session4.diameter_mm=0.3", "treatment.session2.dilution=4", "treatment.session3.dilution=3",
      "treatment.session4.dilution=2"},
     6,
     {{"plan.light", N_("2 sessions"), {"treatment.zone=full", "treatment.sessions=2"}},
      {"plan.usual", N_("3 sessions"), {"treatment.zone=full", "treatment.sessions=3"}},
      {"plan.dense", N_("4 sessions"), {"treatment.zone=full", "treatment.sessions=4"}},
      {"plan.edge", N_("Edge up"), {"treatment.zone=edge-up", "treatment.sessions=2"}},
      {"plan.density", N_("More density"), {"treatment.zone=density", "treatment.sessions=3"}},
      {"plan.crown", N_("Crown only"), {"treatment.zone=crown", "treatment.sessions=3"}}}},
    {TAB_TIME,
     CAMERA_34,
     48,
     0.85,
     {"loss.stage=6", "hair.length_mm=0", "treatment.session2.dilution=6", "treatment.session3.dilution=4"},
     6,
     {{"moment.fresh", N_("Just done"), {"time.days=1", "time.years=0"}},
      {"moment.healed", N_("Healed"), {"time.days=60", "time.years=0"}},
      {"moment.2", N_("2 years"), {"time.days=60", "time.years=2"}},
      {"moment.5", N_("5 years"), {"time.days=60", "time.years=5"}},
      {"moment.10", N_("10 years"), {"time.days=60", "time.years=10"}},
      {"moment.15", N_("15 years"), {"time.days=60", "time.years=15"}}}},
};

static int list_of(StudioTab tab) {
    for (int i = 0; i < LISTS; ++i)
        if (lists[i].tab == tab) return i;
    return -1;
}

static bool put(const char *const set[PRESET_SETS], Case *value) {
    for (int i = 0; i < PRESET_SETS && set[i]; ++i)
        if (!case_set(value, set[i], NULL, NULL)) return false;
    return true;
}

/* ---- the pictures ---- */

static void *build_head(void *user) {
    StudioPresets *presets = user;
    Case value;
    case_defaults(&value);
    presets->ok = scene_create(&value, &(SceneDesc){.skin_size = THUMB_SKIN_PX}, NULL, &presets->scene, NULL);
    atomic_store(&presets->built, true);
    platform_wake(presets->platform);
    return NULL;
}

static void begin(Studio *studio) {
    StudioPresets *presets = &studio->presets;
    presets->platform = studio->platform;
    presets->started = true;
    presets->threaded = pthread_create(&presets->thread, NULL, build_head, presets) == 0;
    if (!presets->threaded) atomic_store(&presets->built, true); /* the lists go without pictures */
}

static bool draw_thumb(Studio *studio, int list, int i, Err *err) {
    StudioPresets *presets = &studio->presets;
    const PresetList *from = &lists[list];
    FrameDesc frame;
    Image image;
    Case *value = &presets->scene.value;
    size_t mark = arena_mark(&studio->arena);
    Orbit orbit = orbit_named(from->view);
    orbit.elevation_deg = from->raise_deg;
    orbit.distance_mm *= from->nearer;
    case_defaults(value);
    if (!presets->view) presets->view = view_create(studio->gpu, err);
    bool ok = presets->view && put(from->around, value) && put(from->preset[i].set, value) &&
              scene_update(&presets->scene, err);
    frame_defaults(&presets->scene, THUMB_PX, THUMB_PX, &frame);
    orbit_camera(&orbit, THUMB_PX, THUMB_PX, &frame.camera);
    frame.quality = VIEW_STANDARD;
    ok = ok && view_render(presets->view, &presets->scene, &frame, &studio->arena, &image, err);
    if (ok)
        presets->texture[list][i] = gpu_texture_create(studio->gpu, &(GpuTextureDesc){.width = THUMB_PX,
                                                                                      .height = THUMB_PX,
                                                                                      .mips = true,
                                                                                      .filter = GPU_MIPMAP,
                                                                                      .data = image.rgba,
                                                                                      .label = "preset"});
    arena_rewind(&studio->arena, mark);
    return ok;
}

bool studio_presets_pending(const Studio *studio) {
    int list = list_of(studio->tab);
    const StudioPresets *presets = &studio->presets;
    return list >= 0 && presets->open[list] && !presets->failed && presets->drawn[list] < lists[list].count &&
           !studio->hurried;
}

bool studio_presets_building(const Studio *studio) {
    return studio->presets.started && !atomic_load(&studio->presets.built);
}

void studio_presets_work(Studio *studio) {
    StudioPresets *presets = &studio->presets;
    if (!studio_presets_pending(studio)) return;
    if (!presets->started) begin(studio);
    if (!atomic_load(&presets->built)) return;
    if (presets->threaded) pthread_join(presets->thread, NULL);
    presets->threaded = false;
    int list = list_of(studio->tab);
    if (!presets->ok || !draw_thumb(studio, list, presets->drawn[list], NULL))
        presets->failed = true;
    else
        ++presets->drawn[list];
    ui_request_frames(studio->ui, 1);
}

void studio_presets_close(Studio *studio) {
    StudioPresets *presets = &studio->presets;
    if (presets->threaded) pthread_join(presets->thread, NULL);
    view_destroy(presets->view);
    if (presets->ok) scene_destroy(&presets->scene);
}

/* ---- the list ---- */

static void choose(Studio *studio, const Preset *preset) {
    if (!put(preset->set, &studio->scene.value)) return;
    studio_changed(studio);
    studio_commit(studio);
}

static bool is_chosen(const Studio *studio, const Preset *preset) {
    Case copy = studio->scene.value;
    return put(preset->set, &copy) && memcmp(&copy, &studio->scene.value, sizeof copy) == 0;
}

void studio_preset_list(Studio *studio) {
    int list = list_of(studio->tab);
    Ui *ui = studio->ui;
    StudioPresets *presets = &studio->presets;
    if (!ui_section(ui, ui_named(_("Presets"), "presets"), &presets->open[list])) return;
    int count = lists[list].count;
    int fit = (int)(studio->panel.w / (PICTURE_WIDTH * ui_scale(ui))), most = fit < A_ROW ? A_ROW : fit;
    int rows = (count + most - 1) / most, row = (count + rows - 1) / rows; /* 3 and 3, not 5 and 1 */
    for (int first = 0; first < count; first += row) {
        ui_columns_begin(ui, row);
        for (int i = first; i < first + row && i < count; ++i) {
            const Preset *preset = &lists[list].preset[i];
            if (ui_picture_choice(ui, ui_named(_(preset->label), preset->name), presets->texture[list][i],
                                  is_chosen(studio, preset)))
                choose(studio, preset);
        }
        ui_columns_end(ui);
    }
    ui_space(ui, 8);
}
