"""`python -m desktop` (installed as `quern`): the window, the command line or an engine child.

Nothing heavy is imported before it is known which.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments ask for. Returns the exit status."""
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:  # before the command that was asked for could mind it
        return 130


def _run(words: list[str]) -> int:
    if words[:1] == ["--engine-worker"]:
        return _call_main("desktop.engine.worker")
    if words[:1] == ["--selftest"]:
        return _call_main("desktop.cli.selftest", words[1:])
    from desktop.cli import main as command_line

    if command_line.is_for_command_line(words):
        return command_line.main(words)
    from desktop.cli.display import has_display

    if has_display():
        return _call_main("desktop.gui", words)
    print("There is no display here, so Quern chats in the terminal.", file=sys.stderr)  # noqa: T201
    return command_line.main(command_line.chat_instead(words))


def _call_main(module: str, *arguments: list[str]) -> int:
    status: int = importlib.import_module(module).main(*arguments)
    return status


if __name__ == "__main__":
    sys.exit(main())
