/* The list of recent cases: newest first, once each, no more than it holds, paths alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../engine/file.h"
#include "../../src/recent.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/stipple_recent_XXXXXX";

static int setup(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void make_case(int i, char path[128]) {
    snprintf(path, 128, "%s/case%d.json", folder, i);
    assert_true(file_write(path, "{}", 2, NULL));
}

static void test_order(void **state) {
    (void)state;
    Recent recent = {0}, back;
    char path[128], file[CASE_PATH];
    for (int i = 0; i < RECENT_CASES + 3; ++i) {
        make_case(i, path);
        recent_add(&recent, path);
    }
    assert_int_equal(recent.count, RECENT_CASES);
    assert_string_equal(recent.path[0], path);
    make_case(5, path);
    recent_add(&recent, path);
    recent_add(&recent, path);
    assert_int_equal(recent.count, RECENT_CASES);
    assert_string_equal(recent.path[0], path);
    for (int i = 0; i < recent.count; ++i)
        for (int k = 0; k < i; ++k) assert_string_not_equal(recent.path[i], recent.path[k]);
    recent_add(&recent, "/nowhere/case.json"); /* nothing there: not kept */
    assert_string_equal(recent.path[0], path);

    setenv("XDG_STATE_HOME", folder, 1);
    assert_true(recent_user_path("XDG_STATE_HOME", ".local/state", "recent", true, file));
    assert_true(recent_save(file, &recent, NULL));
    recent_load(file, &back);
    assert_memory_equal(&back, &recent, sizeof back);
}

static void test_odd_files(void **state) {
    (void)state;
    Recent recent;
    char file[128];
    snprintf(file, sizeof file, "%s/odd", folder);
    recent_load(file, &recent);
    assert_int_equal(recent.count, 0);
    const char text[] = "relative.json\n\n/a/b.json\nno end";
    assert_true(file_write(file, text, sizeof text - 1, NULL));
    recent_load(file, &recent);
    assert_int_equal(recent.count, 1);
    assert_string_equal(recent.path[0], "/a/b.json");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order), cmocka_unit_test(test_odd_files)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
