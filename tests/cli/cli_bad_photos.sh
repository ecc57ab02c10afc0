#!/bin/bash
# Files that are no photos are refused with one sentence, quickly, and nothing is written.
. "$(dirname "$0")/lib.bash"
cd "$work" || exit 1
mkdir out
: > empty.jpg
echo 'hello' > text.jpg
printf '\xff\xd8\xff\xe0' > header.jpg
printf '\x89PNG\r\n\x1a\n' > header.png
for file in empty.jpg text.jpg header.jpg header.png; do
    expect 1 "$file" fit --front $file -o out/case.json --report out/fit.json --mesh out/head.obj
done
if [ -d "$shared/data/bad" ]; then
    for file in "$shared"/data/bad/*; do
        start=$SECONDS
        expect 1 "$(basename "$file")" fit --front "$file" -o out/case.json --report out/fit.json
        [ $((SECONDS - start)) -le 10 ] || fail "$(basename "$file") took longer than 10 s"
    done
else
    echo "skipped: no ../shared/data/bad here"
fi
expect_files out
finish
