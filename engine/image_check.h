/* image_check - what a picture file says about itself, read with every access checked, before any decoder
 * sees it.
 *
 * stb_image trusts its input more than we may (2.27 writes past a Huffman table whose counts lie, and gives
 * half a grey picture for half a file), so this looks at the structure first: magic, dimensions, table
 * counts, scans, chunk sums and checksums, the end marker. A file that passes is whole and of a size that we
 * agree to decode.
 */
#pragma once
#include "image.h"

enum {
    IMAGE_MAX_SIDE_PX = 16384,
    IMAGE_MAX_MEGAPIXELS = 64,
    IMAGE_MAX_FILE_MIB = 64,
    IMAGE_MAX_JPEG_SCANS = 100,
    IMAGE_MAX_ICC_PARTS = 255,
};

typedef enum ImageKind { IMAGE_JPEG, IMAGE_PNG, IMAGE_HEIC } ImageKind;

typedef struct ImageSpan {
    size_t offset, size; /* bytes in the file; size 0: absent */
} ImageSpan;

typedef struct ImageHeader {
    ImageKind kind;
    int width, height; /* px, as stored; 0 for HEIC */
    int channels;      /* of a JPEG: 1, 3 or 4; of a PNG: 1 (grey), 3, 4 */
    bool adobe;        /* JPEG APP14 present: CMYK is stored inverted */
    int adobe_transform;
    ImageSpan exif;                     /* the TIFF data, behind "Exif\0\0" */
    ImageSpan icc[IMAGE_MAX_ICC_PARTS]; /* JPEG: the parts in order; PNG: icc[0] is the deflated profile */
    int icc_parts;
} ImageHeader;

/* `name` is only for the sentence. */
bool image_check(const uint8_t *data, size_t size_bytes, const char *name, ImageHeader *out, Err *err);
/* Shared by the formats: a sentence when the size is not one that we decode. */
bool image_check_size(const char *name, uint32_t width, uint32_t height, Err *err);
