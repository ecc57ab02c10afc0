#include "kioskconfig.h"
#include "../engine/language.h"

#include "../engine/file.h"
#include <crypt.h>
#include <jansson.h>
#include <string.h>

enum { CONFIG_BYTES = 1 << 20 };

/* ---- texts ---- */

static int find_text(const char *id) {
    for (int i = 0; i < kiosk_text_count; ++i)
        if (strcmp(kiosk_texts[i].id, id) == 0) return i;
    return -1;
}

const char *kiosk_text(const KioskConfig *config, KioskLanguage language, const char *id) {
    int index = find_text(id);
    if (index < 0) log_message(LOG_ERROR, _("there is no kiosk text \"%s\""), id);
    ASSERT(index >= 0);
    return config->text[language][index];
}

/* "$2000" */
static void format_price(const KioskConfig *config, double amount, char *out, size_t size) {
    int whole = (int)(amount + 0.5);
    snprintf(out, size, "%s%d", config->currency, whole); /* no comma: a line would break at it */
}

static const char *price_range(const KioskConfig *config, const double price[2], Arena *arena) {
    char low[32], high[32];
    format_price(config, price[0], low, sizeof low);
    format_price(config, price[1], high, sizeof high);
    return arena_printf(arena, "%s\xe2\x80\x93%s", low, high);
}

typedef struct Placeholder {
    const char *name, *value;
} Placeholder;

static const char *fill_in(const char *words, const Placeholder *values, int count, Arena *arena) {
    char out[2048];
    size_t used = 0;
    while (*words && used + 1 < sizeof out) {
        const Placeholder *found = NULL;
        for (int i = 0; i < count && *words == '{'; ++i)
            if (strncmp(words, values[i].name, strlen(values[i].name)) == 0) found = &values[i];
        if (!found) {
            out[used++] = *words++;
            continue;
        }
        int written = snprintf(out + used, sizeof out - used, "%s", found->value);
        used = used + (size_t)written < sizeof out ? used + (size_t)written : sizeof out - 1;
        words += strlen(found->name);
    }
    out[used] = 0;
    return arena_strdup(arena, out);
}

static bool fill_texts(KioskConfig *config, Arena *arena, Err *err) {
    const Placeholder values[] = {
        {"{clinic}", config->clinic},
        {"{price_full}", price_range(config, config->price_full, arena)},
        {"{price_scar}", price_range(config, config->price_scar, arena)},
        {"{price_transplant}", price_range(config, config->price_transplant, arena)}};
    for (int l = 0; l < KIOSK_LANGUAGES; ++l)
        for (int i = 0; i < kiosk_text_count; ++i) {
            config->text[l][i] =
                fill_in(config->text[l][i], values, (int)(sizeof values / sizeof values[0]), arena);
            if (!config->text[l][i]) return err_set(err, "There is not enough memory for the kiosk's texts");
        }
    return true;
}

/* ---- the file ---- */

static bool take_words(const json_t *value, const char *key, char *out, size_t size, Err *err) {
    if (!json_is_string(value)) return err_set(err, "\"%s\" must be text", key);
    if (strlen(json_string_value(value)) >= size)
        return err_set(err, "\"%s\" is longer than %d letters", key, (int)size - 1);
    snprintf(out, size, "%s", json_string_value(value));
    return true;
}

static bool take_path(const char *base, const json_t *value, const char *key, char out[KIOSK_PATH],
                      Arena *arena, Err *err) {
    if (!take_words(value, key, out, KIOSK_PATH, err)) return false;
    if (!out[0] || !base) return true;
    const char *path = file_resolve(arena, base, out);
    if (!path || strlen(path) >= KIOSK_PATH) return err_set(err, "the path \"%s\" is too long", key);
    memmove(out, path, strlen(path) + 1);
    return true;
}

static bool take_number(const json_t *value, const char *key, double low, double high, double *out,
                        Err *err) {
    if (!json_is_number(value) || !(json_number_value(value) >= low && json_number_value(value) <= high))
        return err_set(err, "\"%s\" must be a number from %g to %g", key, low, high);
    *out = json_number_value(value);
    return true;
}

static bool take_flag(const json_t *value, const char *key, bool *out, Err *err) {
    if (!json_is_boolean(value)) return err_set(err, "\"%s\" must be true or false", key);
    *out = json_is_true(value);
    return true;
}

static bool take_language(const json_t *value, KioskLanguage *out, Err *err) {
    for (int l = 0; l < KIOSK_LANGUAGES; ++l)
        if (json_is_string(value) && strcmp(json_string_value(value), language_codes[l]) == 0) {
            *out = (KioskLanguage)l;
            return true;
        }
    return err_set(err, "a language must be \"en\" or \"es\"");
}

static bool take_languages(const json_t *list, KioskConfig *out, Err *err) {
    if (!json_is_array(list) || json_array_size(list) == 0)
        return err_set(err, "\"languages\" must be a list such as [\"en\", \"es\"]");
    memset(out->offered, 0, sizeof out->offered);
    for (size_t i = 0; i < json_array_size(list); ++i) {
        KioskLanguage language;
        if (!take_language(json_array_get(list, i), &language, err)) return false;
        out->offered[language] = true;
    }
    return true;
}

static bool take_prices(const json_t *object, KioskConfig *out, Err *err) {
    const struct {
        const char *key;
        double *value;
    } prices[] = {
        {"full", out->price_full}, {"scar", out->price_scar}, {"transplant", out->price_transplant}};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        double *into = NULL;
        for (size_t i = 0; i < sizeof prices / sizeof prices[0]; ++i)
            if (strcmp(prices[i].key, key) == 0) into = prices[i].value;
        if (!into) return err_set(err, "\"prices\" has no \"%.40s\"; it has full, scar and transplant", key);
        if (!json_is_array(value) || json_array_size(value) != 2)
            return err_set(err, "the price \"%s\" must be two numbers, such as [2000, 4000]", key);
        for (size_t i = 0; i < 2; ++i)
            if (!take_number(json_array_get(value, i), key, 0, 999999, &into[i], err)) return false;
        if (into[1] < into[0]) return err_set(err, "the price \"%s\" must go from low to high", key);
    }
    return true;
}

static bool take_seconds(const json_t *object, KioskConfig *out, Err *err) {
    const struct {
        const char *key;
        double low, high, *value;
    } times[] = {{"idle", 10, 600, &out->idle_s},
                 {"warning", 3, 120, &out->warning_s},
                 {"limit", 60, 7200, &out->limit_s},
                 {"count", 1, 10, &out->count_s},
                 {"story", 4, 120, &out->story_s}};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        size_t i = 0;
        while (i < sizeof times / sizeof times[0] && strcmp(times[i].key, key) != 0) ++i;
        if (i == sizeof times / sizeof times[0])
            return err_set(err, "\"seconds\" has no \"%.40s\"; it has idle, warning, limit, count and story",
                           key);
        if (!take_number(value, key, times[i].low, times[i].high, times[i].value, err)) return false;
    }
    if (out->warning_s > out->idle_s - 5)
        return err_set(err, "\"warning\" must be at least 5 s shorter than \"idle\", whose end it is");
    return true;
}

static bool take_texts(const json_t *object, KioskConfig *out, Arena *arena, Err *err) {
    const char *code, *id;
    json_t *texts, *words;
    json_object_foreach((json_t *)(uintptr_t)object, code, texts) {
        int language = 0;
        while (language < KIOSK_LANGUAGES && strcmp(language_codes[language], code) != 0) ++language;
        if (language == KIOSK_LANGUAGES || !json_is_object(texts))
            return err_set(err, "\"texts\" holds the languages \"en\" and \"es\", not \"%.40s\"", code);
        json_object_foreach(texts, id, words) {
            int index = find_text(id);
            if (index < 0) return err_set(err, "there is no text \"%.60s\" in the kiosk", id);
            if (!json_is_string(words) || json_string_length(words) > 1500)
                return err_set(err, "the text \"%s\" must be words, at most 1500 letters", id);
            out->text[language][index] = arena_strdup(arena, json_string_value(words));
            if (!out->text[language][index])
                return err_set(err, "There is not enough memory for the kiosk's texts");
        }
    }
    return true;
}

static bool take_key(const char *base, const char *key, const json_t *value, Arena *arena, KioskConfig *out,
                     Err *err) {
    double version;
    if (strcmp(key, "version") == 0) return take_number(value, key, 1, 1, &version, err);
    if (strcmp(key, "clinic") == 0) return take_words(value, key, out->clinic, sizeof out->clinic, err);
    if (strcmp(key, "currency") == 0) return take_words(value, key, out->currency, sizeof out->currency, err);
    if (strcmp(key, "pin_hash") == 0) return take_words(value, key, out->pin_hash, sizeof out->pin_hash, err);
    if (strcmp(key, "logo") == 0) return take_path(base, value, key, out->logo, arena, err);
    if (strcmp(key, "camera") == 0) return take_path(base, value, key, out->camera, arena, err);
    if (strcmp(key, "language") == 0) return take_language(value, &out->language, err);
    if (strcmp(key, "languages") == 0) return take_languages(value, out, err);
    if (strcmp(key, "dark") == 0) return take_flag(value, key, &out->dark, err);
    if (strcmp(key, "reduced_motion") == 0) return take_flag(value, key, &out->reduced_motion, err);
    if (strcmp(key, "text_size") == 0) return take_number(value, key, 0.8, 1.5, &out->text_size, err);
    if (strcmp(key, "prices") == 0) return take_prices(value, out, err);
    if (strcmp(key, "seconds") == 0) return take_seconds(value, out, err);
    if (strcmp(key, "texts") == 0) return take_texts(value, out, arena, err);
    return err_set(err, "unknown key \"%.60s\"", key);
}

static void set_defaults(KioskConfig *out) {
    *out = (KioskConfig){.clinic = "Stipple",
                         .currency = "$",
                         .offered = {true, true},
                         .dark = true,
                         .text_size = 1,
                         .price_full = {2000, 4000}, /* the article's figures */
                         .price_scar = {1200, 2500},
                         .price_transplant = {4000, 15000},
                         .idle_s = 60,
                         .warning_s = 15,
                         .limit_s = 900,
                         .count_s = 3,
                         .story_s = 12};
    ASSERT(kiosk_text_count <= KIOSK_TEXTS);
    const int before = language_now();
    for (int l = 0; l < KIOSK_LANGUAGES; ++l) {
        language_use(l);
        for (int i = 0; i < kiosk_text_count; ++i)
            out->text[l][i] = language_word(kiosk_texts[i].id, kiosk_texts[i].words);
    }
    language_use(before);
}

bool kiosk_config_load(const char *path, Arena *arena, KioskConfig *out, Err *err) {
    set_defaults(out);
    if (!path) return fill_texts(out, arena, err);
    Bytes bytes;
    json_error_t fault;
    if (!file_read(path, CONFIG_BYTES, arena, &bytes, err)) return false;
    json_t *root = json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, &fault);
    if (!root) return err_set(err, "%s, line %d: %s", path, fault.line, fault.text);
    bool ok = json_is_object(root) || err_set(err, "it must be one JSON object");
    const char *key;
    json_t *value;
    json_object_foreach(root, key, value) ok = ok && take_key(path, key, value, arena, out, err);
    json_decref(root);
    if (ok && !out->offered[out->language]) ok = err_set(err, "\"language\" is not among \"languages\"");
    return ok ? fill_texts(out, arena, err) : err_prefix(err, "%s", path);
}

/* ---- the PIN ---- */

bool kiosk_pin_hash(const char *pin, char out[KIOSK_PIN_HASH], Err *err) {
    size_t length = strlen(pin);
    if (length < KIOSK_PIN_MIN || length > KIOSK_PIN_MAX || strspn(pin, "0123456789") != length)
        return err_set(err, "A PIN has %d to %d digits", KIOSK_PIN_MIN, KIOSK_PIN_MAX);
    char salt[CRYPT_GENSALT_OUTPUT_SIZE];
    struct crypt_data data = {0};
    if (!crypt_gensalt_rn("$y$", 0, NULL, 0, salt, sizeof salt))
        return err_set(err, "No PIN hash could be made here");
    const char *hash = crypt_r(pin, salt, &data);
    bool ok = hash && hash[0] != '*' && strlen(hash) < KIOSK_PIN_HASH;
    if (ok) snprintf(out, KIOSK_PIN_HASH, "%s", hash);
    explicit_bzero(&data, sizeof data);
    return ok || err_set(err, "No PIN hash could be made here");
}

bool kiosk_pin_matches(const KioskConfig *config, const char *pin) {
    if (!config->pin_hash[0] || !pin[0]) return false;
    struct crypt_data data = {0};
    const char *hash = crypt_r(pin, config->pin_hash, &data);
    bool same = hash && hash[0] != '*' && strcmp(hash, config->pin_hash) == 0;
    explicit_bzero(&data, sizeof data);
    return same;
}
