#!/bin/bash
# The kiosk by replay, supervisor included: a visit within ten taps, idleness, keys, the PIN, a crash, a hang-up.
. "$(dirname "$0")/lib.bash"
cd "$work" || exit 1
hash=$(echo 2468 | "$stipple" kiosk --hash-pin) || fail "no PIN hash"
echo "{\"version\": 1, \"pin_hash\": \"$hash\"}" > kiosk.json
mkdir shots
replay() { # NAME: plays NAME.txt at a small size
    timeout 300 "$stipple" kiosk --config kiosk.json --size 1280x720 --shots shots --replay "$1.txt" > stdout 2> stderr
}

cat > visit.txt << 'END'
tap start
expect who
expect-targets 88
tap who.loss.3
tap next
expect photo
expect-targets 88
tap photo.none
expect-targets 88
tap next
tap next
tap next
tap next
expect result
expect-taps 10
expect-targets 88
drag wipe 0.1
tap next
expect facts
tap facts.3
expect-targets 88
screenshot facts
tap next
expect ended
visit
tap start
key alt+f4
key ctrl+alt+delete
key super+d
key ctrl+q
key escape
key f11
close
expect who
wait 44
expect who
wait 1.5
expect-warning
expect-targets 88
tap idle.stay
wait 43
expect who
wait 15
expect who
expect-warning
wait 2
expect ended
visit
tap start
crash
visit
expect attract
corner 5
expect pin
expect-targets 88
tap pin.1
tap pin.1
tap pin.1
tap pin.1
tap pin.OK
expect pin
tap pin.cancel
expect attract
corner 5
tap pin.2
tap pin.4
tap pin.6
tap pin.8
tap pin.OK
END
replay visit || fail "visits: $(cat stderr)"
grep -q "ended early" stderr || fail "a crash was not noticed"
[ "$(head -c 8 shots/facts.png | od -An -tx1 | tr -d ' ')" = 89504e470d0a1a0a ] || fail "no screenshot"

# Three wrong PINs lock, and the next visit is no new chance.
wrong=$(printf 'tap pin.1\ntap pin.1\ntap pin.1\ntap pin.1\ntap pin.OK\n')
right=$(printf 'tap pin.2\ntap pin.4\ntap pin.6\ntap pin.8\ntap pin.OK\nexpect pin\ntap pin.cancel')
printf '%s\n' "corner 5" "$wrong" "tap pin.cancel" "tap start" "wait 61" visit \
    "corner 5" "$wrong" "$wrong" "$right" "tap start" "wait 61" visit "corner 5" "$right" > lock.txt
replay lock || fail "the lock: $(cat stderr)"
grep -q 'locked for a minute' stderr || fail "wrong PINs do not lock"
rm lock.txt

# A camera that is unplugged while it is looked through, and one that is not there: on without a photo.
mkdir frames
cp "$root/assets/sample/front.jpg" frames/
printf 'tap start\ntap next\ntap photo.take\nexpect-targets 88\ntap consent.yes\nexpect-targets 88\ntap camera.ready\nwait 4\nexpect review\nexpect-targets 88\n' > camera.txt
timeout 300 "$stipple" kiosk --size 1080x1920 --camera-frames frames --replay camera.txt > stdout 2> stderr || fail "portrait: $(cat stderr)"
touch frames/unplug
echo '{"camera": "nosuchcamera"}' > nocamera.json
printf 'tap start\ntap next\ntap photo.take\ntap consent.yes\nwait 1\ntap photo.none\nexpect hairline\n' > camera.txt
for how in "--camera-frames frames" "--config nocamera.json"; do
    timeout 300 "$stipple" kiosk --size 640x360 $how --replay camera.txt > stdout 2> stderr || fail "no camera: $(cat stderr)"
    grep -qi 'camera' stderr || fail "nobody is told that the camera is gone: $how"
done
rm -r frames nocamera.json
# One whose lens is covered: the count does not begin, and the way without a photo is offered.
mkdir frames
ffmpeg -v error -f lavfi -i color=0x080808:s=320x240 -frames:v 1 frames/black.png
printf 'tap start\ntap next\ntap photo.take\ntap consent.yes\ntap camera.ready\nwait 4\nexpect camera\ntap photo.none\nexpect hairline\n' > camera.txt
timeout 300 "$stipple" kiosk --size 640x360 --camera-frames frames --replay camera.txt > stdout 2> stderr || fail "a covered camera: $(cat stderr)"
rm -r frames camera.txt

printf 'tap start\nexpect result\n' > wrong.txt
replay wrong && fail "a wrong expectation passes"
grep -q 'line 2: the screen is "who"' stderr || fail "a wrong expectation is not named: $(cat stderr)"
printf 'tap start\ntap nothing\n' > wrong.txt
replay wrong && fail "a missing widget passes"
expect_files . kiosk.json shots stderr stdout visit.txt wrong.txt
expect 2 'exclude' kiosk --replay visit.txt --monkey 5
expect 1 'nosuch' kiosk --config nosuch.json --monkey 5
expect 2 'size' kiosk --size 100x100
timeout 300 "$stipple" kiosk --monkey 400 --seed 3 > monkey 2> stderr || fail "the monkey: $(cat stderr)"
grep -q '^400 events' monkey || fail "the monkey says nothing"
finish
