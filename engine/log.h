/* log - messages to people, and the error value that every fallible function fills.
 *
 * What it does: an Err carries one sentence that a clinician can act on; log lines go to stderr.
 * Sentences are written in English and translated by err_set and err_prefix themselves (tools/texts.sh
 * collects them); a line of log_message that is for people, LOG_ERROR or LOG_WARNING, says _() (language.h),
 * those for developers stay English. What it does NOT do: exit, allocate, or ever print a client's file
 * contents, names or pixels. Use: `if (!thing_load(path, &thing, err)) return false;` and, where the failure
 * is found, `return err_set(err, "%s is not a photo: it is empty", path);` Threads: err_* touch only their
 * argument; log_* may be called from any thread.
 */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* One sentence without a trailing newline; "" when nothing failed. */
typedef struct Err {
    char text[512];
} Err;

/* Write the sentence in the user's language; a NULL err is allowed. Always returns false. */
bool err_set(Err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Put "context: " in front of a sentence already there. Always returns false. */
bool err_prefix(Err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What the system says of an errno, in the user's language. */
const char *err_reason(int error);

typedef enum LogLevel { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG } LogLevel;
/* Lines above this level are dropped. Default LOG_WARNING; STIPPLE_LOG=debug in the environment of a
 * developer. */
void log_set_level(LogLevel level);
void log_message(LogLevel level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A caller's bug: prints the place and aborts, in every build. */
#define ASSERT(condition)                                                                                    \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: bug: %s\n", __FILE__, __LINE__, #condition);                             \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)
