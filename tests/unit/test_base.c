/* The lowest floor: sentences, memory, randomness, files, progress. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/arena.h"
#include "engine/file.h"
#include "engine/progress.h"
#include "engine/rng.h"

static char folder[64];

static int set_up(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/stipple_base_XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    return rmdir(folder); /* fails when a test leaves a file behind */
}

static int files_in_folder(void) {
    int count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return count;
}

static void test_err(void **state) {
    (void)state;
    Err err = {0};
    assert_false(err_set(&err, "%s is empty", "a.jpg"));
    assert_string_equal(err.text, "a.jpg is empty");
    assert_false(err_prefix(&err, "Photo %d", 3));
    assert_string_equal(err.text, "Photo 3: a.jpg is empty");
    char longer[2000];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = 0;
    err_set(&err, "%s", longer);
    err_prefix(&err, "front");
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_memory_equal(err.text, "front: xxx", 10);
    assert_false(err_set(NULL, "nobody listens"));
}

static void test_arena(void **state) {
    (void)state;
    Arena arena;
    Err err = {0};
    assert_true(
        arena_create(&arena, &(ArenaDesc){.name = "test", .capacity_bytes = 8 << 20, .secret = true}, &err));
    for (size_t size = 1; size < 4 << 20; size = size * 3 + 1) {
        const size_t mark = arena_mark(&arena);
        uint8_t *block = arena_push(&arena, size);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % 32, 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(block[i], 0);
        memset(block, 0xAB, size);
        arena_rewind(&arena, mark);
    }
    assert_int_equal(arena.used, 0);
    assert_null(arena_push(&arena, 9 << 20));
    assert_true(arena.overflowed);
    assert_null(arena_push_array(&arena, SIZE_MAX / 2, 3));
    arena_wipe(&arena);
    assert_false(arena.overflowed);
    assert_string_equal(arena_printf(&arena, "%d mm", 13), "13 mm");
    assert_string_equal(arena_strdup(&arena, "scalp"), "scalp");
    /* A forked child sees zeros where the secret was. */
    uint8_t *secret = arena_push(&arena, 4096);
    memset(secret, 0x5A, 4096);
    const pid_t child = fork();
    if (child == 0) _exit(secret[100] == 0 ? 0 : 1);
    int status = 1;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    arena_destroy(&arena);
    arena_destroy(&arena);
}

static void test_rng(void **state) {
    (void)state;
    /* The first values of pcg32 with state 42 and stream 54, from its author's demonstration program. */
    static const uint32_t expected[] = {0xa15c02b7, 0x7b47f409, 0xba1d3330,
                                        0x83d2f293, 0xbfa4784b, 0xcbed606e};
    Rng rng = rng_make(42, 54);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_int_equal(rng_u32(&rng), expected[i]);
    double sum = 0, square = 0, hash_sum = 0, hash_square = 0;
    enum { COUNT = 200000 };
    int histogram[16] = {0};
    for (uint32_t i = 0; i < COUNT; i++) {
        const double normal = (double)rng_normal(&rng), hashed = (double)hash_normal(i, 9);
        const float flat = hash_float(i, 3), streamed = rng_float(&rng);
        assert_true(flat >= 0 && flat < 1 && streamed >= 0 && streamed < 1);
        histogram[(int)(flat * 16)]++;
        sum += normal, square += normal * normal;
        hash_sum += hashed, hash_square += hashed * hashed;
    }
    assert_true(fabs(sum / COUNT) < 0.01 && fabs(square / COUNT - 1) < 0.02);
    assert_true(fabs(hash_sum / COUNT) < 0.01 && fabs(hash_square / COUNT - 1) < 0.02);
    for (int i = 0; i < 16; i++) assert_true(abs(histogram[i] - COUNT / 16) < 500);
    assert_true(hash_u32x2(1, 2) != hash_u32x2(2, 1));
}

static void test_file(void **state) {
    (void)state;
    Arena arena;
    Err err = {0};
    Bytes bytes;
    char path[128];
    assert_true(arena_create(&arena, &(ArenaDesc){.name = "test", .capacity_bytes = 1 << 20}, &err));
    snprintf(path, sizeof path, "%s/case.json", folder);
    assert_true(file_write(path, "first", 5, &err));
    assert_true(file_write(path, "second", 6, &err));
    assert_true(file_read(path, 100, &arena, &bytes, &err));
    assert_int_equal(bytes.size, 6);
    assert_string_equal((const char *)bytes.data, "second");
    assert_int_equal(files_in_folder(), 1);
    assert_false(file_read(path, 3, &arena, &bytes, &err));
    assert_non_null(strstr(err.text, "too large"));
    assert_false(file_read(folder, 100, &arena, &bytes, &err));
    assert_non_null(strstr(err.text, "is a folder"));
    assert_false(file_read("/dev/zero", 100, &arena, &bytes, &err));
    assert_false(file_read("/nowhere/at/all", 100, &arena, &bytes, &err));
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
    assert_false(file_write("/nowhere/at/all", "x", 1, &err));
    assert_false(file_write(folder, "x", 1, &err));
    assert_false(file_write("", "x", 1, &err));
    assert_string_equal(file_resolve(&arena, "/a/b/case.json", "photos/front.jpg"), "/a/b/photos/front.jpg");
    assert_string_equal(file_resolve(&arena, "/a/b/case.json", "/front.jpg"), "/front.jpg");
    assert_string_equal(file_resolve(&arena, "case.json", "front.jpg"), "front.jpg");
    unlink(path);
    arena_destroy(&arena);
}

static void test_partial_files(void **state) {
    (void)state;
    Err err = {0};
    char path[128], link[128];
    snprintf(path, sizeof path, "%s/out.mp4", folder);
    FilePartial partial;
    assert_true(file_partial_begin(&partial, path, &err));
    assert_int_equal(files_in_folder(), 1);
    assert_false(file_exists(path));
    struct stat info;
    assert_int_equal(stat(partial.partial_path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    file_partial_abort(&partial);
    assert_int_equal(files_in_folder(), 0);
    assert_true(file_partial_begin(&partial, path, &err));
    assert_true(file_partial_commit(&partial, &err));
    assert_true(file_exists(path));
    file_partial_abort(&partial); /* after a commit: nothing */
    assert_true(file_exists(path));
    /* Writing through a link replaces the file that it leads to. */
    snprintf(link, sizeof link, "%s/link.mp4", folder);
    assert_int_equal(symlink(path, link), 0);
    assert_true(file_write(link, "video", 5, &err));
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    unlink(link);
    unlink(path);
    assert_true(file_partial_begin(&partial, path, &err));
    file_remove_partials();
    assert_int_equal(files_in_folder(), 0);
    assert_false(file_partial_commit(&partial, &err));
    assert_non_null(strstr(err.text, "out.mp4"));
}

static bool note_step(Progress *progress, double done, const char *what) {
    (void)what;
    *(double *)progress->user = done;
    return done < 0.9;
}

static void test_progress(void **state) {
    (void)state;
    double seen = -1;
    Progress whole = {.title = "Test", .sink = note_step, .user = &seen};
    Progress part = progress_part(&whole, 0.5, 1);
    Progress inner = progress_part(&part, 0.5, 1);
    assert_true(progress_step(&part, 0, "begin"));
    assert_true(fabs(seen - 0.5) < 1e-12);
    assert_true(progress_step(&inner, 0.2, "middle"));
    assert_true(fabs(seen - 0.8) < 1e-12);
    assert_false(progress_step(&inner, 7, "end"));
    assert_true(fabs(seen - 1) < 1e-12);
    assert_true(progress_step(NULL, 0.3, NULL));
    Progress orphan = progress_part(NULL, 0, 1);
    assert_true(progress_step(&orphan, 0.3, NULL));
}

static void leave_file(const char *name, time_t age_s, char path[160]) {
    snprintf(path, 160, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    const struct timespec then[2] = {{.tv_sec = time(NULL) - age_s}, {.tv_sec = time(NULL) - age_s}};
    assert_int_equal(utimensat(AT_FDCWD, path, then, 0), 0);
}

/* What a killed process left goes when the same file is written next; a neighbour's work and other files
 * stay. */
static void test_abandoned_partial_files(void **state) {
    (void)state;
    Err err = {0};
    char left[160], busy[160], other[160], path[160];
    leave_file(".turn.mp4.partial.aB3dEf", 7200, left);
    leave_file(".turn.mp4.partial.zZ9yXw", 60, busy);
    leave_file(".other.mp4.partial.aB3dEf", 7200, other);
    snprintf(path, sizeof path, "%s/turn.mp4", folder);
    assert_true(file_write(path, "video", 5, &err));
    assert_false(file_exists(left));
    assert_true(file_exists(busy) && file_exists(other) && file_exists(path));
    unlink(busy), unlink(other), unlink(path);
}

/* In a child: the first Ctrl-C is seen by every step; the second ends it and takes partial files along. */
static void test_interrupts(void **state) {
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/out.png", folder);
    const pid_t child = fork();
    if (child == 0) {
        FilePartial partial;
        progress_catch_signals();
        if (!file_partial_begin(&partial, path, NULL)) _exit(1);
        raise(SIGINT);
        if (progress_step(NULL, 0.5, NULL) || !progress_interrupted()) _exit(2);
        raise(SIGINT);
        _exit(3);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
    assert_int_equal(files_in_folder(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_err),
        cmocka_unit_test(test_arena),
        cmocka_unit_test(test_rng),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_partial_files),
        cmocka_unit_test(test_abandoned_partial_files),
        cmocka_unit_test(test_interrupts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
