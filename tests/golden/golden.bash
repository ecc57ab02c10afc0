# golden NAME MAX_SHARE MAX_WORST ARGUMENTS...: render, and compare with tests/golden/NAME.png. With UPDATE=1 in the
# environment the reference is written instead; look at it before it is committed.
stipple=${1:-none}
if [ "$stipple" = none ] || [ ! -x "$stipple" ]; then
    echo "skipped: no stipple binary given"
    exit 0
fi
stipple=$(realpath "$stipple")
imgdiff=$(dirname "$stipple")/tool_imgdiff
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
actual=${GOLDEN_OUT:-/tmp/stipple-golden-$UID}
mkdir -p "$actual"
failed=0

golden() {
    local name=$1 share=$2 worst=$3
    shift 3
    local out=$actual/$name.png
    "$stipple" "$1" "$here/case.json" -o "$out" "${@:2}" || { failed=1; return; }
    if [ "${UPDATE:-0}" = 1 ]; then
        [ -f "$here/$name.png" ] && "$imgdiff" "$out" "$here/$name.png" 0 0 "$actual/$name.diff.png"
        cp "$out" "$here/$name.png"
        return
    fi
    if [ ! -f "$here/$name.png" ]; then
        echo "FAIL $name: no reference; see $out, then run: UPDATE=1 bash tests/golden/golden_pictures.sh BINARY"
        failed=1
    elif ! result=$("$imgdiff" "$out" "$here/$name.png" "$share" "$worst" "$actual/$name.diff.png"); then
        echo "FAIL $name: $result; see $out and $actual/$name.diff.png"
        failed=1
    else
        echo "ok $name: $result"
    fi
}
