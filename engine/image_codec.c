/* The only place where stb is compiled: JPEG and PNG in, JPEG out.
 *
 * The decoder works in an arena of its own. That gives it a budget, gives every allocation as zeros
 * (stb_image 2.27 reads parts of its own state that it never set), keeps the picture out of core dumps, and
 * makes a failed assertion harmless: it jumps out, and the arena goes with all that was in it.
 */
#include "image_codec.h"

#include "image_sandbox.h"

#include <limits.h>
#include <setjmp.h>
#include <string.h>

/* 64 megapixels of 16-bit RGBA are filtered (512 MiB), expanded (512 MiB) and reduced (256 MiB). */
#define CODEC_BUDGET_BYTES ((size_t)1600 << 20)

static _Thread_local Arena codec_arena;
static _Thread_local jmp_buf codec_escape;

static void *codec_malloc(size_t size) {
    return arena_push(&codec_arena, size);
}

static void *codec_realloc(void *old, size_t old_size, size_t size) {
    void *grown = arena_push(&codec_arena, size);
    if (grown != NULL && old != NULL) memcpy(grown, old, old_size < size ? old_size : size);
    return grown;
}

static void codec_free(void *block) {
    (void)block;
}

#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STBI_NO_FAILURE_STRINGS
#define STBI_NO_THREAD_LOCALS
#define STBI_MAX_DIMENSIONS                     IMAGE_MAX_SIDE_PX
#define STBI_MALLOC(size)                       codec_malloc(size)
#define STBI_REALLOC_SIZED(old, old_size, size) codec_realloc(old, old_size, size)
#define STBI_FREE(block)                        codec_free(block)
#define STBI_ASSERT(condition)                                                                               \
    do {                                                                                                     \
        if (!(condition)) longjmp(codec_escape, 1);                                                          \
    } while (0)
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#define STBIW_MALLOC(size)                       codec_malloc(size)
#define STBIW_REALLOC_SIZED(old, old_size, size) codec_realloc(old, old_size, size)
#define STBIW_FREE(block)                        codec_free(block)
/* Formats that are left out stay declared, so this one holds to the end of the file. */
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#include <stb_image.h>
#include <stb_image_write.h>
#pragma GCC diagnostic pop

static bool codec_begin(Err *err) {
    const ArenaDesc desc = {.name = "decoding a photo", .capacity_bytes = CODEC_BUDGET_BYTES, .secret = true};
    return arena_create(&codec_arena, &desc, err);
}

static uint8_t clamp_u8(float value) {
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value + 0.5f);
}

/* Four-channel JPEGs: stb would multiply the inks into RGB; a profile needs the inks themselves, so the
 * planes are taken from the decoder. YCCK (transform 2) holds the complement of the inks as YCbCr (T.872
 * section 6.5.3). */
static void gather_inks(const stbi__jpeg *jpeg, int width, int height, uint8_t *out) {
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++, out += 4) {
            uint8_t value[4];
            for (int k = 0; k < 4; k++) {
                const int column = x * jpeg->img_comp[k].h / jpeg->img_h_max;
                const int row = y * jpeg->img_comp[k].v / jpeg->img_v_max;
                value[k] =
                    jpeg->img_comp[k].data[(size_t)row * (size_t)jpeg->img_comp[k].w2 + (size_t)column];
            }
            if (jpeg->app14_color_transform == 2) {
                const float luma = value[0], cb = (float)value[1] - 128, cr = (float)value[2] - 128;
                value[0] = (uint8_t)(255 - clamp_u8(luma + 1.402f * cr));
                value[1] = (uint8_t)(255 - clamp_u8(luma - 0.344136f * cb - 0.714136f * cr));
                value[2] = (uint8_t)(255 - clamp_u8(luma + 1.772f * cb));
            }
            memcpy(out, value, 4);
        }
    }
}

/* Not inlined: what they hold in registers must not be open to the jump. */
#define BEHIND_JUMP __attribute__((noinline)) static
BEHIND_JUMP bool decode_inks(const uint8_t *data, int size, const ImageHeader *header, uint8_t *out) {
    stbi__context context;
    stbi__start_mem(&context, data, size);
    stbi__jpeg *jpeg = codec_malloc(sizeof *jpeg);
    if (jpeg == NULL) return false;
    jpeg->s = &context;
    stbi__setup_jpeg(jpeg);
    if (!stbi__decode_jpeg_image(jpeg)) return false;
    if (context.img_n != 4 || (int)context.img_x != header->width || (int)context.img_y != header->height) {
        return false;
    }
    gather_inks(jpeg, header->width, header->height, out);
    return true;
}

BEHIND_JUMP bool decode_colours(const uint8_t *data, int size, const ImageHeader *header, uint8_t *out) {
    int width = 0, height = 0, channels = 0;
    const uint8_t *pixels = stbi_load_from_memory(data, size, &width, &height, &channels, 4);
    if (pixels == NULL || width != header->width || height != header->height) return false;
    memcpy(out, pixels, (size_t)width * (size_t)height * 4);
    return true;
}

enum { CODEC_OK, CODEC_DAMAGED, CODEC_OVER_BUDGET };

/* The arena is mapped before the doors are shut: inside, no memory can be asked for. */
static int codec_run(SandboxWork work, const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes,
                     const void *context) {
    if (!codec_begin(NULL)) return SANDBOX_NO_ROOM;
    const int code = image_sandbox_run(work, data, size, out, out_bytes, context);
    arena_destroy(&codec_arena);
    return code;
}

static int decode_work(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes,
                       const void *context) {
    const ImageHeader *header = context;
    ASSERT(out_bytes == (size_t)header->width * (size_t)header->height * 4);
    const bool inks = header->kind == IMAGE_JPEG && header->channels == 4;
    bool ok = false;
    if (setjmp(codec_escape) == 0) {
        ok = inks ? decode_inks(data, (int)size, header, out) : decode_colours(data, (int)size, header, out);
    }
    return ok ? CODEC_OK : codec_arena.overflowed ? CODEC_OVER_BUDGET : CODEC_DAMAGED;
}

bool image_codec_decode(const uint8_t *data, size_t size_bytes, const ImageHeader *header, const char *name,
                        Arena *arena, uint8_t **samples, SampleSpace *space, Err *err) {
    ASSERT(size_bytes <= INT_MAX && header->kind != IMAGE_HEIC);
    const size_t mark = arena_mark(arena);
    const size_t out_bytes = (size_t)header->width * (size_t)header->height * 4;
    uint8_t *out = arena_push(arena, out_bytes);
    if (out == NULL) return err_set(err, "%s is too large for the memory set aside for photos", name);
    const int code = codec_run(decode_work, data, size_bytes, out, out_bytes, header);
    if (code != CODEC_OK) {
        arena_rewind(arena, mark);
        return code == CODEC_OVER_BUDGET || code == SANDBOX_NO_ROOM
                   ? err_set(err, "%s needs too much memory to be read", name)
                   : err_set(err, "%s is damaged and cannot be read", name);
    }
    const bool inks = header->kind == IMAGE_JPEG && header->channels == 4;
    *samples = out;
    *space = !inks ? SAMPLES_RGB : header->adobe ? SAMPLES_CMYK_INVERTED : SAMPLES_CMYK;
    return true;
}

/* The output begins with the length. */
BEHIND_JUMP bool inflate_into(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes) {
    int length = 0;
    const char *inflated = stbi_zlib_decode_malloc((const char *)data, (int)size, &length);
    if (inflated == NULL || length <= 0 || (size_t)length > out_bytes - sizeof length) return false;
    memcpy(out, &length, sizeof length);
    memcpy(out + sizeof length, inflated, (size_t)length);
    return true;
}

static int inflate_work(const uint8_t *data, size_t size, uint8_t *out, size_t out_bytes,
                        const void *context) {
    (void)context;
    bool ok = false;
    if (size <= INT_MAX && setjmp(codec_escape) == 0) ok = inflate_into(data, size, out, out_bytes);
    return ok ? CODEC_OK : CODEC_DAMAGED;
}

bool image_codec_inflate(const uint8_t *data, size_t size_bytes, size_t limit_bytes, Arena *arena,
                         Bytes *out) {
    *out = (Bytes){0};
    int length = 0;
    const size_t block_bytes = limit_bytes + sizeof length;
    uint8_t *block = arena_push(arena, block_bytes);
    if (block == NULL || codec_run(inflate_work, data, size_bytes, block, block_bytes, NULL) != CODEC_OK) {
        return false;
    }
    memcpy(&length, block, sizeof length);
    *out = (Bytes){.data = block + sizeof length, .size = (size_t)length};
    return length > 0 && (size_t)length <= limit_bytes;
}

/* Address space costs nothing until it is written: the sink's block is as large as any JPEG that we may make.
 */
#define JPEG_SINK_BYTES ((size_t)IMAGE_MAX_FILE_MIB << 21)
typedef struct JpegSink {
    Bytes bytes;
    bool failed;
} JpegSink;

static void take_jpeg_bytes(void *user, void *data, int size) {
    JpegSink *sink = user;
    if (sink->failed || size <= 0) return;
    const size_t needed = sink->bytes.size + (size_t)size;
    if (needed > JPEG_SINK_BYTES) {
        sink->failed = true;
        return;
    }
    memcpy(sink->bytes.data + sink->bytes.size, data, (size_t)size);
    sink->bytes.size = needed;
}

bool image_codec_encode_jpeg(const Image *image, int quality, Arena *arena, Bytes *out) {
    JpegSink sink = {0};
    sink.bytes.data = arena_push(arena, JPEG_SINK_BYTES);
    if (sink.bytes.data == NULL) return false;
    if (!codec_begin(NULL)) return false;
    const int ok =
        stbi_write_jpg_to_func(take_jpeg_bytes, &sink, image->width, image->height, 4, image->rgba, quality);
    arena_destroy(&codec_arena);
    *out = sink.bytes;
    return ok != 0 && !sink.failed;
}
