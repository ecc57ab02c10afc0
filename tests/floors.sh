#!/bin/bash
# The floors of the design, checked by grep: who may include whom, and what no file may hold.
# Usage: floors.sh [BINARY], from anywhere; the binary is not used.
set -u
cd "$(dirname "$0")/.." || exit 1
failed=0

# complain WHAT LINES...: report lines that should not be there.
complain() {
    [ -z "$2" ] && return
    printf '%s:\n%s\n' "$1" "$2"
    failed=1
}

sources() { find "$@" -type f \( -name '*.c' -o -name '*.h' -o -name '*.cpp' \) 2>/dev/null | sort; }
includes() { grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$1" "${@:2}" 2>/dev/null; }
except() { grep -vE "^($1)\$"; }

engine=$(sources engine)
product=$(sources engine src tools)
[ -n "$engine" ] || { echo "floors.sh: no engine folder here"; exit 1; }

# The engine is the reusable layer: nothing of heads, hair or cases.
src_headers=$(cd src 2>/dev/null && ls -- *.h 2>/dev/null | sed 's/\./\\./' | paste -sd'|')
complain "engine/ must not include src/" \
    "$(includes "(\.\./)?src/" $engine; [ -n "$src_headers" ] && includes "($src_headers)[\">]" $engine)"

# One includer for each of the outside libraries that hold state.
only() { # NAME PATTERN ALLOWED-REGEX
    local rest
    rest=$(printf '%s\n' $product | except "$3")
    complain "only ${3//\\/} may include $1 ($2)" "$(includes "$2" $rest)"
}
only GLEW "GL/" 'engine/gpu[a-z_]*\.[ch]'
only GLEW "(engine/)?gpu_private" 'engine/gpu[a-z_]*\.[ch]'
only SDL "(SDL2?[/.]|SDL_)" 'engine/platform[a-z_]*\.[ch]'
only 'Dear ImGui' "(backends/)?imgui" 'engine/ui([a-z_]*\.cpp|_private\.h)'
only 'Dear ImGui' "(engine/)?ui_private" 'engine/ui[a-z_]*\.cpp'
only OpenCV "opencv" 'engine/vision[a-z_]*\.cpp'
only Embree "embree" 'engine/rays\.c'
only Assimp "assimp" 'engine/mesh\.c'
only stb "stb[_/]" 'engine/image_codec\.c'
complain "C++ is only for the two shims" "$(printf '%s\n' $product | grep '\.cpp$' | except 'engine/(ui|vision)[a-z_]*\.cpp')"

# The model links neither GL nor SDL: floor 3 sees nothing of floor 2 and above.
model=$(sed -n '/set(MODEL_NAMES/,/)/p' CMakeLists.txt | tr -d '()' | tr ' ' '\n' | sed -n '/^[a-z]/p' |
    grep -v '^set' | while read -r name; do ls "src/$name.c" "src/$name.h" 2>/dev/null; done)
if [ -n "$model" ]; then
    complain "the model must not include gpu, platform, shader, ui or video" \
        "$(includes "(\.\./)?(engine/)?(gpu|platform|shader|ui|video)\.h" $model)"
    app=$(sed -n '/set(APP_NAMES/,/)/p' CMakeLists.txt | tr -d '()' | tr ' ' '\n' | sed -n '/^[a-z]/p' | grep -v '^set' |
        paste -sd'|')
    complain "the model must not include the views and modes above it" "$(includes "(\.\./)?(src/)?($app)\.h" $model)"
fi
# Floors 0 and 1 of the engine: no window, no GPU.
low=$(sources engine | grep -E '/(log|arena|rng|file|progress|image[a-z_]*|mesh|rays|camera|options|vision[a-z_]*)\.')
complain "engine floors 0-1 must not include gpu, platform, shader, ui or video" \
    "$(includes "(engine/)?(gpu|platform|shader|ui|video)\.h" $low)"

# Determinism and honesty.
complain "no rand(), use rng.h" "$(grep -nE '(^|[^a-z_])s?rand\(' $product)"
complain "nothing is left for later in the text" "$(grep -nE 'TODO|FIXME|XXX[^X]|HACK' $product $(find shaders -type f 2>/dev/null) | grep -v 'XXXXXX')"
for file in $product; do
    lines=$(wc -l < "$file")
    [ "$lines" -le 900 ] || complain "files stay under 900 lines" "$file: $lines"
done

[ $failed = 0 ] && echo "floors: $(printf '%s\n' $product | wc -l) files in order"
exit $failed
