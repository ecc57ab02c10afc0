#include "image_sandbox.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)

int image_sandbox_run(SandboxWork work, const uint8_t *input, size_t input_bytes, uint8_t *output,
                      size_t output_bytes, const void *context) {
    return work(input, input_bytes, output, output_bytes, context);
}

#else

/* 64 megapixels of progressive JPEG take under 3 s of one core. */
enum { SANDBOX_SECONDS = 10 };

typedef struct Shared {
    int code, finished;
    _Alignas(32) uint8_t data[]; /* input, then output */
} Shared;

/* Does not return. Only direct system calls until the doors are shut, and none after. */
static void run_in_child(Shared *shared, SandboxWork work, size_t input_bytes, size_t output_at,
                         size_t output_bytes, const void *context, pid_t parent) {
    const struct rlimit seconds = {SANDBOX_SECONDS, SANDBOX_SECONDS}, none = {0, 0};
    setrlimit(RLIMIT_CPU, &seconds);
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (getppid() == parent) {
        close_range(0, ~0u, 0);
        /* Where a kernel or a container has no strict mode the child still has no files, no heirs and little
         * time. */
        setrlimit(RLIMIT_NPROC, &none);
        setrlimit(RLIMIT_NOFILE, &none);
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0);
        shared->code = work(shared->data, input_bytes, shared->data + output_at, output_bytes, context);
        shared->finished = 1;
    }
    /* Strict mode knows exit, and not the exit_group that _exit calls. */
    for (;;) syscall(SYS_exit, 0);
}

static int run_shared(Shared *shared, SandboxWork work, size_t input_bytes, size_t output_at,
                      size_t output_bytes, const void *context) {
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child < 0) return SANDBOX_NO_ROOM;
    if (child == 0) run_in_child(shared, work, input_bytes, output_at, output_bytes, context, parent);
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return SANDBOX_DIED;
    }
    const bool whole = WIFEXITED(status) && shared->finished == 1;
    return whole ? shared->code : SANDBOX_DIED;
}

int image_sandbox_run(SandboxWork work, const uint8_t *input, size_t input_bytes, uint8_t *output,
                      size_t output_bytes, const void *context) {
    const size_t output_at = (input_bytes + 31) / 32 * 32;
    const size_t bytes = sizeof(Shared) + output_at + output_bytes;
    Shared *shared =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (shared == MAP_FAILED) return SANDBOX_NO_ROOM;
    (void)madvise(shared, bytes, MADV_DONTDUMP);
    memcpy(shared->data, input, input_bytes);
    const int code = run_shared(shared, work, input_bytes, output_at, output_bytes, context);
    if (code == 0) memcpy(output, shared->data + output_at, output_bytes);
    /* A page given back keeps its bytes until somebody needs it. */
    memset(shared->data, 0, code == 0 ? output_at + output_bytes : input_bytes);
    munmap(shared, bytes);
    return code;
}

#endif
