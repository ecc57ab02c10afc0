/* pace - how large a picture in motion may be, so that its frames keep up with the hand.
 *
 * A draft's sides take one of a few sizes: a size that changed with every frame would let the picture swim.
 * It gets smaller as soon as frames take too long, by as many sizes as that asks for, and larger again, one
 * at a time, only after some frames that leave room for it. Use: draw at pace_scale, tell pace_frame what it
 * took. Pure; the clock is the caller's.
 */
#pragma once
#include <stdbool.h>

enum { PACE_TARGET_MS = 33, PACE_SIZES = 6 }; /* 30 frames a second while the head moves */

typedef struct Pace {
    int size;     /* 0 full .. PACE_SIZES - 1 */
    int roomy;    /* frames in a row that leave room for the next larger size ... */
    int patience; /* ... and how many it takes: more each time that the larger one proved too large */
    bool grew;    /* the last change made it larger */
    double ms;    /* of a frame, smoothed; 0: none at this size yet */
    int frames;   /* since something began to move: the first one is not counted, it makes what is missing */
} Pace;

float pace_scale(const Pace *pace); /* of the sides, 1 down to 0.42 */
void pace_frame(Pace *pace, double ms);
void pace_rest(Pace *pace); /* the picture stands still; the next motion starts at the same size */
