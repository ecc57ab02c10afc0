/* sheet - pictures laid side by side on one page, each with its label: what a comparison and a contact sheet
 * share.
 *
 * What it does NOT do: render. Units px of the page. Threads: any, one sheet each.
 */
#pragma once
#include "../engine/image.h"

typedef struct SheetDesc {
    int width, height; /* px of the whole page */
    int columns, rows;
    int gap_px;          /* between panels; 0: a 160th of the height */
    const char *title;   /* in a band above; NULL: no band */
    uint32_t paper_rgba; /* 0: warm white */
} SheetDesc;

typedef struct SheetRect {
    int x, y, width, height;
} SheetRect;

/* Where panel `index` (row by row) lies. */
SheetRect sheet_panel(const SheetDesc *desc, int index);
bool sheet_begin(const SheetDesc *desc, Arena *arena, Image *page, Err *err);
/* Copy a picture of the panel's size to its place, with a label in its upper left corner (NULL: none). */
bool sheet_place(const SheetDesc *desc, Image *page, int index, const Image *picture, const char *label,
                 Err *err);
