/* viewstate - what a View owns, shared by view.c (the frame), viewsync.c (uploads) and viewpipes.c
 * (programs). Private to them. */
#pragma once
#include "../engine/shader.h"
#include "viewpasses.h"

enum { VIEW_LODS = HEAD_LOD_COUNT, VIEW_READS_IN_FLIGHT = 3, SCATTER_TIERS = 3 };
enum { BLOCK_FRAME, BLOCK_KERNEL };
enum {
    UNIT_SKIN,
    UNIT_SHADOW,
    UNIT_LIGHT,
    UNIT_ALBEDO,
    UNIT_SPECULAR,
    UNIT_STRANDS,

    UNIT_PICTURE,
    UNIT_HAIR_SITE,
    UNIT_HAIR_STATE,
    UNIT_INK,
    UNIT_MARKS
};
extern const int scatter_taps[SCATTER_TIERS];

/* The record of a head's vertex. */
typedef struct HeadVertex {
    float pos_mm[3];
    uint32_t normal;    /* x, y, z in 10 bits each, signed; 2 bits: 1 on an eyeball */
    uint16_t uv[2];     /* atlas, 1/65535 */
    uint8_t ambient[4]; /* bent normal (octahedral), visibility, region: 0 face .. 127 scalp, 191..255 thin */
} HeadVertex;
static_assert(sizeof(HeadVertex) == 24, "GPU record");

/* Points and their states on the GPU, and which clusters hold any. */
typedef struct PointBuffers {
    GpuBuffer site, state;
    GpuTexture site_texels, state_texels; /* hair only: strips pull from them */
    uint32_t count, cluster_count;
    const PointCluster *cluster; /* the scene's */
    uint8_t *live;               /* per cluster; in View.memory */
} PointBuffers;

typedef struct FrameTargets {
    int width, height;
    bool precise;      /* full floats where dots are multiplied */
    GpuTarget draft;   /* diffuse radiance | specular luminance, and depth */
    GpuTarget skin;    /* irradiance | depth mm, albedo, specular, and depth */
    GpuTarget dots[2]; /* what the dots let through, with the depth of draft, skin */
    GpuFormat dots_format[2];
    GpuTarget blur[2];    /* scattering, across and along */
    GpuTarget strands[2]; /* hair's light | transmittance, with the depth of draft, skin */
    GpuTarget picture;    /* RGBA8 before edges are smoothed */
    GpuTarget sum;        /* samples added up, RGBA32F */
} FrameTargets;

typedef struct ViewPipes {
    GpuPipeline shadow;
    GpuPipeline head[2][2][2][2][2]; /* as HeadKind */
    GpuPipeline depth_only;
    GpuPipeline layer[3];   /* mask, normals, shadow */
    GpuPipeline dots[2][2]; /* ellipse, roots */
    GpuPipeline hair_point, hair_strip, hair_shadow, lash;
    GpuPipeline scatter[SCATTER_TIERS];
    GpuPipeline present[2][2][2][2][2]; /* as PresentKind */
    GpuPipeline finish[2];              /* smooth */
    GpuPipeline backdrop[2];            /* dither */
    GpuPipeline ground, ink, copy;
} ViewPipes;

struct View {
    Gpu *gpu;
    ShaderBank *bank;
    Arena memory; /* cluster flags, cull ranges; rewound when sites change */
    ViewPipes pipes;
    FrameTargets targets;
    GpuTarget shadow[2]; /* of drafts, of full pictures: so that a head in motion and at rest keep theirs */
    float shadow_key[2][5]; /* direction it was drawn for; 1 + level of detail, 0 for none; length of the hair
                               in it, 0 for none */
    GpuBuffer head_vertices[VIEW_LODS], head_indices[VIEW_LODS];
    int head_index_count[VIEW_LODS], head_skin_count[VIEW_LODS]; /* the eyes' triangles come last */
    Eyes eyes;
    GpuBuffer lashes; /* and the brows' hairs; may be none */
    int lash_vertices;
    float iris_lin[3];
    GpuTexture albedo, radiance, marks;
    uint32_t radiance_revision;
    PointBuffers dots, roots, hair;
    int32_t *firsts, *counts; /* cull ranges, as many as the most clusters */
    uint32_t range_capacity;
    HeadBounds bounds;
    SceneRevisions seen;
    bool synced, skin_synced;
    GpuReadback reading;
    int reading_size[2];
    GpuTarget output;
    int output_size[2];
};

typedef struct PresentKind {
    int tier;                   /* 0 draft, 1 scattered */
    bool hair, sum, unlit, ink; /* sum: linear, added to the samples before */
} PresentKind;

typedef struct HeadKind {
    int tier;
    bool relief, unlit, marks, eyes; /* eyes: the triangles of the eyeballs */
} HeadKind;

/* viewpipes.c: programs, made when first asked for. */
GpuPipeline pipe_shadow(View *view);
GpuPipeline pipe_head(View *view, const HeadKind *kind);
GpuPipeline pipe_depth_only(View *view);
GpuPipeline pipe_layer(View *view, int layer);
GpuPipeline pipe_dots(View *view, bool ellipse, bool roots);
GpuPipeline pipe_hair(View *view, bool strips);
GpuPipeline pipe_hair_shadow(View *view);
GpuPipeline pipe_lash(View *view);
GpuPipeline pipe_scatter(View *view, int tier);
GpuPipeline pipe_present(View *view, const PresentKind *kind);
GpuPipeline pipe_finish(View *view, bool smooth);
GpuPipeline pipe_backdrop(View *view, bool dither);
GpuPipeline pipe_ground(View *view);
GpuPipeline pipe_ink(View *view);
GpuPipeline pipe_copy(View *view);
bool pipes_open(View *view, Err *err);
void pipes_close(View *view);
