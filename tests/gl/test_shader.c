/* Shader banks: includes, names in messages, reload that keeps the old, blocks against C. */
#include "engine/shader.h"
#include "gl_fixture.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static const GpuSlot blocks[] = {{"Frame", 0}};
static const char *const files[] = {"a.vert", "a.frag", "common.glsl", "colour.glsl"};

/* A later time at each writing: coarse file clocks would hide the change. */
static void write_file(const char *name, const char *text) {
    static time_t clock_s = 1000000;
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    struct timespec times[2] = {{.tv_sec = clock_s}, {.tv_sec = clock_s}};
    clock_s += 10;
    utimensat(AT_FDCWD, path, times, 0);
}

static int setup(void **state) {
    gl_setup(state);
    snprintf(folder, sizeof folder, "/tmp/stipple-shader-XXXXXX");
    assert_non_null(mkdtemp(folder));
    write_file("common.glsl", "layout(std140) uniform Frame { vec4 u_tone; mat4 u_clip; float u_time; };\n");
    write_file("colour.glsl",
               "// colours\n#include \"common.glsl\"\nvec4 colour() { return u_tone * GAIN; }\n");
    write_file("a.vert", "// no #version here\n#include \"common.glsl\"\n"
                         "void main() { vec2 p = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;\n"
                         "  gl_Position = vec4(p, 0, 1) + u_clip * vec4(0); }\n");
    write_file("a.frag", "#include \"common.glsl\"\n#include \"colour.glsl\"\n"
                         "layout(location = 0) out vec4 o;\nvoid main() { o = colour(); }\n");
    return 0;
}

static int teardown(void **state) {
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    return gl_teardown(state);
}

static ShaderBank *make_bank(Gpu *gpu) {
    Err err = {0};
    ShaderBank *bank = shader_bank_create(
        &(ShaderBankDesc){.gpu = gpu, .folder = folder, .blocks = blocks, .block_count = 1}, &err);
    if (!bank) fail_msg("%s", err.text);
    return bank;
}

typedef struct Frame {
    float tone[4], clip[16], time, pad[3];
} Frame;

static int drawn_red(Gpu *gpu, GpuShader shader) {
    GpuTarget target =
        gpu_target_create(gpu, &(GpuTargetDesc){.width = 2, .height = 2, .colour = {GPU_RGBA8}});
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &(GpuPipelineDesc){.shader = shader});
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = target, .colour_load = {GPU_CLEAR}});
    gpu_set_pipeline(gpu, pipeline);
    gpu_set_uniforms(gpu, 0, &(Frame){.tone = {0.2f, 0.2f, 0.2f, 1}}, sizeof(Frame));
    gpu_draw(gpu, 0, 3, 1);
    gpu_pass_end(gpu);
    uint8_t pixel[4];
    gpu_read(gpu, target, 0, 0, 0, 1, 1, 0, GPU_READ_RGBA8, pixel, NULL);
    gpu_pipeline_destroy(gpu, pipeline);
    gpu_target_destroy(gpu, target);
    return pixel[0];
}

static void test_includes_and_defines(void **state) {
    ShaderBank *bank = make_bank(*state);
    Err err = {0};
    GpuShader once = shader_load(bank, "a.vert", "a.frag", "#define GAIN 1.0\n", &err);
    assert_string_equal(err.text, "");
    GpuShader twice = shader_load(bank, "a.vert", "a.frag", "#define GAIN 2.0\n", &err);
    GpuShader again = shader_load(bank, "a.vert", "a.frag", "#define GAIN 1.0\n", &err);
    assert_true(once.id == again.id && once.id != twice.id);
    assert_int_equal(drawn_red(*state, once), 51);
    assert_int_equal(drawn_red(*state, twice), 102);
    shader_bank_destroy(bank);
    assert_int_equal(gpu_counters(*state).shaders, 0);
}

static void test_reload_keeps_the_old(void **state) {
    ShaderBank *bank = make_bank(*state);
    Err err = {0};
    GpuShader shader = shader_load(bank, "a.vert", "a.frag", "#define GAIN 1.0\n", &err);
    assert_false(shader_bank_poll(bank));
    write_file("colour.glsl", "// colours\nvec4 colour() { return u_tone * GAIN * 3.0; }\n");
    assert_true(shader_bank_poll(bank));
    assert_int_equal(drawn_red(*state, shader), 153);
    log_set_level(LOG_ERROR);
    write_file("colour.glsl", "// colours\n\nvec4 colour() { return nonsense; }\n");
    assert_false(shader_bank_poll(bank));
    assert_int_equal(drawn_red(*state, shader), 153);
    assert_false(shader_bank_poll(bank)); /* said once, not at every frame */
    /* a shader loaded in this state is not ok, its message names file and line, and it comes alive when
     * mended */
    GpuShader other = shader_load(bank, "a.vert", "a.frag", "#define GAIN 0.5\n", &err);
    assert_false(gpu_shader_ok(*state, other));
    assert_non_null(strstr(err.text, "colour.glsl:3"));
    write_file("colour.glsl", "vec4 colour() { return u_tone * GAIN; }\n");
    assert_true(shader_bank_poll(bank));
    log_set_level(LOG_WARNING);
    assert_int_equal(drawn_red(*state, shader), 51);
    assert_int_equal(drawn_red(*state, other), 26);
    shader_bank_destroy(bank);
}

static void test_missing_files(void **state) {
    ShaderBank *bank = make_bank(*state);
    Err err = {0};
    GpuShader shader = shader_load(bank, "none.vert", NULL, NULL, &err);
    assert_false(gpu_shader_ok(*state, shader));
    assert_non_null(strstr(err.text, "none.vert"));
    shader_bank_destroy(bank);
    shader_bank_destroy(NULL);
}

static void test_blocks_against_c(void **state) {
    ShaderBank *bank = make_bank(*state);
    Err err = {0};
    shader_load(bank, "a.vert", "a.frag", "#define GAIN 1.0\n", &err);
    static const GpuMember members[] = {{"u_tone", offsetof(Frame, tone)},
                                        {"u_clip", offsetof(Frame, clip)},
                                        {"u_time", offsetof(Frame, time)}};
    GpuBlockLayout layout = {
        .name = "Frame", .size_bytes = sizeof(Frame), .members = members, .member_count = 3};
    if (!shader_bank_check_block(bank, &layout, &err)) fail_msg("%s", err.text);
    layout.size_bytes = 32;
    assert_false(shader_bank_check_block(bank, &layout, &err));
    shader_bank_destroy(bank);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_includes_and_defines),
        cmocka_unit_test(test_reload_keeps_the_old),
        cmocka_unit_test(test_missing_files),
        cmocka_unit_test(test_blocks_against_c),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
