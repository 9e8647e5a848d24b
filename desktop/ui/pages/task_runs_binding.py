"""Binds the list of runs of questions, and the one that is shown, to their controller."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import Slot

from desktop.controllers.task_runs import TaskRunsController
from desktop.core.task_report import TaskReport
from desktop.domain.job import JobState
from desktop.domain.task_run import TaskRun
from desktop.ui.pages.kept_runs_binding import KeptRunsBinding
from desktop.ui.tasks.tasks_body import TasksBody
from desktop.ui.tasks.words import run_line, run_title


class TaskRunsBinding(KeptRunsBinding):
    """Owned by the content of the view. The controller is shared by all windows."""

    def __init__(self, body: TasksBody, runs: TaskRunsController) -> None:
        super().__init__(body, runs, body.setup.history, body.result.strip)
        self._body = body
        self._task_runs = runs
        body.setup.start_requested.connect(self._start)
        body.result.export_requested.connect(self._export)
        body.result.closed.connect(self._leave)
        runs.refresh()

    def _start(self) -> None:
        request = self._body.setup.request()
        if request is not None:
            self._expect()
            self._task_runs.start(request)

    def _export(self, path: Path) -> None:
        if self._body.result.run is not None:
            self._task_runs.export(self._body.result.run, path)

    def _words(self, run: TaskRun, today: date) -> tuple[str, str]:
        if run.id == self._task_runs.running:
            run = replace(run, state=JobState.RUNNING)
        return run_title(run), run_line(run, today)

    def _begin(self) -> None:
        self._body.result.begin()

    @Slot(object)
    def _show_results(self, report: TaskReport) -> None:
        if report.run.id == self._shown:
            self._body.result.show_report(report)
            self._show_runner(report.run)
            self._body.show_result()
