"""How values are spread, a row each, over an axis of logarithms."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy

from desktop.ui.charts.axis import decades
from desktop.ui.charts.bar_chart import GAP, ROW_PADDING, TICKS
from desktop.ui.charts.chart import Chart

RADIUS = 4.0
SMALLEST = 1e-9  # what is drawn for 0, which has no logarithm
MARGIN = 1.4  # free at the ends of the axis, as a factor


@dataclass(frozen=True, slots=True)
class Spread:
    """One row.

    Attributes:
        middle, upper, top: three values in ascending order.
        words: the sentence that is told when it is looked at.
        chosen: drawn strong.
    """

    name: str
    middle: float
    upper: float
    top: float
    words: str
    chosen: bool = False


class SpreadChart(Chart):
    """A dot for the middle, a line to the top, and a stroke for the value between them.

    Args:
        legend: what the three values are.
        written: turns a value into the text at the axis.
    """

    def __init__(self, name: str, legend: str, written: Callable[[float], str]) -> None:
        super().__init__(name)
        self._legend = legend
        self._written = written
        self._rows: tuple[Spread, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[Spread]) -> None:
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.reset_marks()

    def count(self) -> int:
        return len(self._rows)

    def area(self, number: int) -> QRectF:
        return QRectF(0, self._top() + number * self._row(), self.width(), self._row())

    def words(self, number: int) -> str:
        return self._rows[number].words

    def rows(self) -> tuple[Spread, ...]:
        return self._rows

    # --- geometry ---------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        height = self._top() + self.count() * self._row() + self.small_metrics().height() + GAP
        return QSize(self.fontMetrics().averageCharWidth() * 44, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 28, self.sizeHint().height())

    def _row(self) -> int:
        return self.fontMetrics().height() + ROW_PADDING

    def _top(self) -> int:
        return self.small_metrics().height() + GAP

    def _plot(self) -> QRectF:
        """Where rows are drawn, as if from left to right."""
        metrics = self.fontMetrics()
        names = max((metrics.horizontalAdvance(row.name) for row in self._rows), default=0)
        left = names + 3 * GAP
        width = max(1, self.width() - left - 2 * GAP)
        return QRectF(left, self._top(), width, self.count() * self._row())

    def _reach(self) -> tuple[float, float]:
        """The values at the ends of the axis."""
        low = min((max(row.middle, SMALLEST) for row in self._rows), default=1.0)
        high = max((max(row.top, SMALLEST) for row in self._rows), default=1.0)
        return low / MARGIN, high * MARGIN

    def _x(self, value: float, plot: QRectF) -> float:
        low, high = self._reach()
        held = min(max(value, low), high)
        return plot.left() + plot.width() * math.log(held / low) / math.log(high / low)

    # --- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self._plot()
        if self.looked_at >= 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.colour(QPalette.ColorRole.Midlight))
            painter.drawRoundedRect(self.area(self.looked_at), 6, 6)
        self._paint_axis(painter, plot)
        for number, row in enumerate(self._rows):
            self._paint_row(painter, plot, number, row)
        self.paint_focus(painter)

    def _paint_axis(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(self.small_font())
        metrics = self.small_metrics()
        taken = -1.0
        for value in decades(*self._reach(), TICKS):
            x = self._x(value, plot)
            painter.setPen(QPen(self.colour(QPalette.ColorRole.Mid), 1))
            line = self.mirrored(QRectF(x, plot.top(), 0, plot.height()))
            painter.drawLine(line.topLeft(), line.bottomLeft())
            text = self._written(value)
            width = metrics.horizontalAdvance(text)
            left = min(x - width / 2, self.width() - width)
            if left > taken:
                painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
                place = QRectF(left, plot.bottom() + 4, width, metrics.height())
                painter.drawText(self.mirrored(place), Qt.AlignmentFlag.AlignCenter, text)
                taken = left + width + GAP
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        whole = QRectF(GAP, 0, self.width() - GAP, metrics.height())
        painter.drawText(self.mirrored(whole), self.side(leading=True), self._legend)

    def _paint_row(self, painter: QPainter, plot: QRectF, number: int, row: Spread) -> None:
        area = self.area(number)
        painter.setFont(self.font())
        painter.setPen(self.colour(QPalette.ColorRole.WindowText))
        name = QRectF(GAP, area.top(), plot.left() - GAP, area.height())
        painter.drawText(self.mirrored(name), self.side(leading=True), row.name)
        colour = self.colour(QPalette.ColorRole.Accent)
        colour.setAlphaF(1.0 if row.chosen else 0.6)
        y = area.center().y()
        dot, stroke, end = (
            self.mirrored(QRectF(self._x(value, plot), y, 0, 0)).topLeft()
            for value in (row.middle, row.upper, row.top)
        )
        painter.setPen(QPen(colour, 2))
        painter.drawLine(dot, end)
        half = QPointF(0, area.height() / 4)
        painter.drawLine(stroke - half, stroke + half)
        painter.drawLine(end - half / 2, end + half / 2)
        painter.setBrush(colour)
        painter.drawEllipse(dot, RADIUS, RADIUS)
