/* The size of pictures in motion, against machines of several speeds. */
#include "engine/rng.h"
#include "src/pace.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A frame of a machine: a part that stays and a part that goes with the pixels, and up to 15 % more or less.
 */
typedef struct Machine {
    double fixed_ms, pixels_ms;
    Rng rng;
} Machine;

static double frame_ms(Machine *machine, const Pace *pace) {
    const double side = (double)pace_scale(pace);
    const double ms = machine->fixed_ms + machine->pixels_ms * side * side;
    return ms * (0.85 + 0.3 * (double)rng_float(&machine->rng));
}

/* Plays frames; returns how often the size changed. */
static int play(Machine *machine, Pace *pace, int frames) {
    int changes = 0;
    for (int i = 0; i < frames; i++) {
        const float before = pace_scale(pace);
        pace_frame(pace, frame_ms(machine, pace));
        changes += pace_scale(pace) != before;
    }
    return changes;
}

static void a_slow_machine_keeps_up_soon_and_then_stays(void **state) {
    (void)state;
    for (int i = 0; i < 8; i++) {
        Machine machine = {8, 20 + 12 * i, rng_make((uint64_t)i, 1)};
        Pace pace = {0};
        play(&machine, &pace, 6);
        const double side = (double)pace_scale(&pace);
        const double mean_ms = machine.fixed_ms + machine.pixels_ms * side * side;
        assert_true(mean_ms < 1.2 * PACE_TARGET_MS);
        assert_in_range(play(&machine, &pace, 300), 0, 2); /* no swimming to and fro */
    }
}

static void a_fast_machine_stays_at_full_size(void **state) {
    (void)state;
    Machine machine = {2, 12, rng_make(3, 1)};
    Pace pace = {0};
    assert_int_equal(play(&machine, &pace, 100), 0);
    assert_true(pace_scale(&pace) == 1);
}

static void one_slow_frame_changes_nothing(void **state) {
    (void)state;
    Machine machine = {6, 14, rng_make(4, 1)};
    Pace pace = {0};
    pace_frame(&pace, 900); /* the first makes programs and targets */
    play(&machine, &pace, 10);
    pace_frame(&pace, 42);
    assert_int_equal(play(&machine, &pace, 20), 0);
    assert_true(pace_scale(&pace) == 1);
}

static void size_comes_back_when_the_machine_is_free_again(void **state) {
    (void)state;
    Machine busy = {10, 90, rng_make(5, 1)}, idle = {3, 12, rng_make(6, 1)};
    Pace pace = {0};
    play(&busy, &pace, 30);
    const float small = pace_scale(&pace);
    assert_true(small < 0.7f);
    pace_rest(&pace);
    assert_true(pace_scale(&pace) == small); /* the next motion does not start with a stutter */
    assert_in_range(play(&idle, &pace, 80), 1, PACE_SIZES - 1);
    assert_true(pace_scale(&pace) == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_slow_machine_keeps_up_soon_and_then_stays),
                                       cmocka_unit_test(a_fast_machine_stays_at_full_size),
                                       cmocka_unit_test(one_slow_frame_changes_nothing),
                                       cmocka_unit_test(size_comes_back_when_the_machine_is_free_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
