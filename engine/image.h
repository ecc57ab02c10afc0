/* image - pictures in memory, and photos from files that nobody vouches for.
 *
 * Image: 8 bits a channel, sRGB-encoded, RGBA, rows from the top.
 * Loading takes JPEG and PNG (stb_image, these two only, behind our own header check: at most 16384 px a
 * side, 64 megapixels, 64 MiB of file, 100 JPEG scans) and HEIC (a child heif-convert; no copy of the photo
 * touches a disk). Decoding runs in a child that can only compute (image_sandbox.h). A file that ends too
 * early is refused, not shown half grey. EXIF orientation is applied; embedded ICC profiles (Display P3,
 * Adobe RGB, CMYK) are converted to sRGB by lcms2, CMYK without a profile by its inks. Working memory beside
 * the arena: up to 1.6 GiB of address space. Cost: a 12-megapixel JPEG in about 0.25 s. Saving writes PNG
 * (libpng) or JPEG by the path's ending, whole or not at all.
 */
#pragma once
#include "arena.h"
#include "log.h"
#include <stdint.h>

typedef struct Image {
    int width, height; /* px */
    uint8_t *rgba;     /* width * height * 4, sRGB-encoded, alpha linear */
} Image;

typedef struct ImageInfo {
    int orientation;    /* EXIF 1..8, already applied */
    float focal_35mm;   /* EXIF 35 mm equivalent focal length in mm; 0 when unknown */
    bool converted_icc; /* a profile other than sRGB was converted */
} ImageInfo;

bool image_load(const char *path, Arena *arena, Image *out, ImageInfo *info, Err *err);
bool image_decode(const uint8_t *data, size_t size_bytes, const char *name, Arena *arena, Image *out,
                  ImageInfo *info, Err *err);
bool image_save(const char *path, const Image *image, Err *err);
bool image_alloc(Arena *arena, int width, int height, Image *out, Err *err);

/* The pixel that holds uv (0..1, v down), nearest; NULL outside. */
uint8_t *image_texel(const Image *image, const float uv[2]);
float srgb_to_linear(float encoded); /* IEC 61966-2-1; [0,1] -> [0,1] */
float linear_to_srgb(float linear);
extern const float srgb8_to_linear_table[256];

/* Linear RGB, bilinear, pixel centres at +0.5, clamped at the edges. */
void image_sample_linear(const Image *image, float x_px, float y_px, float rgb_lin[3]);
/* Area-averaged in linear light to at most `max_side_px`; the scale applied is returned in *scale. */
bool image_shrink(const Image *image, int max_side_px, Arena *arena, Image *out, float *scale, Err *err);
