/* image_codec - decoders behind image_check: raw samples as the file stores them, no colour management yet.
 */
#pragma once
#include "file.h"
#include "image_check.h"

/* How the samples of a decoded picture are to be read. */
typedef enum SampleSpace {
    SAMPLES_RGB,          /* rgba, 8 bits */
    SAMPLES_CMYK,         /* four ink amounts, 255 = full ink */
    SAMPLES_CMYK_INVERTED /* Adobe's way: 255 = no ink */
} SampleSpace;

/* Decode a JPEG or PNG that image_check accepted into width * height * 4 bytes. */
bool image_codec_decode(const uint8_t *data, size_t size_bytes, const ImageHeader *header, const char *name,
                        Arena *arena, uint8_t **samples, SampleSpace *space, Err *err);
/* Inflate a zlib stream of at most limit_bytes; out->data NULL with false when it is broken or larger. */
bool image_codec_inflate(const uint8_t *data, size_t size_bytes, size_t limit_bytes, Arena *arena,
                         Bytes *out);
/* JPEG bytes of quality 1..100 from rgba. */
bool image_codec_encode_jpeg(const Image *image, int quality, Arena *arena, Bytes *out);
/* Run heif-convert on the bytes; *png receives the PNG that it made. */
bool image_heic_to_png(const uint8_t *data, size_t size_bytes, const char *name, Arena *arena, Bytes *png,
                       Err *err);
