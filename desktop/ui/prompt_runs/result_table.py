"""The table of a run: a row for each case, a column for each version and model."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.core.prompt_run_report import PromptRunReport
from desktop.domain.prompt_run import Place
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.prompt_result_table import PromptResultTableModel

TALLEST = 12  # rows before it scrolls by itself


class ResultTable(QTableView):
    """Ctrl+C copies it with its headings.

    Signals:
        chosen: the Place of the cell that is looked at.
    """

    chosen = Signal(object)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.cells = PromptResultTableModel(icons)
        self.setModel(self.cells)
        self.setAccessibleName(self.tr("Results"))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)  # it takes two lines for one
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._fit()

    def set_report(self, report: PromptRunReport | None) -> None:
        self.cells.set_report(report)
        self._fit()

    def choose(self, place: Place) -> None:
        """Look at a cell."""
        for row in range(self.cells.rowCount()):
            for column in range(1, self.cells.columnCount()):
                index = self.cells.index(row, column)
                cell = self.cells.cell(index)
                if cell is not None and cell.place == place:
                    self.setCurrentIndex(index)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        for index in selected.indexes():
            cell = self.cells.cell(index)
            if cell is not None:
                self.chosen.emit(cell.place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.cells.as_text())
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        line = self.fontMetrics().height()
        self.setIconSize(QSize(line, line))
        self.resizeRowsToContents()
        self._fit_height()

    def _fit_height(self) -> None:
        """As tall as the rows, up to where it scrolls by itself."""
        count = self.cells.rowCount()
        rows = sum(self.rowHeight(row) for row in range(min(count, TALLEST)))
        header = self.horizontalHeader()
        wide = header.length() > self.viewport().width()
        bar = self.horizontalScrollBar().sizeHint().height() if wide else 0
        frame = 2 * self.frameWidth() + 10
        self.setFixedHeight(rows + header.sizeHint().height() + frame + bar)
