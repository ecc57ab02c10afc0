/* studioviews - the row under the stage: named views, today while it is held, the client's screen. What does
 * not fit into one row has its views in a list.
 */
#include "../engine/language.h"
#include "optionwords.h"
#include "studioparts.h"
#include <math.h>

enum { PEEK = CAMERA_VIEW_COUNT, CLIENT, CHIP_COUNT };
enum { CHIP_GAP = 6, CHIP_HEIGHT = 58, MARGIN = 12, LIST_WIDTH = 128 };

typedef struct Chip {
    const char *text, *name;
    float width; /* at scale 1 */
} Chip;

static Chip chip_of(const Studio *studio, int i) {
    Chip chip = {i == PEEK     ? _("Hold: today")
                 : i == CLIENT ? _("Client's screen")
                               : view_title((CameraView)i),
                 i == PEEK     ? "peek"
                 : i == CLIENT ? "client"
                               : camera_view_names[i],
                 56};
    float w, h, scale = ui_scale(studio->ui);
    ui_text_size(studio->ui, UI_BODY, chip.text, &w, &h);
    if (chip.width < w / scale + 20) chip.width = w / scale + 20;
    return chip;
}

static float width_of(const Studio *studio, int first, int end) {
    float width = -CHIP_GAP;
    for (int i = first; i < end; ++i) width += chip_of(studio, i).width + CHIP_GAP;
    return width;
}

static float room_of(const Studio *studio) {
    return studio->stage.w / ui_scale(studio->ui) - 2 * MARGIN;
}

/* The head is, or will be, seen as this view shows it. */
static bool is_seen_from(const Studio *studio, CameraView view) {
    Orbit named = orbit_named(view);
    const Orbit *goal = &studio->motion.goal;
    return fabs(remainder(goal->azimuth_deg - named.azimuth_deg, 360)) < 0.5 &&
           fabs(goal->elevation_deg - named.elevation_deg) < 0.5;
}

static void set_peek(Studio *studio, bool on) {
    if (studio->peek == on) return;
    studio->peek = on;
    studio_touch_picture(studio);
    ui_request_frames(studio->ui, 2);
}

static void draw_chip(Studio *studio, int i) {
    Ui *ui = studio->ui;
    Chip chip = chip_of(studio, i);
    bool on = i == PEEK     ? studio->peek
              : i == CLIENT ? platform_second_open(studio->platform)
                            : is_seen_from(studio, (CameraView)i);
    bool pressed = ui_choice(ui, ui_named(chip.text, chip.name), on, chip.width);
    if (i == PEEK) {
        bool held = ui_widget_active(ui);
        if (held) set_peek(studio, true);
        if (!held && studio->peek_held) set_peek(studio, false);
        studio->peek_held = held;
    } else if (pressed && i == CLIENT) {
        studio_client_toggle(studio);
    } else if (pressed) {
        studio_look_from(studio, (CameraView)i);
    }
}

static void views_list(Studio *studio, float width) {
    const char *items[CAMERA_VIEW_COUNT];
    int view = 0;
    for (int i = 0; i < CAMERA_VIEW_COUNT; ++i)
        items[i] = ui_named(view_title((CameraView)i), camera_view_names[i]);
    if (ui_menu(studio->ui, ui_named(_("View"), "views"), items, CAMERA_VIEW_COUNT, &view, width))
        studio_look_from(studio, (CameraView)view);
}

float studio_views_height(const Studio *studio) {
    if (studio->panel_hidden || studio_shows_photo(studio)) return 0;
    return (CHIP_HEIGHT + MARGIN) * ui_scale(studio->ui);
}

void studio_view_chips(Studio *studio) {
    Ui *ui = studio->ui;
    const UiRect *stage = &studio->stage;
    float scale = ui_scale(ui), room = room_of(studio), width = width_of(studio, 0, CHIP_COUNT);
    bool list = width > room;
    int end = CHIP_COUNT;
    if (list) width = LIST_WIDTH + CHIP_GAP + width_of(studio, PEEK, end);
    if (list && width > room) { /* the client's screen is in the client's dialogue too */
        end = CLIENT;
        width = fminf(room, LIST_WIDTH + CHIP_GAP + width_of(studio, PEEK, end));
    }
    float y = stage->y + stage->h + (MARGIN / 2 + 1) * scale;
    UiRect row = {stage->x, stage->y + stage->h, stage->w, floorf(studio_views_height(studio)) + 1};
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_rect(ui, row, ui_colour(ui, UI_COLOUR_PANEL), 0, 0);
    UiRect rect = {stage->x + (stage->w - width * scale) / 2, y, (width + 1) * scale, CHIP_HEIGHT * scale};
    ui_panel_begin(ui, "views", rect, UI_PANEL_PLAIN | UI_PANEL_NO_SCROLL | UI_PANEL_CLOSE);
    if (list) views_list(studio, width - CHIP_GAP - width_of(studio, PEEK, end));
    for (int i = list ? PEEK : 0; i < end; ++i) {
        if (i) ui_same_line(ui);
        draw_chip(studio, i);
    }
    ui_panel_end(ui);
}
