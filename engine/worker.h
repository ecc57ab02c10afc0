/* worker - one thread that does one long job at a time, while the window's thread stays free.
 *
 * Use: worker_start with a job and the value it works on; from then until worker_take the value belongs to
 * the worker's thread, and the window's thread must leave it alone. worker_look says how far it is. When the
 * job ends, `wake` is called from the worker's thread (platform_wake, say), and worker_take hands the value
 * back. A job asks for a stop through its progress; worker_cancel makes the next progress_step false. What it
 * does NOT do: queue jobs, touch GL. Threads: all functions from the thread that created it.
 */
#pragma once
#include "log.h"
#include "progress.h"

typedef struct Worker Worker;
/* Runs on the worker's thread; false and a sentence when it failed or was stopped. */
typedef bool (*WorkerJob)(void *value, Progress *progress, Err *err);

typedef struct WorkerDesc {
    void (*wake)(void *user); /* the job is done, or has got further; from the worker's thread; or NULL */
    void *user;
} WorkerDesc;
Worker *worker_create(const WorkerDesc *desc, Err *err); /* NULL and a sentence */
void worker_destroy(Worker *worker);                     /* stops and waits for its job; NULL accepted */

bool worker_busy(const Worker *worker);                        /* from worker_start until worker_take */
void worker_start(Worker *worker, WorkerJob job, void *value); /* must not be busy */
void worker_cancel(Worker *worker);

enum { WORKER_WHAT = 64 };
typedef struct WorkerState {
    bool busy, finished, cancelled;
    double done; /* 0..1 */
    char what[WORKER_WHAT];
} WorkerState;
WorkerState worker_look(Worker *worker);
/* True once a job: it has ended, *ok and *err are its outcome, and its value belongs to the caller again. */
bool worker_take(Worker *worker, bool *ok, Err *err);
/* worker_take, after waiting for the end. */
void worker_wait(Worker *worker, bool *ok, Err *err);
