/* The strands' curves against the head's mesh: never inside, at any length and curl; curl bends them; the
 * shader's text is the C form's. */
#include "simfixture.h"

#include <math.h>
#include <stdio.h>

#include "engine/rays.h"
#include "src/strands.h"

static Sim sim;

static int setup(void **state) {
    (void)state;
    sim_sites(&sim);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    sim_end(&sim);
    return 0;
}

/* How deep a point lies in the skin, mm; 0 outside. Hair may pass through the ears' own shells. */
static float depth_in_head(const Rays *rays, const Mesh *mesh, const HeadTopology *head, const float p[3]) {
    RayHit hit;
    float nearest[3], out = 0;
    /* Near and below the neck's end it hangs free. */
    if (p[1] < -130 - 0.318f * p[2] || !rays_nearest(rays, p, 60, &hit, nearest)) return 0;
    const uint32_t *corner = mesh->tri[hit.triangle];
    for (int i = 0; i < 3; i++)
        if (corner[i] >= head->vertex_count || head->site[corner[i]].part != HEAD_SKIN) return 0;
    float d = 0;
    for (int k = 0; k < 3; k++) {
        const float w[3] = {1 - hit.barycentric[0] - hit.barycentric[1], hit.barycentric[0],
                            hit.barycentric[1]};
        float normal = 0;
        for (int i = 0; i < 3; i++) normal += w[i] * mesh->nrm[corner[i]][k];
        out += (p[k] - nearest[k]) * normal, d += (p[k] - nearest[k]) * (p[k] - nearest[k]);
    }
    return out < 0 ? sqrtf(d) : 0;
}

static void no_strand_enters_the_head(void **state) {
    (void)state;
    static const float lengths[5] = {6, 13, 25, 60, 120};
    Err err = {0};
    Mesh mesh;
    sim_check(head_mesh(sim.model, &sim.shape, HEAD_LOD_FINE, &sim.arena, &mesh, &err), &err);
    Rays *rays = rays_create(&mesh, &err);
    assert_non_null(rays);
    const HeadTopology *head = head_topology(sim.model, HEAD_LOD_FINE);
    for (int l = 0; l < 5; l++) {
        for (int curl = 0; curl < 4; curl++) {
            float deepest = 0;
            uint32_t points = 0, inside = 0;
#pragma omp parallel for reduction(max : deepest) reduction(+ : points, inside)
            for (uint32_t i = 0; i < sim.hair.count; i += 41) {
                for (int step = 1; step <= 12; step++) {
                    float p[3];
                    const float phase = 6.2832f * (float)(i % 97) / 97;
                    strands_point(&sim.hair.site[i], lengths[l] * (float)step / 12, lengths[l], (float)curl,
                                  phase, p);
                    const float deep = depth_in_head(rays, &mesh, head, p);
                    deepest = fmaxf(deepest, deep);
                    points++, inside += deep > 0.5f;
                }
            }
            print_message("%3.0f mm, curl %d: %u of %u points in the skin, the deepest %.2f mm\n",
                          (double)lengths[l], curl, inside, points, (double)deepest);
            assert_true(inside == 0);
        }
    }
    rays_destroy(rays);
}

static void curl_bends_strands(void **state) {
    (void)state;
    float last = -1;
    for (int curl = 0; curl < 4; curl++) {
        double turned = 0;
        int count = 0;
        for (uint32_t i = 0; i < sim.hair.count; i += 331, count++) {
            float p[25][3];
            for (int k = 0; k < 25; k++)
                strands_point(&sim.hair.site[i], 12 + (float)k, 40, (float)curl, 1, p[k]);
            for (int k = 1; k < 24; k++) { /* the angle between neighbouring segments */
                float a2 = 0, b2 = 0, ab = 0;
                for (int j = 0; j < 3; j++) {
                    const float a = p[k][j] - p[k - 1][j], b = p[k + 1][j] - p[k][j];
                    a2 += a * a, b2 += b * b, ab += a * b;
                }
                turned += acos(fmax(-1, fmin(1, (double)(ab / sqrtf(a2 * b2))))) * 57.3;
            }
        }
        const float degrees_per_mm = (float)(turned / count / 23);
        print_message("curl %d turns %.1f degrees a mm\n", curl, (double)degrees_per_mm);
        assert_true(degrees_per_mm > last + 2 || curl == 0);
        last = degrees_per_mm;
    }
}

static void long_hair_leaves_a_parting(void **state) {
    (void)state;
    Case value;
    case_defaults(&value);
    value.loss.pattern = LOSS_NONE;
    value.hair.length_mm = 90, value.hair.parting_mm = -12, value.hair.parting_width_mm = 4;
    sim_states(&sim, &value);
    uint32_t part = 0, beside = 0;
    for (uint32_t i = 0; i < sim.hair.count; i++) {
        const SkinPoint *p = &sim.follicles.units.point[sim.hair.unit[i]];
        const float top = scalp_table_from_s(&sim.scalp, p->s_mm), away = fabsf(p->l_mm + 12);
        if (top < 90 || top > 180 || sim.hair.state[i].diameter_um == 0) continue;
        part += away<1.5f, beside += away> 6 && away < 7.5f;
    }
    assert_true(part == 0 && beside > 200);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_strand_enters_the_head),
        cmocka_unit_test(curl_bends_strands),
        cmocka_unit_test(long_hair_leaves_a_parting),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
