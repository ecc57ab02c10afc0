/* Tape coordinates, the border of hair, follicles and the way hair lies, on the mean head. */
#include "simfixture.h"

#include <math.h>

#include "src/hairline.h"

static void places_and_tapes_agree(void **state) {
    (void)state;
    for (float s = 10; s < 330; s += 23) {
        for (float l = -90; l <= 90; l += 18) {
            const HeadSite site = scalp_site(&sim.scalp, s, l);
            float back_s, back_l, pos[3], normal[3], own[3], own_normal[3];
            scalp_from_site(&sim.scalp, site, &back_s, &back_l);
            assert_true(fabsf(back_s - s) < 0.05f && fabsf(back_l - l) < 0.05f);
            scalp_point(&sim.scalp, s, l, pos, normal);
            head_eval(sim.model, &sim.shape, site, own, own_normal);
            float apart = 0, cosine = 0;
            for (int k = 0; k < 3; k++)
                apart += (pos[k] - own[k]) * (pos[k] - own[k]), cosine += normal[k] * own_normal[k];
            if (!(sqrtf(apart) < 0.05f && cosine > 0.998f))
                fail_msg("S %.0f L %.0f: %.3f mm, %.4f", (double)s, (double)l, (double)sqrtf(apart),
                         (double)cosine);
        }
    }
    /* Along the midline a tape is S itself. */
    const float from[2] = {40, 0}, to[2] = {140, 0};
    assert_true(fabsf(scalp_tape_mm(&sim.scalp, from, to) - 100) < 0.3f);
}

static void landmarks_lie_in_order(void **state) {
    (void)state;
    const Scalp *s = &sim.scalp;
    assert_true(s->s_coronal_mm > 110 && s->s_coronal_mm < s->s_opisthocranion_mm);
    assert_true(s->s_vertex_mm > 110 && s->s_vertex_mm < s->s_opisthocranion_mm);
    assert_true(s->s_opisthocranion_mm < s->s_inion_mm && s->s_inion_mm < s->s_nape_mm);
    assert_true(s->s_inion_mm > 290 && s->s_inion_mm < 380);
    assert_true(fabsf(scalp_table_from_s(s, scalp_s_from_table(s, 220)) - 220) < 0.01f);
}

static void hair_grows_where_it_should(void **state) {
    (void)state;
    const Scalp *s = &sim.scalp;
    assert_true(scalp_hair_border_mm(s, 150, 0) > 40);
    assert_true(scalp_hair_border_mm(s, 30, 0) < -15); /* forehead */
    assert_true(scalp_hair_border_mm(s, s->s_nape_mm + 20, 0) < 0);
    assert_true(scalp_hair_border_mm(s, s->s_inion_mm, 0) > 20);
    /* Mirror symmetry of the mean head. */
    for (float t = 60; t < 330; t += 15) {
        for (float l = 10; l < 100; l += 15) {
            assert_true(fabsf(scalp_hair_border_mm(s, t, l) - scalp_hair_border_mm(s, t, -l)) < 2.5f);
        }
    }
    float at[LM_COUNT][3];
    head_landmarks(sim.model, &sim.shape, at);
    const HeadSite cheek = scalp_side_site(s, 1, at[LM_LEFT_TRAGION][1] - 21, at[LM_LEFT_TRAGION][2] + 39);
    assert_true(scalp_field(s->grid->border_mm, scalp_cell(cheek.u, cheek.v)) < -8);
    assert_true(sim.follicles.units.area_cm2 > 420 &&
                sim.follicles.units.area_cm2 < 700); /* domain.md 2.1: about 500 */
}

static void follicles_are_blue_noise_at_every_prefix(void **state) {
    (void)state;
    const PointSet *sets[2] = {&sim.follicles.units, &sim.follicles.pigment};
    for (int k = 0; k < 2; k++) {
        const float whole = follicles_quality(sets[k], 1);
        print_message("%u points, %.1f cm2, smallest distance %.3f of the ideal\n", sets[k]->count,
                      (double)sets[k]->area_cm2, (double)whole);
        assert_true(whole >= 0.70f);
        const float shares[4] = {0.10f, 0.25f, 0.50f, 0.75f};
        for (int i = 0; i < 4; i++) assert_true(follicles_quality(sets[k], shares[i]) >= 0.60f);
    }
}

static void clusters_hold_their_points(void **state) {
    (void)state;
    const PointSet *set = &sim.follicles.pigment;
    uint32_t next = 0;
    for (uint32_t c = 0; c < set->cluster_count; c++) {
        const PointCluster *cluster = &set->cluster[c];
        assert_int_equal(cluster->first, next);
        next += cluster->count;
        assert_true(cluster->radius_mm < 30);
        for (uint32_t i = cluster->first; i < next; i++) {
            float d2 = 0, cosine = 0;
            for (int k = 0; k < 3; k++) {
                const float d = set->point[i].pos_mm[k] - cluster->centre_mm[k];
                d2 += d * d, cosine += set->point[i].normal[k] * cluster->cone_axis[k];
            }
            assert_true(sqrtf(d2) <= cluster->radius_mm + 1e-3f && cosine >= cluster->cone_cos);
        }
    }
    assert_int_equal(next, set->count);
}

static void hair_leaves_the_skin_and_lies_as_it_should(void **state) {
    (void)state;
    const Follicles *f = &sim.follicles;
    double front[3] = {0}, side[3] = {0}, nape[3] = {0};
    for (uint32_t i = 0; i < f->units.count; i++) {
        const SkinPoint *p = &f->units.point[i];
        const float *d = f->direction[i];
        const float out = d[0] * p->normal[0] + d[1] * p->normal[1] + d[2] * p->normal[2];
        const float length = sqrtf(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
        assert_true(out > 0.05f && out < 0.98f &&
                    fabsf(length - 1) < 1e-3f); /* never into the head, never upright */
        const float top = scalp_table_from_s(&sim.scalp, p->s_mm);
        double *sum = top < 110 && fabsf(p->l_mm) < 40   ? front
                      : fabsf(p->l_mm) > 110             ? side
                      : top > 310 && fabsf(p->l_mm) < 40 ? nape
                                                         : NULL;
        if (sum)
            for (int k = 0; k < 3; k++) sum[k] += (double)d[k];
    }
    assert_true(front[2] > fabs(front[0]) && front[2] > 0); /* forward over the forehead */
    assert_true(side[1] < 0 && nape[1] < 0);                /* down */
}

static void the_whorl_turns_all_the_way_round(void **state) {
    (void)state;
    /* Around some place near the crown hair points in every direction; away from it, it does not. */
    const Follicles *f = &sim.follicles;
    int best = 0;
    for (float s = 200; s < 245; s += 5) {
        for (float l = -25; l <= 25; l += 5) {
            float at[3];
            int octants = 0;
            scalp_point(&sim.scalp, s * sim.scalp.s_inion_mm / 330, l, at, NULL);
            for (uint32_t i = 0; i < f->units.count; i++) {
                const float *p = f->units.point[i].pos_mm;
                const float d2 = (p[0] - at[0]) * (p[0] - at[0]) + (p[1] - at[1]) * (p[1] - at[1]) +
                                 (p[2] - at[2]) * (p[2] - at[2]);
                if (d2 > 144) continue;
                const float angle = atan2f(f->direction[i][1], f->direction[i][0]) + 3.14159f;
                octants |= 1 << ((int)(angle / 0.7854f) & 7);
            }
            int bits = 0;
            for (int k = 0; k < 8; k++) bits += octants >> k & 1;
            best = bits > best ? bits : best;
        }
    }
    assert_int_equal(best, 8);
}

static void the_rule_of_8_closes(void **state) {
    (void)state;
    HairlineRule rule;
    hairline_rule_of_8(&sim.scalp, &rule);
    assert_true(fabsf(scalp_tape_mm(&sim.scalp, rule.middle, rule.corner) - 80) < 0.1f);
    assert_true(fabsf(scalp_tape_mm(&sim.scalp, rule.canthus, rule.corner) - 80) < 0.1f);
    assert_true(rule.corner[0] > rule.middle[0] && rule.temple[0] < rule.corner[0]);
}

static void hairlines_are_symmetric_and_warned_of(void **state) {
    (void)state;
    static Case value;
    case_defaults(&value);
    const HairlineRule *rule = &sim.fields.rule;
    const char *text[HAIRLINE_WARNINGS];
    for (int style = 0; style < HAIRLINE_STYLE_COUNT; style++) {
        ScalpFront front;
        value.hairline.style = style;
        hairline_front(&sim.scalp, rule, &value.hairline, false, &front);
        for (int i = 0; i < front.count; i++) {
            const int j = front.count - 1 - i;
            assert_true(fabsf(front.sl[i][0] - front.sl[j][0]) < 1e-3f &&
                        fabsf(front.sl[i][1] + front.sl[j][1]) < 1e-3f);
        }
    }
    value.hairline.style = HAIRLINE_NATURAL;
    assert_int_equal(hairline_warnings(&sim.scalp, rule, &value.hairline, false, text), 0);
    value.hairline.front_mm = 50;
    assert_true(hairline_warnings(&sim.scalp, rule, &value.hairline, false, text) >= 1);
    value.hairline.front_mm = 0, value.hairline.style = HAIRLINE_EDGE_UP;
    assert_true(hairline_warnings(&sim.scalp, rule, &value.hairline, false, text) >= 1);
    value.hairline.style = HAIRLINE_NATURAL, value.hairline.corner_mm = -25;
    assert_true(hairline_warnings(&sim.scalp, rule, &value.hairline, false, text) >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_and_tapes_agree),
        cmocka_unit_test(landmarks_lie_in_order),
        cmocka_unit_test(hair_grows_where_it_should),
        cmocka_unit_test(follicles_are_blue_noise_at_every_prefix),
        cmocka_unit_test(clusters_hold_their_points),
        cmocka_unit_test(hair_leaves_the_skin_and_lies_as_it_should),
        cmocka_unit_test(the_whorl_turns_all_the_way_round),
        cmocka_unit_test(the_rule_of_8_closes),
        cmocka_unit_test(hairlines_are_symmetric_and_warned_of),
    };
    return cmocka_run_group_tests(tests, sim_setup, sim_teardown);
}
