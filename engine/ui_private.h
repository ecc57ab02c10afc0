/* ui_private - what the ui*.cpp files share. C++; nobody else includes this. */
#pragma once
#include <cfloat>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#define IMGUI_DEFINE_MATH_OPERATORS
#include <imgui.h>
#include <imgui_internal.h>

extern "C" {
#include "ui.h"
}

enum { UI_WIDGETS = 512, UI_POINTER_STEPS = 256, UI_FONTS = UI_MUTED + 1, UI_NAME = 64, UI_NAME_DEPTH = 8 };

struct PointerStep {
    enum Kind { MOVE, HOVER, DOWN, UP, PARK } kind;
    float x, y;
    int button;
    bool touch;
};

struct WidgetPlace {
    char name[UI_NAME * 2 + 4];
    UiRect rect;
    ImGuiID id;
    ImGuiWindow *window;
    bool visible; /* not scrolled away */
    bool typed;   /* a text field: Tab starts typing in it */
    bool number;  /* Enter starts typing one */
};

struct WidgetTable {
    WidgetPlace places[UI_WIDGETS];
    int count;
};

struct Ui {
    ImGuiContext *context;
    Gpu *gpu;
    float scale, wanted_scale;
    UiTheme theme;
    UiSize size, wanted_size;
    ImFont *fonts[UI_FONTS];
    bool fonts_stale;
    /* input */
    PointerStep steps[UI_POINTER_STEPS];
    int step_first, step_count;
    bool touch_down, pointer_held, pointer_is_ours;
    bool key_seen[KEY_COUNT], key_released[KEY_COUNT]; /* a tap shorter than a frame still shows for one */
    float finger_y;
    ImGuiID keyboard_handle; /* the handle that Tab came to */
    int tab_steps;           /* +1 and -1 for each Tab and Shift+Tab since the last frame */
    int frames_wanted;
    bool in_frame;
    PlatformCursor cursor;
    /* layout */
    int column_count, column_index;
    float column_x, column_width, column_gap;
    bool bar, close; /* how the open panel is */
    bool slider_released;
    UiLayer layer;
    char names[UI_NAME_DEPTH][UI_NAME];
    int name_depth;
    char modal[UI_NAME];
    bool modal_seen, modal_tall, modal_fresh; /* fresh: nobody has moved in it yet */
    bool modal_left;                          /* until the next frame begins */
    bool in_modal;                            /* between its begin and its end */
    bool enter_waits;                         /* Enter was pressed in it: its main button is next */
    double tooltip_rest_s;
    ImGuiID tooltip_id;
    double clock_s; /* sum of dt: for the unknown-length progress bar */
    WidgetTable tables[2];
    int building; /* which table this frame fills */
};

/* ui.cpp */
ImVec4 ui_vec(const Ui *ui, UiColour colour, float alpha = 1.0f);
ImU32 ui_u32(const Ui *ui, UiColour colour, float alpha = 1.0f);
ImU32 ui_mix(const Ui *ui, UiColour a, UiColour b, float share_of_b);
float ui_px(const Ui *ui, float length); /* px at scale 1 -> framebuffer px */
float ui_target_px(const Ui *ui);        /* the standard height of what is touched */
/* ui_layout.cpp */
float ui_item_begin(Ui *ui); /* moves to the item's place; returns the width it may take */
/* Notes where the last item is, under its name, and its turn for Tab. */
void ui_item_end(Ui *ui, const char *label, bool typed = false);
const char *ui_text_end(const char *label); /* where the shown part of a label ends */
bool ui_has_text(const char *label);
