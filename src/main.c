/* main - the table of commands; everything else is below. */
#include "../engine/language.h"
#include "../engine/progress.h"
#include "casefile.h"
#include "commands.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void print_options(FILE *out) {
    const OptionTable table = case_option_table();
    options_print_help(&table, out);
}

/* Waiting threads of parallel loops sleep: spinning, they take the cores from the software rasteriser's. The
 * library reads this once, when the program is loaded, and so it is loaded again. */
static void sleep_while_waiting(char **argv) {
    if (getenv("OMP_WAIT_POLICY")) return;
    char path[4096]; /* by its name, which is what lists of processes show */
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    setenv("OMP_WAIT_POLICY", "passive", 1);
    execv(path, argv);
}

int main(int argc, char **argv) {
    sleep_while_waiting(argv);
    const CliCommand commands[] = {command_studio,    command_fit,     command_render,
                                   command_turntable, command_compare, command_plan,
                                   command_bench,     command_kiosk,   {0}};
    const CliProgram program = {
        .name = "stipple",
        .version = STIPPLE_VERSION,
        .summary = N_("scalp micropigmentation on your own head, before any needle"),
        .commands = commands,
        .fallback = &command_studio,
        .print_options = print_options,
    };
    language_start();
    umask(077); /* pictures of people are for their owner's eyes */
    progress_catch_signals();
    return cli_main(&program, argc, argv);
}
