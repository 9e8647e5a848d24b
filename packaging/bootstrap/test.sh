#!/bin/sh
# Set up, then every check. Goes on after a failure, so that one run shows all of them.
set -u
cd "$(dirname "$0")/../.." || exit 1
packaging/bootstrap/setup.sh test || exit 1

python=.venv/bin/python
failed=
check() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed="$failed, $name"
}

check 'style' "$python" -m ruff check .
check 'formatting' "$python" -m ruff format --check .
check 'types' "$python" -m mypy
# Without its cache, which does not see that a contract changed.
check 'import contracts' "$python" -c \
    'from importlinter.cli import lint_imports_command as main; main(["--no-cache"])'
# The files of one package share what is expensive to make, so each file stays in one process.
check 'tests' "$python" -m pytest -n auto --maxprocesses 4 --dist loadfile

# Nothing is printed on success: pytest's closing line stays the last.
[ -z "$failed" ] && exit 0
printf '\nFailed: %s.\n' "${failed#, }" >&2
exit 1
