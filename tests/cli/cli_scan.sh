#!/bin/bash
# A 3D scan becomes a case: heads of our own model, in other units and elsewhere, come back as they were; what is no
# scan of a head is refused with one sentence, and nothing is written.
. "$(dirname "$0")/lib.bash"
maker=$(dirname "$stipple")/tool_sample_scan
if [ ! -x "$maker" ]; then
    echo "skipped: no tool_sample_scan beside the binary"
    exit 0
fi
cd "$work" || exit 1
mkdir made bad out

# farthest TRUTH FIT.json: the largest distance between landmarks, mm.
farthest() {
    awk 'NR == FNR { for (c = 2; c <= 4; c++) truth[$1, c - 1] = $c; next }
        /"[a-z_]+": \[/ { name = $1; gsub(/[":]/, "", name); k = 0; sum = 0; next }
        k < 3 && name != "" && /^ *-?[0-9.]/ { k++; d = $1 - truth[name, k]; sum += d * d
            if (k == 3) { d = sqrt(sum); if (d > most) most = d; name = "" } }
        END { printf "%.2f", most }' "$1" "$2"
}

# check VERDICT NAME SEED MM_PER_UNIT SHIFT_MM LIMIT_MM [options]
check() {
    local verdict=$1 off
    shift
    local name=$1 limit=$5
    "$maker" made/$name.obj "$2" "$3" "$4" > made/$name.truth || fail "no scan was made"
    expect 0 "scan +$verdict" fit --scan made/$name.obj -o out/$name.json --report out/$name.fit.json "${@:6}"
    off=$(farthest made/$name.truth out/$name.fit.json)
    awk -v off="$off" -v limit="$limit" 'BEGIN { exit !(off < limit) }' ||
        fail "$name: a landmark is off by $off mm, limit $limit mm"
    echo "$name: landmarks within $off mm"
}

check good mean 0 10 250 3 --mesh out/mean.obj
expect_files out mean-skin-lit.jpg mean-skin.jpg mean.fit.json mean.json mean.obj
grep -q '"skin_file": "mean-skin.jpg"' out/mean.json || fail "the case does not name its skin"
grep -q '"skin_lit_file": "mean-skin-lit.jpg"' out/mean.json || fail "the case does not name its skin's own light"
expect 0 '' render out/mean.json -o out/lit.png --size 64x64 --quality draft --light photo
rm out/lit.png
grep -q '"scan": {' out/mean.fit.json || fail "the report says nothing of the scan"
grep -q '"photos": \[\]' out/mean.fit.json || fail "the report has photos"
expect 0 '' render out/mean.json -o out/mean.png --size 64x64 --quality draft
grep -q 'edition' "$work/stderr" && fail "a case fitted just now is said to be of another edition of the head"
check good person 12 1 -40 6
check check unitless 4 137 0 12
expect 0 'scan +good' fit --scan made/person.obj -o out/again.json
cmp out/person.json <(sed 's/again-skin/person-skin/' out/again.json) || fail "the same scan twice differs"
cmp out/person-skin.jpg out/again-skin.jpg || fail "the same colours twice differ"

rm -rf out
mkdir out
: > bad/empty.obj
echo hello > bad/text.obj
echo hello > bad/text.ply
printf 'glTF\2\0\0\0' > bad/cut.glb
echo hello > bad/scan.xyz
printf 'v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n' > bad/triangle.obj
printf 'v 0 0 0\nv 1 0 0\nv nan 1 0\nf 1 2 3\nf 1 2 9\n' > bad/broken.obj
# A wall of 60 x 60 squares: enough triangles, no head.
awk 'BEGIN { for (y = 0; y <= 60; y++) for (x = 0; x <= 60; x++) printf "v %d %d 0\n", 5 * x, 5 * y
    for (y = 0; y < 60; y++) for (x = 1; x <= 60; x++) { a = y * 61 + x
        printf "f %d %d %d\nf %d %d %d\n", a, a + 1, a + 61, a + 1, a + 62, a + 61 } }' > bad/wall.obj
awk 'BEGIN { n = 60; pi = 3.14159265
    for (i = 0; i <= n; i++) for (j = 0; j < n; j++) { a = pi * i / n; b = 2 * pi * j / n
        printf "v %f %f %f\n", 90 * sin(a) * cos(b), 90 * cos(a), 90 * sin(a) * sin(b) }
    for (i = 0; i < n; i++) for (j = 0; j < n; j++) { a = i * n + j + 1; b = i * n + (j + 1) % n + 1
        printf "f %d %d %d\nf %d %d %d\n", a, b, a + n, b, b + n, a + n } }' > bad/ball.obj
for file in bad/* bad made/missing.obj; do
    expect 1 "$(basename "$file")|scan" fit --scan "$file" -o out/case.json --report out/fit.json --mesh out/head.obj
done
echo '{"scan": {"menton": [0, 1]}}' > bad.json
expect 1 'menton' fit --scan made/mean.obj --pins bad.json -o out/case.json
expect 2 'combined' fit --scan made/mean.obj --front face.jpg -o out/case.json
expect 2 'output' fit --scan made/mean.obj
expect_files out
finish
