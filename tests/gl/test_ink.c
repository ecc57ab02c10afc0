/* A real head's scalp as it is drawn: ink area and dot count against the plan, and every option's step
 * against a bound. */
#include "gl_fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/image.h"
#include "src/plan.h"
#include "src/view.h"

static Arena arena;
static View *view;
static Scene scene;

static int setup(void **state) {
    Err err = {{0}};
    Case value;
    case_defaults(&value);
    value.loss.stage = 6;
    if (gl_setup(state) || !arena_create(&arena, &(ArenaDesc){.name = "test"}, &err) ||
        !scene_create(&value, &(SceneDesc){.skin_size = 256}, NULL, &scene, &err))
        return 1;
    view = view_create(*state, &err);
    return view ? 0 : 1;
}

static int teardown(void **state) {
    view_destroy(view);
    scene_destroy(&scene);
    arena_destroy(&arena);
    gl_teardown(state);
    return 0;
}

static Image draw(const FrameDesc *frame) {
    Err err = {{0}};
    Image image;
    if (!view_render(view, &scene, frame, &arena, &image, &err)) fail_msg("%s", err.text);
    return image;
}

/* Straight down on the middle of the treated top from 1.5 m, at a scale known there. */
static FrameDesc frame_over_the_top(int size, double mm_per_px) {
    FrameDesc frame;
    frame_defaults(&scene, size, size, &frame);
    float top[3];
    scalp_point(&scene.scalp, scalp_s_from_table(&scene.scalp, 140), 0, top, NULL);
    const double distance_mm = 1500;
    frame.camera = (Camera){.width = size,
                            .height = size,
                            .fx = distance_mm / mm_per_px,
                            .fy = distance_mm / mm_per_px,
                            .cx = 0.5 * size,
                            .cy = 0.5 * size,
                            .camera_from_head = {{1, 0, 0, -(double)top[0]},
                                                 {0, 0, 1, -(double)top[2]},
                                                 {0, -1, 0, distance_mm + (double)top[1]}}};
    frame.layers = VIEW_DOTS;
    frame.show_hair = false;
    return frame;
}

typedef struct Expected {
    double ink_px;
    uint32_t dots;
} Expected;

/* Discs of the states that face the camera within the picture, by their obliqueness. */
static Expected expected_in(const Camera *camera) {
    Expected sum = {0};
    double eye[3];
    camera_centre(camera, eye);
    for (uint32_t i = 0; i < scene.dots.count; i++) {
        const double diameter = scene.dots.state[i].diameter_um * 1e-3;
        const SkinPoint *p = &scene.follicles.pigment.point[i];
        if (diameter <= 0) continue;
        const double at[3] = {(double)p->pos_mm[0], (double)p->pos_mm[1], (double)p->pos_mm[2]};
        double px[2], facing = 0, length = 0;
        const double depth = camera_project(camera, at, px);
        if (px[0] < 0 || px[1] < 0 || px[0] >= camera->width || px[1] >= camera->height) continue;
        for (int k = 0; k < 3; k++) {
            const double to_eye = eye[k] - at[k];
            facing += to_eye * (double)p->normal[k], length += to_eye * to_eye;
        }
        facing /= sqrt(length);
        if (facing <= 0.02) continue;
        const double scale = camera->fx / depth;
        sum.ink_px += 0.25 * 3.14159265358979 * diameter * diameter * facing * scale * scale;
        sum.dots++;
    }
    return sum;
}

static void ink_area_is_the_area_of_the_visible_dots(void **state) {
    (void)state;
    const double scales[3] = {0.05, 0.2, 0.5};
    for (int i = 0; i < 3; i++) {
        const FrameDesc frame = frame_over_the_top(i == 2 ? 480 : 800, scales[i]);
        const Image image = draw(&frame);
        double ink = 0;
        for (size_t p = 0; p < (size_t)image.width * (size_t)image.height; p++)
            ink += 1 - (double)srgb8_to_linear_table[image.rgba[4 * p + 1]];
        const Expected expected = expected_in(&frame.camera);
        print_message("%.2f mm/px: ink %.0f px2, %u visible dots make %.0f: %+.2f %%\n", scales[i], ink,
                      expected.dots, expected.ink_px, 100 * (ink / expected.ink_px - 1));
        assert_true(expected.dots > 2000);
        assert_true(fabs(ink / expected.ink_px - 1) < 0.02);
    }
}

/* Blobs of dark pixels, by flood fill. */
static uint32_t blobs(const Image *image) {
    const int w = image->width, h = image->height;
    uint8_t *dark = arena_push(&arena, (size_t)w * (size_t)h);
    int32_t *stack = arena_push(&arena, sizeof *stack * (size_t)w * (size_t)h);
    uint32_t count = 0;
    for (int p = 0; p < w * h; p++) dark[p] = image->rgba[4 * p + 1] < 128;
    for (int p = 0; p < w * h; p++) {
        if (!dark[p]) continue;
        int32_t top = 0;
        stack[top++] = p, dark[p] = 0;
        while (top > 0) {
            const int at = stack[--top], x = at % w, y = at / w;
            const int next[4] = {x > 0 ? at - 1 : at, x + 1 < w ? at + 1 : at, y > 0 ? at - w : at,
                                 y + 1 < h ? at + w : at};
            for (int k = 0; k < 4; k++)
                if (dark[next[k]]) dark[next[k]] = 0, stack[top++] = next[k];
        }
        count++;
    }
    return count;
}

static void dots_of_a_close_up_are_the_plans(void **state) {
    (void)state;
    const FrameDesc frame = frame_over_the_top(1400, 0.02);
    const Image image = draw(&frame);
    const uint32_t counted = blobs(&image);
    const Expected expected = expected_in(&frame.camera);
    Plan plan;
    PlanPrices prices;
    Err err = {{0}};
    plan_prices_default(&prices);
    assert_true(plan_build(&scene.value, &scene.fields, &prices, &plan, &err));
    const PlanShare *bare = &plan.total.zone[DOT_ZONE_BARE];
    const double area_cm2 = 1400 * 1400 * 0.02 * 0.02 / 100;
    print_message("%u dots counted on %.1f cm2, %u drawn there; the plan has %.0f/cm2, %u in all, %u drawn\n",
                  counted, area_cm2, expected.dots, (double)bare->density_per_cm2, plan.total.all.dots,
                  scene.dots.visible);
    assert_true(expected.dots > 1000);
    assert_true(fabs((double)counted / expected.dots - 1) < 0.01);
    assert_true(fabs((double)plan.total.all.dots / scene.dots.visible - 1) < 0.01);
}

/* --- Every slider
 * ----------------------------------------------------------------------------------------------- */

/* Mean difference of two pictures' bytes. */
static double difference(const Image *a, const Image *b) {
    double sum = 0;
    const size_t bytes = 4 * (size_t)a->width * (size_t)a->height;
    for (size_t i = 0; i < bytes; i++) sum += abs(a->rgba[i] - b->rgba[i]);
    return sum / (double)bytes;
}

static Image look(void) {
    Err err = {{0}};
    FrameDesc frame;
    if (!scene_update(&scene, &err)) fail_msg("%s", err.text);
    frame_defaults(&scene, 128, 128, &frame);
    const Orbit orbit = orbit_named(CAMERA_34);
    orbit_camera(&orbit, 128, 128, &frame.camera);
    frame.quality = VIEW_DRAFT;
    return draw(&frame);
}

/* A case in which every group shows: loss, long enough hair, fresh dots, marks, a medicine. */
static void use_busy_case(Case *out) {
    Err err = {{0}};
    static const char *const set[] = {"loss.stage=4.3", "hair.length_mm=4", "time.days=2",
                                      "treatment.sessions=6", "alternative.choice=minoxidil",
                                      "mark1.kind=burn", "mark1.s_mm=120", "mark2.kind=mole", "mark2.l_mm=30",
                                      "loss.patch1.radius_mm=12",
                                      /* 0 would stand for the head's, the style's or the kind's own */
                                      "hairline.front_mm=70", "hairline.transition_mm=8",
                                      "mark1.length_mm=80", "mark1.width_mm=50", "time.years=0.1"};
    case_defaults(out);
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) assert_true(case_set(out, set[i], NULL, &err));
}

/* One of 2,000 positions away from where it stands. */
static void nudge(const OptionDef *def, Case *value) {
    Err err = {{0}};
    const double step = (def->max - def->min) / 2000, at = option_get_number(def, value);
    assert_true(option_set_number(def, value, at + step <= def->max ? at + step : at - step, &err));
}

static void neighbouring_slider_positions_look_alike(void **state) {
    (void)state;
    Case busy;
    use_busy_case(&busy);
    scene.value = busy;
    const Image usual = look();
    double worst = 0;
    int swept = 0;
    for (int i = 0; i < case_option_count; i++) {
        const OptionDef *def = &case_options[i];
        if (def->type != OPTION_FLOAT || strncmp(def->name, "head.", 5) == 0) continue;
        if (strcmp(def->name, "skin.tone_ita_deg") == 0) continue; /* makes another skin: below */
        const size_t mark = arena_mark(&arena);
        scene.value = busy;
        nudge(def, &scene.value);
        const Image moved = look();
        const double changed = difference(&usual, &moved);
        arena_rewind(&arena, mark);
        worst = fmax(worst, changed);
        if (!(changed < 0.1)) fail_msg("a step of %s changes the picture by %.3f of 255", def->name, changed);
        swept++;
    }
    print_message("%d sliders, a step changes the picture by at most %.3f of 255\n", swept, worst);
}

static void neighbouring_measures_give_like_heads(void **state) {
    (void)state;
    for (int m = 0; m < HM_COUNT; m++) {
        const size_t mark = arena_mark(&arena);
        HeadShape shape[2];
        memset(shape, 0, sizeof shape);
        Mesh mesh[2];
        Err err = {{0}};
        const float usual = head_measure(scene.model, &shape[0], (HeadMeasure)m);
        for (int k = 0; k < 2; k++) {
            head_set_measure(scene.model, &shape[k], (HeadMeasure)m, usual * (k == 0 ? 1.02f : 1.021f));
            assert_true(head_mesh(scene.model, &shape[k], HEAD_LOD_COARSE, &arena, &mesh[k], &err));
        }
        float most = 0;
        for (uint32_t v = 0; v < mesh[0].vertex_count; v++)
            for (int k = 0; k < 3; k++) most = fmaxf(most, fabsf(mesh[0].pos[v][k] - mesh[1].pos[v][k]));
        if (!(most < 0.01f * usual))
            fail_msg("measure %d: %.2f mm after %.2f", m, (double)most, (double)usual * 0.001);
        arena_rewind(&arena, mark);
    }
}

static void other_heads_and_skins_look_alike(void **state) {
    (void)state;
    const OptionTable table = case_option_table();
    case_defaults(&scene.value);
    scene.value.head_mm[HM_HEAD_LENGTH] = 197;
    Image last = look();
    static const char *const name[2] = {"head.length_mm", "skin.tone_ita_deg"};
    for (int i = 0; i < 2; i++) {
        nudge(options_find(&table, name[i]), &scene.value);
        const Image now = look();
        print_message("%s: %.3f of 255\n", name[i], difference(&last, &now));
        assert_true(difference(&last, &now) < 0.5);
        last = now;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ink_area_is_the_area_of_the_visible_dots),
        cmocka_unit_test(dots_of_a_close_up_are_the_plans),
        cmocka_unit_test(neighbouring_slider_positions_look_alike),
        cmocka_unit_test(neighbouring_measures_give_like_heads),
        cmocka_unit_test(other_heads_and_skins_look_alike),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
