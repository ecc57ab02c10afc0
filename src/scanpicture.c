#include "scanpicture.h"
#include <math.h>

/* Colours of their own carry a light already, so ours is softer on them. */
static const float AMBIENT_GREY = 0.25f, AMBIENT_COLOURED = 0.6f, GREY = 0.45f;
static const float LIGHT[3] = {0, -0.447f, -0.894f}; /* towards it, in the camera's axes */
static const float HOLLOW_MM = 14, HOLLOW_DARK = 0.65f;

bool scanpicture_has_colours(const Mesh *scan, const Image *texture) {
    return (texture && texture->rgba && scan->uv) || scan->rgb;
}

static void corner_weights(const RayHit *hit, float w[3]) {
    w[0] = 1 - hit->barycentric[0] - hit->barycentric[1];
    w[1] = hit->barycentric[0];
    w[2] = hit->barycentric[1];
}

void scanpicture_colour(const Mesh *scan, const Image *texture, const RayHit *hit, float linear[3]) {
    const uint32_t *t = scan->tri[hit->triangle];
    float w[3];
    corner_weights(hit, w);
    if (texture && texture->rgba && scan->uv) {
        float uv[2] = {0};
        for (int k = 0; k < 3; k++)
            for (int c = 0; c < 2; c++) uv[c] += w[k] * scan->uv[t[k]][c];
        for (int c = 0; c < 2; c++) uv[c] -= uv[c] < 0 || uv[c] > 1 ? floorf(uv[c]) : 0;
        image_sample_linear(texture, uv[0] * (float)texture->width, uv[1] * (float)texture->height, linear);
        return;
    }
    for (int c = 0; c < 3; c++) linear[c] = 0;
    for (int k = 0; k < 3; k++)
        for (int c = 0; c < 3; c++) linear[c] += w[k] * srgb8_to_linear_table[scan->rgb[t[k]][c]];
}

static void normalise(float v[3]) {
    const float length = fmaxf(1e-12f, sqrtf(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]));
    for (int c = 0; c < 3; c++) v[c] /= length;
}

void scanpicture_normal(const Mesh *scan, uint32_t triangle, float normal[3]) {
    const uint32_t *t = scan->tri[triangle];
    float e[2][3];
    for (int c = 0; c < 3; c++) {
        e[0][c] = scan->pos[t[1]][c] - scan->pos[t[0]][c];
        e[1][c] = scan->pos[t[2]][c] - scan->pos[t[0]][c];
    }
    for (int c = 0; c < 3; c++) {
        const int a = (c + 1) % 3, b = (c + 2) % 3;
        normal[c] = e[0][a] * e[1][b] - e[0][b] * e[1][a];
    }
    normalise(normal);
}

static void to_scan(const HeadScanFit *fit, const float head[3], float scan[3]) {
    for (int i = 0; i < 3; i++)
        scan[i] =
            fit->rotation[0][i] * head[0] + fit->rotation[1][i] * head[1] + fit->rotation[2][i] * head[2];
}

/* The ray through a pixel, in the scan's space. */
static bool cast(const ScanScene *scene, const FitCamera *camera, const float px[2], float direction[3],
                 RayHit *hit) {
    const double at[3] = {((double)px[0] - camera->cx) / camera->focal,
                          ((double)px[1] - camera->cy) / camera->focal, 1};
    double centre[3];
    float origin[3], ahead[3], eye[3], normal[3];
    fitcamera_centre(camera, centre);
    for (int i = 0; i < 3; i++) {
        eye[i] = (float)centre[i];
        ahead[i] = (float)(camera->r[0][i] * at[0] + camera->r[1][i] * at[1] + camera->r[2][i]);
    }
    head_to_scan(scene->fit, eye, origin);
    to_scan(scene->fit, ahead, direction);
    normalise(direction);
    if (!rays_cast(scene->rays, origin, direction, INFINITY, hit)) return false;
    scanpicture_normal(scene->mesh, hit->triangle, normal);
    return normal[0] * direction[0] + normal[1] * direction[1] + normal[2] * direction[2] < 0;
}

static void hit_place(const ScanScene *scene, const RayHit *hit, float place[3]) {
    const uint32_t *t = scene->mesh->tri[hit->triangle];
    float w[3];
    corner_weights(hit, w);
    for (int c = 0; c < 3; c++)
        place[c] = w[0] * scene->mesh->pos[t[0]][c] + w[1] * scene->mesh->pos[t[1]][c] +
                   w[2] * scene->mesh->pos[t[2]][c];
}

bool scanpicture_at(const ScanScene *scene, const FitCamera *camera, const float px[2], float head_mm[3]) {
    float direction[3], place[3];
    RayHit hit;
    if (!cast(scene, camera, px, direction, &hit)) return false;
    hit_place(scene, &hit, place);
    head_from_scan(scene->fit, place, head_mm);
    return true;
}

/* Share of the sky above a place that something near by hides. */
static float hollow(const ScanScene *scene, const float place[3], const float normal[3]) {
    static const float round[8][2] = {{1, 0},  {0.7f, 0.7f},   {0, 1},  {-0.7f, 0.7f},
                                      {-1, 0}, {-0.7f, -0.7f}, {0, -1}, {0.7f, -0.7f}};
    const float mm = 1 / scene->fit->scale;
    const int least = fabsf(normal[0]) < fabsf(normal[1]) ? (fabsf(normal[0]) < fabsf(normal[2]) ? 0 : 2)
                                                          : (fabsf(normal[1]) < fabsf(normal[2]) ? 1 : 2);
    float a[3] = {0}, b[3], direction[8][3], origin[3];
    a[least] = 1;
    for (int c = 0; c < 3; c++) a[c] -= normal[least] * normal[c];
    normalise(a);
    for (int c = 0; c < 3; c++) {
        const int i = (c + 1) % 3, j = (c + 2) % 3;
        b[c] = normal[i] * a[j] - normal[j] * a[i];
        origin[c] = place[c] + 0.3f * mm * normal[c];
    }
    for (int k = 0; k < 8; k++) {
        for (int c = 0; c < 3; c++)
            direction[k][c] = normal[c] + 1.2f * (round[k][0] * a[c] + round[k][1] * b[c]);
        normalise(direction[k]);
    }
    return (float)__builtin_popcount(rays_occluded_8(scene->rays, origin, direction, HOLLOW_MM * mm)) / 8;
}

/* Smooth normal at a hit, in the scan's space. */
static void smooth_normal(const Mesh *mesh, const RayHit *hit, float normal[3]) {
    const uint32_t *t = mesh->tri[hit->triangle];
    float w[3];
    corner_weights(hit, w);
    for (int c = 0; c < 3; c++)
        normal[c] = w[0] * mesh->nrm[t[0]][c] + w[1] * mesh->nrm[t[1]][c] + w[2] * mesh->nrm[t[2]][c];
    normalise(normal);
}

static void draw_pixel(const ScanScene *scene, const FitCamera *camera, const float light[3], bool coloured,
                       const float px[2], uint8_t rgba[4]) {
    float direction[3], place[3], normal[3], rgb[3] = {0};
    RayHit hit;
    if (cast(scene, camera, px, direction, &hit)) {
        hit_place(scene, &hit, place);
        smooth_normal(scene->mesh, &hit, normal);
        const float facing = normal[0] * light[0] + normal[1] * light[1] + normal[2] * light[2];
        const float ambient = coloured ? AMBIENT_COLOURED : AMBIENT_GREY;
        const float shade = (ambient + (1 - ambient) * fmaxf(0, facing)) *
                            (1 - (1 - ambient) * HOLLOW_DARK * hollow(scene, place, normal));
        for (int c = 0; c < 3; c++) rgb[c] = GREY;
        if (coloured) scanpicture_colour(scene->mesh, scene->texture, &hit, rgb);
        for (int c = 0; c < 3; c++) rgb[c] *= shade;
    }
    for (int c = 0; c < 3; c++) rgba[c] = (uint8_t)(255 * linear_to_srgb(fminf(1, rgb[c])) + 0.5f);
    rgba[3] = 255;
}

void scanpicture_draw(const ScanScene *scene, const FitCamera *camera, bool coloured, Image *image) {
    float towards[3], light[3];
    for (int i = 0; i < 3; i++)
        towards[i] = (float)camera->r[0][i] * LIGHT[0] + (float)camera->r[1][i] * LIGHT[1] +
                     (float)camera->r[2][i] * LIGHT[2];
    to_scan(scene->fit, towards, light);
#pragma omp parallel for schedule(static)
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++) {
            const float px[2] = {(float)x + 0.5f, (float)y + 0.5f};
            draw_pixel(scene, camera, light, coloured, px,
                       image->rgba + 4 * ((size_t)y * (size_t)image->width + (size_t)x));
        }
}
