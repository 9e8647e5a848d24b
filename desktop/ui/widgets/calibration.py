"""Finds the fastest number of threads on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.model import ThreadSpeed
from desktop.ui.formats import decimal, fill, integer
from desktop.ui.widgets.buttons import label, text_button


class Calibration(QWidget):
    """Signals:

    measure_requested, cancel_requested.
    use_requested: the number of threads to use.
    """

    measure_requested = Signal()
    cancel_requested = Signal()
    use_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._best = 0
        self._purpose = self.tr(
            "Finds the number of threads that is fastest here, in about ten seconds."
        )
        self._text = label(self._purpose, "small", wrap=True)
        self.measure_button = text_button(self.tr("Measure"))
        self._cancel = text_button(self.tr("Stop"))
        self.use_button = text_button("", "primary")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(self.tr("Measuring"))
        self.table = QTableWidget(0, 3)
        self.table.setAccessibleName(self.tr("Speed by number of threads"))
        self.table.setHorizontalHeaderLabels(
            [self.tr("Threads"), self.tr("Reading, tok/s"), self.tr("Writing, tok/s")]
        )
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        for button in (self._cancel, self.use_button, self.measure_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self.table)
        self.measure_button.clicked.connect(self.measure_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        self.use_button.clicked.connect(lambda: self.use_requested.emit(self._best))
        self.set_progress(None)
        self.table.hide()
        self.use_button.hide()

    def set_progress(self, done: int | None, total: int = 0) -> None:
        """How far measuring is; None when nothing is being measured."""
        running = done is not None
        self._bar.setVisible(running)
        self._cancel.setVisible(running)
        self.measure_button.setVisible(not running)
        if done is not None:
            self.use_button.hide()
            self._bar.setRange(0, total)
            self._bar.setValue(done)
            self._text.setText(self.tr("Measuring; please leave the machine alone meanwhile."))

    def set_unavailable(self, reason: str) -> None:
        """Why nothing can be measured now, as a sentence; "" when it can."""
        self.measure_button.setEnabled(not reason)
        self._text.setText(reason or self._purpose)

    def set_speeds(self, speeds: Sequence[ThreadSpeed]) -> None:
        """Show the result and offer the fastest; the fastest at writing is meant."""
        self.set_progress(None)
        self.table.setVisible(bool(speeds))
        self.use_button.setVisible(bool(speeds))
        if not speeds:
            return
        best = max(speeds, key=lambda speed: speed.tokens_per_second)
        self._best = best.threads
        self.table.setRowCount(len(speeds))
        for number, speed in enumerate(speeds):
            values = (
                integer(speed.threads),
                decimal(speed.prompt_tokens_per_second, 1),
                decimal(speed.tokens_per_second, 1),
            )
            for column, text in enumerate(values):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                font = item.font()
                font.setBold(speed is best)
                item.setFont(font)
                self.table.setItem(number, column, item)
        self.table.resizeRowsToContents()
        rows = sum(self.table.rowHeight(row) for row in range(len(speeds)))
        self.table.setFixedHeight(rows + self.table.horizontalHeader().sizeHint().height() + 12)
        self._text.setText(self.tr("The fastest at writing is marked."))
        several = fill(self.tr("Use %1 threads"), integer(best.threads))
        self.use_button.setText(self.tr("Use 1 thread") if best.threads == 1 else several)
