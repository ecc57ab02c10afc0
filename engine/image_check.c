#include "image_check.h"

#include <string.h>

/* Reading beyond the end gives zeros and sets `short_read`, so that every parser ends. */
typedef struct Reader {
    const uint8_t *data;
    size_t size, at;
    bool short_read;
} Reader;

static uint32_t read_u8(Reader *reader) {
    if (reader->at >= reader->size) {
        reader->short_read = true;
        return 0;
    }
    return reader->data[reader->at++];
}

static uint32_t read_u16(Reader *reader) {
    const uint32_t high = read_u8(reader);
    return high << 8 | read_u8(reader);
}

static uint32_t read_u32(Reader *reader) {
    const uint32_t high = read_u16(reader);
    return high << 16 | read_u16(reader);
}

static bool starts_with(const Reader *reader, const void *bytes, size_t count) {
    return reader->size - reader->at >= count && memcmp(reader->data + reader->at, bytes, count) == 0;
}

bool image_check_size(const char *name, uint32_t width, uint32_t height, Err *err) {
    if (width == 0 || height == 0) return err_set(err, "%s is damaged: its picture has no size", name);
    const bool sides = width <= IMAGE_MAX_SIDE_PX && height <= IMAGE_MAX_SIDE_PX;
    if (!sides || (uint64_t)width * height > (uint64_t)IMAGE_MAX_MEGAPIXELS * 1000000) {
        return err_set(
            err,
            "%s is too large a picture: %u x %u pixels, and at most %d on a side and %d megapixels "
            "are read",
            name, width, height, IMAGE_MAX_SIDE_PX, IMAGE_MAX_MEGAPIXELS);
    }
    return true;
}

/* ---- JPEG (ITU-T T.81) ---- */

/* A sane Huffman table names at most 256 symbols, and its code lengths must not over-fill the code space: the
 * decoder's table has room for no more. */
static bool check_huffman(Reader segment) {
    while (segment.at < segment.size) {
        const uint32_t class_and_slot = read_u8(&segment);
        if ((class_and_slot >> 4) > 1 || (class_and_slot & 15) > 3) return false;
        uint32_t symbols = 0, code = 0;
        for (int length = 1; length <= 16; length++) {
            const uint32_t count = read_u8(&segment);
            symbols += count;
            code = (code << 1) + count;
            if (code > 1u << length) return false;
        }
        if (segment.short_read || symbols > 256 || segment.size - segment.at < symbols) return false;
        segment.at += symbols;
    }
    return true;
}

typedef struct JpegState {
    size_t file_size;
    bool have_frame;
    int scans;
} JpegState;

static bool check_frame(Reader *segment, uint32_t marker, const char *name, JpegState *state,
                        ImageHeader *out, Err *err) {
    if (marker != 0xC0 && marker != 0xC1 && marker != 0xC2) {
        return err_set(err, "%s is a kind of JPEG that is not read (lossless or arithmetic coding)", name);
    }
    if (state->have_frame) return err_set(err, "%s is damaged: it describes its picture twice", name);
    const uint32_t precision = read_u8(segment);
    const uint32_t height = read_u16(segment), width = read_u16(segment);
    const uint32_t channels = read_u8(segment);
    if (precision != 8) return err_set(err, "%s is a JPEG with %u bits, and 8 are read", name, precision);
    const bool whole = !segment->short_read && segment->size - segment->at >= 3 * (size_t)channels;
    if (!whole || (channels != 1 && channels != 3 && channels != 4)) {
        return err_set(err, "%s is damaged: its picture header is not valid", name);
    }
    if (!image_check_size(name, width, height, err)) return false;
    /* Even a blank picture needs two bits for each block of 64 pixels in a JPEG; 1000 pixels a byte is beyond
     * every encoder, and is what decompression bombs look like. */
    if ((uint64_t)width * height > (uint64_t)1000 * state->file_size) {
        return err_set(err, "%s is damaged: %u x %u pixels cannot be in so small a file", name, width,
                       height);
    }
    state->have_frame = true;
    out->width = (int)width;
    out->height = (int)height;
    out->channels = (int)channels;
    return true;
}

/* APP1 "Exif", APP2 "ICC_PROFILE" with a part number and a count, APP14 "Adobe". */
static void note_application_data(Reader segment, uint32_t marker, ImageHeader *out) {
    if (marker == 0xE1 && starts_with(&segment, "Exif\0", 6) && out->exif.size == 0) {
        out->exif = (ImageSpan){.offset = segment.at + 6, .size = segment.size - segment.at - 6};
    } else if (marker == 0xE2 && starts_with(&segment, "ICC_PROFILE", 12)) {
        segment.at += 12;
        const uint32_t part = read_u8(&segment), parts = read_u8(&segment);
        if (segment.short_read || part < 1 || part > parts) return;
        out->icc[part - 1] = (ImageSpan){.offset = segment.at, .size = segment.size - segment.at};
        /* Parts that disagree about their number leave a gap, and a profile with a gap is not used. */
        if ((int)parts > out->icc_parts) out->icc_parts = (int)parts;
    } else if (marker == 0xEE && starts_with(&segment, "Adobe", 5) && segment.size - segment.at >= 12) {
        out->adobe = true;
        out->adobe_transform = segment.data[segment.at + 11];
    }
}

/* Steps over entropy-coded data: to the next 0xFF that is neither a stuffed zero nor a restart. */
static void skip_scan_data(Reader *reader) {
    while (reader->at + 1 < reader->size) {
        const uint8_t *found = memchr(reader->data + reader->at, 0xFF, reader->size - 1 - reader->at);
        if (found == NULL) break;
        reader->at = (size_t)(found - reader->data);
        const uint8_t next = found[1];
        if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) return;
        reader->at += next == 0xFF ? 1 : 2;
    }
    reader->at = reader->size;
    reader->short_read = true;
}

static bool check_segment(Reader *reader, uint32_t marker, const char *name, JpegState *state,
                          ImageHeader *out, Err *err) {
    const uint32_t length = read_u16(reader);
    if (reader->short_read || length < 2 || reader->size - reader->at < length - 2) {
        return err_set(err, "%s is damaged: the file ends too early", name);
    }
    Reader segment = *reader;
    segment.size = reader->at + length - 2;
    reader->at = segment.size;
    const bool is_frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (is_frame) return check_frame(&segment, marker, name, state, out, err);
    if (marker == 0xC4 && !check_huffman(segment)) {
        return err_set(err, "%s is damaged: one of its code tables is not valid", name);
    }
    if (marker == 0xDC)
        return err_set(err, "%s is a kind of JPEG that is not read (height given late)", name);
    if (marker == 0xDA) {
        if (!state->have_frame) return err_set(err, "%s is damaged: its picture header is missing", name);
        if (++state->scans > IMAGE_MAX_JPEG_SCANS) {
            return err_set(err, "%s is not a usual photo: it is built up in more than %d scans", name,
                           IMAGE_MAX_JPEG_SCANS);
        }
        skip_scan_data(reader);
        return true;
    }
    note_application_data(segment, marker, out);
    return true;
}

static bool check_jpeg(const uint8_t *data, size_t size, const char *name, ImageHeader *out, Err *err) {
    Reader reader = {.data = data, .size = size, .at = 2};
    JpegState state = {.file_size = size};
    out->kind = IMAGE_JPEG;
    out->adobe_transform = -1;
    for (;;) {
        uint32_t marker = read_u8(&reader);
        /* Stray bytes between segments are skipped, as every decoder does. */
        while (marker != 0xFF && !reader.short_read) marker = read_u8(&reader);
        while (marker == 0xFF && !reader.short_read) marker = read_u8(&reader);
        if (reader.short_read) return err_set(err, "%s is damaged: the file ends too early", name);
        if (marker == 0xD9) break;
        if (marker <= 0x01 || (marker >= 0xD0 && marker <= 0xD8)) continue;
        if (!check_segment(&reader, marker, name, &state, out, err)) return false;
    }
    if (state.scans == 0) return err_set(err, "%s is damaged: it holds no picture", name);
    return true;
}

/* ---- PNG (ISO/IEC 15948) ---- */

static uint32_t crc32_of(const uint8_t *data, size_t size) {
    uint32_t table[256], crc = 0xFFFFFFFFu;
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = table[i] & 1 ? 0xEDB88320u ^ (table[i] >> 1) : table[i] >> 1;
    }
    for (size_t i = 0; i < size; i++) crc = table[(crc ^ data[i]) & 255] ^ (crc >> 8);
    return ~crc;
}

typedef struct PngState {
    uint64_t raw_bytes; /* of the filtered rows, from the header */
    size_t idat_bytes;
    bool have_header, have_palette, paletted;
} PngState;

static bool check_png_header(Reader chunk, const char *name, PngState *state, ImageHeader *out, Err *err) {
    static const int samples_of_type[7] = {1, 0, 3, 1, 2, 0, 4};
    const uint32_t width = read_u32(&chunk), height = read_u32(&chunk);
    const uint32_t depth = read_u8(&chunk), type = read_u8(&chunk);
    const uint32_t packing = read_u8(&chunk), filter = read_u8(&chunk), interlace = read_u8(&chunk);
    if (!image_check_size(name, width, height, err)) return false;
    const bool depth_ok = depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    if (chunk.short_read || type > 6 || samples_of_type[type] == 0 || !depth_ok || packing != 0 ||
        filter != 0 || interlace > 1) {
        return err_set(err, "%s is damaged: its picture header is not valid", name);
    }
    const uint64_t bits = (uint64_t)width * depth * (uint64_t)samples_of_type[type];
    state->raw_bytes = ((bits + 7) / 8 + 1) * height;
    state->have_header = true;
    state->paletted = type == 3;
    out->width = (int)width;
    out->height = (int)height;
    out->channels = type == 0 ? 1 : type == 4 || type == 6 ? 4 : 3;
    return true;
}

static bool check_png_chunk(Reader chunk, const char type[4], const char *name, PngState *state,
                            ImageHeader *out, Err *err) {
    const size_t size = chunk.size - chunk.at;
    if (memcmp(type, "IHDR", 4) == 0) {
        if (state->have_header || size != 13) {
            return err_set(err, "%s is damaged: its picture header is not valid", name);
        }
        return check_png_header(chunk, name, state, out, err);
    }
    if (!state->have_header) return err_set(err, "%s is damaged: its picture header is missing", name);
    if (memcmp(type, "PLTE", 4) == 0) {
        if (size == 0 || size > 768 || size % 3 != 0) {
            return err_set(err, "%s is damaged: its palette is not valid", name);
        }
        state->have_palette = true;
    } else if (memcmp(type, "IDAT", 4) == 0) {
        state->idat_bytes += size;
    } else if (memcmp(type, "iCCP", 4) == 0) {
        /* A name of at most 79 bytes, a zero, the method (0: deflate), then the deflated profile. */
        const uint8_t *end = memchr(chunk.data + chunk.at, 0, size < 80 ? size : 80);
        const size_t skip = end != NULL ? (size_t)(end - (chunk.data + chunk.at)) + 2 : size;
        if (skip < size && out->icc_parts == 0) {
            out->icc[0] = (ImageSpan){.offset = chunk.at + skip, .size = size - skip};
            out->icc_parts = 1;
        }
    } else if (memcmp(type, "eXIf", 4) == 0) {
        out->exif = (ImageSpan){.offset = chunk.at, .size = size};
    }
    return true;
}

static bool check_png_sums(const char *name, const PngState *state, Err *err) {
    if (state->idat_bytes == 0) return err_set(err, "%s is damaged: it holds no picture", name);
    if (state->paletted && !state->have_palette)
        return err_set(err, "%s is damaged: it has no palette", name);
    /* Deflate makes at most 1032 bytes out of one. */
    if (state->raw_bytes > (uint64_t)state->idat_bytes * 1032 + 1032) {
        return err_set(err, "%s is damaged: the file ends too early for its picture", name);
    }
    return true;
}

static bool check_png(const uint8_t *data, size_t size, const char *name, ImageHeader *out, Err *err) {
    Reader reader = {.data = data, .size = size, .at = 8};
    PngState state = {0};
    out->kind = IMAGE_PNG;
    for (;;) {
        const uint32_t length = read_u32(&reader);
        const size_t type_at = reader.at;
        read_u32(&reader);
        if (reader.short_read || reader.size - reader.at < (size_t)length + 4) {
            return err_set(err, "%s is damaged: the file ends too early", name);
        }
        Reader chunk = reader;
        chunk.size = reader.at + length;
        reader.at = chunk.size;
        if (read_u32(&reader) != crc32_of(data + type_at, (size_t)length + 4)) {
            return err_set(err, "%s is damaged: a part of it was changed or lost (checksum)", name);
        }
        const char *type = (const char *)data + type_at;
        if (memcmp(type, "IEND", 4) == 0) return check_png_sums(name, &state, err);
        if (!check_png_chunk(chunk, type, name, &state, out, err)) return false;
    }
}

/* ---- HEIC (ISO/IEC 23008-12): only its brand, the sizes that it names, and where its EXIF lies ---- */

static bool is_heic(const uint8_t *data, size_t size) {
    static const char brands[][5] = {"heic", "heix", "heim", "heis", "mif1", "msf1", "hevc", "avif"};
    if (size < 16 || memcmp(data + 4, "ftyp", 4) != 0) return false;
    for (size_t i = 0; i < sizeof brands / sizeof brands[0]; i++) {
        if (memcmp(data + 8, brands[i], 4) == 0) return true;
    }
    return false;
}

static bool check_heic(const uint8_t *data, size_t size, const char *name, ImageHeader *out, Err *err) {
    out->kind = IMAGE_HEIC;
    Reader reader = {.data = data, .size = size};
    while (reader.at < size) {
        const uint8_t *found = memmem(data + reader.at, size - reader.at, "ispe", 4);
        if (found == NULL) break;
        /* Behind the box's name: version and flags, width, height. */
        reader.at = (size_t)(found - data) + 8;
        if (reader.at > size) break;
        const uint32_t width = read_u32(&reader), height = read_u32(&reader);
        if (!reader.short_read && !image_check_size(name, width, height, err)) return false;
    }
    const uint8_t *exif = memmem(data, size, "Exif\0\0MM\0*", 10);
    if (exif == NULL) exif = memmem(data, size, "Exif\0\0II*\0", 10);
    if (exif != NULL) {
        const size_t offset = (size_t)(exif - data) + 6;
        /* EXIF stands in one 64 KiB segment at most in the cameras that write it. */
        out->exif = (ImageSpan){.offset = offset, .size = size - offset < 65536 ? size - offset : 65536};
    }
    return true;
}

bool image_check(const uint8_t *data, size_t size_bytes, const char *name, ImageHeader *out, Err *err) {
    memset(out, 0, sizeof *out);
    if (size_bytes == 0) return err_set(err, "%s is empty", name);
    if (size_bytes > (size_t)IMAGE_MAX_FILE_MIB << 20) {
        return err_set(err, "%s is too large: at most %d MiB are read", name, IMAGE_MAX_FILE_MIB);
    }
    if (size_bytes >= 3 && memcmp(data, "\xFF\xD8\xFF", 3) == 0)
        return check_jpeg(data, size_bytes, name, out, err);
    if (size_bytes >= 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0) {
        return check_png(data, size_bytes, name, out, err);
    }
    if (is_heic(data, size_bytes)) return check_heic(data, size_bytes, name, out, err);
    return err_set(err, "%s is not a photo that can be read: JPEG, PNG and HEIC are", name);
}
