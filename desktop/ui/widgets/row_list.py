"""A list of rows of which one is looked at."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from desktop.ui.widgets.row_delegate import Index

_CHOOSE = QItemSelectionModel.SelectionFlag.ClearAndSelect


class RowList(QListView):
    """Signals:

    chosen: index of the row that is looked at, by a click or the arrow keys.
    entered_row: index of the row on which Enter was pressed, or which was double-clicked.
    """

    chosen = Signal(QModelIndex)
    entered_row = Signal(QModelIndex)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._left = 0  # the row that was the current one last
        self.doubleClicked.connect(self.entered_row)

    def leave_row(self) -> None:
        """No row is looked at any more; the list itself has the focus. An arrow key leads back to
        where it was, or to what stands there now."""
        row = self._left
        self.setFocus(Qt.FocusReason.TabFocusReason)  # first: Qt makes the first row current
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())
        self._left = row

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self._left = current.row()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        indexes = selected.indexes()
        if indexes:
            self.chosen.emit(indexes[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        moved = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
        if moved and not index.isValid():
            index = self.model().index(min(self._left, self.model().rowCount() - 1), 0)
        # The Tab key makes the first row the current one, without looking at it.
        unseen = index.isValid() and not self.selectionModel().isSelected(index)
        if unseen and (entered or moved):
            self.selectionModel().setCurrentIndex(index, _CHOOSE)
        elif not entered:
            super().keyPressEvent(event)
        if entered and index.isValid():
            self.entered_row.emit(index)
