#include "stage.h"

#include <math.h>

void stage_init(Stage *stage, Gpu *gpu, View *view) {
    *stage = (Stage){.gpu = gpu, .view = view, .stale = true};
}

bool stage_fit(Stage *stage, int width, int height) {
    if (stage->width == width && stage->height == height) return true;
    gpu_target_destroy(stage->gpu, stage->target);
    stage->target = gpu_target_create(
        stage->gpu,
        &(GpuTargetDesc){.width = width, .height = height, .colour = {GPU_RGBA8}, .label = "stage"});
    stage->width = width;
    stage->height = height;
    stage->used_width = 0;
    stage->stale = true;
    return gpu_target_ok(stage->gpu, stage->target);
}

void stage_begin(Stage *stage, bool draft, int *width, int *height) {
    float scale = draft ? pace_scale(&stage->pace) : 1;
    if (!draft) pace_rest(&stage->pace);
    stage->begun_s = platform_time_s();
    stage->draft = draft;
    *width = stage->used_width = (int)((float)stage->width * scale);
    *height = stage->used_height = (int)((float)stage->height * scale);
}

bool stage_pane(Stage *stage, const Scene *scene, const FrameDesc *frame, int x, int y, Err *err) {
    const ViewPlace place = {stage->target, stage->width, stage->height, x, y};
    return view_draw(stage->view, scene, frame, &place, err);
}

/* A part of the picture: the camera keeps its scale and sees only these columns. */
static bool draw_columns(Stage *stage, const Scene *scene, const FrameDesc *whole, int from, int to,
                         bool dots, Err *err) {
    if (to <= from) return true;
    FrameDesc frame = *whole;
    frame.show_dots = frame.show_dots && dots;
    frame.camera.width = to - from;
    frame.camera.cx -= from;
    return stage_pane(stage, scene, &frame, from, 0, err);
}

bool stage_wipe(Stage *stage, const Scene *scene, const FrameDesc *frame, float wipe, Err *err) {
    int split = (int)(wipe * (float)frame->camera.width);
    return draw_columns(stage, scene, frame, 0, split, false, err) &&
           draw_columns(stage, scene, frame, split, frame->camera.width, true, err);
}

void stage_end(Stage *stage) {
    gpu_finish(stage->gpu);
    stage->stale = false;
    stage->draw_ms = 1e3 * (platform_time_s() - stage->begun_s);
    if (stage->draft) pace_frame(&stage->pace, stage->draw_ms);
}

bool stage_copy(const Stage *stage, GpuTarget to, int window_height, UiRect rect_px) {
    if (stage->used_width == 0) return false;
    int x = (int)floorf(rect_px.x), y = (int)floorf(rect_px.y);
    GpuRect place = {x, y, (int)ceilf(rect_px.x + rect_px.w) - x, (int)ceilf(rect_px.y + rect_px.h) - y};
    bool same = place.width == stage->used_width && place.height == stage->used_height;
    int beyond =
        same ? 0 : 1; /* stretched, the last pixels would mix with what an earlier frame left there */
    GpuRect part = {0, 0, stage->used_width - beyond, stage->used_height - beyond};
    gpu_blit_part(stage->gpu, stage->target, 0, part, to, window_height, place,
                  same ? GPU_NEAREST : GPU_LINEAR);
    return true;
}
