#include "skintone.h"
#include <math.h>

static float lab_curve(float t) {
    return t > 0.008856f ? cbrtf(t) : 7.787f * t + 16.0f / 116;
}

void skintone_lab_from_linear(const float rgb_lin[3], float lab[3]) {
    float r = rgb_lin[0], g = rgb_lin[1], b = rgb_lin[2];
    float x = lab_curve((0.4124564f * r + 0.3575761f * g + 0.1804375f * b) / 0.95047f);
    float y = lab_curve(0.2126729f * r + 0.7151522f * g + 0.0721750f * b);
    float z = lab_curve((0.0193339f * r + 0.1191920f * g + 0.9503041f * b) / 1.08883f);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

float skintone_ita_deg(const float rgb_lin[3]) {
    float lab[3];
    skintone_lab_from_linear(rgb_lin, lab);
    return atan2f(lab[0] - 50, fmaxf(lab[2], 0.1f)) * 57.29578f;
}

int skintone_fitzpatrick(float ita_deg) {
    static const float cut[5] = {55, 41, 28, 10, -30};
    int type = 1;
    while (type < 6 && ita_deg <= cut[type - 1]) type++;
    return type;
}

/* Class centres of domain.md 6.1; the ends are continued a class further. */
static const float tone_ita[8] = {72, 60, 48, 34.5f, 19, -10, -45, -65};
static const float tone_lin[8][3] = {{.66f, .50f, .41f},    {.589f, .413f, .326f}, {.520f, .337f, .247f},
                                     {.463f, .275f, .186f}, {.394f, .214f, .135f}, {.266f, .136f, .088f},
                                     {.163f, .093f, .069f}, {.096f, .045f, .031f}};

void skintone_from_ita(float ita_deg, float rgb_lin[3]) {
    int k = 0;
    while (k < 6 && ita_deg < tone_ita[k + 1]) k++;
    float t = fminf(1, fmaxf(0, (tone_ita[k] - ita_deg) / (tone_ita[k] - tone_ita[k + 1])));
    for (int c = 0; c < 3; c++)
        rgb_lin[c] = expf((1 - t) * logf(tone_lin[k][c]) + t * logf(tone_lin[k + 1][c]));
}

void skintone_shift(float ita_deg, float blood, float melanin, float log_rgb[3]) {
    /* Melanin: -2 * 1.3 * d_epi * (absorption of melanin - base) per unit of its fraction, d_epi 0.008 cm, at
     * 610, 550, 460 nm: 345, 494, 921 per cm (domain.md 6.2). Blood: dermal reflectance falls with the root
     * of absorption; oxygenated blood absorbs about 1 : 25 : 20 at these bands. Dark epidermis hides part of
     * it. */
    static const float melanin_slope[3] = {-7.2f, -10.3f, -19.1f}, blood_slope[3] = {-0.010f, -0.24f, -0.19f};
    float shows = fminf(1, fmaxf(0.35f, (ita_deg + 60) / 90));
    for (int c = 0; c < 3; c++) log_rgb[c] = blood_slope[c] * blood * shows + melanin_slope[c] * melanin;
}
