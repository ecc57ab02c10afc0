/* gpu_shader - programs from source, the check of std140 blocks, pipelines. */
#include "gpu_private.h"
#include "language.h"
#include <string.h>

/* ---- compiling ---- */
/* The first line of a driver's log that names an error, else its first line. */
static void log_to_err(const char *log, const char *label, Err *err) {
    const char *line = strstr(log, "error");
    while (line && line > log && line[-1] != '\n') line--;
    if (!line) line = log;
    size_t length = strcspn(line, "\n");
    err_set(err, "shader \"%s\": %.*s", label, (int)length, line);
}

static GLuint compile_stage(GLenum stage, const char *source, const char *label, Err *err) {
    GLuint name = glCreateShader(stage);
    glShaderSource(name, 1, &source, NULL);
    glCompileShader(name);
    GLint ok = GL_FALSE;
    glGetShaderiv(name, GL_COMPILE_STATUS, &ok);
    if (ok) return name;
    char log[2048] = "";
    glGetShaderInfoLog(name, sizeof log, NULL, log);
    log_to_err(log, label, err);
    glDeleteShader(name);
    return 0;
}

static GLuint link_program(GLuint vertex, GLuint fragment, const char *label, Err *err) {
    GLuint program = glCreateProgram();
    glAttachShader(program, vertex);
    if (fragment) glAttachShader(program, fragment);
    glLinkProgram(program);
    glDetachShader(program, vertex);
    if (fragment) glDetachShader(program, fragment);
    GLint ok = GL_FALSE;
    glGetProgramiv(program, GL_LINK_STATUS, &ok);
    if (ok) return program;
    char log[2048] = "";
    glGetProgramInfoLog(program, sizeof log, NULL, log);
    log_to_err(log, label, err);
    glDeleteProgram(program);
    return 0;
}

static GLuint build_program(const GpuShaderDesc *desc, Err *err) {
    /* Without a fragment stage only depth is written; a stage that does nothing says so to every driver. */
    static const char *nothing = "#version 330 core\nvoid main() {}\n";
    const char *label = desc->label ? desc->label : _("unnamed");
    GLuint vertex = compile_stage(GL_VERTEX_SHADER, desc->vertex, label, err);
    if (!vertex) return 0;
    GLuint fragment =
        compile_stage(GL_FRAGMENT_SHADER, desc->fragment ? desc->fragment : nothing, label, err);
    GLuint program = fragment ? link_program(vertex, fragment, label, err) : 0;
    glDeleteShader(vertex);
    glDeleteShader(fragment);
    return program;
}

/* ---- slots ---- */
static bool is_sampler(GLenum type) {
    switch (type) {
    case GL_SAMPLER_2D:
    case GL_SAMPLER_2D_ARRAY:
    case GL_SAMPLER_2D_SHADOW:
    case GL_SAMPLER_BUFFER:
    case GL_UNSIGNED_INT_SAMPLER_2D:
    case GL_UNSIGNED_INT_SAMPLER_BUFFER:
    case GL_INT_SAMPLER_BUFFER:
    case GL_SAMPLER_2D_ARRAY_SHADOW:
    case GL_SAMPLER_CUBE:
        return true;
    default:
        return false;
    }
}

static bool named(const GpuSlot *slots, int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (strcmp(slots[i].name, name) == 0) return true;
    return false;
}

/* A sampler or block outside the tables would silently read slot 0. */
static void warn_of_strangers(GLuint program, const GpuShaderDesc *desc) {
    GLint count = 0;
    glGetProgramiv(program, GL_ACTIVE_UNIFORMS, &count);
    for (GLint i = 0; i < count; i++) {
        char name[128];
        GLint size;
        GLenum type;
        glGetActiveUniform(program, (GLuint)i, sizeof name, NULL, &size, &type, name);
        if (is_sampler(type) && !named(desc->samplers, desc->sampler_count, name))
            log_message(LOG_WARNING, _("shader \"%s\": sampler %s has no unit"),
                        desc->label ? desc->label : _("unnamed"), name);
    }
    glGetProgramiv(program, GL_ACTIVE_UNIFORM_BLOCKS, &count);
    for (GLint i = 0; i < count; i++) {
        char name[128];
        glGetActiveUniformBlockName(program, (GLuint)i, sizeof name, NULL, name);
        if (!named(desc->blocks, desc->block_count, name))
            log_message(LOG_WARNING, _("shader \"%s\": block %s has no slot"),
                        desc->label ? desc->label : _("unnamed"), name);
    }
}

static void assign_slots(Gpu *gpu, GLuint program, const GpuShaderDesc *desc) {
    for (int i = 0; i < desc->block_count; i++) {
        GLuint index = glGetUniformBlockIndex(program, desc->blocks[i].name);
        ASSERT(desc->blocks[i].slot < GPU_BLOCK_SLOTS);
        if (index != GL_INVALID_INDEX) glUniformBlockBinding(program, index, (GLuint)desc->blocks[i].slot);
    }
    glUseProgram(program);
    gpu->state.program = program;
    for (int i = 0; i < desc->sampler_count; i++) {
        GLint location = glGetUniformLocation(program, desc->samplers[i].name);
        ASSERT(desc->samplers[i].slot < GPU_TEXTURE_UNITS);
        if (location >= 0) glUniform1i(location, desc->samplers[i].slot);
    }
    warn_of_strangers(program, desc);
}

/* ---- shaders ---- */
GpuShader gpu_shader_create(Gpu *gpu, const GpuShaderDesc *desc, Err *err) {
    void *place;
    GpuShader handle = {gpu_pool_add(&gpu->shaders, desc->label, &place)};
    if (!place) {
        err_set(err, "too many shaders");
        return handle;
    }
    gpu_shader_replace(gpu, handle, desc, err);
    return handle;
}

bool gpu_shader_replace(Gpu *gpu, GpuShader shader, const GpuShaderDesc *desc, Err *err) {
    ShaderSlot *slot = gpu_pool_find(&gpu->shaders, shader.id);
    if (!slot) return err_set(err, "the shader to replace is gone");
    GLuint program = desc->vertex ? build_program(desc, err) : 0;
    if (!program) return false;
    assign_slots(gpu, program, desc);
    if (slot->program) glDeleteProgram(slot->program);
    slot->program = program;
    slot->head.ok = true;
    slot->head.reported = false;
    gpu_label(gpu, GL_PROGRAM, program, desc->label);
    return true;
}

bool gpu_shader_ok(const Gpu *gpu, GpuShader shader) {
    const ShaderSlot *slot = gpu_pool_find(&gpu->shaders, shader.id);
    return slot && slot->head.ok;
}

void gpu_shader_destroy(Gpu *gpu, GpuShader shader) {
    ShaderSlot *slot = gpu_pool_find(&gpu->shaders, shader.id);
    if (!slot) return;
    if (slot->program && gpu->state.program == slot->program) {
        glUseProgram(0);
        gpu->state.program = 0;
    }
    if (slot->program) glDeleteProgram(slot->program);
    gpu_pool_remove(&gpu->shaders, slot);
}

/* ---- std140 against C ---- */
static GLuint member_index(GLuint program, const char *block, const char *member) {
    char spellings[3][160];
    snprintf(spellings[0], sizeof spellings[0], "%s", member);
    snprintf(spellings[1], sizeof spellings[1], "%s.%s", block, member); /* blocks with an instance name */
    snprintf(spellings[2], sizeof spellings[2], "%s[0]", member);
    for (int i = 0; i < 3; i++) {
        const char *name = spellings[i];
        GLuint index = GL_INVALID_INDEX;
        glGetUniformIndices(program, 1, &name, &index);
        if (index != GL_INVALID_INDEX) return index;
    }
    return GL_INVALID_INDEX;
}

bool gpu_shader_check_block(const Gpu *gpu, GpuShader shader, const GpuBlockLayout *layout, Err *err) {
    const ShaderSlot *slot = gpu_pool_find(&gpu->shaders, shader.id);
    if (!slot || !slot->head.ok) return err_set(err, "a shader that did not compile cannot be checked");
    GLuint block = glGetUniformBlockIndex(slot->program, layout->name);
    if (block == GL_INVALID_INDEX) return true;
    GLint size = 0;
    glGetActiveUniformBlockiv(slot->program, block, GL_UNIFORM_BLOCK_DATA_SIZE, &size);
    if ((size_t)size > layout->size_bytes)
        return err_set(err, "shader \"%s\": block %s takes %d bytes, its C mirror has %zu", slot->head.label,
                       layout->name, size, layout->size_bytes);
    for (int i = 0; i < layout->member_count; i++) {
        const GpuMember *member = &layout->members[i];
        GLuint index = member_index(slot->program, layout->name, member->name);
        if (index == GL_INVALID_INDEX)
            return err_set(err, "shader \"%s\": block %s has no member %s", slot->head.label, layout->name,
                           member->name);
        GLint offset = -1;
        glGetActiveUniformsiv(slot->program, 1, &index, GL_UNIFORM_OFFSET, &offset);
        if (offset < 0 || (size_t)offset != member->offset_bytes)
            return err_set(err, "shader \"%s\": %s.%s lies at %d, in C at %zu", slot->head.label,
                           layout->name, member->name, offset, member->offset_bytes);
    }
    return true;
}

/* ---- pipelines ---- */
GpuPipeline gpu_pipeline_create(Gpu *gpu, const GpuPipelineDesc *desc) {
    void *place;
    GpuPipeline handle = {gpu_pool_add(&gpu->pipelines, desc->label, &place)};
    PipelineSlot *slot = place;
    if (!slot) return handle;
    slot->desc = *desc;
    while (slot->attribute_count < GPU_ATTRIBUTES && desc->attributes[slot->attribute_count].format) {
        int buffer = desc->attributes[slot->attribute_count++].buffer;
        ASSERT(buffer >= 0 && buffer < GPU_VERTEX_BUFFERS && desc->stride_bytes[buffer] > 0);
    }
    slot->head.ok = gpu_pool_find(&gpu->shaders, desc->shader.id) != NULL;
    return handle;
}

bool gpu_pipeline_ok(const Gpu *gpu, GpuPipeline pipeline) {
    const PipelineSlot *slot = gpu_pool_find(&gpu->pipelines, pipeline.id);
    return slot && slot->head.ok && gpu_shader_ok(gpu, slot->desc.shader);
}

void gpu_pipeline_destroy(Gpu *gpu, GpuPipeline pipeline) {
    PipelineSlot *slot = gpu_pool_find(&gpu->pipelines, pipeline.id);
    if (!slot) return;
    gpu_drop_pipeline_arrays(gpu, slot);
    if (gpu->pipeline == slot) {
        gpu->pipeline = NULL;
        gpu->pipeline_id = 0;
    }
    gpu_pool_remove(&gpu->pipelines, slot);
}
