/* ui - context, look, input and drawing of the widgets. */
#include "language.h"
#include "ui_private.h"
#include <backends/imgui_impl_opengl3.h>
#include <imgui_freetype.h>

extern "C" {
#include "file.h"
}

/* ---- look ---- */
/* Contrast of text, muted and accent on panel and field is held at 4.5:1 by tests/gl/test_ui.c. */
static const uint32_t themes[2][UI_COLOUR_COUNT] = {
    /* background, panel, field, line, text, muted, accent, on accent, good, warning, bad */
    {0xE9ECEEFF, 0xFAFBFBFF, 0xE9EDEFFF, 0xD3D9DDFF, 0x1A2125FF, 0x525D65FF, 0x0A6763FF, 0xFFFFFFFF,
     0x1C693FFF, 0x7F5200FF, 0xAD241DFF},
    {0x101315FF, 0x1A1E21FF, 0x293036FF, 0x3A434AFF, 0xEDF0F2FF, 0xAAB4BBFF, 0x63CBC3FF, 0x06201EFF,
     0x7DD69FFF, 0xEBBC50FF, 0xFF938AFF},
};

extern "C" uint32_t ui_theme_colour(UiTheme theme, UiColour colour) {
    return themes[theme][colour];
}
extern "C" uint32_t ui_colour(const Ui *ui, UiColour colour) {
    return themes[ui->theme][colour];
}

ImVec4 ui_vec(const Ui *ui, UiColour colour, float alpha) {
    uint32_t c = ui_colour(ui, colour);
    return ImVec4((float)(c >> 24) / 255.0f, (float)(c >> 16 & 255) / 255.0f, (float)(c >> 8 & 255) / 255.0f,
                  alpha);
}

ImU32 ui_u32(const Ui *ui, UiColour colour, float alpha) {
    return ImGui::GetColorU32(ui_vec(ui, colour, alpha));
}

ImU32 ui_mix(const Ui *ui, UiColour a, UiColour b, float share_of_b) {
    ImVec4 x = ui_vec(ui, a), y = ui_vec(ui, b);
    return ImGui::GetColorU32(ImLerp(x, y, share_of_b));
}

float ui_px(const Ui *ui, float length) {
    return length * ui->scale;
}
float ui_target_px(const Ui *ui) {
    return ui_px(ui, ui->size == UI_KIOSK ? 88.0f : 48.0f);
}

static void apply_lengths(const Ui *ui, ImGuiStyle &style) {
    float kiosk = ui->size == UI_KIOSK ? 1.4f : 1.0f;
    style.WindowPadding = ImVec2(22 * kiosk, 20 * kiosk);
    style.FramePadding = ImVec2(14 * kiosk, ui->size == UI_KIOSK ? 31.0f : 15.0f);
    style.ItemSpacing = ImVec2(10 * kiosk, 12 * kiosk);
    style.ItemInnerSpacing = ImVec2(10, 8);
    style.ScrollbarSize = 12 * kiosk;
    style.ScrollbarRounding = 6;
    style.GrabMinSize = 24 * kiosk;
    style.WindowRounding = 0;
    style.FrameRounding = style.PopupRounding = 10;
    style.GrabRounding = 12;
    style.WindowBorderSize = style.FrameBorderSize = style.ChildBorderSize = 0;
    style.PopupBorderSize = 1;
    style.DisplaySafeAreaPadding = ImVec2(8, 8);
    style.ScaleAllSizes(ui->scale);
    style.AntiAliasedLinesUseTex = true;
}

static void apply_colours(const Ui *ui, ImGuiStyle &style) {
    static const struct {
        ImGuiCol what;
        UiColour colour;
    } plain[] = {{ImGuiCol_Text, UI_COLOUR_TEXT},
                 {ImGuiCol_TextDisabled, UI_COLOUR_MUTED},
                 {ImGuiCol_WindowBg, UI_COLOUR_PANEL},
                 {ImGuiCol_PopupBg, UI_COLOUR_PANEL},
                 {ImGuiCol_Border, UI_COLOUR_LINE},
                 {ImGuiCol_FrameBg, UI_COLOUR_FIELD},
                 {ImGuiCol_FrameBgHovered, UI_COLOUR_LINE},
                 {ImGuiCol_FrameBgActive, UI_COLOUR_LINE},
                 {ImGuiCol_ScrollbarGrab, UI_COLOUR_LINE},
                 {ImGuiCol_ScrollbarGrabHovered, UI_COLOUR_MUTED},
                 {ImGuiCol_ScrollbarGrabActive, UI_COLOUR_MUTED},
                 {ImGuiCol_Button, UI_COLOUR_FIELD},
                 {ImGuiCol_ButtonHovered, UI_COLOUR_LINE},
                 {ImGuiCol_ButtonActive, UI_COLOUR_LINE},
                 {ImGuiCol_Header, UI_COLOUR_FIELD},
                 {ImGuiCol_HeaderHovered, UI_COLOUR_FIELD},
                 {ImGuiCol_HeaderActive, UI_COLOUR_LINE},
                 {ImGuiCol_NavHighlight, UI_COLOUR_ACCENT},
                 {ImGuiCol_Separator, UI_COLOUR_LINE},
                 {ImGuiCol_CheckMark, UI_COLOUR_ACCENT},
                 {ImGuiCol_SliderGrab, UI_COLOUR_ACCENT},
                 {ImGuiCol_SliderGrabActive, UI_COLOUR_ACCENT}};
    ImGui::StyleColorsLight(&style);
    for (const auto &entry : plain) style.Colors[entry.what] = ui_vec(ui, entry.colour);
    style.Colors[ImGuiCol_ScrollbarBg] = ImVec4(0, 0, 0, 0);
    style.Colors[ImGuiCol_TextSelectedBg] = ui_vec(ui, UI_COLOUR_ACCENT, 0.3f);
    style.Colors[ImGuiCol_ModalWindowDimBg] = ImVec4(0, 0, 0, 0.45f);
}

static void apply_style(Ui *ui) {
    ImGuiStyle &style = ImGui::GetStyle();
    style = ImGuiStyle();
    apply_lengths(ui, style);
    apply_colours(ui, style);
}

/* ---- fonts ---- */
static const char *font_path(const char *name, char path[512]) {
    static const char *const folders[] = {"/usr/share/fonts/opentype/inter",
                                          "/usr/share/fonts/truetype/inter"};
    for (const char *folder : folders) {
        snprintf(path, 512, "%s/%s", folder, name);
        if (file_exists(path)) return path;
    }
    return nullptr;
}

/* Latin for English, Spanish and its neighbours, punctuation, euro, arrows, comparison signs. */
static const ImWchar glyph_ranges[] = {0x0020, 0x017F, 0x2010, 0x2026, 0x2032, 0x2033, 0x20AC, 0x20AC,
                                       0x2190, 0x2193, 0x2212, 0x2212, 0x2264, 0x2265, 0};

static ImFont *add_font(const char *name, float size_px) {
    ImFontConfig config;
    config.OversampleH = config.OversampleV = 1;
    config.PixelSnapH = true;
    char path[512];
    if (font_path(name, path))
        return ImGui::GetIO().Fonts->AddFontFromFileTTF(path, size_px, &config, glyph_ranges);
    config.SizePixels = size_px;
    return ImGui::GetIO().Fonts->AddFontDefault(&config);
}

static void build_fonts(Ui *ui) {
    ImGuiIO &io = ImGui::GetIO();
    io.Fonts->Clear();
    io.Fonts->FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    io.Fonts->FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    char path[512];
    if (!font_path("Inter-Regular.otf", path))
        log_message(LOG_WARNING, _("the font Inter is missing (package fonts-inter): using a plain one"));
    float unit = ui->scale * (ui->size == UI_KIOSK ? 1.4f : 1.0f);
    ui->fonts[UI_BODY] = add_font("Inter-Regular.otf", roundf(19 * unit)); /* first: the default */
    ui->fonts[UI_TITLE] = add_font("Inter-SemiBold.otf", roundf(31 * unit));
    /* To be read across a room: the kiosk's stories. */
    ui->fonts[UI_DISPLAY] =
        ui->size == UI_KIOSK ? add_font("Inter-SemiBold.otf", roundf(42 * unit)) : ui->fonts[UI_TITLE];
    ui->fonts[UI_HEADING] = add_font("Inter-SemiBold.otf", roundf(21 * unit));
    ui->fonts[UI_SMALL] = add_font("Inter-Regular.otf", roundf(16 * unit));
    ui->fonts[UI_MUTED] = ui->fonts[UI_BODY];
    io.Fonts->Build();
    ui->fonts_stale = false;
}

/* ---- keys ---- */
static void map_keys(ImGuiIO &io) {
    static const struct {
        ImGuiKey to;
        int from;
    } keys[] = {{ImGuiKey_LeftArrow, KEY_LEFT},
                {ImGuiKey_RightArrow, KEY_RIGHT},
                {ImGuiKey_UpArrow, KEY_UP},
                {ImGuiKey_DownArrow, KEY_DOWN},
                {ImGuiKey_PageUp, KEY_PAGE_UP},
                {ImGuiKey_PageDown, KEY_PAGE_DOWN},
                {ImGuiKey_Home, KEY_HOME},
                {ImGuiKey_End, KEY_END},
                {ImGuiKey_Insert, KEY_INSERT},
                {ImGuiKey_Delete, KEY_DELETE},
                {ImGuiKey_Backspace, KEY_BACKSPACE},
                {ImGuiKey_Space, KEY_SPACE},
                {ImGuiKey_Enter, KEY_ENTER},
                {ImGuiKey_Escape, KEY_ESCAPE},
                {ImGuiKey_A, 'a'},
                {ImGuiKey_C, 'c'},
                {ImGuiKey_V, 'v'},
                {ImGuiKey_X, 'x'},
                {ImGuiKey_Y, 'y'},
                {ImGuiKey_Z, 'z'}};
    io.KeyMap[ImGuiKey_Tab] = -1; /* version 1.86 stops at fields only: walk_by_tab is ours */
    for (const auto &key : keys) io.KeyMap[key.to] = key.from;
}

/* ---- life ---- */
extern "C" Ui *ui_create(const UiDesc *desc, Err *err) {
    Ui *ui = (Ui *)calloc(1, sizeof(Ui));
    if (!ui) {
        err_set(err, "not enough memory for the widgets");
        return nullptr;
    }
    ui->gpu = desc->gpu;
    ui->scale = ui->wanted_scale = desc->scale > 0 ? desc->scale : 1.0f;
    ui->theme = desc->theme;
    ui->size = ui->wanted_size = desc->size;
    ui->context = ImGui::CreateContext();
    ImGuiIO &io = ImGui::GetIO();
    io.IniFilename = nullptr; /* nothing is written to disk */
    io.LogFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard | ImGuiConfigFlags_NoMouseCursorChange;
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    io.MousePos = ImVec2(-FLT_MAX, -FLT_MAX);
    io.MouseDragThreshold = 6.0f;
    map_keys(io);
    apply_style(ui);
    build_fonts(ui);
    if (!ImGui_ImplOpenGL3_Init("#version 330 core") || !ImGui_ImplOpenGL3_CreateDeviceObjects()) {
        err_set(err, "the widgets could not be set up on this graphics driver");
        ImGui::DestroyContext(ui->context);
        free(ui);
        return nullptr;
    }
    gpu_forget_state(ui->gpu);
    ui->frames_wanted = 3;
    return ui;
}

extern "C" void ui_destroy(Ui *ui) {
    if (!ui) return;
    ImGui::SetCurrentContext(ui->context);
    ImGui_ImplOpenGL3_Shutdown();
    gpu_forget_state(ui->gpu);
    ImGui::DestroyContext(ui->context);
    free(ui);
}

extern "C" void ui_set_look(Ui *ui, float scale, UiTheme theme, UiSize size) {
    ui->fonts_stale = ui->fonts_stale || scale < ui->scale || scale > ui->scale || size != ui->size;
    ui->wanted_scale = scale;
    ui->wanted_size = size;
    ui->theme = theme;
    ui_request_frames(ui, 3);
}

extern "C" float ui_scale(const Ui *ui) {
    return ui->scale;
}

/* ---- input ---- */
static void push_step(Ui *ui, PointerStep step) {
    /* A move replaces the move before it; a full queue loses moves, never presses. */
    if (ui->step_count > 0 && step.kind == PointerStep::MOVE) {
        PointerStep *last = &ui->steps[(ui->step_first + ui->step_count - 1) % UI_POINTER_STEPS];
        if (last->kind == PointerStep::MOVE) {
            *last = step;
            return;
        }
    }
    if (ui->step_count == UI_POINTER_STEPS) return;
    ui->steps[(ui->step_first + ui->step_count++) % UI_POINTER_STEPS] = step;
}

/* Whether a panel, handle or dialogue lies there: known before the next frame, which a finger's first touch
 * needs. */
static bool over_widgets(const Ui *ui, float x, float y) {
    ImGuiContext &g = *ui->context;
    if (ImGui::GetTopMostPopupModal()) return true;
    for (int i = g.Windows.Size - 1; i >= 0; i--) {
        const ImGuiWindow *window = g.Windows[i];
        if (!window->WasActive || window->Hidden || (window->Flags & ImGuiWindowFlags_NoMouseInputs))
            continue;
        if (window->Flags & ImGuiWindowFlags_ChildWindow) continue;
        if (window->OuterRectClipped.Contains(ImVec2(x, y))) return true;
    }
    return false;
}

static bool take_pointer(Ui *ui, const PlatformEvent *event) {
    PointerStep step = {PointerStep::MOVE, event->x, event->y, event->button, event->touch};
    bool over = over_widgets(ui, event->x, event->y);
    switch (event->kind) {
    case EVENT_POINTER_MOVE:
        push_step(ui, step);
        return ui->pointer_held ? ui->pointer_is_ours : over;
    case EVENT_POINTER_DOWN:
        if (!ui->pointer_held) ui->pointer_is_ours = over;
        ui->pointer_held = true;
        if (event->touch) { /* a finger hovers for a frame, so that the press finds what it is over */
            step.kind = PointerStep::HOVER;
            push_step(ui, step);
        }
        step.kind = PointerStep::DOWN;
        push_step(ui, step);
        return ui->pointer_is_ours;
    default:
        break;
    }
    bool ours = ui->pointer_held ? ui->pointer_is_ours : over;
    ui->pointer_held = false;
    if (event->kind == EVENT_POINTER_CANCEL) { /* away first: nothing under it is pressed */
        step.kind = PointerStep::PARK;
        push_step(ui, step);
    }
    step.kind = PointerStep::UP;
    push_step(ui, step);
    if (event->touch) { /* no hover stays where the finger was */
        step.kind = PointerStep::PARK;
        push_step(ui, step);
    }
    return ours;
}

/* Enter is for a dialogue's main button, unless text is typed or somebody went to another widget by keys. */
static bool enter_is_the_dialogues(const Ui *ui) {
    const ImGuiContext &g = *ui->context;
    bool walked = g.NavId && !g.NavDisableHighlight && !ui->modal_fresh;
    return ui->modal[0] && !ui->modal_left && !g.IO.WantTextInput && g.OpenPopupStack.Size == 1 && !walked;
}

static bool take_key(Ui *ui, const PlatformEvent *event) {
    ImGuiIO &io = ImGui::GetIO();
    bool down = event->kind == EVENT_KEY_DOWN;
    int key = event->key;
    if (down && key == KEY_TAB) ui->tab_steps += (event->mods & MOD_SHIFT) ? -1 : 1;
    if (key > 0 && key < KEY_COUNT) {
        if (down) {
            io.KeysDown[key] = true;
            ui->key_seen[key] = false;
            ui->key_released[key] = false;
        } else if (ui->key_seen[key]) {
            io.KeysDown[key] = false;
        } else {
            ui->key_released[key] = true;
        }
    }
    io.KeyShift = (event->mods & MOD_SHIFT) != 0;
    io.KeyCtrl = (event->mods & MOD_CTRL) != 0;
    io.KeyAlt = (event->mods & MOD_ALT) != 0;
    io.KeySuper = (event->mods & MOD_SUPER) != 0;
    if (down && key == KEY_ENTER && !event->repeat && enter_is_the_dialogues(ui)) ui->enter_waits = true;
    if (!ui->modal_left && (io.WantTextInput || ui->context->OpenPopupStack.Size > 0)) return true;
    bool shown = ui->keyboard_handle || (ui->context->NavId && !ui->context->NavDisableHighlight);
    bool walks =
        key == KEY_TAB || key == KEY_SPACE || key == KEY_ENTER || (key >= KEY_LEFT && key <= KEY_DOWN);
    return key == KEY_TAB || (walks && shown);
}

static void release_all(Ui *ui) {
    ImGuiIO &io = ImGui::GetIO();
    memset(io.KeysDown, 0, sizeof io.KeysDown);
    io.KeyShift = io.KeyCtrl = io.KeyAlt = io.KeySuper = false;
    memset(ui->key_released, 0, sizeof ui->key_released);
}

extern "C" bool ui_event(Ui *ui, const PlatformEvent *event) {
    ImGui::SetCurrentContext(ui->context);
    ui_request_frames(ui, 3);
    if (event->window != 0) return false;
    ImGuiIO &io = ImGui::GetIO();
    switch (event->kind) {
    case EVENT_POINTER_DOWN:
    case EVENT_POINTER_MOVE:
    case EVENT_POINTER_UP:
    case EVENT_POINTER_CANCEL:
        return take_pointer(ui, event);
    case EVENT_WHEEL:
        if (!over_widgets(ui, event->x, event->y)) return false;
        io.MouseWheel += event->dy;
        io.MouseWheelH += event->dx;
        return true;
    case EVENT_KEY_DOWN:
    case EVENT_KEY_UP:
        return take_key(ui, event);
    case EVENT_TEXT:
        if (!io.WantTextInput || ui->modal_left) return false;
        io.AddInputCharactersUTF8(event->text);
        return true;
    case EVENT_BLUR:
        release_all(ui);
        return false;
    case EVENT_PINCH:
    case EVENT_PAN:
        return over_widgets(ui, event->x, event->y);
    default:
        return false;
    }
}

/* One change of a button a frame: what is pressed and released between two frames is seen as both. */
static void apply_steps(Ui *ui) {
    ImGuiIO &io = ImGui::GetIO();
    while (ui->step_count > 0) {
        PointerStep step = ui->steps[ui->step_first];
        ui->step_first = (ui->step_first + 1) % UI_POINTER_STEPS;
        ui->step_count--;
        if (step.kind == PointerStep::PARK)
            io.MousePos = ImVec2(-FLT_MAX, -FLT_MAX);
        else if (io.MousePos.x > -FLT_MAX || step.kind != PointerStep::UP)
            io.MousePos = ImVec2(step.x, step.y);
        if (step.kind == PointerStep::MOVE) continue;
        if (step.kind == PointerStep::DOWN) {
            ui->modal_fresh = false;
            ui->keyboard_handle = 0;
            io.MouseDown[step.button] = true;
            ui->touch_down = step.touch;
            ui->finger_y = step.y;
        } else if (step.kind == PointerStep::UP) {
            io.MouseDown[step.button] = false;
            ui->touch_down = false;
        }
        return;
    }
}

/* A finger on a panel beside its widgets scrolls it. */
static void scroll_by_finger(Ui *ui) {
    ImGuiContext &g = *ui->context;
    ImGuiIO &io = ImGui::GetIO();
    if (!ui->touch_down || g.ActiveId != 0 || !g.HoveredWindow || io.MousePos.y <= -FLT_MAX) return;
    float moved = io.MousePos.y - ui->finger_y;
    ui->finger_y = io.MousePos.y;
    ImGuiWindow *window = g.HoveredWindow->RootWindow;
    if (window->ScrollMax.y > 0)
        ImGui::SetScrollY(window, ImClamp(window->Scroll.y - moved, 0.0f, window->ScrollMax.y));
}

static bool tab_reaches(const WidgetPlace *place) {
    const ImGuiWindow *modal = ImGui::GetTopMostPopupModal();
    return place->id != 0 && place->window->WasActive && (!modal || place->window->RootWindow == modal);
}

static void focus_place(Ui *ui, const WidgetPlace *place) {
    ImGuiContext &g = *ui->context;
    ImGuiWindow *window = place->window;
    ImVec2 min(place->rect.x, place->rect.y), max(min.x + place->rect.w, min.y + place->rect.h);
    ImGui::ClearActiveID();
    ImGui::FocusWindow(window);
    ImGui::SetNavID(place->id, ImGuiNavLayer_Main, 0, ImRect(min - window->Pos, max - window->Pos));
    ImGui::ScrollToRectEx(window, ImRect(min, max), ImGuiScrollFlags_KeepVisibleEdgeY);
    g.NavDisableHighlight = false;
    g.NavDisableMouseHover = true;
    ui->keyboard_handle = (window->Flags & ImGuiWindowFlags_NoNavInputs) ? place->id : 0;
    if (place->typed) ImGui::ActivateItem(place->id);
    ui_request_frames(ui, 3);
}

/* Tab goes through everything in the order in which it was laid out. */
static void walk_by_tab(Ui *ui) {
    if (ui->tab_steps == 0) return;
    const WidgetTable *table = &ui->tables[1 - ui->building]; /* the frame before */
    int step = ui->tab_steps > 0 ? 1 : -1, at = -1;
    ImGuiID focused = ui->keyboard_handle ? ui->keyboard_handle : ui->context->NavId;
    ui->tab_steps -= step;
    ui_request_frames(ui, 2);
    for (int i = 0; i < table->count && at < 0; i++)
        if (table->places[i].id == focused && focused) at = i;
    if (at < 0) at = step > 0 ? -1 : 0;
    if (at >= 0 && ui->modal_fresh && tab_reaches(&table->places[at])) at -= step; /* the first one is next */
    ui->modal_fresh = false;
    for (int tried = 0; tried < table->count; tried++) {
        at = (at + step + table->count) % table->count;
        if (!tab_reaches(&table->places[at])) continue;
        focus_place(ui, &table->places[at]);
        return;
    }
}

/* Enter presses what it is on, as space does; of a slider it asks for a number. */
static void press_by_enter(Ui *ui) {
    ImGuiContext &g = *ui->context;
    const WidgetTable *table = &ui->tables[ui->building]; /* the frame before */
    if (!g.NavActivateInputId || g.ActiveId != 0) return;
    if (ui->enter_waits) { /* not where a new dialogue put the keyboard's place */
        g.NavActivateInputId = 0;
        return;
    }
    for (int i = 0; i < table->count; i++)
        if (table->places[i].id == g.NavActivateInputId &&
            (table->places[i].number || table->places[i].typed))
            return;
    g.NavActivateId = g.NavActivateDownId = g.NavActivateInputId;
    g.NavActivateInputId = 0;
}

static void after_keys(Ui *ui) {
    ImGuiIO &io = ImGui::GetIO();
    for (int key = 0; key < KEY_COUNT; key++) {
        ui->key_seen[key] = true;
        if (!ui->key_released[key]) continue;
        io.KeysDown[key] = false;
        ui->key_released[key] = false;
        ui_request_frames(ui, 2);
    }
}

/* ---- frame ---- */
extern "C" void ui_begin(Ui *ui, int width_px, int height_px, double dt_s) {
    ASSERT(!ui->in_frame);
    ImGui::SetCurrentContext(ui->context);
    ImGuiIO &io = ImGui::GetIO();
    ui->scale = ui->wanted_scale;
    ui->size = ui->wanted_size;
    if (ui->fonts_stale) {
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        build_fonts(ui);
        ImGui_ImplOpenGL3_CreateFontsTexture();
        gpu_forget_state(ui->gpu);
    }
    apply_style(ui);
    io.DisplaySize = ImVec2((float)ImMax(width_px, 1), (float)ImMax(height_px, 1));
    io.DeltaTime = (float)ImClamp(dt_s, 1e-4, 1.0);
    ui->clock_s += dt_s;
    apply_steps(ui);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    press_by_enter(ui);
    after_keys(ui);
    scroll_by_finger(ui);
    ui->building = 1 - ui->building;
    ui->tables[ui->building].count = 0;
    walk_by_tab(ui);
    ui->layer = UI_LAYER_SCENE;
    ui->modal_seen = ui->modal_left = false;
    ui->cursor = CURSOR_ARROW;
    ui->column_count = 0;
    ui->name_depth = 0;
    ui->in_frame = true;
}

static PlatformCursor pointer_shape(const Ui *ui) {
    switch (ImGui::GetMouseCursor()) {
    case ImGuiMouseCursor_TextInput:
        return CURSOR_TEXT;
    case ImGuiMouseCursor_Hand:
        return CURSOR_HAND;
    case ImGuiMouseCursor_ResizeAll:
        return CURSOR_MOVE;
    case ImGuiMouseCursor_ResizeEW:
        return CURSOR_RESIZE_X;
    default:
        return ui->cursor;
    }
}

extern "C" void ui_end(Ui *ui) {
    ASSERT(ui->in_frame && ui->column_count == 0 && ui->name_depth == 0);
    ui->in_frame = false;
    /* A dialogue that the application no longer asks for is closed; left alone it would hold all input. */
    if (ui->modal[0] && !ui->modal_seen) {
        ImGui::ClosePopupToLevel(0, true);
        ImGui::GetIO().WantTextInput = false; /* its text field's, until the next frame */
        ui->modal[0] = 0;
        ui_request_frames(ui, 3);
    }
    ui->enter_waits = false;
    ui->cursor = pointer_shape(ui);
    ImGui::Render();
    const ImGuiContext &g = *ui->context;
    if (ui->frames_wanted > 0) ui->frames_wanted--;
    if (g.DimBgRatio > 0 && g.DimBgRatio < 1) ui_request_frames(ui, 1);
}

extern "C" void ui_draw(Ui *ui) {
    ASSERT(!ui->in_frame);
    ImGui::SetCurrentContext(ui->context);
    ImDrawData *data = ImGui::GetDrawData();
    if (data) ImGui_ImplOpenGL3_RenderDrawData(data);
    gpu_forget_state(ui->gpu);
}

extern "C" bool ui_needs_frame(const Ui *ui) {
    return ui->frames_wanted > 0 || ui->step_count > 0;
}

extern "C" void ui_request_frames(Ui *ui, int count) {
    if (ui->frames_wanted < count) ui->frames_wanted = count;
}

extern "C" void ui_leave_keyboard(Ui *ui) {
    ui->keyboard_handle = 0;
    ui->context->NavDisableHighlight = true;
}

extern "C" bool ui_wants_mouse(const Ui *ui) {
    return ui->context->IO.WantCaptureMouse;
}
extern "C" bool ui_wants_keyboard(const Ui *ui) {
    return ui->context->IO.WantTextInput;
}
extern "C" PlatformCursor ui_cursor(const Ui *ui) {
    return ui->cursor;
}
