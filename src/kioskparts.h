/* kioskparts - what the kiosk's files share; nobody else includes it.
 *
 * kiosk.c: window, time, input, loop. kioskpages.c: the steps' words and buttons. kioskoverlays.c: what lies
 * over the head, the PIN, "are you there". kioskcamera.c: camera, photo, fit. kioskreplay.c: named commands
 * and the monkey.
 */
#pragma once
#include "../engine/capture.h"
#include "kiosk.h"
#include "kioskchoices.h"
#include "stage.h"
#include <pthread.h>
#include <stdatomic.h>

typedef enum KioskScreen {
    SCREEN_ATTRACT,
    SCREEN_WHO,
    SCREEN_PHOTO,
    SCREEN_CONSENT,
    SCREEN_CAMERA,
    SCREEN_REVIEW,
    SCREEN_FITTING,
    SCREEN_HAIRLINE,
    SCREEN_DENSITY,
    SCREEN_LENGTH,
    SCREEN_YEARS,
    SCREEN_RESULT,
    SCREEN_FACTS,
    SCREEN_PIN,
    SCREEN_ENDED,
    SCREEN_COUNT
} KioskScreen;
extern const char *const kiosk_screen_names[SCREEN_COUNT]; /* "attract" ... */

enum { KIOSK_FACTS = 6, KIOSK_STEPS = 6 };

/* Long work in a thread of its own; the scene belongs to it while it runs: the first head of the process, the
 * head of the story told now, the visitor's other choice, their photo. */
typedef enum KioskJobKind { JOB_NONE, JOB_FIRST, JOB_STORY, JOB_REBUILD, JOB_FIT, JOB_KINDS } KioskJobKind;
typedef struct KioskJob {
    KioskJobKind kind;
    pthread_t thread;
    atomic_bool finished;
    Case value; /* JOB_REBUILD: what the scene is to become */
    KioskStory story;
    bool pretend; /* the monkey asks for hundreds of heads a minute: most stay undone */
    bool ok;
    Err err;
} KioskJob;

typedef struct KioskPhoto {
    Capture *capture;
    GpuTexture texture;   /* of the live picture, or of the photo */
    int width, height;    /* px of the texture */
    double count_until_s; /* 0: not counting */
    double frame_s;       /* when the last picture came */
    double light_s;       /* when the last one came that was not black */
    bool live, failed;    /* a picture came; the camera does not answer */
    Arena arena;          /* secret: the photo */
    Image taken;
    int file; /* descriptor of the photo in memory; -1: none */
    bool fitted, fit_failed;
} KioskPhoto;

typedef struct Kiosk {
    const KioskDesc *desc;
    const KioskConfig *config;
    Platform *platform;
    Gpu *gpu;
    View *view;
    Ui *ui;
    Scene scene;
    bool scene_made;
    Stage stage;
    GpuTexture logo;
    int logo_width, logo_height;
    GpuTarget shot; /* replay: where screenshots are drawn */
    int width, height;
    bool portrait;
    UiRect picture, page; /* px: the head; the controls */
    UiRect heading;       /* px: title and words above the head; nothing of it on some screens */
    OrbitMotion motion;
    bool moving, dragging;

    KioskScreen screen, before_pin;
    KioskLanguage language;
    KioskChoices choices;
    bool scene_stale, wanted_again;
    Case wanted; /* by the choices; the scene follows */
    KioskJob job;
    int jobs[JOB_KINDS]; /* of each kind so far */
    HeadShape woman;     /* the fourth head, once somebody asked for it */
    bool woman_made;
    KioskPhoto photo;
    KioskStory story;
    int story_made, years_made; /* what the scene shows of the stories */
    float veil;                 /* 0..1 over the head of the stories while the next one is made */
    int fact;
    float wipe;
    bool wipe_held;

    double now_s, touched_s, started_s, attract_s, screen_s, frame_s, beat_s; /* kiosk time */
    int taps;                                                                 /* since the attract loop */
    bool quit, warned, seen;                                                  /* seen: no longer the spare */
    Err broken;                                                               /* why nothing can be shown */
    KioskEnd end;
    int corner_taps;
    double corner_s, locked_until_s;
    char pin[KIOSK_PIN_MAX + 1];
    int pin_tries;
    char go; /* the supervisor's word: wrong PINs before this visit */
    bool pin_wrong;
} Kiosk;

/* ---- kiosk.c ---- */
const char *kiosk_say(const Kiosk *kiosk, const char *id); /* a text in the visitor's language */
/* The same with its {n} filled in: "12,500". */
void kiosk_say_number(const Kiosk *kiosk, const char *id, int number, char *out, size_t size);
void kiosk_go(Kiosk *kiosk, KioskScreen screen);
void kiosk_choose(Kiosk *kiosk); /* choices changed: the head follows */
void kiosk_begin_visit(Kiosk *kiosk);
void kiosk_end_visit(Kiosk *kiosk);
void kiosk_start_job(Kiosk *kiosk, KioskJobKind kind);
void kiosk_wait_for_job(Kiosk *kiosk);
bool kiosk_is_treated(KioskScreen screen); /* the head shows the treatment on it */
/* One step of everything: time, work, widgets; drawn only when asked. */
void kiosk_event(Kiosk *kiosk, const PlatformEvent *event);
void kiosk_frame(Kiosk *kiosk, double now_s, bool draw);
void kiosk_tell(Kiosk *kiosk, char word); /* to the supervisor */
void kiosk_beat(Kiosk *kiosk);            /* tells the supervisor, now and then, that the visit is alive */
bool kiosk_needs_frame(const Kiosk *kiosk);
/* A picture of the whole screen at rest, head included. */
bool kiosk_shoot(Kiosk *kiosk, Arena *arena, Image *out, Err *err);

/* ---- kioskpages.c ---- */
void kiosk_pages(Kiosk *kiosk);
float kiosk_gap(const Kiosk *kiosk); /* px between blocks */

/* ---- kioskoverlays.c ---- */
void kiosk_draw_attract(Kiosk *kiosk);
void kiosk_draw_result(Kiosk *kiosk); /* the wipe and its labels */
void kiosk_draw_corner(Kiosk *kiosk); /* logo, language, start over */
void kiosk_draw_pin(Kiosk *kiosk);
void kiosk_draw_ended(Kiosk *kiosk);
void kiosk_ask_presence(Kiosk *kiosk);
double kiosk_seconds_left(const Kiosk *kiosk); /* until the visit is cleared; > warning_s: not asked yet */

/* ---- kioskcamera.c ---- */
bool kiosk_camera_is_dark(const Kiosk *kiosk); /* for a while, not just until it has found its exposure */
bool kiosk_has_camera(const Kiosk *kiosk);
void kiosk_camera_start(Kiosk *kiosk);
void kiosk_camera_step(Kiosk *kiosk); /* new pictures, the count */
void kiosk_camera_stop(Kiosk *kiosk);
void kiosk_draw_camera(Kiosk *kiosk);
bool kiosk_fit_photo(Kiosk *kiosk, Err *err); /* the work of JOB_FIT */
void kiosk_forget_photo(Kiosk *kiosk);

/* ---- kioskreplay.c ---- */
/* Plays the visit's section; *last: there is none after it. */
bool kiosk_replay(Kiosk *kiosk, bool *last, Err *err);
void kiosk_monkey(Kiosk *kiosk);
