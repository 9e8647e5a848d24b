"""Long runs that are kept: one goes on at a time, and its results are told as they come."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.long_work import LongWork
from desktop.controllers.looks import Looks
from desktop.controllers.questions import Questions
from desktop.controllers.tasks import Tasks
from desktop.core.job_control import JobControl, Report
from desktop.core.time_left import TimeLeft
from desktop.domain.errors import QuernError, RunsAlready
from desktop.domain.job import JobState

RESULTS_MS = 500  # between two looks at what there is so far


class Runs(Protocol):
    """The use case: blocking calls, from any thread. A run has an `id`."""

    def list(self) -> Any: ...
    def get(self, number: int) -> Any: ...
    def remove(self, number: int) -> None: ...
    def take_up(self) -> None: ...
    def run(
        self,
        number: int,
        control: JobControl,
        report: Report,
        on_change: Callable[[Any], None],
    ) -> Any: ...


class KeptRunsController(Controller):
    """Shared by all windows; an answer names its question.

    Args:
        name: of the thread that runs.
        busy: what is told who starts a run while another goes on.

    Signals:
        listed: all runs there are, newest first; when one began, ended or was removed, and as
            answer to `refresh`.
        begun(int): the run that was set going.
        progressed(int, JobProgress, float | None): the run that goes on; seconds left.
        results_known: a report on the run that goes on, as results come; and the answer to `open`.
    """

    listed = Signal(object)
    begun = Signal(int)
    progressed = Signal(int, object, object)
    results_known = Signal(object)

    _created = Signal(object)
    _told = Signal(int, object, object)

    def __init__(
        self, name: str, busy: QuernError, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._questions = Questions(tasks)  # so that an older answer never comes after a newer
        self._busy = busy
        self._running: int | None = None
        self._work = LongWork(name, self)
        self._looks = Looks(self._report, RESULTS_MS, tasks, self)  # statistics take a while
        tell, fail = self.answer("results", self.results_known.emit)
        self._looks.known.connect(tell)
        self._looks.failed.connect(fail)
        self._created.connect(self._on_created)
        self._told.connect(self.progressed)
        self._work.ended.connect(self._on_ended)

    @abstractmethod
    def _runs(self) -> Runs:
        """May be called on any thread. Raises: StorageFault."""

    @abstractmethod
    def _report(self, run: Any) -> object:
        """What `results_known` tells of a run; called on a worker thread."""

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

    def resume(self, number: int) -> None:
        """Go on with a run where it stopped; `begun` follows, or `failed`."""
        self._begin(lambda: self._runs().get(number))

    def cancel(self) -> None:
        """Stop the run that goes on; its results so far stay."""
        self._work.cancel()

    def refresh(self) -> None:
        """Answered by `listed`."""
        self._questions.ask("list", lambda: self._runs().list(), *self.answer("list", self._list))

    def open(self, number: int) -> None:
        """Answered by `results_known`."""
        self._tasks.run(
            lambda: self._report(self._runs().get(number)),
            *self.answer("open", self.results_known.emit),
        )

    def look_again(self, number: int) -> None:
        """As `open`, for a run that another Quern has set going and may have left behind."""

        def look() -> object:
            runs = self._runs()
            runs.take_up()
            return self._report(runs.get(number))

        self._tasks.run(look, *self.answer("open", self.results_known.emit))

    def remove(self, number: int) -> None:
        """Forget a run that does not go on; files it made and kept stay."""
        if number != self._running:
            self._tasks.run(
                lambda: self._runs().remove(number),
                *self.answer("remove", lambda _nothing: self.refresh()),
            )

    # --- inside -----------------------------------------------------------------------------

    def _list(self, runs: Sequence[Any]) -> None:
        """The run that goes on may not have said so when they were read."""
        self.listed.emit(
            [
                replace(run, state=JobState.RUNNING) if run.id == self._running else run
                for run in runs
            ]
        )

    def _begin(self, get: Callable[[], Any]) -> None:
        """Set the run going that `get` makes or finds, on its thread."""
        if self.busy:
            self.fail("begin", self._busy)
            return

        def work(control: JobControl) -> None:
            run = get()
            self._created.emit(run)
            left = TimeLeft(partial(self._told.emit, run.id))
            self._runs().run(run.id, control, left.report, self._looks.heard.emit)

        self._work.begin(work)

    @Slot(object)
    def _on_created(self, run: Any) -> None:
        self._running = run.id
        self.mend("begin")
        self.begun.emit(run.id)
        self.refresh()

    @Slot(object)
    def _on_ended(self, problem: QuernError | None) -> None:
        created = self._running is not None
        self._running = None
        self.mend("begin")  # another could now
        if problem is not None and (isinstance(problem, RunsAlready) or not created):
            self.fail("begin", problem)  # else the run itself says so
        self.refresh()
