"""Draws rows of two lines: a name with figures at its side, and details under it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.widgets.excerpt import MATCH_START, paint_excerpt, split_excerpt

MARGIN = 8
PADDING = 12
GAP = 12
SMALL = 0.88  # of the text size

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class RowContent:
    """What a row shows.

    Attributes:
        title, details: first and second line; what a search found may be marked in them.
        figures: stand at the end of the first line and are never shortened.
        mark: a word in the accent's colour after the title, such as "Loaded".
        icon: before the figures, or None.
        faded: the row is of no use for now.
    """

    title: str
    details: str
    figures: str = ""
    mark: str = ""
    icon: QIcon | None = None
    faded: bool = False


class RowDelegate(QStyledItemDelegate):
    """All rows have one height, so a list of thousands is laid out at once."""

    @abstractmethod
    def content(self, index: Index) -> RowContent:
        """What the row at `index` shows."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        lines = option.fontMetrics.height() + QFontMetrics(_small(option.font)).height()
        return QSize(0, lines + 2 + 2 * MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        content = self.content(index)
        painter.save()
        painter.setLayoutDirection(option.direction)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter, option)
        metrics: QFontMetrics = option.fontMetrics
        area = option.rect.adjusted(PADDING, MARGIN, -PADDING, -MARGIN)
        line = QRect(area.left(), area.top(), area.width(), metrics.height())
        self._paint_first(painter, option, line, content)
        small = _small(option.font)
        painter.setFont(small)
        height = QFontMetrics(small).height()
        below = QRect(area.left(), line.bottom() + 3, area.width(), height)
        if MATCH_START in content.details:
            paint_excerpt(painter, below, small, option.palette, content.details)
            painter.restore()
            return
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        elide = Qt.TextElideMode.ElideRight
        text = QFontMetrics(small).elidedText(content.details, elide, below.width())
        painter.drawText(below, _LEADING, text)
        painter.restore()

    def _paint_first(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        line: QRect,
        content: RowContent,
    ) -> None:
        palette: QPalette = option.palette
        metrics: QFontMetrics = option.fontMetrics
        group = QPalette.ColorGroup.Disabled if content.faded else QPalette.ColorGroup.Normal
        mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        painter.setFont(option.font)
        painter.setPen(palette.color(group, QPalette.ColorRole.WindowText))
        taken = 0
        if content.figures:
            painter.drawText(line, _TRAILING, content.figures)
            taken = metrics.horizontalAdvance(content.figures) + GAP
        if content.icon is not None:
            side = metrics.height()
            left = line.left() + taken if mirrored else line.right() - taken - side
            content.icon.paint(painter, QRect(left, line.top(), side, side))
            taken += side + GAP
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        wide = QFontMetrics(bold)
        small = _small(option.font)
        small.setWeight(QFont.Weight.DemiBold)
        mark = QFontMetrics(small).horizontalAdvance(content.mark) + GAP if content.mark else 0
        room = line.width() - taken - mark
        plain, _ = split_excerpt(content.title, wide, room)
        title = wide.elidedText(plain, Qt.TextElideMode.ElideMiddle, room)
        area = QRect(line)
        if mirrored:
            area.setLeft(line.left() + taken)
        else:
            area.setRight(line.right() - taken)
        painter.setFont(bold)
        if MATCH_START in content.title and not mirrored:
            place = QRect(area)
            place.setWidth(min(place.width(), room))
            rest = palette.color(group, QPalette.ColorRole.WindowText)
            paint_excerpt(painter, place, bold, palette, content.title, rest)
        else:
            painter.drawText(area, _LEADING, title)
        if content.mark:
            used = wide.horizontalAdvance(title) + GAP
            if mirrored:
                area.setRight(area.right() - used)
            else:
                area.setLeft(area.left() + used)
            painter.setFont(small)
            painter.setPen(palette.color(QPalette.ColorRole.Link))
            painter.drawText(area, _LEADING, content.mark)

    def _paint_background(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        palette: QPalette = option.palette
        body = QRectF(option.rect.adjusted(0, 1, 0, -1))
        state, flag = option.state, QStyle.StateFlag
        painter.setPen(Qt.PenStyle.NoPen)
        if state & (flag.State_Selected | flag.State_MouseOver):
            selected = bool(state & flag.State_Selected)
            role = QPalette.ColorRole.Light if selected else QPalette.ColorRole.Midlight
            painter.setBrush(palette.color(role))
            painter.drawRoundedRect(body, 6, 6)
        view = option.widget
        if state & flag.State_HasFocus and view and view.property("keyboardFocus"):
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body.adjusted(1, 1, -1, -1), 6, 6)


_LEADING = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
_TRAILING = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * SMALL)
    return small
