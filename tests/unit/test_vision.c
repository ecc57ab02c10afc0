/* Faces are found where they are; silhouettes agree with exact ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>
#include <time.h>

#include "engine/vision.h"

static Arena arena;

static int set_up(void **state) {
    (void)state;
    return arena_create(&arena, &(ArenaDesc){.name = "test"}, NULL) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    arena_destroy(&arena);
    return 0;
}

static const char *const names[] = {"front", "left", "right", "back", "top", "selfie", "selfie_busy"};

static bool load(const char *name, const char *ending, Image *image) {
    char path[1024];
    snprintf(path, sizeof path, "%s/data/photos/lps_%s%s", STIPPLE_SHARED, name, ending);
    return image_load(path, &arena, image, NULL, NULL);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void test_faces(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        Image image;
        Err err = {0};
        VisionFaces faces;
        if (!vision_available() || !load(names[i], ".jpg", &image)) {
            print_message("skipped: no reference data or no face finder\n");
            skip();
        }
        const double start = seconds();
        assert_true(vision_find_faces(&image, &faces, &err));
        print_message("%-12s %d faces, %.0f ms", names[i], faces.count, (seconds() - start) * 1e3);
        for (int f = 0; f < faces.count; f++) {
            const VisionFace *face = &faces.faces[f];
            print_message(" [%.0f %.0f %.0f score %.1f eyes %.0f,%.0f %.0f,%.0f]", (double)face->face.x,
                          (double)face->face.y, (double)face->face.width, (double)face->score,
                          (double)(face->left_eye.x + face->left_eye.width / 2),
                          (double)(face->left_eye.y + face->left_eye.height / 2),
                          (double)(face->right_eye.x + face->right_eye.width / 2),
                          (double)(face->right_eye.y + face->right_eye.height / 2));
        }
        print_message("\n");
        const bool frontal = i == 0 || i >= 5;
        /* The face's box holds the middle of the head; nothing else is found with confidence. */
        if (frontal) {
            assert_true(faces.count >= 1 && faces.faces[0].score > 20);
            const VisionBox *box = &faces.faces[0].face;
            assert_true(box->x < 440 && box->x + box->width > 470 && box->y < 600 &&
                        box->y + box->height > 750);
        } else {
            assert_true(faces.count == 0 || faces.faces[0].score < 20);
        }
        arena_wipe(&arena);
    }
}

/* Landscapes, with a man seen from behind: nothing that counts as a face. */
static void test_no_faces(void **state) {
    (void)state;
    static const int orientations[] = {1, 3, 6, 8};
    for (int i = 0; i < 4; i++) {
        Image image;
        Err err = {0};
        VisionFaces faces;
        char path[1024];
        snprintf(path, sizeof path, "%s/data/formats/orientation_%d.jpg", STIPPLE_SHARED, orientations[i]);
        if (!vision_available() || !image_load(path, &arena, &image, NULL, &err)) {
            print_message("skipped: no reference data or no face finder\n");
            skip();
        }
        assert_true(vision_find_faces(&image, &faces, &err));
        assert_true(faces.count == 0 || faces.faces[0].score < 12);
        arena_wipe(&arena);
    }
}

/* How far the edge of `mask` lies from that of `truth` above `last_row`: for each true edge pixel the nearest
 * place where the mask's rows or columns cross one half, in fractions of a pixel, looked for within 40 px. */
typedef struct EdgeError {
    double mean, percentile95;
} EdgeError;

static double crossing_distance(const uint8_t *mask, size_t at, size_t stride, int reach) {
    double best = reach;
    for (int sign = -1; sign <= 1; sign += 2) {
        for (int step = -reach; step < reach; step++) {
            const double a = mask[(size_t)((long)at + step * (long)stride)];
            const double b = mask[(size_t)((long)at + (step + 1) * (long)stride)];
            if ((a >= 127.5) == (b >= 127.5)) continue;
            const double where = fabs(step + (127.5 - a) / (b - a));
            best = where < best ? where : best;
        }
    }
    return best;
}

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static EdgeError edge_error(const uint8_t *mask, const uint8_t *truth, int width, int height, int last_row) {
    enum { REACH = 40 };
    static double all[100000];
    size_t count = 0;
    double sum = 0;
    for (int y = REACH; y < last_row && y < height - REACH; y++) {
        for (int x = REACH; x < width - REACH; x++) {
            const size_t at = (size_t)y * (size_t)width + (size_t)x;
            const bool edge =
                truth[at] >= 128 && (truth[at - 1] < 128 || truth[at + 1] < 128 ||
                                     truth[at - (size_t)width] < 128 || truth[at + (size_t)width] < 128);
            if (!edge || count >= sizeof all / sizeof all[0]) continue;
            /* The nearer of along the row and along the column is close to the distance along the normal. */
            const double across = crossing_distance(mask, at, 1, REACH);
            const double down = crossing_distance(mask, at, (size_t)width, REACH);
            all[count] = across < down ? across : down;
            sum += all[count++];
        }
    }
    qsort(all, count, sizeof all[0], compare_doubles);
    return (EdgeError){.mean = sum / (double)count, .percentile95 = all[count * 95 / 100]};
}

static void test_silhouettes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        Image image, mask, head;
        Err err = {0};
        if (!vision_available() || !load(names[i], ".jpg", &image)) {
            print_message("skipped: no reference data or no face finder\n");
            skip();
        }
        assert_true(load(names[i], "_mask.png", &mask) && load(names[i], "_head.png", &head));
        const VisionCut cut = {.has_shoulders = i != 4, .chin_known = true};
        uint8_t *found = NULL, *truth = arena_push(&arena, (size_t)image.width * (size_t)image.height);
        float confidence = 0;
        const double start = seconds();
        assert_true(vision_cut_head(&image, &cut, &arena, &found, &confidence, NULL, &err));
        const double took = seconds() - start;
        double both = 0, either = 0;
        int last_row = 0;
        for (int y = 0; y < image.height; y++) {
            for (int x = 0; x < image.width; x++) {
                const size_t at = (size_t)y * (size_t)image.width + (size_t)x;
                truth[at] = mask.rgba[at * 4];
                both += truth[at] >= 128 && found[at] >= 128;
                either += truth[at] >= 128 || found[at] >= 128;
                if (head.rgba[at * 4] >= 128) last_row = y;
            }
        }
        const EdgeError edge = edge_error(found, truth, image.width, image.height, last_row);
        print_message(
            "%-12s IoU %.4f, edge of the head %.2f px mean, %.2f px 95th, confidence %.2f, %.0f ms\n",
            names[i], both / either, edge.mean, edge.percentile95, (double)confidence, took * 1e3);
        assert_true(both / either > 0.985);
        assert_true(edge.mean < 1.0 && edge.percentile95 < 2.5);
        const char *debug = getenv("STIPPLE_TEST_OUT");
        if (debug != NULL) {
            char path[1024];
            for (size_t at = 0; at < (size_t)image.width * (size_t)image.height; at++) {
                image.rgba[at * 4] = found[at];
                image.rgba[at * 4 + 1] = truth[at];
            }
            snprintf(path, sizeof path, "%s/cut_%s.png", debug, names[i]);
            assert_true(image_save(path, &image, &err));
        }
        arena_wipe(&arena);
    }
}

static Image crop(const Image *image, const int box[4], bool mirror) {
    Image out;
    assert_true(image_alloc(&arena, box[2], box[3], &out, NULL));
    for (int y = 0; y < box[3]; y++) {
        for (int x = 0; x < box[2]; x++) {
            const int from_x = box[0] + (mirror ? box[2] - 1 - x : x);
            const size_t from = (size_t)(y + box[1]) * (size_t)image->width + (size_t)from_x;
            memcpy(out.rgba + ((size_t)y * (size_t)box[2] + (size_t)x) * 4, image->rgba + from * 4, 4);
        }
    }
    return out;
}

static double overlap_of(const uint8_t *found, const Image *mask) {
    double both = 0, either = 0;
    for (size_t at = 0; at < (size_t)mask->width * (size_t)mask->height; at++) {
        const bool a = found[at] >= 128, b = mask->rgba[at * 4] >= 128;
        both += a && b;
        either += a || b;
    }
    return both / either;
}

/* People do not stand in the middle: other framings of the same photos, found by their face or by the guess.
 */
static void test_framings(void **state) {
    (void)state;
    static const int boxes[][4] = {
        {0, 200, 900, 1000}, {150, 150, 750, 1050}, {0, 150, 760, 900}, {100, 280, 700, 720}};
    static const size_t which[] = {0, 1, 3, 5, 6};
    for (size_t i = 0; i < sizeof which / sizeof which[0]; i++) {
        /* Every second pair: each photo and each framing comes up. */
        for (size_t b = i % 2; b < sizeof boxes / sizeof boxes[0]; b += 2) {
            Image image, mask;
            Err err = {0};
            if (!vision_available() || !load(names[which[i]], ".jpg", &image)) {
                print_message("skipped: no reference data or no face finder\n");
                skip();
            }
            assert_true(load(names[which[i]], "_mask.png", &mask));
            const Image part = crop(&image, boxes[b], b % 2 == 1),
                        part_mask = crop(&mask, boxes[b], b % 2 == 1);
            VisionFaces faces;
            assert_true(vision_find_faces(&part, &faces, &err));
            const bool by_face = faces.count > 0 && faces.faces[0].score > 20;
            VisionCut cut = {.has_shoulders = true, .chin_known = true};
            if (by_face) cut = vision_cut_for_face(&faces.faces[0]);
            uint8_t *found = NULL;
            float confidence = 0;
            if (!vision_cut_head(&part, &cut, &arena, &found, &confidence, NULL, &err))
                fail_msg("%s", err.text);
            const double overlap = overlap_of(found, &part_mask);
            print_message("%-12s framing %zu by %s: IoU %.4f", names[which[i]], b, by_face ? "face" : "guess",
                          overlap);
            for (int f = 0; f < faces.count; f++)
                print_message(" [%.0f %.0f %.0f score %.0f]", (double)faces.faces[f].face.x,
                              (double)faces.faces[f].face.y, (double)faces.faces[f].face.width,
                              (double)faces.faces[f].score);
            print_message("\n");
            assert_true(overlap > 0.98);
            arena_wipe(&arena);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faces),
        cmocka_unit_test(test_no_faces),
        cmocka_unit_test(test_silhouettes),
        cmocka_unit_test(test_framings),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
