"""One comparison: how it goes, which level it speaks for, its numbers and its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from desktop.core.comparison_report import ComparisonReport
from desktop.domain.comparison import Part, error_of
from desktop.domain.job import JobState
from desktop.domain.recommendation import recommend, suits
from desktop.ui.compare.advice_card import AdviceCard
from desktop.ui.compare.charts_section import ChartsSection
from desktop.ui.compare.history_list import HistoryLine
from desktop.ui.compare.pair_section import PairSection
from desktop.ui.compare.result_table import ResultTable
from desktop.ui.compare.run_strip import RunStrip
from desktop.ui.compare.words import title_of
from desktop.ui.dialogs.facts_table import FactsTable
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import ElidedLabel, label, text_button
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.scroll_page import ScrollPage
from desktop.ui.widgets.step_card import step_card


class ResultView(ScrollPage):
    """Signals:

    closed: back to all comparisons.
    chat_requested: Path of the level that is recommended.
    make_requested: Path of the base, when the level that is recommended is not there.
    export_requested: Path of a report to be written.
    """

    closed = Signal()
    chat_requested = Signal(object)
    make_requested = Signal(object)
    export_requested = Signal(object)

    def __init__(self, icons: Icons, memory: int) -> None:
        """`memory` is what the machine has, in bytes."""
        super().__init__()
        self.report: ComparisonReport | None = None
        self.back_button = text_button(self.tr("All comparisons"), "link")
        self.back_button.setIcon(icons.icon("chevron-left", QPalette.ColorRole.Link))
        self.back_button.clicked.connect(self.closed)
        self._title = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("tone", "display")
        self.strip = RunStrip()
        self.advice = AdviceCard(icons, memory)
        self.advice.wishes_changed.connect(self._decide)
        self.chat_button = text_button("", "primary")
        self.chat_button.clicked.connect(self._chat)
        self.make_button = text_button("", "primary")
        self.make_button.clicked.connect(self._make)
        self.export_button = text_button(self.tr("Save the report…"))
        self.export_button.clicked.connect(self._ask_export)
        self.table = ResultTable()
        self.charts = ChartsSection(icons)
        self.charts.chosen.connect(self._select)
        self.pair = PairSection()
        self._beside = step_card(self.tr("Beside another comparison"), self.pair)
        self._notes = label("", "small", wrap=True)
        self.facts = FactsTable(self.tr("How it was measured"))
        self.facts_fold = Disclosure(self.tr("How it was measured"), icons, self.facts)
        self.facts_fold.button.clicked.connect(self.facts.fit_rows)
        self._chosen: Path | None = None
        self._build()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.back_button)
        top.addStretch(1)
        self._buttons = QWidget()
        row = FlowLayout(self._buttons)
        row.addWidget(self.chat_button)
        row.addWidget(self.make_button)
        row.addWidget(self.export_button)
        numbers = step_card(self.tr("Numbers"), self.table)
        self._pictures = step_card(self.tr("Pictures"), self.charts)
        column = self.column
        column.addLayout(top)
        for part in (
            self._title, self.strip, self.advice, self._buttons, self._notes, numbers,
            self._pictures, self._beside, self.facts_fold,
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)

    def begin(self) -> None:
        """Another comparison is going to be shown."""
        self.report = None
        self.pair.clear()
        self.strip.begin()
        self.verticalScrollBar().setValue(0)

    def show_report(self, report: ComparisonReport) -> None:
        """What is known of a comparison by now."""
        self.report = report
        comparison = report.comparison
        self._title.setText(fill(self.tr("%1: levels compared"), title_of(comparison)))
        self.strip.show_comparison(comparison)
        self._notes.setText("\n".join(report.notes))
        self._notes.setVisible(bool(report.notes))
        self.facts.set_facts(list(comparison.facts.items()))
        self.facts.fit_rows()
        self.facts_fold.setVisible(bool(comparison.facts))
        self.table.set_measurements(report.measurements)
        self._decide()

    def set_others(self, lines: Sequence[HistoryLine], chosen: int) -> None:
        """The comparisons this one can be put beside, and which it is (0: none)."""
        self.pair.set_choices(lines, chosen)
        self._beside.setVisible(bool(lines))

    def notes(self) -> str:
        """What a person should know about the numbers."""
        return self._notes.text()

    def _decide(self) -> None:
        """What the wishes of now make of the numbers."""
        report = self.report
        if report is None:
            return
        wishes, rows = self.advice.wishes(), report.measurements
        found = recommend(rows, wishes, error_of(report.comparison.request))
        known = any(one.part is Part.LEVEL and one.speed is not None for one in rows)
        self.advice.setVisible(known or report.comparison.state is JobState.DONE)
        self.advice.set_recommendation(found)
        name = found.level.name if found.level else ""
        self.table.set_chosen(name)
        unsuited = [one.name for one in rows if one.speed is not None and not suits(one, wishes)]
        self.charts.set_results(rows, wishes, name, unsuited)
        self._pictures.setVisible(not self.charts.isHidden())
        self._chosen = found.level.path if found.level else None
        request = report.comparison.request
        stays = request.folder is not None or self._chosen in request.files
        there = self._chosen is not None and stays and self._chosen.is_file()
        self.chat_button.setVisible(there)
        self.chat_button.setText(fill(self.tr("Chat with %1"), name))
        base = request.base
        self.make_button.setVisible(bool(name) and not there and base.is_file())
        self.make_button.setText(fill(self.tr("Make %1…"), name))

    def _select(self, row: int) -> None:
        self.table.table.selectRow(row)
        self.ensureWidgetVisible(self.table)

    def _chat(self) -> None:
        if self._chosen is not None:
            self.chat_requested.emit(self._chosen)

    def _make(self) -> None:
        if self.report is not None:
            self.make_requested.emit(self.report.comparison.request.base)

    def _ask_export(self) -> None:
        if self.report is None:
            return
        name, chosen = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the report"),
            f"{title_of(self.report.comparison)}.md",
            "Markdown (*.md);;CSV (*.csv);;JSON (*.json)",
        )
        if name:
            path = Path(name)
            usual = next((end for end in (".csv", ".json") if end[1:] in chosen), ".md")
            self.export_requested.emit(path if path.suffix else path.with_suffix(usual))
