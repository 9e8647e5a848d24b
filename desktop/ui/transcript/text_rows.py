"""Rows of running text: prose, tables and the bubbles of user messages."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.rich_text import QUOTE_INDENT, RichDocument, allowed_link
from desktop.ui.transcript.row_widget import RowWidget, make_passive
from desktop.ui.transcript.rows import Edge, Row

BUBBLE_PADDING = 14
BUBBLE_SHARE = 0.8
"""How much of the column a bubble takes at most."""


class TextPane(QTextBrowser):
    """A read-only text widget that shows a `RichDocument` at its full height."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(parent)
        make_passive(self)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self._context = context
        self.anchorClicked.connect(self._activate)

    def _activate(self, url: QUrl) -> None:
        if allowed_link(url.toString()):
            self._context.events.link_activated.emit(url.toString())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter follows the link that has the focus; other keys belong to the transcript."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars of quotes under the text."""
        document = self.document()
        if isinstance(document, RichDocument) and document.has_quotes:
            self._paint_quotes(document)
        super().paintEvent(event)

    def _paint_quotes(self, document: RichDocument) -> None:
        style = self._context.style
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.hairline)
        layout = document.documentLayout()
        bottom = 0.0
        block = document.begin()
        while block.isValid():
            level = block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel.value)
            top, bottom = bottom, layout.blockBoundingRect(block).bottom()
            for number in range(level):
                left = number * style.px(QUOTE_INDENT)
                painter.drawRect(QRectF(left, top, style.px(3), bottom - top))
            block = block.next()


class TextRow(RowWidget):
    """A row that shows one `RichDocument`."""

    selectable = True

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self.pane = self.make_pane()
        self._row: Row | None = None
        self._document: RichDocument | None = None

    def make_pane(self) -> TextPane:
        """The widget that holds the text."""
        return TextPane(self.context, self)

    def show_row(self, row: Row, message: Message) -> None:
        """Show the block of `row`."""
        assert row.block is not None
        muted = row.part == "reasoning"
        if self._document is None:
            self._document = RichDocument(self.context, muted=muted)
            self._document.setParent(self.pane)
            self.pane.setDocument(self._document)
            palette = self.pane.palette()
            palette.setColor(QPalette.ColorRole.Text, self._document.text_colour)
            self.pane.setPalette(palette)
        self._document.show(row.block)
        self._row = row
        focus = Qt.FocusPolicy.TabFocus if self.document.has_links else Qt.FocusPolicy.NoFocus
        self.pane.setFocusPolicy(focus)
        self.pane.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction
            if self.document.has_links
            else Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.pane.setAccessibleName(self._name(message))

    def _name(self, message: Message) -> str:
        if self.row.part == "reasoning":
            return self.tr("Reasoning")
        names = {"user": self.tr("Your message"), "system": self.tr("System prompt")}
        return names.get(message.entry.role, self.tr("Answer"))

    @property
    def document(self) -> RichDocument:
        """The text being shown."""
        assert self._document is not None
        return self._document

    @property
    def row(self) -> Row:
        """The row being shown."""
        assert self._row is not None
        return self._row

    def formulas_ready(self) -> bool:
        """Lay out again if a formula was waited for."""
        if not self.document.waits_for_formulas:
            return False
        self.document.formulas_changed()
        return True

    def fit(self, width: int) -> int:
        """Lay the text out over the width, less what its level in a list takes."""
        style = self.context.style
        indent = self.inset(self.row)
        above = style.px(self.row.above)
        height = self.lay_out(indent, above, width - indent)
        self.pane.resize(width - indent, height)
        return above + height

    def lay_out(self, left: int, top: int, width: int) -> int:
        """Place the pane and lay its text out over `width`; returns the height the text takes.

        The pane gets its width first: as long as it was never shown, it would lay a text that
        changes out again in the width that it had before.
        """
        self.pane.setGeometry(left, top, width, self.pane.height())
        self.document.setTextWidth(width)
        return round(self.document.size().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line beside reasoning."""
        self.paint_reasoning_line(self.row)
        super().paintEvent(event)

    # -- text -------------------------------------------------------------------------------

    def _document_point(self, point: QPoint) -> QPointF:
        return QPointF(self.pane.viewport().mapFrom(self, point))

    def position_at(self, point: QPoint) -> int:
        """The text position nearest to a point."""
        inside = self._document_point(point)
        return self.document.documentLayout().hitTest(inside, Qt.HitTestAccuracy.FuzzyHit)

    def word_at(self, position: int) -> tuple[int, int]:
        """The ends of the word around a position."""
        cursor = QTextCursor(self.document)
        cursor.setPosition(min(position, self.document.last_position))
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return cursor.selectionStart(), cursor.selectionEnd()

    def highlight(self, start: int, end: int) -> None:
        """Show the text between two positions as selected."""
        self.pane.setExtraSelections(selections(self.context, self.document, start, end))

    def position_rect(self, position: int) -> QRect:
        """Where a text position is."""
        cursor = QTextCursor(self.document)
        cursor.setPosition(min(position, self.document.last_position))
        rect = self.pane.cursorRect(cursor)
        return QRect(self.pane.viewport().mapTo(self, rect.topLeft()), rect.size())

    def link_at(self, point: QPoint) -> str:
        """The address of the link at a point."""
        return self.document.documentLayout().anchorAt(self._document_point(point))


def selections(
    context: RowContext, document: QTextDocument, start: int, end: int
) -> list[QTextEdit.ExtraSelection]:
    """Qt's description of one selected stretch of a document."""
    if start >= end:
        return []
    selection = QTextEdit.ExtraSelection()
    cursor = QTextCursor(document)
    last = document.characterCount() - 1
    cursor.setPosition(min(start, last))
    cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
    form = QTextCharFormat()
    form.setBackground(context.style.selection)
    if isinstance(document, RichDocument):  # Qt paints the marks of lists with it
        form.setForeground(document.text_colour)
    selection.cursor = cursor
    selection.format = form
    return [selection]


class BubbleRow(TextRow):
    """A piece of a user's message in a bubble at the right, or of a system prompt at the left."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._bubble = QRectF()
        self._system = False

    def show_row(self, row: Row, message: Message) -> None:
        """Show the text of `row`."""
        self._system = message.entry.role == "system"
        super().show_row(row, message)

    def fit(self, width: int) -> int:
        """Make the bubble as wide as its text needs, up to `BUBBLE_SHARE` of the width."""
        style = self.context.style
        row = self.row
        padding = style.px(BUBBLE_PADDING)
        above = style.px(row.above)
        top = style.px(9) if row.edge in (Edge.WHOLE, Edge.FIRST) else 0
        bottom = style.px(9) if row.edge in (Edge.WHOLE, Edge.LAST) else 0
        widest = round(width * BUBBLE_SHARE) - 2 * padding
        height = self.lay_out(padding, above + top, widest)
        if row.edge is Edge.WHOLE:
            widest = min(widest, int(self.document.idealWidth()) + 2)
            height = self.lay_out(padding, above + top, widest)
        left = padding if self._system else width - widest - padding
        self.pane.setGeometry(left, above + top, widest, height)
        self._bubble = QRectF(left - padding, above, widest + 2 * padding, height + top + bottom)
        return above + height + top + bottom

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bubble, or this row's piece of it."""
        del event
        style = self.context.style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = style.px(14)
        shape = self._bubble.adjusted(0.5, 0.5, -0.5, -0.5)
        if self.row.edge in (Edge.MIDDLE, Edge.LAST):
            shape.setTop(shape.top() - 2 * radius)
        if self.row.edge in (Edge.MIDDLE, Edge.FIRST):
            shape.setBottom(shape.bottom() + 2 * radius)
        painter.setPen(QPen(style.hairline, 1) if self._system else Qt.PenStyle.NoPen)
        painter.setBrush(style.surface if self._system else style.bubble)
        painter.drawRoundedRect(shape, radius, radius)
