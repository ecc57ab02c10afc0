/* Words in pictures: ink where they are asked for, none elsewhere, the same each time. */
#include "engine/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static int ink(const Image *image, int x0, int x1) {
    int count = 0;
    for (int y = 0; y < image->height; ++y)
        for (int x = x0; x < x1; ++x) count += image->rgba[4 * (y * image->width + x) + 3] > 0;
    return count;
}

static void draws_where_asked(void **state) {
    (void)state;
    Arena arena = {0};
    Err err = {0};
    Image a, b;
    assert_true(arena_create(&arena, &(ArenaDesc){.name = "test", .capacity_bytes = 1 << 24}, &err));
    assert_true(image_alloc(&arena, 300, 60, &a, &err) && image_alloc(&arena, 300, 60, &b, &err));
    TextFont *font = text_open(TEXT_SEMIBOLD, &err);
    assert_non_null(font);
    float width = text_width(font, 20, "Haar 0,5 mm ñ");
    assert_true(width > 60 && width < 200);
    text_draw(font, &a, 290, 40, 20, 1, 0xff0000ff, "Haar 0,5 mm ñ");
    assert_true(ink(&a, 290 - (int)width - 2, 292) > 200);
    assert_int_equal(ink(&a, 0, 288 - (int)width), 0);
    text_draw(font, &b, 290, 40, 20, 1, 0xff0000ff, "Haar 0,5 mm ñ");
    assert_memory_equal(a.rgba, b.rgba, 300 * 60 * 4);
    text_draw(font, &a, -500, 400, 20, 0, 0xff0000ff, "outside"); /* cut off, not written */
    text_draw_chip(font, &a, 2, 2, 14, 0, 0xffffffff, 0x000000ff, "chip");
    assert_int_equal(a.rgba[4 * (16 * 300 + 8) + 3], 255);
    text_close(font);
    arena_destroy(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(draws_where_asked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
