/* options - one table that describes every value of a struct: its name, unit, range, default and help.
 *
 * The same table feeds the case file (JSON nested by the dots of the names), `--set NAME=VALUE`, the help
 * text and the sliders. It works on any struct through a pointer to it: `offset` says where the value lies,
 * `type` says that it is a float, an int, a bool, or an int that names one of `choices`.
 *
 *     static const char *const styles[] = {"soft", "broken", NULL};
 *     static const OptionDef table[] = {
 *         {.name = "hair.length_mm", .help = "Length of the hair", .unit = "mm", .type = OPTION_FLOAT,
 *          .offset = offsetof(Plan, hair_length_mm), .min = 0, .max = 25, .step = 0.1, .default_value = 3},
 *         {.name = "hairline.style", .help = "Edge of the hairline", .type = OPTION_ENUM,
 *          .offset = offsetof(Plan, style), .choices = styles},
 *     };
 *     const OptionTable options = {table, sizeof table / sizeof table[0]};
 *
 * A failing set leaves the struct as it was. Numbers are read and written with a point, whatever the locale.
 */
#pragma once
#include "log.h"
#include <jansson.h>
#include <stddef.h>

typedef enum OptionType { OPTION_FLOAT, OPTION_INT, OPTION_BOOL, OPTION_ENUM } OptionType;

typedef struct OptionDef {
    const char *name; /* dotted, unique, e.g. "hair.length_mm" */
    const char *help; /* one line, without the unit and the range */
    const char *unit; /* "" or NULL: none */
    OptionType type;
    size_t offset;              /* of a float, an int, a bool, or an int for enums */
    double min, max;            /* float, int: both ends allowed; enum, bool: not used */
    double step;                /* for sliders and keys; 0: (max - min) / 100 */
    double default_value;       /* bool: 0 or 1; enum: index */
    const char *const *choices; /* enum: ends with NULL */
} OptionDef;

typedef struct OptionTable {
    const OptionDef *defs;
    size_t count;
} OptionTable;

enum { OPTION_TEXT_SIZE = 64 };

/* NULL when there is none of that name. */
const OptionDef *options_find(const OptionTable *table, const char *name);
/* The same, with a sentence that suggests the nearest names. */
const OptionDef *options_require(const OptionTable *table, const char *name, Err *err);

void options_set_defaults(const OptionTable *table, void *base);

/* Value as a number (bool 0 or 1, enum the index). */
double option_get_number(const OptionDef *def, const void *base);
/* False with a sentence that states the range or the choices. */
bool option_set_number(const OptionDef *def, void *base, double value, Err *err);
bool option_set_text(const OptionDef *def, void *base, const char *text, Err *err);
/* "3", "soft", "on": what option_set_text reads back to exactly the same value. Returns `text`. */
const char *option_get_text(const OptionDef *def, const void *base, char text[OPTION_TEXT_SIZE]);

bool options_set(const OptionTable *table, void *base, const char *name, const char *text, Err *err);
/* "NAME=VALUE", as behind --set. */
bool options_set_pair(const OptionTable *table, void *base, const char *pair, Err *err);

/* A new object with every value, nested by the dots of the names; the caller owns it. NULL: no memory. */
json_t *options_to_json(const OptionTable *table, const void *base);
/* Values that are absent stay as they are; a key that the table does not know is an error that names it. */
bool options_from_json(const OptionTable *table, void *base, const json_t *object, Err *err);

/* One line each: name, range or choices, default, help. */
void options_print_help(const OptionTable *table, FILE *out);
