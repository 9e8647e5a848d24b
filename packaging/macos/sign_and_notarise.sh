#!/bin/sh
# Sign an application or a disk image; then have Apple notarise it and staple the ticket to it.
#
#   sign_and_notarise.sh dist/Quern.app
#
# From the environment:
#   SIGN_IDENTITY    "Developer ID Application: …"; without it the signature is made out to nobody,
#                    which is enough to run on the machine that made it
#   NOTARY_PROFILE   what `xcrun notarytool store-credentials` was told to remember; without it
#                    nothing is sent to Apple
set -eu
target=${1%/}
entitlements=$(dirname "$0")/entitlements.plist
identity=${SIGN_IDENTITY:--}

sign() {
    if [ "$identity" = - ]; then
        codesign --force --sign - --options runtime "$@"
    else
        codesign --force --sign "$identity" --options runtime --timestamp "$@"
    fi
}

case $target in
*.app)
    # From inside out: a signature covers the signatures of what lies within.
    find "$target/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) | while read -r library; do
        sign "$library"
    done
    find "$target/Contents" -depth -type d -name '*.framework' | while read -r framework; do
        sign "$framework"
    done
    find "$target/Contents/MacOS" -type f | while read -r program; do
        sign --entitlements "$entitlements" "$program"
    done
    sign --entitlements "$entitlements" "$target"
    codesign --verify --deep --strict "$target"
    ;;
*) sign "$target" ;;
esac

[ -n "${NOTARY_PROFILE:-}" ] || exit 0
sent=$target
case $target in
*.app)
    sent=$(dirname "$target")/notarise.zip
    ditto -c -k --keepParent "$target" "$sent"
    ;;
esac
xcrun notarytool submit "$sent" --keychain-profile "$NOTARY_PROFILE" --wait
xcrun stapler staple "$target"
[ "$sent" = "$target" ] || rm "$sent"
