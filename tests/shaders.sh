#!/bin/bash
# Every shader through glslangValidator, includes resolved as engine/shader.c does, in every variant: each name that an
# #if asks about takes 0, 1 and 2 while the others are 0, and once all are 1.
# Usage: shaders.sh [BINARY], from anywhere; the binary is not used.
set -u
cd "$(dirname "$0")/../shaders" || exit 1
command -v glslangValidator >/dev/null || { echo "skipped: glslangValidator is not installed (glslang-tools)"; exit 0; }

# expand FILE: the file with its includes, each file once (SEEN).
expand() {
    local line
    case " $SEEN " in *" $1 "*) return ;; esac
    SEEN="$SEEN $1"
    [ -f "$1" ] || { echo "#error no file $1"; return; }
    while IFS= read -r line || [ -n "$line" ]; do
        if [[ $line =~ ^[[:space:]]*#include[[:space:]]*\"([^\"]+)\" ]]; then
            expand "${BASH_REMATCH[1]}"
        else
            printf '%s\n' "$line"
        fi
    done <"$1"
}

# variants SOURCE: one line of NAME=VALUE settings for each.
variants() {
    local names name value other line
    names=$(grep -oE '^[[:space:]]*#[[:space:]]*(el)?if[[:space:]].*' <<<"$1" | grep -oE '[A-Z][A-Z0-9_]*' | sort -u)
    [ -z "$names" ] && { echo "-"; return; }
    for name in $names; do
        for value in 0 1 2; do
            line="$name=$value"
            for other in $names; do [ "$other" = "$name" ] || line="$line $other=0"; done
            echo "$line"
        done
    done | sort -u
    for name in $names; do printf '%s=1 ' "$name"; done
    echo
}

# handed_in SOURCE: names in capitals that the source uses, outside #if, and that only C defines.
handed_in() {
    local name
    for name in $(grep -vE '^[[:space:]]*(#|//)' <<<"$1" | sed 's|//.*||' | grep -oE '\b[A-Z][A-Z0-9_]{2,}\b' | sort -u); do
        grep -qE "(#define|const [a-z0-9]+) +$name\b|\b$name\[" <<<"$1" && continue
        grep -qE "define $name\b" ../src/*.c ../engine/*.c 2>/dev/null && echo "$name"
    done
}

failed=0 checked=0
for file in *.vert *.frag; do
    [ -f "$file" ] || continue
    if grep -q '^[[:space:]]*#[[:space:]]*version' "$file"; then
        echo "$file: has a #version of its own; engine/shader.c puts it in front"
        failed=1
    fi
    SEEN=""
    source=$(expand "$file"; echo)
    handed=$(handed_in "$source")
    while IFS= read -r variant; do
        defines=""
        for setting in $variant; do
            [ "$setting" = "-" ] || defines="$defines#define ${setting%%=*} ${setting##*=}"$'\n'
        done
        for name in $handed; do
            [[ " $variant" == *" $name="* ]] || defines="$defines#define $name 1"$'\n'
        done
        if ! said=$(printf '#version 330 core\n%s%s\n' "$defines" "$source" |
            glslangValidator --stdin -S "${file##*.}" 2>&1); then
            printf '%s (%s):\n%s\n' "$file" "$variant" "$(grep -E 'ERROR' <<<"$said" | head -5)"
            failed=1
        fi
        checked=$((checked + 1))
    done <<<"$(variants "$source")"
done
echo "$checked variants of $(ls -- *.vert *.frag 2>/dev/null | wc -l) shaders checked"
exit $failed
