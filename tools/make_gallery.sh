#!/bin/bash
# The gallery, made by the program itself: a page for each of the seven lights with three distances (0.3, 1, 3 m) x before,
# healed and five years x hair of 0, 0.5, 1 and 3 mm: docs/gallery/*.jpg. About a minute of one core.
# Usage: tools/make_gallery.sh [folder of the build] [folder] [case]
set -eu
cd "$(dirname "$0")/.."
build=${1:-build/release}
out=${2:-docs/gallery}
case=${3:-assets/sample/sample.json}
mkdir -p "$out"
SDL_VIDEODRIVER=offscreen "$build/tool_gallery" "$case" "$out"
