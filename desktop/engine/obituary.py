"""Why an engine child died, in words a person can use."""

from __future__ import annotations

import signal
import threading
from collections import deque
from pathlib import PurePosixPath
from typing import IO

KEPT_LINES = 30

NOT_RUNNING = ("The engine is not running.", "Restart it to go on.")


class StderrTail:
    """Reads a child's stderr to its end on a thread of its own and keeps the last lines.

    Without a reader a chatty child would block on a full pipe.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._thread = threading.Thread(target=self._read, name="engine-stderr", daemon=True)
        self._thread.start()

    def lines(self) -> tuple[str, ...]:
        """The last lines, after waiting a moment for the stream to end."""
        self._thread.join(timeout=1.0)
        return tuple(self._lines)

    def _read(self) -> None:
        with self._stream:
            for line in self._stream:
                self._lines.append(line.decode("utf-8", "replace").rstrip())


def describe(exit_code: int, log_lines: tuple[str, ...], killed_for: str = "") -> tuple[str, str]:
    """What happened and what to do, as two sentences.

    Args:
        exit_code: as `subprocess` gives it; negative is a signal.
        log_lines: the last lines of the child's stderr.
        killed_for: set when Quern itself killed the child.
    """
    if killed_for:
        return killed_for, "Restart it to go on."
    name = _signal_name(exit_code)
    if name == "SIGKILL":
        return (
            "The system ended the engine, most likely because memory ran out.",
            "Restart it with a smaller context, or choose a smaller model.",
        )
    if name == "SIGBUS":
        return (
            "The model file was changed or cut short while it was in use.",
            "Check the file, then load the model again.",
        )
    check = next((line for line in reversed(log_lines) if "GGML_ASSERT" in line), "")
    if check:
        return (
            f"llama.cpp stopped itself on an internal check: {_without_folders(check)[-200:]}.",
            "The model file may be damaged; restart the engine or try another model.",
        )
    how = f"signal {name}" if name else f"exit code {exit_code}"
    return (
        f"The engine stopped unexpectedly ({how}).",
        "Restart it to go on; a smaller context or fewer threads may help.",
    )


def _without_folders(check: str) -> str:
    """Such a line without where llama.cpp was compiled: `FILE.cpp:LINE: GGML_ASSERT(…) failed`."""
    source, found, condition = check.strip().partition(": GGML_ASSERT")
    return PurePosixPath(source.replace("\\", "/")).name + found + condition if found else source


def _signal_name(exit_code: int) -> str:
    try:
        return signal.Signals(-exit_code).name if exit_code < 0 else ""
    except ValueError:
        return str(-exit_code)
