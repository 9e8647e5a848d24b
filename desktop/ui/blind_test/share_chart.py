"""How often each is preferred, a row each, with the interval that holds the truth."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen

from desktop.domain.statistics import Interval
from desktop.ui.charts.row_chart import GAP, RowChart

RADIUS = 5.0
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One row.

    Attributes:
        share: between 0 and 1.
        words: the sentence that is told when it is looked at.
        chosen: drawn strong.
    """

    name: str
    share: Interval
    text: str
    words: str
    chosen: bool = False


class ShareChart(RowChart[ShareRow]):
    """A dot for the share and a line for its interval, over an axis from 0 to 100 %; a half, which
    is no preference, is drawn in."""

    def paint(self, painter: QPainter) -> None:
        small = self.small_metrics()
        texts = max(small.horizontalAdvance(row.text) for row in self.rows())
        plot = self.plot(min(self.names_width(), self.width() // 3) + 3 * GAP, texts + 3 * GAP)
        self._paint_axis(painter, plot)
        for number, row in enumerate(self.rows()):
            self._paint_row(painter, plot, number, row)

    def _paint_axis(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(self.small_font())
        metrics = self.small_metrics()
        for value in TICKS:
            x = plot.left() + plot.width() * value
            half = value == 0.5
            role = QPalette.ColorRole.Dark if half else QPalette.ColorRole.Mid
            style = Qt.PenStyle.DashLine if half else Qt.PenStyle.SolidLine
            self.paint_line(painter, plot, x, QPen(self.colour(role), 1, style))
            text = self.written(value)
            self.paint_below(painter, plot, x - metrics.horizontalAdvance(text) / 2, text)

    def _paint_row(self, painter: QPainter, plot: QRectF, number: int, row: ShareRow) -> None:
        area = self.area(number)
        painter.setFont(self.font())
        painter.setPen(self.colour(QPalette.ColorRole.WindowText))
        room = plot.left() - 2 * GAP
        name = self.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideMiddle, round(room))
        place = QRectF(GAP, area.top(), room, area.height())
        painter.drawText(self.mirrored(place), self.side(leading=True), name)
        colour = self.colour(QPalette.ColorRole.Accent)
        colour.setAlphaF(1.0 if row.chosen else 0.6)
        y = area.center().y()
        low, dot, high = (
            self.mirrored(QRectF(plot.left() + plot.width() * value, y, 0, 0)).topLeft()
            for value in (row.share.low, row.share.value, row.share.high)
        )
        painter.setPen(QPen(colour, 2))
        painter.drawLine(low, high)
        for end in (low, high):
            painter.drawLine(end - QPointF(0, 4), end + QPointF(0, 4))
        painter.setBrush(colour)
        painter.drawEllipse(dot, RADIUS, RADIUS)
        painter.setFont(self.small_font())
        painter.setPen(self.colour(QPalette.ColorRole.WindowText))
        end_place = QRectF(
            plot.right() + 2 * GAP, area.top(), self.width() - plot.right() - 3 * GAP, area.height()
        )
        painter.drawText(self.mirrored(end_place), self.side(leading=False), row.text)
