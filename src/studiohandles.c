/* studiohandles - what a hand moves on the head itself: points of the hairline, scars and moles, the brush.
 *
 * A handle is an index: on the Hairline page the points from right to left, then the temple peaks; on the
 * Today page the marks. Only handles that the camera sees can be held.
 */
#include "../engine/language.h"
#include "optionwords.h"
#include "studioparts.h"

#include <math.h>
#include <string.h>

enum { TEMPLES = 2, LINE_HANDLES = HAIRLINE_POINTS + TEMPLES };
static const float REACH = 30, STEP_MM = 0.5f; /* px at scale 1; of an arrow key */

typedef enum Kind { KIND_NONE, KIND_LINE, KIND_MARKS } Kind;

static Kind kind_of(const Studio *studio) {
    if (studio_shows_panes(studio) || studio->peek || !studio->scene_ready || studio->another)
        return KIND_NONE;
    return studio->tab == TAB_HAIRLINE ? KIND_LINE : studio->tab == TAB_TODAY ? KIND_MARKS : KIND_NONE;
}

static void camera_of(const Studio *studio, Camera *out) {
    orbit_camera(&studio->motion.now, (int)studio->stage.w, (int)studio->stage.h, out);
}

/* A handle that was chosen on another page is let go. */
static Kind current_kind(Studio *studio) {
    StudioHandles *hands = &studio->handles;
    if (hands->page != studio->tab) hands->chosen = -1;
    hands->page = studio->tab;
    return kind_of(studio);
}

bool studio_pick_head(Studio *studio, float x, float y, HeadHit *out) {
    Camera camera;
    camera_of(studio, &camera);
    return headpick_update(&studio->handles.pick, &studio->scene, NULL) &&
           headpick_at(&studio->handles.pick, &studio->scene, &camera, x - studio->stage.x,
                       y - studio->stage.y, out);
}

/* On the screen; false when the head hides it. */
static bool place_on_screen(const Studio *studio, const Camera *camera, const float pos_mm[3], float out[2]) {
    double px[2];
    if (camera_project(camera, (double[]){(double)pos_mm[0], (double)pos_mm[1], (double)pos_mm[2]}, px) <= 0)
        return false;
    out[0] = studio->stage.x + (float)px[0];
    out[1] = studio->stage.y + (float)px[1];
    return headpick_sees(&studio->handles.pick, camera, pos_mm);
}

static void front_of(const Studio *studio, ScalpFront *front) {
    const Scene *scene = &studio->scene;
    hairline_front(&scene->scalp, &scene->fields.rule, &scene->value.hairline, scene->value.client.woman,
                   front);
}

/* (S, L) of a handle; false when there is none. */
static bool handle_at(const Studio *studio, Kind kind, int i, const ScalpFront *front, float sl[2]) {
    if (kind == KIND_LINE) {
        if (i < HAIRLINE_POINTS)
            hairline_point(front, i, sl);
        else
            memcpy(sl, front->sl[i == HAIRLINE_POINTS ? front->count - 1 : 0], 2 * sizeof *sl);
        return true;
    }
    const MarkSettings *mark = &studio->scene.value.mark[i];
    sl[0] = mark->s_mm;
    sl[1] = mark->l_mm;
    return mark->kind != MARK_NONE;
}

static int handle_count(Kind kind) {
    return kind == KIND_LINE ? LINE_HANDLES : kind == KIND_MARKS ? MARK_COUNT : 0;
}

typedef struct Handle {
    bool seen;
    float sl[2], screen[2];
} Handle;

static void find_handles(Studio *studio, Kind kind, Handle out[LINE_HANDLES]) {
    ScalpFront front;
    Camera camera;
    camera_of(studio, &camera);
    if (kind == KIND_LINE) front_of(studio, &front);
    for (int i = 0; i < handle_count(kind); ++i) {
        float pos[3];
        out[i] = (Handle){0};
        if (!handle_at(studio, kind, i, &front, out[i].sl)) continue;
        scalp_point(&studio->scene.scalp, out[i].sl[0], out[i].sl[1], pos, NULL);
        out[i].seen = place_on_screen(studio, &camera, pos, out[i].screen);
    }
}

/* ---- drawing ---- */

/* Runs of the front that are seen: dark under light, so that it shows on any skin. */
static void draw_line(Studio *studio) {
    Ui *ui = studio->ui;
    float line[SCALP_BORDER_POINTS][3], run[SCALP_BORDER_POINTS][2];
    ScalpFront front;
    Camera camera;
    front_of(studio, &front);
    camera_of(studio, &camera);
    int count = scalp_border_front(&studio->scene.scalp, &front, line), n = 0;
    for (int i = 0; i <= count; ++i) {
        if (i < count && place_on_screen(studio, &camera, line[i], run[n])) {
            ++n;
            continue;
        }
        if (n > 1) {
            ui_draw_polyline(ui, (const float(*)[2])run, n, 4, 0x14110e70, false);
            ui_draw_polyline(ui, (const float(*)[2])run, n, 1.75f, 0xffffffe0, false);
        }
        n = 0;
    }
}

/* A ring leaves the mark inside it in sight. */
static void draw_mark_ring(Studio *studio, const Handle *handle, bool chosen) {
    float x = handle->screen[0], y = handle->screen[1];
    ui_draw_circle(studio->ui, x, y, 16, 0x14110e90, 4);
    ui_draw_circle(studio->ui, x, y, 16, chosen ? ui_colour(studio->ui, UI_COLOUR_ACCENT) : 0xffffffff, 2);
    if (chosen) ui_draw_circle(studio->ui, x, y, 20, 0xffffffff, 2);
}

static void draw_handle(Studio *studio, const Handle *handle, bool chosen, bool square) {
    Ui *ui = studio->ui;
    float x = handle->screen[0], y = handle->screen[1], one = ui_scale(ui), r = 6.5f;
    uint32_t ink = chosen ? ui_colour(ui, UI_COLOUR_ACCENT) : 0xffffffff;
    if (square) {
        UiRect box = {x - r * one, y - r * one, 2 * r * one, 2 * r * one};
        ui_draw_rect(ui, box, ink, 2, 0);
        ui_draw_rect(ui, box, 0x14110ec0, 2, 1.5f);
    } else {
        ui_draw_circle(ui, x, y, r, ink, 0);
        ui_draw_circle(ui, x, y, r, 0x14110ec0, 1.5f);
    }
    if (chosen) ui_draw_circle(ui, x, y, r + 7, 0xffffffff, 2.5f);
}

static const char *words_of(const Studio *studio, Kind kind, int i, char *text, size_t size) {
    const HairlineSettings *h = &studio->scene.value.hairline;
    if (kind == KIND_MARKS) {
        const OptionTable table = case_option_table();
        const OptionDef *def = options_find(&table, "mark1.kind");
        return def ? option_choice(def, studio->scene.value.mark[i].kind) : "";
    }
    float moved = i < HAIRLINE_POINTS ? h->point_mm[i] : h->temple_mm;
    snprintf(text, size,
             moved > 0.05f    ? _("%.1f mm back")
             : moved < -0.05f ? _("%.1f mm forward")
                              : "0 mm",
             (double)fabsf(moved));
    return text;
}

void studio_draw_handles(Studio *studio) {
    StudioHandles *hands = &studio->handles;
    Kind kind = current_kind(studio);
    Handle handle[LINE_HANDLES];
    char text[64];
    if (kind == KIND_NONE || !headpick_update(&hands->pick, &studio->scene, NULL)) return;
    ui_draw_layer(studio->ui, UI_LAYER_SCENE);
    if (kind == KIND_LINE) draw_line(studio);
    find_handles(studio, kind, handle);
    for (int i = 0; i < handle_count(kind); ++i)
        if (handle[i].seen && kind == KIND_MARKS)
            draw_mark_ring(studio, &handle[i], i == hands->chosen);
        else if (handle[i].seen)
            draw_handle(studio, &handle[i], i == hands->chosen, i >= HAIRLINE_POINTS);
    if (hands->chosen < 0 || hands->chosen >= handle_count(kind) || !handle[hands->chosen].seen) return;
    const Handle *chosen = &handle[hands->chosen];
    float one = ui_scale(studio->ui);
    studio_stage_label(studio, chosen->screen[0], chosen->screen[1] - 58 * one, 0.5f,
                       words_of(studio, kind, hands->chosen, text, sizeof text));
}

/* ---- hands ---- */

int studio_handle_places(Studio *studio, float out[][2], int most) {
    Kind kind = current_kind(studio);
    Handle handle[LINE_HANDLES];
    int count = 0;
    if (kind == KIND_NONE || !headpick_update(&studio->handles.pick, &studio->scene, NULL)) return 0;
    find_handles(studio, kind, handle);
    for (int i = 0; i < handle_count(kind) && count < most; ++i)
        if (handle[i].seen) memcpy(out[count++], handle[i].screen, sizeof *out);
    return count;
}

/* Moves a handle by millimetres on the skin: back (+S) and to the head's left (+L). */
static void move_handle(Studio *studio, Kind kind, int i, float ds_mm, float dl_mm) {
    Case *value = &studio->scene.value;
    if (kind == KIND_MARKS) {
        value->mark[i].s_mm = fmaxf(0, fminf(400, value->mark[i].s_mm + ds_mm));
        value->mark[i].l_mm = fmaxf(-180, fminf(180, value->mark[i].l_mm + dl_mm));
    } else if (i < HAIRLINE_POINTS) {
        hairline_drag(&value->hairline, i, ds_mm, studio->handles.mirror);
    } else { /* the peaks keep to one figure: a temple that differs from the other reads as a mistake */
        const OptionTable table = case_option_table();
        const OptionDef *def = options_find(&table, "hairline.temple_mm");
        double wanted = (double)value->hairline.temple_mm + 2 * (double)ds_mm;
        if (def) option_set_number(def, value, fmax(def->min, fmin(def->max, wanted)), NULL);
    }
    studio_changed(studio);
}

static void place_mark(Studio *studio, const HeadHit *hit) {
    StudioHandles *hands = &studio->handles;
    int slot = 0;
    while (slot < MARK_COUNT && studio->scene.value.mark[slot].kind != MARK_NONE) ++slot;
    hands->placing = false;
    if (slot == MARK_COUNT || !hit->on_skin) {
        studio_say(studio, true, "%s",
                   slot == MARK_COUNT ? _("All eight places for marks are taken")
                                      : _("That is not the scalp: touch the skin of the head"));
        return;
    }
    MarkSettings *mark = &studio->scene.value.mark[slot];
    *mark = (MarkSettings){
        .kind = hands->place_kind, .s_mm = hit->s_mm, .l_mm = hit->l_mm, .age_years = 5, .strength = 0.8f};
    hands->chosen = slot;
    studio_changed(studio);
    studio_commit(studio);
}

bool studio_handle_press(Studio *studio, float x, float y) {
    StudioHandles *hands = &studio->handles;
    Kind kind = current_kind(studio);
    Handle handle[LINE_HANDLES];
    HeadHit hit;
    if (kind == KIND_NONE || !headpick_update(&hands->pick, &studio->scene, NULL)) return false;
    bool on_head = studio_pick_head(studio, x, y, &hit);
    if (kind == KIND_MARKS && hands->placing && on_head) return place_mark(studio, &hit), true;
    if (kind == KIND_MARKS && hands->brush != BRUSH_OFF) return studio_brush_press(studio, on_head, &hit);
    find_handles(studio, kind, handle);
    float reach = REACH * ui_scale(studio->ui);
    int nearest = -1;
    for (int i = 0; i < handle_count(kind); ++i) {
        float away = hypotf(handle[i].screen[0] - x, handle[i].screen[1] - y);
        if (!handle[i].seen || away > reach) continue;
        reach = away;
        nearest = i;
    }
    if (nearest < 0) return false;
    hands->chosen = nearest;
    hands->held = true;
    for (int c = 0; c < 2; ++c) hands->grab_sl[c] = (c ? hit.l_mm : hit.s_mm);
    if (!on_head || !hit.on_skin) memcpy(hands->grab_sl, handle[nearest].sl, sizeof hands->grab_sl);
    ui_request_frames(studio->ui, 2);
    return true;
}

void studio_handle_drag(Studio *studio, float x, float y) {
    StudioHandles *hands = &studio->handles;
    HeadHit hit;
    bool on_head = studio_pick_head(studio, x, y, &hit) && hit.on_skin;
    if (hands->painting) {
        if (on_head) studio_brush_drag(studio, &hit);
        return;
    }
    if (!hands->held || !on_head) return;
    move_handle(studio, kind_of(studio), hands->chosen, hit.s_mm - hands->grab_sl[0],
                hit.l_mm - hands->grab_sl[1]);
    hands->grab_sl[0] = hit.s_mm;
    hands->grab_sl[1] = hit.l_mm;
}

void studio_handle_release(Studio *studio) {
    StudioHandles *hands = &studio->handles;
    if (hands->painting && studio->edit_pending) studio_changed(studio); /* a photo brush paints only now */
    if (hands->held || hands->painting) studio_commit(studio);
    hands->held = hands->painting = false;
    ui_request_frames(studio->ui, 2);
}

bool studio_handle_key(Studio *studio, const PlatformEvent *event) {
    StudioHandles *hands = &studio->handles;
    Kind kind = current_kind(studio);
    int count = handle_count(kind);
    if (count == 0 || hands->chosen < 0 || hands->chosen >= count) return false;
    if (event->key == KEY_ESCAPE) return hands->chosen = -1, ui_request_frames(studio->ui, 2), true;
    float step = event->mods & MOD_SHIFT ? 10 * STEP_MM : STEP_MM;
    float ds = event->key == KEY_UP ? step : event->key == KEY_DOWN ? -step : 0;
    float dl = event->key == KEY_RIGHT ? step : event->key == KEY_LEFT ? -step : 0;
    if (kind == KIND_LINE && dl != 0) { /* along the line, as it is seen from the front */
        hands->chosen = (hands->chosen + (dl > 0 ? 1 : HAIRLINE_POINTS - 1)) % HAIRLINE_POINTS;
        ui_request_frames(studio->ui, 2);
        return true;
    }
    if (ds == 0 && dl == 0) return false;
    move_handle(studio, kind, hands->chosen, ds, dl);
    studio_commit(studio);
    return true;
}

void studio_next_handle(Studio *studio) {
    StudioHandles *hands = &studio->handles;
    if (studio_shows_photo(studio)) {
        studio_next_pin(studio);
        return;
    }
    Kind kind = current_kind(studio);
    int count = handle_count(kind);
    ScalpFront front;
    float sl[2];
    if (kind == KIND_LINE) front_of(studio, &front);
    for (int tries = 0; tries < count; ++tries) {
        hands->chosen = (hands->chosen + 1) % count;
        if (handle_at(studio, kind, hands->chosen, &front, sl)) break;
    }
    ui_leave_keyboard(studio->ui); /* the arrow keys move it now */
    ui_request_frames(studio->ui, 2);
}

/* ---- in the panel ---- */

void studio_hairline_tools(Studio *studio) {
    Ui *ui = studio->ui;
    float *points = studio->scene.value.hairline.point_mm;
    bool moved = false;
    for (int i = 0; i < HAIRLINE_POINTS; ++i) moved = moved || points[i] != 0;
    ui_text(ui, UI_MUTED, _("Drag the points on the head. P chooses the next one, the arrow keys move it."));
    ui_toggle(ui, ui_named(_("Both sides alike"), "hairline.mirror"), &studio->handles.mirror);
    ui_disabled_begin(ui, !moved);
    if (ui_button(ui, ui_named(_("Undo all dragging"), "hairline.reset"), UI_SECONDARY, -1, 0)) {
        memset(points, 0, sizeof studio->scene.value.hairline.point_mm);
        studio_changed(studio);
        studio_commit(studio);
    }
    ui_disabled_end(ui);
}

static void chosen_mark(Studio *studio, int i) {
    static const char *const fields[] = {"kind",      "length_mm", "width_mm",
                                         "angle_deg", "age_years", "strength"};
    Ui *ui = studio->ui;
    char option[32];
    for (size_t k = 0; k < sizeof fields / sizeof fields[0]; ++k) {
        snprintf(option, sizeof option, "mark%d.%s", i + 1, fields[k]);
        studio_row(studio, option);
    }
    const char *warning = marks_warning(&studio->scene.value.mark[i]);
    if (warning) ui_text_coloured(ui, UI_BODY, UI_COLOUR_WARNING, "%s", _(warning));
    if (ui_button(ui, ui_named(_("Remove this mark"), "mark.remove"), UI_SECONDARY, -1, 0)) {
        studio->scene.value.mark[i].kind = MARK_NONE;
        studio->handles.chosen = -1;
        studio_changed(studio);
        studio_commit(studio);
    }
}

void studio_mark_tools(Studio *studio) {
    Ui *ui = studio->ui;
    StudioHandles *hands = &studio->handles;
    const OptionTable table = case_option_table();
    const OptionDef *def = options_find(&table, "mark1.kind");
    const char *items[MARK_KIND_COUNT];
    int kind = hands->place_kind - 1;
    for (int i = 1; i < MARK_KIND_COUNT; ++i) items[i - 1] = option_choice(def, i);
    if (ui_combo(ui, ui_named(_("Scar, mole or birthmark"), "mark.new"), items, MARK_KIND_COUNT - 1, &kind))
        hands->place_kind = kind + 1;
    if (hands->placing) {
        ui_text(ui, UI_BODY, "%s", _("Now touch the head where it lies."));
        if (ui_button(ui, ui_named(_("Cancel"), "mark.cancel"), UI_SECONDARY, -1, 0)) hands->placing = false;
    } else if (ui_button(ui, ui_named(_("Place it on the head"), "mark.place"), UI_SECONDARY, -1, 0)) {
        hands->placing = true;
        hands->brush = BRUSH_OFF;
    }
    ui_space(ui, 8);
    if (hands->chosen >= 0 && hands->chosen < MARK_COUNT &&
        studio->scene.value.mark[hands->chosen].kind != MARK_NONE)
        chosen_mark(studio, hands->chosen);
}
