"""Bringing back what was deleted."""

from __future__ import annotations

from collections.abc import Callable


class Undo:
    """Call it to do `action`, which happens once, however many windows offer it."""

    def __init__(self, action: Callable[[], object]) -> None:
        self._action: Callable[[], object] | None = action

    def __call__(self) -> None:
        action, self._action = self._action, None
        if action is not None:
            action()
