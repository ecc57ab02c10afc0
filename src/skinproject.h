/* skinproject - which photo sees which node of the head, how well, and in what colour.
 *
 * Colours are natural logarithms of linear light, offset by SKINPROJECT_LOG_FLOOR, so that light and gain
 * add. Weights are 0 where a photo must not be used: turned away, hidden behind another part of the head
 * (depth buffer, with a soft margin of about 3 mm), at the silhouette's edge or the picture's border, or
 * covered by hair, or seen by another photo while this one is astray. What it does NOT do: mix photos, remove
 * light.
 */
#pragma once
#include "skin.h"
#include "skinsurface.h"

#define SKINPROJECT_LOG_FLOOR 0.004f
enum { SKINPROJECT_SCALE = 4096 }; /* units of log_rgb in one e-fold */

typedef struct SkinView {
    int width, height;
    Camera camera;
    int16_t (*log_rgb)[4]; /* width * height; the fourth is unused */
    float (*px)[2];        /* per node: where the photo shows it */
    float (*shift)[2];     /* per node, px: how far from where the camera has it (skinregister.h) */
    float *weight;   /* per node, 0..about 1.5; 1: seen straight on at the best sharpness of all photos */
    float *loose;    /* per node, 0..1: seen at all, without care for edges or slant; not turned away */
    float *facing;   /* per node: cosine between normal and line of sight */
    float (*low)[3]; /* per node: log colour, blurred by SKINPROJECT_LOW_MM within the silhouette */
    float (*mid)[3]; /* likewise, blurred by SKINPROJECT_MID_MM */
    float px_per_mm; /* at the head's centre */
    bool astray;     /* its features fall elsewhere on the head than the others' (skinregister.h) */
    float noise;     /* deviation of log brightness that was taken out as finer than the photo can tell */
} SkinView;

#define SKINPROJECT_LOW_MM 6.0f
#define SKINPROJECT_MID_MM 1.7f

float skinproject_log(float linear);
float skinproject_linear(float log_value);
/* Photos larger than the atlas can use are shrunk first. */
bool skinproject_build(const SkinSurface *surface, const SkinPhoto *photo, int photo_count, int atlas_size,
                       Arena *arena, Arena *scratch, SkinView *out, Err *err);
/* Bilinear log colour at a place in the photo. */
static inline void skinproject_sample(const SkinView *view, float x, float y, float rgb[3]) {
    x -= 0.5f;
    y -= 0.5f;
    float limit_x = (float)(view->width - 2), limit_y = (float)(view->height - 2);
    x = x < 0 ? 0 : x > limit_x ? limit_x : x;
    y = y < 0 ? 0 : y > limit_y ? limit_y : y;
    int ix = (int)x, iy = (int)y;
    float fx = x - (float)ix, fy = y - (float)iy;
    const int16_t(*row)[4] = (const int16_t(*)[4])(view->log_rgb + (size_t)iy * (size_t)view->width + ix);
    const int16_t(*below)[4] = row + view->width;
    float w00 = (1 - fx) * (1 - fy), w10 = fx * (1 - fy), w01 = (1 - fx) * fy, w11 = fx * fy;
    for (int c = 0; c < 3; c++) {
        rgb[c] = (w00 * (float)row[0][c] + w10 * (float)row[1][c] + w01 * (float)below[0][c] +
                  w11 * (float)below[1][c]) *
                 (1.0f / SKINPROJECT_SCALE);
    }
}
