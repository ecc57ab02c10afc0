/* The camera through libv4l2, whose five functions are played here by a camera that can misbehave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../engine/capture.h"
#include <errno.h>
#include <libv4l2.h>
#include <linux/videodev2.h>
#include <string.h>

enum { WIDTH = 64, HEIGHT = 48, STRIDE = 64 * 3 + 8, FAKE_FD = 1000, FAKE_BUFFERS = 4 };

static struct Fake {
    int open_errno;
    unsigned width, height, format, stride; /* what the device answers to a wish */
    unsigned used;                          /* bytes of a picture; 0: all */
    unsigned long failing;                  /* request that fails with fail_errno; 0: none */
    int fail_errno;
    int waiting; /* pictures that wait to be taken */
    bool damaged;
    int taken, opened, mapped, streaming;
    uint8_t memory[FAKE_BUFFERS][STRIDE * HEIGHT];
} fake;

int v4l2_open(const char *file, int flags, ...) {
    (void)file, (void)flags;
    errno = fake.open_errno;
    if (errno) return -1;
    fake.opened++;
    return FAKE_FD;
}

int v4l2_close(int fd) {
    assert_int_equal(fd, FAKE_FD);
    fake.opened--;
    return 0;
}

void *v4l2_mmap(void *start, size_t length, int protection, int flags, int fd, int64_t offset) {
    (void)start, (void)length, (void)protection, (void)flags, (void)fd;
    fake.mapped++;
    return fake.memory[offset];
}

int v4l2_munmap(void *start, size_t length) {
    (void)start, (void)length;
    fake.mapped--;
    return 0;
}

static int give_picture(struct v4l2_buffer *buffer) {
    if (fake.waiting == 0) return errno = EAGAIN, -1;
    buffer->index = (unsigned)(fake.taken % FAKE_BUFFERS);
    buffer->bytesused = fake.used ? fake.used : STRIDE * HEIGHT;
    buffer->flags = fake.damaged ? V4L2_BUF_FLAG_ERROR : 0;
    memset(fake.memory[buffer->index], ++fake.taken, sizeof fake.memory[0]);
    fake.waiting--;
    return 0;
}

int v4l2_ioctl(int fd, unsigned long request, ...) {
    va_list args;
    va_start(args, request);
    void *value = va_arg(args, void *);
    va_end(args);
    assert_int_equal(fd, FAKE_FD);
    if (request == fake.failing) return errno = fake.fail_errno, -1;
    switch (request) {
    case VIDIOC_QUERYCAP:
        ((struct v4l2_capability *)value)->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    case VIDIOC_S_FMT: {
        struct v4l2_pix_format *pix = &((struct v4l2_format *)value)->fmt.pix;
        *pix = (struct v4l2_pix_format){.width = fake.width,
                                        .height = fake.height,
                                        .pixelformat = fake.format,
                                        .bytesperline = fake.stride};
        return 0;
    }
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = value;
        buffer->length = STRIDE * HEIGHT;
        buffer->m.offset = buffer->index;
        return 0;
    }
    case VIDIOC_DQBUF:
        return give_picture(value);
    case VIDIOC_STREAMON:
        return fake.streaming++, 0;
    case VIDIOC_STREAMOFF:
        return fake.streaming--, 0;
    default: /* REQBUFS, QBUF */
        return 0;
    }
}

static int set_up(void **state) {
    (void)state;
    memset(&fake, 0, sizeof fake);
    fake.width = WIDTH, fake.height = HEIGHT, fake.format = V4L2_PIX_FMT_RGB24, fake.stride = STRIDE;
    return 0;
}

static int all_given_back(void **state) {
    (void)state;
    return fake.opened == 0 && fake.mapped == 0 && fake.streaming == 0 ? 0 : -1;
}

static const CaptureDesc desc = {.device = "/dev/video0"};

static void refused(const char *words) {
    Err err = {0};
    assert_null(capture_open(&desc, &err));
    if (!strstr(err.text, words)) fail_msg("\"%s\" does not say \"%s\"", err.text, words);
}

static void test_newest_picture(void **state) {
    (void)state;
    Err err = {0};
    const Image *image;
    bool fresh;
    Capture *capture = capture_open(&desc, &err);
    assert_non_null(capture);
    assert_true(capture_frame(capture, &image, &fresh, &err));
    assert_true(!image && !fresh); /* none came yet */
    fake.waiting = 3;
    assert_true(capture_frame(capture, &image, &fresh, &err));
    assert_true(image && fresh);
    assert_int_equal(image->width, WIDTH);
    assert_int_equal(image->rgba[0], 3);
    assert_int_equal(image->rgba[4 * WIDTH * HEIGHT - 2], 3); /* rows are longer than the picture is wide */
    assert_int_equal(image->rgba[4 * WIDTH * HEIGHT - 1], 255);
    assert_true(capture_frame(capture, &image, &fresh, &err));
    assert_true(image && !fresh);
    fake.waiting = 1, fake.damaged = true;
    assert_true(capture_frame(capture, &image, &fresh, &err));
    assert_int_equal(image->rgba[0], 3); /* a damaged one is passed over */
    assert_false(fresh);
    capture_close(capture);
}

/* What MJPEG and YUYV cameras make of it: sides that nobody asked for, rows without a length, pictures cut
 * short or damaged on their way, and none for a while. */
static void test_odd_camera(void **state) {
    (void)state;
    enum { ODD_WIDTH = 61, ODD_HEIGHT = 47 };
    Err err = {0};
    const Image *image;
    bool fresh;
    fake.width = ODD_WIDTH, fake.height = ODD_HEIGHT, fake.stride = 0;
    fake.used = ODD_WIDTH * 3 * ODD_HEIGHT;
    Capture *capture = capture_open(&desc, &err);
    assert_non_null(capture);
    fake.waiting = 1;
    assert_true(capture_frame(capture, &image, &fresh, &err));
    assert_true(image && fresh && image->width == ODD_WIDTH && image->height == ODD_HEIGHT);
    assert_int_equal(image->rgba[4 * ODD_WIDTH * ODD_HEIGHT - 2], 1);
    fake.waiting = 1, fake.used = ODD_WIDTH * 3 * 20;
    assert_true(capture_frame(capture, &image, &fresh, &err));
    assert_true(!fresh && image->rgba[0] == 1); /* never the halves of two */
    fake.failing = VIDIOC_DQBUF, fake.fail_errno = EIO;
    for (int i = 0; i < 3; ++i) {
        assert_true(capture_frame(capture, &image, &fresh, &err));
        assert_true(image && !fresh); /* who waits decides how long */
    }
    fake.failing = 0, fake.waiting = 1, fake.used = 0;
    assert_true(capture_frame(capture, &image, &fresh, &err));
    assert_true(fresh && image->rgba[0] == 3);
    capture_close(capture);
}

static void test_unplugged(void **state) {
    (void)state;
    Err err = {0};
    const Image *image;
    bool fresh;
    Capture *capture = capture_open(&desc, &err);
    assert_non_null(capture);
    fake.waiting = 1;
    assert_true(capture_frame(capture, &image, &fresh, &err));
    fake.failing = VIDIOC_DQBUF, fake.fail_errno = ENODEV;
    assert_false(capture_frame(capture, &image, &fresh, &err));
    assert_string_equal(err.text, "The camera is gone: No such device");
    fake.failing = 0;
    capture_close(capture);
}

static void test_refusals(void **state) {
    (void)state;
    fake.open_errno = EACCES;
    refused("/dev/video0 may not be opened: add this user to the group video");
    fake.open_errno = EBUSY;
    refused("busy");
    fake.open_errno = 0;
    const struct {
        unsigned long request;
        const char *words;
    } steps[] = {{VIDIOC_QUERYCAP, "is no camera"},
                 {VIDIOC_S_FMT, "no pictures that can be used"},
                 {VIDIOC_REQBUFS, "is busy"},
                 {VIDIOC_QUERYBUF, "does not answer"},
                 {VIDIOC_STREAMON, "does not start"}};
    fake.fail_errno = EINVAL;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; ++i) {
        fake.failing = steps[i].request;
        refused(steps[i].words);
    }
    fake.failing = 0;
    fake.format = V4L2_PIX_FMT_MJPEG; /* libv4l2 could not convert */
    refused("no pictures that can be used");
    fake.format = V4L2_PIX_FMT_RGB24;
    fake.width = 8;
    refused("of a size that cannot be used");
    fake.width = 100000;
    refused("of a size that cannot be used");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_newest_picture, set_up, all_given_back),
        cmocka_unit_test_setup_teardown(test_odd_camera, set_up, all_given_back),
        cmocka_unit_test_setup_teardown(test_unplugged, set_up, all_given_back),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, all_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
