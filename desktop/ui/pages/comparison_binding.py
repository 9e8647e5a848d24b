"""Binds the list of comparisons, and the one that is shown, to what core knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop.controllers.comparison import ComparisonController
from desktop.core.comparison_report import ComparisonReport
from desktop.domain.comparison import Comparison
from desktop.domain.job import JobProgress
from desktop.ui.compare.history_list import HistoryLine
from desktop.ui.compare.words import history_line, title_of
from desktop.ui.pages.compare_body import CompareBody


class ComparisonBinding(QObject):
    """Owned by the content of the page."""

    def __init__(self, body: CompareBody, comparison: ComparisonController) -> None:
        super().__init__(body)
        self._body = body
        self._comparison = comparison
        self._shown: int | None = None  # the comparison that is shown, or to be shown
        self._beside = 0  # the comparison beside it, 0 for none
        self._lines: tuple[HistoryLine, ...] = ()
        self._started = False  # here, and not known by number yet
        result, history = body.result, body.setup.history
        history.open_requested.connect(self._open)
        history.resume_requested.connect(self._resume)
        history.remove_requested.connect(comparison.remove)
        body.setup.bar.start_requested.connect(self._expect)
        result.strip.cancel_requested.connect(comparison.cancel)
        result.strip.resume_requested.connect(self._resume_shown)
        result.export_requested.connect(self._export)
        result.closed.connect(self._leave)
        result.pair.chosen.connect(self._put_beside)
        comparison.listed.connect(self._show_list)
        comparison.begun.connect(self._show_begun)
        comparison.progressed.connect(self._show_progress)
        comparison.results_known.connect(self._show_results)
        comparison.failed.connect(self._stop_expecting)
        comparison.refresh()

    # --- what a person asks for -------------------------------------------------------------

    def _expect(self) -> None:
        """What begins next was started here, and is to be shown here."""
        self._started = True

    def _open(self, number: int) -> None:
        self._show(number)
        self._comparison.open(number)

    def _resume(self, number: int) -> None:
        self._open(number)
        self._comparison.resume(number)

    def _resume_shown(self) -> None:
        if self._shown is not None:
            self._comparison.resume(self._shown)

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

    def _leave(self) -> None:
        self._shown = None

    # --- what becomes known -----------------------------------------------------------------

    @Slot(object)
    def _show_list(self, comparisons: Sequence[Comparison]) -> None:
        today = date.today()  # noqa: DTZ011 - the person's own day is meant
        running = self._comparison.running
        self._lines = tuple(
            HistoryLine(
                one.id,
                title_of(one),
                history_line(one, today),
                resume=one.resumable and running is None,
                remove=one.id != running,
            )
            for one in comparisons
        )
        self._body.setup.set_history(self._lines)
        self._offer_others()

    @Slot(int)
    def _show_begun(self, number: int) -> None:
        if self._started:
            self._started = False
            self._open(number)

    @Slot(int, object, object)
    def _show_progress(self, number: int, progress: JobProgress, left: float | None) -> None:
        if number == self._shown:
            self._body.result.strip.show_progress(progress, left)

    @Slot(object)
    def _show_results(self, report: ComparisonReport) -> None:
        if report.comparison.id == self._shown:
            self._body.result.show_report(report)
            self._body.show_result()
        shown = self._body.result.report
        if report.comparison.id == self._beside and shown is not None:
            self._body.result.pair.show_pair(shown, report)

    @Slot(object)
    def _stop_expecting(self, _error: object) -> None:
        self._started = False

    def _offer_others(self) -> None:
        others = [line for line in self._lines if line.number != self._shown]
        self._body.result.set_others(others, self._beside)

    def _show(self, number: int) -> None:
        self._shown = number
        self._beside = 0
        self._offer_others()
        self._body.result.begin()
