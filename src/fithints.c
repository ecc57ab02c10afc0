#include "fithints.h"

#include "../engine/language.h"
#include "fitface.h"
#include <math.h>

/* Under 60 px between the eyes a pixel is wider than a dot's spacing; a side view has no eyes to measure. */
static const float EYES_LEAST_PX = 60;
enum { SIDE_LEAST_PX = 600 };
static const float TILT_MOST_DEG = 12;

typedef struct Window {
    int x0, y0, x1, y1;
} Window;

/* The face, or the middle half of the picture. */
static Window where_it_matters(const Image *image, const FitView *view) {
    float x = 0.5f * (float)image->width, y = 0.5f * (float)image->height, w = 0.5f * x, h = 0.5f * y;
    if (view->has_face) {
        x = view->face.frame.origin_px[0];
        y = view->face.frame.origin_px[1] + 0.5f * view->face.frame.unit_px;
        w = h = view->face.frame.unit_px;
    }
    return (Window){(int)fmaxf(x - w, 4), (int)fmaxf(y - h, 4), (int)fminf(x + w, (float)image->width - 4),
                    (int)fminf(y + h, (float)image->height - 4)};
}

static float light(const Image *image, int x, int y) {
    const uint8_t *c = image->rgba + ((size_t)y * (size_t)image->width + (size_t)x) * 4;
    return 0.2126f * (float)c[0] + 0.7152f * (float)c[1] + 0.0722f * (float)c[2];
}

/* How much of what changes over eight pixels changes over two of them: steps of a sharp picture happen at
 * once, those of a blurred one are spread. The steepest hundredth of places is asked. */
static float sharpness(const Image *image, Window at) {
    enum { BINS = 256, NEAR = 1, FAR = 4 };
    int count[BINS] = {0}, all = 0;
    for (int y = at.y0; y < at.y1; y++)
        for (int x = at.x0; x < at.x1; x++, all++)
            count[(int)fabsf(light(image, x + FAR, y) - light(image, x - FAR, y))]++;
    int bound = BINS - 1;
    for (int seen = count[bound]; bound > 8 && seen < all / 50; seen += count[bound]) bound--;
    double sum = 0, n = 0;
    for (int y = at.y0; y < at.y1; y++)
        for (int x = at.x0; x < at.x1; x++) {
            const float wide = fabsf(light(image, x + FAR, y) - light(image, x - FAR, y));
            if (wide < (float)bound) continue;
            float steepest = 0;
            for (int k = -FAR + NEAR; k <= FAR - NEAR; k++)
                steepest =
                    fmaxf(steepest, fabsf(light(image, x + k + NEAR, y) - light(image, x + k - NEAR, y)));
            sum += (double)fminf(1, steepest / wide);
            n++;
        }
    /* An even ramp gives 2 NEAR / 2 FAR. */
    const double even = (double)NEAR / FAR;
    return n > 0 ? (float)((sum / n - even) / (1 - even)) : 0;
}

bool fithints_find(const Image *image, float scale, PhotoSlot slot, Arena *scratch, FitHints *out, Err *err) {
    *out = (FitHints){0};
    FitView *view = ARENA_ARRAY(scratch, FitView, 1);
    if (!view) return err_set(err, "there is not enough memory to look at the photo");
    view->image = *image;
    if (!fitface_find(view, scratch, err)) return false; /* of frontal faces: a profile has none */
    out->has_face = view->has_face;
    out->eyes_px = view->has_face ? view->face.frame.unit_px / scale : 0;
    out->tilt_deg = view->has_face ? view->face.frame.roll_rad * 57.29578f : 0;
    out->sharpness = sharpness(image, where_it_matters(image, view));
    const int side = image->width < image->height ? image->width : image->height;
    out->given[FIT_HINT_SMALL] =
        view->has_face ? out->eyes_px < EYES_LEAST_PX : (float)side / scale < SIDE_LEAST_PX;
    out->given[FIT_HINT_BLURRED] = out->sharpness < FIT_SHARP_MIN;
    out->given[FIT_HINT_NO_FACE] = slot == PHOTO_FRONT && !view->has_face;
    out->given[FIT_HINT_FACE] = slot != PHOTO_FRONT && view->has_face;
    out->given[FIT_HINT_TILTED] = slot == PHOTO_FRONT && fabsf(out->tilt_deg) > TILT_MOST_DEG;
    return true;
}

const char *fithints_words(FitHint hint) {
    static const char *const words[FIT_HINT_COUNT] = {
        N_("Small: the skin will look soft. Come nearer, or use the full-size file."),
        N_("Blurred: hold still, or focus on the head."),
        N_("No face was found: look at the camera, or set pins after the fit."),
        N_("This shows the face: it belongs in the Front slot."),
        N_("The head is tilted: keep the eyes level."),
    };
    return words[hint];
}
