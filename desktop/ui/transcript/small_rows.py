"""Rows of one line: the reasoning's switch, the waiting mark, banners, notices and rules."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget

from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.row_widget import RowWidget, small_label
from desktop.ui.transcript.rows import Row
from desktop.ui.transcript.style import blend


class ReasoningSwitch(QAbstractButton):
    """`> Reasoning`: opens and closes the reasoning of an answer."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._keyboard = False
        self.setText(self.tr("Reasoning"))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(context.style.sized(13))

    def sizeHint(self) -> QSize:
        """Room for the chevron and the word."""
        style = self._context.style
        width = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return QSize(width + style.px(34), max(24, style.px(28)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter works like Space."""
        self._keyboard = True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chevron, the word and the focus ring."""
        del event
        style = self._context.style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = style.px(6)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.bubble)
            painter.drawRoundedRect(self.rect(), radius, radius)
        edge = style.px(16)
        name = "chevron-down" if self.isChecked() else "chevron-right"
        self._context.icon(name).paint(painter, 0, (self.height() - edge) // 2, edge, edge)
        painter.setPen(style.muted)
        rest = self.rect().adjusted(style.px(22), 0, 0, 0)
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(style.accent, 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)


class ReasoningRow(RowWidget):
    """The line above the reasoning."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self.switch = ReasoningSwitch(context, self)
        self.switch.clicked.connect(self._toggle)
        self._message: Message | None = None
        self._above = 0

    def show_row(self, row: Row, message: Message) -> None:
        """Show whether the reasoning is open."""
        self._message = message
        self._above = row.above
        self.switch.setChecked(row.opened)
        state = self.tr("shown") if row.opened else self.tr("hidden")
        self.switch.setAccessibleName(self.tr("Reasoning, {}").format(state))

    def _toggle(self) -> None:
        assert self._message is not None
        self.context.events.reasoning_toggled.emit(self._message.entry.key)

    def fit(self, width: int) -> int:
        """One line."""
        del width
        above = self.context.style.px(self._above)
        size = self.switch.sizeHint()
        self.switch.setGeometry(QRect(0, above, size.width(), size.height()))
        return above + size.height()


class WaitingRow(RowWidget):
    """Three dots where an answer will come."""

    def show_row(self, row: Row, message: Message) -> None:
        """Nothing depends on the row."""
        del message
        self._above = row.above
        self.setAccessibleName(self.tr("Waiting for the first word"))

    def fit(self, width: int) -> int:
        """One line."""
        del width
        return self.context.style.px(self._above) + self.context.style.line

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dots."""
        del event
        style = self.context.style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        size = style.px(6)
        middle = style.px(self._above) + style.line / 2
        for number, share in enumerate((0.0, 0.3, 0.6)):
            painter.setBrush(blend(style.muted, style.base, share))
            painter.drawEllipse(QRectF(number * 2 * size, middle - size / 2, size, size))


class ProblemRow(RowWidget):
    """The banner of an answer that failed: what happened, and under the last message a button to go
    on."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._above = 0
        self._message: Message | None = None
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setFont(context.style.font)
        palette = self._label.palette()
        palette.setColor(QPalette.ColorRole.WindowText, context.style.text)
        self._label.setPalette(palette)
        self.button = QPushButton(self.tr("Continue"), self)
        self.button.setFont(context.style.font)
        self.button.clicked.connect(self._continue)

    def show_row(self, row: Row, message: Message) -> None:
        """Show the sentence."""
        self._above = row.above
        self._message = message
        self._label.setText(row.text or self.tr("The answer could not be finished."))
        self.button.setAccessibleName(self.tr("Continue this answer"))
        self.button.setVisible(row.last)

    def _continue(self) -> None:
        assert self._message is not None
        self.context.events.action.emit(self._message.entry.key, "continue")

    def fit(self, width: int) -> int:
        """Text at the left, button at the right."""
        style = self.context.style
        above, pad = style.px(self._above), style.px(12)
        button = self.button.sizeHint().expandedTo(QSize(0, style.px(30)))
        room = width - 3 * pad
        if self.button.isVisibleTo(self):
            room -= pad + button.width()
        text = max(button.height(), self._label.heightForWidth(room))
        height = text + 2 * style.px(8)
        self._frame = QRectF(0, above, width, height)
        self._label.setGeometry(2 * pad - style.px(4), above, room, height)
        self.button.setGeometry(
            width - pad - button.width(),
            above + (height - button.height()) // 2,
            button.width(),
            button.height(),
        )
        return above + height

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame and the mark at its left."""
        del event
        style = self.context.style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = style.px(8)
        painter.setPen(QPen(style.hairline, 1))
        painter.setBrush(style.surface)
        painter.drawRoundedRect(self._frame.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.accent)
        bar = QRectF(
            style.px(8),
            self._frame.top() + style.px(9),
            style.px(3),
            self._frame.height() - style.px(18),
        )
        painter.drawRoundedRect(bar, 1.5, 1.5)


class NoticeRow(RowWidget):
    """A small centred sentence between two hairlines."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._above = 0
        self._label = small_label(context, self)
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def show_row(self, row: Row, message: Message) -> None:
        """Show the sentence."""
        del message
        self._above = row.above
        self._label.setText(row.text)

    def fit(self, width: int) -> int:
        """As wide as the sentence, with room for the hairlines where there is some."""
        style = self.context.style
        above = style.px(self._above)
        metrics = QFontMetrics(self._label.font())
        needed = metrics.horizontalAdvance(self._label.text()) + style.px(24)
        room = min(needed, width - style.px(80))
        height = max(style.px(24), self._label.heightForWidth(room))
        self._label.setGeometry((width - room) // 2, above, room, height)
        return above + height

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the hairlines."""
        del event
        painter = QPainter(self)
        label = self._label.geometry()
        y = label.center().y()
        painter.fillRect(QRect(0, y, label.left(), 1), self.context.style.hairline)
        right = label.right() + 1
        painter.fillRect(QRect(right, y, self.width() - right, 1), self.context.style.hairline)


class RuleRow(RowWidget):
    """A thematic break: one hairline."""

    def show_row(self, row: Row, message: Message) -> None:
        """Nothing but the space above depends on the row."""
        del message
        self._above = row.above

    def fit(self, width: int) -> int:
        """A hairline with some air."""
        del width
        return self.context.style.px(self._above + 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        del event
        y = self.height() - self.context.style.px(8)
        QPainter(self).fillRect(QRect(0, y, self.width(), 1), self.context.style.hairline)
