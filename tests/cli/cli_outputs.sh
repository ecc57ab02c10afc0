#!/bin/bash
# What is written is whole, repeatable, and needs no display or home; what fails leaves nothing behind.
. "$(dirname "$0")/lib.bash"
cd "$work" || exit 1
unset DISPLAY WAYLAND_DISPLAY HOME XDG_RUNTIME_DIR
echo '{"version": 1, "seed": 5}' > case.json
small=(--size 160x120 --quality draft)

mkdir one two
expect 0 '' render case.json -o one/a.png "${small[@]}"
expect 0 '' render case.json -o two/a.png "${small[@]}"
cmp one/a.png two/a.png || fail "the same picture twice differs"
OMP_NUM_THREADS=1 LP_NUM_THREADS=1 expect 0 '' render case.json -o two/a.png "${small[@]}"
cmp one/a.png two/a.png || fail "one thread draws another picture than two"
expect_files one a.png
expect_files two a.png

expect 0 'frames' turntable case.json -o one/t.mp4 --size 96x64 --seconds 1 --fps 6 --quality draft
expect 0 'frames' turntable case.json -o two/t.mp4 --size 96x64 --seconds 1 --fps 6 --quality draft
cmp one/t.mp4 two/t.mp4 || fail "the same video twice differs"
frames=$(ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 one/t.mp4)
[ "${frames%,}" = 6 ] || fail "the video has $frames frames, not 6"
expect 0 '' compare case.json -o one/c.png --vary distance_m=0.3,1 --size 256x128 --quality draft
[ "$(head -c 4 one/c.png | tail -c 3)" = PNG ] || fail "the comparison is no PNG"
expect_files one a.png c.png t.mp4

# A result that cannot be written leaves the old one.
before=$(md5sum < one/t.mp4)
if [ "$(id -u)" = 0 ] && mkdir full && mount -t tmpfs -o size=24k tmpfs full 2> /dev/null; then
    expect 1 '' turntable case.json -o full/t.mp4 --size 640x480 --seconds 2 --fps 10 --quality draft
    expect_files full
    expect 1 '' render case.json -o full/a.png --size 640x480 --quality draft
    expect_files full
    umount full
else
    echo "skipped: no small file system to fill"
fi

# Ctrl-C in the middle of a video.
mkdir stop
"$stipple" turntable case.json -o stop/t.mp4 --size 640x360 --seconds 60 --quality standard > /dev/null 2> stderr &
pid=$!
for _ in $(seq 300); do
    ls -A stop | grep -q partial && break
    sleep 0.1
done
kill -INT $pid
wait $pid
code=$?
[ $code = 1 ] || fail "exit $code after Ctrl-C"
grep -q 'stopped' stderr || fail "no word about stopping: $(cat stderr)"
expect_files stop
[ "$before" = "$(md5sum < one/t.mp4)" ] || fail "an older file was touched"

# A shape of another head.bin is shown, and said to be one.
sed 's/"edition": [0-9]*/"edition": 1/' "$root/assets/sample/sample.json" > other.json
cp "$root"/assets/sample/*.jpg .
expect 0 'another edition of the head' render other.json -o other.png --size 96x96 --quality draft
cp "$root/assets/sample/sample.json" same.json
expect 0 '' render same.json -o same.png --size 96x96 --quality draft
[ -s "$work/stderr" ] && fail "said of a case of this edition: $(cat "$work/stderr")"

finish
