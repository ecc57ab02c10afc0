/* image_colour - from the samples of a file to sRGB, by its own ICC profile (lcms2) where it has one. */
#pragma once
#include "image_codec.h"

/* Works in place on count pixels of 4 bytes; *converted says whether a profile other than sRGB was used. A
 * profile that cannot be used is ignored with a warning: a photo with a broken tag is still a photo. */
bool image_colour_to_srgb(uint8_t *samples, size_t count, SampleSpace space, bool grey, const uint8_t *icc,
                          size_t icc_bytes, bool *converted, Err *err);
