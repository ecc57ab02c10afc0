#include "language.h"

#include "file.h"
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const language_codes[LANGUAGE_COUNT] = {"en", "es"};
const char *const language_names[LANGUAGE_COUNT] = {"English", "Español"};
static const char domain[] = "stipple";
static int chosen;

/* Beside the program in a build tree, or as installed. */
static void bind_texts(void) {
    char program[1024], path[1100];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return;
    program[length] = 0;
    *strrchr(program, '/') = 0;
    snprintf(path, sizeof path, "%s/locale", program);
    if (!file_exists(path)) snprintf(path, sizeof path, "%s/../share/locale", program);
    bindtextdomain(domain, path);
    bind_textdomain_codeset(domain, "UTF-8");
}

static int language_of_environment(void) {
    static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; ++i) {
        const char *value = getenv(variables[i]);
        if (!value || !value[0]) continue;
        for (int l = 0; l < LANGUAGE_COUNT; ++l)
            if (strncmp(value, language_codes[l], strlen(language_codes[l])) == 0) return l;
        return 0;
    }
    return 0;
}

void language_start(void) {
    /* gettext translates nothing in the locale "C", and everything that LANGUAGE names in C.UTF-8. */
    if (!setlocale(LC_MESSAGES, "C.UTF-8")) setlocale(LC_MESSAGES, "");
    bind_texts();
    language_use(language_of_environment());
}

void language_use(int language) {
    chosen = language;
    /* putenv swaps a pointer, where setenv would free what another thread's gettext may be reading. */
    static char settings[LANGUAGE_COUNT][16];
    snprintf(settings[language], sizeof settings[language], "LANGUAGE=%s", language_codes[language]);
    putenv(settings[language]);
    textdomain(domain); /* makes gettext look at LANGUAGE anew */
}

int language_now(void) {
    return chosen;
}

const char *language_word(const char *context, const char *text) {
    char key[2400]; /* gettext's own form of a context */
    int length = snprintf(key, sizeof key, "%s\004%s", context, text);
    if (length < 0 || (size_t)length >= sizeof key) return text;
    const char *found = gettext(key);
    return found == key ? text : found;
}
