#!/bin/sh
# Let the bundle test itself, and show its window to nobody, in a folder whose name has a space, an
# umlaut and Chinese letters.
set -eu
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
window=
clean_up() {
    [ -z "$window" ] || kill "$window" 2>/dev/null || true
    rm -rf "$folder"
}
trap clean_up EXIT
strange="$folder/Mühle 石臼"
cp -R dist/quern "$strange"
"$strange/quern" --selftest

QT_QPA_PLATFORM=offscreen "$strange/quern" --home "$folder/home" >"$folder/said" 2>&1 &
window=$!
left=60
until [ -e "$folder/home/quern.db" ]; do # which is made when the window is there
    left=$((left - 1))
    if [ $left = 0 ] || ! kill -0 $window 2>/dev/null; then
        cat "$folder/said" >&2
        echo 'No window came up.' >&2
        exit 1
    fi
    sleep 1
done
# It is silent as long as all is well, but for what a screen that nobody sees cannot do.
if grep -v '^This plugin does not support' "$folder/said" >&2; then
    echo 'That is what the window complains of.' >&2
    exit 1
fi
