/* fitscan - `stipple fit --scan`: from a client's 3D scan to a case.
 *
 * The scan gives the shape, and its colours (when it has any) are baked into a skin beside the case. Writes
 * the case and what --mesh, --report and --skin ask for; prints how far head and scan lie apart. What it does
 * NOT do: photos; both together are refused.
 */
#pragma once
#include "cli.h"

int fitscan_run(const CliArgs *args);
