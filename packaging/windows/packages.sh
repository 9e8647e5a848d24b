#!/bin/sh
# Make the installer and the portable archive of the bundle that is in dist/quern. For the shell
# that comes with Git for Windows; Inno Setup 6 must be installed.
#
# From the environment: SIGN, a command that signs the files it is given, if there is a certificate.
set -eu
cd "$(dirname "$0")/../.."

[ -e dist/quern/quern.exe ] || { echo 'There is no bundle yet. Please run: make bundle' >&2; exit 1; }
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' desktop/__init__.py)
compiler=$(command -v ISCC || echo '/c/Program Files (x86)/Inno Setup 6/ISCC.exe')
setup=dist/quern-$version-windows-setup.exe

[ -z "${SIGN:-}" ] || $SIGN dist/quern/quern.exe dist/quern/quern.com dist/quern/quern-worker.exe
# Git's shell would take words that begin with a slash for folders.
MSYS2_ARG_CONV_EXCL='*' "$compiler" /Qp "/DVersion=$version" packaging/windows/quern.iss
[ -z "${SIGN:-}" ] || $SIGN "$setup"

name=quern-$version-windows-portable
rm -rf "build/windows"
mkdir -p build/windows
cp -R dist/quern "build/windows/$name"
: >"build/windows/$name/portable"
.venv-bundle/Scripts/python -m zipfile -c "dist/$name.zip" "build/windows/$name"
ls -l "$setup" "dist/$name.zip"
