#!/bin/sh
# Start Quern in the way this machine allows: a window, a chat in the terminal, or one answer.
set -eu
cd "$(dirname "$0")/../.."
packaging/bootstrap/setup.sh run

if [ -t 0 ] && [ -t 1 ]; then
    exec .venv/bin/python -m desktop
fi
if .venv/bin/python -c 'import sys; from desktop.cli.display import has_display; sys.exit(not has_display())'; then
    exec .venv/bin/python -m desktop
fi
question='What is the capital of France?'
echo 'Neither a display nor a terminal here, so Quern answers one question.'
echo "> $question"
exec .venv/bin/python -m desktop chat --prompt "$question" </dev/null
