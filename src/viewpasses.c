#include "viewpasses.h"
#include "strands.h"
#include <math.h>
#include <string.h>

const int view_shadow_px[2] = {512, 1024};

static const GpuMember frame_members[] = {
    GPU_MEMBER(FrameBlock, u_clip_from_head),
    GPU_MEMBER(FrameBlock, u_camera_from_head),
    GPU_MEMBER(FrameBlock, u_shadow_from_head),
    GPU_MEMBER(FrameBlock, u_camera_mm),
    GPU_MEMBER(FrameBlock, u_viewport),
    GPU_MEMBER(FrameBlock, u_crop),
    GPU_MEMBER(FrameBlock, u_light_dir),
    GPU_MEMBER(FrameBlock, u_light_rgb),
    GPU_MEMBER(FrameBlock, u_sh),
    GPU_MEMBER(FrameBlock, u_sky),
    GPU_MEMBER(FrameBlock, u_horizon),
    GPU_MEMBER(FrameBlock, u_ground),
    GPU_MEMBER(FrameBlock, u_up),
    GPU_MEMBER(FrameBlock, u_skin),
    GPU_MEMBER(FrameBlock, u_shadow),
    GPU_MEMBER(FrameBlock, u_hair),
    GPU_MEMBER(FrameBlock, u_hair_more),
    GPU_MEMBER(FrameBlock, u_centre),
    GPU_MEMBER(FrameBlock, u_ground_px),
    GPU_MEMBER(FrameBlock, u_background),
    GPU_MEMBER(FrameBlock, u_flags),
    GPU_MEMBER(FrameBlock, u_eye),
    GPU_MEMBER(FrameBlock, u_iris),
    GPU_MEMBER(FrameBlock, u_cut),
};
const GpuBlockLayout frame_block_layout = {"Frame", sizeof(FrameBlock), frame_members,
                                           sizeof frame_members / sizeof *frame_members};

static const GpuMember kernel_members[] = {GPU_MEMBER(KernelBlock, u_tap), GPU_MEMBER(KernelBlock, u_axis)};
const GpuBlockLayout kernel_block_layout = {"Kernel", sizeof(KernelBlock), kernel_members, 2};

/* The border's vertices: those whose edges towards them and away from them do not pair up. */
static int64_t *unpaired_edges(const Mesh *mesh, Arena *scratch) {
    int64_t *unpaired = ARENA_ARRAY(scratch, int64_t, mesh->vertex_count);
    for (uint32_t t = 0; unpaired && t < mesh->triangle_count; t++)
        for (int i = 0; i < 3; i++) {
            const uint32_t from = mesh->tri[t][i], to = mesh->tri[t][(i + 1) % 3];
            unpaired[from] += (int64_t)to + 1;
            unpaired[to] -= (int64_t)from + 1;
        }
    return unpaired;
}

/* y = a + b x + c z by least squares over the border. */
static void find_cut(const Mesh *mesh, Arena *scratch, float cut[4]) {
    const size_t mark = arena_mark(scratch);
    const int64_t *border = unpaired_edges(mesh, scratch);
    double n = 0, sum[3] = {0}, moment[3][3] = {{0}};
    for (uint32_t v = 0; border && v < mesh->vertex_count; v++) {
        if (!border[v]) continue;
        const float *p = mesh->pos[v];
        n++;
        for (int i = 0; i < 3; i++) sum[i] += (double)p[i];
        for (int i = 0; i < 9; i++) moment[i / 3][i % 3] += (double)p[i / 3] * (double)p[i % 3];
    }
    arena_rewind(scratch, mark);
    if (n < 3) return;
    for (int i = 0; i < 9; i++) moment[i / 3][i % 3] -= sum[i / 3] * sum[i % 3] / n;
    const double xx = moment[0][0], xz = moment[0][2], zz = moment[2][2], det = xx * zz - xz * xz;
    if (det <= fmax(1e-3 * xx * zz, 1)) return; /* in a line */
    const double b = (moment[0][1] * zz - moment[2][1] * xz) / det,
                 c = (moment[2][1] * xx - moment[0][1] * xz) / det, length = sqrt(1 + b * b + c * c);
    cut[0] = (float)(-b / length);
    cut[1] = (float)(1 / length);
    cut[2] = (float)(-c / length);
    cut[3] = (float)((b * sum[0] + c * sum[2] - sum[1]) / n / length);
}

void head_bounds_build(const Mesh *mesh, Arena *scratch, HeadBounds *out) {
    *out = (HeadBounds){.radius_mm = 1, .low_mm = {-1, -1, -1}, .high_mm = {1, 1, 1}, .cut = {0, 0, 0, 1e6f}};
    if (mesh->vertex_count == 0) return;
    find_cut(mesh, scratch, out->cut);
    memcpy(out->low_mm, mesh->pos[0], sizeof out->low_mm);
    memcpy(out->high_mm, mesh->pos[0], sizeof out->high_mm);
    for (uint32_t v = 0; v < mesh->vertex_count; v++)
        for (int i = 0; i < 3; i++) {
            out->low_mm[i] = fminf(out->low_mm[i], mesh->pos[v][i]);
            out->high_mm[i] = fmaxf(out->high_mm[i], mesh->pos[v][i]);
        }
    for (int i = 0; i < 3; i++) out->centre_mm[i] = 0.5f * (out->low_mm[i] + out->high_mm[i]);
    float most = 0;
    for (uint32_t v = 0; v < mesh->vertex_count; v++) {
        float square = 0;
        for (int i = 0; i < 3; i++) {
            const float d = mesh->pos[v][i] - out->centre_mm[i];
            square += d * d;
        }
        most = fmaxf(most, square);
    }
    out->radius_mm = sqrtf(most);
}

static double grow_rect(const Camera *camera, const float at_mm[3], double low[2], double high[2]) {
    double px[2];
    const double depth = camera_project(camera, (const double[3]){at_mm[0], at_mm[1], at_mm[2]}, px);
    for (int i = 0; i < 2; i++) {
        low[i] = fmin(low[i], px[i]);
        high[i] = fmax(high[i], px[i]);
    }
    return depth;
}

void head_rect(const Camera *camera, const Mesh *mesh, const HeadBounds *bounds, double reach_mm,
               int out[4]) {
    enum {
        MARGIN_PX = 8,
        STEP_PX = 16
    }; /* what outlines are smoothed over; targets keep their size more often */
    double low[2] = {camera->width, camera->height}, high[2] = {0, 0}, nearest = 1e9;
    for (uint32_t v = 0; v < mesh->vertex_count; v++)
        nearest = fmin(nearest, grow_rect(camera, mesh->pos[v], low, high));
    for (int corner = 0; corner < 8 && mesh->vertex_count == 0; corner++) {
        float at[3];
        for (int i = 0; i < 3; i++) at[i] = (corner >> i) & 1 ? bounds->high_mm[i] : bounds->low_mm[i];
        nearest = fmin(nearest, grow_rect(camera, at, low, high));
    }
    const double margin = MARGIN_PX + reach_mm * camera->fx / fmax(nearest, 10);
    const int size[2] = {camera->width, camera->height};
    int from[2], to[2];
    for (int i = 0; i < 2; i++) {
        const bool all = nearest < 10; /* part of it lies beside or behind the camera */
        from[i] = all ? 0 : (int)fmax(floor((low[i] - margin) / STEP_PX) * STEP_PX, 0);
        to[i] = all ? size[i] : (int)fmin(ceil((high[i] + margin) / STEP_PX) * STEP_PX, size[i]);
        if (from[i] >= size[i]) from[i] = size[i] - 1;
        if (to[i] <= from[i]) to[i] = from[i] + 1;
    }
    out[0] = from[0];
    out[1] = camera->height - to[1];
    out[2] = to[0] - from[0];
    out[3] = to[1] - from[1];
}

Camera camera_cropped(const Camera *camera, const int rect[4]) {
    Camera out = *camera;
    out.width = rect[2];
    out.height = rect[3];
    out.cx -= rect[0];
    out.cy -= camera->height - rect[1] - rect[3];
    return out;
}

static double depth_of(const Camera *camera, const float at_mm[3]) {
    const double *m = camera->camera_from_head[2];
    return m[0] * at_mm[0] + m[1] * at_mm[1] + m[2] * at_mm[2] + m[3];
}

double view_mm_per_px(const Camera *camera, const HeadBounds *bounds) {
    /* the skin that is seen lies in front of the centre */
    const double depth = depth_of(camera, bounds->centre_mm) - 0.5 * (double)bounds->radius_mm;
    const double least = 15;
    return fmax(depth, least) / fmax(camera->fx, 1);
}

static void put3(float out[4], const float in[3], float w) {
    memcpy(out, in, 3 * sizeof(float));
    out[3] = w;
}

static void block_lights(const LightRig *rig, FrameBlock *out) {
    for (int i = 0; i < LIGHT_COUNT; i++) {
        put3(out->u_light_dir[i], rig->direction[i], rig->radius[i]);
        put3(out->u_light_rgb[i], rig->rgb[i], 0);
    }
    for (int i = 0; i < 9; i++) put3(out->u_sh[i], rig->sh[i], 0);
    put3(out->u_sky, rig->sky, 0);
    put3(out->u_horizon, rig->horizon, 0);
    put3(out->u_ground, rig->ground, 0);
    put3(out->u_up, rig->up, rig->exposure);
}

static void block_camera(const FrameSetup *setup, FrameBlock *out) {
    Camera camera = *setup->crop;
    camera.cx += setup->jitter_px[0];
    camera.cy += setup->jitter_px[1];
    const double depth = depth_of(&camera, setup->bounds->centre_mm);
    const double reach = (double)setup->bounds->radius_mm + 140; /* the longest hair */
    const double near_mm = fmax(depth - reach, 4), far_mm = fmax(depth + reach, near_mm + 1);
    camera_clip_from_head(&camera, near_mm, far_mm, out->u_clip_from_head);
    for (int row = 0; row < 3; row++)
        for (int column = 0; column < 4; column++)
            out->u_camera_from_head[column * 4 + row] = (float)camera.camera_from_head[row][column];
    out->u_camera_from_head[15] = 1;
    double eye[3];
    camera_centre(&camera, eye);
    for (int i = 0; i < 3; i++) out->u_camera_mm[i] = (float)eye[i];
    out->u_camera_mm[3] = (float)camera.fx;
    out->u_viewport[0] = (float)camera.width;
    out->u_viewport[1] = (float)camera.height;
    out->u_crop[0] = (float)setup->crop_px[0];
    out->u_crop[1] = (float)setup->crop_px[1];
    out->u_crop[2] = (float)setup->desc->camera.width;
    out->u_crop[3] = (float)setup->desc->camera.height;
    put3(out->u_centre, setup->bounds->centre_mm, (float)depth);
}

/* A soft shadow under the neck's end, as wide as the bust, on a sweep that rises to the wall behind it: flat
 * seen from its own height, rounder from above, and gone where the wall would have to be a floor. */
static void block_ground(const FrameSetup *setup, FrameBlock *out) {
    const HeadBounds *b = setup->bounds;
    const double at[3] = {b->centre_mm[0], b->low_mm[1], b->centre_mm[2]};
    double px[2];
    const double depth = camera_project(&setup->desc->camera, at, px);
    if (depth < 1) return;
    const double scale = setup->desc->camera.fx / depth;
    out->u_ground_px[0] = (float)px[0];
    out->u_ground_px[1] = (float)(setup->desc->camera.height - px[1]);
    const double down = fabs(setup->desc->camera.camera_from_head[2][1]), reach_mm = 230;
    out->u_ground_px[2] = (float)(1 / (reach_mm * scale));
    out->u_ground_px[3] = (float)(1 / (reach_mm * (0.32 + 0.5 * down) * scale));
    out->u_background[1][3] = (float)(0.4 * fmin(fmax(1.35 - 2 * down, 0), 1));
}

/* The samples of a final picture average what a finer mip level aliases; the atlas is several times coarser
 * down the face than across, and the mip follows the finer. */
static float skin_mip_bias(const FrameSetup *setup) {
    const FrameDesc *desc = setup->desc;
    if (setup->rig->unlit) return -0.5f;
    return desc->quality == VIEW_FINAL ? -0.5f * log2f(desc->samples > 0 ? (float)desc->samples : 16) : 0;
}

void frame_block_build(const FrameSetup *setup, FrameBlock *out) {
    const FrameDesc *desc = setup->desc;
    memset(out, 0, sizeof *out);
    block_camera(setup, out);
    block_lights(setup->rig, out);
    const double mm_per_px = view_mm_per_px(&desc->camera, setup->bounds);
    out->u_skin[0] = desc->skin_gloss;
    /* far away nothing of the relief is left but its price */
    out->u_skin[1] = (float)fmin((VIEW_RELIEF_MM_PER_PX - mm_per_px) / 0.2, 1);
    out->u_skin[2] = (float)mm_per_px;
    out->u_skin[3] = skin_mip_bias(setup);
    light_shadow_from_head(setup->rig, setup->bounds->centre_mm, setup->bounds->radius_mm + 2,
                           out->u_shadow_from_head);
    const float range_mm = 2 * (setup->bounds->radius_mm + 2);
    out->u_shadow[0] = 1.0f / (float)view_shadow_px[setup->shadow];
    out->u_shadow[1] = 1.5f * range_mm / (float)view_shadow_px[setup->shadow];
    out->u_shadow[2] = 0.35f / range_mm;
    out->u_shadow[3] = 1.0f / range_mm;
    /* what shades skin lies about so far off it, from brow to cheek; at final the lamp itself moves */
    const float occluder_mm = 14;
    if (desc->quality == VIEW_STANDARD)
        out->u_light_rgb[LIGHT_KEY][3] = setup->rig->radius[LIGHT_KEY] * occluder_mm / range_mm;
    out->u_hair[0] = desc->hair_length_mm;
    out->u_hair[1] = 0.25f; /* right beside a strand; the wider shade is the roots' */
    out->u_hair[2] = setup->curl;
    out->u_hair[3] = setup->hair_share;
    out->u_hair_more[0] = (float)setup->hair_segments;
    out->u_hair_more[1] = setup->hair_widening;
    out->u_hair_more[2] = strands_droop_mm(desc->hair_length_mm);
    out->u_hair_more[3] = (float)desc->camera.cx;
    const bool dark = desc->background == VIEW_DARK_BACKGROUND;
    for (int i = 0; i < 2; i++)
        for (int c = 0; c < 3; c++)
            out->u_background[i][c] =
                linear_to_srgb(dark ? (i == 0 ? 0.022f : 0.006f) : setup->rig->backdrop[i][c]);
    out->u_background[0][3] = desc->background == VIEW_TRANSPARENT ? 0.0f : 1.0f;
    if (desc->background == VIEW_STUDIO_BACKGROUND) block_ground(setup, out);
    out->u_flags[0] = setup->rig->unlit;
    out->u_flags[1] = (float)desc->layers;
    out->u_flags[2] = desc->layers == VIEW_DOTS || desc->layers == VIEW_HAIR ? 1.0f : 0.0f;
    out->u_flags[3] = 1;
    for (int i = 0; i < 2; i++) put3(out->u_eye[i], setup->eyes->ball_mm[i], 0);
    put3(out->u_iris, setup->iris_lin, 0);
    memcpy(out->u_cut, setup->bounds->cut, sizeof out->u_cut);
}

/* ---- scattering ---- */
/* d'Eon, Luebke and Enderton 2007: variances in mm^2 and weights by channel; domain.md 6.3. */
static const double profile[6][4] = {{0.0064, 0.233, 0.455, 0.649}, {0.0484, 0.100, 0.336, 0.344},
                                     {0.187, 0.118, 0.198, 0},      {0.567, 0.113, 0.007, 0.007},
                                     {1.99, 0.358, 0.004, 0},       {7.41, 0.078, 0, 0}};

/* Share of the profile's line integral between two distances on one side, mm. */
static double profile_between(double from_mm, double to_mm, int channel) {
    double sum = 0, whole = 0;
    for (int i = 0; i < 6; i++) {
        const double spread = sqrt(2 * profile[i][0]);
        sum += profile[i][1 + channel] * 0.5 * (erf(to_mm / spread) - erf(from_mm / spread));
        whole += profile[i][1 + channel];
    }
    return sum / whole;
}

int scatter_kernel_build(double mm_per_px, int taps_max, KernelBlock *out) {
    memset(out, 0, sizeof *out);
    for (int c = 0; c < 3; c++) out->u_tap[0][c] = 1;
    const double reach_px = fmin(4.2 / mm_per_px, 160);
    if (reach_px < 0.6) return 1;
    if (taps_max > KERNEL_TAPS_MAX) taps_max = KERNEL_TAPS_MAX;
    int offset[KERNEL_TAPS_MAX] = {0}, count = 1;
    /* neighbours first, then ever wider: offsets grow with the square of the tap */
    for (int i = 1; i < taps_max; i++) {
        const double t = (double)i / (taps_max - 1);
        int at = (int)lround(reach_px * (0.25 * t + 0.75 * t * t));
        if (at <= offset[count - 1]) at = offset[count - 1] + 1;
        if (at > ceil(reach_px)) break;
        offset[count++] = at;
    }
    for (int i = 0; i < count; i++) {
        const double from = i == 0 ? 0 : 0.5 * (offset[i - 1] + offset[i]);
        const double to = i + 1 < count ? 0.5 * (offset[i] + offset[i + 1]) : 1e6;
        for (int c = 0; c < 3; c++) {
            const double part = profile_between(from * mm_per_px, to * mm_per_px, c);
            out->u_tap[i][c] = (float)(i == 0 ? 2 * part : part);
        }
        out->u_tap[i][3] = (float)offset[i];
    }
    out->u_axis[2] = (float)(2.5 * mm_per_px);
    return count;
}

/* ---- culling ---- */
void cull_view_build(const Camera *camera, CullView *out) {
    double eye[3];
    camera_centre(camera, eye);
    for (int i = 0; i < 3; i++) out->eye_mm[i] = (float)eye[i];
    const double corner[4][3] = {{camera->fx, 0, camera->cx},
                                 {-camera->fx, 0, camera->width - camera->cx},
                                 {0, camera->fy, camera->cy},
                                 {0, -camera->fy, camera->height - camera->cy}};
    for (int p = 0; p < 4; p++) {
        double normal[3] = {0}, length = 0, shift = 0;
        for (int row = 0; row < 3; row++) {
            length += corner[p][row] * corner[p][row];
            for (int i = 0; i < 3; i++) normal[i] += corner[p][row] * camera->camera_from_head[row][i];
            shift += corner[p][row] * camera->camera_from_head[row][3];
        }
        length = sqrt(length);
        for (int i = 0; i < 3; i++) out->plane[p][i] = (float)(normal[i] / length);
        out->plane[p][3] = (float)(shift / length);
    }
}

static float dot3(const float a[3], const float b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static bool cluster_seen(const CullView *view, const PointCluster *c, float reach_mm, float slack) {
    const float radius = c->radius_mm + reach_mm;
    for (int p = 0; p < 4; p++)
        if (dot3(view->plane[p], c->centre_mm) + view->plane[p][3] < -radius) return false;
    float to_eye[3];
    for (int i = 0; i < 3; i++) to_eye[i] = view->eye_mm[i] - c->centre_mm[i];
    const float distance = sqrtf(dot3(to_eye, to_eye));
    if (distance <= radius) return true;
    /* The most that any normal of the cone turns to the eye, seen from anywhere in the cluster. */
    const float sine = sqrtf(fmaxf(0, 1 - c->cone_cos * c->cone_cos)) + radius / distance + slack;
    return c->cone_cos <= 0 || dot3(c->cone_axis, to_eye) > -distance * sine;
}

int cull_clusters(const CullView *view, const PointCluster *cluster, uint32_t count, const uint8_t *live,
                  float reach_mm, float slack, int32_t *firsts, int32_t *counts) {
    int ranges = 0;
    for (uint32_t i = 0; i < count; i++) {
        const PointCluster *c = &cluster[i];
        if (c->count == 0 || (live && !live[i]) || !cluster_seen(view, c, reach_mm, slack)) continue;
        if (ranges > 0 && firsts[ranges - 1] + counts[ranges - 1] == (int32_t)c->first) {
            counts[ranges - 1] += (int32_t)c->count;
        } else {
            firsts[ranges] = (int32_t)c->first;
            counts[ranges++] = (int32_t)c->count;
        }
    }
    return ranges;
}

static double halton(int index, int base) {
    double value = 0, scale = 1.0 / base;
    for (int i = index; i > 0; i /= base, scale /= base) value += scale * (i % base);
    return value;
}

void view_jitter(int sample, int samples, double out_px[2]) {
    out_px[0] = samples > 1 ? halton(sample + 1, 2) - 0.5 : 0;
    out_px[1] = samples > 1 ? halton(sample + 1, 3) - 0.5 : 0;
}
