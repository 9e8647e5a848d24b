"""Waiting for what a child says without being deaf to Ctrl+C."""

from __future__ import annotations

import contextlib
import queue
import sys
from typing import TypeVar

T = TypeVar("T")

# Windows holds Ctrl+C back from a thread that waits, until the wait ends. None: no end is needed.
LONGEST_WAIT_SECONDS = 0.1 if sys.platform == "win32" else None


def next_of(events: queue.SimpleQueue[T], longest: float | None = LONGEST_WAIT_SECONDS) -> T:
    """The next event, once it is there; waits in pieces of `longest` seconds at most."""
    while True:
        with contextlib.suppress(queue.Empty):
            return events.get(timeout=longest)
