/* photo - a client's photos from files into the slots of a fit, upright, with what their EXIF says. */
#pragma once
#include "fit.h"

/* Loads into fit->photo[slot]; path and pixels belong to the arena. */
bool photo_load(Fit *fit, PhotoSlot slot, const char *path, Arena *arena, Err *err);

/* Focal length in px of a photo: from EXIF (spread 5 %), else what phones and cameras for portraits have (35
 * %). log_sigma is the spread of its logarithm. */
double photo_focal_px(int width, int height, const ImageInfo *info, double *log_sigma);
