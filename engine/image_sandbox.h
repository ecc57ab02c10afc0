/* image_sandbox - run a decoder where it can do nothing but compute.
 *
 * The work runs in a forked child without any open file, under a limit of seconds, and in the kernel's strict
 * seccomp mode: of all system calls only read, write and exit are left, and there is nothing to read or
 * write. Input and output are one piece of shared memory. A decoder that crashes, loops or is taken over by
 * its file takes only that child along, and a client's earlier photos are not in its memory (secret arenas
 * are empty in children).
 *
 * The work must not allocate from the heap, print, or use OpenMP: another thread of the parent may have held
 * a lock when it was forked. Builds with address sanitizer run it in place, so that their findings are seen.
 * Cost: about a millisecond and one copy of input and output.
 */
#pragma once
#include "arena.h"

/* Returns 0, or a code of its own above 0. `context` is the parent's; what the work writes into it is lost.
 */
typedef int (*SandboxWork)(const uint8_t *input, size_t input_bytes, uint8_t *output, size_t output_bytes,
                           const void *context);

enum { SANDBOX_DIED = -1, SANDBOX_NO_ROOM = -2 };

/* The work's code, or SANDBOX_DIED, or SANDBOX_NO_ROOM. `output` is zero where the work did not write. */
int image_sandbox_run(SandboxWork work, const uint8_t *input, size_t input_bytes, uint8_t *output,
                      size_t output_bytes, const void *context);
