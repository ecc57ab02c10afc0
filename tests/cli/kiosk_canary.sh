#!/bin/bash
# What a visit leaves behind: a photo is taken, once of noise, which no head fits, and once of a face that is fitted and
# turned; after the visit none of it lies in the memory of any process of the kiosk or in a file.
. "$(dirname "$0")/lib.bash"
memscan=$(dirname "$stipple")/tool_memscan
[ -x "$memscan" ] || { echo "skipped: no memscan here"; exit 0; }
cd "$work" || exit 1
to_review='tap start
tap next
tap photo.take
tap consent.yes
tap camera.ready
wait 4
expect review'

visits() { cat /proc/"$supervisor"/task/*/children 2> /dev/null; }
hits() { # in the supervisor and all its visits
    "$memscan" find pattern "$supervisor" $(visits) 2> /dev/null || echo unreadable
}

try() { # NAME: photo in frames/, its pattern, the steps of the first visit in visit.txt, which shoots `looking` and holds
    rm -rf home tmp taken over looking.png
    mkdir home tmp
    printf 'visit\ntap start\nhold over\n' >> visit.txt
    touch begun
    HOME=$work/home TMPDIR=$work/tmp XDG_CACHE_HOME=$work/home timeout 560 \
        "$stipple" kiosk --size 640x360 --replay visit.txt --camera-frames frames 2> stderr &
    started=$!
    supervisor=
    for _ in $(seq 100); do
        supervisor=$(cat /proc/$started/task/*/children 2> /dev/null)
        supervisor=${supervisor%% *}
        [ -n "$supervisor" ] && break
        sleep 0.1
    done
    for _ in $(seq 2400); do # while the photo is looked at it must be found, or the search is worth nothing
        [ -f looking.png ] && break
        kill -0 $started 2> /dev/null || break
        sleep 0.2
    done
    sleep 0.2
    count=$(hits)
    [ "$count" = unreadable ] && ! "$memscan" find pattern "$supervisor" > /dev/null 2>&1 && {
        echo "skipped: other processes' memory cannot be read here"
        kill $started
        exit 0
    }
    [ "$count" -gt 0 ] 2> /dev/null || fail "$1: the photo was never found: $count, $(cat stderr)"
    before=$(visits)
    for pid in $supervisor $before; do # as root 0 means that nobody else may look or dump
        [ "$(stat -c %u /proc/"$pid"/environ)" = 0 ] || fail "$1: process $pid can be looked at by its user"
        [ "$(awk '/core file/ {print $5}' /proc/"$pid"/limits)" = 0 ] || fail "$1: process $pid may dump core"
    done
    touch taken
    for _ in $(seq 1500); do # the next visit
        now=$(visits)
        [ -n "$now" ] && [ "$now" != "$before" ] && break
        kill -0 $started 2> /dev/null || break
        sleep 0.2
    done
    [ "$now" != "$before" ] || fail "$1: the visit did not end: $(cat stderr)"
    sleep 1
    after=$(hits)
    [ "$after" = 0 ] || fail "$1: after the visit the photo is found $after times"
    grep -rlaFf <(head -c 12 pattern | tr -d '\n\0') home tmp 2> /dev/null && fail "$1: part of the photo lies in a file"
    [ -z "$(find home tmp -type f)" ] || fail "$1: files were written: $(find home tmp -type f)"
    new=$(find /dev/shm /tmp /var/tmp -xdev -newer begun -type f -user "$(id -u)" -size -64M -print0 2> /dev/null |
        xargs -0 -r grep -lF -f <(head -c 24 pattern | tr -d '\n\0') -a 2> /dev/null | grep -v "^$work/pattern$")
    [ -z "$new" ] || fail "$1: the photo lies in $new"
    touch over
    wait $started || fail "$1: the replay: $(cat stderr)"
    echo "$1: $count hits during the visit, $after after it"
}

mkdir frames
"$memscan" make frames/photo.png pattern || fail "no picture of noise"
cat > visit.txt << END
$to_review
screenshot looking
hold taken
tap review.use
expect photo
tap photo.take
tap consent.yes
tap camera.ready
wait 4
expect review
wait 62
expect ended
END
try noise

rm frames/photo.png
face=$shared/data/photos/lps_front.jpg
[ -f "$face" ] || face=$root/assets/sample/front.jpg
cp "$face" frames/photo.jpg
"$memscan" take frames/photo.jpg pattern || fail "no pattern of the face"
cat > visit.txt << END
$to_review
tap review.use
expect hairline
tap next
tap next
tap next
tap next
expect result
screenshot looking
hold taken
drag wipe 0.1
tap next
tap next
expect ended
END
try face
finish
