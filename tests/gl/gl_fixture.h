/* gl_fixture - a headless context for a group of GL tests: state is the Gpu; `fixture_platform` its window.
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/gpu.h"
#include "engine/platform.h"

static Platform *fixture_platform;

static int gl_setup(void **state) {
    Err err = {0};
    fixture_platform = platform_create(&(PlatformDesc){.headless = true, .width = 64, .height = 48}, &err);
    if (!fixture_platform) fail_msg("%s", err.text);
    Gpu *gpu =
        gpu_create(&(GpuDesc){.accept_no_glx = !platform_is_glx(fixture_platform), .debug = true}, &err);
    if (!gpu) fail_msg("%s", err.text);
    *state = gpu;
    return 0;
}

static int gl_teardown(void **state) {
    gpu_destroy(*state);
    platform_destroy(fixture_platform);
    return 0;
}
