#include "image_colour.h"
#include "language.h"

#include <lcms2.h>
#include <limits.h>
#include <string.h>

/* Without a profile: each ink takes its share of the light. Crude, but what every viewer shows. */
static void inks_without_profile(uint8_t *samples, size_t count, bool inverted) {
    for (size_t i = 0; i < count; i++, samples += 4) {
        uint32_t left[4];
        for (int k = 0; k < 4; k++) left[k] = inverted ? samples[k] : 255u - samples[k];
        for (int k = 0; k < 3; k++) samples[k] = (uint8_t)((left[k] * left[3] + 127) / 255);
        samples[3] = 255;
    }
}

/* sRGB itself under any of its names: converting would only cost time and a rounding. */
static bool is_srgb(cmsHPROFILE profile) {
    cmsHPROFILE srgb = cmsCreate_sRGBProfile();
    if (srgb == NULL) return false;
    cmsHTRANSFORM transform = cmsCreateTransform(profile, TYPE_RGB_8, srgb, TYPE_RGB_8,
                                                 INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOCACHE);
    bool same = transform != NULL;
    static const uint8_t probes[][3] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {200, 140, 110}, {60, 45, 40}};
    for (size_t i = 0; same && i < sizeof probes / sizeof probes[0]; i++) {
        uint8_t out[3];
        cmsDoTransform(transform, probes[i], out, 1);
        for (int k = 0; k < 3; k++) same = same && abs((int)out[k] - (int)probes[i][k]) <= 1;
    }
    if (transform != NULL) cmsDeleteTransform(transform);
    cmsCloseProfile(srgb);
    return same;
}

typedef enum Fit { FIT_NO, FIT_SRGB, FIT_CONVERT } Fit;

static Fit profile_fits(cmsHPROFILE profile, SampleSpace space, bool grey) {
    const cmsColorSpaceSignature has = cmsGetColorSpace(profile);
    if (space != SAMPLES_RGB) return has == cmsSigCmykData ? FIT_CONVERT : FIT_NO;
    if (grey) return has == cmsSigGrayData ? FIT_CONVERT : FIT_NO;
    if (has != cmsSigRgbData) return FIT_NO;
    return is_srgb(profile) ? FIT_SRGB : FIT_CONVERT;
}

static void transform_rows(cmsHTRANSFORM transform, uint8_t *samples, size_t count) {
    const size_t block = 1 << 16;
    const long blocks = (long)((count + block - 1) / block);
#pragma omp parallel for schedule(static)
    for (long i = 0; i < blocks; i++) {
        const size_t from = (size_t)i * block;
        const size_t size = count - from < block ? count - from : block;
        cmsDoTransform(transform, samples + from * 4, samples + from * 4, (cmsUInt32Number)size);
    }
}

static bool convert(cmsHPROFILE profile, SampleSpace space, bool grey, uint8_t *samples, size_t count) {
    /* Grey pictures come as r = g = b: the first byte counts and three are passed over. */
    const cmsUInt32Number grey_type = COLORSPACE_SH(PT_GRAY) | CHANNELS_SH(1) | EXTRA_SH(3) | BYTES_SH(1);
    const cmsUInt32Number type = space == SAMPLES_CMYK            ? TYPE_CMYK_8
                                 : space == SAMPLES_CMYK_INVERTED ? TYPE_CMYK_8_REV
                                 : grey                           ? grey_type
                                                                  : TYPE_RGBA_8;
    /* NOCACHE: the cache of one transform must not be shared by threads. */
    const cmsUInt32Number flags =
        cmsFLAGS_NOCACHE | (type == TYPE_RGBA_8 ? cmsFLAGS_COPY_ALPHA : 0) | cmsFLAGS_BLACKPOINTCOMPENSATION;
    cmsHPROFILE srgb = cmsCreate_sRGBProfile();
    cmsHTRANSFORM transform = srgb != NULL ? cmsCreateTransform(profile, type, srgb, TYPE_RGBA_8,
                                                                INTENT_RELATIVE_COLORIMETRIC, flags)
                                           : NULL;
    if (transform != NULL) {
        transform_rows(transform, samples, count);
        cmsDeleteTransform(transform);
        if (type != TYPE_RGBA_8) {
            for (size_t i = 0; i < count; i++) samples[i * 4 + 3] = 255;
        }
    }
    if (srgb != NULL) cmsCloseProfile(srgb);
    return transform != NULL;
}

bool image_colour_to_srgb(uint8_t *samples, size_t count, SampleSpace space, bool grey, const uint8_t *icc,
                          size_t icc_bytes, bool *converted, Err *err) {
    *converted = false;
    if (count > UINT_MAX) return err_set(err, "The photo has too many pixels");
    cmsHPROFILE profile = icc_bytes > 0 && icc_bytes <= UINT_MAX
                              ? cmsOpenProfileFromMem(icc, (cmsUInt32Number)icc_bytes)
                              : NULL;
    const Fit fit = profile != NULL ? profile_fits(profile, space, grey) : FIT_NO;
    if (fit == FIT_CONVERT) *converted = convert(profile, space, grey, samples, count);
    if (profile != NULL) cmsCloseProfile(profile);
    if (icc_bytes > 0 && fit != FIT_SRGB && !*converted) {
        log_message(LOG_WARNING, _("A photo's colour profile cannot be used; its colours are taken as sRGB"));
    }
    if (space != SAMPLES_RGB && !*converted) {
        inks_without_profile(samples, count, space == SAMPLES_CMYK_INVERTED);
    }
    return true;
}
