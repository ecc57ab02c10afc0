#include "photopins.h"

#include <math.h>

/* Lines of constant v (midline and two a side), then of constant u over face, forehead and crown. */
static const struct {
    bool along_u;
    float at, from, to;
} lines[PIN_LINES] = {
    {true, 0, 0.12f, 0.95f},       {true, 0.35f, 0.12f, 0.95f},   {true, -0.35f, 0.12f, 0.95f},
    {true, 0.65f, 0.15f, 0.95f},   {true, -0.65f, 0.15f, 0.95f},  {false, 0.3f, -0.95f, 0.95f},
    {false, 0.42f, -0.95f, 0.95f}, {false, 0.55f, -0.95f, 0.95f}, {false, 0.72f, -0.95f, 0.95f},
};

void pinhead_build(const HeadModel *model, const HeadShape *shape, PinHead *out) {
    head_landmarks(model, shape, out->at_mm);
#pragma omp parallel for schedule(static)
    for (int i = 0; i < PIN_LINES; i++)
        for (int k = 0; k < PIN_LINE_POINTS; k++) {
            const float t = lines[i].from + (lines[i].to - lines[i].from) * (float)k / (PIN_LINE_POINTS - 1);
            const HeadSite site = {HEAD_SKIN, lines[i].along_u ? t : lines[i].at,
                                   lines[i].along_u ? lines[i].at : t};
            head_eval(model, shape, site, out->line_mm[i][k], out->line_normal[i][k]);
        }
}

bool pin_faces(const Camera *camera, const float at_mm[3], const float normal[3]) {
    double eye[3], towards = 0, length = 0;
    camera_centre(camera, eye);
    for (int c = 0; c < 3; c++) {
        const double way = eye[c] - (double)at_mm[c];
        towards += way * (double)normal[c];
        length += way * way;
    }
    return towards > 0.1 * sqrt(length);
}

/* Folds about the eyes turn the skin's own normals every way, so the rule is by the side one looks from. */
static bool is_seen(const Camera *camera, HeadLandmark lm, const float at_mm[3]) {
    double eye[3], way[3], length = 0;
    camera_centre(camera, eye);
    for (int c = 0; c < 3; c++) {
        way[c] = eye[c] - (double)at_mm[c];
        length += way[c] * way[c];
    }
    for (int c = 0; c < 3; c++) way[c] /= sqrt(length);
    const double aside = at_mm[0] < 0 ? -way[0] : way[0]; /* from the landmark's own side */
    if (lm == LM_LEFT_TRAGION || lm == LM_RIGHT_TRAGION) return aside > 0.5;
    if (way[2] < -0.2 || way[1] > 0.75) return false; /* from behind, from above */
    const bool midline = (lm >= LM_SELLION && lm <= LM_SUBNASALE) || lm == LM_MENTON;
    return midline || aside > -0.55;
}

void pins_of_photo(const PinHead *head, const CasePhoto *photo, Pin out[LM_COUNT]) {
    for (int lm = 0; lm < LM_COUNT; lm++) {
        Pin *pin = &out[lm];
        *pin = (Pin){0};
        if (lm >= LM_VERTEX || photo->camera.fx <= 0) continue;
        const float *at = head->at_mm[lm];
        const double point[3] = {(double)at[0], (double)at[1], (double)at[2]};
        double px[2];
        const double depth_mm = camera_project(&photo->camera, point, px);
        if (depth_mm <= 0) continue;
        pin->given = photo->pin_given[lm];
        pin->shown = pin->given || is_seen(&photo->camera, (HeadLandmark)lm, at);
        for (int k = 0; k < 2; k++) {
            pin->head_px[k] = (float)px[k];
            pin->px[k] = pin->given ? photo->pin_px[lm][k] : (float)px[k];
        }
        pin->off_px = hypotf(pin->px[0] - pin->head_px[0], pin->px[1] - pin->head_px[1]);
        pin->off_mm = pin->off_px * (float)(depth_mm / photo->camera.fx);
    }
}

int pin_nearest(const Pin pins[LM_COUNT], const float px[2], float reach_px) {
    int nearest = -1;
    for (int lm = 0; lm < LM_COUNT; lm++) {
        if (!pins[lm].shown) continue;
        const float away = hypotf(pins[lm].px[0] - px[0], pins[lm].px[1] - px[1]);
        if (away > reach_px) continue;
        reach_px = away;
        nearest = lm;
    }
    return nearest;
}

PhotoPlace photo_place(UiRect box, int width, int height, float zoom, const float centre[2]) {
    const float w = (float)width, h = (float)height, scale = fminf(box.w / w, box.h / h) * zoom;
    PhotoPlace place = {box.x + 0.5f * (box.w - scale * w), box.y + 0.5f * (box.h - scale * h), scale};
    if (zoom > 1) {
        place.x = box.x + 0.5f * box.w - centre[0] * scale * w;
        place.y = box.y + 0.5f * box.h - centre[1] * scale * h;
    }
    return place;
}

void photo_to_screen(const PhotoPlace *place, const float px[2], float screen[2]) {
    screen[0] = place->x + place->scale * px[0];
    screen[1] = place->y + place->scale * px[1];
}

void photo_from_screen(const PhotoPlace *place, float x, float y, float px[2]) {
    px[0] = (x - place->x) / place->scale;
    px[1] = (y - place->y) / place->scale;
}

UiRect pin_loupe(UiRect box, float x, float y, float size, float away) {
    UiRect at = {x - 0.5f * size, y - away - size, size, size};
    if (at.y < box.y) { /* no room above: beside the finger, on the wider side */
        at.y = fmaxf(box.y, fminf(y - 0.5f * size, box.y + box.h - size));
        at.x = x - box.x > 0.5f * box.w ? x - away - size : x + away;
    }
    at.x = fmaxf(box.x, fminf(at.x, box.x + box.w - size));
    return at;
}
