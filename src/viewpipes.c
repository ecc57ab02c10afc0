#include "viewstate.h"
#include <stdio.h>
#include <string.h>

const int scatter_taps[SCATTER_TIERS] = {6, 9, 16};

static const GpuSlot block_slots[] = {{"Frame", BLOCK_FRAME}, {"Kernel", BLOCK_KERNEL}};
static const GpuSlot sampler_slots[] = {{"t_skin", UNIT_SKIN},
                                        {"t_shadow", UNIT_SHADOW},
                                        {"t_light", UNIT_LIGHT},
                                        {"t_albedo", UNIT_ALBEDO},
                                        {"t_specular", UNIT_SPECULAR},
                                        {"t_strands", UNIT_STRANDS},
                                        {"t_picture", UNIT_PICTURE},
                                        {"t_ink", UNIT_INK},
                                        {"t_marks", UNIT_MARKS},
                                        {"t_hair_site", UNIT_HAIR_SITE},
                                        {"t_hair_state", UNIT_HAIR_STATE}};

bool pipes_open(View *view, Err *err) {
    view->bank =
        shader_bank_create(&(ShaderBankDesc){.gpu = view->gpu,
                                             .blocks = block_slots,
                                             .samplers = sampler_slots,
                                             .block_count = 2,
                                             .sampler_count = sizeof sampler_slots / sizeof *sampler_slots},
                           err);
    return view->bank != NULL;
}

/* The bank owns the shaders; pipelines live in a struct that is nothing but handles. */
void pipes_close(View *view) {
    GpuPipeline *all = (GpuPipeline *)(void *)&view->pipes;
    for (size_t i = 0; i < sizeof view->pipes / sizeof *all; i++) gpu_pipeline_destroy(view->gpu, all[i]);
    memset(&view->pipes, 0, sizeof view->pipes);
    shader_bank_destroy(view->bank);
    view->bank = NULL;
}

static GpuPipeline make(View *view, GpuPipeline *slot, const char *vertex, const char *fragment,
                        const char *defines, GpuPipelineDesc desc) {
    if (slot->id) return *slot;
    Err err = {{0}};
    desc.shader = shader_load(view->bank, vertex, fragment, defines, &err);
    if (err.text[0]) log_message(LOG_ERROR, "%s", err.text);
    *slot = gpu_pipeline_create(view->gpu, &desc);
    return *slot;
}

static GpuPipelineDesc head_desc(const char *label) {
    return (GpuPipelineDesc){.attributes = {{0, GPU_F32X3, 0, offsetof(HeadVertex, pos_mm)},
                                            {1, GPU_S10X3_2N, 0, offsetof(HeadVertex, normal)},
                                            {2, GPU_U16X2N, 0, offsetof(HeadVertex, uv)},
                                            {3, GPU_U8X4N, 0, offsetof(HeadVertex, ambient)}},
                             .stride_bytes = {sizeof(HeadVertex)},
                             .depth = GPU_LESS,
                             .depth_write = true,
                             .cull = GPU_CULL_BACK,
                             .label = label};
}

GpuPipeline pipe_shadow(View *view) {
    GpuPipelineDesc desc = head_desc("shadow");
    desc.attributes[1].format = GPU_ATTRIBUTE_NONE;
    desc.depth_clamp = true;
    return make(view, &view->pipes.shadow, "shadow.vert", NULL, NULL, desc);
}

GpuPipeline pipe_head(View *view, const HeadKind *kind) {
    char defines[160];
    snprintf(defines, sizeof defines,
             "#define TIER %d\n#define RELIEF %d\n#define UNLIT %d\n#define MARKS %d\n#define EYES %d\n",
             kind->tier, kind->relief, kind->unlit, kind->marks, kind->eyes);
    return make(view, &view->pipes.head[kind->tier][kind->relief][kind->unlit][kind->marks][kind->eyes],
                "head.vert", "head.frag", defines, head_desc("head"));
}

GpuPipeline pipe_depth_only(View *view) {
    GpuPipelineDesc desc = head_desc("head depth");
    for (int i = 0; i < GPU_COLOURS; i++) desc.colour_mask[i] = GPU_MASK_NONE;
    return make(view, &view->pipes.depth_only, "head.vert", "layer.frag",
                "#define LAYER 0\n#define TIER 0\n#define EYES 0\n", desc);
}

GpuPipeline pipe_layer(View *view, int layer) {
    char defines[64];
    snprintf(defines, sizeof defines, "#define LAYER %d\n#define TIER 0\n#define EYES 0\n", layer);
    return make(view, &view->pipes.layer[layer], "head.vert", "layer.frag", defines, head_desc("layer"));
}

GpuPipeline pipe_dots(View *view, bool ellipse, bool roots) {
    char defines[64];
    snprintf(defines, sizeof defines, "#define ELLIPSE %d\n#define ROOTS %d\n", ellipse, roots);
    GpuPipelineDesc desc = {.primitive = GPU_POINTS,
                            .attributes = {{0, GPU_F32X3, 0, offsetof(DotSite, pos_mm)},
                                           {1, GPU_S16X2N, 0, offsetof(DotSite, normal_oct)},
                                           {2, GPU_U32, 1, 0}},
                            .stride_bytes = {sizeof(DotSite), sizeof(DotState)},
                            .blend = {GPU_MULTIPLY},
                            .depth = GPU_LESS,
                            .label = "dots"};
    return make(view, &view->pipes.dots[ellipse][roots], "dots.vert", "dots.frag", defines, desc);
}

GpuPipeline pipe_hair(View *view, bool strips) {
    GpuPipelineDesc desc = {.primitive = GPU_POINTS,
                            .attributes = {{0, GPU_F32X3, 0, offsetof(HairSite, pos_mm)},
                                           {1, GPU_S16X2N, 0, offsetof(HairSite, normal_oct)},
                                           {2, GPU_S16X2N, 0, offsetof(HairSite, direction_oct)},
                                           {3, GPU_U8X4N, 1, 0}},
                            .stride_bytes = {sizeof(HairSite), sizeof(HairState)},
                            .blend = {GPU_ADD_ABSORB},
                            .depth = GPU_LESS,
                            .label = "short hair"};
    if (!strips) return make(view, &view->pipes.hair_point, "hair_point.vert", "hair_point.frag", NULL, desc);
    GpuPipelineDesc strip = {
        .primitive = GPU_TRIANGLE_STRIP, .blend = {GPU_ADD_ABSORB}, .depth = GPU_LESS, .label = "long hair"};
    return make(view, &view->pipes.hair_strip, "hair_strip.vert", "hair_strip.frag", NULL, strip);
}

GpuPipeline pipe_hair_shadow(View *view) {
    return make(view, &view->pipes.hair_shadow, "hair_strip.vert", NULL, NULL,
                (GpuPipelineDesc){.primitive = GPU_TRIANGLE_STRIP,
                                  .depth = GPU_LESS,
                                  .depth_write = true,
                                  .depth_clamp = true,
                                  .label = "hair's shadow"});
}

GpuPipeline pipe_lash(View *view) {
    GpuPipelineDesc desc = {.attributes = {{0, GPU_F32X3, 0, offsetof(LashVertex, pos_mm)},
                                           {1, GPU_F32X3, 0, offsetof(LashVertex, ahead_mm)},
                                           {2, GPU_F32X2, 0, offsetof(LashVertex, width_mm)}},
                            .stride_bytes = {sizeof(LashVertex)},
                            .blend = {GPU_MULTIPLY},
                            .colour_mask = {GPU_MASK_R | GPU_MASK_G | GPU_MASK_B},
                            .depth = GPU_LESS,
                            .label = "lashes"};
    return make(view, &view->pipes.lash, "lash.vert", "lash.frag", NULL, desc);
}

GpuPipeline pipe_scatter(View *view, int tier) {
    char defines[64];
    snprintf(defines, sizeof defines, "#define TAPS %d\n", scatter_taps[tier]);
    return make(view, &view->pipes.scatter[tier], "full.vert", "scatter.frag", defines,
                (GpuPipelineDesc){.label = "scatter"});
}

GpuPipeline pipe_present(View *view, const PresentKind *kind) {
    char defines[160];
    snprintf(defines, sizeof defines,
             "#define TIER %d\n#define HAIR %d\n#define OUTPUT %d\n#define UNLIT %d\n#define INK %d\n",
             kind->tier, kind->hair, kind->sum, kind->unlit, kind->ink);
    return make(view, &view->pipes.present[kind->tier][kind->hair][kind->sum][kind->unlit][kind->ink],
                "full.vert", "present.frag", defines,
                (GpuPipelineDesc){.blend = {kind->sum ? GPU_ADD : GPU_OPAQUE}, .label = "present"});
}

GpuPipeline pipe_finish(View *view, bool smooth) {
    return make(view, &view->pipes.finish[smooth], "full.vert", "finish.frag",
                smooth ? "#define SMOOTH 1\n" : "#define SMOOTH 0\n", (GpuPipelineDesc){.label = "finish"});
}

GpuPipeline pipe_backdrop(View *view, bool dither) {
    return make(view, &view->pipes.backdrop[dither], "backdrop.vert", "backdrop.frag",
                dither ? "#define DITHER 1\n" : "#define DITHER 0\n", (GpuPipelineDesc){.label = "backdrop"});
}

GpuPipeline pipe_ground(View *view) {
    return make(view, &view->pipes.ground, "full.vert", "ground.frag", NULL,
                (GpuPipelineDesc){.label = "ground"});
}

GpuPipeline pipe_ink(View *view) {
    return make(view, &view->pipes.ink, "full.vert", "ink.frag", NULL, (GpuPipelineDesc){.label = "ink"});
}

GpuPipeline pipe_copy(View *view) {
    return make(view, &view->pipes.copy, "full.vert", "copy.frag", NULL, (GpuPipelineDesc){.label = "copy"});
}
