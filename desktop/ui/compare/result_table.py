"""The numbers of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QVBoxLayout, QWidget

from desktop.domain.comparison import Measurement
from desktop.ui.itemmodels.comparison_table import (
    LEVEL,
    MEMORY,
    OVERVIEW,
    QUALITY,
    SPEED,
    ComparisonTableModel,
)
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.row_table import RowTable
from desktop.ui.widgets.segmented import Segmented

VIEWS = (OVERVIEW, QUALITY, SPEED)


class ResultTable(QWidget):
    """Rows for the base, each level and the noise floor; what went wrong is told below them."""

    def __init__(self) -> None:
        super().__init__()
        self.model = ComparisonTableModel()
        self.table = _Table(self.tr("Results"), self.model)
        texts = (self.tr("Overview"), self.tr("Quality"), self.tr("Speed"))
        self.views = Segmented(self.tr("Which columns"), texts)
        self.views.changed.connect(self._show_view)
        self._legend = label(
            self.tr(
                "± is half of the 95 % interval. The noise floor is the base against itself,"
                " computed in another way: no smaller difference means anything."
            ),
            "small",
            wrap=True,
        )
        self._problems = label("", "warning", wrap=True)
        self._problems.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.views, self.table, self._problems, self._legend):
            column.addWidget(part)
        self._show_view(0)

    def set_measurements(self, rows: Sequence[Measurement]) -> None:
        self.model.set_measurements(rows)
        sentences = [
            f"{one.name}: {one.problem} {one.advice}".strip() for one in rows if one.problem
        ]
        self._problems.setText("\n".join(sentences))
        self._problems.setVisible(bool(sentences))
        self.table.fit()

    def set_chosen(self, name: str) -> None:
        """The level that is recommended, or ""."""
        self.model.set_chosen(name)

    def problems(self) -> str:
        return self._problems.text()

    def _show_view(self, number: int) -> None:
        self.table.show_columns(VIEWS[number])


class _Table(RowTable):
    """As tall as its rows. Ctrl+C copies it with its headings."""

    def __init__(self, name: str, model: ComparisonTableModel) -> None:
        super().__init__(name, model)
        self._model = model
        self._columns: tuple[int, ...] = ()
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def show_columns(self, columns: tuple[int, ...]) -> None:
        self._columns = columns
        for column in range(MEMORY + 1):
            self.setColumnHidden(column, column not in columns)
        self.fit()

    def fit(self) -> None:
        """Be as tall as there are rows; share what room is left between the columns."""
        self.resizeRowsToContents()
        room = self.viewport().width()
        needed = sum(map(self._width_of, self._columns))
        modes = QHeaderView.ResizeMode
        header = self.horizontalHeader()
        header.setSectionResizeMode(
            LEVEL, modes.Stretch if needed < room else modes.ResizeToContents
        )
        rows = sum(self.rowHeight(row) for row in range(self._model.rowCount()))
        frame = 2 * self.frameWidth() + 10
        bar = self.horizontalScrollBar().sizeHint().height() if needed > room else 0
        self.setFixedHeight(rows + header.sizeHint().height() + frame + bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def _width_of(self, column: int) -> int:
        return max(self.sizeHintForColumn(column), self.horizontalHeader().sectionSizeHint(column))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._model.as_text(self._columns))
        else:
            super().keyPressEvent(event)
