#include "cli.h"
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_OPTIONS = 40, LETTER_BASE = 1000 };

/* ---- words ---- */

static int edit_distance(const char *a, const char *b) {
    enum { LONGEST = 63 };
    int row[LONGEST + 1];
    int na = (int)strlen(a), nb = (int)strlen(b);
    if (na > LONGEST || nb > LONGEST) return LONGEST;
    for (int j = 0; j <= nb; ++j) row[j] = j;
    for (int i = 1; i <= na; ++i) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= nb; ++j) {
            int above = row[j], best = diagonal + (a[i - 1] != b[j - 1]);
            if (above + 1 < best) best = above + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = above;
            row[j] = best;
        }
    }
    return row[nb];
}

const char *cli_nearest(const char *text, const char *const *names, int count) {
    const char *nearest = NULL;
    size_t length = strlen(text);
    int best = length < 5 ? 3 : (int)length / 2 + 1;
    for (int i = 0; i < count; ++i) {
        int distance = edit_distance(text, names[i]);
        if (length >= 3 && strncmp(text, names[i], length) == 0) distance = 1;
        if (distance < best) best = distance, nearest = names[i];
    }
    return nearest;
}

int cli_say(int code, const Err *err) {
    fflush(stdout);
    fprintf(stderr, "stipple: %s\n", err->text);
    return code;
}

int cli_fail(const char *sentence) {
    Err err;
    err_set(&err, "%s", sentence);
    return cli_say(CLI_FAILED, &err);
}

int cli_say_usage(const CliArgs *args, const Err *err) {
    cli_say(CLI_USAGE, err);
    fprintf(stderr, _("See: stipple %s --help\n"), args->command->name);
    return CLI_USAGE;
}

/* ---- help ---- */

static void print_wrapped(FILE *out, const char *text, int indent, int width) {
    int column = indent;
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column > indent && column + 1 + (int)word > width) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            ++column;
        }
        fwrite(text, 1, word, out);
        column += (int)word;
        text += word;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void print_option(FILE *out, const CliOption *option) {
    enum { COLUMN = 27, WIDTH = 100 };
    char head[64];
    int n = option->letter ? snprintf(head, sizeof head, "  -%c, --%s", option->letter, option->name)
                           : snprintf(head, sizeof head, "      --%s", option->name);
    if (option->value) n += snprintf(head + n, sizeof head - (size_t)n, " %s", option->value);
    fprintf(out, "%-*s", COLUMN, head);
    if (n >= COLUMN) fprintf(out, "\n%*s", COLUMN, "");
    print_wrapped(out, _(option->help), COLUMN, WIDTH);
}

static const CliOption help_option = {.name = "help", .letter = 'h', .help = N_("this text")};

static void print_command_help(const CliProgram *program, const CliCommand *command, FILE *out) {
    fprintf(out, "%s %s - %s\n\n", program->name, command->name, _(command->summary));
    fprintf(out, _("Usage: %s %s %s\n"), program->name, command->name, command->usage);
    if (command->example) fprintf(out, "\n%s", _(command->example));
    fputs(_("\nOptions:\n"), out);
    for (const CliOption *o = command->options; o->name; ++o) print_option(out, o);
    print_option(out, &help_option);
    if (command->sets_options) {
        fputs(_("\nValues of a case, for --set NAME=VALUE:\n"), out);
        program->print_options(out);
    }
}

static void print_program_help(const CliProgram *program, FILE *out) {
    fprintf(out, "%s %s - %s\n\n", program->name, program->version, _(program->summary));
    fprintf(out, _("Usage: %s [CASE.json]            the studio; without a case, the sample client\n"),
            program->name);
    fprintf(out, _("       %s COMMAND [options]      see below, and %s COMMAND --help\n\nCommands:\n"),
            program->name, program->name);
    for (const CliCommand *c = program->commands; c->name; ++c)
        fprintf(out, "  %-12s %s\n", c->name, _(c->summary));
    fputs(_("\nExit codes: 0 done, 1 failed, 2 wrong usage. Results go to stdout, messages to stderr.\n"),
          out);
}

/* ---- parsing ---- */

static bool find_option(const CliCommand *command, const char *name, const CliOption **out) {
    for (const CliOption *o = command->options; o->name; ++o)
        if (strcmp(o->name, name) == 0) return *out = o, true;
    return false;
}

static void say_unknown_option(const CliCommand *command, const char *text, Err *err) {
    const char *names[MAX_OPTIONS];
    int count = 0;
    for (const CliOption *o = command->options; o->name && count < MAX_OPTIONS; ++o) names[count++] = o->name;
    char bare[64];
    snprintf(bare, sizeof bare, "%s", text + strspn(text, "-"));
    bare[strcspn(bare, "=")] = 0;
    const char *nearest = cli_nearest(bare, names, count);
    if (nearest)
        err_set(err, "%s has no option %.60s; did you mean --%s?", command->name, text, nearest);
    else
        err_set(err, "%s has no option %.60s", command->name, text);
}

static void make_getopt_tables(const CliCommand *command, struct option *longs, char *letters) {
    int n = 0;
    char *p = letters;
    *p++ = ':';
    for (const CliOption *o = command->options; o->name; ++o, ++n) {
        ASSERT(n < MAX_OPTIONS);
        longs[n] =
            (struct option){o->name, o->value ? required_argument : no_argument, NULL, LETTER_BASE + n};
        if (!o->letter) continue;
        *p++ = o->letter;
        if (o->value) *p++ = ':';
    }
    longs[n++] = (struct option){"help", no_argument, NULL, 'h'};
    longs[n] = (struct option){0};
    *p++ = 'h';
    *p = 0;
}

static const CliOption *option_of_code(const CliCommand *command, int code) {
    if (code >= LETTER_BASE) return &command->options[code - LETTER_BASE];
    for (const CliOption *o = command->options; o->name; ++o)
        if (o->letter == code) return o;
    return NULL;
}

static bool add_given(CliArgs *args, const CliOption *option, const char *value, Err *err) {
    if (!option->repeats)
        for (int i = 0; i < args->count; ++i)
            if (args->given[i].option == option) return err_set(err, "--%s is given twice", option->name);
    if (option->value && !value[0])
        return err_set(err, "--%s is empty; it takes %s", option->name, option->value);
    if (args->count == CLI_MAX_VALUES) return err_set(err, "there are more than %d options", CLI_MAX_VALUES);
    args->given[args->count].option = option;
    args->given[args->count++].value = value;
    return true;
}

static bool parse_options(const CliCommand *command, int argc, char **argv, CliArgs *out, bool *helped,
                          Err *err) {
    struct option longs[MAX_OPTIONS + 2];
    char letters[2 * MAX_OPTIONS + 4];
    make_getopt_tables(command, longs, letters);
    opterr = 0;
    optind = 0; /* GNU: start over */
    for (;;) {
        int at = optind > 0 ? optind : 1;
        int code = getopt_long(argc, argv, letters, longs, NULL);
        if (code == -1) break;
        if (code == 'h') return *helped = true;
        if (code == '?') return say_unknown_option(command, argv[at < optind ? optind - 1 : at], err), false;
        const CliOption *option = option_of_code(command, code == ':' ? optopt : code);
        if (code == ':') return err_set(err, "--%s needs a value: %s", option->name, option->value);
        if (!add_given(out, option, optarg, err)) return false;
    }
    for (int i = optind; i < argc; ++i) {
        if (out->plain_count == command->plain_max) {
            if (command->plain_max == 0)
                return err_set(err, "%s takes no \"%.200s\"", command->name, argv[i]);
            return err_set(err, "one thing too many: \"%.200s\"; %s takes only %s", argv[i], command->name,
                           _(command->plain_name));
        }
        out->plain[out->plain_count++] = argv[i];
    }
    if (out->plain_count < command->plain_min)
        return err_set(err, "%s needs %s", command->name, _(command->plain_name));
    return true;
}

int cli_parse(const CliProgram *program, const CliCommand *command, int argc, char **argv, CliArgs *out,
              bool *helped) {
    Err err = {0};
    *out = (CliArgs){.command = command};
    *helped = false;
    if (!parse_options(command, argc, argv, out, helped, &err)) return cli_say_usage(out, &err);
    if (*helped) print_command_help(program, command, stdout);
    return CLI_OK;
}

static const CliCommand *find_command(const CliProgram *program, const char *name) {
    for (const CliCommand *c = program->commands; c->name; ++c)
        if (strcmp(c->name, name) == 0) return c;
    return NULL;
}

static int say_unknown_command(const CliProgram *program, const char *text) {
    const char *names[32];
    int count = 0;
    for (const CliCommand *c = program->commands; c->name && count < 32; ++c) names[count++] = c->name;
    const char *nearest = cli_nearest(text, names, count);
    Err err;
    if (text[0] == '-')
        err_set(&err, "there is no option \"%.200s\" before a command", text);
    else if (nearest)
        err_set(&err, "there is no command \"%.200s\"; did you mean %s?", text, nearest);
    else
        err_set(&err, "there is no command \"%.200s\"", text);
    cli_say(CLI_USAGE, &err);
    fprintf(stderr, _("See: %s --help\n"), program->name);
    return CLI_USAGE;
}

static bool looks_like_case(const char *text) {
    size_t length = strlen(text);
    return text[0] != '-' && ((length > 5 && strcmp(text + length - 5, ".json") == 0) || strchr(text, '/'));
}

int cli_main(const CliProgram *program, int argc, char **argv) {
    const char *first = argc > 1 ? argv[1] : NULL;
    if (first && (strcmp(first, "--version") == 0 || strcmp(first, "version") == 0)) {
        printf("%s %s\n", program->name, program->version);
        return CLI_OK;
    }
    bool help =
        first && (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0);
    if (help && argc == 2) {
        print_program_help(program, stdout);
        return CLI_OK;
    }
    const CliCommand *command = first ? find_command(program, help ? argv[2] : first) : program->fallback;
    int skip = first ? 1 : 0;
    if (help && command) {
        print_command_help(program, command, stdout);
        return CLI_OK;
    }
    if (!command && !help && looks_like_case(first)) command = program->fallback, skip = 0;
    if (!command) return say_unknown_command(program, help ? argv[2] : first);
    CliArgs args;
    bool helped = false;
    int code = cli_parse(program, command, argc - skip, argv + skip, &args, &helped);
    return code != CLI_OK || helped ? code : command->run(&args);
}

/* ---- values ---- */

const char *cli_get(const CliArgs *args, const char *option) {
    const CliOption *known;
    ASSERT(find_option(args->command, option, &known));
    for (int i = args->count - 1; i >= 0; --i)
        if (args->given[i].option == known) return known->value ? args->given[i].value : "";
    return NULL;
}

bool cli_has(const CliArgs *args, const char *option) {
    return cli_get(args, option) != NULL;
}

bool cli_get_number(const CliArgs *args, const char *option, double min, double max, double *out, Err *err) {
    const char *text = cli_get(args, option);
    if (!text) return true;
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value))
        return err_set(err, "--%s takes a number, not \"%.60s\"", option, text);
    if (value < min || value > max)
        return err_set(err, "--%s is %.60s; it must lie between %g and %g", option, text, min, max);
    *out = value;
    return true;
}

bool cli_get_int(const CliArgs *args, const char *option, int min, int max, int *out, Err *err) {
    double value = *out;
    if (!cli_get_number(args, option, min, max, &value, err)) return false;
    if (value != floor(value))
        return err_set(err, "--%s takes a whole number, not \"%.60s\"", option, cli_get(args, option));
    *out = (int)value;
    return true;
}

bool cli_get_choice(const CliArgs *args, const char *option, const char *const *names, int count, int *out,
                    Err *err) {
    const char *text = cli_get(args, option);
    if (!text) return true;
    char list[256] = "";
    for (int i = 0; i < count; ++i) {
        if (strcmp(text, names[i]) == 0) return *out = i, true;
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
    }
    return err_set(err, "--%s has no \"%.60s\"; it can be %s", option, text, list);
}

bool cli_get_size(const CliArgs *args, const char *option, int *width_px, int *height_px, Err *err) {
    const char *text = cli_get(args, option);
    if (!text) return true;
    char *end;
    errno = 0;
    long width = strtol(text, &end, 10), height = 0;
    bool good = end != text && (*end == 'x' || *end == 'X');
    if (good) {
        const char *second = end + 1;
        height = strtol(second, &end, 10);
        good = end != second && !*end && errno == 0;
    }
    if (!good)
        return err_set(err, "--%s takes WIDTHxHEIGHT in pixels, such as 1280x720, not \"%.60s\"", option,
                       text);
    if (width < CLI_MIN_SIDE_PX || height < CLI_MIN_SIDE_PX || width > CLI_MAX_SIDE_PX ||
        height > CLI_MAX_SIDE_PX || width * height > CLI_MAX_PIXELS)
        return err_set(err, "--%s %.60s is out of range: each side %d to %d pixels, 64 megapixels in all",
                       option, text, CLI_MIN_SIDE_PX, CLI_MAX_SIDE_PX);
    *width_px = (int)width;
    *height_px = (int)height;
    return true;
}

bool cli_get_range(const CliArgs *args, const char *option, int count, int *first, int *last, Err *err) {
    const char *text = cli_get(args, option);
    if (!text) return true;
    char *end;
    errno = 0;
    long a = strtol(text, &end, 10), b;
    bool good = end != text && text[0] >= '0' && text[0] <= '9';
    b = a;
    if (good && *end == '-') {
        const char *second = end + 1;
        b = *second ? strtol(second, &end, 10) : count - 1L;
        if (!*second) ++end;
    }
    if (!good || *end || errno)
        return err_set(err, "--%s takes A-B, such as 0-29, not \"%.60s\"", option, text);
    if (a > b) return err_set(err, "--%s %.60s ends before it begins", option, text);
    if (b >= count)
        return err_set(err, "--%s %.60s: there are %d frames, numbered 0 to %d", option, text, count,
                       count - 1);
    *first = (int)a;
    *last = (int)b;
    return true;
}

static bool has_ending(const char *path, const char *endings) {
    size_t length = strlen(path);
    for (const char *e = endings; *e;) {
        size_t n = strcspn(e, " ");
        if (length > n && strncasecmp(path + length - n, e, n) == 0) return true;
        e += n;
        e += strspn(e, " ");
    }
    return false;
}

bool cli_get_output(const CliArgs *args, const char *option, const char *endings, const char **out,
                    Err *err) {
    const char *path = cli_get(args, option);
    struct stat status;
    if (!path) return err_set(err, "where should the result go? Give --%s FILE", option);
    if (strlen(path) > 4000) return err_set(err, "--%s is too long for a file name", option);
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return err_set(err, "--%s %.300s is a folder; give the name of a file", option, path);
    if (endings && !has_ending(path, endings))
        return err_set(err, "--%s %.300s must end in one of: %s", option, path, endings);
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash) slash[slash == folder ? 1 : 0] = 0;
    if (!slash) snprintf(folder, sizeof folder, ".");
    if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
        return err_set(err, "--%s: there is no folder %.300s to write to", option, folder);
    if (access(folder, W_OK) != 0)
        return err_set(err, "--%s: no permission to write to %.300s", option, folder);
    *out = path;
    return true;
}
