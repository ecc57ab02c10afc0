/* commands - the rows of the command line: one per mode, each with its options, help and run function. */
#pragma once
#include "cli.h"

extern const CliCommand command_fit, command_render, command_turntable, command_compare, command_plan,
    command_bench, command_studio, command_kiosk;
