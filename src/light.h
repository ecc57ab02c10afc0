/* light - the rigs that lights are: a key, a fill, a rim and a soft environment, from a preset's name.
 *
 * Pure: a function of the settings and of where the camera stands. Rigs turn with the camera's azimuth (the client turns
 * in front of a fixed rig) and keep their height, except the flash, which sits on the camera.
 * Units: a light's rgb is the radiance of a white diffuse surface facing it, in units of the exposed white; directions
 * are unit vectors in head space, towards the light. The environment is L2 real spherical harmonics of radiance,
 * already convolved with the cosine and divided by pi (Ramamoorthi and Hanrahan 2001): evaluating it at a normal gives
 * the radiance of a white diffuse surface.
 */
#pragma once
#include "../engine/camera.h"
#include "casefile.h"

typedef enum LightPreset {
    LIGHT_STUDIO, LIGHT_CLINIC, LIGHT_DAYLIGHT, LIGHT_LOW_SUN, LIGHT_BATHROOM, LIGHT_FLASH, LIGHT_LOUNGE, LIGHT_PHOTO,
    LIGHT_PRESET_COUNT
} LightPreset;
extern const char *const light_preset_names[LIGHT_PRESET_COUNT]; /* "studio" "clinic" "daylight" "low-sun" ... */

enum { LIGHT_KEY, LIGHT_FILL, LIGHT_RIM, LIGHT_COUNT };

typedef struct LightRig {
    float direction[LIGHT_COUNT][3];
    float rgb[LIGHT_COUNT][3];
    float radius[LIGHT_COUNT]; /* tangent of the angular radius: softens highlights, terminators and shadows */
    float sh[9][3];            /* diffuse environment */
    float sky[3], horizon[3], ground[3]; /* environment radiance seen in reflections: up, level, down */
    float exposure;            /* linear factor from light.exposure_ev */
    float up[3];
    bool unlit;                /* photo: the skin's radiance as it was taken */
} LightRig;

/* `sample` of `samples`: moves the key within its disc for soft shadows; 0 of 1: its centre. */
void light_rig_build(const LightSettings *settings, const Camera *camera, int sample, int samples, LightRig *out);
/* Shadow map: clip space from head space for an orthographic view along the key that holds a sphere. */
void light_shadow_clip_from_head(const LightRig *rig, const float centre_mm[3], float radius_mm, float out[16]);
