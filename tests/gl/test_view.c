/* The view's promises: same bytes, true areas, darkness that does not depend on zoom, layers, nothing
 * uploaded twice. */
#include "gl_fixture.h"

#include "ball_scene.h"
#include "src/view.h"
#include "src/viewpasses.h"
#include "src/viewstate.h"

static Arena arena;
static View *view;

static int setup(void **state) {
    Err err = {{0}};
    if (gl_setup(state) || !arena_create(&arena, &(ArenaDesc){.name = "test"}, &err)) return 1;
    view = view_create(*state, &err);
    return view ? 0 : 1;
}

static int teardown(void **state) {
    view_destroy(view);
    const GpuCounters counters = gpu_counters(*state);
    const int left =
        counters.buffers + counters.textures + counters.targets + counters.shaders + counters.pipelines;
    arena_destroy(&arena);
    gl_teardown(state);
    return left;
}

/* A camera in front of the ball that sees mm_per_px at its nearest point. */
static FrameDesc frame_at(const Scene *scene, int size, double mm_per_px, double azimuth_deg) {
    FrameDesc frame;
    frame_defaults(scene, size, size, &frame);
    const double distance_mm = 1500;
    const Orbit orbit = {.azimuth_deg = azimuth_deg,
                         .distance_mm = distance_mm,
                         .fov_deg = 2 * 57.29577951 *
                                    atan(0.5 * size * mm_per_px / (distance_mm - (double)BALL_RADIUS_MM))};
    orbit_camera(&orbit, size, size, &frame.camera);
    frame.show_dots = true;
    frame.show_hair = false;
    return frame;
}

static Image render(const Scene *scene, const FrameDesc *frame) {
    Err err = {{0}};
    Image image;
    if (!view_render(view, scene, frame, &arena, &image, &err)) fail_msg("%s", err.text);
    return image;
}

static void use_scene(const BallDesc *desc, Scene *scene) {
    static uint32_t revision = 1;
    ball_scene(desc, &arena, scene);
    revision++;
    scene->revision = (SceneRevisions){revision, revision, revision, revision, revision, revision};
}

/* Mean linear green of a square of half_px around the middle. */
static double mean_middle(const Image *image, int half_px) {
    double sum = 0;
    const int cx = image->width / 2, cy = image->height / 2;
    for (int y = cy - half_px; y < cy + half_px; y++)
        for (int x = cx - half_px; x < cx + half_px; x++)
            sum += (double)srgb8_to_linear_table[image->rgba[4 * (y * image->width + x) + 1]];
    return sum / (4.0 * half_px * half_px);
}

static void test_same_frame_same_bytes(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){.dots = 20000, .hairs = 5000, .diameter_mm = 0.13f, .od = 80}, &scene);
    for (int quality = VIEW_DRAFT; quality <= VIEW_FINAL; quality++) {
        FrameDesc frame = frame_at(&scene, 160, 1.4, 20);
        frame.quality = (ViewQuality)quality;
        frame.show_hair = true;
        frame.hair_length_mm = 1;
        frame.samples = 3;
        const Image first = render(&scene, &frame);
        FrameDesc other = frame_at(&scene, 96, 2, 70);
        (void)render(&scene, &other);
        const Image second = render(&scene, &frame);
        view_forget(view);
        const Image third = render(&scene, &frame);
        const size_t bytes = (size_t)(4 * first.width * first.height);
        assert_memory_equal(first.rgba, second.rgba, bytes);
        assert_memory_equal(first.rgba, third.rgba, bytes);
    }
}

/* A whole head's worth: 300,000 dots and 100,000 hairs, uploaded and drawn twice. */
static void test_a_full_head_gives_the_same_bytes(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){.dots = 300000, .hairs = 100000, .diameter_mm = 0.13f, .od = 80}, &scene);
    FrameDesc frame = frame_at(&scene, 320, 0.7, 20);
    frame.show_hair = true;
    frame.hair_length_mm = 1;
    const Image first = render(&scene, &frame);
    view_forget(view);
    const Image second = render(&scene, &frame);
    assert_memory_equal(first.rgba, second.rgba, 4 * 320 * 320);
    frame.show_dots = frame.show_hair = false;
    const Image bare = render(&scene, &frame);
    assert_true(mean_middle(&first, 40) < 0.9 * mean_middle(&bare, 40));
}

/* A dragged mark uploads only what it changed: the picture is that of a view that starts anew. */
static void test_a_dragged_mark_leaves_no_trace(void **state) {
    (void)state;
    Case value;
    Scene scene;
    Err err = {0};
    case_defaults(&value);
    value.mark[0] = (MarkSettings){.kind = MARK_BURN, .s_mm = 230, .strength = 1, .age_years = 5};
    assert_true(scene_create(&value, &(SceneDesc){.skin_size = 512}, NULL, &scene, &err));
    view_forget(view);
    FrameDesc frame;
    frame_defaults(&scene, 200, 200, &frame);
    const Orbit orbit = orbit_named(CAMERA_CROWN);
    orbit_camera(&orbit, 200, 200, &frame.camera);
    const Image before = render(&scene, &frame);
    for (int step = 1; step <= 2; step++) {
        scene.value.mark[0].s_mm = 230 + 15.0f * (float)step;
        assert_true(scene_update(&scene, &err));
        (void)render(&scene, &frame);
    }
    const int *part = scene.skin_part.rect;
    assert_true(part[2] > part[0] && (part[2] - part[0]) * (part[3] - part[1]) < 512 * 512);
    const Image dragged = render(&scene, &frame);
    view_forget(view);
    const Image anew = render(&scene, &frame);
    assert_memory_equal(dragged.rgba, anew.rgba, 4 * 200 * 200);
    assert_true(memcmp(before.rgba, anew.rgba, 4 * 200 * 200) != 0);
    view_forget(view);
    scene_destroy(&scene);
}

/* Ink on the picture, in mm2, equals the discs' areas times their obliqueness. */
static void test_millimetres_are_true(void **state) {
    (void)state;
    const BallDesc desc = {.dots = 40000, .diameter_mm = 0.16f, .od = 40};
    Scene scene;
    use_scene(&desc, &scene);
    const double scales[3] = {0.05, 0.2, 0.5};
    for (int i = 0; i < 3; i++) {
        FrameDesc frame = frame_at(&scene, 512, scales[i], 33);
        frame.layers = VIEW_DOTS;
        const Image image = render(&scene, &frame);
        double ink_px = 0, expected_px = 0;
        for (int p = 0; p < 512 * 512; p++)
            ink_px += 1 - (double)srgb8_to_linear_table[image.rgba[4 * p + 1]];
        for (uint32_t d = 0; d < desc.dots; d++) {
            const float *at = scene.dots.site[d].pos_mm;
            const double point[3] = {at[0], at[1], at[2]};
            double px[2], eye[3], facing = 0, distance = 0;
            camera_centre(&frame.camera, eye);
            for (int k = 0; k < 3; k++) {
                facing += (eye[k] - point[k]) * point[k] / (double)BALL_RADIUS_MM;
                distance += (eye[k] - point[k]) * (eye[k] - point[k]);
            }
            facing /= sqrt(distance);
            const double depth = camera_project(&frame.camera, point, px);
            if (facing <= 0 || px[0] < 0 || px[1] < 0 || px[0] > 512 || px[1] > 512) continue;
            const double r = 0.5 * 0.16 * frame.camera.fx / depth;
            expected_px += 3.14159265 * r * r * facing;
        }
        print_message("%.2f mm/px: ink %.1f px2, expected %.1f\n", scales[i], ink_px, expected_px);
        assert_true(fabs(ink_px / expected_px - 1) < 0.02);
    }
}

/* 1:50 from a macro of 20 mm to the whole ball from afar: the share of light that dots take stays. */
static void test_darkness_does_not_depend_on_zoom(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){.dots = 150000, .diameter_mm = 0.13f, .od = 70}, &scene);
    double least = 1, most = 0;
    for (int quality = VIEW_DRAFT; quality <= VIEW_STANDARD; quality++)
        for (double field_mm = 20; field_mm < 1100; field_mm *= 2.66) {
            FrameDesc frame = frame_at(&scene, 384, field_mm / 384, 5);
            frame.quality = (ViewQuality)quality;
            frame.light.exposure_ev = -0.6f; /* below the shoulder of the tone curve */
            frame.skin_gloss = 0;
            const int half_px = (int)fmax(2, 9 / (field_mm / 384));
            const Image with = render(&scene, &frame);
            frame.show_dots = false;
            const Image without = render(&scene, &frame);
            const double through = mean_middle(&with, half_px) / mean_middle(&without, half_px);
            print_message("%s, field %4.0f mm: %.4f of the light\n", view_quality_names[quality], field_mm,
                          through);
            least = fmin(least, through);
            most = fmax(most, through);
        }
    assert_true(most < 0.99);
    assert_true(most / least < 1.02);
}

/* Linear green, shown in eight bits, of pixels that are block x block of the picture's. */
static void averaged(const Image *image, int block, float *out) {
    const int size = image->width / block;
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++) {
            float sum = 0;
            for (int j = 0; j < block; j++)
                for (int i = 0; i < block; i++)
                    sum += srgb8_to_linear_table
                        [image->rgba[4 * ((y * block + j) * image->width + x * block + i) + 1]];
            const float mean = sum / (float)(block * block);
            out[y * size + x] = srgb8_to_linear_table[lround(255 * (double)linear_to_srgb(mean))];
        }
}

/* Root of the mean square of what changes from frame to frame of a slow turn, and the mean. */
static void measure_turn(const Scene *scene, ViewQuality quality, double mm_per_px, int block, double *change,
                         double *mean) {
    enum { SIZE = 64, FRAMES = 4 };
    static float now[SIZE * SIZE], before[SIZE * SIZE];
    double square = 0, sum = 0;
    for (int i = 0; i < FRAMES; i++) {
        FrameDesc frame = frame_at(scene, SIZE * block, mm_per_px / block, 0.13 * i);
        frame.quality = quality;
        const Image image = render(scene, &frame);
        averaged(&image, block, now);
        for (int p = 0; p < SIZE * SIZE; p++) {
            if (i > 0) square += pow((double)(now[p] - before[p]), 2);
            sum += (double)now[p];
        }
        memcpy(before, now, sizeof now);
    }
    *change = sqrt(square / (SIZE * SIZE * (FRAMES - 1)));
    *mean = sum / (SIZE * SIZE * FRAMES);
}

/* The whole picture of a slow turn flickers as the truth, 64 samples a pixel, does: less would be grain lost,
 * more would be shimmer. And it is as dark. */
static void test_turning_does_not_shimmer(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){.dots = 150000, .diameter_mm = 0.13f, .od = 120}, &scene);
    const double scales[] = {0.3, 0.42, 0.5, 0.6};
    double worst = 0;
    for (int quality = VIEW_DRAFT; quality <= VIEW_STANDARD; quality++)
        for (int i = 0; i < 4; i++) {
            double ours, truth, mean, true_mean;
            measure_turn(&scene, (ViewQuality)quality, scales[i], 1, &ours, &mean);
            measure_turn(&scene, (ViewQuality)quality, scales[i], 8, &truth, &true_mean);
            print_message(
                "%s, %.2f mm a pixel: frame to frame %.5f, 64 samples a pixel %.5f; mean %.4f, %.4f\n",
                view_quality_names[quality], scales[i], ours, truth, mean, true_mean);
            worst = fmax(worst, fabs(ours / truth - 1));
            assert_true(fabs(mean / true_mean - 1) < 0.01);
        }
    assert_true(worst < 0.1);
}

/* Mean square of the steps between neighbours along rows, or along columns. */
static double roughness(const Image *image, int dx, int dy) {
    double sum = 0;
    for (int y = 20; y < image->height - 20; y++)
        for (int x = 20; x < image->width - 20; x++) {
            const int at = y * image->width + x, next = at + dy * image->width + dx;
            sum += pow(image->rgba[4 * at + 1] - image->rgba[4 * next + 1], 2);
        }
    return sum;
}

/* An open shutter smears along the turn and not across it, and is as bright. */
static void test_an_open_shutter_blurs_the_turn(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){.dots = 9000, .diameter_mm = 0.8f, .od = 200}, &scene);
    FrameDesc frame = frame_at(&scene, 96, 0.4, 0);
    frame.quality = VIEW_FINAL;
    frame.samples = 12;
    const Image sharp = render(&scene, &frame);
    frame.shutter_deg = 2; /* 3 mm, 8 px at the front */
    const Image blurred = render(&scene, &frame);
    assert_true(roughness(&blurred, 1, 0) < 0.3 * roughness(&sharp, 1, 0));
    assert_true(roughness(&blurred, 0, 1) > 1.5 * roughness(&blurred, 1, 0));
    assert_true(fabs(mean_middle(&blurred, 24) / mean_middle(&sharp, 24) - 1) < 0.03);
}

static void test_culling_loses_nothing(void **state) {
    (void)state;
    Image image[2];
    for (int one = 0; one < 2; one++) {
        Scene scene;
        use_scene(
            &(BallDesc){.dots = 9000, .hairs = 3000, .diameter_mm = 0.8f, .od = 200, .one_cluster = one},
            &scene);
        FrameDesc frame = frame_at(&scene, 256, 0.5, 130);
        frame.quality = VIEW_DRAFT;
        frame.show_hair = true;
        frame.hair_length_mm = 2;
        image[one] = render(&scene, &frame);
    }
    int differ = 0;
    for (int i = 0; i < 4 * 256 * 256; i++) differ += abs(image[0].rgba[i] - image[1].rgba[i]) > 1;
    assert_int_equal(differ, 0);
}

static void test_mask_and_normals(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){.dots = 100, .diameter_mm = 0.2f, .od = 100}, &scene);
    FrameDesc frame = frame_at(&scene, 200, 1.2, 0);
    frame.layers = VIEW_MASK;
    const Image mask = render(&scene, &frame);
    int white = 0, grey = 0;
    for (int p = 0; p < 200 * 200; p++) {
        white += mask.rgba[4 * p] == 255;
        grey += mask.rgba[4 * p] != 255 && mask.rgba[4 * p] != 0;
    }
    const double f = frame.camera.fx, sine = (double)BALL_RADIUS_MM / 1500,
                 r = f * sine / sqrt(1 - sine * sine);
    assert_true(fabs(white / (3.14159265 * r * r) - 1) < 0.01);
    assert_int_equal(grey, 0);
    frame.layers = VIEW_NORMALS;
    const Image normals = render(&scene, &frame);
    const uint8_t *middle = normals.rgba + 4 * (100 * 200 + 100);
    assert_in_range(middle[0], 126, 130);
    assert_in_range(middle[1], 125, 130);
    assert_int_equal(middle[2], 255);
    const uint8_t *high = normals.rgba + 4 * (60 * 200 + 100); /* above the middle: y up */
    assert_true(high[1] > 150);
}

static void test_photo_light_shows_the_photo(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){0}, &scene);
    FrameDesc frame = frame_at(&scene, 100, 1, 0);
    frame.light.preset = 7;
    const Image image = render(&scene, &frame);
    const uint8_t *middle = image.rgba + 4 * (50 * 100 + 50), wanted[3] = {201, 127, 90};
    for (int c = 0; c < 3; c++) assert_in_range(middle[c], wanted[c] - 1, wanted[c] + 1);
}

static void test_backgrounds(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){0}, &scene);
    for (int quality = VIEW_DRAFT; quality <= VIEW_FINAL; quality++) {
        FrameDesc frame = frame_at(&scene, 120, 2.2, 0);
        frame.quality = (ViewQuality)quality;
        frame.samples = 4;
        frame.background = VIEW_TRANSPARENT;
        const Image clear = render(&scene, &frame);
        assert_int_equal(clear.rgba[3], 0);
        assert_int_equal(clear.rgba[4 * (60 * 120 + 60) + 3], 255);
        frame.background = VIEW_STUDIO_BACKGROUND;
        const Image wall = render(&scene, &frame);
        assert_int_equal(wall.rgba[3], 255);
        assert_true(wall.rgba[0] > 60);
    }
}

static void test_hair_covers_more_as_it_grows(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){.hairs = 120000, .diameter_mm = 0.1f}, &scene);
    double before = 1.01;
    const float lengths[] = {0.3f, 1, 3, 5.9f, 6.1f, 12};
    for (int i = 0; i < 6; i++) {
        FrameDesc frame = frame_at(&scene, 128, 0.5, 0);
        frame.layers = VIEW_HAIR;
        frame.show_hair = true;
        frame.hair_length_mm = lengths[i];
        const Image image = render(&scene, &frame);
        const double through = mean_middle(&image, 40);
        print_message("hair of %4.1f mm covers %4.1f %%\n", (double)lengths[i], 100 * (1 - through));
        assert_true(through < before);
        before = through;
    }
}

/* Long hair shades the skin, the more of it the longer; it is gone again when it is cut. */
static void test_long_hair_shades_the_skin(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){.hairs = 3000, .diameter_mm = 0.1f}, &scene);
    const float lengths[] = {1, 30, 60, 1};
    double light[4];
    for (int i = 0; i < 4; i++) {
        FrameDesc frame = frame_at(&scene, 96, 0.8, 0);
        frame.layers = VIEW_SHADOW;
        frame.show_hair = true;
        frame.hair_length_mm = lengths[i];
        const Image image = render(&scene, &frame);
        light[i] = mean_middle(&image, 40);
    }
    assert_true(light[1] < light[0] - 0.01 && light[2] < light[1] - 0.01);
    assert_true(light[3] == light[0]);
}

static void test_nothing_is_uploaded_twice(void **state) {
    Scene scene;
    use_scene(&(BallDesc){.dots = 20000, .hairs = 2000, .diameter_mm = 0.13f, .od = 80}, &scene);
    Err err = {{0}};
    FrameDesc frame = frame_at(&scene, 100, 2, 0);
    (void)render(&scene, &frame);
    frame = frame_at(&scene, 100, 2, 3);
    assert_true(view_begin(view, &scene, &frame, 1, &err));
    uint64_t tag;
    assert_non_null(view_take(view, true, &tag));
    view_release(view);
    const GpuTarget none = {0};
    assert_true(view_sync(view, &scene, &err));
    assert_true(
        view_draw(view, &scene, &frame, &(ViewPlace){.target = none, .width = 64, .height = 48}, &err));
    assert_true(gpu_counters(*state).upload_bytes < 16384);
    gpu_frame_end(*state);
}

static void test_frames_in_flight_are_the_same(void **state) {
    (void)state;
    Scene scene;
    use_scene(&(BallDesc){.dots = 20000, .diameter_mm = 0.13f, .od = 80}, &scene);
    Err err = {{0}};
    Image still[3];
    for (int i = 0; i < 3; i++) {
        const FrameDesc frame = frame_at(&scene, 64, 3, 30 * i);
        still[i] = render(&scene, &frame);
    }
    for (int i = 0; i < 3; i++) {
        const FrameDesc frame = frame_at(&scene, 64, 3, 30 * i);
        assert_true(view_begin(view, &scene, &frame, (uint64_t)i, &err));
    }
    for (int i = 0; i < 3; i++) {
        uint64_t tag;
        const uint8_t *rows = view_take(view, true, &tag);
        assert_non_null(rows);
        assert_int_equal(tag, i);
        for (int y = 0; y < 64; y++)
            assert_memory_equal(rows + 4 * 64 * (63 - y), still[i].rgba + 4 * 64 * y, 4 * 64);
        view_release(view);
    }
}

static void test_every_light_and_layer_draws(void **state) {
    Scene scene;
    use_scene(&(BallDesc){.dots = 2000, .hairs = 2000, .diameter_mm = 0.3f, .od = 80}, &scene);
    for (int light = 0; light < 8; light++)
        for (int layer = VIEW_ALL; layer < VIEW_LAYER_COUNT; layer++) {
            FrameDesc frame = frame_at(&scene, 64, 3, 40);
            frame.light.preset = light;
            frame.layers = (ViewLayers)layer;
            frame.show_hair = true;
            frame.hair_length_mm = layer % 2 ? 1.0f : 20.0f;
            (void)render(&scene, &frame);
            assert_int_equal(gpu_counters(*state).draws_skipped, 0);
        }
}

/* After every light and layer: all programs that use the blocks are loaded. */
static void test_blocks_match_their_mirrors(void **state) {
    (void)state;
    Err err = {{0}};
    if (!shader_bank_check_block(view->bank, &frame_block_layout, &err)) fail_msg("%s", err.text);
    if (!shader_bank_check_block(view->bank, &kernel_block_layout, &err)) fail_msg("%s", err.text);
}

/* A tent that is open below: its sides end in a slanted plane. */
static void test_the_neck_ends_in_a_plane(void **state) {
    (void)state;
    float pos[5][3] = {
        {0, 40, 0}, {30, -8, -10}, {-30, -8, -10}, {-30, 4, 30}, {30, 4, 30}}; /* y = 0.3 z - 5 */
    uint32_t tri[6][3] = {{0, 1, 2}, {0, 2, 3}, {0, 3, 4}, {0, 4, 1}, {1, 3, 2}, {1, 4, 3}};
    const Mesh mesh = {.vertex_count = 5, .triangle_count = 4, .pos = pos, .tri = tri};
    HeadBounds bounds;
    head_bounds_build(&mesh, &arena, &bounds);
    assert_float_equal(bounds.cut[0], 0, 1e-5);
    assert_float_equal(bounds.cut[2] / bounds.cut[1], -0.3, 1e-5);
    assert_float_equal(bounds.cut[3] / bounds.cut[1], 5, 1e-4);
    Mesh closed = mesh;
    closed.triangle_count = 6;
    head_bounds_build(&closed, &arena, &bounds);
    assert_true(bounds.cut[3] > 1000); /* nothing fades */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_frame_same_bytes),
        cmocka_unit_test(test_a_full_head_gives_the_same_bytes),
        cmocka_unit_test(test_a_dragged_mark_leaves_no_trace),
        cmocka_unit_test(test_millimetres_are_true),
        cmocka_unit_test(test_darkness_does_not_depend_on_zoom),
        cmocka_unit_test(test_turning_does_not_shimmer),
        cmocka_unit_test(test_an_open_shutter_blurs_the_turn),
        cmocka_unit_test(test_culling_loses_nothing),
        cmocka_unit_test(test_mask_and_normals),
        cmocka_unit_test(test_photo_light_shows_the_photo),
        cmocka_unit_test(test_backgrounds),
        cmocka_unit_test(test_the_neck_ends_in_a_plane),
        cmocka_unit_test(test_hair_covers_more_as_it_grows),
        cmocka_unit_test(test_long_hair_shades_the_skin),
        cmocka_unit_test(test_nothing_is_uploaded_twice),
        cmocka_unit_test(test_frames_in_flight_are_the_same),
        cmocka_unit_test(test_every_light_and_layer_draws),
        cmocka_unit_test(test_blocks_match_their_mirrors),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
