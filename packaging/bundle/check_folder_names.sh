#!/bin/sh
# Let the bundle test itself in a folder whose name has a space, an umlaut and Chinese letters.
set -eu
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
strange="$folder/Mühle 石臼"
cp -R dist/quern "$strange"
"$strange/quern" --selftest
