"""Qt's application, which is asked by macOS to open files: no second process is started there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """Hands on the files that it is asked to open, once somebody takes them."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(list(words))
        self._files: list[str] = []
        self._taker: Callable[[Sequence[str]], None] | None = None

    def hand_files_to(self, taker: Callable[[Sequence[str]], None]) -> None:
        """From now on, and those that were waiting: the first come before there is a window."""
        self._taker = taker
        self._hand_on()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent):
            self._files.append(event.file())
            self._hand_on()
            return True
        return super().event(event)

    def _hand_on(self) -> None:
        if self._taker is not None and self._files:
            files, self._files = self._files, []
            self._taker(files)
