/* Cameras look where their names say, and motion does not depend on how time is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "engine/camera.h"
#include "engine/rng.h"

/* A head's outermost points, mm: vertex, chin, sides, brow, occiput (domain.md section 7). */
static const double head_points[][3] = {{0, 131, 0}, {0, -110, 85}, {90, 0, 0},
                                        {-90, 0, 0}, {0, 40, 100},  {0, 20, -105}};

static double uniform(uint32_t id, uint32_t salt) {
    return (double)hash_float(id, salt);
}

static Orbit random_orbit(uint32_t i) {
    return (Orbit){.azimuth_deg = uniform(i, 1) * 360,
                   .elevation_deg = uniform(i, 2) * 110 - 20,
                   .distance_mm = 400 + uniform(i, 3) * 1000,
                   .fov_deg = 15 + uniform(i, 4) * 30,
                   .target_mm = {uniform(i, 5) * 40, uniform(i, 6) * 40, uniform(i, 7) * 40}};
}

static void test_rotation_is_one(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 200; i++) {
        Camera camera;
        const Orbit orbit = random_orbit(i);
        orbit_camera(&orbit, 800, 600, &camera);
        const double(*r)[4] = (const double(*)[4])camera.camera_from_head;
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                const double dot = r[a][0] * r[b][0] + r[a][1] * r[b][1] + r[a][2] * r[b][2];
                assert_true(fabs(dot - (a == b)) < 1e-12);
            }
        }
        const double determinant = r[0][0] * (r[1][1] * r[2][2] - r[1][2] * r[2][1]) -
                                   r[0][1] * (r[1][0] * r[2][2] - r[1][2] * r[2][0]) +
                                   r[0][2] * (r[1][0] * r[2][1] - r[1][1] * r[2][0]);
        assert_true(fabs(determinant - 1) < 1e-12);
        double px[2];
        const double depth = camera_project(&camera, orbit.target_mm, px);
        assert_true(fabs(depth - orbit.distance_mm) < 1e-9);
        assert_true(fabs(px[0] - 400) < 1e-9 && fabs(px[1] - 300) < 1e-9);
    }
}

static void test_ray_meets_its_point(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 200; i++) {
        Camera camera;
        const Orbit orbit = random_orbit(i);
        orbit_camera(&orbit, 640, 480, &camera);
        const double point[3] = {uniform(i, 8) * 100, uniform(i, 9) * 100, uniform(i, 10) * 100};
        double px[2], origin[3], direction[3], along = 0, away = 0;
        camera_project(&camera, point, px);
        camera_ray(&camera, px[0], px[1], origin, direction);
        for (int axis = 0; axis < 3; axis++) along += (point[axis] - origin[axis]) * direction[axis];
        for (int axis = 0; axis < 3; axis++)
            away += fabs(origin[axis] + along * direction[axis] - point[axis]);
        assert_true(along > 0 && away < 1e-8);
    }
}

static void test_clip_space_agrees(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 200; i++) {
        Camera camera;
        float m[16];
        const Orbit orbit = random_orbit(i);
        orbit_camera(&orbit, 640, 480, &camera);
        camera.cx += 30; /* an off-centre camera, as a crop has */
        camera.cy -= 12;
        camera_clip_from_head(&camera, 50, 3000, m);
        const double point[3] = {uniform(i, 8) * 100, uniform(i, 9) * 100, uniform(i, 10) * 100};
        double px[2], clip[4];
        const double depth = camera_project(&camera, point, px);
        for (int row = 0; row < 4; row++)
            clip[row] = (double)m[row] * point[0] + (double)m[4 + row] * point[1] +
                        (double)m[8 + row] * point[2] + (double)m[12 + row];
        assert_true(fabs(clip[3] - depth) < 1e-3);
        assert_true(fabs((clip[0] / clip[3] + 1) * 320 - px[0]) < 1e-2);
        assert_true(fabs((1 - clip[1] / clip[3]) * 240 - px[1]) < 1e-2);
        assert_true(clip[2] / clip[3] > -1 && clip[2] / clip[3] < 1);
    }
    Camera front;
    const Orbit orbit = orbit_named(CAMERA_FRONT);
    float m[16];
    orbit_camera(&orbit, 100, 100, &front);
    camera_clip_from_head(&front, 700, 1100, m);
    const double near_z = orbit.target_mm[2] + 200; /* 700 mm in front of the camera */
    const double z = (double)m[10] * near_z + (double)m[14] + (double)m[6] * orbit.target_mm[1];
    assert_true(fabs(z / 700 + 1) < 1e-4);
}

static void test_named_views(void **state) {
    (void)state;
    static const int sizes[][2] = {{900, 900}, {1280, 720}, {720, 1280}};
    for (int view = 0; view < CAMERA_VIEW_COUNT; view++) {
        for (int size = 0; size < 3; size++) {
            Camera camera;
            const Orbit orbit = orbit_named((CameraView)view);
            orbit_camera(&orbit, sizes[size][0], sizes[size][1], &camera);
            for (size_t i = 0; i < sizeof head_points / sizeof head_points[0]; i++) {
                double px[2];
                assert_true(camera_project(&camera, head_points[i], px) > 0);
                assert_true(px[0] > 0 && px[0] < camera.width && px[1] > 0 && px[1] < camera.height);
            }
        }
    }
    Camera camera;
    double centre[3], px[2];
    Orbit orbit = orbit_named(CAMERA_LEFT);
    orbit_camera(&orbit, 900, 900, &camera);
    camera_centre(&camera, centre);
    assert_true(centre[0] > 800); /* on the head's left */
    camera_project(&camera, (double[3]){0, 0, 100}, px);
    assert_true(px[0] < 400); /* the nose points to the left of the picture */
    orbit = orbit_named(CAMERA_FRONT);
    orbit_camera(&orbit, 900, 900, &camera);
    camera_project(&camera, (double[3]){80, 0, 0}, px);
    assert_true(px[0] > 500); /* their left is on our right */
    orbit = orbit_named(CAMERA_TOP);
    orbit_camera(&orbit, 900, 900, &camera);
    camera_centre(&camera, centre);
    assert_true(centre[1] > 800);
    camera_project(&camera, (double[3]){0, 100, 100}, px);
    assert_true(px[1] > 500); /* the face looks down the picture */
}

/* Near, the edge of the scalp; far again, the head; a point that was chosen stays. */
static void test_stood_off_looks_at_the_scalp(void **state) {
    (void)state;
    for (int view = 0; view < CAMERA_VIEW_COUNT; view++) {
        const Orbit from = orbit_named((CameraView)view), near = orbit_stood_off(from, 300);
        Camera camera;
        double px[2];
        orbit_camera(&near, 900, 900, &camera);
        camera_project(&camera, (double[3]){0, -10, 90}, px); /* between the eyes */
        const bool behind = view == CAMERA_BACK || view == CAMERA_CROWN;
        assert_true(behind || fabs(px[0] - 450) > 300 || fabs(px[1] - 450) > 300);
        const Orbit far = orbit_stood_off(near, 1000);
        assert_true(far.target_mm[1] <= 42);
        assert_memory_equal(orbit_stood_off(from, 1000).target_mm, from.target_mm, sizeof from.target_mm);
    }
    Orbit chosen = orbit_named(CAMERA_FRONT);
    memcpy(chosen.target_mm, (double[3]){70, 20, 30}, sizeof chosen.target_mm);
    assert_memory_equal(orbit_stood_off(chosen, 300).target_mm, chosen.target_mm, sizeof chosen.target_mm);
}

/* The camera that an orbit would have, had it gone on about its target. */
static void test_orbited_goes_on_with_the_orbit(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed < 6; seed++) {
        Orbit orbit = random_orbit(seed);
        Camera from, to;
        orbit_camera(&orbit, 640, 480, &from);
        orbit.azimuth_deg += 7.5;
        orbit_camera(&orbit, 640, 480, &to);
        const Camera moved = camera_orbited(&from, orbit.target_mm, 7.5);
        for (int row = 0; row < 3; row++)
            for (int i = 0; i < 4; i++)
                assert_true(fabs(moved.camera_from_head[row][i] - to.camera_from_head[row][i]) < 1e-9);
    }
}

static void test_resized_keeps_the_view(void **state) {
    (void)state;
    Camera camera;
    const Orbit orbit = random_orbit(3);
    orbit_camera(&orbit, 900, 1200, &camera);
    const Camera twice = camera_resized(&camera, 1800, 2400);
    double a[2], b[2];
    camera_project(&camera, head_points[1], a);
    camera_project(&twice, head_points[1], b);
    assert_true(fabs(a[0] * 2 - b[0]) < 1e-9 && fabs(a[1] * 2 - b[1]) < 1e-9);
    const Camera wide = camera_resized(&camera, 1600, 900);
    assert_true(fabs(wide.fx - camera.fx) < 1e-9 && wide.width == 1600);
}

static void run(OrbitMotion *motion, double total_s, int steps) {
    for (int i = 0; i < steps; i++) orbit_motion_step(motion, total_s / steps);
}

static void test_motion_does_not_depend_on_steps(void **state) {
    (void)state;
    const Orbit start = orbit_named(CAMERA_FRONT);
    OrbitMotion one, many;
    orbit_motion_reset(&one, &start);
    orbit_motion_drag(&one, 200, 80, 900);
    orbit_motion_zoom(&one, 1.7);
    many = one;
    run(&one, 0.08, 1);
    run(&many, 0.08, 37);
    assert_true(fabs(one.now.azimuth_deg - many.now.azimuth_deg) < 1e-9);
    assert_true(fabs(one.now.distance_mm - many.now.distance_mm) < 1e-6);
    for (int i = 0; i < 7; i++)
        assert_true(fabs(one.velocity[i] - many.velocity[i]) < 1e-6 * (1 + fabs(one.velocity[i])));
    /* After one time constant (1 + 1) / e of the way is left: 0.7358. */
    OrbitMotion tau;
    orbit_motion_reset(&tau, &start);
    orbit_motion_drag(&tau, 100, 0, 900);
    run(&tau, ORBIT_TIME_CONSTANT_MS / 1000.0, 5);
    assert_true(
        fabs((tau.goal.azimuth_deg - tau.now.azimuth_deg) / (tau.goal.azimuth_deg - start.azimuth_deg) -
             2 / exp(1)) < 1e-9);
    /* It arrives, says so, and then rests exactly. */
    int steps = 0;
    while (orbit_motion_step(&one, 1 / 60.0) && steps < 1000) steps++;
    assert_true(steps < 60);
    assert_true(one.now.azimuth_deg == one.goal.azimuth_deg && one.velocity[0] == 0);
    assert_false(orbit_motion_step(&one, 0));
}

static void test_limits(void **state) {
    (void)state;
    const Orbit start = orbit_named(CAMERA_FRONT);
    OrbitMotion motion;
    orbit_motion_reset(&motion, &start);
    orbit_motion_drag(&motion, 0, 1e6, 900);
    assert_true(motion.goal.elevation_deg == 90);
    orbit_motion_drag(&motion, 0, -1e6, 900);
    assert_true(motion.goal.elevation_deg == -20);
    orbit_motion_zoom(&motion, 1e6);
    assert_true(motion.goal.distance_mm >= 250);
    orbit_motion_zoom(&motion, 1e-6);
    assert_true(motion.goal.distance_mm <= 3500);
    orbit_motion_pan(&motion, 1e6, 1e6, 900);
    const double *t = motion.goal.target_mm;
    assert_true(sqrt(t[0] * t[0] + t[1] * t[1] + t[2] * t[2]) < 151);
    /* What is dragged stays under the finger: 30 px of pan move the target 30 px. */
    Camera before, after;
    double a[2], b[2];
    orbit_motion_reset(&motion, &start);
    orbit_motion_pan(&motion, 30, -20, 900);
    orbit_camera(&start, 900, 900, &before);
    orbit_camera(&motion.goal, 900, 900, &after);
    camera_project(&before, start.target_mm, a);
    camera_project(&after, start.target_mm, b);
    assert_true(fabs(b[0] - a[0] - 30) < 1e-6 && fabs(b[1] - a[1] + 20) < 1e-6);
}

/* What is under the pointer stays there, nearer and back. */
static void test_zoom_goes_to_a_point(void **state) {
    (void)state;
    const Orbit start = orbit_named(CAMERA_34);
    const double point[3] = {60, 70, 40};
    Camera before, after;
    double a[2], b[2];
    OrbitMotion motion;
    orbit_motion_reset(&motion, &start);
    orbit_camera(&start, 900, 700, &before);
    camera_project(&before, point, a);
    for (int i = 0; i < 4; i++) {
        orbit_motion_zoom_at(&motion, i < 3 ? 1.3 : 0.6, point);
        orbit_camera(&motion.goal, 900, 700, &after);
        camera_project(&after, point, b);
        assert_true(hypot(b[0] - a[0], b[1] - a[1]) < 1e-6);
    }
    assert_true(motion.goal.distance_mm < start.distance_mm);
}

static void test_a_flick_glides_and_is_caught(void **state) {
    (void)state;
    const Orbit start = orbit_named(CAMERA_FRONT);
    OrbitMotion slow, flick;
    orbit_motion_reset(&slow, &start);
    orbit_motion_reset(&flick, &start);
    for (int i = 0; i < 12; i++) {
        orbit_motion_drag(&flick, 20, 0, 900);
        orbit_motion_step(&flick, 1 / 60.0);
    }
    slow = flick;
    for (int i = 0; i < 60; i++) orbit_motion_step(&slow, 1 / 60.0); /* held still before letting go */
    orbit_motion_release(&slow);
    assert_false(orbit_motion_step(&slow, 1 / 60.0));
    assert_true(slow.now.azimuth_deg == slow.goal.azimuth_deg);
    const double let_go = flick.goal.azimuth_deg, speed = flick.velocity[0];
    orbit_motion_release(&flick);
    OrbitMotion caught = flick;
    int frames = 0;
    while (orbit_motion_step(&flick, 1 / 60.0) && frames < 600) frames++;
    assert_true(frames > 30 && frames < 150); /* under 2.5 s */
    const double glided = flick.now.azimuth_deg - let_go;
    assert_true(glided / speed > 0.2 && glided / speed < 0.31); /* its way, seconds of its speed */
    run(&caught, 0.1, 6);
    orbit_motion_catch(&caught);
    const double at = caught.now.azimuth_deg;
    assert_false(orbit_motion_step(&caught, 1 / 60.0));
    assert_true(caught.now.azimuth_deg == at);
    /* A double tap brings a place to the middle. */
    const double place[3] = {20, 90, 60};
    Camera camera;
    double px[2];
    orbit_motion_centre(&caught, place);
    run(&caught, 3, 180);
    orbit_camera(&caught.now, 800, 600, &camera);
    camera_project(&camera, place, px);
    assert_true(fabs(px[0] - 400) < 0.1 && fabs(px[1] - 300) < 0.1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotation_is_one),
        cmocka_unit_test(test_ray_meets_its_point),
        cmocka_unit_test(test_clip_space_agrees),
        cmocka_unit_test(test_named_views),
        cmocka_unit_test(test_stood_off_looks_at_the_scalp),
        cmocka_unit_test(test_orbited_goes_on_with_the_orbit),
        cmocka_unit_test(test_resized_keeps_the_view),
        cmocka_unit_test(test_motion_does_not_depend_on_steps),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_zoom_goes_to_a_point),
        cmocka_unit_test(test_a_flick_glides_and_is_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
