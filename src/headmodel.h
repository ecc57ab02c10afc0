/* headmodel - the parametric head: a smooth surface that is a function of named weights.
 *
 * The skin is a C2 bicubic B-spline over (u, v), poles at the ears: u turns about the left-right axis from
 * under the chin over face, forehead, crown and occiput to the nape (0..1), v runs from the right ear (-1)
 * over the midline (0) to the left ear (+1). Two ears are patches of their own. Every weight is in prior
 * standard deviations: the prior is N(0, I), and the zero shape is the mean head. Skin positions are linear
 * in the weights, for a given lids_closed, which blends in closed lids about each eye. The constants come
 * from assets/head.bin, written by tools/calibrate; assets/README.md names the data behind them.
 *
 * What it does NOT do: fit (fit.h), colour (skin.h), hairlines (scalp.h).
 * Units mm in head space: +x to the head's left, +y up, +z out of the face, origin midway between the notches
 * above the tragi.
 * Cost: head_mesh at HEAD_LOD_FINE about 30 ms. Threads: a HeadModel is read-only after loading and may be
 * shared.
 */
#pragma once
#include "../engine/arena.h"
#include "../engine/mesh.h"
#include <stdint.h>

enum {
    HEAD_MODES = 40, /* principal shape modes, symmetric first */
    HEAD_RESIDUAL_U = 20,
    HEAD_RESIDUAL_V = 16, /* smooth displacement along the mean normal */
    HEAD_RESIDUALS = HEAD_RESIDUAL_U * HEAD_RESIDUAL_V,
    HEAD_EAR_WEIGHTS = 6, /* length, breadth, protrusion, tilt, height on the head, lobe; one set a side */
    HEAD_EAR_SHIFT = HEAD_MODES + HEAD_RESIDUALS + 2 * HEAD_EAR_WEIGHTS, /* right, left: ear to the front */
    HEAD_NECK_LEAN = HEAD_EAR_SHIFT + 2,                                 /* the neck's foot to the front */
    HEAD_FACE = HEAD_NECK_LEAN + 1, /* moves of the face's features: x, y, z of each place */
    HEAD_FACE_PLACES = 12,          /* corners and middles of lids and mouth, base and wings of the nose */
    HEAD_FACE_WEIGHTS = 3 * HEAD_FACE_PLACES,
    HEAD_LIDS = HEAD_FACE + HEAD_FACE_WEIGHTS, /* right, left: how full the upper lid is when closed */
    HEAD_WEIGHTS = HEAD_LIDS + 2
};

/* Closed lids meet this far below the line between the eye's corners, midway on the mean head: they close
 * onto the lower one. */
#define HEAD_LID_SAG_MM 4.5f

typedef struct HeadShape {
    float weight[HEAD_WEIGHTS]; /* modes | residuals | right ear | left ear | shifts | lean | face |
                                 * lids; prior deviations, typically -3..3
                                 */
    float lids_closed; /* 0 open as calibrated .. 1 closed; not a weight: how the photos show the eyes */
    uint32_t edition;  /* head_edition of the model that the weights were fitted on; 0: none said */
} HeadShape;

typedef enum HeadPart { HEAD_SKIN, HEAD_EAR_RIGHT, HEAD_EAR_LEFT, HEAD_PART_COUNT } HeadPart;
typedef struct HeadSite {
    HeadPart part;
    float u, v; /* skin: u 0..1, v -1..1; ears: 0..1 both */
} HeadSite;

typedef enum HeadLandmark {
    LM_LEFT_PUPIL,
    LM_RIGHT_PUPIL,
    LM_LEFT_EXOCANTHION,
    LM_RIGHT_EXOCANTHION,
    LM_LEFT_ENDOCANTHION,
    LM_RIGHT_ENDOCANTHION,
    LM_SELLION,
    LM_GLABELLA,
    LM_PRONASALE,
    LM_SUBNASALE,
    LM_LEFT_CHEILION,
    LM_RIGHT_CHEILION,
    LM_MENTON,
    LM_LEFT_TRAGION,
    LM_RIGHT_TRAGION,
    LM_VERTEX,
    LM_OPISTHOCRANION,
    LM_COUNT
} HeadLandmark;
extern const char *const head_landmark_names[LM_COUNT]; /* "left_pupil" ... as in FIT.json */

typedef enum HeadLod {
    HEAD_LOD_COARSE,
    HEAD_LOD_MEDIUM,
    HEAD_LOD_FINE,
    HEAD_LOD_COUNT
} HeadLod; /* 10k, 40k, 150k */

typedef struct HeadModel HeadModel;
/* From assets/head.bin (NULL path) or a named file; the arena owns it. */
HeadModel *head_load(const char *path, Arena *arena, Err *err);
/* Which calibration of the surface this is, never 0: another head.bin gives the same weights another face. */
uint32_t head_edition(const HeadModel *model);
/* False when the weights were fitted on another calibration, or on one that was not written down. The mean
 * head, all weights 0, belongs to every one. */
bool head_shape_belongs(const HeadModel *model, const HeadShape *shape);

/* Position and unit outward normal; either output may be NULL. */
void head_eval(const HeadModel *model, const HeadShape *shape, HeadSite site, float pos_mm[3],
               float normal[3]);
/* The skin at rows x cols places, even in u (0..1) and v (-1..1): head_eval's positions at a tenth of its
 * cost. Scratch is given back; false: no memory. */
bool head_eval_grid(const HeadModel *model, const HeadShape *shape, int rows, int cols, Arena *scratch,
                    float (*pos_mm)[3]);
/* The skin under a place of an ear, and how much of it shows there: 1 where the ear begins, 0 on the ear. A
 * place of the skin is itself. */
HeadSite head_site_under_ear(const HeadModel *model, HeadSite site, float *shows);
/* First derivatives of position by u and v, mm. Skin only. */
void head_tangents(const HeadModel *model, const HeadShape *shape, HeadSite site, float du_mm[3],
                   float dv_mm[3]);
/* d position / d weight at a site, mm per prior deviation: jac[HEAD_WEIGHTS][3]. */
void head_jacobian(const HeadModel *model, const HeadShape *shape, HeadSite site, float (*jac)[3]);

/* Where a landmark lies on the surface (fixed by correspondence, for fitting). VERTEX and OPISTHOCRANION are
 * extremes of the shape at hand and are only valid from head_landmarks. */
HeadSite head_landmark_site(const HeadModel *model, HeadLandmark landmark);
HeadSite head_ear_end_site(const HeadModel *model, HeadPart ear, bool top); /* of the auricle */
/* Where closed lids meet; along: 0 at the inner corner .. 1 at the outer. */
HeadSite head_lid_line_site(const HeadModel *model, bool left, float along);
/* The margins of both lips where they meet; along: -1 at the right corner of the mouth .. 1 at the left. */
void head_lip_line_sites(const HeadModel *model, float along, HeadSite *lower, HeadSite *upper);
void head_landmarks(const HeadModel *model, const HeadShape *shape, float pos_mm[LM_COUNT][3]);
/* Sellion, glabella, vertex and opisthocranion lie in the midsagittal plane by definition, and nothing on the
 * skin tells how far aside. On a fitted shape the line that stands for that plane may have strayed by some
 * mm: moves those that are not `kept` sideways into the plane that mirrors the paired landmarks best. */
void head_landmarks_centre(float pos_mm[LM_COUNT][3], const bool kept[LM_COUNT]);

/* Fixed topology per level: sites, atlas coordinates and triangles are the same for every shape. */
typedef struct HeadTopology {
    uint32_t vertex_count, triangle_count;
    const HeadSite *site;
    const uint32_t *mirror; /* per vertex: the one in its place on the other side */
    const float (*uv)[2];   /* atlas [0,1]^2, v down; the scalp takes at least half of the area */
    const uint32_t (*tri)[3];
} HeadTopology;
const HeadTopology *head_topology(const HeadModel *model, HeadLod lod);
/* Positions and normals for that topology; uv and tri point into the model. */
bool head_mesh(const HeadModel *model, const HeadShape *shape, HeadLod lod, Arena *arena, Mesh *out,
               Err *err);
void head_atlas_from_site(const HeadModel *model, HeadSite site, float uv[2]);

/* Named anthropometry, measured on the surface (tape and caliper definitions of ANSUR II), mm. */
typedef enum HeadMeasure {
    HM_HEAD_LENGTH,
    HM_HEAD_BREADTH,
    HM_HEAD_CIRCUMFERENCE,
    HM_BITRAGION_BREADTH,
    HM_BIZYGOMATIC_BREADTH,
    HM_TRAGION_TOP,
    HM_MENTON_SELLION,
    HM_INTERPUPILLARY,
    HM_BITRAGION_CHIN_ARC,
    HM_BITRAGION_CORONAL_ARC,
    HM_SAGITTAL_ARC,
    HM_FOREHEAD_HEIGHT,
    HM_FOREHEAD_BREADTH,
    HM_INTERCANTHAL,
    HM_BIOCULAR,
    HM_NOSE_LENGTH,
    HM_NOSE_BREADTH,
    HM_NOSE_PROTRUSION,
    HM_MOUTH_BREADTH,
    HM_SUBNASALE_MENTON,
    HM_BIGONIAL_BREADTH,
    HM_EAR_LENGTH,
    HM_EAR_BREADTH,
    HM_EAR_PROTRUSION,
    HM_NECK_BREADTH,
    HM_NECK_DEPTH,
    HM_COUNT
} HeadMeasure;
extern const char *const head_measure_names[HM_COUNT]; /* "head.length_mm" ... option names */
typedef struct HeadPrior {
    float mean_mm[2], sd_mm[2]; /* men, women; ANSUR II where it has the measure (domain.md 7.1), else 7.2 */
} HeadPrior;
extern const HeadPrior head_measure_prior[HM_COUNT];
float head_measure(const HeadModel *model, const HeadShape *shape, HeadMeasure measure);
void head_measure_all(const HeadModel *model, const HeadShape *shape, float out_mm[HM_COUNT]);
/* Move the shape along the direction that changes this measure and the others least, until it measures
 * target_mm. */
void head_set_measure(const HeadModel *model, HeadShape *shape, HeadMeasure measure, float target_mm);

/* A plausible random person; woman: 0 a man, 1 a woman. Same seed, same head. */
void head_random(const HeadModel *model, uint64_t seed, int woman, HeadShape *out);
