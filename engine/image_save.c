/* Writing pictures: PNG by libpng, JPEG by stb; whole or not at all. */
#include "image.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>
#include <strings.h>

#include "file.h"
#include "image_codec.h"

/* Level 3 with the filters that suit photographs: a third of the time of level 6 for a tenth more bytes. */
enum { PNG_LEVEL = 3, JPEG_QUALITY = 95 };

typedef struct PngSink {
    uint8_t *data;
    size_t size, capacity;
} PngSink;

static void take_png_bytes(png_structp png, png_bytep data, size_t size) {
    PngSink *sink = png_get_io_ptr(png);
    if (size > sink->capacity - sink->size) png_error(png, "no room");
    memcpy(sink->data + sink->size, data, size);
    sink->size += size;
}

static void flush_png_bytes(png_structp png) {
    (void)png;
}

static void quiet_png_error(png_structp png, png_const_charp text) {
    (void)text;
    longjmp(png_jmpbuf(png), 1);
}

static void quiet_png_warning(png_structp png, png_const_charp text) {
    (void)png, (void)text;
}

static bool is_opaque(const Image *image) {
    const size_t count = (size_t)image->width * (size_t)image->height;
    for (size_t i = 0; i < count; i++) {
        if (image->rgba[i * 4 + 3] != 255) return false;
    }
    return true;
}

static bool encode_png(const Image *image, PngSink *sink) {
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, quiet_png_error, quiet_png_warning);
    png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        return false;
    }
    /* volatile: read after longjmp. */
    volatile bool ok = false;
    if (setjmp(png_jmpbuf(png)) == 0) {
        const bool opaque = is_opaque(image);
        png_set_write_fn(png, sink, take_png_bytes, flush_png_bytes);
        png_set_compression_level(png, PNG_LEVEL);
        png_set_filter(png, 0, PNG_FILTER_SUB | PNG_FILTER_UP);
        png_set_IHDR(png, info, (png_uint_32)image->width, (png_uint_32)image->height, 8,
                     opaque ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGBA, PNG_INTERLACE_NONE,
                     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
        png_write_info(png, info);
        if (opaque) png_set_filler(png, 0, PNG_FILLER_AFTER);
        for (int y = 0; y < image->height; y++)
            png_write_row(png, image->rgba + (size_t)y * (size_t)image->width * 4);
        png_write_end(png, info);
        ok = true;
    }
    png_destroy_write_struct(&png, &info);
    return ok;
}

static bool save_png(const char *path, const Image *image, Arena *scratch, Err *err) {
    /* Deflate never makes more than this of incompressible rows. */
    PngSink sink = {.capacity = (size_t)image->width * (size_t)image->height * 5 + 65536};
    sink.data = arena_push(scratch, sink.capacity);
    if (sink.data == NULL || !encode_png(image, &sink)) {
        return err_set(err, "There is no room to save a picture of %d x %d", image->width, image->height);
    }
    return file_write(path, sink.data, sink.size, err);
}

static bool save_jpeg(const char *path, const Image *image, Arena *scratch, Err *err) {
    Bytes bytes;
    if (!image_codec_encode_jpeg(image, JPEG_QUALITY, scratch, &bytes)) {
        return err_set(err, "There is no room to save a picture of %d x %d", image->width, image->height);
    }
    return file_write(path, bytes.data, bytes.size, err);
}

bool image_save(const char *path, const Image *image, Err *err) {
    const char *dot = strrchr(path, '.');
    const bool png = dot != NULL && strcasecmp(dot, ".png") == 0;
    const bool jpeg = dot != NULL && (strcasecmp(dot, ".jpg") == 0 || strcasecmp(dot, ".jpeg") == 0);
    if (!png && !jpeg) return err_set(err, "Cannot write %s: pictures are written as .png or .jpg", path);
    Arena scratch;
    const ArenaDesc desc = {.name = "saving a picture", .secret = true};
    if (!arena_create(&scratch, &desc, err)) return false;
    const bool ok = png ? save_png(path, image, &scratch, err) : save_jpeg(path, image, &scratch, err);
    arena_destroy(&scratch);
    return ok;
}
