/* viewsync - what changed in the scene goes to the GPU: meshes, textures, sites, states. */
#include "viewsync.h"
#include "../engine/language.h"
#include "../engine/rays.h"
#include "brows.h"
#include <math.h>
#include <string.h>

/* ---- packing ---- */
static uint32_t pack_snorm10(const float n[3]) {
    uint32_t out = 0;
    for (int i = 0; i < 3; i++) {
        const int v = (int)lroundf(fminf(fmaxf(n[i], -1), 1) * 511);
        out |= ((uint32_t)v & 1023u) << (10 * i);
    }
    return out;
}

/* Octahedral map in 0..255 (Cigolle et al. 2014). */
static void pack_oct8(const float n[3], uint8_t out[2]) {
    const float sum = fabsf(n[0]) + fabsf(n[1]) + fabsf(n[2]);
    float x = sum > 0 ? n[0] / sum : 0, y = sum > 0 ? n[1] / sum : 0;
    if (n[2] < 0) {
        const float fold = (1 - fabsf(y)) * (x >= 0 ? 1.0f : -1.0f);
        y = (1 - fabsf(x)) * (y >= 0 ? 1.0f : -1.0f);
        x = fold;
    }
    out[0] = (uint8_t)lroundf((x * 0.5f + 0.5f) * 255);
    out[1] = (uint8_t)lroundf((y * 0.5f + 0.5f) * 255);
}

static uint16_t pack_unorm16(float v) {
    return (uint16_t)lroundf(fminf(fmaxf(v, 0), 1) * 65535);
}

/* ---- region and ambient, on the medium mesh ---- */
enum { REGION_SCALP = 127, REGION_THIN_LEAST = 191, REGION_THIN = 255 };

/* Light comes through where the far side is near: 1 at 4 mm (an ear's shell), 0 from 11 mm on. */
static float thinness(const Rays *rays, const float pos[3], const float normal[3]) {
    const float inside_mm = 0.2f, reach_mm = 11;
    float origin[3], inward[3];
    for (int i = 0; i < 3; i++) {
        inward[i] = -normal[i];
        origin[i] = pos[i] + inside_mm * inward[i];
    }
    RayHit hit;
    if (!rays || !rays_cast(rays, origin, inward, reach_mm, &hit)) return 0;
    return fminf(fmaxf((reach_mm - hit.distance_mm) / 7, 0), 1);
}

/* Scalp fades into face over 20 mm about the border of youthful hair: pores, gloss and relief differ. */
static uint8_t region_of(const Scene *scene, const HeadSite *site, const Rays *rays, const float pos[3],
                         const float normal[3]) {
    if (!site) return REGION_SCALP;
    if (site->part != HEAD_SKIN) {
        const float thin = thinness(rays, pos, normal);
        return thin > 0 ? (uint8_t)lroundf(REGION_THIN_LEAST + thin * (REGION_THIN - REGION_THIN_LEAST)) : 0;
    }
    if (!scene->scalp.grid) return 0;
    float s_mm, l_mm;
    scalp_from_site(&scene->scalp, *site, &s_mm, &l_mm);
    const float t = (scalp_hair_border_mm(&scene->scalp, s_mm, l_mm) + 12) / 20;
    return (uint8_t)lroundf(fminf(fmaxf(t, 0), 1) * REGION_SCALP);
}

typedef struct Ambient {
    float bent[3], visible, region;
} Ambient;

static const HeadSite *sites_of(const Scene *scene, int lod, uint32_t vertex_count) {
    const HeadTopology *topology = scene->model ? head_topology(scene->model, (HeadLod)lod) : NULL;
    return topology && topology->vertex_count == vertex_count ? topology->site : NULL;
}

static void ambient_of_medium(const Scene *scene, const Mesh *mesh, Ambient *out) {
    const HeadSite *site = sites_of(scene, HEAD_LOD_MEDIUM, mesh->vertex_count);
    Rays *rays = rays_create(mesh, NULL);
#pragma omp parallel for schedule(static)
    for (uint32_t v = 0; v < mesh->vertex_count; v++) {
        out[v].region = region_of(scene, site ? &site[v] : NULL, rays, mesh->pos[v], mesh->nrm[v]);
        out[v].visible = scene->ambient ? scene->ambient[v][3] : 1;
        for (int i = 0; i < 3; i++) out[v].bent[i] = scene->ambient ? scene->ambient[v][i] : mesh->nrm[v][i];
    }
    rays_destroy(rays);
}

/* Vertices of the medium mesh by cells of space, to carry its ambient light over to the other meshes. */
enum { CELLS = 48 };
typedef struct CellGrid {
    float low[3], per_mm;
    uint32_t *first; /* CELLS^3 + 1 */
    uint32_t *vertex;
} CellGrid;

static uint32_t cell_of(const CellGrid *grid, const float pos[3], int cell[3]) {
    for (int i = 0; i < 3; i++) {
        const int at = (int)((pos[i] - grid->low[i]) * grid->per_mm);
        cell[i] = at < 0 ? 0 : at >= CELLS ? CELLS - 1 : at;
    }
    return (uint32_t)((cell[2] * CELLS + cell[1]) * CELLS + cell[0]);
}

static bool grid_build(const Mesh *mesh, const HeadBounds *bounds, Arena *arena, CellGrid *out) {
    float size = 1;
    for (int i = 0; i < 3; i++) size = fmaxf(size, bounds->high_mm[i] - bounds->low_mm[i]);
    memcpy(out->low, bounds->low_mm, sizeof out->low);
    out->per_mm = CELLS / size;
    out->first = ARENA_ARRAY(arena, uint32_t, CELLS * CELLS * CELLS + 2);
    out->vertex = ARENA_ARRAY(arena, uint32_t, mesh->vertex_count + 1);
    if (!out->first || !out->vertex) return false;
    int cell[3];
    for (uint32_t v = 0; v < mesh->vertex_count; v++) out->first[cell_of(out, mesh->pos[v], cell) + 2]++;
    for (uint32_t i = 2; i < CELLS * CELLS * CELLS + 2; i++) out->first[i] += out->first[i - 1];
    for (uint32_t v = 0; v < mesh->vertex_count; v++)
        out->vertex[out->first[cell_of(out, mesh->pos[v], cell) + 1]++] = v;
    return true;
}

/* Mean of the near vertices that face the same way, weighted by the inverse fourth power of their distance.
 */
static Ambient ambient_near(const CellGrid *grid, const Mesh *mesh, const Ambient *known, const float pos[3],
                            const float normal[3]) {
    Ambient sum = {{0}, 0, 0};
    float total = 0;
    int cell[3];
    cell_of(grid, pos, cell);
    for (int dz = -1; dz <= 1; dz++)
        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++) {
                const int x = cell[0] + dx, y = cell[1] + dy, z = cell[2] + dz;
                if (x < 0 || y < 0 || z < 0 || x >= CELLS || y >= CELLS || z >= CELLS) continue;
                const uint32_t at = (uint32_t)((z * CELLS + y) * CELLS + x);
                for (uint32_t i = grid->first[at]; i < grid->first[at + 1]; i++) {
                    const uint32_t v = grid->vertex[i];
                    float square = 0.01f, facing = 0;
                    for (int k = 0; k < 3; k++) {
                        const float d = mesh->pos[v][k] - pos[k];
                        square += d * d;
                        facing += mesh->nrm[v][k] * normal[k];
                    }
                    if (facing < 0.2f) continue;
                    const float w = 1 / (square * square);
                    total += w;
                    for (int k = 0; k < 3; k++) sum.bent[k] += w * known[v].bent[k];
                    sum.visible += w * known[v].visible;
                    sum.region += w * known[v].region;
                }
            }
    if (total <= 0) return (Ambient){{normal[0], normal[1], normal[2]}, 0.8f, 0};
    for (int k = 0; k < 3; k++) sum.bent[k] /= total;
    return (Ambient){{sum.bent[0], sum.bent[1], sum.bent[2]}, sum.visible / total, sum.region / total};
}

static HeadVertex head_vertex(const Mesh *mesh, uint32_t v, const Ambient *ambient, bool eye) {
    HeadVertex out = {.normal = pack_snorm10(mesh->nrm[v]) | (eye ? 1u << 30 : 0)};
    memcpy(out.pos_mm, mesh->pos[v], sizeof out.pos_mm);
    for (int i = 0; i < 2; i++) out.uv[i] = mesh->uv ? pack_unorm16(mesh->uv[v][i]) : 0;
    pack_oct8(ambient->bent, out.ambient);
    out.ambient[2] = (uint8_t)lroundf(fminf(fmaxf(ambient->visible, 0), 1) * 255);
    out.ambient[3] = (uint8_t)lroundf(ambient->region);
    return out;
}

/* ---- uploading ---- */
static void refill(View *view, GpuBuffer *buffer, GpuBufferKind kind, const void *data, size_t size,
                   const char *label) {
    if (buffer->id && gpu_buffer_size(view->gpu, *buffer) == size) {
        gpu_buffer_update(view->gpu, *buffer, 0, data, size);
        return;
    }
    gpu_buffer_destroy(view->gpu, *buffer);
    *buffer = (GpuBuffer){0};
    if (size == 0) return;
    *buffer = gpu_buffer_create(
        view->gpu, &(GpuBufferDesc){
                       .kind = kind, .usage = GPU_DYNAMIC, .size_bytes = size, .data = data, .label = label});
}

/* The triangles that touch an eyeball go last; returns the number of indices before them. */
static int sort_eyes_last(const Mesh *mesh, const HeadVertex *vertex, uint32_t (*out)[3]) {
    uint32_t count = 0, skin = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t t = 0; t < mesh->triangle_count; t++) {
            uint32_t eye = 0;
            for (int i = 0; i < 3; i++) eye |= vertex[mesh->tri[t][i]].normal >> 30;
            if ((eye != 0) == (pass == 1)) memcpy(out[count++], mesh->tri[t], sizeof *out);
        }
        if (pass == 0) skin = count;
    }
    return (int)(3 * skin);
}

static bool upload_mesh(View *view, const Scene *scene, int lod, const CellGrid *grid, const Ambient *known,
                        Arena *scratch) {
    const Mesh *mesh = &scene->mesh[lod], *medium = &scene->mesh[HEAD_LOD_MEDIUM];
    HeadVertex *vertex = ARENA_ARRAY(scratch, HeadVertex, mesh->vertex_count);
    uint32_t(*tri)[3] = arena_push(scratch, mesh->triangle_count * sizeof *tri);
    const HeadSite *site = sites_of(scene, lod, mesh->vertex_count);
    if (!vertex || !tri) return false;
#pragma omp parallel for schedule(static)
    for (uint32_t v = 0; v < mesh->vertex_count; v++) {
        const Ambient near =
            lod == HEAD_LOD_MEDIUM ? known[v] : ambient_near(grid, medium, known, mesh->pos[v], mesh->nrm[v]);
        vertex[v] = head_vertex(mesh, v, &near, site && eyes_hold(&view->eyes, &site[v]));
    }
    view->head_skin_count[lod] = sort_eyes_last(mesh, vertex, tri);
    refill(view, &view->head_vertices[lod], GPU_VERTICES, vertex, mesh->vertex_count * sizeof *vertex,
           "head");
    refill(view, &view->head_indices[lod], GPU_INDICES, tri, mesh->triangle_count * sizeof *tri,
           "head triangles");
    view->head_index_count[lod] = (int)(3 * mesh->triangle_count);
    return true;
}

bool sync_head(View *view, const Scene *scene, Err *err) {
    const Mesh *medium = &scene->mesh[HEAD_LOD_MEDIUM];
    eyes_build(scene->model, &scene->shape, &view->eyes);
    Arena scratch = {0};
    if (!arena_create(&scratch, &(ArenaDesc){.name = "view upload", .capacity_bytes = (size_t)256 << 20},
                      err))
        return false;
    head_bounds_build(medium, &scratch, &view->bounds);
    Ambient *known = ARENA_ARRAY(&scratch, Ambient, medium->vertex_count + 1);
    CellGrid grid;
    bool ok = known && grid_build(medium, &view->bounds, &scratch, &grid);
    if (ok) ambient_of_medium(scene, medium, known);
    for (int lod = 0; ok && lod < VIEW_LODS; lod++) {
        view->head_index_count[lod] = 0;
        const size_t mark = arena_mark(&scratch);
        if (scene->mesh[lod].vertex_count > 0) ok = upload_mesh(view, scene, lod, &grid, known, &scratch);
        arena_rewind(&scratch, mark);
    }
    arena_destroy(&scratch);
    return ok || err_set(err, "the head is too large to draw");
}

static void upload_picture(View *view, GpuTexture *texture, const Image *image, const char *label) {
    int width, height;
    gpu_texture_size(view->gpu, *texture, &width, &height);
    if (texture->id && width == image->width && height == image->height) {
        gpu_texture_update(view->gpu, *texture, 0, 0, 0, width, height, image->rgba);
        return;
    }
    gpu_texture_destroy(view->gpu, *texture);
    const bool software = gpu_info(view->gpu)->software;
    *texture =
        gpu_texture_create(view->gpu, &(GpuTextureDesc){.width = image->width,
                                                        .height = image->height,
                                                        .format = GPU_SRGB8_A8,
                                                        .filter = software ? GPU_MIPMAP : GPU_ANISOTROPIC,
                                                        .data = image->rgba,
                                                        .label = label});
}

/* ---- parts: what a dragged mark or a day's redness changes ---- */

/* The part, grown to corners that smaller levels share; true when only that must go up. */
static bool part_of(const ScenePart *part, uint32_t seen, uint32_t now, int size, int out[4]) {
    enum { CORNERS = 1 << GPU_MOST_MIPS };
    if (part->since == 0 || seen != part->since || now != seen + 1) return false;
    for (int k = 0; k < 2; k++) {
        out[k] = part->rect[k] / CORNERS * CORNERS;
        out[2 + k] = (part->rect[2 + k] + CORNERS - 1) / CORNERS * CORNERS;
        if (out[2 + k] > size) out[2 + k] = size;
    }
    return out[2] - out[0] < size || out[3] - out[1] < size;
}

/* Rows of a part of a picture `size` texels wide, one after the other. */
static uint8_t *part_copy(const void *from, int size, size_t texel_bytes, const int part[4]) {
    const size_t row = (size_t)(part[2] - part[0]) * texel_bytes;
    uint8_t *out = malloc(row * (size_t)(part[3] - part[1]));
    for (int y = part[1]; out && y < part[3]; y++)
        memcpy(out + row * (size_t)(y - part[1]),
               (const uint8_t *)from + ((size_t)y * (size_t)size + (size_t)part[0]) * texel_bytes, row);
    return out;
}

static bool texture_fits(const View *view, GpuTexture texture, int size) {
    int width, height;
    gpu_texture_size(view->gpu, texture, &width, &height);
    return width == size && height == size;
}

/* While a mark is dragged. */
static bool update_marks(View *view, const Scene *scene) {
    const MarksMap *map = &scene->marks;
    int part[4];
    if (!map->surface || !texture_fits(view, view->marks, map->size)) return false;
    if (!part_of(&scene->marks_part, view->seen.marks, scene->revision.marks, map->size, part)) {
        gpu_texture_update(view->gpu, view->marks, 0, 0, 0, map->size, map->size, map->surface);
        return true;
    }
    uint8_t *copy = part_copy(map->surface, map->size, sizeof *map->surface, part);
    if (copy)
        gpu_texture_update_part(view->gpu, view->marks, part[0], part[1], part[2] - part[0],
                                part[3] - part[1], copy);
    free(copy);
    return copy != NULL;
}

/* Relief and gloss of marks: a texture from the first mark on. */
void sync_marks(View *view, const Scene *scene) {
    const MarksMap *map = &scene->marks;
    if (update_marks(view, scene)) return;
    gpu_texture_destroy(view->gpu, view->marks);
    view->marks = (GpuTexture){0};
    if (map->surface)
        view->marks = gpu_texture_create(view->gpu, &(GpuTextureDesc){.width = map->size,
                                                                      .height = map->size,
                                                                      .format = GPU_RG16F,
                                                                      .filter = GPU_MIPMAP,
                                                                      .data = map->surface,
                                                                      .label = "marks"});
}

/* Colour, with the gloss in alpha: one look at a texture gives both. */
static void upload_skin(View *view, const Scene *scene) {
    const Skin *skin = &scene->skin;
    enum { EVEN_GLOSS = 128 };
    const size_t count = (size_t)skin->albedo.width * (size_t)skin->albedo.height;
    Image both = skin->albedo;
    both.rgba = malloc(4 * count);
    if (!both.rgba) {
        log_message(LOG_ERROR, _("There is not enough memory to show the skin"));
        return;
    }
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < count; i++) {
        memcpy(both.rgba + 4 * i, skin->albedo.rgba + 4 * i, 3);
        both.rgba[4 * i + 3] = skin->gloss ? skin->gloss[i] : EVEN_GLOSS;
    }
    eyes_clean_lids(scene->model, &view->eyes, &both);
    upload_picture(view, &view->albedo, &both, "skin albedo, gloss");
    explicit_bzero(both.rgba, 4 * count);
    free(both.rgba);
}

bool sync_skin_part(View *view, const Scene *scene) {
    const Skin *skin = &scene->skin;
    const int size = skin->albedo.width;
    int part[4];
    float low[2], high[2];
    if (!skin->albedo.rgba || !skin->gloss || !texture_fits(view, view->albedo, size) ||
        !part_of(&scene->skin_part, view->seen.skin, scene->revision.skin, size, part) ||
        !eyes_box(scene->model, &view->eyes, low, high))
        return false;
    bool apart = false; /* what lids, irises and brows are made from is not touched */
    for (int k = 0; k < 2; k++)
        apart = apart || high[k] * (float)size < (float)part[k] || low[k] * (float)size > (float)part[2 + k];
    if (!apart) return false;
    const int wide = part[2] - part[0], high_px = part[3] - part[1];
    uint8_t *copy = part_copy(skin->albedo.rgba, size, 4, part);
    for (int y = 0; copy && y < high_px; y++) {
        const uint8_t *gloss = skin->gloss + (size_t)(part[1] + y) * (size_t)size + (size_t)part[0];
        uint8_t *row = copy + 4 * (size_t)y * (size_t)wide;
        for (int x = 0; x < wide; x++) row[4 * x + 3] = gloss[x];
    }
    if (copy) gpu_texture_update_part(view->gpu, view->albedo, part[0], part[1], wide, high_px, copy);
    if (copy) explicit_bzero(copy, 4 * (size_t)wide * (size_t)high_px);
    free(copy);
    return copy != NULL;
}

void sync_skin(View *view, const Scene *scene) {
    const Skin *skin = &scene->skin;
    if (skin->albedo.rgba) upload_skin(view, scene);
    eyes_iris(scene->model, &view->eyes, &skin->albedo, view->iris_lin);
}

/* The brows' hairs grow where the skin's picture has brows. */
void sync_lashes(View *view, const Scene *scene) {
    gpu_buffer_destroy(view->gpu, view->lashes);
    view->lashes = (GpuBuffer){0};
    LashVertex *vertex = malloc((LASH_VERTICES + BROW_VERTICES) * sizeof *vertex);
    if (!vertex) return;
    uint32_t count =
        eyes_lashes(scene->model, &scene->shape, &view->eyes, vertex) ? (uint32_t)LASH_VERTICES : 0;
    count += brows_build(scene->model, &scene->shape, &scene->skin.albedo, vertex + count);
    refill(view, &view->lashes, GPU_VERTICES, vertex, count * sizeof *vertex, "lashes, brows");
    view->lash_vertices = (int)count;
    free(vertex);
}

/* The light that photos carry is wanted rarely; it is uploaded when first asked for. */
void sync_radiance(View *view, const Scene *scene) {
    if (view->radiance.id && view->radiance_revision == scene->revision.skin) return;
    Image shown = scene->skin.radiance;
    const size_t bytes = 4 * (size_t)shown.width * (size_t)shown.height;
    shown.rgba = malloc(bytes);
    if (!shown.rgba) {
        log_message(LOG_ERROR, _("There is not enough memory to show the skin"));
        return;
    }
    scene_photographed(scene, &shown);
    upload_picture(view, &view->radiance, &shown, "skin radiance");
    view->radiance_revision = scene->revision.skin;
    explicit_bzero(shown.rgba, bytes);
    free(shown.rgba);
}

static void texels(View *view, GpuTexture *texture, GpuBuffer buffer, GpuFormat format, const char *label) {
    gpu_texture_destroy(view->gpu, *texture);
    *texture = (GpuTexture){0};
    if (buffer.id)
        *texture = gpu_texture_create(view->gpu,
                                      &(GpuTextureDesc){.format = format, .texels = buffer, .label = label});
}

bool sync_sites(View *view, const Scene *scene, Err *err) {
    arena_rewind(&view->memory, 0);
    const struct {
        PointBuffers *points;
        uint32_t count, cluster_count;
        const void *site;
        size_t site_bytes;
        const PointCluster *cluster;
    } all[] = {{&view->dots, scene->dots.count, scene->dots.cluster_count, scene->dots.site, sizeof(DotSite),
                scene->dots.cluster},
               {&view->roots, scene->roots.count, scene->roots.cluster_count, scene->roots.site,
                sizeof(DotSite), scene->roots.cluster},
               {&view->hair, scene->hair.count, scene->hair.cluster_count, scene->hair.site, sizeof(HairSite),
                scene->hair.cluster}};
    view->range_capacity = 1;
    for (int i = 0; i < 3; i++) {
        PointBuffers *points = all[i].points;
        points->count = all[i].count;
        points->cluster_count = all[i].cluster_count;
        points->cluster = all[i].cluster;
        points->live = ARENA_ARRAY(&view->memory, uint8_t, all[i].cluster_count + 1);
        if (!points->live) return err_set(err, "too many follicles to draw");
        if (view->range_capacity < all[i].cluster_count) view->range_capacity = all[i].cluster_count;
        /* strands are pulled from texels as well as fetched as vertices */
        refill(view, &points->site, points == &view->hair ? GPU_TEXELS : GPU_VERTICES, all[i].site,
               all[i].count * all[i].site_bytes, "sites");
    }
    texels(view, &view->hair.site_texels, view->hair.site, GPU_R32UI, "hair sites");
    view->firsts = ARENA_ARRAY(&view->memory, int32_t, view->range_capacity);
    view->counts = ARENA_ARRAY(&view->memory, int32_t, view->range_capacity);
    return (view->firsts && view->counts) || err_set(err, "too many follicles to draw");
}

static void mark_live_dots(PointBuffers *points, const DotState *state) {
    for (uint32_t c = 0; c < points->cluster_count; c++) {
        const PointCluster *cluster = &points->cluster[c];
        uint32_t any = 0;
        for (uint32_t i = 0; i < cluster->count; i++) any |= state[cluster->first + i].diameter_um;
        points->live[c] = any != 0;
    }
}

void sync_dots(View *view, const Scene *scene) {
    mark_live_dots(&view->dots, scene->dots.state);
    refill(view, &view->dots.state, GPU_VERTICES, scene->dots.state, view->dots.count * sizeof(DotState),
           "dots");
}

/* Hairs and their cut roots. */
void sync_hair(View *view, const Scene *scene) {
    mark_live_dots(&view->roots, scene->roots.state);
    refill(view, &view->roots.state, GPU_VERTICES, scene->roots.state, view->roots.count * sizeof(DotState),
           "roots");
    PointBuffers *points = &view->hair;
    for (uint32_t c = 0; c < points->cluster_count; c++) {
        const PointCluster *cluster = &points->cluster[c];
        uint32_t any = 0;
        for (uint32_t i = 0; i < cluster->count; i++)
            any |= scene->hair.state[cluster->first + i].diameter_um;
        points->live[c] = any != 0;
    }
    const GpuBuffer before = points->state;
    refill(view, &points->state, GPU_TEXELS, scene->hair.state, points->count * sizeof(HairState), "hair");
    if (before.id != points->state.id || !points->state_texels.id)
        texels(view, &points->state_texels, points->state, GPU_RGBA8, "hair states");
}

void sync_forget(View *view) {
    Gpu *gpu = view->gpu;
    for (int lod = 0; lod < VIEW_LODS; lod++) {
        gpu_buffer_destroy(gpu, view->head_vertices[lod]);
        gpu_buffer_destroy(gpu, view->head_indices[lod]);
        view->head_vertices[lod] = view->head_indices[lod] = (GpuBuffer){0};
        view->head_index_count[lod] = 0;
    }
    PointBuffers *all[] = {&view->dots, &view->roots, &view->hair};
    for (int i = 0; i < 3; i++) {
        gpu_texture_destroy(gpu, all[i]->site_texels);
        gpu_texture_destroy(gpu, all[i]->state_texels);
        gpu_buffer_destroy(gpu, all[i]->site);
        gpu_buffer_destroy(gpu, all[i]->state);
        *all[i] = (PointBuffers){0};
    }
    gpu_buffer_destroy(gpu, view->lashes);
    view->lashes = (GpuBuffer){0};
    gpu_texture_destroy(gpu, view->albedo);
    gpu_texture_destroy(gpu, view->radiance);
    gpu_texture_destroy(gpu, view->marks);
    view->albedo = view->radiance = view->marks = (GpuTexture){0};
    view->synced = view->skin_synced = false;
}
