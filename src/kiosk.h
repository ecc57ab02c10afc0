/* kiosk - a visit alone in a lobby: an attract loop, six steps with large buttons, the result, the facts.
 *
 * A visit lives in a process of its own (kiosksupervisor.h): whatever the visitor entered, and their photo,
 * is in that process's memory only, and when the visit ends, the process ends. It writes no file, except
 * pictures that a replay asks for. What it does NOT do: start processes, know systemd. Time comes from the
 * monotonic clock; in a replay and under the monkey it is counted, so that a minute of idleness takes no
 * time.
 */
#pragma once
#include "kioskconfig.h"

/* Exit codes of a visit's process, beside CLI_OK (the visit is over) and CLI_FAILED. */
enum { KIOSK_EXIT_STAFF = 10, KIOSK_EXIT_DONE = 11 };

enum {
    KIOSK_PIN_TRIES = 3,
    KIOSK_PIN_LOCK_S = 60
}; /* wrong ones, over all visits; then nobody for so long */

typedef struct KioskDesc {
    const KioskConfig *config;
    int width, height; /* px, of a window or of no window; 0: 1280 x 720 */
    bool window;       /* an ordinary window instead of the whole screen */
    const char
        *camera_frames; /* a folder of pictures that stands in for the camera; NULL: the config's camera */
    const char *replay; /* a file of named commands (kioskreplay.c), without a window; NULL: people */
    int replay_visit;   /* which of its sections this visit plays, from 0 */
    const char *shots;  /* folder for the replay's screenshots */
    int monkey_events;  /* > 0: so many random events, without a window */
    uint64_t monkey_seed;
    int control_fd;   /* to the supervisor: see kiosksupervisor.h; -1: none */
    bool wait_for_go; /* prepare, then wait until the supervisor says go */
} KioskDesc;

typedef enum KioskEnd { KIOSK_VISIT_OVER, KIOSK_STAFF_EXIT, KIOSK_REPLAY_DONE } KioskEnd;
bool kiosk_visit(const KioskDesc *desc, KioskEnd *out, Err *err);
