"""Comparing levels, and the comparisons there were, for all windows."""

from __future__ import annotations

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
from desktop.core.comparison import Comparisons
from desktop.core.comparison_text import count_chunks
from desktop.core.comparison_time import Pace, pace_of, usual_pace
from desktop.core.evaluation_text import EvaluationTexts
from desktop.core.job_control import JobControl, JobRunner
from desktop.core.model_inspector import ModelInspector
from desktop.core.quantization import Quantization
from desktop.core.result_folder import free_bytes
from desktop.core.time_left import TimeLeft
from desktop.domain.comparison import Comparison, ComparisonRequest, EvaluationText
from desktop.domain.errors import InvalidInput, QuernError
from desktop.domain.job import JobState
from desktop.domain.quantization import QuantizeOptions
from desktop.domain.recommendation import Wishes

if TYPE_CHECKING:
    from desktop.core.comparison_report import ComparisonReport

RESULTS_MS = 700  # between two looks at what was measured


class ComparisonController(Controller):
    """Shared by all windows; an answer names its question. One comparison runs at a time, or their
    speeds would be worth nothing.

    Args:
        memory: bytes this machine has.

    Signals:
        listed(list[Comparison]): all there are, newest first, without what was measured; when one
            began, ended or was removed, and as answer to `refresh`.
        begun(int): the comparison that `start` or `resume` set going.
        progressed(int, JobProgress, float | None): the one that runs; seconds left.
        results_known(ComparisonReport): what was measured so far, of the one that runs as it
            comes; and the answer to `open`.
        base_known(Path, ModelInfo), base_refused(Path, QuernError): answers to `look_at`.
        levels_known(Path, QuantizeOptions, tuple[LevelEstimate]), levels_refused(Path,
            QuantizeOptions, QuernError): answers to `dry_run`.
        chunks_known(Path, EvaluationText, int), chunks_unknown(Path, EvaluationText, QuernError):
            answers to `count`.
        pace_known(Pace): how fast this machine is; answer to `ask_pace`.
        space_known(Path, int): bytes free in a folder; answer to `ask_space`.
        exported(Path): answer to `export`.
    """

    listed = Signal(object)
    begun = Signal(int)
    progressed = Signal(int, object, object)
    results_known = Signal(object)
    base_known = Signal(object, object)
    base_refused = Signal(object, object)
    levels_known = Signal(object, object, object)
    levels_refused = Signal(object, object, object)
    chunks_known = Signal(object, object, int)
    chunks_unknown = Signal(object, object, object)
    pace_known = Signal(object)
    space_known = Signal(object, object)
    exported = Signal(object)

    _created = Signal(object)
    _told = Signal(int, object, object)

    def __init__(
        self,
        comparisons: Comparisons,
        quantization: Quantization,
        inspector: ModelInspector,
        texts: EvaluationTexts,
        runner: JobRunner,
        tasks: Tasks,
        memory: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._comparisons = comparisons
        self._quantization = quantization
        self._inspector = inspector
        self._texts = texts
        self._runner = runner
        self._tasks = tasks
        self._memory = memory
        self._questions = Questions(tasks)
        self._work = LongWork("comparison", self)
        self._running: int | None = None
        # Statistics of many tokens take a while.
        self._looks = Looks(self._report, RESULTS_MS, tasks, self)
        self._created.connect(self._on_created)
        self._told.connect(self.progressed)
        self._looks.known.connect(self.results_known)
        self._looks.failed.connect(self.failed)
        self._work.ended.connect(self._on_ended)

    def take_up(self) -> None:
        """Find the comparisons of the last time again."""
        self._tasks.run(
            self._comparisons.take_up, lambda _nothing: self.refresh(), self.failed.emit
        )

    def close(self) -> None:
        """Stop what runs; it can go on the next time."""
        self._work.close()
        self._looks.close()

    # --- before -----------------------------------------------------------------------------

    def look_at(self, path: Path) -> None:
        """What a file is; answered by `base_known` or `base_refused`."""
        self._tasks.run(
            lambda: self._inspector.inspect(path),
            partial(self.base_known.emit, path),
            partial(self.base_refused.emit, path),
        )

    def dry_run(self, base: Path, options: QuantizeOptions) -> None:
        """What each level would make; answered by `levels_known` or `levels_refused`."""
        self._questions.ask(
            (base, options),
            lambda: self._quantization.estimates(base, options),
            partial(self.levels_known.emit, base, options),
            partial(self.levels_refused.emit, base, options),
        )

    def count(self, base: Path, text: EvaluationText) -> None:
        """How many chunks a text gives; answered by `chunks_known` or `chunks_unknown`."""
        self._questions.ask(
            (base, text),
            lambda: count_chunks(self._runner, base, self._texts.read(text).text),
            partial(self.chunks_known.emit, base, text),
            partial(self.chunks_unknown.emit, base, text),
        )

    def ask_pace(self) -> None:
        """Answered by `pace_known`."""
        self._tasks.run(self._pace, self.pace_known.emit, self.failed.emit)

    def ask_space(self, folder: Path) -> None:
        """Answered by `space_known`."""
        self._tasks.run(
            lambda: free_bytes(folder), partial(self.space_known.emit, folder), self.failed.emit
        )

    # --- running ----------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a comparison runs."""
        return self._work.busy

    @property
    def running(self) -> int | None:
        """The comparison that runs."""
        return self._running

    def start(self, request: ComparisonRequest) -> None:
        """Compare; `begun` follows, or `failed`."""
        self._begin(lambda: self._comparisons.create(request))

    def resume(self, number: int) -> None:
        """Go on with a comparison where it stopped; `begun` follows, or `failed`."""
        self._begin(lambda: self._comparisons.get(number))

    def cancel(self) -> None:
        """Stop the comparison that runs; what was measured stays."""
        self._work.cancel()

    # --- the comparisons there were ---------------------------------------------------------

    def refresh(self) -> None:
        """Answered by `listed`."""
        self._tasks.run(self._comparisons.list, self.listed.emit, self.failed.emit)

    def open(self, number: int) -> None:
        """Answered by `results_known`."""
        self._tasks.run(
            lambda: self._report(self._comparisons.get(number)),
            self.results_known.emit,
            self.failed.emit,
        )

    def remove(self, number: int) -> None:
        """Forget a comparison that does not run; files it made and kept stay."""
        if number != self._running:
            self._tasks.run(
                lambda: self._comparisons.remove(number),
                lambda _nothing: self.refresh(),
                self.failed.emit,
            )

    def export(self, comparison: Comparison, wishes: Wishes, path: Path) -> None:
        """Write a report: JSON, CSV or Markdown, as the name ends. Answered by `exported`."""
        from desktop.core.comparison_files import save_report
        from desktop.core.comparison_report import ComparisonReport

        self._tasks.run(
            lambda: save_report(ComparisonReport(comparison, wishes), path),
            self.exported.emit,
            self.failed.emit,
        )

    # --- inside -----------------------------------------------------------------------------

    def _begin(self, get: Callable[[], Comparison]) -> None:
        if self.busy:
            self.failed.emit(
                InvalidInput(
                    "Another comparison runs; beside it, speeds would say nothing.",
                    "Wait until it is done, or cancel it.",
                )
            )
            return

        def work(control: JobControl) -> None:
            comparison = get()
            self._created.emit(comparison)
            left = TimeLeft(partial(self._told.emit, comparison.id))
            self._comparisons.run(comparison.id, control, left.report, self._looks.heard.emit)

        self._work.begin(work)

    @Slot(object)
    def _on_created(self, comparison: Comparison) -> None:
        self._running = comparison.id
        self.begun.emit(comparison.id)
        self.refresh()

    @Slot(object)
    def _on_ended(self, problem: QuernError | None) -> None:
        created = self._running is not None
        self._running = None
        if problem is not None and not created:
            self.failed.emit(problem)  # else the comparison itself says so
        self.refresh()

    def _report(self, comparison: Comparison) -> ComparisonReport:
        from desktop.core.comparison_report import ComparisonReport

        return ComparisonReport(comparison, Wishes(self._memory()))

    def _pace(self) -> Pace:
        cores = self._inspector.machine().physical_cores
        for comparison in self._comparisons.list():
            if comparison.state is JobState.DONE:
                pace = pace_of(self._comparisons.get(comparison.id), cores)
                if pace is not None:
                    return pace
        return usual_pace(cores)
