"""What a model takes of the memory that is free, as a stacked bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.domain.model import MemoryEstimate
from desktop.ui.model_words import breakdown, parts_of

BAR_LINES = 0.7  # height of the bar in lines of text
LEGEND_SPACING = 16
SHADES = (1.0, 0.62, 0.4, 0.25)  # opacity of the accent, largest part first as `parts_of` has them


class MemoryBar(QWidget):
    """Weights, context, computing and the rest beside each other, over a legend.

    The whole bar is what is free; where a model takes more, the whole bar is what it takes, and a
    line marks where the memory ends.
    """

    def __init__(self) -> None:
        super().__init__()
        self._estimate: MemoryEstimate | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Memory it takes"))

    def set_estimate(self, estimate: MemoryEstimate | None) -> None:
        """None draws an empty bar."""
        self._estimate = estimate
        self.setAccessibleDescription(breakdown(estimate) if estimate else "")
        self.setToolTip(breakdown(estimate) if estimate else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._bar_height())

    def heightForWidth(self, width: int) -> int:
        rows = len(self._legend_rows(width))
        return self._bar_height() + 6 + max(1, rows) * self.fontMetrics().height()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.isRightToLeft()
        body = QRectF(0, 0, self.width(), self._bar_height())
        outline = QPainterPath()
        outline.addRoundedRect(body, 4, 4)
        painter.setClipPath(outline)
        painter.fillRect(body, self.palette().color(QPalette.ColorRole.Midlight))
        estimate = self._estimate
        if estimate is None:
            return
        whole = max(estimate.total, estimate.available, 1)
        start = 0.0
        for colour, (_, size) in zip(self._colours(), parts_of(estimate), strict=False):
            width = body.width() * size / whole
            left = body.width() - start - width if mirrored else start
            # A hair between the parts, so that no colour alone tells them apart.
            painter.fillRect(QRectF(left, 0, max(1.0, width - 1), body.height()), colour)
            start += width
        if estimate.total > estimate.available:
            end = body.width() * estimate.available / whole
            left = body.width() - end if mirrored else end
            mark = self.palette().color(QPalette.ColorRole.WindowText)
            painter.fillRect(QRectF(left - 1, 0, 2, body.height()), mark)
        painter.setClipping(False)
        self._paint_legend(painter)

    def _paint_legend(self, painter: QPainter) -> None:
        metrics = self.fontMetrics()
        dot = metrics.height() * 0.55
        top = self._bar_height() + 6
        colours = self._colours()
        number = 0
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for row in self._legend_rows(self.width()):
            x = 0.0
            for name in row:
                entry = dot + 6 + metrics.horizontalAdvance(name)
                left = self.width() - x - entry if self.isRightToLeft() else x
                square = QRectF(left, top + (metrics.height() - dot) / 2, dot, dot)
                text = QRectF(left + dot + 6, top, entry, metrics.height())
                if self.isRightToLeft():
                    square.moveRight(left + entry)
                    text = QRectF(left, top, entry - dot - 6, metrics.height())
                painter.fillRect(square, colours[number])
                painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
                x += entry + LEGEND_SPACING
                number += 1
            top += metrics.height()

    def _legend_rows(self, width: int) -> list[list[str]]:
        """The names of the parts, in as many rows as `width` pixels ask for."""
        metrics = self.fontMetrics()
        rows: list[list[str]] = []
        room = 0.0
        for name, _ in parts_of(self._estimate) if self._estimate else ():
            entry = metrics.height() * 0.55 + 6 + metrics.horizontalAdvance(name) + LEGEND_SPACING
            if not rows or entry > room + LEGEND_SPACING:
                rows.append([])
                room = width
            rows[-1].append(name)
            room -= entry
        return rows

    def _bar_height(self) -> int:
        return round(self.fontMetrics().height() * BAR_LINES)

    def _colours(self) -> list[QColor]:
        fits = self._estimate is None or self._estimate.fits
        role = QPalette.ColorRole.Accent if fits else QPalette.ColorRole.BrightText
        colours = [self.palette().color(role) for _ in SHADES]
        for colour, shade in zip(colours, SHADES, strict=True):
            colour.setAlphaF(shade)
        return colours
