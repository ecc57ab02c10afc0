/* settings - what a consultation decides, as plain groups of numbers; and the names of its choices.
 *
 * Units stand in the field names; ranges, defaults and help stand in the option table (caseoptions.c).
 * Modules of the model read these groups; only the option functions, the case file and the studio write them.
 * The lists grow at their ends with the product; names in files do not change.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum {
    TREATMENT_SESSIONS = 6,
    HAIRLINE_POINTS = 9, /* draggable: -4 (right corner) .. 0 (middle) .. +4 (left corner) */
    LOSS_PATCHES = 6,    /* placed patches of alopecia areata */
    LOSS_STROKES = 256,  /* brush dabs */
    SKIN_STROKES = 256,  /* likewise */
    MARK_COUNT = 8
};

typedef struct ClientSettings {
    bool woman;
    int birth_year; /* 0: unknown */
    int heritage;   /* HairHeritage */
    int today;      /* date of the consultation as yyyymmdd; 0: the plan counts in days */
} ClientSettings;

/* One dab of the skin brush: "the photos show hair here" (amount 1: put skin in its place) or "this is skin"
 * (amount -1: keep what the photos show). Later dabs win. */
typedef struct SkinStroke {
    float u, v; /* HeadSite on HEAD_SKIN */
    float radius_mm, amount;
} SkinStroke;

typedef struct SkinSettings {
    float gloss;        /* 0 matte product .. 1 oily */
    float tone_ita_deg; /* used by synthetic skin only; photos bring their own */
    int stroke_count;
    SkinStroke stroke[SKIN_STROKES]; /* corrections of the hair that was found in the photos */
} SkinSettings;

typedef enum LossPattern {
    LOSS_NONE,
    LOSS_NORWOOD,
    LOSS_NORWOOD_A,
    LOSS_NORWOOD_VERTEX,
    LOSS_LUDWIG,
    LOSS_SINCLAIR,
    LOSS_OLSEN,
    LOSS_DPA,
    LOSS_DUPA,
    LOSS_AREATA,
    LOSS_OPHIASIS,
    LOSS_SISAIPHO,
    LOSS_RETICULAR,
    LOSS_TOTALIS,
    LOSS_UNIVERSALIS,
    LOSS_EFFLUVIUM,
    LOSS_PATTERN_COUNT
} LossPattern;

typedef struct LossPatch {
    float s_mm, l_mm, radius_mm; /* radius 0: not placed */
} LossPatch;

/* One dab of the hair brush: pulls the local density towards 1 (amount 1) or 0 (amount -1). */
typedef struct LossStroke {
    float s_mm, l_mm, radius_mm, amount;
} LossStroke;

typedef struct LossSettings {
    int pattern;           /* LossPattern */
    float stage;           /* norwood 1..7, ludwig and olsen 1..3, sinclair 1..5, all continuous */
    float severity;        /* 0..1 of the diffuse and patchy patterns */
    float miniaturisation; /* 0..1: how far thin hairs surround the bald area */
    float softness_mm;     /* half-width of a bald area's border */
    float irregularity;    /* 0 drawn with a ruler .. 1 ragged */
    float recovery;        /* 0..1 of effluvium or areata grown back */
    int patch_count;       /* seeded patches of areata */
    float patch_radius_mm;
    LossPatch patch[LOSS_PATCHES];
    int stroke_count;
    LossStroke stroke[LOSS_STROKES];
} LossSettings;

typedef enum HairHeritage {
    HERITAGE_CAUCASIAN,
    HERITAGE_ASIAN,
    HERITAGE_AFRICAN,
    HERITAGE_COUNT
} HairHeritage;
typedef enum HairFade {
    FADE_NONE,
    FADE_SKIN,
    FADE_LOW,
    FADE_MID,
    FADE_HIGH,
    FADE_TAPER,
    FADE_COUNT
} HairFade;

typedef enum HairWhorl {
    WHORL_NATURAL, /* of this head, drawn from its seed by domain.md 2.6's shares */
    WHORL_CLOCKWISE,
    WHORL_ANTICLOCKWISE,
    WHORL_DOUBLE,
    WHORL_COUNT
} HairWhorl;

typedef struct HairSettings {
    float length_mm;       /* 0..25; women up to 120 */
    float days_since_clip; /* adds growth at the heritage's rate to length_mm, so 0 is freshly clipped */
    float density_per_cm2; /* hairs */
    float diameter_um;
    float melanin, pheomelanin, grey_share;
    float curl;         /* 0 straight, 1 wavy, 2 curly, 3 coily */
    int fade;           /* HairFade: clipper fade of sides and nape */
    float nape_fade_mm; /* over how much skin the nape and sideburns fade out */
    float parting_mm;   /* L of the parting of long hair */
    float parting_width_mm;
    int whorl;                           /* HairWhorl: how hair turns on the crown */
    float whorl_back_mm, whorl_aside_mm; /* where it turns: moved from its natural place, back and left + */
    bool show;
} HairSettings;

typedef enum HairlineStyle {
    HAIRLINE_NATURAL,
    HAIRLINE_SOFT,
    HAIRLINE_BROKEN,
    HAIRLINE_SCATTERED,
    HAIRLINE_FADED,
    HAIRLINE_DEFINED,
    HAIRLINE_EDGE_UP,
    HAIRLINE_ROUNDED,
    HAIRLINE_PEAKED,
    HAIRLINE_WIDOWS_PEAK,
    HAIRLINE_M_SHAPE,
    HAIRLINE_MATURE,
    HAIRLINE_FAUX_SCAR,
    HAIRLINE_TRAMLINE,
    HAIRLINE_STYLE_COUNT
} HairlineStyle;
typedef enum TempleClass {
    TEMPLE_NORMAL,
    TEMPLE_THINNED,
    TEMPLE_PARALLEL,
    TEMPLE_REVERSED,
    TEMPLE_COUNT
} TempleClass;

typedef struct HairlineSettings {
    int style;       /* HairlineStyle */
    float front_mm;  /* mid-front above the glabella along the skin; 0: the natural line of this head (rule of
                        8) */
    float middle_mm; /* raises (+) or lowers (-) the middle half of the line */
    float corner_mm; /* moves the frontotemporal corners back (+) */
    float temple_mm; /* moves the temporal peaks back (+) */
    float asymmetry_mm;              /* left side back (+), right side forward */
    float transition_mm;             /* 0: the style's own */
    float irregularity;              /* 0..2 of the style's own noise */
    int temple;                      /* TempleClass, domain.md 4 [MAYER-K] */
    bool sideburn;                   /* the treatment reaches down the sideburns */
    float point_mm[HAIRLINE_POINTS]; /* dragged: forward (-) or back (+) */
} HairlineSettings;

typedef enum TreatmentZone {
    ZONE_FULL,
    ZONE_EDGE_UP,
    ZONE_DENSITY,
    ZONE_SCAR,
    ZONE_PARTING,
    ZONE_CROWN,
    ZONE_COUNT
} TreatmentZone;
typedef enum PigmentBase {
    PIGMENT_BLACK,
    PIGMENT_ASH,
    PIGMENT_DARK_BROWN,
    PIGMENT_BROWN,
    PIGMENT_COUNT
} PigmentBase;

typedef struct TreatmentSettings {
    bool enabled; /* before / after */
    int zone;     /* TreatmentZone */
    int sessions; /* 0..6 done */
    int pigment;  /* PigmentBase */
    float interval_days;
    float blend_mm;             /* over which the treatment fades into the fringe, where hair is missing */
    float min_distance_mm;      /* from a dot to a living follicle */
    float scar_density_per_cm2; /* in scars, once every session is done */
    float shade_jitter;         /* deviation of a dot's shade, share */
    float density_per_cm2[TREATMENT_SESSIONS], dilution[TREATMENT_SESSIONS] /* water parts */;
    float diameter_mm[TREATMENT_SESSIONS], depth_mm[TREATMENT_SESSIONS];
} TreatmentSettings;

typedef enum SkinType { SKIN_NORMAL, SKIN_OILY, SKIN_DRY, SKIN_SENSITIVE, SKIN_TYPE_COUNT } SkinType;

typedef struct TimeSettings {
    float days;           /* since the last session: 0 fresh, 10 healed */
    float years;          /* since the treatment was complete */
    int skin_type;        /* SkinType */
    float uv;             /* 0.7 hat, 1 normal, 1.8 outdoors */
    float retention;      /* of optical density once healed; domain.md 10: 0.60 (assumption) */
    float touch_up_years; /* a touch-up session at this age; 0: none */
    float ageing;         /* 0..1: how much the hair greys and recedes over those years */
    float laser_sessions; /* removal steps done, continuous */
} TimeSettings;

typedef enum MarkKind {
    MARK_NONE,
    MARK_FUT_SCAR,
    MARK_FUE_SCARS,
    MARK_BURN,
    MARK_CRANIOTOMY,
    MARK_KELOID,
    MARK_NEVUS_SEBACEOUS,
    MARK_MELANOCYTIC_NEVUS,
    MARK_PORT_WINE,
    MARK_MOLE,
    MARK_SCAR,
    MARK_PUNCH_GRAFTS,
    MARK_KIND_COUNT
} MarkKind;

typedef struct MarkSettings {
    int kind;                  /* MarkKind */
    float s_mm, l_mm;          /* where its middle lies on the scalp */
    float length_mm, width_mm; /* 0: the kind's own size */
    float angle_deg;           /* turned on the skin; 0: its length runs sideways */
    float age_years;           /* young scars are red and must not be treated before 0.75 (domain.md 1.5) */
    float strength;            /* 0..1: how far it differs from the skin around it */
} MarkSettings;

typedef enum Alternative {
    ALTERNATIVE_NONE,
    ALTERNATIVE_NOTHING,
    ALTERNATIVE_MINOXIDIL,
    ALTERNATIVE_FINASTERIDE,
    ALTERNATIVE_BOTH,
    ALTERNATIVE_FUT,
    ALTERNATIVE_FUE,
    ALTERNATIVE_HAIRPIECE,
    ALTERNATIVE_HAT,
    ALTERNATIVE_COUNT
} Alternative;

typedef struct AlternativeSettings {
    int choice;   /* Alternative; NONE: the treatment as planned */
    float months; /* since it began */
    int grafts;   /* follicular units moved; 0: what the donor area allows */
    float piece_length_mm, piece_density_per_cm2; /* a hairpiece's hair */
} AlternativeSettings;

typedef struct LightSettings {
    int preset; /* studio, clinic, daylight, low sun, bathroom, flash, lounge, photo */
    float turn_deg, exposure_ev;
} LightSettings;

/* NULL-terminated, in the order of the enums: as written in files and shown by the help. */
extern const char *const loss_pattern_names[LOSS_PATTERN_COUNT + 1];
extern const char *const hair_heritage_names[HERITAGE_COUNT + 1];
extern const char *const hair_fade_names[FADE_COUNT + 1];
extern const char *const hair_whorl_names[WHORL_COUNT + 1];
extern const char *const hairline_style_names[HAIRLINE_STYLE_COUNT + 1];
extern const char *const temple_class_names[TEMPLE_COUNT + 1];
extern const char *const treatment_zone_names[ZONE_COUNT + 1];
extern const char *const pigment_base_names[PIGMENT_COUNT + 1];
extern const char *const skin_type_names[SKIN_TYPE_COUNT + 1];
extern const char *const mark_kind_names[MARK_KIND_COUNT + 1];
extern const char *const alternative_names[ALTERNATIVE_COUNT + 1];
