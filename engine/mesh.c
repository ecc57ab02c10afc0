#include "mesh.h"
#include "language.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <assimp/cimport.h>
#include <assimp/config.h>
#include <assimp/material.h>
#include <assimp/postprocess.h>
#include <assimp/scene.h>

#include "file.h"

/* A head scan has 10,000 to 500,000 triangles; beyond these it is not one. */
enum { MESH_MAX_VERTICES = 8000000, MESH_MAX_TRIANGLES = 12000000, MESH_MAX_FILE_MIB = 512 };

static const char *ending_of(const char *path) {
    const char *dot = strrchr(path, '.');
    const char *slash = strrchr(path, '/');
    return dot == NULL || (slash != NULL && dot < slash) ? "" : dot;
}

static bool check_path(const char *path, Err *err) {
    static const char *const known[] = {".obj", ".ply", ".glb", ".gltf", ".stl"};
    const char *ending = ending_of(path);
    bool found = false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        found = found || strcasecmp(ending, known[i]) == 0;
    if (!found) return err_set(err, "%s is not a scan that can be read: OBJ, PLY, GLB and STL are", path);
    struct stat info;
    if (stat(path, &info) != 0) return err_set(err, "Cannot open %s: %s", path, err_reason(errno));
    if (!S_ISREG(info.st_mode)) return err_set(err, "%s is not an ordinary file", path);
    const long size = (long)info.st_size;
    if (size == 0) return err_set(err, "%s is empty", path);
    if (size > (long)MESH_MAX_FILE_MIB << 20) {
        return err_set(err, "%s is too large: at most %d MiB are read", path, MESH_MAX_FILE_MIB);
    }
    return true;
}

typedef struct Counts {
    uint64_t vertices, triangles;
    bool uv, colour, normals;
} Counts;

/* What assimp promises is checked here once; behind this all indices are good. */
static bool count_meshes(const struct aiScene *scene, Counts *counts) {
    counts->normals = true;
    for (unsigned m = 0; m < scene->mNumMeshes; m++) {
        const struct aiMesh *mesh = scene->mMeshes[m];
        if ((mesh->mPrimitiveTypes & aiPrimitiveType_TRIANGLE) == 0) continue;
        counts->vertices += mesh->mNumVertices;
        counts->triangles += mesh->mNumFaces;
        counts->uv = counts->uv || mesh->mTextureCoords[0] != NULL;
        counts->colour = counts->colour || mesh->mColors[0] != NULL;
        counts->normals = counts->normals && mesh->mNormals != NULL;
        for (unsigned f = 0; f < mesh->mNumFaces; f++) {
            if (mesh->mFaces[f].mNumIndices != 3) return false;
            for (int k = 0; k < 3; k++) {
                if (mesh->mFaces[f].mIndices[k] >= mesh->mNumVertices) return false;
            }
        }
        for (unsigned v = 0; v < mesh->mNumVertices; v++) {
            const struct aiVector3D *p = &mesh->mVertices[v];
            if (!isfinite(p->x) || !isfinite(p->y) || !isfinite(p->z)) return false;
        }
    }
    return true;
}

static bool alloc_mesh(const Counts *counts, Arena *arena, Mesh *out) {
    const size_t n = (size_t)counts->vertices, t = (size_t)counts->triangles;
    out->vertex_count = (uint32_t)n;
    out->triangle_count = (uint32_t)t;
    out->pos = arena_push_array(arena, sizeof *out->pos, n);
    out->tri = arena_push_array(arena, sizeof *out->tri, t);
    if (counts->normals) out->nrm = arena_push_array(arena, sizeof *out->nrm, n);
    if (counts->uv) out->uv = arena_push_array(arena, sizeof *out->uv, n);
    if (counts->colour) out->rgb = arena_push_array(arena, sizeof *out->rgb, n);
    return !arena->overflowed;
}

static uint8_t colour_byte(float value, bool linear) {
    const float clamped = fminf(fmaxf(value, 0), 1);
    return (uint8_t)((linear ? linear_to_srgb(clamped) : clamped) * 255 + 0.5f);
}

/* glTF says that vertex colours are linear; scanners write sRGB into the other formats. */
static void copy_vertices(const struct aiMesh *from, uint32_t at, bool linear_colours, Mesh *out) {
    for (unsigned v = 0; v < from->mNumVertices; v++) {
        const uint32_t to = at + v;
        memcpy(out->pos[to], &from->mVertices[v], sizeof out->pos[to]);
        if (out->nrm != NULL) memcpy(out->nrm[to], &from->mNormals[v], sizeof out->nrm[to]);
        if (out->uv != NULL && from->mTextureCoords[0] != NULL) {
            out->uv[to][0] = from->mTextureCoords[0][v].x;
            out->uv[to][1] = 1 - from->mTextureCoords[0][v].y;
        }
        if (out->rgb != NULL) {
            const struct aiColor4D white = {1, 1, 1, 1};
            const struct aiColor4D c = from->mColors[0] != NULL ? from->mColors[0][v] : white;
            out->rgb[to][0] = colour_byte(c.r, linear_colours);
            out->rgb[to][1] = colour_byte(c.g, linear_colours);
            out->rgb[to][2] = colour_byte(c.b, linear_colours);
        }
    }
}

static void merge_meshes(const struct aiScene *scene, bool linear_colours, Mesh *out) {
    uint32_t vertex = 0, triangle = 0;
    for (unsigned m = 0; m < scene->mNumMeshes; m++) {
        const struct aiMesh *from = scene->mMeshes[m];
        if ((from->mPrimitiveTypes & aiPrimitiveType_TRIANGLE) == 0) continue;
        copy_vertices(from, vertex, linear_colours, out);
        for (unsigned f = 0; f < from->mNumFaces; f++, triangle++) {
            for (int k = 0; k < 3; k++) out->tri[triangle][k] = vertex + from->mFaces[f].mIndices[k];
        }
        vertex += from->mNumVertices;
    }
}

static bool texture_name(const struct aiScene *scene, struct aiString *name) {
    for (unsigned m = 0; m < scene->mNumMeshes; m++) {
        if (scene->mMeshes[m]->mTextureCoords[0] == NULL) continue;
        const struct aiMaterial *material = scene->mMaterials[scene->mMeshes[m]->mMaterialIndex];
        const enum aiTextureType types[] = {aiTextureType_DIFFUSE, aiTextureType_BASE_COLOR};
        for (int i = 0; i < 2; i++) {
            if (aiGetMaterialTexture(material, types[i], 0, name, NULL, NULL, NULL, NULL, NULL, NULL) ==
                aiReturn_SUCCESS) {
                return true;
            }
        }
    }
    return false;
}

/* A scan whose texture cannot be read is still a shape: that is a warning and no texture. */
static void load_texture(const char *path, const struct aiScene *scene, Arena *arena, Image *texture) {
    struct aiString name;
    if (texture == NULL || !texture_name(scene, &name)) return;
    Err err = {0};
    bool ok = false;
    if (name.data[0] == '*') {
        const long index = strtol(name.data + 1, NULL, 10);
        const bool valid = index >= 0 && index < (long)scene->mNumTextures;
        const struct aiTexture *inside = valid ? scene->mTextures[index] : NULL;
        if (inside != NULL && inside->mHeight == 0) {
            ok = image_decode((const uint8_t *)inside->pcData, inside->mWidth, "The scan's texture", arena,
                              texture, NULL, &err);
        }
    } else {
        /* Exporters on Windows write backslashes, and sometimes paths of their own disk. */
        for (char *c = name.data; *c != 0; c++) *c = *c == '\\' ? '/' : *c;
        const char *file = file_resolve(arena, path, name.data);
        const char *slash = strrchr(name.data, '/');
        if (file != NULL && !file_exists(file) && slash != NULL) file = file_resolve(arena, path, slash + 1);
        ok = file != NULL && image_load(file, arena, texture, NULL, &err);
    }
    if (!ok) log_message(LOG_WARNING, _("The scan's texture cannot be read. %s"), err.text);
}

static const struct aiScene *import(const char *path) {
    struct aiPropertyStore *properties = aiCreatePropertyStore();
    aiSetImportPropertyInteger(properties, AI_CONFIG_PP_SBP_REMOVE,
                               aiPrimitiveType_POINT | aiPrimitiveType_LINE);
    const unsigned steps = aiProcess_Triangulate | aiProcess_SortByPType | aiProcess_JoinIdenticalVertices |
                           aiProcess_PreTransformVertices | aiProcess_FindDegenerates |
                           aiProcess_ValidateDataStructure;
    const struct aiScene *scene = aiImportFileExWithProperties(path, steps, NULL, properties);
    aiReleasePropertyStore(properties);
    return scene;
}

static bool take_scene(const char *path, const struct aiScene *scene, Arena *arena, Mesh *out, Image *texture,
                       Err *err) {
    Counts counts = {0};
    if (!count_meshes(scene, &counts)) {
        return err_set(err, "%s is damaged: its surface names points that it does not hold", path);
    }
    if (counts.triangles == 0) return err_set(err, "%s holds no surface", path);
    if (counts.vertices > MESH_MAX_VERTICES || counts.triangles > MESH_MAX_TRIANGLES) {
        return err_set(err, "%s is too fine: %llu triangles, and at most %d are read", path,
                       (unsigned long long)counts.triangles, MESH_MAX_TRIANGLES);
    }
    if (!alloc_mesh(&counts, arena, out)) return err_set(err, "There is no room for the scan %s", path);
    const char *ending = ending_of(path);
    merge_meshes(scene, strcasecmp(ending, ".glb") == 0 || strcasecmp(ending, ".gltf") == 0, out);
    load_texture(path, scene, arena, texture);
    return true;
}

bool mesh_load(const char *path, Arena *arena, Mesh *out, Image *texture, Err *err) {
    *out = (Mesh){0};
    if (texture != NULL) *texture = (Image){0};
    if (!check_path(path, err)) return false;
    const struct aiScene *scene = import(path);
    if (scene == NULL) return err_set(err, "%s is damaged or not a 3D scan", path);
    const size_t mark = arena_mark(arena);
    const bool ok = take_scene(path, scene, arena, out, texture, err);
    aiReleaseImport(scene);
    if (!ok) {
        arena_rewind(arena, mark);
        *out = (Mesh){0};
    }
    return ok;
}

/* ---- saving ---- */

static void print_vertices(FILE *text, const Mesh *mesh) {
    for (uint32_t v = 0; v < mesh->vertex_count; v++) {
        const float *p = mesh->pos[v];
        fprintf(text, "v %.4f %.4f %.4f", (double)p[0], (double)p[1], (double)p[2]);
        if (mesh->rgb != NULL) {
            const uint8_t *c = mesh->rgb[v];
            fprintf(text, " %.4f %.4f %.4f", c[0] / 255.0, c[1] / 255.0, c[2] / 255.0);
        }
        fputc('\n', text);
    }
    for (uint32_t v = 0; mesh->uv != NULL && v < mesh->vertex_count; v++)
        fprintf(text, "vt %.6f %.6f\n", (double)mesh->uv[v][0], 1 - (double)mesh->uv[v][1]);
    for (uint32_t v = 0; mesh->nrm != NULL && v < mesh->vertex_count; v++) {
        const float *n = mesh->nrm[v];
        fprintf(text, "vn %.5f %.5f %.5f\n", (double)n[0], (double)n[1], (double)n[2]);
    }
}

static void print_triangles(FILE *text, const Mesh *mesh) {
    for (uint32_t t = 0; t < mesh->triangle_count; t++) {
        fputc('f', text);
        for (int k = 0; k < 3; k++) {
            const uint32_t v = mesh->tri[t][k] + 1;
            if (mesh->uv != NULL && mesh->nrm != NULL) {
                fprintf(text, " %u/%u/%u", v, v, v);
            } else if (mesh->uv != NULL) {
                fprintf(text, " %u/%u", v, v);
            } else if (mesh->nrm != NULL) {
                fprintf(text, " %u//%u", v, v);
            } else {
                fprintf(text, " %u", v);
            }
        }
        fputc('\n', text);
    }
}

bool mesh_save_obj(const char *path, const Mesh *mesh, Err *err) {
    char *data = NULL;
    size_t size = 0;
    FILE *text = open_memstream(&data, &size);
    if (text == NULL) return err_set(err, "There is no room to save %s", path);
    fputs("# Stipple head: mm, +x to the head's left, +y up, +z out of the face\n", text);
    print_vertices(text, mesh);
    print_triangles(text, mesh);
    const bool whole = !ferror(text);
    const bool closed = fclose(text) == 0;
    const bool ok = whole && closed ? file_write(path, data, size, err)
                                    : err_set(err, "There is no room to save %s", path);
    free(data);
    return ok;
}

/* ---- normals ---- */

static void edge_between(const float from[3], const float to[3], float edge[3]) {
    for (int axis = 0; axis < 3; axis++) edge[axis] = to[axis] - from[axis];
}

static float dot(const float a[3], const float b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void add_triangle(Mesh *mesh, const uint32_t tri[3]) {
    float e[3][3], normal[3];
    for (int k = 0; k < 3; k++) edge_between(mesh->pos[tri[k]], mesh->pos[tri[(k + 1) % 3]], e[k]);
    normal[0] = e[0][1] * e[1][2] - e[0][2] * e[1][1];
    normal[1] = e[0][2] * e[1][0] - e[0][0] * e[1][2];
    normal[2] = e[0][0] * e[1][1] - e[0][1] * e[1][0];
    const float double_area = sqrtf(dot(normal, normal));
    if (!(double_area > 0)) return;
    for (int k = 0; k < 3; k++) {
        const float *in = e[(k + 2) % 3], *out = e[k];
        const float angle = atan2f(double_area, -dot(in, out));
        for (int axis = 0; axis < 3; axis++) mesh->nrm[tri[k]][axis] += angle * normal[axis];
    }
}

bool mesh_compute_normals(Mesh *mesh, Arena *arena, Err *err) {
    if (mesh->nrm == NULL) mesh->nrm = arena_push_array(arena, sizeof *mesh->nrm, mesh->vertex_count);
    if (mesh->nrm == NULL) return err_set(err, "There is no room for the normals of a mesh");
    memset(mesh->nrm, 0, sizeof *mesh->nrm * mesh->vertex_count);
    for (uint32_t t = 0; t < mesh->triangle_count; t++) add_triangle(mesh, mesh->tri[t]);
    for (uint32_t v = 0; v < mesh->vertex_count; v++) {
        float *n = mesh->nrm[v];
        const float length = sqrtf(dot(n, n));
        if (length > 0) {
            for (int axis = 0; axis < 3; axis++) n[axis] /= length;
        } else {
            n[2] = 1; /* a point of no triangle: any unit vector */
        }
    }
    return true;
}
