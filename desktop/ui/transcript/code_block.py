"""A code block: a framed, scrollable, highlighted text with its language and a Copy button."""

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.ui.transcript.buttons import IconButton
from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.highlighting import HIGHLIGHT_LIMIT, Highlighter
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.row_widget import RowWidget, make_passive, small_label
from desktop.ui.transcript.rows import Row
from desktop.ui.transcript.scroll_bar import (
    THICKNESS,
    ThinScrollBar,
    scroll_by_key,
    scroll_sideways,
)
from desktop.ui.transcript.text_rows import selections

HEADER = 34
PADDING = 10
MARGIN = 10
"""Lines kept in the text widget beyond the visible ones."""
TALL = 60
"""A block with more lines shows only those near the viewport in its text widget."""
COPIED_MS = 1500
"""How long the Copy button says so."""


class CodePane(QPlainTextEdit):
    """The code itself: never wrapped, scrolled sideways by itself, vertically by the view."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(parent)
        make_passive(self)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBar(ThinScrollBar(context.style, self))
        self.setFont(context.style.mono)
        self.document().setDocumentMargin(0)
        self.setTabStopDistance(4 * QFontMetricsF(context.style.mono).horizontalAdvance(" "))
        self.setAccessibleName(self.tr("Code"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right scroll; the rest belongs to the transcript."""
        scroll_by_key(self, event)


class CodeBlock(RowWidget):
    """A row that shows code."""

    selectable = True

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        style = context.style
        self._text = ""
        self._language = ""
        self._row: Row | None = None
        self._streaming = False
        self._frame = QRect()
        self._body = QRect()
        self._exposed = (0, 0)
        self._lines = 1
        self._columns = 0
        self._advance = QFontMetricsF(style.mono).horizontalAdvance("m")
        self.pane = CodePane(context, self)
        palette = self.pane.palette()
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.pane.setPalette(palette)
        self._label = small_label(context, self)
        self.copy_button = IconButton(context, "copy", self.tr("Copy code"), self)
        self.copy_button.clicked.connect(self.copy)
        self._restore = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._restore.timeout.connect(self._show_copy)
        self._line_height = QFontMetricsF(style.mono).lineSpacing()
        self.pane.installEventFilter(self)
        self._highlighter = Highlighter(self.pane.document(), dark=style.dark)
        context.lexers.ready.connect(self._lexer_ready)

    def copy(self) -> None:
        """Put the code on the clipboard and say so on the button."""
        QGuiApplication.clipboard().setText(self._text)
        self.copy_button.set_face("check", self.tr("Copied"))
        self._restore.start()

    def _show_copy(self) -> None:
        self.copy_button.set_face("copy", self.tr("Copy code"))

    # -- content ----------------------------------------------------------------------------

    def show_row(self, row: Row, message: Message) -> None:
        """Show a row's code; where it only grew, only the new part is touched."""
        assert row.block is not None
        self._row = row
        self._language = row.block.language
        self._streaming = message.entry.state == "streaming"
        self._label.setText(self._language or self.tr("code"))
        text = row.block.text
        if text != self._text or not self._text:
            first = self._set_text(text)
            self._colour(first)
        elif not self._streaming:
            self._colour(0)

    def _set_text(self, text: str) -> int:
        """Returns the number of the first changed line."""
        document = self.pane.document()
        first = 0
        added = text
        if self._text and text.startswith(self._text):
            first = document.blockCount() - 1
            self._highlighter.stop()
            cursor = QTextCursor(document)
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[len(self._text) :])
            added = text[text.rfind("\n", 0, len(self._text)) + 1 :]
        else:
            self._highlighter.stop()
            self.pane.setPlainText(text)
            self._columns = 0
        self._text = text
        self._lines = document.blockCount()
        longest = max(len(line.expandtabs(4)) for line in added.split("\n"))
        self._columns = max(self._columns, longest)
        return first

    def _colour(self, first: int) -> None:
        lexer = self.context.lexers.get(self._language)
        if lexer is None or len(self._text) > HIGHLIGHT_LIMIT:
            return
        if self._streaming:
            self._highlighter.colour_lines(lexer, first)
        else:
            self._highlighter.start(lexer)

    def _lexer_ready(self, language: str) -> None:
        if language == self._language.lower():
            self._colour(0)

    # -- geometry ---------------------------------------------------------------------------

    def fit(self, width: int) -> int:
        """Place header and code; the height follows from the number of lines."""
        assert self._row is not None and self._row.block is not None
        style = self.context.style
        left = self.inset(self._row)
        above, header, padding = style.px(self._row.above), style.px(HEADER), style.px(PADDING)
        inset = style.px(14)
        room = width - left - 2 * inset
        bar = self._show_bar(room)
        body = self._text_height() + bar
        self._frame = QRect(left, above, width - left, header + body + padding - bar // 2)
        button = self.copy_button
        button.move(
            self._frame.right() - button.width() - style.px(4),
            above + (header - button.height()) // 2,
        )
        self._label.setGeometry(left + inset, above, button.x() - left - 2 * inset, header)
        self._body = QRect(left + inset, above + header, room, body)
        self.expose(*self._exposed)
        return above + self._frame.height() + self.below(self._row.block.indent)

    def _show_bar(self, room: int) -> int:
        """Show the scroll bar if a line is wider than `room`; returns the bar's height."""
        policy = Qt.ScrollBarPolicy
        scrolls = self._columns * self._advance > room
        self.pane.setHorizontalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if scrolls else policy.ScrollBarAlwaysOff
        )
        focus = Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus
        self.pane.setFocusPolicy(focus)
        return self.context.style.px(THICKNESS) if scrolls else 0

    def _text_height(self) -> int:
        if self._lines > TALL:
            return round(self._lines * self._line_height) + 2
        layout = self.pane.document().documentLayout()
        block = self.pane.document().begin()
        height = 0.0
        while block.isValid():
            height += layout.blockBoundingRect(block).height()
            block = block.next()
        return round(height) + 2

    def expose(self, top: int, bottom: int) -> None:
        """Let the text widget of a long block cover only what is visible and a little more."""
        self._exposed = (top, bottom)
        if self._lines <= TALL:
            self.pane.setGeometry(self._body)
            return
        line = self._line_height
        start = self._body.top()
        first = min(max(0, int((top - start) / line) - MARGIN), self._lines - TALL // 2)
        last = max(min(self._lines, int((bottom - start) / line) + MARGIN), first + TALL // 2)
        upper = round(first * line)
        lower = self._body.height() if last >= self._lines else round(last * line)
        self.pane.setGeometry(self._body.left(), start + upper, self._body.width(), lower - upper)
        self.pane.verticalScrollBar().setValue(first)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame."""
        del event
        assert self._row is not None
        self.paint_reasoning_line(self._row)
        style = self.context.style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.pane.hasFocus()
        painter.setPen(QPen(style.accent if focus else style.hairline, 2 if focus else 1))
        painter.setBrush(style.surface)
        radius = style.px(8)
        painter.drawRoundedRect(QRectF(self._frame).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways only; the pane, closed to the mouse, leaves it to the row."""
        scroll_sideways(self.pane, event)

    # -- text -------------------------------------------------------------------------------

    def position_at(self, point: QPoint) -> int:
        """The text position nearest to a point."""
        return self.pane.cursorForPosition(self.pane.viewport().mapFrom(self, point)).position()

    def word_at(self, position: int) -> tuple[int, int]:
        """The ends of the word around a position."""
        cursor = QTextCursor(self.pane.document())
        cursor.setPosition(min(position, self.pane.document().characterCount() - 1))
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return cursor.selectionStart(), cursor.selectionEnd()

    def highlight(self, start: int, end: int) -> None:
        """Show the code between two positions as selected."""
        self.pane.setExtraSelections(selections(self.context, self.pane.document(), start, end))

    def position_rect(self, position: int) -> QRect:
        """Where a text position is, by its line."""
        document = self.pane.document()
        line = document.findBlock(min(position, document.characterCount() - 1)).blockNumber()
        height = round(self._line_height)
        top = self._body.top() + round(line * self._line_height)
        return QRect(self._body.left(), top, 1, height)
