#include "file.h"
#include "language.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILE_SLOTS = 16, FILE_PATH_SIZE = 4096 };

/* Partial files that exist now. A signal handler reads them, so a path is complete before its flag is set. */
static char slot_paths[FILE_SLOTS][FILE_PATH_SIZE];
static volatile sig_atomic_t slot_used[FILE_SLOTS];
static pthread_mutex_t slot_lock = PTHREAD_MUTEX_INITIALIZER;

static bool read_all(int fd, const char *path, size_t size, Arena *arena, Bytes *out, Err *err) {
    const size_t mark = arena_mark(arena);
    uint8_t *data = arena_push(arena, size + 1);
    if (data == NULL) return err_set(err, "%s is too large for the memory set aside for it", path);
    size_t done = 0;
    while (done < size) {
        const ssize_t got = read(fd, data + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            const int why = errno;
            arena_rewind(arena, mark);
            return err_set(err, "Cannot read %s: %s", path, err_reason(why));
        }
        if (got == 0) break;
        done += (size_t)got;
    }
    *out = (Bytes){.data = data, .size = done};
    return true;
}

bool file_read(const char *path, size_t limit_bytes, Arena *arena, Bytes *out, Err *err) {
    *out = (Bytes){0};
    /* O_NONBLOCK: opening a FIFO must not wait for a writer. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return err_set(err, "Cannot open %s: %s", path, err_reason(errno));
    struct stat info;
    bool ok = true;
    if (fstat(fd, &info) != 0) {
        ok = err_set(err, "Cannot read %s: %s", path, err_reason(errno));
    } else if (S_ISDIR(info.st_mode)) {
        ok = err_set(err, "%s is a folder, not a file", path);
    } else if (!S_ISREG(info.st_mode)) {
        ok = err_set(err, "%s is not an ordinary file", path);
    } else if ((uint64_t)info.st_size > limit_bytes) {
        ok = err_set(err, "%s is too large: %.1f MiB, and at most %.1f MiB are read", path,
                     (double)info.st_size / 1048576.0, (double)limit_bytes / 1048576.0);
    }
    ok = ok && read_all(fd, path, (size_t)info.st_size, arena, out, err);
    close(fd);
    return ok;
}

static int slot_take(const char *path) {
    pthread_mutex_lock(&slot_lock);
    int slot = 0;
    while (slot < FILE_SLOTS && slot_used[slot]) slot++;
    if (slot < FILE_SLOTS) {
        snprintf(slot_paths[slot], FILE_PATH_SIZE, "%s", path);
        __atomic_signal_fence(__ATOMIC_RELEASE);
        slot_used[slot] = 1;
    }
    pthread_mutex_unlock(&slot_lock);
    return slot < FILE_SLOTS ? slot : -1;
}

static void slot_give(int slot) {
    if (slot < 0) return;
    pthread_mutex_lock(&slot_lock);
    slot_used[slot] = 0;
    pthread_mutex_unlock(&slot_lock);
}

void file_remove_partials(void) {
    for (int slot = 0; slot < FILE_SLOTS; slot++) {
        if (slot_used[slot]) unlink(slot_paths[slot]);
    }
}

/* A finished file gets the rights that the user's umask gives to any new file; umask can only be read by
 * setting it, so that happens once. */
static mode_t user_mask;
static void read_user_mask(void) {
    user_mask = umask(077);
    umask(user_mask);
}
static mode_t mode_for_new_file(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_user_mask);
    return 0666 & ~user_mask;
}

/* The real place of `path`: through a link when it is one, so that a rename replaces the file and not the
 * link. */
static bool final_place(const char *path, char out[FILE_PATH_SIZE], Err *err) {
    struct stat info;
    if (path[0] == 0) return err_set(err, "The name of the file to write is empty");
    if (strlen(path) >= FILE_PATH_SIZE - 32) return err_set(err, "The name of the file to write is too long");
    if (stat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode)) return err_set(err, "Cannot write %s: it is a folder", path);
        if (!S_ISREG(info.st_mode)) return err_set(err, "Cannot write %s: it is not an ordinary file", path);
        char resolved[PATH_MAX];
        if (realpath(path, resolved) != NULL && strlen(resolved) < FILE_PATH_SIZE - 32) {
            memcpy(out, resolved, strlen(resolved) + 1);
            return true;
        }
    }
    memcpy(out, path, strlen(path) + 1);
    return true;
}

/* What a killed process left of the same file. One that is being written changes all the time, so an hour's
 * rest tells it from a neighbour's. `like` is the path of a partial file before its six random letters are
 * known. */
static void remove_abandoned(const char *like, int folder_length) {
    enum { ABANDONED_S = 3600, RANDOM_LETTERS = 6 };
    const char *name = like + folder_length;
    const size_t length = strlen(name);
    char folder[FILE_PATH_SIZE];
    snprintf(folder, sizeof folder, "%.*s", folder_length, like);
    DIR *entries = opendir(folder_length > 0 ? folder : ".");
    if (entries == NULL) return;
    for (const struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        struct stat info;
        if (strlen(entry->d_name) != length || strncmp(entry->d_name, name, length - RANDOM_LETTERS) != 0)
            continue;
        if (fstatat(dirfd(entries), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode) && info.st_mtime < time(NULL) - ABANDONED_S)
            unlinkat(dirfd(entries), entry->d_name, 0);
    }
    closedir(entries);
}

/* Opens the partial file; the caller closes the descriptor. -1 with a sentence when it cannot be made. */
static int partial_open(FilePartial *partial, const char *final_path, Err *err) {
    *partial = (FilePartial){.slot = -1};
    if (!final_place(final_path, partial->final_path, err)) return -1;
    const char *slash = strrchr(partial->final_path, '/');
    const char *name = slash != NULL ? slash + 1 : partial->final_path;
    const int folder_length = (int)(name - partial->final_path);
    if (name[0] == 0) {
        err_set(err, "Cannot write %s: it names a folder", final_path);
        return -1;
    }
    /* 200: a name may have 255 bytes on common file systems, and the hidden one is longer. */
    const int length = snprintf(partial->partial_path, FILE_PATH_SIZE, "%.*s.%.200s.partial.XXXXXX",
                                folder_length, partial->final_path, name);
    if (length < 0 || length >= FILE_PATH_SIZE) {
        err_set(err, "The name of the file to write is too long");
        return -1;
    }
    remove_abandoned(partial->partial_path, folder_length);
    const int fd = mkostemp(partial->partial_path, O_CLOEXEC);
    if (fd < 0) {
        err_set(err, "Cannot write %s: %s", final_path, err_reason(errno));
        return -1;
    }
    partial->slot = slot_take(partial->partial_path);
    if (partial->slot < 0) {
        err_set(err, "Cannot write %s: too many files are being written", final_path);
        close(fd);
        unlink(partial->partial_path);
        return -1;
    }
    return fd;
}

bool file_partial_begin(FilePartial *partial, const char *final_path, Err *err) {
    const int fd = partial_open(partial, final_path, err);
    if (fd < 0) return false;
    close(fd);
    return true;
}

/* The name itself is on disk only once its folder is. A file system that cannot do this is no failure. */
static void sync_folder_of(const char *path) {
    char folder[FILE_PATH_SIZE];
    const char *slash = strrchr(path, '/');
    const int length = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
    snprintf(folder, sizeof folder, "%.*s", length, slash == NULL ? "." : path);
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    (void)fsync(fd);
    close(fd);
}

bool file_partial_commit(FilePartial *partial, Err *err) {
    ASSERT(partial->slot >= 0);
    const int fd = open(partial->partial_path, O_RDWR | O_CLOEXEC);
    struct stat old;
    const mode_t mode = stat(partial->final_path, &old) == 0 ? old.st_mode & 0777 : mode_for_new_file();
    bool ok = fd >= 0 && fchmod(fd, mode) == 0 && fsync(fd) == 0;
    ok = ok && rename(partial->partial_path, partial->final_path) == 0;
    const int why = errno;
    if (fd >= 0 && close(fd) != 0 && ok)
        log_message(LOG_WARNING, _("Closing %s failed"), partial->final_path);
    if (!ok) {
        err_set(err, "Cannot write %s: %s", partial->final_path, err_reason(why));
        file_partial_abort(partial);
        return false;
    }
    slot_give(partial->slot);
    partial->slot = -1;
    sync_folder_of(partial->final_path);
    return true;
}

void file_partial_abort(FilePartial *partial) {
    if (partial == NULL || partial->partial_path[0] == 0 || partial->slot < 0) return;
    unlink(partial->partial_path);
    slot_give(partial->slot);
    partial->slot = -1;
}

static bool write_all(int fd, const uint8_t *data, size_t size) {
    size_t done = 0;
    while (done < size) {
        const ssize_t put = write(fd, data + done, size - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        done += (size_t)put;
    }
    return true;
}

bool file_write(const char *path, const void *data, size_t size_bytes, Err *err) {
    FilePartial partial;
    const int fd = partial_open(&partial, path, err);
    if (fd < 0) return false;
    bool ok = write_all(fd, data, size_bytes);
    int why = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        why = errno;
    }
    if (!ok) {
        file_partial_abort(&partial);
        return err_set(err, "Cannot write %s: %s", path, err_reason(why));
    }
    return file_partial_commit(&partial, err);
}

bool file_exists(const char *path) {
    struct stat info;
    return stat(path, &info) == 0;
}

char *file_resolve(Arena *arena, const char *base_file, const char *name) {
    const char *slash = base_file != NULL ? strrchr(base_file, '/') : NULL;
    if (name[0] == '/' || slash == NULL) return arena_strdup(arena, name);
    return arena_printf(arena, "%.*s/%s", (int)(slash - base_file), base_file, name);
}

static bool holds_data(const char *folder) {
    char path[FILE_PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/shaders", folder);
    const bool shaders = file_exists(path);
    snprintf(path, sizeof path, "%s/assets", folder);
    return shaders && file_exists(path);
}

static char data_root[FILE_PATH_SIZE];

static void find_data_root(void) {
    const char *wanted = getenv("STIPPLE_DATA");
    if (wanted != NULL && wanted[0] != 0 && strlen(wanted) < sizeof data_root) {
        memcpy(data_root, wanted, strlen(wanted) + 1);
        return;
    }
    char folder[FILE_PATH_SIZE - 32];
    const ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    folder[length > 0 ? length : 0] = 0;
    for (char *slash = strrchr(folder, '/'); slash != NULL && slash != folder; slash = strrchr(folder, '/')) {
        *slash = 0;
        snprintf(data_root, sizeof data_root, "%s", folder);
        if (holds_data(data_root)) return;
        snprintf(data_root, sizeof data_root, "%s/share/stipple", folder);
        if (holds_data(data_root)) return;
    }
    snprintf(data_root, sizeof data_root, "%s", STIPPLE_SOURCE_ROOT);
}

const char *file_data_root(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_data_root);
    return data_root;
}

char *file_data_path(Arena *arena, const char *relative) {
    return arena_printf(arena, "%s/%s", file_data_root(), relative);
}
