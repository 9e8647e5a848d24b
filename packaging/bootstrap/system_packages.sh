#!/bin/sh
# Install the Debian packages that are missing, or say exactly which they are.
#
#   system_packages.sh run     a compiler, and with a display what a window needs
#   system_packages.sh test    and what the tests need
#   system_packages.sh vulkan  what compiling for graphics processors needs; so do cuda and metal
set -eu

BUILD='gcc g++ cmake make'
QT='libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3'
WINDOW='libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0'
TESTS='fonts-inter fonts-dejavu-core xvfb'

[ "$(uname)" = Linux ] || exit 0

wanted=$BUILD
case $1 in
test) wanted="$BUILD $QT $WINDOW $TESTS" ;;
vulkan) wanted="$BUILD curl glslc spirv-headers libvulkan-dev" ;;
cuda | metal) ;;
*) [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || wanted="$BUILD $QT $WINDOW" ;;
esac
# Only a system's own Python lacks these modules; others bring them along.
python3 -c 'import venv, ensurepip' 2>/dev/null || wanted="python3 python3-venv $wanted"

if ! command -v dpkg-query >/dev/null; then
    for tool in cc c++; do
        command -v "$tool" >/dev/null && continue
        echo "Quern compiles llama.cpp and found no C and C++ compiler ($tool). Please install one." >&2
        echo "On Debian the packages are called: $wanted" >&2
        exit 1
    done
    exit 0
fi

missing() {
    # Newer releases have some libraries under a name ending in t64.
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p')
    for package in $wanted; do
        printf '%s\n' "$installed" | grep -qxE "$(printf '%s' "$package" | sed 's/[.+]/\\&/g')(t64)?" ||
            printf '%s ' "$package"
    done
}

needed=$(missing)
[ -n "$needed" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root='env'
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root='sudo'
else
    echo 'Quern needs these Debian packages, and may not install them itself. Please run:' >&2
    echo "  sudo apt-get install $needed" >&2
    exit 1
fi

echo "Installing Debian packages: $needed"
# A stale or unreachable list matters only if the installation then fails.
$as_root apt-get -qq update || true
# shellcheck disable=SC2086  # a list of words
if ! $as_root DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $needed >/dev/null; then
    echo "apt-get could not install them. Please install by hand: $needed" >&2
    exit 1
fi
