/* gpu_draw - passes, state, bindings, uniforms and draws. Redundant GL calls are left out by GpuState. */
#include "gpu_private.h"
#include <string.h>

/* ---- state ---- */
static void apply_blend_function(GLint attachment, GpuBlend blend) {
    static const struct {
        GLenum equation, source, target, source_alpha, target_alpha;
    } blends[] = {
        [GPU_OPAQUE] = {GL_FUNC_ADD, GL_ONE, GL_ZERO, GL_ONE, GL_ZERO},
        [GPU_ALPHA] = {GL_FUNC_ADD, GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA},
        [GPU_PREMULTIPLIED] = {GL_FUNC_ADD, GL_ONE, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA},
        [GPU_ADD] = {GL_FUNC_ADD, GL_ONE, GL_ONE, GL_ONE, GL_ONE},
        [GPU_MULTIPLY] = {GL_FUNC_ADD, GL_ZERO, GL_SRC_COLOR, GL_ZERO, GL_SRC_ALPHA},
        [GPU_MAX] = {GL_MAX, GL_ONE, GL_ONE, GL_ONE, GL_ONE},
        [GPU_MIN] = {GL_MIN, GL_ONE, GL_ONE, GL_ONE, GL_ONE},
        [GPU_ADD_ABSORB] = {GL_FUNC_ADD, GL_ONE, GL_ONE, GL_ZERO, GL_ONE_MINUS_SRC_ALPHA},
    };
    if (attachment < 0) {
        glBlendEquation(blends[blend].equation);
        glBlendFuncSeparate(blends[blend].source, blends[blend].target, blends[blend].source_alpha,
                            blends[blend].target_alpha);
    } else {
        glBlendEquationi((GLuint)attachment, blends[blend].equation);
        glBlendFuncSeparatei((GLuint)attachment, blends[blend].source, blends[blend].target,
                             blends[blend].source_alpha, blends[blend].target_alpha);
    }
}

static void set_blends(Gpu *gpu, const GpuBlend blend[GPU_COLOURS]) {
    GpuState *state = &gpu->state;
    if (state->known && memcmp(state->blend, blend, sizeof state->blend) == 0) return;
    GpuBlend shared = GPU_OPAQUE;
    bool mixed = false;
    for (int i = 0; i < GPU_COLOURS; i++) {
        if (blend[i] == GPU_OPAQUE) {
            glDisablei(GL_BLEND, (GLuint)i);
            continue;
        }
        glEnablei(GL_BLEND, (GLuint)i);
        mixed = mixed || (shared != GPU_OPAQUE && blend[i] != shared);
        shared = blend[i];
    }
    if (!mixed && shared != GPU_OPAQUE) apply_blend_function(-1, shared);
    /* Without ARB_draw_buffers_blend a 3.3 driver knows one function only; the pass list asks for such mixes
     * rarely. */
    for (int i = 0; mixed && i < GPU_COLOURS; i++)
        if (blend[i] != GPU_OPAQUE) apply_blend_function(gpu->blend_per_target ? i : -1, blend[i]);
    memcpy(state->blend, blend, sizeof state->blend);
    gpu->counters.state_changes++;
}

static void set_colour_masks(Gpu *gpu, const uint8_t given[GPU_COLOURS]) {
    GpuState *state = &gpu->state;
    uint8_t masks[GPU_COLOURS];
    for (int i = 0; i < GPU_COLOURS; i++) masks[i] = given[i] ? given[i] & 15 : 15;
    if (state->known && memcmp(state->colour_mask, masks, sizeof masks) == 0) return;
    for (int i = 0; i < GPU_COLOURS; i++) {
        int m = masks[i];
        glColorMaski((GLuint)i, (m & GPU_MASK_R) != 0, (m & GPU_MASK_G) != 0, (m & GPU_MASK_B) != 0,
                     (m & GPU_MASK_A) != 0);
    }
    memcpy(state->colour_mask, masks, sizeof masks);
    gpu->counters.state_changes++;
}

static void enable(bool on, GLenum what) {
    if (on)
        glEnable(what);
    else
        glDisable(what);
}

static void set_depth(Gpu *gpu, GpuCompare compare, bool write) {
    static const GLenum compares[] = {GL_ALWAYS, GL_LESS, GL_LEQUAL, GL_EQUAL, GL_GREATER, GL_GEQUAL};
    GpuState *state = &gpu->state;
    bool changed = !state->known || compare != state->depth || write != state->depth_write;
    if (!changed) return;
    /* GL writes depth only while the test is on; ALWAYS + write needs the test. */
    enable(compare != GPU_ALWAYS || write, GL_DEPTH_TEST);
    glDepthFunc(compares[compare]);
    glDepthMask(write);
    state->depth = compare;
    state->depth_write = write;
    gpu->counters.state_changes++;
}

static void set_raster(Gpu *gpu, const GpuPipelineDesc *desc) {
    GpuState *state = &gpu->state;
    bool all = !state->known;
    if (all || desc->cull != state->cull) {
        enable(desc->cull != GPU_CULL_NONE, GL_CULL_FACE);
        glCullFace(desc->cull == GPU_CULL_FRONT ? GL_FRONT : GL_BACK);
        state->cull = desc->cull;
        gpu->counters.state_changes++;
    }
    if (all || memcmp(&desc->offset_factor, &state->offset_factor, sizeof(float)) != 0 ||
        memcmp(&desc->offset_units, &state->offset_units, sizeof(float)) != 0) {
        bool on = desc->offset_factor < 0 || desc->offset_factor > 0 || desc->offset_units < 0 ||
                  desc->offset_units > 0;
        enable(on, GL_POLYGON_OFFSET_FILL);
        glPolygonOffset(desc->offset_factor, desc->offset_units);
        state->offset_factor = desc->offset_factor;
        state->offset_units = desc->offset_units;
    }
    if (all || desc->alpha_to_coverage != state->alpha_to_coverage) {
        enable(desc->alpha_to_coverage, GL_SAMPLE_ALPHA_TO_COVERAGE);
        state->alpha_to_coverage = desc->alpha_to_coverage;
    }
    if (all || desc->depth_clamp != state->depth_clamp) {
        enable(desc->depth_clamp, GL_DEPTH_CLAMP);
        state->depth_clamp = desc->depth_clamp;
    }
}

static void set_program(Gpu *gpu, GLuint program) {
    if (gpu->state.known && gpu->state.program == program) return;
    glUseProgram(program);
    gpu->state.program = program;
    gpu->counters.state_changes++;
}

static void apply_scissor(Gpu *gpu, int x, int y, int width, int height) {
    int box[4] = {x, y, width, height};
    GpuState *state = &gpu->state;
    if (state->known && memcmp(state->scissor, box, sizeof box) == 0) return;
    enable(width > 0, GL_SCISSOR_TEST);
    if (width > 0) glScissor(x, y, width, height);
    memcpy(state->scissor, box, sizeof box);
}

/* From here on every field of the state is what GL has. */
static void make_state_known(Gpu *gpu) {
    GpuState *state = &gpu->state;
    if (state->known) return;
    static const GpuPipelineDesc plain = {0};
    set_blends(gpu, plain.blend);
    set_colour_masks(gpu, plain.colour_mask);
    set_depth(gpu, GPU_ALWAYS, true);
    set_raster(gpu, &plain);
    set_program(gpu, 0);
    apply_scissor(gpu, 0, 0, 0, 0);
    glBindVertexArray(gpu->empty_array);
    state->vertex_array = gpu->empty_array;
    state->draw_fbo = UINT32_MAX;
    memset(state->viewport, -1, sizeof state->viewport);
    memset(state->textures, 0, sizeof state->textures);
    memset(state->blocks, 0, sizeof state->blocks);
    glDisable(GL_STENCIL_TEST);
    state->known = true;
    for (int slot = 0; slot < GPU_BLOCK_SLOTS; slot++) {
        UniformShadow *shadow = &gpu->shadows[slot];
        shadow->in_ring = false;
        shadow->size = 0;
    }
}

void gpu_bind_fbo(Gpu *gpu, GLuint fbo) {
    make_state_known(gpu);
    /* Reads bind GL_READ_FRAMEBUFFER freely, so only the drawing side is cached. */
    if (gpu->state.draw_fbo == fbo) return;
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, fbo);
    gpu->state.draw_fbo = fbo;
    gpu->counters.state_changes++;
}

/* Clears and blits obey masks and the scissor: open them. The next gpu_set_pipeline states its own. */
void gpu_state_for_clear(Gpu *gpu) {
    static const uint8_t all[GPU_COLOURS] = {0};
    make_state_known(gpu);
    set_colour_masks(gpu, all);
    set_depth(gpu, gpu->state.depth, true);
    apply_scissor(gpu, 0, 0, 0, 0);
    gpu->pipeline = NULL;
    gpu->pipeline_id = 0;
}

void gpu_forget_texture(Gpu *gpu, GLuint name) {
    for (int i = 0; i < GPU_TEXTURE_UNITS; i++)
        if (gpu->state.textures[i] == name) gpu->state.textures[i] = 0;
}

/* ---- passes ---- */
static void clear_colour(const GpuPassDesc *desc, const TargetSlot *target, int index) {
    if (desc->colour_load[index] != GPU_CLEAR) return;
    const float *c = desc->clear_rgba[index];
    if (target && gpu_formats[target->colour_format[index]].integer)
        glClearBufferuiv(GL_COLOR, index, (const GLuint[4]){(GLuint)c[0], 0, 0, 0});
    else
        glClearBufferfv(GL_COLOR, index, c);
}

void gpu_pass_begin(Gpu *gpu, const GpuPassDesc *desc) {
    ASSERT(!gpu->in_pass);
    gpu->in_pass = true;
    gpu->pass = *desc;
    gpu->draw_ok = false;
    const TargetSlot *target = gpu_pool_find(&gpu->targets, desc->target.id);
    if (desc->target.id && (!target || !target->head.ok)) {
        gpu->pass_width = gpu->pass_height = 0;
        return;
    }
    gpu->pass_width = target ? target->width : desc->window_width;
    gpu->pass_height = target ? target->height : desc->window_height;
    gpu_bind_fbo(gpu, target ? target->draw_fbo : 0);
    gpu_state_for_clear(gpu);
    gpu_set_viewport(gpu, 0, 0, gpu->pass_width, gpu->pass_height);
    for (int i = 0; i < (target ? target->colour_count : 1); i++) clear_colour(desc, target, i);
    bool has_depth = !target || target->depth_format != GPU_FORMAT_NONE;
    if (desc->depth_load == GPU_CLEAR && has_depth) {
        float depth = desc->clear_depth > 0 ? desc->clear_depth : 1.0f;
        glClearBufferfv(GL_DEPTH, 0, &depth);
    }
}

void gpu_pass_end(Gpu *gpu) {
    ASSERT(gpu->in_pass);
    gpu->in_pass = false;
    TargetSlot *target = gpu_pool_find(&gpu->targets, gpu->pass.target.id);
    if (target && target->head.ok && !gpu->pass.no_resolve) gpu_resolve(gpu, target);
    gpu->pipeline = NULL;
    gpu->pipeline_id = 0;
}

void gpu_set_viewport(Gpu *gpu, int x, int y, int width, int height) {
    int box[4] = {x, y, width, height};
    make_state_known(gpu);
    if (memcmp(gpu->state.viewport, box, sizeof box) == 0) return;
    glViewport(x, y, width, height);
    memcpy(gpu->state.viewport, box, sizeof box);
}

void gpu_set_scissor(Gpu *gpu, int x, int y, int width, int height) {
    make_state_known(gpu);
    apply_scissor(gpu, x, y, width > 0 ? width : 0, height);
}

/* ---- pipelines ---- */
void gpu_set_pipeline(Gpu *gpu, GpuPipeline handle) {
    ASSERT(gpu->in_pass);
    gpu->draw_ok = false;
    gpu->pipeline = NULL;
    gpu->pipeline_id = 0;
    if (gpu->pass_width <= 0) return;
    PipelineSlot *pipeline = gpu_pool_find(&gpu->pipelines, handle.id);
    if (!pipeline) return;
    ShaderSlot *shader = gpu_pool_find(&gpu->shaders, pipeline->desc.shader.id);
    if (!shader || !shader->head.ok) {
        gpu_report_skip(gpu, shader ? &shader->head : &pipeline->head, "shader");
        return;
    }
    make_state_known(gpu);
    set_program(gpu, shader->program);
    set_blends(gpu, pipeline->desc.blend);
    set_colour_masks(gpu, pipeline->desc.colour_mask);
    set_depth(gpu, pipeline->desc.depth, pipeline->desc.depth_write);
    set_raster(gpu, &pipeline->desc);
    gpu->pipeline = pipeline;
    gpu->pipeline_id = handle.id;
    gpu->draw_indexed = false;
    /* A pipeline without attributes and textures needs no bindings. */
    gpu->draw_ok = pipeline->attribute_count == 0;
    if (gpu->draw_ok && gpu->state.vertex_array != gpu->empty_array) {
        glBindVertexArray(gpu->empty_array);
        gpu->state.vertex_array = gpu->empty_array;
    }
}

/* ---- vertex arrays ---- */
static const struct {
    GLint count;
    GLenum type;
    bool normalised, integer;
} attribute_formats[] = {
    [GPU_ATTRIBUTE_NONE] = {0, 0, false, false},
    [GPU_F32] = {1, GL_FLOAT, false, false},
    [GPU_F32X2] = {2, GL_FLOAT, false, false},
    [GPU_F32X3] = {3, GL_FLOAT, false, false},
    [GPU_F32X4] = {4, GL_FLOAT, false, false},
    [GPU_F16X2] = {2, GL_HALF_FLOAT, false, false},
    [GPU_F16X4] = {4, GL_HALF_FLOAT, false, false},
    [GPU_U8X4N] = {4, GL_UNSIGNED_BYTE, true, false},
    [GPU_S8X4N] = {4, GL_BYTE, true, false},
    [GPU_U16X2N] = {2, GL_UNSIGNED_SHORT, true, false},
    [GPU_U16X4N] = {4, GL_UNSIGNED_SHORT, true, false},
    [GPU_S16X2N] = {2, GL_SHORT, true, false},
    [GPU_S16X4N] = {4, GL_SHORT, true, false},
    [GPU_S10X3_2N] = {4, GL_INT_2_10_10_10_REV, true, false},
    [GPU_U8X4] = {4, GL_UNSIGNED_BYTE, false, true},
    [GPU_U16X2] = {2, GL_UNSIGNED_SHORT, false, true},
    [GPU_U32] = {1, GL_UNSIGNED_INT, false, true},
    [GPU_U32X2] = {2, GL_UNSIGNED_INT, false, true},
};

static const BufferSlot *buffer_of(const Gpu *gpu, uint32_t id) {
    const BufferSlot *slot = gpu_pool_find(&gpu->buffers, id);
    return slot && slot->head.ok ? slot : NULL;
}

static void describe_attributes(const Gpu *gpu, const GpuPipelineDesc *desc, const GpuBindings *bindings) {
    for (int i = 0; i < GPU_ATTRIBUTES && desc->attributes[i].format; i++) {
        const GpuAttribute *a = &desc->attributes[i];
        GLuint location = (GLuint)a->location;
        uintptr_t start = (uintptr_t)bindings->vertex_offset_bytes[a->buffer] + a->offset_bytes;
        GLsizei stride = (GLsizei)desc->stride_bytes[a->buffer];
        GLint count = attribute_formats[a->format].count;
        GLenum type = attribute_formats[a->format].type;
        glBindBuffer(GL_ARRAY_BUFFER, buffer_of(gpu, bindings->vertices[a->buffer].id)->name);
        glEnableVertexAttribArray(location);
        if (attribute_formats[a->format].integer)
            glVertexAttribIPointer(location, count, type, stride, (const void *)start);
        else
            glVertexAttribPointer(location, count, type, attribute_formats[a->format].normalised, stride,
                                  (const void *)start);
        glVertexAttribDivisor(location, desc->divisor[a->buffer]);
    }
}

static bool array_matches(const VertexArray *array, const GpuBindings *bindings) {
    if (!array->name || array->indices != bindings->indices.id) return false;
    for (int i = 0; i < GPU_VERTEX_BUFFERS; i++)
        if (array->vertices[i] != bindings->vertices[i].id ||
            array->offsets[i] != bindings->vertex_offset_bytes[i])
            return false;
    return true;
}

static void drop_array(Gpu *gpu, VertexArray *array) {
    if (!array->name) return;
    if (gpu->state.vertex_array == array->name) gpu->state.vertex_array = 0;
    glDeleteVertexArrays(1, &array->name);
    gpu->counters.vertex_arrays--;
    *array = (VertexArray){0};
}

static VertexArray *build_array(Gpu *gpu, PipelineSlot *pipeline, const GpuBindings *bindings) {
    VertexArray *array = &pipeline->arrays[pipeline->next_array];
    pipeline->next_array = (pipeline->next_array + 1) % GPU_PIPELINE_ARRAYS;
    drop_array(gpu, array);
    glGenVertexArrays(1, &array->name);
    gpu->counters.vertex_arrays++;
    array->indices = bindings->indices.id;
    for (int i = 0; i < GPU_VERTEX_BUFFERS; i++) {
        array->vertices[i] = bindings->vertices[i].id;
        array->offsets[i] = bindings->vertex_offset_bytes[i];
    }
    glBindVertexArray(array->name);
    gpu->state.vertex_array = array->name;
    describe_attributes(gpu, &pipeline->desc, bindings);
    const BufferSlot *indices = buffer_of(gpu, bindings->indices.id);
    glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, indices ? indices->name : 0);
    return array;
}

static bool buffers_ok(Gpu *gpu, const PipelineSlot *pipeline, const GpuBindings *bindings) {
    for (int i = 0; i < pipeline->attribute_count; i++)
        if (!buffer_of(gpu, bindings->vertices[pipeline->desc.attributes[i].buffer].id)) return false;
    return bindings->indices.id == 0 || buffer_of(gpu, bindings->indices.id) != NULL;
}

static bool bind_textures(Gpu *gpu, const GpuBindings *bindings) {
    for (int unit = 0; unit < GPU_TEXTURE_UNITS; unit++) {
        if (bindings->textures[unit].id == 0) continue;
        TextureSlot *texture = gpu_pool_find(&gpu->textures, bindings->textures[unit].id);
        if (!texture || !texture->head.ok) {
            if (texture && !texture->head.reported) gpu_report_skip(gpu, &texture->head, "texture");
            return false;
        }
        if (gpu->state.textures[unit] == texture->name) continue;
        glActiveTexture(GL_TEXTURE0 + (GLenum)unit);
        glBindTexture(texture->target, texture->name);
        gpu->state.textures[unit] = texture->name;
        gpu->counters.state_changes++;
    }
    return true;
}

void gpu_set_bindings(Gpu *gpu, const GpuBindings *bindings) {
    PipelineSlot *pipeline = gpu->pipeline;
    gpu->draw_ok = false;
    if (!pipeline) return;
    if (!buffers_ok(gpu, pipeline, bindings)) {
        gpu_report_skip(gpu, &pipeline->head, "the buffers of pipeline");
        return;
    }
    if (!bind_textures(gpu, bindings)) return;
    VertexArray *array = NULL;
    for (int i = 0; i < GPU_PIPELINE_ARRAYS && !array; i++)
        if (array_matches(&pipeline->arrays[i], bindings)) array = &pipeline->arrays[i];
    if (!array) array = build_array(gpu, pipeline, bindings);
    if (gpu->state.vertex_array != array->name) {
        glBindVertexArray(array->name);
        gpu->state.vertex_array = array->name;
        gpu->counters.state_changes++;
    }
    gpu->draw_indexed = bindings->indices.id != 0;
    gpu->draw_ok = true;
}

void gpu_drop_buffer_arrays(Gpu *gpu, uint32_t buffer_id) {
    for (int p = 0; p < GPU_MAX_PIPELINES; p++) {
        PipelineSlot *pipeline = &((PipelineSlot *)(void *)gpu->pipelines.slots)[p];
        for (int i = 0; pipeline->head.live && i < GPU_PIPELINE_ARRAYS; i++) {
            VertexArray *array = &pipeline->arrays[i];
            bool uses = array->indices == buffer_id;
            for (int b = 0; b < GPU_VERTEX_BUFFERS; b++) uses = uses || array->vertices[b] == buffer_id;
            if (uses) drop_array(gpu, array);
        }
    }
}

void gpu_drop_pipeline_arrays(Gpu *gpu, PipelineSlot *pipeline) {
    for (int i = 0; i < GPU_PIPELINE_ARRAYS; i++) drop_array(gpu, &pipeline->arrays[i]);
}

/* ---- uniforms ---- */
static void bind_block(Gpu *gpu, int slot, GLuint buffer, size_t offset, size_t size) {
    if (gpu->state.blocks[slot].buffer == buffer && gpu->state.blocks[slot].offset == offset &&
        gpu->state.blocks[slot].size == size)
        return;
    glBindBufferRange(GL_UNIFORM_BUFFER, (GLuint)slot, buffer, (GLintptr)offset, (GLsizeiptr)size);
    gpu->state.blocks[slot].buffer = buffer;
    gpu->state.blocks[slot].offset = offset;
    gpu->state.blocks[slot].size = size;
    gpu->counters.state_changes++;
}

static size_t aligned(size_t bytes) {
    return (bytes + GPU_UNIFORM_ALIGN - 1) & ~(size_t)(GPU_UNIFORM_ALIGN - 1);
}

static void ring_write(Gpu *gpu, int slot) {
    UniformShadow *shadow = &gpu->shadows[slot];
    glBindBuffer(GL_UNIFORM_BUFFER, gpu->ring);
    /* Never a place that an earlier draw may still read: unsynchronised is safe. */
    void *place =
        glMapBufferRange(GL_UNIFORM_BUFFER, (GLintptr)gpu->ring_used, (GLsizeiptr)shadow->size,
                         GL_MAP_WRITE_BIT | GL_MAP_UNSYNCHRONIZED_BIT | GL_MAP_INVALIDATE_RANGE_BIT);
    if (!place) return;
    memcpy(place, shadow->data, shadow->size);
    glUnmapBuffer(GL_UNIFORM_BUFFER);
    shadow->ring_offset = gpu->ring_used;
    gpu->ring_used += aligned(shadow->size);
    bind_block(gpu, slot, gpu->ring, shadow->ring_offset, shadow->size);
}

/* The ring is full: take fresh memory, and bring along what the slots still point at. */
static void ring_restart(Gpu *gpu) {
    glBindBuffer(GL_UNIFORM_BUFFER, gpu->ring);
    glBufferData(GL_UNIFORM_BUFFER, GPU_RING_BYTES, NULL, GL_STREAM_DRAW);
    gpu->ring_used = 0;
    for (int slot = 0; slot < GPU_BLOCK_SLOTS; slot++)
        if (gpu->shadows[slot].in_ring && gpu->shadows[slot].size) ring_write(gpu, slot);
}

void gpu_set_uniforms(Gpu *gpu, int slot, const void *data, size_t size_bytes) {
    ASSERT(slot >= 0 && slot < GPU_BLOCK_SLOTS && size_bytes > 0 && size_bytes <= 65536);
    make_state_known(gpu);
    UniformShadow *shadow = &gpu->shadows[slot];
    if (shadow->in_ring && shadow->size == size_bytes && memcmp(shadow->data, data, size_bytes) == 0) return;
    if (shadow->capacity < size_bytes) {
        uint8_t *grown = realloc(shadow->data, size_bytes);
        if (!grown) return;
        shadow->data = grown;
        shadow->capacity = size_bytes;
    }
    memcpy(shadow->data, data, size_bytes);
    shadow->size = size_bytes;
    shadow->in_ring = true;
    gpu->counters.upload_bytes += (int64_t)size_bytes;
    if (gpu->ring_used + aligned(size_bytes) > GPU_RING_BYTES)
        ring_restart(gpu);
    else
        ring_write(gpu, slot);
}

/* ---- draws ---- */
static GLenum primitive_of(const Gpu *gpu) {
    static const GLenum primitives[] = {GL_TRIANGLES, GL_TRIANGLE_STRIP, GL_POINTS, GL_LINES, GL_LINE_STRIP};
    return primitives[gpu->pipeline->desc.primitive];
}

static bool can_draw(Gpu *gpu) {
    if (gpu->pipeline && gpu->draw_ok) {
        gpu->counters.draws++;
        return true;
    }
    gpu->counters.draws_skipped++;
    return false;
}

void gpu_draw(Gpu *gpu, int first, int count, int instances) {
    if (count <= 0 || !can_draw(gpu)) return;
    GLenum primitive = primitive_of(gpu);
    if (gpu->draw_indexed) {
        bool small = gpu->pipeline->desc.index16;
        GLenum type = small ? GL_UNSIGNED_SHORT : GL_UNSIGNED_INT;
        const void *start = (const void *)((uintptr_t)first * (small ? 2u : 4u));
        if (instances > 1)
            glDrawElementsInstanced(primitive, count, type, start, instances);
        else
            glDrawElements(primitive, count, type, start);
    } else if (instances > 1) {
        glDrawArraysInstanced(primitive, first, count, instances);
    } else {
        glDrawArrays(primitive, first, count);
    }
}

void gpu_draw_ranges(Gpu *gpu, const int32_t *firsts, const int32_t *counts, int range_count) {
    if (range_count <= 0 || !can_draw(gpu)) return;
    ASSERT(!gpu->draw_indexed);
    glMultiDrawArrays(primitive_of(gpu), firsts, counts, range_count);
}

void gpu_draw_index_ranges(Gpu *gpu, const int32_t *firsts, const int32_t *counts, int range_count) {
    enum { BATCH = 512 };
    if (range_count <= 0 || !can_draw(gpu)) return;
    ASSERT(gpu->draw_indexed);
    bool small = gpu->pipeline->desc.index16;
    for (int done = 0; done < range_count; done += BATCH) {
        int part = range_count - done < BATCH ? range_count - done : BATCH;
        const void *starts[BATCH];
        for (int i = 0; i < part; i++)
            starts[i] = (const void *)((uintptr_t)firsts[done + i] * (small ? 2u : 4u));
        glMultiDrawElements(primitive_of(gpu), counts + done, small ? GL_UNSIGNED_SHORT : GL_UNSIGNED_INT,
                            starts, part);
    }
}
