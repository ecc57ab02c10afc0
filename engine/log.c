#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include "language.h"

bool err_set(Err *err, const char *format, ...) {
    if (err == NULL) return false;
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, _(format), args);
    va_end(args);
    return false;
}

bool err_prefix(Err *err, const char *format, ...) {
    if (err == NULL) return false;
    char context[sizeof err->text], joined[2 * sizeof err->text + 2];
    va_list args;
    va_start(args, format);
    vsnprintf(context, sizeof context, _(format), args);
    va_end(args);
    snprintf(joined, sizeof joined, "%s: %s", context, err->text);
    /* A sentence too long for the room is cut at its end: the context in front stays whole. */
    snprintf(err->text, sizeof err->text, "%.*s", (int)sizeof err->text - 1, joined);
    return false;
}

/* The C library's own translations belong to a package of locales that few machines have. */
const char *err_reason(int error) {
    switch (error) {
    case ENOENT:
        return _("No such file or directory");
    case EACCES:
        return _("Permission denied");
    case EPERM:
        return _("Operation not permitted");
    case ENOSPC:
        return _("No space left on device");
    case EROFS:
        return _("Read-only file system");
    case EIO:
        return _("Input/output error");
    case EISDIR:
        return _("Is a directory");
    case ENOTDIR:
        return _("Not a directory");
    case EBUSY:
        return _("Device or resource busy");
    case ENODEV:
        return _("No such device");
    case EMFILE:
        return _("Too many open files");
    case ENAMETOOLONG:
        return _("File name too long");
    case ENOMEM:
        return _("Cannot allocate memory");
    default:
        return strerror(error);
    }
}

/* -1: not asked yet; then the environment decides once. */
static atomic_int level_now = -1;

static int level_from_environment(void) {
    const char *text = getenv("STIPPLE_LOG");
    const char *const names[] = {"error", "warning", "info", "debug"};
    for (int level = 0; text != NULL && level < 4; level++) {
        if (strcmp(text, names[level]) == 0) return level;
    }
    return LOG_WARNING;
}

void log_set_level(LogLevel level) {
    atomic_store(&level_now, (int)level);
}

void log_message(LogLevel level, const char *format, ...) {
    int limit = atomic_load(&level_now);
    if (limit < 0) {
        limit = level_from_environment();
        atomic_store(&level_now, limit);
    }
    if ((int)level > limit) return;
    static const char *const labels[] = {N_("error: "), N_("warning: "), "", "debug: "};
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    /* One call, so that lines of two threads do not mix. */
    fprintf(stderr, "stipple: %s%s\n", labels[level][0] ? _(labels[level]) : "", line);
}
