/* memscan - is a picture still somewhere in the memory of a process? For tests of what a visit leaves behind.
 *
 *   memscan make PICTURE.png PATTERN    a picture of noise, and 64 bytes of one of its rows
 *   memscan take PICTURE PATTERN        64 bytes of the middle row of any picture
 *   memscan find PATTERN PID...         prints how often the bytes lie in those processes' memory
 * Exit codes: 0 done, 1 a process cannot be read. Needs the right to read other processes' memory. */
#include "../engine/image.h"
#include "../engine/rng.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 640, HEIGHT = 480, PATTERN = 64, BLOCK = 1 << 20 };

static int save_pattern(const char *path, const Image *image) {
    FILE *file = fopen(path, "wb");
    if (!file) return 1;
    size_t at = ((size_t)image->height / 2 * (size_t)image->width + (size_t)image->width / 2) * 4;
    size_t written = fwrite(image->rgba + at, 1, PATTERN, file);
    return fclose(file) == 0 && written == PATTERN ? 0 : 1;
}

static int make(const char *picture, const char *pattern) {
    static uint8_t rgba[WIDTH * HEIGHT * 4];
    const Image image = {WIDTH, HEIGHT, rgba};
    Rng rng = rng_make(20240607, 5);
    Err err = {0};
    for (size_t i = 0; i < sizeof rgba; ++i) rgba[i] = i % 4 == 3 ? 255 : (uint8_t)(rng_u32(&rng) >> 24);
    if (image_save(picture, &image, &err)) return save_pattern(pattern, &image);
    fprintf(stderr, "memscan: %s\n", err.text);
    return 1;
}

static int take(const char *picture, const char *pattern) {
    Arena arena = {0};
    Image image;
    Err err = {0};
    if (arena_create(&arena, &(ArenaDesc){.name = "picture"}, &err) &&
        image_load(picture, &arena, &image, NULL, &err))
        return save_pattern(pattern, &image);
    fprintf(stderr, "memscan: %s\n", err.text);
    return 1;
}

static long count_in(const uint8_t *data, size_t size, const uint8_t *pattern) {
    long count = 0;
    const uint8_t *end = data + size;
    for (const uint8_t *at = data; (at = memmem(at, (size_t)(end - at), pattern, PATTERN)); ++at) ++count;
    return count;
}

static long scan_range(int memory, unsigned long from, unsigned long to, const uint8_t *pattern) {
    static uint8_t block[BLOCK + PATTERN];
    long count = 0;
    for (unsigned long at = from; at < to; at += BLOCK) { /* blocks overlap by a pattern less a byte */
        size_t size = to - at < BLOCK + PATTERN - 1 ? to - at : BLOCK + PATTERN - 1;
        ssize_t got = pread(memory, block, size, (off_t)at);
        if (got >= PATTERN) count += count_in(block, (size_t)got, pattern);
    }
    return count;
}

static long scan(const char *pid, const uint8_t *pattern) {
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%.20s/maps", pid);
    FILE *maps = fopen(path, "r");
    snprintf(path, sizeof path, "/proc/%.20s/mem", pid);
    int memory = open(path, O_RDONLY | O_CLOEXEC);
    long count = maps && memory >= 0 ? 0 : -1;
    while (count >= 0 && fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char readable;
        if (sscanf(line, "%lx-%lx %c", &from, &to, &readable) == 3 && readable == 'r' && !strstr(line, "[v"))
            count += scan_range(memory, from, to, pattern);
    }
    if (maps) fclose(maps);
    if (memory >= 0) close(memory);
    return count;
}

int main(int argc, char **argv) {
    uint8_t pattern[PATTERN];
    if (argc == 4 && strcmp(argv[1], "make") == 0) return make(argv[2], argv[3]);
    if (argc == 4 && strcmp(argv[1], "take") == 0) return take(argv[2], argv[3]);
    FILE *file = argc >= 4 && strcmp(argv[1], "find") == 0 ? fopen(argv[2], "rb") : NULL;
    if (!file || fread(pattern, 1, PATTERN, file) != PATTERN) {
        fputs("memscan: make or take PICTURE PATTERN, or find PATTERN PID...\n", stderr);
        return 2;
    }
    fclose(file);
    long total = 0;
    for (int i = 3; i < argc; ++i) {
        long count = scan(argv[i], pattern);
        if (count < 0) {
            fprintf(stderr, "memscan: process %s cannot be read\n", argv[i]);
            return 1;
        }
        total += count;
    }
    printf("%ld\n", total);
    return 0;
}
