#!/bin/bash
# The studio played without a window: options, undo, tabs, language, saving by button, a monkey.
. "$(dirname "$0")/lib.bash"
cd "$work" || exit 1
play() { timeout 300 "$stipple" studio --size 1280x720 --replay "$@" > out 2> stderr; }

cat > edit.replay <<'R'
tab hairline
hairline.style mature
set hair.length_mm 2
expect hair.length_mm 2
tap undo
expect hair.length_mm 0.5
tap undo
expect hairline.style soft
tap redo
expect hairline.style mature
tap presets
tap line.soft
expect hairline.style soft
tap undo
expect hairline.style mature
settings
tap language.es
key escape
tap export                # the widget's name, whatever the language
tap save.case
expect-file sample.json
help
tap key.view.crown
key escape
drag-at 0.3 0.5 0.1 0
screenshot end
expect-presses 11
R
for page in photos fit today hairline dots time light export; do
    printf 'tab %s\nexpect-tab\nexpect-targets 48\n' $page >> edit.replay
done
printf 'case\nexpect-targets 48\nkey escape\nsettings\nexpect-targets 48\n' >> edit.replay
play edit.replay || fail "edit: $(cat stderr)"
grep -Eq '^[0-9]+ events, 11 presses$' out || fail "events are not counted: $(cat out)"
grep -q '"style": "mature"' sample.json || fail "the saved case is not the edited one"
[ "$(head -c 24 end.png | tail -c 8 | od -An -tx1 | tr -d " \n")" = 00000500000002d0 ] || fail "end.png is not 1280x720"

# What lies in the photos' slots is undone and redone too.
cat > slots.replay <<'R'
tab photos
tap left/remove
tap left/choose           # an empty slot asks for a photo
key escape
tap undo
tap left/remove
undo
redo
hairline.style mature
undo
undo
tap left/remove
R
play slots.replay || fail "photos do not come back: $(cat stderr)"
sed 's/^tap undo$/wait 1/' slots.replay > gone.replay
play gone.replay && fail "a photo was removed twice"

echo 'expect hairline.style tramline' > wrong.replay
play wrong.replay && fail "a wrong expectation passes"
grep -q 'wrong.replay, line 1: hairline.style is soft, not tramline' stderr || fail "no sentence: $(cat stderr)"
# A named case is kept beside itself; what was not saved is offered at the next start, and only then.
cat > change.replay <<'R'
hair.length_mm 3
wait 20
expect-file sample.json.autosave
R
cat > again.replay <<'R'
tap autosave.take
expect hair.length_mm 3
tab export
tap save.case
R
export HOME=$work/home
timeout 300 "$stipple" studio sample.json --replay change.replay > out 2> stderr || fail "autosave: $(cat stderr)"
timeout 300 "$stipple" studio sample.json --replay again.replay > out 2> stderr || fail "offer: $(cat stderr)"
[ -e sample.json.autosave ] && fail "the kept changes stay after saving"
grep -q '"length_mm": 3' sample.json || fail "the kept changes were not saved"
[ -e home ] && fail "a replay wrote into the user's folder"

# What goes wrong is said on the stage, whatever else goes on.
echo text > text.jpg
cat > wrong.replay <<'END'
tab photos
rush on
tap photos.fit
wait 0.2
open sample.json
undo
rush off
drop text.jpg
expect-said text.jpg
expect-said The photo before stays
drop /
expect-said There are no photos
open text.jpg
expect-said not a Stipple case
folder /nowhere
save.picture
expect-said Cannot write
END
timeout 300 "$stipple" studio sample.json --replay wrong.replay > out 2> stderr || fail "wrong: $(cat stderr)"

# Nothing unsaved goes without being asked about, and what cannot be written stays.
cat > leave.replay <<'END'
hair.length_mm 3
quit
tap leave.stay
new.case
key escape
expect hair.length_mm 3
folder /nowhere
quit
tap leave.save
expect-said Cannot write
expect hair.length_mm 3
folder left
quit
key enter
expect-file left/sample.json
END
mkdir left
timeout 300 "$stipple" studio --replay leave.replay > out 2> stderr || fail "leaving: $(cat stderr)"
grep -q '"length_mm": 3' left/sample.json || fail "what was saved at the end is not what was changed"
cat > new.replay <<'END'
hair.length_mm 3
new.case
tap leave.drop
expect hair.length_mm 0.5
case
tap case.name
type Ana
key enter
tap hairline
tap presets
tap line.mature
expect hairline.style mature
folder left
save.case
expect-file left/Ana.json
END
timeout 300 "$stipple" studio --replay new.replay > out 2> stderr || fail "a new client: $(cat stderr)"
grep -q '"name": "Ana"' left/Ana.json || fail "the new client has no name"

# A case whose skin and photos are gone is opened all the same, and said.
cp "$root/assets/sample/sample.json" left/bare.json
printf 'open left/bare.json\nexpect-said is shown without it\n' > bare.replay
timeout 300 "$stipple" studio --replay bare.replay > out 2> stderr || fail "photos gone: $(cat stderr)"

# How the studio was set, and the last cases, are there again when it is opened anew.
export XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state
cat > set.replay <<'END'
remember
settings
tap language.es
tap text_size.large
tap dark
tap reduced_motion
key escape
open left/Ana.json
END
printf 'remember\nsettings\nscreenshot again\ntap dark\nkey escape\ncase\ntap recent.0\nexpect hair.length_mm 0.5\n' > reset.replay
timeout 300 "$stipple" studio --replay set.replay > out 2> stderr || fail "settings: $(cat stderr)"
timeout 300 "$stipple" studio --shots . --replay reset.replay > out 2> stderr || fail "settings again: $(cat stderr)"
for kept in '"language": "es"' '"text_size": 1.25' '"dark": false' '"reduced_motion": true'; do
    grep -q "$kept" config/stipple/studio.json || fail "not $kept after a restart: $(cat config/stipple/studio.json)"
done
unset XDG_CONFIG_HOME XDG_STATE_HOME

printf 'hairline.style soft\ntab hairline\ntab today\ntab fit\nscreenshot tiny\n' > tiny.replay
timeout 300 "$stipple" studio --size 320x240 --replay tiny.replay > out 2> stderr || fail "a tiny window: $(cat stderr)"

mkdir monkey && cd monkey || exit 1
timeout 300 "$stipple" studio --size 1280x720 --monkey 200 --seed 2 > out 2> stderr || fail "monkey: $(tail -3 stderr)"
awk '/^(photos|fit|today|hairline|dots|time|light|export) / && $2 < 1 { exit 1 }' out || fail "the monkey left out a page: $(cat out)"
finish
