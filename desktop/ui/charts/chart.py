"""What every chart shares: one of its marks is looked at, by the pointer or by the keyboard."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

NONE = -1
SMALL = 0.88  # of the text size


class Chart(QWidget):
    """A drawing of marks: bars, points. The arrow keys, Home and End go from mark to mark; what a
    mark stands for is told beside it and to screen readers.

    Signals:
        activated: number of the mark that was clicked, or on which Enter or Space was pressed.
    """

    activated = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._current = NONE  # of the keyboard
        self._hovered = NONE
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)

    @abstractmethod
    def count(self) -> int:
        """How many marks there are."""

    @abstractmethod
    def area(self, number: int) -> QRectF:
        """Where mark `number` is drawn and pointed at."""

    @abstractmethod
    def words(self, number: int) -> str:
        """What mark `number` stands for, in one sentence."""

    @property
    def looked_at(self) -> int:
        """The mark under the pointer, else the one the keyboard is on, else NONE."""
        if self._hovered != NONE:
            return self._hovered
        return self._current if self.hasFocus() else NONE

    def reset_marks(self) -> None:
        """The marks are others now."""
        self._hovered = NONE
        self._current = min(self._current, self.count() - 1)
        self._describe()
        self.updateGeometry()
        self.update()

    def paint_focus(self, painter: QPainter) -> None:
        """A ring around the mark the keyboard is on."""
        if self._current == NONE or not (self.hasFocus() and self.property("keyboardFocus")):
            return
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.area(self._current).adjusted(1, 1, -1, -1), 6, 6)

    # --- what drawing takes ---------------------------------------------------------------

    def small_font(self) -> QFont:
        """Of what stands at an axis."""
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALL)
        return font

    def small_metrics(self) -> QFontMetrics:
        return QFontMetrics(self.small_font())

    def mirrored(self, rect: QRectF) -> QRectF:
        """Where `rect`, thought of from left to right, really is."""
        if not self.isRightToLeft():
            return rect
        return QRectF(self.width() - rect.right(), rect.top(), rect.width(), rect.height())

    def side(self, *, leading: bool) -> Qt.AlignmentFlag:
        """Text at the leading or trailing side of its place."""
        left = leading is not self.isRightToLeft()
        side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute

    def colour(self, role: QPalette.ColorRole) -> QColor:
        return self.palette().color(role)

    # --- keyboard ---------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._current == NONE and self.count():
            self._go_to(0)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        QToolTip.hideText()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), self.count() - 1
        forward, back = Qt.Key.Key_Right, Qt.Key.Key_Left
        if self.isRightToLeft():
            forward, back = back, forward
        if last < 0:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Down, forward):
            self._go_to(min(self._current + 1, last))
        elif key in (Qt.Key.Key_Up, back):
            self._go_to(max(self._current - 1, 0))
        elif key == Qt.Key.Key_Home:
            self._go_to(0)
        elif key == Qt.Key.Key_End:
            self._go_to(last)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.activated.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _go_to(self, number: int) -> None:
        self._current = number
        self._describe()
        words = self.words(number)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
        corner = self.area(number).bottomLeft().toPoint()
        if self.isVisible():
            QToolTip.showText(self.mapToGlobal(corner + QPoint(0, 4)), words, self)
        self.update()

    def _describe(self) -> None:
        text = self.words(self._current) if 0 <= self._current < self.count() else ""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
            change = QAccessible.Event.DescriptionChanged
            QAccessible.updateAccessibility(QAccessibleEvent(self, change))

    # --- pointer ----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._mark_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(NONE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._mark_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and number != NONE:
            self.activated.emit(number)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            number = self._mark_at(QPointF(event.pos()))
            if number == NONE:
                QToolTip.hideText()
            else:
                place = self.area(number).toRect()
                QToolTip.showText(event.globalPos(), self.words(number), self, place)
            return True
        return super().event(event)

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            shape = Qt.CursorShape
            self.setCursor(shape.ArrowCursor if number == NONE else shape.PointingHandCursor)
            self.update()

    def _mark_at(self, place: QPointF) -> int:
        return next((n for n in range(self.count()) if self.area(n).contains(place)), NONE)
