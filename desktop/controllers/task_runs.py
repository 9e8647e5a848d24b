"""Asking levels the questions of task sets, and the runs there were, for all windows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.long_work import LongWork
from desktop.controllers.looks import Looks
from desktop.controllers.questions import Questions
from desktop.controllers.tasks import Tasks
from desktop.core.job_control import JobControl
from desktop.core.model_inspector import ModelInspector
from desktop.core.time_left import TimeLeft
from desktop.domain.errors import InvalidInput, QuernError
from desktop.domain.task_run import RunRequest, TaskRun

if TYPE_CHECKING:
    from desktop.core.task_report import TaskReport
    from desktop.core.task_runs import TaskRuns

RESULTS_MS = 400  # between two looks at the answers there are


class TaskRunsController(Controller):
    """Shared by all windows. One run goes on at a time, because each has a model in memory.

    Signals:
        listed(list[TaskRun]): all there are, newest first, without the texts of answers; when one
            began, ended or was removed, and as answer to `refresh`.
        begun(int): the run that `start` or `resume` set going.
        progressed(int, JobProgress, float | None): how far it is; seconds left.
        results_known(TaskReport): of the run that goes on, as answers come; and the answer to
            `open`.
        model_known(Path, ModelInfo), model_refused(Path, QuernError): answers to `look_at`.
        exported(Path): answer to `export`.
    """

    listed = Signal(object)
    begun = Signal(int)
    progressed = Signal(int, object, object)
    results_known = Signal(object)
    model_known = Signal(object, object)
    model_refused = Signal(object, object)
    exported = Signal(object)

    _created = Signal(object)
    _told = Signal(int, object, object)

    def __init__(
        self,
        make_runs: Callable[[], TaskRuns],
        inspector: ModelInspector,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        """Runs are made, and what was interrupted found, when they are first asked for."""
        super().__init__(parent)
        self._make_runs = make_runs
        self._inspector = inspector
        self._tasks = tasks
        self._questions = Questions(tasks)  # so that an older answer never comes after a newer
        self._making = threading.Lock()
        self._made: TaskRuns | None = None
        self._work = LongWork("task run", self)
        self._running: int | None = None
        # Statistics of many answers take a while.
        self._looks = Looks(_report, RESULTS_MS, tasks, self)
        self._created.connect(self._on_created)
        self._told.connect(self.progressed)
        self._looks.known.connect(self.results_known)
        self._looks.failed.connect(self.failed)
        self._work.ended.connect(self._on_ended)

    def close(self) -> None:
        """Stop what goes on; it can go on the next time."""
        self._work.close()
        self._looks.close()

    @property
    def busy(self) -> bool:
        """Whether a run goes on."""
        return self._work.busy

    @property
    def running(self) -> int | None:
        """The run that goes on."""
        return self._running

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

    def resume(self, number: int) -> None:
        """Go on with a run where it stopped; `begun` follows, or `failed`."""
        self._begin(lambda: self._runs().get(number))

    def cancel(self) -> None:
        """Stop the run that goes on; what was answered stays."""
        self._work.cancel()

    # --- the runs there were ----------------------------------------------------------------

    def refresh(self) -> None:
        """Answered by `listed`."""
        self._questions.ask("list", lambda: self._runs().list(), self.listed.emit, self.failed.emit)

    def open(self, number: int) -> None:
        """Answered by `results_known`."""
        self._tasks.run(
            lambda: _report(self._runs().get(number)), self.results_known.emit, self.failed.emit
        )

    def remove(self, number: int) -> None:
        """Forget a run that does not go on."""
        if number != self._running:
            self._tasks.run(
                lambda: self._runs().remove(number),
                lambda _nothing: self.refresh(),
                self.failed.emit,
            )

    def export(self, run: TaskRun, path: Path) -> None:
        """Write a report: JSON, CSV or Markdown, as the name ends. Answered by `exported`."""

        def write() -> Path:
            from desktop.core.task_report import save_task_report

            return save_task_report(run, path)

        self._tasks.run(write, self.exported.emit, self.failed.emit)

    # --- inside -----------------------------------------------------------------------------

    def _runs(self) -> TaskRuns:
        """Made on first use, on any thread. Raises: StorageFault."""
        with self._making:
            if self._made is None:
                made = self._make_runs()
                made.take_up()
                self._made = made
            return self._made

    def _begin(self, get: Callable[[], TaskRun]) -> None:
        if self.busy:
            self.failed.emit(
                InvalidInput(
                    "Other questions are being asked; two models at once would slow each other.",
                    "Wait until they are answered, or cancel them.",
                )
            )
            return

        def work(control: JobControl) -> None:
            run = get()
            self._created.emit(run)
            left = TimeLeft(partial(self._told.emit, run.id))
            self._runs().run(run.id, control, left.report, self._looks.heard.emit)

        self._work.begin(work)

    @Slot(object)
    def _on_created(self, run: TaskRun) -> None:
        self._running = run.id
        self.begun.emit(run.id)
        self.refresh()

    @Slot(object)
    def _on_ended(self, problem: QuernError | None) -> None:
        created = self._running is not None
        self._running = None
        if problem is not None and not created:
            self.failed.emit(problem)  # else the run itself says so
        self.refresh()


def _report(run: TaskRun) -> TaskReport:
    from desktop.core.task_report import report_of

    return report_of(run)
