"""One field that finds every command and every conversation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.conversation import Conversation
from desktop.ui.actions import Actions, plain_text
from desktop.ui.formats import shown_title
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.palette_list import ENTRY_ROLE, PaletteEntry, PaletteListModel
from desktop.ui.widgets.buttons import hairline, label

SHOWN_ROWS = 10
PADDING = 8

Index = QModelIndex | QPersistentModelIndex


class CommandPalette(QDialog):
    """Signals: chosen, with the id of an entry, after the palette closed."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setWindowTitle(self.tr("Command palette"))
        self._model = PaletteListModel()
        self.edit = QLineEdit()
        self.edit.setProperty("kind", "plain")
        self.edit.setPlaceholderText(self.tr("Search commands and conversations"))
        self.edit.setAccessibleName(self.tr("Search commands and conversations"))
        self.edit.installEventFilter(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Commands and conversations"))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setModel(self._model)
        self.list.clicked.connect(self._choose)
        self._none = label(self.tr("Nothing fits."), "secondary")
        self._none.setContentsMargins(8, 8, 8, 8)
        frame = QFrame()
        frame.setObjectName("popup")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        column = QVBoxLayout(frame)
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.edit)
        column.addWidget(hairline())
        column.addWidget(self._none)
        column.addWidget(self.list)
        self._layouts = (column, whole)
        self.edit.textChanged.connect(self._search)

    def open_with(self, entries: Sequence[PaletteEntry], recent: Sequence[str] = ()) -> None:
        """Show `entries` in the upper middle of the parent, the recently chosen on top."""
        self._model.set_entries(entries, recent)
        self.edit.clear()
        unit = self.fontMetrics().averageCharWidth()
        parent = self.parentWidget()
        width = unit * 84
        if parent is not None:
            width = min(width, parent.width() - 32)
        self.setFixedWidth(width)
        self._search("")
        if parent is not None:
            top = parent.mapToGlobal(parent.rect().topLeft())
            self.move(top.x() + (parent.width() - width) // 2, top.y() + parent.height() // 10)
        self.show()
        self.edit.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and event.type() is QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            key = event.key()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentIndex())
                return True
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: SHOWN_ROWS,
                Qt.Key.Key_PageUp: -SHOWN_ROWS,
            }
            step = steps.get(Qt.Key(key))
            if step is not None:
                self._step(step)
                return True
        return super().eventFilter(watched, event)

    def _step(self, step: int) -> None:
        count = self._model.rowCount()
        if count:
            row = self.list.currentIndex().row() + step
            row = row % count if abs(step) == 1 else min(max(row, 0), count - 1)
            self.list.setCurrentIndex(self._model.index(row))

    def _search(self, query: str) -> None:
        self._model.search(query)
        self.list.setCurrentIndex(self._model.index(0))
        self._none.setVisible(self._model.rowCount() == 0)
        self._fit()

    def _fit(self) -> None:
        """Be as tall as what was found, within the parent."""
        row = self.fontMetrics().height() + PADDING * 2
        most = SHOWN_ROWS
        if (parent := self.parentWidget()) is not None:
            room = parent.height() * 8 // 10 - self.edit.sizeHint().height()
            most = max(1, min(most, room // row))
        rows = min(most, self._model.rowCount())
        self.list.setVisible(rows > 0)
        self.list.setFixedHeight(rows * row)
        for layout in self._layouts:  # from the inside out, or the size is that of before
            layout.activate()
        self.adjustSize()

    def _choose(self, index: QModelIndex) -> None:
        entry: PaletteEntry | None = index.data(ENTRY_ROLE)
        if entry is not None:
            self.accept()
            self.chosen.emit(entry.id)


def action_entries(actions: Actions) -> list[PaletteEntry]:
    """Every command that can be used now, with ids "action:<id>"."""
    return [
        PaletteEntry(
            f"action:{id}",
            plain_text(action),
            action.shortcut().toString(action.shortcut().SequenceFormat.NativeText),
            action.icon(),
        )
        for id, action in actions.items()  # noqa: A001
        if action.isVisible() and action.isEnabled() and id != "command_palette"
    ]


def conversation_entries(
    conversations: Iterable[Conversation], icons: Icons, hint: str
) -> list[PaletteEntry]:
    """Every conversation, with ids "conversation:<id>"."""
    icon = icons.icon("message-square")
    return [
        PaletteEntry(
            f"conversation:{conversation.id}",
            shown_title(conversation),
            hint,
            icon,
            quiet=not conversation.title,
        )
        for conversation in conversations
    ]


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(0, option.fontMetrics.height() + PADDING * 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: PaletteEntry = index.data(ENTRY_ROLE)
        palette, rect, metrics = option.palette, option.rect, option.fontMetrics
        mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.setLayoutDirection(option.direction)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.Light))
            painter.drawRoundedRect(QRectF(rect.adjusted(0, 1, 0, -1)), 6, 6)
        area = rect.adjusted(PADDING, 0, -PADDING, 0)
        side = metrics.height()
        slot = QRect(0, 0, side, side)
        slot.moveCenter(area.center())
        slot.moveLeft(area.right() - side if mirrored else area.left())
        if entry.icon is not None:
            entry.icon.paint(painter, slot)
        room = side + PADDING
        hint_width = metrics.horizontalAdvance(entry.hint)
        before, after = (hint_width + PADDING, room) if mirrored else (room, hint_width + PADDING)
        line = area.adjusted(before, 0, -after, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        role = QPalette.ColorRole
        painter.setPen(palette.color(role.PlaceholderText if entry.quiet else role.WindowText))
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeading | middle, text)
        painter.setPen(palette.color(role.PlaceholderText))
        painter.drawText(area, Qt.AlignmentFlag.AlignTrailing | middle, entry.hint)
        painter.restore()
