/* Videos: whole and right, or not there at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/file.h"
#include "engine/video.h"
#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIDTH = 64, HEIGHT = 48 };

static char folder[64];

static int setup(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/stipple-video-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int files_in_folder(bool remove) {
    DIR *dir = opendir(folder);
    int count = 0;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        count++;
        if (remove) unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir) closedir(dir);
    return count;
}

static int teardown(void **state) {
    (void)state;
    files_in_folder(true);
    return rmdir(folder);
}

static int each(void **state) {
    (void)state;
    files_in_folder(true);
    Err err = {0};
    if (!video_available(&err)) skip();
    return 0;
}

/* A gradient that moves; the first row is white. */
static void paint(uint8_t *pixels, int frame, bool noise) {
    uint32_t seed = 1u + (uint32_t)frame;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            uint8_t *p = pixels + (y * WIDTH + x) * 4;
            seed = seed * 1664525u + 1013904223u;
            p[0] = (uint8_t)(y < 8 ? 255 : noise ? seed >> 24 : (unsigned)(x * 4 + frame));
            p[1] = (uint8_t)(y < 8 ? 255 : noise ? seed >> 16 : 20u);
            p[2] = (uint8_t)(y < 8 ? 255 : noise ? seed >> 8 : 20u);
            p[3] = 255;
        }
}

static bool encode(const VideoDesc *desc, int frames, bool noise, Err *err) {
    Video *video = video_begin(desc, err);
    if (!video) return false;
    for (int i = 0; i < frames; i++) {
        uint8_t *pixels = video_frame(video, err);
        if (!pixels) {
            video_abort(video);
            return false;
        }
        paint(pixels, i, noise);
        if (!video_submit(video, err)) {
            video_abort(video);
            return false;
        }
    }
    return video_finish(video, err);
}

static VideoDesc desc_for(const char *name, char path[256]) {
    snprintf(path, 256, "%s/%s", folder, name);
    return (VideoDesc){.path = path, .width = WIDTH, .height = HEIGHT, .fps = 25};
}

static void test_whole_and_repeatable(void **state) {
    (void)state;
    char path[2][256];
    Err err = {0};
    uint8_t *bytes[2];
    long sizes[2];
    for (int turn = 0; turn < 2; turn++) {
        VideoDesc desc = desc_for(turn ? "b.mp4" : "a.mp4", path[turn]);
        if (!encode(&desc, 40, false, &err)) fail_msg("%s", err.text);
        FILE *file = fopen(path[turn], "rb");
        assert_non_null(file);
        fseek(file, 0, SEEK_END);
        sizes[turn] = ftell(file);
        rewind(file);
        bytes[turn] = malloc((size_t)sizes[turn]);
        assert_int_equal(fread(bytes[turn], 1, (size_t)sizes[turn], file), sizes[turn]);
        fclose(file);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], (size_t)sizes[0]);
    /* the index stands before the data */
    uint8_t *moov = memmem(bytes[0], (size_t)sizes[0], "moov", 4),
            *data = memmem(bytes[0], (size_t)sizes[0], "mdat", 4);
    assert_true(moov && data && moov < data);
    free(bytes[0]);
    free(bytes[1]);
    assert_int_equal(files_in_folder(false), 2); /* no partial file is left */
}

/* The first row's grey value in the encoded file. */
static int first_row(const char *path) {
    char command[512];
    snprintf(
        command, sizeof command,
        "ffmpeg -v error -i %s -frames:v 1 -vf crop=%d:2:0:0,format=gray -f rawvideo - | od -An -tu1 -N1",
        path, WIDTH);
    FILE *pipe = popen(command, "r");
    int value = -1;
    if (fscanf(pipe, "%d", &value) != 1) value = -1;
    pclose(pipe);
    return value;
}

static void test_rows_and_colour_order(void **state) {
    (void)state;
    char path[256];
    Err err = {0};
    VideoDesc desc = desc_for("top.mp4", path);
    assert_true(encode(&desc, 3, false, &err));
    assert_true(first_row(path) > 225);
    desc = desc_for("bottom.mp4", path);
    desc.from_bottom = true;
    desc.pixels = VIDEO_BGRA;
    assert_true(encode(&desc, 3, false, &err));
    assert_true(first_row(path) < 120);
}

static void test_wrong_wishes(void **state) {
    (void)state;
    char path[256];
    Err err = {0};
    VideoDesc desc = desc_for("odd.mp4", path);
    desc.width = 63;
    assert_null(video_begin(&desc, &err));
    assert_non_null(strstr(err.text, "even"));
    desc = desc_for("film.avi", path);
    assert_null(video_begin(&desc, &err));
    assert_non_null(strstr(err.text, ".mp4"));
    desc = desc_for("nowhere/x.mp4", path);
    assert_null(video_begin(&desc, &err));
    assert_true(strlen(err.text) > 10);
    desc = desc_for("none.mp4", path);
    assert_false(encode(&desc, 0, false, &err));
    assert_int_equal(files_in_folder(false), 0);
}

static void test_abort_leaves_nothing(void **state) {
    (void)state;
    char path[256];
    Err err = {0};
    VideoDesc desc = desc_for("gone.mp4", path);
    Video *video = video_begin(&desc, &err);
    assert_non_null(video);
    for (int i = 0; i < 9; i++) {
        paint(video_frame(video, &err), i, true);
        assert_true(video_submit(video, &err));
    }
    assert_int_equal(video_frames_written(video), 9);
    video_abort(video);
    video_abort(NULL);
    assert_int_equal(files_in_folder(false), 0);
}

static void test_old_file_stays_until_the_new_is_whole(void **state) {
    (void)state;
    char path[256];
    Err err = {0};
    VideoDesc desc = desc_for("kept.mp4", path);
    assert_true(file_write(path, "old", 3, &err));
    Video *video = video_begin(&desc, &err);
    paint(video_frame(video, &err), 0, true);
    video_submit(video, &err);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 3);
    video_abort(video);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_size, 3);
}

static void test_no_ffmpeg(void **state) {
    (void)state;
    char path[256], kept[4096];
    Err err = {0};
    snprintf(kept, sizeof kept, "%s", getenv("PATH"));
    setenv("PATH", folder, 1);
    VideoDesc desc = desc_for("x.mp4", path);
    Video *video = video_begin(&desc, &err);
    setenv("PATH", kept, 1);
    assert_null(video);
    assert_non_null(strstr(err.text, "apt install ffmpeg"));
}

/* A size limit stands for every kind of failed write, at the frames and at the trailer. */
static void test_limited_file_size(void **state) {
    (void)state;
    for (int kilobytes = 1; kilobytes <= 64; kilobytes *= 4) {
        char path[256];
        Err err = {0};
        VideoDesc desc = desc_for("limited.mp4", path);
        struct rlimit old, limit;
        getrlimit(RLIMIT_FSIZE, &old);
        limit = old;
        limit.rlim_cur = (rlim_t)kilobytes * 1024;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        bool ok = encode(&desc, 60, true, &err);
        setrlimit(RLIMIT_FSIZE, &old);
        assert_false(ok);
        assert_non_null(strstr(err.text, "not kept"));
        assert_int_equal(files_in_folder(false), 0);
    }
}

/* A disk of 128 kB; needs the right to mount. */
static void test_full_disk(void **state) {
    (void)state;
    if (geteuid() != 0 || mount("none", folder, "tmpfs", 0, "size=128k") != 0) skip();
    char path[256];
    Err err = {0};
    VideoDesc desc = desc_for("full.mp4", path);
    bool ok = encode(&desc, 120, true, &err);
    int left = files_in_folder(true);
    umount(folder);
    assert_false(ok);
    assert_non_null(strstr(err.text, "disk is full"));
    assert_int_equal(left, 0);
}

static void test_encoder_killed(void **state) {
    (void)state;
    char path[256];
    Err err = {0};
    VideoDesc desc = desc_for("killed.mp4", path);
    Video *video = video_begin(&desc, &err);
    assert_non_null(video);
    /* the encoder is our only child */
    char children[256] = "", name[64];
    snprintf(name, sizeof name, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(name, "r");
    if (!file || !fgets(children, sizeof children, file)) children[0] = 0;
    if (file) fclose(file);
    long child = strtol(children, NULL, 10);
    if (child <= 0) {
        video_abort(video);
        skip();
    }
    kill((pid_t)child, SIGKILL);
    bool ok = true;
    for (int i = 0; i < 2000 && ok; i++) {
        uint8_t *pixels = video_frame(video, &err);
        ok = pixels != NULL;
        if (ok) paint(pixels, i, true);
        ok = ok && video_submit(video, &err);
    }
    assert_false(ok);
    assert_non_null(strstr(err.text, "signal 9"));
    assert_false(video_finish(video, &err));
    assert_int_equal(files_in_folder(false), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_whole_and_repeatable, each),
        cmocka_unit_test_setup(test_rows_and_colour_order, each),
        cmocka_unit_test_setup(test_wrong_wishes, each),
        cmocka_unit_test_setup(test_abort_leaves_nothing, each),
        cmocka_unit_test_setup(test_old_file_stays_until_the_new_is_whole, each),
        cmocka_unit_test_setup(test_no_ffmpeg, each),
        cmocka_unit_test_setup(test_limited_file_size, each),
        cmocka_unit_test_setup(test_full_disk, each),
        cmocka_unit_test_setup(test_encoder_killed, each),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
