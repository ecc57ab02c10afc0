/* fitsolve - the state of a running fit and its Gauss-Newton steps: all evidence of all photos, one shape,
 * one camera each. Private to the fit (fit.c drives it, fitpose.c starts the cameras, fitmatch.c compares
 * photos).
 *
 * Works on photos shrunk to at most FIT_WORK_PX; all px here are of the shrunk photo.
 */
#pragma once
#include "fit.h"
#include "fitoutline.h"
#include "fitsystem.h"
#include "landmarks.h"
#include "silhouette.h"

enum { FIT_WORK_PX = 1200, FIT_POINTS_MAX = 64, FIT_MATCHES_MAX = 6000 };
/* So many patches of skin that other photos show too confirm where a photo was taken. */
enum { FIT_SHARED_SURE = 25 };

/* One point of the head seen in a photo: a blend of two sites, known along one or both of two directions. */
typedef struct FitPoint {
    int site[2]; /* landmarks before LM_VERTEX, or FitSite */
    float share; /* of site[0]; the rest is site[1] */
    float px[2];
    float axis[2][2];  /* unit directions in the photo */
    float sigma_px[2]; /* along each; 0: not known along it */
    bool pinned;
} FitPoint;

/* The same skin seen in two photos: skin at mesh vertex `vertex` lies at at[0] in photo[0]; what photo[1]
 * shows there sits moved[2] px away from the vertex's projection at[1]. `map` takes small moves in photo[0]
 * to photo[1]. */
typedef struct FitMatch {
    uint32_t vertex;
    uint8_t photo[2];
    float at[2][2], moved[2], map[2][2];
    float sigma_px;
} FitMatch;

/* Band-passed log luminance of a photo at one scale. */
typedef struct FitBand {
    float cell_mm, *values;
} FitBand;
enum { FIT_BANDS = 3 };

typedef struct FitView {
    bool present, has_face, has_outline;
    Image image; /* shrunk */
    float scale; /* shrunk px for each photo px */
    FitCamera camera;
    double focal_log_mean, focal_log_sigma;
    Silhouette silhouette;
    FitOutline outline;
    FitBand band[FIT_BANDS];
    FaceLines face;
    float face_votes;               /* of the finder (VisionFace.score) */
    int eyes_found;                 /* open ones that the finder saw in the face, 0..2 */
    FitPoint found[FIT_POINTS_MAX]; /* by the program itself */
    FitPoint point[FIT_POINTS_MAX]; /* what counts: pins, and what was found besides */
    int found_count, point_count;
    double outline_px;    /* median |gap| after the last step */
    double outline_share; /* share of the model's outline that found a partner */
    double points_px;     /* RMS over the points that are no line's, the better known ones' more */
    double apart_mm;      /* of a side: its outline from the head of all other photos; 0: not asked */
    double ear_explained; /* share of what a side shows at the ear that the head's ear explains; 0: another
                             place beside it would do nearly as well */
    int shared;           /* patches of skin that other photos have too, when they were looked for last */
} FitView;

typedef struct FitState {
    const HeadModel *model;
    Arena *arena; /* what lives as long as the fit */
    FitBasis basis;
    HeadShape shape;
    FitSystem system;
    FitView view[CASE_PHOTOS];
    SkinTone skin; /* of the face in the front photo's light */
    FitMatch *match;
    int match_count;
    double
        mirrored_apart; /* landmarks of a face alone and of its mirror image, eye distances; 0: not asked */
    bool front_is_mirrored;
    double circumference_mm; /* 0: unknown */
    float circumference_der[HEAD_WEIGHTS];
    double circumference_at_mm;
} FitState;

typedef struct FitStep {
    bool shape, residuals; /* move the modes and ears; the smooth residual and the face's features too */
    bool focal;
    bool pins_held; /* pins are met exactly; otherwise they count as a person's marks, within a millimetre */
    uint32_t views; /* bit per photo whose camera moves and whose evidence counts */
    uint32_t held;  /* bit per photo whose camera stays although its evidence counts */
    float outline_radius_px; /* partners are looked for this far */
    double outline_weight;   /* 0 leaves the outlines out */
    double match_weight;
    double damping;
} FitStep;

/* Re-find partners, sum all rows, take one step. False: the equations were singular (nothing moved). */
bool fitsolve_step(FitState *state, const FitStep *step, Arena *scratch);
/* Sum the rows at the present state, without moving; fills the views' figures. */
void fitsolve_assemble(FitState *state, const FitStep *step, Arena *scratch);
/* How far a point may be trusted along its axis k, px; 0: not at all. A pin's own figure counts when it is
 * held. */
double fitsolve_point_sigma_px(const FitView *view, const FitPoint *point, int k, bool pins_held);
/* Position of a landmark blend on the current shape. */
void fitsolve_point_position(const FitState *state, const FitPoint *point, float pos_mm[3]);
/* Where the view's camera sees a landmark before LM_VERTEX or a FitSite of the current shape. */
void fitsolve_site_px(const FitState *state, const FitView *view, int site, float px[2]);
/* Moves a landmark before LM_VERTEX from the site that stands for it, on the current shape, to where all
 * photos that show it have it: a site is the same place on every head only more or less. */
void fitsolve_landmark_seen(const FitState *state, int landmark, float pos_mm[3]);
