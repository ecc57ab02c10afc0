#include "fitmirror.h"
#include "fitmatch.h"
#include <math.h>
#include <string.h>

bool fitmirror_image(const Image *image, Arena *arena, Image *out, Err *err) {
    if (!image_alloc(arena, image->width, image->height, out, err)) return false;
    const size_t width = (size_t)image->width;
    for (size_t y = 0; y < (size_t)image->height; y++)
        for (size_t x = 0; x < width; x++)
            memcpy(out->rgba + (y * width + x) * 4, image->rgba + (y * width + width - 1 - x) * 4, 4);
    return true;
}

static const HeadLandmark other_side[LM_VERTEX] = {
    [LM_LEFT_PUPIL] = LM_RIGHT_PUPIL,
    [LM_RIGHT_PUPIL] = LM_LEFT_PUPIL,
    [LM_LEFT_EXOCANTHION] = LM_RIGHT_EXOCANTHION,
    [LM_RIGHT_EXOCANTHION] = LM_LEFT_EXOCANTHION,
    [LM_LEFT_ENDOCANTHION] = LM_RIGHT_ENDOCANTHION,
    [LM_RIGHT_ENDOCANTHION] = LM_LEFT_ENDOCANTHION,
    [LM_SELLION] = LM_SELLION,
    [LM_GLABELLA] = LM_GLABELLA,
    [LM_PRONASALE] = LM_PRONASALE,
    [LM_SUBNASALE] = LM_SUBNASALE,
    [LM_LEFT_CHEILION] = LM_RIGHT_CHEILION,
    [LM_RIGHT_CHEILION] = LM_LEFT_CHEILION,
    [LM_MENTON] = LM_MENTON,
    [LM_LEFT_TRAGION] = LM_RIGHT_TRAGION,
    [LM_RIGHT_TRAGION] = LM_LEFT_TRAGION,
};

double fitmirror_apart(const FitPhoto *photo, double scale, const FitPhoto *mirrored) {
    double sum = 0;
    for (int lm = 0; lm < LM_VERTEX; lm++) {
        const float *at = photo->landmark_px[lm], *there = mirrored->landmark_px[other_side[lm]];
        sum += hypot((double)at[0] * scale - (mirrored->image.width - (double)there[0]),
                     (double)at[1] * scale - (double)there[1]);
    }
    const float *right = photo->landmark_px[LM_RIGHT_PUPIL], *left = photo->landmark_px[LM_LEFT_PUPIL];
    return sum / LM_VERTEX / scale / hypot((double)(left[0] - right[0]), (double)(left[1] - right[1]));
}

static const uint32_t SIDES = 1u << PHOTO_LEFT | 1u << PHOTO_RIGHT;

static bool shared_with_sides(FitState *state, Arena *scratch, int *count, Err *err) {
    int pairs[CASE_PHOTOS][CASE_PHOTOS];
    const uint32_t front = 1u << PHOTO_FRONT;
    if (!fitmatch_find(state, front | SIDES, front, FIT_MATCH_FINE, scratch, pairs, err)) return false;
    *count = pairs[PHOTO_FRONT][PHOTO_LEFT] + pairs[PHOTO_FRONT][PHOTO_RIGHT];
    state->match_count = 0;
    return true;
}

/* The view of the mirrored photo by the mirrored camera: of a head that is its own mirror image, the same. */
static bool mirror_view(FitView *view, Arena *arena, Err *err) {
    Image image;
    FitCamera *camera = &view->camera;
    if (!fitmirror_image(&view->image, arena, &image, err)) return false;
    view->image = image;
    view->has_outline = false;
    memset(view->band, 0, sizeof view->band);
    camera->cx = image.width - camera->cx;
    camera->t[0] = -camera->t[0];
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            if ((i == 0) != (k == 0)) camera->r[i][k] = -camera->r[i][k];
    return true;
}

/* Features of the face are much alike on both sides, marks of the skin are not. */
enum { SHARED_SURELY = 30 };
static const double TIMES_MORE = 1.5;

bool fitmirror_find_front(FitState *state, Arena *scratch, bool *is_mirrored, Err *err) {
    FitView *view = &state->view[PHOTO_FRONT];
    int shared = 0, mirrored = 0;
    *is_mirrored = false;
    if (!view->present || !(state->view[PHOTO_LEFT].present || state->view[PHOTO_RIGHT].present)) return true;
    const FitView as_it_is = *view;
    const bool ok = shared_with_sides(state, scratch, &shared, err) && mirror_view(view, state->arena, err) &&
                    shared_with_sides(state, scratch, &mirrored, err);
    *view = as_it_is;
    log_message(LOG_DEBUG, "fit: front and sides share %d patches, its mirror image and they %d", shared,
                mirrored);
    *is_mirrored = mirrored >= SHARED_SURELY && mirrored > TIMES_MORE * shared;
    return ok;
}
