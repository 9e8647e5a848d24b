"""A thin bar while the model reads a long prompt."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar

from desktop.ui.formats import fill, integer

SETTLING_SECONDS = 0.5  # before this the speed is not known well enough to foretell anything


class PromptProgress(QProgressBar):
    """Keeps its place while hidden, so nothing jumps when it comes and goes.

    Signals:
        said: a sentence on how far reading is; "" when nothing is being read.
    """

    said = Signal(str)

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._start: tuple[float, int] | None = None
        self.setTextVisible(False)
        self.setFixedHeight(3)
        self.setAccessibleName(self.tr("Reading the prompt"))
        keep = self.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.setSizePolicy(keep)
        self.hide()

    def set_progress(self, done: int | None, total: int = 0) -> None:
        """Tokens of the prompt read; None when nothing is being read."""
        if done is None or total <= 0:
            if self._start is not None:
                self._start = None
                self.hide()
                self.said.emit("")
            return
        now = self._clock()
        if self._start is None:
            self._start = (now, done)
        self.setRange(0, total)
        self.setValue(done)
        self.show()
        self.said.emit(self._sentence(done, total, now, *self._start))

    def _sentence(self, done: int, total: int, now: float, since: float, at_start: int) -> str:
        text = fill(self.tr("Reading %1 of %2 tokens"), integer(done), integer(total))
        if now - since < SETTLING_SECONDS or done <= at_start:
            return text
        left = (total - done) * (now - since) / (done - at_start)
        return fill(self.tr("%1, about %2 s left"), text, integer(max(1, round(left))))
