#!/bin/bash
# Every text of the sources is in po/stipple.pot and translated, with formats that agree; the build made the
# catalogues. Usage: texts.sh BINARY, from anywhere.
set -eu
binary=$(readlink -f "$1")
cd "$(dirname "$0")/.."
bash tools/texts.sh --check
for translation in po/*.po; do
    catalogue=$(dirname "$binary")/locale/$(basename "$translation" .po)/LC_MESSAGES/stipple.mo
    [ -f "$catalogue" ] || { echo "$catalogue was not built"; exit 1; }
done
echo "texts: complete"
