/* casefile - everything a consultation decides, as one plain value; its option table; and its JSON file.
 *
 * `case_options` is the one table of names, units, ranges and defaults: it feeds the file, --set, the GUI and the help.
 * A file of a newer schema version is refused; unknown keys are errors; saving and loading again gives equal bytes.
 * Photos are named by path (relative to the case file), never embedded.
 */
#pragma once
#include "../engine/camera.h"
#include "../engine/options.h"
#include "headmodel.h"

enum { CASE_VERSION = 1, CASE_PHOTOS = 5, CASE_PATH = 1024 };

typedef enum PhotoSlot { PHOTO_FRONT, PHOTO_LEFT, PHOTO_RIGHT, PHOTO_BACK, PHOTO_TOP } PhotoSlot;
extern const char *const photo_slot_names[CASE_PHOTOS];

typedef struct CasePhoto {
    char path[CASE_PATH]; /* "" when the slot is empty */
    bool used;            /* false when the fit left it out */
    Camera camera;        /* solved by the fit; px of the upright photo */
    float residual_px;
    int verdict;          /* FitVerdict */
} CasePhoto;

/* Groups of settings. Units and ranges stand in the option table; the sim's modules read them, nobody else writes them
 * but the option functions. The list grows with the product; names do not change. */
typedef struct SkinSettings {
    float gloss;      /* 0 matte product .. 1 oily */
    float tone_ita_deg; /* used by synthetic skin only; photos bring their own */
} SkinSettings;

typedef struct LossSettings {
    int pattern;      /* none, norwood, norwood-a, ludwig, sinclair, olsen, dpa, dupa, areata, ophiasis, ... */
    float stage;      /* norwood 1..7 continuous; ludwig 1..3; sinclair 1..5 */
    float miniaturisation; /* 0..1: how far thin hairs surround the bald area */
} LossSettings;

typedef struct HairSettings {
    float length_mm;  /* 0..25 (women up to 120) */
    float density_per_cm2; /* hairs */
    float diameter_um;
    float melanin, pheomelanin, grey_share;
    float curl;       /* 0 straight, 1 wavy, 2 curly, 3 coily */
    int show;         /* bool */
} HairSettings;

typedef struct HairlineSettings {
    int style;        /* natural, soft, broken, scattered, faded, defined, edge-up, ... */
    float front_mm;   /* mid-front above the glabella; 0: the natural line of this head (rule of 8) */
    float temple_mm, corner_mm; /* offsets */
    float asymmetry_mm;
    float transition_mm;
} HairlineSettings;

typedef struct TreatmentSettings {
    int enabled;      /* bool: before / after */
    int zone;         /* full top, edge-up, density fill, scar, parting */
    int sessions;     /* 0..6 done */
    float density_per_cm2[6], dilution[6] /* water parts */, diameter_mm[6], depth_mm[6];
} TreatmentSettings;

typedef struct TimeSettings {
    float days;       /* since the last session: 0 fresh, 10 healed */
    float years;      /* since the treatment was complete */
    int skin_type;    /* normal, oily, dry, sensitive */
    float uv;         /* 0.7 hat, 1 normal, 1.8 outdoors */
} TimeSettings;

typedef struct LightSettings {
    int preset;       /* studio, clinic, daylight, low sun, bathroom, flash, lounge, photo */
    float turn_deg, exposure_ev;
} LightSettings;

typedef struct Case {
    int version;
    char name[128];
    uint64_t seed;
    HeadShape shape;
    CasePhoto photo[CASE_PHOTOS];
    char skin_path[CASE_PATH]; /* a baked skin beside the case (the sample client); "" to project the photos */
    SkinSettings skin;
    LossSettings loss;
    HairSettings hair;
    HairlineSettings hairline;
    TreatmentSettings treatment;
    TimeSettings time;
    LightSettings light;
} Case;

extern const OptionDef case_options[];
extern const int case_option_count;

void case_defaults(Case *out);
bool case_load(const char *path, Case *out, Err *err);
bool case_save(const char *path, const Case *value, Err *err);
/* "hair.length_mm=1" or "hair.length_mm" and "1"; the sentence names the range or the nearest option. */
bool case_set(Case *value, const char *name, const char *text, Err *err);
