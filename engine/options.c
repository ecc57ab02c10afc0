#include "options.h"
#include "language.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

const OptionDef *options_find(const OptionTable *table, const char *name) {
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->defs[i].name, name) == 0) return &table->defs[i];
    }
    return NULL;
}

/* Levenshtein's distance, cut at the size of our names. */
static int typing_distance(const char *a, const char *b) {
    enum { LIMIT = 64 };
    int row[LIMIT + 1];
    const int length_a = (int)strnlen(a, LIMIT), length_b = (int)strnlen(b, LIMIT);
    for (int j = 0; j <= length_b; j++) row[j] = j;
    for (int i = 1; i <= length_a; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= length_b; j++) {
            const int swap = diagonal + (a[i - 1] != b[j - 1]);
            const int step = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);
            diagonal = row[j];
            row[j] = swap < step ? swap : step;
        }
    }
    return row[length_b];
}

/* The last part of a dotted name counts too: people write length_mm for hair.length_mm. */
static const char *nearest_name(const OptionTable *table, const char *name) {
    const char *best = NULL;
    int best_distance = 5;
    for (size_t i = 0; i < table->count; i++) {
        const char *candidate = table->defs[i].name;
        const char *dot = strrchr(candidate, '.');
        int distance = typing_distance(name, candidate);
        if (dot != NULL) {
            const int short_distance = 1 + typing_distance(name, dot + 1);
            distance = short_distance < distance ? short_distance : distance;
        }
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

const OptionDef *options_require(const OptionTable *table, const char *name, Err *err) {
    const OptionDef *def = options_find(table, name);
    if (def != NULL) return def;
    const char *nearest = nearest_name(table, name);
    if (nearest != NULL) {
        err_set(err, "There is no value named \"%.80s\"; did you mean \"%s\"?", name, nearest);
    } else {
        err_set(err, "There is no value named \"%.80s\"; the help lists all of them", name);
    }
    return NULL;
}

void options_set_defaults(const OptionTable *table, void *base) {
    for (size_t i = 0; i < table->count; i++) {
        const bool ok = option_set_number(&table->defs[i], base, table->defs[i].default_value, NULL);
        ASSERT(ok); /* a default outside its own range is a bug of the table */
    }
}

static int choice_count(const OptionDef *def) {
    int count = 0;
    while (def->choices[count] != NULL) count++;
    return count;
}

double option_get_number(const OptionDef *def, const void *base) {
    const char *at = (const char *)base + def->offset;
    float as_float;
    int as_int;
    bool as_bool;
    switch (def->type) {
    case OPTION_FLOAT:
        memcpy(&as_float, at, sizeof as_float);
        return (double)as_float;
    case OPTION_BOOL:
        memcpy(&as_bool, at, sizeof as_bool);
        return as_bool ? 1 : 0;
    case OPTION_INT:
    case OPTION_ENUM:
        memcpy(&as_int, at, sizeof as_int);
        return as_int;
    }
    return 0;
}

/* The value of a float as the shortest text that reads back the same. */
static void shortest_float(float value, char *text, size_t size) {
    for (int digits = 1; digits <= FLT_DECIMAL_DIG; digits++) {
        snprintf(text, size, "%.*g", digits, (double)value);
        /* the fewest digits, but 120 and not 1.2e+02 */
        if (strtof(text, NULL) == value && (digits >= 6 || strchr(text, 'e') == NULL)) break;
    }
    /* A locale may write a comma; files and the command line have a point. */
    char *comma = strchr(text, ',');
    if (comma != NULL) *comma = '.';
}

static void number_text(double value, char text[OPTION_TEXT_SIZE]) {
    shortest_float((float)value, text, OPTION_TEXT_SIZE);
}

static const char *unit_of(const OptionDef *def) {
    return def->unit != NULL ? def->unit : "";
}

static bool refuse_range(const OptionDef *def, const char *given, Err *err) {
    char low[OPTION_TEXT_SIZE], high[OPTION_TEXT_SIZE];
    number_text(def->min, low);
    number_text(def->max, high);
    const char *unit = unit_of(def);
    const char *space = unit[0] != 0 ? " " : "";
    if (def->type == OPTION_INT)
        return err_set(err, "%s must be a whole number from %s to %s%s%s, not %.40s", def->name, low, high,
                       space, unit, given);
    return err_set(err, "%s must be from %s to %s%s%s, not %.40s", def->name, low, high, space, unit, given);
}

static void list_choices(const OptionDef *def, char *text, size_t size) {
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; def->choices[i] != NULL && used < size; i++) {
        const int wrote = snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", def->choices[i]);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

static bool refuse_choice(const OptionDef *def, const char *given, Err *err) {
    char list[400];
    list_choices(def, list, sizeof list);
    return err_set(err, "%s must be one of %s, not %.40s", def->name, list, given);
}

/* Floats are compared as floats, so that a range end such as 0.1 is itself allowed. */
static bool in_range(const OptionDef *def, double value) {
    if (def->type == OPTION_FLOAT) return (float)value >= (float)def->min && (float)value <= (float)def->max;
    return value >= def->min && value <= def->max && value == floor(value);
}

bool option_set_number(const OptionDef *def, void *base, double value, Err *err) {
    char given[OPTION_TEXT_SIZE];
    char *at = (char *)base + def->offset;
    snprintf(given, sizeof given, "%g", value);
    switch (def->type) {
    case OPTION_FLOAT:
        if (!in_range(def, value)) return refuse_range(def, given, err);
        memcpy(at, &(float){(float)value}, sizeof(float));
        return true;
    case OPTION_INT:
        if (!in_range(def, value)) return refuse_range(def, given, err);
        memcpy(at, &(int){(int)value}, sizeof(int));
        return true;
    case OPTION_BOOL:
        if (value != 0 && value != 1) return err_set(err, "%s must be on or off, not %s", def->name, given);
        memcpy(at, &(bool){value != 0}, sizeof(bool));
        return true;
    case OPTION_ENUM:
        if (!(value >= 0 && value < choice_count(def) && value == floor(value)))
            return refuse_choice(def, given, err);
        memcpy(at, &(int){(int)value}, sizeof(int));
        return true;
    }
    return false;
}

/* A number with a point and nothing behind it; the C locale is asked for by name. */
static bool parse_number(const char *text, double *value) {
    static locale_t c_locale;
    if (c_locale == (locale_t)0) c_locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    char *end = NULL;
    const char first = text[0];
    if (!((first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.')) return false;
    *value = strtod_l(text, &end, c_locale);
    return end != text && *end == 0 && isfinite(*value);
}

static bool set_bool_text(const OptionDef *def, void *base, const char *text, Err *err) {
    static const char *const words[2][4] = {{"off", "no", "false", "0"}, {"on", "yes", "true", "1"}};
    for (int value = 0; value < 2; value++) {
        for (int i = 0; i < 4; i++) {
            if (strcasecmp(text, words[value][i]) == 0) return option_set_number(def, base, value, err);
        }
    }
    return err_set(err, "%s must be on or off, not \"%.40s\"", def->name, text);
}

bool option_set_text(const OptionDef *def, void *base, const char *text, Err *err) {
    double value = 0;
    if (def->type == OPTION_BOOL) return set_bool_text(def, base, text, err);
    if (def->type == OPTION_ENUM) {
        for (int i = 0; def->choices[i] != NULL; i++) {
            if (strcasecmp(text, def->choices[i]) == 0) return option_set_number(def, base, i, err);
        }
        char quoted[OPTION_TEXT_SIZE];
        snprintf(quoted, sizeof quoted, "\"%.40s\"", text);
        return refuse_choice(def, quoted, err);
    }
    if (!parse_number(text, &value)) {
        char quoted[OPTION_TEXT_SIZE];
        snprintf(quoted, sizeof quoted, "\"%.30s\"", text);
        return refuse_range(def, quoted, err);
    }
    return option_set_number(def, base, value, err);
}

const char *option_get_text(const OptionDef *def, const void *base, char text[OPTION_TEXT_SIZE]) {
    const double value = option_get_number(def, base);
    switch (def->type) {
    case OPTION_FLOAT:
        number_text(value, text);
        break;
    case OPTION_INT:
        snprintf(text, OPTION_TEXT_SIZE, "%d", (int)value);
        break;
    case OPTION_BOOL:
        snprintf(text, OPTION_TEXT_SIZE, "%s", value != 0 ? "on" : "off");
        break;
    case OPTION_ENUM:
        ASSERT(value >= 0 && value < choice_count(def));
        snprintf(text, OPTION_TEXT_SIZE, "%s", def->choices[(int)value]);
        break;
    }
    return text;
}

bool options_set(const OptionTable *table, void *base, const char *name, const char *text, Err *err) {
    const OptionDef *def = options_require(table, name, err);
    return def != NULL && option_set_text(def, base, text, err);
}

bool options_set_pair(const OptionTable *table, void *base, const char *pair, Err *err) {
    const char *equals = strchr(pair, '=');
    char name[128];
    if (equals == NULL || equals == pair || (size_t)(equals - pair) >= sizeof name) {
        return err_set(err, "\"%.80s\" is not of the form NAME=VALUE", pair);
    }
    snprintf(name, sizeof name, "%.*s", (int)(equals - pair), pair);
    return options_set(table, base, name, equals + 1, err);
}

/* ---- JSON ---- */

/* The object that holds the last part of a dotted name, made on the way; *leaf is that last part. */
static json_t *object_for(json_t *root, const char *name, const char **leaf) {
    json_t *object = root;
    const char *part = name;
    for (const char *dot = strchr(part, '.'); dot != NULL; dot = strchr(part, '.')) {
        char key[64];
        snprintf(key, sizeof key, "%.*s", (int)(dot - part), part);
        json_t *inner = json_object_get(object, key);
        if (inner == NULL) {
            inner = json_object();
            if (json_object_set_new(object, key, inner) != 0) return NULL;
        }
        object = inner;
        part = dot + 1;
    }
    *leaf = part;
    return object;
}

static json_t *json_value(const OptionDef *def, const void *base) {
    char text[OPTION_TEXT_SIZE];
    const double value = option_get_number(def, base);
    switch (def->type) {
    case OPTION_FLOAT:
        /* Through the shortest text, so that 0.1f is written as 0.1. */
        number_text(value, text);
        double parsed = 0;
        if (!parse_number(text, &parsed)) return NULL;
        return json_real(parsed);
    case OPTION_INT:
        return json_integer((json_int_t)value);
    case OPTION_BOOL:
        return json_boolean(value != 0);
    case OPTION_ENUM:
        return json_string(option_get_text(def, base, text));
    }
    return NULL;
}

json_t *options_to_json(const OptionTable *table, const void *base) {
    json_t *root = json_object();
    for (size_t i = 0; root != NULL && i < table->count; i++) {
        const char *leaf = NULL;
        json_t *object = object_for(root, table->defs[i].name, &leaf);
        if (object == NULL || json_object_set_new(object, leaf, json_value(&table->defs[i], base)) != 0) {
            json_decref(root);
            return NULL;
        }
    }
    return root;
}

static bool set_json_value(const OptionDef *def, void *base, const json_t *value, Err *err) {
    if (json_is_number(value) && (def->type == OPTION_FLOAT || def->type == OPTION_INT)) {
        return option_set_number(def, base, json_number_value(value), err);
    }
    if (json_is_boolean(value) && def->type == OPTION_BOOL) {
        return option_set_number(def, base, json_is_true(value) ? 1 : 0, err);
    }
    if (json_is_string(value) && def->type == OPTION_ENUM) {
        return option_set_text(def, base, json_string_value(value), err);
    }
    static const char *const wanted[] = {N_("a number"), N_("a whole number"), N_("true or false"),
                                         N_("a word in quotes")};
    return err_set(err, "%s must be %s", def->name, _(wanted[def->type]));
}

static bool set_json_object(const OptionTable *table, void *base, const json_t *object, const char *prefix,
                            int depth, Err *err) {
    const char *key;
    json_t *value;
    /* jansson's macro wants a pointer that may change; nothing is changed here. */
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        char name[256];
        snprintf(name, sizeof name, "%.127s%s%.120s", prefix, prefix[0] != 0 ? "." : "", key);
        if (json_is_object(value) && depth < 8) {
            if (!set_json_object(table, base, value, name, depth + 1, err)) return false;
            continue;
        }
        const OptionDef *def = options_require(table, name, err);
        if (def == NULL || !set_json_value(def, base, value, err)) return false;
    }
    return true;
}

bool options_from_json(const OptionTable *table, void *base, const json_t *object, Err *err) {
    if (!json_is_object(object)) return err_set(err, "The values must be an object in braces");
    /* First a check on the way through, then nothing to undo: all or nothing for the caller's struct. */
    size_t end = 0;
    for (size_t i = 0; i < table->count; i++)
        end = table->defs[i].offset + sizeof(double) > end ? table->defs[i].offset + sizeof(double) : end;
    void *trial = calloc(1, end);
    if (trial == NULL) return err_set(err, "There is no room to read the values");
    options_set_defaults(table, trial);
    const bool ok = set_json_object(table, trial, object, "", 0, err);
    free(trial);
    return ok && set_json_object(table, base, object, "", 0, err);
}

/* ---- help ---- */

void options_print_help(const OptionTable *table, FILE *out) {
    int width = 0;
    for (size_t i = 0; i < table->count; i++) {
        const int length = (int)strlen(table->defs[i].name);
        width = length > width ? length : width;
    }
    for (size_t i = 0; i < table->count; i++) {
        const OptionDef *def = &table->defs[i];
        char range[420], initial[OPTION_TEXT_SIZE], low[OPTION_TEXT_SIZE], high[OPTION_TEXT_SIZE];
        number_text(def->default_value, initial);
        if (def->type == OPTION_ENUM) {
            list_choices(def, range, sizeof range);
            snprintf(initial, sizeof initial, "%s", def->choices[(int)def->default_value]);
        } else if (def->type == OPTION_BOOL) {
            snprintf(range, sizeof range, "%s", _("on or off"));
            snprintf(initial, sizeof initial, "%s", def->default_value != 0 ? "on" : "off");
        } else {
            number_text(def->min, low);
            number_text(def->max, high);
            snprintf(range, sizeof range, _("%s to %s%s%s"), low, high, unit_of(def)[0] != 0 ? " " : "",
                     unit_of(def));
        }
        fprintf(out, _("  %-*s  %s (%s; default %s)\n"), width, def->name, _(def->help), range, initial);
    }
}
