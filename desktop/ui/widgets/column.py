"""A column that gets no wider than is good to read."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QFrame

NORMAL_TEXT = 14  # pixels; the design's widths are meant for text of this size


class Column(QFrame):
    """`width` is in pixels at the normal text size; the column grows along with the text."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        size = QFontInfo(self.font()).pixelSize()
        self.setMaximumWidth(round(self._width * max(1.0, size / NORMAL_TEXT)))
