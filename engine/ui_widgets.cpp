/* ui_widgets - what is pressed, dragged and typed in. Behaviour from Dear ImGui, looks our own. */
#include "ui_private.h"
#include <cmath>

/* ---- shared ---- */
struct Area {
    ImRect box;
    ImGuiID id;
    bool pressed, hovered, held;
};

/* An area that behaves as a button, with the keyboard's outline. */
static Area press_area(Ui *ui, const char *label, ImVec2 size) {
    Area area = {};
    ImVec2 at = ImGui::GetCursorScreenPos();
    area.box = ImRect(at, at + size);
    area.pressed = ImGui::InvisibleButton(label, ImVec2(ImMax(size.x, 1.0f), ImMax(size.y, 1.0f)));
    area.id = ImGui::GetItemID();
    area.hovered = ImGui::IsItemHovered();
    area.held = ImGui::IsItemActive();
    ui_item_end(ui, label);
    if (area.hovered) ui->cursor = CURSOR_HAND;
    if (area.pressed) ui_request_frames(ui, 3);
    return area;
}

static void nav_outline(const Ui *ui, const Area &area, float rounding) {
    const ImGuiContext &g = *ui->context;
    if (g.NavId != area.id || g.NavDisableHighlight) return;
    ImVec2 out(ui_px(ui, 2), ui_px(ui, 2));
    ImGui::GetWindowDrawList()->AddRect(area.box.Min - out, area.box.Max + out, ui_u32(ui, UI_COLOUR_ACCENT),
                                        rounding + out.x, 0, ui_px(ui, 2));
}

static float text_width(const Ui *ui, UiText style, const char *label) {
    const ImFont *font = ui->fonts[style];
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, label, ui_text_end(label)).x;
}

/* One line in the middle of a box, cut with an ellipsis when it is too long. */
static void centred_text(const Ui *ui, UiText style, const ImRect &box, ImU32 colour, const char *label) {
    ImFont *font = ui->fonts[style];
    float width = ImMin(text_width(ui, style, label), box.GetWidth());
    ImVec2 at(ImFloor(box.Min.x + (box.GetWidth() - width) * 0.5f),
              ImFloor(box.Min.y + (box.GetHeight() - font->FontSize) * 0.5f));
    ImGui::PushFont(font);
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    ImGui::RenderTextEllipsis(ImGui::GetWindowDrawList(), at, ImVec2(box.Max.x, at.y + font->FontSize * 1.3f),
                              box.Max.x, box.Max.x, label, ui_text_end(label), nullptr);
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

static void caption(const Ui *ui, const char *label) {
    if (!ui_has_text(label)) return;
    ImGui::PushStyleColor(ImGuiCol_Text, ui_vec(ui, UI_COLOUR_MUTED));
    ImGui::PushFont(ui->fonts[UI_SMALL]);
    ImGui::TextUnformatted(label, ui_text_end(label));
    ImGui::PopFont();
    ImGui::PopStyleColor();
}

/* ---- buttons ---- */
static ImU32 button_face(const Ui *ui, UiButton kind, const Area &area) {
    float press = area.held ? 0.22f : area.hovered ? 0.12f : 0.0f;
    switch (kind) {
    case UI_PRIMARY:
        return ui_mix(ui, UI_COLOUR_ACCENT, UI_COLOUR_TEXT, press);
    case UI_DANGER:
        return ui_mix(ui, UI_COLOUR_BAD, UI_COLOUR_TEXT, press);
    case UI_GHOST:
        return ui_u32(ui, UI_COLOUR_TEXT, press * 0.6f);
    default:
        return ui_mix(ui, UI_COLOUR_FIELD, UI_COLOUR_TEXT, press * 0.7f);
    }
}

static ImU32 button_ink(const Ui *ui, UiButton kind) {
    /* on danger: the panel's colour has the same contrast as danger text on the panel */
    return kind == UI_PRIMARY  ? ui_u32(ui, UI_COLOUR_ON_ACCENT)
           : kind == UI_DANGER ? ui_u32(ui, UI_COLOUR_PANEL)
           : kind == UI_GHOST  ? ui_u32(ui, UI_COLOUR_ACCENT)
                               : ui_u32(ui, UI_COLOUR_TEXT);
}

static Area show_button(Ui *ui, const char *label, UiButton kind, float width, float height) {
    float room = ui_item_begin(ui), pad = ui_px(ui, kind == UI_GHOST ? 14.0f : 22.0f);
    float w = width > 0                           ? ui_px(ui, width)
              : width < 0 || ui->column_count > 0 ? room
                                                  : text_width(ui, UI_BODY, label) + pad * 2;
    float h = height > 0 ? ui_px(ui, height) : ui_target_px(ui);
    Area area = press_area(ui, label, ImVec2(w, h));
    float round = ui_px(ui, 10);
    ImGui::GetWindowDrawList()->AddRectFilled(area.box.Min, area.box.Max, button_face(ui, kind, area), round);
    ImRect inner = area.box;
    inner.Expand(ImVec2(-ui_px(ui, 8), 0));
    centred_text(ui, UI_BODY, inner, button_ink(ui, kind), label);
    nav_outline(ui, area, round);
    return area;
}

static bool takes_enter(Ui *ui, UiButton kind) {
    bool takes = kind == UI_PRIMARY && ui->in_modal && ui->enter_waits &&
                 !(ui->context->CurrentItemFlags & ImGuiItemFlags_Disabled);
    if (takes) ui->enter_waits = false;
    return takes;
}

extern "C" bool ui_button(Ui *ui, const char *label, UiButton kind, float width, float height) {
    bool entered = takes_enter(ui, kind);
    return show_button(ui, label, kind, width, height).pressed || entered;
}

extern "C" bool ui_choice(Ui *ui, const char *label, bool selected, float width) {
    float room = ui_item_begin(ui);
    float w = width > 0                           ? ui_px(ui, width)
              : width < 0 || ui->column_count > 0 ? room
                                                  : text_width(ui, UI_BODY, label) + ui_px(ui, 36);
    Area area = press_area(ui, label, ImVec2(w, ui_target_px(ui)));
    float round = ui_px(ui, 10);
    ImDrawList *list = ImGui::GetWindowDrawList();
    ImU32 face = selected ? ui_mix(ui, UI_COLOUR_PANEL, UI_COLOUR_ACCENT, 0.14f)
                          : ui_mix(ui, UI_COLOUR_FIELD, UI_COLOUR_TEXT, area.hovered ? 0.07f : 0.0f);
    list->AddRectFilled(area.box.Min, area.box.Max, face, round);
    if (selected) /* not by colour alone: an outline too */
        list->AddRect(area.box.Min, area.box.Max, ui_u32(ui, UI_COLOUR_ACCENT), round, 0, ui_px(ui, 2));
    ImRect inner = area.box;
    inner.Expand(ImVec2(-ui_px(ui, 4), 0));
    centred_text(ui, UI_BODY, inner, ui_u32(ui, selected ? UI_COLOUR_ACCENT : UI_COLOUR_TEXT), label);
    nav_outline(ui, area, round);
    return area.pressed;
}

/* Words from the left edge of a box on, cut with an ellipsis. */
static void left_text(const Ui *ui, UiText style, const ImRect &box, ImU32 colour, const char *label) {
    float width = ImMin(text_width(ui, style, label), box.GetWidth());
    centred_text(ui, style, ImRect(box.Min, ImVec2(box.Min.x + width, box.Max.y)), colour, label);
}

extern "C" bool ui_list_row(Ui *ui, const char *label, const char *aside, bool selected) {
    float width = ui_item_begin(ui), pad = ui_px(ui, 14), round = ui_px(ui, 10);
    Area area = press_area(ui, label, ImVec2(width, ui_target_px(ui)));
    ImDrawList *list = ImGui::GetWindowDrawList();
    ImU32 face = selected ? ui_mix(ui, UI_COLOUR_PANEL, UI_COLOUR_ACCENT, 0.14f)
                          : ui_mix(ui, UI_COLOUR_PANEL, UI_COLOUR_TEXT, area.hovered ? 0.08f : 0.0f);
    if (selected || area.hovered) list->AddRectFilled(area.box.Min, area.box.Max, face, round);
    if (selected)
        list->AddRect(area.box.Min, area.box.Max, ui_u32(ui, UI_COLOUR_ACCENT), round, 0, ui_px(ui, 2));
    ImRect inner(area.box.Min + ImVec2(pad, 0), area.box.Max - ImVec2(pad, 0));
    float words = text_width(ui, UI_BODY, label), about = text_width(ui, UI_SMALL, aside);
    float room = ImMax(inner.GetWidth() - words - pad, 0.0f);
    if (about > room) about = ImMin(about, ImMax(room, inner.GetWidth() * 0.45f));
    ImRect right(ImVec2(inner.Max.x - about, inner.Min.y), inner.Max);
    if (about > 0) inner.Max.x = right.Min.x - pad;
    left_text(ui, UI_BODY, inner, ui_u32(ui, selected ? UI_COLOUR_ACCENT : UI_COLOUR_TEXT), label);
    if (about > 0) left_text(ui, UI_SMALL, right, ui_u32(ui, UI_COLOUR_MUTED), aside);
    nav_outline(ui, area, round);
    return area.pressed;
}

extern "C" bool ui_step(Ui *ui, const char *label, bool here) {
    float width = ui_item_begin(ui), round = ui_px(ui, 10), bar = ui_px(ui, 4), inset = ui_px(ui, 12);
    Area area = press_area(ui, label, ImVec2(width, ui_target_px(ui)));
    ImDrawList *list = ImGui::GetWindowDrawList();
    if (here || area.hovered)
        list->AddRectFilled(area.box.Min, area.box.Max,
                            here ? ui_u32(ui, UI_COLOUR_PANEL)
                                 : ui_mix(ui, UI_COLOUR_BACKGROUND, UI_COLOUR_TEXT, 0.06f),
                            round);
    if (here) /* not by colour alone */
        list->AddRectFilled(area.box.Min + ImVec2(0, inset),
                            ImVec2(area.box.Min.x + bar, area.box.Max.y - inset),
                            ui_u32(ui, UI_COLOUR_ACCENT), bar * 0.5f);
    ImRect inner(area.box.Min + ImVec2(ui_px(ui, 14), 0), area.box.Max - ImVec2(ui_px(ui, 4), 0));
    left_text(ui, UI_BODY, inner, ui_u32(ui, here ? UI_COLOUR_ACCENT : UI_COLOUR_TEXT), label);
    nav_outline(ui, area, round);
    return area.pressed;
}

/* ---- sliders ---- */
static void slider_look(Ui *ui, const Area &area, const ImRect &grab, bool active) {
    ImDrawList *list = ImGui::GetWindowDrawList();
    float knob = ui_px(ui, ui->size == UI_KIOSK ? 18.0f : 11.0f), half = ui_px(ui, 3);
    float y = area.box.Max.y - knob - ui_px(ui, 3), x = grab.GetCenter().x;
    ImU32 accent = ui_u32(ui, UI_COLOUR_ACCENT);
    list->AddRectFilled(ImVec2(area.box.Min.x, y - half), ImVec2(area.box.Max.x, y + half),
                        ui_u32(ui, UI_COLOUR_LINE), half);
    list->AddRectFilled(ImVec2(area.box.Min.x, y - half), ImVec2(x, y + half), accent, half);
    if (area.hovered || active)
        list->AddCircleFilled(ImVec2(x, y), knob * 1.5f, ui_u32(ui, UI_COLOUR_ACCENT, 0.15f));
    list->AddCircleFilled(ImVec2(x, y), knob, accent);
    list->AddCircleFilled(ImVec2(x, y), knob * 0.45f, ui_u32(ui, UI_COLOUR_ON_ACCENT));
}

static void slider_words(Ui *ui, const ImRect &box, const char *label, const char *shown) {
    ImDrawList *list = ImGui::GetWindowDrawList();
    ImVec2 value = ImGui::CalcTextSize(shown);
    list->PushClipRect(box.Min, ImVec2(box.Max.x - value.x - ui_px(ui, 8), box.Max.y), true);
    list->AddText(box.Min, ui_u32(ui, UI_COLOUR_TEXT), label, ui_text_end(label));
    list->PopClipRect();
    list->AddText(ImVec2(box.Max.x - value.x, box.Min.y), ui_u32(ui, UI_COLOUR_MUTED), shown);
}

/* Presses, Ctrl+click and the keyboard; true while a number is being typed. */
static bool slider_activation(Ui *ui, Area &area) {
    ImGuiContext &g = *ui->context;
    ImGuiWindow *window = ImGui::GetCurrentWindow();
    bool typing = ImGui::TempInputIsActive(area.id);
    if (typing) return true;
    bool clicked = area.hovered && g.IO.MouseClicked[0];
    bool nav = g.NavActivateId == area.id || g.NavActivateInputId == area.id;
    if (!clicked && !nav) return false;
    ImGui::SetActiveID(area.id, window);
    ImGui::SetFocusID(area.id, window);
    ImGui::FocusWindow(window);
    g.ActiveIdUsingNavDirMask |= (1 << ImGuiDir_Left) | (1 << ImGuiDir_Right);
    /* Typing, wherever on the slider the click was: the field would only take one on itself. */
    if (clicked && g.IO.KeyCtrl) g.NavActivateInputId = area.id;
    return g.NavActivateInputId == area.id;
}

static bool show_slider(Ui *ui, const char *label, ImGuiDataType type, void *value, const void *min,
                        const void *max, const void *initial, size_t value_bytes, const char *format,
                        const char *shown, bool logarithmic) {
    ImGuiContext &g = *ui->context;
    ImGuiWindow *window = ImGui::GetCurrentWindow();
    float width = ui_item_begin(ui);
    float height = g.FontSize + ui_px(ui, ui->size == UI_KIOSK ? 62.0f : 36.0f);
    Area area = {};
    ImVec2 at = window->DC.CursorPos;
    area.box = ImRect(at, at + ImVec2(width, height));
    area.id = window->GetID(label);
    ImGui::ItemSize(area.box.GetSize());
    ui->slider_released = false;
    bool seen = ImGui::ItemAdd(area.box, area.id, nullptr, ImGuiItemFlags_Inputable);
    ui_item_end(ui, label); /* scrolled away, Tab still finds it */
    if (!seen) return false;
    area.hovered = ImGui::ItemHoverable(area.box, area.id);
    if (area.hovered) ui->cursor = CURSOR_HAND;
    bool typing = slider_activation(ui, area), changed = false;
    if (typing) {
        ImRect field(ImVec2(area.box.Min.x, area.box.Max.y - ui_target_px(ui)), area.box.Max);
        changed = ImGui::TempInputScalar(field, area.id, label, type, value, format, min, max);
        return changed;
    }
    ImRect grab;
    changed = ImGui::SliderBehavior(area.box, area.id, type, value, min, max, format,
                                    logarithmic ? ImGuiSliderFlags_Logarithmic : 0, &grab);
    if (area.hovered && ImGui::IsMouseDoubleClicked(0) && memcmp(value, initial, value_bytes) != 0) {
        memcpy(value, initial, value_bytes);
        ImGui::ClearActiveID();
        ui->slider_released = changed = true;
    }
    if (changed) {
        ImGui::MarkItemEdited(area.id);
        ui_request_frames(ui, 2);
    }
    slider_words(ui, area.box, label, shown);
    slider_look(ui, area, grab, g.ActiveId == area.id);
    nav_outline(ui, area, ui_px(ui, 6));
    ui->slider_released = ui->slider_released || ImGui::IsItemDeactivatedAfterEdit();
    return changed;
}

extern "C" bool ui_slider(Ui *ui, const char *label, double *value, const UiRange *range) {
    char format[16], shown[64];
    const char *unit = range->unit ? range->unit : "";
    snprintf(format, sizeof format, "%%.%df", range->decimals);
    snprintf(shown, sizeof shown, "%.*f%s%s", range->decimals, *value, *unit ? " " : "", unit);
    return show_slider(ui, label, ImGuiDataType_Double, value, &range->min, &range->max, &range->initial,
                       sizeof *value, format, shown, range->logarithmic);
}

extern "C" bool ui_slider_int(Ui *ui, const char *label, int *value, const UiRange *range) {
    char shown[64];
    const char *unit = range->unit ? range->unit : "";
    snprintf(shown, sizeof shown, "%d%s%s", *value, *unit ? " " : "", unit);
    int min = (int)lround(range->min), max = (int)lround(range->max), initial = (int)lround(range->initial);
    return show_slider(ui, label, ImGuiDataType_S32, value, &min, &max, &initial, sizeof *value, "%d", shown,
                       range->logarithmic);
}

extern "C" bool ui_slider_released(Ui *ui) {
    return ui->slider_released;
}
extern "C" bool ui_widget_active(Ui *) {
    return ImGui::IsItemActive();
}

/* ---- choices ---- */
extern "C" bool ui_toggle(Ui *ui, const char *label, bool *on) {
    float width = ui_item_begin(ui), height = ui_target_px(ui);
    Area area = press_area(ui, label, ImVec2(width, height));
    if (area.pressed) *on = !*on;
    ImDrawList *list = ImGui::GetWindowDrawList();
    float h = ui_px(ui, ui->size == UI_KIOSK ? 44.0f : 28.0f), w = h * 1.75f, r = h * 0.5f;
    ImVec2 at(area.box.Max.x - w, area.box.Min.y + (height - h) * 0.5f);
    ImU32 track = *on ? ui_u32(ui, UI_COLOUR_ACCENT) : ui_mix(ui, UI_COLOUR_LINE, UI_COLOUR_MUTED, 0.35f);
    list->AddRectFilled(at, at + ImVec2(w, h), track, r);
    list->AddCircleFilled(at + ImVec2(*on ? w - r : r, r), r - ui_px(ui, 4),
                          ui_u32(ui, *on ? UI_COLOUR_ON_ACCENT : UI_COLOUR_PANEL));
    ImVec2 text = area.box.Min + ImVec2(0, (height - ImGui::GetFontSize()) * 0.5f);
    list->PushClipRect(area.box.Min, ImVec2(at.x - ui_px(ui, 8), area.box.Max.y), true);
    list->AddText(text, ui_u32(ui, UI_COLOUR_TEXT), label, ui_text_end(label));
    list->PopClipRect();
    nav_outline(ui, area, ui_px(ui, 6));
    return area.pressed;
}

/* A row of cells, one of them chosen; shared by segments and tabs. */
/* As wide as each other; where a word would not fit so, as wide as its words need. */
static void share_width(const Ui *ui, float width, const char *const *items, int count, float *cells) {
    float pad = ui_px(ui, 24), needed = 0, widest = 0;
    for (int i = 0; i < count; i++) {
        cells[i] = text_width(ui, UI_BODY, items[i]) + pad;
        needed += cells[i];
        widest = ImMax(widest, cells[i]);
    }
    bool alike = widest * (float)count <= width;
    for (int i = 0; i < count; i++) cells[i] = alike ? width / (float)count : width * cells[i] / needed;
}

static bool show_cells(Ui *ui, const char *name, float width, const char *const *items, int count,
                       int *selected) {
    enum { CELLS = 12 };
    ImDrawList *list = ImGui::GetWindowDrawList();
    ImVec2 at = ImGui::GetCursorScreenPos();
    float height = ui_target_px(ui), cells[CELLS], round = ui_px(ui, 10);
    bool changed = false;
    count = ImMin(count, (int)CELLS);
    share_width(ui, width, items, count, cells);
    list->AddRectFilled(at, at + ImVec2(width, height), ui_u32(ui, UI_COLOUR_FIELD), round);
    ImGui::PushID(name);
    for (int i = 0; i < count; at.x += cells[i++]) {
        char place[UI_NAME * 2];
        ImGui::SetCursorScreenPos(at);
        snprintf(place, sizeof place, "##%.50s.%.50s", strstr(name, "##") ? strstr(name, "##") + 2 : name,
                 strstr(items[i], "##") ? strstr(items[i], "##") + 2 : items[i]);
        Area area = press_area(ui, place, ImVec2(cells[i], height));
        if (area.pressed && *selected != i) {
            *selected = i;
            changed = true;
        }
        bool chosen = *selected == i;
        ImRect pill = area.box;
        pill.Expand(-ui_px(ui, 4));
        if (chosen || area.hovered)
            list->AddRectFilled(pill.Min, pill.Max,
                                ui_u32(ui, chosen ? UI_COLOUR_PANEL : UI_COLOUR_LINE, chosen ? 1.0f : 0.6f),
                                round - ui_px(ui, 4));
        centred_text(ui, UI_BODY, pill, ui_u32(ui, chosen ? UI_COLOUR_ACCENT : UI_COLOUR_TEXT), items[i]);
        nav_outline(ui, area, round);
    }
    ImGui::PopID();
    return changed;
}

extern "C" bool ui_segmented(Ui *ui, const char *label, const char *const *items, int count, int *selected) {
    float width = ui_item_begin(ui);
    ImGui::BeginGroup();
    caption(ui, label);
    bool changed = show_cells(ui, label, width, items, count, selected);
    ImGui::EndGroup();
    return changed;
}

extern "C" bool ui_combo(Ui *ui, const char *label, const char *const *items, int count, int *selected) {
    float width = ui_item_begin(ui);
    bool changed = false;
    ImGui::BeginGroup();
    caption(ui, label);
    ImGui::PushID(label);
    ImGui::SetNextItemWidth(width);
    const char *shown = *selected >= 0 && *selected < count ? items[*selected] : "";
    bool open = ImGui::BeginCombo("##combo", shown, ImGuiComboFlags_HeightLarge);
    if (!open) ui_item_end(ui, label);
    if (open) {
        for (int i = 0; i < count; i++) {
            ImGui::PushID(i);
            ImVec2 size(0, ui_target_px(ui) - ui_px(ui, 8));
            ImGui::PushStyleVar(ImGuiStyleVar_SelectableTextAlign, ImVec2(0, 0.5f));
            if (ImGui::Selectable(items[i], i == *selected, 0, size)) {
                changed = *selected != i;
                *selected = i;
                ui_request_frames(ui, 3);
            }
            ImGui::PopStyleVar();
            ui_item_end(ui, items[i]);
            if (i == *selected && ImGui::IsWindowAppearing()) ImGui::SetItemDefaultFocus();
            ImGui::PopID();
        }
        ImGui::EndCombo();
    }
    ImGui::PopID();
    ImGui::EndGroup();
    return changed;
}

extern "C" bool ui_menu(Ui *ui, const char *label, const char *const *items, int count, int *picked,
                        float width) {
    float room = ui_item_begin(ui);
    bool changed = false;
    char shown[UI_NAME * 2];
    snprintf(shown, sizeof shown, "%.*s", (int)ImMin(ui_text_end(label) - label, (ptrdiff_t)UI_NAME), label);
    ImGui::PushID(label);
    ImGui::SetNextItemWidth(width > 0 ? ui_px(ui, width) : room);
    bool open = ImGui::BeginCombo("##menu", shown, ImGuiComboFlags_HeightLarge);
    if (!open) ui_item_end(ui, label);
    for (int i = 0; open && i < count; i++) {
        ImGui::PushStyleVar(ImGuiStyleVar_SelectableTextAlign, ImVec2(0, 0.5f));
        if (ImGui::Selectable(items[i], false, 0, ImVec2(0, ui_target_px(ui) - ui_px(ui, 8)))) {
            *picked = i;
            changed = true;
            ui_request_frames(ui, 3);
        }
        ImGui::PopStyleVar();
        ui_item_end(ui, items[i]);
    }
    if (open) ImGui::EndCombo();
    ImGui::PopID();
    return changed;
}

extern "C" bool ui_swatch(Ui *ui, const char *label, const float rgb_srgb[3], bool selected) {
    float room = ui_item_begin(ui), height = ui_target_px(ui);
    Area area = press_area(ui, label, ImVec2(ui->column_count > 0 ? room : height, height));
    ImDrawList *list = ImGui::GetWindowDrawList();
    ImRect inner = area.box;
    inner.Expand(-ui_px(ui, selected ? 6.0f : 3.0f));
    float round = ui_px(ui, 8);
    list->AddRectFilled(inner.Min, inner.Max,
                        ImGui::GetColorU32(ImVec4(rgb_srgb[0], rgb_srgb[1], rgb_srgb[2], 1)), round);
    list->AddRect(inner.Min, inner.Max, ui_u32(ui, UI_COLOUR_LINE), round);
    if (selected || area.hovered)
        list->AddRect(area.box.Min, area.box.Max, ui_u32(ui, UI_COLOUR_ACCENT, selected ? 1.0f : 0.5f),
                      ui_px(ui, 10), 0, ui_px(ui, 2.5f));
    nav_outline(ui, area, ui_px(ui, 10));
    return area.pressed;
}

extern "C" bool ui_picture_choice(Ui *ui, const char *label, GpuTexture picture, bool selected) {
    float side = ui_item_begin(ui), text = ui->fonts[UI_SMALL]->FontSize * 1.5f, round = ui_px(ui, 10);
    Area area = press_area(ui, label, ImVec2(side, side + text));
    ImDrawList *list = ImGui::GetWindowDrawList();
    ImVec2 corner(area.box.Max.x, area.box.Min.y + side);
    list->AddRectFilled(area.box.Min, corner, ui_u32(ui, UI_COLOUR_FIELD), round);
    uint32_t name = gpu_texture_native(ui->gpu, picture);
    if (name)
        list->AddImageRounded((ImTextureID)(intptr_t)name, area.box.Min, corner, ImVec2(0, 0), ImVec2(1, 1),
                              IM_COL32_WHITE, round);
    if (selected || area.hovered)
        list->AddRect(area.box.Min, corner, ui_u32(ui, UI_COLOUR_ACCENT, selected ? 1.0f : 0.5f), round, 0,
                      ui_px(ui, selected ? 3.0f : 2.0f));
    centred_text(ui, UI_SMALL, ImRect(ImVec2(area.box.Min.x, corner.y), area.box.Max),
                 ui_u32(ui, selected ? UI_COLOUR_ACCENT : UI_COLOUR_TEXT), label);
    nav_outline(ui, area, round);
    return area.pressed;
}

extern "C" bool ui_text_field(Ui *ui, const char *label, char *text, int capacity_bytes, bool secret) {
    float width = ui_item_begin(ui);
    ImGui::BeginGroup();
    caption(ui, label);
    ImGui::PushID(label);
    ImGui::SetNextItemWidth(width);
    ImGuiInputTextFlags flags =
        ImGuiInputTextFlags_EnterReturnsTrue | (secret ? ImGuiInputTextFlags_Password : 0);
    bool entered = ImGui::InputText("##field", text, (size_t)capacity_bytes, flags);
    ui_item_end(ui, label, true);
    ImGui::PopID();
    ImGui::EndGroup();
    return entered;
}

/* ---- progress, notes ---- */
extern "C" void ui_progress(Ui *ui, const char *label, double done) {
    float width = ui_item_begin(ui);
    ImGui::BeginGroup();
    caption(ui, label);
    ImVec2 at = ImGui::GetCursorScreenPos(), size(width, ui_px(ui, 8));
    ImGui::Dummy(size);
    ui_item_end(ui, label);
    ImDrawList *list = ImGui::GetWindowDrawList();
    float round = size.y * 0.5f, from = 0, to = (float)ImClamp(done, 0.0, 1.0);
    if (done < 0) { /* a part of the bar wanders */
        from = 0.35f + 0.35f * sinf((float)fmod(ui->clock_s * 2.0, 6.283185307));
        to = from + 0.3f;
        ui_request_frames(ui, 2);
    }
    list->AddRectFilled(at, at + size, ui_u32(ui, UI_COLOUR_LINE), round);
    if (to > from)
        list->AddRectFilled(at + ImVec2(width * from, 0), at + ImVec2(ImMax(width * to, size.y), size.y),
                            ui_u32(ui, UI_COLOUR_ACCENT), round);
    ImGui::EndGroup();
}

extern "C" void ui_tooltip(Ui *ui, const char *text) {
    const double rest_s = 0.45;
    if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled) || ui->touch_down) return;
    ImGuiID id = ImGui::GetItemID();
    double dt_s = (double)ImGui::GetIO().DeltaTime;
    ui->tooltip_rest_s = ui->tooltip_id == id ? ui->tooltip_rest_s + dt_s : 0;
    ui->tooltip_id = id;
    if (ui->tooltip_rest_s < rest_s) {
        ui_request_frames(ui, 2);
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(ui_px(ui, 14), ui_px(ui, 10)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui_px(ui, 8));
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(ui_px(ui, 340));
    ImGui::TextUnformatted(text);
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
    ImGui::PopStyleVar(2);
}

extern "C" void ui_badge(Ui *ui, UiColour colour, const char *text) {
    ui_item_begin(ui);
    ImFont *font = ui->fonts[UI_SMALL];
    ImVec2 size(text_width(ui, UI_SMALL, text) + ui_px(ui, 20), font->FontSize + ui_px(ui, 8));
    ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy(size);
    ImDrawList *list = ImGui::GetWindowDrawList();
    list->AddRectFilled(at, at + size, ui_u32(ui, colour, 0.1f), size.y * 0.5f);
    list->AddRect(at, at + size, ui_u32(ui, colour, 0.5f), size.y * 0.5f);
    centred_text(ui, UI_SMALL, ImRect(at, at + size), ui_u32(ui, colour), text);
}
