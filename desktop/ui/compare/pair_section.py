"""A comparison beside another one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop.core.comparison_report import ComparisonReport
from desktop.domain.comparison_pair import (
    Difference,
    LevelPair,
    divergence_in,
    pairs_of,
    quality_differs,
    speed_differs,
    speed_in,
)
from desktop.ui.compare.history_list import HistoryLine
from desktop.ui.compare.words import nats, rate
from desktop.ui.formats import fill
from desktop.ui.itemmodels.text_table import TextRow, TextTableModel
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.text_table import TextTable


class PairSection(QWidget):
    """Signals: chosen: id of the comparison to be shown beside, 0 for none."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("The comparison to show beside this one"))
        self.choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.choice.setMinimumContentsLength(24)
        self.choice.activated.connect(lambda _row: self.chosen.emit(self.choice.currentData()))
        headings = (
            *(self.tr("Level"), self.tr("KL here"), self.tr("KL there"), self.tr("Here it is")),
            *(self.tr("Writes here"), self.tr("Writes there"), self.tr("Here it is")),
        )
        self.model = TextTableModel(headings, numbers=(1, 2, 4, 5))
        self.table = TextTable(self.tr("Both comparisons"), self.model, stretched=(6,))
        self._caveats = label("", "warning", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.choice)
        column.addWidget(self.table)
        column.addWidget(self._caveats)
        self.set_choices([], 0)

    def set_choices(self, lines: Sequence[HistoryLine], chosen: int) -> None:
        """The comparisons to choose from, and which one is chosen (0: none)."""
        with QSignalBlocker(self.choice):
            self.choice.clear()
            self.choice.addItem(self.tr("None"), 0)
            for line in lines:
                self.choice.addItem(f"{line.title} · {line.details}", line.number)
            self.choice.setCurrentIndex(max(self.choice.findData(chosen), 0))
        if self.choice.currentData() == 0:
            self.clear()

    def clear(self) -> None:
        """Show nothing beside."""
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(0)
        self.table.hide()
        self._caveats.hide()

    def show_pair(self, here: ComparisonReport, there: ComparisonReport) -> None:
        """What both say of each level."""
        pairs = pairs_of(here.measurements, there.measurements)
        self.model.set_rows([TextRow(self._texts(pair)) for pair in pairs])
        self.table.show()
        sentences = self._sentences(here, there)
        self._caveats.setText("\n".join(sentences))
        self._caveats.setVisible(bool(sentences))

    def caveats(self) -> str:
        """Why the numbers may not mean the same."""
        return self._caveats.text()

    def _texts(self, pair: LevelPair) -> tuple[str, ...]:
        nearer = {
            Difference.LOWER: self.tr("nearer"),
            Difference.HIGHER: self.tr("farther"),
            Difference.UNCLEAR: self.tr("unclear"),
            Difference.UNKNOWN: "",
        }
        faster = {
            Difference.HIGHER: self.tr("faster"),
            Difference.LOWER: self.tr("slower"),
            Difference.UNCLEAR: self.tr("unclear"),
            Difference.UNKNOWN: "",
        }
        return (
            pair.name or self.tr("Base"),
            nats(divergence_in(pair.here)),
            nats(divergence_in(pair.there)),
            nearer[pair.divergence],
            rate(speed_in(pair.here)),
            rate(speed_in(pair.there)),
            faster[pair.speed],
        )

    def _sentences(self, here: ComparisonReport, there: ComparisonReport) -> list[str]:
        found = []
        if names := quality_differs(here.comparison, there.comparison):
            text = self.tr("Divergences are not the same measure in both. What differs: %1.")
            found.append(fill(text, ", ".join(names)))
        if names := speed_differs(here.comparison, there.comparison):
            text = self.tr("Speeds were not measured alike. What differs: %1.")
            found.append(fill(text, ", ".join(names)))
        return found
