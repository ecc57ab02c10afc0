#include "platform.h"
#include <SDL.h>
#include <X11/Xlib.h>
#include <X11/Xproto.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* A finger that neither moves nor lifts while a gesture lasts this long is taken as lost (a panel unplugged).
 */
#define FINGER_PATIENCE_S 5.0

enum { QUEUE = 512, FINGERS = 10, WINDOWS = 2 };

typedef struct Finger {
    bool down;
    SDL_TouchID device;
    SDL_FingerID id;
    int window;
    float x, y; /* framebuffer px */
    double seen_s;
} Finger;

struct Platform {
    SDL_Window *windows[WINDOWS];
    SDL_GLContext context;
    bool headless, kiosk, glx, text_input;
    int current;
    PlatformEvent queue[QUEUE]; /* a ring: translated, pushed, and gesture events in order */
    int first, count;
    char *path; /* owned by SDL */
    Finger fingers[FINGERS];
    int pair[2];        /* the fingers of a gesture */
    bool gesture;       /* until all fingers are lifted */
    int pointer_finger; /* the finger that acts as the pointer, or -1 */
    double tap_s;       /* the last tap, for double taps */
    float tap_x, tap_y;
    int tap_count;
    SDL_Cursor *cursors[CURSOR_COUNT];
    PlatformCursor cursor;
    Uint32 wake_event;
};

/* Debian's widgets library captures the mouse every frame; on X11 that ends touch after the first tap (SDL
 * issue 11469). The engine's link option --wrap sends those calls here. */
int __wrap_SDL_CaptureMouse(SDL_bool enabled);
int __wrap_SDL_CaptureMouse(SDL_bool enabled) {
    (void)enabled;
    return 0;
}

#ifdef __SANITIZE_ADDRESS__
/* Graphics drivers stay loaded in sanitizer builds: tests/lsan.supp names what leaks by its library, which
 * must still be there at exit. */
int dlclose(void *library);
int dlclose(void *library) {
    (void)library;
    return 0;
}
#endif

double platform_time_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool environment_has(const char *name) {
    const char *value = getenv(name);
    return value && value[0];
}

bool platform_display_present(void) {
    return environment_has("DISPLAY") || environment_has("WAYLAND_DISPLAY");
}

static bool offscreen_wanted(void) {
    const char *driver = getenv("SDL_VIDEODRIVER");
    return driver && strcmp(driver, "offscreen") == 0;
}

/* ---- start ---- */
static void set_hints(const Platform *platform) {
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); /* progress.h owns Ctrl-C and SIGTERM */
    SDL_SetHint(SDL_HINT_QUIT_ON_LAST_WINDOW_CLOSE, "0");
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, platform->kiosk ? "0" : "1");
    SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0"); /* fingers come as fingers only */
    SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
    SDL_SetHint(SDL_HINT_MOUSE_AUTO_CAPTURE, "0"); /* X11 holds the drag by itself, and touch survives */
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
    if (platform->kiosk) {
        SDL_SetHint(SDL_HINT_ALLOW_ALT_TAB_WHILE_GRABBED, "0");
        SDL_SetHint(SDL_HINT_WINDOWS_NO_CLOSE_ON_ALT_F4, "1");
    }
    /* Named, because SDL's own fallback to it changed between versions (SDL issue 10436). */
    if (platform->headless)
        SDL_SetHintWithPriority(SDL_HINT_VIDEODRIVER, "offscreen", SDL_HINT_OVERRIDE);
    else if (environment_has("SDL_VIDEODRIVER"))
        SDL_SetHint(SDL_HINT_VIDEODRIVER, getenv("SDL_VIDEODRIVER"));
}

static void set_gl_attributes(void) {
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
    SDL_GL_SetAttribute(SDL_GL_RED_SIZE, 8);
    SDL_GL_SetAttribute(SDL_GL_GREEN_SIZE, 8);
    SDL_GL_SetAttribute(SDL_GL_BLUE_SIZE, 8);
    SDL_GL_SetAttribute(SDL_GL_DEPTH_SIZE, 24);
    SDL_GL_SetAttribute(SDL_GL_DOUBLEBUFFER, 1);
    SDL_GL_SetAttribute(SDL_GL_MULTISAMPLESAMPLES, 0); /* targets do that */
}

static bool open_window(Platform *platform, const PlatformDesc *desc, Err *err) {
    Uint32 flags = SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
    if (platform->headless || desc->hidden) flags |= SDL_WINDOW_HIDDEN;
    if (!platform->headless && (desc->fullscreen || desc->kiosk)) flags |= SDL_WINDOW_FULLSCREEN_DESKTOP;
    int width = desc->width > 0 ? desc->width : 1280, height = desc->height > 0 ? desc->height : 720;
    int x = (int)SDL_WINDOWPOS_CENTERED, y = x;
    SDL_Rect screen;
    if (!platform->headless && desc->kiosk && SDL_GetDisplayBounds(0, &screen) == 0) {
        /* Without a window manager nobody else makes it as large as the screen. */
        flags |= SDL_WINDOW_BORDERLESS;
        x = screen.x;
        y = screen.y;
        width = screen.w;
        height = screen.h;
    }
    platform->windows[0] =
        SDL_CreateWindow(desc->title ? desc->title : "Stipple", x, y, width, height, flags);
    if (!platform->windows[0]) return err_set(err, "no window could be opened: %s", SDL_GetError());
    platform->context = SDL_GL_CreateContext(platform->windows[0]);
    if (!platform->context)
        return err_set(
            err, "no OpenGL 3.3 context could be had: %s; is a graphics driver (libgl1-mesa-dri) installed?",
            SDL_GetError());
    SDL_GL_MakeCurrent(platform->windows[0], platform->context);
    SDL_GL_SetSwapInterval(desc->vsync_off || platform->headless ? 0 : 1);
    return true;
}

static void enter_kiosk(Platform *platform) {
    if (!platform->kiosk || platform->headless) return;
    SDL_SetWindowKeyboardGrab(platform->windows[0], SDL_TRUE);
    SDL_ShowCursor(SDL_DISABLE);
}

/* When a display cannot be reached SDL goes on to drivers that show nothing; a window nobody sees is a
 * failure. */
static bool display_is_real(const Platform *platform, Err *err) {
    static const char *const blind[] = {"offscreen", "dummy", "evdev"};
    const char *driver = SDL_GetCurrentVideoDriver();
    for (size_t i = 0; i < sizeof blind / sizeof blind[0] && !platform->headless; i++)
        if (driver && strcmp(driver, blind[i]) == 0)
            return err_set(
                err,
                "the display %s could not be opened; unset DISPLAY and WAYLAND_DISPLAY to work without one",
                environment_has("WAYLAND_DISPLAY") ? getenv("WAYLAND_DISPLAY") : getenv("DISPLAY"));
    return true;
}

static XErrorHandler xlib_handler;

static int forgive_lost_message(Display *display, XErrorEvent *error) {
    if (error->request_code == X_SendEvent && error->error_code == BadWindow) return 0;
    return xlib_handler(display, error);
}

/* SDL ends its own wait with a message to a window, over a second connection: the server may read it when the
 * window has gone over the first one, as when the client's screen closes. Nobody misses such a message, nor
 * an answer to a program that asked for the clipboard and ended; Xlib would end this program for either.
 * Before SDL starts, because SDL puts back what it found before it closes that connection. */
static void forgive_lost_messages(void) {
    XErrorHandler before = XSetErrorHandler(forgive_lost_message);
    if (before != forgive_lost_message) xlib_handler = before;
}

Platform *platform_create(const PlatformDesc *desc, Err *err) {
    Platform *platform = calloc(1, sizeof *platform);
    if (!platform) {
        err_set(err, "not enough memory to open a window");
        return NULL;
    }
    platform->headless = desc->headless || environment_has("STIPPLE_HEADLESS") ||
                         !platform_display_present() || offscreen_wanted();
    platform->kiosk = desc->kiosk;
    platform->pointer_finger = -1;
    set_hints(platform);
    SDL_SetMainReady();
    forgive_lost_messages();
    if (SDL_Init(SDL_INIT_VIDEO | SDL_INIT_EVENTS) != 0) {
        err_set(err, "no display could be opened: %s", SDL_GetError());
        free(platform);
        return NULL;
    }
    set_gl_attributes();
    if (!display_is_real(platform, err) || !open_window(platform, desc, err)) {
        platform_destroy(platform);
        return NULL;
    }
    const char *driver = SDL_GetCurrentVideoDriver();
    const char *force_egl = SDL_GetHint(SDL_HINT_VIDEO_X11_FORCE_EGL);
    platform->glx = driver && strcmp(driver, "x11") == 0 && !(force_egl && force_egl[0] == '1');
    platform->wake_event = SDL_RegisterEvents(1);
    SDL_EventState(SDL_DROPFILE, SDL_ENABLE);
    if (platform->kiosk) SDL_EventState(SDL_DROPFILE, SDL_DISABLE);
    if (!desc->hidden) enter_kiosk(platform);
    return platform;
}

void platform_show(Platform *platform) {
    if (platform->headless) return;
    SDL_ShowWindow(platform->windows[0]);
    SDL_RaiseWindow(platform->windows[0]);
    enter_kiosk(platform);
}

void platform_destroy(Platform *platform) {
    if (!platform) return;
    platform_close_second(platform);
    for (int i = 0; i < CURSOR_COUNT; i++) SDL_FreeCursor(platform->cursors[i]);
    SDL_free(platform->path);
    if (platform->context) SDL_GL_DeleteContext(platform->context);
    if (platform->windows[0]) SDL_DestroyWindow(platform->windows[0]);
    SDL_QuitSubSystem(SDL_INIT_VIDEO | SDL_INIT_EVENTS);
    SDL_Quit();
    free(platform);
}

bool platform_is_headless(const Platform *platform) {
    return platform->headless;
}
bool platform_is_glx(const Platform *platform) {
    return platform->glx;
}

/* ---- our own queue ---- */
static void enqueue(Platform *platform, const PlatformEvent *event) {
    if (platform->count == QUEUE) return; /* nobody reads: the newest are dropped */
    PlatformEvent *place = &platform->queue[(platform->first + platform->count++) % QUEUE];
    *place = *event;
    place->time_s = platform_time_s();
}

static bool dequeue(Platform *platform, PlatformEvent *out) {
    if (platform->count == 0) return false;
    *out = platform->queue[platform->first];
    platform->first = (platform->first + 1) % QUEUE;
    platform->count--;
    return true;
}

void platform_push(Platform *platform, const PlatformEvent *event) {
    enqueue(platform, event);
}

void platform_wake(Platform *platform) {
    SDL_Event event = {.type = platform->wake_event};
    SDL_PushEvent(&event);
}

/* ---- translation: mouse and keys ---- */
static int window_of(const Platform *platform, Uint32 id) {
    SDL_Window *window = SDL_GetWindowFromID(id);
    return window && window == platform->windows[1] ? 1 : 0;
}

/* Framebuffer px per window unit. */
static void pixel_ratio(const Platform *platform, int window, float ratio[2]) {
    int logical[2] = {1, 1}, pixels[2] = {1, 1};
    SDL_GetWindowSize(platform->windows[window], &logical[0], &logical[1]);
    SDL_GL_GetDrawableSize(platform->windows[window], &pixels[0], &pixels[1]);
    for (int i = 0; i < 2; i++) ratio[i] = logical[i] > 0 ? (float)pixels[i] / (float)logical[i] : 1.0f;
}

static unsigned mods_of(SDL_Keymod mods) {
    unsigned out = 0;
    if (mods & KMOD_SHIFT) out |= MOD_SHIFT;
    if (mods & KMOD_CTRL) out |= MOD_CTRL;
    if (mods & KMOD_ALT) out |= MOD_ALT;
    if (mods & KMOD_GUI) out |= MOD_SUPER;
    return out;
}

static int key_of(SDL_Keycode code) {
    static const struct {
        SDL_Keycode from;
        int to;
    } keys[] = {{SDLK_LEFT, KEY_LEFT},      {SDLK_RIGHT, KEY_RIGHT},
                {SDLK_UP, KEY_UP},          {SDLK_DOWN, KEY_DOWN},
                {SDLK_HOME, KEY_HOME},      {SDLK_END, KEY_END},
                {SDLK_PAGEUP, KEY_PAGE_UP}, {SDLK_PAGEDOWN, KEY_PAGE_DOWN},
                {SDLK_INSERT, KEY_INSERT},  {SDLK_LSHIFT, KEY_SHIFT},
                {SDLK_RSHIFT, KEY_SHIFT},   {SDLK_LCTRL, KEY_CTRL},
                {SDLK_RCTRL, KEY_CTRL},     {SDLK_LALT, KEY_ALT},
                {SDLK_RALT, KEY_ALT},       {SDLK_LGUI, KEY_SUPER},
                {SDLK_RGUI, KEY_SUPER},     {SDLK_KP_ENTER, KEY_ENTER},
                {SDLK_KP_PLUS, '+'},        {SDLK_KP_MINUS, '-'}};
    if (code > 0 && code < 128) return code;
    if (code >= SDLK_F1 && code <= SDLK_F12) return KEY_F1 + (int)(code - SDLK_F1);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i].from == code) return keys[i].to;
    return KEY_OTHER;
}

static int button_of(Uint8 button) {
    return button == SDL_BUTTON_RIGHT    ? BUTTON_RIGHT
           : button == SDL_BUTTON_MIDDLE ? BUTTON_MIDDLE
                                         : BUTTON_LEFT;
}

static void take_button(Platform *platform, const SDL_MouseButtonEvent *button) {
    if (button->which == SDL_TOUCH_MOUSEID || button->button > SDL_BUTTON_RIGHT) return;
    int window = window_of(platform, button->windowID);
    float ratio[2];
    pixel_ratio(platform, window, ratio);
    enqueue(platform, &(PlatformEvent){
                          .kind = button->state == SDL_PRESSED ? EVENT_POINTER_DOWN : EVENT_POINTER_UP,
                          .window = window,
                          .x = (float)button->x * ratio[0],
                          .y = (float)button->y * ratio[1],
                          .button = button_of(button->button),
                          .clicks = button->clicks,
                          .mods = mods_of(SDL_GetModState()),
                      });
}

static void take_motion(Platform *platform, const SDL_MouseMotionEvent *motion) {
    if (motion->which == SDL_TOUCH_MOUSEID) return;
    int window = window_of(platform, motion->windowID);
    float ratio[2];
    pixel_ratio(platform, window, ratio);
    enqueue(platform, &(PlatformEvent){.kind = EVENT_POINTER_MOVE,
                                       .window = window,
                                       .x = (float)motion->x * ratio[0],
                                       .y = (float)motion->y * ratio[1],
                                       .dx = (float)motion->xrel * ratio[0],
                                       .dy = (float)motion->yrel * ratio[1],
                                       .mods = mods_of(SDL_GetModState())});
}

static void take_wheel(Platform *platform, const SDL_MouseWheelEvent *wheel) {
    int window = window_of(platform, wheel->windowID);
    float ratio[2], sign = wheel->direction == SDL_MOUSEWHEEL_FLIPPED ? -1.0f : 1.0f;
    int x, y;
    pixel_ratio(platform, window, ratio);
    SDL_GetMouseState(&x, &y);
    enqueue(platform, &(PlatformEvent){.kind = EVENT_WHEEL,
                                       .window = window,
                                       .x = (float)x * ratio[0],
                                       .y = (float)y * ratio[1],
                                       .dx = sign * wheel->preciseX,
                                       .dy = sign * wheel->preciseY,
                                       .mods = mods_of(SDL_GetModState())});
}

static void take_key(Platform *platform, const SDL_KeyboardEvent *key) {
    enqueue(platform, &(PlatformEvent){.kind = key->state == SDL_PRESSED ? EVENT_KEY_DOWN : EVENT_KEY_UP,
                                       .window = window_of(platform, key->windowID),
                                       .key = key_of(key->keysym.sym),
                                       .mods = mods_of((SDL_Keymod)key->keysym.mod),
                                       .repeat = key->repeat != 0});
}

/* ---- translation: fingers and gestures ---- */
static int find_finger(const Platform *platform, const SDL_TouchFingerEvent *touch) {
    for (int i = 0; i < FINGERS; i++) {
        const Finger *finger = &platform->fingers[i];
        if (finger->down && finger->device == touch->touchId && finger->id == touch->fingerId) return i;
    }
    return -1;
}

static int fingers_down(const Platform *platform) {
    int count = 0;
    for (int i = 0; i < FINGERS; i++) count += platform->fingers[i].down;
    return count;
}

static void send_finger(Platform *platform, PlatformEventKind kind, int index, float dx, float dy) {
    const Finger *finger = &platform->fingers[index];
    enqueue(platform, &(PlatformEvent){.kind = kind,
                                       .window = finger->window,
                                       .x = finger->x,
                                       .y = finger->y,
                                       .dx = dx,
                                       .dy = dy,
                                       .finger = index,
                                       .touch = true});
}

static void send_pointer(Platform *platform, PlatformEventKind kind, int index, float dx, float dy) {
    const Finger *finger = &platform->fingers[index];
    enqueue(platform, &(PlatformEvent){.kind = kind,
                                       .window = finger->window,
                                       .x = finger->x,
                                       .y = finger->y,
                                       .dx = dx,
                                       .dy = dy,
                                       .clicks = kind == EVENT_POINTER_DOWN ? platform->tap_count : 0,
                                       .touch = true,
                                       .mods = mods_of(SDL_GetModState())});
}

/* Two taps within 0.35 s and 40 px (at scale 1) are a double tap. */
static void count_taps(Platform *platform, const Finger *finger) {
    double now_s = platform_time_s();
    float reach = 40.0f * platform_scale(platform);
    bool again = now_s - platform->tap_s < 0.35 && fabsf(finger->x - platform->tap_x) < reach &&
                 fabsf(finger->y - platform->tap_y) < reach;
    platform->tap_count = again ? platform->tap_count + 1 : 1;
    platform->tap_s = now_s;
    platform->tap_x = finger->x;
    platform->tap_y = finger->y;
}

static void finger_down(Platform *platform, const Finger *touch) {
    int index = 0;
    while (index < FINGERS && platform->fingers[index].down) index++;
    if (index == FINGERS) return;
    platform->fingers[index] = *touch;
    platform->fingers[index].down = true;
    send_finger(platform, EVENT_FINGER_DOWN, index, 0, 0);
    int down = fingers_down(platform);
    if (down == 1 && !platform->gesture) {
        platform->pointer_finger = index;
        count_taps(platform, touch);
        send_pointer(platform, EVENT_POINTER_DOWN, index, 0, 0);
    } else if (down == 2) {
        if (platform->pointer_finger >= 0)
            send_pointer(platform, EVENT_POINTER_CANCEL, platform->pointer_finger, 0, 0);
        platform->pointer_finger = -1;
        platform->gesture = true;
        platform->pair[0] = platform->pair[1] = index;
        for (int i = 0; i < FINGERS; i++)
            if (platform->fingers[i].down && i != index) platform->pair[0] = i;
    }
}

static void send_pair(Platform *platform, const Finger before[2]) {
    const Finger *a = &platform->fingers[platform->pair[0]], *b = &platform->fingers[platform->pair[1]];
    PlatformEvent event = {
        .window = a->window, .x = 0.5f * (a->x + b->x), .y = 0.5f * (a->y + b->y), .touch = true};
    float was = hypotf(before[0].x - before[1].x, before[0].y - before[1].y);
    float is = hypotf(a->x - b->x, a->y - b->y);
    if (was > 1 && is > 1) {
        event.kind = EVENT_PINCH;
        event.factor = is / was;
        enqueue(platform, &event);
    }
    event.kind = EVENT_PAN;
    event.factor = 0;
    event.dx = event.x - 0.5f * (before[0].x + before[1].x);
    event.dy = event.y - 0.5f * (before[0].y + before[1].y);
    enqueue(platform, &event);
}

static void finger_move(Platform *platform, int index, float x, float y) {
    Finger before[2] = {platform->fingers[platform->pair[0]], platform->fingers[platform->pair[1]]};
    Finger *finger = &platform->fingers[index];
    float dx = x - finger->x, dy = y - finger->y;
    finger->x = x;
    finger->y = y;
    finger->seen_s = platform_time_s();
    send_finger(platform, EVENT_FINGER_MOVE, index, dx, dy);
    bool in_pair = index == platform->pair[0] || index == platform->pair[1];
    if (platform->gesture && fingers_down(platform) == 2 && in_pair)
        send_pair(platform, before);
    else if (index == platform->pointer_finger)
        send_pointer(platform, EVENT_POINTER_MOVE, index, dx, dy);
}

static void finger_up(Platform *platform, int index, bool lost) {
    send_finger(platform, EVENT_FINGER_UP, index, 0, 0);
    if (index == platform->pointer_finger) {
        send_pointer(platform, lost ? EVENT_POINTER_CANCEL : EVENT_POINTER_UP, index, 0, 0);
        platform->pointer_finger = -1;
    }
    platform->fingers[index].down = false;
    if (fingers_down(platform) == 0) platform->gesture = false;
}

static void drop_lost_fingers(Platform *platform) {
    double now_s = platform_time_s();
    for (int i = 0; i < FINGERS && fingers_down(platform) > 1; i++)
        if (platform->fingers[i].down && now_s - platform->fingers[i].seen_s > FINGER_PATIENCE_S)
            finger_up(platform, i, true);
}

static void take_finger(Platform *platform, const SDL_TouchFingerEvent *touch) {
    int window = window_of(platform, touch->windowID), width, height;
    platform_size(platform, window, &width, &height);
    Finger finger = {.device = touch->touchId,
                     .id = touch->fingerId,
                     .window = window,
                     .x = touch->x * (float)width,
                     .y = touch->y * (float)height,
                     .seen_s = platform_time_s()};
    int index = find_finger(platform, touch);
    drop_lost_fingers(platform);
    if (touch->type == SDL_FINGERDOWN) {
        if (index >= 0) finger_up(platform, index, true); /* its lifting was never told */
        finger_down(platform, &finger);
    } else if (index < 0) {
        return;
    } else if (touch->type == SDL_FINGERMOTION) {
        finger_move(platform, index, finger.x, finger.y);
    } else {
        finger_up(platform, index, false);
    }
}

static void release_fingers(Platform *platform) {
    for (int i = 0; i < FINGERS; i++)
        if (platform->fingers[i].down) finger_up(platform, i, true);
}

/* ---- translation: windows ---- */
static void take_window(Platform *platform, const SDL_WindowEvent *window) {
    PlatformEvent event = {.window = window_of(platform, window->windowID)};
    switch (window->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        event.kind = EVENT_RESIZE;
        platform_size(platform, event.window, &event.width, &event.height);
        break;
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SHOWN:
    case SDL_WINDOWEVENT_RESTORED:
        event.kind = EVENT_EXPOSE;
        break;
    case SDL_WINDOWEVENT_FOCUS_GAINED:
        event.kind = EVENT_FOCUS;
        enter_kiosk(platform); /* the grab is lost with the focus */
        break;
    case SDL_WINDOWEVENT_FOCUS_LOST:
        event.kind = EVENT_BLUR;
        release_fingers(platform);
        break;
    case SDL_WINDOWEVENT_CLOSE:
        if (platform->kiosk) return;
        event.kind = event.window == 1 ? EVENT_CLOSE_WINDOW : EVENT_QUIT;
        break;
    default:
        return;
    }
    enqueue(platform, &event);
}

static void take_text(Platform *platform, const SDL_TextInputEvent *text) {
    PlatformEvent event = {.kind = EVENT_TEXT, .window = window_of(platform, text->windowID)};
    snprintf(event.text, sizeof event.text, "%s", text->text);
    enqueue(platform, &event);
}

static void take_drop(Platform *platform, const SDL_DropEvent *drop) {
    PlatformEvent event = {.kind = EVENT_DROP_FILE, .window = window_of(platform, drop->windowID)};
    event.path = drop->file; /* freed when the next event is taken */
    if (drop->file) enqueue(platform, &event);
}

static void translate(Platform *platform, const SDL_Event *event) {
    switch (event->type) {
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        take_button(platform, &event->button);
        break;
    case SDL_MOUSEMOTION:
        take_motion(platform, &event->motion);
        break;
    case SDL_MOUSEWHEEL:
        take_wheel(platform, &event->wheel);
        break;
    case SDL_KEYDOWN:
    case SDL_KEYUP:
        take_key(platform, &event->key);
        break;
    case SDL_TEXTINPUT:
        take_text(platform, &event->text);
        break;
    case SDL_FINGERDOWN:
    case SDL_FINGERMOTION:
    case SDL_FINGERUP:
        take_finger(platform, &event->tfinger);
        break;
    case SDL_DROPFILE:
        take_drop(platform, &event->drop);
        break;
    case SDL_WINDOWEVENT:
        take_window(platform, &event->window);
        break;
    case SDL_QUIT:
        if (!platform->kiosk) enqueue(platform, &(PlatformEvent){.kind = EVENT_QUIT});
        break;
    default:
        if (event->type == platform->wake_event) enqueue(platform, &(PlatformEvent){.kind = EVENT_WAKE});
        break;
    }
}

static bool hand_out(Platform *platform, PlatformEvent *out) {
    if (!dequeue(platform, out)) return false;
    SDL_free(platform->path);
    platform->path = NULL;
    return true;
}

/* SDL's dropped path belongs to us from the moment it is handed out; pushed paths belong to the pusher. */
static bool take_one(Platform *platform, PlatformEvent *out, const SDL_Event *event) {
    translate(platform, event);
    if (!hand_out(platform, out)) {
        if (event->type == SDL_DROPFILE) SDL_free(event->drop.file);
        return false;
    }
    if (event->type == SDL_DROPFILE) platform->path = event->drop.file;
    return true;
}

bool platform_poll(Platform *platform, PlatformEvent *out) {
    if (hand_out(platform, out)) return true;
    SDL_Event event;
    while (SDL_PollEvent(&event))
        if (take_one(platform, out, &event)) return true;
    drop_lost_fingers(platform);
    return hand_out(platform, out);
}

bool platform_wait(Platform *platform, double timeout_s, PlatformEvent *out) {
    double end_s = platform_time_s() + timeout_s;
    if (platform_poll(platform, out)) return true;
    for (double left_s = timeout_s; left_s > 0; left_s = end_s - platform_time_s()) {
        SDL_Event event;
        int wait_ms = left_s > 3600 ? 3600000 : (int)ceil(left_s * 1000);
        if (!SDL_WaitEventTimeout(&event, wait_ms)) break;
        if (take_one(platform, out, &event)) return true;
    }
    return platform_poll(platform, out);
}

/* ---- windows ---- */
void platform_size(const Platform *platform, int window, int *width, int *height) {
    *width = *height = 0;
    if (window < WINDOWS && platform->windows[window])
        SDL_GL_GetDrawableSize(platform->windows[window], width, height);
}

float platform_scale(const Platform *platform) {
    float ratio[2], dpi = 0;
    pixel_ratio(platform, 0, ratio);
    int display = SDL_GetWindowDisplayIndex(platform->windows[0]);
    float scale = ratio[0];
    /* Reported densities below 96 are as often wrong as right: they never shrink the widgets. */
    if (scale < 1.01f && display >= 0 && SDL_GetDisplayDPI(display, &dpi, NULL, NULL) == 0 && dpi > 120)
        scale = dpi / 96.0f;
    return scale < 1 ? 1 : scale > 4 ? 4 : scale;
}

void platform_make_current(Platform *platform, int window) {
    if (!platform->windows[window]) return;
    SDL_GL_MakeCurrent(platform->windows[window], platform->context);
    platform->current = window;
}

void platform_swap(Platform *platform, int window) {
    if (platform->windows[window]) SDL_GL_SwapWindow(platform->windows[window]);
}

void platform_set_fullscreen(Platform *platform, bool on) {
    if (platform->headless || platform->kiosk) return;
    SDL_SetWindowFullscreen(platform->windows[0], on ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
}

bool platform_is_fullscreen(const Platform *platform) {
    return (SDL_GetWindowFlags(platform->windows[0]) & SDL_WINDOW_FULLSCREEN) != 0;
}

void platform_set_cursor(Platform *platform, PlatformCursor cursor) {
    static const SDL_SystemCursor shapes[CURSOR_COUNT] = {SDL_SYSTEM_CURSOR_ARROW, SDL_SYSTEM_CURSOR_HAND,
                                                          SDL_SYSTEM_CURSOR_SIZEALL, SDL_SYSTEM_CURSOR_IBEAM,
                                                          SDL_SYSTEM_CURSOR_SIZEWE};
    if (cursor == platform->cursor || cursor < 0 || cursor >= CURSOR_COUNT) return;
    if (!platform->cursors[cursor]) platform->cursors[cursor] = SDL_CreateSystemCursor(shapes[cursor]);
    if (platform->cursors[cursor]) SDL_SetCursor(platform->cursors[cursor]);
    platform->cursor = cursor;
}

bool platform_open_second(Platform *platform, const char *title, bool fullscreen, Err *err) {
    if (platform->windows[1]) return true;
    int here = SDL_GetWindowDisplayIndex(platform->windows[0]);
    bool other = SDL_GetNumVideoDisplays() > 1;
    int display = other ? (here == 0 ? 1 : 0) : 0;
    Uint32 flags = SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI;
    if (platform->headless) flags |= SDL_WINDOW_HIDDEN;
    /* Full screen only where it would not cover the practitioner's window. */
    if (fullscreen && other) flags |= SDL_WINDOW_FULLSCREEN_DESKTOP;
    int place = (int)SDL_WINDOWPOS_CENTERED_DISPLAY((unsigned)display);
    platform->windows[1] = SDL_CreateWindow(title, place, place, other ? 960 : 640, other ? 720 : 480, flags);
    if (!platform->windows[1])
        return err_set(err, "the client's window could not be opened: %s", SDL_GetError());
    if (SDL_GL_MakeCurrent(platform->windows[1], platform->context) != 0) {
        platform_close_second(platform);
        return err_set(err, "the client's window cannot be drawn to: %s", SDL_GetError());
    }
    SDL_GL_SetSwapInterval(0); /* the main window alone waits for the screen */
    platform_make_current(platform, 0);
    return true;
}

void platform_close_second(Platform *platform) {
    if (!platform->windows[1]) return;
    platform_make_current(platform, 0);
    SDL_DestroyWindow(platform->windows[1]);
    platform->windows[1] = NULL;
}

bool platform_second_open(const Platform *platform) {
    return platform->windows[1] != NULL;
}
