#include "optionwords.h"

#include "../engine/language.h"
#include "casefile.h"
#include <ctype.h>
#include <string.h>

typedef struct Word {
    const char *key, *text;
} Word;
#define WORD(key, text)                                                                                      \
    { key, text }

/* clang-format off */
static const Word words[] = {
    WORD("client.woman", "Woman"),
    WORD("client.birth_year", "Year of birth"),
    WORD("client.heritage", "Hair averages of"),
    WORD("client.heritage.caucasian", "European"),
    WORD("client.heritage.asian", "Asian"),
    WORD("client.heritage.african", "African"),
    WORD("client.today", "Date of the consultation"),

    WORD("head.length_mm", "Head length"),
    WORD("head.breadth_mm", "Head breadth"),
    WORD("head.circumference_mm", "Head circumference"),
    WORD("head.bitragion_breadth_mm", "Between the ears"),
    WORD("head.bizygomatic_mm", "Cheekbones"),
    WORD("head.tragion_top_mm", "Ear to top"),
    WORD("head.menton_sellion_mm", "Face height"),
    WORD("head.interpupillary_mm", "Between the pupils"),
    WORD("head.chin_arc_mm", "Arc around the chin"),
    WORD("head.coronal_arc_mm", "Arc over the top"),
    WORD("head.sagittal_arc_mm", "Arc front to back"),
    WORD("head.forehead_height_mm", "Forehead height"),
    WORD("head.forehead_breadth_mm", "Forehead breadth"),
    WORD("head.intercanthal_mm", "Inner eye corners"),
    WORD("head.biocular_mm", "Outer eye corners"),
    WORD("head.nose_length_mm", "Nose length"),
    WORD("head.nose_breadth_mm", "Nose breadth"),
    WORD("head.nose_protrusion_mm", "Nose protrusion"),
    WORD("head.mouth_breadth_mm", "Mouth breadth"),
    WORD("head.subnasale_menton_mm", "Nose to chin"),
    WORD("head.bigonial_mm", "Jaw breadth"),
    WORD("head.ear_length_mm", "Ear length"),
    WORD("head.ear_breadth_mm", "Ear breadth"),
    WORD("head.ear_protrusion_mm", "Ear protrusion"),
    WORD("head.neck_breadth_mm", "Neck breadth"),
    WORD("head.neck_depth_mm", "Neck depth"),

    WORD("skin.gloss", "Shine of the skin"),
    WORD("skin.tone_ita_deg", "Skin tone"),

    WORD("loss.pattern", "Pattern"),
    WORD("loss.pattern.none", "No loss"),
    WORD("loss.pattern.norwood", "Norwood"),
    WORD("loss.pattern.norwood-a", "Norwood A, front only"),
    WORD("loss.pattern.norwood-vertex", "Norwood vertex, crown"),
    WORD("loss.pattern.ludwig", "Ludwig"),
    WORD("loss.pattern.sinclair", "Sinclair"),
    WORD("loss.pattern.olsen", "Olsen, Christmas tree"),
    WORD("loss.pattern.dpa", "Diffuse, top only"),
    WORD("loss.pattern.dupa", "Diffuse, all over"),
    WORD("loss.pattern.areata", "Alopecia areata, patches"),
    WORD("loss.pattern.ophiasis", "Ophiasis, band around"),
    WORD("loss.pattern.sisaipho", "Sisaipho, top and front"),
    WORD("loss.pattern.reticular", "Areata, net-like"),
    WORD("loss.pattern.totalis", "Alopecia totalis"),
    WORD("loss.pattern.universalis", "Alopecia universalis"),
    WORD("loss.pattern.effluvium", "Telogen effluvium"),
    WORD("loss.stage", "Stage"),
    WORD("loss.severity", "Severity"),
    WORD("loss.miniaturisation", "Thinning around it"),
    WORD("loss.softness_mm", "Soft border"),
    WORD("loss.irregularity", "Ragged border"),
    WORD("loss.recovery", "Grown back"),
    WORD("loss.patch_count", "Patches"),
    WORD("loss.patch_radius_mm", "Radius of the patches"),
    WORD("loss.patch.s_mm", "Patch: backward"),
    WORD("loss.patch.l_mm", "Patch: sideways"),
    WORD("loss.patch.radius_mm", "Patch: radius"),

    WORD("hair.length_mm", "Hair length"),
    WORD("hair.days_since_clip", "Days since the clip"),
    WORD("hair.density_per_cm2", "Natural density"),
    WORD("hair.diameter_um", "Hair width"),
    WORD("hair.melanin", "Darkness"),
    WORD("hair.pheomelanin", "Redness"),
    WORD("hair.grey_share", "Grey share"),
    WORD("hair.curl", "Curl"),
    WORD("hair.fade", "Fade"),
    WORD("hair.fade.none", "No fade"),
    WORD("hair.fade.skin", "Skin fade"),
    WORD("hair.fade.low", "Low fade"),
    WORD("hair.fade.mid", "Mid fade"),
    WORD("hair.fade.high", "High fade"),
    WORD("hair.fade.taper", "Taper"),
    WORD("hair.nape_fade_mm", "Fading nape"),
    WORD("hair.parting_mm", "Parting"),
    WORD("hair.parting_width_mm", "Width of the parting"),
    WORD("hair.whorl", "Whorl"),
    WORD("hair.whorl.natural", "Natural"),
    WORD("hair.whorl.clockwise", "Clockwise"),
    WORD("hair.whorl.anticlockwise", "Anticlockwise"),
    WORD("hair.whorl.double", "Double"),
    WORD("hair.whorl_back_mm", "Whorl back"),
    WORD("hair.whorl_aside_mm", "Whorl aside"),
    WORD("hair.show", "Draw the hair"),

    WORD("hairline.style", "Style"),
    WORD("hairline.style.natural", "Natural"),
    WORD("hairline.style.soft", "Soft"),
    WORD("hairline.style.broken", "Broken"),
    WORD("hairline.style.scattered", "Scattered"),
    WORD("hairline.style.faded", "Faded"),
    WORD("hairline.style.defined", "Defined"),
    WORD("hairline.style.edge-up", "Edge up"),
    WORD("hairline.style.rounded", "Rounded"),
    WORD("hairline.style.peaked", "Peaked"),
    WORD("hairline.style.widows-peak", "Widow's peak"),
    WORD("hairline.style.m-shape", "M shape"),
    WORD("hairline.style.mature", "Mature"),
    WORD("hairline.style.faux-scar", "Faux scar"),
    WORD("hairline.style.tramline", "Tramline"),
    WORD("hairline.front_mm", "Height (0: natural)"),
    WORD("hairline.middle_mm", "Middle"),
    WORD("hairline.corner_mm", "Corners"),
    WORD("hairline.temple_mm", "Temples"),
    WORD("hairline.asymmetry_mm", "Asymmetry"),
    WORD("hairline.transition_mm", "Soft edge"),
    WORD("hairline.irregularity", "Irregular edge"),
    WORD("hairline.temple", "Temple points"),
    WORD("hairline.temple.normal", "Normal"),
    WORD("hairline.temple.thinned", "Thinned"),
    WORD("hairline.temple.parallel", "Parallel"),
    WORD("hairline.temple.reversed", "Reversed"),
    WORD("hairline.sideburn", "Down the sideburns"),
    WORD("hairline.point_mm", "Point of the line"),

    WORD("treatment.enabled", "Show the treatment"),
    WORD("treatment.zone", "Zone"),
    WORD("treatment.zone.full", "Full scalp"),
    WORD("treatment.zone.edge-up", "Edge up"),
    WORD("treatment.zone.density", "Density"),
    WORD("treatment.zone.scar", "Scar"),
    WORD("treatment.zone.parting", "Parting"),
    WORD("treatment.zone.crown", "Crown"),
    WORD("treatment.sessions", "Sessions done"),
    WORD("treatment.pigment", "Pigment"),
    WORD("treatment.pigment.black", "Black"),
    WORD("treatment.pigment.ash", "Ash"),
    WORD("treatment.pigment.dark-brown", "Dark brown"),
    WORD("treatment.pigment.brown", "Brown"),
    WORD("treatment.interval_days", "Between sessions"),
    WORD("treatment.blend_mm", "Blend into the hair"),
    WORD("treatment.min_distance_mm", "Distance to follicles"),
    WORD("treatment.scar_density_per_cm2", "Density in scars"),
    WORD("treatment.shade_jitter", "Varied shade"),
    WORD("treatment.session.density_per_cm2", "Session: density"),
    WORD("treatment.session.dilution", "Session: water"),
    WORD("treatment.session.diameter_mm", "Session: dot size"),
    WORD("treatment.session.depth_mm", "Session: needle depth"),

    WORD("time.days", "Days since the last session"),
    WORD("time.years", "Years since the treatment"),
    WORD("time.skin_type", "Skin type"),
    WORD("time.skin_type.normal", "Normal"),
    WORD("time.skin_type.oily", "Oily"),
    WORD("time.skin_type.dry", "Dry"),
    WORD("time.skin_type.sensitive", "Sensitive"),
    WORD("time.uv", "Sun"),
    WORD("time.retention", "Pigment that stays"),
    WORD("time.touch_up_years", "Touch-up after"),
    WORD("time.ageing", "Ageing"),
    WORD("time.laser_sessions", "Laser sessions"),

    WORD("mark.kind", "Scar or mark"),
    WORD("mark.kind.none", "None"),
    WORD("mark.kind.fut-scar", "Strip scar (FUT)"),
    WORD("mark.kind.fue-scars", "Dot scars (FUE)"),
    WORD("mark.kind.burn", "Burn"),
    WORD("mark.kind.craniotomy", "Craniotomy scar"),
    WORD("mark.kind.keloid", "Keloid"),
    WORD("mark.kind.nevus-sebaceous", "Sebaceous nevus"),
    WORD("mark.kind.melanocytic-nevus", "Birthmark, brown"),
    WORD("mark.kind.port-wine", "Port-wine stain"),
    WORD("mark.kind.mole", "Mole"),
    WORD("mark.kind.scar", "Scar"),
    WORD("mark.kind.punch-grafts", "Punch grafts"),
    WORD("mark.s_mm", "Backward"),
    WORD("mark.l_mm", "Sideways"),
    WORD("mark.length_mm", "Length"),
    WORD("mark.width_mm", "Width"),
    WORD("mark.angle_deg", "Turned"),
    WORD("mark.age_years", "Age"),
    WORD("mark.strength", "Strength"),

    WORD("alternative.choice", "Instead of pigment"),
    WORD("alternative.choice.none", "Pigment as planned"),
    WORD("alternative.choice.nothing", "Nothing further"),
    WORD("alternative.choice.minoxidil", "Minoxidil"),
    WORD("alternative.choice.finasteride", "Finasteride"),
    WORD("alternative.choice.both", "Both medicines"),
    WORD("alternative.choice.fut", "Transplant, strip"),
    WORD("alternative.choice.fue", "Transplant, extraction"),
    WORD("alternative.choice.hairpiece", "Wig or hairpiece"),
    WORD("alternative.choice.hat", "Hat"),
    WORD("alternative.months", "Months since it began"),
    WORD("alternative.grafts", "Grafts"),
    WORD("alternative.piece_length_mm", "Hairpiece's length"),
    WORD("alternative.piece_density_per_cm2", "Hairpiece's density"),

    WORD("light.preset", "Light"),
    WORD("light.preset.studio", "Studio"),
    WORD("light.preset.clinic", "Clinic"),
    WORD("light.preset.daylight", "Daylight"),
    WORD("light.preset.low-sun", "Low sun"),
    WORD("light.preset.bathroom", "Bathroom"),
    WORD("light.preset.flash", "Flash"),
    WORD("light.preset.lounge", "Lounge"),
    WORD("light.preset.photo", "As in the photos"),
    WORD("light.turn_deg", "Turn the light"),
    WORD("light.exposure_ev", "Exposure"),

    WORD("photo.front", "Front"),
    WORD("photo.left", "Left"),
    WORD("photo.right", "Right"),
    WORD("photo.back", "Back"),
    WORD("photo.top", "Top"),
    WORD("view.front", "Front"),
    WORD("view.left", "Left"),
    WORD("view.right", "Right"),
    WORD("view.back", "Back"),
    WORD("view.top", "Top"),
    WORD("view.34", "3/4"),
    WORD("view.crown", "Crown"),

    WORD("unit.mm", "mm"),
    WORD("unit.um", "µm"),
    WORD("unit.deg", "°"),
    WORD("unit.hairs/cm2", "hairs/cm²"),
    WORD("unit.dots/cm2", "dots/cm²"),
    WORD("unit.days", "days"),
    WORD("unit.months", "months"),
    WORD("unit.years", "years"),
    WORD("unit.parts water", "parts water"),
    WORD("unit.yyyymmdd", "yyyymmdd"),
    WORD("unit.EV", "EV"),
};
/* clang-format on */

static const char *find(const char *key) {
    for (size_t i = 0; i < sizeof words / sizeof words[0]; ++i)
        if (strcmp(words[i].key, key) == 0) return language_word(words[i].key, words[i].text);
    return NULL;
}

/* "loss.patch2.s_mm" -> "loss.patch.s_mm", 2. A number behind letters and before '.', '_' or the end is a
 * row's; the 2 of "cm2" is the unit's. */
static int key_of(const char *name, char key[OPTION_LABEL]) {
    static const char *const numbered[] = {"loss.patch", "treatment.session", "mark", "hairline.point"};
    snprintf(key, OPTION_LABEL, "%s", name);
    for (size_t i = 0; i < sizeof numbered / sizeof numbered[0]; ++i) {
        size_t length = strlen(numbered[i]);
        if (strncmp(name, numbered[i], length) != 0 || !isdigit((unsigned char)name[length])) continue;
        snprintf(key, OPTION_LABEL, "%s%s", numbered[i], name + length + 1);
        return name[length] - '0';
    }
    return 0;
}

void option_label(const OptionDef *def, char out[OPTION_LABEL]) {
    char key[OPTION_LABEL];
    int number = key_of(def->name, key);
    const char *word = find(key);
    if (number)
        snprintf(out, OPTION_LABEL, "%d  %.80s", number, word ? word : def->name);
    else
        snprintf(out, OPTION_LABEL, "%.80s", word ? word : def->name);
}

const char *option_choice(const OptionDef *def, int index) {
    char key[OPTION_LABEL], whole[2 * OPTION_LABEL];
    key_of(def->name, key);
    snprintf(whole, sizeof whole, "%s.%s", key, def->choices[index]);
    const char *word = find(whole);
    return word ? word : def->choices[index];
}

const char *option_unit(const OptionDef *def) {
    char key[OPTION_LABEL];
    if (!def->unit || !def->unit[0]) return def->unit;
    snprintf(key, sizeof key, "unit.%.60s", def->unit);
    const char *word = find(key);
    return word ? word : def->unit;
}

const char *photo_title(int slot) {
    char key[OPTION_LABEL];
    snprintf(key, sizeof key, "photo.%.60s", photo_slot_names[slot]);
    return find(key);
}

const char *view_title(CameraView view) {
    char key[OPTION_LABEL];
    snprintf(key, sizeof key, "view.%.60s", camera_view_names[view]);
    return find(key);
}
