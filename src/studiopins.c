/* studiopins - the Fit page: a photo over the whole stage, the head's landmarks on it as pins that a hand
 * drags under a loupe while the head follows. */
#include "../engine/language.h"
#include "optionwords.h"
#include "studioparts.h"

#include <math.h>
#include <string.h>

static const float GRAB_REACH = 32, LOUPE_SIZE = 176, LOUPE_AWAY = 56, LOUPE_TIMES = 4; /* px at scale 1 */

/* In a practitioner's words, in the order of HeadLandmark. */
static const char *const pin_words[LM_VERTEX] = {
    N_("Left pupil"),
    N_("Right pupil"),
    N_("Left eye, outer corner"),
    N_("Right eye, outer corner"),
    N_("Left eye, inner corner"),
    N_("Right eye, inner corner"),
    N_("Bridge of the nose"),
    N_("Between the brows"),
    N_("Tip of the nose"),
    N_("Base of the nose"),
    N_("Left corner of the mouth"),
    N_("Right corner of the mouth"),
    N_("Chin"),
    N_("Left ear, front notch"),
    N_("Right ear, front notch"),
};

bool studio_shows_photo(const Studio *studio) {
    return studio->tab == TAB_FIT && gpu_texture_ok(studio->gpu, studio->photo[studio->pins.slot].texture);
}

static UiRect photo_box(const Studio *studio) {
    float margin = 16 * ui_scale(studio->ui);
    const UiRect *s = &studio->stage;
    return (UiRect){s->x + margin, s->y + margin, s->w - 2 * margin, s->h - 2 * margin};
}

static PhotoPlace place_of(const Studio *studio) {
    const StudioPins *pins = &studio->pins;
    const StudioPhoto *photo = &studio->photo[pins->slot];
    return photo_place(photo_box(studio), photo->width, photo->height, pins->zoom, pins->centre);
}

/* The pins as the case has them now. False when this photo was never fitted. */
static bool pins_now(Studio *studio, Pin out[LM_COUNT]) {
    StudioPins *pins = &studio->pins;
    const Case *value = &studio->scene.value;
    if (studio->photo[pins->slot].fresh || value->photo[pins->slot].camera.fx <= 0) return false;
    if (!pins->head_known || memcmp(&pins->shape, &value->shape, sizeof value->shape) != 0) {
        pins->shape = value->shape;
        pins->head_known = true;
        pinhead_build(studio->scene.model, &pins->shape, &pins->head);
    }
    pins_of_photo(&pins->head, &value->photo[pins->slot], out);
    return true;
}

/* ---- drawing ---- */

static void draw_lines(Studio *studio, const PhotoPlace *place) {
    const StudioPins *pins = &studio->pins;
    const Camera *camera = &studio->scene.value.photo[pins->slot].camera;
    for (int i = 0; i < PIN_LINES; ++i) {
        float run[PIN_LINE_POINTS][2];
        int count = 0;
        for (int k = 0; k <= PIN_LINE_POINTS; ++k) {
            const float *at = pins->head.line_mm[i][k < PIN_LINE_POINTS ? k : 0];
            if (k < PIN_LINE_POINTS && pin_faces(camera, at, pins->head.line_normal[i][k])) {
                double px[2];
                camera_project(camera, (double[]){(double)at[0], (double)at[1], (double)at[2]}, px);
                photo_to_screen(place, (float[]){(float)px[0], (float)px[1]}, run[count++]);
                continue;
            }
            if (count > 1)
                ui_draw_polyline(studio->ui, (const float(*)[2])run, count, 1.25f, 0xffffff70, false);
            count = 0;
        }
    }
}

static void draw_pin(Studio *studio, const Pin *pin, const PhotoPlace *place, bool chosen) {
    Ui *ui = studio->ui;
    float at[2], head[2];
    photo_to_screen(place, pin->px, at);
    photo_to_screen(place, pin->head_px, head);
    uint32_t accent = ui_colour(ui, UI_COLOUR_ACCENT);
    if (pin->given && pin->off_px * place->scale > 2)
        ui_draw_line(ui, at[0], at[1], head[0], head[1], 2, 0xffffffff);
    if (chosen) ui_draw_circle(ui, at[0], at[1], 15, 0xffffffff, 2.5f);
    ui_draw_circle(ui, at[0], at[1], 8, 0x14110eff, 0);
    ui_draw_circle(ui, at[0], at[1], 6.5f, pin->given ? accent : 0x14110eff, 0);
    ui_draw_circle(ui, at[0], at[1], 6.5f, 0xffffffff, 2);
}

static void draw_loupe(Studio *studio, const Pin *pin, const PhotoPlace *place) {
    Ui *ui = studio->ui;
    const StudioPins *pins = &studio->pins;
    const StudioPhoto *photo = &studio->photo[pins->slot];
    float one = ui_scale(ui), size = LOUPE_SIZE * one, at[2];
    photo_to_screen(place, pin->px, at);
    float finger[2] = {pins->dragging ? pins->pointer[0] : at[0], pins->dragging ? pins->pointer[1] : at[1]};
    UiRect box = pin_loupe(studio->stage, finger[0], finger[1], size, LOUPE_AWAY * one);
    float half = 0.5f * size / (place->scale * LOUPE_TIMES), w = (float)photo->width,
          h = (float)photo->height;
    const float uv[4] = {(pin->px[0] - half) / w, (pin->px[1] - half) / h, (pin->px[0] + half) / w,
                         (pin->px[1] + half) / h};
    float x = box.x + size / 2, y = box.y + size / 2, arm = 22 * one, gap = 5 * one;
    ui_draw_layer(ui, UI_LAYER_TOP);
    ui_draw_circle(ui, x, y, size / 2 / one + 3, 0x14110eff, 0);
    ui_draw_image(ui, photo->texture, box, uv, true);
    for (int k = 0; k < 2; ++k) { /* dark under light: seen on any skin */
        float width = k ? 1.5f : 3.5f;
        uint32_t ink = k ? 0xffffffff : 0x14110ea0;
        ui_draw_line(ui, x - arm, y, x - gap, y, width, ink);
        ui_draw_line(ui, x + gap, y, x + arm, y, width, ink);
        ui_draw_line(ui, x, y - arm, x, y - gap, width, ink);
        ui_draw_line(ui, x, y + gap, x, y + arm, width, ink);
    }
    float head[2] = {x + (pin->head_px[0] - pin->px[0]) * place->scale * LOUPE_TIMES,
                     y + (pin->head_px[1] - pin->px[1]) * place->scale * LOUPE_TIMES};
    if (hypotf(head[0] - x, head[1] - y) < size / 2 - 8 * one)
        ui_draw_circle(ui, head[0], head[1], 6, ui_colour(ui, UI_COLOUR_ACCENT), 2);
    ui_draw_circle(ui, x, y, size / 2 / one, 0xffffffff, 2.5f);
    ui_draw_layer(ui, UI_LAYER_SCENE);
}

void studio_draw_photo(Studio *studio) {
    Ui *ui = studio->ui;
    StudioPins *pins = &studio->pins;
    const StudioPhoto *photo = &studio->photo[pins->slot];
    PhotoPlace place = place_of(studio);
    Pin pin[LM_COUNT];
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_rect(ui, studio->stage, 0x16191bff, 0, 0);
    ui_draw_image(
        ui, photo->texture,
        (UiRect){place.x, place.y, place.scale * (float)photo->width, place.scale * (float)photo->height},
        (const float[4]){0, 0, 1, 1}, false);
    if (!pins_now(studio, pin)) return;
    draw_lines(studio, &place);
    for (int lm = 0; lm < LM_VERTEX; ++lm)
        if (pin[lm].shown && lm != pins->chosen) draw_pin(studio, &pin[lm], &place, false);
    if (pins->chosen < 0 || !pin[pins->chosen].shown) return;
    const Pin *chosen = &pin[pins->chosen];
    draw_pin(studio, chosen, &place, true);
    float at[2];
    photo_to_screen(&place, chosen->px, at);
    studio_stage_label(studio, at[0] + 22 * ui_scale(ui), at[1] - 18 * ui_scale(ui), 0,
                       pin_words[pins->chosen]);
    if (pins->dragging || pins->nudged) draw_loupe(studio, chosen, &place);
}

/* ---- hands ---- */

int studio_pin_places(Studio *studio, float out[][2], int most) {
    PhotoPlace place = place_of(studio);
    Pin pin[LM_COUNT];
    int count = 0;
    if (!pins_now(studio, pin)) return 0;
    for (int lm = 0; lm < LM_VERTEX && count < most; ++lm)
        if (pin[lm].shown) photo_to_screen(&place, pin[lm].px, out[count++]);
    return count;
}

static void move_pin(Studio *studio, int lm, const float px[2], bool released) {
    CasePhoto *photo = &studio->scene.value.photo[studio->pins.slot];
    photo->pin_given[lm] = true;
    photo->pin_px[lm][0] = fminf(fmaxf(px[0], 0), (float)studio->photo[studio->pins.slot].width);
    photo->pin_px[lm][1] = fminf(fmaxf(px[1], 0), (float)studio->photo[studio->pins.slot].height);
    studio_pins_moved(studio, released);
}

void studio_photo_press(Studio *studio, float x, float y, int clicks) {
    StudioPins *pins = &studio->pins;
    PhotoPlace place = place_of(studio);
    Pin pin[LM_COUNT];
    float at[2];
    photo_from_screen(&place, x, y, at);
    pins->pointer[0] = x;
    pins->pointer[1] = y;
    pins->nudged = false;
    pins->chosen =
        pins_now(studio, pin) ? pin_nearest(pin, at, GRAB_REACH * ui_scale(studio->ui) / place.scale) : -1;
    pins->dragging = pins->chosen >= 0;
    pins->moved = false;
    studio->pin_dragged = pins->dragging;
    if (clicks == 2 && !pins->dragging) { /* nearer, and back to all of it */
        const float near = 3;
        studio_photo_zoom(studio, pins->zoom > 1 ? 1 / pins->zoom : near, x, y);
    }
    if (pins->dragging)
        for (int k = 0; k < 2; ++k) pins->grab[k] = pin[pins->chosen].px[k] - at[k];
    ui_request_frames(studio->ui, 2);
}

void studio_photo_pan(Studio *studio, float dx, float dy) {
    StudioPins *pins = &studio->pins;
    const StudioPhoto *photo = &studio->photo[pins->slot];
    float scale = place_of(studio).scale;
    if (pins->zoom <= 1) return; /* all of it is in sight */
    pins->centre[0] -= dx / (scale * (float)photo->width);
    pins->centre[1] -= dy / (scale * (float)photo->height);
    for (int k = 0; k < 2; ++k) pins->centre[k] = fminf(fmaxf(pins->centre[k], 0), 1);
    ui_request_frames(studio->ui, 2);
}

void studio_photo_drag(Studio *studio, const PlatformEvent *event) {
    StudioPins *pins = &studio->pins;
    PhotoPlace place = place_of(studio);
    if (!pins->dragging) {
        studio_photo_pan(studio, event->dx, event->dy);
        return;
    }
    float at[2];
    photo_from_screen(&place, event->x, event->y, at);
    pins->pointer[0] = event->x;
    pins->pointer[1] = event->y;
    pins->moved = true;
    move_pin(studio, pins->chosen, (float[]){at[0] + pins->grab[0], at[1] + pins->grab[1]}, false);
}

void studio_photo_release(Studio *studio) {
    StudioPins *pins = &studio->pins;
    studio->pin_dragged = false;
    if (pins->dragging && pins->moved) studio_pins_moved(studio, true);
    pins->dragging = pins->moved = false;
    ui_request_frames(studio->ui, 2);
}

void studio_photo_zoom(Studio *studio, float factor, float x, float y) {
    StudioPins *pins = &studio->pins;
    const StudioPhoto *photo = &studio->photo[pins->slot];
    const UiRect box = photo_box(studio);
    PhotoPlace place = place_of(studio);
    float px[2];
    photo_from_screen(&place, x, y, px);
    pins->zoom = fminf(fmaxf(pins->zoom * factor, 1), 12);
    float scale = photo_place(box, photo->width, photo->height, pins->zoom, pins->centre).scale;
    pins->centre[0] = (px[0] - (x - box.x - box.w / 2) / scale) / (float)photo->width;
    pins->centre[1] = (px[1] - (y - box.y - box.h / 2) / scale) / (float)photo->height;
    for (int k = 0; k < 2; ++k) pins->centre[k] = fminf(fmaxf(pins->centre[k], 0), 1);
    ui_request_frames(studio->ui, 2);
}

static void reset_pin(Studio *studio, int lm) {
    CasePhoto *photo = &studio->scene.value.photo[studio->pins.slot];
    if (lm < 0 || !photo->pin_given[lm]) return;
    photo->pin_given[lm] = false;
    studio_pins_moved(studio, true);
}

void studio_next_pin(Studio *studio) {
    StudioPins *pins = &studio->pins;
    Pin pin[LM_COUNT];
    if (!pins_now(studio, pin)) return;
    for (int tries = 0; tries < LM_VERTEX; ++tries) {
        pins->chosen = (pins->chosen + 1) % LM_VERTEX;
        if (pin[pins->chosen].shown) break;
    }
    pins->nudged = true;
    ui_leave_keyboard(studio->ui);
    ui_request_frames(studio->ui, 2);
}

bool studio_photo_key(Studio *studio, const PlatformEvent *event) {
    StudioPins *pins = &studio->pins;
    Pin pin[LM_COUNT];
    if (!studio_shows_photo(studio) || pins->chosen < 0 || !pins_now(studio, pin)) return false;
    const Pin *chosen = &pin[pins->chosen];
    float step = event->mods & MOD_SHIFT ? 10 : 1;
    float dx = event->key == KEY_RIGHT ? step : event->key == KEY_LEFT ? -step : 0;
    float dy = event->key == KEY_DOWN ? step : event->key == KEY_UP ? -step : 0;
    if (event->key == KEY_DELETE) return reset_pin(studio, pins->chosen), true;
    if (event->key == KEY_ESCAPE) return pins->chosen = -1, ui_request_frames(studio->ui, 2), true;
    if (dx == 0 && dy == 0) return false;
    pins->nudged = true;
    move_pin(studio, pins->chosen, (float[]){chosen->px[0] + dx, chosen->px[1] + dy}, true);
    return true;
}

/* ---- the page ---- */

void studio_show_photo(Studio *studio, int slot) {
    StudioPins *pins = &studio->pins;
    pins->slot = slot;
    pins->chosen = -1;
    pins->zoom = 1;
    pins->dragging = pins->nudged = false;
    studio->tab = TAB_FIT;
    ui_request_frames(studio->ui, 2);
}

static void slots(Studio *studio) {
    int first = -1;
    ui_columns_begin(studio->ui, 3);
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        if (!studio->photo[i].path[0]) continue;
        if (first < 0) first = i;
        char name[32];
        snprintf(name, sizeof name, "fit.%s", photo_slot_names[i]);
        if (ui_choice(studio->ui, ui_named(photo_title(i), name), i == studio->pins.slot, -1))
            studio_show_photo(studio, i);
    }
    ui_columns_end(studio->ui);
    if (!studio->photo[studio->pins.slot].path[0]) studio_show_photo(studio, first);
}

static void pin_row(Studio *studio, int lm, const Pin *pin) {
    Ui *ui = studio->ui;
    ui_push_name(ui, head_landmark_names[lm]);
    char off[64] = "";
    if (pin->given)
        snprintf(off, sizeof off, _("%.1f px, %.1f mm off"), (double)pin->off_px, (double)pin->off_mm);
    if (ui_list_row(ui, ui_named(_(pin_words[lm]), "pin"), off, studio->pins.chosen == lm)) {
        studio->pins.chosen = lm;
        studio->pins.nudged = true;
        ui_leave_keyboard(ui); /* the arrow keys move it now */
        ui_request_frames(ui, 2);
    }
    if (pin->given && studio->pins.chosen == lm &&
        ui_button(ui, ui_named(_("Back to where it was found"), "reset"), UI_SECONDARY, -1, 0))
        reset_pin(studio, lm);
    ui_pop_name(ui);
}

static void reset_all(Studio *studio) {
    CasePhoto *photo = &studio->scene.value.photo[studio->pins.slot];
    memset(photo->pin_given, 0, sizeof photo->pin_given);
    studio_pins_moved(studio, true);
}

static void pin_list(Studio *studio, const Pin pin[LM_COUNT]) {
    Ui *ui = studio->ui;
    bool shown = false, given = false;
    for (int lm = 0; lm < LM_VERTEX; ++lm) {
        shown = shown || pin[lm].shown;
        given = given || pin[lm].given;
    }
    if (!shown) {
        ui_text(
            ui, UI_MUTED,
            _("No feature of the face can be seen from this side: the head's outline places this photo."));
        return;
    }
    ui_text(ui, UI_MUTED,
            _("Drag a pin to where the photo shows it; the head follows. Or choose one here and use the "
              "arrow keys."));
    ui_space(ui, 4);
    for (int lm = 0; lm < LM_VERTEX; ++lm)
        if (pin[lm].shown) pin_row(studio, lm, &pin[lm]);
    ui_space(ui, 8);
    ui_disabled_begin(ui, !given);
    if (ui_button(ui, ui_named(_("Reset all pins of this photo"), "pins.reset"), UI_SECONDARY, -1, 0))
        reset_all(studio);
    ui_disabled_end(ui);
}

void studio_page_fit(Studio *studio) {
    Ui *ui = studio->ui;
    Pin pin[LM_COUNT];
    bool any = false;
    for (int i = 0; i < CASE_PHOTOS; ++i) any = any || studio->photo[i].path[0];
    if (!any) {
        ui_text(ui, UI_BODY, _("There are no photos yet."));
        if (ui_button(ui, ui_named(_("Choose photos"), "to.photos"), UI_PRIMARY, -1, 0))
            studio->tab = TAB_PHOTOS;
        return;
    }
    slots(studio);
    ui_space(ui, 8);
    studio_photo_verdict(studio, studio->pins.slot);
    studio_fit_button(studio);
    ui_space(ui, 8);
    if (pins_now(studio, pin)) pin_list(studio, pin);
}
