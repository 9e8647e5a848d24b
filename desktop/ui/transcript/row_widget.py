"""What all row widgets have in common."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QLabel, QWidget

from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.rich_text import LIST_INDENT
from desktop.ui.transcript.rows import Row

REASONING_INDENT = 20
"""How far reasoning stands in from an answer, in unscaled pixels."""
END = 2**31 - 1
"""A position at the end of any row."""


class RowWidget(QWidget):
    """Shows one row; knows its own height for a width.

    Text positions count as Qt does, from 0. A row without text keeps the defaults and is passed
    over by the selection.
    """

    selectable = False
    bleed = 0
    """By how much the widget sticks out of the column on both sides, in pixels."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.context = context
        self._selected: tuple[int, int] | None = (0, 0)
        self.setMouseTracking(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Repaint the frame when the text inside gets or loses the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def show_row(self, row: Row, message: Message) -> None:
        """Show `row` of `message`; called again when the row changes."""
        raise NotImplementedError

    def fit(self, width: int) -> int:
        """Lay out for a width and return the height, both in pixels."""
        raise NotImplementedError

    def inset(self, row: Row) -> int:
        """How far a block stands in from the left of the column."""
        levels = row.block.indent if row.block else 0
        thought = REASONING_INDENT if row.part == "reasoning" else 0
        return self.context.style.px(LIST_INDENT * levels + thought)

    def paint_reasoning_line(self, row: Row) -> None:
        """Paint the line that runs down the left of reasoning, if the row is part of some."""
        if row.part == "reasoning":
            style = self.context.style
            line = QRect(style.px(7), 0, max(1, style.px(2)), self.height())
            QPainter(self).fillRect(line, style.hairline)

    def below(self, indent: int) -> int:
        """Space a frame or a formula keeps below itself within a list `indent` levels deep."""
        return self.context.style.px(6) if indent else 0

    def expose(self, top: int, bottom: int) -> None:
        """Take note of which part, in own coordinates, is visible."""

    def set_hovered(self, *, hovered: bool) -> None:
        """Take note of whether the pointer is over the row's message."""

    def formulas_ready(self) -> bool:
        """Use formulas that became ready; whether the row must be measured again."""
        return False

    def position_at(self, point: QPoint) -> int:
        """The text position nearest to a point in own coordinates."""
        raise NotImplementedError

    def word_at(self, position: int) -> tuple[int, int]:
        """The ends of the word around a text position."""
        raise NotImplementedError

    def highlight(self, start: int, end: int) -> None:
        """Paint the text between two positions as selected; none for equal ones."""
        raise NotImplementedError

    def show_selection(self, start: int, end: int) -> None:
        """Have the text between two positions painted as selected."""
        if (start, end) != self._selected:
            self._selected = (start, end)
            self.highlight(start, end)

    def forget_selection(self) -> None:
        """Take note that the text changed, and with it what was painted as selected."""
        self._selected = None

    def position_rect(self, position: int) -> QRect:
        """Where the text position is, in own coordinates."""
        del position
        return self.rect()

    def link_at(self, point: QPoint) -> str:
        """The address of the link at a point, or an empty text."""
        del point
        return ""


def make_passive(area: QAbstractScrollArea) -> None:
    """Make a text widget part of the page: no frame, no scrolling, the mouse left to the view."""
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setMouseTracking(True)
    area.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    area.viewport().setAutoFillBackground(False)
    area.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


def small_label(context: RowContext, parent: QWidget) -> QLabel:
    """A label in small grey letters."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(context.style.sized(12))
    palette = label.palette()
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
        palette.setColor(role, context.style.muted)  # which one counts depends on the parent
    label.setPalette(palette)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label
