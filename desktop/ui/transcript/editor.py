"""Editing a message in its place."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QPushButton, QWidget

from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.row_widget import RowWidget
from desktop.ui.transcript.rows import Row

MAX_LINES = 16
"""A longer text scrolls inside the editor."""


class EditorRow(RowWidget):
    """A text field with Save (Ctrl+Enter) and Cancel (Esc)."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._message: Message | None = None
        self._above = 0
        self._height = 0
        self.edit = QPlainTextEdit(self)
        self.edit.setFrameShape(QFrame.Shape.NoFrame)
        self.edit.setFont(context.style.font)
        self.edit.setTabChangesFocus(True)
        self.edit.setAccessibleName(self.tr("Edit message"))
        palette = self.edit.palette()
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.edit.setPalette(palette)
        self.edit.document().setDocumentMargin(0)
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._changed)
        self.save_button = QPushButton(self.tr("Save"), self)
        self.save_button.setProperty("kind", "primary")
        self.save_button.setToolTip(self.tr("Save and answer again (Ctrl+Enter)"))
        self.save_button.clicked.connect(self._save)
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self.cancel_button.setToolTip(self.tr("Leave the message as it is (Esc)"))
        self.cancel_button.clicked.connect(self._cancel)
        for button in (self.save_button, self.cancel_button):
            button.setFont(context.style.font)
            button.setAccessibleName(button.text())

    def show_row(self, row: Row, message: Message) -> None:
        """Begin with what is written already."""
        self._above = row.above
        if self._message is None:
            self.edit.setPlainText(message.draft or "")
            self._message = message
            self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter saves, Esc cancels, whatever else these keys do in the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self._cancel()
                return True
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._save()
                return True
        return super().eventFilter(watched, event)

    def _save(self) -> None:
        assert self._message is not None
        self.context.events.edit_saved.emit(self._message.entry.key, self.edit.toPlainText())

    def _cancel(self) -> None:
        assert self._message is not None
        self.context.events.edit_cancelled.emit(self._message.entry.key)

    def _edit_height(self) -> int:
        """The text's height, at most `MAX_LINES` lines."""
        line = QFontMetrics(self.edit.font()).lineSpacing()
        lines = min(MAX_LINES, max(1, round(self.edit.document().size().height())))
        return lines * line + 4

    def _changed(self) -> None:
        if self._message is not None:
            # The widget may go at any time: scrolled far away, or made anew in another text size.
            self._message.draft = self.edit.toPlainText()
            self._grow()

    def _grow(self) -> None:
        if self._edit_height() != self._height:
            self.context.events.resized.emit()

    def fit(self, width: int) -> int:
        """The text over the whole width, the buttons under it at the right."""
        style = self.context.style
        above, pad = style.px(self._above), style.px(14)
        self.edit.setGeometry(pad, above + pad, width - 2 * pad, self.edit.height())
        self._height = self._edit_height()
        self.edit.setGeometry(pad, above + pad, width - 2 * pad, self._height)
        y = above + pad + self._height + style.px(10)
        x = width - pad
        height = style.px(32)
        for button in (self.save_button, self.cancel_button):
            button_width = max(style.px(76), button.sizeHint().width())
            x -= button_width
            button.setGeometry(x, y, button_width, height)
            x -= style.px(8)
        self._frame = QRectF(0, above, width, y + height + style.px(10) - above)
        return round(self._frame.bottom()) + style.px(8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bubble with an accented edge."""
        del event
        style = self.context.style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = style.px(14)
        painter.setBrush(style.bubble)
        painter.setPen(QPen(style.accent, 1.5))
        painter.drawRoundedRect(self._frame.adjusted(1, 1, -1, -1), radius, radius)
