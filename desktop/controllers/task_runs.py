"""Asking levels the questions of task sets, and the runs there were, for all windows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.controllers.kept_runs import KeptRunsController
from desktop.controllers.once import Once
from desktop.controllers.tasks import Tasks
from desktop.core.model_inspector import ModelInspector
from desktop.domain.errors import InvalidInput
from desktop.domain.task_run import RunRequest, TaskRun

if TYPE_CHECKING:
    from desktop.core.task_report import TaskReport
    from desktop.core.task_runs import TaskRuns


class TaskRunsController(KeptRunsController):
    """One run goes on at a time, because each has a model in memory.

    Signals, beside those of KeptRunsController:
        listed(list[TaskRun]): without the texts of answers.
        results_known(TaskReport): what was answered so far.
        model_known(Path, ModelInfo), model_refused(Path, QuernError): answers to `look_at`.
        exported(Path): answer to `export`.
    """

    model_known = Signal(object, object)
    model_refused = Signal(object, object)
    exported = Signal(object)

    def __init__(
        self,
        make_runs: Callable[[], TaskRuns],
        inspector: ModelInspector,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        """Runs are made, and what was interrupted found, when they are first asked for."""
        busy = InvalidInput(
            "Other questions are being asked; two models at once would slow each other.",
            "Wait until they are answered, or cancel them.",
        )
        super().__init__("task run", busy, tasks, parent)
        self._inspector = inspector
        self._made = Once(make_runs, lambda runs: runs.take_up())

    def look_at(self, path: Path) -> None:
        """What a file is; answered by `model_known` or `model_refused`."""
        self._tasks.run(
            lambda: self._inspector.inspect(path),
            partial(self.model_known.emit, path),
            partial(self.model_refused.emit, path),
        )

    # --- running ----------------------------------------------------------------------------

    def start(self, request: RunRequest) -> None:
        """Ask; `begun` follows, or `failed`."""
        self._begin(lambda: self._runs().create(request))

    def export(self, run: TaskRun, path: Path) -> None:
        """Write a report: JSON, CSV or Markdown, as the name ends. Answered by `exported`."""

        def write() -> Path:
            from desktop.core.task_report import save_task_report

            return save_task_report(run, path)

        self._tasks.run(write, *self.answer("export", self.exported.emit))

    # --- inside -----------------------------------------------------------------------------

    def _runs(self) -> TaskRuns:
        return self._made()

    def _report(self, run: TaskRun) -> TaskReport:
        from desktop.core.task_report import report_of

        return report_of(run)
