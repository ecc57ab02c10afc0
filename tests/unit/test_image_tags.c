/* What a photo carries besides its pixels: orientation, focal length, colour profiles; and HEIC through its
 * child. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <lcms2.h>
#include <string.h>
#include <unistd.h>

#include "engine/file.h"
#include "engine/image.h"

enum { WIDTH = 48, HEIGHT = 32 };
static Arena arena;

static int set_up(void **state) {
    (void)state;
    return arena_create(&arena, &(ArenaDesc){.name = "test"}, NULL) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    arena_destroy(&arena);
    return 0;
}

/* The bytes of a JPEG or PNG file of a picture whose quarters have four colours. */
static Bytes make_file(const char *ending, const uint8_t colours[4][3]) {
    Image image;
    Bytes bytes;
    char path[64];
    assert_true(image_alloc(&arena, WIDTH, HEIGHT, &image, NULL));
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        const int quarter = (i % WIDTH >= WIDTH / 2) + 2 * (i / WIDTH >= HEIGHT / 2);
        memcpy(image.rgba + i * 4, colours[quarter], 3);
        image.rgba[i * 4 + 3] = 255;
    }
    snprintf(path, sizeof path, "/tmp/stipple_tags_%d%s", (int)getpid(), ending);
    assert_true(image_save(path, &image, NULL));
    assert_true(file_read(path, 1 << 20, &arena, &bytes, NULL));
    unlink(path);
    return bytes;
}

/* A JPEG with one more segment behind its start. */
static Bytes with_segment(Bytes jpeg, uint8_t marker, const uint8_t *data, size_t size) {
    Bytes out = {.data = arena_push(&arena, jpeg.size + size + 4), .size = jpeg.size + size + 4};
    memcpy(out.data, jpeg.data, 2);
    const uint8_t head[4] = {0xFF, marker, (uint8_t)((size + 2) >> 8), (uint8_t)(size + 2)};
    memcpy(out.data + 2, head, 4);
    memcpy(out.data + 6, data, size);
    memcpy(out.data + 6 + size, jpeg.data + 2, jpeg.size - 2);
    return out;
}

/* Little-endian EXIF with an orientation and, in its second folder, a 35 mm focal length. */
static Bytes with_exif(Bytes jpeg, int orientation, int focal_mm) {
    const uint8_t exif[] = {'E',  'x',  'i',  'f', 0,
                            0,    'I',  'I',  42,  0,
                            8,    0,    0,    0,   2,
                            0,    0x12, 0x01, 3,   0,
                            1,    0,    0,    0,   (uint8_t)orientation,
                            0,    0,    0, /* orientation */
                            0x69, 0x87, 4,    0,   1,
                            0,    0,    0,    38,  0,
                            0,    0, /* EXIF folder at 38 */
                            0,    0,    0,    0,   1,
                            0,    0x05, 0xA4, 3,   0,
                            1,    0,    0,    0,   (uint8_t)focal_mm,
                            0,    0,    0, /* focal length in 35 mm film */
                            0,    0,    0,    0};
    return with_segment(jpeg, 0xE1, exif, sizeof exif);
}

static const uint8_t quarters[4][3] = {{220, 40, 40}, {40, 200, 40}, {50, 60, 220}, {230, 220, 60}};

static int nearest_quarter(const Image *image, int x, int y) {
    const uint8_t *p = image->rgba + ((size_t)y * (size_t)image->width + (size_t)x) * 4;
    int best = -1, best_distance = 60;
    for (int q = 0; q < 4; q++) {
        const int distance =
            abs(p[0] - quarters[q][0]) + abs(p[1] - quarters[q][1]) + abs(p[2] - quarters[q][2]);
        if (distance < best_distance) {
            best_distance = distance;
            best = q;
        }
    }
    return best;
}

static void test_all_orientations(void **state) {
    (void)state;
    /* Which stored quarter (0 1 / 2 3) is seen at the top left, top right, bottom left, bottom right:
     * EXIF 2.3, 4.6.4A. */
    static const int seen[9][4] = {{0, 1, 2, 3}, {0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1},
                                   {0, 2, 1, 3}, {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2}};
    const Bytes jpeg = make_file(".jpg", quarters);
    for (int orientation = 0; orientation <= 9; orientation++) {
        Image image;
        ImageInfo info;
        Err err = {0};
        const Bytes file = with_exif(jpeg, orientation, 28);
        if (!image_decode(file.data, file.size, "test", &arena, &image, &info, &err))
            fail_msg("%s", err.text);
        const int valid = orientation >= 1 && orientation <= 8 ? orientation : 1;
        assert_int_equal(info.orientation, valid);
        assert_true(info.focal_35mm == 28);
        assert_int_equal(image.width, valid >= 5 ? HEIGHT : WIDTH);
        for (int q = 0; q < 4; q++) {
            const int x = image.width * (1 + 2 * (q % 2)) / 4, y = image.height * (1 + 2 * (q / 2)) / 4;
            assert_int_equal(nearest_quarter(&image, x, y), seen[valid][q]);
        }
    }
}

static void test_broken_exif_is_ignored(void **state) {
    (void)state;
    const Bytes jpeg = make_file(".jpg", quarters);
    const Bytes file = with_exif(jpeg, 6, 28);
    for (size_t i = 12; i < 68; i++) {
        for (int value = 0; value < 256; value += 51) {
            Image image;
            const uint8_t old = file.data[i];
            file.data[i] = (uint8_t)value;
            const size_t mark = arena_mark(&arena);
            assert_true(image_decode(file.data, file.size, "test", &arena, &image, NULL, NULL));
            arena_rewind(&arena, mark);
            file.data[i] = old;
        }
    }
}

/* Display P3, the phones' space: the D65 white, the primaries of DCI and the sRGB curve. */
static Bytes p3_profile(void) {
    const cmsCIExyY white = {0.3127, 0.3290, 1};
    const cmsCIExyYTRIPLE primaries = {{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
    const cmsFloat64Number curve_values[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
    cmsToneCurve *curve = cmsBuildParametricToneCurve(NULL, 4, curve_values);
    cmsToneCurve *curves[3] = {curve, curve, curve};
    cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, curves);
    cmsUInt32Number size = 0;
    cmsSaveProfileToMem(profile, NULL, &size);
    Bytes bytes = {.data = arena_push(&arena, size), .size = size};
    cmsSaveProfileToMem(profile, bytes.data, &size);
    cmsFreeToneCurve(curve);
    cmsCloseProfile(profile);
    return bytes;
}

static void expect_colour(const Image *image, const uint8_t rgb[3], int tolerance) {
    const uint8_t *p = image->rgba + ((size_t)(image->height / 4) * (size_t)image->width + 8) * 4;
    for (int k = 0; k < 3; k++) {
        if (abs(p[k] - rgb[k]) > tolerance)
            fail_msg("%d %d %d is not %d %d %d", p[0], p[1], p[2], rgb[0], rgb[1], rgb[2]);
    }
}

static void test_wide_gamut_in_parts(void **state) {
    (void)state;
    static const uint8_t skin[4][3] = {{200, 140, 110}, {200, 140, 110}, {200, 140, 110}, {200, 140, 110}};
    const Bytes jpeg = make_file(".jpg", skin), profile = p3_profile();
    /* In two parts and the second one first, as the standard allows. */
    const size_t half = profile.size / 2;
    Bytes file = jpeg;
    for (int part = 1; part <= 2; part++) {
        uint8_t data[4096];
        const size_t from = part == 1 ? 0 : half, size = part == 1 ? half : profile.size - half;
        memcpy(data, "ICC_PROFILE", 12);
        data[12] = (uint8_t)part;
        data[13] = 2;
        memcpy(data + 14, profile.data + from, size);
        file = with_segment(file, 0xE2, data, size + 14);
    }
    Image image;
    ImageInfo info;
    Err err = {0};
    if (!image_decode(file.data, file.size, "test", &arena, &image, &info, &err)) fail_msg("%s", err.text);
    assert_true(info.converted_icc);
    expect_colour(&image, (const uint8_t[3]){211, 137, 104}, 3); /* ecosystem figures for this skin tone */
    /* Without its second half the profile is unusable, and the photo is still a photo. */
    file.data[6 + 12] = 1;
    log_set_level(LOG_ERROR);
    assert_true(image_decode(file.data, file.size, "test", &arena, &image, &info, &err));
    log_set_level(LOG_WARNING);
    assert_false(info.converted_icc);
    expect_colour(&image, skin[0], 3);
}

static int heic_folders(void) {
    int count = 0;
    char ours[64];
    snprintf(ours, sizeof ours, "stipple-heic-%d-", (int)getpid());
    DIR *folder = opendir("/dev/shm");
    if (folder == NULL) return 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        count += strncmp(entry->d_name, ours, strlen(ours)) == 0;
    closedir(folder);
    return count;
}

static void test_heic(void **state) {
    (void)state;
    Image image;
    Bytes bytes;
    Err err = {0};
    const int before = heic_folders();
    /* A brand and nothing behind it. */
    const uint8_t empty[] = {0, 0, 0, 24, 'f', 't', 'y', 'p', 'h', 'e', 'i', 'c',
                             0, 0, 0, 0,  'm', 'i', 'f', '1', 'h', 'e', 'i', 'c'};
    assert_false(image_decode(empty, sizeof empty, "empty.heic", &arena, &image, NULL, &err));
    assert_non_null(strstr(err.text, "empty.heic"));
    assert_int_equal(heic_folders(), before);
    if (!file_read(STIPPLE_SHARED "/data/formats/phone.heic", 1 << 20, &arena, &bytes, &err)) {
        print_message("skipped: no reference data\n");
        skip();
    }
    assert_true(image_decode(bytes.data, bytes.size, "phone.heic", &arena, &image, NULL, &err));
    assert_false(image_decode(bytes.data, bytes.size / 2, "half.heic", &arena, &image, NULL, &err));
    assert_non_null(strstr(err.text, "half.heic"));
    /* It claims to be 60,000 px wide. */
    uint8_t *ispe = memmem(bytes.data, bytes.size, "ispe", 4);
    assert_non_null(ispe);
    ispe[10] = 0xEA;
    assert_false(image_decode(bytes.data, bytes.size, "wide.heic", &arena, &image, NULL, &err));
    assert_non_null(strstr(err.text, "too large"));
    /* Without the converter the sentence says what to install. */
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "/nowhere", 1);
    ispe[10] = 0;
    assert_false(image_decode(bytes.data, bytes.size, "phone.heic", &arena, &image, NULL, &err));
    assert_non_null(strstr(err.text, "libheif-examples"));
    setenv("PATH", path, 1);
    free(path);
    assert_int_equal(heic_folders(), before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_orientations),
        cmocka_unit_test(test_broken_exif_is_ignored),
        cmocka_unit_test(test_wide_gamut_in_parts),
        cmocka_unit_test(test_heic),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
