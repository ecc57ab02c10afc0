/* turntable - a case turned once around: frames rendered while earlier ones are encoded.
 *
 * Frame i of F looks from start + 360 i / F degrees, so the last frame meets the first and a loop closes. The
 * file appears whole or not at all; a cancelled progress leaves nothing.
 */
#pragma once
#include "../engine/progress.h"
#include "view.h"

/* Of a final frame: neighbouring frames average once more in the eye, so half of a still's do. */
enum { TURNTABLE_SAMPLES = 8 };

typedef struct TurntableDesc {
    const char *path;  /* .mp4 */
    int width, height; /* px, even */
    double fps;
    int frames;      /* of the whole turn */
    int first, last; /* which of them; last included */
    Orbit start;
    double shutter; /* share of a frame's time that the shutter is open, 0..1: motion blur of final frames */
    FrameDesc look; /* its camera is replaced; final, samples 0: TURNTABLE_SAMPLES */
    bool mark;      /* the "simulation" mark on every frame */
} TurntableDesc;

typedef struct TurntableResult {
    int frames;
    double seconds; /* wall clock, encoding included */
} TurntableResult;

bool turntable_write(View *view, const Scene *scene, const TurntableDesc *desc, Progress *progress,
                     TurntableResult *result, Err *err);
