"""An answer as its tokens, each on a ground that says how likely the model thought it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from desktop.domain.next_token import AnswerToken
from desktop.ui.formats import fill, integer
from desktop.ui.next_token.levels import BAR, paint_token
from desktop.ui.next_token.words import exact, visible

PADDING = 3
GAP = 2
LINE_GAP = 4
MARGIN = 8
LONGEST = 0.9  # of the width: what is longer is elided


class TokenText(QAbstractScrollArea):
    """Only what is visible is painted: an answer may have thousands of tokens.

    One more place follows the last token: for the one to come.

    Signals:
        selected: index of the token that was clicked or gone to with the keyboard.
    """

    selected = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Tokens of the answer"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self._tokens: list[AnswerToken] = []
        self._places: list[tuple[int, float, float]] = []  # line, left, width; mirrored when drawn
        self._line_starts: list[int] = []  # first token of each line
        self._widths: dict[str, float] = {}
        self._current = 0

    @property
    def current(self) -> int:
        return self._current

    def set_tokens(self, tokens: Sequence[AnswerToken], current: int) -> None:
        self._tokens = list(tokens)
        self._arrange()
        self.select(current)

    def set_probability(self, index: int, probability: float) -> None:
        """It has become known."""
        if index < len(self._tokens):
            self._tokens[index] = replace(self._tokens[index], probability=probability)
            self.viewport().update()

    def select(self, index: int) -> None:
        """Show which token is selected, without saying so."""
        self._current = max(0, min(index, len(self._tokens)))
        self.setAccessibleDescription(self.words(self._current))
        self._reveal()
        self.viewport().update()

    def words(self, index: int) -> str:
        """What stands at `index`, in one sentence."""
        if index >= len(self._tokens):
            return self.tr("What would come after the last token")
        token = self._tokens[index]
        told = fill(self.tr("Token %1: %2"), integer(index + 1), visible(token.text))
        if token.probability is None:
            return told + self.tr(", its probability is not kept any more")
        return told + fill(self.tr(", probability %1"), exact(token.probability))

    # --- geometry ---------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 60, self._line_height() * 12)

    def _line_height(self) -> int:
        return self.fontMetrics().height() + 2 * PADDING + BAR + LINE_GAP

    def _arrange(self) -> None:
        """Put the tokens into lines; a token that ends in a new line ends its line."""
        metrics = QFontMetricsF(self.font())
        width = self.viewport().width() - 2 * MARGIN
        line, left = 0, 0.0
        self._places, self._line_starts = [], [0]
        for index, text in enumerate([*(token.text for token in self._tokens), "…"]):
            needed = min(self._width(text, metrics), width * LONGEST)
            if left and left + needed > width:
                line, left = line + 1, 0.0
                self._line_starts.append(index)
            self._places.append((line, left, needed))
            left += needed + GAP
            if text.endswith("\n"):
                line, left = line + 1, 0.0
                self._line_starts.append(index + 1)
        bar = self.verticalScrollBar()
        height = (line + 1) * self._line_height() + 2 * MARGIN
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._line_height())
        bar.setRange(0, max(0, height - self.viewport().height()))

    def _width(self, text: str, metrics: QFontMetricsF) -> float:
        """Letter by letter where that is right, because shaping thousands of texts takes long."""
        known = self._widths.get(text)
        if known is None:
            if text.isascii() and len(text) > 1:
                inner = sum(self._width(letter, metrics) - 2 * PADDING for letter in text)
            else:
                inner = metrics.horizontalAdvance(visible(text))
            known = self._widths[text] = inner + 2 * PADDING
        return known

    def area(self, index: int) -> QRectF:
        """Where a token is drawn, in the viewport."""
        line, left, width = self._places[index]
        if self.isRightToLeft():
            left = self.viewport().width() - 2 * MARGIN - left - width
        top = MARGIN + line * self._line_height() - self.verticalScrollBar().value()
        return QRectF(MARGIN + left, top, width, self._line_height() - LINE_GAP)

    def _reveal(self) -> None:
        if not self._places:
            return
        place, bar = self.area(self._current), self.verticalScrollBar()
        if place.top() < 0:
            bar.setValue(bar.value() + int(place.top()) - MARGIN)
        elif place.bottom() > self.viewport().height():
            bar.setValue(bar.value() + int(place.bottom()) - self.viewport().height() + MARGIN)

    def _token_at(self, point: QPointF) -> int | None:
        line = int((point.y() - MARGIN + self.verticalScrollBar().value()) // self._line_height())
        return next((n for n in self._of_line(line) if self.area(n).contains(point)), None)

    def _of_line(self, line: int) -> range:
        if not 0 <= line < len(self._line_starts):
            return range(0)
        end = [*self._line_starts, len(self._places)][line + 1]
        return range(self._line_starts[line], end)

    # --- events -----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._reveal()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._widths.clear()
            self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height, offset = self._line_height(), self.verticalScrollBar().value() - MARGIN
        first = max(0, (event.rect().top() + offset) // height)
        last = min(len(self._line_starts) - 1, (event.rect().bottom() + offset) // height)
        for line in range(first, last + 1):
            for index in self._of_line(line):
                self._paint_one(painter, index)

    def _paint_one(self, painter: QPainter, index: int) -> None:
        place = self.area(index)
        is_token = index < len(self._tokens)
        text = visible(self._tokens[index].text) if is_token else "…"
        probability = self._tokens[index].probability if is_token else None
        paint_token(painter, place, probability, self.palette())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.setFont(self.font())
        inside = place.adjusted(PADDING - 1, 0, 1 - PADDING, -BAR)
        text = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideMiddle, int(inside.width()) + 2
        )
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, text)
        if index == self._current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
            painter.drawRoundedRect(place.adjusted(0, 0, 0, 0), 4, 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # or the release would go elsewhere

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._token_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and index is not None:
            self._choose(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self._target(Qt.Key(event.key()))
        if index is None:
            super().keyPressEvent(event)
        else:
            self._choose(index)

    def _target(self, key: Qt.Key) -> int | None:
        forward, back = Qt.Key.Key_Right, Qt.Key.Key_Left
        if self.isRightToLeft():
            forward, back = back, forward
        page = max(1, self.viewport().height() // self._line_height() - 1)
        lines = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        lines |= {Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        if key in lines:
            return self._in_line(lines[key])
        return {
            forward: self._current + 1,
            back: self._current - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._tokens),
        }.get(key)

    def _in_line(self, by: int) -> int:
        """The token that stands so many lines below the current one."""
        line, left, _ = self._places[self._current]
        line = max(0, min(line + by, len(self._line_starts) - 1))
        tokens = self._of_line(line) or range(self._current, self._current + 1)
        lefts = [self._places[token][1] for token in tokens]
        return tokens[max(0, bisect_right(lefts, left) - 1)]

    def _choose(self, index: int) -> None:
        before = self._current
        self.select(index)
        if self._current != before:
            words = self.words(self._current)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
            self.selected.emit(self._current)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            index = self._token_at(QPointF(event.pos()))
            if index is None:
                QToolTip.hideText()
            else:
                place = self.area(index).toRect()
                QToolTip.showText(event.globalPos(), self.words(index), self.viewport(), place)
            return True
        return super().viewportEvent(event)
