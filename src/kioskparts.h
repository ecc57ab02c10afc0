/* kioskparts - what the kiosk's files share; nobody else includes it. kiosk.c: window, loop, input.
 * kioskpages.c: words and buttons. */
#pragma once
#include "kiosk.h"
#include "stage.h"

typedef enum KioskStep {
    KIOSK_ATTRACT,
    KIOSK_HEAD,
    KIOSK_HAIR,
    KIOSK_LOSS,
    KIOSK_HAIRLINE,
    KIOSK_DENSITY,
    KIOSK_LENGTH,
    KIOSK_RESULT,
    KIOSK_FACTS,
    KIOSK_PIN,
    KIOSK_STEP_COUNT
} KioskStep;

enum { KIOSK_STORIES = 4, KIOSK_PIN_DIGITS = 8 };

typedef struct Kiosk {
    const KioskDesc *desc;
    Platform *platform;
    Gpu *gpu;
    View *view;
    Ui *ui;
    Scene scene;
    Stage stage;
    bool scene_made, scene_stale, quit, dragging;
    KioskEnd end;
    int width, height;
    UiRect picture, page, foot; /* px */
    OrbitMotion motion;
    bool moving;
    KioskStep step;
    double touched_s, started_s, story_s; /* platform time */
    int story;
    bool story_after;
    float wipe;
    bool slider_held;
    /* leaving: taps in the upper left corner, then the PIN */
    int corner_taps;
    double corner_s;
    char pin[KIOSK_PIN_DIGITS + 1];
    int pin_tries;
} Kiosk;

void kiosk_go(Kiosk *kiosk, KioskStep step);
/* Change a value of the visitor's case. */
void kiosk_set(Kiosk *kiosk, const char *option, double value);
double kiosk_value(const Kiosk *kiosk, const char *option);
void kiosk_check_pin(Kiosk *kiosk);
/* The story of the attract loop at `story`, before or after its turn. */
void kiosk_show_story(Kiosk *kiosk);
void kiosk_pages(Kiosk *kiosk);
