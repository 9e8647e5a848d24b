"""How values are spread, a row each, over an axis of logarithms."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPalette, QPen

from desktop.ui.charts.axis import decades
from desktop.ui.charts.row_chart import GAP, TICKS, RowChart

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


class SpreadChart(RowChart[Spread]):
    """A dot for the middle, a line to the top, and a stroke for the value between them.

    Args:
        legend: what the three values are.
        written: see RowChart.
    """

    def __init__(self, name: str, legend: str, written: Callable[[float], str]) -> None:
        super().__init__(name, written)
        self._legend = legend

    def top(self) -> int:
        return self.small_metrics().height() + GAP

    def _reach(self) -> tuple[float, float]:
        """The values at the ends of the axis."""
        low = min((max(row.middle, SMALLEST) for row in self.rows()), default=1.0)
        high = max((max(row.top, SMALLEST) for row in self.rows()), default=1.0)
        return low / MARGIN, high * MARGIN

    def _x(self, value: float, plot: QRectF) -> float:
        low, high = self._reach()
        held = min(max(value, low), high)
        return plot.left() + plot.width() * math.log(held / low) / math.log(high / low)

    # --- drawing ----------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        plot = self.plot(self.names_width() + 3 * GAP, 2 * GAP)
        self._paint_axis(painter, plot)
        for number, row in enumerate(self.rows()):
            self._paint_row(painter, plot, number, row)

    def _paint_axis(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(self.small_font())
        metrics = self.small_metrics()
        taken = -1.0
        for value in decades(*self._reach(), TICKS):
            x = self._x(value, plot)
            self.paint_line(painter, plot, x, QPen(self.colour(QPalette.ColorRole.Mid), 1))
            text = self.written(value)
            width = metrics.horizontalAdvance(text)
            left = min(x - width / 2, self.width() - width)
            if left > taken:
                self.paint_below(painter, plot, left, text)
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
