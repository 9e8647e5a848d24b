"""Two parts beside each other, or below each other where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

NARROW = 72  # average characters
SPACING = 24


class TwoParts(QWidget):
    """Both begin at the top.

    Args:
        shares: of the width, where they stand beside each other.
        second_above: whether the second one is above the first, where there is no room.
    """

    def __init__(
        self,
        first: QWidget,
        second: QWidget,
        shares: tuple[int, int] = (1, 1),
        *,
        second_above: bool = False,
    ) -> None:
        super().__init__()
        self._parts = (first, second)
        way = QBoxLayout.Direction
        self._stacked = way.BottomToTop if second_above else way.TopToBottom
        self._row = QBoxLayout(way.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACING)
        for part, share in zip(self._parts, shares, strict=True):
            self._row.addWidget(part, share)

    def minimumSizeHint(self) -> QSize:
        """Of the wider one: it is for the width to decide how they stand."""
        width = max(part.minimumSizeHint().width() for part in self._parts)
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self.fontMetrics().averageCharWidth() * NARROW
        self._row.setDirection(self._stacked if narrow else QBoxLayout.Direction.LeftToRight)
