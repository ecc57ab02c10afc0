/* view - draws one frame of a scene: FrameDesc in, picture out; the window, a PNG, a kiosk and a video take
 * this path.
 *
 * Passes: shadow, head, dots, strands, scatter, present (docs/rendering.md). Light is linear in RGBA16F; sRGB
 * only in `present`. Use: view_create once with a gpu; view_sync after scene_update; then view_draw into any
 * rectangle, or view_render for a picture, or view_begin .. view_take for a stream of pictures without
 * waiting. What it does NOT do: change the scene, read files other than shaders/, keep time. Time is an
 * input, never a clock. Promises: same scene and desc, same bytes on the same machine; nothing is uploaded
 * that did not change. Threads: the thread of the GL context only.
 */
#pragma once
#include "../engine/gpu.h"
#include "scene.h"

typedef enum ViewLayers {
    VIEW_ALL,
    VIEW_SKIN, /* the head without dots and hair */
    VIEW_DOTS, /* ink alone: its transmittance on white, linear light encoded as sRGB, occluded by the head */
    VIEW_HAIR, /* hair alone: its transmittance on white */
    VIEW_MASK, /* the head white on black */
    VIEW_NORMALS, /* camera-space normals, 0.5 + 0.5 n, not encoded */
    VIEW_SHADOW,  /* what the head and long hair let pass of the key light, not encoded */
    /* what the passes hand on, linear light encoded as sRGB */
    VIEW_LIGHT,      /* of the head pass: half the light on the skin */
    VIEW_SCATTERED,  /* of the scatter pass: the same, blurred in the skin */
    VIEW_ALBEDO,     /* of the head pass: the skin's own colour */
    VIEW_HIGHLIGHTS, /* of the head pass */
    VIEW_LAYER_COUNT
} ViewLayers;
typedef enum ViewQuality {
    VIEW_DRAFT,    /* one sample, pre-integrated scattering: while something moves on a slow machine */
    VIEW_STANDARD, /* screen-space scattering, edges smoothed */
    VIEW_FINAL     /* `samples` jittered frames averaged in linear light, soft shadows */
} ViewQuality;
typedef enum ViewBackground { VIEW_STUDIO_BACKGROUND, VIEW_TRANSPARENT, VIEW_DARK_BACKGROUND } ViewBackground;
extern const char *const view_layer_names[VIEW_LAYER_COUNT];
extern const char *const view_quality_names[3];
extern const char *const view_background_names[3]; /* "studio" "transparent" "dark" */

typedef struct FrameDesc {
    Camera camera; /* its width and height are the picture's */
    LightSettings light;
    ViewLayers layers;
    ViewQuality quality;
    ViewBackground background;
    float hair_length_mm; /* this view's length */
    bool show_hair, show_dots;
    float skin_gloss; /* 0 matte product .. 1 oily */
    double shutter_deg,
        pivot_mm[3]; /* at VIEW_FINAL the camera goes on by this azimuth about the vertical through the
                        pivot while the shutter is open, half of it before and half after */
    int samples;     /* accumulated at VIEW_FINAL; 0: 16 */
    double time_s;
} FrameDesc;
/* The case's own settings and the front view. */
void frame_defaults(const Scene *scene, int width, int height, FrameDesc *out);

typedef struct View View; /* CONSTRUCTOR view_create, DESTRUCTOR view_destroy (NULL is a no-op) */
View *view_create(Gpu *gpu, Err *err);
void view_destroy(View *view);
/* Upload what changed in the scene since the last call, by its revisions. */
bool view_sync(View *view, const Scene *scene, Err *err);
/* The part of it that SceneDesc.on_skin tells of. */
bool view_sync_skin(View *view, const Scene *scene, Err *err);

/* Before the first view_sync: make the driver's programs of one quality ready while the case's scene is still
 * being built, by drawing a stand-in of two triangles, a dot and a hair once. What the first picture would
 * wait for it finds done: on a software driver 0.1 s, 1 s when the driver keeps no programs on disk. */
void view_warm(View *view, const Case *value, const Orbit *orbit, int width, int height, ViewQuality quality);

/* Where a frame goes. */
typedef struct ViewPlace {
    GpuTarget target;  /* {0}: the window */
    int width, height; /* px of the whole target or window */
    int x, y;          /* px of the frame's top left corner in it; the frame's size is the camera's */
} ViewPlace;
/* Draw synced buffers; pixels outside of the rectangle stay. */
bool view_draw(View *view, const Scene *scene, const FrameDesc *desc, const ViewPlace *place, Err *err);
/* Sync, draw and read back, RGBA8 sRGB, rows from the top. */
bool view_render(View *view, const Scene *scene, const FrameDesc *desc, Arena *arena, Image *out, Err *err);

/* In-flight reading for videos: begin frames until view_full, then take the oldest; all frames have one size.
 */
bool view_begin(View *view, const Scene *scene, const FrameDesc *desc, uint64_t tag, Err *err);
bool view_full(const View *view);
/* RGBA8 sRGB, rows from the bottom, tightly packed; NULL when none is in flight (or, without wait, not yet
 * there). Valid until view_release. */
const uint8_t *view_take(View *view, bool wait, uint64_t *tag);
void view_release(View *view);

/* Hot reload of shaders/; true when a picture would change. */
bool view_poll_shaders(View *view);
/* Overwrite what is kept of a client: buffers, textures, targets. The next view_sync uploads all. */
void view_forget(View *view);
