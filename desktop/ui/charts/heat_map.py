"""A grid of shares, the darker the more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy

from desktop.ui.charts.chart import NONE, Chart
from desktop.ui.colors import contrast

GAP = 8
SPACE = 2  # between cells
CELL_PADDING = 12
WIDEST = 18  # average characters of a cell


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell.

    Attributes:
        share: 0 to 1, or None where nothing is known.
        text: what stands in it; words: the sentence that is told when it is looked at.
    """

    share: float | None
    text: str
    words: str


class HeatMap(Chart):
    """Rows from the top, columns from the leading side. The arrow keys go from cell to cell in
    their direction."""

    def __init__(self, name: str, row_title: str, column_title: str) -> None:
        super().__init__(name)
        self._row_title = row_title
        self._column_title = column_title
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._cells: tuple[HeatCell, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_cells(
        self, rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[HeatCell]]
    ) -> None:
        """`cells` has a row for each name in `rows`, and in it one for each name in `columns`."""
        flat = tuple(cell for row in cells for cell in row)
        if (tuple(rows), tuple(columns), flat) != (self._rows, self._columns, self._cells):
            self._rows, self._columns, self._cells = tuple(rows), tuple(columns), flat
            self.reset_marks()

    def count(self) -> int:
        return len(self._cells)

    def area(self, number: int) -> QRectF:
        row, column = divmod(number, len(self._columns))
        plot = self._plot()
        width = plot.width() / len(self._columns)
        cell = QRectF(
            plot.left() + column * width, plot.top() + row * self._row(), width, self._row()
        )
        return self.mirrored(cell)

    def words(self, number: int) -> str:
        return self._cells[number].words

    def cells(self) -> tuple[HeatCell, ...]:
        return self._cells

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go by rows; left and right stay in the row."""
        columns, at = len(self._columns), self._current
        forward, back = Qt.Key.Key_Right, Qt.Key.Key_Left
        if self.isRightToLeft():
            forward, back = back, forward
        if at == NONE or not self._cells:
            super().keyPressEvent(event)
            return
        targets = {
            Qt.Key.Key_Down: at + columns if at + columns < self.count() else at,
            Qt.Key.Key_Up: at - columns if at >= columns else at,
            forward: at + 1 if (at + 1) % columns else at,
            back: at - 1 if at % columns else at,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None:
            super().keyPressEvent(event)
        else:
            self._go_to(target)

    # --- geometry ---------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 60, self._height())

    def minimumSizeHint(self) -> QSize:
        width = self._left() + len(self._columns) * self.fontMetrics().averageCharWidth() * 4
        return QSize(width, self._height())

    def _height(self) -> int:
        small = self.small_metrics().height()
        return 3 * small + 3 * GAP + len(self._rows) * self._row()

    def _row(self) -> int:
        return self.fontMetrics().height() + CELL_PADDING

    def _left(self) -> int:
        small = self.small_metrics()
        names = (self._row_title, *self._rows)
        return max(small.horizontalAdvance(name) for name in names) + 2 * GAP

    def _plot(self) -> QRectF:
        """Where cells are drawn, as if from left to right."""
        left = self._left()
        widest = len(self._columns) * self.fontMetrics().averageCharWidth() * WIDEST
        width = max(1, min(self.width() - left - GAP, widest))
        top = self.small_metrics().height() + GAP
        return QRectF(left, top, width, len(self._rows) * self._row())

    # --- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if not self._cells:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_names(painter)
        painter.setFont(self.font())
        for number, cell in enumerate(self._cells):
            self._paint_cell(painter, number, cell)
        self.paint_focus(painter)

    def _paint_names(self, painter: QPainter) -> None:
        plot, small = self._plot(), self.small_metrics()
        painter.setFont(self.small_font())
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        title = QRectF(GAP, 0, plot.left() - GAP, small.height())
        painter.drawText(self.mirrored(title), self.side(leading=True), self._row_title)
        for number, name in enumerate(self._rows):
            place = QRectF(
                GAP, plot.top() + number * self._row(), plot.left() - 2 * GAP, self._row()
            )
            painter.drawText(self.mirrored(place), self.side(leading=False), name)
        width = plot.width() / len(self._columns)
        for number, name in enumerate(self._columns):
            place = QRectF(plot.left() + number * width, plot.bottom() + 4, width, small.height())
            shown = small.elidedText(name, Qt.TextElideMode.ElideRight, int(width))
            painter.drawText(self.mirrored(place), Qt.AlignmentFlag.AlignCenter, shown)
        below = QRectF(
            plot.left(), plot.bottom() + small.height() + GAP, plot.width(), small.height()
        )
        painter.drawText(self.mirrored(below), Qt.AlignmentFlag.AlignCenter, self._column_title)

    def _paint_cell(self, painter: QPainter, number: int, cell: HeatCell) -> None:
        body = self.area(number).adjusted(SPACE / 2, SPACE / 2, -SPACE / 2, -SPACE / 2)
        fill = self._fill(cell)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(body, 3, 3)
        if cell.share is None:
            hatch = QBrush(self.colour(QPalette.ColorRole.Dark), Qt.BrushStyle.BDiagPattern)
            painter.setBrush(hatch)
            painter.drawRoundedRect(body, 3, 3)
            return
        painter.setPen(self._ink(fill))
        painter.drawText(body, Qt.AlignmentFlag.AlignCenter, cell.text)
        if number == self.looked_at:
            painter.setPen(self.colour(QPalette.ColorRole.WindowText))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body, 3, 3)

    def _fill(self, cell: HeatCell) -> QColor:
        """Between a raised surface and the accent."""
        low = self.colour(QPalette.ColorRole.AlternateBase)
        high = self.colour(QPalette.ColorRole.Accent)
        share = cell.share or 0.0

        def between(less: int, more: int) -> int:
            return round(less + share * (more - less))

        return QColor(
            between(low.red(), high.red()),
            between(low.green(), high.green()),
            between(low.blue(), high.blue()),
        )

    def _ink(self, fill: QColor) -> QColor:
        """What can be read best on it."""
        inks = (
            self.colour(QPalette.ColorRole.WindowText),
            self.colour(QPalette.ColorRole.Window),
        )
        return max(inks, key=lambda ink: contrast(ink.name(), fill.name()))
