/* What a decoder that was taken over by its file cannot do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/image_sandbox.h"

static const uint8_t input[5] = {1, 2, 3, 4, 5};

static void skip_when_in_place(void) {
#if defined(__SANITIZE_ADDRESS__)
    print_message("skipped: builds with address sanitizer decode in place\n");
    skip();
#endif
}

static int add_one(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes, const void *context) {
    for (size_t i = 0; i < size && i < out_bytes; i++) out[i] = (uint8_t)(data[i] + *(const int *)context);
    return 0;
}

static void test_work_is_done(void **state) {
    (void)state;
    uint8_t output[5] = {0};
    const int one = 1;
    assert_int_equal(image_sandbox_run(add_one, input, 5, output, 5, &one), 0);
    assert_memory_equal(output, ((uint8_t[]){2, 3, 4, 5, 6}), 5);
}

static int refuse(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes, const void *context) {
    (void)data, (void)size, (void)out_bytes, (void)context;
    out[0] = 99;
    return 7;
}

static int crash(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes, const void *context) {
    (void)data, (void)size, (void)out, (void)out_bytes, (void)context;
    raise(SIGSEGV);
    return 0;
}

static int open_file(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes, const void *context) {
    (void)data, (void)size, (void)out, (void)out_bytes, (void)context;
    return open("/etc/passwd", O_RDONLY) >= 0 ? 0 : 1;
}

static int open_socket(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes,
                       const void *context) {
    (void)data, (void)size, (void)out, (void)out_bytes, (void)context;
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : 1;
}

static int start_process(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes,
                         const void *context) {
    (void)data, (void)size, (void)out, (void)out_bytes, (void)context;
    return fork() >= 0 ? 0 : 1;
}

static int speak(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes, const void *context) {
    (void)data, (void)size, (void)out, (void)out_bytes, (void)context;
    return write(*(const int *)context, "x", 1) == 1 ? 0 : 1;
}

static void test_doors_are_shut(void **state) {
    (void)state;
    skip_when_in_place();
    uint8_t output[5] = {0};
    int ends[2];
    assert_int_equal(image_sandbox_run(refuse, input, 5, output, 5, NULL), 7);
    assert_int_equal(output[0], 0);
    assert_int_equal(image_sandbox_run(crash, input, 5, output, 5, NULL), SANDBOX_DIED);
    const int opened = image_sandbox_run(open_file, input, 5, output, 5, NULL);
    assert_true(opened != 0);
    print_message("strict mode: %s\n",
                  opened == SANDBOX_DIED ? "yes" : "no, files and time are limited only");
    assert_true(image_sandbox_run(open_socket, input, 5, output, 5, NULL) != 0);
    assert_true(image_sandbox_run(start_process, input, 5, output, 5, NULL) != 0);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(image_sandbox_run(speak, input, 5, output, 5, &ends[1]), 1);
    close(ends[0]);
    close(ends[1]);
}

static int look_at(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes, const void *context) {
    (void)data, (void)size, (void)out_bytes;
    memcpy(out, context, 5);
    return 0;
}

static void test_other_clients_are_not_there(void **state) {
    (void)state;
    skip_when_in_place();
    Arena arena;
    uint8_t output[5] = {9, 9, 9, 9, 9};
    assert_true(arena_create(&arena, &(ArenaDesc){.capacity_bytes = 4096, .secret = true}, NULL));
    uint8_t *face = arena_push(&arena, 5);
    memset(face, 0x5A, 5);
    assert_int_equal(image_sandbox_run(look_at, input, 5, output, 5, face), 0);
    assert_memory_equal(output, ((uint8_t[]){0, 0, 0, 0, 0}), 5);
    assert_int_equal(face[0], 0x5A);
    arena_destroy(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_work_is_done),
        cmocka_unit_test(test_doors_are_shut),
        cmocka_unit_test(test_other_clients_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
