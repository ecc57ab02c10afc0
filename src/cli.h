/* cli - the command line: tables of commands and options, their help, and one clear sentence for every wrong
 * argument.
 *
 * A command is a row of a table: its options, its help and what runs. cli_main picks the row, parses the
 * arguments with getopt_long, and turns the outcome into the exit code: CLI_OK, CLI_FAILED, CLI_USAGE.
 * Results go to stdout, words for people to stderr. What it does NOT do: know what a command means; print
 * anything but help and errors. Words of the tables (summary, example, help, plain_name) are marked N_(). The
 * cli_get_* helpers check one value each and name the option, the value and what would be right.
 */
#pragma once
#include "../engine/language.h"
#include "../engine/log.h"
#include <stdint.h>

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };
enum { CLI_MAX_VALUES = 256, CLI_MAX_PLAIN = 8 };
enum { CLI_MIN_SIDE_PX = 16, CLI_MAX_SIDE_PX = 16384, CLI_MAX_PIXELS = 1 << 26 };

typedef struct CliOption {
    const char *name;  /* long name without dashes; NULL ends the list */
    char letter;       /* short form, or 0 */
    const char *value; /* "WxH": takes a value, shown so in the help; NULL: a flag */
    const char *help;
    bool repeats; /* may be given more than once */
} CliOption;

struct CliCommand;
typedef struct CliArgs {
    const struct CliCommand *command;
    int count; /* options given, in order */
    struct {
        const CliOption *option;
        const char *value; /* NULL for flags */
    } given[CLI_MAX_VALUES];
    int plain_count; /* arguments that are not options */
    const char *plain[CLI_MAX_PLAIN];
} CliArgs;

typedef struct CliCommand {
    const char *name;    /* "render" */
    const char *usage;   /* "CASE.json -o OUT.png [options]" */
    const char *summary; /* one line */
    const char *example; /* one or more whole lines, or NULL */
    const CliOption *options;
    int plain_min, plain_max;
    const char *plain_name;          /* "the case file" */
    bool sets_options;               /* takes --set: the help lists the options of a case */
    int (*run)(const CliArgs *args); /* returns an exit code, having said why */
} CliCommand;

typedef struct CliProgram {
    const char *name, *version, *summary;
    const CliCommand *commands;       /* ended by a row without a name */
    const CliCommand *fallback;       /* for no arguments, or a first argument that is a case file */
    void (*print_options)(FILE *out); /* the options of a case */
} CliProgram;

/* The whole of main: dispatch, help, version, errors. Returns the exit code. */
int cli_main(const CliProgram *program, int argc, char **argv);
/* argv[0] is the command's name. CLI_OK: `out` is filled; help asked for gives CLI_OK and *helped. */
int cli_parse(const CliProgram *program, const CliCommand *command, int argc, char **argv, CliArgs *out,
              bool *helped);

/* The last value given for an option; NULL when it was not given. */
const char *cli_get(const CliArgs *args, const char *option);
bool cli_has(const CliArgs *args, const char *option);
/* Each leaves *out alone when the option was not given. */
bool cli_get_number(const CliArgs *args, const char *option, double min, double max, double *out, Err *err);
bool cli_get_int(const CliArgs *args, const char *option, int min, int max, int *out, Err *err);
bool cli_get_choice(const CliArgs *args, const char *option, const char *const *names, int count, int *out,
                    Err *err);
bool cli_get_size(const CliArgs *args, const char *option, int *width_px, int *height_px, Err *err);
/* "A-B", "A" or "A-": frames from 0, B included; B defaults to the last. */
bool cli_get_range(const CliArgs *args, const char *option, int count, int *first, int *last, Err *err);
/* A required option's path that can be written: an existing folder, a name, not a folder, one of the endings
 * (separated by spaces, e.g. ".png .jpg"; NULL: any). */
bool cli_get_output(const CliArgs *args, const char *option, const char *endings, const char **out, Err *err);

/* The name nearest to `text` by edit distance, or NULL when none is near. */
const char *cli_nearest(const char *text, const char *const *names, int count);
/* Say the sentence on stderr: "stipple: ...". Returns `code`. */
int cli_say(int code, const Err *err);
/* The same for a sentence of one's own, _("..."). Returns CLI_FAILED. */
int cli_fail(const char *sentence);
int cli_say_usage(const CliArgs *args, const Err *err); /* and where the help is; CLI_USAGE */
