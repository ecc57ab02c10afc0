/* replay - named commands played against a real window that nobody sees, and a monkey with a seed; for the
 * studio and the kiosk alike.
 *
 * One command a line; `#` begins a remark. These are every window's; each adds its own (a table, and whatever
 * it makes of a name that no table has):
 *     tap NAME          a press on the widget of that name ("next", "save.case")
 *     tap-at X Y        the same at a share of the window, 0..1; double-tap-at X Y
 *     drag NAME DX [DY] drags a handle by shares of the window's width and height
 *     drag-at X Y DX DY the same from a place
 *     hold-at X Y       the button goes down and stays; move-to X Y, let-go-at X Y
 *     key NAME          f4, escape, tab, ... with ctrl+ alt+ shift+ super+ before it
 *     type TEXT         into the field that has the keyboard
 *     drop FILE         a file is dropped on the window
 *     wait S            seconds pass
 *     screenshot NAME   NAME.png in the folder of shots
 *     expect-presses N  fails when more than N presses (taps, drags, drops) were needed so far
 *     expect-tab        fails when Tab does not reach every widget that is laid out
 *     expect-targets N  fails when a widget is smaller than N px at text size 1
 * Time is counted, not waited for. The window offers its loop through ReplayWindow; every callback runs on
 * the caller's thread. What it does NOT do: know what a window shows.
 */
#pragma once
#include "../engine/rng.h"
#include "../engine/ui.h"

typedef struct ReplayCommand {
    const char *name; /* NULL ends a table */
    bool (*run)(void *user, const char *argument, Err *err);
} ReplayCommand;

enum { REPLAY_PLACES = 16 };
typedef struct ReplayWindow {
    void *user;
    Ui *ui;
    int width, height;
    bool touch;                        /* presses are a finger's */
    const char *shots;                 /* folder; NULL: the current one */
    const char *(*screen)(void *user); /* where one is, for messages; may be NULL */
    bool (*anywhere)(void *user);      /* a tap on any name is a tap in the middle; may be NULL */
    void (*event)(void *user, const PlatformEvent *event);
    void (*step)(void *user, double dt_s); /* one turn of the loop */
    void (*settle)(void *user);            /* turns until work, widgets and motion are at rest */
    bool (*over)(void *user);              /* closed: only expectations may follow */
    bool (*shoot)(void *user, const char *path, Err *err);
    const ReplayCommand *commands; /* the window's own; looked at first */
    bool (*other)(void *user, const char *name, const char *argument, bool *known, Err *err);
    const char *const *drops; /* what the monkey lets fall on the window; NULL: a file that is nowhere */
    int drop_count;
    /* Px of what is to be grabbed there that is no widget; their number, at most REPLAY_PLACES; may be NULL.
     */
    int (*places)(void *user, float out[][2]);
    int events, presses; /* sent so far; begun by a press, a drag, a drop */
} ReplayWindow;

#define REPLAY_FRAME_S (1.0 / 30)

/* Plays section `section` of the file (sections end with a line `separator`; NULL: one section). *last: there
 * is none after it; may be NULL. */
bool replay_play(ReplayWindow *window, const char *path, const char *separator, int section, bool *last,
                 Err *err);
void replay_send(ReplayWindow *window, const PlatformEvent *event);
void replay_tap_at(ReplayWindow *window, float x_px, float y_px, int clicks);
/* Something random: a press on a widget or anywhere, any other event, or time. */
void replay_monkey(ReplayWindow *window, Rng *rng);
