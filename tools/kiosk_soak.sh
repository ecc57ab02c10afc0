#!/bin/bash
# Many visits with random ends, played against the real kiosk, supervisor included: does anything grow?
#   bash tools/kiosk_soak.sh STIPPLE [VISITS [SEED]]      default 200 visits, seed 1
# A line at a visit's hairline and at its end: what its process uses, and what the supervisor uses. Then first against last fifth.
# Exit code 1 when the supervisor's memory or descriptors, or a visit's peak, descriptors or GL objects grow.
set -u
stipple=$(realpath "$1")
visits=${2:-200}
RANDOM=${3:-1}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/frames"
cp "$root/assets/sample/front.jpg" "$work/frames/"

# A visit: its steps in order, broken off after a random number of them, then left in one of four ways. Every tenth one is
# whole and with a photo, so that all of the program is in both fifths that are compared; with a hairline chosen the head has been
# drawn, and the process reports a first time.
photo='tap photo.take|tap consent.yes|tap camera.ready|wait 4|tap review.use'
whole() { # with a photo or without
    local how='tap photo.none'
    [ "$1" = 1 ] && how=$photo
    local visit="tap start|tap who.loss.$((RANDOM % 5))|tap next|$how|tap hairline.$((RANDOM % 6))|report|tap next"
    visit+="|tap density.$((RANDOM % 4))|tap next|tap length.$((RANDOM % 4))|tap next|tap next|drag wipe 0.1|tap next|tap facts.2"
    tr '|' '\n' <<< "$visit"
}
for ((i = 0; i < visits; ++i)); do
    if ((i % 10 == 0)); then
        whole 1
    else
        whole $((RANDOM % 3 == 0)) | head -$((1 + RANDOM % 19))
    fi
    echo report
    case $((RANDOM % 4)) in
    0) echo "wait 61" ;;
    1) printf 'key alt+f4\nclose\nwait 61\n' ;;
    2) echo "wait 50" ;; # goes without a word, while the question stands there
    3) ((i % 20 == 7)) && echo crash || echo "wait 61" ;;
    esac
    ((i + 1 < visits)) && echo visit
done > "$work/replay.txt"

mkfifo "$work/out"
"$stipple" kiosk --size 640x360 --camera-frames "$work/frames" --replay "$work/replay.txt" > "$work/out" 2> "$work/err" &
supervisor=$!
while read -r line; do
    echo "$line supervisor $(awk '/^VmRSS/ {print $2}' /proc/$supervisor/status) $(ls /proc/$supervisor/fd | wc -l)" | tee -a "$work/table"
done < "$work/out"
wait $supervisor
code=$?
[ $code = 0 ] || { tail -3 "$work/err"; exit 1; }
sed 's/visit \([0-9]*\) at \([a-z]*\): //' "$work/table" | awk -v visits="$visits" '
    { n++; resident[n] = $2; peak[n] = $4; fd[n] = $6; gl[n] = $8; kib[n] = $10; srss[n] = $12; sfd[n] = $13 }
    function most(list, from, to,    i, m) { m = list[from]; for (i = from; i <= to; ++i) if (list[i] > m) m = list[i]; return m }
    function say(what, list, room,    first, last) {
        first = most(list, 1, fifth); last = most(list, n - fifth + 1, n)
        printf "%-34s %10d %10d %10d\n", what, first, most(list, 1, n), last
        if (last > first + room) { print "  grows"; bad = 1 }
    }
    END {
        if (n < visits) { print n " of " visits " visits were seen to their end"; bad = 1 }
        fifth = int(n / 5); if (fifth < 1) fifth = 1
        printf "%-34s %10s %10s %10s\n", n " visits; the most of", "first 5th", "all", "last 5th"
        say("visit: resident memory, KiB", resident, 4096); say("visit: peak memory, KiB", peak, 8192)
        say("visit: descriptors", fd, 0); say("visit: GL objects", gl, 0)
        say("visit: textures, KiB", kib, 512) # on a slow machine the page reported from has up to 204 of its own
        say("supervisor: resident memory, KiB", srss, 128); say("supervisor: descriptors", sfd, 0)
        exit bad
    }'
