#!/bin/bash
# No chord leaves the kiosk: every set of Ctrl, Alt, Shift and Super with F1-F12, Tab, Escape, space, Delete, Print, Menu and
# the letters; on the stories and within a visit; without a window manager and, where one is installed, with it.
. "$(dirname "$0")/lib.bash"
for tool in Xvfb xdotool; do
    command -v $tool > /dev/null || { echo "skipped: no $tool here"; exit 0; }
done
cd "$work" || exit 1
unset SDL_VIDEODRIVER WAYLAND_DISPLAY
echo '{"reduced_motion": true}' > still.json # for the sake of a small machine
processes=
stop() { for p in $processes; do kill $p 2> /dev/null; done; processes=; }
trap 'stop; rm -rf "$work"' EXIT

visits() { cat /proc/$kiosk/task/*/children 2> /dev/null; }
in_front() { # the window under the middle of the screen, and its size: WINDOW=... WIDTH=... HEIGHT=...
    xdotool mousemove 400 300 getmouselocation --shell | grep WINDOW
    xdotool getwindowgeometry --shell "$(xdotool search --onlyvisible --name 'Stipple kiosk' | head -1)" | grep -E 'WIDTH|HEIGHT|^X|^Y'
}
modifiers() { # ctrl+alt+ and so on
    local word=
    (($1 & 1)) && word+=ctrl+
    (($1 & 2)) && word+=alt+
    (($1 & 4)) && word+=shift+
    (($1 & 8)) && word+=super+
    echo "$word"
}
press_all() { # `walks` leaves out the keys that walk and press the buttons of a visit
    local set key chords
    for set in {0..15}; do
        chords=
        for key in F{1..12} Tab Escape space Delete Print Menu {a..z}; do
            [ "$1" = walks ] && ((set % 8 == 0 || set == 4)) && [[ $key = Tab || $key = space ]] && continue
            chords+=" $(modifiers $set)$key"
        done
        # shellcheck disable=SC2086
        xdotool key --delay 2 $chords
        total=$((total + $(wc -w <<< "$chords")))
    done
}

try() { # WINDOW-MANAGER or nothing
    total=0
    rm -f display
    Xvfb -displayfd 3 -screen 0 800x600x24 3> display > /dev/null 2>&1 &
    processes=$!
    for _ in $(seq 50); do [ -s display ] && break; sleep 0.1; done
    DISPLAY=:$(cat display)
    export DISPLAY
    if [ -n "$1" ]; then
        "$1" > /dev/null 2>&1 &
        processes="$! $processes"
        sleep 1
    fi
    "$stipple" kiosk --config still.json 2> stderr &
    kiosk=$!
    processes="$kiosk $processes"
    for _ in $(seq 300); do [ -n "$(xdotool search --onlyvisible --name 'Stipple kiosk' 2> /dev/null)" ] && break; sleep 0.1; done
    sleep 5 # so that both visit and spare are there: the words come before the programs
    before=$(in_front) shown=$(visits | cut -d' ' -f1)
    grep -q WIDTH=800 <<< "$before" || fail "$1: the kiosk does not fill the screen: $before"
    press_all stories
    sleep 1
    [ "$(in_front)" = "$before" ] || fail "$1: after the chords on the stories: $(in_front), before: $before"
    xdotool mousemove 700 560 click 1
    sleep 1
    press_all walks
    sleep 1
    [ "$(in_front)" = "$before" ] || fail "$1: after the chords in a visit: $(in_front), before: $before"
    [ "$(visits | cut -d' ' -f1)" = "$shown" ] || fail "$1: the visit is another process: $(cat stderr)"
    kill -0 $kiosk 2> /dev/null || fail "$1: the kiosk is gone"
    echo "${1:-no window manager}: $total chords"
    kill -TERM $kiosk
    wait $kiosk || fail "$1: SIGTERM gives $?"
    stop
}

try ""
manager=$(command -v openbox || command -v matchbox-window-manager)
if [ -n "$manager" ]; then try "$manager"; else echo "no openbox or matchbox-window-manager here: tried without only"; fi
finish
