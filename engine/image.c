#include "image.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include <libexif/exif-data.h>

#include "file.h"
#include "image_check.h"
#include "image_codec.h"
#include "image_colour.h"

bool image_alloc(Arena *arena, int width, int height, Image *out, Err *err) {
    *out = (Image){0};
    ASSERT(width > 0 && height > 0);
    uint8_t *rgba = arena_push_array(arena, 4, (size_t)width * (size_t)height);
    if (rgba == NULL) return err_set(err, "There is no room for a picture of %d x %d", width, height);
    *out = (Image){.width = width, .height = height, .rgba = rgba};
    return true;
}

uint8_t *image_texel(const Image *image, const float uv[2]) {
    const int x = (int)(uv[0] * (float)image->width), y = (int)(uv[1] * (float)image->height);
    if (x < 0 || y < 0 || x >= image->width || y >= image->height) return NULL;
    return image->rgba + 4 * ((size_t)y * (size_t)image->width + (size_t)x);
}

/* ---- what a photo says about itself ---- */

static int exif_number(ExifData *exif, ExifIfd ifd, ExifTag tag, int missing) {
    const ExifEntry *entry = exif_content_get_entry(exif->ifd[ifd], tag);
    if (entry == NULL || entry->format != EXIF_FORMAT_SHORT || entry->components < 1 || entry->size < 2) {
        return missing;
    }
    return exif_get_short(entry->data, exif_data_get_byte_order(exif));
}

static void read_exif(const uint8_t *data, ImageSpan span, ImageInfo *info) {
    info->orientation = 1;
    if (span.size == 0 || span.size > UINT_MAX - 6) return;
    /* libexif wants the name that a JPEG puts in front, which PNG leaves out. */
    uint8_t *block = malloc(span.size + 6);
    if (block == NULL) return;
    memcpy(block, "Exif\0", 6);
    memcpy(block + 6, data + span.offset, span.size);
    ExifData *exif = exif_data_new_from_data(block, (unsigned)(span.size + 6));
    free(block);
    if (exif == NULL) return;
    const int orientation = exif_number(exif, EXIF_IFD_0, EXIF_TAG_ORIENTATION, 1);
    if (orientation >= 1 && orientation <= 8) info->orientation = orientation;
    info->focal_35mm = (float)exif_number(exif, EXIF_IFD_EXIF, EXIF_TAG_FOCAL_LENGTH_IN_35MM_FILM, 0);
    exif_data_unref(exif);
}

/* EXIF orientation n: where the stored pixel (x, y) of a width x height picture goes. */
static size_t oriented_index(int orientation, int x, int y, int width, int height) {
    const int mirrored_x = width - 1 - x, mirrored_y = height - 1 - y;
    int to_x = x, to_y = y, to_width = orientation >= 5 ? height : width;
    switch (orientation) {
    case 2:
        to_x = mirrored_x;
        break;
    case 3:
        to_x = mirrored_x, to_y = mirrored_y;
        break;
    case 4:
        to_y = mirrored_y;
        break;
    case 5:
        to_x = y, to_y = x;
        break;
    case 6:
        to_x = mirrored_y, to_y = x;
        break;
    case 7:
        to_x = mirrored_y, to_y = mirrored_x;
        break;
    case 8:
        to_x = y, to_y = mirrored_x;
        break;
    default:
        break;
    }
    return (size_t)to_y * (size_t)to_width + (size_t)to_x;
}

static void orient(const uint8_t *samples, int orientation, int width, int height, Image *out) {
#pragma omp parallel for schedule(static)
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            const uint8_t *from = samples + ((size_t)y * (size_t)width + (size_t)x) * 4;
            memcpy(out->rgba + oriented_index(orientation, x, y, width, height) * 4, from, 4);
        }
    }
}

/* The profile in one piece; size 0 when there is none or a part is missing. */
static Bytes gather_icc(const uint8_t *data, const ImageHeader *header, Arena *arena) {
    Bytes out = {0};
    if (header->icc_parts == 0) return out;
    if (header->kind == IMAGE_PNG) {
        const size_t limit = (size_t)8 << 20;
        image_codec_inflate(data + header->icc[0].offset, header->icc[0].size, limit, arena, &out);
        return out;
    }
    size_t total = 0;
    for (int i = 0; i < header->icc_parts; i++) {
        if (header->icc[i].size == 0) return out;
        total += header->icc[i].size;
    }
    uint8_t *joined = arena_push(arena, total);
    if (joined == NULL) return out;
    for (int i = 0; i < header->icc_parts; i++) {
        memcpy(joined + out.size, data + header->icc[i].offset, header->icc[i].size);
        out.size += header->icc[i].size;
    }
    out.data = joined;
    return out;
}

/* ---- loading ---- */

static bool decode_stored(const uint8_t *data, size_t size, const char *name, const ImageHeader *header,
                          Arena *scratch, Arena *arena, Image *out, ImageInfo *info, Err *err) {
    uint8_t *samples = NULL;
    SampleSpace space = SAMPLES_RGB;
    if (!image_codec_decode(data, size, header, name, scratch, &samples, &space, err)) return false;
    const Bytes icc = gather_icc(data, header, scratch);
    const size_t count = (size_t)header->width * (size_t)header->height;
    const bool grey = space == SAMPLES_RGB && header->channels == 1;
    if (!image_colour_to_srgb(samples, count, space, grey, icc.data, icc.size, &info->converted_icc, err)) {
        return false;
    }
    const bool turned = info->orientation >= 5;
    const int width = turned ? header->height : header->width;
    const int height = turned ? header->width : header->height;
    if (!image_alloc(arena, width, height, out, err)) return false;
    orient(samples, info->orientation, header->width, header->height, out);
    return true;
}

static bool decode_with_scratch(const uint8_t *data, size_t size, const char *name, Arena *scratch,
                                Arena *arena, Image *out, ImageInfo *info, Err *err) {
    ImageHeader header;
    if (!image_check(data, size, name, &header, err)) return false;
    read_exif(data, header.exif, info);
    if (header.kind != IMAGE_HEIC) {
        return decode_stored(data, size, name, &header, scratch, arena, out, info, err);
    }
    Bytes png;
    if (!image_heic_to_png(data, size, name, scratch, &png, err)) return false;
    /* heif-convert turned the picture upright; the EXIF value is only what the phone wrote. */
    const ImageInfo upright = {.orientation = 1, .focal_35mm = info->focal_35mm};
    *info = upright;
    if (!image_check(png.data, png.size, name, &header, err)) return false;
    return decode_stored(png.data, png.size, name, &header, scratch, arena, out, info, err);
}

bool image_decode(const uint8_t *data, size_t size_bytes, const char *name, Arena *arena, Image *out,
                  ImageInfo *info, Err *err) {
    *out = (Image){0};
    ImageInfo local = {.orientation = 1};
    const size_t mark = arena_mark(arena);
    Arena scratch;
    const ArenaDesc desc = {.name = "reading a photo", .capacity_bytes = (size_t)1 << 30, .secret = true};
    if (!arena_create(&scratch, &desc, err)) return false;
    const bool ok = decode_with_scratch(data, size_bytes, name, &scratch, arena, out, &local, err);
    arena_destroy(&scratch);
    if (!ok) {
        arena_rewind(arena, mark);
        *out = (Image){0};
        local = (ImageInfo){.orientation = 1};
    }
    if (info != NULL) *info = local;
    return ok;
}

bool image_load(const char *path, Arena *arena, Image *out, ImageInfo *info, Err *err) {
    *out = (Image){0};
    if (info != NULL) *info = (ImageInfo){.orientation = 1};
    Arena scratch;
    const size_t limit = (size_t)IMAGE_MAX_FILE_MIB << 20;
    const ArenaDesc desc = {.name = "reading a photo", .capacity_bytes = limit + 4096, .secret = true};
    if (!arena_create(&scratch, &desc, err)) return false;
    Bytes bytes;
    const bool ok = file_read(path, limit, &scratch, &bytes, err) &&
                    image_decode(bytes.data, bytes.size, path, arena, out, info, err);
    arena_destroy(&scratch);
    return ok;
}

/* ---- sampling ---- */

void image_sample_linear(const Image *image, float x_px, float y_px, float rgb_lin[3]) {
    const float x = fminf(fmaxf(x_px - 0.5f, 0), (float)(image->width - 1));
    const float y = fminf(fmaxf(y_px - 0.5f, 0), (float)(image->height - 1));
    const int x0 = (int)x, y0 = (int)y;
    const int x1 = x0 + 1 < image->width ? x0 + 1 : x0;
    const int y1 = y0 + 1 < image->height ? y0 + 1 : y0;
    const float fx = x - (float)x0, fy = y - (float)y0;
    const uint8_t *row0 = image->rgba + (size_t)y0 * (size_t)image->width * 4;
    const uint8_t *row1 = image->rgba + (size_t)y1 * (size_t)image->width * 4;
    for (int k = 0; k < 3; k++) {
        const float a = srgb8_to_linear_table[row0[x0 * 4 + k]], b = srgb8_to_linear_table[row0[x1 * 4 + k]];
        const float c = srgb8_to_linear_table[row1[x0 * 4 + k]], d = srgb8_to_linear_table[row1[x1 * 4 + k]];
        const float top = a + (b - a) * fx, bottom = c + (d - c) * fx;
        rgb_lin[k] = top + (bottom - top) * fy;
    }
}

/* The mean of a box [x0, x1) x [y0, y1) of source pixels, partly covered ones by their share. */
static void box_mean(const Image *image, float x0, float x1, float y0, float y1, uint8_t out[4]) {
    float sum[4] = {0}, weight = 0;
    const int last_x = (int)fminf(ceilf(x1), (float)image->width);
    const int last_y = (int)fminf(ceilf(y1), (float)image->height);
    for (int y = (int)y0; y < last_y; y++) {
        const float share_y = fminf(y1, (float)(y + 1)) - fmaxf(y0, (float)y);
        const uint8_t *pixel = image->rgba + ((size_t)y * (size_t)image->width + (size_t)(int)x0) * 4;
        for (int x = (int)x0; x < last_x; x++, pixel += 4) {
            const float share = share_y * (fminf(x1, (float)(x + 1)) - fmaxf(x0, (float)x));
            for (int k = 0; k < 3; k++) sum[k] += share * srgb8_to_linear_table[pixel[k]];
            sum[3] += share * (float)pixel[3];
            weight += share;
        }
    }
    for (int k = 0; k < 3; k++) out[k] = (uint8_t)(linear_to_srgb(sum[k] / weight) * 255 + 0.5f);
    out[3] = (uint8_t)(sum[3] / weight + 0.5f);
}

bool image_shrink(const Image *image, int max_side_px, Arena *arena, Image *out, float *scale, Err *err) {
    ASSERT(max_side_px > 0);
    const int side = image->width > image->height ? image->width : image->height;
    const double factor = side > max_side_px ? (double)max_side_px / side : 1;
    const int width = (int)fmax(1, floor(image->width * factor + 0.5));
    const int height = (int)fmax(1, floor(image->height * factor + 0.5));
    if (scale != NULL) *scale = (float)factor;
    if (!image_alloc(arena, width, height, out, err)) return false;
    if (factor >= 1) {
        memcpy(out->rgba, image->rgba, (size_t)width * (size_t)height * 4);
        return true;
    }
    const float step_x = (float)image->width / (float)width, step_y = (float)image->height / (float)height;
#pragma omp parallel for schedule(static)
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            box_mean(image, (float)x * step_x, (float)(x + 1) * step_x, (float)y * step_y,
                     (float)(y + 1) * step_y, out->rgba + ((size_t)y * (size_t)width + (size_t)x) * 4);
        }
    }
    return true;
}
