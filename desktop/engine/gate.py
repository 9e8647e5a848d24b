"""Holding up a job between two of its steps."""

from __future__ import annotations

import threading


class Gate:
    """Open to begin with. The thread that reads requests shuts and opens it, the one that works
    waits at it, which takes no processor time."""

    def __init__(self) -> None:
        self._is_open = threading.Event()
        self._is_open.set()

    def shut(self) -> None:
        self._is_open.clear()

    def open(self) -> None:
        self._is_open.set()

    def wait(self) -> None:
        """Block while it is shut."""
        self._is_open.wait()
