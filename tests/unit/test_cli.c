/* The command line: every wrong argument is refused with the code for wrong usage; right ones come through.
 */
#include "src/cli.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int runs;
static CliArgs seen;

static int run_draw(const CliArgs *args) {
    ++runs;
    seen = *args;
    return CLI_OK;
}

static const CliOption draw_options[] = {
    {.name = "output", .letter = 'o', .value = "FILE", .help = "where to"},
    {.name = "size", .value = "WxH", .help = "how big"},
    {.name = "set", .value = "NAME=VALUE", .help = "change", .repeats = true},
    {.name = "frames", .value = "A-B", .help = "which"},
    {.name = "quiet", .help = "say nothing"},
    {0},
};
static const CliCommand draw = {.name = "draw",
                                .usage = "CASE",
                                .summary = "draws",
                                .options = draw_options,
                                .plain_min = 1,
                                .plain_max = 1,
                                .plain_name = "one case",
                                .run = run_draw};

static void print_no_options(FILE *out) {
    fputs("  none\n", out);
}

static int call(int argc, char **argv) {
    static CliCommand commands[2];
    commands[0] = draw;
    const CliProgram program = {.name = "p",
                                .version = "1",
                                .summary = "s",
                                .commands = commands,
                                .fallback = &draw,
                                .print_options = print_no_options};
    return cli_main(&program, argc, argv);
}
#define CALL(...) call((int)(sizeof((char *[]){__VA_ARGS__}) / sizeof(char *)), (char *[]){__VA_ARGS__, NULL})

static void commands_and_help(void **state) {
    (void)state;
    runs = 0;
    assert_int_equal(CALL("p", "--help"), CLI_OK);
    assert_int_equal(CALL("p", "--version"), CLI_OK);
    assert_int_equal(CALL("p", "draw", "--help"), CLI_OK);
    assert_int_equal(CALL("p", "help", "draw"), CLI_OK);
    assert_int_equal(CALL("p", "help", "drwa"), CLI_USAGE);
    assert_int_equal(CALL("p", "drwa"), CLI_USAGE);
    assert_int_equal(CALL("p", "--drwa"), CLI_USAGE);
    assert_int_equal(runs, 0);
    assert_int_equal(CALL("p", "some.json"), CLI_OK);
    assert_int_equal(CALL("p", "draw", "a", "--set", "x=1", "--set", "y=2", "-o", "f.png", "--quiet"),
                     CLI_OK);
    assert_int_equal(runs, 2);
    assert_string_equal(cli_get(&seen, "output"), "f.png");
    assert_string_equal(cli_get(&seen, "set"), "y=2");
    assert_true(cli_has(&seen, "quiet"));
    assert_false(cli_has(&seen, "size"));
    assert_string_equal(seen.plain[0], "a");
}

static void wrong_usage(void **state) {
    (void)state;
    runs = 0;
    assert_int_equal(CALL("p", "draw"), CLI_USAGE);
    assert_int_equal(CALL("p", "draw", "a", "b"), CLI_USAGE);
    assert_int_equal(CALL("p", "draw", "a", "--sizes", "1"), CLI_USAGE);
    assert_int_equal(CALL("p", "draw", "a", "-x"), CLI_USAGE);
    assert_int_equal(CALL("p", "draw", "a", "-o"), CLI_USAGE);
    assert_int_equal(CALL("p", "draw", "a", "--size"), CLI_USAGE);
    assert_int_equal(CALL("p", "draw", "a", "--size", ""), CLI_USAGE);
    assert_int_equal(CALL("p", "draw", "a", "--quiet=1"), CLI_USAGE);
    assert_int_equal(CALL("p", "draw", "a", "-o", "1", "-o", "2"), CLI_USAGE);
    assert_int_equal(runs, 0);
}

static void values(void **state) {
    (void)state;
    const char *const bad_sizes[] = {"0x0",      "-5x10",    "12",          "x",      "12x",    "axb",
                                     "12x12x12", "99999x20", "16384x16384", "1e3x10", "nanx10", "12 x"};
    for (size_t i = 0; i < sizeof bad_sizes / sizeof bad_sizes[0]; ++i) {
        CliArgs args = {.command = &draw, .count = 1, .given = {{&draw_options[1], bad_sizes[i]}}};
        int w = 1, h = 1;
        Err err = {0};
        assert_false(cli_get_size(&args, "size", &w, &h, &err));
        assert_true(err.text[0] && w == 1 && h == 1);
    }
    const char *const bad_numbers[] = {"nan", "inf", "-1", "11", "x", "1x", "1e400"};
    for (size_t i = 0; i < sizeof bad_numbers / sizeof bad_numbers[0]; ++i) {
        CliArgs args = {.command = &draw, .count = 1, .given = {{&draw_options[1], bad_numbers[i]}}};
        double number = 3;
        Err err = {0};
        assert_false(cli_get_number(&args, "size", 0, 10, &number, &err));
        assert_true(err.text[0] && number > 2.9 && number < 3.1);
    }
    const char *const bad_ranges[] = {"5-2", "-3", "0-10", "a-b", "1-2-3", "1.5"};
    for (size_t i = 0; i < sizeof bad_ranges / sizeof bad_ranges[0]; ++i) {
        CliArgs args = {.command = &draw, .count = 1, .given = {{&draw_options[3], bad_ranges[i]}}};
        int first = 0, last = 0;
        Err err = {0};
        assert_false(cli_get_range(&args, "frames", 10, &first, &last, &err));
        assert_true(err.text[0]);
    }
    CliArgs args = {
        .command = &draw, .count = 2, .given = {{&draw_options[1], "640x480"}, {&draw_options[3], "3-"}}};
    int w, h, first = 0, last = 0;
    Err err = {0};
    assert_true(cli_get_size(&args, "size", &w, &h, &err) && w == 640 && h == 480);
    assert_true(cli_get_range(&args, "frames", 10, &first, &last, &err) && first == 3 && last == 9);
}

static void outputs(void **state) {
    (void)state;
    const char *const bad[] = {"/tmp", "/no/such/folder/a.png", "/tmp/a.gif"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
        CliArgs args = {.command = &draw, .count = 1, .given = {{&draw_options[0], bad[i]}}};
        const char *out = NULL;
        Err err = {0};
        assert_false(cli_get_output(&args, "output", ".png .jpg", &out, &err));
        assert_true(err.text[0] && !out);
    }
    CliArgs args = {.command = &draw, .count = 1, .given = {{&draw_options[0], "/tmp/a.PNG"}}};
    const char *out = NULL;
    Err err = {0};
    assert_true(cli_get_output(&args, "output", ".png .jpg", &out, &err));
    const char *const names[] = {"render", "turntable", "compare"};
    assert_string_equal(cli_nearest("rendr", names, 3), "render");
    assert_string_equal(cli_nearest("turn", names, 3), "turntable");
    assert_null(cli_nearest("xyzzy", names, 3));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(commands_and_help), cmocka_unit_test(wrong_usage),
                                       cmocka_unit_test(values), cmocka_unit_test(outputs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
