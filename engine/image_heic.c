/* HEIC through a child heif-convert: libheif stays out of our process and of our link.
 *
 * No client's picture touches a disk: the photo goes in as a memory file, and the PNG comes out into another
 * one. heif-convert wants names with endings, so a private folder (0700, in memory where /dev/shm exists)
 * holds two links that lead to the memory file; the folder is removed whatever happens.
 */
#include "image_codec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { HEIC_SECONDS = 30, HEIC_MEMORY_MIB = 3072 };

typedef struct HeicJob {
    char folder[64], output[96];
    int input_fd, output_fd;
} HeicJob;

static void close_job(HeicJob *job) {
    if (job->folder[0] != 0) {
        /* Everything in it is ours: a HEIC with many pictures makes more files than were asked for. */
        DIR *folder = opendir(job->folder);
        for (struct dirent *entry = folder != NULL ? readdir(folder) : NULL; entry != NULL;
             entry = readdir(folder)) {
            if (entry->d_name[0] != '.') unlinkat(dirfd(folder), entry->d_name, 0);
        }
        if (folder != NULL) closedir(folder);
        rmdir(job->folder);
    }
    if (job->input_fd >= 0) close(job->input_fd);
    if (job->output_fd >= 0) close(job->output_fd);
}

static bool fill_memory_file(int fd, const uint8_t *data, size_t size) {
    for (size_t done = 0; done < size;) {
        const ssize_t put = write(fd, data + done, size - done);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        done += (size_t)put;
    }
    return true;
}

static bool link_output(const HeicJob *job, const char *name) {
    char link[96], target[64];
    snprintf(link, sizeof link, "%s/%s", job->folder, name);
    snprintf(target, sizeof target, "/proc/%d/fd/%d", (int)getpid(), job->output_fd);
    return symlink(target, link) == 0;
}

static bool open_job(HeicJob *job, const uint8_t *data, size_t size, Err *err) {
    *job = (HeicJob){.input_fd = memfd_create("photo.heic", 0),
                     .output_fd = memfd_create("photo.png", MFD_CLOEXEC)};
    bool ok = job->input_fd >= 0 && job->output_fd >= 0 && fill_memory_file(job->input_fd, data, size);
    const char *const places[] = {"/dev/shm", "/tmp"};
    for (int i = 0; ok && i < 2 && job->folder[0] == 0; i++) {
        snprintf(job->folder, sizeof job->folder, "%s/stipple-heic-%d-XXXXXX", places[i], (int)getpid());
        if (mkdtemp(job->folder) == NULL) job->folder[0] = 0;
    }
    snprintf(job->output, sizeof job->output, "%s/out.png", job->folder);
    /* One picture goes to out.png, the first of several to out-1.png. */
    ok = ok && job->folder[0] != 0 && link_output(job, "out.png") && link_output(job, "out-1.png");
    return ok || err_set(err, "There is no room in memory to convert a HEIC photo");
}

/* Between fork and exec: only calls that are safe there. */
static void run_converter(const HeicJob *job, const char *input, pid_t parent) {
    const struct rlimit memory = {(rlim_t)HEIC_MEMORY_MIB << 20, (rlim_t)HEIC_MEMORY_MIB << 20};
    const struct rlimit seconds = {HEIC_SECONDS, HEIC_SECONDS};
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_CPU, &seconds);
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(126);
    const int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    dup2(nothing, 1);
    dup2(nothing, 2);
    execlp("heif-convert", "heif-convert", "-q", "100", input, job->output, (char *)NULL);
    _exit(127);
}

/* Exit status of the child; -1 when it took too long or died. */
static int wait_for(pid_t child) {
    const struct timespec pause = {.tv_nsec = 2000000};
    for (int round = 0; round < HEIC_SECONDS * 500; round++) {
        int status = 0;
        const pid_t got = waitpid(child, &status, WNOHANG);
        if (got == child) return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        if (got < 0 && errno != EINTR) return -1;
        nanosleep(&pause, NULL);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return -1;
}

static bool take_output(const HeicJob *job, const char *name, Arena *arena, Bytes *png, Err *err) {
    struct stat info;
    if (fstat(job->output_fd, &info) != 0 || info.st_size <= 0) {
        return err_set(err, "%s is damaged: no picture was found in it", name);
    }
    const size_t size = (size_t)info.st_size;
    uint8_t *data = arena_push(arena, size);
    if (data == NULL) return err_set(err, "%s is too large for the memory set aside for photos", name);
    for (size_t done = 0; done < size;) {
        const ssize_t got = pread(job->output_fd, data + done, size - done, (off_t)done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return err_set(err, "%s could not be converted", name);
        done += (size_t)got;
    }
    *png = (Bytes){.data = data, .size = size};
    return true;
}

bool image_heic_to_png(const uint8_t *data, size_t size_bytes, const char *name, Arena *arena, Bytes *png,
                       Err *err) {
    *png = (Bytes){0};
    HeicJob job;
    bool ok = open_job(&job, data, size_bytes, err);
    if (ok) {
        char input[32];
        snprintf(input, sizeof input, "/proc/self/fd/%d", job.input_fd);
        const pid_t parent = getpid();
        const pid_t child = fork();
        if (child == 0) run_converter(&job, input, parent);
        const int status = child > 0 ? wait_for(child) : -1;
        if (status == 127) {
            ok = err_set(err, "%s is a HEIC photo, and heif-convert is missing: install libheif-examples",
                         name);
        } else if (status != 0) {
            ok = err_set(err, "%s is damaged: the HEIC photo cannot be converted", name);
        }
    }
    ok = ok && take_output(&job, name, arena, png, err);
    close_job(&job);
    return ok;
}
