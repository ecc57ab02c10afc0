/* The pipeline rebuilds what a change touches and nothing else, and refuses a case whose photos are gone. */
#include "src/scene.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const SceneDesc small = {.skin_size = 256};

static void rebuilds_what_changed(void **state) {
    (void)state;
    Case value;
    Scene scene;
    Err err = {0};
    case_defaults(&value);
    assert_true(scene_create(&value, &small, NULL, &scene, &err));
    SceneRevisions first = scene.revision, now;
    assert_true(first.head && first.skin && first.sites && first.dots && first.hair);

    assert_true(scene_update(&scene, &err));
    assert_memory_equal(&first, &scene.revision, sizeof first);

    scene.value.light.preset = 2; /* light is the view's own */
    assert_true(scene_update(&scene, &err));
    assert_memory_equal(&first, &scene.revision, sizeof first);

    assert_true(case_set(&scene.value, "loss.stage", "6", &err) && scene_update(&scene, &err));
    now = scene.revision;
    assert_true(now.dots > first.dots && now.hair > first.hair);
    assert_true(now.head == first.head && now.skin == first.skin && now.sites == first.sites);

    assert_true(case_set(&scene.value, "skin.tone_ita_deg", "-20", &err) && scene_update(&scene, &err));
    assert_true(scene.revision.skin > now.skin && scene.revision.head == now.head);

    uint32_t visible = scene.hair.visible;
    scene.value.shape.weight[0] += 1;
    assert_true(scene_update(&scene, &err));
    assert_true(scene.revision.head > now.head && scene.revision.sites > now.sites);
    assert_true(scene.hair.visible > 0 && visible > 0);
    scene_destroy(&scene);
    scene_destroy(&scene); /* harmless */
}

/* A head built elsewhere takes the place of the one that is shown, and behaves as if built there. */
static void a_head_built_beside_takes_over(void **state) {
    (void)state;
    Case value;
    Scene shown, next;
    Err err = {0};
    case_defaults(&value);
    assert_true(scene_create(&value, &small, NULL, &shown, &err));
    assert_false(scene_is_slow(&shown));
    shown.value.loss.stage = 6;
    assert_false(scene_is_slow(&shown));
    shown.value.shape.weight[2] += 1;
    assert_true(scene_is_slow(&shown));
    value = shown.value;
    assert_true(scene_create(&value, &small, NULL, &next, &err));
    shown.value.loss.stage = 3; /* the hand went on meanwhile */
    SceneRevisions before = shown.revision;
    scene_replace(&shown, &next);
    assert_null(next.state);
    assert_true(shown.value.loss.stage == 3);
    assert_false(scene_is_slow(&shown));
    assert_true(shown.revision.head > before.head && shown.revision.dots > before.dots);
    assert_true(scene_update(&shown, &err));
    uint32_t visible = shown.hair.visible;
    Scene fresh;
    assert_true(scene_create(&shown.value, &small, NULL, &fresh, &err));
    assert_int_equal(visible, fresh.hair.visible);
    scene_destroy(&fresh);
    scene_destroy(&shown);
}

/* Share of the dots before that are still there, and whether each of them went no farther than the head. */
static double dots_kept(const Scene *scene, const DotState *state, const DotSite *site, float farthest_mm) {
    uint32_t before = 0, kept = 0;
    for (uint32_t i = 0; i < scene->dots.count; ++i) {
        if (state[i].diameter_um == 0) continue;
        before++;
        kept += scene->dots.state[i].diameter_um > 0;
        float moved = 0;
        for (int k = 0; k < 3; ++k) {
            const float d = scene->dots.site[i].pos_mm[k] - site[i].pos_mm[k];
            moved += d * d;
        }
        assert_true(moved <= farthest_mm * farthest_mm);
    }
    return (double)kept / before;
}

/* Dots on bare, fully treated skin, by the cm2 of the head as it is now. */
static double density_set(const Scene *scene) {
    float *inside = malloc(sizeof(float) * SCALP_NODES);
    for (int i = 0; i < SCALP_NODES; ++i)
        inside[i] = scene->fields.treated[i] > 0.999f && scene->fields.hairline_mm[i] > 25;
    double dots = 0;
    for (uint32_t i = 0; i < scene->dots.count; ++i)
        if (scene->dots.state[i].diameter_um > 0)
            dots += (double)scalp_field(inside, scene->fields.pigment_traits[i].cell);
    dots /= (double)fields_area_cm2(&scene->fields, inside);
    free(inside);
    return dots;
}

static float set_measure(Scene *scene, HeadMeasure measure, float mm) {
    Err err = {0};
    const Mesh *mesh = &scene->mesh[HEAD_LOD_MEDIUM];
    float(*was)[3] = malloc(sizeof *was * mesh->vertex_count), farthest2 = 0;
    memcpy(was, mesh->pos, sizeof *was * mesh->vertex_count);
    scene->value.head_mm[measure] = mm;
    assert_true(scene_update(scene, &err));
    for (uint32_t v = 0; v < mesh->vertex_count; ++v) {
        float moved = 0;
        for (int k = 0; k < 3; ++k) moved += (mesh->pos[v][k] - was[v][k]) * (mesh->pos[v][k] - was[v][k]);
        if (moved > farthest2) farthest2 = moved;
    }
    free(was);
    return sqrtf(farthest2);
}

/* A measure moves the dots with the skin; the density asked for holds on the skin as it is then. */
static void a_measure_carries_the_dots(void **state) {
    (void)state;
    static const struct {
        HeadMeasure measure;
        float step_mm, far; /* a step of the slider; a share of the measure, for the density */
    } change[] = {{HM_HEAD_LENGTH, 1, -0.06f}, {HM_HEAD_CIRCUMFERENCE, -1, 0.06f}};
    Case value;
    Scene scene;
    Err err = {0};
    case_defaults(&value);
    value.loss.stage = 7;
    assert_true(scene_create(&value, &small, NULL, &scene, &err));
    const double density = density_set(&scene);
    const uint32_t count = scene.dots.count;
    DotState *before = malloc(sizeof *before * count);
    DotSite *site = malloc(sizeof *site * count);
    for (size_t i = 0; i < sizeof change / sizeof *change; ++i) {
        const HeadMeasure measure = change[i].measure;
        const float own_mm = head_measure(scene.model, &value.shape, measure);
        set_measure(&scene, measure, own_mm);
        memcpy(before, scene.dots.state, sizeof *before * count);
        memcpy(site, scene.dots.site, sizeof *site * count);
        const float moved_mm = set_measure(&scene, measure, own_mm + change[i].step_mm);
        assert_int_equal(scene.dots.count, count);
        const double kept = dots_kept(&scene, before, site, 1.02f * moved_mm + 0.01f);
        set_measure(&scene, measure, own_mm * (1 + change[i].far));
        const double now = density_set(&scene);
        print_message("%s %+.0f mm keeps %.2f %% of the dots; %+.0f %% leaves %.1f of %.1f/cm2\n",
                      head_measure_names[measure], (double)change[i].step_mm, 100 * kept,
                      100 * (double)change[i].far, now, density);
        assert_true(kept >= 0.99);
        assert_true(fabs(now / density - 1) < 0.005);
        scene.value.head_mm[measure] = 0;
    }
    free(site);
    free(before);
    scene_destroy(&scene);
}

/* A hat lifts the head's mesh, hides hair and dots under it, and leaves no trace when it is taken off. */
static void a_hat_covers_and_comes_off(void **state) {
    (void)state;
    Case value;
    Scene scene;
    Err err = {0};
    case_defaults(&value);
    assert_true(scene_create(&value, &small, NULL, &scene, &err));
    const Mesh bare = scene.mesh[HEAD_LOD_FINE];
    const uint8_t *albedo = scene.skin.albedo.rgba;
    const size_t bytes = 4 * (size_t)scene.skin.size * (size_t)scene.skin.size;
    uint8_t *before = malloc(bytes);
    memcpy(before, albedo, bytes);
    const uint32_t hairs = scene.hair.visible, dots = scene.dots.visible, head = scene.revision.head;
    assert_true(case_set(&scene.value, "alternative.choice", "hat", &err) && scene_update(&scene, &err));
    assert_true(scene.revision.head > head && scene.hair.visible < hairs / 2 &&
                scene.dots.visible < dots / 10);
    const Mesh *worn = &scene.mesh[HEAD_LOD_FINE];
    uint32_t lifted = 0, kept = 0;
    for (uint32_t v = 0; v < bare.vertex_count; ++v) {
        float moved = 0;
        for (int k = 0; k < 3; ++k) moved += (worn->pos[v][k] - bare.pos[v][k]) * bare.nrm[v][k];
        assert_true(moved > -0.01f && moved < 25);
        lifted += moved > 3, kept += moved == 0;
        assert_true(hat_inside_mm(&scene.fields.hat, bare.pos[v]) < 15 || moved > 3);
    }
    assert_true(lifted > bare.vertex_count / 10 && kept > bare.vertex_count / 3);
    assert_true(memcmp(before, scene.skin.albedo.rgba, bytes) != 0);
    assert_true(case_set(&scene.value, "alternative.choice", "none", &err) && scene_update(&scene, &err));
    assert_ptr_equal(scene.mesh[HEAD_LOD_FINE].pos, bare.pos);
    assert_memory_equal(before, scene.skin.albedo.rgba, bytes);
    assert_true(scene.hair.visible == hairs && scene.dots.visible == dots);
    free(before);
    scene_destroy(&scene);
}

static void ambient_light_is_sane(void **state) {
    (void)state;
    Case value;
    Scene scene;
    Err err = {0};
    case_defaults(&value);
    assert_true(scene_create(&value, &small, NULL, &scene, &err));
    const Mesh *mesh = &scene.mesh[HEAD_LOD_MEDIUM];
    uint32_t top = 0;
    for (uint32_t i = 0; i < mesh->vertex_count; ++i) {
        const float *a = scene.ambient[i];
        float length = a[0] * a[0] + a[1] * a[1] + a[2] * a[2];
        assert_true(a[3] >= 0 && a[3] <= 1 && length > 0.98f && length < 1.02f);
        if (mesh->pos[i][1] > mesh->pos[top][1]) top = i;
    }
    assert_true(scene.ambient[top][3] > 0.97f); /* the vertex sees all of its sky */
    scene_destroy(&scene);
}

static void missing_photos_are_named(void **state) {
    (void)state;
    Case value;
    Scene scene;
    Err err = {0};
    case_defaults(&value);
    value.photo[PHOTO_LEFT] =
        (CasePhoto){.path = "gone.jpg", .used = true, .camera = {.width = 9, .height = 9}};
    assert_false(scene_create(&value, &small, NULL, &scene, &err));
    assert_non_null(strstr(err.text, "left"));
    assert_null(scene.state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rebuilds_what_changed),      cmocka_unit_test(a_head_built_beside_takes_over),
        cmocka_unit_test(a_measure_carries_the_dots), cmocka_unit_test(a_hat_covers_and_comes_off),
        cmocka_unit_test(ambient_light_is_sane),      cmocka_unit_test(missing_photos_are_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
