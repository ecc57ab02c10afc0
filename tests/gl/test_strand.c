/* The curve of a long hair stands twice, in src/strands.c and in shaders/strand.glsl: here the shader's is
 * drawn into a float target, strand by strand, and held against the other. */
#include "gl_fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/arena.h"
#include "engine/file.h"
#include "engine/rng.h"
#include "src/octahedral.h"
#include "src/strands.h"

enum { STRANDS = 512, WAYS = 8 };
static const float LENGTHS[4] = {6, 13, 40, 120};

/* What a fragment reads of its strand. */
typedef struct StrandRow {
    float root[3], lift, normal[3], length_mm, direction[3], curl;
} StrandRow;

static const char vertex[] =
    "#version 330 core\n"
    "void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }\n";
static const char fragment[] =
    "uniform sampler2D t_strand;\n"
    "layout(location = 0) out vec4 o_place;\n"
    "void main() {\n"
    "    ivec2 at = ivec2(gl_FragCoord.xy);\n"
    "    vec4 a = texelFetch(t_strand, ivec2(0, at.y), 0), b = texelFetch(t_strand, ivec2(1, at.y), 0);\n"
    "    vec4 c = texelFetch(t_strand, ivec2(2, at.y), 0);\n"
    "    Strand s;\n"
    "    s.root = a.xyz, s.lift = a.w, s.normal = b.xyz, s.up = vec3(0.0, 1.0, 0.0);\n"
    "    s.droop_mm = 2.0 + 0.2 * min(b.w, 40.0), s.curl = c.w, s.phase = 1.0;\n"
    "    strand_frame(b.xyz, c.xyz, s.tangent, s.sine);\n"
    "    o_place = vec4(strand_point(s, b.w * float(at.x + 1) / 8.0), 0.0);\n"
    "}\n";

/* A strand anywhere on a ball of a head's size, leaning 5 to 70 degrees from its skin. */
static void strand_make(uint32_t i, HairSite *site, StrandRow *row) {
    float n[3], side[3], d[3], length = 0, dot = 0;
    for (uint32_t k = 0; k < 3; k++) n[k] = hash_normal(i, k), side[k] = hash_normal(i, 10 + k);
    n[1] = fabsf(n[1]) - 0.4f;
    for (int k = 0; k < 3; k++) length += n[k] * n[k];
    for (int k = 0; k < 3; k++) n[k] /= sqrtf(length), dot += n[k] * side[k];
    length = 0;
    for (int k = 0; k < 3; k++) side[k] -= dot * n[k], length += side[k] * side[k];
    const float lean = 0.09f + 1.1f * hash_float(i, 20);
    for (int k = 0; k < 3; k++) d[k] = side[k] / sqrtf(length) * cosf(lean) + n[k] * sinf(lean);
    *site = (HairSite){.id = i, .lift_per_mm = 0.004f * hash_float(i, 21)};
    octahedral_encode(n, site->normal_oct);
    octahedral_encode(d, site->direction_oct);
    octahedral_decode(site->normal_oct, row->normal); /* as both forms see them */
    octahedral_decode(site->direction_oct, row->direction);
    for (int k = 0; k < 3; k++) row->root[k] = site->pos_mm[k] = 92 * n[k];
    row->lift = site->lift_per_mm;
    row->length_mm = LENGTHS[i % 4];
    row->curl = (float)(i / 4 % 7) * 0.5f;
}

static GpuShader shader_make(Gpu *gpu) {
    static const GpuSlot samplers[] = {{"t_strand", 0}};
    Err err = {0};
    Arena arena = {0};
    Bytes maths, strand;
    assert_true(arena_create(&arena, &(ArenaDesc){.name = "test"}, &err));
    if (!file_read("shaders/maths.glsl", 1 << 16, &arena, &maths, &err) ||
        !file_read("shaders/strand.glsl", 1 << 16, &arena, &strand, &err))
        fail_msg("%s", err.text);
    char *source =
        arena_printf(&arena, "#version 330 core\n%.*s\n%.*s\n%s", (int)maths.size, (const char *)maths.data,
                     (int)strand.size, (const char *)strand.data, fragment);
    const GpuShader shader = gpu_shader_create(gpu,
                                               &(GpuShaderDesc){.vertex = vertex,
                                                                .fragment = source,
                                                                .samplers = samplers,
                                                                .sampler_count = 1,
                                                                .label = "strand"},
                                               &err);
    if (!gpu_shader_ok(gpu, shader)) fail_msg("%s", err.text);
    arena_destroy(&arena);
    return shader;
}

static void the_shader_bends_as_the_model_does(void **state) {
    Gpu *gpu = *state;
    static HairSite site[STRANDS];
    static StrandRow row[STRANDS];
    static float place[STRANDS][WAYS][4];
    for (uint32_t i = 0; i < STRANDS; i++) strand_make(i, &site[i], &row[i]);
    const GpuTexture rows = gpu_texture_create(
        gpu, &(GpuTextureDesc){
                 .width = 3, .height = STRANDS, .format = GPU_RGBA32F, .filter = GPU_NEAREST, .data = row});
    const GpuTarget target =
        gpu_target_create(gpu, &(GpuTargetDesc){.width = WAYS, .height = STRANDS, .colour = {GPU_RGBA32F}});
    const GpuShader shader = shader_make(gpu);
    const GpuPipeline pipeline = gpu_pipeline_create(gpu, &(GpuPipelineDesc){.shader = shader});
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = target, .colour_load = {GPU_CLEAR}});
    gpu_set_pipeline(gpu, pipeline);
    gpu_set_bindings(gpu, &(GpuBindings){.textures = {rows}});
    gpu_draw(gpu, 0, 3, 1);
    gpu_pass_end(gpu);
    assert_true(gpu_read(gpu, target, 0, 0, 0, WAYS, STRANDS, 0, GPU_READ_RGBA32F, place, NULL));
    float worst = 0;
    for (int i = 0; i < STRANDS; i++)
        for (int w = 0; w < WAYS; w++) {
            float expected[3], d2 = 0;
            strands_point(&site[i], row[i].length_mm * (float)(w + 1) / WAYS, row[i].length_mm, row[i].curl,
                          1, expected);
            const float *drawn = place[STRANDS - 1 - i][w]; /* gpu_read's rows come from the top */
            for (int k = 0; k < 3; k++) d2 += (drawn[k] - expected[k]) * (drawn[k] - expected[k]);
            worst = fmaxf(worst, sqrtf(d2));
        }
    print_message("%d places on %d strands: %.5f mm apart at most\n", STRANDS * WAYS, STRANDS, (double)worst);
    assert_true(worst < 0.05f);
    gpu_pipeline_destroy(gpu, pipeline);
    gpu_shader_destroy(gpu, shader);
    gpu_target_destroy(gpu, target);
    gpu_texture_destroy(gpu, rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_shader_bends_as_the_model_does)};
    return cmocka_run_group_tests(tests, gl_setup, gl_teardown);
}
