/* skinregister: two photos of one ball with a pattern of skin, the second with a camera that is 1.5 mm and
 * half a degree off: after the build both show the same pore at the same place of the ball. One that is 15
 * degrees off is named astray. */
#include "../../src/skinfill.h"
#include "../../src/skinproject.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ACROSS = 160, DOWN = 80, NODES = ACROSS * (DOWN + 1), PX = 480 };
#define RADIUS_MM 90.0
#define AWAY_MM   600.0

static Arena arena, scratch;

static int setup(void **state) {
    (void)state;
    ArenaDesc desc = {.name = "test"};
    return arena_create(&arena, &desc, NULL) && arena_create(&scratch, &desc, NULL) ? 0 : 1;
}

static int teardown(void **state) {
    (void)state;
    arena_destroy(&arena);
    arena_destroy(&scratch);
    return 0;
}

/* A ball whose poles lie above and below. */
static void build_ball(SkinSurface *out) {
    static float pos[NODES][3], nrm[NODES][3], uv[NODES][2];
    static uint32_t tri[2 * ACROSS * DOWN][3];
    uint32_t t = 0;
    for (uint32_t i = 0; i < NODES; i++) {
        double turn = 2 * M_PI * (i % ACROSS) / ACROSS, up = M_PI * (double)(i / ACROSS) / DOWN;
        double n[3] = {sin(up) * sin(turn), cos(up), sin(up) * cos(turn)};
        for (int c = 0; c < 3; c++) {
            nrm[i][c] = (float)n[c];
            pos[i][c] = (float)(RADIUS_MM * n[c]);
        }
    }
    for (uint32_t y = 0; y < DOWN; y++) {
        for (uint32_t x = 0; x < ACROSS; x++) {
            uint32_t a = y * ACROSS + x, b = y * ACROSS + (x + 1) % ACROSS;
            memcpy(tri[t++], (uint32_t[3]){a, a + ACROSS, b}, sizeof tri[0]);
            memcpy(tri[t++], (uint32_t[3]){b, a + ACROSS, b + ACROSS}, sizeof tri[0]);
        }
    }
    Mesh mesh = {.pos = pos, .nrm = nrm, .uv = uv, .tri = tri, .vertex_count = NODES, .triangle_count = t};
    float landmark[LM_COUNT][3] = {{0}};
    landmark[LM_GLABELLA][1] = 200; /* no scalp, and nothing behind an ear: nothing of it is hair */
    landmark[LM_LEFT_TRAGION][2] = -200;
    landmark[LM_MENTON][1] = -200;
    Err err = {{0}};
    assert_true(skinsurface_build(&mesh, NULL, (const float(*)[3])landmark, &arena, out, &err));
}

/* Looks at the middle from `turn_deg` to the left of the face. */
static Camera camera_at(double turn_deg) {
    double t = turn_deg * M_PI / 180, c = cos(t), s = sin(t);
    Camera out = {.width = PX, .height = PX, .fx = 1300, .fy = 1300, .cx = PX / 2, .cy = PX / 2};
    const double m[3][4] = {{c, 0, -s, 0}, {0, -1, 0, 0}, {-s, 0, -c, AWAY_MM}};
    memcpy(out.camera_from_head, m, sizeof m);
    return out;
}

/* Where the ray through a pixel meets the ball. */
static bool hit(const Camera *camera, double x, double y, double out[3]) {
    const double(*m)[4] = (const double(*)[4])camera->camera_from_head;
    double eye[3], ray[3] = {(x - camera->cx) / camera->fx, (y - camera->cy) / camera->fy, 1}, d[3];
    camera_centre(camera, eye);
    double a = 0, b = 0, c = -RADIUS_MM * RADIUS_MM;
    for (int i = 0; i < 3; i++) {
        d[i] = m[0][i] * ray[0] + m[1][i] * ray[1] + m[2][i] * ray[2];
        a += d[i] * d[i];
        b += d[i] * eye[i];
        c += eye[i] * eye[i];
    }
    double root = b * b - a * c;
    if (root < 0) return false;
    for (int i = 0; i < 3; i++) out[i] = eye[i] + d[i] * (-b - sqrt(root)) / a;
    return true;
}

static void take_photo(const Camera *camera, SkinPhoto *out) {
    assert_true(image_alloc(&arena, PX, PX, &out->image, NULL));
    out->mask = ARENA_ARRAY(&arena, uint8_t, PX * PX);
    out->camera = *camera;
    for (int i = 0; i < PX * PX; i++) {
        double p[3];
        bool on = hit(camera, i % PX + 0.5, (double)(i / PX) + 0.5, p);
        float q[3] = {0};
        for (int c = 0; on && c < 3; c++) q[c] = (float)p[c] / 4;
        float grey = on ? 150 + 20 * skinfill_noise(q, 3) : 90;
        memset(out->image.rgba + 4 * i, (int)fminf(255, fmaxf(0, grey)), 3);
        out->image.rgba[4 * i + 3] = 255;
        out->mask[i] = on ? 255 : 0;
    }
}

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Median distance on the ball between what two photos say of the same node; moved: by their shifts. */
static float median_apart(const SkinSurface *s, const SkinView view[2], const Camera truth[2], bool moved) {
    static float apart[NODES];
    size_t count = 0;
    for (uint32_t i = 0; i < s->node_count; i++) {
        double p[2][3], d = 0;
        bool seen = true;
        for (int k = 0; k < 2; k++) {
            const float *px = view[k].px[i], *shift = view[k].shift[i];
            seen = seen && view[k].weight[i] > 0.15f &&
                   hit(&truth[k], (double)(px[0] - (moved ? 0 : shift[0])),
                       (double)(px[1] - (moved ? 0 : shift[1])), p[k]);
        }
        if (!seen) continue;
        for (int c = 0; c < 3; c++) d += (p[0][c] - p[1][c]) * (p[0][c] - p[1][c]);
        apart[count++] = (float)sqrt(d);
    }
    assert_true(count > 300);
    qsort(apart, count, sizeof *apart, by_value);
    return apart[count / 2];
}

/* The ball from in front and from 60 degrees to the left, with the camera that is said of the second. */
static const double ASIDE_DEG = 60;

static void build_two(const Camera *said, SkinSurface *ball, SkinView view[2]) {
    SkinPhoto photo[2] = {{.mask = NULL}};
    Err err = {{0}};
    const Camera truth[2] = {camera_at(0), camera_at(ASIDE_DEG)};
    build_ball(ball);
    for (int k = 0; k < 2; k++) take_photo(&truth[k], &photo[k]);
    photo[1].camera = *said;
    assert_true(skinproject_build(ball, photo, 2, 1024, &arena, &scratch, view, &err));
}

static void test_photos_meet(void **state) {
    (void)state;
    SkinSurface ball;
    SkinView view[2];
    const Camera truth[2] = {camera_at(0), camera_at(ASIDE_DEG)};
    Camera said = camera_at(ASIDE_DEG + 0.5);
    said.camera_from_head[1][3] += 1.5;
    build_two(&said, &ball, view);
    float before = median_apart(&ball, view, truth, false), after = median_apart(&ball, view, truth, true);
    print_message("one pore, two photos: %.2f mm apart, %.2f after\n", (double)before, (double)after);
    assert_true(before > 1.5f);
    assert_true(after < 0.5f);
    assert_false(view[1].astray);
}

/* Where the first photo sees the skin, one whose camera is 15 degrees off has nothing to say. */
static void test_a_photo_astray_gives_way(void **state) {
    (void)state;
    SkinSurface ball;
    SkinView view[2];
    const Camera said = camera_at(ASIDE_DEG + 15);
    build_two(&said, &ball, view);
    assert_true(!view[0].astray && view[1].astray);
    uint32_t first = 0, only = 0;
    for (uint32_t i = 0; i < ball.node_count; i++) {
        if (view[0].weight[i] > 0.1f) {
            first++;
            assert_true(view[1].weight[i] == 0);
        } else if (view[0].weight[i] == 0) {
            only += view[1].weight[i] > 0.3f;
        }
    }
    assert_true(first > 1000 && only > 300);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_photos_meet),
                                       cmocka_unit_test(test_a_photo_astray_gives_way)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
