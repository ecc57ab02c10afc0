/* kiosksupervisor - keeps a visit running: one process each, and a spare one that is ready to take its place.
 *
 * The supervisor touches no GL, no camera and nothing of a visitor. It starts itself again (fork and exec)
 * with a number in STIPPLE_KIOSK_VISIT: the descriptor by which both speak. Supervisor to visit: one byte,
 * "go": open the window; it is the number of wrong PINs so far ('0'...), or 'l' when they have locked the
 * staff's exit. Visit to supervisor: '.' when it is shown and at least every half second after, '!' for a
 * wrong PIN. A visit that ends, crashes or falls silent is replaced by the spare, so that the attract loop is
 * back within two seconds; the next spare is made once that one is shown. After several crashes in a short
 * time it waits longer between them. systemd hears READY=1 when the first visit is shown, WATCHDOG=1 while
 * visits show life, STOPPING=1 at the end. Ends at SIGTERM or Ctrl-C, or when a visit's exit code is
 * KIOSK_EXIT_STAFF. SIGQUIT and SIGHUP are ignored.
 */
#pragma once
#include "../engine/log.h"

typedef struct SupervisorDesc {
    const char *const *arguments; /* of the visit's process, from argv[0] on, NULL-ended */
    bool no_spare; /* one process at a time, on which one waits longer: for replays, whose visits follow each
                      other */
    /* Called with the exit code of a visit that ended by itself; true: go on with another. NULL: always. */
    bool (*visit_over)(void *user, int code);
    void *user;
} SupervisorDesc;
/* True after SIGTERM or the staff's exit. */
bool kiosk_supervise(const SupervisorDesc *desc, Err *err);

/* In a visit's process: the descriptor, and how many visits were started before; -1 when this is no visit.
 * Also closes off the process: no core dumps, no debuggers, dies with the supervisor. */
int kiosk_visit_begin(int *number);
