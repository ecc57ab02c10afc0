/* Built without OpenCV: pins by hand take the place of faces and silhouettes. */
#include "vision.h"

#ifndef STIPPLE_FACE_FINDER

bool vision_available(void) {
    return false;
}

bool vision_find_faces(const Image *image, VisionFaces *out, Err *err) {
    (void)image;
    *out = (VisionFaces){0};
    return err_set(err, "This build of Stipple cannot look for faces; place the pins by hand");
}

VisionCut vision_cut_for_face(const VisionFace *face) {
    (void)face;
    return (VisionCut){.has_shoulders = true};
}

bool vision_cut_head(const Image *image, const VisionCut *cut, Arena *arena, uint8_t **mask,
                     float *confidence, Progress *progress, Err *err) {
    (void)image, (void)cut, (void)arena, (void)progress;
    *mask = NULL;
    *confidence = 0;
    return err_set(err, "This build of Stipple cannot cut out silhouettes; place the pins by hand");
}

#endif
