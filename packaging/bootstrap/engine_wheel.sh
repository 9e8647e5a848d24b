#!/bin/sh
# Print the path of a llama-cpp-python wheel compiled with CMAKE_ARGS (environment); build it first
# when it is missing. pip's own cache does not look at CMAKE_ARGS, so these are kept apart from it.
#
#   engine_wheel.sh PYTHON    PYTHON has pip; the wheel serves every Python 3
set -eu
python=$1
cd "$(dirname "$0")/../.."

version=$(sed -n "s/^llama_cpp_python==//p" constraints.txt)
key=$(printf '%s %s' "$version" "${CMAKE_ARGS:-}" | cksum | tr ' ' '-')
wheels=".cache/wheels/$key"
if ! ls "$wheels"/*.whl >/dev/null 2>&1; then
    rm -rf "$wheels.part"
    "$python" -m pip --disable-pip-version-check --no-input wheel --no-cache-dir --no-deps \
        --wheel-dir "$wheels.part" "llama-cpp-python==$version" >&2
    printf '%s\n' "${CMAKE_ARGS:-}" >"$wheels.part/flags"
    rm -rf "$wheels"
    mv "$wheels.part" "$wheels"
fi
ls "$PWD/$wheels"/*.whl
