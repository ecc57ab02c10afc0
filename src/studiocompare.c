/* studiocompare - what heads beside each other differ in: drawn on the stage, and described for saving. */
#include "studioparts.h"

#include "../engine/language.h"
#include <math.h>
#include <string.h>

static const StudioComparison comparisons[] = {
    {N_("Hair length"),
     "hair.length_mm",
     4,
     {"0", "0.5", "1", "3"},
     {N_("Just shaved"), N_("Hair 0.5 mm"), N_("Hair 1 mm"), N_("Hair 3 mm")}},
    {N_("Today and after"), "treatment.enabled", 2, {"no", "yes"}, {N_("Today"), N_("Simulation")}},
    {N_("Hairline"),
     "hairline.style",
     4,
     {"natural", "soft", "defined", "mature"},
     {N_("Natural line"), N_("Soft line"), N_("Defined line"), N_("Mature line")}},
    {N_("Density"),
     "treatment.session3.density_per_cm2",
     4,
     {"0", "40", "80", "120"},
     {N_("Last session left out"), N_("Last session light"), N_("Last session medium"),
      N_("Last session dense")}},
    {N_("Sessions"),
     "treatment.sessions",
     4,
     {"0", "1", "2", "3"},
     {N_("Today"), N_("1 session"), N_("2 sessions"), N_("3 sessions")}},
    {N_("Years"),
     "time.years",
     4,
     {"0", "2", "5", "10"},
     {N_("Healed"), N_("2 years"), N_("5 years"), N_("10 years")}},
    {N_("Hair loss"),
     "loss.stage",
     4,
     {"2", "3.5", "5", "7"},
     {N_("Stage 2"), N_("Stage 3.5"), N_("Stage 5"), N_("Stage 7")}},
    {N_("Alternatives"),
     "alternative.choice",
     4,
     {"none", "nothing", "both", "fue"},
     {N_("Pigment"), N_("Nothing further"), N_("Minoxidil and finasteride"), N_("Transplant")}},
    {N_("Light"),
     "light.preset",
     4,
     {"studio", "clinic", "daylight", "bathroom"},
     {N_("Studio"), N_("Clinic"), N_("Daylight"), N_("Bathroom")}},
    {N_("Distance"),
     COMPARE_DISTANCE,
     3,
     {"0.3", "1", "3"},
     {N_("From 0.3 m"), N_("From 1 m"), N_("From 3 m")}},
};
enum { COMPARISONS = sizeof comparisons / sizeof comparisons[0] };

void studio_compare_desc(const Studio *studio, bool upright, CompareDesc *out) {
    static const char *const yes_no[] = {"no", "yes"};
    const StudioComparison *comparison = &comparisons[studio->comparison];
    CompareAxis *axis = &out->axis[0];
    *out = (CompareDesc){.axis_count = 1, .orbit = studio->motion.now, .axis[0].count = 2};
    bool wipe = studio->mode == STUDIO_WIPE, side = studio->mode == STUDIO_SIDE;
    snprintf(axis->option, sizeof axis->option, "%s", wipe ? "treatment.enabled" : comparison->option);
    if (wipe) out->wipe = studio->wipe;
    if (!wipe && !side) axis->count = comparison->count;
    for (int i = 0; i < axis->count; ++i) {
        int from = side && i ? comparison->count - 1 : i; /* the first and the last */
        snprintf(axis->value[i], sizeof axis->value[i], "%s", wipe ? yes_no[i] : comparison->value[from]);
        axis->label[i] = wipe ? i ? _("Simulation") : _("Today") : _(comparison->text[from]);
    }
    out->columns = axis->count == 4 ? 2 : upright ? 1 : axis->count;
    studio_frame(studio, 64, 64, &out->look);
}

/* ---- on the stage ---- */

static UiRect pane_rect(const CompareDesc *desc, int pane, float width, float height) {
    int columns, rows;
    compare_grid(desc, &columns, &rows);
    float x0 = floorf(width * (float)(pane % columns) / (float)columns),
          x1 = floorf(width * (float)(pane % columns + 1) / (float)columns),
          y0 = floorf(height * (float)(pane / columns) / (float)rows),
          y1 = floorf(height * (float)(pane / columns + 1) / (float)rows);
    return (UiRect){x0, y0, x1 - x0, y1 - y0};
}

bool studio_draw_panes(Studio *studio, Stage *stage, int width, int height, ViewQuality quality, Err *err) {
    Case *value = &studio->scene.value;
    const Case own = *value;
    CompareDesc desc;
    bool ok = true;
    studio_compare_desc(studio, height > width, &desc);
    for (int i = 0; i < desc.axis[0].count && ok; ++i) {
        UiRect at = pane_rect(&desc, i, (float)width, (float)height);
        FrameDesc frame;
        Orbit orbit;
        bool dots;
        ok = compare_panel(&desc, i, value, &orbit, &dots, err) && scene_update(&studio->scene, err) &&
             view_sync(studio->view, &studio->scene, err);
        studio_frame(studio, (int)at.w, (int)at.h, &frame);
        orbit_camera(&orbit, (int)at.w, (int)at.h, &frame.camera);
        frame.quality = quality;
        frame.show_dots = frame.show_dots && dots;
        ok = ok && stage_pane(stage, &studio->scene, &frame, (int)at.x, (int)at.y, err);
        *value = own;
    }
    return scene_update(&studio->scene, ok ? err : NULL) && ok;
}

void studio_pane_labels(Studio *studio) {
    float margin = 16 * ui_scale(studio->ui);
    const UiRect *s = &studio->stage;
    CompareDesc desc;
    studio_compare_desc(studio, s->h > s->w, &desc);
    ui_draw_layer(studio->ui, UI_LAYER_SCENE);
    for (int i = 0; i < desc.axis[0].count; ++i) {
        UiRect at = pane_rect(&desc, i, s->w, s->h);
        float x = s->x + at.x, y = s->y + at.y;
        studio_stage_label(studio, x + margin, y + margin, 0, desc.axis[0].label[i]);
        if (at.x > 0) ui_draw_line(studio->ui, x, y, x, y + at.h, 1, 0xffffff80);
        if (at.y > 0) ui_draw_line(studio->ui, x, y, x + at.w, y, 1, 0xffffff80);
    }
}

void studio_compare_row(Studio *studio) {
    const char *labels[COMPARISONS];
    for (int i = 0; i < COMPARISONS; ++i)
        labels[i] = ui_named(_(comparisons[i].label), comparisons[i].option);
    const char *title = studio->mode == STUDIO_SIDE ? _("The two heads differ in") : _("The heads differ in");
    if (ui_combo(studio->ui, ui_named(title, "compare"), labels, COMPARISONS, &studio->comparison))
        studio_touch_picture(studio);
    ui_tooltip(studio->ui,
               _("All heads turn together. Export saves what is shown, as a 4K picture or as a video."));
    ui_space(studio->ui, 8);
}
