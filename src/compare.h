/* compare - the same head under several values of one or two options, side by side on one page.
 *
 * The first axis runs over the columns, the second over the rows; the camera, the light and all else are
 * shared, so what differs in the picture is what was varied. Panels are labelled with the option's words and
 * unit. An axis "distance_m" moves the eye instead of changing the case: what 0.3, 1 and 3 m leave to see.
 * Two values can also be one head with a line between them.
 */
#pragma once
#include "../engine/progress.h"
#include "sheet.h"
#include "view.h"

enum { COMPARE_AXES = 2, COMPARE_VALUES = 12, COMPARE_TEXT = 64 };

typedef struct CompareAxis {
    char option[COMPARE_TEXT]; /* name in case_options */
    char value[COMPARE_VALUES][COMPARE_TEXT];
    const char *label[COMPARE_VALUES]; /* in the user's language; NULL: made from option and value */
    int count;
} CompareAxis;
#define COMPARE_DISTANCE "distance_m"

typedef struct CompareDesc {
    CompareAxis axis[COMPARE_AXES];
    int axis_count;
    int width, height; /* px of the page */
    int columns;       /* with one axis: panels in a row; 0: chosen by their number */
    float wipe;        /* > 0: one head, left of this share of the width the first of two values; 0: panels */
    Orbit orbit;
    FrameDesc look; /* what the user asked for beyond the case; its camera is replaced */
    bool own_light; /* look.light.preset counts; else each case's own */
} CompareDesc;

/* "NAME=a,b,c" */
bool compare_parse_axis(const char *text, CompareAxis *out, Err *err);
/* Each value is tried on a copy of the case, so that a wrong one is said before any work. */
bool compare_check(const Case *value, const CompareDesc *desc, Err *err);
void compare_grid(const CompareDesc *desc, int *columns, int *rows);
/* Where the eye is for a distance from the face, looking at where `from` looks; near the hairline, when near.
 */
Orbit compare_orbit_at(const Orbit *from, double distance_m);
/* What a panel changes of the case and of desc->orbit. *dots false: the treatment is hidden, which needs no
 * rebuilding of anything. */
bool compare_panel(const CompareDesc *desc, int panel, Case *value, Orbit *orbit, bool *dots, Err *err);
/* Leaves the scene's case as it was, to be updated. */
bool compare_render(View *view, Scene *scene, const CompareDesc *desc, Progress *progress, Arena *arena,
                    Image *page, Err *err);

typedef struct CompareTurn {
    const char *path; /* .mp4; the page's size must be even */
    double fps;
    int frames; /* of one turn of every head */
    bool mark;  /* the "simulation" mark on every frame */
} CompareTurn;
/* The page as a video in which the heads turn once, together. */
bool compare_turn(View *view, Scene *scene, const CompareDesc *desc, const CompareTurn *turn,
                  Progress *progress, Arena *arena, Err *err);
