/* tool_headgradients IN OUT: copies a head.bin and appends how each named measure answers to each lever,
 * measured on the
 * model itself. Part of tools/calibrate, whose net.py writes IN without that last block. */
#include "../engine/file.h"
#include "../src/headinternal.h"
#include <string.h>

static bool write_with(const char *path, const Bytes *body, float (*gradient)[HEAD_LEVERS], Arena *arena,
                       Err *err) {
    size_t block = sizeof(float[HM_COUNT][HEAD_LEVERS]);
    uint8_t *all = ARENA_ARRAY(arena, uint8_t, body->size + block);
    if (!all) return err_set(err, "Not enough memory");
    memcpy(all, body->data, body->size);
    memcpy(all + body->size, gradient, block);
    return file_write(path, all, body->size + block, err);
}

int main(int argc, char **argv) {
    Arena arena = {0};
    Err err = {0};
    Bytes body = {0};
    static float gradient[HM_COUNT][HEAD_LEVERS];
    if (argc != 3) {
        fprintf(stderr, "usage: tool_headgradients IN OUT\n");
        return 2;
    }
    if (!arena_create(&arena, &(ArenaDesc){.name = "headgradients"}, &err) ||
        !file_read(argv[1], 4u << 20, &arena, &body, &err) ||
        !write_with(argv[2], &body, gradient, &arena, &err))
        goto failed;
    HeadModel *model = head_load(argv[2], &arena, &err);
    if (!model) goto failed;
    head_measure_gradients(model, gradient);
    if (!write_with(argv[2], &body, gradient, &arena, &err)) goto failed;
    arena_destroy(&arena);
    return 0;
failed:
    fprintf(stderr, "%s\n", err.text);
    arena_destroy(&arena);
    return 1;
}
