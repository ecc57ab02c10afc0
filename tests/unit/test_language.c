/* The language module against the catalogue that the build made, in a process without generated locales. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../engine/language.h"
#include "../../src/casefile.h"
#include "../../src/optionwords.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void start_in(const char *variable, const char *value) {
    static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (int i = 0; i < 4; ++i) unsetenv(variables[i]);
    if (variable) setenv(variable, value, 1);
    language_start();
}

static void test_environment_decides(void **state) {
    (void)state;
    start_in("LANG", "es_ES.UTF-8"); /* not generated on this machine */
    assert_string_equal(_("Undo"), "Deshacer");
    char number[16];
    snprintf(number, sizeof number, "%.1f", 0.5);
    assert_string_equal(number, "0.5");
    start_in("LANGUAGE", "es");
    assert_string_equal(_("Undo"), "Deshacer");
    start_in("LANG", "de_DE.UTF-8");
    assert_string_equal(_("Undo"), "Undo");
    start_in(NULL, NULL);
    assert_string_equal(_("Undo"), "Undo");
}

static void test_switched_at_once(void **state) {
    (void)state;
    start_in(NULL, NULL);
    for (int i = 0; i < 4; ++i) {
        language_use(i % 2);
        assert_int_equal(language_now(), i % 2);
        assert_string_equal(_("Redo"), i % 2 ? "Rehacer" : "Redo");
        assert_string_equal(language_word("who.skin.3", "brown"), i % 2 ? "morena" : "brown");
        assert_string_equal(language_word("no.such", "left alone"), "left alone");
    }
}

/* Sentences of errors and the reasons of the system, without a word at the place where they are said. */
static void test_errors_are_translated(void **state) {
    (void)state;
    start_in(NULL, NULL);
    language_use(1);
    Err err;
    err_set(&err, "Cannot read %s: %s", "a.jpg", err_reason(EACCES));
    err_prefix(&err, "The photo of the case (%s)", _("left"));
    assert_string_equal(err.text, "La foto del caso (izquierda): No se puede leer a.jpg: Permiso denegado");
    language_use(0);
    err_set(&err, "Cannot read %s: %s", "a.jpg", err_reason(EACCES));
    assert_string_equal(err.text, "Cannot read a.jpg: Permission denied");
}

/* No option and no choice is shown by its name in files, in either language. */
static void test_every_option_has_words(void **state) {
    (void)state;
    start_in(NULL, NULL);
    for (int i = 0; i < case_option_count; ++i) {
        const OptionDef *def = &case_options[i];
        char english[OPTION_LABEL], spanish[OPTION_LABEL];
        language_use(0);
        option_label(def, english);
        language_use(1);
        option_label(def, spanish);
        if (strstr(english, "_") || strcmp(english, def->name) == 0) fail_msg("%s has no label", def->name);
        if (!spanish[0]) fail_msg("%s has no label in Spanish", def->name);
        if (strcmp(_(def->help), def->help) == 0) fail_msg("the help of %s is not translated", def->name);
        for (int c = 0; def->choices && def->choices[c]; ++c)
            if (option_choice(def, c) == def->choices[c])
                fail_msg("%s=%s has no word", def->name, def->choices[c]);
        if (def->unit && def->unit[0] && option_unit(def) == def->unit)
            fail_msg("%s: no word for %s", def->name, def->unit);
    }
    language_use(0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_environment_decides),
        cmocka_unit_test(test_switched_at_once),
        cmocka_unit_test(test_errors_are_translated),
        cmocka_unit_test(test_every_option_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
