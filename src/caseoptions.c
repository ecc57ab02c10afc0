/* The one table of what can be set in a case: name, where it lies, unit, range, default, help in a
 * practitioner's words. Figures are from docs/domain.md's sections as marked in settings.h and timeline.c; a
 * default marked "assumption" there has no source. */
#include "casefile.h"

#include <stddef.h>

const char *const loss_pattern_names[LOSS_PATTERN_COUNT + 1] = {
    "none",   "norwood",  "norwood-a", "norwood-vertex", "ludwig",  "sinclair",    "olsen",     "dpa", "dupa",
    "areata", "ophiasis", "sisaipho",  "reticular",      "totalis", "universalis", "effluvium", NULL};
const char *const hair_heritage_names[HERITAGE_COUNT + 1] = {"caucasian", "asian", "african", NULL};
const char *const hair_fade_names[FADE_COUNT + 1] = {"none", "skin", "low", "mid", "high", "taper", NULL};
const char *const hair_whorl_names[WHORL_COUNT + 1] = {"natural", "clockwise", "anticlockwise", "double",
                                                       NULL};
const char *const hairline_style_names[HAIRLINE_STYLE_COUNT + 1] = {
    "natural", "soft",        "broken",  "scattered", "faded",     "defined",  "edge-up", "rounded",
    "peaked",  "widows-peak", "m-shape", "mature",    "faux-scar", "tramline", NULL};
const char *const temple_class_names[TEMPLE_COUNT + 1] = {"normal", "thinned", "parallel", "reversed", NULL};
const char *const treatment_zone_names[ZONE_COUNT + 1] = {"full",    "edge-up", "density", "scar",
                                                          "parting", "crown",   NULL};
const char *const pigment_base_names[PIGMENT_COUNT + 1] = {"black", "ash", "dark-brown", "brown", NULL};
const char *const skin_type_names[SKIN_TYPE_COUNT + 1] = {"normal", "oily", "dry", "sensitive", NULL};
const char *const mark_kind_names[MARK_KIND_COUNT + 1] = {"none",
                                                          "fut-scar",
                                                          "fue-scars",
                                                          "burn",
                                                          "craniotomy",
                                                          "keloid",
                                                          "nevus-sebaceous",
                                                          "melanocytic-nevus",
                                                          "port-wine",
                                                          "mole",
                                                          "scar",
                                                          "punch-grafts",
                                                          NULL};
const char *const alternative_names[ALTERNATIVE_COUNT + 1] = {
    "none", "nothing", "minoxidil", "finasteride", "both", "fut", "fue", "hairpiece", "hat", NULL};
static const char *const light_names[] = {"studio", "clinic", "daylight", "low-sun", "bathroom",
                                          "flash",  "lounge", "photo",    NULL};

/* clang-format off */
#define AT(field) .offset = offsetof(Case, field)
#define REAL(name_, field, unit_, low, high, usual, help_) \
    {.name = name_, .help = help_, .unit = unit_, .type = OPTION_FLOAT, AT(field), .min = low, .max = high, .default_value = usual}
#define WHOLE(name_, field, unit_, low, high, usual, help_) \
    {.name = name_, .help = help_, .unit = unit_, .type = OPTION_INT, AT(field), .min = low, .max = high, .step = 1, .default_value = usual}
#define TRUTH(name_, field, usual, help_) {.name = name_, .help = help_, .type = OPTION_BOOL, AT(field), .default_value = usual}
#define PICK(name_, field, names, usual, help_) \
    {.name = name_, .help = help_, .type = OPTION_ENUM, AT(field), .default_value = usual, .choices = names}
#define HEAD(name_, measure, help_) REAL("head." name_ "_mm", head_mm[measure], "mm", 0, 900, 0, help_)

#define PATCH(n)                                                                                                     \
    REAL("loss.patch" #n ".s_mm", loss.patch[n - 1].s_mm, "mm", 0, 360, 200, "Placed bald patch: distance behind the glabella"), \
    REAL("loss.patch" #n ".l_mm", loss.patch[n - 1].l_mm, "mm", -180, 180, 0, "Placed bald patch: sideways, left positive"), \
    REAL("loss.patch" #n ".radius_mm", loss.patch[n - 1].radius_mm, "mm", 0, 80, 0, "Placed bald patch: radius; 0 leaves it out")

#define SESSION(n, density, water, depth)                                                                            \
    REAL("treatment.session" #n ".density_per_cm2", treatment.density_per_cm2[n - 1], "dots/cm2", 0, 120, density, "Dots set in this session"), \
    REAL("treatment.session" #n ".dilution", treatment.dilution[n - 1], "parts water", 2, 30, water, "Shade of this session: parts of water to one of pigment; more is lighter"), \
    REAL("treatment.session" #n ".diameter_mm", treatment.diameter_mm[n - 1], "mm", 0.08, 0.40, 0.13, "Healed dot diameter of this session (needle)"), \
    REAL("treatment.session" #n ".depth_mm", treatment.depth_mm[n - 1], "mm", 0.2, 2.5, depth, "Needle depth of this session; 0.3 to 1.0 is good")

#define MARK(n)                                                                                                      \
    PICK("mark" #n ".kind", mark[n - 1].kind, mark_kind_names, MARK_NONE, "Scar, birthmark or mole"), \
    REAL("mark" #n ".s_mm", mark[n - 1].s_mm, "mm", 0, 400, 200, "Where it lies: behind the glabella along the midline"), \
    REAL("mark" #n ".l_mm", mark[n - 1].l_mm, "mm", -180, 180, 0, "Where it lies: sideways, left positive"), \
    REAL("mark" #n ".length_mm", mark[n - 1].length_mm, "mm", 0, 300, 0, "Length; 0 is the kind's own"), \
    REAL("mark" #n ".width_mm", mark[n - 1].width_mm, "mm", 0, 120, 0, "Width; 0 is the kind's own"), \
    REAL("mark" #n ".angle_deg", mark[n - 1].angle_deg, "deg", -180, 180, 0, "Turned on the skin; 0 runs sideways"), \
    REAL("mark" #n ".age_years", mark[n - 1].age_years, "years", 0, 60, 5, "Age; a scar under 9 months is too young to treat"), \
    REAL("mark" #n ".strength", mark[n - 1].strength, "", 0, 1, 0.8, "How far it differs from the skin around it")

#define POINT(n, field) REAL("hairline.point" #n "_mm", hairline.point_mm[field], "mm", -30, 30, 0, "Hairline point (1 right corner, 5 middle, 9 left corner): forward - or back +")

const OptionDef case_options[] = {
    TRUTH("client.woman", client.woman, 0, "A woman's averages and patterns"),
    WHOLE("client.birth_year", client.birth_year, "", 0, 2100, 0, "Year of birth; 0 when not given"),
    PICK("client.heritage", client.heritage, hair_heritage_names, HERITAGE_CAUCASIAN, "Whose averages of hair density, width and growth"),
    WHOLE("client.today", client.today, "yyyymmdd", 0, 21001231, 0, "Date of the consultation; 0 plans in days"),

    HEAD("length", HM_HEAD_LENGTH, "Head length, glabella to the back; 0 as fitted"),
    HEAD("breadth", HM_HEAD_BREADTH, "Head breadth above the ears; 0 as fitted"),
    HEAD("circumference", HM_HEAD_CIRCUMFERENCE, "Tape around the head above the brows; 0 as fitted"),
    HEAD("bitragion_breadth", HM_BITRAGION_BREADTH, "Breadth between the ears; 0 as fitted"),
    HEAD("bizygomatic", HM_BIZYGOMATIC_BREADTH, "Breadth of the cheekbones; 0 as fitted"),
    HEAD("tragion_top", HM_TRAGION_TOP, "Height from the ear to the top; 0 as fitted"),
    HEAD("menton_sellion", HM_MENTON_SELLION, "Face height, chin to the root of the nose; 0 as fitted"),
    HEAD("interpupillary", HM_INTERPUPILLARY, "Distance of the pupils; 0 as fitted"),
    HEAD("chin_arc", HM_BITRAGION_CHIN_ARC, "Tape from ear to ear around the chin; 0 as fitted"),
    HEAD("coronal_arc", HM_BITRAGION_CORONAL_ARC, "Tape from ear to ear over the top; 0 as fitted"),
    HEAD("sagittal_arc", HM_SAGITTAL_ARC, "Tape from the glabella over the top to the back; 0 as fitted"),
    HEAD("forehead_height", HM_FOREHEAD_HEIGHT, "Forehead height; 0 as fitted"),
    HEAD("forehead_breadth", HM_FOREHEAD_BREADTH, "Forehead breadth; 0 as fitted"),
    HEAD("intercanthal", HM_INTERCANTHAL, "Distance of the inner eye corners; 0 as fitted"),
    HEAD("biocular", HM_BIOCULAR, "Distance of the outer eye corners; 0 as fitted"),
    HEAD("nose_length", HM_NOSE_LENGTH, "Nose length; 0 as fitted"),
    HEAD("nose_breadth", HM_NOSE_BREADTH, "Nose breadth; 0 as fitted"),
    HEAD("nose_protrusion", HM_NOSE_PROTRUSION, "Nose protrusion; 0 as fitted"),
    HEAD("mouth_breadth", HM_MOUTH_BREADTH, "Mouth breadth; 0 as fitted"),
    HEAD("subnasale_menton", HM_SUBNASALE_MENTON, "Height from nose to chin; 0 as fitted"),
    HEAD("bigonial", HM_BIGONIAL_BREADTH, "Jaw breadth; 0 as fitted"),
    HEAD("ear_length", HM_EAR_LENGTH, "Ear length; 0 as fitted"),
    HEAD("ear_breadth", HM_EAR_BREADTH, "Ear breadth; 0 as fitted"),
    HEAD("ear_protrusion", HM_EAR_PROTRUSION, "Ear protrusion; 0 as fitted"),
    HEAD("neck_breadth", HM_NECK_BREADTH, "Neck breadth; 0 as fitted"),
    HEAD("neck_depth", HM_NECK_DEPTH, "Neck depth; 0 as fitted"),

    REAL("skin.gloss", skin.gloss, "", 0, 1, 0.35, "Shine of the scalp: 0 matte product, 1 oily"),
    REAL("skin.tone_ita_deg", skin.tone_ita_deg, "deg", -60, 70, 45, "Tone of synthetic skin (individual typology angle)"),

    PICK("loss.pattern", loss.pattern, loss_pattern_names, LOSS_NORWOOD, "Appearance of the hair loss; not a diagnosis"),
    REAL("loss.stage", loss.stage, "", 1, 7, 5, "Stage: Norwood 1-7, Ludwig and Olsen 1-3, Sinclair 1-5"),
    REAL("loss.severity", loss.severity, "", 0, 1, 0.5, "How far diffuse or patchy loss has gone"),
    REAL("loss.miniaturisation", loss.miniaturisation, "", 0, 1, 0.5, "How far thin, pale hair surrounds the bald area"),
    REAL("loss.softness_mm", loss.softness_mm, "mm", 1, 30, 7, "Half-width of the bald area's border"),
    REAL("loss.irregularity", loss.irregularity, "", 0, 1, 0.35, "Raggedness of the bald area's border"),
    REAL("loss.recovery", loss.recovery, "", 0, 1, 0, "Share grown back after effluvium or areata"),
    WHOLE("loss.patch_count", loss.patch_count, "", 0, 24, 4, "Seeded patches of areata"),
    REAL("loss.patch_radius_mm", loss.patch_radius_mm, "mm", 4, 40, 12, "Mean radius of seeded patches"),
    PATCH(1), PATCH(2), PATCH(3), PATCH(4), PATCH(5), PATCH(6),

    REAL("hair.length_mm", hair.length_mm, "mm", 0, 120, 0.5, "Hair length as clipped; razor 0, guard #1 is 3"),
    REAL("hair.days_since_clip", hair.days_since_clip, "days", 0, 120, 0, "Days of growth since the clip"),
    REAL("hair.density_per_cm2", hair.density_per_cm2, "hairs/cm2", 60, 300, 200, "Hairs of the untouched scalp; 264 is the most a head bears, 230 of Asian and African hair"),
    REAL("hair.diameter_um", hair.diameter_um, "um", 40, 120, 70, "Width of a terminal hair"),
    REAL("hair.melanin", hair.melanin, "", 0, 1, 0.55, "Darkness of the hair: 0 white, 0.2 blond, 0.4 brown, 1 black"),
    REAL("hair.pheomelanin", hair.pheomelanin, "", 0, 1, 0.1, "Redness of the hair"),
    REAL("hair.grey_share", hair.grey_share, "", 0, 1, 0, "Share of white hairs"),
    REAL("hair.curl", hair.curl, "", 0, 3, 0, "0 straight, 1 wavy, 2 curly, 3 coily"),
    PICK("hair.fade", hair.fade, hair_fade_names, FADE_NONE, "Clipper fade of sides and nape"),
    REAL("hair.nape_fade_mm", hair.nape_fade_mm, "mm", 0, 60, 12, "Over how much skin nape and sideburns fade out"),
    REAL("hair.parting_mm", hair.parting_mm, "mm", -60, 60, 0, "Where long hair is parted: sideways, left positive"),
    REAL("hair.parting_width_mm", hair.parting_width_mm, "mm", 0, 40, 1, "Width of the bare parting"),
    PICK("hair.whorl", hair.whorl, hair_whorl_names, WHORL_NATURAL, "How the hair turns on the crown, seen from behind"),
    REAL("hair.whorl_back_mm", hair.whorl_back_mm, "mm", -60, 60, 0, "Moves the whorl forward (-) or back (+) from its natural place"),
    REAL("hair.whorl_aside_mm", hair.whorl_aside_mm, "mm", -60, 60, 0, "Moves the whorl to the right (-) or left (+)"),
    TRUTH("hair.show", hair.show, 1, "Draw the hair"),

    PICK("hairline.style", hairline.style, hairline_style_names, HAIRLINE_NATURAL, "Style of the treated hairline"),
    REAL("hairline.front_mm", hairline.front_mm, "mm", 0, 110, 0, "Middle of the line above the glabella along the skin; 0 is this head's natural line"),
    REAL("hairline.middle_mm", hairline.middle_mm, "mm", -20, 20, 0, "Lowers (-) or raises (+) the middle half"),
    REAL("hairline.corner_mm", hairline.corner_mm, "mm", -25, 40, 0, "Moves the frontotemporal corners back (+)"),
    REAL("hairline.temple_mm", hairline.temple_mm, "mm", -15, 30, 0, "Moves the temple peaks back (+)"),
    REAL("hairline.asymmetry_mm", hairline.asymmetry_mm, "mm", -12, 12, 0, "Left side back (+), right side forward"),
    REAL("hairline.transition_mm", hairline.transition_mm, "mm", 0, 30, 0, "Depth of the soft edge; 0 is the style's own"),
    REAL("hairline.irregularity", hairline.irregularity, "", 0, 2, 1, "How irregular the edge is, in the style's own measure"),
    PICK("hairline.temple", hairline.temple, temple_class_names, TEMPLE_NORMAL, "Temple points: normal, thinned, parallel, reversed"),
    TRUTH("hairline.sideburn", hairline.sideburn, 1, "The treatment reaches down the sideburns"),
    POINT(1, 0), POINT(2, 1), POINT(3, 2), POINT(4, 3), POINT(5, 4), POINT(6, 5), POINT(7, 6), POINT(8, 7), POINT(9, 8),

    TRUTH("treatment.enabled", treatment.enabled, 1, "Show the treatment (after) or not (before)"),
    PICK("treatment.zone", treatment.zone, treatment_zone_names, ZONE_FULL, "What is treated"),
    WHOLE("treatment.sessions", treatment.sessions, "", 0, 6, 3, "Sessions done"),
    PICK("treatment.pigment", treatment.pigment, pigment_base_names, PIGMENT_BLACK, "Pigment base"),
    REAL("treatment.interval_days", treatment.interval_days, "days", 3, 60, 10, "Days between sessions"),
    REAL("treatment.blend_mm", treatment.blend_mm, "mm", 0, 60, 25, "Over how much skin the dots fade into growing hair"),
    REAL("treatment.min_distance_mm", treatment.min_distance_mm, "mm", 0, 0.6, 0.25, "Nearest a dot comes to a living follicle"),
    REAL("treatment.scar_density_per_cm2", treatment.scar_density_per_cm2, "dots/cm2", 0, 320, 200, "Dots in scar tissue when all sessions are done"),
    REAL("treatment.shade_jitter", treatment.shade_jitter, "", 0, 0.5, 0.15, "Variation of shade from dot to dot"),
    SESSION(1, 40, 20, 0.5), SESSION(2, 80, 12, 0.5), SESSION(3, 60, 8, 0.5),
    SESSION(4, 40, 8, 0.5), SESSION(5, 40, 8, 0.5), SESSION(6, 40, 8, 0.5),

    REAL("time.days", time.days, "days", 0, 365, 60, "Days since the last session: 0 fresh, 10 healed"),
    REAL("time.years", time.years, "years", 0, 15, 0, "Years since the treatment was complete"),
    PICK("time.skin_type", time.skin_type, skin_type_names, SKIN_NORMAL, "Skin type: how pigment takes and lasts"),
    REAL("time.uv", time.uv, "", 0.5, 2.5, 1, "Sun: 0.7 hat and sun cream, 1 normal, 1.8 outdoors"),
    REAL("time.retention", time.retention, "", 0.3, 0.9, 0.6, "Share of the pigment that stays once healed (assumption)"),
    REAL("time.touch_up_years", time.touch_up_years, "years", 0, 15, 0, "A touch-up session at this age; 0 is none"),
    REAL("time.ageing", time.ageing, "", 0, 1, 0, "How much the hair greys and recedes over the years"),
    REAL("time.laser_sessions", time.laser_sessions, "", 0, 10, 0, "Laser removal sessions done"),

    MARK(1), MARK(2), MARK(3), MARK(4), MARK(5), MARK(6), MARK(7), MARK(8),

    PICK("alternative.choice", alternative.choice, alternative_names, ALTERNATIVE_NONE, "Another way than pigment, to compare"),
    REAL("alternative.months", alternative.months, "months", 0, 60, 12, "Months since it began"),
    REAL("alternative.piece_length_mm", alternative.piece_length_mm, "mm", 3, 120, 35, "Length of a hairpiece's hair"),
    REAL("alternative.piece_density_per_cm2", alternative.piece_density_per_cm2, "hairs/cm2", 60, 260, 180, "Hairs of a hairpiece"),
    WHOLE("alternative.grafts", alternative.grafts, "", 0, 6000, 0, "Follicular units moved; 0 is what the donor area allows"),

    PICK("light.preset", light.preset, light_names, 0, "The light; photo is the light of the photos"),
    REAL("light.turn_deg", light.turn_deg, "deg", -180, 180, 0, "Turns the light about the head"),
    REAL("light.exposure_ev", light.exposure_ev, "EV", -3, 3, 0, "Brighter (+) or darker (-)"),
};
/* clang-format on */
const int case_option_count = (int)(sizeof case_options / sizeof case_options[0]);

OptionTable case_option_table(void) {
    return (OptionTable){case_options, (size_t)case_option_count};
}
