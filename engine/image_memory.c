#include "image_memory.h"

#include <fcntl.h>
#include <png.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int image_memory_file(const Image *image, char path[IMAGE_MEMORY_PATH], Err *err) {
    int fd = memfd_create("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int copy = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
    FILE *file = copy >= 0 ? fdopen(copy, "wb") : NULL;
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)image->width,
                     .height = (png_uint_32)image->height,
                     .format = PNG_FORMAT_RGBA,
                     .flags = PNG_IMAGE_FLAG_FAST};
    bool ok = file && png_image_write_to_stdio(&png, file, 0, image->rgba, 0, NULL) != 0;
    if (file)
        ok = fclose(file) == 0 && ok;
    else if (copy >= 0)
        close(copy);
    ok = ok && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0;
    if (!ok) {
        if (fd >= 0) close(fd);
        err_set(err, "There is not enough memory for the picture");
        return -1;
    }
    snprintf(path, IMAGE_MEMORY_PATH, "/proc/self/fd/%d", fd);
    return fd;
}
