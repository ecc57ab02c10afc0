#include "headpick.h"

#include <math.h>
#include <string.h>

bool headpick_update(HeadPick *pick, const Scene *scene, Err *err) {
    if (pick->revision == scene->revision.head) return pick->rays != NULL;
    headpick_destroy(pick);
    pick->revision = scene->revision.head;
    pick->rays = rays_create(&scene->mesh[HEAD_LOD_MEDIUM], err);
    return pick->rays != NULL;
}

void headpick_destroy(HeadPick *pick) {
    rays_destroy(pick->rays);
    *pick = (HeadPick){0};
}

/* The site between three corners of a triangle of the skin. */
static bool site_between(const HeadTopology *topology, const RayHit *hit, HeadSite *out) {
    const uint32_t *corner = topology->tri[hit->triangle];
    const float weight[3] = {1 - hit->barycentric[0] - hit->barycentric[1], hit->barycentric[0],
                             hit->barycentric[1]};
    *out = (HeadSite){.part = HEAD_SKIN};
    for (int i = 0; i < 3; i++) {
        const HeadSite *site = &topology->site[corner[i]];
        if (site->part != HEAD_SKIN) return false;
        out->u += weight[i] * site->u;
        out->v += weight[i] * site->v;
    }
    return true;
}

bool headpick_at(const HeadPick *pick, const Scene *scene, const Camera *camera, float x_px, float y_px,
                 HeadHit *out) {
    double origin[3], direction[3];
    float from[3], along[3];
    RayHit hit;
    *out = (HeadHit){0};
    camera_ray(camera, (double)x_px, (double)y_px, origin, direction);
    for (int c = 0; c < 3; c++) from[c] = (float)origin[c], along[c] = (float)direction[c];
    if (!pick->rays || !rays_cast(pick->rays, from, along, 1e4f, &hit)) return false;
    const Mesh *mesh = &scene->mesh[HEAD_LOD_MEDIUM];
    const uint32_t *corner = mesh->tri[hit.triangle];
    const float weight[3] = {1 - hit.barycentric[0] - hit.barycentric[1], hit.barycentric[0],
                             hit.barycentric[1]};
    for (int c = 0; c < 3; c++) {
        out->pos_mm[c] = from[c] + hit.distance_mm * along[c];
        for (int i = 0; i < 3; i++) out->normal[c] += weight[i] * mesh->nrm[corner[i]][c];
    }
    HeadSite site;
    out->on_skin = site_between(head_topology(scene->model, HEAD_LOD_MEDIUM), &hit, &site);
    if (out->on_skin) scalp_from_site(&scene->scalp, site, &out->s_mm, &out->l_mm);
    return true;
}

bool headpick_sees(const HeadPick *pick, const Camera *camera, const float pos_mm[3]) {
    /* The mesh lies a little under the smooth skin, or over it. */
    const float slack_mm = 3;
    double eye[3];
    float from[3], along[3], length = 0;
    camera_centre(camera, eye);
    for (int c = 0; c < 3; c++) {
        from[c] = (float)eye[c];
        along[c] = pos_mm[c] - from[c];
        length += along[c] * along[c];
    }
    length = sqrtf(length);
    for (int c = 0; c < 3; c++) along[c] /= length;
    return pick->rays && !rays_occluded(pick->rays, from, along, length - slack_mm);
}
