/* app - what every command needs before its own work: a case with its --set, a renderer without a window, the
 * frame that the options describe, and the mark that every exported picture carries.
 *
 * Errors: functions return false with a sentence; app_code says whether it is the user's arguments (2) or not
 * (1).
 */
#pragma once
#include "../engine/platform.h"
#include "../engine/text.h"
#include "cli.h"
#include "view.h"

typedef struct App {
    Case value;
    char case_dir[CASE_PATH]; /* of the case file, for its photos */
    Platform *platform;
    Gpu *gpu;
    View *view;
    Scene scene;
    bool scene_made;
    Arena arena;    /* pictures of this command; secret */
    bool wrong_use; /* the last failure was a wrong argument */
} App;

/* Load the case of args->plain[0] and apply every --set. Needs no GL. */
bool app_load_case(App *app, const CliArgs *args, Err *err);
/* Apply the --set options to app->value. */
bool app_apply_sets(App *app, const CliArgs *args, Err *err);
/* Headless GL, the view, and the scene of app->value. */
bool app_open(App *app, Progress *progress, Err *err);
void app_close(App *app); /* wipes the client's memory; accepts a zeroed App */
/* Say the sentence; the exit code for it. */
int app_fail(const App *app, const CliArgs *args, const Err *err);

/* The options that describe a picture, for a command's table: size, view, camera, light, layers, quality,
 * background, set. */
#define APP_SIZE_OPTION(help_)                                                                               \
    { .name = "size", .value = "WxH", .help = help_ }
#define APP_LIGHT_OPTION                                                                                     \
    {                                                                                                        \
        .name = "light", .value = "NAME",                                                                    \
        .help = N_("studio, clinic, daylight, low-sun, bathroom, flash, lounge, or photo (the light of the " \
                   "photos); "                                                                               \
                   "default: the case's")                                                                    \
    }
#define APP_QUALITY_OPTION(help_)                                                                            \
    { .name = "quality", .value = "NAME", .help = help_ }
#define APP_BACKGROUND_OPTION                                                                                \
    { .name = "background", .value = "NAME", .help = N_("studio, dark or transparent; default studio") }
#define APP_SET_OPTION                                                                                       \
    {                                                                                                        \
        .name = "set", .value = "NAME=VALUE",                                                                \
        .help =                                                                                              \
            N_("change a value of the case for this run, such as --set hair.length_mm=1; may be repeated"),  \
        .repeats = true                                                                                      \
    }

/* Light, quality and background into a frame; options a command does not have are left alone. */
bool app_read_look(App *app, const CliArgs *args, FrameDesc *frame, Err *err);

/* The small "simulation" mark in the lower right corner, its size by the picture's height. */
bool app_draw_mark(Image *image, Err *err);
