/* gpu_resource - buffers and textures. */
#include "gpu_private.h"
#include "language.h"
#include <string.h>

/* Work on textures happens on a unit beyond those that draws use, so that their bindings stay as cached. */
enum { WORK_UNIT = GPU_TEXTURE_UNITS };

const FormatInfo gpu_formats[GPU_FORMAT_COUNT] = {
    [GPU_FORMAT_NONE] = {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, 4, 4, false, false},
    [GPU_RGBA8] = {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, 4, 4, false, false},
    [GPU_SRGB8_A8] = {GL_SRGB8_ALPHA8, GL_RGBA, GL_UNSIGNED_BYTE, 4, 4, false, false},
    [GPU_R8] = {GL_R8, GL_RED, GL_UNSIGNED_BYTE, 1, 1, false, false},
    [GPU_RG8] = {GL_RG8, GL_RG, GL_UNSIGNED_BYTE, 2, 2, false, false},
    [GPU_R16] = {GL_R16, GL_RED, GL_UNSIGNED_SHORT, 2, 2, false, false},
    [GPU_RGBA16] = {GL_RGBA16, GL_RGBA, GL_UNSIGNED_SHORT, 8, 8, false, false},
    [GPU_R16F] = {GL_R16F, GL_RED, GL_FLOAT, 4, 2, false, false},
    [GPU_RG16F] = {GL_RG16F, GL_RG, GL_FLOAT, 8, 4, false, false},
    [GPU_RGBA16F] = {GL_RGBA16F, GL_RGBA, GL_FLOAT, 16, 8, false, false},
    [GPU_R11G11B10F] = {GL_R11F_G11F_B10F, GL_RGB, GL_FLOAT, 12, 4, false, false},
    [GPU_R32F] = {GL_R32F, GL_RED, GL_FLOAT, 4, 4, false, false},
    [GPU_RG32F] = {GL_RG32F, GL_RG, GL_FLOAT, 8, 8, false, false},
    [GPU_RGBA32F] = {GL_RGBA32F, GL_RGBA, GL_FLOAT, 16, 16, false, false},
    [GPU_R32UI] = {GL_R32UI, GL_RED_INTEGER, GL_UNSIGNED_INT, 4, 4, false, true},
    [GPU_DEPTH24] = {GL_DEPTH_COMPONENT24, GL_DEPTH_COMPONENT, GL_FLOAT, 4, 4, true, false},
    [GPU_DEPTH32F] = {GL_DEPTH_COMPONENT32F, GL_DEPTH_COMPONENT, GL_FLOAT, 4, 4, true, false},
};

static bool gl_out_of_memory(void) {
    bool out = false;
    for (GLenum code = glGetError(); code != GL_NO_ERROR; code = glGetError())
        if (code == GL_OUT_OF_MEMORY) out = true;
    return out;
}

/* ---- buffers ---- */
static const GLenum buffer_targets[] = {GL_ARRAY_BUFFER, GL_ELEMENT_ARRAY_BUFFER, GL_UNIFORM_BUFFER,
                                        GL_TEXTURE_BUFFER};
static const GLenum buffer_usages[] = {GL_STATIC_DRAW, GL_DYNAMIC_DRAW, GL_STREAM_DRAW};

static bool buffer_fill(BufferSlot *slot, const void *data) {
    void *zeros = data ? NULL : calloc(1, slot->size_bytes);
    if (!data && !zeros) return false;
    while (glGetError() != GL_NO_ERROR) {
    }
    /* The copy target disturbs neither vertex arrays nor block slots. */
    glBindBuffer(GL_COPY_WRITE_BUFFER, slot->name);
    glBufferData(GL_COPY_WRITE_BUFFER, (GLsizeiptr)slot->size_bytes, data ? data : zeros, slot->usage);
    free(zeros);
    return !gl_out_of_memory();
}

GpuBuffer gpu_buffer_create(Gpu *gpu, const GpuBufferDesc *desc) {
    void *place;
    GpuBuffer handle = {gpu_pool_add(&gpu->buffers, desc->label, &place)};
    BufferSlot *slot = place;
    if (!slot) return handle;
    slot->kind = desc->kind;
    slot->target = buffer_targets[desc->kind];
    slot->usage = buffer_usages[desc->usage];
    slot->size_bytes = desc->size_bytes;
    if (desc->size_bytes == 0) return handle;
    glGenBuffers(1, &slot->name);
    slot->head.ok = buffer_fill(slot, desc->data);
    if (!slot->head.ok) {
        log_message(LOG_ERROR, _("not enough graphics memory for %zu bytes of \"%s\""), desc->size_bytes,
                    slot->head.label);
        slot->size_bytes = 0;
        return handle;
    }
    gpu->counters.buffer_bytes += (int64_t)desc->size_bytes;
    if (desc->data) gpu->counters.upload_bytes += (int64_t)desc->size_bytes;
    gpu_label(gpu, GL_BUFFER, slot->name, desc->label);
    return handle;
}

void gpu_buffer_update(Gpu *gpu, GpuBuffer buffer, size_t offset_bytes, const void *data, size_t size_bytes) {
    BufferSlot *slot = gpu_pool_find(&gpu->buffers, buffer.id);
    if (!slot || !slot->head.ok || size_bytes == 0) return;
    ASSERT(offset_bytes + size_bytes <= slot->size_bytes);
    glBindBuffer(GL_COPY_WRITE_BUFFER, slot->name);
    /* Rewritten from the start: fresh memory, so that frames still being drawn are not waited for. */
    if (slot->usage == GL_STREAM_DRAW && offset_bytes == 0)
        glBufferData(GL_COPY_WRITE_BUFFER, (GLsizeiptr)slot->size_bytes, NULL, slot->usage);
    glBufferSubData(GL_COPY_WRITE_BUFFER, (GLintptr)offset_bytes, (GLsizeiptr)size_bytes, data);
    gpu->counters.upload_bytes += (int64_t)size_bytes;
}

size_t gpu_buffer_size(const Gpu *gpu, GpuBuffer buffer) {
    const BufferSlot *slot = gpu_pool_find(&gpu->buffers, buffer.id);
    return slot ? slot->size_bytes : 0;
}

void gpu_wipe_buffer(GLenum target, GLuint name, size_t size_bytes) {
    if (!name || !size_bytes) return;
    glBindBuffer(target, name);
    /* Not invalidated: that would give other memory and leave the old as it is. */
    void *place = glMapBufferRange(target, 0, (GLsizeiptr)size_bytes, GL_MAP_WRITE_BIT);
    if (place) memset(place, 0, size_bytes);
    if (place) glUnmapBuffer(target);
    glBindBuffer(target, 0);
}

void gpu_buffer_destroy(Gpu *gpu, GpuBuffer buffer) {
    BufferSlot *slot = gpu_pool_find(&gpu->buffers, buffer.id);
    if (!slot) return;
    gpu_drop_buffer_arrays(gpu, buffer.id);
    for (int i = 0; i < GPU_BLOCK_SLOTS; i++)
        if (gpu->state.blocks[i].buffer == slot->name) gpu->state.blocks[i].buffer = 0;
    gpu_wipe_buffer(GL_COPY_WRITE_BUFFER, slot->name, slot->size_bytes);
    glDeleteBuffers(1, &slot->name);
    gpu->counters.buffer_bytes -= (int64_t)slot->size_bytes;
    gpu_pool_remove(&gpu->buffers, slot);
}

/* ---- textures ---- */
static void bind_work(const TextureSlot *slot) {
    glActiveTexture(GL_TEXTURE0 + WORK_UNIT);
    glBindTexture(slot->target, slot->name);
}

static void set_sampling(const Gpu *gpu, const TextureSlot *slot, const GpuTextureDesc *desc) {
    static const GLint wraps[] = {GL_CLAMP_TO_EDGE, GL_REPEAT, GL_MIRRORED_REPEAT, GL_CLAMP_TO_BORDER};
    GLenum target = slot->target;
    bool nearest = desc->filter == GPU_NEAREST || gpu_formats[slot->format].integer;
    GLint small = nearest ? GL_NEAREST : slot->mips ? GL_LINEAR_MIPMAP_LINEAR : GL_LINEAR;
    glTexParameteri(target, GL_TEXTURE_MIN_FILTER, small);
    glTexParameteri(target, GL_TEXTURE_MAG_FILTER, nearest ? GL_NEAREST : GL_LINEAR);
    glTexParameteri(target, GL_TEXTURE_WRAP_S, wraps[desc->wrap_u]);
    glTexParameteri(target, GL_TEXTURE_WRAP_T, wraps[desc->wrap_v]);
    glTexParameteri(target, GL_TEXTURE_MAX_LEVEL, slot->mips ? GPU_MOST_MIPS : 0);
    if (desc->wrap_u == GPU_BORDER_ONE || desc->wrap_v == GPU_BORDER_ONE)
        glTexParameterfv(target, GL_TEXTURE_BORDER_COLOR, (const GLfloat[4]){1, 1, 1, 1});
    if (desc->filter == GPU_ANISOTROPIC && gpu->anisotropic)
        glTexParameterf(target, GL_TEXTURE_MAX_ANISOTROPY_EXT, 8.0f);
    if (desc->compare) {
        glTexParameteri(target, GL_TEXTURE_COMPARE_MODE, GL_COMPARE_REF_TO_TEXTURE);
        glTexParameteri(target, GL_TEXTURE_COMPARE_FUNC, GL_LEQUAL);
    }
}

/* Zeros in one level of all layers; the far plane in depth. */
static void clear_level(Gpu *gpu, const TextureSlot *slot, int level) {
    const FormatInfo *format = &gpu_formats[slot->format];
    GLenum point = format->depth ? GL_DEPTH_ATTACHMENT : GL_COLOR_ATTACHMENT0;
    ASSERT(!gpu->in_pass); /* would draw elsewhere than the pass */
    gpu_state_for_clear(gpu);
    gpu_bind_fbo(gpu, gpu->scratch_fbo);
    for (int layer = 0; layer < (slot->layers > 0 ? slot->layers : 1); layer++) {
        if (slot->layers > 0)
            glFramebufferTextureLayer(GL_DRAW_FRAMEBUFFER, point, slot->name, level, layer);
        else
            glFramebufferTexture2D(GL_DRAW_FRAMEBUFFER, point, GL_TEXTURE_2D, slot->name, level);
        glDrawBuffer(format->depth ? GL_NONE : GL_COLOR_ATTACHMENT0);
        if (format->depth)
            glClearBufferfv(GL_DEPTH, 0, (const GLfloat[1]){1});
        else if (format->integer)
            glClearBufferuiv(GL_COLOR, 0, (const GLuint[4]){0});
        else
            glClearBufferfv(GL_COLOR, 0, (const GLfloat[4]){0});
    }
    glFramebufferTexture2D(GL_DRAW_FRAMEBUFFER, point, GL_TEXTURE_2D, 0, 0);
}

/* Of the bound texture, whose level 0 holds `data` in that part (NULL: it is not at hand). */
static void make_mips(const Gpu *gpu, const TextureSlot *slot, GpuMipsPart part, const void *data) {
    if (!data || !gpu->info.software || !gpu_mips_upload(slot, &part, data)) glGenerateMipmap(slot->target);
}

static bool texture_allocate(Gpu *gpu, TextureSlot *slot, const GpuTextureDesc *desc) {
    const FormatInfo *format = &gpu_formats[slot->format];
    GLint internal = (GLint)format->internal;
    while (glGetError() != GL_NO_ERROR) {
    }
    glGenTextures(1, &slot->name);
    bind_work(slot);
    if (slot->target == GL_TEXTURE_2D)
        glTexImage2D(slot->target, 0, internal, slot->width, slot->height, 0, format->format, format->type,
                     desc->data);
    else
        glTexImage3D(slot->target, 0, internal, slot->width, slot->height, slot->layers, 0, format->format,
                     format->type, desc->data);
    if (gl_out_of_memory()) return false;
    set_sampling(gpu, slot, desc);
    /* New textures hold zeros, never what another program or client left in that memory. */
    if (!desc->data) clear_level(gpu, slot, 0);
    if (slot->mips) make_mips(gpu, slot, (GpuMipsPart){0, 0, slot->width, slot->height}, desc->data);
    return !gl_out_of_memory();
}

static bool texture_attach_texels(Gpu *gpu, TextureSlot *slot, GpuBuffer texels) {
    const BufferSlot *buffer = gpu_pool_find(&gpu->buffers, texels.id);
    if (!buffer || !buffer->head.ok) return false;
    ASSERT(buffer->kind == GPU_TEXELS);
    slot->target = GL_TEXTURE_BUFFER;
    glGenTextures(1, &slot->name);
    bind_work(slot);
    glTexBuffer(GL_TEXTURE_BUFFER, gpu_formats[slot->format].internal, buffer->name);
    return true;
}

static int64_t texture_bytes(const TextureSlot *slot) {
    int64_t texels = (int64_t)slot->width * slot->height * (slot->layers > 0 ? slot->layers : 1);
    int64_t bytes = texels * gpu_formats[slot->format].owned_bytes;
    return slot->mips ? bytes * 4 / 3 : bytes;
}

GpuTexture gpu_texture_create(Gpu *gpu, const GpuTextureDesc *desc) {
    void *place;
    GpuTexture handle = {gpu_pool_add(&gpu->textures, desc->label, &place)};
    TextureSlot *slot = place;
    if (!slot) return handle;
    slot->format = desc->format ? desc->format : GPU_RGBA8;
    if (desc->texels.id) {
        slot->head.ok = texture_attach_texels(gpu, slot, desc->texels);
        return handle;
    }
    slot->target = desc->layers > 0 ? GL_TEXTURE_2D_ARRAY : GL_TEXTURE_2D;
    slot->width = desc->width;
    slot->height = desc->height;
    slot->layers = desc->layers;
    slot->mips = desc->mips || desc->filter == GPU_MIPMAP || desc->filter == GPU_ANISOTROPIC;
    int limit = gpu->info.max_texture_px;
    bool fits = desc->width > 0 && desc->height > 0 && desc->width <= limit && desc->height <= limit;
    slot->head.ok = fits && texture_allocate(gpu, slot, desc);
    if (!slot->head.ok) {
        log_message(LOG_ERROR, _("the graphics driver cannot hold a %d x %d texture \"%s\" (limit %d)"),
                    desc->width, desc->height, slot->head.label, limit);
        return handle;
    }
    slot->bytes = texture_bytes(slot);
    gpu->counters.texture_bytes += slot->bytes;
    if (desc->data) gpu->counters.upload_bytes += slot->bytes;
    gpu_label(gpu, GL_TEXTURE, slot->name, desc->label);
    return handle;
}

void gpu_texture_update(Gpu *gpu, GpuTexture texture, int layer, int x, int y, int width, int height,
                        const void *data) {
    TextureSlot *slot = gpu_pool_find(&gpu->textures, texture.id);
    if (!slot || !slot->head.ok || width <= 0 || height <= 0) return;
    ASSERT(x >= 0 && y >= 0 && x + width <= slot->width && y + height <= slot->height);
    const FormatInfo *format = &gpu_formats[slot->format];
    bind_work(slot);
    if (slot->layers > 0)
        glTexSubImage3D(slot->target, 0, x, y, layer, width, height, 1, format->format, format->type, data);
    else
        glTexSubImage2D(slot->target, 0, x, y, width, height, format->format, format->type, data);
    const bool whole = slot->layers == 0 && width == slot->width && height == slot->height;
    if (whole && slot->mips) make_mips(gpu, slot, (GpuMipsPart){0, 0, width, height}, data);
    gpu->counters.upload_bytes += (int64_t)width * height * format->data_bytes;
}

void gpu_texture_update_part(Gpu *gpu, GpuTexture texture, int x, int y, int width, int height,
                             const void *data) {
    const TextureSlot *slot = gpu_pool_find(&gpu->textures, texture.id);
    if (!slot || !slot->head.ok) return;
    ASSERT(slot->layers == 0);
    gpu_texture_update(gpu, texture, 0, x, y, width, height, data);
    const bool whole = width == slot->width && height == slot->height; /* has brought its mips along */
    if (!whole && slot->mips && width > 0 && height > 0)
        make_mips(gpu, slot, (GpuMipsPart){x, y, width, height}, data);
}

void gpu_texture_build_mips(Gpu *gpu, GpuTexture texture) {
    TextureSlot *slot = gpu_pool_find(&gpu->textures, texture.id);
    if (!slot || !slot->head.ok || !slot->mips) return;
    bind_work(slot);
    glGenerateMipmap(slot->target);
}

void gpu_texture_size(const Gpu *gpu, GpuTexture texture, int *width, int *height) {
    const TextureSlot *slot = gpu_pool_find(&gpu->textures, texture.id);
    *width = slot ? slot->width : 0;
    *height = slot ? slot->height : 0;
}

bool gpu_texture_ok(const Gpu *gpu, GpuTexture texture) {
    const TextureSlot *slot = gpu_pool_find(&gpu->textures, texture.id);
    return slot && slot->head.ok;
}

uint32_t gpu_texture_native(const Gpu *gpu, GpuTexture texture) {
    const TextureSlot *slot = gpu_pool_find(&gpu->textures, texture.id);
    return slot && slot->head.ok ? slot->name : 0;
}

/* Freed memory keeps its bytes in a software driver: a client's skin is overwritten first. */
static void wipe_texture(Gpu *gpu, const TextureSlot *slot) {
    if (!slot->head.ok || slot->target == GL_TEXTURE_BUFFER || gpu->in_pass) return;
    int longest = slot->width > slot->height ? slot->width : slot->height;
    for (int level = 0; level == 0 || (slot->mips && level <= GPU_MOST_MIPS && longest >> level > 0); level++)
        clear_level(gpu, slot, level);
}

void gpu_texture_destroy(Gpu *gpu, GpuTexture texture) {
    TextureSlot *slot = gpu_pool_find(&gpu->textures, texture.id);
    if (!slot) return;
    wipe_texture(gpu, slot);
    gpu_forget_texture(gpu, slot->name);
    glDeleteTextures(1, &slot->name);
    gpu->counters.texture_bytes -= slot->bytes;
    gpu_pool_remove(&gpu->textures, slot);
}
