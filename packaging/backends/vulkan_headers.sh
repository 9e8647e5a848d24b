#!/bin/sh
# Print the folder with Vulkan's headers, if it is not one where the compiler looks anyway.
#
# llama.cpp needs those of 1.4, and Debian 12 has 1.3. They are the same for every machine, so the
# ones of Debian 13 are fetched; the system's own packages stay as they are.
set -eu
cd "$(dirname "$0")/../.."

NEEDED=4 # of 1.4
PACKAGE=libvulkan-dev_1.4.309.0-1_amd64.deb
ADDRESS=http://deb.debian.org/debian/pool/main/v/vulkan-loader/$PACKAGE
SHA256=8d329d465e16168afff58b1bd0dd6db46aac2cc3f56054a481b25a04e90b345a
CACHE=.cache/backends

minor() { sed -n 's/^#define VK_HEADER_VERSION_COMPLETE VK_MAKE_API_VERSION(0, 1, \([0-9]*\),.*/\1/p' "$1/vulkan/vulkan_core.h"; }
new_enough() { [ -e "$1/vulkan/vulkan.hpp" ] && [ "$(minor "$1")" -ge $NEEDED ]; }

for folder in "${VULKAN_INCLUDE:-}" "${VULKAN_SDK:-/nonexistent}/include" "${VULKAN_SDK:-/nonexistent}/Include"; do
    if new_enough "$folder"; then echo "$folder" && exit 0; fi
done
for folder in /usr/include /usr/local/include /opt/homebrew/include; do
    if new_enough "$folder"; then exit 0; fi
done

headers=$CACHE/vulkan/usr/include
if ! new_enough $headers; then
    command -v dpkg-deb >/dev/null ||
        { echo 'llama.cpp needs the headers of Vulkan 1.4 or newer. Please install the Vulkan SDK.' >&2; exit 1; }
    mkdir -p $CACHE
    curl --fail --silent --show-error --location --output $CACHE/$PACKAGE $ADDRESS
    echo "$SHA256  $CACHE/$PACKAGE" | sha256sum --check --quiet >&2
    dpkg-deb -x $CACHE/$PACKAGE $CACHE/vulkan
fi
echo "$PWD/$headers"
