#!/bin/sh
# Lay out an AppDir from what packaging/linux/packages.sh made: the bundle brings its libraries along,
# so nothing is added to it. `appimagetool APPDIR` makes the file, and so does appimage-builder.
#
#   fill.sh APPDIR
set -eu
cd "$(dirname "$0")/../.."

made=build/linux/deb/usr
[ -d $made ] || { echo 'There is no package yet. Please run: make packages' >&2; exit 1; }
rm -rf "$1"
mkdir -p "$1"
cp -a $made "$1/usr"
cp $made/share/applications/org.quern.Quern.desktop "$1/"
cp $made/share/icons/hicolor/256x256/apps/org.quern.Quern.png "$1/"
ln -s org.quern.Quern.png "$1/.DirIcon"
cat >"$1/AppRun" <<'RUN'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/usr/lib/quern/quern" "$@"
RUN
chmod +x "$1/AppRun"
