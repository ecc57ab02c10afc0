/* The window on a display of its own: what becomes of messages to windows that have gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/platform.h"
#include <SDL.h>
#include <SDL_syswm.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t server;

/* Starts Xvfb, which writes its display's number down the pipe once it listens. */
static bool start_server(void) {
    int ends[2];
    char name[16] = ":", *number = name + 1, descriptor[16];
    if (pipe(ends) != 0) return false;
    snprintf(descriptor, sizeof descriptor, "%d", ends[1]);
    server = fork();
    if (server == 0) {
        execlp("Xvfb", "Xvfb", "-displayfd", descriptor, "-screen", "0", "320x240x24", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    size_t length = 0;
    while (length < 8 && read(ends[0], number + length, 1) == 1 && number[length] != '\n') ++length;
    close(ends[0]);
    number[length] = 0;
    if (length == 0) return false;
    setenv("DISPLAY", name, 1);
    unsetenv("WAYLAND_DISPLAY");
    unsetenv("SDL_VIDEODRIVER");
    unsetenv("STIPPLE_HEADLESS");
    return true;
}

static int stop_server(void **state) {
    (void)state;
    if (server <= 0) return 0;
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
    return 0;
}

static Window newest_x_window(void) {
    for (Uint32 id = 100; id > 0; --id) {
        SDL_Window *window = SDL_GetWindowFromID(id);
        SDL_SysWMinfo info = {.version = {SDL_MAJOR_VERSION, SDL_MINOR_VERSION, SDL_PATCHLEVEL}};
        if (window && SDL_GetWindowWMInfo(window, &info)) return info.info.x11.window;
    }
    return 0;
}

static void send_late(Display *display, Window window) {
    XEvent event = {.xclient = {.type = ClientMessage, .window = window, .format = 8}};
    XSendEvent(display, window, False, NoEventMask, &event);
    XSync(display, False); /* Xlib's own handler would end the program here */
}

/* As SDL's own wake-ups may come: from another connection, after the client's screen has closed. */
static void test_a_message_to_a_closed_window_is_lost_quietly(void **state) {
    (void)state;
    if (!start_server()) {
        print_message("skipped: no Xvfb here\n");
        skip();
    }
    Err err = {0};
    Platform *platform = platform_create(&(PlatformDesc){.width = 160, .height = 120}, &err);
    if (!platform) fail_msg("%s", err.text);
    assert_false(platform_is_headless(platform));
    if (!platform_open_second(platform, "client", false, &err)) fail_msg("%s", err.text);
    Window window = newest_x_window();
    assert_true(window != 0);
    platform_close_second(platform);

    Display *other = XOpenDisplay(NULL);
    assert_non_null(other);
    send_late(other, window);
    platform_swap(platform, 0);
    platform_destroy(platform);
    send_late(other, window); /* SDL closes its second connection last of all */
    XCloseDisplay(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_message_to_a_closed_window_is_lost_quietly)};
    return cmocka_run_group_tests(tests, NULL, stop_server);
}
