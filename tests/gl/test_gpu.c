/* GPU objects headless: drawing, blending, instancing, targets, read-back, failed resources, counters. */
#include "gl_fixture.h"
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

typedef struct Tint {
    float colour[4];
    float place[4]; /* offset xy, scale zw */
} Tint;

static const GpuSlot blocks[] = {{"Tint", 0}};
static const GpuSlot samplers[] = {{"t_picture", 0}, {"t_shadow", 1}, {"t_records", 2}, {"t_layers", 3}};

static const char *flat_vertex =
    "#version 330 core\n"
    "layout(location = 0) in vec2 a_place;\n"
    "layout(location = 1) in vec4 a_shift;\n"
    "layout(std140) uniform Tint { vec4 u_colour; vec4 u_place; };\n"
    "void main() {\n"
    "  gl_Position = vec4(a_place * u_place.zw + u_place.xy + a_shift.xy, 0, 1);\n"
    "  gl_PointSize = 8.0;\n"
    "}\n";
static const char *flat_fragment = "#version 330 core\n"
                                   "layout(std140) uniform Tint { vec4 u_colour; vec4 u_place; };\n"
                                   "layout(location = 0) out vec4 o_colour;\n"
                                   "void main() { o_colour = u_colour; }\n";
static const char *full_vertex = "#version 330 core\n"
                                 "out vec2 v_uv;\n"
                                 "void main() {\n"
                                 "  v_uv = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;\n"
                                 "  gl_Position = vec4(v_uv * 2.0 - 1.0, 0, 1);\n"
                                 "}\n";

static GpuShader make_shader(Gpu *gpu, const char *vertex, const char *fragment) {
    Err err = {0};
    GpuShader shader = gpu_shader_create(gpu,
                                         &(GpuShaderDesc){.vertex = vertex,
                                                          .fragment = fragment,
                                                          .blocks = blocks,
                                                          .block_count = 1,
                                                          .samplers = samplers,
                                                          .sampler_count = 4,
                                                          .label = "test"},
                                         &err);
    assert_string_equal(err.text, "");
    return shader;
}

typedef struct Kit {
    GpuShader shader;
    GpuBuffer square, shifts;
    GpuTarget target;
} Kit;

static const float square[4][2] = {{-1, -1}, {1, -1}, {-1, 1}, {1, 1}};

static Kit make_kit(Gpu *gpu, GpuFormat format, int samples) {
    static const float shifts[2][4] = {{0, 0, 0, 0}, {1, 0, 0, 0}};
    Kit kit = {.shader = make_shader(gpu, flat_vertex, flat_fragment)};
    kit.square = gpu_buffer_create(gpu, &(GpuBufferDesc){.size_bytes = sizeof square, .data = square});
    kit.shifts = gpu_buffer_create(gpu, &(GpuBufferDesc){.size_bytes = sizeof shifts, .data = shifts});
    kit.target = gpu_target_create(
        gpu, &(GpuTargetDesc){
                 .width = 32, .height = 16, .colour = {format}, .depth = GPU_DEPTH24, .samples = samples});
    assert_true(gpu_target_ok(gpu, kit.target));
    return kit;
}

static void drop_kit(Gpu *gpu, Kit *kit) {
    gpu_target_destroy(gpu, kit->target);
    gpu_buffer_destroy(gpu, kit->square);
    gpu_buffer_destroy(gpu, kit->shifts);
    gpu_shader_destroy(gpu, kit->shader);
}

static GpuPipelineDesc flat_desc(const Kit *kit) {
    return (GpuPipelineDesc){.shader = kit->shader,
                             .primitive = GPU_TRIANGLE_STRIP,
                             .attributes = {{.location = 0, .format = GPU_F32X2, .buffer = 0},
                                            {.location = 1, .format = GPU_F32X4, .buffer = 1}},
                             .stride_bytes = {8, 16},
                             .divisor = {0, 1},
                             .label = "flat"};
}

static void begin(Gpu *gpu, const Kit *kit, float grey) {
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = kit->target,
                                       .colour_load = {GPU_CLEAR},
                                       .depth_load = GPU_CLEAR,
                                       .clear_rgba = {{grey, grey, grey, 1}}});
}

static void draw(Gpu *gpu, const Kit *kit, GpuPipeline pipeline, const Tint *tint, int instances) {
    gpu_set_pipeline(gpu, pipeline);
    gpu_set_bindings(gpu, &(GpuBindings){.vertices = {kit->square, kit->shifts}});
    gpu_set_uniforms(gpu, 0, tint, sizeof *tint);
    gpu_draw(gpu, 0, 4, instances);
}

static void read_all(Gpu *gpu, GpuTarget target, uint8_t pixels[16][32][4]) {
    Err err = {0};
    assert_true(gpu_read(gpu, target, 0, 0, 0, 32, 16, 0, GPU_READ_RGBA8, pixels, &err));
}

static void test_info(void **state) {
    const GpuInfo *info = gpu_info(*state);
    assert_true(strlen(info->renderer) > 0);
    assert_true(info->max_texture_px >= 1024 && info->max_samples >= 4 && info->max_point_px >= 8);
}

static void test_draw_and_rows_from_the_top(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA8, 0);
    GpuPipelineDesc desc = flat_desc(&kit);
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &desc);
    begin(gpu, &kit, 0);
    /* the upper left quarter in red */
    draw(gpu, &kit, pipeline, &(Tint){{1, 0, 0, 1}, {-0.5f, 0.5f, 0.5f, 0.5f}}, 1);
    gpu_pass_end(gpu);
    uint8_t pixels[16][32][4];
    read_all(gpu, kit.target, pixels);
    for (int y = 0; y < 16; y++)
        for (int x = 0; x < 32; x++) assert_int_equal(pixels[y][x][0], x < 16 && y < 8 ? 255 : 0);
    uint8_t one[4];
    assert_true(gpu_read(gpu, kit.target, 0, 15, 7, 1, 1, 0, GPU_READ_BGRA8, one, NULL));
    assert_int_equal(one[2], 255);
    assert_true(gpu_read(gpu, kit.target, 0, 16, 7, 1, 1, 0, GPU_READ_BGRA8, one, NULL));
    assert_int_equal(one[2], 0);
    gpu_pipeline_destroy(gpu, pipeline);
    drop_kit(gpu, &kit);
}

static void test_instances_and_ranges(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA8, 0);
    GpuPipelineDesc desc = flat_desc(&kit);
    desc.blend[0] = GPU_ADD;
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &desc);
    begin(gpu, &kit, 0);
    /* quarter width at the left edge, and again one unit to the right */
    draw(gpu, &kit, pipeline, &(Tint){{0, 1, 0, 1}, {-0.75f, 0, 0.25f, 1}}, 2);
    gpu_pass_end(gpu);
    uint8_t pixels[16][32][4];
    read_all(gpu, kit.target, pixels);
    for (int x = 0; x < 32; x++) assert_int_equal(pixels[3][x][1], x % 16 < 8 ? 255 : 0);
    /* two ranges of the same strip, as points: corners only */
    desc.primitive = GPU_POINTS;
    desc.divisor[1] = 1;
    GpuPipeline points = gpu_pipeline_create(gpu, &desc);
    begin(gpu, &kit, 0);
    gpu_set_pipeline(gpu, points);
    gpu_set_bindings(gpu, &(GpuBindings){.vertices = {kit.square, kit.shifts}});
    gpu_set_uniforms(gpu, 0, &(Tint){{0, 0, 1, 1}, {0, 0, 0.5f, 0.5f}}, sizeof(Tint));
    gpu_draw_ranges(gpu, (const int32_t[]){0, 3}, (const int32_t[]){1, 1}, 2);
    gpu_pass_end(gpu);
    read_all(gpu, kit.target, pixels);
    assert_int_equal(pixels[12][8][2], 255); /* lower left */
    assert_int_equal(pixels[4][24][2], 255); /* upper right */
    assert_int_equal(pixels[12][24][2], 0);  /* lower right is in no range */
    gpu_pipeline_destroy(gpu, pipeline);
    gpu_pipeline_destroy(gpu, points);
    drop_kit(gpu, &kit);
}

static void test_indices(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA8, 0);
    static const uint16_t order[] = {0, 1, 2, 2, 1, 3};
    GpuBuffer indices = gpu_buffer_create(
        gpu, &(GpuBufferDesc){.kind = GPU_INDICES, .size_bytes = sizeof order, .data = order});
    GpuPipelineDesc desc = flat_desc(&kit);
    desc.primitive = GPU_TRIANGLES;
    desc.index16 = true;
    desc.cull = GPU_CULL_BACK;
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &desc);
    begin(gpu, &kit, 0);
    gpu_set_pipeline(gpu, pipeline);
    gpu_set_bindings(gpu, &(GpuBindings){.vertices = {kit.square, kit.shifts}, .indices = indices});
    gpu_set_uniforms(gpu, 0, &(Tint){{1, 1, 1, 1}, {0, 0, 1, 1}}, sizeof(Tint));
    gpu_draw_index_ranges(gpu, (const int32_t[]){0, 3}, (const int32_t[]){3, 3}, 2);
    gpu_pass_end(gpu);
    uint8_t pixels[16][32][4];
    read_all(gpu, kit.target, pixels);
    assert_int_equal(pixels[0][0][0], 255);
    assert_int_equal(pixels[15][31][0], 255);
    gpu_pipeline_destroy(gpu, pipeline);
    gpu_buffer_destroy(gpu, indices);
    drop_kit(gpu, &kit);
}

static void test_multiply_needs_no_order(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA16F, 0);
    GpuPipelineDesc desc = flat_desc(&kit);
    desc.blend[0] = GPU_MULTIPLY;
    desc.colour_mask[0] = GPU_MASK_R | GPU_MASK_G;
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &desc);
    const Tint a = {{0.5f, 0.25f, 0.1f, 1}, {0, 0, 1, 1}}, b = {{0.3f, 0.7f, 0.1f, 1}, {0, 0, 1, 1}};
    float first[4], second[4];
    for (int turn = 0; turn < 2; turn++) {
        begin(gpu, &kit, 0.8f);
        draw(gpu, &kit, pipeline, turn ? &b : &a, 1);
        draw(gpu, &kit, pipeline, turn ? &a : &b, 1);
        gpu_pass_end(gpu);
        assert_true(
            gpu_read(gpu, kit.target, 0, 5, 5, 1, 1, 0, GPU_READ_RGBA32F, turn ? second : first, NULL));
    }
    assert_true(fabsf(first[0] - 0.8f * 0.5f * 0.3f) < 2e-4f);
    assert_true(fabsf(first[1] - 0.8f * 0.25f * 0.7f) < 2e-4f);
    assert_true(fabsf(first[2] - 0.8f) < 1e-3f); /* masked */
    assert_true(fabsf(first[0] - second[0]) < 2e-4f);
    gpu_pipeline_destroy(gpu, pipeline);
    drop_kit(gpu, &kit);
}

static void test_several_targets_with_blends_of_their_own(void **state) {
    Gpu *gpu = *state;
    GpuShader shader = make_shader(gpu, full_vertex,
                                   "#version 330 core\n"
                                   "layout(location = 0) out vec4 o_a; layout(location = 1) out vec4 o_b;\n"
                                   "void main() { o_a = vec4(0.5); o_b = vec4(0.25); }\n");
    GpuTarget target = gpu_target_create(
        gpu, &(GpuTargetDesc){.width = 4, .height = 4, .colour = {GPU_RGBA16F, GPU_RGBA32F}});
    GpuPipeline pipeline = gpu_pipeline_create(
        gpu, &(GpuPipelineDesc){.shader = shader, .blend = {GPU_MULTIPLY, GPU_ADD}, .label = "mrt"});
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = target,
                                       .colour_load = {GPU_CLEAR, GPU_CLEAR},
                                       .clear_rgba = {{0.5f, 0.5f, 0.5f, 1}, {2, 2, 2, 2}}});
    gpu_set_pipeline(gpu, pipeline);
    gpu_draw(gpu, 0, 3, 1);
    gpu_pass_end(gpu);
    float a[4], b[4];
    gpu_read(gpu, target, 0, 1, 1, 1, 1, 0, GPU_READ_RGBA32F, a, NULL);
    gpu_read(gpu, target, 1, 1, 1, 1, 1, 0, GPU_READ_RGBA32F, b, NULL);
    assert_true(fabsf(a[0] - 0.25f) < 1e-3f && fabsf(b[0] - 2.25f) < 1e-5f);
    gpu_target_destroy(gpu, target);
    gpu_pipeline_destroy(gpu, pipeline);
    gpu_shader_destroy(gpu, shader);
}

static void test_multisampling_resolves(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA8, 4);
    GpuPipelineDesc desc = flat_desc(&kit);
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &desc);
    begin(gpu, &kit, 0);
    draw(gpu, &kit, pipeline, &(Tint){{1, 1, 1, 1}, {-0.53f, 0, 0.5f, 1}}, 1); /* an edge inside a pixel */
    gpu_pass_end(gpu);
    uint8_t pixels[16][32][4];
    read_all(gpu, kit.target, pixels);
    assert_int_equal(pixels[8][2][0], 255);
    assert_int_equal(pixels[8][20][0], 0);
    assert_in_range(pixels[8][15][0], 32, 224); /* neither on nor off */
    gpu_pipeline_destroy(gpu, pipeline);
    drop_kit(gpu, &kit);
}

static void test_depth_and_shadow_compare(void **state) {
    Gpu *gpu = *state;
    GpuTarget map = gpu_target_create(
        gpu,
        &(GpuTargetDesc){
            .width = 8, .height = 8, .depth = GPU_DEPTH32F, .depth_texture = true, .depth_compare = true});
    assert_true(gpu_target_ok(gpu, map));
    GpuShader writer =
        make_shader(gpu,
                    "#version 330 core\n"
                    "void main() { vec2 p = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;\n"
                    "  gl_Position = vec4(p, 0.0, 1); }\n",
                    NULL);
    GpuPipeline pipeline = gpu_pipeline_create(
        gpu,
        &(GpuPipelineDesc){.shader = writer, .depth = GPU_LEQUAL, .depth_write = true, .label = "depth"});
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = map, .depth_load = GPU_CLEAR});
    gpu_set_pipeline(gpu, pipeline);
    gpu_draw(gpu, 0, 3, 1);
    gpu_pass_end(gpu);
    float depth = 0;
    assert_true(gpu_read(gpu, map, 0, 3, 3, 1, 1, 0, GPU_READ_DEPTH32F, &depth, NULL));
    assert_true(fabsf(depth - 0.5f) < 1e-6f);
    GpuShader reader =
        make_shader(gpu, full_vertex,
                    "#version 330 core\n"
                    "uniform sampler2DShadow t_shadow; in vec2 v_uv;\n"
                    "layout(location = 0) out vec4 o;\n"
                    "void main() { o = vec4(texture(t_shadow, vec3(0.5, 0.5, v_uv.x)),\n"
                    "                       texture(t_shadow, vec3(2.0, 2.0, 0.9)), 0, 1); }\n");
    GpuTarget out =
        gpu_target_create(gpu, &(GpuTargetDesc){.width = 32, .height = 16, .colour = {GPU_RGBA8}});
    GpuPipeline shade = gpu_pipeline_create(gpu, &(GpuPipelineDesc){.shader = reader, .label = "shade"});
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = out});
    gpu_set_pipeline(gpu, shade);
    gpu_set_bindings(gpu, &(GpuBindings){.textures = {[1] = gpu_target_depth(gpu, map)}});
    gpu_draw(gpu, 0, 3, 1);
    gpu_pass_end(gpu);
    uint8_t pixels[16][32][4];
    read_all(gpu, out, pixels);
    assert_int_equal(pixels[8][4][0], 255); /* nearer than 0.5: lit */
    assert_int_equal(pixels[8][28][0], 0);
    assert_int_equal(pixels[8][28][1], 255); /* outside the map: lit */
    gpu_target_destroy(gpu, map);
    gpu_target_destroy(gpu, out);
    gpu_pipeline_destroy(gpu, pipeline);
    gpu_pipeline_destroy(gpu, shade);
    gpu_shader_destroy(gpu, writer);
    gpu_shader_destroy(gpu, reader);
}

static void test_texel_buffer_and_layers(void **state) {
    Gpu *gpu = *state;
    static const float records[4] = {0, 0, 0.5f, 0};
    static const uint8_t layers[2][1][4] = {{{10, 0, 0, 255}}, {{200, 0, 0, 255}}};
    GpuBuffer buffer = gpu_buffer_create(
        gpu, &(GpuBufferDesc){.kind = GPU_TEXELS, .size_bytes = sizeof records, .data = records});
    GpuTexture texels = gpu_texture_create(gpu, &(GpuTextureDesc){.texels = buffer, .format = GPU_R32F});
    GpuTexture array = gpu_texture_create(
        gpu, &(GpuTextureDesc){.width = 1, .height = 1, .layers = 2, .format = GPU_RGBA8, .data = layers});
    GpuShader shader =
        make_shader(gpu, full_vertex,
                    "#version 330 core\n"
                    "uniform samplerBuffer t_records; uniform sampler2DArray t_layers;\n"
                    "layout(location = 0) out vec4 o;\n"
                    "void main() { o = vec4(texelFetch(t_records, 2).r,\n"
                    "                       texture(t_layers, vec3(0.5, 0.5, 1)).r, 0, 1); }\n");
    GpuTarget out =
        gpu_target_create(gpu, &(GpuTargetDesc){.width = 2, .height = 2, .colour = {GPU_RGBA32F}});
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &(GpuPipelineDesc){.shader = shader});
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = out});
    gpu_set_pipeline(gpu, pipeline);
    gpu_set_bindings(gpu, &(GpuBindings){.textures = {[2] = texels, [3] = array}});
    gpu_draw(gpu, 0, 3, 1);
    gpu_pass_end(gpu);
    float value[4];
    gpu_read(gpu, out, 0, 0, 0, 1, 1, 0, GPU_READ_RGBA32F, value, NULL);
    assert_true(fabsf(value[0] - 0.5f) < 1e-6f && fabsf(value[1] - 200 / 255.0f) < 1e-3f);
    gpu_target_destroy(gpu, out);
    gpu_texture_destroy(gpu, texels);
    gpu_texture_destroy(gpu, array);
    gpu_buffer_destroy(gpu, buffer);
    gpu_pipeline_destroy(gpu, pipeline);
    gpu_shader_destroy(gpu, shader);
}

static void test_texture_update_and_given_target(void **state) {
    Gpu *gpu = *state;
    GpuTexture picture = gpu_texture_create(
        gpu, &(GpuTextureDesc){.width = 4, .height = 4, .format = GPU_SRGB8_A8, .filter = GPU_MIPMAP});
    GpuTarget into =
        gpu_target_create(gpu, &(GpuTargetDesc){.width = 4, .height = 4, .colour_given = {picture}});
    assert_true(gpu_target_ok(gpu, into));
    uint8_t value[4] = {1, 2, 3, 4};
    gpu_read(gpu, into, 0, 0, 0, 1, 1, 0, GPU_READ_RGBA8, value, NULL);
    assert_int_equal(value[0] + value[1] + value[2] + value[3], 0); /* new textures hold zeros */
    gpu_texture_update(gpu, picture, 0, 2, 1, 1, 1, (const uint8_t[4]){9, 8, 7, 255});
    gpu_texture_build_mips(gpu, picture);
    gpu_read(gpu, into, 0, 2, 2, 1, 1, 0, GPU_READ_RGBA8, value,
             NULL); /* row 1 from v = 0 is row 2 from the top */
    assert_int_equal(value[0], 9);
    gpu_target_destroy(gpu, into);
    assert_true(gpu_texture_ok(gpu, picture)); /* given, not owned */
    gpu_texture_destroy(gpu, picture);
}

/* A checker of black and white is half the light, not half the byte; whoever makes the levels. */
static void test_mips_are_made_in_linear_light(void **state) {
    Gpu *gpu = *state;
    enum { SIDE = 8 };
    uint8_t checker[SIDE * SIDE * 4];
    for (int i = 0; i < SIDE * SIDE; i++)
        for (int c = 0; c < 4; c++) checker[4 * i + c] = c == 3 || (i % SIDE + i / SIDE) % 2 ? 255 : 0;
    const int64_t before = gpu_counters(gpu).upload_bytes;
    GpuTexture picture = gpu_texture_create(
        gpu,
        &(GpuTextureDesc){
            .width = SIDE, .height = SIDE, .format = GPU_SRGB8_A8, .filter = GPU_MIPMAP, .data = checker});
    assert_true(gpu_counters(gpu).upload_bytes >= before + (int64_t)sizeof checker);
    GpuShader shader =
        make_shader(gpu, full_vertex,
                    "#version 330 core\n"
                    "uniform sampler2D t_picture;\n"
                    "layout(location = 0) out vec4 o;\n"
                    "vec4 at(float level) { return textureLod(t_picture, vec2(0.5), level); }\n"
                    "void main() { o = vec4(at(1.0).r, at(2.0).g, at(3.0).b, at(3.0).a); }\n");
    GpuTarget out =
        gpu_target_create(gpu, &(GpuTargetDesc){.width = 2, .height = 2, .colour = {GPU_RGBA32F}});
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &(GpuPipelineDesc){.shader = shader});
    for (int updated = 0; updated < 2; updated++) {
        float value[4];
        gpu_pass_begin(gpu, &(GpuPassDesc){.target = out});
        gpu_set_pipeline(gpu, pipeline);
        gpu_set_bindings(gpu, &(GpuBindings){.textures = {picture}});
        gpu_draw(gpu, 0, 3, 1);
        gpu_pass_end(gpu);
        gpu_read(gpu, out, 0, 0, 0, 1, 1, 0, GPU_READ_RGBA32F, value, NULL);
        for (int c = 0; c < 3; c++) assert_true(fabsf(value[c] - (updated ? 1 : 0.5f)) < 0.006f);
        assert_true(value[3] == 1);
        memset(checker, 255, sizeof checker);
        gpu_texture_update(gpu, picture, 0, 0, 0, SIDE, SIDE, checker);
    }
    gpu_target_destroy(gpu, out);
    gpu_pipeline_destroy(gpu, pipeline);
    gpu_shader_destroy(gpu, shader);
    gpu_texture_destroy(gpu, picture);
}

static void test_failed_shader_is_skipped(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA8, 0);
    Err err = {0};
    GpuShader broken =
        gpu_shader_create(gpu,
                          &(GpuShaderDesc){.vertex = flat_vertex,
                                           .fragment = "#version 330 core\nvoid main() { nonsense; }\n",
                                           .label = "broken"},
                          &err);
    assert_true(broken.id != 0 && !gpu_shader_ok(gpu, broken));
    assert_non_null(strstr(err.text, "broken"));
    assert_non_null(strstr(err.text, "error"));
    GpuPipelineDesc desc = flat_desc(&kit);
    desc.shader = broken;
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &desc);
    assert_false(gpu_pipeline_ok(gpu, pipeline));
    log_set_level(LOG_ERROR);
    begin(gpu, &kit, 1);
    int before = gpu_counters(gpu).draws;
    draw(gpu, &kit, pipeline, &(Tint){{0, 0, 0, 1}, {0, 0, 1, 1}}, 1);
    assert_int_equal(gpu_counters(gpu).draws, before);
    gpu_pass_end(gpu);
    log_set_level(LOG_WARNING);
    uint8_t pixels[16][32][4];
    read_all(gpu, kit.target, pixels);
    assert_int_equal(pixels[4][4][0], 255);
    /* mended behind the same handle, the same pipeline draws */
    GpuShaderDesc mended = {
        .vertex = flat_vertex, .fragment = flat_fragment, .blocks = blocks, .block_count = 1};
    assert_true(gpu_shader_replace(gpu, broken, &mended, &err));
    begin(gpu, &kit, 1);
    draw(gpu, &kit, pipeline, &(Tint){{0, 0, 0, 1}, {0, 0, 1, 1}}, 1);
    gpu_pass_end(gpu);
    read_all(gpu, kit.target, pixels);
    assert_int_equal(pixels[4][4][0], 0);
    /* a replacement that fails keeps the old */
    mended.fragment = "#version 330 core\nbroken again";
    assert_false(gpu_shader_replace(gpu, broken, &mended, &err));
    assert_true(gpu_shader_ok(gpu, broken));
    gpu_pipeline_destroy(gpu, pipeline);
    gpu_shader_destroy(gpu, broken);
    drop_kit(gpu, &kit);
}

static void test_impossible_resources_are_handles(void **state) {
    Gpu *gpu = *state;
    log_set_level((LogLevel)-1);
    GpuTexture huge =
        gpu_texture_create(gpu, &(GpuTextureDesc){.width = 1 << 20, .height = 1, .label = "huge"});
    GpuTarget target =
        gpu_target_create(gpu, &(GpuTargetDesc){.width = 4, .height = 4, .colour_given = {huge}});
    assert_true(huge.id && !gpu_texture_ok(gpu, huge));
    assert_true(target.id && !gpu_target_ok(gpu, target));
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = target, .colour_load = {GPU_CLEAR}});
    gpu_draw(gpu, 0, 3, 1);
    gpu_pass_end(gpu);
    Err err = {0};
    uint8_t pixel[4] = {7, 7, 7, 7};
    assert_false(gpu_read(gpu, target, 0, 0, 0, 1, 1, 0, GPU_READ_RGBA8, pixel, &err));
    assert_true(strlen(err.text) > 10 && pixel[0] == 0);
    gpu_target_destroy(gpu, target);
    gpu_texture_destroy(gpu, huge);
    gpu_texture_destroy(gpu, huge); /* twice is harmless */
    gpu_texture_destroy(gpu, (GpuTexture){0});
    /* an old handle does not reach the new object in its place */
    GpuBuffer old = gpu_buffer_create(gpu, &(GpuBufferDesc){.size_bytes = 16});
    gpu_buffer_destroy(gpu, old);
    GpuBuffer new = gpu_buffer_create(gpu, &(GpuBufferDesc){.size_bytes = 32});
    assert_int_equal(gpu_buffer_size(gpu, old), 0);
    assert_int_equal(gpu_buffer_size(gpu, new), 32);
    gpu_buffer_destroy(gpu, new);
    /* a full pool */
    GpuTarget all[GPU_MAX_TARGETS + 1];
    for (int i = 0; i <= GPU_MAX_TARGETS; i++)
        all[i] = gpu_target_create(gpu, &(GpuTargetDesc){.width = 1, .height = 1, .colour = {GPU_RGBA8}});
    assert_true(all[GPU_MAX_TARGETS].id && !gpu_target_ok(gpu, all[GPU_MAX_TARGETS]));
    for (int i = 0; i <= GPU_MAX_TARGETS; i++) gpu_target_destroy(gpu, all[i]);
    log_set_level(LOG_WARNING);
}

static void test_std140_against_c(void **state) {
    Gpu *gpu = *state;
    GpuShader shader = make_shader(gpu, flat_vertex, flat_fragment);
    Err err = {0};
    static const GpuMember right[] = {{"u_colour", offsetof(Tint, colour)},
                                      {"u_place", offsetof(Tint, place)}};
    GpuBlockLayout layout = {.name = "Tint", .size_bytes = sizeof(Tint), .members = right, .member_count = 2};
    assert_true(gpu_shader_check_block(gpu, shader, &layout, &err));
    static const GpuMember wrong[] = {{"u_place", 12}};
    layout.members = wrong;
    layout.member_count = 1;
    assert_false(gpu_shader_check_block(gpu, shader, &layout, &err));
    assert_non_null(strstr(err.text, "u_place"));
    layout = (GpuBlockLayout){.name = "Tint", .size_bytes = 16};
    assert_false(gpu_shader_check_block(gpu, shader, &layout, &err));
    layout.name = "Elsewhere";
    assert_true(gpu_shader_check_block(gpu, shader, &layout, &err));
    gpu_shader_destroy(gpu, shader);
}

static void test_uniform_ring_survives_its_end(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA32F, 0);
    GpuPipelineDesc desc = flat_desc(&kit);
    desc.blend[0] = GPU_ADD;
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &desc);
    enum { DRAWS = 6000 }; /* more than 1 MiB of 256-byte steps */
    double expected = 0;
    begin(gpu, &kit, 0);
    for (int i = 0; i < DRAWS; i++) {
        float amount = 1e-3f * (float)(1 + i % 7);
        draw(gpu, &kit, pipeline, &(Tint){{amount, 0, 0, 0}, {0, 0, 1, 1}}, 1);
        expected += (double)amount;
    }
    gpu_pass_end(gpu);
    float value[4];
    gpu_read(gpu, kit.target, 0, 3, 3, 1, 1, 0, GPU_READ_RGBA32F, value, NULL);
    assert_true(fabs((double)value[0] - expected) < 1e-3 * expected);
    gpu_pipeline_destroy(gpu, pipeline);
    drop_kit(gpu, &kit);
}

static void test_redundant_state_is_left_out(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA8, 0);
    GpuPipelineDesc desc = flat_desc(&kit);
    GpuPipeline pipeline = gpu_pipeline_create(gpu, &desc);
    const Tint tint = {{1, 1, 1, 1}, {0, 0, 1, 1}};
    begin(gpu, &kit, 0);
    draw(gpu, &kit, pipeline, &tint, 1);
    int after_first = gpu_counters(gpu).state_changes;
    for (int i = 0; i < 10; i++) draw(gpu, &kit, pipeline, &tint, 1);
    assert_int_equal(gpu_counters(gpu).state_changes, after_first);
    gpu_pass_end(gpu);
    gpu_pipeline_destroy(gpu, pipeline);
    drop_kit(gpu, &kit);
}

static void test_readback_in_flight(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA8, 0);
    GpuReadback readback = gpu_readback_create(
        gpu, &(GpuReadbackDesc){.width = 32, .height = 16, .format = GPU_READ_BGRA8, .in_flight = 3});
    int taken = 0;
    for (int frame = 0; frame < 10; frame++) {
        if (gpu_readback_full(gpu, readback)) {
            uint64_t tag = 99;
            const uint8_t *pixels = gpu_readback_take(gpu, readback, true, &tag);
            assert_non_null(pixels);
            assert_int_equal(tag, taken);
            assert_int_equal(pixels[0], (taken * 20));
            gpu_readback_release(gpu, readback);
            taken++;
        }
        begin(gpu, &kit, (float)frame * 20.0f / 255.0f);
        gpu_pass_end(gpu);
        assert_true(gpu_readback_begin(gpu, readback, kit.target, 0, (uint64_t)frame));
        gpu_frame_end(gpu);
    }
    while (gpu_readback_take(gpu, readback, true, NULL)) {
        gpu_readback_release(gpu, readback);
        taken++;
    }
    assert_int_equal(taken, 10);
    gpu_readback_destroy(gpu, readback);
    gpu_wipe_reads(gpu);
    drop_kit(gpu, &kit);
}

/* How often these 16 bytes stand in this process's memory. */
static int count_in_memory(const uint8_t canary[16], const void *own_from, const void *own_to) {
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY); /* without a buffer of its own, which would be found too */
    static uint8_t block[1 << 20];
    char line[512];
    int hits = 0;
    while (maps && memory >= 0 && fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char rights[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[0] != 'r' || strstr(line, "[v"))
            continue;
        for (unsigned long at = from; at < to; at += sizeof block - 16) {
            size_t want = to - at < sizeof block ? to - at : sizeof block;
            ssize_t got = pread(memory, block, want, (off_t)at);
            if (got <= 0) break;
            size_t size = (size_t)got;
            for (uint8_t *p = block; (p = memmem(p, size - (size_t)(p - block), canary, 16)); p++) {
                unsigned long place = at + (unsigned long)(p - block);
                hits += !(place >= (unsigned long)own_from && place < (unsigned long)own_to) &&
                        !(place >= (unsigned long)block && place < (unsigned long)(block + sizeof block));
            }
            if (size < want) break;
        }
    }
    if (maps) fclose(maps);
    if (memory >= 0) close(memory);
    memset(block, 0, sizeof block);
    return hits;
}

/* A client's picture, drawn, read in both ways, and gone: nothing of it may stay in memory. */
static void test_pictures_leave_no_trace(void **state) {
#ifdef __SANITIZE_ADDRESS__
    skip(); /* freed memory is kept aside by the sanitizer, and its shadow takes minutes to search */
#endif
    Gpu *gpu = *state;
    enum { SIDE = 256 };
    volatile int first = 0xA0; /* kept from the compiler, whose constant would be found */
    uint8_t canary[16];
    for (int i = 0; i < 16; i++) canary[i] = (uint8_t)(first + (i % 4) * 17); /* four equal pixels */
    uint8_t *pixels = malloc(SIDE * SIDE * 4);
    assert_non_null(pixels);
    for (int i = 0; i < SIDE * SIDE * 4; i++) pixels[i] = canary[i % 16];
    GpuTexture face =
        gpu_texture_create(gpu, &(GpuTextureDesc){.width = SIDE, .height = SIDE, .data = pixels});
    GpuTarget target =
        gpu_target_create(gpu, &(GpuTargetDesc){.width = SIDE, .height = SIDE, .colour_given = {face}});
    GpuReadback readback = gpu_readback_create(gpu, &(GpuReadbackDesc){.width = SIDE, .height = SIDE});
    assert_true(gpu_read(gpu, target, 0, 0, 0, SIDE, SIDE, 0, GPU_READ_RGBA8, pixels, NULL));
    assert_true(gpu_readback_begin(gpu, readback, target, 0, 0));
    assert_non_null(gpu_readback_take(gpu, readback, true, NULL));
    gpu_readback_release(gpu, readback);
    assert_true(count_in_memory(canary, canary, canary + 16) > 0); /* the search finds what is there */
    memset(pixels, 0, SIDE * SIDE * 4);
    gpu_texture_update(gpu, face, 0, 0, 0, SIDE, SIDE, pixels);
    gpu_readback_destroy(gpu, readback);
    gpu_target_destroy(gpu, target);
    gpu_texture_destroy(gpu, face);
    gpu_wipe_reads(gpu);
    free(pixels);
    int left = count_in_memory(canary, canary, canary + 16);
    if (left > 1) fail_msg("%d copies are left", left); /* one: a register of this test, spilled */
}

static void test_window_and_blit(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA8, 0);
    int width, height;
    platform_size(fixture_platform, 0, &width, &height);
    assert_true(width == 64 && height == 48);
    begin(gpu, &kit, 1);
    gpu_pass_end(gpu);
    gpu_pass_begin(
        gpu, &(GpuPassDesc){.window_width = width, .window_height = height, .colour_load = {GPU_CLEAR}});
    gpu_pass_end(gpu);
    uint8_t pixel[4] = {1, 1, 1, 1};
    assert_true(gpu_read(gpu, (GpuTarget){0}, 0, 60, 40, 1, 1, height, GPU_READ_RGBA8, pixel, NULL));
    assert_int_equal(pixel[0], 0);
    gpu_blit(gpu, kit.target, 0, (GpuTarget){0}, width, height, GPU_LINEAR);
    assert_true(gpu_read(gpu, (GpuTarget){0}, 0, 60, 40, 1, 1, height, GPU_READ_RGBA8, pixel, NULL));
    assert_int_equal(pixel[0], 255);
    drop_kit(gpu, &kit);
}

static void test_timers(void **state) {
    Gpu *gpu = *state;
    Kit kit = make_kit(gpu, GPU_RGBA8, 0);
    for (int mode = GPU_TIMERS_QUERY; mode <= GPU_TIMERS_FINISH; mode++) {
        gpu_timers_set(gpu, (GpuTimerMode)mode);
        for (int frame = 0; frame < 8; frame++) {
            gpu_timer_begin(gpu, "frame");
            gpu_timer_begin(gpu, "clear");
            begin(gpu, &kit, 0);
            gpu_pass_end(gpu);
            gpu_timer_end(gpu, "clear");
            gpu_timer_end(gpu, "frame");
            gpu_finish(gpu);
            gpu_frame_end(gpu);
        }
        GpuTiming timings[GPU_TIMERS];
        assert_int_equal(gpu_timings(gpu, timings), 2);
        assert_string_equal(timings[0].name, "frame");
        assert_true(timings[0].cpu_ms > 0 && timings[0].gpu_ms >= 0 && timings[0].gpu_ms < 1000);
        if (mode == GPU_TIMERS_FINISH) assert_true(timings[0].gpu_ms >= timings[1].gpu_ms);
    }
    gpu_timers_set(gpu, GPU_TIMERS_OFF);
    drop_kit(gpu, &kit);
}

static void test_nothing_is_left_over(void **state) {
    GpuCounters counters = gpu_counters(*state);
    assert_int_equal(counters.buffers + counters.textures + counters.targets, 0);
    assert_int_equal(counters.shaders + counters.pipelines + counters.readbacks + counters.vertex_arrays, 0);
    assert_int_equal(counters.buffer_bytes, 0);
    assert_int_equal(counters.texture_bytes, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_info),
        cmocka_unit_test(test_draw_and_rows_from_the_top),
        cmocka_unit_test(test_instances_and_ranges),
        cmocka_unit_test(test_indices),
        cmocka_unit_test(test_multiply_needs_no_order),
        cmocka_unit_test(test_several_targets_with_blends_of_their_own),
        cmocka_unit_test(test_multisampling_resolves),
        cmocka_unit_test(test_depth_and_shadow_compare),
        cmocka_unit_test(test_texel_buffer_and_layers),
        cmocka_unit_test(test_texture_update_and_given_target),
        cmocka_unit_test(test_mips_are_made_in_linear_light),
        cmocka_unit_test(test_failed_shader_is_skipped),
        cmocka_unit_test(test_impossible_resources_are_handles),
        cmocka_unit_test(test_std140_against_c),
        cmocka_unit_test(test_uniform_ring_survives_its_end),
        cmocka_unit_test(test_redundant_state_is_left_out),
        cmocka_unit_test(test_readback_in_flight),
        cmocka_unit_test(test_pictures_leave_no_trace),
        cmocka_unit_test(test_window_and_blit),
        cmocka_unit_test(test_timers),
        cmocka_unit_test(test_nothing_is_left_over),
    };
    return cmocka_run_group_tests(tests, gl_setup, gl_teardown);
}
