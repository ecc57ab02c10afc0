/* viewwarm - a stand-in for a head, drawn once so that the driver has its programs ready. It is some pixels
 * large: programs depend on what is drawn, not on how much of it. */
#include "viewsync.h"
#include <string.h>

enum { STAND_IN_SKIN_PX = 4, STAND_IN_TARGET_PX = 100 };
static const float STAND_IN_RADIUS_MM = 170; /* a head's: how near the skin is decides what is drawn on it */

/* What a scene holds, in its smallest size: two triangles, one of them an eye's, a dot, a cut root and a
 * hair. */
typedef struct StandIn {
    float pos[6][3], nrm[6][3], uv[6][2];
    uint32_t tri[2][3];
    uint8_t albedo[STAND_IN_SKIN_PX * STAND_IN_SKIN_PX * 4];
    DotSite dot;
    DotState ink;
    HairSite hair;
    HairState grown;
    PointCluster cluster;
    Scene scene;
} StandIn;

static void stand_in_make(StandIn *out, const Case *value) {
    static const float corner[3][3] = {{-4, -4, 0}, {4, -4, 0}, {0, 4, 0}};
    *out = (StandIn){.tri = {{0, 1, 2}, {3, 4, 5}},
                     .dot = {.pos_mm = {0, 0, 1}},
                     .ink = {.diameter_um = 200, .od = 90},
                     .hair = {.pos_mm = {0, 0, 1}},
                     .grown = {.diameter_um = 70, .length_share = 255, .melanin = 150},
                     .cluster = {.count = 1, .radius_mm = 1, .cone_axis = {0, 0, 1}, .cone_cos = 1}};
    for (int v = 0; v < 6; v++) {
        memcpy(out->pos[v], corner[v % 3], sizeof out->pos[v]);
        out->nrm[v][2] = 1;
    }
    memset(out->albedo, 128, sizeof out->albedo);
    const Mesh mesh = {6, 2, out->pos, out->nrm, out->uv, NULL, out->tri};
    const Dots dots = {1, 1, &out->dot, &out->ink, &out->cluster, 1, 0};
    out->scene = (Scene){.value = *value, .dots = dots, .roots = dots};
    for (int lod = 0; lod < HEAD_LOD_COUNT; lod++) out->scene.mesh[lod] = mesh;
    out->scene.skin.size = STAND_IN_SKIN_PX;
    out->scene.skin.albedo = (Image){STAND_IN_SKIN_PX, STAND_IN_SKIN_PX, out->albedo};
    out->scene.hair = (Hair){
        .count = 1, .cluster_count = 1, .site = &out->hair, .state = &out->grown, .cluster = &out->cluster};
}

/* Lashes lie on a model's eyes only. */
static void add_lashes(View *view) {
    static const LashVertex none[LASH_VERTICES];
    gpu_buffer_destroy(view->gpu, view->lashes);
    view->lashes = gpu_buffer_create(
        view->gpu,
        &(GpuBufferDesc){.kind = GPU_VERTICES, .size_bytes = sizeof none, .data = none, .label = "lashes"});
    view->lash_vertices = LASH_VERTICES;
}

static void draw_once(View *view, const Scene *scene, const Orbit *orbit, int width, int height,
                      ViewQuality quality) {
    const GpuTargetDesc desc = {.width = width, .height = height, .colour = {GPU_RGBA8}, .label = "stand-in"};
    const ViewPlace place = {gpu_target_create(view->gpu, &desc), width, height, 0, 0};
    FrameDesc frame;
    frame_defaults(scene, width, height, &frame);
    orbit_camera(orbit, width, height, &frame.camera);
    frame.quality = quality;
    view_draw(view, scene, &frame, &place, NULL);
    gpu_finish(view->gpu);
    gpu_target_destroy(view->gpu, place.target);
}

void view_warm(View *view, const Case *value, const Orbit *orbit, int width, int height,
               ViewQuality quality) {
    StandIn *stand_in = view->synced ? NULL : malloc(sizeof *stand_in);
    if (!stand_in) return;
    stand_in_make(stand_in, value);
    if (view_sync(view, &stand_in->scene, NULL)) {
        add_lashes(view);
        for (int lod = 0; lod < VIEW_LODS; lod++) view->head_skin_count[lod] = 3;
        view->bounds.radius_mm = STAND_IN_RADIUS_MM;
        /* llvmpipe compiles anew for textures whose sides are no powers of two, as a head's seldom are */
        if (!view->targets.width)
            view->targets = (FrameTargets){.width = STAND_IN_TARGET_PX, .height = STAND_IN_TARGET_PX};
        draw_once(view, &stand_in->scene, orbit, width, height, quality);
    }
    sync_forget(view);
    explicit_bzero(stand_in, sizeof *stand_in);
    free(stand_in);
}
