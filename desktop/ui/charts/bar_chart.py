"""Bars from the leading side, one below the other, against a limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPalette, QPen

from desktop.ui.charts.axis import ticks
from desktop.ui.charts.row_chart import GAP, TICKS, RowChart

WHISKER = 3
FAR = 1.6  # a limit beyond the longest bar times this would make all bars too short to compare


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        name: stands before it.
        value: its length; text: the value as it is written at the end of the row.
        words: the sentence that is told when it is looked at.
        chosen: drawn strong; faded: drawn grey.
        reach: how far the value may be off to either side.
    """

    name: str
    value: float
    text: str
    words: str
    chosen: bool = False
    faded: bool = False
    reach: float = 0.0


@dataclass(frozen=True, slots=True)
class Limit:
    """A line across the bars, with a name; what reaches beyond it is hatched, unless it is one
    to reach."""

    value: float
    name: str
    to_reach: bool = False


def interval(bar: Bar) -> tuple[float, float]:
    """Where the true value may lie."""
    return bar.value - bar.reach, bar.value + bar.reach


class BarChart(RowChart[Bar]):
    """Bars, and perhaps a limit."""

    def __init__(self, name: str, written: Callable[[float], str]) -> None:
        super().__init__(name, written)
        self._limit: Limit | None = None

    def set_bars(self, bars: Sequence[Bar], limit: Limit | None = None) -> None:
        if limit != self._limit:
            self._limit = limit
            self.reset_marks()
        self.set_rows(bars)

    @property
    def limit_shown(self) -> bool:
        """Whether the limit is near enough to be drawn."""
        longest = max((bar.value for bar in self.rows()), default=0)
        return self._limit is not None and self._limit.value <= FAR * longest

    # --- geometry ---------------------------------------------------------------------------

    def top(self) -> int:
        return self.small_metrics().height() + GAP if self.limit_shown else 0

    def _span(self) -> float:
        """The value at the end of the plot."""
        longest = max((bar.value + bar.reach for bar in self.rows()), default=0.0)
        if self.limit_shown and self._limit is not None:
            longest = max(longest, self._limit.value)
        return longest or 1.0

    # --- drawing ----------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        small = self.small_metrics()
        texts = max(small.horizontalAdvance(bar.text) for bar in self.rows())
        plot = self.plot(self.names_width() + 2 * GAP, texts + 2 * GAP)
        self._paint_axis(painter, plot)
        for number, bar in enumerate(self.rows()):
            self._paint_bar(painter, plot, number, bar)
        if self.limit_shown and self._limit is not None:
            self._paint_limit(painter, plot, self._limit)

    def _paint_axis(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(self.small_font())
        metrics = self.small_metrics()
        room = plot.width() / (metrics.averageCharWidth() * 9)
        taken = -1.0
        for value in ticks(self._span(), max(1, min(TICKS, int(room)))):
            x = plot.left() + plot.width() * value / self._span()
            self.paint_line(painter, plot, x, QPen(self.colour(QPalette.ColorRole.Mid), 1))
            text = self.written(value)
            width = metrics.horizontalAdvance(text)
            if x - width / 2 > taken:
                self.paint_below(painter, plot, x - width / 2, text)
                taken = x + width / 2 + GAP

    def _paint_bar(self, painter: QPainter, plot: QRectF, number: int, bar: Bar) -> None:
        row = self.area(number)
        ink = QPalette.ColorRole.PlaceholderText if bar.faded else QPalette.ColorRole.WindowText
        painter.setFont(self.font())
        painter.setPen(self.colour(ink))
        name = QRectF(GAP, row.top(), plot.left() - GAP, row.height())
        painter.drawText(self.mirrored(name), self.side(leading=True), bar.name)
        length = max(2.0, plot.width() * bar.value / self._span())
        body = QRectF(plot.left(), row.top() + 5, length, row.height() - 10)
        role = QPalette.ColorRole.Dark if bar.faded else QPalette.ColorRole.Accent
        colour = self.colour(role)
        colour.setAlphaF(1.0 if bar.chosen else 0.7 if bar.faded else 0.4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(self.mirrored(body), 3, 3)
        limit = self._limit if self.limit_shown else None
        if limit is not None and bar.value > limit.value and not limit.to_reach:
            beyond = QRectF(body)
            beyond.setLeft(plot.left() + plot.width() * limit.value / self._span())
            painter.fillRect(self.mirrored(beyond), self.colour(QPalette.ColorRole.Window))
            error = self.colour(QPalette.ColorRole.BrightText)
            painter.setBrush(QBrush(error, Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(error, 1))
            painter.drawRect(self.mirrored(beyond))
        if bar.reach:
            self._paint_reach(painter, plot, body.center().y(), bar)
        painter.setFont(self.small_font())
        painter.setPen(self.colour(ink))
        room = self.width() - plot.right() - 2 * GAP
        end = QRectF(plot.right() + GAP, row.top(), room, row.height())
        painter.drawText(self.mirrored(end), self.side(leading=False), bar.text)

    def _paint_reach(self, painter: QPainter, plot: QRectF, y: float, bar: Bar) -> None:
        """The interval, as a line across the end of the bar."""
        scale = plot.width() / self._span()
        left, right = (plot.left() + scale * max(0.0, end) for end in interval(bar))
        painter.setPen(QPen(self.colour(QPalette.ColorRole.WindowText), 1))
        line = self.mirrored(QRectF(left, y, right - left, 0))
        painter.drawLine(line.topLeft(), line.topRight())
        for x in (line.left(), line.right()):
            painter.drawLine(QPointF(x, y - WHISKER), QPointF(x, y + WHISKER))

    def _paint_limit(self, painter: QPainter, plot: QRectF, limit: Limit) -> None:
        x = plot.left() + plot.width() * limit.value / self._span()
        ink = self.colour(QPalette.ColorRole.WindowText)
        painter.setPen(QPen(ink, 1.5, Qt.PenStyle.DashLine))
        line = self.mirrored(QRectF(x, plot.top() - 4, 0, plot.height() + 4))
        painter.drawLine(line.topLeft(), line.bottomLeft())
        painter.setFont(self.small_font())
        painter.setPen(ink)
        width = self.small_metrics().horizontalAdvance(limit.name)
        left = min(max(x - width / 2, 0.0), self.width() - width)
        place = QRectF(left, 0, width, self.small_metrics().height())
        painter.drawText(self.mirrored(place), Qt.AlignmentFlag.AlignCenter, limit.name)
