/* Photos that nobody vouches for: what must load does, upright and in its colours; what must not is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "engine/file.h"
#include "engine/image.h"

static Arena arena;

static int set_up(void **state) {
    (void)state;
    return arena_create(&arena, &(ArenaDesc){.name = "test", .secret = true}, NULL) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static void fill(Image *image) {
    for (int y = 0; y < image->height; y++) {
        for (int x = 0; x < image->width; x++) {
            uint8_t *p = image->rgba + ((size_t)y * (size_t)image->width + (size_t)x) * 4;
            p[0] = (uint8_t)(x * 255 / image->width);
            p[1] = (uint8_t)(y * 255 / image->height);
            p[2] = (uint8_t)((x + y) & 127);
            p[3] = 255;
        }
    }
}

static double mean_difference(const Image *a, const Image *b) {
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);
    double sum = 0;
    const size_t count = (size_t)a->width * (size_t)a->height;
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < 3; k++)
            sum += fabs((double)a->rgba[i * 4 + (size_t)k] - b->rgba[i * 4 + (size_t)k]);
    }
    return sum / (double)count / 3;
}

static void test_png_round_trip(void **state) {
    (void)state;
    Err err = {0};
    Image image, again;
    assert_true(image_alloc(&arena, 61, 37, &image, &err));
    fill(&image);
    image.rgba[7] = 128; /* one pixel is half transparent: RGBA is written */
    char path[] = "/tmp/stipple_test_XXXXXX.png";
    close(mkstemps(path, 4));
    assert_true(image_save(path, &image, &err));
    ImageInfo info;
    assert_true(image_load(path, &arena, &again, &info, &err));
    assert_int_equal(info.orientation, 1);
    assert_false(info.converted_icc);
    assert_memory_equal(image.rgba, again.rgba, 61 * 37 * 4);
    unlink(path);
}

static void test_jpeg_round_trip(void **state) {
    (void)state;
    Err err = {0};
    Image image, again;
    assert_true(image_alloc(&arena, 64, 48, &image, &err));
    fill(&image);
    for (int i = 0; i < 64 * 48; i++) image.rgba[i * 4 + 2] = 90;
    char path[] = "/tmp/stipple_test_XXXXXX.jpg";
    close(mkstemps(path, 4));
    assert_true(image_save(path, &image, &err));
    assert_true(image_load(path, &arena, &again, NULL, &err));
    assert_true(mean_difference(&image, &again) < 2);
    unlink(path);
    assert_false(image_save("/tmp/stipple_test.bmp", &image, &err));
    assert_non_null(strstr(err.text, ".png"));
}

static void test_srgb_curve(void **state) {
    (void)state;
    for (int i = 0; i < 256; i++) {
        const float linear = srgb_to_linear((float)i / 255);
        assert_true(fabsf(linear - srgb8_to_linear_table[i]) < 1e-6f);
        assert_int_equal((int)(linear_to_srgb(linear) * 255 + 0.5f), i);
    }
    assert_true(fabsf(srgb_to_linear(0.5f) - 0.21404114f) < 1e-6f);
}

static void test_shrink_keeps_light(void **state) {
    (void)state;
    Err err = {0};
    Image image, small;
    float scale = 0;
    assert_true(image_alloc(&arena, 100, 60, &image, &err));
    /* Columns of black and white: the mean light is a half, which is 188 in sRGB and not 128. */
    for (int i = 0; i < 100 * 60; i++) memset(image.rgba + i * 4, i % 2 ? 255 : 0, 4);
    assert_true(image_shrink(&image, 50, &arena, &small, &scale, &err));
    assert_int_equal(small.width, 50);
    assert_int_equal(small.height, 30);
    assert_true(fabsf(scale - 0.5f) < 1e-6f);
    for (int i = 0; i < 50 * 30; i++) assert_int_equal(small.rgba[i * 4], 188);
    float rgb[3];
    image_sample_linear(&image, 1.0f, 0.5f, rgb);
    assert_true(fabsf(rgb[0] - 0.5f) < 1e-6f);
    image_sample_linear(&image, -5, -5, rgb);
    assert_true(rgb[0] == 0);
}

/* A damaged copy of a good picture must never crash, whatever byte is changed or wherever it is cut. */
static void test_damage_is_survived(void **state) {
    (void)state;
    Err err = {0};
    Image image, out;
    assert_true(image_alloc(&arena, 40, 40, &image, &err));
    fill(&image);
    const char *const endings[] = {".png", ".jpg"};
    for (int kind = 0; kind < 2; kind++) {
        char path[64];
        snprintf(path, sizeof path, "/tmp/stipple_damage_%d%s", (int)getpid(), endings[kind]);
        assert_true(image_save(path, &image, &err));
        Bytes bytes;
        assert_true(file_read(path, 1 << 20, &arena, &bytes, &err));
        unlink(path);
        const size_t mark = arena_mark(&arena);
        for (size_t cut = 0; cut < bytes.size; cut += 13) {
            assert_false(image_decode(bytes.data, cut, "cut", &arena, &out, NULL, &err));
            assert_null(out.rgba);
            arena_rewind(&arena, mark);
        }
        for (size_t i = 0; i < bytes.size; i += 3) {
            const uint8_t old = bytes.data[i];
            bytes.data[i] = (uint8_t)(old ^ (1u << (i % 8)));
            image_decode(bytes.data, bytes.size, "changed", &arena, &out, NULL, &err);
            bytes.data[i] = old;
            arena_rewind(&arena, mark);
        }
    }
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void test_bad_files_are_refused(void **state) {
    (void)state;
    DIR *folder = opendir(STIPPLE_SHARED "/data/bad");
    if (folder == NULL) {
        print_message("skipped: no reference data\n");
        skip();
    }
    int files = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] == '.') continue;
        char path[1024];
        snprintf(path, sizeof path, "%s/data/bad/%s", STIPPLE_SHARED, entry->d_name);
        Err err = {0};
        Image image;
        ImageInfo info;
        struct rusage before, after;
        getrusage(RUSAGE_SELF, &before);
        const double start = seconds();
        assert_false(image_load(path, &arena, &image, &info, &err));
        assert_true(seconds() - start < 0.5);
        getrusage(RUSAGE_SELF, &after);
        assert_true(after.ru_maxrss - before.ru_maxrss < 40000);
        assert_non_null(strstr(err.text, entry->d_name));
        assert_null(strchr(err.text, '\n'));
        assert_null(image.rgba);
        print_message("%s\n", err.text + strlen(STIPPLE_SHARED "/data/bad/"));
        files++;
    }
    closedir(folder);
    assert_true(files > 0);
}

static void test_formats_agree(void **state) {
    (void)state;
    Err err = {0};
    Image front, small;
    const size_t mark = arena_mark(&arena);
    if (!image_load(STIPPLE_SHARED "/data/photos/lps_front.jpg", &arena, &front, NULL, &err)) {
        print_message("skipped: no reference data\n");
        skip();
    }
    assert_true(image_shrink(&front, 600, &arena, &small, NULL, &err));
    static const struct {
        const char *name;
        double difference; /* mean, of 255 */
        bool grey, icc;
    } files[] = {{"cmyk.jpg", 4, false, false},         {"grey.jpg", 4, true, false},
                 {"lps_exif6.jpg", 4, false, false},    {"palette.png", 20, false, false},
                 {"phone.heic", 4, false, false},       {"progressive.jpg", 4, false, false},
                 {"rgb16.png", 4, false, false},        {"rgba.png", 4, false, false},
                 {"wide_gamut_a98.jpg", 4, false, true}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/data/formats/%s", STIPPLE_SHARED, files[i].name);
        Image image;
        ImageInfo info;
        if (!image_load(path, &arena, &image, &info, &err)) fail_msg("%s", err.text);
        assert_int_equal(image.width, 450);
        assert_int_equal(image.height, 600);
        assert_int_equal(info.converted_icc, files[i].icc);
        Image expected = small;
        if (files[i].grey) {
            assert_true(image_alloc(&arena, 450, 600, &expected, &err));
            for (int p = 0; p < 450 * 600; p++) {
                const uint8_t *c = small.rgba + p * 4;
                memset(expected.rgba + p * 4, (int)(0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2] + 0.5), 4);
            }
        }
        const double difference = mean_difference(&image, &expected);
        print_message("%-20s mean difference %.2f\n", files[i].name, difference);
        assert_true(difference < files[i].difference);
    }
    arena_rewind(&arena, mark);
}

static void test_orientations_agree(void **state) {
    (void)state;
    Err err = {0};
    Image first, image, a, b;
    ImageInfo info;
    if (!image_load(STIPPLE_SHARED "/data/formats/orientation_1.jpg", &arena, &first, &info, &err)) {
        print_message("skipped: no reference data\n");
        skip();
    }
    assert_true(image_shrink(&first, 200, &arena, &a, NULL, &err));
    for (int orientation = 3; orientation <= 8; orientation++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/data/formats/orientation_%d.jpg", STIPPLE_SHARED, orientation);
        if (!file_exists(path)) continue;
        assert_true(image_load(path, &arena, &image, &info, &err));
        assert_int_equal(info.orientation, orientation);
        assert_true(image_shrink(&image, 200, &arena, &b, NULL, &err));
        assert_true(mean_difference(&a, &b) < 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_png_round_trip),     cmocka_unit_test(test_jpeg_round_trip),
        cmocka_unit_test(test_srgb_curve),         cmocka_unit_test(test_shrink_keeps_light),
        cmocka_unit_test(test_damage_is_survived), cmocka_unit_test(test_bad_files_are_refused),
        cmocka_unit_test(test_formats_agree),      cmocka_unit_test(test_orientations_agree),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
