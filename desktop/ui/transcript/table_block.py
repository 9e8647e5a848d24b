"""A table: tinted header, hairlines between rows, scrolled sideways where it is too wide."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTextBlockFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextOption,
    QTextTable,
    QTextTableCellFormat,
    QTextTableFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.rows import Row
from desktop.ui.transcript.scroll_bar import (
    THICKNESS,
    ThinScrollBar,
    scroll_by_key,
    scroll_sideways,
)
from desktop.ui.transcript.text_rows import TextPane, TextRow

PADDING_X = 12
PADDING_Y = 7


class TablePane(TextPane):
    """The text of a table; may be wider than what is seen of it."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self.setLineWrapMode(QTextBrowser.LineWrapMode.FixedPixelWidth)
        self.setHorizontalScrollBar(ThinScrollBar(context.style, self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right scroll, Enter follows a link."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            scroll_by_key(self, event)
        else:
            super().keyPressEvent(event)


class TableBlock(TextRow):
    """A row that shows a table."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self.pane.installEventFilter(self)
        self._frame = QRectF()
        self._header = 0.0

    def make_pane(self) -> TextPane:
        """A pane that scrolls sideways."""
        return TablePane(self.context, self)

    def show_row(self, row: Row, message: Message) -> None:
        """Show another table."""
        super().show_row(row, message)
        option = self.document.defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        self.document.setDefaultTextOption(option)
        edit = QTextCursor(self.document)
        edit.beginEditBlock()  # else each cell's change would lay the table out again
        for frame in self.document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._dress(frame)
        self._flatten_ends()
        edit.endEditBlock()
        self.pane.moveCursor(QTextCursor.MoveOperation.Start)  # what the pane keeps in sight

    def highlight(self, start: int, end: int) -> None:
        """Leave the empty lines around the table out of what is painted as selected."""
        super().highlight(max(1, start), min(end, self.document.last_position - 1))

    def _flatten_ends(self) -> None:
        """Qt keeps an empty line before and after a table: take their height away."""
        cursor = QTextCursor(self.document)
        form = QTextBlockFormat()
        form.setLineHeight(0.01, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        for position in (0, self.document.last_position):
            cursor.setPosition(position)
            if cursor.currentTable() is None:
                cursor.setBlockFormat(form)

    def _alignments(self, columns: int) -> list[Qt.AlignmentFlag]:
        """The columns' alignments; Qt applies them to the body only."""
        assert self.row.block is not None
        cells = self.row.block.text.split("\n", 2)[1].strip().strip("|").split("|")
        flags = Qt.AlignmentFlag
        found = [
            (flags.AlignHCenter if cell.strip().startswith(":") else flags.AlignRight)
            if cell.strip().endswith(":")
            else flags.AlignLeft
            for cell in cells
        ]
        return (found + [flags.AlignLeft] * columns)[:columns]

    def _dress(self, table: QTextTable) -> None:
        style = self.context.style
        alignments = self._alignments(table.columns())
        form = QTextTableFormat()
        form.setBorder(0)
        form.setBorderCollapse(True)
        form.setCellSpacing(0)
        form.setCellPadding(0)
        form.setMargin(0)
        form.setHeaderRowCount(1)
        table.setFormat(form)
        solid = QTextFrameFormat.BorderStyle.BorderStyle_Solid
        for row in range(table.rows()):
            for column in range(table.columns()):
                cell = table.cellAt(row, column)
                look = QTextTableCellFormat()
                look.setLeftPadding(style.px(PADDING_X))
                look.setRightPadding(style.px(PADDING_X))
                look.setTopPadding(style.px(PADDING_Y))
                look.setBottomPadding(style.px(PADDING_Y))
                if row:
                    look.setTopBorder(1)
                    look.setTopBorderStyle(solid)
                    look.setTopBorderBrush(QBrush(style.hairline))
                cell.setFormat(look)
                align = QTextBlockFormat()
                align.setAlignment(alignments[column])
                cell.firstCursorPosition().mergeBlockFormat(align)

    def _wrap(self, width: int) -> None:
        """Lay the cells out over `width`; the pane knows it first, as in `lay_out`."""
        self.pane.setLineWrapColumnOrWidth(width)
        self.document.setTextWidth(width)

    def fit(self, width: int) -> int:
        """As wide as its cells need; beyond the column's width it scrolls."""
        style = self.context.style
        assert self.row.block is not None
        left = self.inset(self.row)
        above = style.px(self.row.above)
        room = width - left - 2
        self._wrap(room)
        natural = int(self.document.idealWidth()) + 1
        if natural < room:
            self._wrap(natural)
        size = self.document.size()
        needed = int(size.width() + 0.99)
        self.pane.setLineWrapColumnOrWidth(needed)
        shown = min(room, needed)
        scrolls = needed > room
        bar = style.px(THICKNESS) if scrolls else 0
        policy = Qt.ScrollBarPolicy
        self.pane.setHorizontalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if scrolls else policy.ScrollBarAlwaysOff
        )
        self.pane.setFocusPolicy(
            Qt.FocusPolicy.TabFocus
            if scrolls or self.document.has_links
            else Qt.FocusPolicy.NoFocus
        )
        height = round(size.height())
        self.pane.setGeometry(left + 1, above + 1, shown, height + bar)
        self._frame = QRectF(left, above, shown + 2, height + bar + 2)
        self._header = self._header_height()
        return above + height + bar + 2 + self.below(self.row.block.indent)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways only; the pane, closed to the mouse, leaves it to the row."""
        scroll_sideways(self.pane, event)

    def _header_height(self) -> float:
        for frame in self.document.rootFrame().childFrames():
            if isinstance(frame, QTextTable) and frame.rows() > 1:
                layout = self.document.documentLayout()
                first = frame.cellAt(1, 0).firstCursorPosition().block()
                top: float = layout.blockBoundingRect(first).top()
                return top - self.context.style.px(PADDING_Y)
        return 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rounded frame and the header's tint."""
        super().paintEvent(event)
        style = self.context.style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = style.px(8)
        path = QPainterPath()
        path.addRoundedRect(self._frame.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setClipPath(path)
        header = QRectF(self._frame.topLeft(), QPointF(self._frame.right(), 0))
        header.setHeight(self._header)
        painter.fillRect(header, style.surface)
        painter.setClipping(False)
        focus = self.pane.hasFocus()
        painter.setPen(QPen(style.accent if focus else style.hairline, 2 if focus else 1))
        painter.drawPath(path)
