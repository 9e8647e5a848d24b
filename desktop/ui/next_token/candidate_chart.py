"""The likeliest candidates for a token as bars, before and after samplers."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy

from desktop.ui.charts.chart import Chart
from desktop.ui.formats import fill, integer
from desktop.ui.next_token.picture import Cut, Picture, Row
from desktop.ui.next_token.words import exact, percent, sampler_name, visible

GAP = 8
ROW_PADDING = 8
NAME_SHARE = 0.34  # of the width, at most
MARKS = {False: "▸", True: "◂"}  # by whether it is read from right to left
EMPTY = Picture((), (), 0, 0.0, 0)


class CandidateChart(Chart):
    """An outline is what was before, a filled bar what is left. Cuts are dashed lines."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._picture = EMPTY
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def picture(self) -> Picture:
        return self._picture

    def set_picture(self, picture: Picture) -> None:
        if picture != self._picture:
            self._picture = picture
            self.reset_marks()

    def count(self) -> int:
        return len(self._picture.rows)

    def area(self, number: int) -> QRectF:
        cuts = sum(cut.rows <= number for cut in self._picture.cuts)
        top = number * self._row() + cuts * self._line()
        return QRectF(0, top, self.width(), self._row())

    def words(self, number: int) -> str:
        row = self._picture.rows[number]
        if row.after is None:
            text = self.tr("%1: %2 before; it cannot be chosen any more")
            told = fill(text, visible(row.text), exact(row.before))
        else:
            text = self.tr("%1: %2 before, %3 after")
            told = fill(text, visible(row.text), exact(row.before), exact(row.after))
        told += fill(self.tr(" (token %1)"), row.id)
        return told + self.tr(". This one was chosen") if row.chosen else told

    # --- geometry ---------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        picture = self._picture
        lines = picture.most_cuts + bool(picture.others)
        height = len(picture.rows) * self._row() + lines * self._line()
        return QSize(self.fontMetrics().averageCharWidth() * 44, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 26, self.sizeHint().height())

    def _row(self) -> int:
        return self.fontMetrics().height() + ROW_PADDING

    def _line(self) -> int:
        """The height of a cut, or of the line about the others."""
        return self.small_metrics().height() + 4

    def _plot(self) -> tuple[float, float]:
        """Where bars begin and how long one of 100 % is."""
        bold = QFont(self.font())
        bold.setBold(True)  # as the chosen one is written
        metrics = QFontMetrics(bold)
        names = max(
            (metrics.horizontalAdvance(visible(row.text)) for row in self._picture.rows), default=0
        )
        left = (
            GAP
            + self.fontMetrics().horizontalAdvance(MARKS[False])
            + min(names, self.width() * NAME_SHARE)
            + GAP
        )
        texts = self.small_metrics().horizontalAdvance(percent(0.1234)) + 2 * GAP
        longest = max(
            (max(row.before, row.after or 0.0) for row in self._picture.rows), default=1.0
        )
        return left, max(1.0, self.width() - left - texts) / max(longest, 1e-9)

    # --- drawing ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.looked_at >= 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.colour(QPalette.ColorRole.Midlight))
            painter.drawRoundedRect(self.area(self.looked_at), 6, 6)
        left, scale = self._plot()
        for number, row in enumerate(self._picture.rows):
            self._paint_row(painter, self.area(number), row, left, scale)
        for number, cut in enumerate(self._picture.cuts):
            self._paint_cut(painter, cut.rows * self._row() + number * self._line(), cut)
        if self._picture.others:
            self._paint_others(painter)
        self.paint_focus(painter)

    def _paint_row(
        self, painter: QPainter, place: QRectF, row: Row, left: float, scale: float
    ) -> None:
        gone = row.after is None
        ink = self.colour(
            QPalette.ColorRole.PlaceholderText if gone else QPalette.ColorRole.WindowText
        )
        font = self.font()
        font.setBold(row.chosen)
        font.setStrikeOut(gone)
        painter.setFont(font)
        painter.setPen(ink)
        metrics = painter.fontMetrics()
        mark = self.fontMetrics().horizontalAdvance(MARKS[False])
        name = QRectF(GAP + mark, place.top(), left - 2 * GAP - mark, place.height())
        text = metrics.elidedText(
            visible(row.text), Qt.TextElideMode.ElideMiddle, int(name.width())
        )
        painter.drawText(self.mirrored(name), self.side(leading=True), text)
        if row.chosen:
            painter.setPen(self.colour(QPalette.ColorRole.Accent))
            here = QRectF(2, place.top(), mark + GAP, place.height())
            painter.drawText(
                self.mirrored(here), self.side(leading=True), MARKS[self.isRightToLeft()]
            )
        body = place.adjusted(0, 5, 0, -5)
        before = QRectF(left, body.top(), max(2.0, row.before * scale), body.height())
        painter.setPen(Qt.PenStyle.NoPen)
        if row.after is not None:
            painter.setBrush(self.colour(QPalette.ColorRole.Accent))
            after = QRectF(left, body.top(), max(2.0, row.after * scale), body.height())
            painter.drawRoundedRect(self.mirrored(after), 3, 3)
        outline = QPalette.ColorRole.Dark if gone else QPalette.ColorRole.WindowText
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.colour(outline), 1))
        painter.drawRoundedRect(self.mirrored(before.adjusted(0.5, 0.5, -0.5, -0.5)), 3, 3)
        painter.setFont(self.small_font())
        painter.setPen(ink)
        value = row.before if row.after is None else row.after
        end = QRectF(GAP, place.top(), place.width() - 2 * GAP, place.height())
        painter.drawText(self.mirrored(end), self.side(leading=False), percent(value))

    def _paint_cut(self, painter: QPainter, top: float, cut: Cut) -> None:
        names = " · ".join(f"{sampler_name(name)} {integer(left)}" for name, left in cut.left)
        text = fill(self.tr("%1 left"), names)
        painter.setFont(self.small_font())
        metrics = self.small_metrics()
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 4 * GAP)
        width = metrics.horizontalAdvance(text) + 2 * GAP
        ink = self.colour(QPalette.ColorRole.BrightText)
        painter.setPen(QPen(ink, 1.5, Qt.PenStyle.DashLine))
        middle = top + self._line() / 2
        line = self.mirrored(QRectF(0, middle, self.width() - width - GAP, 0))
        painter.drawLine(QLineF(line.left(), middle, line.right(), middle))
        painter.setPen(ink)
        place = QRectF(self.width() - width, top, width, self._line())
        painter.drawText(self.mirrored(place), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_others(self, painter: QPainter) -> None:
        picture = self._picture
        top = len(picture.rows) * self._row() + len(picture.cuts) * self._line()
        painter.setFont(self.small_font())
        painter.setPen(self.colour(QPalette.ColorRole.PlaceholderText))
        text = fill(
            self.tr("%1 others before, together %2"),
            integer(picture.others),
            percent(picture.share),
        )
        place = QRectF(GAP, top, self.width() - 2 * GAP, self._line())
        painter.drawText(self.mirrored(place), self.side(leading=True), text)
