#!/bin/bash
# The studio from photos to a fitted head: drops and one press; a pin moved; the hairline, a
# scar and the brush by hand; all of it kept in the case.
. "$(dirname "$0")/lib.bash"
cd "$work" || exit 1
cp "$root"/assets/sample/{front,left,top}.jpg . || exit 1
echo '{"version": 1, "seed": 5, "name": "client"}' > case.json
cat > fit.replay <<'R'
tab photos
drop front.jpg
drop left.jpg
drop top.jpg
tap photos.fit
expect-presses 4
tap fit.front
tap left_pupil/pin        # by its name in the list, then by the keyboard
key shift+down
tab hairline
view.front
key p                     # the point at the right corner, and its mirror
key up
expect hairline.point1_mm 0.5
expect hairline.point9_mm 0.5
undo
expect hairline.point1_mm 0
redo
tab today
view.crown
tap mark.place
tap-at 0.35 0.4
expect mark1.kind scar
tap brush.Add hair
drag-at 0.3 0.4 0.08 0.02
save.case
R
timeout 300 "$stipple" studio case.json --size 1600x1400 --replay fit.replay > out 2> stderr || fail "replay: $(cat stderr)"
/usr/bin/python3 - << 'P' || fail "the saved case is not the fitted one"
import json
case = json.load(open("case.json"))
photos = case["photos"]
assert sorted(photos) == ["front", "left", "top"], sorted(photos)
assert photos["front"]["file"] == "front.jpg" and photos["front"]["verdict"] <= 1, photos["front"]
assert list(photos["front"]["pins"]) == ["left_pupil"], photos["front"]["pins"]
assert not photos["left"]["pins"]
assert len(case["strokes"]) > 3 and case["strokes"][0][3] == 1, case["strokes"]
assert any(abs(w) > 0.05 for w in case["shape"]["modes"])
P
finish
