#!/bin/sh
# Make the disk image of dist/Quern.app: a window with the application and the folder to drag it to.
# The environment is that of sign_and_notarise.sh.
set -eu
cd "$(dirname "$0")/../.."

HERE=packaging/macos
APPLICATION=dist/Quern.app
STAGE=build/macos

[ -d $APPLICATION ] || { echo 'There is no Quern.app yet. Please run: make bundle' >&2; exit 1; }
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' desktop/__init__.py)
image=dist/quern-$version-macos-$(uname -m).dmg

$HERE/sign_and_notarise.sh $APPLICATION
rm -rf $STAGE
mkdir -p $STAGE
ditto $APPLICATION $STAGE/Quern.app
ln -s /Applications $STAGE/Applications
hdiutil create -volname Quern -srcfolder $STAGE -fs HFS+ -format UDZO -ov "$image"
$HERE/sign_and_notarise.sh "$image"
echo "$image: $(($(stat -f %z "$image") / 1000000)) MB"
