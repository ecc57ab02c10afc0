#include "arena.h"

#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ARENA_ALIGNMENT = 32 };
#define ARENA_DEFAULT_CAPACITY ((size_t)4 << 30)
/* Above this size giving the pages back is cheaper than writing zeros over them. */
#define ARENA_RELEASE_BYTES ((size_t)1 << 20)

static size_t page_bytes(void) {
    const long size = sysconf(_SC_PAGESIZE);
    return size > 0 ? (size_t)size : 4096;
}

bool arena_create(Arena *arena, const ArenaDesc *desc, Err *err) {
    *arena = (Arena){.name = desc->name != NULL ? desc->name : "arena", .secret = desc->secret};
    const size_t wanted = desc->capacity_bytes > 0 ? desc->capacity_bytes : ARENA_DEFAULT_CAPACITY;
    const size_t page = page_bytes();
    if (wanted > SIZE_MAX - page) return err_set(err, "The memory for %s is too large", arena->name);
    const size_t capacity = (wanted + page - 1) / page * page;
    void *base =
        mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        return err_set(err, "There is not enough memory for %s (%zu MiB)", arena->name, capacity >> 20);
    }
    if (arena->secret) {
        (void)madvise(base, capacity, MADV_DONTDUMP);
        (void)madvise(base, capacity, MADV_WIPEONFORK);
    }
    /* A fault for every 2 MiB instead of every 4 KiB: of a start with a client a tenth was spent in faults.
     */
    (void)madvise(base, capacity, MADV_HUGEPAGE);
    arena->base = base;
    arena->capacity = capacity;
    return true;
}

/* Zero [from, to) so that the next push finds zeros; large ranges go back to the kernel page by page. Secret
 * memory is overwritten first: a page given back keeps its old bytes until somebody else needs it. */
static void zero_range(Arena *arena, size_t from, size_t to) {
    if (to <= from) return;
    if (arena->secret || to - from < ARENA_RELEASE_BYTES) memset(arena->base + from, 0, to - from);
    if (to - from < ARENA_RELEASE_BYTES) return;
    const size_t page = page_bytes();
    const size_t first = (from + page - 1) / page * page;
    const size_t last = to / page * page;
    memset(arena->base + from, 0, first - from);
    memset(arena->base + last, 0, to - last);
    if (madvise(arena->base + first, last - first, MADV_DONTNEED) != 0) {
        memset(arena->base + first, 0, last - first);
    }
}

void arena_destroy(Arena *arena) {
    if (arena == NULL || arena->base == NULL) return;
    if (arena->secret) zero_range(arena, 0, arena->used);
    munmap(arena->base, arena->capacity);
    *arena = (Arena){0};
}

void *arena_push(Arena *arena, size_t size_bytes) {
    ASSERT(arena->base != NULL);
    const size_t start = (arena->used + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    if (start > arena->capacity || size_bytes > arena->capacity - start) {
        arena->overflowed = true;
        return NULL;
    }
    arena->used = start + size_bytes;
    if (arena->used > arena->high_water) arena->high_water = arena->used;
    return arena->base + start;
}

void *arena_push_array(Arena *arena, size_t size_bytes, size_t count) {
    size_t total = 0;
    if (__builtin_mul_overflow(size_bytes, count, &total)) {
        arena->overflowed = true;
        return NULL;
    }
    return arena_push(arena, total);
}

char *arena_strdup(Arena *arena, const char *text) {
    const size_t size = strlen(text) + 1;
    char *copy = arena_push(arena, size);
    if (copy != NULL) memcpy(copy, text, size);
    return copy;
}

char *arena_printf(Arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length >= 0 ? arena_push(arena, (size_t)length + 1) : NULL;
    if (text != NULL) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void arena_rewind(Arena *arena, size_t mark) {
    ASSERT(mark <= arena->used);
    zero_range(arena, mark, arena->used);
    arena->used = mark;
    arena->overflowed = false;
}

void arena_wipe(Arena *arena) {
    if (arena->base == NULL) return;
    arena_rewind(arena, 0);
}
