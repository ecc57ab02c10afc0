/* gpu_private - what the gpu*.c files share; the only place that includes GLEW. Nobody else includes this. */
#pragma once
#include "gpu.h"
#include <GL/glew.h>

/* Every pool slot starts with this. */
typedef struct GpuSlotHead {
    uint16_t generation; /* 1..65535; raised at destruction, so that old handles miss */
    bool live;
    bool ok;       /* false: made in name only, draws are skipped */
    bool reported; /* the skip was logged */
    const char *label;
} GpuSlotHead;

typedef struct GpuPool {
    uint8_t *slots;
    size_t stride_bytes;
    int capacity, live;
    const char *what;
} GpuPool;

typedef struct BufferSlot {
    GpuSlotHead head;
    GLuint name;
    GLenum target, usage;
    GpuBufferKind kind;
    size_t size_bytes;
} BufferSlot;

typedef struct TextureSlot {
    GpuSlotHead head;
    GLuint name;
    GLenum target; /* GL_TEXTURE_2D, _2D_ARRAY or _BUFFER */
    GpuFormat format;
    int width, height, layers;
    bool mips;
    int64_t bytes;
} TextureSlot;

typedef struct TargetSlot {
    GpuSlotHead head;
    GLuint draw_fbo, resolve_fbo;    /* the same when not multisampled */
    GLuint buffers[GPU_COLOURS + 1]; /* multisampled renderbuffers, or the depth renderbuffer in the last */
    GpuTexture colour[GPU_COLOURS], depth;
    bool colour_owned[GPU_COLOURS], depth_borrowed;
    GpuFormat colour_format[GPU_COLOURS], depth_format;
    int width, height, colour_count, samples;
} TargetSlot;

typedef struct ShaderSlot {
    GpuSlotHead head;
    GLuint program;
} ShaderSlot;

enum { GPU_PIPELINE_ARRAYS = 4 };
typedef struct VertexArray {
    GLuint name;
    uint32_t vertices[GPU_VERTEX_BUFFERS], offsets[GPU_VERTEX_BUFFERS], indices;
} VertexArray;

typedef struct PipelineSlot {
    GpuSlotHead head;
    GpuPipelineDesc desc;
    int attribute_count;
    VertexArray arrays[GPU_PIPELINE_ARRAYS];
    int next_array; /* the one to be replaced */
} PipelineSlot;

enum { GPU_READBACK_MAX_IN_FLIGHT = 8 };
typedef struct ReadbackSlot {
    GpuSlotHead head;
    GpuReadbackDesc desc;
    GLuint buffers[GPU_READBACK_MAX_IN_FLIGHT];
    GLsync fences[GPU_READBACK_MAX_IN_FLIGHT];
    uint64_t tags[GPU_READBACK_MAX_IN_FLIGHT];
    int oldest, waiting;
    bool mapped;
} ReadbackSlot;

enum { GPU_QUERY_DEPTH = 4 };
typedef struct Timer {
    const char *name;
    GLuint queries[GPU_QUERY_DEPTH][2];
    bool pending[GPU_QUERY_DEPTH];
    bool running;
    uint64_t frame; /* of the last measurement, from 1 */
    double began_s, gpu_ms, cpu_ms;
} Timer;

/* What GL is known to have; a field may be trusted only while `known`. */
typedef struct GpuState {
    bool known;
    GLuint program, vertex_array, draw_fbo;
    int viewport[4], scissor[4];
    GpuBlend blend[GPU_COLOURS];
    uint8_t colour_mask[GPU_COLOURS];
    GpuCompare depth;
    bool depth_write, alpha_to_coverage, depth_clamp;
    GpuCull cull;
    float offset_factor, offset_units;
    GLuint textures[GPU_TEXTURE_UNITS];
    struct {
        GLuint buffer;
        size_t offset, size;
    } blocks[GPU_BLOCK_SLOTS];
} GpuState;

/* The last uniforms given for a slot: identical ones are not uploaded again, and all survive a full ring. */
typedef struct UniformShadow {
    uint8_t *data;
    size_t capacity, size, ring_offset;
    bool in_ring; /* the slot is fed by gpu_set_uniforms */
} UniformShadow;

enum { GPU_RING_BYTES = 1 << 20, GPU_UNIFORM_ALIGN = 256, GPU_READ_SIZES = 16 };

struct Gpu {
    GpuInfo info;
    GpuDesc desc;
    GpuCounters counters;
    GpuPool buffers, textures, targets, shaders, pipelines, readbacks;
    GpuState state;
    bool blend_per_target, labels, anisotropic;
    GLuint ring, empty_array, scratch_fbo;
    size_t ring_used;
    UniformShadow shadows[GPU_BLOCK_SLOTS];
    /* the pass and the draw being put together */
    bool in_pass, draw_ok, draw_indexed;
    GpuPassDesc pass;
    int pass_width, pass_height;
    PipelineSlot *pipeline;
    uint32_t pipeline_id;
    /* sizes read back so far, for gpu_wipe_reads */
    int read_sizes[GPU_READ_SIZES][2], read_size_count;
    GpuTimerMode timer_mode;
    Timer timers[GPU_TIMERS];
    int timer_count;
    uint64_t frame;
};

typedef struct FormatInfo {
    GLenum internal, format, type;
    int data_bytes;  /* a texel as the caller gives it */
    int owned_bytes; /* a texel in the driver */
    bool depth, integer;
} FormatInfo;
extern const FormatInfo gpu_formats[GPU_FORMAT_COUNT];

/* gpu.c */
uint32_t gpu_pool_add(GpuPool *pool, const char *label, void **slot); /* slot NULL when full */
void *gpu_pool_find(const GpuPool *pool, uint32_t id);                /* NULL for none, old or full */
void gpu_pool_remove(GpuPool *pool, void *slot);
void gpu_label(const Gpu *gpu, GLenum kind, GLuint name, const char *label);
void gpu_report_skip(Gpu *gpu, GpuSlotHead *head, const char *what);
double gpu_clock_s(void);
/* gpu_draw.c */
void gpu_bind_fbo(Gpu *gpu, GLuint fbo);
void gpu_state_for_clear(Gpu *gpu);
void gpu_drop_buffer_arrays(Gpu *gpu, uint32_t buffer_id);
void gpu_drop_pipeline_arrays(Gpu *gpu, PipelineSlot *pipeline);
void gpu_forget_texture(Gpu *gpu, GLuint name);
/* gpu_resource.c */
void gpu_wipe_buffer(GLenum target, GLuint name, size_t size_bytes);
/* gpu_mips.c: levels 1 and on of a part of the bound texture whose level 0 holds `data` there; of a part that is
 * not all of it only those on whose texels its corners lie. False: another format than GPU_SRGB8_A8 and
 * GPU_RG16F, or no memory; levels are missing. */
typedef struct GpuMipsPart {
    int x, y, width, height;
} GpuMipsPart;
bool gpu_mips_upload(const TextureSlot *slot, const GpuMipsPart *part, const void *data);
/* gpu_target.c */
void gpu_resolve(Gpu *gpu, TargetSlot *target);
/* gpu_timer.c */
void gpu_timers_collect(Gpu *gpu);
void gpu_timers_release(Gpu *gpu);
