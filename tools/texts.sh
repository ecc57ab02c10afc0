#!/bin/bash
# Collects every translatable text of the sources into po/stipple.pot and brings the translations up to it:
#   bash tools/texts.sh            after adding or changing words; then fill in what po/es.po leaves empty
#   bash tools/texts.sh --check    fails when the sources have moved on, or a translation is not complete
set -eu
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

collect() { # FILE.pot
    # WORD, TEXT: context, text. The option table's macros: their help.
    LC_ALL=C xgettext --from-code=UTF-8 --language=C --add-location=file --no-wrap --package-name=stipple \
        --keyword=_ --keyword=N_ --keyword=progress_step:3 --keyword=WORD:1c,2 --keyword=TEXT:1c,2 --flag=TEXT:2:no-c-format \
        --keyword=REAL:7 --keyword=WHOLE:7 --keyword=TRUTH:4 --keyword=PICK:5 --keyword=HEAD:3 \
        -o "$1" engine/*.c engine/*.cpp src/*.c
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

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
collect "$work/now.pot"
diff -u po/stipple.pot "$work/now.pot" || { echo "po/stipple.pot is not what the sources say: bash tools/texts.sh"; failed=1; }
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
