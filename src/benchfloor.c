#include "benchfloor.h"
#include "../engine/rng.h"
#include "../engine/shader.h"
#include "viewpasses.h"
#include <math.h>
#include <string.h>

enum { RINGS = 125, SECTORS = 200, FLOOR_CLUSTER = 256 }; /* 2 * 125 * 200 = 50,000 triangles */
#define FLOOR_RADIUS_MM 105.0f

typedef struct FloorBlock {
    float u_clip_from_world[16];
    float u_eye[4];
} FloorBlock;

typedef struct FloorDot {
    float pos_mm[3];
    int16_t normal_oct[2];
    float size_px;
} FloorDot;
static_assert(sizeof(FloorDot) == 20, "GPU record");

struct Floor {
    Gpu *gpu;
    ShaderBank *bank;
    Arena arena;
    int width, height;
    GpuPipeline mesh, dots;
    GpuBuffer vertices, indices, points;
    GpuTarget target;
    PointCluster *cluster;
    uint32_t cluster_count;
    int32_t *firsts, *counts;
    uint8_t *pixels;
};

static const GpuSlot floor_blocks[] = {{"Floor", 0}};

static void build_mesh(Floor *floor) {
    const uint32_t columns = SECTORS + 1, count = (RINGS + 1) * columns;
    float(*pos)[3] = arena_push_array(&floor->arena, sizeof *pos, count);
    uint32_t(*tri)[3] = arena_push_array(&floor->arena, sizeof *tri, 2 * RINGS * SECTORS);
    for (uint32_t r = 0; r <= RINGS; r++)
        for (uint32_t s = 0; s <= SECTORS; s++) {
            const float a = 3.14159265f * (float)r / RINGS, b = 6.28318531f * (float)s / SECTORS;
            float *p = pos[r * columns + s];
            p[0] = FLOOR_RADIUS_MM * sinf(a) * sinf(b);
            p[1] = FLOOR_RADIUS_MM * cosf(a);
            p[2] = FLOOR_RADIUS_MM * sinf(a) * cosf(b);
        }
    uint32_t n = 0;
    for (uint32_t r = 0; r < RINGS; r++)
        for (uint32_t s = 0; s < SECTORS; s++) {
            const uint32_t at = r * columns + s;
            const uint32_t two[2][3] = {{at, at + columns, at + 1}, {at + 1, at + columns, at + columns + 1}};
            memcpy(tri[n], two, sizeof two);
            n += 2;
        }
    floor->vertices = gpu_buffer_create(
        floor->gpu,
        &(GpuBufferDesc){.size_bytes = count * sizeof *pos, .data = pos, .label = "floor sphere"});
    floor->indices = gpu_buffer_create(floor->gpu, &(GpuBufferDesc){.kind = GPU_INDICES,
                                                                    .size_bytes = n * sizeof *tri,
                                                                    .data = tri,
                                                                    .label = "floor triangles"});
}

typedef struct Sorted {
    uint64_t key;
    float pos[3];
} Sorted;

static int by_key(const void *a, const void *b) {
    const uint64_t x = ((const Sorted *)a)->key, y = ((const Sorted *)b)->key;
    return x < y ? -1 : x > y;
}

static uint64_t spread_bits(uint64_t v) {
    uint64_t out = 0;
    for (int bit = 0; bit < 10; bit++) out |= ((v >> bit) & 1) << (3 * bit);
    return out;
}

/* Even over the sphere (Fibonacci lattice), in Morton order. */
static Sorted *sorted_points(Floor *floor, uint32_t count) {
    Sorted *out = ARENA_ARRAY(&floor->arena, Sorted, count);
    if (!out) return NULL;
    for (uint32_t i = 0; i < count; i++) {
        const double y = 1 - 2 * (i + 0.5) / count, r = sqrt(1 - y * y), a = i * 2.39996322972865332;
        const double at[3] = {r * cos(a), y, r * sin(a)};
        out[i].key = 0;
        for (int k = 0; k < 3; k++) {
            out[i].pos[k] = (float)at[k];
            out[i].key |= spread_bits((uint64_t)((at[k] * 0.5 + 0.5) * 1023)) << k;
        }
    }
    qsort(out, count, sizeof *out, by_key);
    return out;
}

static void fit_cluster(PointCluster *cluster, const Sorted *point) {
    float sum[3] = {0}, length = 0;
    for (uint32_t i = 0; i < cluster->count; i++)
        for (int k = 0; k < 3; k++) sum[k] += point[i].pos[k];
    for (int k = 0; k < 3; k++) length += sum[k] * sum[k];
    for (int k = 0; k < 3; k++) {
        cluster->cone_axis[k] = sum[k] / sqrtf(length);
        cluster->centre_mm[k] = cluster->cone_axis[k] * FLOOR_RADIUS_MM;
    }
    cluster->cone_cos = 1;
    for (uint32_t i = 0; i < cluster->count; i++) {
        float facing = 0;
        for (int k = 0; k < 3; k++) facing += point[i].pos[k] * cluster->cone_axis[k];
        cluster->cone_cos = fminf(cluster->cone_cos, facing);
    }
    cluster->radius_mm = FLOOR_RADIUS_MM * sqrtf(fmaxf(0, 2 - 2 * cluster->cone_cos));
}

static bool build_points(Floor *floor, uint32_t count) {
    const Sorted *sorted = sorted_points(floor, count);
    FloorDot *dot = ARENA_ARRAY(&floor->arena, FloorDot, count);
    floor->cluster_count = (count + FLOOR_CLUSTER - 1) / FLOOR_CLUSTER;
    floor->cluster = ARENA_ARRAY(&floor->arena, PointCluster, floor->cluster_count);
    floor->firsts = ARENA_ARRAY(&floor->arena, int32_t, floor->cluster_count);
    floor->counts = ARENA_ARRAY(&floor->arena, int32_t, floor->cluster_count);
    if (!sorted || !dot || !floor->cluster || !floor->firsts || !floor->counts) return false;
    for (uint32_t i = 0; i < count; i++) {
        dot[i].size_px = 2 + 2 * hash_float(i, 7);
        for (int k = 0; k < 3; k++) dot[i].pos_mm[k] = sorted[i].pos[k] * (FLOOR_RADIUS_MM + 0.5f);
        const float *n = sorted[i].pos, sum = fabsf(n[0]) + fabsf(n[1]) + fabsf(n[2]);
        float x = n[0] / sum, y = n[1] / sum;
        if (n[2] < 0) {
            const float fold = (1 - fabsf(y)) * (x >= 0 ? 1.0f : -1.0f);
            y = (1 - fabsf(x)) * (y >= 0 ? 1.0f : -1.0f);
            x = fold;
        }
        dot[i].normal_oct[0] = (int16_t)lroundf(x * 32767);
        dot[i].normal_oct[1] = (int16_t)lroundf(y * 32767);
    }
    for (uint32_t c = 0; c < floor->cluster_count; c++) {
        floor->cluster[c].first = c * FLOOR_CLUSTER;
        floor->cluster[c].count =
            count - c * FLOOR_CLUSTER < FLOOR_CLUSTER ? count - c * FLOOR_CLUSTER : FLOOR_CLUSTER;
        fit_cluster(&floor->cluster[c], sorted + c * FLOOR_CLUSTER);
    }
    floor->points = gpu_buffer_create(
        floor->gpu, &(GpuBufferDesc){.size_bytes = count * sizeof *dot, .data = dot, .label = "floor dots"});
    return true;
}

static bool build_pipelines(Floor *floor, Err *err) {
    floor->bank = shader_bank_create(
        &(ShaderBankDesc){.gpu = floor->gpu, .blocks = floor_blocks, .block_count = 1}, err);
    if (!floor->bank) return false;
    const GpuShader mesh = shader_load(floor->bank, "floor_mesh.vert", "floor_mesh.frag", NULL, err);
    const GpuShader dots = shader_load(floor->bank, "floor_dots.vert", "floor_dots.frag", NULL, err);
    if (!gpu_shader_ok(floor->gpu, mesh) || !gpu_shader_ok(floor->gpu, dots)) return false;
    floor->mesh = gpu_pipeline_create(floor->gpu, &(GpuPipelineDesc){.shader = mesh,
                                                                     .attributes = {{0, GPU_F32X3, 0, 0}},
                                                                     .stride_bytes = {3 * sizeof(float)},
                                                                     .depth = GPU_LESS,
                                                                     .depth_write = true,
                                                                     .cull = GPU_CULL_BACK,
                                                                     .label = "floor sphere"});
    floor->dots = gpu_pipeline_create(
        floor->gpu, &(GpuPipelineDesc){.shader = dots,
                                       .primitive = GPU_POINTS,
                                       .attributes = {{0, GPU_F32X3, 0, offsetof(FloorDot, pos_mm)},
                                                      {1, GPU_S16X2N, 0, offsetof(FloorDot, normal_oct)},
                                                      {2, GPU_F32, 0, offsetof(FloorDot, size_px)}},
                                       .stride_bytes = {sizeof(FloorDot)},
                                       .blend = {GPU_MULTIPLY},
                                       .depth = GPU_LESS,
                                       .label = "floor dots"});
    return true;
}

Floor *floor_create(Gpu *gpu, int width, int height, uint32_t dots, Err *err) {
    Floor *floor = calloc(1, sizeof *floor);
    if (!floor) return NULL;
    *floor = (Floor){.gpu = gpu, .width = width, .height = height};
    bool ok = arena_create(&floor->arena, &(ArenaDesc){.name = "floor"}, err) && build_pipelines(floor, err);
    if (ok) {
        build_mesh(floor);
        floor->pixels = ARENA_ARRAY(&floor->arena, uint8_t, gpu_read_size(GPU_READ_BGRA8, width, height));
        ok = build_points(floor, dots) && floor->pixels;
        floor->target = gpu_target_create(gpu, &(GpuTargetDesc){.width = width,
                                                                .height = height,
                                                                .colour = {GPU_RGBA8},
                                                                .depth = GPU_DEPTH24,
                                                                .label = "floor"});
    }
    if (ok) return floor;
    err_set(err, "the floor measurement could not be set up");
    floor_destroy(floor);
    return NULL;
}

void floor_destroy(Floor *floor) {
    if (!floor) return;
    gpu_target_destroy(floor->gpu, floor->target);
    gpu_pipeline_destroy(floor->gpu, floor->mesh);
    gpu_pipeline_destroy(floor->gpu, floor->dots);
    gpu_buffer_destroy(floor->gpu, floor->vertices);
    gpu_buffer_destroy(floor->gpu, floor->indices);
    gpu_buffer_destroy(floor->gpu, floor->points);
    shader_bank_destroy(floor->bank);
    arena_destroy(&floor->arena);
    free(floor);
}

bool floor_frame(Floor *floor, double azimuth_deg, Err *err) {
    Gpu *gpu = floor->gpu;
    Orbit orbit = orbit_named(CAMERA_FRONT);
    Camera camera;
    orbit.azimuth_deg = azimuth_deg;
    orbit.fov_deg = BENCH_FOV_DEG;
    orbit_camera(&orbit, floor->width, floor->height, &camera);
    CullView cull;
    cull_view_build(&camera, &cull);
    FloorBlock block = {.u_eye = {cull.eye_mm[0], cull.eye_mm[1], cull.eye_mm[2], 1}};
    camera_clip_from_head(&camera, 100, 2000, block.u_clip_from_world);
    gpu_set_uniforms(gpu, 0, &block, sizeof block);
    gpu_pass_begin(gpu, &(GpuPassDesc){.target = floor->target,
                                       .colour_load = {GPU_CLEAR},
                                       .depth_load = GPU_CLEAR,
                                       .clear_rgba = {{0.2f, 0.2f, 0.22f, 1}}});
    gpu_set_pipeline(gpu, floor->mesh);
    gpu_set_bindings(gpu, &(GpuBindings){.vertices = {floor->vertices}, .indices = floor->indices});
    gpu_draw(gpu, 0, 6 * RINGS * SECTORS, 1);
    const int ranges =
        cull_clusters(&cull, floor->cluster, floor->cluster_count, NULL, 0, 0, floor->firsts, floor->counts);
    gpu_set_pipeline(gpu, floor->dots);
    gpu_set_bindings(gpu, &(GpuBindings){.vertices = {floor->points}});
    gpu_draw_ranges(gpu, floor->firsts, floor->counts, ranges);
    gpu_pass_end(gpu);
    const bool ok = gpu_read(gpu, floor->target, 0, 0, 0, floor->width, floor->height, floor->height,
                             GPU_READ_BGRA8, floor->pixels, err);
    gpu_frame_end(gpu);
    return ok;
}
