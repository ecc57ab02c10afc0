#!/bin/bash
# Every kind of wrong argument: one sentence, exit code 2, nothing written.
. "$(dirname "$0")/lib.bash"
cd "$work" || exit 1
mkdir out
echo '{"version": 1}' > case.json
echo '{"version": 1, "colour": 3}' > unknown.json
echo '{"version": 99}' > newer.json
echo 'not json' > text.json
echo '{"width": 10}' > cam.json

expect 0 'Commands' --help
expect 0 '[0-9]+\.[0-9]+' --version
for command in studio fit render turntable compare plan bench kiosk; do
    expect 0 'Usage' $command --help
    expect 0 'Usage' help $command
    expect 2 'no option --colour' $command --colour
done
expect 2 'did you mean render' rendr
expect 2 'did you mean turntable' turn
expect 2 'no command "paint"' paint
expect 2 'before a command' --paint
expect 2 'no command "kisok"|did you mean' help kisok

expect 2 'needs the case file' render
expect 2 'one thing too many' render case.json other.json -o out/a.png
expect 2 'where should the result go' render case.json
expect 2 'needs a value' render case.json -o
expect 2 'is empty' render case.json -o ''
expect 2 'given twice' render case.json -o out/a.png -o out/b.png
expect 2 'did you mean --output' render case.json --outptu out/a.png
expect 2 'is a folder' render case.json -o out
expect 2 'must end in' render case.json -o out/a.gif
expect 2 'there is no folder' render case.json -o nowhere/a.png
for size in 0x0 -5x10 12 x 12x axb 99999x20 16384x16384 1e3x10 nanxnan 12x12x12; do
    expect 2 '--size' render case.json -o out/a.png --size $size
done
expect 2 'front, left, right' render case.json -o out/a.png --view behind
expect 2 'studio, clinic' render case.json -o out/a.png --light candle
expect 2 'all, skin, dots' render case.json -o out/a.png --layers bones
expect 2 'draft, standard, final' render case.json -o out/a.png --quality best
expect 2 'give one of them' render case.json -o out/a.png --camera cam.json --view front
for set in hair.length_mm hair.length_mm= hair.length_mm=x hair.length_mm=-1 hair.length_mm=nan hair.length_mm=1e9 \
    =1 hair=1 hair.lenght_mm=1 loss.pattern=hamilton; do
    expect 2 '' render case.json -o out/a.png --set "$set"
done
expect 2 'hair.length_mm' render case.json -o out/a.png --set hair.lenght_mm=1

expect 1 'missing.json' render missing.json -o out/a.png
expect 1 'folder' render out -o out/a.png
expect 1 'text.json' render text.json -o out/a.png
expect 1 'newer' render newer.json -o out/a.png
expect 1 'colour' render unknown.json -o out/a.png
expect 1 'cam.json' render case.json -o out/a.png --camera cam.json
expect 1 'nothere.json' render case.json -o out/a.png --camera nothere.json

expect 2 'must end in' turntable case.json -o out/a.png
expect 2 'even' turntable case.json -o out/a.mp4 --size 641x480
expect 2 'between' turntable case.json -o out/a.mp4 --seconds -1
expect 2 'a number' turntable case.json -o out/a.mp4 --seconds nan
expect 2 'a number' turntable case.json -o out/a.mp4 --fps many
expect 2 'between' turntable case.json -o out/a.mp4 --fps 0
expect 2 'ends before' turntable case.json -o out/a.mp4 --frames 9-2
expect 2 'frames, numbered' turntable case.json -o out/a.mp4 --seconds 1 --fps 10 --frames 0-10
expect 2 'A-B' turntable case.json -o out/a.mp4 --frames all

expect 2 'what should differ' compare case.json -o out/a.png
expect 2 'NAME=a,b,c' compare case.json -o out/a.png --vary hair.length_mm
expect 2 'empty value' compare case.json -o out/a.png --vary hair.length_mm=1,,2
expect 2 'hair.length_mm' compare case.json -o out/a.png --vary hair.lenght_mm=1,2
expect 2 '' compare case.json -o out/a.png --vary hair.length_mm=1,900
expect 2 'twice at most' compare case.json -o out/a.png --vary hair.length_mm=1,2 --vary loss.stage=1,2 --vary time.years=1,2
expect 2 'between two values' compare case.json -o out/a.png --vary hair.length_mm=1,2,3 --wipe 0.5
expect 2 'from 0.25 to 10' compare case.json -o out/a.png --vary distance_m=0.1,1
expect 2 'even width' compare case.json -o out/a.mp4 --vary hair.length_mm=1,2 --size 301x200
expect 2 'too small' compare case.json -o out/a.png --vary hair.length_mm=1,2,3,4 --size 100x100

expect 2 'photo of the face' fit -o out/a.json
expect 2 'photo of the face' fit --left x.jpg -o out/a.json
expect 2 'takes no' fit x.jpg -o out/a.json
expect 1 'x.jpg' fit --front x.jpg -o out/a.json
expect 1 'folder' fit --front out -o out/a.json

expect 2 'needs the case file' plan

expect_files out
finish

