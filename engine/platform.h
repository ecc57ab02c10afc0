/* platform - the window, the GL context, and what hands do: the only place that knows SDL.
 *
 * One path for a window and for no window: headless uses SDL's offscreen driver with a hidden window and the
 * same GL 3.3 core context. Events are our own plain values, in framebuffer pixels from the top left corner.
 * Pointers: the mouse and the first finger both come as POINTER_DOWN, _MOVE, _UP. When a second finger lands,
 * the first one's pointer ends with POINTER_CANCEL and the pair gives PINCH and PAN until both are lifted.
 * Raw fingers come beside them as FINGER_*. A finger that has not moved or lifted for 5 s while others stay
 * is let go. What it does NOT do: draw, keep time for the simulation (platform_time_s is for input and
 * waiting only). Threads: the thread that created it; platform_wake from any.
 */
#pragma once
#include "log.h"
#include <stdint.h>

typedef struct Platform Platform;

typedef struct PlatformDesc {
    const char *title;
    int width, height; /* px of the window; default 1280 x 720 */
    bool headless; /* no window; also when STIPPLE_HEADLESS is set, or neither DISPLAY nor WAYLAND_DISPLAY is
                    */
    bool fullscreen;
    bool kiosk; /* full screen, keyboard grabbed, cursor hidden, never minimised, QUIT left to SIGTERM */
    bool vsync_off;
    bool hidden; /* no window is seen until platform_show: for a program that gets ready first */
} PlatformDesc;
Platform *platform_create(const PlatformDesc *desc,
                          Err *err);       /* NULL and a sentence; owner: platform_destroy */
void platform_destroy(Platform *platform); /* NULL accepted */
void platform_show(Platform *platform);    /* a window created hidden: seen, in front */
bool platform_is_headless(const Platform *platform);
bool platform_is_glx(const Platform *platform); /* for GpuDesc.accept_no_glx */
bool platform_display_present(void);            /* a display to open a window on, by the environment */

typedef enum PlatformEventKind {
    EVENT_NONE,
    EVENT_POINTER_DOWN,
    EVENT_POINTER_MOVE,
    EVENT_POINTER_UP,
    EVENT_POINTER_CANCEL, /* the press became something else: drop it, do not act */
    EVENT_WHEEL,          /* dx, dy in notches, up and right positive; x, y: where */
    EVENT_FINGER_DOWN,
    EVENT_FINGER_MOVE,
    EVENT_FINGER_UP, /* finger: small number, stable while it is down */
    EVENT_PINCH,     /* factor > 1: fingers part; x, y: between them */
    EVENT_PAN,       /* dx, dy: how far the pair moved; x, y: between them */
    EVENT_KEY_DOWN,
    EVENT_KEY_UP,
    EVENT_TEXT,      /* text: UTF-8 */
    EVENT_DROP_FILE, /* path; valid until the next event is taken */
    EVENT_RESIZE,    /* width, height: framebuffer px */
    EVENT_EXPOSE,    /* the window must be drawn again */
    EVENT_FOCUS,
    EVENT_BLUR,
    EVENT_QUIT,         /* the main window's close button, or the last; never in kiosk mode */
    EVENT_CLOSE_WINDOW, /* a second window's close button */
    EVENT_WAKE          /* platform_wake */
} PlatformEventKind;

typedef enum PlatformKey { /* letters, digits and signs are their lower-case ASCII codes */
                           KEY_NONE = 0,
                           KEY_BACKSPACE = 8,
                           KEY_TAB = 9,
                           KEY_ENTER = 13,
                           KEY_ESCAPE = 27,
                           KEY_SPACE = 32,
                           KEY_DELETE = 127,
                           KEY_LEFT = 256,
                           KEY_RIGHT,
                           KEY_UP,
                           KEY_DOWN,
                           KEY_HOME,
                           KEY_END,
                           KEY_PAGE_UP,
                           KEY_PAGE_DOWN,
                           KEY_INSERT,
                           KEY_F1,
                           KEY_F2,
                           KEY_F3,
                           KEY_F4,
                           KEY_F5,
                           KEY_F6,
                           KEY_F7,
                           KEY_F8,
                           KEY_F9,
                           KEY_F10,
                           KEY_F11,
                           KEY_F12,
                           KEY_SHIFT,
                           KEY_CTRL,
                           KEY_ALT,
                           KEY_SUPER,
                           KEY_OTHER,
                           KEY_COUNT
} PlatformKey;
enum { MOD_SHIFT = 1, MOD_CTRL = 2, MOD_ALT = 4, MOD_SUPER = 8 };
enum { BUTTON_LEFT = 0, BUTTON_RIGHT = 1, BUTTON_MIDDLE = 2 };

typedef struct PlatformEvent {
    PlatformEventKind kind;
    int window;        /* 0: the main one; 1: the client's */
    float x, y;        /* framebuffer px */
    float dx, dy;      /* px since the last move; notches for the wheel */
    float factor;      /* PINCH */
    int button;        /* POINTER_DOWN and _UP: BUTTON_*; a finger is BUTTON_LEFT */
    int clicks;        /* POINTER_DOWN: 1, 2 (double), ... */
    bool touch;        /* pointer is a finger */
    bool repeat;       /* KEY_DOWN repeated by the keyboard */
    int finger;        /* FINGER_* */
    int key;           /* PlatformKey */
    unsigned mods;     /* MOD_* held */
    int width, height; /* RESIZE */
    char text[32];     /* TEXT, UTF-8, zero-terminated */
    const char *path;  /* DROP_FILE */
    double time_s;     /* platform_time_s when it was taken */
} PlatformEvent;

/* The next event without waiting; false: none. */
bool platform_poll(Platform *platform, PlatformEvent *out);
/* Waits up to timeout_s for one (for drawing on demand); false when none came. */
bool platform_wait(Platform *platform, double timeout_s, PlatformEvent *out);
/* Put an event at the end of our own queue (replay, tests); text is copied, path must outlive its taking. */
void platform_push(Platform *platform, const PlatformEvent *event);
void platform_wake(Platform *platform);

double platform_time_s(void); /* monotonic */

/* Framebuffer size; what gpu passes to the window and all event positions use. */
void platform_size(const Platform *platform, int window, int *width, int *height);
/* Framebuffer px per logical px times the display's density over 96 dpi, between 1 and 4. */
float platform_scale(const Platform *platform);
void platform_swap(Platform *platform, int window);
void platform_set_fullscreen(Platform *platform, bool on);
bool platform_is_fullscreen(const Platform *platform);
typedef enum PlatformCursor {
    CURSOR_ARROW,
    CURSOR_HAND,
    CURSOR_MOVE,
    CURSOR_TEXT,
    CURSOR_RESIZE_X,
    CURSOR_COUNT
} PlatformCursor;
void platform_set_cursor(Platform *platform, PlatformCursor cursor);

/* A second window (number 1) drawn with the same context, on another display when there is one. */
bool platform_open_second(Platform *platform, const char *title, bool fullscreen, Err *err);
void platform_close_second(Platform *platform);
bool platform_second_open(const Platform *platform);
/* Direct the context to a window before drawing to it (window 0 after creation). */
void platform_make_current(Platform *platform, int window);
