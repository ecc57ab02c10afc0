/* viewpasses - what the passes of a frame are made of: their constant blocks, culling, and the scattering
 * kernel.
 *
 * The parts of view.c that are plain arithmetic, so that tests can hold them without a GPU. Private to
 * view*.c, bench.c and tests.
 */
#pragma once
#include "eyes.h"
#include "light.h"
#include "view.h"

/* std140, shaders/frame.glsl. Matrices are column-major; vectors are padded to four. */
typedef struct FrameBlock {
    float u_clip_from_head[16];
    float u_camera_from_head[16];
    float u_shadow_from_head[16];
    float u_camera_mm[4];
    float u_viewport[4];
    float u_crop[4];
    float u_light_dir[3][4];
    float u_light_rgb[3][4];
    float u_sh[9][4];
    float u_sky[4], u_horizon[4], u_ground[4];
    float u_up[4];
    float u_skin[4];
    float u_shadow[4];
    float u_hair[4];
    float u_hair_more[4];
    float u_centre[4];
    float u_ground_px[4];
    float u_background[2][4];
    float u_flags[4];
    float u_eye[2][4];
    float u_iris[4];
    float u_cut[4];
} FrameBlock;
static_assert(sizeof(FrameBlock) == 752, "std140 mirror");
extern const GpuBlockLayout frame_block_layout;

enum { KERNEL_TAPS_MAX = 32 };
/* std140, shaders/scatter.frag. */
typedef struct KernelBlock {
    float u_tap[KERNEL_TAPS_MAX][4]; /* rgb weight; w: offset in px */
    float u_axis[4];
} KernelBlock;
static_assert(sizeof(KernelBlock) == 528, "std140 mirror");
extern const GpuBlockLayout kernel_block_layout;

/* A bounding sphere of the head in head space. */
typedef struct HeadBounds {
    float centre_mm[3], radius_mm;
    float low_mm[3], high_mm[3];
    float cut[4]; /* the plane through the mesh's border, the neck's end: unit normal upwards, shift; a closed
                     mesh lies far above it */
} HeadBounds;
/* Rectangle that the head and its hair can touch: x, y, width, height in px from the bottom left, at least 1
 * x 1. */
void head_rect(const Camera *camera, const Mesh *mesh, const HeadBounds *bounds, double reach_mm, int out[4]);
/* The camera whose picture is that rectangle of the given one's. */
Camera camera_cropped(const Camera *camera, const int rect[4]);
void head_bounds_build(const Mesh *mesh, Arena *scratch, HeadBounds *out);

enum { SHADOW_DRAFT, SHADOW_FULL }; /* the shadow maps */
extern const int view_shadow_px[2]; /* their sides */
typedef struct FrameSetup {
    const FrameDesc *desc;
    const Camera *crop; /* the part of the desc's camera that is drawn */
    int crop_px[2];     /* where it lies, from the bottom left corner */
    const LightRig *rig;
    const HeadBounds *bounds;
    double jitter_px[2];
    int shadow; /* which map */
    const Eyes *eyes;
    const float *iris_lin;
    float hair_share, hair_widening, curl;
    int hair_segments;
} FrameSetup;
void frame_block_build(const FrameSetup *setup, FrameBlock *out);

/* Coarser pixels show no relief of the skin. */
#define VIEW_RELIEF_MM_PER_PX 0.8
/* Millimetres that one pixel covers at the head's centre (facing the camera). */
double view_mm_per_px(const Camera *camera, const HeadBounds *bounds);

/* The separable profile for pixels of mm_per_px: weights of taps at 0 and at +-offset, integrated over each
 * tap's cell, that sum to one in every channel. Returns the number of taps (1: nothing to blur). */
int scatter_kernel_build(double mm_per_px, int taps_max, KernelBlock *out);

/* Ranges of points (already merged) whose clusters may be seen. `live` may be NULL: clusters with 0 are left
 * out. `reach_mm` is how far things stick out of the skin; `slack` lowers the cosine under which a normal
 * counts as turned away. Returns the number of ranges, at most cluster_count. */
typedef struct CullView {
    float eye_mm[3];
    float plane[4][4]; /* inward, unit normals: left, right, bottom, top */
} CullView;
void cull_view_build(const Camera *camera, CullView *out);
int cull_clusters(const CullView *view, const PointCluster *cluster, uint32_t count, const uint8_t *live,
                  float reach_mm, float slack, int32_t *firsts, int32_t *counts);

/* The i-th of n sub-pixel offsets, -0.5..0.5, and their order is a low-discrepancy sequence (Halton 2, 3). */
void view_jitter(int sample, int samples, double out_px[2]);
