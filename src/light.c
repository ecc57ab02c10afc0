#include "light.h"
#include <math.h>
#include <string.h>

#define RAD_PER_DEG 0.017453292519943295

const char *const light_preset_names[LIGHT_PRESET_COUNT] = {"studio",   "clinic", "daylight", "low-sun",
                                                            "bathroom", "flash",  "lounge",   "photo"};

/* Azimuth from the camera towards the head's left, elevation above level; colours linear. Our own choice of
 * rooms: studio after portrait practice (key at 40 degrees, fill a quarter of it), the others the lights
 * under which clients say bad work shows (domain.md 8): overhead panel, sun, low sun, downlight, flash, dim
 * lounge. */
typedef struct Lamp {
    double azimuth_deg, elevation_deg;
    float rgb[3], radius;
} Lamp;
typedef struct Room {
    Lamp lamp[LIGHT_COUNT];
    float sky[3], horizon[3], ground[3];
    float backdrop[2][3];
    bool on_camera;
} Room;

static const Room rooms[LIGHT_PRESET_COUNT] = {
    [LIGHT_STUDIO] = {.lamp = {{-40, 40, {0.66f, 0.645f, 0.62f}, 0.38f},
                               {48, 12, {0.29f, 0.285f, 0.28f}, 0.6f},
                               {150, 38, {0.30f, 0.305f, 0.32f}, 0.5f}},
                      .sky = {0.49f, 0.49f, 0.495f},
                      .horizon = {0.355f, 0.35f, 0.345f},
                      .ground = {0.25f, 0.22f, 0.20f},
                      .backdrop = {{0.44f, 0.45f, 0.46f}, {0.17f, 0.175f, 0.185f}}},
    [LIGHT_CLINIC] = {.lamp = {{10, 76, {0.80f, 0.83f, 0.82f}, 0.40f},
                               {-60, 50, {0.16f, 0.165f, 0.165f}, 0.5f},
                               {170, 58, {0.25f, 0.26f, 0.26f}, 0.4f}},
                      .sky = {0.55f, 0.57f, 0.57f},
                      .horizon = {0.30f, 0.305f, 0.30f},
                      .ground = {0.20f, 0.19f, 0.18f},
                      .backdrop = {{0.66f, 0.69f, 0.69f}, {0.34f, 0.37f, 0.37f}}},
    [LIGHT_DAYLIGHT] = {.lamp = {{-48, 52, {0.96f, 0.915f, 0.83f}, 0.015f},
                                 {60, 25, {0.09f, 0.10f, 0.115f}, 0.6f},
                                 {165, 35, {0.10f, 0.12f, 0.15f}, 0.6f}},
                        .sky = {0.42f, 0.52f, 0.68f},
                        .horizon = {0.38f, 0.41f, 0.44f},
                        .ground = {0.27f, 0.25f, 0.215f},
                        .backdrop = {{0.52f, 0.63f, 0.74f}, {0.24f, 0.33f, 0.44f}}},
    [LIGHT_LOW_SUN] = {.lamp = {{-72, 14, {1.05f, 0.70f, 0.40f}, 0.02f},
                                {50, 20, {0.05f, 0.055f, 0.075f}, 0.6f},
                                {140, 30, {0.10f, 0.10f, 0.14f}, 0.6f}},
                       .sky = {0.17f, 0.21f, 0.31f},
                       .horizon = {0.24f, 0.19f, 0.16f},
                       .ground = {0.11f, 0.09f, 0.07f},
                       .backdrop = {{0.42f, 0.31f, 0.24f}, {0.12f, 0.10f, 0.11f}}},
    [LIGHT_BATHROOM] = {.lamp = {{6, 68, {0.92f, 0.79f, 0.62f}, 0.12f},
                                 {-20, 5, {0.11f, 0.10f, 0.09f}, 0.5f},
                                 {178, 62, {0.40f, 0.34f, 0.27f}, 0.2f}},
                        .sky = {0.17f, 0.15f, 0.125f},
                        .horizon = {0.17f, 0.155f, 0.135f},
                        .ground = {0.19f, 0.175f, 0.155f},
                        .backdrop = {{0.36f, 0.33f, 0.29f}, {0.12f, 0.105f, 0.09f}}},
    [LIGHT_FLASH] = {.lamp = {{3, 7, {0.84f, 0.83f, 0.82f}, 0.03f},
                              {60, 20, {0.01f, 0.01f, 0.01f}, 0.5f},
                              {180, 40, {0.02f, 0.02f, 0.02f}, 0.5f}},
                     .sky = {0.14f, 0.13f, 0.12f},
                     .horizon = {0.13f, 0.12f, 0.11f},
                     .ground = {0.10f, 0.09f, 0.08f},
                     .backdrop = {{0.20f, 0.195f, 0.19f}, {0.035f, 0.034f, 0.033f}},
                     .on_camera = true},
    [LIGHT_LOUNGE] = {.lamp = {{58, 26, {0.46f, 0.30f, 0.165f}, 0.35f},
                               {-35, 10, {0.085f, 0.065f, 0.05f}, 0.5f},
                               {-145, 24, {0.11f, 0.13f, 0.19f}, 0.3f}},
                      .sky = {0.085f, 0.066f, 0.05f},
                      .horizon = {0.09f, 0.068f, 0.048f},
                      .ground = {0.055f, 0.04f, 0.028f},
                      .backdrop = {{0.095f, 0.07f, 0.052f}, {0.02f, 0.016f, 0.014f}}},
    [LIGHT_PHOTO] = {.lamp = {{0, 30, {0, 0, 0}, 0.1f}, {0, 30, {0, 0, 0}, 0.1f}, {0, 30, {0, 0, 0}, 0.1f}},
                     .horizon = {0, 0, 0},
                     .backdrop = {{0.44f, 0.45f, 0.46f}, {0.17f, 0.175f, 0.185f}}},
};

/* Level direction from the head to the camera. Seen from straight above it is what the picture shows as down.
 */
static double camera_azimuth(const Camera *camera) {
    const double(*m)[4] = camera->camera_from_head;
    const double up_share = -m[2][1]; /* how far the camera looks down: forward is row 2 */
    double x = 0, z = 0;
    const double level = sqrt(fmax(0, 1 - up_share * up_share));
    x = -m[2][0] * level + m[1][0] * up_share; /* row 1 is the picture's down */
    z = -m[2][2] * level + m[1][2] * up_share;
    return atan2(x, z);
}

static void lamp_direction(const Lamp *lamp, double azimuth_rad, float out[3]) {
    const double az = azimuth_rad + lamp->azimuth_deg * RAD_PER_DEG, el = lamp->elevation_deg * RAD_PER_DEG;
    out[0] = (float)(cos(el) * sin(az));
    out[1] = (float)sin(el);
    out[2] = (float)(cos(el) * cos(az));
}

static void flash_direction(const Lamp *lamp, const Camera *camera, float out[3]) {
    const double(*m)[4] = camera->camera_from_head;
    const double az = lamp->azimuth_deg * RAD_PER_DEG, el = lamp->elevation_deg * RAD_PER_DEG;
    double length = 0;
    double at[3];
    for (int i = 0; i < 3; i++) {
        at[i] = m[0][i] * cos(el) * sin(az) - m[1][i] * sin(el) - m[2][i] * cos(el) * cos(az);
        length += at[i] * at[i];
    }
    for (int i = 0; i < 3; i++) out[i] = (float)(at[i] / sqrt(length));
}

static void environment_at(const Room *room, double height, float out[3]) {
    const float *pole = height > 0 ? room->sky : room->ground;
    const double t = fabs(height);
    for (int c = 0; c < 3; c++)
        out[c] = room->horizon[c] + (float)(t * (2 - t)) * (pole[c] - room->horizon[c]);
}

/* The environment has no azimuth, so only the terms of y survive: bands in height are integrated exactly
 * enough. */
static void environment_harmonics(const Room *room, float sh[9][3]) {
    enum { BANDS = 64 };
    memset(sh, 0, 9 * sizeof *sh);
    double sum[3][3] = {{0}}; /* moments of 1, y, 3y^2-1 */
    for (int band = 0; band < BANDS; band++) {
        const double y = (band + 0.5) / BANDS * 2 - 1, weight = 2.0 / BANDS * 2 * 3.14159265358979323846;
        float radiance[3];
        environment_at(room, y, radiance);
        for (int c = 0; c < 3; c++) {
            sum[0][c] += weight * radiance[c];
            sum[1][c] += weight * radiance[c] * y;
            sum[2][c] += weight * radiance[c] * (3 * y * y - 1);
        }
    }
    for (int c = 0; c < 3; c++) {
        /* (A_l / pi) N_l^2: 1 / (4 pi), (2/3) 3/(4 pi), (1/4) 5/(16 pi) */
        const double a0 = 0.0795774715459477, a1 = 0.1591549430918953, a2 = 0.0248679598581087;
        const double axial =
            a2 * sum[2][c]; /* times 3y^2-1 = -(3z^2-1)/2 - 3(x^2-y^2)/2 on the unit sphere */
        sh[0][c] = (float)(a0 * sum[0][c]);
        sh[1][c] = (float)(a1 * sum[1][c]);
        sh[6][c] = (float)(-0.5 * axial);
        sh[8][c] = (float)(-1.5 * axial);
    }
}

/* A point of the unit disc: the golden-angle spiral, even for every count. */
static void disc_point(int sample, int samples, double out[2]) {
    if (samples <= 1) {
        out[0] = out[1] = 0;
        return;
    }
    const double r = sqrt((sample + 0.5) / samples), a = sample * 2.39996322972865332;
    out[0] = r * cos(a);
    out[1] = r * sin(a);
}

static void across(const float d[3], float s[3], float t[3]) {
    /* any frame around d; stable away from the pole that is farther */
    const float a[3] = {fabsf(d[1]) < 0.9f ? 0.0f : 1.0f, fabsf(d[1]) < 0.9f ? 1.0f : 0.0f, 0.0f};
    s[0] = a[1] * d[2] - a[2] * d[1];
    s[1] = a[2] * d[0] - a[0] * d[2];
    s[2] = a[0] * d[1] - a[1] * d[0];
    const float length = sqrtf(s[0] * s[0] + s[1] * s[1] + s[2] * s[2]);
    for (int i = 0; i < 3; i++) s[i] /= length;
    t[0] = d[1] * s[2] - d[2] * s[1];
    t[1] = d[2] * s[0] - d[0] * s[2];
    t[2] = d[0] * s[1] - d[1] * s[0];
}

static void move_within_disc(float d[3], float radius, int sample, int samples) {
    double p[2];
    float s[3], t[3], length = 0;
    disc_point(sample, samples, p);
    across(d, s, t);
    for (int i = 0; i < 3; i++) d[i] += radius * ((float)p[0] * s[i] + (float)p[1] * t[i]);
    for (int i = 0; i < 3; i++) length += d[i] * d[i];
    for (int i = 0; i < 3; i++) d[i] /= sqrtf(length);
}

void light_rig_build(const LightSettings *settings, const Camera *camera, int sample, int samples,
                     LightRig *out) {
    int preset = settings->preset;
    if (preset < 0 || preset >= LIGHT_PRESET_COUNT) preset = LIGHT_STUDIO;
    const Room *room = &rooms[preset];
    *out =
        (LightRig){.up = {0, 1, 0}, .exposure = exp2f(settings->exposure_ev), .unlit = preset == LIGHT_PHOTO};
    const double azimuth = camera_azimuth(camera) + settings->turn_deg * RAD_PER_DEG;
    for (int i = 0; i < LIGHT_COUNT; i++) {
        if (room->on_camera)
            flash_direction(&room->lamp[i], camera, out->direction[i]);
        else
            lamp_direction(&room->lamp[i], azimuth, out->direction[i]);
        memcpy(out->rgb[i], room->lamp[i].rgb, sizeof out->rgb[i]);
        out->radius[i] = room->lamp[i].radius;
    }
    move_within_disc(out->direction[LIGHT_KEY], out->radius[LIGHT_KEY], sample, samples);
    memcpy(out->sky, room->sky, sizeof out->sky);
    memcpy(out->horizon, room->horizon, sizeof out->horizon);
    memcpy(out->ground, room->ground, sizeof out->ground);
    memcpy(out->backdrop, room->backdrop, sizeof out->backdrop);
    environment_harmonics(room, out->sh);
}

void light_shadow_from_head(const LightRig *rig, const float centre_mm[3], float radius_mm, float out[16]) {
    float s[3], t[3];
    const float *d = rig->direction[LIGHT_KEY];
    across(d, s, t);
    const float *rows[3] = {s, t, d};
    for (int row = 0; row < 3; row++) {
        const float scale = (row == 2 ? -0.5f : 0.5f) / radius_mm; /* depth grows away from the light */
        float shift = 0;
        for (int i = 0; i < 3; i++) {
            out[i * 4 + row] = rows[row][i] * scale;
            shift += rows[row][i] * scale * centre_mm[i];
        }
        out[12 + row] = 0.5f - shift;
    }
    out[3] = out[7] = out[11] = 0;
    out[15] = 1;
}
