#!/bin/sh
# Let the bundle chat, quantize and compare on a processor of 2008, without AVX: the emulator of
# Debian's qemu-user stops at any instruction that it lacks. Then the same on this machine. It takes
# minutes, nearly all of them in the emulator.
#
#   check_old_processor.sh [BUNDLE]    the folder, usually dist/quern
set -eu
cd "$(dirname "$0")/../.."

bundle=$(realpath "${1:-dist/quern}")
command -v qemu-x86_64 >/dev/null || { echo 'Please install qemu-user.' >&2; exit 1; }
unset OPENBLAS_CORETYPE # what somebody has set for this machine is not true of the other
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# `quern` starts the worker that lies beside it: here one that runs in the emulator. PyInstaller's
# executables start themselves a second time, which would leave the emulator, unless it looks as if
# they had done so already.
old=$work/old
mkdir "$old"
cp "$bundle/quern" "$old/"
ln -s "$bundle/_internal" "$old/_internal"
cat >"$old/quern-worker" <<WORKER
#!/bin/sh
exec env _PYI_ARCHIVE_FILE='$bundle/quern-worker' _PYI_PARENT_PROCESS_LEVEL=-1 \
    LD_LIBRARY_PATH='$bundle/_internal' \
    qemu-x86_64 -D "$work/calls-\$\$" -strace -cpu Nehalem '$bundle/quern-worker'
WORKER
chmod +x "$old/quern-worker"

# works TITLE CODE FOLDER: lets it test itself, and looks which code its engine used.
works() {
    printf '%s\n' "$1"
    "$3/quern" --selftest | tee "$work/found"
    if ! tail -n 1 "$work/found" | grep -q '^Everything works'; then exit 1; fi
    if ! grep -qE "^ok +Engine .*, code for $2 " "$work/found"; then
        echo "The code for $2 was expected." >&2
        exit 1
    fi
}

works 'A processor without AVX:' sse42 "$old"
if cat "$work"/calls-* | grep -q 'execve('; then
    echo 'A worker left the emulator, so this proves nothing.' >&2
    exit 1
fi
works 'This machine:' '[a-z0-9]+' "$bundle"
