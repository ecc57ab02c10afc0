#include "gpu_private.h"
#include "language.h"
#include <string.h>
#include <time.h>

/* ---- pools ---- */
static bool pool_create(GpuPool *pool, const char *what, size_t stride_bytes, int capacity) {
    *pool = (GpuPool){.stride_bytes = stride_bytes, .capacity = capacity, .what = what};
    pool->slots = calloc((size_t)capacity, stride_bytes);
    return pool->slots != NULL;
}

static GpuSlotHead *pool_slot(const GpuPool *pool, int index) {
    return (GpuSlotHead *)(void *)(pool->slots + (size_t)index * pool->stride_bytes);
}

uint32_t gpu_pool_add(GpuPool *pool, const char *label, void **slot) {
    for (int i = 0; i < pool->capacity; i++) {
        GpuSlotHead *head = pool_slot(pool, i);
        if (head->live) continue;
        uint16_t generation = (uint16_t)(head->generation ? head->generation : 1);
        memset(head, 0, pool->stride_bytes);
        *head = (GpuSlotHead){.generation = generation, .live = true, .label = label ? label : _("unnamed")};
        pool->live++;
        *slot = head;
        return (uint32_t)generation << 16 | (uint32_t)(i + 1);
    }
    log_message(LOG_ERROR, _("no room for %s \"%s\": all %d are in use"), pool->what,
                label ? label : _("unnamed"), pool->capacity);
    *slot = NULL;
    return UINT32_MAX;
}

void *gpu_pool_find(const GpuPool *pool, uint32_t id) {
    int index = (int)(id & 0xffffu) - 1;
    if (index < 0 || index >= pool->capacity) return NULL;
    GpuSlotHead *head = pool_slot(pool, index);
    return head->live && head->generation == id >> 16 ? head : NULL;
}

void gpu_pool_remove(GpuPool *pool, void *slot) {
    GpuSlotHead *head = slot;
    head->live = false;
    head->generation = (uint16_t)(head->generation + 1);
    if (head->generation == 0) head->generation = 1;
    pool->live--;
}

/* ---- context ---- */
static const char *gl_string(GLenum what) {
    const GLubyte *text = glGetString(what);
    return text ? (const char *)text : "unknown";
}

static int gl_int(GLenum what) {
    GLint value = 0;
    glGetIntegerv(what, &value);
    return value;
}

static void read_info(GpuInfo *info) {
    snprintf(info->renderer, sizeof info->renderer, "%s", gl_string(GL_RENDERER));
    snprintf(info->vendor, sizeof info->vendor, "%s", gl_string(GL_VENDOR));
    snprintf(info->version, sizeof info->version, "%s", gl_string(GL_VERSION));
    info->software = strstr(info->renderer, "llvmpipe") != NULL || strstr(info->renderer, "softpipe") != NULL;
    info->max_texture_px = gl_int(GL_MAX_TEXTURE_SIZE);
    info->max_texel_buffer = gl_int(GL_MAX_TEXTURE_BUFFER_SIZE);
    info->max_samples = gl_int(GL_MAX_SAMPLES);
    info->max_uniform_block_bytes = gl_int(GL_MAX_UNIFORM_BLOCK_SIZE);
    GLfloat range[2] = {1, 1};
    glGetFloatv(GL_POINT_SIZE_RANGE, range);
    info->max_point_px = range[1];
}

static bool load_entry_points(const GpuDesc *desc, Err *err) {
    glewExperimental = GL_TRUE;
    GLenum code = glewInit();
    /* 4 is GLEW_ERROR_NO_GLX_DISPLAY: Debian's GLEW looks for GLX last, when all functions are loaded
     * already. */
    bool accepted = code == GLEW_OK || (code == GLEW_ERROR_NO_GLX_DISPLAY && desc->accept_no_glx);
    if (!accepted)
        return err_set(err, "the graphics driver could not be used: %s",
                       (const char *)glewGetErrorString(code));
    while (glGetError() != GL_NO_ERROR) {
    } /* glewInit asks for enumerations that core contexts refuse */
    if (!GLEW_VERSION_3_3)
        return err_set(err, "Stipple needs OpenGL 3.3; this computer's driver offers %s",
                       gl_string(GL_VERSION));
    return true;
}

static void GLAPIENTRY on_driver_message(GLenum source, GLenum type, GLuint id, GLenum severity,
                                         GLsizei length, const GLchar *message, const void *user) {
    (void)source, (void)id, (void)length, (void)user;
    if (severity == GL_DEBUG_SEVERITY_HIGH || type == GL_DEBUG_TYPE_ERROR)
        log_message(LOG_WARNING, _("graphics driver: %s"), message);
}

static void set_constant_state(Gpu *gpu) {
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glEnable(GL_PROGRAM_POINT_SIZE);
    glDisable(GL_DITHER);
    glDisable(GL_FRAMEBUFFER_SRGB);
    glFrontFace(GL_CCW);
    if (gpu->desc.debug && GLEW_KHR_debug) {
        glEnable(GL_DEBUG_OUTPUT);
        glEnable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
        glDebugMessageCallback(on_driver_message, NULL);
    }
}

static bool create_pools(Gpu *gpu, Err *err) {
    bool ok = pool_create(&gpu->buffers, "buffer", sizeof(BufferSlot), GPU_MAX_BUFFERS) &&
              pool_create(&gpu->textures, "texture", sizeof(TextureSlot), GPU_MAX_TEXTURES) &&
              pool_create(&gpu->targets, "target", sizeof(TargetSlot), GPU_MAX_TARGETS) &&
              pool_create(&gpu->shaders, "shader", sizeof(ShaderSlot), GPU_MAX_SHADERS) &&
              pool_create(&gpu->pipelines, "pipeline", sizeof(PipelineSlot), GPU_MAX_PIPELINES) &&
              pool_create(&gpu->readbacks, "read-back", sizeof(ReadbackSlot), GPU_MAX_READBACKS);
    return ok ? true : err_set(err, "not enough memory to start the graphics");
}

static void free_pools(Gpu *gpu) {
    free(gpu->buffers.slots);
    free(gpu->textures.slots);
    free(gpu->targets.slots);
    free(gpu->shaders.slots);
    free(gpu->pipelines.slots);
    free(gpu->readbacks.slots);
}

Gpu *gpu_create(const GpuDesc *desc, Err *err) {
    if (!load_entry_points(desc, err)) return NULL;
    Gpu *gpu = calloc(1, sizeof *gpu);
    if (!gpu || !create_pools(gpu, err)) {
        if (!gpu) err_set(err, "not enough memory to start the graphics");
        if (gpu) free_pools(gpu);
        free(gpu);
        return NULL;
    }
    gpu->desc = *desc;
    read_info(&gpu->info);
    gpu->blend_per_target = GLEW_ARB_draw_buffers_blend || GLEW_VERSION_4_0;
    gpu->anisotropic = GLEW_EXT_texture_filter_anisotropic;
    gpu->labels = GLEW_KHR_debug;
    set_constant_state(gpu);
    glGenBuffers(1, &gpu->ring);
    glBindBuffer(GL_UNIFORM_BUFFER, gpu->ring);
    glBufferData(GL_UNIFORM_BUFFER, GPU_RING_BYTES, NULL, GL_STREAM_DRAW);
    glGenVertexArrays(1, &gpu->empty_array);
    glGenFramebuffers(1, &gpu->scratch_fbo);
    log_message(LOG_INFO, "graphics: %s, OpenGL %s", gpu->info.renderer, gpu->info.version);
    return gpu;
}

static uint32_t slot_id(const GpuPool *pool, int index) {
    const GpuSlotHead *head = pool_slot(pool, index);
    return head->live ? (uint32_t)head->generation << 16 | (uint32_t)(index + 1) : 0;
}

static void destroy_objects(Gpu *gpu) {
    for (int i = 0; i < GPU_MAX_READBACKS; i++)
        gpu_readback_destroy(gpu, (GpuReadback){slot_id(&gpu->readbacks, i)});
    for (int i = 0; i < GPU_MAX_PIPELINES; i++)
        gpu_pipeline_destroy(gpu, (GpuPipeline){slot_id(&gpu->pipelines, i)});
    for (int i = 0; i < GPU_MAX_SHADERS; i++) gpu_shader_destroy(gpu, (GpuShader){slot_id(&gpu->shaders, i)});
    for (int i = 0; i < GPU_MAX_TARGETS; i++) gpu_target_destroy(gpu, (GpuTarget){slot_id(&gpu->targets, i)});
    for (int i = 0; i < GPU_MAX_TEXTURES; i++)
        gpu_texture_destroy(gpu, (GpuTexture){slot_id(&gpu->textures, i)});
    for (int i = 0; i < GPU_MAX_BUFFERS; i++) gpu_buffer_destroy(gpu, (GpuBuffer){slot_id(&gpu->buffers, i)});
}

void gpu_destroy(Gpu *gpu) {
    if (!gpu) return;
    destroy_objects(gpu);
    gpu_timers_release(gpu);
    glDeleteBuffers(1, &gpu->ring);
    glDeleteVertexArrays(1, &gpu->empty_array);
    glDeleteFramebuffers(1, &gpu->scratch_fbo);
    for (int i = 0; i < GPU_BLOCK_SLOTS; i++) free(gpu->shadows[i].data);
    free_pools(gpu);
    free(gpu);
}

const GpuInfo *gpu_info(const Gpu *gpu) {
    return &gpu->info;
}

GpuCounters gpu_counters(const Gpu *gpu) {
    GpuCounters counters = gpu->counters;
    counters.buffers = gpu->buffers.live;
    counters.textures = gpu->textures.live;
    counters.targets = gpu->targets.live;
    counters.shaders = gpu->shaders.live;
    counters.pipelines = gpu->pipelines.live;
    counters.readbacks = gpu->readbacks.live;
    return counters;
}

void gpu_frame_end(Gpu *gpu) {
    gpu->frame++;
    gpu_timers_collect(gpu);
    gpu->counters.draws = gpu->counters.draws_skipped = gpu->counters.state_changes = 0;
    gpu->counters.upload_bytes = 0;
}

void gpu_forget_state(Gpu *gpu) {
    gpu->state = (GpuState){0};
    gpu->pipeline = NULL;
    gpu->pipeline_id = 0;
    set_constant_state(gpu);
}

void gpu_finish(Gpu *gpu) {
    (void)gpu;
    glFinish();
}

void gpu_label(const Gpu *gpu, GLenum kind, GLuint name, const char *label) {
    if (gpu->labels && label) glObjectLabel(kind, name, -1, label);
}

void gpu_report_skip(Gpu *gpu, GpuSlotHead *head, const char *what) {
    gpu->counters.draws_skipped++;
    if (!head || head->reported) return;
    head->reported = true;
    log_message(LOG_WARNING, _("draws with %s \"%s\" are skipped"), what, head->label);
}

double gpu_clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
