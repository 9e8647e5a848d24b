"""A panel beside a page, or over a part of it where there is no room for both."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStyle, QWidget

LEAST = 44  # average characters of the page that are to be seen beside the panel


class PanelBeside(QSplitter):
    """Asks for no more room than the wider of the two needs.

    Signals:
        escaped: Esc was pressed in the panel while it lies over the page.
    """

    escaped = Signal()

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self._page = page
        self._panel: QWidget | None = None
        self._over: QWidget | None = None
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.addWidget(page)
        self.setStretchFactor(0, 1)

    def add_panel(self, panel: QWidget, over: QWidget) -> None:
        """Add a panel, which is hidden at first. `over`, a child of the page, is what it may cover:
        the rest of the page is needed with it."""
        self._panel, self._over = panel, over
        panel.hide()
        self._put_beside()
        for watched in (panel, over):
            watched.installEventFilter(self)
        self._arrange()

    @property
    def is_over(self) -> bool:
        """Whether the panel lies over the page, or would if it were shown."""
        return self._panel is not None and self._panel.parent() is self._page

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(max(_smallest(self._page), self._panel_width()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:  # a larger text, for example
            self._arrange()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_over and self._focused() is not None:
            self.escaped.emit()
            return
        super().keyPressEvent(event)

    def _focused(self) -> QWidget | None:
        """What of the panel has the focus."""
        focused = self.window().focusWidget()
        if focused is None or self._panel is None or not self._panel.isAncestorOf(focused):
            return None
        return focused

    def _panel_width(self) -> int:
        return 0 if self._panel is None or self._panel.isHidden() else _smallest(self._panel)

    def _arrange(self) -> None:
        """Put the panel where there is room for it."""
        if self._panel is None:
            return
        least = max(self.fontMetrics().averageCharWidth() * LEAST, _smallest(self._page))
        narrow = self.width() < least + self.handleWidth() + _smallest(self._panel)
        if narrow is not self.is_over:
            shown, focused = not self._panel.isHidden(), self._focused()
            if narrow:
                self._panel.setParent(self._page)
            else:
                self._put_beside()
            self._panel.setVisible(shown)
            if focused is not None:
                focused.setFocus()
        self._place()

    def _put_beside(self) -> None:
        assert self._panel is not None
        self.addWidget(self._panel)
        self.setStretchFactor(1, 0)
        self.setSizes([10_000, _smallest(self._panel)])

    def _place(self) -> None:
        if not self.is_over:
            return
        assert self._panel is not None and self._over is not None
        room = self._over.geometry()
        size = QSize(min(_smallest(self._panel), room.width()), room.height())
        side = Qt.AlignmentFlag.AlignTrailing
        self._panel.setGeometry(QStyle.alignedRect(self.layoutDirection(), side, size, room))
        self._panel.raise_()


def _smallest(part: QWidget) -> int:
    """Width in pixels."""
    return max(part.minimumSizeHint().width(), part.minimumWidth())
