/* file - whole files in, whole files out.
 *
 * Reading refuses folders, devices, and files over a stated size, with a sentence that names the path.
 * Writing goes to a hidden ".NAME.partial.XXXXXX" beside the target (mode 0600), is flushed to disk, and
 * takes its final name by rename: the old file stays until the new one is complete, and a failure leaves
 * nothing behind. Partial files that are open when the process is interrupted are removed by
 * file_remove_partials, which is async-signal-safe; what a killed process left of a file goes when that file
 * is written next, once it is an hour old.
 */
#pragma once
#include "arena.h"
#include "log.h"
#include <stddef.h>
#include <stdint.h>

typedef struct Bytes {
    uint8_t *data; /* zero-terminated beyond `size` for text */
    size_t size;   /* bytes */
} Bytes;

bool file_read(const char *path, size_t limit_bytes, Arena *arena, Bytes *out, Err *err);
/* Replace `path` by these bytes, all or nothing. */
bool file_write(const char *path, const void *data, size_t size_bytes, Err *err);

/* For a writer that needs a path of its own (a child ffmpeg). */
typedef struct FilePartial {
    char final_path[4096], partial_path[4096];
    int slot;
} FilePartial;
bool file_partial_begin(FilePartial *partial, const char *final_path, Err *err);
bool file_partial_commit(FilePartial *partial, Err *err); /* fsync file, rename, fsync folder */
void file_partial_abort(FilePartial *partial);
void file_remove_partials(void);

bool file_exists(const char *path);
/* `name` as seen from the folder of `base_file`, unless it is absolute. */
char *file_resolve(Arena *arena, const char *base_file, const char *name);
/* The folder that holds shaders/ and assets/: beside the binary's build tree, or the installed share folder.
 */
const char *file_data_root(void);
char *file_data_path(Arena *arena, const char *relative);
