/* language - every word a user sees, in the user's language; gettext underneath.
 *
 * Sources are written in English: _("text") where it is shown, N_("text") in tables whose entries are shown
 * later through _(). Words that mean different things in different places carry a context:
 * language_word("hairline.0", "Natural"). Translations lie in po/; tools/texts.sh collects and checks them.
 * Only messages are translated: numbers keep their dot, dates and files their form. No locale need be
 * generated on the machine (C.UTF-8 is part of libc). What it does NOT do: translate names in files and on
 * the command line. Threads: language_start and language_use from the main thread; the rest from anywhere.
 */
#pragma once
#include <libintl.h>
#include <stdbool.h>

#define _(text)  gettext(text)
#define N_(text) text

enum { LANGUAGE_COUNT = 2 };
extern const char *const language_codes[LANGUAGE_COUNT]; /* "en" "es" */
extern const char *const language_names[LANGUAGE_COUNT]; /* in their own words */

/* The language of the environment: LANGUAGE, LC_ALL, LC_MESSAGES, LANG. Once, before anything is said. */
void language_start(void);
/* Index of language_codes; words asked for from now on are in it. */
void language_use(int language);
int language_now(void);
/* The word in this context; the English one when there is no translation. */
const char *language_word(const char *context, const char *text) __attribute__((format_arg(2)));
