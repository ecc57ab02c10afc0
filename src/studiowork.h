/* studiowork - what the studio does beside the window: looks at photos, fits the head to them, lets it follow
 * pins, builds it anew. One of them at a time, on the worker's thread; what a task holds belongs to that
 * thread while it runs, and answers are taken over by the window's thread between frames.
 */
#pragma once
#include "../engine/worker.h"
#include "fitcommand.h"
#include "fithints.h"
#include "scene.h"

typedef enum StudioTask { TASK_NONE, TASK_PHOTO, TASK_FIT, TASK_PINS, TASK_SCENE, TASK_COUNT } StudioTask;

/* A photo is read, shrunk and judged. */
typedef struct LookTask {
    int slot;
    char path[CASE_PATH];
    Arena arena; /* secret: the photo; wiped once it is taken over */
    Image image; /* shrunk for the screen */
    int width, height;
    FitHints hints;
} LookTask;

/* Photos become a head; then pins move it. */
typedef struct FitTask {
    Arena constants; /* a model of its own: the scene's goes with the scene */
    HeadModel *model;
    char path[CASE_PHOTOS][CASE_PATH];
    FitPins pins;
    Arena photos, scratch; /* secret */
    Fit fit;
    bool fitted;
} FitTask;

/* The head of a case that takes long to build. */
typedef struct SceneTask {
    Case value;
    char case_dir[CASE_PATH];
    Scene scene;
} SceneTask;

bool looktask_run(void *task, Progress *progress, Err *err);
bool fittask_solve(void *task, Progress *progress, Err *err);
bool fittask_follow_pins(void *task, Progress *progress, Err *err); /* after fittask_solve */
void fittask_destroy(FitTask *task);                                /* wipes it; a zeroed one is accepted */
bool scenetask_run(void *task, Progress *progress, Err *err);

typedef struct StudioWork {
    Worker *worker;
    StudioTask task; /* of the worker */
    LookTask look;
    FitTask fit;
    SceneTask scene;
    int asked[TASK_COUNT]; /* how often, by a monkey */
    bool fit_wanted, pins_wanted, scene_wanted;
    bool outdated;                       /* the task is of a case that was left: its answer is dropped */
    bool scene_failed;                   /* not tried again until the case changes */
    bool commit_after_pins;              /* the pin was let go: its last answer is a step of undo */
    char fitted[CASE_PHOTOS][CASE_PATH]; /* the case's names of the photos that `fit` knows; "" none */
} StudioWork;
