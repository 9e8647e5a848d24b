"""What charts share that have a row for each mark, over one axis."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy

from desktop.ui.charts.chart import Chart

GAP = 8
ROW_PADDING = 8
TICKS = 4


class Row(Protocol):
    """`name` stands before it, `words` is the sentence that is told when it is looked at."""

    @property
    def name(self) -> str: ...
    @property
    def words(self) -> str: ...


RowT = TypeVar("RowT", bound=Row)


class RowChart(Chart, Generic[RowT]):
    """Rows below each other; rectangles are as if from left to right (see `mirrored`).

    Args:
        written: turns a value into the text at the axis.
    """

    def __init__(self, name: str, written: Callable[[float], str]) -> None:
        super().__init__(name)
        self.written = written
        self._rows: tuple[RowT, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[RowT]) -> None:
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.reset_marks()

    def rows(self) -> tuple[RowT, ...]:
        return self._rows

    def count(self) -> int:
        return len(self._rows)

    def area(self, number: int) -> QRectF:
        return QRectF(0, self.top() + number * self.row_height(), self.width(), self.row_height())

    def words(self, number: int) -> str:
        return self._rows[number].words

    # --- geometry ---------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        rows = self.count() * self.row_height()
        height = self.top() + rows + self.small_metrics().height() + GAP
        return QSize(self.fontMetrics().averageCharWidth() * 44, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 28, self.sizeHint().height())

    def row_height(self) -> int:
        return self.fontMetrics().height() + ROW_PADDING

    def top(self) -> int:
        """What is left free above the rows."""
        return 0

    def names_width(self) -> int:
        """Of the longest name."""
        metrics = self.fontMetrics()
        return max((metrics.horizontalAdvance(row.name) for row in self._rows), default=0)

    def plot(self, left: float, right: float) -> QRectF:
        """Where values are drawn, with this much room at both sides."""
        width = max(1, self.width() - left - right)
        return QRectF(left, self.top(), width, self.count() * self.row_height())

    # --- drawing ----------------------------------------------------------------------------

    @abstractmethod
    def paint(self, painter: QPainter) -> None:
        """Draw axis and rows; there are some."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.looked_at >= 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.colour(QPalette.ColorRole.Midlight))
            painter.drawRoundedRect(self.area(self.looked_at), 6, 6)
        self.paint(painter)
        self.paint_focus(painter)

    def paint_line(self, painter: QPainter, plot: QRectF, x: float, pen: QPen) -> None:
        """Draw a line across the rows."""
        painter.setPen(pen)
        line = self.mirrored(QRectF(x, plot.top(), 0, plot.height()))
        painter.drawLine(line.topLeft(), line.bottomLeft())

    def paint_below(self, painter: QPainter, plot: QRectF, left: float, text: str) -> None:
        """Write `text` at the axis."""
        metrics = self.small_metrics()
        width = metrics.horizontalAdvance(text)
        place = QRectF(left, plot.bottom() + 4, width, metrics.height())
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        painter.drawText(self.mirrored(place), Qt.AlignmentFlag.AlignCenter, text)
