"""A thin scroll bar for blocks that scroll sideways, and the wheel's share in it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QStyle, QStyleOptionSlider, QWidget

from desktop.ui.transcript.style import Style

THICKNESS = 10
KEY_STEP = 40
"""Pixels scrolled by an arrow key."""


class ThinScrollBar(QScrollBar):
    """A horizontal scroll bar that is no more than a rounded handle."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._look = style
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def sizeHint(self) -> QSize:
        """Thin."""
        return QSize(40, self._look.px(THICKNESS))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the handle."""
        del event
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_ScrollBar, option, QStyle.SubControl.SC_ScrollBarSlider, self
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.muted if self.underMouse() else self._look.hairline)
        rect = QRectF(handle).adjusted(0, 3, 0, -1)
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)


def scroll_sideways(area: QAbstractScrollArea, event: QWheelEvent) -> None:
    """Use the sideways part of a turn of the wheel; leave the rest to the transcript."""
    delta = event.angleDelta()
    sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    step = delta.x() or (delta.y() if sideways else 0)
    bar = area.horizontalScrollBar()
    if step and bar.maximum() > 0:
        bar.setValue(bar.value() - step // 2)
        event.accept()
    else:
        event.ignore()


def scroll_by_key(area: QAbstractScrollArea, event: QKeyEvent) -> None:
    """Scroll sideways with Left and Right; leave other keys to the transcript."""
    direction = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
    if direction:
        bar = area.horizontalScrollBar()
        bar.setValue(bar.value() + direction * KEY_STEP)
    else:
        event.ignore()
