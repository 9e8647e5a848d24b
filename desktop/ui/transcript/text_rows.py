"""Rows of running text: prose, tables and the bubbles of user messages."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.rich_text import LIST_INDENT, RichDocument, allowed_link
from desktop.ui.transcript.row_widget import RowWidget, make_passive
from desktop.ui.transcript.rows import Edge, Row

REASONING_INDENT = 20
"""How far reasoning stands in from an answer, in pixels."""
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

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave scrolling to the transcript."""
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
        block = document.begin()
        while block.isValid():
            level = block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel.value)
            if level:
                rect = layout.blockBoundingRect(block)
                top = rect.top() - (block.blockFormat().topMargin() if block.position() else 0)
                for number in range(level):
                    left = number * style.px(16)
                    painter.drawRoundedRect(
                        QRectF(left, top, style.px(3), rect.bottom() - top), 1.5, 1.5
                    )
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
        block = self.row.block
        indent = style.px(LIST_INDENT * block.indent) if block else 0
        if self.row.part == "reasoning":
            indent += style.px(REASONING_INDENT)
        above = style.px(self.row.above)
        self.document.setTextWidth(width - indent)
        height = round(self.document.size().height())
        self.pane.setGeometry(indent, above, width - indent, height)
        return above + height

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line beside reasoning."""
        if self.row.part == "reasoning":
            paint_reasoning_line(self)
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


def paint_reasoning_line(widget: RowWidget) -> None:
    """The line that runs down the left of reasoning."""
    style = widget.context.style
    painter = QPainter(widget)
    painter.fillRect(QRect(style.px(7), 0, max(1, style.px(2)), widget.height()), style.hairline)


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
    form.setForeground(context.style.selected_text)
    selection.cursor = cursor
    selection.format = form
    return [selection]


class BubbleRow(TextRow):
    """A piece of a user's or a system message: text in a rounded bubble at the right."""

    def fit(self, width: int) -> int:
        """Make the bubble as wide as its text needs, up to `BUBBLE_SHARE` of the width."""
        style = self.context.style
        row = self.row
        padding = style.px(BUBBLE_PADDING)
        above = style.px(row.above)
        top = style.px(9) if row.edge in (Edge.WHOLE, Edge.FIRST) else 0
        bottom = style.px(9) if row.edge in (Edge.WHOLE, Edge.LAST) else 0
        widest = round(width * BUBBLE_SHARE) - 2 * padding
        self.document.setTextWidth(widest)
        if row.edge is Edge.WHOLE:
            widest = min(widest, int(self.document.idealWidth()) + 2)
            self.document.setTextWidth(widest)
        height = round(self.document.size().height())
        left = width - widest - padding
        self.pane.setGeometry(left, above + top, widest, height)
        self._bubble = QRectF(left - padding, above, widest + 2 * padding, height + top + bottom)
        return above + height + top + bottom

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bubble, or this row's piece of it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self.context.style.px(14)
        shape = QRectF(self._bubble)
        if self.row.edge in (Edge.MIDDLE, Edge.LAST):
            shape.setTop(shape.top() - 2 * radius)
        if self.row.edge in (Edge.MIDDLE, Edge.FIRST):
            shape.setBottom(shape.bottom() + 2 * radius)
        path = QPainterPath()
        path.addRoundedRect(shape, radius, radius)
        painter.fillPath(path, self.context.style.bubble)
