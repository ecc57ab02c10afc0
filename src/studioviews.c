/* studioviews - the row under the stage: named views, today while it is held, the client's screen; in as many
 * rows as the stage is narrow.
 */
#include "../engine/language.h"
#include "studioparts.h"
#include <math.h>

enum { PEEK = CAMERA_VIEW_COUNT, CLIENT, CHIP_COUNT, CHIP_GAP = 10, CHIP_HEIGHT = 58, MARGIN = 16 };

typedef struct Chip {
    const char *text, *name;
    float width; /* at scale 1 */
} Chip;

static Chip chip_of(const Studio *studio, int i) {
    static const char *const views[CAMERA_VIEW_COUNT] = {N_("Front"), N_("Left"), N_("Right"), N_("Back"),
                                                         N_("Top"),   N_("3/4"),  N_("Crown")};
    Chip chip = {i == PEEK     ? _("Hold: today")
                 : i == CLIENT ? _("Client's screen")
                               : _(views[i]),
                 i == PEEK     ? "peek"
                 : i == CLIENT ? "client"
                               : camera_view_names[i],
                 66};
    float w, h, scale = ui_scale(studio->ui);
    ui_text_size(studio->ui, UI_BODY, chip.text, &w, &h);
    if (chip.width < w / scale + 24) chip.width = w / scale + 24;
    return chip;
}

/* How many of the buttons from `first` on fit into a row, and its width at scale 1. */
static int row_of(const Studio *studio, int first, float room, float *width) {
    int count = 0;
    *width = 0;
    while (first + count < CHIP_COUNT) {
        float more = chip_of(studio, first + count).width + (count ? CHIP_GAP : 0);
        if (count && *width + more > room) break;
        *width += more;
        ++count;
    }
    return count;
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
    bool on = i == PEEK ? studio->peek : i == CLIENT && platform_second_open(studio->platform);
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

float studio_views_height(const Studio *studio) {
    float scale = ui_scale(studio->ui), room = studio->stage.w / scale - 2 * MARGIN, width;
    int rows = 0;
    if (studio->panel_hidden || studio_shows_photo(studio)) return 0;
    for (int i = 0; i < CHIP_COUNT; i += row_of(studio, i, room, &width)) ++rows;
    return ((float)rows * CHIP_HEIGHT + MARGIN) * scale;
}

void studio_view_chips(Studio *studio) {
    Ui *ui = studio->ui;
    const UiRect *stage = &studio->stage;
    float scale = ui_scale(ui), room = stage->w / scale - 2 * MARGIN, width;
    float y = stage->y + stage->h + (MARGIN / 2 + 1) * scale;
    UiRect row_rect = {stage->x, stage->y + stage->h, stage->w, floorf(studio_views_height(studio)) + 1};
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_rect(ui, row_rect, ui_colour(ui, UI_COLOUR_PANEL), 0, 0);
    for (int i = 0, row = 0; i < CHIP_COUNT; ++row) {
        int count = row_of(studio, i, room, &width);
        char name[32];
        snprintf(name, sizeof name, "views%d", row);
        UiRect rect = {stage->x + (stage->w - width * scale) / 2, y + (float)row * CHIP_HEIGHT * scale,
                       (width + 1) * scale, CHIP_HEIGHT * scale};
        ui_panel_begin(ui, name, rect, UI_PANEL_PLAIN | UI_PANEL_NO_SCROLL);
        for (int k = 0; k < count; ++k, ++i) {
            if (k) ui_same_line(ui);
            draw_chip(studio, i);
        }
        ui_panel_end(ui);
    }
}
