/* imgdiff - two pictures compared by two numbers: the share of values off by more than 2, and the worst.
 *
 *   tool_imgdiff ACTUAL.png REFERENCE.png MAX_SHARE MAX_WORST [DIFF.png]
 *
 * Prints both numbers. Exit code 0: within the limits; 1: not (DIFF.png then shows the differences, times
 * 16); 2: a picture cannot be read or the sizes differ.
 */
#include "../engine/image.h"

static int say(const Err *err) {
    fprintf(stderr, "imgdiff: %s\n", err->text);
    return 2;
}

int main(int argc, char **argv) {
    Arena arena = {0};
    Err err = {0};
    Image actual, reference;
    if (argc < 5) return say(&(Err){"usage: tool_imgdiff ACTUAL REFERENCE MAX_SHARE MAX_WORST [DIFF.png]"});
    if (!arena_create(&arena, &(ArenaDesc){.name = "pictures"}, &err)) return say(&err);
    if (!image_load(argv[1], &arena, &actual, NULL, &err) ||
        !image_load(argv[2], &arena, &reference, NULL, &err))
        return say(&err);
    if (actual.width != reference.width || actual.height != reference.height)
        return say(&(Err){"the pictures differ in size"});
    size_t count = 4 * (size_t)actual.width * (size_t)actual.height, off = 0;
    int worst = 0;
    for (size_t i = 0; i < count; ++i) {
        int difference = abs(actual.rgba[i] - reference.rgba[i]);
        off += difference > 2;
        if (difference > worst) worst = difference;
        int shown = difference * 16 > 255 ? 255 : difference * 16;
        actual.rgba[i] = i % 4 == 3 ? 255 : (uint8_t)shown;
    }
    double share = (double)off / (double)count;
    bool good = share <= atof(argv[3]) && worst <= atoi(argv[4]);
    printf("share off by more than 2: %.5f (at most %s), worst %d (at most %s)\n", share, argv[3], worst,
           argv[4]);
    if (!good && argc > 5 && !image_save(argv[5], &actual, &err)) return say(&err);
    arena_destroy(&arena);
    return good ? 0 : 1;
}
