#include "photo.h"
#include <math.h>

bool photo_load(Fit *fit, PhotoSlot slot, const char *path, Arena *arena, Err *err) {
    FitPhoto *photo = &fit->photo[slot];
    *photo = (FitPhoto){.path = arena_strdup(arena, path)};
    if (!photo->path) return err_set(err, "there is not enough memory for the photo %s", path);
    photo->present = image_load(path, arena, &photo->image, &photo->info, err);
    return photo->present;
}

double photo_focal_px(int width, int height, const ImageInfo *info, double *log_sigma) {
    /* EXIF's equivalent refers to the 43.3 mm diagonal of 24 x 36 mm film; makers differ by a few percent. */
    const double diagonal_px = sqrt((double)width * width + (double)height * height);
    const bool known = info && info->focal_35mm > 5 && info->focal_35mm < 400;
    /* Without EXIF: phones 24-28 mm, their portrait lenses 48-77 mm, cameras 50 mm and more, often cropped.
     */
    const double equivalent_mm = known ? (double)info->focal_35mm : 36.0;
    *log_sigma = known ? 0.05 : 0.20;
    return diagonal_px * equivalent_mm / 43.27;
}
