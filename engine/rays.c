#include "rays.h"

#include <embree3/rtcore.h>
#include <math.h>
#include <string.h>

struct Rays {
    RTCDevice device;
    RTCScene scene;
    /* Embree's own copies. */
    const float (*pos)[3];
    const uint32_t (*tri)[3];
};

static bool attach_mesh(Rays *rays, const Mesh *mesh) {
    RTCGeometry geometry = rtcNewGeometry(rays->device, RTC_GEOMETRY_TYPE_TRIANGLE);
    float(*pos)[3] = rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3,
                                             sizeof *mesh->pos, mesh->vertex_count);
    uint32_t(*tri)[3] = rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3,
                                                sizeof *mesh->tri, mesh->triangle_count);
    if (pos != NULL && tri != NULL) {
        memcpy(pos, mesh->pos, sizeof *mesh->pos * mesh->vertex_count);
        memcpy(tri, mesh->tri, sizeof *mesh->tri * mesh->triangle_count);
        rtcCommitGeometry(geometry);
        rtcAttachGeometry(rays->scene, geometry);
        rays->pos = (const float(*)[3])pos;
        rays->tri = (const uint32_t(*)[3])tri;
    }
    rtcReleaseGeometry(geometry);
    return pos != NULL && tri != NULL;
}

Rays *rays_create(const Mesh *mesh, Err *err) {
    Rays *rays = calloc(1, sizeof *rays);
    if (rays != NULL) rays->device = rtcNewDevice(NULL);
    if (rays == NULL || rays->device == NULL) {
        rays_destroy(rays);
        err_set(err, "The ray tracer cannot be started");
        return NULL;
    }
    rays->scene = rtcNewScene(rays->device);
    /* Robust: a ray through an edge must not slip between two triangles. */
    rtcSetSceneFlags(rays->scene, RTC_SCENE_FLAG_ROBUST);
    if (!attach_mesh(rays, mesh)) {
        rays_destroy(rays);
        err_set(err, "There is no room to trace rays against a head of %u triangles", mesh->triangle_count);
        return NULL;
    }
    rtcCommitScene(rays->scene);
    return rays;
}

void rays_destroy(Rays *rays) {
    if (rays == NULL) return;
    if (rays->scene != NULL) rtcReleaseScene(rays->scene);
    if (rays->device != NULL) rtcReleaseDevice(rays->device);
    free(rays);
}

static struct RTCRay make_ray(const float origin_mm[3], const float direction[3], float max_mm) {
    return (struct RTCRay){.org_x = origin_mm[0],
                           .org_y = origin_mm[1],
                           .org_z = origin_mm[2],
                           .dir_x = direction[0],
                           .dir_y = direction[1],
                           .dir_z = direction[2],
                           .tfar = max_mm,
                           .mask = 0xFFFFFFFFu};
}

bool rays_cast(const Rays *rays, const float origin_mm[3], const float direction[3], float max_mm,
               RayHit *hit) {
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    struct RTCRayHit ray = {.ray = make_ray(origin_mm, direction, max_mm)};
    ray.hit.geomID = RTC_INVALID_GEOMETRY_ID;
    ray.hit.instID[0] = RTC_INVALID_GEOMETRY_ID;
    rtcIntersect1(rays->scene, &context, &ray);
    if (ray.hit.geomID == RTC_INVALID_GEOMETRY_ID) return false;
    if (hit != NULL) {
        *hit = (RayHit){
            .triangle = ray.hit.primID, .barycentric = {ray.hit.u, ray.hit.v}, .distance_mm = ray.ray.tfar};
    }
    return true;
}

bool rays_occluded(const Rays *rays, const float origin_mm[3], const float direction[3], float max_mm) {
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    struct RTCRay ray = make_ray(origin_mm, direction, max_mm);
    rtcOccluded1(rays->scene, &context, &ray);
    return ray.tfar < 0; /* Embree's way of saying yes: minus infinity */
}

uint32_t rays_occluded_8(const Rays *rays, const float origin_mm[3], const float direction[8][3],
                         float max_mm) {
    _Alignas(32) const int all[8] = {-1, -1, -1, -1, -1, -1, -1, -1};
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    struct RTCRay8 ray = {0};
    for (int i = 0; i < 8; i++) {
        ray.org_x[i] = origin_mm[0], ray.org_y[i] = origin_mm[1], ray.org_z[i] = origin_mm[2];
        ray.dir_x[i] = direction[i][0], ray.dir_y[i] = direction[i][1], ray.dir_z[i] = direction[i][2];
        ray.tfar[i] = max_mm, ray.mask[i] = 0xFFFFFFFFu;
    }
    rtcOccluded8(all, rays->scene, &context, &ray);
    uint32_t hit = 0;
    for (uint32_t i = 0; i < 8; i++) hit |= (uint32_t)(ray.tfar[i] < 0) << i;
    return hit;
}

static float dot(const float a[3], const float b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Weights of corners b and c of the triangle's point nearest to p: C. Ericson, Real-Time Collision
 * Detection, 5.1.5, by regions of the plane. */
static void nearest_weights(const float p[3], const float a[3], const float b[3], const float c[3], float *v,
                            float *w) {
    float ab[3], ac[3], ap[3], bp[3], cp[3];
    for (int axis = 0; axis < 3; axis++) {
        ab[axis] = b[axis] - a[axis];
        ac[axis] = c[axis] - a[axis];
        ap[axis] = p[axis] - a[axis];
        bp[axis] = p[axis] - b[axis];
        cp[axis] = p[axis] - c[axis];
    }
    const float d1 = dot(ab, ap), d2 = dot(ac, ap), d3 = dot(ab, bp), d4 = dot(ac, bp);
    const float d5 = dot(ab, cp), d6 = dot(ac, cp);
    const float vc = d1 * d4 - d3 * d2, vb = d5 * d2 - d1 * d6, va = d3 * d6 - d5 * d4;
    *v = *w = 0;
    if (d1 <= 0 && d2 <= 0) return; /* corner a */
    if (d3 >= 0 && d4 <= d3) {
        *v = 1; /* corner b */
    } else if (vc <= 0 && d1 >= 0 && d3 <= 0) {
        *v = d1 / (d1 - d3); /* edge ab */
    } else if (d6 >= 0 && d5 <= d6) {
        *w = 1; /* corner c */
    } else if (vb <= 0 && d2 >= 0 && d6 <= 0) {
        *w = d2 / (d2 - d6); /* edge ac */
    } else if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
        *w = (d4 - d3) / ((d4 - d3) + (d5 - d6)); /* edge bc */
        *v = 1 - *w;
    } else {
        const float scale = 1 / (va + vb + vc);
        *v = vb * scale;
        *w = vc * scale;
    }
}

typedef struct NearestQuery {
    const Rays *rays;
    RayHit hit;
    float point[3];
    bool found;
} NearestQuery;

static bool visit_triangle(struct RTCPointQueryFunctionArguments *args) {
    NearestQuery *query = args->userPtr;
    const float p[3] = {args->query->x, args->query->y, args->query->z};
    const uint32_t *tri = query->rays->tri[args->primID];
    const float *a = query->rays->pos[tri[0]], *b = query->rays->pos[tri[1]], *c = query->rays->pos[tri[2]];
    float v, w, at[3], square = 0;
    nearest_weights(p, a, b, c, &v, &w);
    for (int axis = 0; axis < 3; axis++) {
        at[axis] = a[axis] + v * (b[axis] - a[axis]) + w * (c[axis] - a[axis]);
        square += (at[axis] - p[axis]) * (at[axis] - p[axis]);
    }
    const float distance = sqrtf(square);
    if (!(distance < args->query->radius)) return false;
    args->query->radius = distance;
    query->hit = (RayHit){.triangle = args->primID, .barycentric = {v, w}, .distance_mm = distance};
    memcpy(query->point, at, sizeof at);
    query->found = true;
    return true;
}

bool rays_nearest(const Rays *rays, const float point_mm[3], float max_mm, RayHit *hit, float nearest_mm[3]) {
    struct RTCPointQuery at = {.x = point_mm[0], .y = point_mm[1], .z = point_mm[2], .radius = max_mm};
    struct RTCPointQueryContext context;
    rtcInitPointQueryContext(&context);
    NearestQuery query = {.rays = rays};
    rtcPointQuery(rays->scene, &at, &context, visit_triangle, &query);
    if (!query.found) return false;
    if (hit != NULL) *hit = query.hit;
    if (nearest_mm != NULL) memcpy(nearest_mm, query.point, sizeof query.point);
    return true;
}
