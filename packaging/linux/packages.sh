#!/bin/sh
# Make the Debian package and the portable archive of the bundle that is in dist/quern.
#
# What other systems must have for it is found by looking at which libraries its files name and do
# not bring along. Set SOURCE_DATE_EPOCH for the same bytes every time; without it the date is that
# of the last commit.
set -eu
cd "$(dirname "$0")/../.."

BUNDLE=dist/quern
HERE=packaging/linux
STAGE=build/linux
PYTHON=.venv-bundle/bin/python
MAX_DEB_MB=90
MAX_INSTALLED_MB=280

[ -x $BUNDLE/quern ] || { echo 'There is no bundle yet. Please run: make bundle' >&2; exit 1; }
version=$($BUNDLE/quern --version | sed 's/^Quern //')
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)

# fill FILE: with the version and the date in their places.
fill() { sed "s/@VERSION@/$version/; s/@DATE@/$date/; s/@ARCHITECTURE@/$architecture/" "$1"; }

# desktop_files SHARE: what a desktop wants to know about Quern, below SHARE.
desktop_files() {
    install -Dm 644 $HERE/org.quern.Quern.desktop "$1/applications/org.quern.Quern.desktop"
    install -Dm 644 $HERE/org.quern.Quern.mime.xml "$1/mime/packages/org.quern.Quern.xml"
    install -d "$1/metainfo" "$1/man/man1"
    fill $HERE/org.quern.Quern.metainfo.xml >"$1/metainfo/org.quern.Quern.metainfo.xml"
    PYTHONPATH=. $PYTHON $HERE/icons.py "$1/icons/hicolor"
    PYTHONPATH=. $PYTHON $HERE/man_page.py "$date" >"$1/man/man1/quern.1"
}

# dependencies FOLDER: the packages of this system that have the libraries which FOLDER needs and
# lacks. dpkg-shlibdeps would name those of the libraries that are in FOLDER, too.
dependencies() {
    find "$1" -type f -exec sh -c 'for f; do [ "$(head -c 4 "$f" | tail -c 3)" = ELF ] && echo "$f"; done' \
        _ {} + | grep -v '/readline\.' >$STAGE/programs
    find "$1" -name '*.so*' -printf '%f\n' | sort -u >$STAGE/there
    glibc=$(tr '\n' '\0' <$STAGE/programs | xargs -0 objdump -T | grep -o 'GLIBC_2[0-9.]*' | sort -uV | tail -n 1)
    tr '\n' '\0' <$STAGE/programs | xargs -0 objdump -p | awk '$1 == "NEEDED" { print $2 }' | sort -u |
        comm -23 - $STAGE/there | while read -r library; do
        package=$(dpkg -S "*/$library" | head -n 1 | cut -d : -f 1)
        if [ "$package" = libc6 ]; then echo "libc6 (>= ${glibc#GLIBC_})"; else echo "$package"; fi
    done | sort -u | paste -sd , | sed 's/,/, /g'
}

rm -rf $STAGE
root=$STAGE/deb
install -d $root/usr/lib $root/usr/bin $root/DEBIAN
cp -a $BUNDLE $root/usr/lib/quern
ln -s ../lib/quern/quern $root/usr/bin/quern
desktop_files $root/usr/share
gzip -9n $root/usr/share/man/man1/quern.1
install -Dm 644 $HERE/copyright $root/usr/share/doc/quern/copyright
ln -s ../../../lib/quern/_internal/resources/licences.txt $root/usr/share/doc/quern/licences.txt
gzip -9nc CHANGELOG.md >$root/usr/share/doc/quern/changelog.gz
chmod 644 $root/usr/share/doc/quern/changelog.gz
find $root -type d -exec chmod 755 {} +
find $root/usr/lib/quern -type f ! -name 'quern*' -exec chmod 644 {} +
find $root -newermt "@$SOURCE_DATE_EPOCH" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
installed=$(du -sk --apparent-size $root/usr | cut -f 1)
needs=$(dependencies "$PWD/$root/usr/lib/quern")
fill $HERE/control.in | sed "s/@SIZE@/$installed/; s/@DEPENDS@/$needs/" >$root/DEBIAN/control
(cd $root && find usr -type f -printf '%P\0' | sort -z | sed -z 's,^,usr/,' | xargs -0 md5sum) \
    >$root/DEBIAN/md5sums
package=dist/quern_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build $root "$package" >/dev/null

# The same without installing: a folder that keeps everything in itself.
name=quern-$version-linux-$(uname -m)
portable=$STAGE/$name
cp -a $BUNDLE "$portable"
: >"$portable/portable"
desktop_files "$portable/share"
cp LICENSE "$portable/"
ln -s _internal/resources/licences.txt "$portable/licences.txt"
cp $HERE/portable.txt "$portable/README"
archive=dist/$name.tar.xz
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
    -C $STAGE -cJf "$archive" "$name"

deb_mb=$(($(stat -c %s "$package") / 1000000))
echo "$package: $deb_mb MB, $((installed * 1024 / 1000000)) MB installed"
echo "$archive: $(($(stat -c %s "$archive") / 1000000)) MB"
if [ "$deb_mb" -gt $MAX_DEB_MB ] || [ $((installed * 1024 / 1000000)) -gt $MAX_INSTALLED_MB ]; then
    echo "That is more than $MAX_DEB_MB MB, or more than $MAX_INSTALLED_MB MB installed." >&2
    exit 1
fi
