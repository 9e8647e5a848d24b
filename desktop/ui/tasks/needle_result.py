"""What levels found of the needles: a heat map, and the table behind it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.needle import NeedleRequest
from desktop.domain.task_run import AskedModel, TaskRun
from desktop.domain.task_scores import LevelScore, grid_of
from desktop.ui.charts.heat_map import HeatCell, HeatMap
from desktop.ui.compare.chart_card import ChartCard
from desktop.ui.formats import decimal, fill, integer
from desktop.ui.icons import Icons
from desktop.ui.itemmodels.text_table import TextRow, TextTableModel
from desktop.ui.tasks.words import flip_words
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.inputs import Choice
from desktop.ui.widgets.text_table import TextTable


class NeedleResult(QWidget):
    """One level at a time, chosen above the map."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._run: TaskRun | None = None
        self._scores: tuple[LevelScore, ...] = ()
        self.level = Choice()
        self.level.setAccessibleName(self.tr("Level"))
        self.level.currentIndexChanged.connect(self._show)
        self.chart = HeatMap(
            self.tr("Needles found"), self.tr("Depth"), self.tr("Length of the text, tokens")
        )
        self.card = ChartCard(
            self.tr("Needles found"),
            self.tr(
                "How often the fact was found again, by how deep in the text it stood and how long"
                " the text was. Hatched: not tried."
            ),
            self.chart,
            icons,
        )
        self.chart.activated.connect(self._select)
        self._sentence = label("", wrap=True)
        self.model = TextTableModel()
        self.table = TextTable(self.tr("Needles found, as a table"), self.model)
        self.behind = Disclosure(self.tr("As a table"), icons, self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.level, 0, Qt.AlignmentFlag.AlignLeading)
        for part in (self.card, self._sentence, self.behind):
            column.addWidget(part)

    def set_results(self, run: TaskRun, scores: tuple[LevelScore, ...]) -> None:
        """What is known by now; the level that was looked at stays."""
        other = self._run is None or self._run.id != run.id
        self._run, self._scores = run, scores
        names = [score.model.name for score in scores]
        if other or len(names) != self.level.count():
            with QSignalBlocker(self.level):
                self.level.clear()
                self.level.addItems(names)
        self.level.setVisible(len(names) > 1)
        self._show()

    def _show(self) -> None:
        place = self.level.currentIndex()
        run = self._run
        if run is None or not 0 <= place < len(self._scores):
            return
        assert isinstance(run.request, NeedleRequest)
        score = self._scores[place]
        lengths = [integer(length) for length in sorted(set(run.request.lengths))]
        depths = [fill(self.tr("%1 %"), decimal(100 * one, 0)) for one in run.request.places]
        grid = grid_of(run.request, score.model)
        self.chart.set_cells(
            depths,
            lengths,
            [
                [
                    self._cell(score.model, share, depth, length)
                    for length, share in zip(lengths, row, strict=True)
                ]
                for depth, row in zip(depths, grid, strict=True)
            ],
        )
        self._sentence.setText(flip_words(score))
        self._sentence.setVisible(bool(self._sentence.text()))
        self.model.set_table(
            (self.tr("Depth"), *lengths),
            [
                TextRow((depth, *(self._percent(share) for share in row)))
                for depth, row in zip(depths, grid, strict=True)
            ],
        )
        self.table.fit()

    def _cell(self, model: AskedModel, share: float | None, depth: str, length: str) -> HeatCell:
        if share is None:
            text = self.tr("%1: at %2 of %3 tokens nothing was tried.")
            return HeatCell(None, "", fill(text, model.name, depth, length))
        text = self.tr("%1: at %2 of %3 tokens it found %4.")
        found = self._percent(share)
        return HeatCell(share, found, fill(text, model.name, depth, length, found))

    def _percent(self, share: float | None) -> str:
        return "" if share is None else fill(self.tr("%1 %"), decimal(100 * share, 0))

    def _select(self, mark: int) -> None:
        """The row of the table that a cell stands for."""
        self.behind.set_open(True)
        self.table.selectRow(mark // max(1, self.model.columnCount() - 1))
