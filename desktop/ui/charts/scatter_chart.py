"""Points over a plane whose vertical axis is one of logarithms."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from desktop.ui.charts.axis import decades, ticks
from desktop.ui.charts.bar_chart import FAR, WHISKER, Limit
from desktop.ui.charts.chart import Chart
from desktop.ui.charts.row_chart import GAP, TICKS

RADIUS = 5.0
NEAR = 3  # of a name to its point
LINES = 15  # height, in lines of text
MARGIN = 0.12  # free at the ends of an axis, as a part of it
SMALLEST = 1e-9  # what is drawn for 0, which has no logarithm


@dataclass(frozen=True, slots=True)
class Point:
    """One point.

    Attributes:
        low, high: the interval of `y`.
        words: the sentence that is told when it is looked at.
        chosen: drawn strong; faded: drawn hollow.
    """

    name: str
    x: float
    y: float
    low: float
    high: float
    words: str
    chosen: bool = False
    faded: bool = False


class ScatterChart(Chart):
    """Lower and nearer to the leading side is better: a line joins the points that no other beats
    in both.

    Args:
        x_title, y_title: what the axes stand for.
        x_written, y_written: turn a value into the text at an axis.
    """

    def __init__(
        self,
        name: str,
        x_title: str,
        y_title: str,
        x_written: Callable[[float], str],
        y_written: Callable[[float], str],
    ) -> None:
        super().__init__(name)
        self._x_title, self._y_title = x_title, y_title
        self._x_written, self._y_written = x_written, y_written
        self._points: tuple[Point, ...] = ()
        self._limit: Limit | None = None
        self._floor: Limit | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_points(
        self, points: Sequence[Point], limit: Limit | None = None, floor: Limit | None = None
    ) -> None:
        """`limit` is a line at a value of x, `floor` one at a value of y."""
        if (tuple(points), limit, floor) != (self._points, self._limit, self._floor):
            self._points, self._limit, self._floor = tuple(points), limit, floor
            self.reset_marks()

    def count(self) -> int:
        return len(self._points)

    def area(self, number: int) -> QRectF:
        size = 4 * RADIUS
        place = self._place(self._points[number])
        return QRectF(place.x() - size / 2, place.y() - size / 2, size, size)

    def words(self, number: int) -> str:
        return self._points[number].words

    def points(self) -> tuple[Point, ...]:
        return self._points

    def unbeaten(self) -> tuple[Point, ...]:
        """The points that no other beats in both, from the leading side."""
        found: list[Point] = []
        for point in sorted(self._points, key=lambda one: (one.x, one.y)):
            if not found or point.y < found[-1].y:
                found.append(point)
        return tuple(found)

    @property
    def limit_shown(self) -> bool:
        """Whether the limit is near enough to be drawn."""
        farthest = max((point.x for point in self._points), default=0)
        return self._limit is not None and 0 < self._limit.value <= FAR * farthest

    @property
    def floor_shown(self) -> bool:
        """Whether the floor is near enough to be drawn."""
        lowest = min((point.y for point in self._points), default=0)
        return self._floor is not None and self._floor.value >= lowest / 100 > 0

    # --- geometry ---------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * 60, metrics.height() * LINES)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 30, self.sizeHint().height())

    def _plot(self) -> QRectF:
        """Where points are drawn, as if from left to right."""
        small = self.small_metrics()
        marks = decades(*self._reach(), TICKS)
        left = max((small.horizontalAdvance(self._y_written(mark)) for mark in marks), default=0)
        left += 2 * GAP
        top = 2 * small.height() + GAP
        bottom = 2 * small.height() + GAP
        return QRectF(left, top, self.width() - left - GAP, self.height() - top - bottom)

    def _span(self) -> float:
        """The value of x at the end of the plot."""
        farthest = max((point.x for point in self._points), default=1.0)
        if self.limit_shown and self._limit is not None:
            farthest = max(farthest, self._limit.value)
        return (farthest or 1.0) * (1 + MARGIN)

    def _reach(self) -> tuple[float, float]:
        """The lowest and the highest value of y in the plot."""
        values = [max(point.y, SMALLEST) for point in self._points] or [1.0]
        highs = [point.high for point in self._points if math.isfinite(point.high)]
        lows = [point.low for point in self._points if point.low >= point.y / 10 > 0]
        floor = [self._floor.value] if self.floor_shown and self._floor is not None else []
        low, high = min(values + lows + floor), max(values + highs)
        room = (high / low) ** MARGIN * 1.2
        return low / room, high * room

    def _y(self, value: float, plot: QRectF) -> float:
        low, high = self._reach()
        held = min(max(value, low), high)
        return plot.bottom() - plot.height() * math.log(held / low) / math.log(high / low)

    def _place(self, point: Point) -> QPointF:
        plot = self._plot()
        x = plot.left() + plot.width() * point.x / self._span()
        return self.mirrored(QRectF(x, self._y(point.y, plot), 0, 0)).topLeft()

    # --- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if not self._points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.small_font())
        plot = self._plot()
        self._paint_axes(painter, plot)
        self._paint_lines(painter, plot)
        line = QPolygonF([self._place(point) for point in self.unbeaten()])
        painter.setPen(QPen(self.colour(QPalette.ColorRole.Dark), 1.5))
        painter.drawPolyline(line)
        taken = [self.area(number) for number in range(self.count())]
        for number, point in enumerate(self._points):
            self._paint_point(painter, plot, number, point)
            self._paint_name(painter, number, point, taken)
        self.paint_focus(painter)

    def _paint_axes(self, painter: QPainter, plot: QRectF) -> None:
        metrics = self.small_metrics()
        grid = QPen(self.colour(QPalette.ColorRole.Mid), 1)
        grey = self.colour(QPalette.ColorRole.PlaceholderText)
        for value in decades(*self._reach(), TICKS):
            y = self._y(value, plot)
            painter.setPen(grid)
            line = self.mirrored(QRectF(plot.left(), y, plot.width(), 0))
            painter.drawLine(line.topLeft(), line.topRight())
            painter.setPen(grey)
            place = QRectF(0, y - metrics.height() / 2, plot.left() - GAP, metrics.height())
            painter.drawText(self.mirrored(place), self.side(leading=False), self._y_written(value))
        for value in ticks(self._span(), TICKS):
            x = plot.left() + plot.width() * value / self._span()
            painter.setPen(grid)
            line = self.mirrored(QRectF(x, plot.top(), 0, plot.height()))
            painter.drawLine(line.topLeft(), line.bottomLeft())
            text = self._x_written(value)
            width = metrics.horizontalAdvance(text)
            left = min(x - width / 2, self.width() - width)
            painter.setPen(grey)
            place = QRectF(left, plot.bottom() + GAP / 2, width, metrics.height())
            painter.drawText(self.mirrored(place), _CENTRE, text)
        painter.setPen(grey)
        whole = QRectF(0, 0, self.width(), metrics.height())
        painter.drawText(self.mirrored(whole), self.side(leading=True), self._y_title)
        whole.moveBottom(self.height())
        painter.drawText(self.mirrored(whole), self.side(leading=False), self._x_title)

    def _paint_lines(self, painter: QPainter, plot: QRectF) -> None:
        metrics = self.small_metrics()
        ink = self.colour(QPalette.ColorRole.WindowText)
        painter.setPen(QPen(ink, 1.5, Qt.PenStyle.DashLine))
        if self.limit_shown and self._limit is not None:
            x = plot.left() + plot.width() * self._limit.value / self._span()
            line = self.mirrored(QRectF(x, plot.top(), 0, plot.height()))
            painter.drawLine(line.topLeft(), line.bottomLeft())
            width = metrics.horizontalAdvance(self._limit.name)
            left = min(max(x - width / 2, 0.0), self.width() - width)
            place = QRectF(left, plot.top() - metrics.height() - 2, width, metrics.height())
            painter.drawText(self.mirrored(place), _CENTRE, self._limit.name)
        if self.floor_shown and self._floor is not None:
            y = self._y(self._floor.value, plot)
            line = self.mirrored(QRectF(plot.left(), y, plot.width(), 0))
            painter.setPen(QPen(ink, 1, Qt.PenStyle.DotLine))
            painter.drawLine(line.topLeft(), line.topRight())
            place = QRectF(plot.left() + GAP, y - metrics.height(), plot.width(), metrics.height())
            painter.drawText(self.mirrored(place), self.side(leading=True), self._floor.name)

    def _paint_point(self, painter: QPainter, plot: QRectF, number: int, point: Point) -> None:
        place = self._place(point)
        accent = self.colour(QPalette.ColorRole.Accent)
        ink = self.colour(QPalette.ColorRole.PlaceholderText) if point.faded else accent
        painter.setPen(QPen(ink, 1))
        if math.isfinite(point.high):
            top, bottom = (
                QPointF(place.x(), self._y(end, plot)) for end in (point.high, point.low)
            )
            painter.drawLine(top, bottom)
            for end in (top, bottom):
                painter.drawLine(end - QPointF(WHISKER, 0), end + QPointF(WHISKER, 0))
        window = self.colour(QPalette.ColorRole.Window)
        painter.setPen(QPen(ink, 2))
        painter.setBrush(window if point.faded else accent)
        radius = RADIUS * (1.4 if point.chosen or number == self.looked_at else 1.0)
        painter.drawEllipse(place, radius, radius)
        if point.chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, radius + 3, radius + 3)

    def _paint_name(
        self, painter: QPainter, number: int, point: Point, taken: list[QRectF]
    ) -> None:
        """Beside the point, where it covers nothing; nowhere, where it would anyway."""
        metrics, mark = self.small_metrics(), self.area(number)
        size = QRectF(0, 0, metrics.horizontalAdvance(point.name), metrics.height())
        places: list[QRectF] = []
        for x, y in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1)):
            place = QRectF(size)
            place.moveCenter(mark.center())
            across = (mark.width() + size.width()) / 2 + NEAR
            down = (mark.height() + size.height()) / 2
            place.translate(x * across, y * down)
            places.append(place)
        inside = QRectF(self.rect())
        free = (
            place
            for place in places
            if inside.contains(place)
            and not any(
                place.intersects(other) for index, other in enumerate(taken) if index != number
            )
        )
        chosen = next(free, None)
        if chosen is None:
            return
        taken.append(chosen)
        role = QPalette.ColorRole.PlaceholderText if point.faded else QPalette.ColorRole.WindowText
        painter.setPen(self.colour(role))
        painter.drawText(chosen, _CENTRE, point.name)


_CENTRE = Qt.AlignmentFlag.AlignCenter
