/* studioparts - what the studio's files share; nobody else includes it.
 *
 * studio.c: window, loop, input, drawing. studiopanels.c, studioviews.c: panels, and buttons on the stage.
 * studioactions.c: the table of actions with their keys, undo. studiophotos.c, studiopins.c: photos and the
 * fit. studiohandles.c, studiobrush.c: what is moved on the head. studiowork.c: what goes on beside the
 * window. clientwindow.c: the second window. studiorows.c: a row of widgets for an option of the case.
 */
#pragma once
#include "../engine/platform.h"
#include "../engine/ui.h"
#include "compare.h"
#include "hairline.h"
#include "headpick.h"
#include "photopins.h"
#include "plan.h"
#include "recent.h"
#include "stage.h"
#include "studio.h"
#include "studiowork.h"
#include "view.h"
#include <pthread.h>
#include <stdatomic.h>

typedef enum StudioMode { STUDIO_ONE, STUDIO_WIPE, STUDIO_SIDE, STUDIO_FOUR, STUDIO_MODE_COUNT } StudioMode;
typedef enum StudioTab {
    TAB_PHOTOS,
    TAB_FIT,
    TAB_TODAY,
    TAB_HAIRLINE,
    TAB_TREATMENT,
    TAB_TIME,
    TAB_LIGHT,
    TAB_EXPORT,
    TAB_COUNT
} StudioTab;

extern const char *const studio_tab_names[TAB_COUNT]; /* for replay: "photos" ... */

/* Of the row above the head, at scale 1. What does not fit beside each other: the modes have a row of their
 * own in an upright window, and are a list to open in a low one. */
enum { STUDIO_BAR_ROW = 64, STUDIO_BAR_ACTIONS = 440, STUDIO_BAR_MODES = 560, STUDIO_BAR_TITLE = 240 };
enum { STUDIO_HISTORY = 200, STUDIO_TOAST = 320, STUDIO_PANES = 4 };
/* What the panes of a comparison differ in: an option of the case, or COMPARE_DISTANCE. */
typedef struct StudioComparison {
    const char *label, *option;
    int count; /* of panes */
    const char *value[STUDIO_PANES], *text[STUDIO_PANES];
} StudioComparison;

typedef struct StudioStep {
    Case value;
    char photo[CASE_PHOTOS][CASE_PATH]; /* what lay in the photos' slots */
    bool fresh[CASE_PHOTOS];
} StudioStep;

typedef struct StudioHistory {
    StudioStep *step;     /* STUDIO_HISTORY of them, a ring in a secret arena */
    int first, count, at; /* `at`: the step that is shown */
} StudioHistory;

typedef struct StudioJob {
    bool running, cancelled;
    double done, shown_s;
    const char *title;
    char what[64];
} StudioJob;

/* What is in a photo's slot. */
typedef struct StudioPhoto {
    char path[CASE_PATH]; /* "" when empty */
    bool fresh;           /* placed since the last fit */
    bool looked;          /* read and judged, or unreadable */
    char problem[160];    /* why it cannot be read */
    char kept[CASE_PATH]; /* what it took the place of, until it is read */
    bool kept_fresh;
    FitHints hints;
    GpuTexture texture; /* shrunk for the screen */
    int width, height;  /* of the upright photo, px */
} StudioPhoto;

/* The photo that the Fit page shows, and the pin in hand. */
typedef struct StudioPins {
    int slot, chosen; /* HeadLandmark, -1 for none */
    bool dragging, moved, nudged;
    float pointer[2], grab[2]; /* screen px; photo px from the pointer to the pin */
    float zoom, centre[2];     /* 1: the whole photo; shares of it */
    bool head_known;
    HeadShape shape; /* that `head` is of */
    PinHead head;
} StudioPins;

typedef enum StudioBrush { BRUSH_OFF, BRUSH_TAKE, BRUSH_ADD, BRUSH_PHOTO_HAIR, BRUSH_PHOTO_SKIN } StudioBrush;
/* What is moved on the head itself. */
typedef struct StudioHandles {
    HeadPick pick;
    StudioTab page;
    int chosen; /* a handle of that page; -1 none */
    bool held, mirror, placing, painting;
    float grab_sl[2];
    int place_kind; /* MarkKind of the next mark */
    StudioBrush brush;
    float brush_mm, pointer[2]; /* radius; screen px */
    LossStroke last_dab;
} StudioHandles;

/* The client's screen. */
typedef struct ClientWindow {
    Stage full, half; /* pictures for its size, and for drafts */
    bool stale, draft;
} ClientWindow;

/* Where to, once what is unsaved was asked about. */
typedef enum StudioLeave { LEAVE_NOTHING, LEAVE_QUIT, LEAVE_NEW, LEAVE_OPEN } StudioLeave;

enum { STUDIO_PRESET_LISTS = 4, STUDIO_PRESETS = 9 };
typedef struct StudioPresets {
    Platform *platform;
    bool open[STUDIO_PRESET_LISTS], started, threaded, ok, failed;
    int drawn[STUDIO_PRESET_LISTS];
    pthread_t thread;
    atomic_bool built;
    Scene scene; /* of the average head */
    View *view;
    GpuTexture texture[STUDIO_PRESET_LISTS][STUDIO_PRESETS];
} StudioPresets;

typedef struct Studio {
    Platform *platform;
    Gpu *gpu;
    View *view;
    Ui *ui;
    Arena arena; /* secret: history, pictures */
    Scene scene; /* scene.value is the case being edited */
    bool scene_ready, scene_stale;
    bool another;              /* what was built is the head of the case before: nobody may see it any more */
    char case_path[CASE_PATH]; /* "" until saved */
    bool sample, unsaved;
    bool save_failed;
    bool case_open; /* the dialogue about the case */
    StudioLeave leaving;
    char leave_path[CASE_PATH];
    StudioHistory history;
    bool edit_pending; /* a change not yet in the history */

    int width, height;               /* framebuffer px */
    UiRect stage, steps, panel, bar; /* px: the head, the pages' names, the page, the top row */
    OrbitMotion motion;
    bool moving, dragging, panning, turning_light, slider_held;
    float press_x, press_y;
    Stage picture;
    StudioMode mode;
    int comparison; /* of studiocompare.c's */
    float wipe;     /* 0..1 of the stage's width */
    bool peek, peek_held, panel_hidden, help_open, settings_open, timings_shown, dark, reduced_motion, quit;
    double text_size;                      /* 1: as designed */
    bool stateless, forgetful;             /* a replay; recent cases are not kept */
    bool autosave_stale, autosave_offered; /* something to keep; kept changes were found */
    double autosaved_s;
    Recent recent;
    StudioPresets presets;
    StudioTab tab;
    bool section_open[TAB_COUNT];
    StudioPhoto photo[CASE_PHOTOS];
    char photo_reason[CASE_PHOTOS][160];
    HeadShape tape_shape; /* that `tape_mm` is of */
    float tape_mm;        /* the shown head's circumference; 0: not measured yet */
    StudioPins pins;
    bool on_photo, on_handle, pin_dragged; /* what the pointer that is down holds */
    StudioWork work;
    StudioHandles handles;
    ClientWindow client;
    char case_dir[CASE_PATH]; /* where the scene looks for photos */
    bool picking;
    int pick_slot;
    char pick_folder[CASE_PATH];
    char export_folder[CASE_PATH], export_name[128];
    int turntable_seconds;
    char toast[STUDIO_TOAST]; /* the sentence on the stage */
    bool toast_bad;
    double toast_until_s;
    void (*later)(struct Studio *studio); /* what a button asked for; run between frames */
    StudioJob job;
    Plan plan; /* of the case as it was when last at rest */
    bool plan_ready, plan_stale;
    double frame_ms, now_s;
    bool unseen;  /* replay: nothing is drawn but screenshots */
    bool rushed;  /* replay: what goes on beside the window is not waited for */
    bool hurried; /* monkey: most long work is left undone */
} Studio;

/* ---- studio.c ---- */
void studio_touch_picture(Studio *studio); /* the head must be drawn again */
void studio_say_shortcoming(Studio *studio);  /* a photo that could not be read, a head of another edition */
void studio_say(Studio *studio, bool bad, const char *format, ...) __attribute__((format(printf, 3, 4)));
void studio_draw_window(Studio *studio); /* also called by long jobs, to keep the window alive */
void studio_event(Studio *studio, const PlatformEvent *event);
bool studio_needs_frame(const Studio *studio);
/* One turn of the loop at a time that never goes back; false when there was nothing to do. */
bool studio_turn(Studio *studio, double now_s);
void studio_catch_up(Studio *studio); /* the scene and the plan are the case's */
/* A picture of the whole window at rest. */
bool studio_shoot(Studio *studio, Arena *arena, Image *out, Err *err);
bool studio_panes_wait(const Studio *studio); /* for the head that is being built */
bool studio_in_motion(const Studio *studio);  /* a draft will do */
/* The head, or the comparison, into a stage that has its size. */
void studio_draw_head(Studio *studio, Stage *stage, bool draft);
void studio_look_from(Studio *studio, CameraView view);
void studio_frame(const Studio *studio, int width, int height, FrameDesc *out);

/* ---- studiocompare.c ---- */
static inline bool studio_shows_panes(const Studio *studio) {
    return studio->mode == STUDIO_SIDE || studio->mode == STUDIO_FOUR;
}
/* What is shown beside each other, or on both sides of the wipe's line; size and quality are the caller's. */
void studio_compare_desc(const Studio *studio, bool upright, CompareDesc *out);
bool studio_draw_panes(Studio *studio, Stage *stage, int width, int height, ViewQuality quality, Err *err);
void studio_pane_labels(Studio *studio);
void studio_compare_row(Studio *studio);

/* ---- studiopresets.c ---- */
void studio_preset_list(Studio *studio);            /* of the tab that is shown */
bool studio_presets_pending(const Studio *studio);  /* pictures are still to be drawn */
bool studio_presets_building(const Studio *studio); /* their head is */
void studio_presets_work(Studio *studio);           /* one picture; once a turn at rest */
void studio_presets_close(Studio *studio);

/* ---- studiofiles.c ---- */
void studio_settings_open(Studio *studio); /* as they were last; before the first picture */
void studio_files_open(Studio *studio);    /* recent cases, kept changes: at start */
void studio_files_close(Studio *studio);   /* what is not saved of a named case is kept beside it */
bool studio_write_case(const Studio *studio, const char *path,
                       Err *err);     /* its photos are found from there */
void studio_autosave(Studio *studio); /* once a turn */
void studio_case_saved(Studio *studio);
void studio_offer_autosave(Studio *studio);              /* the dialogue, while there is something to offer */
void studio_open_file(Studio *studio, const char *path); /* unsaved changes are kept beside a named case */
/* Another case in the place of this one; case_path and case_dir are its own already. */
void studio_take_case(Studio *studio, const Case *value);
void studio_changes_dropped(Studio *studio); /* nothing of this case is to be kept */
void studio_keep_settings(Studio *studio);
void studio_forget_cases(Studio *studio);

/* ---- studiocase.c ---- */
/* Asks first when something is not saved; `path` of a case to open. */
void studio_leave(Studio *studio, StudioLeave to, const char *path);
void studio_leave_question(Studio *studio); /* the dialogues, while there is something to ask or show */
void studio_case_dialogue(Studio *studio);
void studio_recent_cases(Studio *studio);
const char *studio_case_title(const Studio *studio);

/* ---- studiosettings.c ---- */
void studio_settings(Studio *studio); /* the dialogue, while it is open */
float studio_scale(const Studio *studio);
void studio_apply_look(Studio *studio); /* theme and text size are as the settings say */

/* ---- studioreplay.c ---- */
bool studio_replay(Studio *studio, const StudioDesc *desc, Err *err);

/* ---- studiopick.c ---- */
/* A list of folders and files to choose from, for a slot; drawn while studio->picking. */
enum { PICK_CASE = -1 }; /* instead of a slot: a case to open */
void studio_pick_open(Studio *studio, int slot);
/* How many photos a folder holds; the first `most` of them by name. */
int studio_folder_photos(const char *folder, char paths[][CASE_PATH], int most);
void studio_pick(Studio *studio);

/* ---- studiopanels.c ---- */
void studio_panels(Studio *studio);
float studio_bar_height(const Studio *studio); /* px */
void studio_stage_label(Studio *studio, float x, float y, float anchor_x, const char *text);

/* ---- studioviews.c ---- */
void studio_view_chips(Studio *studio);
/* px that they take under the stage; 0 while controls are hidden or a photo is shown */
float studio_views_height(const Studio *studio);

/* ---- clientwindow.c ---- */
void studio_client_toggle(Studio *studio);
void studio_client_close(Studio *studio);
void studio_client_draw(Studio *studio);                              /* when it is open and out of date */
bool studio_client_waits(const Studio *studio);                       /* to be drawn */
bool studio_client_event(Studio *studio, const PlatformEvent *event); /* true: it was that window's */

/* ---- studiohandles.c ---- */
bool studio_pick_head(Studio *studio, float x, float y, HeadHit *out); /* under a screen point */
void studio_draw_handles(Studio *studio);
int studio_handle_places(Studio *studio, float out[][2], int most); /* screen px of those seen; how many */
bool studio_handle_press(Studio *studio, float x, float y);         /* true: the head does not turn */
void studio_handle_drag(Studio *studio, float x, float y);
void studio_handle_release(Studio *studio);
bool studio_handle_key(Studio *studio, const PlatformEvent *event);
void studio_next_handle(Studio *studio);
void studio_hairline_tools(Studio *studio);
void studio_mark_tools(Studio *studio);

/* ---- studiobrush.c ---- */
/* One dab of the brush; false when there is no room for more. */
bool brush_add(LossSettings *loss, const LossStroke *dab);
/* Dabs on the way from one place to another, half a radius apart, without the first; their number. */
int brush_line(const LossStroke *from, const LossStroke *to, LossStroke *out, int most);
bool studio_brush_press(Studio *studio, bool on_head, const HeadHit *hit);
void studio_brush_drag(Studio *studio, const HeadHit *hit);
void studio_draw_brush(Studio *studio);
void studio_brush_tools(Studio *studio);

/* ---- studiorows.c ---- */
/* A slider, switch or list for one option; false when there is no such option. */
bool studio_row(Studio *studio, const char *option);
/* Every option whose name begins as one of these (NULL-ended) goes back to its default: one step of undo. */
void studio_reset_button(Studio *studio, const char *const *groups);
/* Every option of a group ("hair.") that is not in the NULL-ended list. */
void studio_rows_of_group(Studio *studio, const char *group, const char *const *except);

/* ---- studioactions.c ---- */
typedef struct StudioAction {
    const char *name, *label, *keys; /* name for replay; label and keys for people */
    int key;
    unsigned mods;
    bool repeats;
    void (*run)(Studio *studio);
} StudioAction;
extern const StudioAction studio_actions[];
extern const int studio_action_count;
bool studio_key(Studio *studio, const PlatformEvent *event); /* true when a shortcut took it */
bool studio_close_dialogue(Studio *studio);                  /* the one on top; false when there is none */
void studio_changed(Studio *studio);     /* the case was changed by a widget; drawn in the next frame */
void studio_commit(Studio *studio);      /* the change is complete: one step of undo */
void studio_keep_photos(Studio *studio); /* what lies in the slots now belongs to the step that is shown */
void studio_set_mode(Studio *studio, StudioMode mode);
void studio_undo(Studio *studio);
void studio_redo(Studio *studio);
bool studio_can_undo(const Studio *studio);
bool studio_can_redo(const Studio *studio);
Progress studio_job_begin(Studio *studio, const char *title);
void studio_job_end(Studio *studio);

/* ---- studioexport.c ---- */
void studio_export_into(Studio *studio, const char *folder);
void studio_save_case(Studio *studio);
void studio_save_picture(Studio *studio); /* what is shown: a head, a wipe, panes */
void studio_save_turntable(Studio *studio);

/* ---- studiowork.c ---- */
bool studio_work_open(Studio *studio, Err *err);
void studio_work_close(Studio *studio); /* stops and waits */
void studio_work(Studio *studio);       /* once a turn of the loop: take answers over, start what is wanted */
void studio_work_strip(Studio *studio); /* how far it is, over the stage */
float studio_strip_height(const Studio *studio); /* px; 0 while there is none */
void studio_work_stop(Studio *studio);
void studio_photos_of_case(Studio *studio);
/* "" empties the slot; studio_commit makes it a step of undo. */
void studio_set_photo(Studio *studio, int slot, const char *path);
/* The same of a client's own photo, which is not mixed with the sample's: these go. */
void studio_place_photo(Studio *studio, int slot, const char *path);
void studio_take_photos(Studio *studio, const StudioStep *step); /* the slots as they were at that step */
void studio_fit(Studio *studio);
bool studio_fit_stands(const Studio *studio);          /* pins can move it at once */
void studio_pins_moved(Studio *studio, bool released); /* released: a step of undo */
bool studio_scene_waits(Studio *studio); /* the case's head is not built yet; it is being seen to */

/* ---- studiophotos.c ---- */
void studio_drop_photo(Studio *studio, const char *path); /* or a folder of them */
void studio_page_photos(Studio *studio);
void studio_photo_verdict(Studio *studio, int slot);
void studio_fit_button(Studio *studio);

/* ---- studiopins.c ---- */
bool studio_shows_photo(const Studio *studio); /* instead of the head */
void studio_show_photo(Studio *studio, int slot);
void studio_draw_photo(Studio *studio);
int studio_pin_places(Studio *studio, float out[][2], int most); /* screen px of those shown; how many */
void studio_photo_press(Studio *studio, float x, float y, int clicks);
void studio_photo_drag(Studio *studio, const PlatformEvent *event);
void studio_photo_release(Studio *studio);
void studio_photo_pan(Studio *studio, float dx, float dy);
void studio_photo_zoom(Studio *studio, float factor, float x, float y);
void studio_next_pin(Studio *studio);
bool studio_photo_key(Studio *studio, const PlatformEvent *event);
void studio_page_fit(Studio *studio);
