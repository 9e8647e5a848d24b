"""A table of texts, as tall as its rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from desktop.ui.itemmodels.text_table import TextTableModel
from desktop.ui.widgets.row_table import RowTable

MEASURED = 20  # rows that decide how wide columns are, beside those in sight
WIDEST = 28  # average characters of a column that does not stretch
NARROWEST = 12  # of one that does, if its texts are longer


class TextTable(RowTable):
    """One row can be chosen; Ctrl+C copies the table with its headings.

    Signals:
        chosen: number of the row, by a click or the arrow keys.

    Args:
        stretched: the columns that share the room there is.
        most: rows shown at once; the others scroll. 0 for all.
    """

    chosen = Signal(int)

    def __init__(
        self, name: str, model: TextTableModel, stretched: tuple[int, ...] = (0,), most: int = 0
    ) -> None:
        super().__init__(name, model)
        self._texts = model
        self._stretched = stretched
        self._most = most
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        if not most:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setResizeContentsPrecision(MEASURED)
        model.modelReset.connect(self.fit)
        model.dataChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Be as tall as the rows; give each column what it needs, and the rest to those that
        stretch."""
        header, modes = self.horizontalHeader(), QHeaderView.ResizeMode
        widest = self.fontMetrics().averageCharWidth() * WIDEST
        columns = range(self._texts.columnCount())
        widths = [
            min(max(self.sizeHintForColumn(column), header.sectionSizeHint(column)), widest)
            for column in columns
        ]
        narrowest = self.fontMetrics().averageCharWidth() * NARROWEST
        needed = sum(
            min(width, narrowest) if column in self._stretched else width
            for column, width in enumerate(widths)
        )
        room = self.viewport().width()
        for column in columns:
            stretches = column in self._stretched and needed <= room
            header.setSectionResizeMode(column, modes.Stretch if stretches else modes.Fixed)
            if not stretches:
                header.resizeSection(column, widths[column])
        count = self._texts.rowCount()
        shown = min(count, self._most) if self._most else count
        rows = sum(self.rowHeight(row) for row in range(shown))
        bar = self.horizontalScrollBar().sizeHint().height() if needed > room else 0
        self.setFixedHeight(rows + header.sizeHint().height() + 2 * self.frameWidth() + 10 + bar)

    def chosen_row(self) -> int:
        """-1 for none."""
        rows = self.selectionModel().selectedRows()
        return rows[0].row() if rows else -1

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if selected.indexes():
            self.chosen.emit(selected.indexes()[0].row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._texts.as_text())
        else:
            super().keyPressEvent(event)
