#!/bin/bash
# What a visit leaves behind: a photo of noise is taken, and after the visit none of it lies in the memory of any process
# of the kiosk or in a file.
. "$(dirname "$0")/lib.bash"
memscan=$(dirname "$stipple")/tool_memscan
[ -x "$memscan" ] || { echo "skipped: no memscan here"; exit 0; }
cd "$work" || exit 1
mkdir frames home tmp
"$memscan" make frames/noise.png pattern || fail "no picture of noise"
cat > visit.txt << 'END'
tap start
tap next
tap photo.take
tap consent.yes
tap camera.ready
wait 4
expect review
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
visit
tap start
hold over
END
HOME=$work/home TMPDIR=$work/tmp XDG_CACHE_HOME=$work/home timeout 240 \
    "$stipple" kiosk --size 1280x720 --replay visit.txt --camera-frames frames 2> stderr &
started=$!
supervisor=
for _ in $(seq 100); do
    supervisor=$(pgrep -P $started -x stipple | head -1)
    [ -n "$supervisor" ] && break
    sleep 0.1
done
hits() { # in the supervisor and all its visits
    "$memscan" find pattern "$supervisor" $(pgrep -P "$supervisor") 2> /dev/null || echo unreadable
}
count=0
for _ in $(seq 600); do # while the photo is looked at it must be found, or the search is worth nothing
    count=$(hits)
    [ "$count" = unreadable ] && [ -n "$(pgrep -P "$supervisor")" ] && ! "$memscan" find pattern "$supervisor" > /dev/null 2>&1 && {
        echo "skipped: other processes' memory cannot be read here"
        kill $started
        exit 0
    }
    [ "$count" != unreadable ] && [ "$count" -gt 0 ] && break
    kill -0 $started 2> /dev/null || break
    sleep 0.1
done
[ "$count" -gt 0 ] 2> /dev/null || fail "the photo was never found: $count, $(cat stderr)"
before=$(pgrep -P "$supervisor")
touch taken
for _ in $(seq 900); do # the next visit
    now=$(pgrep -P "$supervisor")
    [ -n "$now" ] && [ "$now" != "$before" ] && break
    kill -0 $started 2> /dev/null || break
    sleep 0.1
done
sleep 2
after=$(hits)
[ "$after" = 0 ] || fail "after the visit the photo is found $after times"
grep -rlaFf <(head -c 12 pattern | tr -d '\n\0') home tmp 2> /dev/null && fail "part of the photo lies in a file"
[ -z "$(find home tmp -type f)" ] || fail "files were written: $(find home tmp -type f)"
touch over
wait $started || fail "the replay: $(cat stderr)"
echo "$count hits during the visit, $after after it"
finish
