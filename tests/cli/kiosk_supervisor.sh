#!/bin/bash
# The kiosk's supervisor: refuses bad configurations, replaces a killed visit, obeys SIGTERM and nothing less.
. "$(dirname "$0")/lib.bash"
cd "$work" || exit 1
echo '{"colour": 1}' > unknown.json
expect 1 'colour' kiosk --config unknown.json
expect 1 'missing.json' kiosk --config missing.json
expect 2 '--size' kiosk --window --size huge
if command -v systemd-analyze > /dev/null; then # xinit and the program need not be installed here
    said=$(systemd-analyze verify "$root/dist/stipple-kiosk.service" 2>&1 | grep -v 'is not executable')
    [ -z "$said" ] || fail "the unit: $said"
fi
(unset DISPLAY WAYLAND_DISPLAY; expect 1 'no display' kiosk; exit $failed) || failed=1
# A display that is gone: who started the kiosk starts both anew.
env -u SDL_VIDEODRIVER -u WAYLAND_DISPLAY DISPLAY=:9393 timeout 60 "$stipple" kiosk > out 2> stderr
[ $? = 1 ] && grep -q 'is the display gone' stderr || fail "without its display: $(tail -1 stderr)"
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

# systemd's ear: what the kiosk says, a line each
if command -v python3 > /dev/null; then
    NOTIFY_SOCKET=$work/notify
    export NOTIFY_SOCKET
    python3 -c '
import socket, sys, time
ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
ear.bind(sys.argv[1])
while True: print(ear.recv(99).decode(), time.monotonic(), flush=True)' "$NOTIFY_SOCKET" > said &
    ear=$!
    trap 'kill $ear $xvfb; rm -rf "$work"' EXIT
    for _ in $(seq 50); do [ -S "$NOTIFY_SOCKET" ] && break; sleep 0.1; done
fi
STIPPLE_LOG=info "$stipple" kiosk --window --size 640x480 2> stderr &
pid=$!
visits() { cat /proc/$pid/task/*/children 2> /dev/null; }
for _ in $(seq 100); do [ -n "$(visits)" ] && break; sleep 0.1; done
first=$(visits)
if [ -z "$first" ]; then
    fail "no visit was started: $(cat stderr)"
    kill $pid 2> /dev/null
    finish
fi
for _ in $(seq 100); do grep -q 'stories are shown' stderr && break; sleep 0.1; done
first=$(visits)
for child in $first; do kill -KILL "$child"; done
again=
for _ in $(seq 20); do
    sleep 0.1
    for child in $(visits); do case " $first " in *" $child "*) ;; *) again=$child ;; esac; done
    [ -n "$again" ] && break
done
[ -n "$again" ] || fail "no new visit within 2 s of a crash"
# The stories are there again, though the spare had not been ready: 0.3 to 0.8 s later where nothing else runs.
for _ in $(seq 100); do [ "$(grep -c 'stories are shown' stderr)" -ge 2 ] && break; sleep 0.1; done
[ "$(grep -c 'stories are shown' stderr)" -ge 2 ] || fail "the stories did not come back: $(cat stderr)"
for chord in alt+F4 Escape ctrl+q ctrl+c super alt+Tab F11 ctrl+alt+Delete; do xdotool key $chord 2> /dev/null; done
sleep 1
kill -0 "$again" 2> /dev/null || fail "a key chord ended the visit"
# A visit that hangs is the supervisor's affair; systemd goes on hearing of the supervisor.
if [ -n "${ear-}" ]; then
    for child in $(visits); do kill -STOP "$child"; done
    before=$(grep -c WATCHDOG=1 said)
    sleep 3
    [ "$(grep -c WATCHDOG=1 said)" -gt $((before + 1)) ] || fail "systemd hears nothing while a visit hangs"
    for child in $(visits); do kill -CONT "$child"; done
fi
last=$(visits)
kill -TERM $pid
for _ in $(seq 100); do kill -0 $pid 2> /dev/null || break; sleep 0.1; done
wait $pid || fail "SIGTERM gives $?: $(cat stderr)"
if [ -n "${ear-}" ]; then
    [[ "$(head -1 said)" = READY=1* ]] && [[ "$(tail -1 said)" = STOPPING=1* ]] && grep -q WATCHDOG=1 said ||
        fail "systemd hears $(cut -d' ' -f1 said | sort | uniq -c | tr '\n' ' ')"
    half=$(awk -F= '/^WatchdogSec/ {print $2 / 2}' "$root/dist/stipple-kiosk.service")
    awk -v half="$half" 'NR > 1 && $2 - last > half {exit 1} {last = $2}' said ||
        fail "systemd waited over half of its watchdog's $((2 * half)) s"
fi
for child in $last; do kill -0 "$child" 2> /dev/null && fail "a visit outlives its supervisor"; done
finish
