#!/bin/sh
# Install the Debian package in a clean system, start it as a desktop would, chat, open a model by
# its association, and remove it. Needs root, mmdebstrap and a Debian mirror.
#
#   check_deb.sh [PACKAGE]    usually the newest of dist/*.deb
#
# The clean system is kept in .cache/debian.tar for the next time.
set -eu
cd "$(dirname "$0")/../.."

# shellcheck disable=SC2012  # names of ours
package=$(realpath "${1:-$(ls -t dist/*.deb | head -n 1)}")
system=.cache/debian.tar
# What every desktop has, and what plays the person.
desktop=libglib2.0-bin,shared-mime-info,desktop-file-utils,hicolor-icon-theme,procps,xvfb,xdotool,sqlite3

mkdir -p .cache
if [ ! -e $system ]; then
    echo 'A clean Debian system'
    mmdebstrap --quiet --variant=apt --format=tar --include=$desktop bookworm $system.part
    mv $system.part $system
fi
root=$(mktemp -d)
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes "$@"; }
clean_up() {
    # Also where something that was left behind still looks at it; nothing else may be removed.
    umount --lazy "$root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$root"
}
trap clean_up EXIT
tar -xf $system -C "$root" --exclude=./dev
mkdir -p "$root/dev" "$root/tmp/.X11-unix"
for device in null zero full random urandom; do cp -a /dev/$device "$root/dev/"; done
mkdir -p "$root/dev/shm" && chmod 1777 "$root/dev/shm" "$root/tmp/.X11-unix"
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/"
inside useradd --create-home ada

echo 'Installing'
cp "$package" "$root/tmp/quern.deb"
inside apt-get -qq update
inside apt-get -qq -o Dpkg::Use-Pty=0 install --yes --no-install-recommends /tmp/quern.deb >/dev/null
rm "$root/tmp/quern.deb"
inside dpkg --verify quern
inside touch /tmp/installed

echo 'Starting it'
install -m 755 packaging/linux/check_deb_person.sh "$root/tmp/person.sh"
inside su - ada -c /tmp/person.sh

# Written since: only what belongs to the person.
written=$(find "$root" -xdev -newer "$root/tmp/installed" -type f ! -path "$root/home/ada/*" \
    ! -path "$root/proc/*" ! -path "$root/tmp/*" ! -path "$root/var/cache/*" ! -path "$root/var/log/*")
[ -z "$written" ] || { echo "It wrote outside the person's folders: $written" >&2; exit 1; }

echo 'Removing it'
inside apt-get -qq -o Dpkg::Use-Pty=0 purge --yes quern >/dev/null
for gone in /usr/lib/quern /usr/bin/quern /usr/share/applications/org.quern.Quern.desktop; do
    [ ! -e "$root$gone" ] || { echo "$gone is still there." >&2; exit 1; }
done
[ -s "$root/home/ada/.local/share/quern/quern.db" ] || { echo "The person's data is gone." >&2; exit 1; }
echo 'Installed, started, chatted, opened a model, removed; the conversations are still there.'
