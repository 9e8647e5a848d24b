"""A thin bar while the model reads a long prompt."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from desktop.ui.widgets.buttons import label

SETTLING_SECONDS = 0.5  # before this the speed is not known well enough to foretell anything


class PromptProgress(QWidget):
    """Keeps its place while hidden, so nothing jumps when it comes and goes."""

    def __init__(
        self, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._start: tuple[float, int] | None = None
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(3)
        self._bar.setAccessibleName(self.tr("Reading the prompt"))
        self._text = label("", "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 16, 2)
        row.setSpacing(12)
        row.addWidget(self._bar, 1)
        row.addWidget(self._text)
        keep = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        keep.setRetainSizeWhenHidden(True)
        self.setSizePolicy(keep)
        self.hide()

    def set_progress(self, done: int | None, total: int = 0) -> None:
        """Tokens of the prompt read; None when nothing is being read."""
        if done is None or total <= 0:
            self._start = None
            self.hide()
            return
        now = self._clock()
        if self._start is None:
            self._start = (now, done)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._text.setText(self._sentence(done, total, now, *self._start))
        self.show()

    def _sentence(self, done: int, total: int, now: float, since: float, at_start: int) -> str:
        locale = QLocale()
        text = (
            self.tr("Reading %1 of %2 tokens")
            .replace("%1", locale.toString(done))
            .replace("%2", locale.toString(total))
        )
        if now - since < SETTLING_SECONDS or done <= at_start:
            return text
        left = (total - done) * (now - since) / (done - at_start)
        about = self.tr("about %n s left", "", max(1, round(left)))
        return f"{text}, {about}"
