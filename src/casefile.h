/* casefile - everything a consultation decides, as one plain value; its option table; and its JSON file.
 *
 * `case_options` is the one table of names, units, ranges and defaults: it feeds the file, --set, the GUI and
 * the help. A file of a newer schema version is refused; unknown keys are errors; saving and loading again
 * gives equal bytes. Photos are named by path (relative to the case file), never embedded.
 */
#pragma once
#include "../engine/camera.h"
#include "../engine/options.h"
#include "headmodel.h"
#include "settings.h"

enum { CASE_VERSION = 1, CASE_PHOTOS = 5, CASE_PATH = 1024 };

typedef enum PhotoSlot { PHOTO_FRONT, PHOTO_LEFT, PHOTO_RIGHT, PHOTO_BACK, PHOTO_TOP } PhotoSlot;
extern const char *const photo_slot_names[CASE_PHOTOS];

typedef struct CasePhoto {
    char path[CASE_PATH]; /* "" when the slot is empty */
    bool used;            /* false when the fit left it out */
    Camera camera;        /* solved by the fit; px of the upright photo */
    float residual_px;
    int verdict; /* FitVerdict */
    bool pin_given[LM_COUNT];
    float pin_px[LM_COUNT][2]; /* landmarks set by hand, px of the upright photo */
} CasePhoto;

typedef struct Case {
    int version;
    char name[128];
    uint64_t seed;
    HeadShape shape;
    float head_mm[HM_COUNT]; /* tape measures that the shape is moved to; 0: as the shape has it */
    CasePhoto photo[CASE_PHOTOS];
    char
        skin_path[CASE_PATH]; /* a baked skin beside the case (the sample client); "" to project the photos */
    char skin_lit_path[CASE_PATH]; /* the same with the light it was taken in; "": none is known */
    ClientSettings client;
    SkinSettings skin;
    LossSettings loss;
    HairSettings hair;
    HairlineSettings hairline;
    TreatmentSettings treatment;
    TimeSettings time;
    MarkSettings mark[MARK_COUNT];
    AlternativeSettings alternative;
    LightSettings light;
} Case;

extern const OptionDef case_options[];
extern const int case_option_count;
OptionTable case_option_table(void);

void case_defaults(Case *out);
bool case_load(const char *path, Case *out, Err *err);
bool case_save(const char *path, const Case *value, Err *err);
/* "hair.length_mm" and "1", or "hair.length_mm=1" with text NULL; the sentence names the range or the nearest
 * option. */
bool case_set(Case *value, const char *name, const char *text, Err *err);
/* The file's text; the caller frees it. NULL: no memory. */
char *case_to_text(const Case *value);
bool case_from_text(const char *text, size_t size_bytes, const char *name, Case *out, Err *err);
