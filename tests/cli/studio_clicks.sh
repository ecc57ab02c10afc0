#!/bin/bash
# The stopwatch of a first consultation: from five photos to a saved before/after turntable in at most 12 presses,
# drops included, with nothing but what a hand can do.
. "$(dirname "$0")/lib.bash"
command -v ffmpeg > /dev/null || { echo "skipped: no ffmpeg here"; exit 0; }
cd "$work" || exit 1
sample=$root/assets/sample
cat > first.replay <<R
seconds 1
drop $sample/front.jpg
drop $sample/left.jpg
drop $sample/right.jpg
drop $sample/back.jpg
drop $sample/top.jpg
tap photos.fit
tap mode.wipe
tap export
tap save.turntable
expect-file stipple.mp4
expect-presses 12
screenshot done
R
timeout 600 "$stipple" studio --size 1280x720 --replay first.replay > out 2> stderr || fail "$(cat stderr)"
cat out
grep -Eq '^[0-9]+ events, 9 presses$' out || fail "not nine presses: $(cat out)"
[ "$(ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 stipple.mp4)" = 30 ] ||
    fail "the video has not 30 frames"
finish
