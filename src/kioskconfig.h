/* kioskconfig - what a clinic may set of its kiosk: texts, prices, timings, PIN, logo, camera; from one JSON
 * file.
 *
 * Every text has an id and a default in each language (kiosktexts.c and po/); the file replaces those it
 * names. In texts {clinic}, {price_full}, {price_scar} and {price_transplant} stand for the values of the
 * same file. Unknown keys, unknown texts and values out of range are errors with a sentence. Paths are
 * relative to the file. The PIN is kept as a hash (crypt(3), yescrypt); kiosk_pin_hash makes one. Threads:
 * read-only after loading.
 */
#pragma once
#include "../engine/arena.h"
#include "../engine/language.h"

/* In the order of language_codes. */
typedef enum KioskLanguage { KIOSK_ENGLISH, KIOSK_SPANISH, KIOSK_LANGUAGES = LANGUAGE_COUNT } KioskLanguage;

typedef struct KioskDefaultText {
    const char *id, *words; /* English; translations have the id as their context */
} KioskDefaultText;
extern const KioskDefaultText kiosk_texts[];
extern const int kiosk_text_count;

enum { KIOSK_PATH = 1024, KIOSK_TEXTS = 192 };
typedef struct KioskConfig {
    char clinic[96];               /* default "Stipple" */
    char logo[KIOSK_PATH];         /* PNG or JPEG; "": the clinic's name is written instead */
    char camera[KIOSK_PATH];       /* "/dev/video0"; "" offers no photo */
    char pin_hash[256];            /* "": nobody leaves by the corner */
    char currency[8];              /* "$" */
    KioskLanguage language;        /* of a new visit */
    bool offered[KIOSK_LANGUAGES]; /* which ones a visitor can choose from */
    bool dark, reduced_motion;     /* default dark; the head turns by itself less */
    double text_size;              /* 1: as designed; 0.8 to 1.5 */
    double price_full[2], price_scar[2], price_transplant[2];
    double idle_s, warning_s;         /* 60: cleared so long after the last touch; 15: asked before that */
    double limit_s, count_s, story_s; /* 900, 3, 12 */
    const char *text[KIOSK_LANGUAGES][KIOSK_TEXTS]; /* in the arena */
} KioskConfig;

/* NULL path: the defaults. */
bool kiosk_config_load(const char *path, Arena *arena, KioskConfig *out, Err *err);
const char *kiosk_text(const KioskConfig *config, KioskLanguage language,
                       const char *id); /* an unknown id is a bug */

enum { KIOSK_PIN_MIN = 4, KIOSK_PIN_MAX = 12, KIOSK_PIN_HASH = 256 };
/* A new salted hash of 4 to 12 digits. */
bool kiosk_pin_hash(const char *pin, char out[KIOSK_PIN_HASH], Err *err);
bool kiosk_pin_matches(const KioskConfig *config, const char *pin);
