#include "worker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct Worker {
    WorkerDesc desc;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a job to do, a job done, or the end */
    /* Under the lock: */
    WorkerJob job; /* NULL: nothing to do */
    void *value;
    bool finished, leaving, ok;
    Err err;
    double done;
    char what[WORKER_WHAT];
    /* Its own: */
    bool busy;    /* of the thread that uses the worker */
    double shown; /* of the worker's thread */
    atomic_bool cancelled;
};

/* Progress of a job: noted, and shown a hundred times at most. */
static bool note_progress(Progress *progress, double done, const char *what) {
    Worker *worker = progress->user;
    pthread_mutex_lock(&worker->lock);
    bool show = done > worker->shown + 0.01 || done < worker->shown;
    worker->done = done;
    snprintf(worker->what, sizeof worker->what, "%s", what ? what : "");
    pthread_mutex_unlock(&worker->lock);
    if (show) {
        worker->shown = done;
        if (worker->desc.wake) worker->desc.wake(worker->desc.user);
    }
    return !atomic_load(&worker->cancelled);
}

static void do_job(Worker *worker) {
    Progress progress = {.sink = note_progress, .user = worker};
    Err err = {0};
    worker->shown = 0;
    pthread_mutex_unlock(&worker->lock);
    bool ok = worker->job(worker->value, &progress, &err);
    pthread_mutex_lock(&worker->lock);
    worker->ok = ok;
    worker->err = err;
    worker->job = NULL;
    worker->finished = true;
    pthread_cond_broadcast(&worker->changed);
    pthread_mutex_unlock(&worker->lock);
    if (worker->desc.wake) worker->desc.wake(worker->desc.user);
    pthread_mutex_lock(&worker->lock);
}

static void *live(void *user) {
    Worker *worker = user;
    pthread_mutex_lock(&worker->lock);
    while (!worker->leaving) {
        if (worker->job)
            do_job(worker);
        else
            pthread_cond_wait(&worker->changed, &worker->lock);
    }
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}

Worker *worker_create(const WorkerDesc *desc, Err *err) {
    Worker *worker = calloc(1, sizeof *worker);
    if (!worker) return err_set(err, "There is not enough memory"), NULL;
    worker->desc = *desc;
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->changed, NULL);
    if (pthread_create(&worker->thread, NULL, live, worker) == 0) return worker;
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->lock);
    free(worker);
    return err_set(err, "The system gives no thread to work on"), NULL;
}

void worker_destroy(Worker *worker) {
    if (!worker) return;
    worker_cancel(worker);
    pthread_mutex_lock(&worker->lock);
    worker->leaving = true;
    pthread_cond_broadcast(&worker->changed);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->lock);
    free(worker);
}

bool worker_busy(const Worker *worker) {
    return worker->busy;
}

void worker_start(Worker *worker, WorkerJob job, void *value) {
    ASSERT(!worker->busy);
    worker->busy = true;
    atomic_store(&worker->cancelled, false);
    pthread_mutex_lock(&worker->lock);
    worker->job = job;
    worker->value = value;
    worker->finished = false;
    worker->done = 0;
    worker->what[0] = 0;
    pthread_cond_broadcast(&worker->changed);
    pthread_mutex_unlock(&worker->lock);
}

void worker_cancel(Worker *worker) {
    atomic_store(&worker->cancelled, true);
}

WorkerState worker_look(Worker *worker) {
    WorkerState state = {.busy = worker->busy, .cancelled = atomic_load(&worker->cancelled)};
    pthread_mutex_lock(&worker->lock);
    state.finished = worker->finished;
    state.done = worker->done;
    memcpy(state.what, worker->what, sizeof state.what);
    pthread_mutex_unlock(&worker->lock);
    return state;
}

static void take_outcome(Worker *worker, bool *ok, Err *err) {
    *ok = worker->ok;
    if (err) *err = worker->err;
    worker->finished = worker->busy = false;
}

bool worker_take(Worker *worker, bool *ok, Err *err) {
    pthread_mutex_lock(&worker->lock);
    bool ended = worker->busy && worker->finished;
    if (ended) take_outcome(worker, ok, err);
    pthread_mutex_unlock(&worker->lock);
    return ended;
}

void worker_wait(Worker *worker, bool *ok, Err *err) {
    ASSERT(worker->busy);
    pthread_mutex_lock(&worker->lock);
    while (!worker->finished) pthread_cond_wait(&worker->changed, &worker->lock);
    take_outcome(worker, ok, err);
    pthread_mutex_unlock(&worker->lock);
}
