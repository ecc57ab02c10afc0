/* gpu_timer - how long each pass takes, on the GPU and on the CPU. */
#include "gpu_private.h"
#include <string.h>

void gpu_timers_set(Gpu *gpu, GpuTimerMode mode) {
    gpu->timer_mode = mode;
}

static Timer *find_timer(Gpu *gpu, const char *name, bool add) {
    for (int i = 0; i < gpu->timer_count; i++)
        if (strcmp(gpu->timers[i].name, name) == 0) return &gpu->timers[i];
    if (!add || gpu->timer_count == GPU_TIMERS) return NULL;
    Timer *timer = &gpu->timers[gpu->timer_count++];
    *timer = (Timer){.name = name};
    return timer;
}

static bool collect(Timer *timer, int place) {
    GLuint ready = 0;
    glGetQueryObjectuiv(timer->queries[place][1], GL_QUERY_RESULT_AVAILABLE, &ready);
    if (!ready) return false;
    GLuint64 began = 0, ended = 0;
    glGetQueryObjectui64v(timer->queries[place][0], GL_QUERY_RESULT, &began);
    glGetQueryObjectui64v(timer->queries[place][1], GL_QUERY_RESULT, &ended);
    timer->gpu_ms = ended > began ? 1e-6 * (double)(ended - began) : 0;
    timer->pending[place] = false;
    return true;
}

void gpu_timer_begin(Gpu *gpu, const char *name) {
    if (gpu->timer_mode == GPU_TIMERS_OFF) return;
    Timer *timer = find_timer(gpu, name, true);
    if (!timer) return;
    int place = (int)(gpu->frame % GPU_QUERY_DEPTH);
    if (gpu->timer_mode == GPU_TIMERS_FINISH) {
        glFinish();
    } else {
        if (timer->pending[place] && !collect(timer, place)) return; /* the GPU is four frames behind */
        if (!timer->queries[0][0]) glGenQueries(2 * GPU_QUERY_DEPTH, &timer->queries[0][0]);
        glQueryCounter(timer->queries[place][0], GL_TIMESTAMP);
    }
    timer->running = true;
    timer->began_s = gpu_clock_s();
}

void gpu_timer_end(Gpu *gpu, const char *name) {
    Timer *timer = gpu->timer_mode == GPU_TIMERS_OFF ? NULL : find_timer(gpu, name, false);
    if (!timer || !timer->running) return;
    timer->running = false;
    const bool again = timer->frame == gpu->frame + 1; /* a frame of several parts or samples: their sum */
    timer->frame = gpu->frame + 1;
    timer->cpu_ms = 1e3 * (gpu_clock_s() - timer->began_s) + (again ? timer->cpu_ms : 0);
    if (gpu->timer_mode == GPU_TIMERS_FINISH) {
        glFinish();
        timer->gpu_ms = 1e3 * (gpu_clock_s() - timer->began_s) + (again ? timer->gpu_ms : 0);
        return;
    }
    int place = (int)(gpu->frame % GPU_QUERY_DEPTH);
    glQueryCounter(timer->queries[place][1], GL_TIMESTAMP);
    timer->pending[place] = true;
}

void gpu_timers_collect(Gpu *gpu) {
    for (int i = 0; i < gpu->timer_count; i++)
        for (int back = GPU_QUERY_DEPTH - 1; back > 0;
             back--) { /* oldest first, so that the newest is kept */
            int place = (int)((gpu->frame + GPU_QUERY_DEPTH - (uint64_t)back) % GPU_QUERY_DEPTH);
            if (gpu->timers[i].pending[place]) collect(&gpu->timers[i], place);
        }
}

void gpu_timers_release(Gpu *gpu) {
    for (int i = 0; i < gpu->timer_count; i++)
        if (gpu->timers[i].queries[0][0]) glDeleteQueries(2 * GPU_QUERY_DEPTH, &gpu->timers[i].queries[0][0]);
    gpu->timer_count = 0;
}

int gpu_timings(const Gpu *gpu, GpuTiming out[GPU_TIMERS]) {
    for (int i = 0; i < gpu->timer_count; i++)
        out[i] = (GpuTiming){gpu->timers[i].name, gpu->timers[i].gpu_ms, gpu->timers[i].cpu_ms};
    return gpu->timer_count;
}
