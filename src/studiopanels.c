/* studiopanels - the rows, buttons and words around the head. */
#include "studioparts.h"

#include "../engine/language.h"
#include "optionwords.h"

#include <math.h>
#include <string.h>

const char *const studio_tab_names[TAB_COUNT] = {"photos", "fit",  "today", "hairline",
                                                 "dots",   "time", "light", "export"};
static const char *const tab_names[TAB_COUNT] = {N_("Photos"),    N_("Fit"),  N_("Today"), N_("Hairline"),
                                                 N_("Treatment"), N_("Time"), N_("Light"), N_("Export")};

/* Once this frame is done: long work draws frames of its own. */
static void run_action(Studio *studio, const char *name) {
    for (int i = 0; i < studio_action_count; ++i)
        if (strcmp(studio_actions[i].name, name) == 0) studio->later = studio_actions[i].run;
}

/* ---- the top row ---- */

float studio_bar_height(const Studio *studio) {
    float scale = ui_scale(studio->ui);
    bool wide = (float)studio->width >= (STUDIO_BAR_ACTIONS + STUDIO_BAR_MODES + STUDIO_BAR_TITLE) * scale;
    return (wide || studio->width >= studio->height ? 1.0f : 2.0f) * STUDIO_BAR_ROW * scale;
}

/* Whose case it is; pressed, what can be done with it. */
static void bar_title(Studio *studio, float width_px) {
    Ui *ui = studio->ui;
    char text[192];
    if (width_px < 120 * ui_scale(ui)) return;
    snprintf(text, sizeof text, "%s%s", studio_case_title(studio), studio->unsaved ? _(" (not saved)") : "");
    ui_panel_begin(ui, "bar", (UiRect){0, 0, width_px, STUDIO_BAR_ROW * ui_scale(ui)},
                   UI_PANEL_BAR | UI_PANEL_NO_SCROLL);
    float w, h, room = width_px - 2 * 22 * ui_scale(ui), pad = 28 * ui_scale(ui);
    ui_text_size(ui, UI_BODY, text, &w, &h);
    if (studio->unsaved && w + pad >= room) snprintf(text, sizeof text, "* %s", studio_case_title(studio));
    if (ui_button(ui, ui_named(text, "case"), UI_GHOST, w + pad < room ? 0 : -1, 0))
        run_action(studio, "case");
    ui_tooltip(ui, _("The client: name, recent cases, a new one"));
    ui_panel_end(ui);
}

static void bar_modes(Studio *studio, UiRect rect) {
    const char *modes[] = {ui_named(_("Head"), "head"), ui_named(_("Before / after"), "wipe"),
                           ui_named(_("Two"), "two"), ui_named(_("Four"), "four")};
    int mode = (int)studio->mode;
    bool list = rect.w < STUDIO_BAR_MODES * ui_scale(studio->ui) && studio->width >= studio->height;
    ui_panel_begin(studio->ui, "modes", rect, UI_PANEL_BAR | UI_PANEL_NO_SCROLL);
    if (list ? ui_combo(studio->ui, "##mode", modes, STUDIO_MODE_COUNT, &mode)
             : ui_segmented(studio->ui, "##mode", modes, STUDIO_MODE_COUNT, &mode))
        studio_set_mode(studio, (StudioMode)mode);
    ui_tooltip(studio->ui, _("One head, today and after with a line to drag, or heads beside each other"));
    ui_panel_end(studio->ui);
}

static void bar_actions(Studio *studio, UiRect rect) {
    Ui *ui = studio->ui;
    ui_panel_begin(ui, "actions", rect, UI_PANEL_BAR | UI_PANEL_NO_SCROLL);
    ui_columns_begin(ui, 4);
    ui_disabled_begin(ui, !studio_can_undo(studio));
    if (ui_button(ui, ui_named(_("Undo"), "undo"), UI_GHOST, -1, 0)) studio_undo(studio);
    ui_tooltip(ui, _("Takes back the last change; every change of this session can be taken back"));
    ui_disabled_end(ui);
    ui_disabled_begin(ui, !studio_can_redo(studio));
    if (ui_button(ui, ui_named(_("Redo"), "redo"), UI_GHOST, -1, 0)) studio_redo(studio);
    ui_tooltip(ui, _("Brings back what was taken back"));
    ui_disabled_end(ui);
    if (ui_button(ui, ui_named(_("Keys"), "help"), UI_GHOST, -1, 0)) run_action(studio, "help");
    ui_tooltip(ui, _("Every key; each line can be pressed too"));
    if (ui_button(ui, ui_named(_("Settings"), "settings"), UI_GHOST, -1, 0)) run_action(studio, "settings");
    ui_tooltip(ui, _("Language, text size, colours, motion"));
    ui_columns_end(ui);
    ui_panel_end(ui);
}

static void bar(Studio *studio) {
    enum { LIST = 210 };
    float scale = ui_scale(studio->ui), width = studio->bar.w, row = STUDIO_BAR_ROW * scale;
    float actions = STUDIO_BAR_ACTIONS * scale, modes = STUDIO_BAR_MODES * scale;
    if (studio->bar.h > row) { /* two rows */
        bar_title(studio, width - actions);
        bar_actions(studio, (UiRect){width - actions, 0, actions, row});
        bar_modes(studio, (UiRect){0, row, width, studio->bar.h - row});
        return;
    }
    if (width < actions + modes + STUDIO_BAR_TITLE * scale) modes = LIST * scale;
    float title = fmaxf(width - actions - modes, 0);
    bar_title(studio, title);
    bar_modes(studio, (UiRect){title, 0, modes, row});
    bar_actions(studio, (UiRect){width - actions, 0, actions, row});
}

/* ---- on the head ---- */

void studio_stage_label(Studio *studio, float x, float y, float anchor_x, const char *text) {
    Ui *ui = studio->ui;
    float w, h, pad = 12 * ui_scale(ui);
    ui_text_size(ui, UI_BODY, text, &w, &h);
    UiRect box = {x - anchor_x * (w + 2 * pad), y, w + 2 * pad, h + pad};
    ui_draw_rect(ui, box, 0x1c1917b0, box.h / 2 / ui_scale(ui), 0);
    ui_draw_text(ui, UI_BODY, box.x + pad, y + pad / 2, 0, 0, 0xffffffff, text);
}

static void wipe(Studio *studio) {
    Ui *ui = studio->ui;
    const UiRect *stage = &studio->stage;
    float scale = ui_scale(ui), x = stage->x + studio->wipe * stage->w, y = stage->y + stage->h * 0.62f;
    UiDrag drag = ui_handle(ui, "wipe", x, y, 36);
    if (drag.active && drag.dx_px != 0) {
        studio->wipe += drag.dx_px / stage->w;
        studio->wipe = studio->wipe < 0.02f ? 0.02f : studio->wipe > 0.98f ? 0.98f : studio->wipe;
        studio_touch_picture(studio);
        studio->slider_held = true;
    }
    if (drag.double_clicked) {
        studio->wipe = 0.5f;
        studio_touch_picture(studio);
    }
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_line(ui, x, stage->y, x, stage->y + stage->h, 2, 0xffffffe0);
    ui_draw_circle(ui, x, y, 32, 0xfffffff0, 0);
    ui_draw_circle(ui, x, y, 32, drag.hovered || drag.active ? ui_colour(ui, UI_COLOUR_ACCENT) : 0x00000030,
                   2);
    float a = 7 * scale, b = 14 * scale;
    ui_draw_polyline(ui, (const float[][2]){{x - a, y - a}, {x - b, y}, {x - a, y + a}}, 3, 2.5f, 0x3a342effu,
                     false);
    ui_draw_polyline(ui, (const float[][2]){{x + a, y - a}, {x + b, y}, {x + a, y + a}}, 3, 2.5f, 0x3a342effu,
                     false);
    float margin = 16 * scale;
    studio_stage_label(studio, x - margin, stage->y + margin, 1, _("Today"));
    studio_stage_label(studio, x + margin, stage->y + margin, 0, _("Simulation"));
}

static void stage_words(Studio *studio) {
    Ui *ui = studio->ui;
    float margin = 14 * ui_scale(ui);
    const UiRect *s = &studio->stage;
    ui_draw_layer(ui, UI_LAYER_SCENE);
    const char *caption = _("Simulation, not a promise of a result");
    float x = s->x + s->w - margin, y = s->y + s->h - margin, one = ui_scale(ui);
    ui_draw_text(ui, UI_SMALL, x + one, y + one, 1, 1, 0x000000a0, caption);
    ui_draw_text(ui, UI_SMALL, x, y, 1, 1, 0xffffffff, caption);
    if (studio->peek) studio_stage_label(studio, s->x + margin, s->y + margin, 0, _("Today"));
    if (!studio->timings_shown) return;
    GpuTiming timing[GPU_TIMERS];
    int count = gpu_timings(studio->gpu, timing);
    char line[96];
    const double shown = (double)studio->picture.used_width / fmax(studio->picture.width, 1);
    snprintf(line, sizeof line, "frame %.1f ms  picture %.1f ms at %.0f %%  uploaded %.1f KiB",
             studio->frame_ms, studio->picture.draw_ms, 100 * shown,
             (double)gpu_counters(studio->gpu).upload_bytes / 1024);
    studio_stage_label(studio, s->x + margin, s->y + margin, 0, line);
    for (int i = 0; i < count; ++i) {
        snprintf(line, sizeof line, "%s  %.2f ms, CPU %.2f ms", timing[i].name, timing[i].gpu_ms,
                 timing[i].cpu_ms);
        studio_stage_label(studio, s->x + margin, s->y + margin + (float)(i + 1) * 38 * ui_scale(ui), 0,
                           line);
    }
}

/* ---- the panel's pages ---- */

static void more(Studio *studio, const char *group, const char *const *shown) {
    ui_space(studio->ui, 8);
    if (ui_section(studio->ui, ui_named(_("More"), "more"), &studio->section_open[studio->tab]))
        studio_rows_of_group(studio, group, shown);
}

/* A page's controls and its way back. */
static void reset(Studio *studio, const char *group) {
    studio_reset_button(studio, (const char *const[]){group, NULL});
    ui_tooltip(studio->ui, _("Every control of this page, those under More too, as they were to begin with. "
                             "Undo brings them back."));
}

static void page_today(Studio *studio) {
    static const char *const shown[] = {
        "hair.length_mm",       "loss.pattern",    "loss.stage", "loss.miniaturisation",
        "hair.density_per_cm2", "hair.grey_share", NULL};
    studio_preset_list(studio);
    ui_text(studio->ui, UI_HEADING, _("Hair"));
    studio_row(studio, "hair.length_mm");
    studio_row(studio, "hair.density_per_cm2");
    studio_row(studio, "hair.grey_share");
    ui_space(studio->ui, 8);
    ui_text(studio->ui, UI_HEADING, _("Hair loss"));
    studio_row(studio, "loss.pattern");
    studio_row(studio, "loss.stage");
    studio_row(studio, "loss.miniaturisation");
    studio_brush_tools(studio);
    ui_space(studio->ui, 8);
    ui_text(studio->ui, UI_HEADING, _("Marks"));
    studio_mark_tools(studio);
    ui_space(studio->ui, 8);
    if (ui_section(studio->ui, ui_named(_("More"), "more"), &studio->section_open[studio->tab])) {
        studio_rows_of_group(studio, "hair.", shown);
        studio_rows_of_group(studio, "skin.", shown);
        studio_rows_of_group(studio, "loss.", shown);
    }
    studio_reset_button(studio, (const char *const[]){"hair.", "loss.", "skin.", NULL});
}

static void warnings(Studio *studio) {
    for (int i = 0; studio->plan_ready && i < studio->plan.warning_count; ++i) {
        ui_text_coloured(studio->ui, UI_BODY, UI_COLOUR_WARNING, "%s", _(studio->plan.warning[i]));
        ui_space(studio->ui, 4);
    }
}

static void page_hairline(Studio *studio) {
    static const char *const shown[] = {"hairline.style",
                                        "hairline.front_mm",
                                        "hairline.corner_mm",
                                        "hairline.temple_mm",
                                        "hairline.transition_mm",
                                        "hairline.asymmetry_mm",
                                        NULL};
    studio_preset_list(studio);
    studio_row(studio, "hairline.style");
    studio_hairline_tools(studio);
    warnings(studio);
    ui_space(studio->ui, 8);
    studio_row(studio, "hairline.front_mm");
    studio_row(studio, "hairline.corner_mm");
    studio_row(studio, "hairline.temple_mm");
    studio_row(studio, "hairline.transition_mm");
    studio_row(studio, "hairline.asymmetry_mm");
    more(studio, "hairline.", shown);
    reset(studio, "hairline.");
}

/* 68111 -> "68 111" */
static const char *grouped(double number, char out[32]) {
    char plain[24];
    size_t length = (size_t)snprintf(plain, sizeof plain, "%.0f", number), used = 0;
    for (size_t i = 0; i < length && used < 30; ++i) {
        if (i > 0 && (length - i) % 3 == 0) out[used++] = ' ';
        out[used++] = plain[i];
    }
    out[used] = 0;
    return out;
}

static void figures(Studio *studio) {
    Ui *ui = studio->ui;
    const Plan *plan = &studio->plan;
    if (!studio->plan_ready) return;
    const PlanSession *total = &plan->total;
    char dots[32], from[32], to[32];
    ui_text_pair(ui, _("Dots"), "%s", grouped(total->all.dots, dots));
    ui_text_pair(ui, _("Area"), "%.0f cm²", (double)total->all.area_cm2);
    ui_text_pair(ui, _("Density"), _("%.0f dots/cm²"), (double)total->all.density_per_cm2);
    ui_text_pair(ui, _("Time"), _("%.1f hours in %d sessions"), (double)total->hours, plan->session_count);
    ui_text_pair(ui, _("Price"), _("$%s to $%s"), grouped((double)total->price_usd[0], from),
                 grouped((double)total->price_usd[1], to));
    ui_space(ui, 4);
    ui_text(ui, UI_SMALL, "%s", _(plan->match.words));
    warnings(studio);
}

static void page_treatment(Studio *studio) {
    static const char *const shown[] = {"treatment.enabled", "treatment.zone", "treatment.sessions", NULL};
    studio_preset_list(studio);
    studio_row(studio, "treatment.enabled");
    studio_row(studio, "treatment.zone");
    studio_row(studio, "treatment.sessions");
    ui_space(studio->ui, 8);
    figures(studio);
    more(studio, "treatment.", shown);
    reset(studio, "treatment.");
}

static void page_time(Studio *studio) {
    static const char *const shown[] = {"time.days", "time.years", "time.skin_type", "time.uv", NULL};
    studio_preset_list(studio);
    studio_row(studio, "time.years");
    studio_row(studio, "time.days");
    studio_row(studio, "time.skin_type");
    studio_row(studio, "time.uv");
    more(studio, "time.", shown);
    reset(studio, "time.");
}

/* From how far away it is looked at: a mirror, a talk, a room. */
static void distance_row(Studio *studio) {
    static const double metres[] = {0.3, 1, 3};
    static const char *const actions[] = {"view.close", "view.talk", "view.room"};
    enum { COUNT = sizeof metres / sizeof metres[0] };
    const char *items[COUNT] = {ui_named(_("0.3 m"), actions[0]), ui_named(_("1 m"), actions[1]),
                                ui_named(_("3 m"), actions[2])};
    const Orbit *goal = &studio->motion.goal;
    int at = -1, was;
    for (int i = 0; i < COUNT; ++i)
        if (fabs(orbit_stood_off(*goal, 1000 * metres[i]).distance_mm - goal->distance_mm) < 1) at = i;
    was = at;
    if (ui_segmented(studio->ui, ui_named(_("As seen from"), "distance"), items, COUNT, &at) && at != was)
        run_action(studio, actions[at]);
    ui_tooltip(studio->ui, _("Near a mirror, in a talk, across a room: dots are judged at each"));
}

static void page_light(Studio *studio) {
    static const char *const shown[] = {"light.preset", "light.turn_deg", "light.exposure_ev", "skin.gloss",
                                        NULL};
    studio_row(studio, "light.preset");
    studio_row(studio, "light.turn_deg");
    studio_row(studio, "light.exposure_ev");
    studio_row(studio, "skin.gloss");
    distance_row(studio);
    more(studio, "light.", shown);
    reset(studio, "light.");
}

static void page_export(Studio *studio) {
    Ui *ui = studio->ui;
    static const UiRange seconds = {2, 20, 8, 0, "s", false};
    ui_text(ui, UI_BODY, _("Name"));
    ui_text_field(ui, "##export_name", studio->export_name, (int)sizeof studio->export_name, false);
    ui_text(ui, UI_BODY, _("Folder"));
    ui_text_field(ui, "##export_folder", studio->export_folder, (int)sizeof studio->export_folder, false);
    ui_space(ui, 12);
    ui_columns_begin(ui, 2);
    if (ui_button(ui, ui_named(_("Open a case"), "open.case"), UI_SECONDARY, -1, 0))
        run_action(studio, "open.case");
    ui_tooltip(ui, _("A client's file, or one of the last ones"));
    if (ui_button(ui, ui_named(_("Save the case"), "save.case"), UI_SECONDARY, -1, 0))
        run_action(studio, "save.case");
    ui_tooltip(ui, _("Everything that was decided, in one file; photos stay where they are. From then on it "
                     "is kept every 15 seconds."));
    ui_columns_end(ui);
    ui_space(ui, 4);
    if (ui_button(ui, ui_named(_("Save a picture (4K)"), "save.picture"), UI_SECONDARY, -1, 0))
        run_action(studio, "save.picture");
    ui_tooltip(ui,
               _("What the stage shows, 3840 x 2160: a head, today and after, or heads beside each other"));
    ui_space(ui, 12);
    ui_slider_int(ui, ui_named(_("One turn takes"), "seconds"), &studio->turntable_seconds, &seconds);
    if (ui_button(ui, ui_named(_("Save a turntable video"), "save.turntable"), UI_PRIMARY, -1, 0))
        run_action(studio, "save.turntable");
    ui_tooltip(ui, _("What the stage shows, turning once, as a video to hand over"));
    ui_space(ui, 12);
    ui_text(ui, UI_MUTED,
            _("Pictures and videos carry a small mark: simulation, not a promise of a result."));
}

static void steps(Studio *studio) {
    ui_panel_begin(studio->ui, "steps", studio->steps, UI_PANEL_LIST);
    for (int i = 0; i < TAB_COUNT; ++i)
        if (ui_step(studio->ui, ui_named(_(tab_names[i]), studio_tab_names[i]), (int)studio->tab == i))
            studio->tab = (StudioTab)i;
    ui_panel_end(studio->ui);
}

/* The way goes on at the end of each page. */
static void next_step(Studio *studio) {
    char text[128];
    if (studio->tab + 1 >= TAB_COUNT) return;
    ui_space(studio->ui, 4);
    snprintf(text, sizeof text, _("Next: %s"), _(tab_names[studio->tab + 1]));
    if (ui_button(studio->ui, ui_named(text, "step.next"), UI_SECONDARY, -1, 0))
        run_action(studio, "step.next");
}

static void panel(Studio *studio) {
    static void (*const pages[TAB_COUNT])(Studio *) = {studio_page_photos, studio_page_fit, page_today,
                                                       page_hairline,      page_treatment,  page_time,
                                                       page_light,         page_export};
    char name[32];
    steps(studio);
    snprintf(name, sizeof name, "page.%s", studio_tab_names[studio->tab]); /* each keeps its place */
    ui_panel_begin(studio->ui, name, studio->panel, 0);
    if (studio_shows_panes(studio)) studio_compare_row(studio);
    pages[studio->tab](studio);
    next_step(studio);
    ui_panel_end(studio->ui);
}

/* ---- over everything ---- */

static void help(Studio *studio) {
    Ui *ui = studio->ui;
    if (!studio->help_open || !ui_modal_begin(ui, _("Keys and gestures"), 760)) return;
    ui_text(
        ui, UI_MUTED,
        _("Drag: turn.  Wheel or pinch: nearer.  Shift or right drag, two fingers: move.  Ctrl drag: turn "
          "the light.  Double click: centre."));
    ui_space(ui, 8);
    for (int i = 0; i < studio_action_count; i += 2) {
        ui_columns_begin(ui, 2);
        for (int k = i; k < i + 2 && k < studio_action_count; ++k) {
            char name[64];
            snprintf(name, sizeof name, "key.%s", studio_actions[k].name);
            if (ui_list_row(ui, ui_named(_(studio_actions[k].label), name), _(studio_actions[k].keys), false))
                studio->later = studio_actions[k].run;
        }
        ui_columns_end(ui);
    }
    if (ui_button(ui, ui_named(_("Close"), "close_help"), UI_PRIMARY, -1, 0)) studio->help_open = false;
    ui_modal_end(ui);
}

static void job(Studio *studio) {
    Ui *ui = studio->ui;
    if (!studio->job.running || !ui_modal_begin(ui, _(studio->job.title), 420)) return;
    ui_text(ui, UI_MUTED, "%s", _(studio->job.what[0] ? studio->job.what : N_("working")));
    ui_progress(ui, "##job", studio->job.done);
    ui_space(ui, 8);
    if (ui_button(ui, ui_named(_("Stop"), "job.stop"), UI_SECONDARY, -1, 0)) studio->job.cancelled = true;
    ui_modal_end(ui);
}

static void toast(Studio *studio) {
    if (!studio->toast[0]) return;
    Ui *ui = studio->ui;
    float scale = ui_scale(ui), pad = 18 * scale, w, h;
    float most = fmaxf(studio->stage.w - 2 * pad - 32 * scale, 200 * scale);
    ui_draw_layer(ui, UI_LAYER_TOP);
    ui_text_size(ui, UI_BODY, studio->toast, &w, &h);
    w = fminf(w + 1, most);
    h = ui_paragraph_height(ui, UI_BODY, studio->toast, w);
    /* Labels and the strip of what goes on are read too. */
    bool labelled = studio->mode != STUDIO_ONE && !studio_shows_photo(studio);
    float strip = studio_strip_height(studio), down = (labelled ? 68 : 20) * scale;
    if (strip > 0) down = fmaxf(down, strip + 28 * scale);
    UiRect box = {studio->stage.x + (studio->stage.w - w) / 2 - pad, studio->stage.y + down, w + 2 * pad,
                  h + 1.4f * pad};
    ui_draw_rect(ui, box, studio->toast_bad ? 0x8f2b22f4 : 0x26221ef4, 12, 0);
    ui_draw_paragraph(ui, UI_BODY, (UiRect){box.x + pad, box.y + 0.7f * pad, w, h}, 0xffffffff,
                      studio->toast);
    ui_draw_layer(ui, UI_LAYER_SCENE);
}

void studio_panels(Studio *studio) {
    studio->slider_held = false;
    bool photo = studio_shows_photo(studio);
    if (!photo && studio->mode == STUDIO_WIPE) wipe(studio);
    if (!photo && studio_shows_panes(studio)) studio_pane_labels(studio);
    if (!photo) studio_draw_handles(studio);
    if (!photo) studio_draw_brush(studio);
    if (!photo) stage_words(studio);
    bar(studio);
    if (!photo && !studio->panel_hidden) studio_view_chips(studio);
    studio_work_strip(studio);
    if (!studio->panel_hidden) panel(studio);
    help(studio);
    studio_settings(studio);
    studio_offer_autosave(studio);
    studio_case_dialogue(studio);
    studio_leave_question(studio);
    studio_pick(studio);
    job(studio);
    toast(studio);
}
