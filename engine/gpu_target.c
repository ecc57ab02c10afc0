/* gpu_target - render targets, their resolve, blits, and reading back. */
#include "gpu_private.h"
#include "language.h"
#include <string.h>

/* ---- targets ---- */
static GLuint make_renderbuffer(GpuFormat format, int samples, int width, int height) {
    GLuint name = 0;
    glGenRenderbuffers(1, &name);
    glBindRenderbuffer(GL_RENDERBUFFER, name);
    if (samples > 1)
        glRenderbufferStorageMultisample(GL_RENDERBUFFER, samples, gpu_formats[format].internal, width,
                                         height);
    else
        glRenderbufferStorage(GL_RENDERBUFFER, gpu_formats[format].internal, width, height);
    return name;
}

static void create_textures(Gpu *gpu, TargetSlot *slot, const GpuTargetDesc *desc) {
    for (int i = 0; i < slot->colour_count; i++) {
        slot->colour_owned[i] = desc->colour_given[i].id == 0;
        slot->colour[i] = desc->colour_given[i];
        if (slot->colour_owned[i])
            slot->colour[i] = gpu_texture_create(gpu, &(GpuTextureDesc){.width = desc->width,
                                                                        .height = desc->height,
                                                                        .format = slot->colour_format[i],
                                                                        .filter = desc->filter,
                                                                        .label = slot->head.label});
    }
    if (desc->depth_given.id) {
        slot->depth = desc->depth_given;
        slot->depth_borrowed = true;
    } else if (desc->depth && desc->depth_texture) {
        slot->depth = gpu_texture_create(
            gpu, &(GpuTextureDesc){.width = desc->width,
                                   .height = desc->height,
                                   .format = desc->depth,
                                   .filter = desc->depth_compare ? GPU_LINEAR : GPU_NEAREST,
                                   .wrap_u = desc->depth_compare ? GPU_BORDER_ONE : GPU_CLAMP,
                                   .wrap_v = desc->depth_compare ? GPU_BORDER_ONE : GPU_CLAMP,
                                   .compare = desc->depth_compare,
                                   .label = slot->head.label});
    }
}

static void set_draw_buffers(int count) {
    static const GLenum points[GPU_COLOURS] = {GL_COLOR_ATTACHMENT0, GL_COLOR_ATTACHMENT1,
                                               GL_COLOR_ATTACHMENT2, GL_COLOR_ATTACHMENT3};
    if (count == 0) {
        glDrawBuffer(GL_NONE);
        glReadBuffer(GL_NONE);
    } else {
        glDrawBuffers(count, points);
        glReadBuffer(GL_COLOR_ATTACHMENT0);
    }
}

/* The framebuffer whose attachments are the textures; false when a given texture does not fit. */
static bool attach_textures(Gpu *gpu, TargetSlot *slot, int layer) {
    for (int i = 0; i < slot->colour_count; i++) {
        const TextureSlot *texture = gpu_pool_find(&gpu->textures, slot->colour[i].id);
        if (!texture || !texture->head.ok) return false;
        if (texture->width != slot->width || texture->height != slot->height) return false;
        GLenum point = GL_COLOR_ATTACHMENT0 + (GLenum)i;
        if (texture->layers > 0)
            glFramebufferTextureLayer(GL_FRAMEBUFFER, point, texture->name, 0, layer);
        else
            glFramebufferTexture2D(GL_FRAMEBUFFER, point, GL_TEXTURE_2D, texture->name, 0);
    }
    if (slot->depth.id) {
        const TextureSlot *texture = gpu_pool_find(&gpu->textures, slot->depth.id);
        if (!texture || !texture->head.ok) return false;
        glFramebufferTexture2D(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_TEXTURE_2D, texture->name, 0);
    }
    return true;
}

static void attach_renderbuffers(TargetSlot *slot, int samples, bool colours) {
    for (int i = 0; colours && i < slot->colour_count; i++) {
        slot->buffers[i] = make_renderbuffer(slot->colour_format[i], samples, slot->width, slot->height);
        glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0 + (GLenum)i, GL_RENDERBUFFER,
                                  slot->buffers[i]);
    }
    if (slot->depth_format) {
        slot->buffers[GPU_COLOURS] =
            make_renderbuffer(slot->depth_format, samples, slot->width, slot->height);
        glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_RENDERBUFFER,
                                  slot->buffers[GPU_COLOURS]);
    }
}

static bool framebuffer_complete(void) {
    bool complete = glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
    while (glGetError() != GL_NO_ERROR) complete = false;
    return complete;
}

static bool build_framebuffers(Gpu *gpu, TargetSlot *slot, int layer) {
    while (glGetError() != GL_NO_ERROR) {
    }
    glGenFramebuffers(1, &slot->resolve_fbo);
    glBindFramebuffer(GL_FRAMEBUFFER, slot->resolve_fbo);
    if (!attach_textures(gpu, slot, layer)) return false;
    bool multisampled = slot->samples > 1;
    if (!multisampled && !slot->depth.id) attach_renderbuffers(slot, 1, false);
    set_draw_buffers(slot->colour_count);
    if (!framebuffer_complete()) return false;
    slot->draw_fbo = slot->resolve_fbo;
    if (!multisampled) return true;
    glGenFramebuffers(1, &slot->draw_fbo);
    glBindFramebuffer(GL_FRAMEBUFFER, slot->draw_fbo);
    attach_renderbuffers(slot, slot->samples, true);
    set_draw_buffers(slot->colour_count);
    return framebuffer_complete();
}

GpuTarget gpu_target_create(Gpu *gpu, const GpuTargetDesc *desc) {
    void *place;
    GpuTarget handle = {gpu_pool_add(&gpu->targets, desc->label, &place)};
    TargetSlot *slot = place;
    if (!slot) return handle;
    slot->width = desc->width;
    slot->height = desc->height;
    slot->depth_format = desc->depth;
    slot->samples = desc->samples < gpu->info.max_samples ? desc->samples : gpu->info.max_samples;
    while (slot->colour_count < GPU_COLOURS && (desc->colour[slot->colour_count] != GPU_FORMAT_NONE ||
                                                desc->colour_given[slot->colour_count].id)) {
        int i = slot->colour_count++;
        const TextureSlot *given = gpu_pool_find(&gpu->textures, desc->colour_given[i].id);
        slot->colour_format[i] = given ? given->format : desc->colour[i];
    }
    create_textures(gpu, slot, desc);
    slot->head.ok = build_framebuffers(gpu, slot, desc->layer_given);
    gpu->state.draw_fbo = UINT32_MAX; /* bound here behind the cache's back */
    if (!slot->head.ok)
        log_message(LOG_ERROR, _("the graphics driver cannot draw into \"%s\" (%d x %d, %d samples)"),
                    slot->head.label, desc->width, desc->height, slot->samples);
    else
        gpu_label(gpu, GL_FRAMEBUFFER, slot->draw_fbo, desc->label);
    return handle;
}

GpuTexture gpu_target_colour(const Gpu *gpu, GpuTarget target, int index) {
    const TargetSlot *slot = gpu_pool_find(&gpu->targets, target.id);
    ASSERT(index >= 0 && index < GPU_COLOURS);
    return slot ? slot->colour[index] : (GpuTexture){UINT32_MAX};
}

GpuTexture gpu_target_depth(const Gpu *gpu, GpuTarget target) {
    const TargetSlot *slot = gpu_pool_find(&gpu->targets, target.id);
    return slot ? slot->depth : (GpuTexture){0};
}

bool gpu_target_ok(const Gpu *gpu, GpuTarget target) {
    const TargetSlot *slot = gpu_pool_find(&gpu->targets, target.id);
    return slot && slot->head.ok;
}

void gpu_target_destroy(Gpu *gpu, GpuTarget target) {
    TargetSlot *slot = gpu_pool_find(&gpu->targets, target.id);
    if (!slot) return;
    for (int i = 0; i < slot->colour_count; i++)
        if (slot->colour_owned[i]) gpu_texture_destroy(gpu, slot->colour[i]);
    if (!slot->depth_borrowed) gpu_texture_destroy(gpu, slot->depth);
    if (gpu->state.draw_fbo == slot->draw_fbo) gpu->state.draw_fbo = UINT32_MAX;
    glDeleteRenderbuffers(GPU_COLOURS + 1, slot->buffers);
    if (slot->draw_fbo != slot->resolve_fbo) glDeleteFramebuffers(1, &slot->draw_fbo);
    glDeleteFramebuffers(1, &slot->resolve_fbo);
    gpu_pool_remove(&gpu->targets, slot);
}

/* ---- resolve and blit ---- */
static void resolve_buffer(const TargetSlot *target, GLenum point, GLbitfield what) {
    glBindFramebuffer(GL_READ_FRAMEBUFFER, target->draw_fbo);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, target->resolve_fbo);
    if (what & GL_COLOR_BUFFER_BIT) {
        glReadBuffer(point);
        glDrawBuffer(point);
    }
    glBlitFramebuffer(0, 0, target->width, target->height, 0, 0, target->width, target->height, what,
                      GL_NEAREST);
}

void gpu_resolve(Gpu *gpu, TargetSlot *target) {
    if (target->samples <= 1) return;
    gpu_state_for_clear(gpu); /* blits obey the scissor */
    for (int i = 0; i < target->colour_count; i++)
        resolve_buffer(target, GL_COLOR_ATTACHMENT0 + (GLenum)i, GL_COLOR_BUFFER_BIT);
    if (target->depth.id) resolve_buffer(target, 0, GL_DEPTH_BUFFER_BIT);
    glBindFramebuffer(GL_FRAMEBUFFER, target->resolve_fbo);
    set_draw_buffers(target->colour_count);
    gpu->state.draw_fbo = UINT32_MAX;
}

void gpu_blit_part(Gpu *gpu, GpuTarget from, int colour, GpuRect part, GpuTarget to, int window_height,
                   GpuRect place, GpuFilter filter) {
    const TargetSlot *source = gpu_pool_find(&gpu->targets, from.id);
    const TargetSlot *goal = gpu_pool_find(&gpu->targets, to.id);
    if (!source || !source->head.ok || (to.id && (!goal || !goal->head.ok))) return;
    gpu_state_for_clear(gpu);
    int top_from = source->height - part.y, top_to = (goal ? goal->height : window_height) - place.y;
    glBindFramebuffer(GL_READ_FRAMEBUFFER, source->resolve_fbo);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, goal ? goal->resolve_fbo : 0);
    glReadBuffer(GL_COLOR_ATTACHMENT0 + (GLenum)colour);
    glDrawBuffer(goal ? GL_COLOR_ATTACHMENT0 : GL_BACK);
    glBlitFramebuffer(part.x, top_from - part.height, part.x + part.width, top_from, place.x,
                      top_to - place.height, place.x + place.width, top_to, GL_COLOR_BUFFER_BIT,
                      filter == GPU_NEAREST ? GL_NEAREST : GL_LINEAR);
    if (goal) set_draw_buffers(goal->colour_count);
    gpu->state.draw_fbo = UINT32_MAX;
}

void gpu_blit(Gpu *gpu, GpuTarget from, int colour, GpuTarget to, int window_width, int window_height,
              GpuFilter filter) {
    const TargetSlot *source = gpu_pool_find(&gpu->targets, from.id);
    const TargetSlot *goal = gpu_pool_find(&gpu->targets, to.id);
    if (!source) return;
    gpu_blit_part(gpu, from, colour, (GpuRect){0, 0, source->width, source->height}, to, window_height,
                  (GpuRect){0, 0, goal ? goal->width : window_width, goal ? goal->height : window_height},
                  filter);
}

/* ---- reading ---- */
static const struct {
    GLenum format, type;
    size_t bytes;
} read_formats[] = {
    [GPU_READ_RGBA8] = {GL_RGBA, GL_UNSIGNED_BYTE, 4},
    [GPU_READ_BGRA8] = {GL_BGRA, GL_UNSIGNED_BYTE, 4},
    [GPU_READ_RGBA32F] = {GL_RGBA, GL_FLOAT, 16},
    [GPU_READ_R32UI] = {GL_RED_INTEGER, GL_UNSIGNED_INT, 4},
    [GPU_READ_DEPTH32F] = {GL_DEPTH_COMPONENT, GL_FLOAT, 4},
};

size_t gpu_read_size(GpuReadFormat format, int width, int height) {
    return read_formats[format].bytes * (size_t)width * (size_t)height;
}

static void note_read_size(Gpu *gpu, int width, int height) {
    for (int i = 0; i < gpu->read_size_count; i++)
        if (gpu->read_sizes[i][0] == width && gpu->read_sizes[i][1] == height) return;
    int place = gpu->read_size_count < GPU_READ_SIZES ? gpu->read_size_count++ : GPU_READ_SIZES - 1;
    gpu->read_sizes[place][0] = width;
    gpu->read_sizes[place][1] = height;
}

/* Binds what is to be read; false when the target is not there. */
static bool bind_for_reading(Gpu *gpu, GpuTarget target, int colour, GpuReadFormat format, int *height) {
    const TargetSlot *slot = gpu_pool_find(&gpu->targets, target.id);
    if (target.id && (!slot || !slot->head.ok)) return false;
    if (slot && format != GPU_READ_DEPTH32F && colour >= slot->colour_count) return false;
    glBindFramebuffer(GL_READ_FRAMEBUFFER, slot ? slot->resolve_fbo : 0);
    if (format != GPU_READ_DEPTH32F) glReadBuffer(slot ? GL_COLOR_ATTACHMENT0 + (GLenum)colour : GL_BACK);
    if (slot) *height = slot->height;
    return true;
}

static void turn_rows(uint8_t *rows, size_t row_bytes, int height) {
    uint8_t kept[4096];
    for (int top = 0, bottom = height - 1; top < bottom; top++, bottom--) {
        uint8_t *a = rows + (size_t)top * row_bytes, *b = rows + (size_t)bottom * row_bytes;
        for (size_t done = 0; done < row_bytes;) {
            size_t part = row_bytes - done < sizeof kept ? row_bytes - done : sizeof kept;
            memcpy(kept, a + done, part);
            memcpy(a + done, b + done, part);
            memcpy(b + done, kept, part);
            done += part;
        }
    }
    explicit_bzero(kept, sizeof kept); /* no strip of a face stays on the stack */
}

bool gpu_read(Gpu *gpu, GpuTarget target, int colour, int x, int y, int width, int height, int window_height,
              GpuReadFormat format, void *out, Err *err) {
    size_t bytes = gpu_read_size(format, width, height);
    int full_height = window_height;
    if (!bind_for_reading(gpu, target, colour, format, &full_height)) {
        memset(out, 0, bytes);
        return err_set(err, "the picture could not be drawn, so there is nothing to read");
    }
    while (glGetError() != GL_NO_ERROR) {
    }
    glReadPixels(x, full_height - y - height, width, height, read_formats[format].format,
                 read_formats[format].type, out);
    if (glGetError() != GL_NO_ERROR) {
        memset(out, 0, bytes);
        return err_set(err, "the graphics driver could not hand out the picture");
    }
    note_read_size(gpu, width, height);
    turn_rows(out, bytes / (size_t)height, height);
    return true;
}

/* Mesa keeps the last picture read in a staging texture of its size; a black one takes its place (measured).
 */
void gpu_wipe_reads(Gpu *gpu) {
    for (int i = 0; i < gpu->read_size_count; i++) {
        int width = gpu->read_sizes[i][0], height = gpu->read_sizes[i][1];
        GpuTarget black = gpu_target_create(
            gpu, &(GpuTargetDesc){.width = width, .height = height, .colour = {GPU_RGBA8}, .label = "wipe"});
        uint8_t *pixels = malloc(gpu_read_size(GPU_READ_RGBA8, width, height));
        if (pixels) gpu_read(gpu, black, 0, 0, 0, width, height, 0, GPU_READ_RGBA8, pixels, NULL);
        free(pixels);
        gpu_target_destroy(gpu, black);
    }
    glFinish();
}

/* ---- reading in flight ---- */
GpuReadback gpu_readback_create(Gpu *gpu, const GpuReadbackDesc *desc) {
    void *place;
    GpuReadback handle = {gpu_pool_add(&gpu->readbacks, desc->label, &place)};
    ReadbackSlot *slot = place;
    if (!slot) return handle;
    slot->desc = *desc;
    if (slot->desc.in_flight <= 0) slot->desc.in_flight = 3;
    if (slot->desc.in_flight > GPU_READBACK_MAX_IN_FLIGHT) slot->desc.in_flight = GPU_READBACK_MAX_IN_FLIGHT;
    size_t bytes = gpu_read_size(desc->format, desc->width, desc->height);
    while (glGetError() != GL_NO_ERROR) {
    }
    glGenBuffers(slot->desc.in_flight, slot->buffers);
    for (int i = 0; i < slot->desc.in_flight; i++) {
        glBindBuffer(GL_PIXEL_PACK_BUFFER, slot->buffers[i]);
        glBufferData(GL_PIXEL_PACK_BUFFER, (GLsizeiptr)bytes, NULL, GL_STREAM_READ);
    }
    glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
    slot->head.ok = glGetError() == GL_NO_ERROR;
    return handle;
}

bool gpu_readback_full(const Gpu *gpu, GpuReadback readback) {
    const ReadbackSlot *slot = gpu_pool_find(&gpu->readbacks, readback.id);
    return slot && slot->waiting == slot->desc.in_flight;
}

bool gpu_readback_begin(Gpu *gpu, GpuReadback readback, GpuTarget target, int colour, uint64_t tag) {
    ReadbackSlot *slot = gpu_pool_find(&gpu->readbacks, readback.id);
    if (!slot || !slot->head.ok || slot->waiting == slot->desc.in_flight) return false;
    int unused_height;
    if (!bind_for_reading(gpu, target, colour, slot->desc.format, &unused_height)) return false;
    int place = (slot->oldest + slot->waiting) % slot->desc.in_flight;
    glBindBuffer(GL_PIXEL_PACK_BUFFER, slot->buffers[place]);
    glReadPixels(0, 0, slot->desc.width, slot->desc.height, read_formats[slot->desc.format].format,
                 read_formats[slot->desc.format].type, NULL);
    glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
    slot->fences[place] = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    glFlush();
    slot->tags[place] = tag;
    slot->waiting++;
    note_read_size(gpu, slot->desc.width, slot->desc.height);
    return true;
}

const void *gpu_readback_take(Gpu *gpu, GpuReadback readback, bool wait, uint64_t *tag) {
    ReadbackSlot *slot = gpu_pool_find(&gpu->readbacks, readback.id);
    if (!slot || !slot->head.ok || slot->waiting == 0) return NULL;
    ASSERT(!slot->mapped);
    int place = slot->oldest;
    GLuint64 patience_ns = wait ? 10000000000u : 0; /* ten seconds: then the driver is lost */
    GLenum state = glClientWaitSync(slot->fences[place], GL_SYNC_FLUSH_COMMANDS_BIT, patience_ns);
    if (state == GL_TIMEOUT_EXPIRED && !wait) return NULL;
    size_t bytes = gpu_read_size(slot->desc.format, slot->desc.width, slot->desc.height);
    glBindBuffer(GL_PIXEL_PACK_BUFFER, slot->buffers[place]);
    const void *pixels = glMapBufferRange(GL_PIXEL_PACK_BUFFER, 0, (GLsizeiptr)bytes, GL_MAP_READ_BIT);
    glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
    slot->mapped = pixels != NULL;
    if (tag) *tag = slot->tags[place];
    return pixels;
}

void gpu_readback_release(Gpu *gpu, GpuReadback readback) {
    ReadbackSlot *slot = gpu_pool_find(&gpu->readbacks, readback.id);
    if (!slot || !slot->mapped) return;
    glBindBuffer(GL_PIXEL_PACK_BUFFER, slot->buffers[slot->oldest]);
    glUnmapBuffer(GL_PIXEL_PACK_BUFFER);
    glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
    glDeleteSync(slot->fences[slot->oldest]);
    slot->fences[slot->oldest] = NULL;
    slot->oldest = (slot->oldest + 1) % slot->desc.in_flight;
    slot->waiting--;
    slot->mapped = false;
}

void gpu_readback_destroy(Gpu *gpu, GpuReadback readback) {
    ReadbackSlot *slot = gpu_pool_find(&gpu->readbacks, readback.id);
    if (!slot) return;
    gpu_readback_release(gpu, readback);
    for (int i = 0; i < GPU_READBACK_MAX_IN_FLIGHT; i++)
        if (slot->fences[i]) glDeleteSync(slot->fences[i]);
    size_t bytes = gpu_read_size(slot->desc.format, slot->desc.width, slot->desc.height);
    for (int i = 0; i < GPU_READBACK_MAX_IN_FLIGHT; i++)
        gpu_wipe_buffer(GL_PIXEL_PACK_BUFFER, slot->buffers[i], bytes);
    glDeleteBuffers(GPU_READBACK_MAX_IN_FLIGHT, slot->buffers);
    gpu_pool_remove(&gpu->readbacks, slot);
}
