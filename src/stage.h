/* stage - the picture of the head inside a window: drawn only when it must be, at a size the machine can keep
 * up with.
 *
 * While something moves, the picture is a draft whose sides shrink until a frame takes 33 ms (pace.h); at
 * rest it is the standard picture at full size. It lies in a target of its own, so that panels may change
 * over it without it being drawn again. Use: stage_fit; when `stale`: stage_begin, stage_wipe or stage_pane,
 * stage_end; in every frame stage_copy. Threads: the context's.
 */
#pragma once
#include "../engine/ui.h"
#include "pace.h"
#include "view.h"

typedef struct Stage {
    Gpu *gpu;
    View *view;
    GpuTarget target;
    int width, height;           /* px of the target */
    int used_width, used_height; /* px drawn, from the top left corner; 0: nothing yet */
    bool stale, draft;           /* must be drawn; what was drawn is a draft */
    double draw_ms, begun_s;     /* the last one took so long */
    Pace pace;                   /* of drafts */
} Stage;

void stage_init(Stage *stage, Gpu *gpu, View *view);
/* The target of this size; false when the driver has none. */
bool stage_fit(Stage *stage, int width, int height);
/* The size to draw at. */
void stage_begin(Stage *stage, bool draft, int *width, int *height);
/* The whole picture; left of `wipe` (0..1 of the width) without pigment. `frame` has the size of stage_begin.
 */
bool stage_wipe(Stage *stage, const Scene *scene, const FrameDesc *frame, float wipe, Err *err);
/* One picture of several: its corner; its camera says its size. */
bool stage_pane(Stage *stage, const Scene *scene, const FrameDesc *frame, int x, int y, Err *err);
void stage_end(Stage *stage);
/* Straight into the window or a target, before the widgets' pass, which must keep what lies there: a third of
 * the cost of blending it as an image. False: nothing has been drawn yet. */
bool stage_copy(const Stage *stage, GpuTarget to, int window_height, UiRect rect_px);
