#!/usr/bin/env bash
# Build the starter model from nothing: text, tokenizer, training, GGUF, evaluation.
#
# Everything follows from the seed in settings.py. A training that was interrupted goes on from
# its checkpoint in build/starter_model; delete that folder to start again. Training takes about
# an hour on two CPU cores; STARTER_FLAGS=--compile makes it faster where a C++ compiler is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=.venv-starter
if [ ! -x "$venv/bin/python" ]; then
    python3.11 -m venv "$venv"
    # torch is needed by this recipe only, so it stays out of the environment of the application.
    "$venv/bin/pip" install torch==2.13.0 numpy==2.4.6 tokenizers==0.23.1 gguf==0.19.0 \
        llama-cpp-python==0.3.36
fi

export PYTHONPATH=packaging
if [ ! -f build/starter_model/tokenizer.json ]; then
    "$venv/bin/python" -m starter_model.tokenizer
fi
"$venv/bin/python" -m starter_model.held_out
# shellcheck disable=SC2086  # the flags are meant to be split
"$venv/bin/python" -m starter_model.train ${STARTER_FLAGS:-}
"$venv/bin/python" -m starter_model.export
"$venv/bin/python" -m starter_model.evaluate
