#!/bin/bash
# Contact sheets of every family of the model, made by the program itself: docs/sheets/*.jpg.
# Usage: tools/make_sheets.sh [path of stipple] [folder]
set -eu
cd "$(dirname "$0")/.."
stipple=${1:-build/release/stipple}
out=${2:-docs/sheets}
case=assets/sample/sample.json
mkdir -p "$out"

# sheet NAME COLUMNS VIEW OPTION=a,b,c [more options of compare]
sheet() {
    local name=$1 columns=$2 view=$3 vary=$4
    shift 4
    local panels rows width
    panels=$(($(tr -cd , <<<"$vary" | wc -c) + 1))
    rows=$(((panels + columns - 1) / columns))
    width=$((panels > 8 ? 190 : panels > 6 ? 310 : 330)) # each file under 300 KB
    "$stipple" compare "$case" -o "$out/$name.jpg" --vary "$vary" --columns "$columns" --view "$view" \
        --size $((columns * width))x$((rows * width * 13 / 11)) --quality standard "$@"
    echo "$out/$name.jpg"
}

before="--set treatment.enabled=off --set hair.length_mm=1"
sheet norwood 4 top loss.stage=1,2,3,4,5,6,7 --set loss.pattern=norwood $before
sheet norwood-a 4 top loss.stage=2,3,4,5 --set loss.pattern=norwood-a $before
sheet patterns 4 top loss.pattern=none,norwood-vertex,ludwig,sinclair,olsen,dpa,dupa,effluvium \
    --set loss.stage=3 --set loss.severity=0.4 $before --zoom 1.25
sheet areata 3 back loss.pattern=areata,ophiasis,sisaipho,reticular,totalis,universalis --set loss.severity=1 $before --zoom 1.25
# As a practitioner looks: near, freshly shaved, a line at 66 mm on a bald top.
near="--set hairline.front_mm=66 --set loss.stage=6 --set hair.length_mm=0.2 --zoom 1.7"
sheet hairlines 3 34 hairline.style=soft,broken,scattered,faded,defined,edge-up $near
sheet hairlines-shape 3 front hairline.style=natural,rounded,peaked,widows-peak,m-shape,mature $near
sheet hairlines-cut 2 34 hairline.style=faux-scar,tramline $near
sheet zones 3 34 treatment.zone=full,edge-up,density,scar,parting,crown --set loss.stage=4 --set hair.length_mm=0.5 \
    --set mark1.kind=scar --set mark1.s_mm=120 --set mark1.l_mm=45 --set mark1.width_mm=6 --zoom 1.6
sheet sessions 4 34 treatment.sessions=0,1,2,3 $near
sheet days 5 34 time.days=0,2,5,10,60 $near
sheet years 4 34 time.years=0,2,5,10 --set time.ageing=0 $near
sheet marks 4 back mark1.kind=none,fut-scar,fue-scars,burn,craniotomy,keloid,nevus-sebaceous,melanocytic-nevus,port-wine,mole,scar,punch-grafts \
    --set mark1.s_mm=285 --set loss.pattern=none --set treatment.enabled=off --set hair.length_mm=0.3 --zoom 2.2
sheet fades 3 left hair.fade=none,skin,low,mid,high,taper --set loss.pattern=none --set treatment.enabled=off --set hair.length_mm=6
sheet lengths 4 34 hair.length_mm=0,0.5,1,3,6,9,13,25 --set loss.pattern=none --set treatment.enabled=off
sheet curls 4 34 hair.curl=0,1,2,3 --set loss.pattern=none --set treatment.enabled=off --set hair.length_mm=25
sheet women 4 34 hair.length_mm=30,60,90,120 --set client.woman=yes --set hairline.sideburn=no --set loss.pattern=none --set treatment.enabled=off \
    --set hair.parting_mm=-12 --set hair.parting_width_mm=2 --set hair.melanin=0.45
sheet whorls 4 crown hair.whorl=natural,clockwise,anticlockwise,double --set loss.pattern=none --set treatment.enabled=off \
    --set hair.length_mm=6
sheet greying 4 left hair.grey_share=0,0.25,0.5,1 --set loss.pattern=none --set treatment.enabled=off --set hair.length_mm=9
sheet alternatives 4 34 alternative.choice=nothing,minoxidil,finasteride,both,fut,fue,hairpiece,hat --set alternative.months=14 \
    --set loss.pattern=norwood --set loss.stage=4.5 --set treatment.enabled=off --set hair.length_mm=6
