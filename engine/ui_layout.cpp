/* ui_layout - panels, rows, columns, names, text, and what is drawn by hand. */
#include "ui_private.h"
#include <cmath>

/* ---- names ---- */
const char *ui_text_end(const char *label) {
    const char *mark = strstr(label, "##");
    return mark ? mark : label + strlen(label);
}

bool ui_has_text(const char *label) {
    return ui_text_end(label) != label;
}

extern "C" const char *ui_named(const char *text, const char *name) {
    enum { LABELS = 64, LABEL = 320 };
    static char ring[LABELS][LABEL];
    static int next;
    char *label = ring[next++ % LABELS];
    snprintf(label, LABEL, "%.230s##%.80s", text, name);
    return label;
}

static void write_name(const Ui *ui, const char *label, WidgetPlace *place) {
    const char *mark = strstr(label, "##");
    bool nested = ui->name_depth > 0;
    const char *prefix = nested ? ui->names[ui->name_depth - 1] : "";
    snprintf(place->name, sizeof place->name, "%.60s%s%.64s", prefix, nested ? "/" : "",
             mark ? mark + 2 : label);
}

void ui_item_end(Ui *ui, const char *label, bool typed) {
    WidgetTable *table = &ui->tables[ui->building];
    if (table->count == UI_WIDGETS) return;
    WidgetPlace *place = &table->places[table->count++];
    write_name(ui, label, place);
    ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    place->rect = UiRect{min.x, min.y, max.x - min.x, max.y - min.y};
    place->id = ImGui::GetItemID();
    place->window = ImGui::GetCurrentWindow();
    place->visible = ImGui::IsItemVisible();
    place->typed = typed;
    place->number = (ImGui::GetItemFlags() & ImGuiItemFlags_Inputable) != 0;
}

extern "C" void ui_push_name(Ui *ui, const char *name) {
    ASSERT(ui->name_depth < UI_NAME_DEPTH);
    bool nested = ui->name_depth > 0;
    char joined[UI_NAME];
    snprintf(joined, sizeof joined, "%.30s%s%.30s", nested ? ui->names[ui->name_depth - 1] : "",
             nested ? "/" : "", name);
    memcpy(ui->names[ui->name_depth], joined, sizeof joined);
    ui->name_depth++;
    ImGui::PushID(name);
}

extern "C" void ui_pop_name(Ui *ui) {
    ASSERT(ui->name_depth > 0);
    ui->name_depth--;
    ImGui::PopID();
}

static const WidgetTable *finished_table(const Ui *ui) {
    return &ui->tables[ui->in_frame ? 1 - ui->building : ui->building];
}

extern "C" bool ui_find_widget(const Ui *ui, const char *name, UiRect *rect_px) {
    const WidgetTable *table = finished_table(ui);
    for (int i = 0; i < table->count; i++)
        if (table->places[i].visible && strcmp(table->places[i].name, name) == 0) {
            *rect_px = table->places[i].rect;
            return true;
        }
    return false;
}

extern "C" int ui_widget_count(const Ui *ui) {
    return finished_table(ui)->count;
}

extern "C" const char *ui_widget_name(const Ui *ui, int index, UiRect *rect_px) {
    const WidgetTable *table = finished_table(ui);
    ASSERT(index >= 0 && index < table->count);
    *rect_px = table->places[index].rect;
    return table->places[index].name;
}

extern "C" int ui_focused_widget(const Ui *ui) {
    const WidgetTable *table = finished_table(ui);
    ImGuiID focused = ui->keyboard_handle ? ui->keyboard_handle : ui->context->NavId;
    for (int i = 0; i < table->count; i++)
        if (focused && table->places[i].id == focused) return i;
    return -1;
}

/* ---- items ---- */
float ui_item_begin(Ui *ui) {
    if (ui->column_count == 0) return ImGui::GetContentRegionAvail().x;
    int column = ui->column_index++ % ui->column_count;
    if (column > 0) ImGui::SameLine(ui->column_x + (float)column * (ui->column_width + ui->column_gap), 0);
    return ui->column_width;
}

/* ---- panels ---- */
extern "C" void ui_panel_begin(Ui *ui, const char *name, UiRect rect_px, int flags) {
    ImGuiWindowFlags window = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                              ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoCollapse |
                              ImGuiWindowFlags_NoSavedSettings;
    if (flags & (UI_PANEL_NO_SCROLL | UI_PANEL_BAR))
        window |= ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;
    if (flags & UI_PANEL_PLAIN) window |= ImGuiWindowFlags_NoBackground;
    ImVec2 padding = ImGui::GetStyle().WindowPadding;
    if (flags & UI_PANEL_PLAIN) padding = ImVec2(0, 0);
    bool list = (flags & UI_PANEL_LIST) != 0;
    ui->close = list || (flags & UI_PANEL_CLOSE);
    if (list) padding = ImVec2(ui_px(ui, 10), ui_px(ui, 5));
    if (flags & UI_PANEL_BAR) padding.y = ImMax(0.0f, (rect_px.h - ui_target_px(ui)) * 0.5f);
    bool floating = (flags & UI_PANEL_FLOATING) != 0;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, floating ? ui_px(ui, 14) : 0.0f);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, floating ? 1.0f : 0.0f);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ui_vec(ui, list ? UI_COLOUR_BACKGROUND : UI_COLOUR_PANEL));
    ImGui::SetNextWindowPos(ImVec2(rect_px.x, rect_px.y));
    ImGui::SetNextWindowSize(ImVec2(ImMax(rect_px.w, 1.0f), ImMax(rect_px.h, 1.0f)));
    ImGui::Begin(name, nullptr, window);
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(4);
    if (ui->close) ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(ui_px(ui, 6), ui_px(ui, 1)));
    ui->bar = (flags & UI_PANEL_BAR) != 0;
}

extern "C" void ui_panel_end(Ui *ui) {
    ASSERT(ui->column_count == 0);
    ui->bar = false;
    if (ui->close) ImGui::PopStyleVar();
    ui->close = false;
    if (ui->layer == UI_LAYER_PANEL) ui->layer = UI_LAYER_SCENE;
    ImGui::End();
}

extern "C" void ui_same_line(Ui *) {
    ImGui::SameLine();
}

extern "C" void ui_align_right(Ui *ui, float width) {
    float right = ImGui::GetWindowContentRegionMax().x;
    ImGui::SameLine(ImMax(right - ui_px(ui, width), 0.0f), 0);
}

extern "C" void ui_space(Ui *ui, float height) {
    ImGui::Dummy(ImVec2(1, ui_px(ui, height)));
}

extern "C" void ui_separator(Ui *ui) {
    ui_space(ui, 2);
    ImVec2 at = ImGui::GetCursorScreenPos();
    float width = ImGui::GetContentRegionAvail().x;
    ImGui::GetWindowDrawList()->AddLine(at, at + ImVec2(width, 0), ui_u32(ui, UI_COLOUR_LINE));
    ui_space(ui, 4);
}

extern "C" void ui_columns_begin(Ui *ui, int count) {
    ASSERT(ui->column_count == 0 && count > 0);
    ui->column_count = count;
    ui->column_index = 0;
    ui->column_gap = ImGui::GetStyle().ItemSpacing.x;
    ui->column_x = ImGui::GetCursorPosX();
    float width = ImGui::GetContentRegionAvail().x;
    ui->column_width = ImMax(1.0f, (width - ui->column_gap * (float)(count - 1)) / (float)count);
}

extern "C" void ui_columns_end(Ui *ui) {
    ui->column_count = 0;
}

extern "C" bool ui_section(Ui *ui, const char *label, bool *open) {
    float width = ui_item_begin(ui), height = ui_target_px(ui);
    ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton(label, ImVec2(width, height))) {
        *open = !*open;
        ui_request_frames(ui, 2);
    }
    ui_item_end(ui, label);
    ImGuiID id = ImGui::GetItemID();
    ImDrawList *list = ImGui::GetWindowDrawList();
    ImGui::RenderNavHighlight(ImRect(at, at + ImVec2(width, height)), id);
    ImFont *font = ui->fonts[UI_HEADING];
    list->AddText(font, font->FontSize, at + ImVec2(0, (height - font->FontSize) * 0.5f),
                  ui_u32(ui, ImGui::IsItemHovered() ? UI_COLOUR_ACCENT : UI_COLOUR_TEXT), label,
                  ui_text_end(label));
    float r = ui_px(ui, 5);
    ImVec2 c = at + ImVec2(width - r * 2, height * 0.5f);
    ImVec2 points[3] = {c + ImVec2(-r, *open ? r * 0.5f : -r * 0.5f),
                        c + ImVec2(0, *open ? -r * 0.5f : r * 0.5f),
                        c + ImVec2(r, *open ? r * 0.5f : -r * 0.5f)};
    list->AddPolyline(points, 3, ui_u32(ui, UI_COLOUR_MUTED), 0, ui_px(ui, 2));
    return *open;
}

extern "C" void ui_disabled_begin(Ui *, bool disabled) {
    ImGui::BeginDisabled(disabled);
}
extern "C" void ui_disabled_end(Ui *) {
    ImGui::EndDisabled();
}
extern "C" void ui_block_begin(Ui *) {
    ImGui::BeginGroup();
}
extern "C" void ui_block_end(Ui *) {
    ImGui::EndGroup();
}
extern "C" UiRect ui_reserve(Ui *ui, float width, float height) {
    float room = ui_item_begin(ui);
    ImVec2 size(width > 0 ? ui_px(ui, width) : room, ui_px(ui, height)), at = ImGui::GetCursorScreenPos();
    ImGui::Dummy(size);
    return UiRect{at.x, at.y, size.x, size.y};
}

/* ---- text ---- */
static UiColour text_colour(UiText style) {
    return style == UI_MUTED || style == UI_SMALL ? UI_COLOUR_MUTED : UI_COLOUR_TEXT;
}

static void show_text(Ui *ui, UiText style, UiColour colour, const char *text) {
    float width = ui_item_begin(ui);
    ImGui::PushFont(ui->fonts[style]);
    ImGui::PushStyleColor(ImGuiCol_Text, ui_vec(ui, colour));
    if (ui->bar) { /* beside buttons: on their middle line, not wrapped */
        float lift = (ui_target_px(ui) - ImGui::GetFontSize()) * 0.5f;
        ImVec2 at = ImGui::GetCursorPos();
        ImVec2 size = ImGui::CalcTextSize(text);
        ImVec2 screen = ImGui::GetCursorScreenPos();
        ImGui::Dummy(ImVec2(size.x, ui_target_px(ui)));
        ImGui::GetWindowDrawList()->AddText(screen + ImVec2(0, lift), ImGui::GetColorU32(ImGuiCol_Text),
                                            text);
        (void)at;
    } else {
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
        ImGui::TextUnformatted(text);
        ImGui::PopTextWrapPos();
    }
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

extern "C" void ui_text(Ui *ui, UiText style, const char *format, ...) {
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    show_text(ui, style, text_colour(style), text);
}

extern "C" void ui_text_coloured(Ui *ui, UiText style, UiColour colour, const char *format, ...) {
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    show_text(ui, style, colour, text);
}

extern "C" void ui_text_pair(Ui *ui, const char *label, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    float width = ui_item_begin(ui);
    ImVec2 at = ImGui::GetCursorScreenPos();
    ImVec2 value = ImGui::CalcTextSize(text);
    ImDrawList *list = ImGui::GetWindowDrawList();
    float left = ImMax(ui_px(ui, 40), width - value.x - ui_px(ui, 12));
    ImVec2 size = ImGui::CalcTextSize(label, nullptr, false, left);
    list->AddText(nullptr, 0, at, ui_u32(ui, UI_COLOUR_MUTED), label, nullptr, left);
    list->AddText(at + ImVec2(width - value.x, 0), ui_u32(ui, UI_COLOUR_TEXT), text);
    ImGui::Dummy(ImVec2(width, ImMax(size.y, value.y)));
}

/* ---- drawing by hand ---- */
static ImU32 packed(uint32_t rgba) {
    return IM_COL32(rgba >> 24, rgba >> 16 & 255, rgba >> 8 & 255, rgba & 255);
}

static ImDrawList *layer_list(const Ui *ui) {
    if (ui->layer == UI_LAYER_TOP) return ImGui::GetForegroundDrawList();
    return ui->layer == UI_LAYER_PANEL ? ImGui::GetWindowDrawList() : ImGui::GetBackgroundDrawList();
}

extern "C" void ui_draw_layer(Ui *ui, UiLayer layer) {
    ui->layer = layer;
}

extern "C" void ui_draw_line(Ui *ui, float x0_px, float y0_px, float x1_px, float y1_px, float width,
                             uint32_t rgba) {
    layer_list(ui)->AddLine(ImVec2(x0_px, y0_px), ImVec2(x1_px, y1_px), packed(rgba), ui_px(ui, width));
}

extern "C" void ui_draw_polyline(Ui *ui, const float (*points_px)[2], int count, float width, uint32_t rgba,
                                 bool closed) {
    static_assert(sizeof(ImVec2) == 2 * sizeof(float), "points are pairs of floats");
    layer_list(ui)->AddPolyline((const ImVec2 *)(const void *)points_px, count, packed(rgba),
                                closed ? ImDrawFlags_Closed : 0, ui_px(ui, width));
}

extern "C" void ui_draw_circle(Ui *ui, float x_px, float y_px, float radius, uint32_t rgba,
                               float line_width) {
    ImVec2 centre(x_px, y_px);
    if (line_width > 0)
        layer_list(ui)->AddCircle(centre, ui_px(ui, radius), packed(rgba), 0, ui_px(ui, line_width));
    else
        layer_list(ui)->AddCircleFilled(centre, ui_px(ui, radius), packed(rgba));
}

extern "C" void ui_draw_rect(Ui *ui, UiRect rect_px, uint32_t rgba, float rounding, float line_width) {
    ImVec2 min(rect_px.x, rect_px.y), max(rect_px.x + rect_px.w, rect_px.y + rect_px.h);
    if (line_width > 0)
        layer_list(ui)->AddRect(min, max, packed(rgba), ui_px(ui, rounding), 0, ui_px(ui, line_width));
    else
        layer_list(ui)->AddRectFilled(min, max, packed(rgba), ui_px(ui, rounding));
}

extern "C" void ui_draw_image(Ui *ui, GpuTexture texture, UiRect rect_px, const float uv[4], bool round) {
    uint32_t native = gpu_texture_native(ui->gpu, texture);
    if (!native) return;
    ImVec2 min(rect_px.x, rect_px.y), max(rect_px.x + rect_px.w, rect_px.y + rect_px.h);
    layer_list(ui)->AddImageRounded((ImTextureID)(intptr_t)native, min, max, ImVec2(uv[0], uv[1]),
                                    ImVec2(uv[2], uv[3]), IM_COL32_WHITE,
                                    round ? ImMin(rect_px.w, rect_px.h) * 0.5f : 0.0f);
}

extern "C" void ui_text_size(Ui *ui, UiText style, const char *text, float *width_px, float *height_px) {
    const ImFont *font = ui->fonts[style];
    ImVec2 size = font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, text);
    *width_px = size.x;
    *height_px = size.y;
}

extern "C" void ui_draw_text(Ui *ui, UiText style, float x_px, float y_px, float anchor_x, float anchor_y,
                             uint32_t rgba, const char *text) {
    float width, height;
    ui_text_size(ui, style, text, &width, &height);
    const ImFont *font = ui->fonts[style];
    ImVec2 at(ImFloor(x_px - width * anchor_x), ImFloor(y_px - height * anchor_y));
    layer_list(ui)->AddText(font, font->FontSize, at, packed(rgba), text);
}

extern "C" float ui_paragraph_height(Ui *ui, UiText style, const char *text, float width_px) {
    const ImFont *font = ui->fonts[style];
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, width_px, text).y;
}

extern "C" void ui_draw_paragraph(Ui *ui, UiText style, UiRect rect_px, uint32_t rgba, const char *text) {
    const ImFont *font = ui->fonts[style];
    layer_list(ui)->AddText(font, font->FontSize, ImVec2(ImFloor(rect_px.x), ImFloor(rect_px.y)),
                            packed(rgba), text, nullptr, rect_px.w);
}

/* ---- handles ---- */
/* With the keyboard's focus on it, arrows move a handle by 1 px at scale 1, with Shift by 10. */
static void move_by_keys(Ui *ui, UiDrag *drag, ImVec2 centre, float reach) {
    const ImGuiContext &g = *ui->context;
    if (ui->keyboard_handle != ImGui::GetItemID()) return;
    ImGui::GetForegroundDrawList()->AddCircle(centre, reach, ui_u32(ui, UI_COLOUR_ACCENT), 0, ui_px(ui, 2));
    float step = ui_px(ui, g.IO.KeyShift ? 10.0f : 1.0f);
    float dx = (float)ImGui::IsKeyPressed(KEY_RIGHT) - (float)ImGui::IsKeyPressed(KEY_LEFT);
    float dy = (float)ImGui::IsKeyPressed(KEY_DOWN) - (float)ImGui::IsKeyPressed(KEY_UP);
    if (fabsf(dx) + fabsf(dy) < 0.5f) return;
    drag->dx_px = dx * step;
    drag->dy_px = dy * step;
    drag->active = drag->started = drag->released = true;
    ui_request_frames(ui, 2);
}

extern "C" UiDrag ui_handle(Ui *ui, const char *name, float x_px, float y_px, float radius) {
    float reach = ImMax(ui_px(ui, radius), ui_target_px(ui) * 0.5f);
    const ImGuiWindowFlags flags =
        ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove |
        ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
        ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoNav;
    char title[96];
    snprintf(title, sizeof title, "##handle %.80s", name);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
    ImGui::SetNextWindowPos(ImVec2(x_px - reach, y_px - reach));
    ImGui::SetNextWindowSize(ImVec2(reach * 2, reach * 2));
    ImGui::Begin(title, nullptr, flags);
    ImGui::PopStyleVar(2);
    ImGui::InvisibleButton("grab", ImVec2(reach * 2, reach * 2));
    ui_item_end(ui, name);
    const ImGuiIO &io = ImGui::GetIO();
    UiDrag drag = {};
    drag.hovered = ImGui::IsItemHovered();
    drag.active = ImGui::IsItemActive();
    drag.started = ImGui::IsItemActivated();
    drag.released = ImGui::IsItemDeactivated();
    drag.double_clicked = drag.hovered && ImGui::IsMouseDoubleClicked(0);
    drag.x_px = io.MousePos.x;
    drag.y_px = io.MousePos.y;
    if (drag.active && !drag.started) {
        drag.dx_px = io.MouseDelta.x;
        drag.dy_px = io.MouseDelta.y;
    }
    if (drag.hovered || drag.active) ui->cursor = CURSOR_MOVE;
    move_by_keys(ui, &drag, ImVec2(x_px, y_px), reach);
    ImGui::End();
    return drag;
}

/* ---- dialogues ---- */
extern "C" bool ui_modal_begin(Ui *ui, const char *title, float width) {
    if (!ImGui::IsPopupOpen(title)) {
        ImGui::OpenPopup(title);
        ui->modal_fresh = true;
        ui_request_frames(ui, 4);
    }
    snprintf(ui->modal, sizeof ui->modal, "%s", title);
    ui->modal_seen = true;
    ImVec2 size = ImGui::GetIO().DisplaySize;
    float w = ImMin(ui_px(ui, width), size.x - ui_px(ui, 32));
    ImGui::SetNextWindowPos(size * 0.5f, ImGuiCond_Always, ImVec2(0.5f, 0.5f));
    ImGui::SetNextWindowSizeConstraints(ImVec2(w, 0), ImVec2(w, size.y - ui_px(ui, 32)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui_px(ui, 16));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(ui_px(ui, 28), ui_px(ui, 26)));
    bool open = ImGui::BeginPopupModal(title, nullptr,
                                       ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_AlwaysAutoResize |
                                           ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                           (ui->modal_tall ? 0 : ImGuiWindowFlags_NoScrollbar));
    ImGui::PopStyleVar(2);
    if (!open) return false;
    ui->in_modal = true;
    /* Sizes are whole pixels, contents are not: half a pixel too much is nothing to scroll. */
    bool tall = ImGui::GetScrollMaxY() > ui_px(ui, 4);
    if (tall != ui->modal_tall) ui_request_frames(ui, 2);
    ui->modal_tall = tall;
    char shown[256];
    snprintf(shown, sizeof shown, "%.*s", (int)(ui_text_end(title) - title), title);
    if (shown[0]) ui_text(ui, UI_HEADING, "%s", shown);
    return true;
}

extern "C" void ui_modal_end(Ui *ui) {
    ui->in_modal = false;
    ImGui::EndPopup();
}

extern "C" void ui_modal_leave(Ui *ui) {
    ui->modal_left = true;
}
