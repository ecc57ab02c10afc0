/* gpu - OpenGL 3.3 core behind handles: buffers, textures, targets, shaders, pipelines, draws, read-back,
 * timers.
 *
 * Use: gpu_create once with a current context (platform.h); create objects from zero-initialised desc
 * structs, where zero means the default that stands beside the field; per frame gpu_pass_begin -
 * gpu_set_pipeline - gpu_set_bindings - gpu_set_uniforms - gpu_draw... - gpu_pass_end. A handle is index +
 * generation in a fixed pool; {0} is "none". Creation never fails towards the caller: an object that could
 * not be made is a valid handle whose draws are skipped, logged once by its label; gpu_*_ok asks. Destroying
 * {0} or a handle already destroyed does nothing.
 *
 * What it does NOT do: read files (shader.h), open windows (platform.h), know what is drawn, or touch sRGB on
 * write: light is linear in float targets, and a present shader encodes it. There is no GL state outside
 * pipelines: each one states all of it, and redundant GL calls are left out. Row order: textures and targets
 * have GL's origin (row 0 is v = 0, the bottom of a window). gpu_read flips, so that pictures come out rows
 * from the top; gpu_texture_create takes rows as given (row 0 at v = 0). Threads: the thread of the context
 * only. Cost: a draw with nothing changed is one GL call.
 */
#pragma once
#include "log.h"
#include <stddef.h>
#include <stdint.h>

typedef struct Gpu Gpu;

typedef struct GpuBuffer {
    uint32_t id;
} GpuBuffer;
typedef struct GpuTexture {
    uint32_t id;
} GpuTexture;
typedef struct GpuTarget {
    uint32_t id;
} GpuTarget;
typedef struct GpuShader {
    uint32_t id;
} GpuShader;
typedef struct GpuPipeline {
    uint32_t id;
} GpuPipeline;
typedef struct GpuReadback {
    uint32_t id;
} GpuReadback;

enum {
    GPU_MAX_BUFFERS = 256,
    GPU_MAX_TEXTURES = 256,
    GPU_MAX_TARGETS = 64,
    GPU_MAX_SHADERS = 128,
    GPU_MAX_PIPELINES = 192,
    GPU_MAX_READBACKS = 16,
    GPU_VERTEX_BUFFERS = 4,
    GPU_ATTRIBUTES = 16,
    GPU_COLOURS = 4,
    GPU_TEXTURE_UNITS = 16,
    GPU_BLOCK_SLOTS = 8,
    GPU_TIMERS = 32
};

typedef struct GpuInfo {
    char renderer[128], vendor[128], version[128];
    bool software; /* llvmpipe or softpipe */
    int max_texture_px, max_texel_buffer, max_samples, max_uniform_block_bytes;
    float max_point_px;
} GpuInfo;

/* Live objects and the work since gpu_frame_end before last; leak tests compare the first row before and
 * after. */
typedef struct GpuCounters {
    int buffers, textures, targets, shaders, pipelines, readbacks, vertex_arrays;
    int64_t buffer_bytes, texture_bytes;     /* owned by live objects */
    int draws, draws_skipped, state_changes; /* since the last gpu_frame_end */
    int64_t upload_bytes;                    /* since the last gpu_frame_end */
} GpuCounters;

/* Loads the entry points (GLEW) and requires GL 3.3; `accept_no_glx` when the context is EGL or offscreen,
 * where GLEW 2.2 returns 4 although all functions load. */
typedef struct GpuDesc {
    bool accept_no_glx; /* platform_is_glx() false */
    bool debug;         /* log the driver's messages of high severity, where the driver offers them */
} GpuDesc;
Gpu *gpu_create(const GpuDesc *desc, Err *err); /* NULL and err on failure; owner: gpu_destroy */
void gpu_destroy(Gpu *gpu);                     /* every object still alive goes too; NULL accepted */
const GpuInfo *gpu_info(const Gpu *gpu);
GpuCounters gpu_counters(const Gpu *gpu);
/* Once a frame, after the swap or read: collects timers, recycles stream memory, resets the frame's counters.
 */
void gpu_frame_end(Gpu *gpu);
/* After foreign GL code (the widgets' renderer): the next pipeline states everything anew. */
void gpu_forget_state(Gpu *gpu);
void gpu_finish(Gpu *gpu);
/* Overwrite what the driver still holds of pictures read back (Mesa keeps the last one): for when a client
 * leaves. */
void gpu_wipe_reads(Gpu *gpu);

/* ---- buffers ---- */
typedef enum GpuBufferKind { GPU_VERTICES, GPU_INDICES, GPU_UNIFORMS, GPU_TEXELS } GpuBufferKind;
typedef enum GpuUsage {
    GPU_STATIC,
    GPU_DYNAMIC,
    GPU_STREAM /* rewritten whole most frames: orphaned */
} GpuUsage;
typedef struct GpuBufferDesc {
    GpuBufferKind kind; /* default GPU_VERTICES */
    GpuUsage usage;     /* default GPU_STATIC */
    size_t size_bytes;
    const void *data;  /* size_bytes of them, or NULL: zeros */
    const char *label; /* a string constant */
} GpuBufferDesc;
GpuBuffer gpu_buffer_create(Gpu *gpu, const GpuBufferDesc *desc);
void gpu_buffer_update(Gpu *gpu, GpuBuffer buffer, size_t offset_bytes, const void *data, size_t size_bytes);
size_t gpu_buffer_size(const Gpu *gpu, GpuBuffer buffer);
void gpu_buffer_destroy(Gpu *gpu, GpuBuffer buffer);

/* ---- textures ---- */
typedef enum GpuFormat {
    GPU_FORMAT_NONE, /* default: RGBA8 for textures, no attachment for targets */
    GPU_RGBA8,
    GPU_SRGB8_A8,
    GPU_R8,
    GPU_RG8, /* data: bytes */
    GPU_R16,
    GPU_RGBA16, /* data: uint16_t, normalised */
    GPU_R16F,
    GPU_RG16F,
    GPU_RGBA16F,
    GPU_R11G11B10F, /* data: float, converted by the driver */
    GPU_R32F,
    GPU_RG32F,
    GPU_RGBA32F, /* data: float */
    GPU_R32UI,   /* data: uint32_t; picking */
    GPU_DEPTH24,
    GPU_DEPTH32F,
    GPU_FORMAT_COUNT
} GpuFormat;
typedef enum GpuFilter {
    GPU_LINEAR,
    GPU_NEAREST,
    GPU_MIPMAP /* trilinear; `mips` */,
    GPU_ANISOTROPIC /* trilinear, 8x where offered */
} GpuFilter;
typedef enum GpuWrap {
    GPU_CLAMP,
    GPU_REPEAT,
    GPU_MIRROR,
    GPU_BORDER_ONE /* outside a shadow map: lit */
} GpuWrap;

/* Smaller levels than by 256 are not kept: nothing reads them, and a part of a picture could not bring them
 * along. */
enum { GPU_MOST_MIPS = 8 };
typedef struct GpuTextureDesc {
    int width, height; /* px */
    int layers;        /* 0: plain 2D; n: sampler2DArray with n layers */
    GpuFormat format;  /* default GPU_RGBA8 */
    GpuFilter filter;  /* default GPU_LINEAR */
    GpuWrap wrap_u, wrap_v;
    bool
        mips; /* allocate and build GPU_MOST_MIPS smaller levels; implied by GPU_MIPMAP and GPU_ANISOTROPIC */
    bool compare;     /* sampler2DShadow: less-or-equal, depth formats only */
    const void *data; /* level 0, all layers, tightly packed; NULL: zeros */
    GpuBuffer
        texels; /* when set: a samplerBuffer over a GPU_TEXELS buffer; only `format` and `label` count */
    const char *label;
} GpuTextureDesc;
GpuTexture gpu_texture_create(Gpu *gpu, const GpuTextureDesc *desc);
/* A part of level 0 of one layer, tightly packed. The whole of a plain texture brings its mips along; after
 * parts, call gpu_texture_build_mips. */
void gpu_texture_update(Gpu *gpu, GpuTexture texture, int layer, int x, int y, int width, int height,
                        const void *data);
void gpu_texture_build_mips(Gpu *gpu, GpuTexture texture);
/* A part of level 0 of a plain texture, and of each smaller level on whose texels its corners lie: of all of
 * them with corners at multiples of 1 << GPU_MOST_MIPS, or at the texture's end. */
void gpu_texture_update_part(Gpu *gpu, GpuTexture texture, int x, int y, int width, int height,
                             const void *data);
void gpu_texture_size(const Gpu *gpu, GpuTexture texture, int *width, int *height); /* 0, 0 for none */
bool gpu_texture_ok(const Gpu *gpu, GpuTexture texture);
uint32_t gpu_texture_native(const Gpu *gpu, GpuTexture texture); /* for ui.h only */
void gpu_texture_destroy(Gpu *gpu, GpuTexture texture);

/* ---- render targets ----
 * Owns its attachments except those given as textures. With samples > 1 the drawing goes to multisampled
 * buffers, and gpu_pass_end resolves them into the textures (colours, and depth where `depth_texture`). */
typedef struct GpuTargetDesc {
    int width, height;                    /* px */
    GpuFormat colour[GPU_COLOURS];        /* GPU_FORMAT_NONE ends the list */
    GpuFormat depth;                      /* GPU_FORMAT_NONE: no depth */
    int samples;                          /* 0 or 1: none; clamped to what the driver offers */
    GpuFilter filter;                     /* of the colour textures; default GPU_LINEAR */
    bool depth_texture;                   /* depth can be sampled (gpu_target_depth) */
    bool depth_compare;                   /* as a shadow map: sampler2DShadow, linear, border lit */
    GpuTexture colour_given[GPU_COLOURS]; /* draw into these instead of owned ones; sizes must agree */
    int layer_given;                      /* of an array texture given */
    GpuTexture depth_given;               /* another target's depth texture, shared; not with samples */
    const char *label;
} GpuTargetDesc;
GpuTarget gpu_target_create(Gpu *gpu, const GpuTargetDesc *desc);
GpuTexture gpu_target_colour(const Gpu *gpu, GpuTarget target, int index); /* owned by the target */
GpuTexture gpu_target_depth(const Gpu *gpu, GpuTarget target);             /* {0} unless depth_texture */
bool gpu_target_ok(const Gpu *gpu, GpuTarget target);
void gpu_target_destroy(Gpu *gpu, GpuTarget target);

/* ---- shaders ---- from source text; files, includes and reload live in shader.h */
typedef struct GpuSlot {
    const char *name; /* of a uniform block or a sampler; a string constant */
    int slot;         /* block slot or texture unit */
} GpuSlot;
typedef struct GpuShaderDesc {
    const char *vertex, *fragment;    /* whole GLSL sources; fragment NULL: depth only */
    const GpuSlot *blocks, *samplers; /* names absent from the shader are skipped */
    int block_count, sampler_count;
    const char *label;
} GpuShaderDesc;
GpuShader gpu_shader_create(Gpu *gpu, const GpuShaderDesc *desc,
                            Err *err); /* err: the compiler's first line; NULL allowed */
/* Put a new program behind the same handle; on failure the old one stays, false and err. */
bool gpu_shader_replace(Gpu *gpu, GpuShader shader, const GpuShaderDesc *desc, Err *err);
bool gpu_shader_ok(const Gpu *gpu, GpuShader shader);
void gpu_shader_destroy(Gpu *gpu, GpuShader shader);

/* The layout of a std140 block as C sees it, to be held against what the driver says. */
typedef struct GpuMember {
    const char *name;
    size_t offset_bytes;
} GpuMember;
typedef struct GpuBlockLayout {
    const char *name;
    size_t size_bytes;
    const GpuMember *members;
    int member_count;
} GpuBlockLayout;
#define GPU_MEMBER(Type, field)                                                                              \
    { #field, offsetof(Type, field) }
/* False and a sentence naming the first member whose offset differs or is missing, or a block bigger than
 * C's. A block that the linker removed as unused passes. Arrays are named without "[0]". */
bool gpu_shader_check_block(const Gpu *gpu, GpuShader shader, const GpuBlockLayout *layout, Err *err);

/* ---- pipelines ---- */
typedef enum GpuAttributeFormat {
    GPU_ATTRIBUTE_NONE, /* ends the list */
    GPU_F32,
    GPU_F32X2,
    GPU_F32X3,
    GPU_F32X4,
    GPU_F16X2,
    GPU_F16X4,
    GPU_U8X4N,
    GPU_S8X4N,
    GPU_U16X2N,
    GPU_U16X4N,
    GPU_S16X2N,
    GPU_S16X4N,
    GPU_S10X3_2N, /* normalised to floats */
    GPU_U8X4,
    GPU_U16X2,
    GPU_U32,
    GPU_U32X2 /* integers in the shader (uint, uvec) */
} GpuAttributeFormat;
typedef struct GpuAttribute {
    int location;
    GpuAttributeFormat format;
    int buffer; /* 0..GPU_VERTEX_BUFFERS-1 */
    uint32_t offset_bytes;
} GpuAttribute;
typedef enum GpuPrimitive {
    GPU_TRIANGLES,
    GPU_TRIANGLE_STRIP,
    GPU_POINTS,
    GPU_LINES,
    GPU_LINE_STRIP
} GpuPrimitive;
typedef enum GpuBlend {
    GPU_OPAQUE,
    GPU_ALPHA,         /* src.a, 1 - src.a */
    GPU_PREMULTIPLIED, /* 1, 1 - src.a */
    GPU_ADD,           /* 1, 1 */
    GPU_MULTIPLY,      /* dst * src: pigment absorbs; needs no sorting (GL_ZERO, GL_SRC_COLOR) */
    GPU_MAX,
    GPU_MIN,
    GPU_ADD_ABSORB /* colour: 1, 1; alpha: dst * (1 - src): light added, transmittance multiplied */
} GpuBlend;
typedef enum GpuCompare { GPU_ALWAYS, GPU_LESS, GPU_LEQUAL, GPU_EQUAL, GPU_GREATER, GPU_GEQUAL } GpuCompare;
typedef enum GpuCull {
    GPU_CULL_NONE,
    GPU_CULL_BACK,
    GPU_CULL_FRONT
} GpuCull; /* front is counter-clockwise */
enum { GPU_MASK_R = 1, GPU_MASK_G = 2, GPU_MASK_B = 4, GPU_MASK_A = 8, GPU_MASK_NONE = 16 };
typedef struct GpuPipelineDesc {
    GpuShader shader;
    GpuPrimitive primitive;                  /* default GPU_TRIANGLES */
    GpuAttribute attributes[GPU_ATTRIBUTES]; /* none: vertices pulled by gl_VertexID */
    uint32_t stride_bytes[GPU_VERTEX_BUFFERS];
    uint32_t divisor[GPU_VERTEX_BUFFERS]; /* 0: per vertex; 1: per instance */
    GpuBlend blend[GPU_COLOURS];          /* per colour attachment */
    uint8_t colour_mask[GPU_COLOURS];     /* GPU_MASK_*; 0: all four, GPU_MASK_NONE: none */
    GpuCompare depth;                     /* default GPU_ALWAYS: no test */
    bool depth_write;
    GpuCull cull;
    float offset_factor, offset_units; /* polygon offset when either is not 0 */
    bool alpha_to_coverage;
    bool depth_clamp;
    bool index16; /* indices are uint16_t; default uint32_t */
    const char *label;
} GpuPipelineDesc; /* gl_PointSize from the shader is always in force */
GpuPipeline gpu_pipeline_create(Gpu *gpu, const GpuPipelineDesc *desc);
bool gpu_pipeline_ok(const Gpu *gpu, GpuPipeline pipeline);
void gpu_pipeline_destroy(Gpu *gpu, GpuPipeline pipeline);

/* ---- passes and draws ---- */
typedef enum GpuLoad { GPU_KEEP, GPU_CLEAR } GpuLoad;
typedef struct GpuPassDesc {
    GpuTarget target;                /* {0}: the window */
    int window_width, window_height; /* px; needed when the target is the window */
    GpuLoad colour_load[GPU_COLOURS], depth_load;
    float clear_rgba[GPU_COLOURS][4]; /* in the target's own encoding */
    float clear_depth;                /* default 0 means 1.0, the far plane */
    bool no_resolve;                  /* multisampled: more passes follow */
} GpuPassDesc;
void gpu_pass_begin(Gpu *gpu, const GpuPassDesc *desc); /* viewport: the whole target; scissor off */
void gpu_pass_end(Gpu *gpu);
void gpu_set_viewport(Gpu *gpu, int x, int y, int width, int height); /* px, y from the bottom */
void gpu_set_scissor(Gpu *gpu, int x, int y, int width, int height);  /* width 0: off */

typedef struct GpuBindings {
    GpuBuffer vertices[GPU_VERTEX_BUFFERS];
    uint32_t vertex_offset_bytes[GPU_VERTEX_BUFFERS]; /* also how a first instance is chosen */
    GpuBuffer indices;
    GpuTexture textures[GPU_TEXTURE_UNITS]; /* {0}: the unit keeps what it has */
} GpuBindings;
void gpu_set_pipeline(Gpu *gpu, GpuPipeline pipeline);
void gpu_set_bindings(Gpu *gpu, const GpuBindings *bindings); /* after gpu_set_pipeline */
/* Copies `size_bytes` (a std140 mirror) into this frame's stream memory and binds it; until the next call. */
void gpu_set_uniforms(Gpu *gpu, int slot, const void *data, size_t size_bytes);
/* Elements are indices when the bindings have an index buffer, else vertices. */
void gpu_draw(Gpu *gpu, int first, int count, int instances); /* instances 0 or 1: not instanced */
/* Several ranges of vertices, not indexed, not instanced, in one call (visible clusters). */
void gpu_draw_ranges(Gpu *gpu, const int32_t *firsts, const int32_t *counts, int range_count);
/* Several ranges of indices. */
void gpu_draw_index_ranges(Gpu *gpu, const int32_t *firsts, const int32_t *counts, int range_count);
/* Copy (scaled, with the filter) one target's colour to another's colour 0, or the window ({0}); rectangles
 * are whole targets. Window size as in GpuPassDesc. */
void gpu_blit(Gpu *gpu, GpuTarget from, int colour, GpuTarget to, int window_width, int window_height,
              GpuFilter filter);
/* The same for a part of each. */
typedef struct GpuRect {
    int x, y, width, height; /* px from the top left corner */
} GpuRect;
void gpu_blit_part(Gpu *gpu, GpuTarget from, int colour, GpuRect part, GpuTarget to, int window_height,
                   GpuRect place, GpuFilter filter);

/* ---- reading back ---- rows from the top */
typedef enum GpuReadFormat {
    GPU_READ_RGBA8,
    GPU_READ_BGRA8,
    GPU_READ_RGBA32F,
    GPU_READ_R32UI,
    GPU_READ_DEPTH32F
} GpuReadFormat;
size_t gpu_read_size(GpuReadFormat format, int width, int height); /* bytes, tightly packed */
/* Waits for the GPU. `out` takes gpu_read_size bytes; rectangle in px from the top left corner. `target` {0}
 * is the window of window_height px (ignored otherwise). */
bool gpu_read(Gpu *gpu, GpuTarget target, int colour, int x, int y, int width, int height, int window_height,
              GpuReadFormat format, void *out, Err *err);
/* A ring of pixel buffers: begin copies without waiting, take hands out the oldest picture. Rows come as GL
 * has them, from the bottom (video.h can flip). */
typedef struct GpuReadbackDesc {
    int width, height;
    GpuReadFormat format;
    int in_flight; /* default 3, at most 8 */
    const char *label;
} GpuReadbackDesc;
GpuReadback gpu_readback_create(Gpu *gpu, const GpuReadbackDesc *desc);
bool gpu_readback_full(const Gpu *gpu, GpuReadback readback); /* a take is due before the next begin */
bool gpu_readback_begin(Gpu *gpu, GpuReadback readback, GpuTarget target, int colour, uint64_t tag);
/* Oldest first; NULL when none is there (or, without `wait`, not yet). Valid until gpu_readback_release. */
const void *gpu_readback_take(Gpu *gpu, GpuReadback readback, bool wait, uint64_t *tag);
void gpu_readback_release(Gpu *gpu, GpuReadback readback);
void gpu_readback_destroy(Gpu *gpu, GpuReadback readback);

/* ---- timers ---- */
typedef enum GpuTimerMode {
    GPU_TIMERS_OFF,   /* default; begin and end cost nothing */
    GPU_TIMERS_QUERY, /* timestamps of the GPU, read some frames later, no stall */
    GPU_TIMERS_FINISH /* glFinish around each pass and the CPU's clock: true on llvmpipe; for bench */
} GpuTimerMode;
void gpu_timers_set(Gpu *gpu, GpuTimerMode mode);
void gpu_timer_begin(Gpu *gpu, const char *name); /* a string constant; may nest; again in a frame: summed,
                                                      except by GPU_TIMERS_QUERY, which keeps the last */
void gpu_timer_end(Gpu *gpu, const char *name);
typedef struct GpuTiming {
    const char *name;
    double gpu_ms; /* the last frame known; in FINISH mode the wall time */
    double cpu_ms; /* between begin and end on the CPU */
} GpuTiming;
int gpu_timings(const Gpu *gpu, GpuTiming out[GPU_TIMERS]); /* in order of first use; returns how many */
