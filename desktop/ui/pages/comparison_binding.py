"""Binds the list of comparisons, and the one that is shown, to what core knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import Slot

from desktop.controllers.comparison import ComparisonController
from desktop.core.comparison_report import ComparisonReport
from desktop.domain.comparison import Comparison
from desktop.ui.compare.words import history_line, title_of
from desktop.ui.pages.compare_body import CompareBody
from desktop.ui.pages.kept_runs_binding import KeptRunsBinding


class ComparisonBinding(KeptRunsBinding):
    """Owned by the content of the page."""

    def __init__(self, body: CompareBody, comparison: ComparisonController) -> None:
        super().__init__(body, comparison, body.setup.history, body.result.strip)
        self._body = body
        self._comparison = comparison
        self._beside = 0  # the comparison beside the one that is shown, 0 for none
        result = body.result
        body.setup.start_requested.connect(self._expect)
        result.export_requested.connect(self._export)
        result.closed.connect(self._leave)
        result.pair.chosen.connect(self._put_beside)
        comparison.refresh()

    # --- what a person asks for -------------------------------------------------------------

    def _export(self, path: Path) -> None:
        report = self._body.result.report
        if report is not None:
            self._comparison.export(report.comparison, self._body.result.advice.wishes(), path)

    def _put_beside(self, number: int) -> None:
        self._beside = number
        if number:
            self._comparison.open(number)
        else:
            self._body.result.pair.clear()

    # --- what becomes known -----------------------------------------------------------------

    def _words(self, run: Comparison, today: date) -> tuple[str, str]:
        return title_of(run), history_line(run, today)

    def _begin(self) -> None:
        self._beside = 0
        self._offer_others()
        self._body.result.begin()

    @Slot(object)
    def _show_list(self, runs: Sequence[Comparison]) -> None:
        super()._show_list(runs)
        self._offer_others()

    @Slot(object)
    def _show_results(self, report: ComparisonReport) -> None:
        if report.comparison.id == self._shown:
            self._body.result.show_report(report)
            self._show_runner(report.comparison)
            self._body.show_result()
        shown = self._body.result.report
        if report.comparison.id == self._beside and shown is not None:
            self._body.result.pair.show_pair(shown, report)

    def _offer_others(self) -> None:
        others = [line for line in self._history.lines if line.number != self._shown]
        self._body.result.set_others(others, self._beside)
