/* capture - pictures from a camera, as they come: V4L2 through libv4l2, or a folder of recorded frames.
 *
 * Both sources keep the same promises, so that everything above can be tested without a camera: capture_frame
 * never waits, hands out the newest picture, and says when none is there yet. Pictures live in a secret arena
 * that capture_close wipes. What it does NOT do: write anything; choose a camera; sound. Cost: a picture of
 * 1280 x 720 about 2 ms. Threads: one caller.
 */
#pragma once
#include "image.h"

typedef struct Capture Capture;

typedef struct CaptureDesc {
    const char *device; /* "/dev/video0" */
    const char *frames; /* a folder of JPEG and PNG pictures of one size, played in the order of their names;
                           instead of the device; with a file `unplug` beside them the camera is gone after
                           the last */
    int width, height;  /* wished, px; default 1280 x 720; the device may choose another; recorded frames keep
                           theirs */
} CaptureDesc;

Capture *capture_open(const CaptureDesc *desc, Err *err); /* NULL and a sentence; owner: capture_close */
void capture_close(Capture *capture);                     /* NULL accepted; wipes the pictures */
void capture_size(const Capture *capture, int *width, int *height);
/* The newest picture, not mirrored; it stays as it is until the next call. *fresh: another one than before.
 * False and err: the camera is gone. NULL in *out: none came yet. */
bool capture_frame(Capture *capture, const Image **out, bool *fresh, Err *err);
