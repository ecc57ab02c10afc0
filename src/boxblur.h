/* boxblur - planes of floats blurred by a box: each pass takes the mean of 2 radius + 1 values along rows,
 * then along columns; past an edge its last value goes on. Two or three passes come close to a Gaussian.
 * Cost: independent of the radius. Threads: OpenMP inside; the result does not depend on their number.
 */
#pragma once

/* plane, work: [height][width]; work is overwritten. */
void boxblur(float *plane, float *work, int width, int height, int radius, int times);
