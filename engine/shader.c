#include "shader.h"
#include "file.h"
#include "language.h"
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

/* The file's number is in the line number too: Mesa forgets the source number of all but syntax errors. */
enum { LINES_A_FILE = 10000 };
enum { FILES_MAX = 24, DEPTH_MAX = 8, SOURCE_LIMIT_BYTES = 1 << 20, ARENA_BYTES = 32 << 20 };

typedef struct SourceFile {
    char name[64];
    struct timespec changed; /* when it was read; zero when it could not be */
} SourceFile;

typedef struct Entry {
    char vertex[64], fragment[64]; /* fragment "" : depth only */
    char label[132];
    char *defines;
    GpuShader shader;
    SourceFile files[FILES_MAX]; /* everything that took part, by the number in #line */
    int file_count;
} Entry;

struct ShaderBank {
    ShaderBankDesc desc;
    char folder[3072];
    Arena scratch;
    Entry entries[SHADER_BANK_MAX];
    int count;
};

/* ---- source text ---- */
typedef struct Text {
    char *data;
    size_t length, capacity;
} Text;

static bool text_add(Text *text, const char *part, size_t length) {
    if (text->length + length + 1 > text->capacity) return false;
    memcpy(text->data + text->length, part, length);
    text->length += length;
    text->data[text->length] = 0;
    return true;
}

typedef struct Expansion {
    ShaderBank *bank;
    Entry *entry;
    Text text;
    bool included[FILES_MAX]; /* in this stage */
} Expansion;

static bool stat_file(const ShaderBank *bank, const char *name, struct timespec *changed) {
    char path[4096];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", bank->folder, name);
    *changed = (struct timespec){0};
    if (stat(path, &info) != 0) return false;
    *changed = info.st_mtim;
    return true;
}

static int file_number(Expansion *e, const char *name, Err *err) {
    Entry *entry = e->entry;
    for (int i = 0; i < entry->file_count; i++)
        if (strcmp(entry->files[i].name, name) == 0) return i;
    if (entry->file_count == FILES_MAX || strlen(name) >= sizeof entry->files[0].name) {
        err_set(err, "shader %s includes too many files", entry->label);
        return -1;
    }
    SourceFile *file = &entry->files[entry->file_count];
    snprintf(file->name, sizeof file->name, "%s", name);
    stat_file(e->bank, name, &file->changed);
    return entry->file_count++;
}

/* The name in `#include "name"` at the start of a line; false for other lines. */
static bool parse_include(const char *line, size_t length, char name[64]) {
    static const char word[] = "#include";
    size_t at = 0;
    while (at < length && (line[at] == ' ' || line[at] == '\t')) at++;
    if (length - at < sizeof word || strncmp(line + at, word, sizeof word - 1) != 0) return false;
    const char *open = memchr(line + at, '"', length - at);
    const char *close = open ? memchr(open + 1, '"', length - (size_t)(open + 1 - line)) : NULL;
    size_t size = close ? (size_t)(close - open - 1) : 0;
    if (size == 0 || size >= 64) return false;
    memcpy(name, open + 1, size);
    name[size] = 0;
    return true;
}

static bool add_line_mark(Expansion *e, int line, int file) {
    char mark[48];
    int length = snprintf(mark, sizeof mark, "#line %d %d\n", file * LINES_A_FILE + line, file);
    return text_add(&e->text, mark, (size_t)length);
}

static bool expand(Expansion *e, const char *name, int depth, Err *err) {
    if (depth > DEPTH_MAX)
        return err_set(err, "shader file %s is included more than %d deep", name, DEPTH_MAX);
    int number = file_number(e, name, err);
    if (number < 0) return false;
    if (e->included[number]) return true;
    e->included[number] = true;
    char path[4096];
    Bytes bytes;
    snprintf(path, sizeof path, "%s/%s", e->bank->folder, name);
    if (!file_read(path, SOURCE_LIMIT_BYTES, &e->bank->scratch, &bytes, err)) return false;
    bool room = add_line_mark(e, 1, number);
    const char *at = (const char *)bytes.data, *end = at + bytes.size;
    for (int line = 1; at < end && room; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop ? stop : end) - at);
        char include[64];
        if (parse_include(at, length, include)) {
            if (!expand(e, include, depth + 1, err)) return false;
            room = add_line_mark(e, line + 1, number);
        } else {
            room = text_add(&e->text, at, length) && text_add(&e->text, "\n", 1);
        }
        at += length + (stop ? 1 : 0);
    }
    return room ? true : err_set(err, "shader %s is too long", e->entry->label);
}

/* The whole source of one stage, or NULL. */
static char *stage_source(ShaderBank *bank, Entry *entry, const char *name, Err *err) {
    static const char version[] = "#version 330 core\n";
    Expansion e = {.bank = bank, .entry = entry, .text = {.capacity = SOURCE_LIMIT_BYTES}};
    e.text.data = arena_push(&bank->scratch, e.text.capacity);
    if (!e.text.data) {
        err_set(err, "shader %s: not enough memory", entry->label);
        return NULL;
    }
    text_add(&e.text, version, sizeof version - 1);
    if (entry->defines && !text_add(&e.text, entry->defines, strlen(entry->defines))) {
        err_set(err, "shader %s: its defines are too long", entry->label);
        return NULL;
    }
    return expand(&e, name, 0, err) ? e.text.data : NULL;
}

/* Drivers say where as in "0:20014(5): error" or "0(20014) : error"; give it the name and line that people
 * know. */
static void name_file_in(const Entry *entry, Err *err) {
    char *mark = strstr(err->text, "\": "), *end;
    if (!mark) return;
    strtoul(mark + 3, &end, 10);
    if (end == mark + 3 || (*end != ':' && *end != '(')) return;
    char *digits = end + 1;
    unsigned long place = strtoul(digits, &end, 10), file = place / LINES_A_FILE;
    if (end == digits || file >= (unsigned long)entry->file_count) return;
    char rest[sizeof err->text];
    snprintf(rest, sizeof rest, "%s", end);
    err_set(err, "%s:%lu%.*s", entry->files[file].name, place % LINES_A_FILE, (int)sizeof rest - 96, rest);
}

static bool build(ShaderBank *bank, Entry *entry, bool replace, Err *err) {
    size_t mark = arena_mark(&bank->scratch);
    Err local = {0};
    entry->file_count = 0;
    char *vertex = stage_source(bank, entry, entry->vertex, &local);
    char *fragment = vertex && entry->fragment[0] ? stage_source(bank, entry, entry->fragment, &local) : NULL;
    bool sources = vertex && (fragment || !entry->fragment[0]);
    GpuShaderDesc desc = {.vertex = sources ? vertex : NULL,
                          .fragment = fragment,
                          .blocks = bank->desc.blocks,
                          .samplers = bank->desc.samplers,
                          .block_count = bank->desc.block_count,
                          .sampler_count = bank->desc.sampler_count,
                          .label = entry->label};
    if (!replace) entry->shader = gpu_shader_create(bank->desc.gpu, &desc, &local);
    bool ok = sources && (replace ? gpu_shader_replace(bank->desc.gpu, entry->shader, &desc, &local)
                                  : gpu_shader_ok(bank->desc.gpu, entry->shader));
    if (!ok) {
        name_file_in(entry, &local);
        err_set(err, "%s", local.text);
    }
    arena_rewind(&bank->scratch, mark);
    return ok;
}

/* ---- the bank ---- */
ShaderBank *shader_bank_create(const ShaderBankDesc *desc, Err *err) {
    ShaderBank *bank = calloc(1, sizeof *bank);
    if (!bank ||
        !arena_create(&bank->scratch, &(ArenaDesc){.name = "shaders", .capacity_bytes = ARENA_BYTES}, err)) {
        if (!bank) err_set(err, "not enough memory for the shaders");
        free(bank);
        return NULL;
    }
    bank->desc = *desc;
    if (desc->folder)
        snprintf(bank->folder, sizeof bank->folder, "%s", desc->folder);
    else
        snprintf(bank->folder, sizeof bank->folder, "%s/shaders", file_data_root());
    return bank;
}

void shader_bank_destroy(ShaderBank *bank) {
    if (!bank) return;
    for (int i = 0; i < bank->count; i++) {
        gpu_shader_destroy(bank->desc.gpu, bank->entries[i].shader);
        free(bank->entries[i].defines);
    }
    arena_destroy(&bank->scratch);
    free(bank);
}

static bool same_text(const char *a, const char *b) {
    return strcmp(a ? a : "", b ? b : "") == 0;
}

GpuShader shader_load(ShaderBank *bank, const char *vertex, const char *fragment, const char *defines,
                      Err *err) {
    for (int i = 0; i < bank->count; i++) {
        Entry *entry = &bank->entries[i];
        if (!same_text(entry->vertex, vertex) || !same_text(entry->fragment, fragment) ||
            !same_text(entry->defines, defines))
            continue;
        if (!gpu_shader_ok(bank->desc.gpu, entry->shader)) build(bank, entry, true, err);
        return entry->shader;
    }
    if (bank->count == SHADER_BANK_MAX) {
        err_set(err, "no room for shader %s: %d are loaded", vertex, bank->count);
        return (GpuShader){UINT32_MAX};
    }
    Entry *entry = &bank->entries[bank->count++];
    ASSERT(strlen(vertex) < sizeof entry->vertex && (!fragment || strlen(fragment) < sizeof entry->fragment));
    snprintf(entry->vertex, sizeof entry->vertex, "%s", vertex);
    snprintf(entry->fragment, sizeof entry->fragment, "%s", fragment ? fragment : "");
    snprintf(entry->label, sizeof entry->label, "%s+%s", vertex, fragment ? fragment : "depth");
    entry->defines = defines ? strdup(defines) : NULL;
    build(bank, entry, false, err);
    return entry->shader;
}

static bool entry_changed(const ShaderBank *bank, const Entry *entry) {
    for (int i = 0; i < entry->file_count; i++) {
        struct timespec changed;
        stat_file(bank, entry->files[i].name, &changed);
        if (changed.tv_sec != entry->files[i].changed.tv_sec ||
            changed.tv_nsec != entry->files[i].changed.tv_nsec)
            return true;
    }
    return false;
}

bool shader_bank_poll(ShaderBank *bank) {
    bool any = false;
    for (int i = 0; i < bank->count; i++) {
        Entry *entry = &bank->entries[i];
        if (!entry_changed(bank, entry)) continue;
        Err err = {0};
        if (build(bank, entry, true, &err))
            any = true;
        else
            log_message(LOG_ERROR, _("%s (the old shader stays)"), err.text);
    }
    return any;
}

bool shader_bank_check_block(const ShaderBank *bank, const GpuBlockLayout *layout, Err *err) {
    for (int i = 0; i < bank->count; i++)
        if (!gpu_shader_check_block(bank->desc.gpu, bank->entries[i].shader, layout, err)) return false;
    return true;
}
