/* landmarks - the lines of a face seen from the front: lids or pupils, nose base, mouth line and corners,
 * chin.
 *
 * Works on a face chip turned upright and scaled to a fixed eye distance: dark horizontal ridges (brows,
 * lids, nostrils, the line between the lips, the crease under the chin) are the marks that open and closed
 * eyes, beards and any light share. Their layout is searched for as a whole first, each line refined on its
 * own afterwards. What it does NOT do: find faces (vision.h gives a first frame), or know the head's shape.
 * Units: px of the picture given. "Right" is the person's right. Threads: no state.
 */
#pragma once
#include "../engine/image.h"

typedef enum FaceLine {
    FACE_RIGHT_LID,
    FACE_LEFT_LID,
    FACE_RIGHT_BROW,
    FACE_LEFT_BROW,
    FACE_NOSE_BASE,
    FACE_MOUTH,
    FACE_CHIN,
    FACE_RIGHT_CORNER,
    FACE_LEFT_CORNER, /* of the mouth */
    FACE_RIGHT_OUTER,
    FACE_RIGHT_INNER,
    FACE_LEFT_INNER,
    FACE_LEFT_OUTER, /* corners of the eyes */
    FACE_RIGHT_IRIS,
    FACE_LEFT_IRIS, /* middles of open eyes' irises: both or none */
    FACE_LINE_COUNT
} FaceLine;

/* A frame on the picture: the middle between the eyes, one eye distance, the turn of the eye line. */
typedef struct FaceFrame {
    float origin_px[2], unit_px,
        roll_rad; /* roll: positive when the person's left eye is lower in the picture */
} FaceFrame;

typedef struct FaceLines {
    FaceFrame frame;
    bool found[FACE_LINE_COUNT];
    float px[FACE_LINE_COUNT][2];
    float strength[FACE_LINE_COUNT]; /* 0..1 */
    float score;                     /* of the whole layout, 0..1; below LANDMARKS_SCORE_MIN it is no face */
    float nose_wide; /* spread of the nostrils' shadow, units; below NOSE_WIDE_MIN it is one's */
    bool eyes_closed;
} FaceLines;
#define NOSE_WIDE_MIN       0.10f
#define LANDMARKS_SCORE_MIN 0.35f

/* Search about `start` (good to a third of its unit, 25 % in size, 20 degrees). False: memory only. */
bool landmarks_find(const Image *image, const FaceFrame *start, Arena *scratch, FaceLines *out, Err *err);
/* Refine around predicted places of the seven lines (lids .. chin), each good to 0.12 units. Irises are
 * looked for only in eyes that `may_be_open`. */
bool landmarks_refine(const Image *image, const FaceFrame *frame, const float predicted_px[FACE_CHIN + 1][2],
                      bool may_be_open, Arena *scratch, FaceLines *out, Err *err);
