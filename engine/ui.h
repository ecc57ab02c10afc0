/* ui - widgets: Dear ImGui behind plain C, in our own calm look. The only C++ beside vision.
 *
 * Use, once a frame: ui_begin; panels and widgets; ui_end; then, inside a gpu pass to the window (or a
 * target, for screenshots), ui_draw. Events go in through ui_event as they are taken from platform.h, which
 * also carries the touch rules: a finger hovers one frame before it presses and leaves no hover behind. Draw
 * on demand: after input call frames until ui_needs_frame is false. Labels: "Text##name": Text is shown (and
 * may be translated), name is the identity and what ui_find_widget knows; without
 * ## the text is both. Lengths are in px at scale 1; the scale is applied inside, except for rectangles and
 * positions named _px, which are framebuffer px. What it does NOT do: know the application, keep values, read
 * files other than its fonts. Promises: text on every theme colour has a contrast of 4.5:1 or better; targets
 * are 48 px high at scale 1, 88 in the kiosk size. Everything can be reached with Tab, arrows, space and
 * Enter. Threads: the context's.
 */
#pragma once
#include "gpu.h"
#include "platform.h"
#include <stdint.h>

typedef struct Ui Ui;
typedef enum UiTheme { UI_LIGHT, UI_DARK } UiTheme;
typedef enum UiSize { UI_DESK, UI_KIOSK } UiSize; /* targets 48 px, 88 px */
typedef struct UiDesc {
    Gpu *gpu;
    float scale;   /* default 1; platform_scale, or the user's text size times it */
    UiTheme theme; /* default UI_LIGHT */
    UiSize size;   /* default UI_DESK */
} UiDesc;
typedef struct UiRect {
    float x, y, w, h;
} UiRect; /* framebuffer px, from the top left corner */

Ui *ui_create(const UiDesc *desc, Err *err);
void ui_destroy(Ui *ui); /* NULL accepted */
/* Takes effect at the next ui_begin (fonts are built anew when the scale changes). */
void ui_set_look(Ui *ui, float scale, UiTheme theme, UiSize size);
float ui_scale(const Ui *ui);

/* True when the widgets take it: the scene should not. */
bool ui_event(Ui *ui, const PlatformEvent *event);
void ui_begin(Ui *ui, int width_px, int height_px, double dt_s);
void ui_end(Ui *ui);
/* Inside a pass of the same size; leaves gpu's state forgotten, not wrong. */
void ui_draw(Ui *ui);
bool ui_needs_frame(const Ui *ui);
void ui_request_frames(Ui *ui, int count);
void ui_leave_keyboard(Ui *ui); /* arrows, space and Enter are the scene's again, until the next Tab */
bool ui_wants_mouse(const Ui *ui);
bool ui_wants_keyboard(const Ui *ui);   /* a text field is being typed in */
PlatformCursor ui_cursor(const Ui *ui); /* to hand to platform_set_cursor */

typedef enum UiColour {
    UI_COLOUR_BACKGROUND, /* behind the panels */
    UI_COLOUR_PANEL,
    UI_COLOUR_FIELD,
    UI_COLOUR_LINE,
    UI_COLOUR_TEXT,
    UI_COLOUR_MUTED,
    UI_COLOUR_ACCENT,
    UI_COLOUR_ON_ACCENT,
    UI_COLOUR_GOOD,
    UI_COLOUR_WARNING,
    UI_COLOUR_BAD,
    UI_COLOUR_COUNT
} UiColour;
uint32_t ui_colour(const Ui *ui, UiColour colour); /* 0xRRGGBBAA, sRGB */
uint32_t ui_theme_colour(UiTheme theme, UiColour colour);

/* "Text##name" of a text and a name; good until 64 more were made, for use within a frame. */
const char *ui_named(const char *text, const char *name);

/* ---- panels and layout ---- */
enum {
    UI_PANEL_PLAIN = 1, /* no background, no padding */
    UI_PANEL_NO_SCROLL = 2,
    UI_PANEL_FLOATING = 4, /* rounded, with a hairline border, over the scene */
    UI_PANEL_BAR = 8,      /* content centred vertically in one row */
    UI_PANEL_CLOSE = 16,   /* little room between widgets */
    UI_PANEL_LIST = 32     /* close rows on the background's colour */
};
void ui_panel_begin(Ui *ui, const char *name, UiRect rect_px, int flags);
void ui_panel_end(Ui *ui);
void ui_same_line(Ui *ui); /* the next widget goes to the right of the last */
void ui_align_right(
    Ui *ui, float width); /* the next widget of this width ends at the panel's right edge, same line */
void ui_space(Ui *ui, float height);
void ui_separator(Ui *ui);
/* n equal columns for the next n widgets; each fills its column. */
void ui_columns_begin(Ui *ui, int count);
void ui_columns_end(Ui *ui);
/* A heading that folds what follows; `open` is the caller's. Returns *open. */
bool ui_section(Ui *ui, const char *label, bool *open);
void ui_disabled_begin(Ui *ui, bool disabled);
void ui_disabled_end(Ui *ui);
/* What lies between them stands as one block, to have something beside it. */
void ui_block_begin(Ui *ui);
void ui_block_end(Ui *ui);
void ui_push_name(Ui *ui, const char *name); /* for rows of a list: keeps identities apart */
void ui_pop_name(Ui *ui);
UiRect ui_reserve(Ui *ui, float width, float height); /* room for drawing of one's own; width 0: all */

/* ---- widgets ---- */
typedef enum UiText { UI_DISPLAY, UI_TITLE, UI_HEADING, UI_BODY, UI_SMALL, UI_MUTED } UiText;
void ui_text(Ui *ui, UiText style, const char *format, ...) __attribute__((format(printf, 3, 4))); /* wraps */
void ui_text_coloured(Ui *ui, UiText style, UiColour colour, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void ui_text_pair(Ui *ui, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4))); /* label left, value right */

typedef enum UiButton { UI_PRIMARY, UI_SECONDARY, UI_GHOST, UI_DANGER } UiButton;
/* width 0: as wide as its text; < 0: all that is left; height 0: the standard target. True when pressed. */
bool ui_button(Ui *ui, const char *label, UiButton kind, float width, float height);
/* A button that shows whether it is on (segment, view chip). */
bool ui_choice(Ui *ui, const char *label, bool selected, float width);

/* A row of a list: its words left, something about it right; wider than its words. */
bool ui_list_row(Ui *ui, const char *label, const char *aside, bool selected);
/* A step of a way: where one is has a bar beside it. */
bool ui_step(Ui *ui, const char *label, bool here);
/* A button that opens a list; true: an item was picked. */
bool ui_menu(Ui *ui, const char *label, const char *const *items, int count, int *picked, float width);

typedef struct UiRange {
    double min, max, initial; /* double-click goes back to `initial` */
    int decimals;
    const char *unit; /* "mm", or NULL */
    bool logarithmic;
} UiRange;
/* True when changed. Double-click resets, Ctrl+click types a number. */
bool ui_slider(Ui *ui, const char *label, double *value, const UiRange *range);
bool ui_slider_int(Ui *ui, const char *label, int *value, const UiRange *range);
bool ui_slider_released(Ui *ui); /* the last widget was let go after a change: the moment for an undo step */
bool ui_widget_active(Ui *ui);   /* the last widget is being held */
bool ui_toggle(Ui *ui, const char *label, bool *on);
bool ui_segmented(Ui *ui, const char *label, const char *const *items, int count, int *selected);
bool ui_combo(Ui *ui, const char *label, const char *const *items, int count, int *selected);
bool ui_swatch(Ui *ui, const char *label, const float rgb_srgb[3], bool selected); /* a colour to choose */
/* A square picture over its label; a texture that does not exist (yet) leaves the square plain. */
bool ui_picture_choice(Ui *ui, const char *label, GpuTexture picture, bool selected);
bool ui_text_field(Ui *ui, const char *label, char *text, int capacity_bytes, bool secret); /* true: Enter */
void ui_progress(Ui *ui, const char *label, double done); /* done < 0: unknown length */
void ui_tooltip(Ui *ui, const char *text);                /* for the last widget; shows after a rest */
void ui_badge(Ui *ui, UiColour colour, const char *text);

/* A dialogue over everything; call each frame while it should be open; true: draw its content, then
 * ui_modal_end. Enter presses its first primary button, unless text is being typed or keys went to another
 * widget. */
bool ui_modal_begin(Ui *ui, const char *title, float width);
void ui_modal_end(Ui *ui);
/* The application will not ask for its dialogue again: keys that follow in the same frame are its own
 * already. */
void ui_modal_leave(Ui *ui);

/* ---- on the scene ---- */
typedef struct UiDrag {
    bool hovered, active, started, released, double_clicked;
    float dx_px, dy_px; /* since the last frame */
    float x_px, y_px;   /* the pointer */
} UiDrag;
/* An invisible place to grab, at least as big as a touch target: pins, hairline points, the wipe's handle. */
UiDrag ui_handle(Ui *ui, const char *name, float x_px, float y_px, float radius);

typedef enum UiLayer {
    UI_LAYER_SCENE /* under the panels */,
    UI_LAYER_PANEL /* this panel */,
    UI_LAYER_TOP
} UiLayer;
void ui_draw_layer(Ui *ui, UiLayer layer); /* until changed; UI_LAYER_SCENE at ui_begin */
void ui_draw_line(Ui *ui, float x0_px, float y0_px, float x1_px, float y1_px, float width, uint32_t rgba);
void ui_draw_polyline(Ui *ui, const float (*points_px)[2], int count, float width, uint32_t rgba,
                      bool closed);
void ui_draw_circle(Ui *ui, float x_px, float y_px, float radius, uint32_t rgba,
                    float line_width /* 0: filled */);
void ui_draw_rect(Ui *ui, UiRect rect_px, uint32_t rgba, float rounding, float line_width /* 0: filled */);
void ui_draw_image(Ui *ui, GpuTexture texture, UiRect rect_px, const float uv[4] /* u0 v0 u1 v1 */,
                   bool round);
/* anchor: 0 left or top, 0.5 centre, 1 right or bottom. */
void ui_draw_text(Ui *ui, UiText style, float x_px, float y_px, float anchor_x, float anchor_y, uint32_t rgba,
                  const char *text);
/* Wrapped to the rectangle's width; its height is ui_paragraph_height. */
void ui_draw_paragraph(Ui *ui, UiText style, UiRect rect_px, uint32_t rgba, const char *text);
float ui_paragraph_height(Ui *ui, UiText style, const char *text, float width_px);
void ui_text_size(Ui *ui, UiText style, const char *text, float *width_px, float *height_px);

/* ---- for replay and tests ---- */
/* Where the widget of this name was in the last finished frame; false when it was not there. */
bool ui_find_widget(const Ui *ui, const char *name, UiRect *rect_px);
int ui_widget_count(const Ui *ui);
const char *ui_widget_name(const Ui *ui, int index, UiRect *rect_px);
/* Index of the widget that the keyboard is on; -1: none. */
int ui_focused_widget(const Ui *ui);
