#include "sheet.h"

#include "../engine/text.h"
#include <string.h>

static int gap_px(const SheetDesc *desc) {
    if (desc->gap_px) return desc->gap_px;
    return desc->height / 160 > 2 ? desc->height / 160 : 2;
}

static float title_px(const SheetDesc *desc) {
    return (float)(desc->height < desc->width ? desc->height : desc->width) * 0.032f;
}

static int band_px(const SheetDesc *desc) {
    return desc->title ? (int)(title_px(desc) * 2.6f) : 0;
}

SheetRect sheet_panel(const SheetDesc *desc, int index) {
    int gap = gap_px(desc), top = band_px(desc);
    int column = index % desc->columns, row = index / desc->columns;
    int room_x = desc->width - gap * (desc->columns - 1),
        room_y = desc->height - top - gap * (desc->rows - 1);
    int x0 = column * room_x / desc->columns, x1 = (column + 1) * room_x / desc->columns;
    int y0 = row * room_y / desc->rows, y1 = (row + 1) * room_y / desc->rows;
    return (SheetRect){x0 + column * gap, top + y0 + row * gap, x1 - x0, y1 - y0};
}

bool sheet_begin(const SheetDesc *desc, Arena *arena, Image *page, Err *err) {
    if (!image_alloc(arena, desc->width, desc->height, page, err)) return false;
    uint32_t paper = desc->paper_rgba ? desc->paper_rgba : 0xf6f3eeff;
    for (size_t i = 0; i < (size_t)desc->width * (size_t)desc->height; ++i)
        for (int c = 0; c < 4; ++c) page->rgba[4 * i + (size_t)c] = (uint8_t)(paper >> (24 - 8 * c));
    if (!desc->title) return true;
    TextFont *font = text_open(TEXT_SEMIBOLD, err);
    if (!font) return false;
    float size = title_px(desc);
    text_draw(font, page, size, size * 1.7f, size, 0, 0x26221eff, desc->title);
    text_close(font);
    return true;
}

/* Of a label that its panel cannot hold, "Scar or mark: Keloid", only what comes after the colon is written,
 * and that smaller where it must be. */
static const char *label_fit(TextFont *font, const char *label, float room_px, float *size_px) {
    const char *colon = strstr(label, ": ");
    if (colon && text_width(font, *size_px, label) > room_px) label = colon + 2;
    const float width = text_width(font, *size_px, label);
    if (width > room_px) *size_px *= room_px / width;
    return label;
}

bool sheet_place(const SheetDesc *desc, Image *page, int index, const Image *picture, const char *label,
                 Err *err) {
    SheetRect at = sheet_panel(desc, index);
    ASSERT(picture->width == at.width && picture->height == at.height);
    for (int y = 0; y < at.height; ++y)
        memcpy(page->rgba + 4 * ((size_t)(at.y + y) * (size_t)page->width + (size_t)at.x),
               picture->rgba + 4 * (size_t)y * (size_t)picture->width, 4 * (size_t)at.width);
    if (!label) return true;
    TextFont *font = text_open(TEXT_SEMIBOLD, err);
    if (!font) return false;
    float size = (float)(at.height < at.width ? at.height : at.width) * 0.036f;
    if (size < 12) size = 12;
    const float inset = size;
    label = label_fit(font, label, (float)at.width - 4 * inset,
                      &size); /* the chip is wider by two sizes at most */
    text_draw_chip(font, page, (float)at.x + inset, (float)at.y + inset, size, 0, 0xffffffff, 0x1c1917b0,
                   label);
    text_close(font);
    return true;
}
