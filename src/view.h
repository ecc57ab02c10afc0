/* view - draws one frame of a scene: FrameDesc in, picture out; the window, a PNG, a kiosk and a video take this path.
 *
 * Passes: shadow, head, dots, strands, scatter, present. Light is linear in RGBA16F; sRGB only in `present`.
 * Time is an input, never a clock. Same desc, same bytes on the same machine.
 */
#pragma once
#include "../engine/gpu.h"
#include "scene.h"

typedef enum ViewLayers { VIEW_ALL, VIEW_SKIN, VIEW_DOTS, VIEW_HAIR, VIEW_MASK, VIEW_NORMALS } ViewLayers;
typedef enum ViewQuality { VIEW_DRAFT, VIEW_STANDARD, VIEW_FINAL } ViewQuality;
typedef enum ViewBackground { VIEW_STUDIO_BACKGROUND, VIEW_TRANSPARENT, VIEW_DARK_BACKGROUND } ViewBackground;

typedef struct FrameDesc {
    Camera camera;         /* its width and height are the picture's */
    LightSettings light;
    ViewLayers layers;
    ViewQuality quality;
    ViewBackground background;
    float hair_length_mm;  /* this view's length */
    bool show_hair, show_dots;
    float skin_gloss;
    int samples;           /* accumulated at VIEW_FINAL; 0: 16 */
    double time_s;
} FrameDesc;
void frame_defaults(const Scene *scene, int width, int height, FrameDesc *out);

typedef struct View View; /* CONSTRUCTOR view_create, DESTRUCTOR view_destroy */
View *view_create(Arena *arena, Err *err);
void view_destroy(View *view);
/* Upload what changed in the scene since the last call. */
bool view_sync(View *view, Scene *scene, Err *err);
/* Draw into a rectangle of a target (GPU target handle; the window when zero). */
bool view_draw(View *view, const Scene *scene, const FrameDesc *desc, GpuTarget target, const int rect_px[4], Err *err);
/* Draw and read back, RGBA8 sRGB. */
bool view_render(View *view, Scene *scene, const FrameDesc *desc, Arena *arena, Image *out, Err *err);
/* In-flight reading for videos: begin frame n, collect frame n - latency. */
bool view_render_async(View *view, Scene *scene, const FrameDesc *desc, Image *out, bool *out_ready, Err *err);

typedef struct ViewTimings {
    int count;
    struct { const char *name; double gpu_ms, cpu_ms; } pass[16];
} ViewTimings;
void view_timings(const View *view, ViewTimings *out);
