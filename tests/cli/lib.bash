# What the command-line tests share. Each script: source this, use expect..., end with finish.
stipple=${1:-none}
if [ "$stipple" = none ] || [ ! -x "$stipple" ]; then
    echo "skipped: no stipple binary given"
    exit 0
fi
stipple=$(realpath "$stipple")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
shared=$root/../shared
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
    echo "FAIL: $*"
    failed=1
}

finish() {
    [ $failed = 0 ] && echo "all as expected"
    exit $failed
}

# expect CODE WORDS COMMAND...: the exit code, and WORDS (grep -E, or "" for none) in what people are told. What fails
# must say one sentence, and never a crash, a file's contents or a control character.
expect() {
    local want=$1 words=$2
    shift 2
    timeout 120 "$stipple" "$@" > "$work/stdout" 2> "$work/stderr" < /dev/null
    local code=$?
    [ $code = "$want" ] || fail "exit $code, not $want: stipple $* : $(head -c 300 "$work/stderr")"
    if [ -n "$words" ]; then
        grep -qE -- "$words" "$work/stderr" "$work/stdout" || fail "no \"$words\" from: stipple $* : $(head -c 300 "$work/stderr")"
    fi
    [ "$want" = 0 ] && return
    [ "$(grep -c '^stipple: ' "$work/stderr")" = 1 ] || fail "not one sentence: stipple $* : $(head -c 400 "$work/stderr")"
    grep -qE 'Sanitizer|runtime error|bug:' "$work/stderr" && fail "a fault inside: stipple $* : $(head -c 900 "$work/stderr")"
    [ -s "$work/stdout" ] && fail "something on stdout: stipple $*"
}

# Nothing but these names lies in a folder.
expect_files() {
    local folder=$1
    shift
    local have
    have=$(ls -A "$folder" | sort | tr '\n' ' ')
    [ "$have" = "$*${*:+ }" ] || fail "in $folder: \"$have\" instead of \"$*\""
}
