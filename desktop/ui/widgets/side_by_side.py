"""Two parts beside each other, or above each other where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

NARROW = 88  # average characters


class SideBySide(QSplitter):
    """The first part has the whole place to itself until the second one is shown.

    Signals:
        escaped: Esc was pressed in one of the parts while both are shown.
    """

    escaped = Signal()

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self._first = first
        self._second = second
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(first)
        self.addWidget(second)
        self.setStretchFactor(0, 45)
        self.setStretchFactor(1, 55)
        second.hide()

    def panes(self) -> list[QWidget]:
        """Where F6 stops."""
        return [self._first, self._second]

    @property
    def second_visible(self) -> bool:
        return not self._second.isHidden()

    def set_second_visible(self, visible: bool) -> None:
        if visible == self.second_visible:
            return
        self._second.setVisible(visible)
        self._turn()
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.second_visible:
            self.escaped.emit()
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the wider part: where both have no room beside each other, they move."""
        hint = super().minimumSizeHint()
        return QSize(max(self._smallest_widths()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._turn():
            self._share()
        super().resizeEvent(event)

    def _turn(self) -> bool:
        """Put the parts beside or above each other; whether that is new."""
        enough = self.fontMetrics().averageCharWidth() * NARROW
        narrow = self.width() < max(enough, sum(self._smallest_widths()) + self.handleWidth())
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if wanted is self.orientation():
            return False
        self.setOrientation(wanted)
        return True

    def _smallest_widths(self) -> list[int]:
        """In pixels, of the parts that are shown."""
        shown = [self._first, *([self._second] if self.second_visible else [])]
        return [max(part.minimumSizeHint().width(), part.minimumWidth()) for part in shown]

    def _share(self) -> None:
        # The list needs less room than what it tells about.
        beside = self.orientation() is Qt.Orientation.Horizontal
        room = self.width() if beside else self.height()
        share = 0.45 if beside else 0.4
        self.setSizes([round(room * share), round(room * (1 - share))])
