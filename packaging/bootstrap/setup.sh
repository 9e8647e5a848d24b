#!/bin/sh
# Make .venv hold everything Quern needs. Does nothing when it already does.
#
#   setup.sh run     what running needs
#   setup.sh test    and what the tests need of the system
#
# CMAKE_ARGS (environment) is given to llama.cpp's build and remembered for the next time;
# CMAKE_ARGS="" goes back to the default build.
set -eu
cd "$(dirname "$0")/../.."

ENGINE=llama-cpp-python
# OpenMP's threads spin while they wait: with every core busy, generation collapses to a word a
# second. ggml's own thread pool does not.
DEFAULT_FLAGS=-DGGML_OPENMP=OFF
STAMP=.venv/quern-set-up
LOG=.cache/set-up.log

packaging/bootstrap/system_packages.sh "${1:-run}"
mkdir -p .cache

if [ "${CMAKE_ARGS+given}" ]; then
    printf '%s' "$CMAKE_ARGS" >.cache/cmake-args
fi
extra_flags=$(cat .cache/cmake-args 2>/dev/null || true)
export CMAKE_ARGS="$DEFAULT_FLAGS${extra_flags:+ $extra_flags}"

digest() { cat "$@" | cksum | tr ' ' '-'; }
version=$(sed -n "s/^llama_cpp_python==//p" constraints.txt)
engine_key=$(printf '%s %s' "$version" "$CMAKE_ARGS" | digest)
# The folder is part of it: a virtual environment cannot be moved.
wanted="$PWD $(digest pyproject.toml constraints.txt packaging/bootstrap/setup.sh) $engine_key"
[ "$(cat "$STAMP" 2>/dev/null)" = "$wanted" ] && exit 0

# step TITLE COMMAND...: runs it, showing how long it takes; its output is shown only when it fails.
ticker=
trap '[ -z "$ticker" ] || kill "$ticker" 2>/dev/null' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
step() {
    title=$1
    shift
    started=$(date +%s)
    if [ -t 1 ]; then pause=1 clear='\r' end=''; else pause=30 clear='' end='\n'; fi
    printf "%s ...$end" "$title"
    (
        # The sleep is waited for, so that ending the ticker does not leave it holding our output.
        nap=
        trap 'kill "$nap" 2>/dev/null; exit 0' TERM
        while kill -0 $$ 2>/dev/null; do
            sleep "$pause" >/dev/null 2>&1 &
            nap=$!
            wait "$nap"
            printf "$clear%s ... %s s$end" "$title" $(($(date +%s) - started))
        done
    ) &
    ticker=$!
    status=0
    "$@" >"$LOG" 2>&1 || status=$?
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    ticker=
    seconds=$(($(date +%s) - started))
    if [ "$status" -ne 0 ]; then
        printf "$clear%s ... failed after %s s.\n" "$title" "$seconds"
        tail -n 40 "$LOG" >&2
        printf '\nThe set-up stopped. The whole output is in %s; run the same command to try again.\n' "$LOG" >&2
        exit 1
    fi
    printf "$clear%s ... done in %s s.\n" "$title" "$seconds"
}

find_python() {
    for name in python3.11 python3.12 python3.13 python3.14 python3 python; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo 'Quern needs Python 3.11 or newer with its venv module, and found none.' >&2
    echo 'On Debian or Ubuntu: apt-get install python3 python3-venv' >&2
    exit 1
}

make_environment() {
    "$python" -m venv --clear .venv
}

pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"; }

build_engine_apart() {
    wheel=$(packaging/bootstrap/engine_wheel.sh .venv/bin/python) || return 1
    pip install --force-reinstall --no-deps "$wheel"
}

uses_openmp() { grep -qE 'lib[gi]?omp\.' .venv/lib/python3*/site-packages/llama_cpp/lib/*ggml-cpu.*; }

install_engine() {
    if [ -n "$extra_flags" ]; then
        build_engine_apart
    else
        pip install --force-reinstall --no-deps "$ENGINE==$version" || return 1
        # pip may have had a wheel that another project compiled with OpenMP.
        if uses_openmp; then build_engine_apart; fi
    fi
}

install_packages() {
    pip install --constraint constraints.txt --editable '.[dev]'
}

echo "Setting up Quern in $PWD (the first time about six minutes)"
recorded=$(cat "$STAMP" 2>/dev/null || true)
# Without its stamp an environment is half made; with another folder in it, it was moved.
if [ "${recorded% * *}" != "$PWD" ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    step "A virtual environment with $("$python" --version)" make_environment
fi
if [ "$(cat .venv/quern-engine 2>/dev/null)" != "$engine_key" ]; then
    rm -f .venv/quern-engine
    step "llama.cpp, compiled for this machine" install_engine
    printf '%s' "$engine_key" >.venv/quern-engine
fi
step "The other packages" install_packages
printf '%s' "$wanted" >"$STAMP"
