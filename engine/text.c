#include "text.h"

#include <ft2build.h>
#include <math.h>
#include <string.h>
#include FT_FREETYPE_H

struct TextFont {
    FT_Library library;
    FT_Face face;
};

static const char *const font_files[] = {"/usr/share/fonts/opentype/inter/Inter-Regular.otf",
                                         "/usr/share/fonts/opentype/inter/Inter-SemiBold.otf"};

TextFont *text_open(TextWeight weight, Err *err) {
    TextFont *font = calloc(1, sizeof *font);
    if (!font) return err_set(err, "There is no memory left for a font"), NULL;
    if (FT_Init_FreeType(&font->library) == 0 &&
        FT_New_Face(font->library, font_files[weight], 0, &font->face) == 0)
        return font;
    err_set(err, "The font %s is missing; install the package fonts-inter", font_files[weight]);
    text_close(font);
    return NULL;
}

void text_close(TextFont *font) {
    if (!font) return;
    if (font->face) FT_Done_Face(font->face);
    if (font->library) FT_Done_FreeType(font->library);
    free(font);
}

/* The next code point of valid UTF-8; a broken byte stands for itself. */
static uint32_t next_code(const char **text) {
    const uint8_t *p = (const uint8_t *)*text;
    int extra = p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : p[0] >= 0xc0 ? 1 : 0;
    uint32_t code = extra ? p[0] & (0x3fu >> extra) : p[0];
    int used = 1;
    for (; used <= extra && (p[used] & 0xc0) == 0x80; ++used) code = code << 6 | (p[used] & 0x3fu);
    *text += used;
    return code;
}

static void set_size(TextFont *font, float size_px) {
    FT_Set_Char_Size(font->face, 0, (FT_F26Dot6)lrintf(size_px * 64), 72, 72);
}

float text_width(TextFont *font, float size_px, const char *text) {
    float width = 0;
    set_size(font, size_px);
    while (*text)
        if (FT_Load_Char(font->face, next_code(&text), FT_LOAD_NO_HINTING) == 0)
            width += (float)font->face->glyph->linearHoriAdvance / 65536.0f;
    return width;
}

/* Coverage-weighted "over" in encoded values, as a browser draws text; alpha is straight, not premultiplied.
 */
static void blend_pixel(Image *image, int x, int y, float coverage, uint32_t rgba) {
    if (x < 0 || y < 0 || x >= image->width || y >= image->height || coverage <= 0) return;
    uint8_t *p = image->rgba + 4 * ((size_t)y * (size_t)image->width + (size_t)x);
    float alpha = coverage * (float)(rgba & 255) / 255;
    float under = (1 - alpha) * (float)p[3] / 255, sum = alpha + under;
    if (sum <= 0) return;
    for (int c = 0; c < 3; ++c)
        p[c] = (uint8_t)lrintf(((float)(rgba >> (24 - 8 * c) & 255) * alpha + (float)p[c] * under) / sum);
    p[3] = (uint8_t)lrintf(255 * sum);
}

static void blend_glyph(const FT_GlyphSlot glyph, Image *image, int x, int y, uint32_t rgba) {
    const FT_Bitmap *bitmap = &glyph->bitmap;
    for (int row = 0; row < (int)bitmap->rows; ++row)
        for (int column = 0; column < (int)bitmap->width; ++column)
            blend_pixel(image, x + glyph->bitmap_left + column, y - glyph->bitmap_top + row,
                        (float)bitmap->buffer[row * bitmap->pitch + column] / 255, rgba);
}

void text_draw(TextFont *font, Image *image, float x_px, float baseline_px, float size_px, float anchor_x,
               uint32_t rgba, const char *text) {
    float x = x_px - anchor_x * text_width(font, size_px, text);
    int y = (int)lrintf(baseline_px);
    set_size(font, size_px);
    while (*text) {
        /* Sub-pixel placement, so that letters keep their spacing at small sizes. */
        FT_Vector shift = {(FT_Pos)lrintf((x - floorf(x)) * 64), 0};
        FT_Set_Transform(font->face, NULL, &shift);
        if (FT_Load_Char(font->face, next_code(&text), FT_LOAD_NO_HINTING | FT_LOAD_RENDER) != 0) continue;
        blend_glyph(font->face->glyph, image, (int)floorf(x), y, rgba);
        x += (float)font->face->glyph->linearHoriAdvance / 65536.0f;
    }
    FT_Set_Transform(font->face, NULL, NULL);
}

void text_fill_box(Image *image, float x_px, float y_px, float width_px, float height_px, float radius_px,
                   uint32_t rgba) {
    float half_w = width_px / 2, half_h = height_px / 2;
    float radius = fminf(radius_px, fminf(half_w, half_h));
    for (int y = (int)floorf(y_px); y <= (int)ceilf(y_px + height_px); ++y)
        for (int x = (int)floorf(x_px); x <= (int)ceilf(x_px + width_px); ++x) {
            float dx = fabsf((float)x + 0.5f - x_px - half_w) - (half_w - radius);
            float dy = fabsf((float)y + 0.5f - y_px - half_h) - (half_h - radius);
            float outside = hypotf(fmaxf(dx, 0), fmaxf(dy, 0)) + fminf(fmaxf(dx, dy), 0) - radius;
            blend_pixel(image, x, y, fminf(fmaxf(0.5f - outside, 0), 1), rgba);
        }
}

float text_draw_chip(TextFont *font, Image *image, float x_px, float y_px, float size_px, float anchor_x,
                     uint32_t text_rgba, uint32_t box_rgba, const char *text) {
    float pad_x = size_px * 0.75f, height = size_px * 2.0f;
    float width = text_width(font, size_px, text) + 2 * pad_x;
    float left = x_px - anchor_x * width;
    text_fill_box(image, left, y_px, width, height, height / 2, box_rgba);
    /* Inter's capitals are 0.727 em high. */
    text_draw(font, image, left + pad_x, y_px + height / 2 + size_px * 0.36f, size_px, 0, text_rgba, text);
    return height;
}
