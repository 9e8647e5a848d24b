"""A table of names and values that can be selected and copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
)


class FactsTable(QTableWidget):
    """Two columns; Ctrl+C copies the selected rows, or all when none is selected.

    Args:
        most: rows that `fit_rows` makes room for; the others scroll.
    """

    def __init__(self, name: str, *, most: int = 12) -> None:
        super().__init__(0, 2)
        self._most = most
        self._fitted = False
        self.setAccessibleName(name)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show (name, value) pairs."""
        self.setRowCount(len(facts))
        for row, (name, value) in enumerate(facts):
            self.setItem(row, 0, QTableWidgetItem(name))
            self.setItem(row, 1, QTableWidgetItem(value))
        self._tint()

    def fit_rows(self) -> None:
        """Be as tall as the rows, from now on."""
        self._fitted = True
        self.resizeRowsToContents()
        rows = range(min(self._most, self.rowCount()))
        margin = 2 * self.frameWidth() + 12
        self.setFixedHeight(sum(self.rowHeight(row) for row in rows) + margin)

    def as_text(self) -> str:
        """Selected rows, or all, one a line with a tab between name and value."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        chosen = rows or range(self.rowCount())
        return "\n".join(
            "\t".join(item.text() for column in range(2) if (item := self.item(row, column)))
            for row in chosen
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._tint()
        elif event.type() is QEvent.Type.StyleChange and self._fitted:
            self.fit_rows()

    def _tint(self) -> None:
        for row in range(self.rowCount()):
            item = self.item(row, 0)
            if item is not None:
                item.setForeground(self.palette().placeholderText())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.as_text())
        else:
            super().keyPressEvent(event)
