/* sample_scan - a head of the model written as if a scanner had made it, for tests and demonstrations.
 *
 * usage: sample_scan OUT.obj SEED MM_PER_UNIT SHIFT_MM: seed 0 is the mean head, others are people. Vertex
 * colours go from warm in front to cool behind. Prints the true landmarks, "name x y z" in mm of head space.
 */
#include "../src/headmodel.h"
#include <stdlib.h>

static bool write_scan(const char *path, uint64_t seed, float mm_per_unit, float shift_mm, Arena *arena,
                       Err *err) {
    HeadShape shape = {0};
    Mesh mesh;
    float landmark[LM_COUNT][3];
    HeadModel *model = head_load(NULL, arena, err);
    if (!model) return false;
    if (seed) head_random(model, seed, (int)(seed & 1), &shape);
    if (!head_mesh(model, &shape, HEAD_LOD_MEDIUM, arena, &mesh, err)) return false;
    mesh.uv = NULL;
    mesh.rgb = arena_push_array(arena, sizeof *mesh.rgb, mesh.vertex_count);
    if (!mesh.rgb) return err_set(err, "there is not enough memory");
    for (uint32_t i = 0; i < mesh.vertex_count; i++) {
        float *p = mesh.pos[i], front = p[2] > 100 ? 1 : p[2] < -100 ? 0 : 0.5f + p[2] / 200;
        mesh.rgb[i][0] = (uint8_t)(150 + 70 * front);
        mesh.rgb[i][1] = (uint8_t)(140 + 20 * front);
        mesh.rgb[i][2] = (uint8_t)(140 - 10 * front);
        for (int c = 0; c < 3; c++) p[c] = (p[c] + shift_mm * (float)(c + 1)) / mm_per_unit;
    }
    head_landmarks(model, &shape, landmark);
    for (int k = 0; k < LM_COUNT; k++)
        printf("%s %.3f %.3f %.3f\n", head_landmark_names[k], (double)landmark[k][0], (double)landmark[k][1],
               (double)landmark[k][2]);
    return mesh_save_obj(path, &mesh, err);
}

int main(int argc, char **argv) {
    Arena arena;
    Err err = {0};
    if (argc != 5) {
        fputs("usage: sample_scan OUT.obj SEED MM_PER_UNIT SHIFT_MM\n", stderr);
        return 2;
    }
    if (!arena_create(&arena, &(ArenaDesc){.name = "scan"}, &err)) return 1;
    bool ok = write_scan(argv[1], strtoull(argv[2], NULL, 10), strtof(argv[3], NULL), strtof(argv[4], NULL),
                         &arena, &err);
    if (!ok) fprintf(stderr, "sample_scan: %s\n", err.text);
    arena_destroy(&arena);
    return ok ? 0 : 1;
}
