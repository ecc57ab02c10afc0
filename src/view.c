#include "view.h"
#include "strands.h"
#include "viewsync.h"
#include <math.h>
#include <string.h>

const char *const view_layer_names[VIEW_LAYER_COUNT] = {
    "all", "skin", "dots", "hair", "mask", "normals", "shadow", "light", "scattered", "albedo", "highlights"};
const char *const view_quality_names[3] = {"draft", "standard", "final"};
const char *const view_background_names[3] = {"studio", "transparent", "dark"};

void frame_defaults(const Scene *scene, int width, int height, FrameDesc *out) {
    const Case *value = &scene->value;
    *out = (FrameDesc){.light = value->light,
                       .quality = VIEW_STANDARD,
                       .hair_length_mm = hair_view_length_mm(value),
                       .show_hair = value->hair.show != 0,
                       .show_dots = true,
                       .skin_gloss = value->skin.gloss};
    const Orbit orbit = orbit_named(CAMERA_FRONT);
    orbit_camera(&orbit, width, height, &out->camera);
}

View *view_create(Gpu *gpu, Err *err) {
    View *view = calloc(1, sizeof *view);
    if (!view) {
        err_set(err, "not enough memory for the view");
        return NULL;
    }
    view->gpu = gpu;
    if (arena_create(&view->memory, &(ArenaDesc){.name = "view", .capacity_bytes = (size_t)64 << 20}, err) &&
        pipes_open(view, err))
        return view;
    view_destroy(view);
    return NULL;
}

static void destroy_targets(View *view) {
    FrameTargets *t = &view->targets;
    GpuTarget all[] = {t->dots[0], t->dots[1], t->strands[0], t->strands[1], t->draft,
                       t->skin,    t->blur[0], t->blur[1],    t->picture,    t->sum};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) gpu_target_destroy(view->gpu, all[i]);
    *t = (FrameTargets){0};
}

static void forget_shadows(View *view) {
    view->shadow_key[0][3] = view->shadow_key[1][3] = 0;
}

void view_forget(View *view) {
    destroy_targets(view);
    gpu_target_destroy(view->gpu, view->output);
    for (int i = 0; i < 2; i++) gpu_target_destroy(view->gpu, view->shadow[i]);
    gpu_readback_destroy(view->gpu, view->reading);
    view->output = view->shadow[0] = view->shadow[1] = (GpuTarget){0};
    forget_shadows(view);
    view->reading = (GpuReadback){0};
    view->output_size[0] = view->reading_size[0] = 0;
    sync_forget(view);
}

void view_destroy(View *view) {
    if (!view) return;
    view_forget(view);
    pipes_close(view);
    arena_destroy(&view->memory);
    free(view);
}

bool view_poll_shaders(View *view) {
    return shader_bank_poll(view->bank);
}

bool view_sync_skin(View *view, const Scene *scene, Err *err) {
    const SceneRevisions *now = &scene->revision;
    SceneRevisions *seen = &view->seen;
    const bool head = !view->skin_synced || now->head != seen->head,
               skin = !view->skin_synced || now->skin != seen->skin;
    if (head && !sync_head(view, scene, err)) return false;
    if (head) forget_shadows(view);
    const bool part = skin && !head && view->skin_synced && sync_skin_part(view, scene);
    if (skin && !part) sync_skin(view, scene);
    if (head || (skin && !part)) sync_lashes(view, scene);
    seen->head = now->head;
    seen->skin = now->skin;
    view->skin_synced = true;
    return true;
}

bool view_sync(View *view, const Scene *scene, Err *err) {
    const SceneRevisions *now = &scene->revision, *seen = &view->seen;
    const bool all = !view->synced;
    if (!view_sync_skin(view, scene, err)) return false;
    if (all || now->marks != seen->marks) sync_marks(view, scene);
    const bool sites = all || now->sites != seen->sites;
    if (sites && !sync_sites(view, scene, err)) return false;
    if (sites || now->dots != seen->dots) sync_dots(view, scene);
    if (sites || now->hair != seen->hair) {
        sync_hair(view, scene);
        for (int i = 0; i < 2; i++)
            if (view->shadow_key[i][4] > 0) view->shadow_key[i][3] = 0;
    }
    view->seen = *now;
    view->synced = true;
    return true;
}

/* ---- targets ---- */
static GpuTarget plain_target(View *view, int width, int height, GpuFormat format, const char *label) {
    return gpu_target_create(
        view->gpu, &(GpuTargetDesc){.width = width, .height = height, .colour = {format}, .label = label});
}

static GpuTarget sharing_depth(View *view, int width, int height, GpuTexture colour, GpuFormat format,
                               GpuTarget owner, const char *label) {
    return gpu_target_create(view->gpu, &(GpuTargetDesc){.width = width,
                                                         .height = height,
                                                         .colour = {format},
                                                         .colour_given = {colour},
                                                         .depth_given = gpu_target_depth(view->gpu, owner),
                                                         .label = label});
}

static void need_draft(View *view) {
    FrameTargets *t = &view->targets;
    if (t->draft.id) return;
    t->draft =
        gpu_target_create(view->gpu, &(GpuTargetDesc){.width = t->width,
                                                      .height = t->height,
                                                      .colour = {t->precise ? GPU_RGBA32F : GPU_RGBA16F},
                                                      .depth = GPU_DEPTH32F,
                                                      .depth_texture = true,
                                                      .label = "draft"});
}

static void need_skin(View *view) {
    FrameTargets *t = &view->targets;
    if (t->skin.id) return;
    t->skin = gpu_target_create(view->gpu, &(GpuTargetDesc){.width = t->width,
                                                            .height = t->height,
                                                            .colour = {GPU_RGBA16F, GPU_RGBA8, GPU_RGBA16F},
                                                            .depth = GPU_DEPTH32F,
                                                            .depth_texture = true,
                                                            .label = "skin"});
    t->blur[0] = plain_target(view, t->width, t->height, GPU_RGBA16F, "scattered across");
    t->blur[1] = plain_target(view, t->width, t->height, GPU_RGBA16F, "scattered");
}

/* Eight bits are enough while a head moves, and blended in half of the time. */
static GpuTarget need_dots(View *view, int tier, bool moving) {
    FrameTargets *t = &view->targets;
    const GpuFormat format = t->precise ? GPU_RGBA32F : moving ? GPU_RGBA8 : GPU_RGBA16F;
    if (t->dots[tier].id && t->dots_format[tier] == format) return t->dots[tier];
    gpu_target_destroy(view->gpu, t->dots[tier]);
    t->dots_format[tier] = format;
    return t->dots[tier] = sharing_depth(view, t->width, t->height, (GpuTexture){0}, format,
                                         tier ? t->skin : t->draft, "dots");
}

static GpuTarget need_strands(View *view, int tier) {
    FrameTargets *t = &view->targets;
    if (!t->strands[tier].id)
        t->strands[tier] = sharing_depth(view, t->width, t->height, (GpuTexture){0}, GPU_RGBA16F,
                                         tier ? t->skin : t->draft, "strands");
    return t->strands[tier];
}

/* Targets grow to the largest part of a frame that was drawn; one that is much smaller gets its own again. */
static void fit_targets(View *view, int width, int height, bool precise) {
    FrameTargets *t = &view->targets;
    const long have = (long)t->width * t->height, want = (long)width * height;
    const bool fits = width <= t->width && height <= t->height && want * 6 >= have && precise == t->precise;
    if (fits) return;
    const bool grows = want * 6 >= have && precise == t->precise;
    const int wide = grows && t->width > width ? t->width : width,
              high = grows && t->height > height ? t->height : height;
    destroy_targets(view);
    *t = (FrameTargets){.width = wide, .height = high, .precise = precise};
}

/* ---- the frame ---- */
typedef struct Frame {
    View *view;
    const Scene *scene;
    const FrameDesc *desc;
    ViewPlace place;
    LightRig rig;
    FrameSetup setup;
    FrameBlock block;
    CullView cull;
    Camera crop;  /* what is drawn of the desc's camera */
    Camera moved; /* the same while the shutter is open */
    int tier, lod;
    bool relief, unlit, hair, dots, ink;
    int samples, rect[4]; /* what is drawn, in px of the frame from the bottom: x, y, width, height */
} Frame;

static void use_block(Frame *frame, int origin_x, int origin_y) {
    frame->block.u_viewport[2] = (float)origin_x;
    frame->block.u_viewport[3] = (float)origin_y;
    gpu_set_uniforms(frame->view->gpu, BLOCK_FRAME, &frame->block, sizeof frame->block);
}

static void frame_viewport(const Frame *frame) {
    gpu_set_viewport(frame->view->gpu, 0, 0, frame->crop.width, frame->crop.height);
}

/* Part of the head's triangles: the eyes' come last. */
static void draw_head_part(const Frame *frame, GpuPipeline pipeline, int from, int to) {
    View *view = frame->view;
    gpu_set_pipeline(view->gpu, pipeline);
    gpu_set_bindings(view->gpu,
                     &(GpuBindings){.vertices = {view->head_vertices[frame->lod]},
                                    .indices = view->head_indices[frame->lod],
                                    .textures = {[UNIT_SKIN] = frame->unlit ? view->radiance : view->albedo,
                                                 [UNIT_MARKS] = view->marks,
                                                 [UNIT_SHADOW] = gpu_target_depth(
                                                     view->gpu, view->shadow[frame->setup.shadow])}});
    gpu_draw(view->gpu, from, to - from, 1);
}

static void draw_head(const Frame *frame, GpuPipeline pipeline) {
    draw_head_part(frame, pipeline, 0, frame->view->head_index_count[frame->lod]);
}

/* Short strands are points; from about ten pixels on they are strips. */
static bool hair_is_long(const Frame *frame) {
    const double px =
        (double)frame->desc->hair_length_mm / view_mm_per_px(&frame->desc->camera, &frame->view->bounds);
    return frame->desc->hair_length_mm > 6 || px > 14;
}

/* Hair that is long enough to hang over the face shades it; the shade of shorter hair is its roots'. */
static float shading_hair_mm(const Frame *frame) {
    const float least_mm = 8, length_mm = frame->desc->hair_length_mm;
    return frame->hair && frame->view->hair.count > 0 && hair_is_long(frame) && length_mm >= least_mm
               ? length_mm
               : 0;
}

/* Strands seen from the key, no thinner than a texel of 0.3 mm, so one of four. */
static void draw_hair_shadow(Frame *frame) {
    View *view = frame->view;
    const float share = 0.25f, segments = 4, away_mm = 1e5f;
    FrameBlock block = frame->block;
    const int size = view_shadow_px[frame->setup.shadow];
    for (int i = 0; i < 16; i++)
        block.u_clip_from_head[i] =
            2 * block.u_shadow_from_head[i] - (i % 4 == 3 ? block.u_shadow_from_head[i]
                                               : i >= 12  ? 1
                                                          : 0);
    for (int i = 0; i < 3; i++) block.u_camera_mm[i] = frame->rig.direction[LIGHT_KEY][i] * away_mm;
    block.u_viewport[0] = block.u_viewport[1] = (float)size;
    block.u_camera_mm[3] = (float)size * block.u_shadow[3];
    block.u_hair[3] = share;
    block.u_hair_more[0] = segments;
    block.u_hair_more[1] = 1;
    block.u_flags[2] = 1; /* no light is wanted */
    gpu_set_uniforms(view->gpu, BLOCK_FRAME, &block, sizeof block);
    gpu_set_pipeline(view->gpu, pipe_hair_shadow(view));
    gpu_set_bindings(
        view->gpu,
        &(GpuBindings){
            .textures = {
                [UNIT_HAIR_SITE] = view->hair.site_texels, [UNIT_HAIR_STATE] = view->hair.state_texels}});
    gpu_draw(view->gpu, 0, (int)view->hair.count * (2 * (int)segments + 4), 1);
    use_block(frame, 0, 0);
}

static bool shadow_is_current(const float key[5], const LightRig *rig, int lod, float hair_mm) {
    for (int i = 0; i < 3; i++)
        if (fabsf(key[i] - rig->direction[LIGHT_KEY][i]) > 1e-6f) return false;
    return key[3] == (float)(1 + lod) && key[4] == hair_mm;
}

/* Drawn again only when the light has turned or the head or its level of detail changed. The level is the
 * frame's own: at the neck's border the coarser triangles stand some mm proud of the finer ones and would
 * shade them. */
static void pass_shadow(Frame *frame) {
    View *view = frame->view;
    GpuTarget *shadow = &view->shadow[frame->setup.shadow];
    float *key = view->shadow_key[frame->setup.shadow];
    if (!shadow->id)
        *shadow = gpu_target_create(view->gpu, &(GpuTargetDesc){.width = view_shadow_px[frame->setup.shadow],
                                                                .height = view_shadow_px[frame->setup.shadow],
                                                                .depth = GPU_DEPTH32F,
                                                                .depth_texture = true,
                                                                .depth_compare = true,
                                                                .label = "shadow"});
    const float hair_mm = shading_hair_mm(frame);
    if (frame->unlit || shadow_is_current(key, &frame->rig, frame->lod, hair_mm)) return;
    gpu_timer_begin(view->gpu, "shadow");
    gpu_pass_begin(view->gpu, &(GpuPassDesc){.target = *shadow, .depth_load = GPU_CLEAR});
    gpu_set_pipeline(view->gpu, pipe_shadow(view));
    gpu_set_bindings(view->gpu, &(GpuBindings){.vertices = {view->head_vertices[frame->lod]},
                                               .indices = view->head_indices[frame->lod]});
    gpu_draw(view->gpu, 0, view->head_index_count[frame->lod], 1);
    if (hair_mm > 0) draw_hair_shadow(frame);
    gpu_pass_end(view->gpu);
    gpu_timer_end(view->gpu, "shadow");
    memcpy(key, frame->rig.direction[LIGHT_KEY], 3 * sizeof(float));
    key[3] = (float)(1 + frame->lod);
    key[4] = hair_mm;
}

static void pass_head(Frame *frame) {
    View *view = frame->view;
    gpu_timer_begin(view->gpu, "head");
    GpuPassDesc pass = {.target = frame->tier ? view->targets.skin : view->targets.draft,
                        .colour_load = {GPU_CLEAR, GPU_CLEAR, GPU_CLEAR},
                        .depth_load = GPU_CLEAR};
    /* nothing is that near: no light crosses the outline; nor has a highlight less than no light */
    pass.clear_rgba[0][3] = frame->tier ? -10000 : -1;
    gpu_pass_begin(view->gpu, &pass);
    frame_viewport(frame);
    HeadKind kind = {frame->tier, frame->relief, frame->unlit, view->marks.id && frame->tier, false};
    const int all = view->head_index_count[frame->lod], skin = view->head_skin_count[frame->lod];
    draw_head_part(frame, pipe_head(view, &kind), 0, frame->unlit ? all : skin);
    kind.eyes = true;
    if (skin < all && !frame->unlit) draw_head_part(frame, pipe_head(view, &kind), skin, all);
    gpu_pass_end(view->gpu);
    gpu_timer_end(view->gpu, "head");
}

static void draw_points(Frame *frame, const PointBuffers *points, GpuPipeline pipeline, float reach_mm,
                        float slack, int vertices_a_point, const GpuBindings *bindings) {
    View *view = frame->view;
    if (points->count == 0) return;
    const int ranges = cull_clusters(&frame->cull, points->cluster, points->cluster_count, points->live,
                                     reach_mm, slack, view->firsts, view->counts);
    for (int i = 0; i < ranges && vertices_a_point > 1; i++) {
        view->firsts[i] *= vertices_a_point;
        view->counts[i] *= vertices_a_point;
    }
    gpu_set_pipeline(view->gpu, pipeline);
    gpu_set_bindings(view->gpu, bindings);
    gpu_draw_ranges(view->gpu, view->firsts, view->counts, ranges);
}

/* Reach of a dot's halo (dots.vert); dots themselves are smaller. */
static double dot_radius_px(double mm_per_px) {
    return 0.45 / mm_per_px;
}

static void draw_all_dots(Frame *frame) {
    View *view = frame->view;
    const bool ink_only = frame->desc->layers == VIEW_DOTS || frame->desc->layers == VIEW_HAIR;
    const double mm_per_px = view_mm_per_px(&frame->desc->camera, &view->bounds);
    const double shade_mm = fmin(0.35 * (double)frame->desc->hair_length_mm, 0.7) * 1.3; /* dots.vert */
    const bool shade_wide = ink_only ? false : shade_mm / mm_per_px > 1;
    const bool wide = 0.18 / mm_per_px > 0.5; /* a narrower halo is the tent's width */
    const bool wanted[2] = {frame->dots, frame->hair && frame->desc->layers != VIEW_DOTS};
    for (int i = 0; i < 2; i++) {
        const PointBuffers *points = i == 0 ? &view->dots : &view->roots;
        if (wanted[i])
            draw_points(frame, points, pipe_dots(view, wide || (i == 1 && shade_wide), i == 1), 0.5f, 0, 1,
                        &(GpuBindings){.vertices = {points->site, points->state}});
    }
}

/* Near enough to tell them from a shadow. */
static void draw_lashes(const Frame *frame) {
    const View *view = frame->view;
    const double least_mm_per_px = 0.8;
    if (!view->lashes.id || view_mm_per_px(&frame->desc->camera, &view->bounds) > least_mm_per_px) return;
    gpu_set_pipeline(view->gpu, pipe_lash(frame->view));
    gpu_set_bindings(view->gpu, &(GpuBindings){.vertices = {view->lashes}});
    gpu_draw(view->gpu, 0, view->lash_vertices, 1);
}

static void pass_dots(Frame *frame) {
    View *view = frame->view;
    if (!frame->ink) return;
    gpu_timer_begin(view->gpu, "dots");
    const bool moving = frame->desc->quality == VIEW_DRAFT;
    gpu_pass_begin(view->gpu, &(GpuPassDesc){.target = need_dots(view, frame->tier, moving),
                                             .colour_load = {GPU_CLEAR},
                                             .clear_rgba = {{1, 1, 1, 1}}});
    frame_viewport(frame);
    draw_all_dots(frame);
    draw_lashes(frame);
    gpu_pass_end(view->gpu);
    gpu_timer_end(view->gpu, "dots");
}

static void full_pass(Frame *frame, GpuTarget target, GpuPipeline pipeline, const GpuBindings *bindings) {
    Gpu *gpu = frame->view->gpu;
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = target});
    frame_viewport(frame);
    gpu_set_scissor(gpu, 0, 0, frame->crop.width, frame->crop.height);
    gpu_set_pipeline(gpu, pipeline);
    gpu_set_bindings(gpu, bindings);
    gpu_draw(gpu, 0, 3, 1);
    gpu_pass_end(gpu);
}

/* The irradiance after scattering: the skin target's own where a pixel is too coarse to show it. */
static GpuTexture pass_scatter(Frame *frame) {
    View *view = frame->view;
    FrameTargets *t = &view->targets;
    const GpuTexture sharp = gpu_target_colour(view->gpu, t->skin, 0);
    const double mm_per_px = view_mm_per_px(&frame->desc->camera, &view->bounds);
    int kind = mm_per_px > 0.3 ? 0 : mm_per_px > 0.1 ? 1 : 2;
    if (frame->desc->quality == VIEW_FINAL && kind < 2) kind++;
    KernelBlock kernel;
    if (scatter_kernel_build(mm_per_px, scatter_taps[kind], &kernel) == 1) return sharp;
    gpu_timer_begin(view->gpu, "scatter");
    for (int axis = 0; axis < 2; axis++) {
        kernel.u_axis[0] = axis == 0;
        kernel.u_axis[1] = axis == 1;
        gpu_set_uniforms(view->gpu, BLOCK_KERNEL, &kernel, sizeof kernel);
        const GpuTexture from = axis == 0 ? sharp : gpu_target_colour(view->gpu, t->blur[0], 0);
        full_pass(frame, t->blur[axis], pipe_scatter(view, kind),
                  &(GpuBindings){.textures = {[UNIT_LIGHT] = from}});
    }
    gpu_timer_end(view->gpu, "scatter");
    return gpu_target_colour(view->gpu, t->blur[1], 0);
}

static void pass_strands(Frame *frame) {
    View *view = frame->view;
    gpu_timer_begin(view->gpu, "strands");
    gpu_pass_begin(view->gpu, &(GpuPassDesc){.target = need_strands(view, frame->tier),
                                             .colour_load = {GPU_CLEAR},
                                             .clear_rgba = {{0, 0, 0, 1}}});
    frame_viewport(frame);
    const PointBuffers *hair = &view->hair;
    const float length_mm = frame->desc->hair_length_mm;
    if (hair_is_long(frame))
        draw_points(
            frame, hair, pipe_hair(view, true), length_mm, 0.6f, 2 * frame->setup.hair_segments + 4,
            &(GpuBindings){
                .textures = {[UNIT_HAIR_SITE] = hair->site_texels, [UNIT_HAIR_STATE] = hair->state_texels}});
    else
        draw_points(frame, hair, pipe_hair(view, false), length_mm, 0.15f, 1,
                    &(GpuBindings){.vertices = {hair->site, hair->state}});
    gpu_pass_end(view->gpu);
    gpu_timer_end(view->gpu, "strands");
}

static GpuBindings present_bindings(const Frame *frame, GpuTexture light) {
    const View *view = frame->view;
    const FrameTargets *t = &view->targets;
    GpuBindings out = {.textures = {[UNIT_LIGHT] = light}};
    if (frame->tier) {
        out.textures[UNIT_ALBEDO] = gpu_target_colour(view->gpu, t->skin, 1);
        out.textures[UNIT_SPECULAR] = gpu_target_colour(view->gpu, t->skin, 2);
    }
    if (frame->ink) out.textures[UNIT_INK] = gpu_target_colour(view->gpu, t->dots[frame->tier], 0);
    if (frame->hair) out.textures[UNIT_STRANDS] = gpu_target_colour(view->gpu, t->strands[frame->tier], 0);
    return out;
}

/* ---- the place ---- */
static void place_begin(Frame *frame) {
    const ViewPlace *place = &frame->place;
    const int width = frame->desc->camera.width, height = frame->desc->camera.height;
    const int bottom = place->height - place->y - height;
    Gpu *gpu = frame->view->gpu;
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = place->target,
                                       .window_width = place->width,
                                       .window_height = place->height});
    gpu_set_viewport(gpu, place->x, bottom, width, height);
    use_block(frame, place->x + frame->rect[0], bottom + frame->rect[1]);
}

static void place_scissor(const Frame *frame, int x, int y, int width, int height) {
    const ViewPlace *place = &frame->place;
    gpu_set_scissor(frame->view->gpu, place->x + x, place->height - place->y - frame->desc->camera.height + y,
                    width, height);
}

static void place_draw(Frame *frame, GpuPipeline pipeline, const GpuBindings *bindings) {
    /* the rectangle may reach beyond the frame; its neighbour in the place may not be touched */
    const int *r = frame->rect, w = frame->desc->camera.width, h = frame->desc->camera.height;
    const int x0 = r[0] > 0 ? r[0] : 0, y0 = r[1] > 0 ? r[1] : 0;
    const int x1 = r[0] + r[2] < w ? r[0] + r[2] : w, y1 = r[1] + r[3] < h ? r[1] + r[3] : h;
    place_scissor(frame, x0, y0, x1 - x0, y1 - y0);
    gpu_set_pipeline(frame->view->gpu, pipeline);
    if (bindings) gpu_set_bindings(frame->view->gpu, bindings);
    gpu_draw(frame->view->gpu, 0, 3, 1);
}

/* Part of the frame that the bust's shadow can darken; empty without one. */
static void ground_rect(const Frame *frame, int out[4]) {
    const float *g = frame->block.u_ground_px;
    memset(out, 0, 4 * sizeof *out);
    if (g[2] <= 0) return;
    const int size[2] = {frame->desc->camera.width, frame->desc->camera.height};
    for (int i = 0; i < 2; i++) {
        const float reach = 1 / g[2 + i];
        const int from = (int)fmaxf(floorf(g[i] - reach), 0),
                  to = (int)fminf(ceilf(g[i] + reach), (float)size[i]);
        out[i] = from;
        out[2 + i] = to > from ? to - from : 0;
    }
}

static void place_strip(Frame *frame, const int strip[4], const int within[4], GpuPipeline pipeline,
                        int vertices) {
    const int x0 = strip[0] > within[0] ? strip[0] : within[0],
              y0 = strip[1] > within[1] ? strip[1] : within[1];
    const int right = strip[0] + strip[2], other_right = within[0] + within[2];
    const int top = strip[1] + strip[3], other_top = within[1] + within[3];
    const int x1 = right < other_right ? right : other_right, y1 = top < other_top ? top : other_top;
    if (x1 <= x0 || y1 <= y0) return;
    place_scissor(frame, x0, y0, x1 - x0, y1 - y0);
    gpu_set_pipeline(frame->view->gpu, pipeline);
    gpu_draw(frame->view->gpu, 0, vertices, 1);
}

/* The four strips around the head's rectangle. */
static void place_backdrop(Frame *frame) {
    enum { BACKDROP_VERTICES = 32 * 18 * 6 }; /* backdrop.vert */
    const int w = frame->desc->camera.width, h = frame->desc->camera.height, *r = frame->rect;
    const int whole[4] = {0, 0, w, h};
    const int strip[4][4] = {{0, 0, w, r[1]},
                             {0, r[1] + r[3], w, h - r[1] - r[3]},
                             {0, r[1], r[0], r[3]},
                             {r[0] + r[2], r[1], w - r[0] - r[2], r[3]}};
    const bool dither = frame->tier || frame->unlit;
    int ground[4];
    ground_rect(frame, ground);
    for (int i = 0; i < 4; i++) {
        place_strip(frame, strip[i], whole, pipe_backdrop(frame->view, dither), BACKDROP_VERTICES);
        place_strip(frame, strip[i], ground, pipe_ground(frame->view), 3);
    }
}

static PresentKind present_kind(const Frame *frame, bool sum) {
    return (PresentKind){frame->tier, frame->hair, sum, frame->unlit, frame->ink};
}

static void pass_present(Frame *frame, GpuTexture light) {
    const PresentKind kind = present_kind(frame, false);
    View *view = frame->view;
    FrameTargets *t = &view->targets;
    const GpuBindings bindings = present_bindings(frame, light);
    const bool smooth = frame->desc->quality == VIEW_STANDARD && frame->tier;
    gpu_timer_begin(view->gpu, "present");
    if (smooth) {
        if (!t->picture.id) t->picture = plain_target(view, t->width, t->height, GPU_RGBA8, "picture");
        use_block(frame, 0, 0);
        full_pass(frame, t->picture, pipe_present(view, &kind), &bindings);
    }
    place_begin(frame);
    place_backdrop(frame);
    if (smooth)
        place_draw(frame, pipe_finish(view, true),
                   &(GpuBindings){.textures = {[UNIT_PICTURE] = gpu_target_colour(view->gpu, t->picture, 0),
                                               [UNIT_LIGHT] = gpu_target_colour(view->gpu, t->skin, 0)}});
    else
        place_draw(frame, pipe_present(view, &kind), &bindings);
    gpu_pass_end(view->gpu);
    gpu_timer_end(view->gpu, "present");
}

static void pass_accumulate(Frame *frame, GpuTexture light, bool first) {
    const PresentKind kind = present_kind(frame, true);
    View *view = frame->view;
    FrameTargets *t = &view->targets;
    if (!t->sum.id) t->sum = plain_target(view, t->width, t->height, GPU_RGBA32F, "samples");
    const GpuBindings bindings = present_bindings(frame, light);
    gpu_pass_begin(view->gpu,
                   &(GpuPassDesc){.target = t->sum, .colour_load = {first ? GPU_CLEAR : GPU_KEEP}});
    frame_viewport(frame);
    gpu_set_pipeline(view->gpu, pipe_present(view, &kind));
    gpu_set_bindings(view->gpu, &bindings);
    gpu_draw(view->gpu, 0, 3, 1);
    gpu_pass_end(view->gpu);
}

static void pass_average(Frame *frame) {
    View *view = frame->view;
    frame->block.u_flags[3] = (float)frame->samples;
    place_begin(frame);
    place_backdrop(frame);
    place_draw(
        frame, pipe_finish(view, false),
        &(GpuBindings){.textures = {[UNIT_PICTURE] = gpu_target_colour(view->gpu, view->targets.sum, 0)}});
    gpu_pass_end(view->gpu);
}

/* ---- layers for measuring ---- */
static void draw_plain_layer(Frame *frame) {
    View *view = frame->view;
    need_draft(view);
    if (frame->desc->layers == VIEW_SHADOW) pass_shadow(frame);
    /* through a plain target of ours: the place may have no depth */
    if (!view->targets.picture.id)
        view->targets.picture =
            plain_target(view, view->targets.width, view->targets.height, GPU_RGBA8, "picture");
    GpuTarget layer = sharing_depth(view, view->targets.width, view->targets.height,
                                    gpu_target_colour(view->gpu, view->targets.picture, 0), GPU_FORMAT_NONE,
                                    view->targets.draft, "layer");
    gpu_pass_begin(view->gpu, &(GpuPassDesc){.target = view->targets.draft, .depth_load = GPU_CLEAR});
    gpu_pass_end(view->gpu);
    gpu_pass_begin(view->gpu,
                   &(GpuPassDesc){.target = layer, .colour_load = {GPU_CLEAR}, .clear_rgba = {{0, 0, 0, 1}}});
    frame_viewport(frame);
    draw_head(frame, pipe_layer(view, (int)frame->desc->layers - VIEW_MASK));
    gpu_pass_end(view->gpu);
    place_begin(frame);
    place_draw(frame, pipe_copy(view),
               &(GpuBindings){
                   .textures = {[UNIT_PICTURE] = gpu_target_colour(view->gpu, view->targets.picture, 0)}});
    gpu_pass_end(view->gpu);
    gpu_target_destroy(view->gpu, layer);
}

static void draw_ink_layer(Frame *frame) {
    View *view = frame->view;
    frame->tier = 0;
    need_draft(view);
    gpu_pass_begin(view->gpu, &(GpuPassDesc){.target = view->targets.draft,
                                             .colour_load = {GPU_CLEAR},
                                             .depth_load = GPU_CLEAR,
                                             .clear_rgba = {{1, 1, 1, 1}}});
    frame_viewport(frame);
    draw_head(frame, pipe_depth_only(view));
    draw_all_dots(frame);
    gpu_pass_end(view->gpu);
    if (frame->desc->layers == VIEW_HAIR) pass_strands(frame);
    place_begin(frame);
    GpuBindings bindings = {
        .textures = {[UNIT_LIGHT] = gpu_target_colour(view->gpu, view->targets.draft, 0)}};
    if (frame->desc->layers == VIEW_HAIR)
        bindings.textures[UNIT_STRANDS] = gpu_target_colour(view->gpu, view->targets.strands[0], 0);
    else
        bindings.textures[UNIT_STRANDS] = bindings.textures[UNIT_LIGHT];
    place_draw(frame, pipe_ink(view), &bindings);
    gpu_pass_end(view->gpu);
}

/* ---- one frame ---- */
/* Triangles of a few pixels: 6, 3 and 1.5 mm are the edges of the three meshes; the coarse one's ears are too
 * rough for more than a thumbnail at rest. A final picture can afford the next finer one, for the ears' rims.
 */
static int choose_lod(const View *view, const FrameDesc *desc, double mm_per_px) {
    int lod = mm_per_px > 1.6 ? HEAD_LOD_COARSE : mm_per_px > 0.4 ? HEAD_LOD_MEDIUM : HEAD_LOD_FINE;
    if (desc->quality == VIEW_DRAFT && lod > HEAD_LOD_COARSE) lod--;
    if (desc->quality == VIEW_FINAL && lod < HEAD_LOD_FINE) lod++;
    while (lod > 0 && view->head_index_count[lod] == 0) lod--;
    while (lod < HEAD_LOD_FINE && view->head_index_count[lod] == 0) lod++;
    return lod;
}

/* Fewer, wider strands where they are thinner than a pixel and many lie over one another (Cook et al. 2007);
 * and segments as the length on the screen asks. */
static void choose_hair(Frame *frame, double mm_per_px) {
    const double length_mm = frame->desc->hair_length_mm, px = length_mm / mm_per_px;
    frame->setup.hair_segments = px < 8 ? 2 : px < 30 ? 4 : px < 90 ? 7 : 12;
    const double turns = length_mm * (double)strands_coil(frame->scene->value.hair.curl).turn_rad_mm / 6.2832;
    if (frame->scene->value.hair.curl > 0.2f) /* six to a turn of the coil */
        frame->setup.hair_segments = (int)fmax(frame->setup.hair_segments, fmin(6 * turns, 30));
    const double thin = fmin(fmax(0.07 / mm_per_px, 0.12), 1); /* hair's width in px */
    const double kept =
        frame->desc->quality == VIEW_FINAL ? 1 : fmin(fmax(thin * 12 / fmax(length_mm, 1), 0.2), 1);
    frame->setup.hair_share = (float)kept;
    frame->setup.hair_widening = (float)(1 / kept);
    frame->setup.curl = frame->scene->value.hair.curl;
}

/* GL leaves out a point whose centre lies outside: in close-ups dots at the border must not vanish. */
static void extend_rect(const Camera *camera, double radius_px, int rect[4]) {
    const int size[2] = {camera->width, camera->height},
              margin = radius_px > 1 ? (int)fmin(ceil(radius_px) + 2, 96) : 0;
    for (int i = 0; i < 2; i++) {
        if (rect[i] + rect[2 + i] >= size[i]) rect[2 + i] += margin;
        if (rect[i] > 0) continue;
        rect[i] -= margin;
        rect[2 + i] += margin;
    }
}

static void frame_open(View *view, const Scene *scene, const FrameDesc *desc, const ViewPlace *place,
                       Frame *out) {
    *out = (Frame){.view = view, .scene = scene, .desc = desc, .place = *place};
    const double mm_per_px = view_mm_per_px(&desc->camera, &view->bounds);
    out->unlit = desc->light.preset == LIGHT_PHOTO && scene->skin.radiance.rgba != NULL;
    out->tier = (desc->quality != VIEW_DRAFT && !out->unlit) || desc->layers >= VIEW_LIGHT;
    out->relief = desc->quality != VIEW_DRAFT && !out->unlit && mm_per_px < VIEW_RELIEF_MM_PER_PX;
    out->lod = choose_lod(view, desc, mm_per_px);
    const bool shows_hair =
        desc->layers == VIEW_ALL || desc->layers == VIEW_HAIR || desc->layers == VIEW_SHADOW;
    out->hair = shows_hair && desc->show_hair && view->hair.count + view->roots.count > 0;
    out->dots =
        (desc->layers == VIEW_ALL || desc->layers == VIEW_DOTS) && desc->show_dots && view->dots.count > 0;
    out->ink = out->dots || out->hair;
    out->samples = desc->quality == VIEW_FINAL && desc->layers <= VIEW_SKIN
                       ? (desc->samples > 0 ? desc->samples : 16)
                       : 1;
    out->setup =
        (FrameSetup){.desc = desc,
                     .bounds = &view->bounds,
                     .eyes = &view->eyes,
                     .iris_lin = view->iris_lin,
                     .shadow = out->tier || desc->layers == VIEW_SHADOW ? SHADOW_FULL : SHADOW_DRAFT};
    choose_hair(out, mm_per_px);
    const int whole[4] = {0, 0, desc->camera.width, desc->camera.height};
    memcpy(out->rect, whole, sizeof whole);
    if (desc->layers < VIEW_DOTS)
        head_rect(&desc->camera, &scene->mesh[HEAD_LOD_COARSE], &view->bounds,
                  out->hair ? (double)desc->hair_length_mm + 1 : 1, out->rect);
    extend_rect(&desc->camera, dot_radius_px(mm_per_px), out->rect);
    out->crop = camera_cropped(&desc->camera, out->rect);
    out->setup.crop_px[0] = out->rect[0];
    out->setup.crop_px[1] = out->rect[1];
    /* Far away a dot takes less than half floats tell from 1: more than 1/2000 needs full ones. So does ink
     * that is measured: drivers cut what half floats cannot hold, 2.8 % too much of it at 0.5 mm a pixel. */
    const bool measured = desc->layers == VIEW_DOTS || desc->layers == VIEW_HAIR;
    fit_targets(view, out->crop.width, out->crop.height, measured || mm_per_px > 0.7);
}

static void frame_sample(Frame *frame, int sample) {
    light_rig_build(&frame->desc->light, &frame->desc->camera, sample, frame->samples, &frame->rig);
    frame->rig.unlit = frame->unlit;
    view_jitter(sample, frame->samples, frame->setup.jitter_px);
    const double open = (sample + 0.5) / frame->samples - 0.5;
    frame->moved = camera_orbited(&frame->crop, frame->desc->pivot_mm, open * frame->desc->shutter_deg);
    cull_view_build(&frame->moved, &frame->cull);
    frame_block_build(&frame->setup, &frame->block);
    use_block(frame, 0, 0);
}

static GpuTexture frame_light(Frame *frame) {
    View *view = frame->view;
    if (frame->tier)
        need_skin(view);
    else
        need_draft(view);
    pass_shadow(frame);
    pass_head(frame);
    pass_dots(frame);
    const GpuTexture light =
        frame->tier ? pass_scatter(frame) : gpu_target_colour(view->gpu, view->targets.draft, 0);
    if (frame->hair) pass_strands(frame);
    return light;
}

/* What a pass hands on. */
static void draw_pass_layer(Frame *frame) {
    const View *view = frame->view;
    const GpuTexture scattered = frame_light(frame);
    const int colour = frame->desc->layers == VIEW_ALBEDO       ? 1
                       : frame->desc->layers == VIEW_HIGHLIGHTS ? 2
                                                                : 0;
    const GpuTexture shown = frame->desc->layers == VIEW_SCATTERED
                                 ? scattered
                                 : gpu_target_colour(view->gpu, view->targets.skin, colour);
    place_begin(frame);
    place_draw(frame, pipe_ink(frame->view),
               &(GpuBindings){.textures = {[UNIT_LIGHT] = shown, [UNIT_STRANDS] = shown}});
    gpu_pass_end(view->gpu);
}

bool view_draw(View *view, const Scene *scene, const FrameDesc *desc, const ViewPlace *place, Err *err) {
    if (!view->synced) return err_set(err, "the scene has not been uploaded yet");
    if (desc->camera.width < 1 || desc->camera.height < 1) return err_set(err, "the picture has no size");
    Frame frame;
    frame_open(view, scene, desc, place, &frame);
    frame.setup.crop = &frame.moved;
    frame.setup.rig = &frame.rig;
    if (frame.unlit) sync_radiance(view, scene);
    if (desc->layers >= VIEW_DOTS) {
        frame.samples = 1;
        frame_sample(&frame, 0);
        if (desc->layers == VIEW_DOTS || desc->layers == VIEW_HAIR)
            draw_ink_layer(&frame);
        else if (desc->layers >= VIEW_LIGHT)
            draw_pass_layer(&frame);
        else
            draw_plain_layer(&frame);
        return true;
    }
    for (int sample = 0; sample < frame.samples; sample++) {
        frame_sample(&frame, sample);
        const GpuTexture light = frame_light(&frame);
        if (frame.samples == 1)
            pass_present(&frame, light);
        else
            pass_accumulate(&frame, light, sample == 0);
    }
    if (frame.samples > 1) pass_average(&frame);
    return true;
}

/* ---- pictures ---- */
static bool draw_to_output(View *view, const Scene *scene, const FrameDesc *desc, Err *err) {
    const int width = desc->camera.width, height = desc->camera.height;
    const int most = gpu_info(view->gpu)->max_texture_px;
    if (width > most || height > most)
        return err_set(err, "a picture of %d x %d is larger than the graphics driver draws (%d)", width,
                       height, most);
    if (view->output_size[0] != width || view->output_size[1] != height) {
        gpu_target_destroy(view->gpu, view->output);
        view->output = plain_target(view, width, height, GPU_RGBA8, "output");
        view->output_size[0] = width;
        view->output_size[1] = height;
    }
    if (!gpu_target_ok(view->gpu, view->output))
        return err_set(err, "not enough graphics memory for a picture of %d x %d", width, height);
    const ViewPlace place = {.target = view->output, .width = width, .height = height};
    return view_draw(view, scene, desc, &place, err);
}

bool view_render(View *view, const Scene *scene, const FrameDesc *desc, Arena *arena, Image *out, Err *err) {
    *out = (Image){0};
    if (!view_sync(view, scene, err) || !draw_to_output(view, scene, desc, err)) return false;
    Image image;
    const int width = desc->camera.width, height = desc->camera.height;
    if (!image_alloc(arena, width, height, &image, err)) return false;
    if (!gpu_read(view->gpu, view->output, 0, 0, 0, width, height, height, GPU_READ_RGBA8, image.rgba, err))
        return false;
    gpu_frame_end(view->gpu);
    *out = image;
    return true;
}

bool view_begin(View *view, const Scene *scene, const FrameDesc *desc, uint64_t tag, Err *err) {
    if (!view_sync(view, scene, err) || !draw_to_output(view, scene, desc, err)) return false;
    const int width = desc->camera.width, height = desc->camera.height;
    if (view->reading_size[0] != width || view->reading_size[1] != height) {
        gpu_readback_destroy(view->gpu, view->reading);
        view->reading = gpu_readback_create(view->gpu, &(GpuReadbackDesc){.width = width,
                                                                          .height = height,
                                                                          .format = GPU_READ_RGBA8,
                                                                          .in_flight = VIEW_READS_IN_FLIGHT,
                                                                          .label = "video frames"});
        view->reading_size[0] = width;
        view->reading_size[1] = height;
    }
    if (!gpu_readback_begin(view->gpu, view->reading, view->output, 0, tag))
        return err_set(err, "the graphics driver could not hand over a frame");
    gpu_frame_end(view->gpu);
    return true;
}

bool view_full(const View *view) {
    return view->reading.id && gpu_readback_full(view->gpu, view->reading);
}

const uint8_t *view_take(View *view, bool wait, uint64_t *tag) {
    return view->reading.id ? gpu_readback_take(view->gpu, view->reading, wait, tag) : NULL;
}

void view_release(View *view) {
    gpu_readback_release(view->gpu, view->reading);
}
