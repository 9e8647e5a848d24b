"""Lets texts beside each other scroll together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QScrollBar


class ScrollLock(QObject):
    """While it is on, all go where one of them goes, as far as they reach."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.on = True
        self._bars: tuple[QScrollBar, ...] = ()
        self._moving = False

    def hold(self, bars: Sequence[QScrollBar]) -> None:
        """These scroll together from now on, and no others."""
        for bar in self._bars:
            bar.valueChanged.disconnect(self._follow)
        self._bars = tuple(bars)
        for bar in bars:
            bar.valueChanged.connect(self._follow)

    @contextmanager
    def off(self) -> Iterator[None]:
        """What moves one of them meanwhile does not move the others."""
        before, self._moving = self._moving, True
        try:
            yield
        finally:
            self._moving = before

    def _follow(self, value: int) -> None:
        if not self.on or self._moving:
            return
        leader = self.sender()
        with self.off():
            for bar in self._bars:
                if bar is not leader:
                    bar.setValue(value)
