"""Draws a row of the sidebar: a heading, a conversation, or a search result with its excerpt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.formats import shown_title
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.conversation_list import ANSWERING_ROLE, CONVERSATION_ROLE, EXCERPT_ROLE
from desktop.ui.widgets.excerpt import paint_excerpt

if TYPE_CHECKING:
    from desktop.domain.conversation import Conversation

MARGIN = 8
PADDING = 8

Index = QModelIndex | QPersistentModelIndex


class ConversationDelegate(QStyledItemDelegate):
    """All rows have one height, so a list of thousands is laid out at once.

    Signals:
        menu_requested: index and global position, when the "more" button of a row is pressed.
    """

    menu_requested = Signal(QModelIndex, QPoint)

    def __init__(self, icons: Icons, parent: QObject) -> None:
        super().__init__(parent)
        role = QPalette.ColorRole.PlaceholderText
        self._more: QIcon = icons.icon("ellipsis", role)
        self._pin: QIcon = icons.icon("pin", role)
        self.shows_excerpts = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        lines = 2 if self.shows_excerpts else 1
        line = option.fontMetrics.height()
        return QSize(0, line * lines + PADDING * 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        conversation = index.data(CONVERSATION_ROLE)
        painter.save()
        painter.setLayoutDirection(option.direction)
        if conversation is None:
            self._paint_heading(painter, option, str(index.data()))
        else:
            excerpt, answering = index.data(EXCERPT_ROLE) or "", bool(index.data(ANSWERING_ROLE))
            self._paint_conversation(painter, option, conversation, excerpt, answering=answering)
        painter.restore()

    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,  # noqa: ARG002
        index: Index,  # noqa: ARG002
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(self.tr("Title of the conversation"))
        editor.setMaxLength(200)
        return editor

    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: Index,  # noqa: ARG002
    ) -> None:
        rect: QRect = option.rect
        height = min(editor.sizeHint().height(), rect.height())
        rect = rect.adjusted(MARGIN, (rect.height() - height) // 2, -MARGIN, 0)
        rect.setHeight(height)
        editor.setGeometry(rect)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        if (
            event.type() is QEvent.Type.MouseButtonRelease
            and isinstance(event, QMouseEvent)
            and index.data(CONVERSATION_ROLE) is not None
            and self._more_rect(option).contains(event.position().toPoint())
        ):
            self.menu_requested.emit(model.index(index.row(), 0), event.globalPosition().toPoint())
            return True
        return super().editorEvent(event, model, option, index)

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        palette: QPalette = option.palette
        rect: QRect = option.rect
        font = QFont(option.font)
        font.setPointSizeF(font.pointSizeF() * 0.85)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        area = rect.adjusted(MARGIN + PADDING, 0, -MARGIN, -PADDING // 2)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignBottom, text)

    def _paint_conversation(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        conversation: Conversation,
        excerpt: str,
        *,
        answering: bool,
    ) -> None:
        palette: QPalette = option.palette
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter, option, selected=selected, hovered=hovered)
        area = rect.adjusted(MARGIN + PADDING, PADDING, -MARGIN - PADDING, -PADDING)
        symbol = self._more if hovered else self._pin if conversation.pinned else None
        if symbol is not None or answering:
            slot = self._more_rect(option)
            side = option.fontMetrics.height()
            icon = QRect(0, 0, side, side)
            icon.moveCenter(slot.center())
            if answering and not hovered:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(palette.color(QPalette.ColorRole.Accent))
                painter.drawEllipse(QPointF(slot.center()), side / 5, side / 5)
            elif symbol is not None:
                symbol.paint(painter, icon)
            if option.direction is Qt.LayoutDirection.RightToLeft:
                area.setLeft(slot.right())
            else:
                area.setRight(slot.left())
        metrics: QFontMetrics = option.fontMetrics
        font = QFont(option.font)
        if self.shows_excerpts:
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        role = QPalette.ColorRole
        painter.setPen(
            palette.color(role.WindowText if conversation.title else role.PlaceholderText)
        )
        line = QRect(area.left(), area.top(), area.width(), metrics.height())
        title = QFontMetrics(font).elidedText(
            shown_title(conversation), Qt.TextElideMode.ElideRight, line.width()
        )
        flags = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, flags, title)
        if self.shows_excerpts:
            line.translate(0, metrics.height())
            self._paint_excerpt(painter, line, option, excerpt)

    def _paint_background(
        self, painter: QPainter, option: QStyleOptionViewItem, *, selected: bool, hovered: bool
    ) -> None:
        palette: QPalette = option.palette
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        body = QRectF(rect.adjusted(MARGIN, 1, -MARGIN, -1))
        painter.setPen(Qt.PenStyle.NoPen)
        if selected:
            painter.setBrush(palette.color(QPalette.ColorRole.Light))
            painter.drawRoundedRect(body, 6, 6)
        elif hovered:
            painter.setBrush(palette.color(QPalette.ColorRole.Midlight))
            painter.drawRoundedRect(body, 6, 6)
        view = option.widget
        if state & QStyle.StateFlag.State_HasFocus and view and view.property("keyboardFocus"):
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setWidth(2)
            pen.setColor(palette.color(QPalette.ColorRole.Accent))
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body.adjusted(1, 1, -1, -1), 6, 6)

    def _paint_excerpt(
        self, painter: QPainter, line: QRect, option: QStyleOptionViewItem, excerpt: str
    ) -> None:
        font = QFont(option.font)
        font.setPointSizeF(font.pointSizeF() * 0.9)
        paint_excerpt(painter, line, font, option.palette, excerpt)

    def _more_rect(self, option: QStyleOptionViewItem) -> QRect:
        rect: QRect = option.rect
        side = max(24, option.fontMetrics.height() + 8)
        slot = QRect(0, rect.top(), side, rect.height())
        if option.direction is Qt.LayoutDirection.RightToLeft:
            slot.moveLeft(rect.left() + MARGIN)
        else:
            slot.moveRight(rect.right() - MARGIN)
        return slot
