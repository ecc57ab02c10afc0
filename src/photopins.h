/* photopins - landmarks as pins on a photo: where they are, which one a hand means, where its loupe goes.
 *
 * A pin is given (set by hand) or follows the fitted head. Pure geometry; drawing and dragging are
 * studiopins.c's. Photo px are of the upright photo, screen px of the framebuffer.
 */
#pragma once
#include "../engine/ui.h"
#include "casefile.h"

/* Landmarks and lines of one shape, in head space. */
enum { PIN_LINES = 9, PIN_LINE_POINTS = 40 };
typedef struct PinHead {
    float at_mm[LM_COUNT][3];
    float line_mm[PIN_LINES][PIN_LINE_POINTS][3], line_normal[PIN_LINES][PIN_LINE_POINTS][3];
} PinHead;
void pinhead_build(const HeadModel *model, const HeadShape *shape, PinHead *out);
/* Does this place of a line face the camera? */
bool pin_faces(const Camera *camera, const float at_mm[3], const float normal[3]);

typedef struct Pin {
    bool shown, given;
    float px[2];          /* where it is: given, else the head's */
    float head_px[2];     /* where the head has it */
    float off_px, off_mm; /* between the two */
} Pin;
void pins_of_photo(const PinHead *head, const CasePhoto *photo, Pin out[LM_COUNT]);
/* The shown pin nearest to a photo point within reach_px; -1 for none. */
int pin_nearest(const Pin pins[LM_COUNT], const float px[2], float reach_px);

/* Where a photo lies on the screen: screen = origin + scale * px. */
typedef struct PhotoPlace {
    float x, y, scale;
} PhotoPlace;
/* Whole in the box at zoom 1, else so that `centre` (shares of the photo) is in the box's middle. */
PhotoPlace photo_place(UiRect box, int width, int height, float zoom, const float centre[2]);
void photo_to_screen(const PhotoPlace *place, const float px[2], float screen[2]);
void photo_from_screen(const PhotoPlace *place, float x, float y, float px[2]);

/* A square for the loupe beside a finger at (x, y), inside the box, never under the finger. */
UiRect pin_loupe(UiRect box, float x, float y, float size, float away);
