#include "pace.h"

/* Each has about 0.7 of the pixels of the one before it. */
static const float scale_of[PACE_SIZES] = {1, 0.84f, 0.71f, 0.6f, 0.5f, 0.42f};
/* Of a draft's time at full size on a software driver, what does not shrink with the pixels: dots and hairs
 * are placed by one thread, `stipple bench`, passes_cpu_ms. */
static const double FIXED_SHARE = 0.35;
static const double TOO_LONG = 1.12, ROOM = 0.92; /* of the target: between them nothing changes */
enum { ROOMY_FRAMES = 8, PATIENCE_MOST = 512 };

static double cost(int size) {
    const double side = (double)scale_of[size];
    return FIXED_SHARE + (1 - FIXED_SHARE) * side * side;
}

static void change(Pace *pace, int size) {
    pace->ms *= cost(size) / cost(pace->size);
    pace->size = size;
    pace->roomy = 0;
}

float pace_scale(const Pace *pace) {
    return scale_of[pace->size];
}

void pace_frame(Pace *pace, double ms) {
    if (pace->frames++ == 0) return;
    pace->ms = pace->ms > 0 ? 0.6 * pace->ms + 0.4 * ms : ms;
    int size = pace->size;
    if (pace->patience == 0) pace->patience = ROOMY_FRAMES;
    if (pace->ms > TOO_LONG * PACE_TARGET_MS) {
        while (size + 1 < PACE_SIZES && pace->ms * cost(size) / cost(pace->size) > PACE_TARGET_MS) size++;
        if (size == pace->size) return;
        if (pace->grew && pace->patience < PATIENCE_MOST) pace->patience *= 4;
        pace->grew = false;
        change(pace, size);
        return;
    }
    const bool room = size > 0 && pace->ms * cost(size - 1) / cost(size) < ROOM * PACE_TARGET_MS;
    pace->roomy = room ? pace->roomy + 1 : 0;
    if (pace->roomy < pace->patience) return;
    pace->grew = true;
    change(pace, size - 1);
}

void pace_rest(Pace *pace) {
    pace->frames = pace->roomy = 0;
    pace->ms = 0;
}
