/* kiosk - a visit alone in a lobby: an attract loop, then six steps with large buttons, then the result.
 *
 * A visit lives in a process of its own (kioskcommand.c supervises), so that nothing of it outlives it: when
 * it ends, the process ends. It writes no file. Nobody's photo is asked for: the visitor picks a head that
 * does not exist. The process writes one byte to `heartbeat_fd` at least every second while it draws.
 */
#pragma once
#include "../engine/log.h"

enum { KIOSK_TEXT = 128 };

typedef struct KioskConfig {
    char clinic[KIOSK_TEXT];   /* shown in the corner; "" none */
    int idle_s;                /* without a touch until "are you there"; default 60 */
    int countdown_s;           /* how long that asks; default 15 */
    int price_low, price_high; /* USD for a whole treatment; default 2000, 4000 (the article) */
    int touch_up_low_years, touch_up_high_years; /* default 4, 6 (the article) */
    char pin_hash[KIOSK_TEXT]; /* crypt(3) of the staff's PIN; "" : only SIGTERM ends the kiosk */
} KioskConfig;

void kiosk_config_defaults(KioskConfig *out);
/* JSON with any of the names above; unknown names are errors. */
bool kiosk_config_load(const char *path, KioskConfig *out, Err *err);

typedef enum KioskEnd { KIOSK_VISIT_OVER, KIOSK_STAFF_EXIT } KioskEnd;
typedef struct KioskDesc {
    const KioskConfig *config;
    int heartbeat_fd;  /* -1: none */
    bool window;       /* an ordinary window, for trying it out */
    int width, height; /* px, with `window` */
} KioskDesc;
bool kiosk_visit(const KioskDesc *desc, KioskEnd *end, Err *err);
