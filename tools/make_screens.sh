#!/bin/bash
# Pictures of every step of the studio and the kiosk into docs/screens, from the real program played without a window:
#   bash tools/make_screens.sh [STIPPLE [FOLDER [SIZE...]]]
# English at four sizes (4K is drawn at 4K and kept at half that), Spanish at the smallest. The sample client is synthetic.
set -eu
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
stipple=$(readlink -f "${1:-$root/build/release/stipple}")
out=${2:-$root/docs/screens}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- 1280x720 1920x1080 3840x2160 1080x1920
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/frames"
out=$(readlink -f "$out")
cp "$root/assets/sample/front.jpg" "$work/frames/1.jpg"

cat > "$work/studio.replay" <<'R'
tab photos
screenshot 01-photos
tab fit
screenshot 02-fit
tab today
tap presets
view.34
screenshot 03-today
tap presets
tab hairline
view.front
screenshot 04-hairline
tab dots
view.34
screenshot 05-treatment
tab time
time.years 5
screenshot 06-time
undo
tab light
light.preset daylight
screenshot 07-light
undo
compare.wipe
screenshot 08-before-after
mode two
screenshot 09-two
mode four
screenshot 10-four
mode head
tab export
screenshot 11-export
settings
screenshot 12-settings
tap close_settings
help
screenshot 13-keys
R
sed 's/^settings$/look dark\nsettings/' "$work/studio.replay" > "$work/studio-dark.replay"
cat > "$work/kiosk.replay" <<'R'
wait 5
screenshot 01-stories
tap start
screenshot 02-who
tap next
screenshot 03-photo
tap photo.take
screenshot 04-consent
tap consent.yes
screenshot 05-camera
tap camera.ready
wait 4
screenshot 06-review
tap review.use
expect hairline
screenshot 07-hairline
tap next
screenshot 08-density
tap next
screenshot 09-length
tap next
screenshot 10-years
tap next
screenshot 11-result
tap next
screenshot 12-facts
wait 50
expect-warning
screenshot 13-still-there
R

keep() { # PREFIX SIZE: every picture of $work/shots as a JPEG of at most 300 KB
    local scale=iw:ih shot name
    case $2 in 3840x2160*) scale=1920:1080 ;; esac
    for shot in "$work"/shots/*.png; do
        name=$out/$1-$(basename "$shot" .png)-$2.jpg
        ffmpeg -y -v error -i "$shot" -vf "scale=$scale:flags=lanczos" -q:v 4 "$name"
        [ "$(stat -c %s "$name")" -le 300000 ] || ffmpeg -y -v error -i "$shot" -vf "scale=$scale:flags=lanczos" -q:v 9 "$name"
    done
    rm -rf "$work/shots"
}

play() { # studio|kiosk LANGUAGE SIZE
    mkdir -p "$work/shots"
    local language=$2 suffix=$3
    [ "$language" = en ] || suffix=$3-$language
    if [ "$1" = studio ]; then
        (echo "language $language" && cat "$work/studio-dark.replay") > "$work/now.replay"
        (cd "$work" && HOME=$work "$stipple" studio --size "$3" --shots "$work/shots" --replay "$work/now.replay" > /dev/null)
    else
        printf '{"version": 1, "language": "%s"}' "$language" > "$work/kiosk.json"
        "$stipple" kiosk --config "$work/kiosk.json" --size "$3" --shots "$work/shots" \
            --camera-frames "$work/frames" --replay "$work/kiosk.replay" > /dev/null
    fi
    keep "$1" "$suffix"
    echo "$1 $suffix"
}

for size in "$@"; do
    play studio en "$size"
    play kiosk en "$size"
    [ "$size" != 1280x720 ] || { play studio es "$size" && play kiosk es "$size"; }
done
