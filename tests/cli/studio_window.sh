#!/bin/bash
# The studio under a virtual display: opens, answers keys and mouse, saves, rests without work, closes.
. "$(dirname "$0")/lib.bash"
command -v Xvfb > /dev/null && command -v xdotool > /dev/null || {
    echo "skipped: no Xvfb or xdotool here"
    exit 0
}
cd "$work" || exit 1
echo '{"version": 1, "seed": 5, "name": "tester"}' > case.json
Xvfb -displayfd 3 -screen 0 1280x720x24 3> display > /dev/null 2>&1 &
xvfb=$!
pid=
trap 'kill -9 $pid 2> /dev/null; kill $xvfb; rm -rf "$work"' EXIT
for _ in $(seq 200); do [ -s display ] && break; sleep 0.1; done
DISPLAY=:$(cat display)
export DISPLAY
unset SDL_VIDEODRIVER WAYLAND_DISPLAY

timeout 120 "$stipple" studio case.json --size 1280x720 --exit-after-frames 1 2> stderr || fail "does not open: $(cat stderr)"

"$stipple" studio case.json --size 1280x720 2> stderr &
pid=$!
for _ in $(seq 300); do xdotool search --name Stipple > /dev/null 2>&1 && break; sleep 0.1; done
ticks() { awk '{print $14 + $15}' /proc/$pid/stat; }
rest() { # wait until it has no work left
    for _ in $(seq 60); do
        local a=$(ticks)
        sleep 0.5
        [ $(($(ticks) - a)) -le 2 ] && return
    done
    fail "never comes to rest"
}
rest
xdotool mousemove 400 400 mousedown 1 mousemove_relative 120 20 mouseup 1
xdotool click 4 key w key l key l key 3 key bracketright key d key h key h
xdotool key F1
sleep 1
xdotool key Escape key period key period key ctrl+z key ctrl+s # what follows Escape at once is not the list's
for _ in $(seq 200); do grep -q turn_deg case.json && break; sleep 0.1; done
rest
kill -0 $pid 2> /dev/null || fail "gone after keys: $(cat stderr)"
grep -q '"turn_deg": 15' case.json || fail "the case was not saved with the light turned"
grep -q '"length_mm": 1.0' case.json || fail "of two steps of hair and one undone, one is not what was saved"
for _ in 1 2 3; do # a message may still have to go, and the machine may be busy: one stretch at rest is enough
    before=$(ticks)
    sleep 4
    used=$(($(ticks) - before)) # hundredths of a second
    [ $used -le 8 ] && break
done
[ $used -le 8 ] || fail "idle it used $used hundredths of a second in 4 s"
main=$(xdotool search --name Stipple)
windows() { xdotool search --name Stipple 2> /dev/null | wc -l; }
xdotool key c # the client's screen opens, is drawn, and goes again
for _ in $(seq 200); do [ "$(windows)" = 2 ] && break; sleep 0.1; done
[ "$(windows)" = 2 ] || fail "the client's screen does not open: $(cat stderr)"
rest
xdotool windowfocus "$main" key 4
rest
xdotool windowfocus "$main" key c
for _ in $(seq 200); do [ "$(windows)" = 1 ] && break; sleep 0.1; done
[ "$(windows)" = 1 ] || fail "the client's screen stays open"
rest
xdotool windowfocus "$main" # there is no window manager here to give it back
xdotool key ctrl+q
for _ in $(seq 200); do kill -0 $pid 2> /dev/null || break; sleep 0.1; done
kill -0 $pid 2> /dev/null && fail "still open: $(cat stderr)" && finish
wait $pid || fail "closing gives $?: $(cat stderr)"
finish
