#include "video.h"
#include "file.h"
#include "language.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { QUEUE_MAX = 16, ROWS_A_WRITE = 256, TAIL_BYTES = 4096, PIPE_BYTES = 1 << 20 };
/* The encoder takes what the renderer leaves: a frame is drawn by all cores together and waits for the last
 * of them, so one that encodes instead holds up all; between frames, cores are free. */
enum { ENCODER_NICE = 15 };

struct Video {
    VideoDesc desc;
    FilePartial partial;
    pid_t child; /* 0 when none runs */
    int status;  /* of the child, once it has ended */
    int pipe;    /* the child's standard input; -1 when closed */
    int errors;  /* a memory file with what it says */
    size_t frame_bytes, row_bytes;
    uint8_t *frames[QUEUE_MAX];
    int queue_frames;
    pthread_t writer;
    bool writer_runs;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* under the lock */
    int oldest, waiting; /* submitted frames */
    bool closing, failed;
    int submitted;
};

/* ---- finding the programs ---- */
static bool find_program(const char *name, char path[4096]) {
    const char *at = getenv("PATH");
    if (!at || !at[0]) at = "/usr/local/bin:/usr/bin:/bin";
    while (*at) {
        size_t length = strcspn(at, ":");
        snprintf(path, 4096, "%.*s/%s", (int)length, at, name);
        if (length > 0 && access(path, X_OK) == 0) return true;
        at += length + (at[length] == ':');
    }
    return false;
}

bool video_available(Err *err) {
    char path[4096];
    static const char *const names[] = {"ffmpeg", "ffprobe"};
    for (int i = 0; i < 2; i++)
        if (!find_program(names[i], path))
            return err_set(err, "%s was not found: making a video needs it (apt install ffmpeg)", names[i]);
    return true;
}

/* ---- child processes ---- */
/* Starts a program with these descriptors as 0, 1, 2. Between fork and exec only calls that are safe in a
 * child of a process with many threads. */
static pid_t start(const char *path, char *const *argv, int niceness, int in, int out, int errors) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    setpgid(0, 0); /* Ctrl-C in the terminal is ours to handle */
    setpriority(PRIO_PROCESS, 0, niceness);
    dup2(in, 0);
    dup2(out, 1);
    dup2(errors, 2);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_IGN); /* a size limit becomes an error message instead of a killed encoder */
    execv(path, argv);
    _exit(127);
}

static bool wait_for(pid_t child, int *status) {
    while (waitpid(child, status, 0) < 0)
        if (errno != EINTR) return false;
    return true;
}

/* The last line that a child wrote into its memory file; the program's own prefix "[x @ 0x..]" is left out.
 */
static void last_line(int file, char line[256]) {
    char tail[TAIL_BYTES + 1];
    off_t end = lseek(file, 0, SEEK_END);
    off_t from = end > TAIL_BYTES ? end - TAIL_BYTES : 0;
    ssize_t size = pread(file, tail, TAIL_BYTES, from);
    line[0] = 0;
    if (size <= 0) return;
    while (size > 0 && (tail[size - 1] == '\n' || tail[size - 1] == '\r')) size--;
    tail[size] = 0;
    char *start_of_line = strrchr(tail, '\n');
    start_of_line = start_of_line ? start_of_line + 1 : tail;
    char *after = start_of_line[0] == '[' ? strstr(start_of_line, "] ") : NULL;
    snprintf(line, 256, "%.255s", after ? after + 2 : start_of_line);
}

static bool said(int file, const char *words) {
    char tail[TAIL_BYTES + 1];
    off_t end = lseek(file, 0, SEEK_END);
    ssize_t size = pread(file, tail, TAIL_BYTES, end > TAIL_BYTES ? end - TAIL_BYTES : 0);
    tail[size > 0 ? size : 0] = 0;
    return strstr(tail, words) != NULL;
}

/* ---- the writer ---- */
static bool write_rows(int pipe, struct iovec *rows, int count) {
    while (count > 0) {
        ssize_t written = writev(pipe, rows, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        size_t left = (size_t)written;
        while (count > 0 && left >= rows->iov_len) {
            left -= rows->iov_len;
            rows++;
            count--;
        }
        if (count > 0) {
            rows->iov_base = (uint8_t *)rows->iov_base + left;
            rows->iov_len -= left;
        }
    }
    return true;
}

static bool write_frame(const Video *video, uint8_t *frame) {
    struct iovec rows[ROWS_A_WRITE];
    if (!video->desc.from_bottom) {
        rows[0] = (struct iovec){frame, video->frame_bytes};
        return write_rows(video->pipe, rows, 1);
    }
    for (int done = 0; done < video->desc.height;) {
        int count = 0;
        for (; count < ROWS_A_WRITE && done < video->desc.height; count++, done++)
            rows[count] = (struct iovec){frame + (size_t)(video->desc.height - 1 - done) * video->row_bytes,
                                         video->row_bytes};
        if (!write_rows(video->pipe, rows, count)) return false;
    }
    return true;
}

static void *writer_main(void *user) {
    Video *video = user;
    pthread_mutex_lock(&video->lock);
    for (;;) {
        while (video->waiting == 0 && !video->closing) pthread_cond_wait(&video->changed, &video->lock);
        if (video->waiting == 0 || video->failed) break;
        uint8_t *frame = video->frames[video->oldest];
        pthread_mutex_unlock(&video->lock);
        bool ok = write_frame(video, frame);
        pthread_mutex_lock(&video->lock);
        if (!ok) video->failed = true;
        video->oldest = (video->oldest + 1) % video->queue_frames;
        video->waiting--;
        pthread_cond_broadcast(&video->changed);
        if (!ok) break;
    }
    pthread_mutex_unlock(&video->lock);
    return NULL;
}

/* ---- beginning ---- */
static bool check_desc(const VideoDesc *desc, Err *err) {
    size_t length = desc->path ? strlen(desc->path) : 0;
    if (length < 5 || strcmp(desc->path + length - 4, ".mp4") != 0)
        return err_set(err, "%s: a video's name must end in .mp4", desc->path ? desc->path : _("(no name)"));
    if (desc->width < 2 || desc->height < 2 || desc->width > 8192 || desc->height > 8192 || desc->width % 2 ||
        desc->height % 2)
        return err_set(err, "a video of %d x %d is not possible: both must be even, from 2 to 8192",
                       desc->width, desc->height);
    return true;
}

static void set_defaults(VideoDesc *desc) {
    if (!(desc->fps > 0)) desc->fps = 30;
    if (desc->crf <= 0) desc->crf = 18;
    if (!desc->preset) desc->preset = "veryfast";
    if (desc->threads <= 0) desc->threads = 2;
    if (desc->queue_frames <= 0) desc->queue_frames = 4;
    if (desc->queue_frames > QUEUE_MAX) desc->queue_frames = QUEUE_MAX;
}

static pid_t start_encoder(const Video *video, int in, int null) {
    static const char *const pixel_names[] = {"rgba", "bgra", "rgb24"};
    const VideoDesc *desc = &video->desc;
    char path[4096], size[32], rate[32], crf[16], threads[16], output[4200];
    if (!find_program("ffmpeg", path)) return -1;
    snprintf(size, sizeof size, "%dx%d", desc->width, desc->height);
    snprintf(rate, sizeof rate, "%.6g", desc->fps);
    snprintf(crf, sizeof crf, "%d", desc->crf);
    snprintf(threads, sizeof threads, "%d", desc->threads);
    snprintf(output, sizeof output, "file:%s", video->partial.partial_path);
    /* Bit-exact flags and no metadata: no library versions or dates in the file. -xerror: a failed write is
     * not shrugged off (without it ffmpeg 5.1 ends with 0 on a full disk). */
    const char *argv[] = {"ffmpeg",
                          "-hide_banner",
                          "-nostdin",
                          "-loglevel",
                          "error",
                          "-xerror",
                          "-f",
                          "rawvideo",
                          "-pix_fmt",
                          pixel_names[desc->pixels],
                          "-s",
                          size,
                          "-framerate",
                          rate,
                          "-i",
                          "pipe:0",
                          "-an",
                          "-map_metadata",
                          "-1",
                          "-filter_threads",
                          "1",
                          "-vf",
                          "scale=out_color_matrix=bt709:out_range=tv",
                          "-c:v",
                          "libx264",
                          "-preset",
                          desc->preset,
                          "-crf",
                          crf,
                          "-threads",
                          threads,
                          "-pix_fmt",
                          "yuv420p",
                          "-colorspace",
                          "bt709",
                          "-color_primaries",
                          "bt709",
                          "-color_trc",
                          "bt709",
                          "-color_range",
                          "tv",
                          "-flags:v",
                          "+bitexact",
                          "-fflags",
                          "+bitexact",
                          "-movflags",
                          "+faststart",
                          "-f",
                          "mp4",
                          "-y",
                          output,
                          NULL};
    return start(path, (char *const *)(uintptr_t)argv, ENCODER_NICE, in, null, video->errors);
}

static bool open_encoder(Video *video, Err *err) {
    int ends[2];
    video->errors = memfd_create("ffmpeg", MFD_CLOEXEC);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (video->errors < 0 || null < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        if (null >= 0) close(null);
        return err_set(err, "the encoder could not be started: %s", err_reason(errno));
    }
    fcntl(ends[1], F_SETPIPE_SZ,
          PIPE_BYTES); /* fewer switches between the processes; a refusal does not matter */
    video->pipe = ends[1];
    video->child = start_encoder(video, ends[0], null);
    close(ends[0]);
    close(null);
    if (video->child > 0) return true;
    video->child = 0;
    return err_set(err, "the encoder could not be started: %s", err_reason(errno));
}

static bool start_writer(Video *video, Err *err) {
    for (int i = 0; i < video->queue_frames; i++) {
        video->frames[i] = malloc(video->frame_bytes);
        if (!video->frames[i]) return err_set(err, "not enough memory for the frames of the video");
    }
    video->writer_runs = pthread_create(&video->writer, NULL, writer_main, video) == 0;
    return video->writer_runs ? true : err_set(err, "the encoder could not be fed: no thread");
}

Video *video_begin(const VideoDesc *desc, Err *err) {
    if (!check_desc(desc, err) || !video_available(err)) return NULL;
    Video *video = calloc(1, sizeof *video);
    if (!video) {
        err_set(err, "not enough memory for a video");
        return NULL;
    }
    video->desc = *desc;
    set_defaults(&video->desc);
    video->queue_frames = video->desc.queue_frames;
    video->row_bytes = (size_t)desc->width * (desc->pixels == VIDEO_RGB24 ? 3 : 4);
    video->frame_bytes = video->row_bytes * (size_t)desc->height;
    video->pipe = video->errors = -1;
    pthread_mutex_init(&video->lock, NULL);
    pthread_cond_init(&video->changed, NULL);
    signal(SIGPIPE, SIG_IGN); /* a dead encoder is an error return, not the end of us */
    if (!file_partial_begin(&video->partial, desc->path, err)) {
        video->partial.partial_path[0] = 0;
        video_abort(video);
        return NULL;
    }
    if (!open_encoder(video, err) || !start_writer(video, err)) {
        video_abort(video);
        return NULL;
    }
    return video;
}

/* ---- frames ---- */
static void stop_writer(Video *video) {
    pthread_mutex_lock(&video->lock);
    video->closing = true;
    pthread_cond_broadcast(&video->changed);
    pthread_mutex_unlock(&video->lock);
    if (video->writer_runs) pthread_join(video->writer, NULL);
    video->writer_runs = false;
    if (video->pipe >= 0) close(video->pipe);
    video->pipe = -1;
}

static void reap(Video *video) {
    if (video->child > 0) wait_for(video->child, &video->status);
    video->child = 0;
}

/* The encoder has ended or must end: one sentence about why. */
static bool encoder_failed(Video *video, Err *err) {
    stop_writer(video);
    reap(video);
    int status = video->status;
    char line[256];
    last_line(video->errors, line);
    if (said(video->errors, "No space left on device"))
        return err_set(err, "%s: the disk is full, the video was not kept", video->desc.path);
    if (said(video->errors, "File too large"))
        return err_set(err, "%s: the video is larger than the system allows, it was not kept",
                       video->desc.path);
    if (WIFSIGNALED(status))
        return err_set(err, "%s: the encoder was stopped (signal %d), the video was not kept",
                       video->desc.path, WTERMSIG(status));
    return err_set(err, "%s: the encoder failed: %s", video->desc.path,
                   line[0] ? line : _("it gave no reason"));
}

size_t video_frame_bytes(const Video *video) {
    return video->frame_bytes;
}

void *video_frame(Video *video, Err *err) {
    pthread_mutex_lock(&video->lock);
    while (video->waiting == video->queue_frames && !video->failed)
        pthread_cond_wait(&video->changed, &video->lock);
    bool failed = video->failed;
    int place = (video->oldest + video->waiting) % video->queue_frames;
    pthread_mutex_unlock(&video->lock);
    if (!failed) return video->frames[place];
    encoder_failed(video, err);
    return NULL;
}

bool video_submit(Video *video, Err *err) {
    pthread_mutex_lock(&video->lock);
    bool failed = video->failed;
    if (!failed) {
        ASSERT(video->waiting < video->queue_frames);
        video->waiting++;
        video->submitted++;
        pthread_cond_broadcast(&video->changed);
    }
    pthread_mutex_unlock(&video->lock);
    return failed ? encoder_failed(video, err) : true;
}

bool video_write(Video *video, const void *pixels, Err *err) {
    void *frame = video_frame(video, err);
    if (!frame) return false;
    memcpy(frame, pixels, video->frame_bytes);
    return video_submit(video, err);
}

int video_frames_written(const Video *video) {
    return video->submitted;
}

/* ---- the end ---- */
/* Numbers from the finished file itself, read to its end but not decoded again (that would take half as long
 * as encoding); false when it cannot be read. */
static bool probe(const Video *video, int *frames, double *duration_s) {
    char path[4096], input[4200], answer[512];
    int out = memfd_create("ffprobe", MFD_CLOEXEC), null = open("/dev/null", O_RDWR | O_CLOEXEC), status = -1;
    bool ok = out >= 0 && null >= 0 && find_program("ffprobe", path);
    snprintf(input, sizeof input, "file:%s", video->partial.partial_path);
    const char *argv[] = {"ffprobe",
                          "-v",
                          "error",
                          "-threads",
                          "2",
                          "-count_packets",
                          "-select_streams",
                          "v:0",
                          "-show_entries",
                          "stream=nb_read_packets,duration",
                          "-of",
                          "default=noprint_wrappers=1",
                          input,
                          NULL};
    pid_t child = ok ? start(path, (char *const *)(uintptr_t)argv, 0, null, out, null) : -1;
    ok = child > 0 && wait_for(child, &status) && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    ssize_t size = ok ? pread(out, answer, sizeof answer - 1, 0) : 0;
    answer[size > 0 ? size : 0] = 0;
    if (out >= 0) close(out);
    if (null >= 0) close(null);
    const char *count = strstr(answer, "nb_read_packets="), *length = strstr(answer, "duration=");
    if (!count || !length) return false;
    *frames = atoi(count + strlen("nb_read_packets="));
    *duration_s = atof(length + strlen("duration="));
    return true;
}

static bool check_result(const Video *video, Err *err) {
    int frames = 0;
    double duration_s = 0, wanted_s = video->submitted / video->desc.fps;
    if (!probe(video, &frames, &duration_s))
        return err_set(err, "%s: the finished video could not be read back, it was not kept",
                       video->desc.path);
    if (frames != video->submitted)
        return err_set(err, "%s: the finished video has %d of %d frames, it was not kept", video->desc.path,
                       frames, video->submitted);
    if (fabs(duration_s - wanted_s) > 1.5 / video->desc.fps)
        return err_set(err, "%s: the finished video lasts %.2f s instead of %.2f s, it was not kept",
                       video->desc.path, duration_s, wanted_s);
    return true;
}

static void release(Video *video) {
    for (int i = 0; i < QUEUE_MAX; i++) {
        if (video->frames[i]) explicit_bzero(video->frames[i], video->frame_bytes); /* a client's face */
        free(video->frames[i]);
    }
    if (video->errors >= 0) close(video->errors);
    pthread_mutex_destroy(&video->lock);
    pthread_cond_destroy(&video->changed);
    free(video);
}

bool video_finish(Video *video, Err *err) {
    if (video->submitted == 0) {
        err_set(err, "%s: a video needs at least one frame", video->desc.path);
        video_abort(video);
        return false;
    }
    stop_writer(video);
    reap(video);
    bool ok = !video->failed && WIFEXITED(video->status) && WEXITSTATUS(video->status) == 0;
    if (!ok) encoder_failed(video, err);
    ok = ok && check_result(video, err);
    if (ok)
        ok = file_partial_commit(&video->partial, err);
    else
        file_partial_abort(&video->partial);
    release(video);
    return ok;
}

void video_abort(Video *video) {
    if (!video) return;
    if (video->child > 0) kill(video->child, SIGKILL);
    pthread_mutex_lock(&video->lock);
    video->failed = true; /* the rest of the queue is not written */
    pthread_mutex_unlock(&video->lock);
    stop_writer(video);
    reap(video);
    if (video->partial.partial_path[0]) file_partial_abort(&video->partial);
    release(video);
}
