/* light - the rigs that lights are: a key, a fill, a rim and a soft environment, from a preset's name.
 *
 * Pure: a function of the settings and of where the camera stands. Rigs turn with the camera's azimuth (the
 * client turns in front of a fixed rig) and keep their height, except the flash, which sits on the camera.
 * Units: a light's rgb is the radiance of a white diffuse surface facing it, where 1 is the exposed white;
 * directions are unit vectors in head space, towards the light. `sh` is the environment convolved with the
 * cosine and divided by pi (Ramamoorthi and Hanrahan 2001), as coefficients of the polynomials 1, y, z, x,
 * xy, yz, 3z^2-1, xz, x^2-y^2: at a normal it gives the radiance of a white diffuse surface.
 */
#pragma once
#include "../engine/camera.h"
#include "casefile.h"

typedef enum LightPreset {
    LIGHT_STUDIO,
    LIGHT_CLINIC,
    LIGHT_DAYLIGHT,
    LIGHT_LOW_SUN,
    LIGHT_BATHROOM,
    LIGHT_FLASH,
    LIGHT_LOUNGE,
    LIGHT_PHOTO,
    LIGHT_PRESET_COUNT
} LightPreset;
extern const char
    *const light_preset_names[LIGHT_PRESET_COUNT]; /* "studio" "clinic" ... "low-sun" ... "photo" */

enum { LIGHT_KEY, LIGHT_FILL, LIGHT_RIM, LIGHT_COUNT };

typedef struct LightRig {
    float direction[LIGHT_COUNT][3];
    float rgb[LIGHT_COUNT][3];
    float
        radius[LIGHT_COUNT]; /* tangent of the angular radius: softens highlights, terminators and shadows */
    float sh[9][3];
    float sky[3], horizon[3], ground[3]; /* environment radiance seen in reflections: up, level, down */
    float backdrop[2][3];                /* the wall's colour at its middle and edge, as shown */
    float up[3];
    float exposure; /* linear factor from light.exposure_ev */
    bool unlit;     /* photo: the skin's radiance as it was taken */
} LightRig;

/* `sample` of `samples`: moves the key within its disc for soft shadows; 0 of 1: its centre. */
void light_rig_build(const LightSettings *settings, const Camera *camera, int sample, int samples,
                     LightRig *out);
/* Texture space of the shadow map ([0,1]^3, column-major) from head space: orthographic along the key, around
 * a sphere. */
void light_shadow_from_head(const LightRig *rig, const float centre_mm[3], float radius_mm, float out[16]);
