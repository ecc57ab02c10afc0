/* tool_headgradients IN OUT - the last step of tools/calibrate: copies IN, a head.bin without its last block,
 * and appends the block: how each named measure answers to each lever (symmetric mode, or both ears' weight),
 * float[HM_COUNT][HEAD_LEVERS] in mm per deviation, about the mean.
 *
 * It is measured on the model as this build loads it, with what head_load works out (folds, lids, the neck's
 * cut), so another build may give another block; tools/calibrate/README.md says what that means for
 * assets/head.bin. Exit code 1 with one sentence when a file cannot be read or written.
 */
#include "../engine/file.h"
#include "../src/headinternal.h"
#include <string.h>

/* Writes body and then the block. */
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
        !write_with(argv[2], &body, gradient, &arena, &err)) /* zeros: head_load wants a whole file */
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
