#include "capture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libv4l2.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BUFFERS = 4, RECORDED_MAX = 64, NAME_MAX_BYTES = 256, DEVICE_MAX_SIDE = 8192 };

typedef struct Buffer {
    void *data;
    size_t size; /* bytes */
} Buffer;

struct Capture {
    Arena arena; /* secret */
    Image picture;
    bool any;
    /* a device */
    int fd;
    size_t stride; /* bytes of a row of RGB24 */
    Buffer buffer[BUFFERS];
    unsigned buffer_count;
    bool streaming;
    /* recorded */
    Image *recorded;
    int recorded_count, next;
    bool unplugs; /* after the last picture */
};

/* ---- recorded frames ---- */

static bool is_picture(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && name[0] != '.' &&
           (strcasecmp(dot, ".png") == 0 || strcasecmp(dot, ".jpg") == 0 || strcasecmp(dot, ".jpeg") == 0);
}

static int by_name(const void *a, const void *b) {
    return strcmp(a, b);
}

static int list_pictures(const char *folder, char names[RECORDED_MAX][NAME_MAX_BYTES]) {
    DIR *dir = opendir(folder);
    if (!dir) return -1;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(dir)) && count < RECORDED_MAX;)
        if (is_picture(entry->d_name) && strlen(entry->d_name) < NAME_MAX_BYTES)
            snprintf(names[count++], NAME_MAX_BYTES, "%s", entry->d_name);
    closedir(dir);
    qsort(names, (size_t)count, NAME_MAX_BYTES, by_name);
    return count;
}

static bool open_recorded(Capture *capture, const char *folder, Err *err) {
    static _Thread_local char names[RECORDED_MAX][NAME_MAX_BYTES];
    int count = list_pictures(folder, names);
    if (count <= 0) return err_set(err, "There are no recorded pictures in %s", folder);
    capture->recorded = ARENA_ARRAY(&capture->arena, Image, (size_t)count);
    if (!capture->recorded) return err_set(err, "There is not enough memory for the camera's pictures");
    for (int i = 0; i < count; ++i) {
        char path[4096];
        Image *image = &capture->recorded[i];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (!image_load(path, &capture->arena, image, NULL, err)) return false;
        if (image->width != capture->recorded[0].width || image->height != capture->recorded[0].height)
            return err_set(err, "The recorded pictures in %s differ in size", folder);
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/unplug", folder);
    capture->unplugs = access(path, F_OK) == 0;
    capture->recorded_count = count;
    capture->picture = capture->recorded[0];
    return true;
}

/* ---- a device ---- */

static int control(int fd, unsigned long request, void *value) {
    int result;
    do result = v4l2_ioctl(fd, request, value);
    while (result < 0 && errno == EINTR);
    return result;
}

static bool choose_format(Capture *capture, const CaptureDesc *desc, Err *err) {
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    format.fmt.pix.width = (unsigned)(desc->width > 0 ? desc->width : 1280);
    format.fmt.pix.height = (unsigned)(desc->height > 0 ? desc->height : 720);
    format.fmt.pix.pixelformat = V4L2_PIX_FMT_RGB24; /* libv4l2 converts what the camera has */
    format.fmt.pix.field = V4L2_FIELD_NONE;
    if (control(capture->fd, VIDIOC_S_FMT, &format) != 0 || format.fmt.pix.pixelformat != V4L2_PIX_FMT_RGB24)
        return err_set(err, "The camera %s gives no pictures that can be used here", desc->device);
    const struct v4l2_pix_format *pix = &format.fmt.pix;
    if (pix->width < 16 || pix->height < 16 || pix->width > DEVICE_MAX_SIDE || pix->height > DEVICE_MAX_SIDE)
        return err_set(err, "The camera %s gives pictures of a size that cannot be used", desc->device);
    capture->stride = pix->bytesperline >= pix->width * 3 ? pix->bytesperline : (size_t)pix->width * 3;
    return image_alloc(&capture->arena, (int)pix->width, (int)pix->height, &capture->picture, err);
}

static bool map_buffers(Capture *capture, const char *device, Err *err) {
    struct v4l2_requestbuffers request = {
        .count = BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    if (control(capture->fd, VIDIOC_REQBUFS, &request) != 0 || request.count < 1)
        return err_set(err, "The camera %s is busy", device);
    unsigned count = request.count < BUFFERS ? request.count : BUFFERS;
    for (unsigned i = 0; i < count; ++i) {
        struct v4l2_buffer info = {
            .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP, .index = i};
        if (control(capture->fd, VIDIOC_QUERYBUF, &info) != 0)
            return err_set(err, "The camera %s does not answer", device);
        Buffer *buffer = &capture->buffer[i];
        void *data = v4l2_mmap(NULL, info.length, PROT_READ | PROT_WRITE, MAP_SHARED, capture->fd,
                               (int64_t)info.m.offset);
        if (data == MAP_FAILED)
            return err_set(err, "The camera %s cannot be read: %s", device, err_reason(errno));
        *buffer = (Buffer){data, info.length};
        capture->buffer_count = i + 1;
        if (control(capture->fd, VIDIOC_QBUF, &info) != 0)
            return err_set(err, "The camera %s does not answer", device);
    }
    return true;
}

static bool open_device(Capture *capture, const CaptureDesc *desc, Err *err) {
    if (!desc->device || !desc->device[0]) return err_set(err, "No camera is named");
    capture->fd = v4l2_open(desc->device, O_RDWR | O_NONBLOCK | O_CLOEXEC, 0);
    if (capture->fd < 0 && errno == EACCES)
        return err_set(err, "The camera %s may not be opened: add this user to the group video",
                       desc->device);
    if (capture->fd < 0)
        return err_set(err, "The camera %s cannot be opened: %s", desc->device, err_reason(errno));
    struct v4l2_capability able = {0};
    if (control(capture->fd, VIDIOC_QUERYCAP, &able) != 0 || !(able.capabilities & V4L2_CAP_VIDEO_CAPTURE) ||
        !(able.capabilities & V4L2_CAP_STREAMING))
        return err_set(err, "%s is no camera", desc->device);
    if (!choose_format(capture, desc, err) || !map_buffers(capture, desc->device, err)) return false;
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (control(capture->fd, VIDIOC_STREAMON, &type) != 0)
        return err_set(err, "The camera %s does not start: %s", desc->device, err_reason(errno));
    capture->streaming = true;
    return true;
}

static void close_device(Capture *capture) {
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (capture->streaming) control(capture->fd, VIDIOC_STREAMOFF, &type);
    for (unsigned i = 0; i < capture->buffer_count; ++i) {
        explicit_bzero(capture->buffer[i].data, capture->buffer[i].size);
        v4l2_munmap(capture->buffer[i].data, capture->buffer[i].size);
    }
    if (capture->fd >= 0) v4l2_close(capture->fd);
}

/* False for a picture that came in part: half of it would be the one before. */
static bool take_rows(Capture *capture, const uint8_t *rows, size_t size) {
    const Image *out = &capture->picture;
    if (((size_t)out->height - 1) * capture->stride + (size_t)out->width * 3 > size) return false;
    for (int y = 0; y < out->height; ++y) {
        const uint8_t *from = rows + (size_t)y * capture->stride;
        uint8_t *to = out->rgba + (size_t)y * (size_t)out->width * 4;
        for (int x = 0; x < out->width; ++x, from += 3, to += 4) {
            to[0] = from[0];
            to[1] = from[1];
            to[2] = from[2];
            to[3] = 255;
        }
    }
    return true;
}

/* Takes all that wait and keeps the last. */
static bool take_pictures(Capture *capture, bool *fresh, Err *err) {
    for (unsigned i = 0; i < capture->buffer_count; ++i) {
        struct v4l2_buffer info = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
        if (control(capture->fd, VIDIOC_DQBUF, &info) != 0)
            /* EIO is a picture that was damaged on its way (a JPEG cut short); another one follows. */
            return errno == EAGAIN || errno == EIO ||
                   err_set(err, "The camera is gone: %s", err_reason(errno));
        if (info.index < capture->buffer_count && !(info.flags & V4L2_BUF_FLAG_ERROR)) {
            size_t size = info.bytesused < capture->buffer[info.index].size
                              ? info.bytesused
                              : capture->buffer[info.index].size;
            if (take_rows(capture, capture->buffer[info.index].data, size)) capture->any = *fresh = true;
        }
        if (control(capture->fd, VIDIOC_QBUF, &info) != 0)
            return err_set(err, "The camera is gone: %s", err_reason(errno));
    }
    return true;
}

/* ---- both ---- */

Capture *capture_open(const CaptureDesc *desc, Err *err) {
    Capture *capture = calloc(1, sizeof *capture);
    if (!capture) return err_set(err, "There is not enough memory for the camera"), NULL;
    capture->fd = -1;
    bool ok = arena_create(&capture->arena, &(ArenaDesc){.name = "camera", .secret = true}, err) &&
              (desc->frames ? open_recorded(capture, desc->frames, err) : open_device(capture, desc, err));
    if (ok) return capture;
    capture_close(capture);
    return NULL;
}

void capture_close(Capture *capture) {
    if (!capture) return;
    close_device(capture);
    arena_destroy(&capture->arena);
    explicit_bzero(capture, sizeof *capture);
    free(capture);
}

void capture_size(const Capture *capture, int *width, int *height) {
    *width = capture->picture.width;
    *height = capture->picture.height;
}

bool capture_frame(Capture *capture, const Image **out, bool *fresh, Err *err) {
    *fresh = false;
    *out = NULL;
    if (capture->unplugs && capture->next == capture->recorded_count)
        return err_set(err, "The camera is gone");
    if (capture->recorded_count > 0) {
        capture->next %= capture->recorded_count;
        capture->picture = capture->recorded[capture->next++];
        capture->any = *fresh = true;
    } else if (!take_pictures(capture, fresh, err)) {
        return false;
    }
    if (capture->any) *out = &capture->picture;
    return true;
}
