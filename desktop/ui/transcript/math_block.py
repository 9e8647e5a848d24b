"""A formula on a line of its own."""

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.formulas import FormulaKey, FormulaPicture
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.row_widget import RowWidget
from desktop.ui.transcript.rows import Row

SIZE = 18
"""Font size of a formula of its own, in unscaled pixels."""


class MathBlock(RowWidget):
    """A row that shows one formula; its source until it is set, or for good if it is broken.

    The selection takes it as a whole: position 0 is before it, `len(source)` after it.
    """

    selectable = True

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._row: Row | None = None
        self._picture: FormulaPicture | None = None
        self._marked = False

    def show_row(self, row: Row, message: Message) -> None:
        """Show another formula."""
        del message
        self._row = row
        self._picture = None
        self.setAccessibleName(self.tr("Formula: {}").format(self.source))

    @property
    def source(self) -> str:
        """The formula as TeX."""
        assert self._row is not None and self._row.block is not None
        return self._row.block.text

    def formulas_ready(self) -> bool:
        """Take the picture if it was waited for."""
        return self._picture is None

    def fit(self, width: int) -> int:
        """Centre the formula; one too wide is made smaller."""
        assert self._row is not None and self._row.block is not None
        style = self.context.style
        above = style.px(self._row.above)
        left = self.inset(self._row)
        below = self.below(self._row.block.indent)
        key = FormulaKey(self.source, style.px(SIZE), style.text.name(), display=True)
        self._picture = self.context.formulas.picture(key)
        picture = self._picture
        if picture is None or picture.renderer is None:
            lines = self.source.count("\n") + 1
            height = lines * QFontMetrics(style.mono).lineSpacing()
            self._area = QRectF(left, above, width - left, height)
            return above + height + below
        factor = min(1.0, (width - left) / picture.width)
        size = picture.width * factor, picture.height * factor
        self._area = QRectF(left + (width - left - size[0]) / 2, above, *size)
        return above + round(size[1]) + below

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the formula or its source."""
        del event
        assert self._row is not None
        self.paint_reasoning_line(self._row)
        style = self.context.style
        painter = QPainter(self)
        if self._marked:
            painter.fillRect(self._area.adjusted(-4, 0, 4, 0), style.selection)
        if self._picture is not None and self._picture.renderer is not None:
            self._picture.paint(painter, self._area)
            return
        painter.setFont(style.mono)
        painter.setPen(style.text)
        painter.drawText(self._area, Qt.AlignmentFlag.AlignHCenter, self.source)

    def position_at(self, point: QPoint) -> int:
        """Before or after the formula."""
        return 0 if point.x() < self._area.center().x() else len(self.source)

    def word_at(self, position: int) -> tuple[int, int]:
        """The whole formula."""
        del position
        return 0, len(self.source)

    def highlight(self, start: int, end: int) -> None:
        """Tint the formula if it is within a selection."""
        if self._marked != (start < end):
            self._marked = start < end
            self.update()
