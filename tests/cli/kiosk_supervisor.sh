#!/bin/bash
# The kiosk's supervisor: refuses bad configurations, replaces a killed visit, obeys SIGTERM and nothing less.
. "$(dirname "$0")/lib.bash"
cd "$work" || exit 1
echo '{"colour": 1}' > unknown.json
expect 1 'colour' kiosk --config unknown.json
expect 1 'missing.json' kiosk --config missing.json
expect 2 '--size' kiosk --window --size huge
(unset DISPLAY WAYLAND_DISPLAY; expect 1 'no display' kiosk; exit $failed) || failed=1
command -v Xvfb > /dev/null || {
    echo "skipped the rest: no Xvfb here"
    finish
}
Xvfb -displayfd 3 -screen 0 1280x720x24 3> display > /dev/null 2>&1 &
xvfb=$!
trap 'kill $xvfb; rm -rf "$work"' EXIT
for _ in $(seq 50); do [ -s display ] && break; sleep 0.1; done
DISPLAY=:$(cat display)
export DISPLAY
unset SDL_VIDEODRIVER WAYLAND_DISPLAY

"$stipple" kiosk --window --size 640x480 2> stderr &
pid=$!
visits() { cat /proc/$pid/task/*/children 2> /dev/null; }
for _ in $(seq 100); do [ -n "$(visits)" ] && break; sleep 0.1; done
first=$(visits)
if [ -z "$first" ]; then
    fail "no visit was started: $(cat stderr)"
    kill $pid 2> /dev/null
    finish
fi
for child in $first; do kill -KILL "$child"; done
again=
for _ in $(seq 20); do
    sleep 0.1
    for child in $(visits); do case " $first " in *" $child "*) ;; *) again=$child ;; esac; done
    [ -n "$again" ] && break
done
[ -n "$again" ] || fail "no new visit within 2 s of a crash"
for _ in $(seq 300); do xdotool search --name Stipple > /dev/null 2>&1 && break; sleep 0.1; done
sleep 1
for chord in alt+F4 Escape ctrl+q ctrl+c super alt+Tab F11 ctrl+alt+Delete; do xdotool key $chord 2> /dev/null; done
sleep 1
kill -0 "$again" 2> /dev/null || fail "a key chord ended the visit"
last=$(visits)
kill -TERM $pid
for _ in $(seq 100); do kill -0 $pid 2> /dev/null || break; sleep 0.1; done
wait $pid || fail "SIGTERM gives $?: $(cat stderr)"
for child in $last; do kill -0 "$child" 2> /dev/null && fail "a visit outlives its supervisor"; done
finish
