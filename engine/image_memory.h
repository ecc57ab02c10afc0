/* image_memory - a picture as a file that lies in memory only, for functions that take a path.
 *
 * The file is an anonymous, sealed memfd holding a PNG; its path leads through this process's own
 * descriptors, so it is gone when the descriptor is closed or the process ends, and no other process can name
 * it. It never touches a disk; with swap off, as a kiosk runs, neither do its pages.
 */
#pragma once
#include "image.h"

enum { IMAGE_MEMORY_PATH = 32 };
/* The descriptor, to be closed by the caller, and the path; -1 and err when it fails. Closed on exec. */
int image_memory_file(const Image *image, char path[IMAGE_MEMORY_PATH], Err *err);
