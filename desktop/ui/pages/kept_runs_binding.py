"""Binds a list of long runs, and the one that is shown, to their controller."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Slot

from desktop.controllers.kept_runs import KeptRunsController
from desktop.domain.job import JobProgress
from desktop.ui.compare.history_list import HistoryLine, HistoryList
from desktop.ui.compare.run_strip import RunStrip


class KeptRunsBinding(QObject):
    """Owned by the content of a view, which shows one run at a time.

    What begins is shown where it was started, and nowhere else.
    """

    def __init__(
        self, parent: QObject, runs: KeptRunsController, history: HistoryList, strip: RunStrip
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._history = history
        self._strip = strip
        self._shown: int | None = None  # the run that is shown, or to be shown
        self._started = False  # here, and not known by number yet
        self._begun = {runs.running}  # in this Quern; told of its end before its last results
        history.open_requested.connect(self._open)
        history.resume_requested.connect(self._resume)
        history.remove_requested.connect(runs.remove)
        strip.cancel_requested.connect(runs.cancel)
        strip.look_requested.connect(self._look_again)
        strip.resume_requested.connect(self._resume_shown)
        runs.listed.connect(self._show_list)
        runs.begun.connect(self._show_begun)
        runs.progressed.connect(self._show_progress)
        runs.results_known.connect(self._show_results)
        runs.failed.connect(self._stop_expecting)

    @abstractmethod
    def _words(self, run: Any, today: date) -> tuple[str, str]:
        """Title and second line of a run in the list."""

    @abstractmethod
    def _begin(self) -> None:
        """Another run is going to be shown."""

    @abstractmethod
    def _show_results(self, report: Any) -> None:
        """What is known of a run by now, shown here or not."""

    # --- what a person asks for -------------------------------------------------------------

    @Slot()
    def _expect(self) -> None:
        """What begins next was started here."""
        self._started = True

    @Slot(int)
    def _open(self, number: int) -> None:
        self._shown = number
        self._begin()
        self._runs.open(number)

    @Slot(int)
    def _resume(self, number: int) -> None:
        self._open(number)
        self._runs.resume(number)

    @Slot()
    def _resume_shown(self) -> None:
        if self._shown is not None:
            self._runs.resume(self._shown)

    @Slot()
    def _look_again(self) -> None:
        if self._shown is not None:
            self._runs.look_again(self._shown)

    @Slot()
    def _leave(self) -> None:
        self._shown = None

    # --- what becomes known -----------------------------------------------------------------

    @Slot(object)
    def _show_list(self, runs: Sequence[Any]) -> None:
        today = date.today()  # noqa: DTZ011 - the person's own day is meant
        running = self._runs.running
        self._history.set_lines(
            [
                HistoryLine(
                    run.id,
                    *self._words(run, today),
                    resume=run.resumable and running is None,
                    remove=run.id != running,
                )
                for run in runs
            ]
        )

    @Slot(int)
    def _show_begun(self, number: int) -> None:
        self._begun.add(number)
        if self._started:
            self._started = False
            self._open(number)

    def _show_runner(self, run: Any) -> None:
        """Whether the run that is shown is run here, after how it stands was."""
        before = self._strip.is_elsewhere
        self._strip.set_elsewhere(not run.state.ended and run.id not in self._begun)
        if before and run.state.ended:
            self._runs.refresh()  # nobody else tells the list

    @Slot(int, object, object)
    def _show_progress(self, number: int, progress: JobProgress, left: float | None) -> None:
        if number == self._shown:
            self._strip.show_progress(progress, left)

    @Slot(object)
    def _stop_expecting(self, _error: object) -> None:
        self._started = False
