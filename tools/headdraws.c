/* tool_headdraws FIRST COUNT [coarse|medium|fine] - is every random head of the prior a plausible human?
 *
 * Draws heads by seed, men and women in turn, and looks at each: does its mesh cross itself, are its
 * landmarks in order, is every size that the prior draws within LIMIT_SD deviations of the population. Prints
 * the first few failures and the totals; exit code 1 when there are any.
 */
#include "../src/headinternal.h"
#include <math.h>
#include <string.h>

#define LIMIT_SD 4.0f

static const char *disorder(const HeadModel *model, const HeadShape *shape) {
    float lm[LM_COUNT][3];
    head_landmarks(model, shape, lm);
    static const HeadLandmark down[] = {LM_VERTEX,    LM_GLABELLA,      LM_SELLION, LM_PRONASALE,
                                        LM_SUBNASALE, LM_LEFT_CHEILION, LM_MENTON};
    for (size_t k = 1; k < sizeof down / sizeof *down; k++)
        if (lm[down[k]][1] >= lm[down[k - 1]][1]) return head_landmark_names[down[k]];
    static const HeadLandmark across[] = {LM_RIGHT_TRAGION,      LM_RIGHT_EXOCANTHION, LM_RIGHT_PUPIL,
                                          LM_RIGHT_ENDOCANTHION, LM_LEFT_ENDOCANTHION, LM_LEFT_PUPIL,
                                          LM_LEFT_EXOCANTHION,   LM_LEFT_TRAGION};
    for (size_t k = 1; k < sizeof across / sizeof *across; k++)
        if (lm[across[k]][0] <= lm[across[k - 1]][0]) return head_landmark_names[across[k]];
    if (lm[LM_PRONASALE][2] <= lm[LM_SUBNASALE][2] || lm[LM_LEFT_CHEILION][0] <= lm[LM_RIGHT_CHEILION][0] ||
        lm[LM_OPISTHOCRANION][2] >= lm[LM_VERTEX][2])
        return head_landmark_names[LM_PRONASALE];
    return NULL;
}

static int unlikely(const HeadModel *model, const HeadShape *shape, int woman, float deviations[HM_COUNT]) {
    float mm[HM_COUNT];
    int worst = 0;
    head_measure_all(model, shape, mm);
    for (int m = 0; m < HM_COUNT; m++) {
        deviations[m] = (mm[m] - head_measure_prior[m].mean_mm[woman]) / head_measure_prior[m].sd_mm[woman];
        if (fabsf(deviations[m]) > fabsf(deviations[worst])) worst = m;
    }
    return worst;
}

int main(int argc, char **argv) {
    Arena arena = {0};
    Err err = {0};
    if (argc < 3) {
        fprintf(stderr, "usage: tool_headdraws FIRST COUNT [coarse|medium|fine]\n");
        return 2;
    }
    unsigned long first = strtoul(argv[1], NULL, 10), count = strtoul(argv[2], NULL, 10);
    HeadLod lod = argc < 4 || argv[3][0] == 'c' ? HEAD_LOD_COARSE
                  : argv[3][0] == 'm'           ? HEAD_LOD_MEDIUM
                                                : HEAD_LOD_FINE;
    HeadModel *model =
        arena_create(&arena, &(ArenaDesc){.name = "draws"}, &err) ? head_load(NULL, &arena, &err) : NULL;
    if (!model) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    unsigned long crossing = 0, disordered = 0, outside = 0;
    double sum[HM_COUNT] = {0}, square[HM_COUNT] = {0};
    for (unsigned long seed = first; seed < first + count; seed++) {
        HeadShape shape;
        Mesh mesh;
        float where[3], deviations[HM_COUNT];
        int woman = (int)(seed & 1);
        size_t mark = arena_mark(&arena);
        head_random(model, seed, woman, &shape);
        if (!head_mesh(model, &shape, lod, &arena, &mesh, &err)) return 1;
        int pairs = head_crossings(&mesh, &arena, where);
        const char *disorderly = disorder(model, &shape);
        int worst = unlikely(model, &shape, woman, deviations);
        arena_rewind(&arena, mark);
        if (pairs && crossing++ < 20)
            printf("seed %lu: %d pairs of triangles cross, one at (%.1f, %.1f, %.1f)\n", seed, pairs,
                   (double)where[0], (double)where[1], (double)where[2]);
        if (disorderly && disordered++ < 20) printf("seed %lu: %s is out of order\n", seed, disorderly);
        if (fabsf(deviations[worst]) > LIMIT_SD && outside++ < 20)
            printf("seed %lu: %s is %.1f deviations off\n", seed, head_measure_names[worst],
                   (double)deviations[worst]);
        for (int m = 0; m < HM_COUNT; m++)
            sum[m] += (double)deviations[m], square[m] += (double)(deviations[m] * deviations[m]);
    }
    for (int m = 0; m < HM_COUNT; m++) {
        double mean = sum[m] / (double)count;
        printf("%-28s mean %+5.2f sd %.2f (in the population's deviations)\n", head_measure_names[m], mean,
               sqrt(square[m] / (double)count - mean * mean));
    }
    printf("%lu heads: %lu cross themselves, %lu have landmarks out of order, %lu a size beyond %.0f "
           "deviations\n",
           count, crossing, disordered, outside, (double)LIMIT_SD);
    arena_destroy(&arena);
    return crossing || disordered || outside;
}
