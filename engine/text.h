/* text - words drawn into pictures: labels of a comparison, the mark on an export.
 *
 * Draws UTF-8 with the Inter fonts (fonts-inter) by FreeType straight into an Image; needs no display, window
 * or GL. What it does NOT do: widgets (ui.h), line breaking, scripts other than left to right. Promises: same
 * text, size and place give the same bytes. Threads: one font belongs to one thread at a time.
 */
#pragma once
#include "image.h"

typedef enum TextWeight { TEXT_REGULAR, TEXT_SEMIBOLD } TextWeight;
typedef struct TextFont TextFont; /* CONSTRUCTOR text_open, DESTRUCTOR text_close (NULL is a no-op) */

TextFont *text_open(TextWeight weight, Err *err);
void text_close(TextFont *font);

/* Advance width in px of one line at an em of size_px. */
float text_width(TextFont *font, float size_px, const char *text);
/* anchor_x: 0 the text begins at x_px, 0.5 is centred on it, 1 ends there; baseline_px: y of the baseline.
 * rgba 0xRRGGBBAA, sRGB. Parts outside of the image are cut off. */
void text_draw(TextFont *font, Image *image, float x_px, float baseline_px, float size_px, float anchor_x,
               uint32_t rgba, const char *text);
/* A rectangle with rounded corners, blended over the image. */
void text_fill_box(Image *image, float x_px, float y_px, float width_px, float height_px, float radius_px,
                   uint32_t rgba);
/* Text in a rounded box whose top left corner is at (x, y), or top right when anchor_x is 1. Returns its
 * height. */
float text_draw_chip(TextFont *font, Image *image, float x_px, float y_px, float size_px, float anchor_x,
                     uint32_t text_rgba, uint32_t box_rgba, const char *text);
