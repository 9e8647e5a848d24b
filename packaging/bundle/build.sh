#!/bin/sh
# Build the bundle, a folder that runs on any machine of this kind: dist/quern. Then let it test
# itself.
#
# Its packages are in .venv-bundle, made anew when what they depend on changed. From the environment:
#   ENGINE_FLAGS    for llama.cpp's build beside those below, for example -DGGML_VULKAN=ON
#   BUNDLE_PYTHON   the Python to bundle; otherwise 3.12 or newer where there is one
#   RELEASES_URL    the address that it may ask for newer releases; otherwise it asks nobody
set -eu
cd "$(dirname "$0")/../.."

# Code for each generation of processors in a library of its own, and all libraries in the folder
# where llama_cpp looks: without the install folders its package leaves some of them elsewhere.
FLAGS='-DGGML_OPENMP=OFF -DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON'
FLAGS="$FLAGS -DCMAKE_INSTALL_BINDIR=llama_cpp/lib -DCMAKE_INSTALL_LIBDIR=llama_cpp/lib"
VENV=.venv-bundle
WORK=build/bundle
HERE=packaging/bundle
case $(uname) in MINGW* | MSYS*) programs=Scripts ;; *) programs=bin ;; esac

find_python() {
    pyenv=${PYENV_ROOT:-$HOME/.pyenv}/versions
    for name in ${BUNDLE_PYTHON:-} \
        python3.12 "$pyenv"/3.12*/bin/python3 python3.13 "$pyenv"/3.13*/bin/python3 \
        python3.14 "$pyenv"/3.14*/bin/python3 python3.11 python3 python; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo 'The bundle needs Python 3.11 or newer with its venv module, and found none.' >&2
    exit 1
}

python() { "$PWD/$VENV/$programs/python" "$@"; }
pip() { python -m pip --disable-pip-version-check --no-input --quiet "$@"; }

export CMAKE_ARGS="$FLAGS${ENGINE_FLAGS:+ $ENGINE_FLAGS}"
chosen=$(find_python)
wanted="$PWD $("$chosen" --version) $(cat pyproject.toml constraints.txt $HERE/requirements.txt | cksum) $CMAKE_ARGS"
if [ "$(cat $VENV/quern-bundle 2>/dev/null)" != "$wanted" ]; then
    echo "The packages of the bundle, with $("$chosen" --version)"
    "$chosen" -m venv --clear $VENV
    echo 'llama.cpp for every processor (the first time about ten minutes)'
    engine=$(packaging/bootstrap/engine_wheel.sh "$PWD/$VENV/$programs/python")
    mkdir -p $WORK
    python -c '
import tomllib
with open("pyproject.toml", "rb") as file:
    print(*tomllib.load(file)["project"]["dependencies"], sep="\n")
' | grep -v '^llama-cpp-python' >$WORK/packages.txt
    pip install --constraint constraints.txt "$engine" \
        --requirement $WORK/packages.txt --requirement $HERE/requirements.txt
    python $HERE/link_copies.py "$(python -c 'import importlib.util as i; print(i.find_spec("llama_cpp").submodule_search_locations[0])')/lib"
    printf '%s' "$wanted" >$VENV/quern-bundle
fi

echo 'The bundle'
python -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath $WORK $HERE/quern.spec
for resources in dist/quern/_internal/resources dist/Quern.app/Contents/Resources/resources; do
    [ ! -d $resources ] || PYTHONPATH=. $VENV/$programs/python packaging/licences/make.py $resources --bundle $WORK/quern
done
du -sm dist/quern | awk '{print "dist/quern: " $1 " MB"}'
dist/quern/quern --selftest
