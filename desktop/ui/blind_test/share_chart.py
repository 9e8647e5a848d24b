"""How often each is preferred, a row each, with the interval that holds the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy

from desktop.domain.statistics import Interval
from desktop.ui.charts.bar_chart import GAP, ROW_PADDING
from desktop.ui.charts.chart import Chart

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


class ShareChart(Chart):
    """A dot for the share and a line for its interval, over an axis from 0 to 100 %; a half, which
    is no preference, is drawn in.

    Args:
        written: turns a share into the text at the axis.
    """

    def __init__(self, name: str, written: Callable[[float], str]) -> None:
        super().__init__(name)
        self._written = written
        self._rows: tuple[ShareRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[ShareRow]) -> None:
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.reset_marks()

    def rows(self) -> tuple[ShareRow, ...]:
        return self._rows

    def count(self) -> int:
        return len(self._rows)

    def area(self, number: int) -> QRectF:
        return QRectF(0, number * self._row(), self.width(), self._row())

    def words(self, number: int) -> str:
        return self._rows[number].words

    # --- geometry ---------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        height = self.count() * self._row() + self.small_metrics().height() + GAP
        return QSize(self.fontMetrics().averageCharWidth() * 44, round(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 28, self.sizeHint().height())

    def _row(self) -> float:
        return self.fontMetrics().height() + ROW_PADDING

    def _plot(self) -> QRectF:
        """Where rows are drawn, as if from left to right."""
        metrics, small = self.fontMetrics(), self.small_metrics()
        names = max((metrics.horizontalAdvance(row.name) for row in self._rows), default=0)
        texts = max((small.horizontalAdvance(row.text) for row in self._rows), default=0)
        left = min(names, self.width() // 3) + 3 * GAP
        width = max(1, self.width() - left - texts - 3 * GAP)
        return QRectF(left, 0, width, self.count() * self._row())

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
        for value in TICKS:
            x = plot.left() + plot.width() * value
            half = value == 0.5
            role = QPalette.ColorRole.Dark if half else QPalette.ColorRole.Mid
            style = Qt.PenStyle.DashLine if half else Qt.PenStyle.SolidLine
            painter.setPen(QPen(self.colour(role), 1, style))
            line = self.mirrored(QRectF(x, plot.top(), 0, plot.height()))
            painter.drawLine(line.topLeft(), line.bottomLeft())
            text = self._written(value)
            width = metrics.horizontalAdvance(text)
            painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
            place = QRectF(x - width / 2, plot.bottom() + 4, width, metrics.height())
            painter.drawText(self.mirrored(place), Qt.AlignmentFlag.AlignCenter, text)

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
