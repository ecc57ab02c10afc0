/* A worker does its job beside the caller, says how far it is, stops when asked, and hands the value back. */
#include "engine/worker.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct Sum {
    long to, sum;
    pthread_t thread;
} Sum;

static bool add_up(void *value, Progress *progress, Err *err) {
    Sum *job = value;
    job->thread = pthread_self();
    for (long i = 1; i <= job->to; ++i) {
        job->sum += i;
        if (!progress_step(progress, (double)i / (double)job->to, "adding"))
            return err_set(err, "stopped at %ld", i);
    }
    return true;
}

static bool wait_for_stop(void *value, Progress *progress, Err *err) {
    (void)value;
    while (progress_step(progress, 0.5, "waiting")) {
    }
    return err_set(err, "stopped");
}

static bool refuse(void *value, Progress *progress, Err *err) {
    (void)value, (void)progress;
    return err_set(err, "this cannot be done");
}

static atomic_int wakes;
static void count_wake(void *user) {
    (void)user;
    atomic_fetch_add(&wakes, 1);
}

static Worker *create(void) {
    Err err = {0};
    atomic_store(&wakes, 0);
    Worker *worker = worker_create(&(WorkerDesc){.wake = count_wake}, &err);
    assert_non_null(worker);
    return worker;
}

static void many_jobs_one_after_another(void **state) {
    (void)state;
    Worker *worker = create();
    for (long n = 1; n <= 200; ++n) {
        Sum job = {.to = n};
        bool ok = false;
        Err err = {0};
        assert_false(worker_busy(worker));
        worker_start(worker, add_up, &job);
        assert_true(worker_busy(worker));
        if (n % 2)
            worker_wait(worker, &ok, &err);
        else
            while (!worker_take(worker, &ok, &err)) assert_true(worker_look(worker).busy);
        assert_true(ok && job.sum == n * (n + 1) / 2);
        assert_false(pthread_equal(job.thread, pthread_self()));
        assert_false(worker_take(worker, &ok, &err));
    }
    assert_true(atomic_load(&wakes) >= 200);
    worker_destroy(worker);
}

static void stops_and_says_so(void **state) {
    (void)state;
    Worker *worker = create();
    bool ok = true;
    Err err = {0};
    worker_start(worker, wait_for_stop, NULL);
    while (strcmp(worker_look(worker).what, "waiting") != 0) {
    }
    assert_true(worker_look(worker).done == 0.5);
    worker_cancel(worker);
    worker_wait(worker, &ok, &err);
    assert_false(ok);
    assert_string_equal(err.text, "stopped");
    worker_start(worker, refuse, NULL); /* a stop is for one job */
    worker_wait(worker, &ok, &err);
    assert_false(ok);
    assert_string_equal(err.text, "this cannot be done");
    Sum job = {.to = 3};
    worker_start(worker, add_up, &job);
    worker_wait(worker, &ok, &err);
    assert_true(ok && job.sum == 6);
    worker_destroy(worker);
}

static void destroyed_in_the_middle_of_a_job(void **state) {
    (void)state;
    Worker *worker = create();
    worker_start(worker, wait_for_stop, NULL);
    worker_destroy(worker);
    worker_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_jobs_one_after_another),
        cmocka_unit_test(stops_and_says_so),
        cmocka_unit_test(destroyed_in_the_middle_of_a_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
