#!/bin/bash
# Collects every translatable text of the sources into po/stipple.pot and brings the translations up to it:
#   bash tools/texts.sh            after adding or changing words; then fill in what po/es.po leaves empty
#   bash tools/texts.sh --check    fails when the sources have moved on, or a translation is not complete
set -eu
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

collect() { # FILE.pot
    # err_set and err_prefix translate their format. WORD, TEXT: context, text. The option table's macros: help.
    LC_ALL=C xgettext --from-code=UTF-8 --language=C --add-location=file --no-wrap --package-name=stipple \
        --keyword=_ --keyword=N_ --keyword=err_set:2 --keyword=err_prefix:2 --flag=err_set:2:c-format \
        --flag=err_prefix:2:c-format --keyword=progress_step:3 --keyword=step_progress:3 --keyword=WORD:1c,2 --keyword=TEXT:1c,2 --flag=TEXT:2:no-c-format \
        --keyword=REAL:7 --keyword=WHOLE:7 --keyword=TRUTH:4 --keyword=PICK:5 --keyword=HEAD:3 \
        -o "$1" engine/*.c engine/*.cpp src/*.c src/*.h
    sed -i -e '/^"POT-Creation-Date/d' -e '1,/^$/{/^#/d}' "$1"
}

if [ "${1:-}" != --check ]; then
    collect po/stipple.pot
    for translation in po/*.po; do
        LC_ALL=C msgmerge --quiet --update --backup=none --no-wrap --no-fuzzy-matching "$translation" po/stipple.pot
        LC_ALL=C msgattrib --no-wrap --no-obsolete -o "$translation" "$translation"
        LC_ALL=C msgfmt --check --statistics -o /dev/null "$translation"
    done
    exit
fi

# Words that people see and that would stay English: log lines for people, help and titles, prints, widgets. What
# programs read (JSON, replays, the mesh) and names stay.
unmarked() {
    grep -nE 'log_message\(LOG_(ERROR|WARNING), "[^%]|\.(help|summary|plain_name) = +"|Progress [a-z]+ = \{\.title = "' \
        engine/*.c engine/*.cpp src/*.[ch] | grep -vE '\\$'
    grep -nE '(fprintf\((stderr|out), |[^fnv]printf\(|fputs\()"[^"%]*[A-Za-z]{3,} [a-z]+' engine/*.c src/*.c |
        grep -vE '^src/[a-z]*replay\.c:|"# Stipple head'
    grep -nE '\bui_[a-z_]+\([^"]*"[A-Z][a-z]{2,}' src/*.c | grep -vE '_\("|"Stipple"'
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
found=$(unmarked) || true
[ -z "$found" ] || { echo "$found"; echo "these words are not marked for translation: _(\"...\")"; failed=1; }
collect "$work/now.pot"
# Which file says a text, and in what order, may differ.
only_texts() { LC_ALL=C msgcat --no-location --sort-output --no-wrap "$1"; }
diff -u <(only_texts po/stipple.pot) <(only_texts "$work/now.pot") || { echo "po/stipple.pot is not what the sources say: bash tools/texts.sh"; failed=1; }
for translation in po/*.po; do
    # A fuzzy, missing, superfluous or wrongly formatted translation is a line of complaint.
    LC_ALL=C msgfmt --check -o /dev/null "$translation" || failed=1
    LC_ALL=C msgcmp "$translation" "$work/now.pot" || failed=1
    for kind in --untranslated --only-fuzzy --only-obsolete; do
        left=$(LC_ALL=C msgattrib $kind --no-wrap "$translation" | grep -c '^\(#~ \)\?msgid "..*"') || true
        [ "$left" = 0 ] || { echo "$translation: $left texts are ${kind#--}"; failed=1; }
    done
done
exit $failed
