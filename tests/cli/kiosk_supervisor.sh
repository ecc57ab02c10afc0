#!/bin/bash
# The kiosk's supervisor: refuses bad configurations, replaces a killed visit, obeys SIGTERM and nothing less.
. "$(dirname "$0")/lib.bash"
cd "$work" || exit 1
echo '{"idle_s": "long"}' > wrong.json
echo '{"colour": 1}' > unknown.json
expect 1 'idle_s' kiosk --config wrong.json
expect 1 'colour' kiosk --config unknown.json
expect 1 'missing.json' kiosk --config missing.json
expect 2 '--window' kiosk --window huge
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

"$stipple" kiosk --window 640x480 2> stderr &
pid=$!
child() { cat /proc/$pid/task/*/children 2> /dev/null | tr -d ' '; }
for _ in $(seq 50); do [ -n "$(child)" ] && break; sleep 0.1; done
first=$(child)
[ -n "$first" ] || fail "no visit was started: $(cat stderr)"
grep -q "^Max core file size *0 *0" "/proc/$first/limits" || sleep 0.5
grep -q "^Max core file size *0 *0" "/proc/$first/limits" || fail "a crash would leave a core file"
kill -KILL "$first"
for _ in $(seq 20); do second=$(child); [ -n "$second" ] && [ "$second" != "$first" ] && break; sleep 0.1; done
[ -n "$second" ] && [ "$second" != "$first" ] || fail "no new visit within 2 s of a crash"
for _ in $(seq 300); do xdotool search --name Stipple > /dev/null 2>&1 && break; sleep 0.1; done
sleep 1
for chord in alt+F4 Escape ctrl+q ctrl+c super alt+Tab F11 ctrl+alt+Delete; do xdotool key $chord 2> /dev/null; done
sleep 1
[ "$(child)" = "$second" ] || fail "a key chord ended the visit"
kill -TERM $pid
for _ in $(seq 100); do kill -0 $pid 2> /dev/null || break; sleep 0.1; done
wait $pid || fail "SIGTERM gives $?: $(cat stderr)"
kill -0 "$second" 2> /dev/null && fail "the visit outlives its supervisor"
finish
