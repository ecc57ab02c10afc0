#!/bin/bash
# Makes assets/sample: the sample client is nobody. A random head of the prior with synthetic skin is photographed by
# `stipple render` from five sides, and those photos go through `stipple fit` as any client's would.
# Usage: tools/make_sample.sh [BUILD_FOLDER [fit]]      (default build/release; fit: keep the photos, fit them anew)
set -eu
cd "$(dirname "$0")/.."
build=${1:-build/release}
seed=10
out=assets/sample
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p $out

if [ "${2:-all}" != fit ]; then
    # The true head, shaved and untreated, with the hair loss that the treatment is for.
    "$build/tool_sample_case" $seed "$work/true.json" \
        loss.pattern=norwood loss.stage=6 hair.length_mm=0.5 treatment.enabled=off skin.tone_ita_deg=38 hair.melanin=0.95
    for view in front left right back top; do
        "$build/stipple" render "$work/true.json" -o $out/$view.jpg --camera "$work/true.$view.json" --light studio \
            --quality final
    done
fi

"$build/stipple" fit --front $out/front.jpg --left $out/left.jpg --right $out/right.jpg --back $out/back.jpg \
    --top $out/top.jpg -o $out/sample.json --skin $out/skin.jpg \
    --set loss.pattern=norwood --set loss.stage=6 --set hair.length_mm=0.5 --set hair.melanin=0.95 \
    --set treatment.enabled=on --set treatment.sessions=3 --set time.days=28 \
    --set hairline.style=soft --set hairline.front_mm=72
sed -i 's/"name": "[^"]*"/"name": "Sample client"/' $out/sample.json
ffmpeg -v error -y -i $out/skin.jpg -q:v 2 -pix_fmt yuvj420p "$work/skin.jpg" && mv "$work/skin.jpg" $out/skin.jpg # under 300 KB
chmod 644 $out/*
du -h $out/*
