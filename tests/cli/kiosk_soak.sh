#!/bin/bash
# A few visits of tools/kiosk_soak.sh: nothing grows from visit to visit.
. "$(dirname "$0")/lib.bash"
bash "$root/tools/kiosk_soak.sh" "$stipple" 3 > "$work/table" 2>&1 || fail "$(cat "$work/table")"
tail -8 "$work/table"
finish
