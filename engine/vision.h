/* vision - the two things that OpenCV does for us, behind a plain C header: faces with their eyes, and the
 * head's silhouette.
 *
 * Faces are found by the Haar cascades of opencv-data: frontal ones and up to about 35 degrees of yaw; never
 * a profile, a back or a top of a head. The silhouette is cut out by GrabCut on a copy of at most 600 px, its
 * edge then refined on a finer one. Both give the same result for the same picture on every run and thread
 * count.
 *
 * What it does NOT do: landmarks, identities, models learnt from people's photos. Built without
 * STIPPLE_FACE_FINDER every function says that it is not available, and pins by hand take its place. Cost on
 * two cores: a face in about 0.1 s, a silhouette in about 1 s. Threads: not at the same time from two threads
 * (OpenCV's random state is set for each call).
 */
#pragma once
#include "image.h"
#include "progress.h"

/* Box in px of the given picture, origin at the top left. */
typedef struct VisionBox {
    float x, y, width, height;
} VisionBox;

enum { VISION_MAX_FACES = 8 };

typedef struct VisionFace {
    VisionBox face;
    /* Of the person: their left eye is on the right in the picture. Centres in px; width 0 when not found. */
    VisionBox left_eye, right_eye;
    /* Windows of the cascades that agree, plus 10 for each eye; less when the box is small or not of a skin's
     * colour. Below 20 doubtful. */
    float score;
} VisionFace;

typedef struct VisionFaces {
    VisionFace faces[VISION_MAX_FACES]; /* surest first */
    int count;
} VisionFaces;

/* False only when it is not available; a picture without a face gives count 0. */
bool vision_find_faces(const Image *image, VisionFaces *out, Err *err);

typedef struct VisionCut {
    /* An ellipse around the head, px of the picture, turned by no angle; radius 0: a guess from the picture's
     * size. Half of it is taken as surely the person, the whole as likely. */
    float centre_px[2], radius_px[2];
    /* The person's shoulders reach the lower edge of the picture (false for a view from above). */
    bool has_shoulders;
    /* The ellipse is close about the head: what lies half beyond it and over the chin is surely not the
     * person. */
    bool is_close;
    /* The ellipse's lower end is the chin, so neck and shoulders are looked for below it. */
    bool chin_known;
} VisionCut;

/* The ellipse that a found face implies. */
VisionCut vision_cut_for_face(const VisionFace *face);

/* The person (head, neck, shoulders) as 0..255 of width * height bytes of the picture, with an edge of about
 * a pixel; *confidence in [0,1] is how well colours inside and outside differ along it. Memory from `arena`.
 */
bool vision_cut_head(const Image *image, const VisionCut *cut, Arena *arena, uint8_t **mask,
                     float *confidence, Progress *progress, Err *err);

bool vision_available(void);
