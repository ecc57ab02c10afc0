/* compare - the same head under several values of one or two options, side by side on one page.
 *
 * The first --vary runs over the columns, the second over the rows; the camera, the light and all else are
 * shared, so what differs in the picture is what was varied. Panels are labelled with the option's words and
 * unit.
 */
#pragma once
#include "../engine/progress.h"
#include "sheet.h"
#include "view.h"

enum { COMPARE_AXES = 2, COMPARE_VALUES = 12, COMPARE_TEXT = 64 };

typedef struct CompareAxis {
    char option[COMPARE_TEXT]; /* name in case_options */
    char value[COMPARE_VALUES][COMPARE_TEXT];
    int count;
} CompareAxis;

typedef struct CompareDesc {
    CompareAxis axis[COMPARE_AXES];
    int axis_count;
    int width, height; /* px of the page */
    int columns;       /* with one axis: panels in a row; 0: chosen by their number */
    Orbit orbit;
    FrameDesc look; /* what the user asked for beyond the case; its camera is replaced */
    bool own_light; /* look.light.preset counts; else each case's own */
} CompareDesc;

/* "NAME=a,b,c" */
bool compare_parse_axis(const char *text, CompareAxis *out, Err *err);
/* Each value is tried on a copy of the case, so that a wrong one is said before any work. */
bool compare_check(const Case *value, const CompareDesc *desc, Err *err);
void compare_grid(const CompareDesc *desc, int *columns, int *rows);
/* Leaves the scene as it was. */
bool compare_render(View *view, Scene *scene, const CompareDesc *desc, Progress *progress, Arena *arena,
                    Image *page, Err *err);
